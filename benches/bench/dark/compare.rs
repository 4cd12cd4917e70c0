//! The vehicles beside each other.

use std::collections::BTreeSet;

use tikroam::sim::Why;
use tikroam::trial::{Driver, Ride, Vehicle};

use super::figures::{median, wide_table, worst};
use super::{Outcome, drive_all};

/// Below so many seconds two vehicles are alike.
const ALIKE: f64 = 0.05;

/// Prints all tables.
pub(crate) fn all(outcomes: &[Outcome], drivers: &[Driver]) {
    println!("\navoidable dark seconds; the unavoidable ones are the same for all");
    println!("{}", each(outcomes, drivers));
    println!("{}", vehicles(outcomes, drivers));
    println!("avoidable dark of an agent over that of a rival");
    println!("{}", ratios(outcomes, drivers));
    println!("avoidable dark in seconds of all drives, by cause");
    println!("{}", causes(outcomes, drivers));
}

/// A figure of one of the vehicles on each drive.
fn figures(outcomes: &[Outcome], vehicle: usize, figure: impl Fn(&Vehicle) -> f64) -> Vec<f64> {
    outcomes
        .iter()
        .map(|one| figure(&one.report.vehicles[vehicle]))
        .collect()
}

fn avoidable(outcomes: &[Outcome], vehicle: usize) -> Vec<f64> {
    figures(outcomes, vehicle, |one| one.avoidable_dark_seconds)
}

fn each(outcomes: &[Outcome], drivers: &[Driver]) -> comfy_table::Table {
    let mut header = vec!["drive, seed".to_owned(), "unavoidable".to_owned()];
    header.extend(drivers.iter().map(ToString::to_string));
    let row = |outcome: &Outcome| {
        let drive = &outcome.report.drive;
        let begin = if drive.from > 0 {
            format!(" from {}", drive.from)
        } else {
            String::new()
        };
        let mut row = vec![
            format!("{}{begin}, {}", drive.name, drive.seed),
            format!("{:.1}", drive.unavoidable_seconds),
        ];
        let vehicles = outcome.report.vehicles.iter();
        row.extend(vehicles.map(|one| format!("{:.1}", one.avoidable_dark_seconds)));
        row
    };
    wide_table(header, outcomes.iter().map(row))
}

fn vehicles(outcomes: &[Outcome], drivers: &[Driver]) -> comfy_table::Table {
    #[allow(clippy::cast_precision_loss, reason = "drives are short")]
    let over: f64 = outcomes.iter().map(|one| one.report.drive.seconds as f64).sum();
    let header = [
        "vehicle",
        "dark %",
        "avoidable %",
        "avoidable s, median",
        "worst",
        "longest s, median",
        "worst",
        "swaps, median",
        "reached %, median",
    ];
    let rows = drivers.iter().enumerate().map(|(vehicle, driver)| {
        let dark: f64 = figures(outcomes, vehicle, |one| one.dark_seconds).iter().sum();
        let avoidable = avoidable(outcomes, vehicle);
        let longest = figures(outcomes, vehicle, |one| one.longest_dark_seconds);
        vec![
            driver.to_string(),
            format!("{:.2}", 100.0 * dark / over),
            format!("{:.2}", 100.0 * avoidable.iter().sum::<f64>() / over),
            format!("{:.1}", median(&avoidable)),
            format!("{:.1}", worst(&avoidable)),
            format!("{:.1}", median(&longest)),
            format!("{:.1}", worst(&longest)),
            format!("{:.1}", median(&figures(outcomes, vehicle, |one| f64::from(one.swaps)))),
            format!("{:.1}", median(&figures(outcomes, vehicle, |one| one.reached_percent))),
        ]
    });
    wide_table(header.map(str::to_owned).to_vec(), rows)
}

/// Whether a rival is one to compare an agent with: single radios with the same tunnel only.
fn compares(agent: Driver, rival: Driver) -> bool {
    let single = matches!(rival, Driver::SingleRadio | Driver::SingleRadioWireguard);
    agent.is_agent() && !rival.is_agent() && (!single || agent.tunnel() == rival.tunnel())
}

fn ratios(outcomes: &[Outcome], drivers: &[Driver]) -> comfy_table::Table {
    let places = || drivers.iter().copied().enumerate();
    let pairs = places().flat_map(|one| places().map(move |other| (one, other)));
    let rows =
        pairs
            .filter(|((_, agent), (_, rival))| compares(*agent, *rival))
            .map(|((one, agent), (other, rival))| {
                let (agents, rivals) = (avoidable(outcomes, one), avoidable(outcomes, other));
                let ratios: Vec<f64> = agents
                    .iter()
                    .zip(&rivals)
                    .map(|(one, other)| ratio(*one, *other))
                    .collect();
                let darker = agents
                    .iter()
                    .zip(&rivals)
                    .filter(|(one, other)| **one > **other + ALIKE);
                vec![
                    format!("{agent} / {rival}"),
                    format!("{:.2}", median(&ratios)),
                    format!("{:.2}", worst(&ratios)),
                    format!("{:.2}", ratio(agents.iter().sum(), rivals.iter().sum())),
                    format!("{} of {}", darker.count(), ratios.len()),
                ]
            });
    let header = ["", "median", "worst", "all", "darker on"];
    wide_table(header.map(str::to_owned).to_vec(), rows)
}

fn ratio(one: f64, other: f64) -> f64 {
    if one < ALIKE && other < ALIKE { 1.0 } else { one / other }
}

fn causes(outcomes: &[Outcome], drivers: &[Driver]) -> comfy_table::Table {
    let vehicles = outcomes.iter().flat_map(|one| &one.report.vehicles);
    let all: BTreeSet<Why> = vehicles.flat_map(|one| one.causes.keys().copied()).collect();
    let mut header = vec!["cause".to_owned()];
    header.extend(drivers.iter().map(ToString::to_string));
    let row = |why: Why| {
        let sum = |vehicle: usize| -> f64 {
            figures(outcomes, vehicle, |one| one.causes.get(&why).copied().unwrap_or(0.0))
                .iter()
                .sum()
        };
        let mut row = vec![why.to_string()];
        row.extend((0..drivers.len()).map(|vehicle| format!("{:.1}", sum(vehicle))));
        row
    };
    wide_table(header, all.into_iter().map(row))
}

/// Compares drives at their own speed with hurried ones, each made twice: no two are alike to the microsecond.
pub(crate) fn speeds(rides: &[Ride], drivers: &[Driver], speed: f64, at_once: usize) -> anyhow::Result<()> {
    let agents: Vec<Driver> = drivers.iter().copied().filter(|driver| driver.is_agent()).collect();
    let mut rows = Vec::new();
    for speed in [1.0, 1.0, speed, speed] {
        let rides: Vec<Ride> = rides.iter().map(|&ride| Ride { speed, ..ride }).collect();
        let outcomes = drive_all(&rides, &agents, at_once)?;
        rows.extend(agents.iter().enumerate().map(|(vehicle, agent)| {
            let avoidable = avoidable(&outcomes, vehicle);
            vec![
                format!("{agent} at {speed}"),
                format!("{:.1}", avoidable.iter().sum::<f64>()),
                format!("{:.1}", median(&avoidable)),
                format!("{:.1}", super::agents::ticks_read(&outcomes, vehicle)),
            ]
        }));
    }
    let header = ["agent at speed", "avoidable s, all", "median", "ticks read in time %"];
    println!("{}", wide_table(header.map(str::to_owned).to_vec(), rows));
    Ok(())
}
