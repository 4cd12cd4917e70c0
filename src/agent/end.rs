//! Why a session with the router ends.

use crate::router::{CallError, Cause, Chain};

/// Why a session ended.
#[derive(Debug)]
pub(super) enum End {
    /// Nothing on the router can be trusted to be as it was read: only a new session shows what came of the last calls.
    Lost(String),
    /// What only a person can change; tried again later.
    Blocked,
}

/// The end of a session that a call failed in.
pub(super) fn lost(error: CallError) -> End {
    End::Lost(match error {
        CallError::NotSent(cause) | CallError::Unknown(Cause::Lost(cause)) => cause.to_string(),
        error => Chain(&error).to_string(),
    })
}
