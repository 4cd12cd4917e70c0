//! The verbs of the command line. Data goes to stdout, everything else to stderr.

use std::path::Path;
use std::process::{ExitCode, Termination};

use crate::config::{Config, Faults};

pub mod check;
mod configuration;
pub mod demo;
pub mod drive_log;
pub mod evaluate;

pub mod plan;
pub mod record;
mod replay;
pub mod run;
pub mod sim;
pub mod tune;

/// Reads the configuration; its faults go to stderr.
///
/// # Errors
///
/// How the program is to end when it has any.
fn load(path: &Path) -> Result<Config, Exit> {
    configuration::load(path).map_err(report)
}

/// Reads the configuration for what asks no router, so that it needs no password.
///
/// # Errors
///
/// How the program is to end when it has any faults.
fn load_offline(path: &Path) -> Result<Config, Exit> {
    configuration::load_offline(path).map_err(report)
}

#[allow(
    clippy::print_stderr,
    reason = "the log is not set up before the configuration is read"
)]
fn report(faults: Faults) -> Exit {
    eprintln!("{faults}");
    Exit::Config
}

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
