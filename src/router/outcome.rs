//! Outcomes of a call, and why a session ended.

use std::fmt;
use std::io;
use std::time::Duration;

use thiserror::Error;

use super::rows::Row;
use crate::names::Escaped;
use crate::routeros::Trap;

/// What becomes of one call.
pub(super) type Answer = Result<Vec<Row>, CallError>;

/// Why a call gave no rows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallError {
    /// Not a byte of it left: the router cannot have done it.
    #[error("the call was not sent")]
    NotSent(#[source] Lost),
    /// The router answered and did not do it.
    #[error("the router refused: {0}")]
    Refused(Trap),
    /// Nobody knows whether the router did it; only reading the router again shows it.
    #[error("whether the router did it is uncertain")]
    Unknown(#[source] Cause),
}

/// Why nobody knows whether a call was done.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Cause {
    /// The session ended with the call in flight.
    #[error("the session ended")]
    Lost(#[source] Lost),
    /// The answer did not come within the call's deadline; the session was given up with it.
    #[error("no answer within {after:?}")]
    TimedOut {
        /// The deadline of the call.
        after: Duration,
    },
    /// The answer came and cannot be read.
    #[error("the answer cannot be read: {0}")]
    Mangled(String),
}

/// Why a session ended. All calls in flight at that moment are of unknown outcome.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Lost {
    /// The router closed the connection.
    #[error("the router closed the connection")]
    Closed,
    /// The router said why it closed the connection (`!fatal`).
    #[error("the router ended the session: {}", Escaped(.0))]
    Fatal(String),
    /// The network failed.
    #[error("the connection failed: {0}")]
    Network(io::ErrorKind),
    /// A call had no answer within its deadline.
    #[error("`{command}` had no answer within {after:?}")]
    Unanswered {
        /// The command without its words.
        command: String,
        /// The deadline of the call.
        after: Duration,
    },
    /// The router took no bytes for too long.
    #[error("the router took nothing of what was sent within {after:?}")]
    WriteStalled {
        /// The deadline of a write.
        after: Duration,
    },
    /// An answer was longer than what we are ready to hold.
    #[error("an answer is longer than {limit} bytes")]
    TooLong {
        /// The bound in bytes.
        limit: usize,
    },
    /// The bytes are not those of the API.
    #[error("what came is not the RouterOS API (byte 0x{0:02x})")]
    Garbled(u8),
    /// One answer after the other belongs to no call.
    #[error("the router sends answers to nothing that was asked")]
    Unasked,
    /// We closed it.
    #[error("the session was closed by this side")]
    GivenUp,
}

/// An error with all its causes, on one line.
pub struct Chain<'a>(pub &'a dyn std::error::Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_router_cannot_steer_a_terminal() {
        let trap = Trap {
            message: "no\u{1b}[2J".to_owned(),
            category: None,
        };
        assert!(!CallError::Refused(trap).to_string().contains('\u{1b}'));
        assert!(!Lost::Fatal("\u{7}".to_owned()).to_string().contains('\u{7}'));
    }
}
