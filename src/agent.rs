//! The agent: one session with the router after the other, until it is asked to stop.

use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;
use tracing::info;

use crate::clock;
use crate::config::Config;
use crate::entry::Event;
use crate::router::{Access, Router, StayConnected};
use crate::snapshot::Managed;

mod act;
mod associations;
mod by_hand;
mod channels;
mod conditions;
mod dial;
mod dialing;
mod dry_run;
mod end;
mod fallbacks;
mod ladder;
mod lease;
mod memory;
mod missing;
mod moves;
mod observe;
mod orders;
mod preview;
mod probe;
mod proving;
mod reach;
mod read;
mod scan_lists;
mod session;
mod setback;
mod standby;
mod start;
mod tunnel;
mod wanted;

pub use memory::{Options, Reload, Summary, Swapped};
pub use preview::{PlanToError, plan_to};

use end::End;
use memory::Memory;
use session::Session;

/// How long a shutdown may take for the calls that are under way, before the connection is given up.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// How often at least the loop turns, so that the watchdog is fed.
const BEAT: Duration = Duration::from_secs(1);

/// The agent.
pub struct Agent(Memory);

impl Agent {
    /// An agent that has not begun.
    #[must_use]
    pub fn new(config: Config, options: Options) -> Self {
        Agent(Memory::new(config, options))
    }

    /// Keeps the vehicle reachable until `shutdown` is ready, and says what it did.
    ///
    /// A running swap's calls are finished, its dial is not waited for; that takes five seconds at most.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Summary {
        let Agent(mut memory) = self;
        tokio::pin!(shutdown);
        let mut reloads = memory.options.reloads.take();
        let mut connection = StayConnected::new(access(&memory.config), memory.options.delays);
        memory.record_rules();
        loop {
            let router = tokio::select! {
                biased;
                () = &mut shutdown => return memory.summary,
                reload = next(&mut reloads) => {
                    memory.reload(reload);
                    connection = StayConnected::new(access(&memory.config), memory.options.delays);
                    continue;
                }
                router = connection.next() => router,
                () = keep_beating(&mut memory) => return memory.summary,
            };
            match live(&mut memory, &router, shutdown.as_mut(), &mut reloads).await {
                Ok(Over::Stop) => {
                    router.close().await;
                    info!("stopped");
                    return memory.summary;
                }
                // As a stop and a start, so that a radio or a router that it no longer names is left in order.
                Ok(Over::Reload(reload)) => {
                    router.close().await;
                    memory.reload(*reload);
                    connection = StayConnected::new(access(&memory.config), memory.options.delays);
                }
                Err(End::Lost(cause)) => {
                    memory.summary.sessions_lost += 1;
                    connection.session_ended(&cause);
                    memory.record(clock::now(), Event::Disconnected { cause });
                }
                Err(End::Blocked) => connection.wait_for_person(),
            }
        }
    }
}

/// The next configuration to go on with; never ready where none will come.
async fn next(reloads: &mut Option<Receiver<Reload>>) -> Reload {
    if let Some(receiver) = reloads
        && let Some(reload) = receiver.recv().await
    {
        return reload;
    }
    *reloads = None;
    std::future::pending().await
}

/// Feeds the watchdog and answers orders while there is no session; never ready.
async fn keep_beating(memory: &mut Memory) {
    loop {
        memory.beat();
        if let Ok(order) = timeout(BEAT, memory.order()).await {
            orders::without_session(memory, order);
        }
    }
}

/// Why a session is over though the router is there.
enum Over {
    Stop,
    Reload(Box<Reload>),
}

/// One session with the router, from its first reading to its end.
async fn live(
    memory: &mut Memory,
    router: &Router,
    mut shutdown: std::pin::Pin<&mut impl Future<Output = ()>>,
    reloads: &mut Option<Receiver<Reload>>,
) -> Result<Over, End> {
    let mut session = tokio::select! {
        biased;
        () = &mut shutdown => return Ok(Over::Stop),
        begun = Session::begin(memory, router) => begun?,
    };
    let over = loop {
        session.beat();
        let woke = tokio::select! {
            biased;
            () = &mut shutdown => break Over::Stop,
            // A swap is followed to its end first.
            reload = next(reloads), if session.agent.tunnel.is_settled() => break Over::Reload(Box::new(reload)),
            woke = session.wait() => woke,
        };
        let turn = session.turn(woke);
        tokio::pin!(turn);
        tokio::select! {
            biased;
            turned = &mut turn => turned?,
            // It may be in the middle of a swap: its calls are finished, within bounds.
            () = &mut shutdown => {
                timeout(SHUTDOWN / 2, turn).await.ok();
                break Over::Stop;
            }
        }
    };
    timeout(SHUTDOWN / 2, session.leave()).await.ok();
    Ok(over)
}

/// Which items of the router are managed, by the configuration.
pub(crate) fn managed(config: &Config) -> Managed {
    memory::managed(config)
}

pub(crate) fn access(config: &Config) -> Access {
    Access::from(config.router())
}
