//! One session with the router: one task that owns all state, and a turn for each thing that happens.

use std::time::Duration;

use tokio::time::sleep_until;
use tracing::{debug, info};

use super::associations::Associations;
use super::dry_run::Assumption;
use super::end::{End, lost};
use super::lease::Taken;
use super::memory::{Memory, order};
use super::observe;
use super::probe::{Probed, Prober};
use super::standby::Standby;
use super::wanted;
use crate::clock;
use crate::entry::Event;
use crate::handover::Decision;
use crate::handover::reason::Reason;
use crate::names::{Bssid, Ssid, UplinkId};
use crate::observation::{Heard, Observation, Scan, SwapEnd, UplinkView};
use crate::router::{CallError, Router};
use crate::routeros::frequency;
use crate::server::Order;
use crate::snapshot::{ScanRow, Snapshot};
use crate::units::Moment;

/// What one session knows of the router, all of it read in this session, and what the agent remembers beside.
pub(super) struct Session<'s> {
    pub(super) agent: &'s mut Memory,
    pub(super) router: &'s Router,
    pub(super) timers: Timers,
    pub(super) standby: Standby<'s>,
    pub(super) associations: Associations,
    pub(super) prober: Prober,
    /// The managed items as last read, or as a dry run assumes them to be.
    pub(super) read: Snapshot,
    pub(super) assumption: Assumption,
    /// The addresses that no lease may share.
    pub(super) taken: Vec<Taken>,
    /// Whether they were read in this turn.
    pub(super) fresh: bool,
    /// Whether a swap may come any moment, so that the managed items are read along with each tick.
    pub(super) trouble: bool,
    /// What a decision is still to see.
    pub(super) scanned: Option<Scan>,
    pub(super) ended: Option<SwapEnd>,
    /// How often in a row the router could not be changed as wanted.
    pub(super) failures: u32,
    /// No change is tried before.
    pub(super) retry_at: Moment,
    /// What the log last said of each radio.
    pub(super) shown: Vec<(UplinkId, Option<Bssid>)>,
    /// The radios that the agent moves, and since when: that they are on no AP meanwhile is no news.
    pub(super) moving: Vec<(UplinkId, Moment)>,
    /// Whether nothing was done to the standbys yet.
    pub(super) first_act: bool,
}

/// When to do what next.
#[derive(Debug)]
pub(super) struct Timers {
    /// When to read the registrations and decide.
    pub(super) tick: Moment,
    /// When to read everything else along with them.
    pub(super) slow: Moment,
    /// When to ask whether the tunnel is up.
    pub(super) dial: Option<Moment>,
}

/// What ended a wait.
pub(super) enum Woke {
    Tick,
    Dial,
    Scanned(Result<Vec<ScanRow>, CallError>),
    Probed(Probed),
    Ordered(Order),
}

