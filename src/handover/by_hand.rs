//! What a person asks for: it goes before everything that the agent chooses by itself.

use std::time::Duration;

use crate::handover::reason::Reason;
use crate::names::UplinkId;
use crate::observation::{ByHand, Observation, UplinkView};
use crate::units::Dbm;

/// The rows for what a person asks for. None decides where an uplink that is asked for could not carry the vehicle and
/// does not do so now: the agent goes on choosing until it could.
pub(super) fn decide(
    seen: &Observation,
    is_fresh: impl Fn(&UplinkView) -> bool,
    tunnel_down: Option<Duration>,
) -> Option<Reason> {
    let (ByHand::Hold { uplink } | ByHand::Swap { uplink }) = seen.by_hand.as_ref()?;
    let fit = fit(seen, uplink, is_fresh);
    if seen.active.as_ref() != Some(uplink) {
        return fit.map(|signal| Reason::ByHand {
            from: seen.active.clone(),
            to: uplink.clone(),
            signal,
        });
    }
    let uplink = uplink.clone();
    match (&seen.by_hand, tunnel_down) {
        (Some(ByHand::Swap { .. }), _) => None,
        // Off and on again where it is, which leaves the uplink as little as the hold itself.
        (_, Some(down_for)) if fit.is_some() => Some(Reason::TunnelDown { uplink, down_for }),
        _ => Some(Reason::Held {
            uplink,
            fits: fit.is_some(),
        }),
    }
}

/// The signal of an uplink that could carry the vehicle; none at all where it could not. Weak, silent or held down is for
/// the person to judge.
fn fit(seen: &Observation, uplink: &UplinkId, is_fresh: impl Fn(&UplinkView) -> bool) -> Option<Option<Dbm>> {
    if let Some(fallback) = seen.fallbacks.iter().find(|view| view.id == *uplink) {
        return fallback.up.then_some(None);
    }
    let view = seen.uplinks.iter().find(|view| view.id == *uplink && is_fresh(view))?;
    let link = view.link.as_ref().filter(|link| link.authenticated)?;
    (link.network.is_some() && !link.stranger && view.lease.carries()).then_some(link.signal)
}
