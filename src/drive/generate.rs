//! Generates drives whose air looks like measured air.
//!
//! The signal of an access point falls with a path-loss exponent of 1.4 to 2.2 up to 60 m or up to the corner, with 3.5
//! past it; shadowing is a field over places (a second lap passes the same shadows) with a standard deviation of 4.5 to
//! 6.7 dB that decorrelates in 10 to 60 m by kind; each second adds noise of 1.4 dB; an access point is missed more often
//! the weaker it is, and now and then falls silent for some seconds whatever its signal.

mod air;
mod kind;
mod route;

pub use kind::Kind;

use std::ops::Range;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::heard::{Ap, Drive, Heard, ordered};
use crate::names::{Bssid, Ssid};

/// Seeds of drives that numbers are tuned on.
pub const TUNING_SEEDS: Range<u64> = 0..10;

/// Seeds of drives that a policy is judged by, and nothing is tuned on.
pub const JUDGING_SEEDS: Range<u64> = 100..110;

/// The networks that a generated drive's access points send, dealt in order of BSSID; those of the example `agent.toml`.
const NETWORKS: [&str; 3] = ["testssid1", "testssid2", "securessid"];

/// Generates a drive of this kind that is `seconds` long; equal arguments give equal drives.
#[must_use]
pub fn generate(kind: Kind, seconds: usize, seed: u64) -> Drive {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut stations = air::stations(kind, &mut random);
    let aps = access_points(stations.len(), &mut random);
    let route = route::drive(kind, seconds, &mut random);

    let heard = route
        .into_iter()
        .map(|at| {
            let each = stations.iter_mut().enumerate();
            each.filter_map(|(ap, station)| station.heard(at, &mut random).map(|signal| Heard { ap, signal }))
                .collect()
        })
        .collect();
    let mut drive = ordered(format!("{}-{seed}", kind.name()), aps, heard);
    for (ap, network) in drive.aps.iter_mut().zip(NETWORKS.iter().cycle()) {
        ap.ssid = Ssid::new(network.as_bytes()).ok();
    }
    drive
}

/// The drive that ships with the program, a [`Kind::Boulevard`] of 300 s from seed 1, the first that gives a demo something to do.
///
/// # Panics
///
/// Never: a test reads it.
#[must_use]
pub fn embedded() -> Drive {
    Drive::parse("embedded", include_str!("embedded.csv").as_bytes()).expect("the embedded drive log is valid")
}

/// Access points whose order by BSSID is not that along the road, so that neighbours send any two networks.
fn access_points(count: usize, random: &mut ChaCha8Rng) -> Vec<Ap> {
    const CHANNELS: [u16; 6] = [1, 6, 11, 36, 40, 44];
    let mut numbers: Vec<u8> = (1..=u8::MAX).take(count).collect();
    numbers.shuffle(random);
    let ap = |number| Ap {
        bssid: Bssid([0x02, 0, 0, 0, 0, number]),
        ssid: None,
        channel: CHANNELS[usize::from(number) % CHANNELS.len()],
    };
    numbers.into_iter().map(ap).collect()
}
