//! What the hunt is told, and what follows from it at once.

use super::Move;
use crate::handover::DIALS;
use crate::handover::policy::{Choice, Policy};
use crate::handover::settings::{NetworkRule, Settings};
use crate::names::{Bssid, Ssid};
use crate::observation::{Observation, UplinkView};

/// What the mind knows besides the observation.
#[derive(Clone, Copy)]
pub(in crate::handover) struct Known<'a> {
    pub(in crate::handover) settings: &'a Settings,
    pub(in crate::handover) networks: &'a [NetworkRule],
    pub(in crate::handover) policy: &'a Policy,
    /// What the policy said of this observation, if it was asked.
    pub(in crate::handover) choice: Option<&'a Choice>,
}

impl Known<'_> {
    pub(super) fn rule(&self, ssid: &Ssid) -> Option<&NetworkRule> {
        NetworkRule::of(self.networks, ssid)
    }

    /// So many seconds of the drive, in milliseconds.
    pub(super) fn second(&self, seconds: f64) -> i64 {
        (seconds * self.settings.second.as_secs_f64() * 1000.0).round() as i64
    }
}

pub(super) fn authenticated(view: &UplinkView) -> bool {
    view.link.as_ref().is_some_and(|link| link.authenticated)
}

pub(super) fn release_all(seen: &Observation) -> Vec<Move> {
    seen.uplinks
        .iter()
        .filter_map(|view| {
            Some(Move::Release {
                radio: view.id.clone(),
                bssid: view.steered?,
            })
        })
        .collect()
}

/// Whether a standby waits on an AP of its own that could carry the vehicle: one on the active's AP fades with it.
pub(super) fn waits_well(standby: &UplinkView, active: Option<Bssid>, known: Known) -> bool {
    standby.link.as_ref().is_some_and(|link| {
        let trigger = known.settings.trigger_on(known.networks, link.network.as_ref());
        let strong = link.signal.is_some_and(|signal| signal > trigger - DIALS);
        link.authenticated && link.network.is_some() && Some(link.bssid) != active && strong
    })
}

/// Whether the active is failing and this standby is the way out: then it must not leave its AP.
pub(super) fn needed_now(seen: &Observation, standby: &UplinkView, known: Known) -> bool {
    let Some(active) = seen
        .active
        .as_ref()
        .and_then(|id| seen.uplinks.iter().find(|view| view.id == *id))
    else {
        return authenticated(standby);
    };
    let on = standby
        .link
        .as_ref()
        .filter(|link| link.authenticated)
        .map(|link| link.bssid);
    let lost = active.link.as_ref().is_none_or(|link| !link.authenticated);
    match known.choice {
        _ if on.is_none() => false,
        Some(Choice {
            best: Some((best, go)),
            stay: Some(stay),
            ..
        }) => {
            Some(*best) == on && go >= stay && waits_well(standby, active.link.as_ref().map(|link| link.bssid), known)
        }
        _ => lost,
    }
}
