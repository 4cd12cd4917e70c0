//! `tikroam record`: a drive log of what the vehicle hears, for `tikroam evaluate`.

use std::cell::Cell;
use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;
use indicatif::{ProgressBar, ProgressStyle};
use tracing::{info, warn};

use crate::cli::{Exit, load, run as daemon};
use crate::config::LogFormat;
use crate::drive::LogWriter;
use crate::entry::{Entry, Unreadable};
use crate::journal;
use crate::log;
use crate::record::{self, JournalError, Options, RecordError, Recorded};
use crate::router::Delays;

/// Write what both radios hear as a drive log, while the vehicle drives or from the agent's journal
///
/// The log (CSV: time_s,bssid,ssid,channel,signal_dbm) has one row for each access point heard in a second, in whole
/// seconds from the start; a second without rows heard nothing. `tikroam evaluate` and `tikroam demo --drive` read it.
///
/// Live, it reads the registrations of all radios each tick and scans again and again with the idle radio only, in the
/// background while that is associated; nothing is written on the router. Where it is not clear which radio is active, or
/// the user has another session on the router, nothing scans. Do not record live beside a running agent: two scanners
/// disturb its hunt. Record from its journal, with --journal, then or later: all that it heard is in there.
///
/// A registration counts as the mean of its readings in a second, with the radio's `signal_offset`. What a scan heard
/// stands from the second in which it ended until the next one has ended, at most for `[hunt] interval`: an access point
/// out of hearing is written for that long at most, and one that a scan missed is missing until the next. Where both have
/// one access point the registration counts, and of two radios on one the stronger. A channel that nobody gave is 0.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n\
\x20 sudo tikroam record -o monday.csv        # where no agent runs\n\
\x20 sudo tikroam record --journal journal.jsonl -o monday.csv")]
pub struct Args {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "/etc/tikroam/agent.toml")]
    config: PathBuf,
    /// The drive log to write; further drives of a journal go to NAME-2.csv, NAME-3.csv, ...
    #[arg(short, long, value_name = "DRIVE.csv")]
    output: PathBuf,
    /// Take what the agent's journal has instead of asking the router: `[journal] file`, whose rotated files (FILE.1.gz and so on)
    /// are found beside it. Under the shipped service only root may read it. An agent that was off, or without a router, for
    /// more than five minutes begins another drive
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seconds", "all", "config"])]
    journal: Option<PathBuf>,
    /// End after so many seconds [default: at Ctrl-C or SIGTERM]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    seconds: Option<u32>,
    /// Also write access points of networks that are not in the configuration
    #[arg(long)]
    all: bool,
    /// Overwrite an existing file
    #[arg(long)]
    force: bool,
}

/// Records until a signal, or what a journal has.
///
/// # Errors
///
/// When the log cannot be written, the router cannot be read, or nothing was heard.
pub async fn run(args: Args) -> anyhow::Result<Exit> {
    match &args.journal {
        None => live(&args).await,
        Some(journal) => {
            let _log = log::set_up("info", log::Format::Text);
            from_journal(&args, journal)
        }
    }
}

