//! The verbs of the command line. Data goes to stdout, everything else to stderr.

use std::fmt;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{ExitCode, Termination};

use crate::config::{Config, Faults};

mod agent_socket;
pub mod bugreport;
pub mod by_hand;
pub mod check;
mod configuration;
pub mod demo;
pub mod drive_log;
pub mod evaluate;
pub mod init;
pub mod manual;
pub mod plan;
pub mod record;
mod replay;
pub mod report;
pub mod run;
pub mod setup;
pub mod sim;
pub mod status;
pub mod tune;

/// Reads the configuration; its faults go to stderr.
///
/// # Errors
///
/// How the program is to end when it has any.
fn load(path: &Path) -> Result<Config, Exit> {
    configuration::load(path).map_err(faulty)
}

/// Reads the configuration for what asks no router, so that it needs no password.
///
/// # Errors
///
/// How the program is to end when it has any faults.
fn load_offline(path: &Path) -> Result<Config, Exit> {
    configuration::load_offline(path).map_err(faulty)
}

fn faulty(faults: Faults) -> Exit {
    note(faults);
    Exit::Config
}

/// Stdout took no more of a verb's data.
#[derive(Debug, thiserror::Error)]
#[error("the output cannot be written to stdout")]
pub struct OutputError(#[from] io::Error);

/// Prints a verb's data to stdout, to the end.
///
/// # Errors
///
/// [`OutputError`]; `print!` panics there.
fn print(data: impl fmt::Display) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    write!(out, "{data}")?;
    Ok(out.flush()?)
}

/// Prints a line for people to stderr, beside the log. A stderr that takes nothing changes nothing; `eprintln!` panics there.
pub fn note(text: impl fmt::Display) {
    writeln!(io::stderr(), "{text}").ok();
}

/// How the program ends after a verb. Whoever closed the pipe that stdout goes to has seen enough, which is no failure.
#[must_use]
pub fn ended(verb: anyhow::Result<Exit>) -> Exit {
    let error = match verb {
        Ok(exit) => return exit,
        Err(error) => error,
    };
    let closed = |OutputError(error): &OutputError| error.kind() == io::ErrorKind::BrokenPipe;
    if error.downcast_ref().is_some_and(closed) {
        return Exit::Fine;
    }
    note(format_args!("error: {error:#}"));
    Exit::Failed
}

/// How the program ends when the command line asks for nothing that can be done, or for help.
#[must_use]
pub fn not_begun(asked: &clap::Error) -> Exit {
    match asked.print() {
        _ if asked.use_stderr() => Exit::Usage,
        Ok(()) => Exit::Fine,
        Err(error) => ended(Err(OutputError(error).into())),
    }
}

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It did what it was asked for.
    Fine,
    /// It failed.
    Failed,
    /// The command line is wrong.
    Usage,
    /// No agent answers that could be asked.
    NoAgent,
    /// The configuration is wrong (`EX_CONFIG` of sysexits.h).
    Config,
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(match self {
            Exit::Fine => 0,
            Exit::Failed => 1,
            Exit::Usage | Exit::NoAgent => 2,
            Exit::Config => 78,
        })
    }
}
