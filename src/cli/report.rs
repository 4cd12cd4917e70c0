//! `tikroam report`: what a journal says about a drive, as a page, JSON or CSV.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Serialize;

use crate::cli::{Exit, note, print};
use crate::journal::{self, Lines};
use crate::report::{self, Collector, Report, Window};
use crate::units::WallTime;

/// What the agent's journal says: signals, swaps with their reasons, when the vehicle was dark and where
///
/// Writes one HTML page that needs no network. `tikroam report --journal /var/lib/tikroam/journal.jsonl --since
/// "2026-11-24 08:00" -o tuesday.html` is one morning. Times are UTC. Lines that cannot be read are counted and passed over.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n\
\x20 sudo tikroam report --since 2026-11-24 -o tuesday.html\n\
\x20 tikroam report --journal old.jsonl --compare new.jsonl")]
pub struct Args {
    /// The agent's journal by its newest file, `[journal] file`; its older files are found beside it
    #[arg(long, value_name = "FILE", default_value = "/var/lib/tikroam/journal.jsonl")]
    journal: PathBuf,
    /// The page to write; `-` is stdout
    #[arg(short, long, value_name = "FILE", default_value = "report.html", conflicts_with_all = ["json", "csv"])]
    output: PathBuf,
    /// Leave out what was before this time (UTC): 2026-11-24, "2026-11-24 08:00"
    #[arg(long, value_name = "TIME")]
    since: Option<WallTime>,
    /// Leave out what was after this time (UTC)
    #[arg(long, value_name = "TIME")]
    until: Option<WallTime>,
    /// Set this journal beside it, such as another vehicle's of the same drive
    #[arg(long, value_name = "FILE", conflicts_with = "csv")]
    compare: Option<PathBuf>,
    /// Print everything as JSON instead
    #[arg(long)]
    json: bool,
    /// Print the swaps as CSV instead
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// Reads the journal and writes the report.
///
/// # Errors
///
/// When there is no journal or nothing in it at that time, or the page cannot be written.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    if let (Some(since), Some(until)) = (args.since, args.until)
        && since > until
    {
        bail!("--since {since} is after --until {until}\n\nhint: no time is in between; swap the two");
    }
    let window = Window {
        since: args.since,
        until: args.until,
    };
    let report = read(&args.journal, window)?;
    let other = args.compare.as_deref().map(|other| read(other, window)).transpose()?;
    if args.json {
        print(json(&report, other.as_ref())?)?;
    } else if args.csv {
        print(csv(&report)?)?;
    } else {
        let page = report::page(&report, other.as_ref())?;
        if args.output == Path::new("-") {
            print(page)?;
        } else {
            fs::write(&args.output, &page).with_context(|| format!("`{}` cannot be written", args.output.display()))?;
            note(format_args!(
                "`{}` written: open it in a browser",
                args.output.display()
            ));
        }
    }
    Ok(Exit::Fine)
}

/// Reads a journal.
///
/// # Errors
///
/// When there is none, or no entry in the window.
pub fn read(path: &Path, window: Window) -> anyhow::Result<Report> {
    let unreadable = |file: &Path, error: &io::Error| {
        let hint = match error.kind() {
            io::ErrorKind::PermissionDenied => {
                "under the shipped service only root may read the journal: run this with `sudo`"
            }
            _ => {
                "name the journal with --journal: `[journal] file` of agent.toml, or TIKROAM__JOURNAL__FILE of its service"
            }
        };
        match error.kind() {
            io::ErrorKind::NotFound => anyhow::anyhow!("there is no journal `{}`\n\nhint: {hint}", file.display()),
            _ => anyhow::anyhow!(
                "the journal `{}` cannot be read: {error}\n\nhint: {hint}",
                file.display()
            ),
        }
    };
    let mut collector = Collector::new(window);
    for file in journal::files(path).map_err(|error| unreadable(path, &error))? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut lines = Lines::open(&file).map_err(|error| unreadable(&file, &error))?;
        loop {
            let (read, number, text) = match lines.next_line() {
                None => break,
                Some(Err(error)) => return Err(unreadable(&file, &error)),
                Some(Ok(line)) => line,
            };
            let place = || format!("{name}:{number}");
            match read {
                Ok(read) => collector.line(read, text, place),
                Err(error) => collector.unreadable(&error, place),
            }
        }
    }
    let Some(report) = collector.finish() else {
        bail!(
            "the journal `{}` has no entry at that time\n\nhint: leave --since and --until out, and see when it begins",
            path.display()
        );
    };
    if let Some(first) = &report.totals.first_unreadable {
        let lines = report.totals.unreadable_lines;
        note(format_args!(
            "warning: {lines} lines could not be read and were passed over, the first: {first}"
        ));
    }
    Ok(report)
}

#[derive(Serialize)]
struct Both<'a> {
    first: &'a Report,
    second: &'a Report,
}

fn json(report: &Report, other: Option<&Report>) -> serde_json::Result<String> {
    let text = match other {
        None => serde_json::to_string_pretty(report)?,
        Some(second) => serde_json::to_string_pretty(&Both { first: report, second })?,
    };
    Ok(text + "\n")
}

fn csv(report: &Report) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "number",
        "time",
        "from",
        "to",
        "from_ap",
        "to_ap",
        "to_ap_name",
        "network",
        "kind",
        "reason",
        "outcome",
        "calls",
        "router_s",
        "up_after_s",
        "dark_s",
        "ping_pong",
    ])?;
    for swap in &report.swaps {
        let text = |seconds: Option<f64>| seconds.map(|seconds| format!("{seconds:.3}")).unwrap_or_default();
        let bssid = |ap: Option<crate::names::Bssid>| ap.map(|ap| ap.to_string()).unwrap_or_default();
        writer.write_record([
            swap.number.to_string(),
            swap.time.to_string(),
            swap.from.clone().unwrap_or_default(),
            swap.to.clone(),
            bssid(swap.from_ap),
            bssid(swap.to_ap),
            swap.to_ap
                .and_then(|ap| report.names.of(ap))
                .unwrap_or_default()
                .to_owned(),
            swap.network.clone().unwrap_or_default(),
            swap.kind.clone().unwrap_or_default(),
            swap.reason.clone(),
            swap.outcome.words().to_owned(),
            swap.calls.map(|calls| calls.to_string()).unwrap_or_default(),
            text(swap.router_seconds),
            text(swap.up_after_seconds),
            text(swap.dark_seconds),
            swap.ping_pong.to_string(),
        ])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}
