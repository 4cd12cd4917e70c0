//! How a live recording runs, what it recorded, and why it ended early.

use std::time::Duration;

use crate::router::{ConnectError, Delays};
use crate::routeros::Trap;

/// How a live recording runs.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many seconds are recorded; `None` until it is asked to stop.
    pub seconds: Option<u32>,
    /// Whether access points of networks that are not in the configuration are written as well.
    pub strangers: bool,
    /// How long a second of the log lasts: only tests say otherwise than one second.
    pub second: Duration,
    /// How long to wait before the next try to connect.
    pub delays: Delays,
}

/// What was recorded so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recorded {
    /// Seconds of the log.
    pub seconds: u32,
    /// Its rows.
    pub rows: u64,
    /// Access points in it.
    pub aps: usize,
    /// Scans that heard something or nothing, but were not refused.
    pub scans: u64,
    /// Sessions with the router that were lost.
    pub gaps: u32,
    /// Seconds in which the router was not read: there was no session, or it stalled.
    pub unread: u32,
}

/// Why a recording ended early. What was heard until then is in the log.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// There was never a session, and trying on is of no use.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The router does not let this user read what is to be recorded.
    #[error("the router refused a reading: {0}")]
    Refused(Trap),
    /// The log cannot be written.
    #[error("the drive log cannot be written")]
    Write(#[from] csv::Error),
}

impl RecordError {
    /// What a technician should look at; `None` when the text says it all.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            RecordError::Connect(error) => error.hint(),
            RecordError::Refused(trap) => Some(
                trap.hint()
                    .unwrap_or("`tikroam check` shows what the router lacks for this configuration"),
            ),
            RecordError::Write(_) => Some("is the disk full?"),
        }
    }
}
