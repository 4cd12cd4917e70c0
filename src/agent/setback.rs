//! After a change that failed on the router: what the log says, and how long nothing is tried.

use tracing::warn;

use super::session::Session;
use crate::executor::ExecuteError;
use crate::names::UplinkId;
use crate::observation::SwapEnd;
use crate::router::Chain;
use crate::units::Moment;

/// The longest pause after a change that failed, as a power of two of ticks: 32.
const LONGEST_PAUSE: u32 = 5;

impl Session<'_> {
    /// The router did not take a change: its AP is held down, and nothing is tried for a while.
    pub(super) fn not_changed(&mut self, now: Moment, to: &UplinkId, error: &ExecuteError) {
        let hint = match error {
            ExecuteError::Plan(plan) => plan.hint(),
            ExecuteError::Refused { trap, .. } if trap.is_permission() => {
                "on the router: the user's group needs the policy `write`"
            }
            _ => "compare the items with comment `tikroam:` on the router with `tikroam plan`",
        };
        self.fail(now);
        warn!(hint, %to, cause = %Chain(error), in_a_row = self.failures, "swap failed on the router");
        self.agent.summary.failed_swaps += 1;
        let views = self.views();
        let link = views.into_iter().find(|view| view.id == *to).and_then(|view| view.link);
        self.ended = Some(SwapEnd {
            to: to.clone(),
            bssid: link.map(|link| link.bssid),
            dark: None,
        });
        self.timers.slow = now;
    }

    /// After a change that failed nothing is tried for a while, twice as long each time: a tick, two, four, ... 32.
    pub(super) fn fail(&mut self, now: Moment) {
        self.retry_at = now + self.agent.config.router().tick() * 2u32.pow(self.failures.min(LONGEST_PAUSE));
        self.failures += 1;
    }
}
