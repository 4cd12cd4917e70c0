//! On what terms a drive is judged.

use std::time::Duration;

use crate::units::Dbm;

/// What the radios can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Model {
    /// Swaps go to any access point; scans hear all that was true one second before.
    Ideal,
    /// What two radios can: a swap goes only to the access point that the standby is on, moving the standby takes 3 s,
    /// scans miss access points and are noisy as measured.
    Vehicle,
}

/// How drives are judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// A second is good when the active access point is above this.
    pub good: Dbm,
    /// How many whole seconds a swap is dark.
    pub swap_cost: usize,
    /// From one scan of the standby to the next, in seconds; at least 1.
    pub scan_interval: usize,
    /// What the radios can do.
    pub model: Model,
    /// The seed of missed access points and noise in the vehicle's scans.
    pub seed: u64,
}

impl Terms {
    /// The terms of a model at its own scan interval: 2 s in the ideal one, 5 s in the vehicle's.
    #[must_use]
    pub fn new(model: Model, swap_cost: usize) -> Self {
        Terms {
            good: Dbm(-80),
            swap_cost,
            scan_interval: match model {
                Model::Ideal => 2,
                Model::Vehicle => 5,
            },
            model,
            seed: 1,
        }
    }

    pub(super) fn dark(&self) -> Duration {
        Duration::from_secs(self.swap_cost as u64)
    }
}
