//! Fallback uplinks, such as LTE: when one takes over from the radios, and when the vehicle returns from it.
//!
//! A fallback takes over where no radio can carry the vehicle. It has no signal to compare, so it is left in two cases only:
//! it fails, or a radio has been good for `return_after`. Users of other products complain most of a return that comes
//! too early: each one costs a dial, and the radio that has just been heard again is the one that is lost next.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::handover::candidate::Candidate;
use crate::handover::health::Health;
use crate::handover::reason::{Reason, TakesOver};
use crate::handover::settings::Settings;
use crate::handover::urgent;
use crate::names::UplinkId;
use crate::observation::{FallbackView, Observation, SwapEnd, UplinkView};
use crate::units::{Db, Dbm, Moment};

/// Nothing useful passes at so many dB below the trigger: -85 dBm at the default.
const WORN: Db = Db(5);

/// What is remembered of the fallbacks, and of the radios for the sake of a return.
#[derive(Debug, Clone, Default)]
pub(super) struct Fallbacks {
    /// Since when each radio has been good without a break.
    good_since: BTreeMap<UplinkId, Moment>,
    /// When each fallback last failed to bring the tunnel up, or fell silent.
    failed: BTreeMap<UplinkId, Moment>,
    /// Probes in a row that were lost through the fallback in use.
    lost: u32,
}

impl Fallbacks {
    /// Takes what the probes through a fallback in use say.
    pub(super) fn probed(&mut self, seen: &Observation) {
        for probe in &seen.probes {
            if seen.fallbacks.iter().any(|view| view.id == probe.uplink) {
                self.lost = if probe.answered { 0 } else { self.lost + 1 };
            }
        }
    }

    /// Takes whether a radio is good now.
    pub(super) fn judged(&mut self, now: Moment, radio: &UplinkId, good: bool) {
        if good {
            self.good_since.entry(radio.clone()).or_insert(now);
        } else {
            self.good_since.remove(radio);
        }
    }

    /// Takes how a swap ended.
    pub(super) fn swap_ended(&mut self, now: Moment, end: &SwapEnd) {
        self.lost = 0;
        if end.dark.is_none() {
            self.failed.insert(end.to.clone(), now);
        } else {
            self.failed.remove(&end.to);
        }
    }

    /// Takes a decision: a fallback that fell silent and is left has failed.
    pub(super) fn decided(&mut self, now: Moment, seen: &Observation, reason: &Reason) {
        let failed = matches!(reason, Reason::Unhealthy { .. } | Reason::Fallback { .. });
        if let Some(fallback) = in_use(seen).filter(|_| failed) {
            self.failed.insert(fallback.id.clone(), now);
        }
    }

    /// The first fallback in the order of the configuration that could carry the vehicle: up, and not failed within `heal`.
    pub(super) fn best<'a>(&self, now: Moment, seen: &'a Observation, heal: Duration) -> Option<&'a FallbackView> {
        let failed = |view: &&FallbackView| self.failed.get(&view.id).is_some_and(|at| now.since(*at) < heal);
        let others = seen
            .fallbacks
            .iter()
            .filter(|view| Some(&view.id) != seen.active.as_ref());
        others.filter(|view| view.up).find(|view| !failed(view))
    }

    /// For how long a radio has been good without a break.
    fn good_for(&self, now: Moment, radio: &UplinkId) -> Option<Duration> {
        self.good_since.get(radio).map(|since| now.since(*since))
    }
}

/// The fallback that is active.
pub(super) fn in_use(seen: &Observation) -> Option<&FallbackView> {
    let id = seen.active.as_ref()?;
    seen.fallbacks.iter().find(|view| view.id == *id)
}

/// What the hunt sees while a fallback is active: the best of several radios stays where it is, as if it were active, because
/// it is the one to return to.
pub(super) fn led_by<'a>(seen: &'a Observation, best: impl FnOnce() -> Option<Candidate<'a>>) -> Option<Observation> {
    in_use(seen).filter(|_| seen.uplinks.len() > 1)?;
    Some(Observation {
        active: best().map(|best| best.view.id.clone()),
        ..seen.clone()
    })
}

/// The standby that is about to carry the vehicle: it waits only for time to pass. Of several radios the best one leads while a
/// fallback carries the vehicle; a single one hunts until it is good.
pub(super) fn needed(seen: &Observation, reason: &Reason, good: impl Fn(&UplinkView) -> bool) -> Option<UplinkId> {
    match (reason, &seen.uplinks[..]) {
        (Reason::Stay { compared, why }, _) if why.passes() => Some(compared.to.clone()),
        (Reason::OnFallback { .. }, [single]) if good(single) => Some(single.id.clone()),
        _ => None,
    }
}

