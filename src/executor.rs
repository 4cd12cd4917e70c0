//! A plan against a router: call, re-read, plan again, verify.
//!
//! The calls of a plan go out in order, each after the answer of the one before, with no reading between them but one:
//! while the old way out still works, the route moves only once the tunnel is down, or after a bounded wait. The router
//! answers "off" before its call-clear has reached the concentrator, and a concentrator without one refuses the next dial
//! for seconds: that costs more darkness than the wait (`cargo bench --bench dark` measures both). What a refused call or
//! an unreadable answer leaves behind is found by reading the router and planning again: never by repeating a call, never
//! by counting steps.

use std::time::Duration;

use thiserror::Error;
use tokio::time::sleep;

use crate::clock;
use crate::router::{CallError, Router};
use crate::routeros::Trap;
use crate::snapshot::{Managed, Snapshot};
use crate::swap::{self, Bounce, Mismatch, Plan, PlanError, Step, Wanted};
use crate::units::Moment;

/// How often a change is planned anew from what was read before it counts as failed.
const ROUNDS: usize = 3;

/// How often the tunnel is looked at while it goes down.
const POLLS: u32 = 15;

/// What it took to make the router look as wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// How many calls were answered.
    pub calls: usize,
    /// From the first call to the last call's answer.
    pub took: Duration,
    /// When the call left that takes the tunnel off; `None` when there was none.
    pub tunnel_off: Option<Moment>,
    /// Whether the tunnel was disabled by a person and left so.
    pub tunnel_left_disabled: bool,
    /// The router after it.
    pub read: Snapshot,
}

/// Why the router does not look as wanted.
#[derive(Debug, Error)]
pub enum ExecuteError {
    /// No plan could be made.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The router refused a call, also after planning again.
    #[error("the router refused `{step}`: {trap}")]
    Refused {
        /// The change that was refused.
        step: Box<Step>,
        /// What it said.
        trap: Trap,
    },
    /// The calls were answered, and yet the router differs.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    NotKept(Vec<Mismatch>),
    /// The session was lost: only a new one can read what was done.
    #[error("the session was lost")]
    Lost(#[source] CallError),
}

/// One plan's calls as far as they went.
#[derive(Debug)]
pub struct Applied {
    /// How many calls were answered.
    pub calls: usize,
    /// When the call left that takes the tunnel off; `None` when there was none.
    pub tunnel_off: Option<Moment>,
    /// The call that did not succeed, and why.
    pub stopped: Option<(Step, CallError)>,
}

/// Sends the calls of a plan in order until one does not succeed.
pub async fn apply(router: &Router, plan: &Plan) -> Applied {
    apply_waiting(router, plan, None).await
}

/// As [`apply`]; after the tunnel's end it waits for the tunnel to be down, at most for as long as given.
async fn apply_waiting(router: &Router, plan: &Plan, wait_down: Option<(&Managed, Duration)>) -> Applied {
    let mut applied = Applied {
        calls: 0,
        tunnel_off: None,
        stopped: None,
    };
    for step in &plan.steps {
        let is_off = matches!(step, Step::TunnelOff { .. });
        if is_off {
            applied.tunnel_off = Some(clock::now());
        }
        match router.call(&step.sentence()).await {
            Ok(_) => {
                applied.calls += 1;
                if let Some((managed, limit)) = wait_down.filter(|_| is_off) {
                    until_down(router, managed, limit).await;
                }
            }
            Err(error) => {
                applied.stopped = Some((step.clone(), error));
                break;
            }
        }
    }
    applied
}

/// Waits until the tunnel is down, or for as long as `limit`. A reading that fails ends the wait: the next call
/// fails as well then.
async fn until_down(router: &Router, managed: &Managed, limit: Duration) {
    let begun = clock::now();
    loop {
        let running = router.tunnel_running(managed).await.unwrap_or(false);
        let left = limit.saturating_sub(clock::now().since(begun));
        if !running || left.is_zero() {
            return;
        }
        sleep(left.min(limit / POLLS)).await;
    }
}

/// Makes the router look as wanted, beginning from what was read, and verifies it.
///
/// After the tunnel's end it waits for the tunnel to be down, `wait_down` at most.
///
/// # Errors
///
/// [`ExecuteError`]; after all but `Lost` the router was read again and differs.
pub async fn carry_out(
    router: &Router,
    managed: &Managed,
    read: &Snapshot,
    wanted: &Wanted,
    wait_down: Duration,
) -> Result<Done, ExecuteError> {
    let begun = clock::now();
    let mut done = Done {
        calls: 0,
        took: Duration::ZERO,
        tunnel_off: None,
        tunnel_left_disabled: false,
        read: read.clone(),
    };
    let mut wanted = wanted.clone();
    let mut refused = None;
    let wait = (!wait_down.is_zero()).then_some((managed, wait_down));
    for _ in 0..ROUNDS {
        let plan = swap::plan(&done.read, &wanted)?;
        if plan.steps.is_empty() && done.calls > 0 {
            break;
        }
        let applied = apply_waiting(router, &plan, wait).await;
        done.calls += applied.calls;
        done.took = clock::now().since(begun);
        done.tunnel_off = done.tunnel_off.or(applied.tunnel_off);
        done.tunnel_left_disabled = plan.tunnel_left_disabled;
        // A bounce that was begun is seen in the tunnel's mark from here on.
        if applied.tunnel_off.is_some() {
            wanted.bounce = Bounce::Never;
        }
        refused = match applied.stopped {
            None => None,
            Some((step, CallError::Refused(trap))) => Some((step, trap)),
            Some((_, error)) if router.is_lost().is_some() => return Err(ExecuteError::Lost(error)),
            Some(_) => None,
        };
        done.read = router.snapshot(managed).await.map_err(ExecuteError::Lost)?;
        if swap::verify(&done.read, &wanted)?.is_empty() {
            return Ok(done);
        }
    }
    match refused {
        Some((step, trap)) => Err(ExecuteError::Refused {
            step: Box::new(step),
            trap,
        }),
        None => match swap::verify(&done.read, &wanted)? {
            wrong if wrong.is_empty() => Ok(done),
            wrong => Err(ExecuteError::NotKept(wrong)),
        },
    }
}
