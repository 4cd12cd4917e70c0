//! One session with the router: when to read what, and what a reading leads to.

use std::time::Duration;

use tokio::time::sleep_until;
use tracing::{debug, info};

use super::links::Links;
use super::prepare::{lost, ours};
use super::probe::{Probed, Prober};
use super::{Agent, End, wish};
use crate::clock;
use crate::entry::Event;
use crate::handover::Decision;
use crate::names::{Bssid, InterfaceName, UplinkId};
use crate::observation::{Heard, Observation, Scan, SwapEnd, UplinkView};
use crate::router::{CallError, Router, Running};
use crate::routeros::hunt_comment;
use crate::snapshot::{RuleItem, ScanRow, Snapshot};
use crate::units::Moment;

/// What one session knows of the router, all of it read in this session.
pub(super) struct Session<'r> {
    pub(super) router: &'r Router,
    pub(super) links: Links,
    /// The connect-list as last read.
    pub(super) rules: Vec<RuleItem>,
    /// Our items as last read.
    pub(super) read: Snapshot,
    pub(super) next_tick: Moment,
    pub(super) next_slow: Moment,
    pub(super) next_dial: Moment,
    /// Whether a swap may come any moment, so that our items are read along with each tick.
    pub(super) trouble: bool,
    pub(super) scan: Option<(UplinkId, Running<Vec<ScanRow>>)>,
    /// What the next observation will hold.
    pub(super) scanned: Option<Scan>,
    pub(super) ended: Option<SwapEnd>,
    pub(super) prober: Prober,
    /// Since when the tunnel has been down by itself.
    pub(super) tunnel_down: Option<Moment>,
    /// What the log last told of each radio.
    pub(super) shown: Vec<(UplinkId, Option<Bssid>)>,
    /// Until when nothing is tried on a standby after the router refused something there.
    pub(super) quiet_until: Moment,
    pub(super) told_person: bool,
}

/// What ended a wait.
pub(super) enum Woke {
    Tick,
    Dial,
    Scanned(Result<Vec<ScanRow>, CallError>),
    Probed(Probed),
}

