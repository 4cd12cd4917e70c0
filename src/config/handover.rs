//! The section `[handover]`: as written, and as the decision takes it.

use std::time::Duration;

use serde::Deserialize;

use super::value::{Span, Whole};
use crate::handover::settings::Settings;
use crate::units::{Db, Dbm};

/// The section as written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Written {
    pub(super) trigger: Whole<i16, -95, -50, -80>,
    pub(super) hysteresis: Whole<i16, 0, 20, 8>,
    pub(super) floor: Whole<i16, 0, 20, 2>,
    pub(super) dwell: Span<0, 300_000, 0>,
    pub(super) settle: Span<0, 30_000, 2_000>,
    pub(super) heal: Span<0, 3_600_000, 60_000>,
    pub(super) return_after: Span<0, 3_600_000, 30_000>,
}

impl Written {
    /// What the decision takes; how long readings count follows from the router's `tick` and the hunt's `interval`.
    pub(super) fn settings(&self, tick: Duration, interval: Duration) -> Settings {
        Settings {
            trigger: Dbm(self.trigger.0),
            hysteresis: Db(self.hysteresis.0),
            floor: Db(self.floor.0),
            dwell: self.dwell.0,
            settle: self.settle.0,
            heal: self.heal.0,
            return_after: self.return_after.0,
            stale: tick * 3,
            scan_stale: interval * 3,
            second: Duration::from_secs(1),
            ..Settings::default()
        }
    }
}

/// Every duration of the settings.
pub(super) fn durations(settings: &mut Settings) -> impl Iterator<Item = &mut Duration> {
    [
        &mut settings.first_dark.within_network,
        &mut settings.first_dark.to_another,
        &mut settings.second,
        &mut settings.dwell,
        &mut settings.settle,
        &mut settings.heal,
        &mut settings.return_after,
        &mut settings.stale,
        &mut settings.scan_stale,
    ]
    .into_iter()
}
