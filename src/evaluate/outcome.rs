//! How a policy did: on one drive, and over several.

use serde::Serialize;

/// Going back within this counts as ping-pong, in seconds.
const PING_PONG_S: usize = 10;

/// One decision of a policy to change access points, by their number in the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swap {
    /// The second in which it was decided.
    pub at: usize,
    /// The access point left.
    pub from: usize,
    /// The access point gone to.
    pub to: usize,
}

/// How a policy did on one drive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The access point of the first second.
    pub start: usize,
    /// Seconds judged.
    pub seconds: usize,
    /// Seconds dark.
    pub dark: usize,
    /// The longest run of dark seconds.
    pub longest_dark: usize,
    /// The swaps in their order.
    pub swaps: Vec<Swap>,
}

impl Outcome {
    pub(super) fn judge(&mut self, dark: bool, run: &mut usize) {
        self.seconds += 1;
        self.dark += usize::from(dark);
        *run = if dark { *run + 1 } else { 0 };
        self.longest_dark = self.longest_dark.max(*run);
    }

    /// Swaps back to the access point just left, within 10 s of leaving it.
    #[must_use]
    pub fn ping_pongs(&self) -> usize {
        let back = |pair: &&[Swap]| pair[1].to == pair[0].from && pair[1].at - pair[0].at <= PING_PONG_S;
        self.swaps.windows(2).filter(back).count()
    }

    /// Dark seconds as a multiple of the optimum's; an optimum that is never dark counts as one second.
    #[must_use]
    pub fn times_optimum(&self, optimum: &Outcome) -> f64 {
        self.dark.max(1) as f64 / optimum.dark.max(1) as f64
    }
}

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
