//! What a live recording holds while sessions with the router come and go.

use std::io::Write;

use super::output::Output;
use super::recorded::{Options, RecordError, Recorded};
use crate::config::Config;
use crate::drive::Recording;
use crate::names::InterfaceName;
use crate::router::{CallError, Cause};
use crate::units::{Db, Moment};

/// What outlives a session with the router.
pub(super) struct Session<'c, W: Write, P> {
    pub(super) config: &'c Config,
    pub(super) options: &'c Options,
    pub(super) until: Option<Moment>,
    pub(super) recording: Recording,
    pub(super) output: Output<W, P>,
    /// The seconds of the log before this one have been read, or logged as missing.
    pub(super) read: u32,
    pub(super) radios: Vec<InterfaceName>,
    pub(super) next_scan: Moment,
    /// Scans that were refused since the last one that was not.
    pub(super) refused: u32,
    /// Whether the first session has looked for others of our user, and when to look again while there are.
    pub(super) alone: Option<bool>,
    pub(super) next_look: Moment,
    /// The reason that was last logged for scanning with nothing.
    pub(super) hushed: Option<String>,
}

/// Why a turn did not end well.
pub(super) enum Stop {
    Lost(String),
    Failed(RecordError),
}

impl From<CallError> for Stop {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(trap) => Stop::Failed(RecordError::Refused(trap)),
            CallError::NotSent(cause) | CallError::Unknown(Cause::Lost(cause)) => Stop::Lost(cause.to_string()),
            CallError::Unknown(cause) => Stop::Lost(cause.to_string()),
        }
    }
}

impl From<csv::Error> for Stop {
    fn from(error: csv::Error) -> Self {
        Stop::Failed(error.into())
    }
}

impl<'c, W: Write, P: FnMut(&Recorded)> Session<'c, W, P> {
    pub(super) fn new(config: &'c Config, options: &'c Options, recording: Recording, output: Output<W, P>) -> Self {
        Session {
            config,
            options,
            until: options.seconds.map(|seconds| recording.begins(seconds)),
            recording,
            output,
            read: 0,
            radios: config.radios().iter().map(|radio| radio.interface.clone()).collect(),
            next_scan: Moment::ZERO,
            refused: 0,
            alone: None,
            next_look: Moment::ZERO,
            hushed: None,
        }
    }

    pub(super) fn offset(&self, radio: &InterfaceName) -> Db {
        let radio = self.config.radios().iter().find(|one| one.interface == *radio);
        radio.map_or(Db(0), |radio| radio.signal_offset)
    }
}
