//! What the agent knows from one session with the router to the next.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tracing::{info, warn};

use crate::clock;
use crate::config::{Config, Network};
use crate::entry::{Entry, Event, VERSION};
use crate::handover::settings::{NetworkRule, RadioRule, Rules};
use crate::handover::{Decision, Handover};
use crate::journal::Journal;
use crate::names::{Bssid, Ssid, UplinkId};
use crate::router::Delays;
use crate::routeros::Steering;
use crate::server::{AgentSide, Order};
use crate::snapshot::Managed;
use crate::status::Facts;
use crate::units::{Db, Moment};

use super::by_hand::Asked;
use super::conditions::Conditions;
use super::fallbacks::Fallbacks;
use super::ladder::Ladder;
use super::lease::Leases;
use super::reach::Reach;
use super::tunnel::Tunnel;

/// How long a swap without a bounce is dark, in seconds, until one was measured: a round trip of the path and a lost ping.
const FREE_SWAP: f64 = 0.2;

/// How many impostors are logged, each once.
const IMPOSTORS: usize = 100;

/// After so many swaps in a row whose session did not survive, each swap bounces the tunnel.
const LOST_SESSIONS: u32 = 2;

/// How much better an AP of the active's network counts where the session survives a swap within it: worth 0.7 to 2.6
/// points of dark on the demo's drive and five recordings.
const SAME_NETWORK: Db = Db(9);

/// How the agent runs.
pub struct Options {
    /// Decide and log the plans, but write nothing on the router and scan with nothing.
    pub dry_run: bool,
    /// Called at each turn of the loop, at least once a second: a watchdog hangs on it.
    pub beat: Box<dyn FnMut() + Send>,
    /// How long to wait before the next try to connect.
    pub delays: Delays,
    /// Where every decision is recorded; `None` records nothing.
    pub journal: Option<Journal>,
    /// Newer configurations to go on with; `None` where none will come.
    pub reloads: Option<Receiver<Reload>>,
    /// What the status is made of, and where orders come from; `None` shows nothing and takes none.
    pub status: Option<AgentSide>,
}

/// What an agent goes on with.
#[derive(Debug)]
pub struct Reload {
    /// The configuration.
    pub config: Config,
    /// Another journal; `None` keeps the one that is written.
    pub journal: Option<Journal>,
}

/// What an agent did until it was asked to stop.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// Turns of the loop in which the registrations were due.
    pub ticks: u64,
    /// Those in which they were read in time.
    pub ticks_read: u64,
    /// Swaps that were verified on the router, in their order.
    pub swaps: Vec<Swapped>,
    /// Swaps whose tunnel did not come up in its patience, or whose calls did not succeed.
    pub failed_swaps: u64,
    /// Sessions that were lost.
    pub sessions_lost: u64,
}

/// One swap that was verified.
#[derive(Debug, Clone, PartialEq)]
pub struct Swapped {
    /// The uplink before; `None` when none was active.
    pub from: Option<UplinkId>,
    /// The uplink now.
    pub to: UplinkId,
    /// How many calls it took.
    pub calls: usize,
    /// From the decision to the last call's answer.
    pub router: Duration,
    /// From the tunnel's end to its return, as the router says.
    pub dark: Duration,
}

/// Everything that outlives a session with the router.
pub(super) struct Memory {
    pub(super) config: Config,
    pub(super) managed: Managed,
    pub(super) rules: Rules,
    /// Below which signal the router's own rules drop a radio.
    ranges: Vec<NetworkRule>,
    radio_rules: Vec<RadioRule>,
    /// How the router's radios are steered.
    steering: Steering,
    pub(super) handover: Handover,
    pub(super) options: Options,
    pub(super) summary: Summary,
    /// The decision that was logged last, so that the log has only the edges.
    pub(super) logged: Option<Decision>,
    pub(super) tunnel: Tunnel,
    pub(super) fallbacks: Fallbacks,
    /// How often in a row the tunnel's session did not survive a swap within one network.
    pub(super) lost_sessions: u32,
    /// How far a silent tunnel was helped.
    pub(super) ladder: Ladder,
    /// Whether the vehicle can be reached through the tunnel, as far as probes say.
    pub(super) reach: Reach,
    pub(super) conditions: Conditions,
    /// Access points that only claim to be of a configured network, as logged.
    pub(super) impostors: BTreeSet<Bssid>,
    /// What came of the leases that were asked for.
    pub(super) leases: Leases,
    /// What a person asked for.
    pub(super) asked: Asked,
}

impl Memory {
    /// Nothing remembered yet.
    pub(super) fn new(config: Config, options: Options) -> Self {
        let steering = Steering::ConnectList;
        let rules = rules(&config, &[], steering, true);
        Memory {
            managed: managed(&config),
            handover: Handover::new(rules.clone()),
            rules,
            ranges: Vec::new(),
            fallbacks: Fallbacks::new(&config),
            radio_rules: Vec::new(),
            steering,
            config,
            summary: Summary::default(),
            logged: None,
            tunnel: Tunnel::default(),
            lost_sessions: 0,
            ladder: Ladder::default(),
            reach: Reach::default(),
            conditions: Conditions::new(options.delays.remind),
            impostors: BTreeSet::new(),
            leases: Leases::default(),
            asked: Asked::default(),
            options,
        }
    }