impl Session<'_> {
    pub(super) fn beat(&mut self) {
        self.agent.beat();
    }

    /// Waits for what comes next. Nothing is lost when the wait is given up.
    pub(super) async fn wait(&mut self) -> Woke {
        // One timer for all: each costs the system calls of its own.
        let silent = self.prober.silent().map(|(due, probed)| (due, Woke::Probed(probed)));
        let dial = self.timers.dial.map(|due| (due, Woke::Dial));
        let others = silent.into_iter().chain(dial);
        let (due, woke) = others.fold((self.timers.tick, Woke::Tick), |tick, other| {
            if other.0 <= tick.0 { other } else { tick }
        });
        tokio::select! {
            biased;
            rows = self.standby.scanned() => Woke::Scanned(rows),
            probed = self.prober.wait() => Woke::Probed(probed),
            order = order(&mut self.agent.options.status) => Woke::Ordered(order),
            () = sleep_until(clock::timer(due)) => woke,
        }
    }

    /// Does what has become due.
    pub(super) async fn turn(&mut self, woke: Woke) -> Result<(), End> {
        match woke {
            Woke::Scanned(rows) => self.scanned(rows),
            Woke::Probed(probed) => {
                let now = clock::now();
                match self.prober.probed(now, probed).map_err(lost)? {
                    Some((over, answered)) => self.probed(now, &over, answered).await,
                    None => Ok(()),
                }
            }
            Woke::Dial => self.dialed().await,
            Woke::Ordered(order) => {
                self.ordered(order);
                Ok(())
            }
            Woke::Tick => self.tick().await,
        }
    }

    async fn tick(&mut self) -> Result<(), End> {
        let now = self.read().await?;
        self.end_hold(now);
        let seen = self.observe();
        let decision = self.decide(now, &seen);
        if matches!(decision.reason, Reason::ByHand { .. }) {
            self.agent.asked.swapped();
        }
        self.act(now, &seen, &decision).await?;
        self.agent.record(now, Event::Step { seen, decision });
        self.show();
        Ok(())
    }

    fn observe(&mut self) -> Observation {
        let seen = observe::observation(
            &self.agent.config,
            &self.read,
            &self.agent.tunnel,
            &self.agent.fallbacks,
            self.views(),
        );
        Observation {
            probes: std::mem::take(&mut self.prober.ended),
            scan: self.scanned.take(),
            swap: self.ended.take(),
            by_hand: self.agent.asked.seen(),
            ..seen
        }
    }

    fn decide(&mut self, now: Moment, seen: &Observation) -> Decision {
        self.log_radios(now, &seen.uplinks);
        let decision = self.agent.handover.step(now, seen);
        if let Reason::Nowhere { from } = &decision.reason
            && let Some(edge) = self.agent.reach.cut(now, from.as_ref())
        {
            self.report(now, &edge);
        }
        let logged = self.agent.logged.as_ref();
        let same = logged
            .is_some_and(|logged| logged.swap_to == decision.swap_to && logged.reason.same_kind(&decision.reason));
        if !same {
            debug!(reason = %decision.reason, "decided");
            if decision.swap_to.is_none() {
                info!("{}", decision.reason);
            }
            self.agent.logged = Some(decision.clone());
        }
        decision
    }

    pub(super) fn views(&self) -> Vec<UplinkView> {
        let views = self
            .associations
            .views(self.agent.config.networks(), |radio| self.standby.steered(radio));
        let leases = &self.agent.leases;
        views
            .map(|view| UplinkView {
                lease: leases.state(&self.agent.config, &view),
                ..view
            })
            .collect()
    }

    fn scanned(&mut self, rows: Result<Vec<ScanRow>, CallError>) -> Result<(), End> {
        let Some(radio) = self.standby.scan_ended() else {
            return Ok(());
        };
        let now = clock::now();
        let heard = match rows {
            Ok(rows) => {
                let rows = self.standby.heard(rows);
                Some(self.heard(now, &radio, rows))
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
        self.scanned = Some(Scan { radio, at: now, heard });
        Ok(())
    }

    /// The configured networks' APs among those that a scan heard.
    fn heard(&mut self, now: Moment, radio: &UplinkId, rows: Vec<ScanRow>) -> Vec<Heard> {
        let Session {
            agent,
            associations,
            standby,
            ..
        } = self;
        let heard = rows.into_iter().filter_map(|row| {
            let network = row.ssid.filter(|ssid| wanted::network(&agent.config, ssid).is_some())?;
            if wanted::network(&agent.config, &network).is_none_or(|network| !network.has(row.bssid)) {
                agent.impostor(row.bssid, &network);
                return None;
            }
            if let Some(frequency) = frequency(&row.channel) {
                standby.scan_lists.heard(now, row.bssid, frequency);
            }
            let signal = associations.offset(radio.interface(), row.signal);
            Some(Heard {
                bssid: row.bssid,
                network,
                signal,
            })
        });
        heard.collect()
    }

    fn log_radios(&mut self, now: Moment, views: &[UplinkView]) {
        let claims = self.associations.impostors(self.agent.config.networks());
        let claims: Vec<(Bssid, Ssid)> = claims.map(|(bssid, network)| (bssid, network.clone())).collect();
        for (bssid, network) in claims {
            self.agent.impostor(bssid, &network);
        }
        let arrival = self.agent.config.hunt().arrival;
        for view in views {
            let link = view.link.as_ref().filter(|link| link.authenticated);
            let bssid = link.map(|link| link.bssid);
            let on_its_way = |(id, since): &(UplinkId, Moment)| *id == view.id && now.since(*since) < arrival;
            if bssid.is_none() && self.moving.iter().any(on_its_way) {
                continue;
            }
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

    /// Leaves the router as one without an agent may keep it.
    pub(super) async fn leave(&mut self) {
        if self.agent.options.dry_run {
            return;
        }
        let active = observe::active(&self.agent.config, &self.read, &self.views());
        let radios = &self.agent.managed.radios;
        self.standby.leave(clock::now(), radios, active.as_ref()).await;
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
