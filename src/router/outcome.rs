//! Outcomes of a call, and why a session ended.

use std::fmt;
use std::io;
use std::time::Duration;

use thiserror::Error;

use crate::names::write_escaped;

/// Why a call gave no rows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallError {
    /// Not a byte of it left: the router cannot have done it.
    #[error("the call was not sent")]
    NotSent(#[source] Lost),
    /// The router answered and did not do it.
    #[error("the router refused: {0}")]
    Refused(Trap),
    /// Nobody knows whether the router did it; only reading the router again tells.
    #[error("whether the router did it is not known")]
    Unknown(#[source] Cause),
}

impl CallError {
    /// The router's refusal, when it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Trap> {
        match self {
            CallError::Refused(trap) => Some(trap),
            CallError::NotSent(_) | CallError::Unknown(_) => None,
        }
    }
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
    #[error("what came is not the RouterOS API (length byte 0x{0:02x})")]
    Garbled(u8),
    /// We closed it.
    #[error("the session was closed by this side")]
    GivenUp,
}

/// What the router answered when it refused a command (`!trap`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trap {
    /// The router's words.
    pub message: String,
    /// Its category, 0 to 7; often missing.
    pub category: Option<u8>,
}

impl Trap {
    /// The user's group lacks a policy.
    #[must_use]
    pub fn is_permission(&self) -> bool {
        self.says("not enough permissions")
    }

    /// The menu or command does not exist on this router.
    #[must_use]
    pub fn is_no_such_command(&self) -> bool {
        self.says("no such command")
    }

    /// The command does not know an argument that it was given.
    #[must_use]
    pub fn is_unknown_parameter(&self) -> bool {
        self.says("unknown parameter")
    }

    /// The item is not there, or no longer.
    #[must_use]
    pub fn is_no_such_item(&self) -> bool {
        self.says("no such item")
    }

    /// What was to be added is there already.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.says("already have")
    }

    /// What a technician should look at; `None` when the text says it all.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        self.is_permission()
            .then_some("on the router: the user's group needs the policies `api,read,write,test`")
    }

    // Routers add a code (`(4)`) or a name behind the same words, by version.
    fn says(&self, words: &str) -> bool {
        self.message.contains(words)
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, &self.message)
    }
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

/// Shows text of the router so that it cannot steer a terminal.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trap_is_told_by_its_words_whatever_code_follows() {
        let trap = |message: &str| Trap {
            message: message.to_owned(),
            category: None,
        };
        assert!(trap("not enough permissions (9)").is_permission());
        assert!(trap("no such item (4)").is_no_such_item());
        assert!(trap("no such item").is_no_such_item());
        assert!(trap("no such command or directory (wifi)").is_no_such_command());
        assert!(trap("no such command prefix").is_no_such_command());
        assert!(trap("unknown parameter thr-rtt-max").is_unknown_parameter());
        assert!(trap("failure: already have such address").is_duplicate());
        assert!(!trap("failure: already have such address").is_no_such_item());
    }

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
