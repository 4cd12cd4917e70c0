//! What the policy weighs and what it chooses.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::names::Bssid;
use crate::units::Db;

/// Good time that is expected, later seconds counting less, in milliseconds; below zero where a swap costs more than it
/// brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Worth(pub i64);

impl fmt::Display for Worth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} s", self.0 as f64 / 1000.0)
    }
}

/// An access point that could be gone to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The access point.
    pub bssid: Bssid,
    /// Its hold-down.
    pub penalty: Db,
    /// Its network's priority: among candidates worth the same within [`ALIKE_S`] the higher goes first.
    pub priority: i32,
}

/// Candidates this near each other are worth the same, in good seconds.
pub const ALIKE_S: f64 = 1.0;

/// What the policy chooses, with the numbers that decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// Where to go; `None` stays.
    pub to: Option<Bssid>,
    /// What staying is worth, nothing where the active access point was never heard; `None` without one, and where nothing
    /// was weighed.
    pub stay: Option<Worth>,
    /// The best candidate and what going there is worth, the dark of the swap taken off; `None` when there is none.
    pub best: Option<(Bssid, Worth)>,
    /// How long a swap is taken to be dark.
    pub dark: Duration,
    /// How many past moments of this drive looked like this one, by their weight.
    pub alike: u32,
}

/// Where a standby had best wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waiting {
    /// What waiting on is worth where it is; `None` when it is nowhere.
    pub own: Option<Worth>,
    /// The best other access point, and what waiting there is worth, the time of the move taken off.
    pub best: Option<(Bssid, Worth)>,
}
