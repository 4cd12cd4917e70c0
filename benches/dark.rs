//! How long vehicles are dark, and how much of it could be avoided: the agent over both tunnels beside its rivals, on the
//! demo's drive over many seeds or on windows of drive logs. All of it by the simulator's own truth.
//!
//! `cargo bench --bench dark`; `cargo bench --bench dark -- --help` lists the options. The rivals need no client, so they
//! drive as fast as the machine computes; an agent drives over TCP, `--speed` times as fast as on the road.

#![allow(clippy::print_stdout, reason = "the tables are what this program is for")]

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use clap::{Parser, value_parser};
use rayon::prelude::*;
use tikroam::cli::drive_log;
use tikroam::drive::{self, Drive};
use tikroam::log;
use tikroam::sim::SecondSession;
use tikroam::trial::{self, Driven, Driver, Equipment, LONGEST, Report, Ride};

#[path = "bench/dark/agents.rs"]
mod agents;
#[path = "bench/dark/compare.rs"]
mod compare;
#[path = "bench/dark/explain.rs"]
mod explain;
#[path = "bench/figures.rs"]
#[allow(dead_code, reason = "shared by programs that each use a part of it")]
mod figures;
#[path = "bench/dark/truth.rs"]
mod truth;

/// How long vehicles are dark, and how much of it could be avoided
#[derive(Debug, Parser)]
struct Options {
    /// Two seeds, to see that it works
    #[arg(long)]
    quick: bool,
    /// How many seeds [default: 20, with drive logs 1]
    #[arg(long, value_name = "COUNT")]
    seeds: Option<u64>,
    /// The first seed
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    first_seed: u64,
    /// Seconds of the drive; a drive log is cut into windows of so many
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = value_parser!(u64).range(10..=LONGEST))]
    seconds: u64,
    /// A drive log in place of the demo's drive; may be given several times
    #[arg(long = "drive", value_name = "FILE")]
    drives: Vec<PathBuf>,
    /// Only these vehicles, with commas between them; those of the agent with one and with three radios only so
    #[arg(long, value_enum, value_delimiter = ',')]
    vehicles: Vec<Driver>,
    /// Another value for a key of the agents' configuration, such as HUNT__INTERVAL=8s; may be given several times
    #[arg(long = "set", value_name = "SECTION__KEY=VALUE", value_parser = key)]
    keys: Vec<(String, String)>,
    /// What the office does with a second PPTP session of a vehicle
    #[arg(long, value_enum, default_value = "beside-cleaned")]
    office: SecondSession,
    /// A PPTP session does not survive a change of the radio, also within one network
    #[arg(long)]
    needs_bounce: bool,
    /// What the agents' vehicles have; their rivals drive the plain vehicle
    #[arg(long, value_enum, default_value = "plain")]
    equipment: Equipment,
    /// Write the demo's JSON here, one line for each drive, seed and window
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Seconds of the drive in each real one, for the agents; above 20 their pings are too frequent for a router
    #[arg(long, value_name = "FACTOR", default_value_t = 8.0)]
    speed: f64,
    /// How many drives with an agent at once
    #[arg(long, value_name = "COUNT", default_value_t = 8)]
    jobs: usize,
    /// Each dark time of the agents as well
    #[arg(long)]
    explain: bool,
    /// The agents on each drive at its own speed and at `--speed`, each twice: whether a hurried agent fares alike
    #[arg(long)]
    speeds: bool,
    /// The agents' log from this level on
    #[arg(long, value_name = "LEVEL")]
    log: Option<String>,
    /// What cargo adds
    #[arg(long, hide = true)]
    bench: bool,
}

