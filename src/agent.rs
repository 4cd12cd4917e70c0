//! The one loop: read the router, decide, apply, record; with a session that is made again whenever it is lost.

use std::time::Duration;

use tokio::time::{sleep, timeout};
use tracing::{error, info, warn};

use crate::clock;
use crate::config::Config;
use crate::entry::{Entry, Event, VERSION};
use crate::handover::settings::{Mind, NetworkRule};
use crate::handover::{Decision, Handover};
use crate::journal::Journal;
use crate::names::UplinkId;
use crate::router::{Access, ConnectError, Delays, Reconnect, Retry, Router};
use crate::units::Moment;

mod dial;
mod links;
mod perform;
mod prepare;
mod probe;
mod session;
mod wish;

pub(crate) use prepare::ours;
pub use wish::{PlanToError, plan_to};

/// How long a shutdown may take for the calls that are under way, before the connection is given up.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// How the agent runs.
pub struct Options {
    /// Decide and tell the plans, but write nothing on the router and scan with nothing.
    pub dry_run: bool,
    /// Called at each turn of the loop, at least once a second: a watchdog hangs on it.
    pub beat: Box<dyn FnMut()>,
    /// How long to wait before the next try to connect.
    pub delays: Delays,
    /// Where every decision is recorded; `None` records nothing.
    pub journal: Option<Journal>,
}

/// What an agent did until it was told to stop.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// Turns of the loop in which the registrations were due.
    pub ticks: u64,
    /// Those in which they were read in time.
    pub ticks_read: u64,
    /// Swaps that were verified on the router, in their order.
    pub swaps: Vec<Swapped>,
    /// Swaps whose tunnel did not come up in its patience, or whose calls did not succeed.
    pub failed_swaps: u64,
    /// Sessions that were lost.
    pub sessions_lost: u64,
}

/// One swap that was verified.
#[derive(Debug, Clone, PartialEq)]
pub struct Swapped {
    /// The uplink before; `None` when none was active.
    pub from: Option<UplinkId>,
    /// The uplink now.
    pub to: UplinkId,
    /// How many calls it took.
    pub calls: usize,
    /// From the decision to the last call's answer.
    pub router: Duration,
    /// From the tunnel's end to its return, as the router tells.
    pub dark: Duration,
}

/// The agent: everything that outlives a session with the router.
pub struct Agent {
    config: Config,
    mind: Handover,
    options: Options,
    summary: Summary,
    /// The decision that was last told, so that the log tells only the edges.
    told: Option<Decision>,
    /// The swap that a dry run last told.
    would: Option<UplinkId>,
    dial: Option<dial::Dial>,
}

/// Why a session ended.
enum End {
    Shutdown,
    Lost(String),
    /// What only a person can change; tried again later.
    Blocked,
}

impl Agent {
    /// An agent that has not begun.
    #[must_use]
    pub fn new(config: Config, options: Options) -> Self {
        let mind = Handover::new(mind(&config, &[]));
        Agent {
            config,
            mind,
            options,
            summary: Summary::default(),
            told: None,
            would: None,
            dial: None,
        }
    }

