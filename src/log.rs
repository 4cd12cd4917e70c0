//! The log as a technician tails it: one line an event, its hint last; or as JSON for programs.
//!
//! Under systemd it goes to journald in journald's own way, else to stderr.
//!
//! A thread of its own writes the lines, so that an output which takes none (a full disk, a closed pipe, a terminal that was
//! stopped by Ctrl-S) neither ends the agent nor stops its loop: a vehicle must not go dark because nobody reads its log.
//! `tracing-appender` does the same, but its guard prints to stdout when its queue is full at the end.

use std::io::{self, IsTerminal, Write};

use tracing::warn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry, reload};

mod journald;
mod lines;
mod queue;

use journald::Entries;
use lines::{Lines, Wall};
use queue::{Queue, Rest, queue};

pub use lines::name_aps;

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One line an event for a person.
    Text,
    /// One JSON object an event.
    Json,
}

/// Sends the log to journald or stderr from `level` (such as `info`) on; `RUST_LOG` wins over the level. The log is whole
/// once the guard is dropped.
///
/// Does nothing when a log is set up already.
pub fn set_up(level: &str, format: Format) -> Guard {
    let journald = journald::of_stderr().filter(|_| format == Format::Text);
    match journald {
        Some(journald) => begin(level, queue(journald), Form::Entries),
        None => begin(level, queue(io::stderr()), format.into()),
    }
}

/// The same for a command that shows a progress bar: lines appear above it.
pub fn set_up_beside(bar: &indicatif::ProgressBar) -> Guard {
    begin("info", queue(Beside(bar.clone())), Form::Lines)
}

/// What an event becomes.
enum Form {
    Lines,
    Json,
    Entries,
}

impl From<Format> for Form {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Form::Lines,
            Format::Json => Form::Json,
        }
    }
}

fn begin(level: &str, (queue, rest): (Queue, Rest), form: Form) -> Guard {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| from(level));
    let (filter, level) = reload::Layer::new(filter);
    let log = tracing_subscriber::fmt::layer()
        .log_internal_errors(false)
        .with_writer(move || queue.clone());
    let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let log = match form {
        Form::Lines => log.event_format(Lines { colour }).boxed(),
        Form::Entries => log.event_format(Entries).boxed(),
        Form::Json => log
            .json()
            .flatten_event(true)
            .with_target(false)
            .with_timer(Wall)
            .boxed(),
    };
    let done = tracing_subscriber::registry().with(filter).with(log).try_init();
    // A second set-up in one process (tests) keeps the first.
    drop(done);
    Guard { level, _rest: rest }
}

fn from(level: &str) -> EnvFilter {
    EnvFilter::new(format!("tikroam={level}"))
}

/// Keeps the log. When it is dropped, it waits until the lines so far are written: a second at most.
#[must_use = "the log is cut off where its guard is dropped"]
pub struct Guard {
    level: reload::Handle<EnvFilter, Registry>,
    _rest: Rest,
}

impl Guard {
    /// Shows events from `level` on, unless `RUST_LOG` says which.
    pub fn show(&self, level: &str) {
        if std::env::var_os(EnvFilter::DEFAULT_ENV).is_none()
            && let Err(error) = self.level.reload(from(level))
        {
            warn!(%error, "the level of the log stays as it is");
        }
    }
}

struct Beside(indicatif::ProgressBar);

impl Write for Beside {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.suspend(|| io::stderr().write(line))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
