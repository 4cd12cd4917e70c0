//! The vehicle: its router's state and the world around it at one moment.

use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::router::configured;
use super::router::factory::{self, CONCENTRATOR, WIRE, WIREGUARD};
use super::router::kinds;
use super::router::menus::Menu;
use super::router::routing::{self, Address, Route, Routing};
use super::router::tables::Table;
use super::router::traffic::Traffic;
use super::settings::{Network, Quirks, RouterOs, Settings, TunnelKind};
use super::world::air::Air;
use super::world::chance::Chance;
use super::world::clock::{self, At};
use super::world::dhcp::Client;
use super::world::dialed::Dialed;
use super::world::dispatcher::Dispatcher;
use super::world::events::{Events, What};
use super::world::office::Office;
use super::world::station::{Happened, Station, Surroundings};
use super::world::wireguard::Wireguard;
use super::world::wires::WireState;
use super::world::witness::Witness;

/// Added to a radio's number: the id of the address that it has by DHCP.
const LEASED: u32 = 0x1000;
/// Lines of the router's log that are kept.
const LOG_KEPT: usize = 1000;

/// A session of the API, as `/user/active` shows it.
#[derive(Debug, Clone)]
pub(super) struct Active {
    /// The user's name.
    pub name: String,
    /// From where.
    pub from: String,
    /// Since when.
    pub since: At,
}

/// A line of the router's log.
#[derive(Debug, Clone)]
pub(super) struct LogLine {
    /// Its id.
    pub id: u32,
    /// When.
    pub at: At,
    /// Its topics.
    pub topics: &'static str,
    /// Its text.
    pub message: String,
}

/// The configured side of a network.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    /// The subnet of the vehicle's address.
    pub subnet: Ipv4Net,
    /// The only router in it.
    pub gateway: Ipv4Addr,
}

/// Everything that there is.
#[derive(Debug)]
pub(super) struct Vehicle {
    /// Which RouterOS.
    pub version: RouterOs,
    /// How it behaves where nobody is sure.
    pub quirks: Quirks,
    /// Simulated seconds in each second of a client.
    pub speed: f64,
    /// The networks that the vehicle may use.
    pub networks: Vec<Network>,
    /// The same networks as addresses; `None` where they are none.
    pub sides: Vec<Option<Side>>,
    /// The randomness.
    pub chance: Chance,
    /// What can be heard.
    pub air: Air,
    /// The radios.
    pub stations: Vec<Station>,
    /// Foreground scans that take each radio.
    pub scans: Vec<u32>,
    /// The ways out beside the radios.
    pub wires: Vec<WireState>,
    /// The DHCP client of each radio that has one, then of each wire.
    pub leases: Vec<Option<Client>>,
    /// Which tunnel there is.
    pub tunnel: TunnelKind,
    /// The tunnel that is dialed.
    pub dialed: Dialed,
    /// The WireGuard tunnel.
    pub wireguard: Wireguard,
    /// The rows of every menu.
    pub tables: Vec<Table>,
    /// Addresses and routes in use.
    pub routing: Routing,
    /// Through which radio, and when, a network's gateway last heard an address.
    pub arp: BTreeMap<(usize, Ipv4Addr), (usize, At)>,
    /// Sessions by their number.
    pub active: BTreeMap<u64, Active>,
    /// What went over each interface.
    pub traffic: Traffic,
    /// The router's log.
    pub log: VecDeque<LogLine>,
    /// What happened.
    pub events: Events,
    /// Who calls the vehicle.
    pub dispatcher: Dispatcher,
    /// What was true at each call.
    pub witness: Witness,
    /// The moment up to which all this has lived.
    pub now: At,
    /// When the router last started.
    pub booted: At,
    /// Whether the router has power.
    pub powered: bool,
    /// The radio over which the default route led when last looked at.
    pub led: Option<usize>,
    keys: Vec<(String, bool)>,
    logged: u32,
}

impl Vehicle {
    /// A vehicle that starts now.
    pub(super) fn new(settings: &Settings) -> Self {
        let quirks = settings.played();
        let chance = Chance::new(settings.seed);
        let key = |network: &Network| (network.ssid.clone(), !quirks.wrong_keys.contains(&network.ssid));
        let office = Office::new(
            quirks.second_session,
            settings.office_keepalive,
            quirks.office_accepts_after,
        );
        let radios = settings.radios.iter().enumerate();
        let mut vehicle = Vehicle {
            version: settings.routeros,
            speed: clock::within(settings.speed),
            sides: settings.networks.iter().map(side).collect(),
            keys: settings.networks.iter().map(key).collect(),
            networks: settings.networks.clone(),
            air: Air::new(settings),
            stations: radios.map(|(i, name)| Station::new(name, i)).collect(),
            scans: vec![0; settings.radios.len()],
            wires: settings.wires.iter().cloned().map(WireState::new).collect(),
            leases: vec![None; settings.radios.len() + settings.wires.len()],
            tunnel: settings.tunnel,
            dialed: Dialed::new(office, chance),
            wireguard: Wireguard::new(quirks.dead_entry, chance),
            tables: factory::tables(settings),
            routing: Routing::default(),
            arp: BTreeMap::new(),
            active: BTreeMap::new(),
            traffic: Traffic::default(),
            log: VecDeque::new(),
            events: Events::default(),
            dispatcher: Dispatcher::default(),
            witness: Witness::default(),
            now: At::ZERO,
            booted: At::ZERO,
            powered: true,
            led: None,
            logged: 0,
            chance,
            quirks,
        };
        vehicle.start();
        vehicle
    }

