//! How long three vehicles are dark on the demo's drive over many seeds, or on windows of a drive log; where the agent's
//! darkness comes from, whether its standby is where it could be used, and how soon it leaves a gray period. All of it by
//! the simulator's own truth.
//!
//! `cargo bench --bench dark`; options after `--`:
//!
//! - `--quick`, `--seeds N`, `--first-seed N`, `--seconds S` (60 as in the demo; the embedded drive lasts 300)
//! - `--drive FILE`: a drive log in windows of `--seconds` from its begin on, seed by seed
//! - `--speed X` (seconds of the drive in each real one), `--jobs N` (drives at once)
//! - `--explain`: each of the agent's dark times
//! - `--wait-down MS`: the agent's swaps wait so long for the tunnel to be down, against the example configuration's wait
//! - `--speeds`: the drive at its own speed against that at `--speed`

#![allow(clippy::print_stdout, reason = "the tables are what this program is for")]

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use anyhow::Context as _;
use tikroam::cli::drive_log;
use tikroam::drive::{self, Drive};
use tikroam::trial::Driven;
use tikroam::trial::{Ride, ride};

#[path = "bench/figures.rs"]
#[allow(dead_code, reason = "shared by programs that each use a part of it")]
mod figures;
#[path = "bench/truth.rs"]
mod truth;

/// The vehicles as a drive gives them.
const VEHICLES: [&str; 3] = ["tikroam", "script", "single radio"];

/// One drive to make.
#[derive(Debug, Clone, Copy)]
struct Job<'a> {
    drive: &'a Drive,
    from: u64,
    seconds: u64,
    seed: u64,
    speed: f64,
    wait_down: Option<Duration>,
}

