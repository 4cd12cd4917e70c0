//! Probes: the router pings a target through the tunnel, and the gateway of each staged standby.
//!
//! The active uplink is probed end to end, through everything that a call goes through. A standby cannot be without
//! touching routes, so only its gateway is, by ARP, which needs no route; where that is refused, or the standby holds
//! no address, its authentication is all that speaks for it. Each is one long command whose answers stream. Words of
//! routers for a lost ping differ, so silence counts, by the agent's own clock.

use std::collections::BTreeMap;
use std::time::Duration;

use tracing::{debug, info, warn};

use crate::clock;
use crate::config::{Config, MOST_RADIOS};
use crate::names::{Bssid, UplinkId};
use crate::observation::{Observation, Probe, UplinkView};
use crate::router::{CallError, Ping, Pings, Router};
use crate::snapshot::Snapshot;
use crate::swap;
use crate::units::Moment;

/// How much rarer a standby's gateway is probed than the tunnel: it must answer before it is needed, not as it fails.
const GATEWAY: u32 = 5;

/// How many pings one command sends.
const COUNT: u16 = 1_500;

/// How many quick pings speak for the vehicle after a change of its way.
const QUICK: u16 = 5;

/// From one ping to the next after one was lost over a way that is probed seldom, in intervals: a second at the default of
/// 200 ms. A modem's answer takes longer than a radio's.
const DOUBTS: u32 = 5;
/// How long after a refusal the tunnel is probed again, in intervals: a minute at the default of 200 ms.
const REFUSED: u32 = 300;

/// The probes that are under way and those whose end a decision is still to see.
#[derive(Debug)]
pub(super) struct Prober {
    tunnel: Lane,
    /// One for each radio, in the order of the configuration.
    gateways: [Lane; MOST_RADIOS],
    pub(super) ended: Vec<Probe>,
    arp_refused: bool,
    /// The standbys whose gateway answered last, and on which AP.
    proven: BTreeMap<UplinkId, Bssid>,
}

#[derive(Debug)]
struct Lane {
    interval: Duration,
    series: Option<Series>,
    not_before: Moment,
    /// Whether the router refuses a long command, so that each ping is one of its own.
    one_by_one: bool,
    /// Whether the next series is a short and quick one.
    quick: bool,
    /// Whether a ping of a slow series was lost, so that the next ones come sooner.
    doubts: bool,
}

/// Pings of one way, under way.
#[derive(Debug)]
struct Series {
    uplink: UplinkId,
    bssid: Option<Bssid>,
    pings: Pings,
    begun: Moment,
    interval: Duration,
    /// The usual time from a ping to its answer, a moving average.
    round_trip: Duration,
    /// When the answer that comes next is overdue.
    due: Moment,
}

/// What a way is probed by.
struct Way {
    uplink: UplinkId,
    /// The AP that it goes over; `None` for a fallback, which has none.
    bssid: Option<Bssid>,
    /// From one ping to the next, where that is not the lane's own.
    interval: Option<Duration>,
    ping: Ping,
}

/// Which probe something came of, and what.
pub(super) struct Probed {
    /// The radio whose gateway it is, by its place in the configuration; `None` for the tunnel.
    gateway: Option<usize>,
    news: News,
}

enum News {
    Answered,
    Silent,
    Ended,
    Failed(CallError),
}

impl Prober {
    /// No probe yet; the tunnel is to be probed each `interval`.
    pub(super) fn new(interval: Duration) -> Self {
        Prober {
            tunnel: Lane::new(interval),
            gateways: std::array::from_fn(|_| Lane::new(interval * GATEWAY)),
            ended: Vec::new(),
            arp_refused: false,
            proven: BTreeMap::new(),
        }
    }

    /// When the next probe is lost unless it is answered before, and the news of that; `None` when none is under way.
    pub(super) fn silent(&self) -> Option<(Moment, Probed)> {
        let due = |lane: &Lane, gateway| {
            let series = lane.series.as_ref()?;
            let news = News::Silent;
            Some((series.due, Probed { gateway, news }))
        };
        let gateways = self.gateways.iter().enumerate();
        let gateways = gateways.filter_map(|(radio, lane)| due(lane, Some(radio)));
        // Of equals the tunnel's goes first.
        let all = due(&self.tunnel, None).into_iter().chain(gateways);
        all.min_by_key(|(due, _)| *due)
    }