    /// Everything that begins when the router gets power.
    fn start(&mut self) {
        for station in &mut self.stations {
            *station = Station::new(&station.name, station.antenna);
        }
        self.scans.fill(0);
        self.start_modems();
        self.leases.fill(None);
        self.dialed.restart();
        self.wireguard.restart();
        self.log.clear();
        self.traffic = Traffic::default();
        self.booted = self.now;
        let menus = [
            Menu::Address,
            Menu::Route,
            Menu::DhcpClient,
            Menu::Wireless,
            Menu::Wireguard,
        ];
        let dialed = kinds::dialed(self.tunnel).map(|kind| kind.menu);
        for menu in menus.into_iter().chain(dialed) {
            self.changed(menu);
        }
        self.log("system,info", "router rebooted");
    }

    /// Takes the power away: nothing that is not stored survives.
    pub(super) fn power_cut(&mut self) {
        self.powered = false;
        self.active.clear();
        for i in 0..self.stations.len() {
            let lost = self.stations[i].start_scan();
            self.report(i, lost);
        }
        self.dialed.restart();
        self.wireguard.restart();
        self.happen(What::PowerCut);
    }

    /// Gives the power back: the router starts, and its routes have new ids.
    pub(super) fn power_back(&mut self) {
        self.powered = true;
        let base = factory::id_base(Menu::Route, self.version) + 0x1000;
        let routes = &mut self.tables[Menu::Route as usize].rows;
        for (row, id) in routes.iter_mut().zip(base..) {
            row.id = id;
        }
        self.start();
        self.happen(What::PowerBack);
    }

    /// Makes what was written in a menu take effect.
    pub(super) fn changed(&mut self, menu: Menu) {
        match menu {
            Menu::Address => {
                let mut addresses = configured::addresses(&self.tables);
                addresses.extend(self.leased().map(|(_, address, _)| address));
                addresses.extend(self.modem_addresses());
                self.routing.set_addresses(addresses);
            }
            Menu::Lte => self.order_modems(),
            Menu::Route => {
                let mut routes = configured::routes(&self.tables);
                routes.extend(self.leased_routes().map(|(_, route)| route));
                self.routing.set_routes(routes, CONCENTRATOR);
            }
            Menu::DhcpClient => {
                for radio in 0..self.leases.len() {
                    let there = configured::dhcp_client(&self.tables, self.asks_on(radio)).is_some();
                    let client = &mut self.leases[radio];
                    if !there {
                        *client = None;
                    } else if client.is_none() {
                        *client = Some(Client::new(radio));
                    }
                }
                self.changed(Menu::Address);
                self.changed(Menu::Route);
            }
            Menu::Wireless
            | Menu::ConnectList
            | Menu::SecurityProfiles
            | Menu::Wifi
            | Menu::WifiConfiguration
            | Menu::WifiSecurity
            | Menu::WifiChannel => {
                for radio in 0..self.stations.len() {
                    let mut orders = configured::radio(&self.tables, &self.stations[radio].name);
                    if self.quirks.ignores_band {
                        orders.band = None;
                    }
                    if self.quirks.ignores_scan_list {
                        orders.scan_list = Default::default();
                    }
                    let drops = self.quirks.rule_change_drops;
                    let lost = self.with_station(radio, |station, around, at| station.order(orders, drops, around, at));
                    self.report(radio, lost);
                }
            }
            Menu::Pptp | Menu::L2tp | Menu::Sstp | Menu::Ovpn => {
                if let Some(kind) = kinds::dialed(self.tunnel).filter(|kind| kind.menu == menu) {
                    self.dialed.order(configured::dialed(&self.tables, kind), self.now);
                }
            }
            Menu::Wireguard | Menu::WireguardPeers => {
                self.wireguard.order(configured::wireguard(&self.tables), self.now);
            }
            _ => {}
        }
    }

    /// The address that each radio and wire has by DHCP, and its gateway.
    pub(super) fn leased(&self) -> impl Iterator<Item = (usize, Address, Ipv4Addr)> {
        let leases = self.leases.iter().enumerate();
        leases.filter_map(|(radio, client)| {
            let lease = client.as_ref()?.lease()?;
            let address = Address {
                id: LEASED + u32::try_from(radio).ok()?,
                ip: lease.address.addr(),
                subnet: lease.address.trunc(),
                interface: self.asks_on(radio).to_owned(),
            };
            Some((radio, address, lease.gateway))
        })
    }

