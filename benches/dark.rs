//! How long three vehicles are dark on the embedded drive, over many seeds; and whether it pays that a swap waits for the
//! tunnel to be down before the route moves.
//!
//! `cargo bench --bench dark`; options after `--`: `--quick`, `--seeds N`, `--speed X` (seconds of the drive in each real
//! one), `--jobs N` (drives at once). `--speeds` compares the drive at its own speed with that at `--speed`.

#![allow(clippy::print_stdout, reason = "the tables are what this program is for")]

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use anyhow::Context as _;
use tikroam::command::demo::vehicles::Driven;
use tikroam::command::demo::{Ride, ride};
use tikroam::drive;

#[path = "bench/figures.rs"]
#[allow(dead_code, reason = "shared by programs that each use a part of it")]
mod figures;

/// How long each drive lasts, as in the demo.
const SECONDS: u64 = 60;

/// One drive to make.
#[derive(Debug, Clone, Copy)]
struct Job {
    seed: u64,
    speed: f64,
    wait_down: Option<Duration>,
}

impl Job {
    fn drive(self) -> anyhow::Result<Driven> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(ride(Ride {
            drive: &drive::embedded(),
            from: 0,
            seconds: SECONDS,
            seed: self.seed,
            speed: self.speed,
            wait_down: self.wait_down,
        }))
    }
}

/// Makes the drives, several at once, and gives what came of them in their order.
fn drive_all(jobs: &[Job], at_once: usize) -> anyhow::Result<Vec<Driven>> {
    let next = Mutex::new(0..jobs.len());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let taken = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((index, job)) = taken.and_then(|index| Some((index, jobs.get(index)?))) else {
                        return;
                    };
                    let driven = job.drive().with_context(|| format!("seed {}", job.seed));
                    done.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((index, driven));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, driven)| driven).collect()
}

/// The dark seconds of one of the vehicles over some drives.
fn dark(drives: &[Driven], vehicle: usize) -> Vec<f64> {
    let of = |driven: &Driven| driven.vehicles.get(vehicle).map_or(0.0, |one| one.dark_seconds);
    drives.iter().map(of).collect()
}

/// The longest darkness of one of the vehicles over some drives.
fn longest(drives: &[Driven], vehicle: usize) -> Vec<f64> {
    let of = |driven: &Driven| driven.vehicles.get(vehicle).map_or(0.0, |one| one.longest_dark_seconds);
    drives.iter().map(of).collect()
}

fn ticks_read(drives: &[Driven]) -> f64 {
    let of = |count: fn(&Driven) -> u64| -> u64 { drives.iter().map(count).sum() };
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    let percent = 100.0 * of(|one| one.summary.ticks_read) as f64 / of(|one| one.summary.ticks).max(1) as f64;
    percent
}