    /// Waits for the router's news of a probe; for ever when none is under way. Nothing is lost when the wait is given up.
    pub(super) async fn wait(&mut self) -> Probed {
        let [first, second, third, fourth] = &mut self.gateways;
        let (gateway, news) = tokio::select! {
            news = self.tunnel.wait() => (None, news),
            news = first.wait() => (Some(0), news),
            news = second.wait() => (Some(1), news),
            news = third.wait() => (Some(2), news),
            news = fourth.wait() => (Some(3), news),
        };
        Probed { gateway, news }
    }

    /// The vehicle is to speak through the tunnel at once: a few pings in quick succession.
    pub(super) fn speak(&mut self) {
        self.tunnel.series = None;
        self.tunnel.quick = true;
    }

    /// Takes the news of a probe, and gives one through the tunnel that ended: its uplink, and whether it was answered.
    ///
    /// # Errors
    ///
    /// [`CallError`] when the session was lost over it.
    pub(super) fn probed(&mut self, now: Moment, probed: Probed) -> Result<Option<(UplinkId, bool)>, CallError> {
        let of_tunnel = probed.gateway.is_none();
        let lane = match probed.gateway {
            Some(radio) => self.gateways.get_mut(radio),
            None => Some(&mut self.tunnel),
        };
        let Some(lane) = lane else { return Ok(None) };
        let Some(series) = &mut lane.series else {
            return Ok(None);
        };
        let answered = match probed.news {
            News::Answered => {
                let late = now.since(series.due);
                series.due = now + series.interval + slack(series.interval, series.round_trip);
                debug!(uplink = %series.uplink, gateway = !of_tunnel, ?late, "a probe was answered");
                true
            }
            News::Silent => {
                series.due = series.due + series.interval;
                debug!(uplink = %series.uplink, gateway = !of_tunnel, "a probe was lost");
                lane.doubts = of_tunnel && series.interval > lane.interval * DOUBTS;
                false
            }
            News::Ended => {
                // The next series begins in the next turn.
                lane.ended();
                return Ok(None);
            }
            News::Failed(CallError::Refused(trap)) => {
                lane.ended();
                if !of_tunnel {
                    info!(answer = %trap, "the router does not probe a standby's gateway; its authentication is the test");
                    self.arp_refused = true;
                } else if trap.is_permission() || lane.one_by_one {
                    warn!(hint = "the API user's group needs the policy `test`", answer = %trap, "the router refused to ping through the tunnel");
                    lane.not_before = now + lane.interval * REFUSED;
                } else {
                    info!(answer = %trap, "the router refuses one long ping; each ping is a command of its own");
                    lane.one_by_one = true;
                }
                return Ok(None);
            }
            News::Failed(error) => return Err(error),
        };
        if !of_tunnel {
            match series.bssid.filter(|_| answered) {
                Some(bssid) => self.proven.insert(series.uplink.clone(), bssid),
                None => self.proven.remove(&series.uplink),
            };
        }
        self.ended.push(Probe {
            uplink: series.uplink.clone(),
            bssid: series.bssid,
            at: now,
            answered,
        });
        let uplink = series.uplink.clone();
        if lane.doubts && !lane.one_by_one {
            lane.series = None;
        }
        Ok(of_tunnel.then_some((uplink, answered)))
    }

    /// Keeps the probes going that should be, and no others.
    pub(super) fn begin(&mut self, config: &Config, router: &Router, read: &Snapshot, seen: &Observation) {
        let tunnel = through_the_tunnel(config, read, seen);
        let gateways = !self.arp_refused && config.tunnel().probe.is_some();
        let now = clock::now();
        self.tunnel.keep(now, router, tunnel);
        for (radio, lane) in self.gateways.iter_mut().enumerate() {
            let view = seen.uplinks.get(radio).filter(|_| gateways);
            lane.keep(
                now,
                router,
                view.and_then(|view| to_a_gateway(config, read, (seen, view))),
            );
        }
    }

    /// Stops what is under way: what it may bring is about a way out that is being left.
    pub(super) fn stop(&mut self) {
        self.tunnel.series = None;
        for lane in &mut self.gateways {
            lane.series = None;
        }
    }

    /// What speaks for an uplink beside its signal.
    pub(super) fn proof(&self, uplink: &UplinkId, bssid: Option<Bssid>) -> &'static str {
        match self.proven.get(uplink) {
            Some(on) if Some(*on) == bssid => "its gateway answered",
            _ => "its authentication",
        }
    }
}

impl Lane {
    fn new(interval: Duration) -> Self {
        Lane {
            interval,
            series: None,
            not_before: Moment::ZERO,
            one_by_one: false,
            quick: false,
            doubts: false,
        }
    }

