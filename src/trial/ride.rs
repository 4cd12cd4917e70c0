//! A drive that vehicles make, and what is true of it.

use std::time::Duration;

use super::driver::Driver;
use super::equipment::Equipment;
use crate::agent::Summary;
use crate::drive::Drive;
use crate::sim::{Judged, Quirks, RouterOs, SecondSession, Settings, TunnelKind};

/// How long the vehicles stand at the first second of the drive before they are judged, so that each is on the air.
pub const STANDING: Duration = Duration::from_secs(8);

/// The longest drive in seconds: the simulated vehicle keeps no more of its calls.
pub const LONGEST: u64 = 1_800;

/// A drive that vehicles make.
#[derive(Debug, Clone, Copy)]
pub struct Ride<'a> {
    /// The drive.
    pub drive: &'a Drive,
    /// The second of the drive at which it begins.
    pub from: u64,
    /// How long it lasts, in seconds of the drive.
    pub seconds: u64,
    /// The seed of all randomness.
    pub seed: u64,
    /// Seconds of the drive in each real one; every duration of agent and simulator is divided by it.
    pub speed: f64,
    /// What the office does with a second PPTP session of a vehicle.
    pub office: SecondSession,
    /// Whether a PPTP session survives a change of the radio within one network.
    pub survives_radio: bool,
    /// What the agents' vehicles have.
    pub equipment: Equipment,
    /// Keys of the agents' configuration that differ from the example's, such as `HUNT__INTERVAL`, with their values.
    pub keys: &'a [(String, String)],
}

/// What is true of one vehicle's drive.
#[derive(Debug, Clone, PartialEq)]
pub struct Driven {
    /// Who drove.
    pub driver: Driver,
    /// What the simulated vehicle says.
    pub judged: Judged,
    /// What the agent says, where one drove.
    pub summary: Option<Summary>,
}

impl Ride<'_> {
    /// The simulated vehicle of a driver.
    pub(super) fn vehicle(&self, driver: Driver) -> Settings {
        let mut drive = self.drive.clone();
        let until = self.from.saturating_add(self.seconds);
        drive.seconds.truncate(usize::try_from(until).unwrap_or(usize::MAX));
        let tunnel = driver.tunnel();
        let routeros = match tunnel {
            TunnelKind::Wireguard => RouterOs::V7_17,
            _ => RouterOs::V6_49,
        };
        let mut vehicle = Settings {
            radios: routeros.radio_names(driver.radios()),
            from: self.from,
            judged: STANDING..STANDING + Duration::from_secs(self.seconds),
            controller: driver.controller(),
            tunnel,
            routeros,
            quirks: Quirks {
                second_session: self.office,
                session_survives_radio: self.survives_radio,
                ..Quirks::default()
            },
            speed: self.speed,
            ..Settings::example(drive, self.seed)
        };
        if driver.is_agent() {
            self.equipment.fit(&mut vehicle);
        }
        vehicle
    }
}