async fn live(args: &Args) -> anyhow::Result<Exit> {
    let config = match load(&args.config) {
        Ok(config) => config,
        Err(exit) => return Ok(exit),
    };
    let (bar, _log) = if io::stderr().is_terminal() {
        let bar = ProgressBar::new_spinner().with_style(ProgressStyle::with_template("{spinner} {msg}")?);
        let log = log::set_up_beside(&bar);
        (bar, log)
    } else {
        let format = match config.log().format {
            LogFormat::Text => log::Format::Text,
            LogFormat::Json => log::Format::Json,
        };
        let log = log::set_up(config.log().level.as_str(), format);
        (ProgressBar::hidden(), log)
    };
    let options = Options {
        seconds: args.seconds,
        strangers: args.all,
        second: Duration::from_secs(1),
        delays: Delays::default(),
    };
    let shutdown = daemon::shutdown()?;
    let file = create(&args.output, args.force)?;
    let show = |recorded: &Recorded| {
        bar.set_message(progress(recorded));
        bar.tick();
    };
    let mut rows = 0;
    let recorded = record::live(&config, &options, file, shutdown, |recorded| {
        rows = recorded.rows;
        show(recorded);
    })
    .await;
    bar.finish_and_clear();
    let recorded = recorded.map_err(|error| {
        if rows == 0 {
            discard(&args.output);
        }
        explained(error)
    })?;
    info!(
        seconds = recorded.seconds,
        rows = recorded.rows,
        aps = recorded.aps,
        scans = recorded.scans,
        seconds_unread = recorded.unread,
        sessions_lost = recorded.gaps,
        file = %args.output.display(),
        "recorded"
    );
    if recorded.rows == 0 {
        discard(&args.output);
        bail!(
            "nothing was heard, so there is no log\n\nhint: were the radios on, and are the networks those of the \
             configuration? --all writes strangers as well"
        );
    }
    Ok(Exit::Fine)
}

fn from_journal(args: &Args, journal: &Path) -> anyhow::Result<Exit> {
    let mut drives = Drives {
        args,
        log: None,
        rows: 0,
    };
    let passed_over = Cell::new(0_u64);
    let files = journal::files(journal).map_err(|error| unreadable(journal, &error))?;
    let entries = entries(&files, &passed_over)?;
    let number = record::drives(entries, Duration::from_secs(1), |drive, second| {
        drives.write(drive, &second)
    });
    let number = number.map_err(|error| match error {
        JournalError::Version(_) => anyhow::anyhow!("{error}\n\nhint: use the version of tikroam that wrote it"),
        JournalError::Other(error) => error,
    })?;
    if passed_over.get() > 0 {
        warn!(
            lines = passed_over.get(),
            "lines that are no entry were passed over: a power cut leaves one"
        );
    }
    drives.end()?;
    if drives.rows == 0 {
        bail!(
            "the journal has no access point of a configured network\n\nhint: is this `[journal] file` of the agent's configuration?"
        );
    }
    info!(drives = number, rows = drives.rows, "recorded");
    Ok(Exit::Fine)
}

/// The entries of journal files, given the oldest first; lines that are none are counted.
fn entries<'a>(
    files: &'a [PathBuf],
    passed_over: &'a Cell<u64>,
) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Entry>> + 'a> {
    let mut opened = Vec::new();
    for path in files {
        opened.push((path, journal::entries(path).map_err(|error| unreadable(path, &error))?));
    }
    Ok(opened.into_iter().flat_map(move |(path, lines)| {
        lines.filter_map(move |line| match line {
            Ok(Ok(entry)) => Some(Ok(entry)),
            Ok(Err(error @ Unreadable::Version(_))) => Some(Err(anyhow::anyhow!(
                "a line of `{}` cannot be read: {error}\n\nhint: use the version of tikroam that wrote it",
                path.display()
            ))),
            Ok(Err(_)) => {
                passed_over.set(passed_over.get() + 1);
                None
            }
            Err(error) => Some(Err(unreadable(path, &error))),
        })
    }))
}

fn unreadable(path: &Path, error: &io::Error) -> anyhow::Error {
    let hint = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "under the shipped service only root may read the journal: run this with `sudo`"
        }
        _ => {
            "`[journal] file` of the agent's configuration names it, TIKROAM__JOURNAL__FILE of its service before that"
        }
    };
    anyhow::anyhow!(
        "the journal `{}` cannot be read: {error}\n\nhint: {hint}",
        path.display()
    )
}

/// The drive logs that a journal gives, one after the other.
struct Drives<'a> {
    args: &'a Args,
    /// The one being written: its number, its rows.
    log: Option<(usize, u64, LogWriter<Disk>)>,
    rows: u64,
}

