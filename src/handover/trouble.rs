//! What does not wait for a weighing: a way out that is lost, dead, not dialed, or down.

use super::{Action, DIALS, Handover};
use crate::handover::health::Health;
use crate::handover::reason::Reason;
use crate::observation::{Link, Observation, UplinkView};
use crate::units::{Db, Moment};

/// How much better a candidate must be for a dial that fades to be begun anew there.
const BETTER_DIAL: Db = Db(6);

impl Handover {
    /// An uplink that fades while the tunnel still dials over it. The vehicle is dark already, so going on elsewhere costs
    /// no more than the dial's own progress.
    pub(super) fn fading_dial(
        &self,
        now: Moment,
        seen: &Observation,
        active: &UplinkView,
        link: &Link,
    ) -> Option<(Action, Reason)> {
        let signal = link.signal?;
        let (to, theirs) = self.best(now, seen, active)?;
        let trigger = self.trigger(link.network.as_ref());
        let fading = signal < trigger && theirs > trigger && theirs - signal >= BETTER_DIAL;
        if !fading || !self.is_settled(now, to) {
            return None;
        }
        let reason = Reason::FadingDial {
            from: active.id.clone(),
            signal,
            to: to.id.clone(),
            theirs,
        };
        Some((Action::Swap(to.id.clone()), reason))
    }

    /// A swap whose tunnel did not come up: the next best is tried, the way back included.
    pub(super) fn after_failed_swap(
        &self,
        now: Moment,
        seen: &Observation,
        active: &UplinkView,
        link: &Link,
    ) -> Option<(Action, Reason)> {
        if !self.swap_failed {
            return None;
        }
        let (to, theirs) = self.best(now, seen, active)?;
        if theirs <= link.signal? - self.held.penalty(now, link.bssid) {
            return None;
        }
        let reason = Reason::SwapFailed {
            from: active.id.clone(),
            to: to.id.clone(),
            theirs,
        };
        Some((Action::Swap(to.id.clone()), reason))
    }

    /// A tunnel that went down by itself: it is bounced once where it is; when that does not help the swap counts as
    /// failed and the next best is tried. After that it is left to redial by itself until the hold-off is over.
    pub(super) fn tunnel_down(
        &mut self,
        now: Moment,
        seen: &Observation,
        active: &UplinkView,
        link: &Link,
    ) -> Option<(Action, Reason)> {
        let down_for = now.since(seen.tunnel_down?);
        let lately = self.bounced.is_some_and(|at| now.since(at) < self.settings.heal);
        if lately || down_for < self.settings.settle {
            return None;
        }
        self.bounced = Some(now);
        let reason = Reason::TunnelDown {
            uplink: active.id.clone(),
            signal: link.signal,
            down_for,
        };
        Some((Action::Bounce, reason))
    }

    /// What is sent through the active does not arrive, whatever its signal says. That breaks the dwell; the hold-down
    /// of the AP that is left keeps two uplinks that are dead for one reason from taking turns.
    pub(super) fn unhealthy(
        &mut self,
        now: Moment,
        seen: &Observation,
        active: &UplinkView,
        link: &Link,
    ) -> Option<(Action, Reason)> {
        let health = self.probes.health(now, &active.id, link.bssid);
        // What was lost before and comes through again is no reason to be dark for a swap.
        if !health.is_bad() || !self.probes.lost_last(&active.id) {
            return None;
        }
        let (to, theirs) = self.best(now, seen, active)?;
        let trigger = self.trigger(to.link.as_ref().and_then(|link| link.network.as_ref()));
        let least = if matches!(health, Health::Dead { .. }) {
            trigger - DIALS
        } else {
            trigger
        };
        if theirs <= least || !self.is_settled(now, to) {
            return None;
        }
        self.held.hold(now, link.bssid);
        let reason = Reason::Unhealthy {
            from: active.id.clone(),
            health,
            to: to.id.clone(),
            theirs,
        };
        Some((Action::Swap(to.id.clone()), reason))
    }

    pub(super) fn leave_at_once(
        &self,
        now: Moment,
        seen: &Observation,
        active: Option<&UplinkView>,
    ) -> (Action, Reason) {
        let from = active.map(|view| view.id.clone());
        let Some((to, _)) = self.strongest(now, self.candidates(now, seen, active)) else {
            return (Action::Stay, Reason::Nowhere { from });
        };
        let signal = to.link.as_ref().and_then(|link| link.signal);
        (
            Action::Swap(to.id.clone()),
            Reason::Lost {
                from,
                to: to.id.clone(),
                signal,
            },
        )
    }
}
