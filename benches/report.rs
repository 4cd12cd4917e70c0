//! How long a report of a month takes, how large a day's page is, and how much memory both need:
//! `cargo bench --bench report -- [--quick] [--journal FILE]`.
//!
//! A journal of the demo's drive, the given one or one made here, is repeated until its compressed files are 100 MB.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and may fail"
)]

#[path = "bench/figures.rs"]
#[allow(dead_code, reason = "the others use more of it")]
mod figures;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tikroam::entry::{Entry, Event, VERSION};
use tikroam::journal::{self, Journal};
use tikroam::units::{Moment, WallTime};

const MIB: f64 = 1024.0 * 1024.0;

/// The entries of a journal again and again, as one drive after the other: a shift of eight hours each day.
struct Shifts {
    entries: Vec<Entry>,
    /// How long they are.
    length: Duration,
    /// How many times they were given.
    round: u32,
}

impl Shifts {
    fn new(path: &Path) -> anyhow::Result<Self> {
        let mut entries = Vec::new();
        for file in journal::files(path)? {
            entries.extend(journal::read(&file)?.entries);
        }
        // A run that began at its own zero.
        let start = entries
            .iter()
            .rposition(|entry| matches!(entry.event, Event::Began { .. }))
            .unwrap_or(0);
        entries.drain(..start);
        let first = entries.first().map(|entry| entry.at).unwrap_or_default();
        let last = entries.last().map(|entry| entry.at).unwrap_or_default();
        Ok(Shifts {
            entries,
            length: last.since(first) + Duration::from_millis(250),
            round: 0,
        })
    }

    /// Writes them once more, and says how many hours there are.
    fn write(&mut self, journal: &mut Journal) -> f64 {
        let before = self.length * self.round;
        let days = before.as_secs() / (8 * 3600);
        let night = Duration::from_secs(days * 16 * 3600);
        let began = WallTime::from_millis(1_767_225_600_000);
        for entry in &self.entries {
            let at = Moment::after_start(before + entry.at.since_start());
            let time = began + night + at.since_start();
            journal.append(&Entry {
                v: VERSION,
                at,
                time,
                event: entry.event.clone(),
            });
        }
        self.round += 1;
        (self.length * self.round).as_secs_f64() / 3600.0
    }
}

fn size(path: &Path) -> u64 {
    let files = journal::files(path).unwrap();
    files.iter().map(|file| file.metadata().unwrap().len()).sum()
}

/// Runs the program on a journal: seconds, and the most memory in MiB.
#[allow(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn report(journal: &Path, page: &Path) -> (f64, f64) {
    let start = Instant::now();
    let script = "\"$@\" & pid=$!; peak=0; while kill -0 $pid 2>/dev/null; do \
        now=$(awk '/VmHWM/{print $2}' /proc/$pid/status 2>/dev/null); [ -n \"$now\" ] && peak=$now; sleep 0.02; done; \
        wait $pid && echo $peak";
    let done = Command::new("sh")
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_tikroam"), "report", "--journal"])
        .args([journal, Path::new("-o"), page])
        .output()
        .unwrap();
    let seconds = start.elapsed().as_secs_f64();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let peak: f64 = String::from_utf8_lossy(&done.stdout).trim().parse().unwrap_or(0.0);
    (seconds, peak / 1024.0)
}

fn main() -> anyhow::Result<()> {
    let given = std::env::args().skip_while(|word| word != "--journal").nth(1);
    let Some(given) = given.map(PathBuf::from) else {
        println!("not measured: give a journal with --journal FILE, such as one of `tikroam sim` and `tikroam run`");
        return Ok(());
    };
    let dir = tempfile::tempdir()?;
    let whole: f64 = if figures::quick() { 5e6 } else { 1e8 };
    let mut rows = Vec::new();
    let mut shifts = Shifts::new(&given)?;
    let path = dir.path().join("journal.jsonl");
    // Nobody deletes a file of it.
    let mut journal = Journal::new(&path, 4 << 20, 100_000, journal::RETRY);
    let (mut day, mut hours) = (None, 0.0);
    #[allow(clippy::cast_precision_loss, reason = "bytes of a disk")]
    let mut measure = |what: String, page: &str| {
        let page = dir.path().join(page);
        let (seconds, peak) = report(&path, &page);
        let bytes = page.metadata().unwrap().len() as f64;
        rows.push([
            what,
            format!("{:.1}", size(&path) as f64 / 1e6),
            format!("{seconds:.2}"),
            format!("{peak:.1}"),
            format!("{:.2}", bytes / MIB),
        ]);
    };
    #[allow(clippy::cast_precision_loss, reason = "bytes of a disk")]
    while (size(&path) as f64) < whole || hours == 0.0 {
        hours = shifts.write(&mut journal);
        if hours >= 8.0 && day.is_none() {
            day = Some(hours);
            measure(format!("a shift, {hours:.1} h"), "day.html");
        }
    }
    measure(format!("all, {hours:.0} h"), "all.html");
    println!(
        "{}",
        figures::table(["journal", "MB", "seconds", "peak MiB", "page MiB"], rows)
    );
    Ok(())
}
