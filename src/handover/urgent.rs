//! What does not wait for the rule: a way out that is lost, fading as it dials, not dialed, down, or dead.

use std::time::Duration;

use crate::handover::candidate::{Candidate, Sight};
use crate::handover::reason::Reason;
use crate::names::UplinkId;
use crate::observation::UplinkView;
use crate::units::Db;

/// How much better a candidate must be for a dial that fades to begin again there.
const BETTER_DIAL: Db = Db(6);

/// A lost uplink: the strongest candidate, whatever its signal.
pub(super) fn lost(from: Option<&UplinkId>, strongest: Option<Candidate>) -> Reason {
    let from = from.cloned();
    match strongest {
        None => Reason::Nowhere { from },
        Some(best) => Reason::Lost {
            from,
            to: best.view.id.clone(),
            signal: best.link.signal.unwrap_or(best.signal),
        },
    }
}

/// An uplink that was last read too long ago.
pub(super) fn stale(active: &UplinkView, age: Duration) -> Reason {
    let uplink = active.id.clone();
    Reason::Stale { uplink, age }
}

/// An uplink whose signal the router does not give.
pub(super) fn no_signal(active: &UplinkView) -> Reason {
    let uplink = active.id.clone();
    Reason::NoSignal { uplink }
}

/// The rest of the rows, in their order.
pub(super) const CASES: [fn(&Sight) -> Option<Reason>; 6] = [
    fading_dial,
    dialing,
    swap_failed,
    tunnel_down,
    unhealthy,
    higher_priority,
];

/// An uplink that fades while the tunnel still dials over it. The vehicle is dark already, so going elsewhere costs no
/// more than the dial's own progress.
fn fading_dial(sight: &Sight) -> Option<Reason> {
    let best = sight.best.filter(|best| sight.dialing && best.settled)?;
    let better = best.signal > best.trigger && best.signal - sight.signal >= BETTER_DIAL;
    (sight.signal < sight.trigger && better).then(|| Reason::FadingDial {
        from: sight.active.id.clone(),
        signal: sight.signal,
        to: best.view.id.clone(),
        theirs: best.signal,
    })
}

fn dialing(sight: &Sight) -> Option<Reason> {
    let uplink = || sight.active.id.clone();
    sight.dialing.then(|| Reason::Dialing { uplink: uplink() })
}

/// A swap whose tunnel did not come up: the next best is tried, the way back included.
fn swap_failed(sight: &Sight) -> Option<Reason> {
    let best = sight.best.filter(|_| sight.swap_failed)?;
    (best.signal > sight.signal - sight.hold_down).then(|| Reason::SwapFailed {
        from: sight.active.id.clone(),
        to: best.view.id.clone(),
        theirs: best.signal,
    })
}

/// A tunnel that went down by itself: it is bounced where it is. When that does not help the swap counts as failed, and
/// the next best is tried.
fn tunnel_down(sight: &Sight) -> Option<Reason> {
    let down_for = sight.tunnel_down?;
    Some(Reason::TunnelDown {
        uplink: sight.active.id.clone(),
        down_for,
    })
}

/// What is sent through the active does not arrive, whatever its signal says. That breaks the dwell; the hold-down of
/// the AP that is left keeps two uplinks that are dead for one reason from taking turns.
fn unhealthy(sight: &Sight) -> Option<Reason> {
    let health = sight.health?;
    let best = sight.best.filter(|best| best.settled)?;
    (best.signal >= best.trigger + sight.gray_floor).then(|| Reason::Unhealthy {
        from: sight.active.id.clone(),
        health,
        to: best.view.id.clone(),
        theirs: best.signal,
    })
}

/// A network that goes before the active's and has been good for long enough. A swap back is none that hurries: it waits
/// for the dwell.
fn higher_priority(sight: &Sight) -> Option<Reason> {
    let good_for = sight.higher.filter(|_| sight.dwell.is_none())?;
    let best = sight.best.filter(|best| best.settled)?;
    Some(Reason::HigherPriority {
        from: sight.active.id.clone(),
        to: best.view.id.clone(),
        theirs: best.signal,
        good_for,
    })
}
