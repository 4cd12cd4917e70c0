//! The vehicle: its router's state and the world around it at one moment.

use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;
use std::time::Duration;

use ipnet::Ipv4Net;

use super::router::configured;
use super::router::factory::{self, CONCENTRATOR, WIREGUARD};
use super::router::kinds;
use super::router::menus::{INTERFACES, Menu};
use super::router::routing::{Exit, Routing};
use super::router::tables::Table;
use super::settings::{Network, Quirks, RouterOs, Settings, TunnelKind, User};
use super::world::air::Air;
use super::world::chance::{Chance, Of};
use super::world::clock::{self, At};
use super::world::dialed::Dialed;
use super::world::dispatcher::Dispatcher;
use super::world::events::{Events, What};
use super::world::office::Office;
use super::world::station::{Happened, Station, Surroundings};
use super::world::way::{Bound, Way};
use super::world::wireguard::Wireguard;
use super::world::wires::WireState;
use super::world::witness::Witness;

/// The share of frames that pass while a background scan takes a radio off its channel now and then.
const DISTRACTED: f64 = 0.6;
/// A gateway forgets through which radio an address was heard after this.
const ARP_KEPT: Duration = Duration::from_secs(30);
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
    /// Who may log in.
    pub users: Vec<User>,
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
        let quirks = settings.quirks.clone();
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
            users: settings.access.users.clone(),
            sides: settings.networks.iter().map(side).collect(),
            keys: settings.networks.iter().map(key).collect(),
            networks: settings.networks.clone(),
            air: Air::new(settings),
            stations: radios.map(|(i, name)| Station::new(name, i)).collect(),
            scans: vec![0; settings.radios.len()],
            wires: settings.wires.iter().cloned().map(WireState::new).collect(),
            tunnel: settings.tunnel,
            dialed: Dialed::new(office, chance),
            wireguard: Wireguard::new(quirks.dead_entry, chance),
            tables: factory::tables(settings),
            routing: Routing::default(),
            arp: BTreeMap::new(),
            active: BTreeMap::new(),
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
        self.dialed.restart();
        self.wireguard.restart();
        self.log.clear();
        self.booted = self.now;
        let menus = [Menu::Address, Menu::Route, Menu::Wireless, Menu::Wireguard];
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
                let own = configured::addresses(&self.tables);
                self.routing
                    .set_addresses(own.into_iter().chain(self.modem_addresses()).collect());
            }
            Menu::Lte => self.order_modems(),
            Menu::Route => self.routing.set_routes(configured::routes(&self.tables), CONCENTRATOR),
            Menu::Wireless | Menu::ConnectList | Menu::SecurityProfiles => {
                for radio in 0..self.stations.len() {
                    let mut orders = configured::radio(&self.tables, &self.stations[radio].name);
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

    /// A frame of the vehicle reached the gateway: it knows through which radio from now on.
    pub(super) fn heard_at_gateway(&mut self, way: Way) {
        match way.radio {
            Some(radio) => {
                self.arp
                    .insert((way.bound.network, way.bound.source), (radio, self.now));
            }
            None => self.count_frame(way.bound.network),
        }
    }

    /// The way to the office as it is now; `None` where no frame can pass.
    pub(super) fn way(&self) -> Option<Way> {
        let exit = self.routing.far(&|name| self.running(name), self.flow(CONCENTRATOR))?;
        self.way_by(&exit)
    }

    /// What equal routes share the packets by: all of one flow take the same route.
    pub(super) fn flow(&self, to: Ipv4Addr) -> u64 {
        self.chance.bits(Of::Flow, u64::from(u32::from(to)), 0)
    }

    /// The way over a radio, where its network fits the address and the gateway.
    pub(super) fn way_by(&self, exit: &Exit) -> Option<Way> {
        let Some(radio) = self.radio(&exit.interface) else {
            return self.way_by_wire(exit);
        };
        let station = &self.stations[radio];
        let ap = station.authenticated()?;
        let network = self.air.aps[ap].network?;
        let side = self.sides.get(network).copied().flatten()?;
        if exit.gateway.is_some_and(|gateway| gateway != side.gateway) || !side.subnet.contains(&exit.source) {
            return None;
        }
        let distracted = self.now < station.distracted_until;
        let present = if distracted { DISTRACTED } else { 1.0 };
        Some(Way {
            bound: Bound {
                network,
                source: exit.source,
                radio: (!self.quirks.session_survives_radio).then_some(radio),
            },
            radio: Some(radio),
            latency: Duration::ZERO,
            passing: self.air.passing(ap, station.antenna, self.now) * present,
        })
    }

    /// The radio that a packet to the vehicle's address in a network reaches, and the share that passes.
    pub(super) fn way_in(&self, bound: Bound) -> Option<Way> {
        let on = |radio: usize| {
            let mut addresses = self.routing.on(&self.stations[radio].name).iter();
            let address = addresses.find(|address| address.ip == bound.source)?;
            let exit = Exit {
                interface: address.interface.clone(),
                source: address.ip,
                gateway: None,
            };
            self.way_by(&exit).filter(|way| way.bound.network == bound.network)
        };
        let heard = self.heard_through(bound.network, bound.source);
        let mut radios = 0..self.stations.len();
        let by_radio = radios.find_map(|radio| on(radio).filter(|_| heard.is_none_or(|heard| heard == radio)));
        by_radio.or_else(|| self.way_in_by_wire(bound))
    }

    /// The radio through which a network's gateway last heard an address, while it remembers.
    pub(super) fn heard_through(&self, network: usize, source: Ipv4Addr) -> Option<usize> {
        let (radio, heard) = self.arp.get(&(network, source))?;
        (self.now.saturating_sub(*heard) < ARP_KEPT).then_some(*radio)
    }

    /// The radio over which the default route leads now; while it leads nowhere, the one over which it last did.
    pub(super) fn leading(&self) -> Option<usize> {
        self.leads().or(self.led)
    }

    /// The radio over which the default route leads now.
    pub(super) fn leads(&self) -> Option<usize> {
        let exit = self.routing.far(&|name| self.running(name), self.flow(CONCENTRATOR))?;
        self.radio(&exit.interface)
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

    /// Whether an interface is there.
    pub(super) fn interface_exists(&self, interface: &str) -> bool {
        INTERFACES.iter().any(|&(menu, _)| {
            let mut rows = self.table(menu).rows.iter();
            rows.any(|row| row.get("name") == Some(interface))
        })
    }

    /// The rows of a menu.
    pub(super) fn table(&self, menu: Menu) -> &Table {
        &self.tables[menu as usize]
    }

    /// Whether an access point belongs to a network whose key the router has.
    pub(super) fn may_join(&self, ap: usize) -> bool {
        let network = self.air.aps[ap].network;
        network.is_some_and(|network| self.keys[network].1)
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

fn side(network: &Network) -> Option<Side> {
    let (address, gateway) = (network.address.parse::<Ipv4Net>().ok()?, network.gateway.parse().ok()?);
    Some(Side {
        subnet: address.trunc(),
        gateway,
    })
}