fn three_vehicles(seeds: &[u64], speed: f64, at_once: usize) -> anyhow::Result<()> {
    let job = |seed, wait_down| Job { seed, speed, wait_down };
    // Both ways of each seed run side by side, so that whatever else this machine does falls on both alike.
    let jobs: Vec<Job> = seeds
        .iter()
        .flat_map(|&seed| [job(seed, None), job(seed, Some(Duration::ZERO))])
        .collect();
    let (waiting, at_once): (Vec<_>, Vec<_>) = drive_all(&jobs, at_once)?
        .into_iter()
        .enumerate()
        .partition(|(index, _)| index % 2 == 0);
    let [waiting, at_once] =
        [waiting, at_once].map(|drives| drives.into_iter().map(|(_, driven)| driven).collect::<Vec<_>>());
    let columns = [
        ("tikroam", dark(&waiting, 0), longest(&waiting, 0)),
        ("tikroam, wait_down 0", dark(&at_once, 0), longest(&at_once, 0)),
        ("script", dark(&waiting, 1), longest(&waiting, 1)),
        ("single radio", dark(&waiting, 2), longest(&waiting, 2)),
    ];
    let ratios: Vec<f64> = columns[0]
        .1
        .iter()
        .zip(&columns[2].1)
        .map(|(agent, script)| agent / script)
        .collect();
    let each = seeds.iter().enumerate().map(|(index, seed)| {
        let of = |figures: &[f64]| figures.get(index).copied().unwrap_or(0.0);
        [
            seed.to_string(),
            format!("{:.1}", of(&columns[0].1)),
            format!("{:.1}", of(&columns[1].1)),
            format!("{:.1}", of(&columns[2].1)),
            format!("{:.1}", of(&columns[3].1)),
            format!("{:.2}", of(&ratios)),
            waiting[index].summary.swaps.len().to_string(),
        ]
    });
    println!("dark seconds of {SECONDS} s on the embedded drive, at {speed} times its speed");
    let header = [
        "seed",
        "tikroam",
        "tikroam, wait_down 0",
        "script",
        "single radio",
        "tikroam/script",
        "verified swaps",
    ];
    println!("{}", figures::table(header, each));
    let rows = columns.iter().map(|(name, dark, longest)| {
        [
            (*name).to_owned(),
            format!("{:.1}", figures::median(dark)),
            format!("{:.1}", figures::worst(dark)),
            format!("{:.2}", figures::median(dark) / figures::median(&columns[2].1)),
            format!("{:.1}", figures::median(longest)),
            format!("{:.1}", figures::worst(longest)),
        ]
    });
    let header = [
        "vehicle",
        "dark s, median",
        "worst",
        "to the script's",
        "longest s, median",
        "worst",
    ];
    println!("{}", figures::table(header, rows));
    let less = columns[0]
        .1
        .iter()
        .zip(&columns[2].1)
        .filter(|(agent, script)| agent < script);
    println!(
        "tikroam/script by seed: median {:.2}, worst {:.2}; tikroam less dark on {} of {} seeds",
        figures::median(&ratios),
        figures::worst(&ratios),
        less.count(),
        seeds.len()
    );
    let pairs: Vec<f64> = columns[0]
        .1
        .iter()
        .zip(&columns[1].1)
        .map(|(wait, not)| wait - not)
        .collect();
    println!(
        "waiting for the tunnel to be down: {:+.1} s dark at the median seed, {:+.1} s on average; better on {}, worse on {}",
        figures::median(&pairs),
        pairs.iter().sum::<f64>() / seeds.len() as f64,
        pairs.iter().filter(|pair| **pair < 0.0).count(),
        pairs.iter().filter(|pair| **pair > 0.0).count()
    );
    println!(
        "ticks read in time: {:.1} %; below 95 % this machine was too busy for these figures, try a lower --speed or --jobs",
        ticks_read(&waiting).min(ticks_read(&at_once))
    );
    Ok(())
}

/// Compares drives at their own speed with hurried ones, each made twice: no two are alike to the microsecond.
fn speeds(seeds: &[u64], speed: f64, at_once: usize) -> anyhow::Result<()> {
    let mut columns = Vec::new();
    for speed in [1.0, 1.0, speed, speed] {
        let jobs: Vec<Job> = seeds
            .iter()
            .map(|&seed| Job {
                seed,
                speed,
                wait_down: None,
            })
            .collect();
        columns.push((speed, drive_all(&jobs, at_once)?));
    }
    let rows = seeds.iter().enumerate().map(|(index, seed)| {
        let of = |column: usize| {
            let of = |vehicle: usize| dark(&columns[column].1, vehicle)[index];
            format!("{:.1} {:.1} {:.1}", of(0), of(1), of(2))
        };
        [seed.to_string(), of(0), of(1), of(2), of(3)]
    });
    println!("dark seconds of tikroam, script and single radio");
    let (own, hurried) = ("speed 1".to_owned(), format!("speed {speed}"));
    let again = |text: &str| format!("{text}, again");
    println!(
        "{}",
        figures::table(["seed", &own, &again(&own), &hurried, &again(&hurried)], rows)
    );
    for (speed, drives) in &columns {
        println!(
            "speed {speed}: median {:.1} {:.1} {:.1}, ticks read {:.1} %",
            figures::median(&dark(drives, 0)),
            figures::median(&dark(drives, 1)),
            figures::median(&dark(drives, 2)),
            ticks_read(drives)
        );
    }
    Ok(())
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the options are small counts"
)]
fn main() -> anyhow::Result<()> {
    let seeds = figures::option("--seeds").map_or(if figures::quick() { 2 } else { 20 }, |count| count as u64);
    let seeds: Vec<u64> = (1..=seeds).collect();
    let speed = figures::option("--speed").unwrap_or(8.0);
    let jobs = figures::option("--jobs").map_or(4, |jobs| jobs as usize);
    if std::env::args().any(|word| word == "--speeds") {
        speeds(&seeds, speed, jobs)
    } else {
        three_vehicles(&seeds, speed, jobs)
    }
}
