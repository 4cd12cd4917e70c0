//! The vehicle: its router's state and the world around it, in steps of simulated time.

use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;
use std::time::Duration;

use ipnet::Ipv4Net;

use super::air::{Air, millis};
use super::chance::{Chance, Of};
use super::clock::At;
use super::dispatcher::{CALLS, Dispatcher};
use super::events::{Events, What};
use super::factory::{self, CONCENTRATOR, TUNNEL};
use super::menus::Menu;
use super::routing::{Exit, Routing};
use super::script::Script;
use super::settings::{Controller, Quirks, RouterOs, Settings, User};
use super::station::{Happened, Station, Surroundings};
use super::tables::Table;
use super::tunnel::{Concentrator, Tunnel, Turn, Way};
use super::witness::{Why, Witness};

/// The world goes on in steps of this length.
pub const STEP: Duration = Duration::from_millis(20);
/// A gateway forgets through which radio an address was heard after this.
pub(super) const ARP_KEPT: Duration = Duration::from_secs(30);
/// Lines of the router's log that are kept.
const LOG_KEPT: usize = 1000;

/// A session of the API, as `/user/active` shows it.
#[derive(Debug, Clone)]
pub struct Active {
    /// The user's name.
    pub name: String,
    /// From where.
    pub from: String,
    /// Since when.
    pub since: At,
}

/// A line of the router's log.
#[derive(Debug, Clone)]
pub struct LogLine {
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
pub struct Side {
    /// The subnet of the vehicle's address.
    pub subnet: Ipv4Net,
    /// The only router in it.
    pub gateway: Ipv4Addr,
}

/// Everything that there is.
#[derive(Debug)]
pub struct Vehicle {
    /// Which RouterOS.
    pub version: RouterOs,
    /// How it behaves where nobody is sure.
    pub quirks: Quirks,
    /// Who may log in.
    pub users: Vec<User>,
    /// What can be heard.
    pub air: Air,
    /// The radios.
    pub stations: Vec<Station>,
    /// Foreground scans that hold each radio.
    pub scans: Vec<u32>,
    /// The PPTP client.
    pub tunnel: Tunnel,
    /// The rows of every menu.
    pub tables: Vec<Table>,
    /// Addresses and routes in use.
    pub routing: Routing,
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
    pub(super) chance: Chance,
    pub(super) settings: Settings,
    pub(super) sides: Vec<Option<Side>>,
    pub(super) office: Concentrator,
    keys: Vec<(String, bool)>,
    pub(super) arp: BTreeMap<(usize, Ipv4Addr), (usize, At)>,
    script: Option<Script>,
    powered: bool,
    leading: Option<usize>,
    gray: Option<usize>,
    logged: u32,
}

impl Vehicle {
    /// A vehicle that starts now.
    pub fn new(mut settings: Settings) -> Self {
        let air = Air::new(&settings);
        settings.drive.seconds = Vec::new();
        let side = |network: &super::settings::Network| {
            let (address, gateway) = (network.address.parse::<Ipv4Net>().ok()?, network.gateway.parse().ok()?);
            Some(Side {
                subnet: address.trunc(),
                gateway,
            })
        };
        let key = |network: &super::settings::Network| {
            (
                network.ssid.clone(),
                !settings.quirks.wrong_keys.contains(&network.ssid),
            )
        };
        let script = match settings.controller {
            Controller::None => None,
            Controller::Script => Some(Script::new(true)),
            Controller::SingleRadio => Some(Script::new(false)),
        };
        let mut vehicle = Vehicle {
            version: settings.routeros,
            quirks: settings.quirks.clone(),
            users: settings.access.users.clone(),
            air,
            stations: Vec::new(),
            scans: vec![0; settings.radios.len()],
            tunnel: Tunnel::new(),
            tables: factory::tables(&settings),
            routing: Routing::default(),
            active: BTreeMap::new(),
            log: VecDeque::new(),
            events: Events::default(),
            dispatcher: Dispatcher::default(),
            witness: Witness::default(),
            now: At::ZERO,
            booted: At::ZERO,
            chance: Chance::new(settings.seed),
            sides: settings.networks.iter().map(side).collect(),
            keys: settings.networks.iter().map(key).collect(),
            office: Concentrator::new(settings.quirks.only_one, settings.quirks.office_accepts_after),
            arp: BTreeMap::new(),
            script,
            powered: true,
            leading: None,
            gray: None,
            logged: 0,
            settings,
        };
        vehicle.start();
        vehicle
    }

    /// Everything that begins when the router gets power.
    fn start(&mut self) {
        let radios = self.settings.radios.iter().enumerate();
        self.stations = radios.map(|(i, name)| Station::new(name, i)).collect();
        self.scans.fill(0);
        self.tunnel = Tunnel::new();
        self.log.clear();
        self.booted = self.now;
        for menu in [Menu::Address, Menu::Route, Menu::Wireless, Menu::Pptp] {
            self.changed(menu);
        }
        self.log("system,info", "router rebooted");
    }

