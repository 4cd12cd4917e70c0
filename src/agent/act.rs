//! What follows from a decision for the way out: missing items, the swap, what mends a half-done one.

use std::time::Duration;

use tracing::{debug, info, warn};

use super::dial::Dial;
use super::end::{End, lost};
use super::session::{Session, millis};
use super::tunnel::Proof;
use super::{observe, wanted};
use crate::executor::{self, Done, ExecuteError};
use crate::handover::Decision;
use crate::names::UplinkId;
use crate::observation::{Observation, SwapEnd};
use crate::snapshot::ClientItem;
use crate::swap::{self, Bounce, Plan, Wanted};
use crate::units::Moment;

/// How long the answer may take that proves that a session survived, in intervals of the probe: 0.6 s.
const SURVIVAL: u32 = 3;

/// A change of the way out: what is wanted, from where to where.
struct Change {
    wanted: Wanted,
    from: Option<UplinkId>,
    to: UplinkId,
}

impl Session<'_> {
    /// Acts on a decision. Where a change of the way out is due, the standbys wait for the next turn.
    pub(super) async fn act(&mut self, now: Moment, seen: &Observation, decision: &Decision) -> Result<(), End> {
        if now >= self.retry_at {
            self.make_missing(now).await?;
            if let Some(change) = self.due(seen, decision) {
                return self.change(now, change).await;
            }
        }
        if self.agent.options.dry_run {
            return Ok(());
        }
        if !self.standby.is_left_alone(now) {
            self.move_standbys(now, seen, &decision.moves).await?;
        }
        self.prober.begin(&self.agent.config, self.router, &self.read, seen);
        Ok(())
    }

    /// The change of the way out that is due: a swap, a bounce, or the mending of what differs on the router.
    fn due(&mut self, seen: &Observation, decision: &Decision) -> Option<Change> {
        let config = &self.agent.config;
        if let Some(to) = &decision.swap_to {
            let wanted = wanted::swapped(config, &self.read, &seen.uplinks, to, self.bounces(seen, to))?;
            let from = seen.active.clone();
            let name = from.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
            if !self.agent.options.dry_run {
                let link = seen.uplinks.iter().find(|view| view.id == *to);
                let bssid = link.and_then(|view| Some(view.link.as_ref()?.bssid));
                let proof = self.prober.proof(to, bssid);
                info!(from = %name, %to, reason = %decision.reason, proof, "swap begun: {name} -> {to}");
            } else {
                info!("dry run: swap {name} -> {to}: {}", decision.reason);
            }
            return Some(Change {
                wanted,
                from,
                to: to.clone(),
            });
        }
        if let Some(active) = seen.active.as_ref().filter(|_| decision.bounce) {
            let wanted = wanted::swapped(config, &self.read, &seen.uplinks, active, Bounce::Always)?;
            warn!(
                hint = "if this happens often, look at the concentrator's log and at keepalive-timeout on both sides",
                reason = %decision.reason, "bouncing the tunnel over {active}"
            );
            return Some(Change {
                wanted,
                from: Some(active.clone()),
                to: active.clone(),
            });
        }
        if let Some(active) = &seen.active
            && self.agent.leases.moved(active, &self.read)
            && self.agent.config.tunnel().dials()
        {
            let wanted = wanted::swapped(config, &self.read, &seen.uplinks, active, Bounce::Always)?;
            info!(%active, "{active} has another address by DHCP: the tunnel dials from there");
            return Some(Change {
                wanted,
                from: Some(active.clone()),
                to: active.clone(),
            });
        }
        self.mending(seen)
    }

    /// Whether a swap turns the tunnel off and on. Within one network the vehicle keeps its address, so that the session
    /// may survive.
    fn bounces(&self, seen: &Observation, to: &UplinkId) -> Bounce {
        let held = swap::active(&self.read, &self.agent.managed.radios).map(|(_, address)| address);
        let view = seen.uplinks.iter().find(|view| view.id == *to);
        let ssid = view.and_then(|view| view.link.as_ref()?.network.as_ref());
        let network = ssid.and_then(|ssid| wanted::network(&self.agent.config, ssid));
        let stays = network.is_some_and(|network| held.is_some() && network.address_on(to.interface()) == held);
        let up = seen.active.is_some() && !seen.dialing && seen.tunnel_down.is_none();
        if stays && up && self.agent.sessions_survive() {
            Bounce::Never
        } else {
            Bounce::WithTheWay
        }
    }

    /// Turns the tunnel off and on where it is.
    pub(super) async fn bounce(
        &mut self,
        now: Moment,
        wanted: Wanted,
        from: Option<UplinkId>,
        to: UplinkId,
    ) -> Result<(), End> {
        self.change(now, Change { wanted, from, to }).await
    }

    /// What ends a change that stopped half-way, or undoes what somebody else changed, when the uplink itself stays.
    fn mending(&self, seen: &Observation) -> Option<Change> {
        if !self.fresh || seen.dialing {
            return None;
        }
        let config = &self.agent.config;
        let wanted = match &seen.active {
            Some(active) => wanted::swapped(config, &self.read, &seen.uplinks, active, Bounce::WithTheWay)?,
            None if swap::half_done(&self.read) => wanted::as_it_is(config, &self.read)?,
            None => return None,
        };
        let to = wanted.active.as_ref()?.uplink.clone();
        let plan = swap::plan(&self.read, &wanted).ok()?;
        let first = plan.steps.first()?;
        info!(
            calls = plan.steps.len(),
            "mending what differs on the router: {}",
            first.in_words()
        );
        Some(Change {
            wanted,
            from: Some(to.clone()),
            to,
        })
    }

    /// Carries out a change of the way out, and leaves the tunnel dialing.
    async fn change(&mut self, now: Moment, change: Change) -> Result<(), End> {
        if self.agent.options.dry_run {
            match swap::plan(&self.read, &change.wanted) {
                Ok(plan) => self.assume("the plan", &plan),
                Err(error) => warn!(hint = error.hint(), "dry run: the plan cannot be made: {error}"),
            }
            return Ok(());
        }
        // A scan may be on the radio that is about to carry the vehicle; what the probes still bring is about the old way.
        self.standby.stop_scan();
        self.prober.stop();
        // A way out that is lost cannot say anything to the office, so there is nothing to wait for.
        let up = |id: &UplinkId| self.agent.fallbacks.is_up(&self.read, id);
        let works = |id: &UplinkId| observe::signal_of(&self.views(), id).is_some() || up(id);
        let wait_down = if change.from.as_ref().is_some_and(works) {
            self.agent.config.tunnel().wait_down
        } else {
            Duration::ZERO
        };
        let managed = &self.agent.managed;
        match executor::carry_out(self.router, managed, &self.read, &change.wanted, wait_down).await {
            Ok(done) => {
                self.failures = 0;
                self.changed(now, change, done);
                Ok(())
            }
            Err(ExecuteError::Lost(error)) => Err(lost(error)),
            Err(error) => {
                self.not_changed(now, &change.to, &error);
                Ok(())
            }
        }
    }

    /// The router is as wanted; the tunnel dials now, unless a person disabled it.
    fn changed(&mut self, now: Moment, change: Change, done: Done) {
        let Change { from, to, wanted } = change;
        let bounce = wanted.bounce;
        self.read = done.read;
        let lease = swap::client_item(&self.read, to.interface()).and_then(ClientItem::lease);
        self.agent.leases.carries(&to, lease.map(|lease| lease.address));
        let overtaken = self.agent.tunnel.overtaken();
        let before = overtaken.as_ref().map(|(_, since)| *since);
        if let Some((first, since)) = overtaken.filter(|(first, _)| *first != to) {
            let dark = now.since(since);
            info!(to = %first, dark_ms = millis(dark),
                "swap ended: the one to {first} did not bring the tunnel up in {:.1} s, before the one to {to}", dark.as_secs_f64()
            );
        }
        let (calls, router_ms) = (done.calls, millis(done.took));
        let tunnel = self.agent.config.tunnel();
        if tunnel.is_off(&self.read) {
            info!(%to, calls, router_ms, "swap ended: the route leads over {to}; the tunnel is off");
            self.ended = Some(SwapEnd {
                to,
                bssid: None,
                dark: Some(done.took),
            });
            return;
        }
        // A swap on the heels of another one: the vehicle has been dark since the first.
        let dark_since = before.unwrap_or(done.tunnel_off.unwrap_or(now));
        let (dials, moved) = (tunnel.dials(), from.as_ref() != Some(&to));
        if dials && bounce != Bounce::Never && (moved || before.is_some() || done.tunnel_off.is_some()) {
            debug!(%to, calls, router_ms, "the route leads over {to}; the tunnel dials");
            let mut dial = Dial::new(from, to, now + done.took, tunnel.patience);
            (dial.calls, dial.router) = (done.calls, done.took);
            dial.dark_since = dark_since;
            self.agent.tunnel.began(dial);
            self.timers.dial = Some(now + done.took);
        } else if moved {
            debug!(%to, calls, router_ms, "the route leads over {to}; the vehicle speaks to the office");
            let patience = if dials {
                self.agent.config.probing().interval * SURVIVAL
            } else {
                tunnel.patience
            };
            let until = now + done.took + patience;
            self.agent.tunnel.proving(Proof {
                from,
                to,
                calls,
                router: done.took,
                dark_since,
                until,
                dials,
            });
            self.timers.dial = Some(until);
            self.speak();
        }
    }

    /// The vehicle speaks through the tunnel in the same turn: the office learns the new way from the first packet that it
    /// can authenticate, and the answer proves the swap.
    fn speak(&mut self) {
        let views = self.views();
        let seen = observe::observation(
            &self.agent.config,
            &self.read,
            &self.agent.tunnel,
            &self.agent.fallbacks,
            views,
        );
        self.prober.speak();
        self.prober.begin(&self.agent.config, self.router, &self.read, &seen);
    }

    /// A dry run goes on as if the plan had been carried out.
    pub(super) fn assume(&mut self, what: &str, plan: &Plan) {
        if plan.steps.is_empty() {
            return;
        }
        info!("dry run: {what}, {} calls", plan.steps.len());
        for line in plan.to_string().lines() {
            info!("dry run: {line}");
        }
        self.read = self.assumption.assume(&self.read, &plan.steps);
    }
}
