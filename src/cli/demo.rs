//! `tikroam demo`: three vehicles drive past the same access points, and one of them stays reachable.
//!
//! One vehicle is under this agent, one under the script that it replaces, one has a single radio. Each has its own
//! simulated router; air, stations, dial and seed are the same for all. The agent drives over TCP and nothing of it is
//! replaced.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;
use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::cli::{Exit, drive_log, note, print};
use crate::drive::{self, Drive};
use crate::log;
use crate::trial::{Ride, STANDING, Vehicle, ride};

/// Watch three vehicles drive past access points: this agent, the on-box script, a single radio
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A drive log instead of the embedded drive
    #[arg(long, value_name = "FILE")]
    drive: Option<PathBuf>,
    /// The second of the drive to start at [default: the embedded drive's first; in a drive log, where the strongest
    /// access point of that moment fades most]
    #[arg(long, value_name = "SECOND")]
    from: Option<u64>,
    /// How long to drive, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(10..=86_400))]
    seconds: u64,
    /// The seed of the air's noise, the stations and the dial [default: 4, at which script and single radio fare most as
    /// they do in the median of ten]
    #[arg(long, default_value_t = 4, hide_default_value = true)]
    seed: u64,
    /// Print the result as JSON instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report<'a> {
    drive: Driven<'a>,
    vehicles: &'a [Vehicle],
}

#[derive(Debug, Serialize)]
struct Driven<'a> {
    name: &'a str,
    seconds: u64,
    seed: u64,
}

/// Drives and tells the result; fails when the agent neither swapped nor read its router.
///
/// # Errors
///
/// When the drive cannot be read or a simulated router cannot listen.
pub async fn run(args: Args) -> anyhow::Result<Exit> {
    let (drive, from) = choose(args.drive.as_deref(), args.from, args.seconds)?;
    let bar = bar(args.seconds + STANDING);
    let _log = log::set_up_beside(&bar);
    bar.suspend(|| describe(&drive, from, &args));
    let ticking = {
        let bar = bar.clone();
        tokio::spawn(async move {
            let mut second = tokio::time::interval(Duration::from_secs(1));
            loop {
                second.tick().await;
                bar.inc(1);
            }
        })
    };
    let plan = Ride {
        drive: &drive,
        from,
        seconds: args.seconds,
        seed: args.seed,
        speed: 1.0,
        wait_down: None,
    };
    let driven = ride(plan).await;
    ticking.abort();
    bar.finish_and_clear();
    let driven = driven?;
    if args.json {
        let report = Report {
            drive: Driven {
                name: &drive.name,
                seconds: args.seconds,
                seed: args.seed,
            },
            vehicles: &driven.vehicles,
        };
        print(serde_json::to_string(&report)? + "\n")?;
    } else {
        print(format_args!("{}\n", table(&driven.vehicles)))?;
    }
    let read = driven.summary.ticks_read as f64 >= 0.95 * driven.summary.ticks as f64 && driven.summary.ticks > 0;
    if driven.summary.swaps.is_empty() && !read {
        bail!(
            "the agent verified no swap and read its router in only {} of {} ticks\n\nhint: is this machine very busy?",
            driven.summary.ticks_read,
            driven.summary.ticks
        );
    }
    Ok(Exit::Fine)
}

fn choose(file: Option<&Path>, from: Option<u64>, seconds: u64) -> anyhow::Result<(Drive, u64)> {
    let drive = match file {
        Some(path) => drive_log::read(path)?,
        None => drive::embedded(),
    };
    let length = u64::try_from(drive.seconds.len())?;
    let window = usize::try_from(seconds)?;
    let from = match (from, file) {
        (Some(from), _) => from,
        (None, Some(_)) => u64::try_from(drive.most_fading_second(window))?,
        (None, None) => 0,
    };
    if from >= length {
        bail!(
            "--from {from} is past the drive's end\n\nhint: `{}` lasts {length} s",
            drive.name
        );
    }
    Ok((drive, from))
}

fn describe(drive: &Drive, from: u64, args: &Args) {
    let until = (from + args.seconds).min(drive.seconds.len() as u64);
    note(format_args!(
        "drive `{}`, second {from} to {until}, {} access points, seed {}; the vehicles stand for {STANDING} s first",
        drive.name,
        drive.aps.len(),
        args.seed
    ));
}

fn bar(length: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} s").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style)
}

fn table(vehicles: &[Vehicle]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "vehicle",
        "dark s",
        "longest dark s",
        "swaps",
        "reached %",
        "swap on the router, ms (median)",
    ]);
    for vehicle in vehicles {
        table.add_row([
            vehicle.controller.to_string(),
            format!("{:.1}", vehicle.dark_seconds),
            format!("{:.1}", vehicle.longest_dark_seconds),
            vehicle.swaps.to_string(),
            format!("{:.1}", vehicle.reached_percent),
            vehicle
                .swap_router_ms_p50
                .map_or_else(|| "-".to_owned(), |ms| format!("{ms:.1}")),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