    /// Keeps the vehicle reachable until `shutdown` is ready, and tells what it did.
    ///
    /// A running swap's calls are finished, its dial is not waited for; that takes five seconds at most.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) -> Summary {
        tokio::pin!(shutdown);
        let mut reconnect = Reconnect::new(self.options.delays);
        let mut complained: Option<String> = None;
        self.begin(&[]);
        loop {
            (self.options.beat)();
            let access = access(&self.config);
            let connected = tokio::select! {
                biased;
                () = &mut shutdown => return self.summary,
                connected = Router::connect(&access) => connected,
            };
            let wait = match connected {
                Ok(router) => {
                    complained = None;
                    let begun = clock::now();
                    match self.live(&router, shutdown.as_mut()).await {
                        End::Shutdown => {
                            router.close().await;
                            info!("stopped");
                            return self.summary;
                        }
                        End::Lost(cause) => {
                            self.summary.sessions_lost += 1;
                            warn!(%cause, "lost the session with the router; connecting again");
                            self.record(Event::Disconnected { cause });
                            if clock::now().since(begun) > self.options.delays.closed {
                                reconnect.reset();
                            }
                            self.options.delays.soonest
                        }
                        End::Blocked => self.options.delays.person,
                    }
                }
                Err(error) => {
                    complain(&error, &mut complained);
                    reconnect.next(&error)
                }
            };
            if !self.rest(wait, shutdown.as_mut()).await {
                return self.summary;
            }
        }
    }

    /// Waits and keeps the watchdog fed; false when it is time to stop.
    async fn rest(&mut self, wait: Duration, mut shutdown: std::pin::Pin<&mut impl Future<Output = ()>>) -> bool {
        let until = clock::now() + wait;
        loop {
            (self.options.beat)();
            let left = until.since(clock::now()).min(Duration::from_secs(1));
            if left.is_zero() {
                return true;
            }
            tokio::select! {
                biased;
                () = &mut shutdown => return false,
                () = sleep(left) => {}
            }
        }
    }

    /// One session with the router, from its first reading to its end.
    async fn live(&mut self, router: &Router, mut shutdown: std::pin::Pin<&mut impl Future<Output = ()>>) -> End {
        let mut session = tokio::select! {
            biased;
            () = &mut shutdown => return End::Shutdown,
            begun = prepare::begin(self, router) => match begun {
                Ok(session) => session,
                Err(end) => return end,
            },
        };
        loop {
            (self.options.beat)();
            let woke = tokio::select! {
                biased;
                () = &mut shutdown => break,
                woke = session.wait() => woke,
            };
            let stop = {
                let act = session.act(self, woke);
                tokio::pin!(act);
                tokio::select! {
                    biased;
                    acted = &mut act => match acted {
                        Ok(()) => false,
                        Err(end) => return end,
                    },
                    // It may be in the middle of a swap: its calls are finished, within bounds.
                    () = &mut shutdown => {
                        timeout(SHUTDOWN / 2, act).await.ok();
                        true
                    }
                }
            };
            if stop {
                break;
            }
        }
        timeout(SHUTDOWN / 2, session.leave(self)).await.ok();
        End::Shutdown
    }

    /// Begins with a mind that remembers nothing.
    fn begin(&mut self, ranges: &[NetworkRule]) {
        let by = mind(&self.config, ranges);
        self.mind = Handover::new(by.clone());
        self.record(Event::Began {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            mind: by,
        });
    }

    fn record(&mut self, event: Event) {
        self.record_at(clock::now(), event);
    }

    /// Records with the moment that the mind was given, so that a replay gives it the same.
    fn record_at(&mut self, at: Moment, event: Event) {
        let Some(journal) = &mut self.options.journal else {
            return;
        };
        let entry = Entry {
            v: VERSION,
            at,
            time: clock::wall_time().to_string(),
            event,
        };
        if let Err(error) = journal.append(&entry) {
            // The vehicle matters more than its journal: it drives on without.
            error!(hint = "is the disk full, or the journal's directory read-only?", %error, "the journal cannot be written; going on without it");
            self.options.journal = None;
        }
    }
}

/// What the mind decides by, with networks whose minimum is at least where the router itself would drop a radio.
fn mind(config: &Config, ranges: &[NetworkRule]) -> Mind {
    Mind {
        handover: config.handover().clone(),
        hunt: config.hunt().clone(),
        health: config.probing().clone(),
        networks: rules(config, ranges),
    }
}

fn rules(config: &Config, ranges: &[NetworkRule]) -> Vec<NetworkRule> {
    let rule = |network: &crate::config::Network| {
        let rule = network.rule();
        let range = ranges
            .iter()
            .find(|range| range.ssid == rule.ssid)
            .and_then(|range| range.minimum_signal);
        NetworkRule {
            minimum_signal: rule.minimum_signal.max(range),
            ..rule
        }
    };
    config.networks().iter().map(rule).collect()
}

pub(crate) fn access(config: &Config) -> Access {
    Access::from(config.router())
}

/// Tells a failure to connect, once as long as it stays the same.
fn complain(error: &ConnectError, complained: &mut Option<String>) {
    let text = error.to_string();
    if complained.as_deref() == Some(&text) {
        return;
    }
    let hint = error.hint().unwrap_or_default();
    match error.retry() {
        Retry::Person => error!(hint, cause = %Chain(error), "cannot log in to the router; trying again each minute"),
        Retry::Soon | Retry::Later => warn!(hint, cause = %Chain(error), "no session with the router; trying on"),
    }
    *complained = Some(text);
}

/// An error with all its causes, on one line.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}