    async fn wait(&mut self) -> News {
        let Some(series) = &mut self.series else {
            return std::future::pending().await;
        };
        loop {
            match series.pings.next().await {
                Ok(Some(Some(round_trip))) => {
                    series.round_trip = (series.round_trip * 7 + round_trip) / 8;
                    return News::Answered;
                }
                // The router's own word for a lost ping: silence says the same, on any router.
                Ok(Some(None)) => {}
                Ok(None) => return News::Ended,
                Err(error) => return News::Failed(error),
            }
        }
    }

    fn ended(&mut self) {
        if let Some(series) = self.series.take()
            && self.one_by_one
        {
            self.not_before = series.begun + series.interval;
        }
    }

    fn keep(&mut self, now: Moment, router: &Router, way: Option<Way>) {
        let same = |series: &Series| {
            let way = way.as_ref();
            way.is_some_and(|way| series.uplink == way.uplink && series.bssid == way.bssid)
        };
        if self.series.as_ref().is_some_and(|series| !same(series)) {
            self.series = None;
        }
        let (None, Some(way)) = (&self.series, way) else {
            return;
        };
        if now < self.not_before {
            return;
        }
        let doubts = std::mem::take(&mut self.doubts);
        let own = way.interval.unwrap_or(self.interval);
        let own = if doubts { own.min(self.interval * DOUBTS) } else { own };
        let quick = std::mem::take(&mut self.quick) && !self.one_by_one;
        let (count, interval) = match (self.one_by_one, quick) {
            (true, _) => (1, own),
            (false, true) => (QUICK, self.interval / 2),
            (false, false) if doubts => (QUICK, own),
            (false, false) => (COUNT, own),
        };
        let ping = Ping {
            count,
            interval,
            ..way.ping
        };
        self.series = Some(Series {
            pings: router.ping(&ping),
            uplink: way.uplink,
            bssid: way.bssid,
            begun: now,
            interval,
            round_trip: Duration::ZERO,
            due: now + interval + slack(interval, Duration::ZERO),
        });
    }
}

/// How much later than usual an answer may come before it counts as lost.
fn slack(interval: Duration, round_trip: Duration) -> Duration {
    round_trip.max(interval / 4)
}

fn through_the_tunnel(config: &Config, read: &Snapshot, seen: &Observation) -> Option<Way> {
    let address = config.tunnel().probe?;
    let uplink = seen.active.clone()?;
    if config.tunnel().is_off(read) || seen.dialing {
        return None;
    }
    let fallback = config
        .fallbacks()
        .iter()
        .find(|fallback| fallback.interface == *uplink.interface());
    let bssid = match fallback {
        Some(_) => None,
        None => Some(authenticated_on(seen, &uplink)?),
    };
    let interval = fallback.map(|fallback| fallback.probe_interval);
    let ping = Ping {
        address,
        count: 1,
        interval: Duration::ZERO,
        arp: None,
    };
    Some(Way {
        uplink,
        bssid,
        interval,
        ping,
    })
}

/// The way to the gateway of a staged standby.
fn to_a_gateway(config: &Config, read: &Snapshot, (seen, view): (&Observation, &UplinkView)) -> Option<Way> {
    if Some(&view.id) == seen.active.as_ref() {
        return None;
    }
    let bssid = authenticated_on(seen, &view.id)?;
    let ssid = view.link.as_ref()?.network.as_ref()?;
    let network = config.networks().iter().find(|network| network.ssid == *ssid)?;
    let interface = view.id.interface();
    let (holds, gateway) = match (network.address_on(interface), network.gateway()) {
        (Some(address), Some(gateway)) => {
            let item = swap::address_item(read, interface).ok()?;
            (!item.disabled && item.address == address, gateway)
        }
        _ => (
            view.lease.carries(),
            swap::lease_on(read, interface, Some(ssid))?.gateway,
        ),
    };
    let ping = Ping {
        address: gateway,
        count: 1,
        interval: Duration::ZERO,
        arp: Some(interface.clone()),
    };
    let uplink = view.id.clone();
    holds.then_some(Way {
        uplink,
        bssid: Some(bssid),
        interval: None,
        ping,
    })
}

fn authenticated_on(seen: &Observation, uplink: &UplinkId) -> Option<Bssid> {
    let view = seen.uplinks.iter().find(|view| view.id == *uplink)?;
    let link = view.link.as_ref().filter(|link| link.authenticated)?;
    Some(link.bssid)
}