/// A radio that is active, and what may be wrong with it.
pub(super) struct OnRadio {
    /// What its probes say, if they fail.
    pub(super) failing: Option<Health>,
    /// Whether the swap to it did not bring the tunnel up.
    pub(super) swap_failed: bool,
    pub(super) signal: Option<Dbm>,
    /// The trigger on its network.
    pub(super) trigger: Dbm,
}

/// Whether the active radio is at or below its limit, and stays active.
pub(super) fn is_weak(reason: &Reason) -> bool {
    matches!(reason, Reason::Alone { .. } | Reason::Stay { .. })
}

/// A fallback in place of a radio that cannot carry the vehicle: the reason, or that for the fallback.
pub(super) fn in_place_of(
    reason: Reason,
    seen: &Observation,
    radio: Option<OnRadio>,
    fallback: &FallbackView,
) -> Reason {
    let why = match (&reason, radio) {
        (Reason::Nowhere { .. }, _) => Some(TakesOver::Lost),
        // What the tunnel does by itself, and what was not read, says nothing of the way.
        (Reason::Dialing { .. } | Reason::TunnelDown { .. } | Reason::Stale { .. }, _) => None,
        (_, Some(radio)) if reason.swap_to().is_none() => {
            let weak = is_weak(&reason);
            let worn = radio.signal.filter(|signal| weak && *signal <= radio.trigger - WORN);
            let unhealthy = radio.failing.map(|health| TakesOver::Unhealthy { health });
            let not_up = radio.swap_failed.then_some(TakesOver::NotUp);
            unhealthy.or(not_up).or(worn.map(|signal| TakesOver::Weak { signal }))
        }
        _ => None,
    };
    match why {
        Some(why) => Reason::Fallback {
            from: seen.active.clone(),
            to: fallback.id.clone(),
            why,
        },
        None => reason,
    }
}

/// A fallback that carries the vehicle, and what bears on leaving it.
pub(super) struct InUse<'a> {
    pub(super) now: Moment,
    pub(super) seen: &'a Observation,
    pub(super) view: &'a FallbackView,
    pub(super) settings: &'a Settings,
    /// So many probes lost in a row make an uplink dead.
    pub(super) dead_after: u32,
    /// Whether the swap to it did not bring the tunnel up.
    pub(super) swap_failed: bool,
    /// For how long the tunnel has been down by itself, if that calls for a bounce.
    pub(super) tunnel_down: Option<Duration>,
    /// The strongest radio that could carry the vehicle.
    pub(super) radio: Option<Candidate<'a>>,
}

impl Fallbacks {
    /// The rows of the table for a fallback in use, in their order.
    pub(super) fn decide(&self, sight: &InUse<'_>) -> Reason {
        let uplink = sight.view.id.clone();
        if sight.seen.dialing && sight.view.up {
            return Reason::Dialing { uplink };
        }
        let elsewhere = |why: TakesOver| {
            let to = self.best(sight.now, sight.seen, sight.settings.heal)?.id.clone();
            let from = Some(sight.view.id.clone());
            Some(Reason::Fallback { from, to, why })
        };
        if !sight.view.up {
            let other = elsewhere(TakesOver::Lost).filter(|_| sight.radio.is_none());
            return other.unwrap_or_else(|| urgent::lost(Some(&sight.view.id), sight.radio));
        }
        if sight.swap_failed {
            let to_radio = sight.radio.map(|best| Reason::SwapFailed {
                from: sight.view.id.clone(),
                to: best.view.id.clone(),
                theirs: best.signal,
            });
            if let Some(reason) = to_radio.or_else(|| elsewhere(TakesOver::NotUp)) {
                return reason;
            }
        }
        if let Some(down_for) = sight.tunnel_down {
            return Reason::TunnelDown { uplink, down_for };
        }
        if self.lost >= sight.dead_after {
            let health = Health::Dead { lost: self.lost };
            let to_radio = sight.radio.filter(|best| best.settled).map(|best| Reason::Unhealthy {
                from: sight.view.id.clone(),
                health,
                to: best.view.id.clone(),
                theirs: best.signal,
            });
            if let Some(reason) = to_radio.or_else(|| elsewhere(TakesOver::Unhealthy { health })) {
                return reason;
            }
        }
        let good = sight
            .radio
            .and_then(|best| Some((best, self.good_for(sight.now, &best.view.id)?)));
        match good {
            Some((best, good_for)) if good_for >= sight.settings.return_after => Reason::Return {
                from: sight.view.id.clone(),
                to: best.view.id.clone(),
                signal: best.signal,
                good_for,
            },
            good => Reason::OnFallback {
                uplink,
                returns: good.map(|(best, _)| best.view.id.clone()),
            },
        }
    }
}