impl Session<'_> {
    /// Waits for what comes next. Nothing is lost when the wait is given up.
    pub(super) async fn wait(&mut self) -> Woke {
        let scan = async {
            match &mut self.scan {
                Some((_, running)) => running.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            rows = scan => Woke::Scanned(rows),
            probed = self.prober.wait() => Woke::Probed(probed),
            () = sleep_until(clock::timer(self.next_dial)) => Woke::Dial,
            () = sleep_until(clock::timer(self.next_tick)) => Woke::Tick,
        }
    }

    pub(super) async fn act(&mut self, agent: &mut Agent, woke: Woke) -> Result<(), End> {
        match woke {
            Woke::Scanned(rows) => self.scanned(agent, rows),
            Woke::Probed(probed) => {
                // What may be the way out's end is worth a look at once, and the next probe.
                if self.prober.probed(probed).map_err(lost)? {
                    self.next_tick = clock::now();
                }
                Ok(())
            }
            Woke::Dial => self.dialed(agent).await,
            Woke::Tick => {
                let tick = agent.config.router().tick();
                let now = clock::now();
                // After a stall the missed ticks are not made up for.
                let late = now.since(self.next_tick) >= tick;
                self.next_tick = if late { now + tick } else { self.next_tick + tick };
                agent.summary.ticks += 1;
                self.tick(agent).await
            }
        }
    }

    async fn tick(&mut self, agent: &mut Agent) -> Result<(), End> {
        let begun = clock::now();
        let ours = ours(&agent.config, false);
        let mut fresh = self.trouble || begun >= self.next_slow;
        let registrations = if fresh {
            let (registrations, read) =
                tokio::join!(self.router.registrations(&ours.radios), self.router.snapshot(&ours));
            self.read = read.map_err(|error| self.refused_reading(error))?;
            self.next_slow = begun + agent.config.router().slow();
            registrations
        } else {
            self.router.registrations(&ours.radios).await
        };
        let registrations = registrations.map_err(|error| self.refused_reading(error))?;
        for radio in self.links.registered(registrations.at, registrations.rows) {
            let monitor = self
                .router
                .monitor(&radio)
                .await
                .map_err(|error| self.refused_reading(error))?;
            self.links.monitored(monitor);
        }
        let now = clock::now();
        if now.since(registrations.at) <= agent.config.handover().stale {
            agent.summary.ticks_read += 1;
        }
        let mut views = self.views(agent);
        let mut active = wish::active(&agent.config, &self.read, &views);
        self.trouble = in_trouble(agent, &views, active.as_ref());
        if self.trouble && !fresh {
            self.read = self
                .router
                .snapshot(&ours)
                .await
                .map_err(|error| self.refused_reading(error))?;
            fresh = true;
            views = self.views(agent);
            active = wish::active(&agent.config, &self.read, &views);
        }
        self.tell_radios(&views);
        let seen = Observation {
            active: active.clone(),
            dialing: agent
                .dial
                .as_ref()
                .is_some_and(|dial| Some(&dial.to) == active.as_ref()),
            tunnel_down: self.tunnel_down(agent),
            probes: std::mem::take(&mut self.prober.ended),
            scan: self.scanned.take(),
            swap: self.ended.take(),
            uplinks: views,
        };
        let now = clock::now();
        let decision = agent.handover.step(now, &seen);
        tell(agent, &decision);
        self.perform(agent, &seen, &decision, fresh).await?;
        if !agent.options.dry_run {
            self.prober.begin(&agent.config, self.router, &self.read, &seen);
        }
        // Written after the calls: the vehicle first.
        agent.record_at(now, Event::Step { seen, decision });
        Ok(())
    }

    pub(super) fn views(&self, agent: &Agent) -> Vec<UplinkView> {
        self.links
            .views(agent.config.networks(), |radio| self.steered(radio))
            .collect()
    }

    /// Since when the tunnel is down though nobody disabled it and no swap is dialing.
    fn tunnel_down(&mut self, agent: &Agent) -> Option<Moment> {
        let down = self
            .read
            .tunnel
            .as_ref()
            .is_some_and(|tunnel| !tunnel.disabled && !tunnel.running);
        self.tunnel_down = (down && agent.dial.is_none()).then(|| self.tunnel_down.unwrap_or(self.read.at));
        self.tunnel_down
    }

    fn steered(&self, radio: &InterfaceName) -> Option<Bssid> {
        let comment = hunt_comment(radio);
        let rule = self
            .rules
            .iter()
            .find(|rule| rule.comment == comment && !rule.disabled)?;
        rule.bssid
    }

    fn scanned(&mut self, agent: &mut Agent, rows: Result<Vec<ScanRow>, CallError>) -> Result<(), End> {
        let Some((radio, _)) = self.scan.take() else {
            return Ok(());
        };
        let heard = match rows {
            Ok(rows) => {
                let heard = rows.into_iter().filter_map(|row| {
                    let network = row.ssid.filter(|ssid| wish::network(&agent.config, ssid).is_some())?;
                    let signal = self.links.offset(radio.interface(), row.signal);
                    Some(Heard {
                        bssid: row.bssid,
                        network,
                        signal,
                    })
                });
                Some(heard.collect::<Vec<_>>())
            }
            Err(CallError::Refused(trap)) => {
                debug!(%radio, answer = %trap, "the router refused a scan");
                None
            }
            Err(error) => return Err(lost(error)),
        };
        if let Some(heard) = &heard {
            debug!(%radio, aps = heard.len(), "scanned");
        }
        self.scanned = Some(Scan {
            radio,
            at: clock::now(),
            heard,
        });
        Ok(())
    }

    fn refused_reading(&self, error: CallError) -> End {
        if let CallError::Refused(trap) = &error
            && trap.is_permission()
        {
            tracing::error!(hint = "on the router: the user's group needs the policies `api,read,write,test`", answer = %trap,
                "the router does not let this user read what the agent needs"
            );
            return End::Blocked;
        }
        lost(error)
    }

    fn tell_radios(&mut self, views: &[UplinkView]) {
        for view in views {
            let link = view.link.as_ref().filter(|link| link.authenticated);
            let bssid = link.map(|link| link.bssid);
            match self.shown.iter_mut().find(|(id, _)| *id == view.id) {
                Some((_, before)) if *before == bssid => continue,
                Some((_, before)) => *before = bssid,
                None => self.shown.push((view.id.clone(), bssid)),
            }
            match link {
                Some(link) => info!(
                    radio = %view.id,
                    bssid = %link.bssid,
                    network = %link.network.as_ref().map_or_else(|| "not configured".to_owned(), ToString::to_string),
                    signal = %link.signal.map_or_else(|| "unknown".to_owned(), |signal| signal.to_string()),
                    "{} is authenticated", view.id
                ),
                None => info!(radio = %view.id, "{} is not on any AP", view.id),
            }
        }
    }
}

/// So far off that it is not waited for.
pub(super) const NEVER: Moment = Moment::from_micros(u64::MAX / 2);

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Whether a swap may come any moment.
fn in_trouble(agent: &Agent, views: &[UplinkView], active: Option<&UplinkId>) -> bool {
    let view = active.and_then(|id| views.iter().find(|view| view.id == *id));
    let signal = view
        .and_then(|view| view.link.as_ref())
        .filter(|link| link.authenticated)
        .and_then(|link| link.signal);
    agent.dial.is_some() || signal.is_none_or(|signal| signal <= agent.config.handover().trigger)
}

/// Tells a decision when it is of another kind than the one before.
fn tell(agent: &mut Agent, decision: &Decision) {
    let same = agent
        .told
        .as_ref()
        .is_some_and(|told| told.swap_to == decision.swap_to && told.reason.same_kind(&decision.reason));
    if !same {
        debug!(reason = %decision.reason, "decided");
        if decision.swap_to.is_none() {
            info!("{}", decision.reason);
        }
        agent.told = Some(decision.clone());
    }
}