fn key(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("not of the form SECTION__KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// One drive, and what came of it for each vehicle, in their order.
#[derive(Debug)]
struct Outcome {
    report: Report,
    driven: Vec<Driven>,
}

/// Makes the drives, several at once, and gives what came of them in their order.
fn drive_all(rides: &[Ride], drivers: &[Driver], at_once: usize) -> anyhow::Result<Vec<Outcome>> {
    // First, as whoever computes takes turns from agents that drive in real time.
    let rivals: Vec<_> = rides.par_iter().map(|ride| trial::rivals(ride, drivers)).collect();
    let waiting = Mutex::new(rides.iter().zip(rivals).enumerate());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..at_once.max(1) {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((index, (ride, rivals))) = next else { return };
                    let outcome = rivals.and_then(|rivals| finish(ride, drivers, rivals));
                    let outcome =
                        outcome.with_context(|| format!("{} from {}, seed {}", ride.drive.name, ride.from, ride.seed));
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    done.push((index, outcome));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Lets the agents make a drive that the rivals have made.
fn finish(ride: &Ride, drivers: &[Driver], mut driven: Vec<Driven>) -> anyhow::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    driven.extend(runtime.block_on(trial::agents(ride, drivers))?);
    driven.sort_by_key(|one| drivers.iter().position(|driver| *driver == one.driver));
    Ok(Outcome {
        report: Report::new(ride, &driven),
        driven,
    })
}

/// Where the windows of a drive begin, and how long each is. The last one may be shorter by half.
fn windows(length: u64, seconds: u64) -> Vec<(u64, u64)> {
    let each = (0..length).step_by(usize::try_from(seconds).unwrap_or(usize::MAX));
    let window = |from: u64| (from, seconds.min(length - from));
    each.map(window)
        .filter(|(from, lasts)| *from == 0 || 2 * lasts >= seconds)
        .collect()
}

fn rides<'a>(options: &'a Options, drives: &'a [Drive]) -> Vec<Ride<'a>> {
    let recorded = !options.drives.is_empty();
    let seeds = options.seeds.unwrap_or(if recorded { 1 } else { 20 });
    let seeds = if options.quick { 2 } else { seeds };
    let mut rides = Vec::new();
    for seed in options.first_seed..options.first_seed + seeds {
        for drive in drives {
            let length = u64::try_from(drive.seconds.len()).unwrap_or(u64::MAX);
            // The demo's drive is judged from its begin on.
            let length = if recorded { length } else { options.seconds.min(length) };
            rides.extend(
                windows(length, options.seconds)
                    .into_iter()
                    .map(|(from, seconds)| Ride {
                        drive,
                        from,
                        seconds,
                        seed,
                        speed: options.speed,
                        office: options.office,
                        survives_radio: !options.needs_bounce,
                        equipment: options.equipment,
                        keys: &options.keys,
                    }),
            );
        }
    }
    rides
}

fn write_json(outcomes: &[Outcome], path: &PathBuf) -> anyhow::Result<()> {
    let mut file = std::fs::File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    for outcome in outcomes {
        writeln!(file, "{}", serde_json::to_string(&outcome.report)?)?;
    }
    Ok(())
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let _log = options
        .log
        .as_deref()
        .map(|level| log::set_up(level, log::Format::Text));
    let drives = match &options.drives[..] {
        [] => vec![drive::embedded()],
        files => files
            .iter()
            .map(|file| drive_log::read(file))
            .collect::<Result<_, _>>()?,
    };
    let mut drivers = options.vehicles.clone();
    if drivers.is_empty() {
        drivers = Driver::USUAL.to_vec();
    }
    let rides = rides(&options, &drives);
    if options.speeds {
        return compare::speeds(&rides, &drivers, options.speed, options.jobs);
    }
    let outcomes = drive_all(&rides, &drivers, options.jobs)?;
    if let Some(path) = &options.json {
        write_json(&outcomes, path)?;
    }
    let each: std::collections::BTreeSet<u64> = rides.iter().map(|ride| ride.seconds).collect();
    let each = each.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    println!(
        "{} drives of {each} s; agents at {} times the drive's speed",
        rides.len(),
        options.speed
    );
    compare::all(&outcomes, &drivers);
    for (vehicle, driver) in drivers.iter().enumerate().filter(|(_, driver)| driver.is_agent()) {
        agents::print(*driver, vehicle, &outcomes, options.speed);
    }
    if options.explain {
        for (vehicle, _) in drivers.iter().enumerate().filter(|(_, driver)| driver.is_agent()) {
            for outcome in &outcomes {
                explain::print(outcome, vehicle);
            }
        }
    }
    Ok(())
}