    /// Takes the power away: nothing that is not stored survives.
    pub fn power_cut(&mut self) {
        self.powered = false;
        self.active.clear();
        for i in 0..self.stations.len() {
            let lost = self.stations[i].start_scan();
            self.tell(i, lost);
        }
        self.tunnel = Tunnel::new();
        self.happen(What::PowerCut);
    }

    /// Gives the power back: the router starts, and its routes have new ids.
    pub fn power_back(&mut self) {
        self.powered = true;
        let base = factory::id_base(Menu::Route, self.version) + 0x1000;
        let routes = &mut self.tables[Menu::Route as usize].rows;
        for (row, id) in routes.iter_mut().zip(base..) {
            row.id = id;
        }
        self.start();
        self.happen(What::PowerBack);
    }

    /// Lives on until `to`.
    pub fn advance(&mut self, to: At) {
        while self.now + STEP <= to {
            self.now += STEP;
            self.step();
        }
    }

    fn step(&mut self) {
        let calls = millis(self.now).is_multiple_of(millis(CALLS));
        if !self.powered {
            if calls {
                self.dispatcher.called(self.now, false);
                self.witness(Some(Why::Power));
            }
            return;
        }
        let around = Surroundings {
            air: &self.air,
            chance: self.chance,
            keys: &self.keys,
        };
        let happened: Vec<_> = self
            .stations
            .iter_mut()
            .map(|station| station.step(around, self.now, STEP))
            .collect();
        for (radio, happened) in happened.into_iter().enumerate() {
            self.tell(radio, happened);
        }
        let way = self.way();
        let outcome = self.tunnel.step(&mut self.office, way, self.chance, self.now);
        if outcome.heard_at_gateway
            && let Some(way) = way
        {
            self.heard_at_gateway(way.bound.network, way.bound.source, way.radio);
        }
        match outcome.turn {
            Some(Turn::Up) => {
                self.log("pptp,ppp,info", &format!("{TUNNEL}: connected"));
                self.happen(What::TunnelUp);
            }
            Some(Turn::Down(why)) => {
                self.log("pptp,ppp,info", &format!("{TUNNEL}: terminating... - {why}"));
                self.happen(What::TunnelDown { why });
            }
            Some(Turn::Refused) => {
                self.log("pptp,ppp,error", &format!("{TUNNEL}: user vehicle is already active"));
                self.happen(What::DialRefused);
            }
            None => {}
        }
        if let Some(mut script) = self.script.take() {
            script.step(self);
            self.script = Some(script);
        }
        if calls {
            self.call();
        }
    }

    /// The dispatcher calls.
    fn call(&mut self) {
        let way = self.way();
        let dark = self.dark(way);
        if dark.is_none()
            && let Some(way) = way
        {
            self.tunnel.heard(self.now);
            self.office.heard(self.now);
            self.heard_at_gateway(way.bound.network, way.bound.source, way.radio);
        }
        self.dispatcher.called(self.now, dark.is_none());
        self.watch_leading();
        self.witness(dark);
    }

    /// Whether a host behind the tunnel answers now.
    pub fn answers_through_tunnel(&mut self) -> bool {
        let Some(way) = self.way() else { return false };
        let held = self
            .tunnel
            .call()
            .is_some_and(|call| call.bound == way.bound && self.office.holds(call.session));
        let heard = self.chance.unit(Of::Ping, 2, millis(self.now)) < way.passing;
        if heard {
            self.heard_at_gateway(way.bound.network, way.bound.source, way.radio);
        }
        held && heard
    }

    /// A frame of ours reached the gateway: it knows through which radio from now on.
    pub fn heard_at_gateway(&mut self, network: usize, source: Ipv4Addr, radio: usize) {
        self.arp.insert((network, source), (radio, self.now));
    }

    /// Tells when the default route changes its radio, and when gray periods touch it.
    fn watch_leading(&mut self) {
        let leading = self.leads();
        if let Some(to) = leading
            && leading != self.leading
        {
            let name = |radio: usize| self.stations[radio].name.clone();
            let (from, to) = (self.leading.map(name), name(to));
            if from.is_some() {
                self.dispatcher.swapped();
            }
            self.happen(What::Swap { from, to });
            self.leading = leading;
        }
        let ap = leading.and_then(|radio| self.stations[radio].authenticated());
        let gray = ap.filter(|&ap| self.air.gray(ap, self.now).is_some());
        if gray != self.gray {
            if let Some(ap) = self.gray {
                self.happen(What::GrayEnd {
                    bssid: self.air.aps[ap].bssid.clone(),
                });
            }
            if let Some(ap) = gray {
                self.happen(What::GrayStart {
                    bssid: self.air.aps[ap].bssid.clone(),
                });
            }
            self.gray = gray;
        }
    }

