//! The verbs of the command line. Data goes to stdout, everything else to stderr.

use std::process::{ExitCode, Termination};

pub mod check;
pub mod demo;
pub mod evaluate;
pub mod log;
pub mod plan;
pub mod run;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It did what it was told.
    Fine,
    /// It failed.
    Failed,
    /// The command line is wrong.
    Usage,
    /// The configuration is wrong (`EX_CONFIG` of sysexits.h).
    Config,
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(match self {
            Exit::Fine => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Config => 78,
        })
    }
}
