//! `tikroam demo`: six vehicles drive past the same access points, and two of them are under this agent.
//!
//! The others are under what a router has without it: its own failover between two radios, the on-box script, one radio
//! that roams by itself. Air, stations, office and seed are the same for all. The agents drive over TCP and nothing of
//! them is replaced.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;
use clap::{ValueEnum, value_parser};
use indicatif::{ProgressBar, ProgressStyle};

use crate::agent::Summary;
use crate::cli::{Exit, drive_log, note, print};
use crate::drive::{self, Drive};
use crate::log;
use crate::sim::{SecondSession, TunnelKind};
use crate::trial::{Driver, Equipment, LONGEST, Report, Ride, STANDING, ride};

mod tables;
mod timeline;

/// Seconds of the drive in each real one.
const SPEED: f64 = 4.0;

/// The tunnels of the demo's vehicles.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Over {
    /// PPTP
    Pptp,
    /// WireGuard
    Wireguard,
}

impl Over {
    fn tunnel(self) -> TunnelKind {
        match self {
            Over::Pptp => TunnelKind::Pptp,
            Over::Wireguard => TunnelKind::Wireguard,
        }
    }
}

/// Watch six vehicles drive past access points, four times as fast as on the road: this agent and its rivals
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n\
\x20 tikroam demo                               # 75 s\n\
\x20 tikroam demo --tunnel wireguard --seconds 60\n\
\x20 tikroam demo --drive monday.csv            # your own street")]
pub struct Args {
    /// A drive log instead of the embedded drive
    #[arg(long, value_name = "FILE")]
    drive: Option<PathBuf>,
    /// The second of the drive to start at [default: the embedded drive's first; in a drive log, where the strongest
    /// access point of that moment fades most]
    #[arg(long, value_name = "SECOND")]
    from: Option<u64>,
    /// How long to drive, in seconds of the drive
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = value_parser!(u64).range(10..=LONGEST))]
    seconds: u64,
    /// The seed of the air's noise, the stations and the dial [default: 4, at which the rivals fare most as they do in
    /// the median of twenty]
    #[arg(long, default_value_t = 4, hide_default_value = true)]
    seed: u64,
    /// Only the vehicles with this tunnel to the office
    #[arg(long, value_enum)]
    tunnel: Option<Over>,
    /// What the office does with a second PPTP session of a vehicle; `refuse` is the bad case
    #[arg(long, value_enum, default_value = "beside-cleaned")]
    office: SecondSession,
    /// Print the result as JSON instead of timelines and tables
    #[arg(long)]
    json: bool,
}

/// Drives and prints the result; fails when an agent neither swapped nor read its router.
///
/// # Errors
///
/// When the drive cannot be read or a simulated router cannot listen.
pub async fn run(args: Args) -> anyhow::Result<Exit> {
    let (drive, from, seconds) = choose(args.drive.as_deref(), args.from, args.seconds)?;
    let tunnel = |driver: &Driver| args.tunnel.is_none_or(|over| driver.tunnel() == over.tunnel());
    let drivers: Vec<Driver> = Driver::DEMO.into_iter().filter(tunnel).collect();
    let plan = Ride {
        drive: &drive,
        from,
        seconds,
        seed: args.seed,
        speed: SPEED,
        office: args.office,
        survives_radio: true,
        equipment: Equipment::Plain,
        keys: &[],
    };
    let bar = bar(seconds + STANDING.as_secs());
    let _log = log::set_up_beside(&bar);
    bar.suspend(|| describe(&plan));
    let ticking = {
        let bar = bar.clone();
        tokio::spawn(async move {
            let mut second = tokio::time::interval(Duration::from_secs(1).div_f64(SPEED));
            loop {
                second.tick().await;
                bar.inc(1);
            }
        })
    };
    let driven = ride(plan, &drivers).await;
    ticking.abort();
    bar.finish_and_clear();
    let driven = driven?;
    let report = Report::new(&plan, &driven);
    if args.json {
        print(serde_json::to_string(&report)? + "\n")?;
    } else {
        print(format_args!("{}\n\n", timeline::timelines(&driven)))?;
        print(format_args!(
            "{}\n{}\n\n",
            tables::vehicles(&report),
            tables::causes(&report)
        ))?;
        print(tables::sentence(&report) + "\n")?;
    }
    driven
        .iter()
        .filter_map(|one| one.summary.as_ref())
        .try_for_each(drove)?;
    Ok(Exit::Fine)
}

/// Whether an agent drove at all.
fn drove(summary: &Summary) -> anyhow::Result<()> {
    let read = 100 * summary.ticks_read >= 95 * summary.ticks && summary.ticks > 0;
    if summary.swaps.is_empty() && !read {
        bail!(
            "the agent verified no swap and read its router in only {} of {} ticks\n\nhint: is this machine very busy?",
            summary.ticks_read,
            summary.ticks
        );
    }
    Ok(())
}

/// The drive, the second at which it begins, and how many seconds of it are left to drive.
fn choose(file: Option<&Path>, from: Option<u64>, seconds: u64) -> anyhow::Result<(Drive, u64, u64)> {
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
    Ok((drive, from, seconds.min(length - from)))
}

fn describe(plan: &Ride<'_>) {
    note(format_args!(
        "drive `{}`, second {} to {}, {} access points, seed {}, {SPEED} times as fast as on the road; the vehicles stand for {} s first",
        plan.drive.name,
        plan.from,
        plan.from + plan.seconds,
        plan.drive.aps.len(),
        plan.seed,
        STANDING.as_secs()
    ));
}

fn bar(length: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} s").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style)
}
