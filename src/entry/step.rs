//! A step as what changed since the step before: most ticks see the same access points with other signals.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

use crate::handover::reason::Reason;
use crate::handover::{Decision, Move};
use crate::names::{Bssid, UplinkId};
use crate::observation::{FallbackView, Observation, Probe, Scan, SwapEnd, UplinkView};
use crate::units::{Dbm, Moment, WallTime};

/// A step's line. What is left away is as in the step before; of probes, scan, swap and what is to be done, none.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    /// When, on the agent's own clock.
    pub(super) at: Moment,
    /// When, for people, where it is not as long after the line before as the agent's own clock says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) time: Option<WallTime>,
    /// How many microseconds ago all radios were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read: Option<u64>,
    /// The radios' signals in dBm, in the order of the configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signals: Option<Vec<Option<Dbm>>>,
    #[serde(default, deserialize_with = "changed", skip_serializing_if = "Option::is_none")]
    active: Option<Option<UplinkId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uplinks: Option<Vec<UplinkView>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fallbacks: Option<Vec<FallbackView>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dialing: Option<bool>,
    #[serde(default, deserialize_with = "changed", skip_serializing_if = "Option::is_none")]
    tunnel_down: Option<Option<Moment>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    probes: Vec<Probed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scan: Option<Scan>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    swap: Option<SwapEnd>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    swap_to: Option<UplinkId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    bounce: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    /// The reason's signal, where nothing else of it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signal: Option<Dbm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    moves: Vec<Move>,
}

/// A probe that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Probed {
    uplink: UplinkId,
    /// How many microseconds ago.
    ago: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    lost: bool,
    /// The AP, where it is not the one that the uplink is on.
    #[serde(default, deserialize_with = "changed", skip_serializing_if = "Option::is_none")]
    bssid: Option<Option<Bssid>>,
}

/// A field that is there has changed, also to null.
fn changed<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn is_on(uplinks: &[UplinkView], uplink: &UplinkId) -> Option<Bssid> {
    let view = uplinks.iter().find(|view| view.id == *uplink)?;
    view.link.as_ref().map(|link| link.bssid)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn earlier(at: Moment, micros: u64) -> Moment {
    Moment::after_start(at.since_start().saturating_sub(Duration::from_micros(micros)))
}

/// Whether two views differ in their signal and the moment of reading at most.
fn alike(one: &UplinkView, other: &UplinkView) -> bool {
    let links = match (&one.link, &other.link) {
        (Some(one), Some(other)) => {
            one.bssid == other.bssid
                && one.since == other.since
                && one.authenticated == other.authenticated
                && one.stranger == other.stranger
                && one.network == other.network
        }
        (None, None) => true,
        _ => false,
    };
    links && one.id == other.id && one.lease == other.lease && one.steered == other.steered
}

fn signals(uplinks: &[UplinkView]) -> impl Iterator<Item = Option<Dbm>> + '_ {
    uplinks
        .iter()
        .map(|view| view.link.as_ref().and_then(|link| link.signal))
}

fn difference<T: Clone + PartialEq>(before: &T, now: &T) -> Option<T> {
    (before != now).then(|| now.clone())
}

impl Changes {
    /// From one step to the next.
    pub(super) fn new(at: Moment, before: (&Observation, &Decision), now: (&Observation, &Decision)) -> Self {
        let ((seen_before, decided_before), (seen, decision)) = (before, now);
        let (old, new) = (&seen_before.uplinks, &seen.uplinks);
        let same = old.len() == new.len() && old.iter().zip(new).all(|(old, new)| alike(old, new));
        let signals = || signals(new).ne(signals(old)).then(|| signals(new).collect());
        let reason = difference(&decided_before.reason, &decision.reason);
        let signal = reason.as_ref().and_then(Reason::signal);
        let signal = signal.filter(|signal| decided_before.reason.with_signal(*signal) == reason);
        Changes {
            at,
            time: None,
            read: new.first().filter(|_| same).map(|view| micros(at.since(view.at))),
            signals: if same { signals() } else { None },
            active: difference(&seen_before.active, &seen.active),
            uplinks: (!same).then(|| new.clone()),
            fallbacks: difference(&seen_before.fallbacks, &seen.fallbacks),
            dialing: difference(&seen_before.dialing, &seen.dialing),
            tunnel_down: difference(&seen_before.tunnel_down, &seen.tunnel_down),
            probes: seen.probes.iter().map(|probe| Probed::new(at, probe, new)).collect(),
            scan: seen.scan.clone(),
            swap: seen.swap.clone(),
            swap_to: decision.swap_to.clone(),
            bounce: decision.bounce,
            reason: reason.filter(|_| signal.is_none()),
            signal,
            moves: decision.moves.clone(),
        }
    }

    /// The step before becomes this one.
    pub(super) fn apply(self, seen: &mut Observation, decision: &mut Decision) {
        if let Some(uplinks) = self.uplinks {
            seen.uplinks = uplinks;
        }
        if let Some(ago) = self.read {
            let at = earlier(self.at, ago);
            seen.uplinks.iter_mut().for_each(|view| view.at = at);
        }
        for (view, signal) in seen.uplinks.iter_mut().zip(self.signals.into_iter().flatten()) {
            if let Some(link) = &mut view.link {
                link.signal = signal;
            }
        }
        if let Some(active) = self.active {
            seen.active = active;
        }
        if let Some(fallbacks) = self.fallbacks {
            seen.fallbacks = fallbacks;
        }
        if let Some(dialing) = self.dialing {
            seen.dialing = dialing;
        }
        if let Some(down) = self.tunnel_down {
            seen.tunnel_down = down;
        }
        seen.probes.clear();
        for probe in self.probes {
            seen.probes.push(probe.whole(self.at, &seen.uplinks));
        }
        (seen.scan, seen.swap) = (self.scan, self.swap);
        (decision.swap_to, decision.bounce, decision.moves) = (self.swap_to, self.bounce, self.moves);
        let same = |signal: Dbm| decision.reason.with_signal(signal);
        if let Some(reason) = self.reason.or_else(|| self.signal.and_then(same)) {
            decision.reason = reason;
        }
    }
}

impl Probed {
    fn new(at: Moment, probe: &Probe, uplinks: &[UplinkView]) -> Self {
        let here = is_on(uplinks, &probe.uplink);
        Probed {
            uplink: probe.uplink.clone(),
            ago: micros(at.since(probe.at)),
            lost: !probe.answered,
            bssid: (probe.bssid != here).then_some(probe.bssid),
        }
    }

    fn whole(self, at: Moment, uplinks: &[UplinkView]) -> Probe {
        Probe {
            bssid: self.bssid.unwrap_or_else(|| is_on(uplinks, &self.uplink)),
            uplink: self.uplink,
            at: earlier(at, self.ago),
            answered: !self.lost,
        }
    }
}
