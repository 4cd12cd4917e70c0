//! The dial after a swap on the router: asking how it goes, beginning it anew, ending it.

use std::time::Duration;

use tracing::{debug, info, warn};

use super::dial::{Dial, Terms, Verdict};
use super::end::{End, lost};
use super::memory::Swapped;
use super::observe;
use super::session::{Session, millis};
use super::wanted;
use crate::clock;
use crate::entry::Event;
use crate::executor::{self, ExecuteError};
use crate::observation::SwapEnd;
use crate::router::{CallError, Chain};
use crate::snapshot::TunnelStatus;
use crate::swap::Bounce;

/// How often the tunnel's state is asked for while it dials, within its patience.
const ASKED: u32 = 100;

/// How the status words begin of a dial that the office refused: it still holds the session before.
const REFUSED: &str = "authentication failed";

impl Session<'_> {
    /// Asks whether the tunnel of the last swap is up.
    pub(super) async fn dialed(&mut self) -> Result<(), End> {
        let Some(to) = self.agent.tunnel.dialing_to().cloned() else {
            self.timers.dial = self.agent.tunnel.proof_due();
            return self.unproven(clock::now()).await;
        };
        let shown = self.tunnel_status().await?;
        let now = clock::now();
        let patience = self.agent.config.tunnel().patience;
        self.timers.dial = Some(now + patience / ASKED);
        let signal = observe::signal_of(&self.views(), &to);
        let terms = Terms {
            patience,
            needed: None,
            weak: wanted::fallback(&self.agent.config, &to).is_none()
                && signal.is_none_or(|signal| signal <= self.agent.config.handover().trigger),
        };
        match self.agent.tunnel.shown(now, &shown, terms) {
            None | Some((Verdict::Wait, _)) => Ok(()),
            Some((Verdict::Again, dial)) => self.redial(&dial).await,
            Some((Verdict::Up { dark, .. }, dial)) => {
                self.end_swap(dial, Some(dark));
                Ok(())
            }
            Some((Verdict::Failed, dial)) => {
                self.end_swap(dial, None);
                Ok(())
            }
        }
    }

    /// What the router says of the tunnel: `monitor` where it answers that, else only whether it is running.
    async fn tunnel_status(&mut self) -> Result<TunnelStatus, End> {
        if !self.agent.tunnel.monitor_refused {
            match self.router.tunnel_status(&self.agent.managed).await {
                Ok(status) => return Ok(status.unwrap_or_default()),
                Err(CallError::Refused(trap)) => {
                    info!(answer = %trap, "the router does not show how the tunnel dials; whether it is running must do");
                    self.agent.tunnel.monitor_refused = true;
                }
                Err(failed) => return Err(lost(failed)),
            }
        }
        let running = self.router.tunnel_running(&self.agent.managed).await.map_err(lost)?;
        Ok(TunnelStatus {
            connected: running,
            ..TunnelStatus::default()
        })
    }

    /// Begins a dial anew that ended without a session, or that came no further.
    async fn redial(&mut self, dial: &Dial) -> Result<(), End> {
        let now = clock::now();
        self.agent.tunnel.again(now);
        if dial.word().contains(REFUSED) {
            let patience = self.agent.config.tunnel().patience;
            info!(to = %dial.to, patience_s = patience.as_secs(), "the office still holds the previous session; try {}", dial.tries + 1);
        } else {
            debug!(to = %dial.to, shown = dial.word(), try_ = dial.tries + 1, "the dial came to nothing; dialing again");
        }
        let Some(wanted) = wanted::swapped(&self.agent.config, &self.read, &self.views(), &dial.to, Bounce::Always)
        else {
            return Ok(());
        };
        let managed = &self.agent.managed;
        match executor::carry_out(self.router, managed, &self.read, &wanted, Duration::ZERO).await {
            Ok(done) => self.read = done.read,
            Err(ExecuteError::Lost(failed)) => return Err(lost(failed)),
            // The client still dials by itself, and the next reading shows what differs.
            Err(error) => debug!(to = %dial.to, cause = %Chain(&error), "could not dial again"),
        }
        Ok(())
    }

    fn end_swap(&mut self, dial: Dial, dark: Option<Duration>) {
        self.timers.dial = None;
        let on = self.on(&dial.to);
        let bssid = on.bssid;
        let from = dial
            .from
            .as_ref()
            .map_or_else(|| "none".to_owned(), ToString::to_string);
        match dark {
            Some(dark) => info!(
                %from, to = %dial.to, calls = dial.calls, router_ms = millis(dial.router), dark_ms = millis(dark),
                tries = dial.tries, "swap ended: the tunnel is up over {}", dial.to
            ),
            None => {
                let patience_ms = millis(self.agent.config.tunnel().patience);
                warn!(hint = "if this AP never carries the tunnel, look at its network's way to the office and the concentrator's log", %from, to = %dial.to, patience_ms,
                    tries = dial.tries, "swap failed: the tunnel did not come up over {} in its patience; it is left alone for a while", dial.to
                );
                self.agent.summary.failed_swaps += 1;
                if let Some(edge) = self.agent.reach.cut(dial.dark_since, Some(&dial.to)) {
                    self.report(clock::now(), &edge);
                }
            }
        }
        // A bounce is no swap: the way out stayed. Neither is a dial that was under way at the start.
        let calls = dial.calls;
        let swapped = calls > 0 && dial.from.as_ref() != Some(&dial.to);
        if let Some(dark) = dark.filter(|_| swapped) {
            self.agent.summary.swaps.push(Swapped {
                from: dial.from.clone(),
                to: dial.to.clone(),
                calls: dial.calls,
                router: dial.router,
                dark,
            });
        }
        let ended = Event::Swapped {
            from: dial.from,
            to: dial.to.clone(),
            on,
            reason: dial.why,
            calls: dial.calls,
            router: dial.router,
            since: Some(dial.dark_since),
            dark,
        };
        if calls > 0 {
            self.agent.record(clock::now(), ended);
        }
        self.ended = Some(SwapEnd {
            to: dial.to,
            bssid,
            dark,
        });
    }
}
