//! `Outcome`: how a policy did on one drive.

/// Going back within this counts as ping-pong, in seconds.
const PING_PONG_S: usize = 10;

/// One decision of a policy to change access points, by number in [`Trace::bssids`].
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
