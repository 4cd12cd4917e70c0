//! Tests of the simulated vehicle, and what they are made with.

mod air;
mod query;
mod routing;
mod session;
mod station;
mod tables;
mod tunnel;
mod vehicle;
mod wire;

use crate::drive::{Ap, Drive, Heard};
use crate::names::{Bssid, Ssid};
use crate::units::Dbm;

use super::settings::Settings;

/// A drive that hears each access point at one level, from a second to a second; their SSIDs are `testssid1` to 3 and over.
fn drive(seconds: usize, levels: &[(i16, std::ops::Range<usize>)]) -> Drive {
    let ap = |i: usize| Ap {
        bssid: Bssid([2, 0, 0, 0, 0, u8::try_from(i + 1).unwrap()]),
        ssid: Ssid::new(["testssid1", "testssid2", "securessid"][i % 3].as_bytes()).ok(),
        channel: 1 + u16::try_from(i).unwrap(),
    };
    let heard = |second: usize| {
        let there = levels
            .iter()
            .enumerate()
            .filter(|(_, (_, range))| range.contains(&second));
        there
            .map(|(ap, (level, _))| Heard {
                ap,
                signal: Dbm(*level),
            })
            .collect()
    };
    Drive {
        name: "straight".into(),
        aps: (0..levels.len()).map(ap).collect(),
        seconds: (0..seconds).map(heard).collect(),
    }
}

/// The example vehicle on such a drive, without gray periods.
fn settings(drive: Drive) -> Settings {
    let mut settings = Settings::example(drive, 7);
    settings.quirks.gray = false;
    settings
}