impl Job<'_> {
    fn drive(self) -> anyhow::Result<Driven> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(ride(Ride {
            drive: self.drive,
            from: self.from,
            seconds: self.seconds,
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

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn ticks_read(drives: &[Driven]) -> f64 {
    let of = |count: fn(&Driven) -> u64| -> u64 { drives.iter().map(count).sum() };
    100.0 * of(|one| one.summary.ticks_read) as f64 / of(|one| one.summary.ticks).max(1) as f64
}

/// Where the standby of a vehicle could have been used, over some drives.
fn ready(drives: &[Driven], vehicle: usize) -> [usize; 3] {
    let each = drives.iter().filter_map(|one| one.witnessed.get(vehicle));
    each.map(|witnessed| truth::ready(witnessed))
        .fold([0; 3], |sum, one| [sum[0] + one[0], sum[1] + one[1], sum[2] + one[2]])
}

fn three_vehicles(jobs: &[Job], at_once: usize, explain: bool) -> anyhow::Result<()> {
    let drives = drive_all(jobs, at_once)?;
    let darks = [0, 1, 2].map(|vehicle| dark(&drives, vehicle));
    let ratios: Vec<f64> = darks[0]
        .iter()
        .zip(&darks[1])
        .map(|(agent, script)| agent / script)
        .collect();
    let each = jobs.iter().zip(&drives).enumerate().map(|(index, (job, driven))| {
        let [able, elsewhere, good] = driven.witnessed.first().map_or([0; 3], |one| truth::ready(one));
        let dark = |vehicle: usize| format!("{:.1}", darks[vehicle][index]);
        [
            format!("{} from {}", job.seed, job.from),
            dark(0),
            dark(1),
            dark(2),
            format!("{:.2}", ratios[index]),
            driven.summary.swaps.len().to_string(),
            format!("{:.0}", percent(elsewhere, able)),
            format!("{:.0}", percent(good, able)),
        ]
    });
    let (seconds, speed) = jobs.first().map_or((0, 0.0), |job| (job.seconds, job.speed));
    println!("dark seconds of {seconds} s, at {speed} times the drive's speed");
    let header = [
        "seed",
        VEHICLES[0],
        VEHICLES[1],
        VEHICLES[2],
        "tikroam/script",
        "verified swaps",
        "standby ready %",
        "on a good AP %",
    ];
    println!("{}", figures::table(header, each));
    let rows = VEHICLES.iter().zip(&darks).enumerate().map(|(vehicle, (name, dark))| {
        let longest = longest(&drives, vehicle);
        [
            (*name).to_owned(),
            format!("{:.1}", figures::median(dark)),
            format!("{:.1}", figures::worst(dark)),
            format!("{:.2}", dark.iter().sum::<f64>() / darks[1].iter().sum::<f64>()),
            format!("{:.1}", figures::median(&longest)),
            format!("{:.1}", figures::worst(&longest)),
        ]
    });
    let header = [
        "vehicle",
        "dark s, median",
        "worst",
        "all to the script's",
        "longest s, median",
        "worst",
    ];
    println!("{}", figures::table(header, rows));
    println!(
        "tikroam/script: median {:.2}, worst {:.2}; tikroam darker on {} of {}",
        figures::median(&ratios),
        figures::worst(&ratios),
        ratios.iter().filter(|ratio| **ratio > 1.0).count(),
        ratios.len()
    );
    for (vehicle, name) in VEHICLES.iter().enumerate() {
        tell_causes(name, vehicle, &drives);
    }
    tell_goals(&drives);
    if explain {
        for (job, driven) in jobs.iter().zip(&drives) {
            tell_intervals(job, driven);
        }
    }
    Ok(())
}

fn tell_causes(name: &str, vehicle: usize, drives: &[Driven]) {
    let mut sum = truth::Causes::new();
    for witnessed in drives.iter().filter_map(|one| one.witnessed.get(vehicle)) {
        for (why, seconds) in truth::causes(witnessed) {
            *sum.entry(why).or_default() += seconds;
        }
    }
    println!("{name}, seconds by cause: {}", causes(&sum));
}

fn causes(causes: &truth::Causes) -> String {
    let each = causes.iter().map(|(why, seconds)| format!("{why:?} {seconds:.1}"));
    each.collect::<Vec<_>>().join(", ")
}

fn tell_goals(drives: &[Driven]) {
    let [able, elsewhere, good] = ready(drives, 0);
    println!(
        "standby ready in {:.1} % of the time in which another AP is good (goal 90), on a good AP itself in {:.1} %",
        percent(elsewhere, able),
        percent(good, able)
    );
    let scans = drives.iter().filter_map(|one| one.events.first());
    let scans: usize = scans.map(|events| truth::scans_on_active(events).len()).sum();
    println!("scans on the active radio: {scans} (goal 0)");
    let grays: Vec<truth::Gray> = drives.iter().flat_map(|one| truth::grays(one, 0)).collect();
    let whole = |gray: &&truth::Gray| gray.left_after.is_some() || gray.lasted >= 2.5;
    let after = |grays: &mut dyn Iterator<Item = &truth::Gray>| {
        let after: Vec<f64> = grays.map(|gray| gray.left_after.unwrap_or(f64::INFINITY)).collect();
        let left = after.iter().filter(|after| after.is_finite()).count();
        format!(
            "{left} of {} left, median {:.1} s",
            after.len(),
            figures::median(&after)
        )
    };
    println!(
        "gray periods where another AP was good: {}; of 2.5 s or more: {}; of those with the standby on a good AP: {} (goal 2.5)",
        after(&mut grays.iter()),
        after(&mut grays.iter().filter(whole)),
        after(&mut grays.iter().filter(whole).filter(|gray| gray.standby_good))
    );
    println!(
        "ticks read in time: {:.1} %; below 95 % this machine was too busy for these figures, try a lower --speed or --jobs",
        ticks_read(drives)
    );
}

fn tell_intervals(job: &Job, driven: &Driven) {
    let Some(witnessed) = driven.witnessed.first() else {
        return;
    };
    println!(
        "\nseed {} from {}: dark times of the agent of 0.4 s and more",
        job.seed, job.from
    );
    let level =
        |one: Option<(usize, f64)>| one.map_or_else(|| "-".to_owned(), |(ap, level)| format!("{ap}:{level:.0}"));
    for dark in truth::intervals(witnessed).iter().filter(|dark| dark.seconds >= 0.35) {
        println!(
            "{:7.1} s for {:4.1} s: {}; active {}, standby {}, best other {}",
            dark.first.at,
            dark.seconds,
            causes(&dark.causes),
            level(dark.first.active),
            level(dark.first.standby),
            level(dark.first.other)
        );
        let events = driven.events.first().into_iter().flatten();
        for event in events.filter(|event| dark.seconds >= 5.0 && dark.covers(event.at)) {
            if let Some(told) = truth::told(&event.what) {
                println!("          {:6.2} {told}", event.at - dark.first.at);
            }
        }
    }
    for (at, radio) in driven
        .events
        .first()
        .into_iter()
        .flat_map(|events| truth::scans_on_active(events))
    {
        println!("{at:7.1} s: a scan on {radio}, which leads");
    }
    println!("without a ready standby while another AP is good, 1 s and more:");
    for (first, seconds) in truth::unready(witnessed).iter().filter(|(_, seconds)| *seconds >= 0.95) {
        println!(
            "{:7.1} s for {seconds:4.1} s: active {}, best other {}",
            first.at,
            level(first.active),
            level(first.other)
        );
    }
}

/// The same drives with two waits of the agent's swaps for the tunnel to be down.
#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn waits(jobs: &[Job], at_once: usize, wait_down: Duration) -> anyhow::Result<()> {
    // Both ways of each seed run side by side, so that whatever else this machine does falls on both alike.
    let both = jobs.iter().flat_map(|&job| {
        let other = Job {
            wait_down: Some(wait_down),
            ..job
        };
        [job, other]
    });
    let drives = drive_all(&both.collect::<Vec<_>>(), at_once)?;
    let all = dark(&drives, 0);
    let pairs: Vec<(f64, f64)> = all.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    let less: Vec<f64> = pairs.iter().map(|(example, other)| other - example).collect();
    let rows = jobs.iter().zip(&pairs).map(|(job, (example, other))| {
        [
            format!("{} from {}", job.seed, job.from),
            format!("{example:.1}"),
            format!("{other:.1}"),
        ]
    });
    let name = format!("wait_down {wait_down:?}");
    println!("dark seconds of the agent");
    println!("{}", figures::table(["seed", "as in the example", &name], rows));
    println!(
        "{name} against the example's: {:+.1} s dark at the median seed, {:+.2} s on average; better on {}, worse on {}",
        figures::median(&less),
        less.iter().sum::<f64>() / less.len().max(1) as f64,
        less.iter().filter(|less| **less < 0.0).count(),
        less.iter().filter(|less| **less > 0.0).count()
    );
    println!("ticks read in time: {:.1} %", ticks_read(&drives));
    Ok(())
}

/// Compares drives at their own speed with hurried ones, each made twice: no two are alike to the microsecond.
fn speeds(jobs: &[Job], speed: f64, at_once: usize) -> anyhow::Result<()> {
    let mut columns = Vec::new();
    for speed in [1.0, 1.0, speed, speed] {
        let jobs: Vec<Job> = jobs.iter().map(|&job| Job { speed, ..job }).collect();
        columns.push((speed, drive_all(&jobs, at_once)?));
    }
    let rows = jobs.iter().enumerate().map(|(index, job)| {
        let of = |column: usize| {
            let of = |vehicle: usize| dark(&columns[column].1, vehicle)[index];
            format!("{:.1} {:.1} {:.1}", of(0), of(1), of(2))
        };
        [job.seed.to_string(), of(0), of(1), of(2), of(3)]
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
    let count = |name: &str, default: u64| figures::option(name).map_or(default, |count| count as u64);
    let given = |name: &str| std::env::args().any(|word| word == name);
    let seconds = count("--seconds", 60);
    let speed = figures::option("--speed").unwrap_or(8.0);
    let file = figures::text("--drive");
    let drive = match &file {
        Some(file) => drive_log::read(file.as_ref())?,
        None => drive::embedded(),
    };
    let windows = if file.is_some() {
        drive.seconds.len() as u64 / seconds.max(1)
    } else {
        1
    };
    let seeds = if figures::quick() {
        2
    } else {
        count("--seeds", if file.is_some() { 1 } else { 20 })
    };
    let first = count("--first-seed", 1);
    let jobs: Vec<Job> = (first..first + seeds)
        .flat_map(|seed| (0..windows).map(move |window| (seed, window)))
        .map(|(seed, window)| Job {
            drive: &drive,
            from: window * seconds,
            seconds,
            seed,
            speed,
            wait_down: None,
        })
        .collect();
    let at_once = count("--jobs", 4) as usize;
    if given("--speeds") {
        speeds(&jobs, speed, at_once)
    } else if let Some(wait_down) = figures::option("--wait-down") {
        waits(&jobs, at_once, Duration::from_secs_f64(wait_down / 1000.0))
    } else {
        three_vehicles(&jobs, at_once, given("--explain"))
    }
}