    /// Goes on with another configuration. Nothing is forgotten that still fits.
    pub(super) fn reload(&mut self, reload: Reload) {
        let Reload { config, journal } = reload;
        // What a journal begins with.
        let begins = journal.is_some() || config.vehicle() != self.config.vehicle();
        if journal.is_some() {
            self.options.journal = journal;
        }
        if let Some(status) = &self.options.status {
            status.reloaded(Facts::of(&config));
        }
        self.managed = managed(&config);
        if let Some(hold) = self.asked.held().map(|hold| hold.uplink.clone())
            && !self.managed.radios.contains(hold.interface())
            && !self.managed.fallbacks.contains(hold.interface())
        {
            self.asked.auto();
            info!("the hold of {hold} is over: agent.toml no longer has it");
        }
        if config.fallbacks() != self.config.fallbacks() {
            self.fallbacks = Fallbacks::new(&config);
        }
        self.config = config;
        self.decide_anew();
        if begins {
            self.record_rules();
        }
    }

    /// Decides by what the router's own connect-list rules ask for as well, by what they and its band let each radio reach, and
    /// by how its radios are steered. Nothing is forgotten where nothing changed.
    pub(super) fn decide_by(&mut self, ranges: Vec<NetworkRule>, radios: Vec<RadioRule>, steering: Steering) {
        (self.ranges, self.radio_rules) = (ranges, radios);
        self.steering = steering;
        self.decide_anew();
    }

    /// Decides by what was learned of the tunnel.
    pub(super) fn decide_anew(&mut self) {
        let rules = Rules {
            radios: self.radio_rules.clone(),
            ..rules(&self.config, &self.ranges, self.steering, self.sessions_survive())
        };
        if rules != self.rules {
            self.handover = Handover::new(rules.clone());
            self.rules = rules;
            self.record_rules();
        }
    }

    /// Whether the tunnel's session may survive a swap within one network: until two in a row did not. Only a probe
    /// shows it.
    pub(super) fn sessions_survive(&self) -> bool {
        self.config.tunnel().probe.is_some() && self.lost_sessions < LOST_SESSIONS
    }

    /// Logs an access point that sends the name of a network and is none of its own, once.
    pub(super) fn impostor(&mut self, bssid: Bssid, network: &Ssid) {
        // Anybody may send any number of made-up addresses.
        if self.impostors.len() < IMPOSTORS && self.impostors.insert(bssid) {
            let hint = "if it is the network's own, add it to `bssid` in agent.toml";
            warn!(hint, %bssid, %network, "{bssid} sends the name of network `{network}` and is none of its access points: it is not used");
        }
    }

    pub(super) fn record_rules(&mut self) {
        let began = Event::Began {
            vehicle: self.config.vehicle().map(str::to_owned),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            config: Some(self.config.fingerprint()),
            aps: self.config.aps().clone(),
            rules: self.rules.clone(),
        };
        self.record(clock::now(), began);
    }

    /// Records with the moment that the decision was given, so that a replay gives it the same.
    pub(super) fn record(&mut self, at: Moment, event: Event) {
        let entry = Entry {
            v: VERSION,
            at,
            time: clock::wall_time(),
            event,
        };
        if let Some(journal) = &mut self.options.journal {
            journal.append(&entry);
        }
        if let Some(status) = &self.options.status {
            status.take(at, entry.event);
        }
    }

    /// Says that the loop turns: to the watchdog, and to who looks at the status.
    pub(super) fn beat(&mut self) {
        (self.options.beat)();
        if let Some(status) = &self.options.status {
            status.turned(clock::now());
        }
    }

    /// The next order of a person; never ready where none can be given.
    pub(super) async fn order(&mut self) -> Order {
        order(&mut self.options.status).await
    }
}

/// As [`Memory::order`], beside what else of the memory is in use.
pub(super) async fn order(status: &mut Option<AgentSide>) -> Order {
    match status {
        Some(status) => status.order().await,
        None => std::future::pending().await,
    }
}

/// What the agent decides by: networks are left at the latest where the router itself drops a radio.
fn rules(config: &Config, ranges: &[NetworkRule], steering: Steering, sessions_survive: bool) -> Rules {
    let networks = config.networks().iter().map(|network| {
        let rule = network.rule();
        let range = ranges
            .iter()
            .find(|range| range.ssid == rule.ssid)
            .and_then(|range| range.minimum_signal);
        NetworkRule {
            minimum_signal: rule.minimum_signal.max(range),
            ..rule
        }
    });
    let survives = config.tunnel().dials() && config.tunnel().probe.is_some() && sessions_survive;
    let mut handover = config.handover().clone();
    let mut hunt = config.hunt().clone();
    hunt.by_settings = steering == Steering::Settings;
    if !config.tunnel().dials() {
        let free = handover.second.mul_f64(FREE_SWAP);
        (handover.first_dark.within_network, handover.first_dark.to_another) = (free, free);
    } else if survives {
        handover.first_dark.within_network = handover.second.mul_f64(FREE_SWAP);
        hunt.same_network = SAME_NETWORK;
    }
    Rules {
        handover,
        hunt,
        health: config.probing().clone(),
        networks: networks.collect(),
        radios: Vec::new(),
    }
}

/// Which items of the router are managed, by the configuration.
pub(super) fn managed(config: &Config) -> Managed {
    let held = config.fallbacks().iter().filter(|one| one.fixed().is_some());
    let by_dhcp = config.networks().iter().any(Network::is_dhcp);
    let radios = config.radios().iter().filter(|_| by_dhcp).map(|radio| &radio.interface);
    let cables = config.fallbacks().iter().filter(|one| one.is_dhcp());
    let clients = radios.chain(cables.map(|one| &one.interface));
    Managed {
        radios: config.radios().iter().map(|radio| radio.interface.clone()).collect(),
        fallbacks: config.fallbacks().iter().map(|one| one.interface.clone()).collect(),
        held: held.map(|one| one.interface.clone()).collect(),
        tunnel: config.tunnel().item.clone(),
        clients: clients.cloned().collect(),
        menu: config.router().menu(),
    }
}
