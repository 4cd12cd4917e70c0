//! What came of a drive, for people and programs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::driver::Driver;
use super::ride::{Driven, Ride};
use crate::sim::Why;

/// What came of a drive.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The drive.
    pub drive: Drive,
    /// The vehicles, in the order of their drivers.
    pub vehicles: Vec<Vehicle>,
}

/// Which drive it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drive {
    /// Its name.
    pub name: String,
    /// The second at which it began.
    pub from: u64,
    /// How long it lasted.
    pub seconds: u64,
    /// The seed of all randomness.
    pub seed: u64,
    /// Seconds in which no vehicle could be reached, whatever it did: the best access point by the best antenna lost the
    /// dispatcher's call.
    pub unavoidable_seconds: f64,
}

/// How one vehicle fared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Vehicle {
    /// Who drove.
    pub controller: Driver,
    /// Seconds in which the dispatcher could not reach it.
    pub dark_seconds: f64,
    /// Of these, the seconds in which another way of driving could have been reached.
    pub avoidable_dark_seconds: f64,
    /// The longest time in which it could not be reached.
    pub longest_dark_seconds: f64,
    /// How often the way out moved to the other radio.
    pub swaps: u32,
    /// The dispatcher's calls that got through, 0 to 100.
    pub reached_percent: f64,
    /// The median time from a decision to the last call's answer, in the drive's time; only an agent makes calls.
    pub swap_router_ms_p50: Option<f64>,
    /// The avoidable seconds by their cause.
    pub causes: BTreeMap<Why, f64>,
}

impl Report {
    /// The report of these vehicles.
    #[must_use]
    pub fn new(ride: &Ride<'_>, driven: &[Driven]) -> Self {
        // What is unavoidable is the same for all of them.
        let unavoidable = driven.first().map_or(0.0, |one| one.judged.dark.unavoidable);
        Report {
            drive: Drive {
                name: ride.drive.name.clone(),
                from: ride.from,
                seconds: ride.seconds,
                seed: ride.seed,
                unavoidable_seconds: tenths(unavoidable),
            },
            vehicles: driven.iter().map(|one| vehicle(one, ride.speed)).collect(),
        }
    }
}

fn vehicle(driven: &Driven, speed: f64) -> Vehicle {
    let dark = &driven.judged.dark;
    let swaps = driven.summary.iter().flat_map(|summary| &summary.swaps);
    let mut router_ms: Vec<f64> = swaps.map(|swap| swap.router.as_secs_f64() * 1000.0 * speed).collect();
    router_ms.sort_by(f64::total_cmp);
    Vehicle {
        controller: driven.driver,
        dark_seconds: tenths(dark.seconds),
        avoidable_dark_seconds: tenths(dark.avoidable),
        longest_dark_seconds: tenths(dark.longest),
        swaps: dark.swaps,
        reached_percent: tenths(dark.reached_percent),
        swap_router_ms_p50: router_ms.get(router_ms.len() / 2).copied().map(tenths),
        causes: dark
            .causes
            .iter()
            .map(|(why, seconds)| (*why, tenths(*seconds)))
            .collect(),
    }
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
