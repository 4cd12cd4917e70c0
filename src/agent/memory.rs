//! What the agent knows from one session with the router to the next.

use std::time::Duration;

use crate::clock;
use crate::config::Config;
use crate::entry::{Entry, Event, VERSION};
use crate::handover::settings::{NetworkRule, Rules};
use crate::handover::{Decision, Handover};
use crate::journal::Journal;
use crate::names::UplinkId;
use crate::router::Delays;
use crate::snapshot::Managed;
use crate::units::Moment;

use super::conditions::Conditions;
use super::tunnel::Tunnel;

/// How the agent runs.
pub struct Options {
    /// Decide and log the plans, but write nothing on the router and scan with nothing.
    pub dry_run: bool,
    /// Called at each turn of the loop, at least once a second: a watchdog hangs on it.
    pub beat: Box<dyn FnMut()>,
    /// How long to wait before the next try to connect.
    pub delays: Delays,
    /// Where every decision is recorded; `None` records nothing.
    pub journal: Option<Journal>,
}

/// What an agent did until it was told to stop.
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
    pub(super) handover: Handover,
    pub(super) options: Options,
    pub(super) summary: Summary,
    /// The decision that was logged last, so that the log has only the edges.
    pub(super) logged: Option<Decision>,
    pub(super) tunnel: Tunnel,
    pub(super) conditions: Conditions,
}

impl Memory {
    /// Nothing remembered yet.
    pub(super) fn new(config: Config, options: Options) -> Self {
        let rules = rules(&config, &[]);
        Memory {
            managed: managed(&config),
            handover: Handover::new(rules.clone()),
            rules,
            config,
            summary: Summary::default(),
            logged: None,
            tunnel: Tunnel::default(),
            conditions: Conditions::new(options.delays.remind),
            options,
        }
    }

    /// Decides by what the router's own connect-list rules ask for as well. Nothing is forgotten where nothing changed.
    pub(super) fn decide_by(&mut self, ranges: &[NetworkRule]) {
        let rules = rules(&self.config, ranges);
        if rules != self.rules {
            self.handover = Handover::new(rules.clone());
            self.rules = rules;
            self.record_rules();
        }
    }

    pub(super) fn record_rules(&mut self) {
        let began = Event::Began {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules: self.rules.clone(),
        };
        self.record(clock::now(), began);
    }

    /// Records with the moment that the decision was given, so that a replay gives it the same.
    pub(super) fn record(&mut self, at: Moment, event: Event) {
        if let Some(journal) = &mut self.options.journal {
            journal.append(&Entry {
                v: VERSION,
                at,
                time: clock::wall_time().to_string(),
                event,
            });
        }
    }
}

/// What the agent decides by: networks are left at the latest where the router itself would drop a radio.
fn rules(config: &Config, ranges: &[NetworkRule]) -> Rules {
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
    Rules {
        handover: config.handover().clone(),
        hunt: config.hunt().clone(),
        health: config.probing().clone(),
        networks: networks.collect(),
    }
}

/// Which items of the router are managed, by the configuration.
pub(super) fn managed(config: &Config) -> Managed {
    Managed {
        radios: config.radios().iter().map(|radio| radio.interface.clone()).collect(),
        tunnel: Some((config.tunnel().kind, config.tunnel().interface.clone())),
    }
}