    /// The default routes that DHCP clients make.
    pub(super) fn leased_routes(&self) -> impl Iterator<Item = (usize, Route)> {
        self.leased().filter_map(|(radio, address, gateway)| {
            let row = configured::dhcp_client(&self.tables, &address.interface)?;
            let route = Route {
                dst: Ipv4Net::default(),
                hops: routing::hops(&format!("{gateway}%{}", address.interface)),
                distance: row.get("default-route-distance")?.parse().ok()?,
            };
            (row.get("add-default-route") != Some("false")).then_some((radio, route))
        })
    }

    /// The number of a radio.
    pub(super) fn radio(&self, interface: &str) -> Option<usize> {
        self.stations.iter().position(|station| station.name == interface)
    }

    /// Whether an interface is there and running.
    pub(super) fn running(&self, interface: &str) -> bool {
        match self.radio(interface) {
            Some(radio) => self.stations[radio].joined().is_some(),
            None if self.dialed_up() == Some(interface) => true,
            None if self.is_modem(interface) => self.modem_ready(interface),
            // An interface without a connection cannot say whether the other end is there.
            None if interface == WIREGUARD => !self.wireguard_disabled(),
            None => self
                .table(Menu::Ethernet)
                .rows
                .iter()
                .any(|r| r.get("name") == Some(interface) && !r.is("disabled")),
        }
    }

    /// The interface of a tunnel that was dialed, while it has a session.
    pub(super) fn dialed_up(&self) -> Option<&'static str> {
        let kind = kinds::dialed(self.tunnel)?;
        self.dialed.running().then_some(kind.name)
    }

    fn wireguard_disabled(&self) -> bool {
        let mut rows = self.table(Menu::Wireguard).rows.iter();
        rows.find(|row| row.get("name") == Some(WIREGUARD))
            .is_none_or(|row| row.is("disabled"))
    }

    /// The rows of a menu.
    pub(super) fn table(&self, menu: Menu) -> &Table {
        &self.tables[menu as usize]
    }

    /// Whether an access point belongs to a network whose key the router has.
    pub(super) fn may_join(&self, ap: usize) -> bool {
        let network = self.air.aps[ap].network;
        network.is_some_and(|network| self.keys[network].1 && !self.air.aps[ap].impostor)
    }

    /// Lets a station act in its surroundings.
    pub(super) fn with_station<T>(
        &mut self,
        radio: usize,
        act: impl FnOnce(&mut Station, Surroundings<'_>, At) -> T,
    ) -> T {
        let around = Surroundings {
            air: &self.air,
            chance: self.chance,
            keys: &self.keys,
        };
        act(&mut self.stations[radio], around, self.now)
    }

    /// Writes down what happened to a radio.
    pub(super) fn report(&mut self, radio: usize, happened: Option<Happened>) {
        let Some(happened) = happened else { return };
        let radio = self.stations[radio].name.clone();
        let ap = match happened {
            Happened::Associated(ap) | Happened::Authenticated(ap) | Happened::Lost(ap, _) => &self.air.aps[ap],
        };
        let (bssid, ssid) = (ap.bssid.clone(), ap.ssid.clone());
        let line = format!("{bssid}@{radio}");
        match happened {
            Happened::Associated(_) => self.happen(What::Associated { radio, bssid, ssid }),
            Happened::Authenticated(_) => {
                self.log("wireless,info", &format!("{line}: established connection on {ssid}"));
                self.happen(What::Authenticated { radio, bssid });
            }
            Happened::Lost(_, why) => {
                let received = why.starts_with("received");
                let ended = if received { "lost connection" } else { "disconnected" };
                self.log("wireless,info", &format!("{line}: {ended}, {why}"));
                self.happen(What::Lost { radio, bssid, why });
            }
        }
    }

    /// A call went through to what is behind the router, and its answer back.
    pub(super) fn carry(&mut self) {
        match (self.tunnel, kinds::dialed(self.tunnel)) {
            (_, Some(kind)) => self.traffic.passed(kind.name),
            (TunnelKind::Wireguard, None) => self.traffic.passed(WIREGUARD),
            _ => {}
        }
        self.traffic.passed(WIRE);
        if let Some(radio) = self.leads() {
            self.traffic.passed(&self.stations[radio].name);
        }
    }

    /// Writes an event down.
    pub(super) fn happen(&mut self, what: What) {
        self.events.push(self.now.as_secs_f64(), what);
    }

    /// Writes a line to the router's log.
    pub(super) fn log(&mut self, topics: &'static str, message: &str) {
        if self.log.len() == LOG_KEPT {
            self.log.pop_front();
        }
        self.logged += 1;
        self.log.push_back(LogLine {
            id: self.logged,
            at: self.now,
            topics,
            message: message.into(),
        });
    }
}

pub(super) fn side(network: &Network) -> Option<Side> {
    let (address, gateway) = (network.address.parse::<Ipv4Net>().ok()?, network.gateway.parse().ok()?);
    Some(Side {
        subnet: address.trunc(),
        gateway,
    })
}
