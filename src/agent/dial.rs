//! The tunnel's dial after a swap: is it up, was it refused, did it run out of patience.

use std::time::Duration;

use tracing::{debug, info, warn};

use super::prepare::{lost, ours};
use super::session::{NEVER, Session, millis};
use super::{Agent, Chain, End, Swapped, wish};
use crate::clock;
use crate::entry::Event;
use crate::executor::{self, ExecuteError};
use crate::names::UplinkId;
use crate::observation::SwapEnd;
use crate::router::{CallError, TunnelStatus};
use crate::units::Moment;

/// How often the tunnel's state is asked for while it dials, in each tenth of its patience.
const ASKED: u32 = 10;

/// Into how many parts the patience is divided, after one of which a dial that came no further is begun anew: whoever lost
/// some frames waits longer each time, also when the air is clear again.
const STUCK: u32 = 4;

/// How often at most a dial that ended without a session is begun anew within the tunnel's patience.
const REDIALS: u32 = 20;

/// How the status word of a dial begins that nobody answered yet. Where a router's words differ, its client dials again
/// by itself.
const UNANSWERED: &str = "dialing";

/// How the status words of a dial begin that the concentrator answered.
const ANSWERED: [&str; 2] = ["initializing", "authenticated"];

/// The status word between two tries.
const ENDED: &str = "disconnected";

/// A swap whose tunnel is dialing.
#[derive(Debug, Clone)]
pub(super) struct Dial {
    pub(super) from: Option<UplinkId>,
    pub(super) to: UplinkId,
    pub(super) calls: usize,
    pub(super) router: Duration,
    pub(super) tunnel_off: Moment,
    until: Moment,
    /// When it is over whatever the concentrator answers.
    latest: Moment,
    /// Whether the tunnel was seen down since: a connection may be shown for a moment after its end.
    seen_down: bool,
    /// Whether it was seen on its way since it last began.
    under_way: bool,
    /// When it last began.
    begun: Moment,
    /// The status word that was last shown, and since when.
    word: String,
    since: Moment,
}

impl Dial {
    /// The dial of a swap that took `calls` calls and `router` from the first to the last answer.
    pub(super) fn new(
        from: Option<UplinkId>,
        to: UplinkId,
        (calls, router): (usize, Duration),
        tunnel_off: Moment,
        patience: Duration,
    ) -> Self {
        let begun = clock::now();
        Dial {
            from,
            to,
            calls,
            router,
            tunnel_off,
            until: begun + patience,
            latest: begun + 2 * patience,
            seen_down: false,
            under_way: false,
            begun,
            word: String::new(),
            since: begun,
        }
    }

    /// Takes what the router shows of it. A concentrator that answers proves the way: it may only hold the session before
    /// for a while yet, and another uplink would be refused as well.
    fn shown(&mut self, now: Moment, status: &TunnelStatus, patience: Duration) {
        let answered = ANSWERED.iter().any(|word| status.status.starts_with(word));
        if answered {
            self.until = (now + patience).min(self.latest);
        }
        self.under_way |= answered || status.status.starts_with(UNANSWERED);
        self.seen_down |= !status.connected;
        if self.word != status.status {
            self.word.clone_from(&status.status);
            self.since = now;
        }
    }

    /// Whether to begin anew: the client's own next try is a pause away, and each second of it is dark.
    fn failed(&self, now: Moment, patience: Duration) -> bool {
        let soon = now.since(self.begun) < patience / REDIALS;
        let stuck = now.since(self.since.max(self.begun)) >= patience / STUCK;
        self.under_way && !soon && (self.word == ENDED || stuck)
    }

    /// Whether the router shows a session that this dial brought.
    fn is_up(&self, now: Moment, status: &TunnelStatus) -> bool {
        // A connection that is older than the swap is the one before it, which the router still shows.
        let since_off = now.since(self.tunnel_off) + Duration::from_secs(1);
        status.connected && (self.seen_down || status.uptime.is_some_and(|uptime| uptime <= since_off))
    }
}

