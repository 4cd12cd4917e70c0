//! The log as a technician tails it: one line an event, its hint last; or as JSON for programs.

use std::fmt::{self, Write as _};
use std::io::IsTerminal;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::clock;
use crate::names::write_escaped;

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One line an event for a person.
    Text,
    /// One JSON object an event.
    Json,
}

/// Sends the log to stderr from `level` (such as `info`) on; `RUST_LOG` wins over the level.
///
/// Does nothing when a log is set up already.
pub fn set_up(level: &str, format: Format) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(format!("tikroam={level}")));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let done = match format {
        Format::Text => log.event_format(Lines { colour }).try_init(),
        Format::Json => log
            .json()
            .flatten_event(true)
            .with_target(false)
            .with_timer(Wall)
            .try_init(),
    };
    // A second set-up in one process (tests) keeps the first.
    drop(done);
}

/// The same for a command that shows a progress bar: lines appear above it.
pub fn set_up_beside(bar: &indicatif::ProgressBar) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("tikroam=info"));
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let bar = bar.clone();
    let done = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(move || Beside(bar.clone()))
        .event_format(Lines { colour })
        .try_init();
    drop(done);
}

struct Beside(indicatif::ProgressBar);

impl std::io::Write for Beside {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.suspend(|| std::io::stderr().write(line))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

struct Wall;

impl FormatTime for Wall {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        write!(writer, "{}", clock::wall_time())
    }
}

/// One line an event: time, level, message, values, hint.
struct Lines {
    colour: bool,
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = Line::default();
        event.record(&mut line);
        let level = *event.metadata().level();
        let colour = match level {
            Level::ERROR => "\u{1b}[31m",
            Level::WARN => "\u{1b}[33m",
            Level::INFO => "\u{1b}[32m",
            _ => "\u{1b}[2m",
        };
        write!(out, "{} ", clock::wall_time())?;
        if self.colour {
            write!(out, "{colour}{level:>5}\u{1b}[0m ")?;
        } else {
            write!(out, "{level:>5} ")?;
        }
        writeln!(out, "{}{}{}", line.message, line.values, line.hint)
    }
}

#[derive(Default)]
struct Line {
    message: String,
    values: String,
    hint: String,
}

impl Line {
    fn take(&mut self, name: &str, value: &str) -> fmt::Result {
        match name {
            "message" => write_escaped(&mut self.message, value),
            "hint" if value.is_empty() => Ok(()),
            "hint" => {
                self.hint.push_str("; hint: ");
                write_escaped(&mut self.hint, value)
            }
            name => {
                let quote = if value.is_empty() || value.contains([' ', '"', '=']) {
                    "\""
                } else {
                    ""
                };
                write!(self.values, " {name}={quote}")?;
                write_escaped(&mut self.values, value)?;
                self.values.write_str(quote)
            }
        }
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        // Writing to a String does not fail.
        self.take(field.name(), value).ok();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take(field.name(), &format!("{value:?}")).ok();
    }
}
