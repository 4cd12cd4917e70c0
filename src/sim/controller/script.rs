//! The vehicle's controllers without an agent: the on-box script at its best, and one radio that roams by itself.
//!
//! Both look each 5 s, act without any delay of the API, and wait for the old session's end before they move. The
//! address part follows the SSID of the radio that leads: address, route, tunnel bounce. Over WireGuard there is no
//! bounce, and the vehicle speaks through the tunnel all the time.

use std::time::Duration;

use super::command::{id_by_comment, run, speak};
use crate::sim::router::kinds;
use crate::sim::router::menus::Menu;
use crate::sim::router::script::SCRIPT;
use crate::sim::settings::TunnelKind;
use crate::sim::vehicle::Vehicle;
use crate::sim::world::clock::At;

/// How often it looks.
const LOOP: Duration = Duration::from_secs(5);
/// At or below this many dBm the other radio leads from now on, if it is associated.
const LEAVE: f64 = -80.0;
/// A standby at or below this many dBm searches again.
const HUNT: f64 = -70.0;
/// A teardown is over after this.
const TEARDOWN: Duration = Duration::from_millis(220);

/// The controller's state.
#[derive(Debug)]
pub(crate) struct Script {
    /// Whether there is a second radio to swap to.
    swaps: bool,
    lead: usize,
    looks: At,
    /// A swap begun: the radio and network to go to, and when the tunnel is down.
    begun: Option<(usize, usize, At)>,
    /// The network that the address fits, as last set.
    set: Option<(usize, usize)>,
}

impl Script {
    /// With `swaps`, the script with two radios; without, the single radio.
    pub(crate) fn new(swaps: bool) -> Self {
        Script {
            swaps,
            lead: 0,
            looks: LOOP,
            begun: None,
            set: None,
        }
    }

    /// Lives on to the vehicle's present.
    pub(crate) fn step(&mut self, vehicle: &mut Vehicle) {
        if let Some((radio, network, due)) = self.begun {
            if vehicle.now >= due {
                self.begun = None;
                self.finish(vehicle, radio, network);
            }
        } else if vehicle.now >= self.looks {
            self.looks = vehicle.now + LOOP;
            self.look(vehicle);
        }
        if vehicle.tunnel == TunnelKind::Wireguard {
            speak(vehicle);
        }
    }

    fn look(&mut self, vehicle: &mut Vehicle) {
        let other = (0..vehicle.stations.len()).find(|&radio| self.swaps && radio != self.lead);
        let level = self.level(vehicle, self.lead);
        if level.is_none_or(|level| level <= LEAVE)
            && let Some(other) = other.filter(|&other| vehicle.stations[other].authenticated().is_some())
        {
            self.lead = other;
        }
        let network = vehicle.stations[self.lead]
            .authenticated()
            .and_then(|ap| vehicle.air.aps[ap].network);
        if let Some(network) = network
            && self.set != Some((self.lead, network))
        {
            let mut due = vehicle.now;
            if turn_tunnel(vehicle, "disable") {
                due += TEARDOWN;
            }
            self.begun = Some((self.lead, network, due));
        }
        let standby = (0..vehicle.stations.len()).find(|&radio| self.swaps && radio != self.lead);
        if let Some(standby) = standby
            && self.level(vehicle, standby).is_some_and(|level| level <= HUNT)
        {
            let lost = vehicle.with_station(standby, |station, around, at| {
                station.drop_and_search("hunt", around, at)
            });
            vehicle.report(standby, lost);
        }
    }

    fn finish(&mut self, vehicle: &mut Vehicle, radio: usize, network: usize) {
        let (name, wanted) = (vehicle.stations[radio].name.clone(), vehicle.networks[network].clone());
        let subnet = vehicle.sides[network].map_or_else(String::new, |side| side.subnet.network().to_string());
        if let Some(id) = id_by_comment(vehicle, Menu::Address, SCRIPT) {
            let words = [
                ("numbers", id.as_str()),
                ("address", &wanted.address),
                ("network", &subnet),
                ("interface", &name),
            ];
            run(vehicle, "/ip/address/set", &words);
        }
        if let Some(id) = id_by_comment(vehicle, Menu::Route, SCRIPT) {
            let gateway = format!("{}%{name}", wanted.gateway);
            run(vehicle, "/ip/route/set", &[("numbers", &id), ("gateway", &gateway)]);
        }
        turn_tunnel(vehicle, "enable");
        self.set = Some((radio, network));
    }

    /// The signal that a radio's registration shows; `None` when it has none.
    fn level(&self, vehicle: &Vehicle, radio: usize) -> Option<f64> {
        let station = &vehicle.stations[radio];
        vehicle
            .air
            .level(station.authenticated()?, station.antenna, vehicle.now)
            .map(f64::round)
    }
}

/// Turns a tunnel that is dialed off or on; whether there is one.
fn turn_tunnel(vehicle: &mut Vehicle, verb: &str) -> bool {
    let Some(kind) = kinds::dialed(vehicle.tunnel) else {
        return false;
    };
    let command = format!("{}/{verb}", kind.menu.schema().path);
    run(vehicle, &command, &[("numbers", kind.name)]);
    true
}
