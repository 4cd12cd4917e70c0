//! The log as entries of journald, which adds the time itself: a level, the line for people, and each value as a field.
//!
//! `tracing-journald` does nearly that. But it leaves values and hint out of the line that `journalctl` shows, and it waits
//! for a journald that takes nothing, in the agent's own loop.

use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::os::unix::net::UnixDatagram;
use std::path::Path;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::lines::{Words, write_text};
use crate::names::write_escaped;

/// Where journald takes entries (<https://systemd.io/JOURNAL_NATIVE_PROTOCOL/>).
const SOCKET: &str = "/run/systemd/journal/socket";

/// The way to journald, where systemd has stderr go there and nobody sent it elsewhere since.
pub(super) fn of_stderr() -> Option<Datagrams> {
    let stream = std::env::var("JOURNAL_STREAM").ok()?;
    let stderr = rustix::fs::fstat(io::stderr()).ok()?;
    let same = stream == format!("{}:{}", stderr.st_dev, stderr.st_ino);
    same.then(|| Datagrams::to(Path::new(SOCKET)).ok()).flatten()
}

/// A socket that takes an entry with each datagram.
pub(super) struct Datagrams(UnixDatagram);

impl Datagrams {
    fn to(socket: &Path) -> io::Result<Self> {
        let datagrams = UnixDatagram::unbound()?;
        datagrams.connect(socket)?;
        Ok(Datagrams(datagrams))
    }
}

impl Write for Datagrams {
    fn write(&mut self, entry: &[u8]) -> io::Result<usize> {
        self.0.send(entry)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One entry an event: `FIELD=value` in each line. No value has a line break: control characters are escaped.
pub(super) struct Entries;

impl<S, N> FormatEvent<S, N> for Entries
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, at: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        // Those of syslog.
        let priority = match *event.metadata().level() {
            Level::ERROR => 3,
            Level::WARN => 4,
            Level::INFO => 6,
            _ => 7,
        };
        write!(out, "PRIORITY={priority}\nSYSLOG_IDENTIFIER=tikroam\nMESSAGE=")?;
        let mut words = Words::default();
        event.record(&mut words);
        write_text(&mut out, at, &words)?;
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        writeln!(out, "{}", fields.0)
    }
}

/// The values of an event as fields of their own: `radio` is `TIKROAM_RADIO`.
struct Fields(String);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        let name = field.name();
        if name == "message" || value.is_empty() {
            return;
        }
        let name = name
            .to_ascii_uppercase()
            .replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        // Writing to a String does not fail.
        write!(self.0, "\nTIKROAM_{name}=").ok();
        write_escaped(&mut self.0, value).ok();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use tracing::{info, info_span, warn};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::super::queue::queue;
    use super::*;

    /// What journald gets of the events in `log`, one datagram each.
    fn taken(log: impl FnOnce()) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let journald = UnixDatagram::bind(&path).unwrap();
        let (queue, rest) = queue(Datagrams::to(&path).unwrap());
        let lines = tracing_subscriber::fmt::layer().with_writer(move || queue.clone());
        let subscriber = tracing_subscriber::registry().with(lines.event_format(Entries));
        tracing::subscriber::with_default(subscriber, log);
        drop(rest);
        journald.set_nonblocking(true).unwrap();
        let mut bytes = vec![0; 64 * 1024];
        let entries = std::iter::from_fn(|| journald.recv(&mut bytes).ok().map(|length| bytes[..length].to_vec()));
        entries.map(|entry| String::from_utf8(entry).unwrap()).collect()
    }

    #[test]
    fn an_entry_has_its_level_the_whole_line_and_each_value_but_no_time() {
        let entries = taken(|| {
            let (radio, hint) = ("wlan1", "look at\nthe antenna");
            info_span!("unit-14")
                .in_scope(|| warn!(hint, radio, signal = %"-80 dBm", calls = 3, "swap failed: \u{1b}[31m{radio}"));
            info!(hint = "", "fine");
        });
        assert_eq!(
            entries,
            [
                "PRIORITY=4\nSYSLOG_IDENTIFIER=tikroam\n\
                 MESSAGE=unit-14: swap failed: \\u{1b}[31mwlan1 radio=wlan1 signal=\"-80 dBm\" calls=3; hint: look at\\nthe antenna\n\
                 TIKROAM_HINT=look at\\nthe antenna\nTIKROAM_RADIO=wlan1\nTIKROAM_SIGNAL=-80 dBm\nTIKROAM_CALLS=3\n",
                "PRIORITY=6\nSYSLOG_IDENTIFIER=tikroam\nMESSAGE=fine\n",
            ]
        );
    }
}
