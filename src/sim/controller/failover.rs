//! The router's own means: two radios that roam by themselves, an address by DHCP for each, and two default routes whose
//! gateways are checked. The tunnel is WireGuard, and the vehicle speaks through it all the time.
//!
//! `check-gateway` pings each 200 ms and gives a gateway up after three losses, as `/routing/settings` allows from 7.21 on.
//! A radio joins the best access point that it hears when its own leaves the range of its connect-list.

use std::net::Ipv4Addr;
use std::time::Duration;

use ipnet::Ipv4Net;

use super::command::{id_by_comment, run, speak};
use crate::sim::router::factory::failover_comment;
use crate::sim::router::menus::Menu;
use crate::sim::router::routing::Exit;
use crate::sim::vehicle::Vehicle;
use crate::sim::world::chance::Of;
use crate::sim::world::clock::{At, millis};

/// Between two checks of a gateway.
const CHECK: Duration = Duration::from_millis(200);
/// So many losses in a row make a gateway unreachable.
const LOSSES: u8 = 3;
/// How long a lease takes in seconds, at least and at most: two exchanges on a link that is up.
const LEASE: (f64, f64) = (0.1, 0.4);
/// The last byte of the first radio's address by DHCP.
const FIRST_HOST: u32 = 100;

/// The controller's state: one uplink for each radio.
#[derive(Debug)]
pub(crate) struct Failover(Vec<Uplink>);

#[derive(Debug, Default)]
struct Uplink {
    /// The access point that the radio was last seen on.
    ap: Option<usize>,
    /// When its lease comes.
    lease_due: Option<At>,
    /// The address and gateway that it has.
    lease: Option<Lease>,
    next_check: At,
    losses: u8,
    /// Whether its default route is in use.
    routed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lease {
    address: Ipv4Net,
    gateway: Ipv4Addr,
}

impl Failover {
    /// A controller of so many radios.
    pub(crate) fn new(radios: usize) -> Self {
        Failover((0..radios).map(|_| Uplink::default()).collect())
    }

    /// Lives on to the vehicle's present.
    pub(crate) fn step(&mut self, vehicle: &mut Vehicle) {
        for (radio, uplink) in self.0.iter_mut().enumerate() {
            uplink.step(vehicle, radio);
        }
        speak(vehicle);
    }
}

impl Uplink {
    fn step(&mut self, vehicle: &mut Vehicle, radio: usize) {
        let ap = vehicle.stations[radio].authenticated();
        if ap != self.ap {
            self.ap = ap;
            self.lease = None;
            self.lease_due = ap.map(|_| {
                let takes = vehicle
                    .chance
                    .between(Of::Lease, radio as u64, millis(vehicle.now), LEASE.0..LEASE.1);
                vehicle.now + Duration::from_secs_f64(takes)
            });
        }
        if self.lease_due.is_some_and(|due| vehicle.now >= due) {
            self.lease_due = None;
            self.lease = self.ap.and_then(|ap| lease(vehicle, radio, ap));
            self.losses = 0;
            self.next_check = vehicle.now;
            if let Some(lease) = self.lease {
                take(vehicle, radio, lease);
            }
        }
        if let Some(lease) = self.lease.filter(|_| vehicle.now >= self.next_check) {
            self.next_check = vehicle.now + CHECK;
            let answered = answers(vehicle, radio, lease);
            self.losses = if answered { 0 } else { self.losses.saturating_add(1) };
        }
        let routed = self.lease.is_some() && self.losses < LOSSES;
        if routed != self.routed {
            self.routed = routed;
            let disabled = if routed { "no" } else { "yes" };
            set(vehicle, radio, Menu::Route, &[("disabled", disabled)]);
        }
    }
}

/// What DHCP gives a radio on this access point.
fn lease(vehicle: &Vehicle, radio: usize, ap: usize) -> Option<Lease> {
    let side = vehicle.sides[vehicle.air.aps[ap].network?]?;
    let host = u32::from(side.subnet.network()) + FIRST_HOST + u32::try_from(radio).ok()?;
    Some(Lease {
        address: Ipv4Net::new(host.into(), side.subnet.prefix_len()).ok()?,
        gateway: side.gateway,
    })
}

fn take(vehicle: &mut Vehicle, radio: usize, lease: Lease) {
    let (address, network) = (lease.address.to_string(), lease.address.network().to_string());
    let words = [("address", address.as_str()), ("network", &network), ("disabled", "no")];
    set(vehicle, radio, Menu::Address, &words);
    let gateway = format!("{}%{}", lease.gateway, vehicle.stations[radio].name);
    set(vehicle, radio, Menu::Route, &[("gateway", &gateway)]);
}

/// Whether the gateway answers one ping.
fn answers(vehicle: &mut Vehicle, radio: usize, lease: Lease) -> bool {
    let exit = Exit {
        interface: vehicle.stations[radio].name.clone(),
        source: lease.address.addr(),
        gateway: Some(lease.gateway),
    };
    let draw = vehicle.chance.unit(Of::Check, radio as u64, millis(vehicle.now));
    let Some(way) = vehicle.way_by(&exit).filter(|way| draw < way.passing) else {
        return false;
    };
    vehicle.heard_at_gateway(way);
    true
}

/// Sets an item of a radio.
fn set(vehicle: &mut Vehicle, radio: usize, menu: Menu, words: &[(&str, &str)]) {
    let comment = failover_comment(&vehicle.stations[radio].name);
    let Some(id) = id_by_comment(vehicle, menu, &comment) else {
        return;
    };
    let command = format!("{}/set", menu.schema().path);
    run(vehicle, &command, &[&[("numbers", id.as_str())], words].concat());
}
