//! The one who calls the vehicle's private address all the time. Whether that gets through, and nobody's opinion, is
//! what dark means.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::events::Event;
use super::witness::{Why, Witnessed};

/// How often the vehicle is called.
pub(crate) const CALLS: Duration = Duration::from_millis(100);
/// How many changes of reachability are kept; older ones are forgotten.
const KEPT: usize = 20_000;

/// How the vehicle could be reached while it was judged, in simulated time.
#[derive(Debug, Clone, PartialEq)]
pub struct Dark {
    /// Seconds in which it could not be reached.
    pub seconds: f64,
    /// Of these, the seconds in which nothing could have reached it: the best access point by the best antenna, of all
    /// networks whose key the router has, lost the call as well.
    pub unavoidable: f64,
    /// The rest of them.
    pub avoidable: f64,
    /// The avoidable seconds by their cause.
    pub causes: BTreeMap<Why, f64>,
    /// The longest such time in seconds.
    pub longest: f64,
    /// Calls that got through, 0 to 100.
    pub reached_percent: f64,
    /// How often the default route changed its radio.
    pub swaps: u32,
    /// Seconds over which it was called.
    pub over: f64,
    /// The latest changes: when (seconds since the vehicle's start), and whether it could be reached from then on.
    pub trace: Vec<(f64, bool)>,
}

/// What the dispatcher's judgement rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// How the vehicle could be reached.
    pub dark: Dark,
    /// What was true at each call, oldest first; the latest 20,000.
    pub witnessed: Vec<Witnessed>,
    /// What happened since the vehicle's start, oldest first; the latest 20,000 events.
    pub events: Vec<Event>,
}

/// The count of calls.
#[derive(Debug, Default)]
pub(crate) struct Dispatcher {
    calls: u64,
    lost: u64,
    unavoidable: u64,
    causes: BTreeMap<Why, u64>,
    run: u64,
    longest: u64,
    swaps: u32,
    trace: VecDeque<(f64, bool)>,
}

impl Dispatcher {
    /// One call got through or did not.
    pub(crate) fn called(&mut self, call: &Witnessed) {
        self.calls += 1;
        if let Some(why) = call.dark {
            self.lost += 1;
            self.run += 1;
            self.longest = self.longest.max(self.run);
            if call.unavoidable {
                self.unavoidable += 1;
            } else {
                *self.causes.entry(why).or_default() += 1;
            }
        } else {
            self.run = 0;
        }
        let reached = call.dark.is_none();
        if self.trace.back().is_none_or(|(_, before)| *before != reached) {
            if self.trace.len() == KEPT {
                self.trace.pop_front();
            }
            self.trace.push_back((call.at, reached));
        }
    }

    /// The default route changed its radio.
    pub(crate) fn swapped(&mut self) {
        self.swaps += 1;
    }

    /// The figures so far.
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    pub(crate) fn dark(&self) -> Dark {
        let seconds = |calls: u64| calls as f64 * CALLS.as_secs_f64();
        let reached = self.calls - self.lost;
        Dark {
            seconds: seconds(self.lost),
            unavoidable: seconds(self.unavoidable),
            avoidable: seconds(self.lost - self.unavoidable),
            causes: self.causes.iter().map(|(why, calls)| (*why, seconds(*calls))).collect(),
            longest: seconds(self.longest),
            reached_percent: if self.calls == 0 {
                0.0
            } else {
                100.0 * reached as f64 / self.calls as f64
            },
            swaps: self.swaps,
            over: seconds(self.calls),
            trace: self.trace.iter().copied().collect(),
        }
    }
}