impl Session<'_> {
    /// Asks whether the tunnel of the last swap is up.
    pub(super) async fn dialed(&mut self, agent: &mut Agent) -> Result<(), End> {
        if agent.dial.is_none() {
            self.next_dial = NEVER;
            return Ok(());
        }
        let status = self.router.tunnel_status(&ours(&agent.config, false)).await;
        let now = clock::now();
        self.next_dial = now + agent.config.tunnel().patience / (10 * ASKED);
        let status = match status {
            Ok(status) => status,
            Err(CallError::Refused(trap)) => {
                debug!(answer = %trap, "the router does not tell the tunnel's state");
                None
            }
            Err(error) => return Err(lost(error)),
        };
        let Some(dial) = agent.dial.as_mut() else { return Ok(()) };
        let up = status.as_ref().is_some_and(|status| dial.is_up(now, status));
        if let Some(status) = &status {
            dial.shown(now, status, agent.config.tunnel().patience);
        }
        let since_off = now.since(dial.tunnel_off);
        if !up && now < dial.until {
            return if dial.failed(now, agent.config.tunnel().patience) {
                self.redial(agent).await
            } else {
                Ok(())
            };
        }
        let Some(dial) = agent.dial.take() else { return Ok(()) };
        self.next_dial = NEVER;
        self.end_swap(agent, dial, up.then_some(since_off));
        Ok(())
    }

    /// Begins a dial anew that ended without a session, as when the concentrator still held the one before, or that came
    /// no further.
    async fn redial(&mut self, agent: &mut Agent) -> Result<(), End> {
        let Some(dial) = agent.dial.as_mut() else { return Ok(()) };
        (dial.under_way, dial.begun) = (false, clock::now());
        debug!(to = %dial.to, shown = dial.word, "the dial came to nothing; dialing again");
        let to = dial.to.clone();
        let Some(wanted) = wish::swapped(&agent.config, &self.read, &self.views(agent), &to, true) else {
            return Ok(());
        };
        let ours = ours(&agent.config, false);
        match executor::bring_about(self.router, &ours, &self.read, &wanted, Duration::ZERO).await {
            Ok(done) => self.read = done.read,
            Err(ExecuteError::Lost(error)) => return Err(lost(error)),
            // The client still dials by itself, and the next reading shows what differs.
            Err(error) => debug!(%to, cause = %Chain(&error), "could not dial again"),
        }
        Ok(())
    }

    pub(super) fn end_swap(&mut self, agent: &mut Agent, dial: Dial, dark: Option<Duration>) {
        let from = dial
            .from
            .as_ref()
            .map_or_else(|| "none".to_owned(), ToString::to_string);
        let views = self.views(agent);
        let bssid = views
            .iter()
            .find(|view| view.id == dial.to)
            .and_then(|view| Some(view.link.as_ref()?.bssid));
        match dark {
            Some(dark) => {
                info!(
                    %from, to = %dial.to, calls = dial.calls, router_ms = millis(dial.router), dark_ms = millis(dark),
                    "swap ended: the tunnel is up over {}", dial.to
                );
                // A bounce is no swap: the way out stayed.
                if dial.from.as_ref() != Some(&dial.to) {
                    agent.summary.swaps.push(Swapped {
                        from: dial.from.clone(),
                        to: dial.to.clone(),
                        calls: dial.calls,
                        router: dial.router,
                        dark,
                    });
                }
            }
            None => {
                warn!(hint = "if this AP never carries the tunnel, look at its network's way to the office and the concentrator's log", %from, to = %dial.to, patience_ms = millis(agent.config.tunnel().patience),
                    "swap failed: the tunnel did not come up over {} in its patience; its AP is held down", dial.to
                );
                agent.summary.failed_swaps += 1;
            }
        }
        agent.record(Event::Swapped {
            from: dial.from,
            to: dial.to.clone(),
            calls: dial.calls,
            router: dial.router,
            dark,
        });
        self.ended = Some(SwapEnd {
            to: dial.to,
            bssid,
            dark,
        });
    }
}
