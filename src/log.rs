//! The log as a technician tails it: one line an event, its hint last; or as JSON for programs.
//!
//! A thread of its own writes the lines, so that a stderr which takes none (a full disk, a closed pipe, a terminal that was
//! stopped by Ctrl-S) neither ends the agent nor stops its loop: a vehicle must not go dark because nobody reads its log.
//! `tracing-appender` does the same, but its guard prints to stdout when its queue is full at the end.

use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber, warn};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::ap_names::ApNames;
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

/// How many lines wait for a stderr that takes none. Further ones are dropped and counted.
const WAITING: usize = 1024;

/// How long the end of the program waits for lines that were not written yet.
const FLUSH: Duration = Duration::from_secs(1);

/// Sends the log to stderr from `level` (such as `info`) on; `RUST_LOG` wins over the level. The log is whole once the guard
/// is dropped.
///
/// Does nothing when a log is set up already.
pub fn set_up(level: &str, format: Format) -> Guard {
    let (queue, guard) = queue(io::stderr());
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(format!("tikroam={level}")));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .log_internal_errors(false)
        .with_writer(move || queue.clone());
    let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
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
    guard
}

/// The same for a command that shows a progress bar: lines appear above it.
pub fn set_up_beside(bar: &indicatif::ProgressBar) -> Guard {
    let (queue, guard) = queue(Beside(bar.clone()));
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("tikroam=info"));
    let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let done = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .log_internal_errors(false)
        .with_writer(move || queue.clone())
        .event_format(Lines { colour })
        .try_init();
    drop(done);
    guard
}

/// The way of lines to the thread that writes them. Writing to it neither fails nor waits.
#[derive(Clone)]
struct Queue {
    lines: SyncSender<Queued>,
    dropped: Arc<AtomicU64>,
}

enum Queued {
    Line(Vec<u8>),
    /// Answered when everything before it is written.
    Flush(SyncSender<()>),
}

/// The names of access points.
static APS: OnceLock<ApNames> = OnceLock::new();

/// Shows these names after the BSSIDs of each line, from now on. For text: in a line for programs a BSSID stands alone.
pub fn name_aps(names: &ApNames) {
    APS.set(names.clone()).ok();
}

/// A line with the names of its access points.
fn named(line: &[u8]) -> Vec<u8> {
    match (APS.get(), std::str::from_utf8(line)) {
        (Some(names), Ok(text)) => names.annotated(text).into_owned().into_bytes(),
        _ => line.to_vec(),
    }
}

impl Write for Queue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.lines.try_send(Queued::Line(named(line))).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Waits, when it is dropped, until the lines so far are written: a second at most.
#[must_use = "the log is cut off where its guard is dropped"]
pub struct Guard(SyncSender<Queued>);

impl Drop for Guard {
    fn drop(&mut self) {
        let (done, written) = sync_channel(1);
        if self.0.try_send(Queued::Flush(done)).is_ok() {
            written.recv_timeout(FLUSH).ok();
        }
    }
}

fn queue(to: impl Write + Send + 'static) -> (Queue, Guard) {
    let (lines, queued) = sync_channel(WAITING);
    let dropped = Arc::new(AtomicU64::new(0));
    let guard = Guard(lines.clone());
    let queue = Queue {
        lines,
        dropped: Arc::clone(&dropped),
    };
    // Without a thread there is no log, and still an agent.
    let thread = std::thread::Builder::new().name("log".to_owned());
    thread.spawn(move || write_all(&queued, &dropped, to)).ok();
    (queue, guard)
}

/// Writes lines as they come. One that cannot be written is lost.
fn write_all(queued: &Receiver<Queued>, dropped: &AtomicU64, mut to: impl Write) {
    for queued in queued {
        match queued {
            Queued::Line(line) => to.write_all(&line).unwrap_or_default(),
            Queued::Flush(done) => done.send(()).unwrap_or_default(),
        }
        let lost = dropped.swap(0, Ordering::Relaxed);
        if lost > 0 {
            warn!(
                lines = lost,
                "lines of the log are missing before this: stderr took none"
            );
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

struct Wall;

impl FormatTime for Wall {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        write!(writer, "{}", clock::wall_time())
    }
}

/// One line an event: time, level, the names of the spans that it is in, message, values, hint.
struct Lines {
    colour: bool,
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, at: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut words = Words::default();
        event.record(&mut words);
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
        for span in at.event_scope().into_iter().flatten() {
            write!(out, "{}: ", span.name())?;
        }
        writeln!(out, "{}{}{}", words.message, words.values, words.hint)
    }
}

#[derive(Default)]
struct Words {
    message: String,
    values: String,
    hint: String,
}

impl Words {
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

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        // Writing to a String does not fail.
        self.take(field.name(), value).ok();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take(field.name(), &format!("{value:?}")).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes nothing until it is let go.
    struct Stuck {
        let_go: Receiver<()>,
        lines: SyncSender<Vec<u8>>,
    }

    impl Write for Stuck {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.let_go.recv().unwrap_or_default();
            self.lines.send(line.to_vec()).unwrap();
            // As a disk that is full.
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_neither_wait_nor_fail_and_the_guard_lets_none_behind() {
        let (go, let_go) = sync_channel(1);
        let (lines, written) = sync_channel(2 * WAITING);
        let (mut queue, guard) = queue(Stuck { let_go, lines });
        for number in 0..2 * WAITING {
            queue.write_all(number.to_string().as_bytes()).unwrap();
        }
        // One more may be with the thread.
        let dropped = queue.dropped.load(Ordering::Relaxed);
        assert!((WAITING as u64 - 1..=WAITING as u64).contains(&dropped), "{dropped}");
        drop(go);
        // The queue has room again once the thread has taken a line.
        let mut first = written.recv().unwrap();
        first.extend(written.recv().unwrap());
        assert_eq!(first, b"01");
        drop(guard);
        assert_eq!(written.try_iter().count() as u64, 2 * WAITING as u64 - dropped - 2);
    }
}
