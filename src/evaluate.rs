//! Policies against drive logs, and the clairvoyant bound.
//!
//! An access point not listed in a second was heard at -100 dBm. Second t is judged with the access point that is active
//! in it: good when its true signal is above the border, else dark; after that the policy may decide. A swap decided in
//! second t makes the next `swap cost` seconds dark, without decisions, and the new access point is judged from second
//! t + cost + 1. The first second starts on the strongest access point.

mod driver;
mod optimum;
mod outcome;
mod replay;
mod rules;
mod terms;
mod tikroam;
mod trace;
pub mod tune;

pub use driver::{Driver, POLICIES};
pub use optimum::optimum;
pub use outcome::{Outcome, Swap};
pub use replay::replay;
pub use terms::{Model, Terms};
pub use trace::Trace;

use serde::Serialize;

/// A policy's row over several drives.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Row {
    /// Dark seconds in percent, the mean over drives.
    pub dark_percent: f64,
    /// Dark over that of the optimum, the geometric mean over drives.
    pub times_optimum: f64,
    /// The longest dark of any drive, in seconds.
    pub longest_dark_seconds: usize,
    /// Swaps a minute over all drives.
    pub swaps_per_minute: f64,
    /// Swaps back within 10 s, in percent of all swaps.
    pub ping_pong_percent: f64,
}

/// Sums up one policy's outcomes, each beside the optimum of the same drive; `None` without drives.
#[must_use]
pub fn sum_up<'a>(outcomes: impl IntoIterator<Item = (&'a Outcome, &'a Outcome)>) -> Option<Row> {
    let (mut drives, mut dark, mut logs, mut longest) = (0.0, 0.0, 0.0, 0);
    let (mut seconds, mut swaps, mut backs) = (0, 0, 0);
    for (outcome, optimum) in outcomes {
        drives += 1.0;
        dark += outcome.dark as f64 / outcome.seconds.max(1) as f64;
        logs += outcome.times_optimum(optimum).ln();
        longest = longest.max(outcome.longest_dark);
        seconds += outcome.seconds;
        swaps += outcome.swaps.len();
        backs += outcome.ping_pongs();
    }
    (drives > 0.0).then(|| Row {
        dark_percent: 100.0 * dark / drives,
        times_optimum: (logs / drives).exp(),
        longest_dark_seconds: longest,
        swaps_per_minute: 60.0 * swaps as f64 / seconds.max(1) as f64,
        ping_pong_percent: 100.0 * backs as f64 / swaps.max(1) as f64,
    })
}

#[cfg(test)]
mod tests;
