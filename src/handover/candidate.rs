//! What a decision looks at, put in order: the active uplink, and the best candidate to take its place.

use std::time::Duration;

use crate::handover::cost::SwapKind;
use crate::handover::health::Health;
use crate::handover::settings::Settings;
use crate::observation::{Link, Observation, UplinkView};
use crate::units::{Db, Dbm};

/// An uplink that could become active now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) view: &'a UplinkView,
    pub(super) link: &'a Link,
    /// Its newest signal, less its hold-down.
    pub(super) signal: Dbm,
    pub(super) hold_down: Db,
    /// The trigger on its network.
    pub(super) trigger: Dbm,
    pub(super) priority: i32,
    /// Whether it has been on its AP for long enough, or its network is proven.
    pub(super) settled: bool,
}

impl Candidate<'_> {
    /// Whether it is as strong as a candidate must be where a swap costs most.
    pub(super) fn is_good(&self, settings: &Settings) -> bool {
        self.signal >= self.trigger + settings.floor
    }
}

/// The active uplink, authenticated and freshly read, and what bears on leaving it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight<'a> {
    pub(super) active: &'a UplinkView,
    /// Its newest signal.
    pub(super) signal: Dbm,
    pub(super) hold_down: Db,
    /// The trigger on its network.
    pub(super) trigger: Dbm,
    /// The strongest candidate on another AP.
    pub(super) best: Option<Candidate<'a>>,
    /// Where a swap to it leads.
    pub(super) kind: SwapKind,
    /// Whether the tunnel dials over it.
    pub(super) dialing: bool,
    /// Whether the swap to it did not bring the tunnel up.
    pub(super) swap_failed: bool,
    /// For how long the tunnel has been down by itself, if that calls for a bounce.
    pub(super) tunnel_down: Option<Duration>,
    /// What its probes say, if they fail.
    pub(super) health: Option<Health>,
    /// How far above the trigger a candidate must be to be gone to for that.
    pub(super) gray_floor: Db,
    /// For how long a network of a higher priority than the active's has been good, if that is long enough to go there.
    pub(super) higher: Option<Duration>,
    /// What is left of the dwell.
    pub(super) dwell: Option<Duration>,
}

/// What the active uplink is associated with.
pub(super) fn active_link(seen: &Observation) -> Option<&Link> {
    active(seen)?.link.as_ref()
}

/// The active uplink.
pub(super) fn active(seen: &Observation) -> Option<&UplinkView> {
    let id = seen.active.as_ref()?;
    seen.uplinks.iter().find(|view| view.id == *id)
}
