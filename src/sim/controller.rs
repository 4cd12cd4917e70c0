//! Who drives the router beside its API: the vehicle's rivals.

mod command;
pub(super) mod failover;
pub(super) mod script;

use super::settings::{Controller, Settings};
use super::vehicle::Vehicle;
use failover::Failover;
use script::Script;

/// A controller at work.
#[derive(Debug)]
pub(super) enum Driver {
    /// The script, or the single radio.
    Script(Script),
    /// The router's own means.
    Failover(Failover),
}

impl Driver {
    /// The controller of these settings, if there is one.
    pub(super) fn new(settings: &Settings) -> Option<Self> {
        match settings.controller {
            Controller::None => None,
            Controller::Script => Some(Driver::Script(Script::new(true))),
            Controller::SingleRadio => Some(Driver::Script(Script::new(false))),
            Controller::FailoverStock | Controller::FailoverTuned => {
                Some(Driver::Failover(Failover::new(settings.radios.len())))
            }
        }
    }

    /// Lives on to the vehicle's present.
    pub(super) fn step(&mut self, vehicle: &mut Vehicle) {
        match self {
            Driver::Script(script) => script.step(vehicle),
            Driver::Failover(failover) => failover.step(vehicle),
        }
    }
}
