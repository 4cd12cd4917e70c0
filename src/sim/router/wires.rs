//! What the router makes of the ways out beside its radios: a modem's states and address, counters, the way itself.

use std::time::Duration;

use super::menus::{INTERFACES, Menu};
use super::routing::{Address, Exit};
use super::tables::{Fields, dynamic_address};
use super::values::{duration_text, id_text};
use crate::sim::settings::{DhcpServer, ModemWord};
use crate::sim::vehicle::Vehicle;
use crate::sim::world::way::{Bound, Way};
use crate::sim::world::wires::WireState;

/// A modem that was turned on needs this long to find its network.
const ATTACH: Duration = Duration::from_secs(15);
/// The first id of the addresses that modems have by themselves, beside those of tunnels.
const MODEM_ADDRESS: u32 = 0x4100_0000;
/// The network number of the first wire; access points never have it.
const FIRST: usize = usize::MAX / 2;

impl Vehicle {
    /// Whether an interface is there.
    pub(crate) fn interface_exists(&self, interface: &str) -> bool {
        INTERFACES.iter().any(|&(menu, _)| {
            let mut rows = self.table(menu).rows.iter();
            rows.any(|row| row.get("name") == Some(interface))
        })
    }

    fn wire(&self, interface: &str) -> Option<(usize, &WireState)> {
        let mut wires = self.wires.iter().enumerate();
        wires.find(|(_, state)| state.wire.interface == interface)
    }

    /// Whether an interface is a modem.
    pub(crate) fn is_modem(&self, interface: &str) -> bool {
        self.wire(interface)
            .is_some_and(|(_, state)| state.wire.modem.is_some())
    }

    /// Whether a modem has a session.
    pub(crate) fn modem_ready(&self, interface: &str) -> bool {
        let ready = self.wire(interface).and_then(|(_, state)| state.ready);
        ready.is_some_and(|at| at <= self.now)
    }

    /// The router starts: its modems have their session as soon as it is up.
    pub(crate) fn start_modems(&mut self) {
        let now = self.now;
        for state in &mut self.wires {
            state.ready = Some(now);
        }
        self.order_modems();
    }

    /// Turns modems on and off, as their menu says.
    pub(crate) fn order_modems(&mut self) {
        let rows = &self.tables[Menu::Lte as usize].rows;
        let off = |name: &str| {
            rows.iter()
                .any(|row| row.get("name") == Some(name) && row.is("disabled"))
        };
        let now = self.now;
        for state in &mut self.wires {
            state.ready = match state.ready {
                _ if off(&state.wire.interface) => None,
                None => Some(now + ATTACH),
                ready => ready,
            };
        }
    }

    /// What is at the other end of a cable changes.
    pub(crate) fn rewire(&mut self, interface: &str, address: &str, gateway: &str, dhcp: Option<DhcpServer>) {
        for state in self.wires.iter_mut().filter(|state| state.wire.interface == interface) {
            let wire = &mut state.wire;
            (wire.address, wire.gateway, wire.dhcp) = (address.to_owned(), Some(gateway.to_owned()), dhcp);
        }
    }

    /// The addresses that modems have by themselves.
    pub(crate) fn modem_addresses(&self) -> impl Iterator<Item = Address> + '_ {
        let modems = self.wires.iter().zip(MODEM_ADDRESS..);
        modems
            .filter(|(state, _)| state.wire.modem.is_some())
            .filter_map(|(state, id)| {
                let net = state.net()?;
                Some(Address {
                    id,
                    ip: net.addr(),
                    subnet: net.trunc(),
                    interface: state.wire.interface.clone(),
                })
            })
    }

    /// The same as rows.
    pub(crate) fn modem_rows(&self) -> Vec<Fields> {
        let ready = |address: &Address| self.modem_ready(&address.interface);
        let row = |address: Address| {
            let written = format!("{}/{}", address.ip, address.subnet.prefix_len());
            let network = address.subnet.network().to_string();
            dynamic_address(id_text(address.id), written, network, &address.interface)
        };
        self.modem_addresses().filter(ready).map(row).collect()
    }

    /// The way over a wire, where address and gateway fit.
    pub(crate) fn way_by_wire(&self, exit: &Exit) -> Option<Way> {
        let (index, state) = self.wire(&exit.interface).filter(|_| self.running(&exit.interface))?;
        let gateway = state.wire.gateway.as_ref().and_then(|gateway| gateway.parse().ok());
        let fits = state.wire.modem.is_some() || exit.gateway == gateway && state.net()?.contains(&exit.source);
        fits.then_some(Way {
            bound: Bound {
                network: FIRST + index,
                source: exit.source,
                radio: None,
            },
            radio: None,
            passing: state.passing(index, self.chance, self.now),
            latency: state.wire.latency,
        })
    }

    /// The way of a packet to the vehicle's address on a wire.
    pub(crate) fn way_in_by_wire(&self, bound: Bound) -> Option<Way> {
        let state = self.wires.get(bound.network.checked_sub(FIRST)?)?;
        let exit = Exit {
            interface: state.wire.interface.clone(),
            source: bound.source,
            gateway: state.wire.gateway.as_ref().and_then(|gateway| gateway.parse().ok()),
        };
        self.way_by_wire(&exit)
    }

    /// The share of round trips that the best wire lets pass; 0 without one.
    pub(crate) fn best_wire(&self) -> f64 {
        let wires = self.wires.iter().enumerate();
        let up = wires.filter(|(_, state)| self.running(&state.wire.interface));
        up.map(|(index, state)| state.passing(index, self.chance, self.now))
            .fold(0.0, f64::max)
    }

    /// A frame went over a wire, and its answer came back.
    pub(crate) fn count_frame(&mut self, network: usize) {
        let state = network.checked_sub(FIRST).and_then(|index| self.wires.get(index));
        if let Some(state) = state {
            self.traffic.passed(&state.wire.interface);
        }
    }

    /// What `monitor` of a modem shows: models differ in the word, and in what they say beside it.
    pub(crate) fn modem_monitor(&self, interface: &str) -> Fields {
        let Some((_, state)) = self.wire(interface) else {
            return vec![("status", "modem not present".into())];
        };
        let Some(ready) = state.ready.filter(|at| *at <= self.now) else {
            return vec![("pin-status", "ok".into()), ("status", "searching".into())];
        };
        let uptime = duration_text(self.now.saturating_sub(ready), false);
        let word = |status: &'static str, more: Fields| {
            let mut fields: Fields = vec![("status", status.to_owned())];
            fields.extend(more);
            fields.push(("session-uptime", uptime.clone()));
            fields.push(("rsrp", "-104".into()));
            fields
        };
        match state.wire.modem {
            Some(ModemWord::Running) => word(
                "running",
                vec![
                    ("current-operator", "Play".into()),
                    ("data-class", "LTE".into()),
                    ("rssi", "-79".into()),
                ],
            ),
            Some(ModemWord::Connected) => word("connected", vec![("current-operator", "24701".into())]),
            Some(ModemWord::Registered) | None => word(
                "registered",
                vec![
                    ("pin-status", "ok".into()),
                    ("registration-status", "registered".into()),
                    ("access-technology", "LTE".into()),
                ],
            ),
        }
    }
}