    /// The way to the concentrator as it is now; `None` where no frame can pass.
    pub fn way(&self) -> Option<Way> {
        let exit = self.routing.far(&|name| self.running(name), self.flow(CONCENTRATOR))?;
        self.way_by(&exit)
    }

    /// What equal routes share the packets by: all of one flow take the same route.
    pub fn flow(&self, to: Ipv4Addr) -> u64 {
        self.chance.bits(Of::Flow, u64::from(u32::from(to)), 0)
    }

    /// The way over a radio, where its network fits the address and the gateway.
    pub fn way_by(&self, exit: &Exit) -> Option<Way> {
        let radio = self.radio(&exit.interface)?;
        let ap = self.stations[radio].authenticated()?;
        let network = self.air.aps[ap].network?;
        let side = self.sides.get(network).copied().flatten()?;
        if exit.gateway.is_some_and(|gateway| gateway != side.gateway) || !side.subnet.contains(&exit.source) {
            return None;
        }
        let present = if self.now < self.stations[radio].distracted_until {
            0.6
        } else {
            1.0
        };
        let passing = self.air.passing(ap, self.stations[radio].antenna, self.now) * present;
        Some(Way {
            bound: super::tunnel::Bound {
                network,
                source: exit.source,
            },
            radio,
            passing,
        })
    }

    /// The radio over which the default route leads now; while it leads nowhere, the one over which it last did.
    pub fn leading(&self) -> Option<usize> {
        self.leads().or(self.leading)
    }

    fn leads(&self) -> Option<usize> {
        let exit = self.routing.far(&|name| self.running(name), self.flow(CONCENTRATOR))?;
        self.radio(&exit.interface)
    }

    /// The number of a radio.
    pub fn radio(&self, interface: &str) -> Option<usize> {
        self.stations.iter().position(|station| station.name == interface)
    }

    /// Whether an interface is there and running.
    pub fn running(&self, interface: &str) -> bool {
        match self.radio(interface) {
            Some(radio) => self.stations[radio].joined().is_some(),
            None if interface == TUNNEL => self.tunnel.running(),
            None => self
                .table(Menu::Ethernet)
                .rows
                .iter()
                .any(|r| r.get("name") == Some(interface) && !r.is("disabled")),
        }
    }

    /// Whether an interface is there.
    pub fn interface_exists(&self, interface: &str) -> bool {
        [Menu::Ethernet, Menu::Wireless, Menu::Pptp, Menu::Bridge]
            .iter()
            .any(|&menu| {
                self.table(menu)
                    .rows
                    .iter()
                    .any(|row| row.get("name") == Some(interface))
            })
    }

    /// The rows of a menu.
    pub fn table(&self, menu: Menu) -> &Table {
        &self.tables[menu as usize]
    }

    /// What a station needs of the world, and the stations.
    pub fn with_station<T>(&mut self, radio: usize, act: impl FnOnce(&mut Station, Surroundings<'_>, At) -> T) -> T {
        let around = Surroundings {
            air: &self.air,
            chance: self.chance,
            keys: &self.keys,
        };
        act(&mut self.stations[radio], around, self.now)
    }

    /// Writes down what happened to a radio.
    pub fn tell(&mut self, radio: usize, happened: Option<Happened>) {
        let Some(happened) = happened else { return };
        let name = self.stations[radio].name.clone();
        let ap = |ap: usize| (self.air.aps[ap].bssid.clone(), self.air.aps[ap].ssid.clone());
        match happened {
            Happened::Associated(i) => {
                let (bssid, ssid) = ap(i);
                self.happen(What::Associated {
                    radio: name,
                    bssid,
                    ssid,
                });
            }
            Happened::Authenticated(i) => {
                let (bssid, ssid) = ap(i);
                self.log(
                    "wireless,info",
                    &format!("{bssid}@{name}: established connection on {ssid}"),
                );
                self.happen(What::Authenticated { radio: name, bssid });
            }
            Happened::Lost(i, why) => {
                let (bssid, _) = ap(i);
                let ended = if why.starts_with("received") {
                    "lost connection"
                } else {
                    "disconnected"
                };
                self.log("wireless,info", &format!("{bssid}@{name}: {ended}, {why}"));
                self.happen(What::Lost {
                    radio: name,
                    bssid,
                    why,
                });
            }
        }
    }

    /// Writes an event down.
    pub fn happen(&mut self, what: What) {
        self.events.push(self.now.as_secs_f64(), what);
    }

    /// Writes a line to the router's log.
    pub fn log(&mut self, topics: &'static str, message: &str) {
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