impl Drives<'_> {
    fn write(&mut self, drive: usize, second: &crate::drive::Second) -> anyhow::Result<()> {
        if second.heard.is_empty() {
            return Ok(());
        }
        if self.log.as_ref().is_some_and(|(number, ..)| *number != drive) {
            self.end()?;
        }
        let log = match &mut self.log {
            Some(log) => log,
            none => {
                let path = numbered(&self.args.output, drive);
                none.insert((drive, 0, LogWriter::new(create(&path, self.args.force)?)?))
            }
        };
        log.1 += u64::try_from(second.heard.len())?;
        log.2.second(
            u64::from(second.number),
            second.heard.iter().map(|(ap, signal)| (ap, *signal)),
        )?;
        Ok(())
    }

    fn end(&mut self) -> anyhow::Result<()> {
        if let Some((drive, rows, mut log)) = self.log.take() {
            log.flush()?;
            self.rows += rows;
            info!(file = %numbered(&self.args.output, drive).display(), rows, "drive log written");
        }
        Ok(())
    }
}

/// `drive.csv` for the first drive, `drive-2.csv` for the second.
fn numbered(path: &Path, drive: usize) -> PathBuf {
    if drive == 0 {
        return path.to_owned();
    }
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{}", drive + 1));
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    path.with_file_name(name)
}

/// A file whose flush reaches the disk, so that a power cut takes nothing that was flushed.
#[derive(Debug)]
struct Disk(File);

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.sync_data() {
            // A pipe has no disk behind it.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            done => done,
        }
    }
}

fn create(path: &Path, force: bool) -> anyhow::Result<Disk> {
    let mut options = OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    options.open(path).map(Disk).map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::AlreadyExists => "choose another name, or overwrite it with --force",
            _ => "choose a place that this user may write to",
        };
        anyhow::anyhow!("`{}` cannot be made: {error}\n\nhint: {hint}", path.display())
    })
}

/// Takes a log without rows away again: nothing can read it, and it is in the way of the next try.
fn discard(path: &Path) {
    // Not a pipe, nor a name for one such as /dev/stdout.
    if !std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file()) {
        return;
    }
    if let Err(error) = std::fs::remove_file(path) {
        warn!(file = %path.display(), %error, "the empty log stays");
    }
}

fn progress(recorded: &Recorded) -> String {
    let (minutes, seconds) = (recorded.seconds / 60, recorded.seconds % 60);
    format!(
        "{minutes}:{seconds:02}  {} rows, {} access points, {} scans, {} s not read",
        recorded.rows, recorded.aps, recorded.scans, recorded.unread
    )
}

fn explained(error: RecordError) -> anyhow::Error {
    match error.hint() {
        Some(hint) => anyhow::anyhow!("{:#}\n\nhint: {hint}", anyhow::Error::new(error)),
        None => anyhow::Error::new(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_drives_are_numbered_before_the_ending() {
        let name = |path: &str, drive| numbered(Path::new(path), drive).to_str().unwrap().to_owned();
        assert_eq!(name("a/monday.csv", 0), "a/monday.csv");
        assert_eq!(name("a/monday.csv", 1), "a/monday-2.csv");
        assert_eq!(name("monday", 2), "monday-3");
    }

    #[test]
    fn a_journal_that_may_not_be_read_asks_for_sudo() {
        let error = unreadable(Path::new("journal.jsonl"), &io::ErrorKind::PermissionDenied.into());
        assert!(error.to_string().contains("with `sudo`"), "{error}");
        let error = unreadable(Path::new("journal.jsonl"), &io::ErrorKind::NotFound.into());
        assert!(!error.to_string().contains("sudo"), "{error}");
    }

    #[test]
    fn an_existing_file_is_overwritten_only_by_force_and_a_log_without_rows_goes_away() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("drive.csv");
        create(&path, false).unwrap().write_all(b"old").unwrap();
        assert!(create(&path, false).unwrap_err().to_string().contains("--force"));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        create(&path, true).unwrap().flush().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"");
        discard(&path);
        assert!(!path.exists());
    }
}
