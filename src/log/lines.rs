//! One line an event, for a person.

use std::fmt::{self, Write as _};
use std::sync::OnceLock;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::ap_names::ApNames;
use crate::clock;
use crate::names::write_escaped;

/// The names of access points.
static APS: OnceLock<ApNames> = OnceLock::new();

/// Shows these names after the BSSIDs of each line for people, from now on. In a field for programs a BSSID stands alone.
pub fn name_aps(names: &ApNames) {
    APS.set(names.clone()).ok();
}

/// The time of day.
pub(super) struct Wall;

impl FormatTime for Wall {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        write!(writer, "{}", clock::wall_time())
    }
}

/// One line an event: time, level, the names of the spans that it is in, message, values, hint.
pub(super) struct Lines {
    pub(super) colour: bool,
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
        write_text(&mut out, at, &words)?;
        writeln!(out)
    }
}

/// Writes what people read of an event: the spans that it is in, its message, its values, its hint.
pub(super) fn write_text<S, N>(out: &mut Writer<'_>, at: &FmtContext<'_, S, N>, words: &Words) -> fmt::Result
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    for span in at.event_scope().into_iter().flatten() {
        write!(out, "{}: ", span.name())?;
    }
    let text = format!("{}{}{}", words.message, words.values, words.hint);
    match APS.get() {
        Some(names) => out.write_str(&names.annotated(&text)),
        None => out.write_str(&text),
    }
}

/// The words of an event, without control characters.
#[derive(Default)]
pub(super) struct Words {
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
