//! The vehicle goes on: step by step its radios, its tunnel, its controller and the dispatcher's calls.

use std::ops::Range;
use std::time::Duration;

use super::controller::Driver;
use super::router::kinds::{self, Dialed};
use super::settings::{Settings, TunnelKind};
use super::vehicle::Vehicle;
use super::world::clock::{At, millis};
use super::world::dialed::Turn;
use super::world::dispatcher::{CALLS, Judged};
use super::world::events::What;
use super::world::witness::Why;

/// The world goes on in steps of this length.
pub(super) const STEP: Duration = Duration::from_millis(20);

/// A vehicle on its way.
#[derive(Debug)]
pub(super) struct Journey {
    /// The vehicle as it is now.
    pub vehicle: Vehicle,
    driver: Option<Driver>,
    /// When the dispatcher judges it.
    judged: Range<At>,
    /// The access point of the active radio while it is in a gray period.
    gray: Option<usize>,
}

impl Journey {
    /// A journey that begins now.
    pub(super) fn new(settings: &Settings) -> Self {
        Journey {
            vehicle: Vehicle::new(settings),
            driver: Driver::new(settings),
            judged: settings.judged.clone(),
            gray: None,
        }
    }

    /// What the dispatcher's judgement rests on so far.
    pub(super) fn judged(&self) -> Judged {
        Judged {
            dark: self.vehicle.dispatcher.dark(),
            witnessed: self.vehicle.witness.list(),
            events: self.vehicle.events.list(),
        }
    }

    /// Goes on until `to`.
    pub(super) fn advance(&mut self, to: At) {
        while self.vehicle.now + STEP <= to {
            self.vehicle.now += STEP;
            self.step();
        }
    }

    fn step(&mut self) {
        let vehicle = &mut self.vehicle;
        let calls = millis(vehicle.now).is_multiple_of(millis(CALLS));
        if !vehicle.powered {
            if calls {
                self.record(Some(Why::Power));
            }
            return;
        }
        step_stations(vehicle);
        vehicle.step_leases();
        match vehicle.tunnel {
            TunnelKind::Wireguard => step_wireguard(vehicle),
            kind => {
                if let Some(kind) = kinds::dialed(kind) {
                    step_dialed(vehicle, kind);
                }
            }
        }
        if let Some(driver) = &mut self.driver {
            driver.step(vehicle);
        }
        if calls {
            let dark = vehicle.call();
            if dark.is_none() {
                vehicle.carry();
            }
            vehicle.traffic.step(vehicle.now);
            self.watch_active();
            self.record(dark);
        }
    }

    /// Writes down how a call of the dispatcher ended.
    fn record(&mut self, dark: Option<Why>) {
        if !self.judged.contains(&self.vehicle.now) {
            return;
        }
        let vehicle = &mut self.vehicle;
        let call = vehicle.witnessed(dark, vehicle.unavoidable());
        vehicle.dispatcher.called(&call);
        vehicle.witness.push(call);
    }

    /// Writes down when the default route changes its radio, and when gray periods touch it.
    fn watch_active(&mut self) {
        let vehicle = &mut self.vehicle;
        let leads = vehicle.leads();
        if let Some(to) = leads
            && leads != vehicle.led
        {
            let name = |radio: usize| vehicle.stations[radio].name.clone();
            let (from, to) = (vehicle.led.map(name), name(to));
            if from.is_some() && self.judged.contains(&vehicle.now) {
                vehicle.dispatcher.swapped();
            }
            vehicle.happen(What::Swap { from, to });
            vehicle.led = leads;
        }
        let ap = leads.and_then(|radio| vehicle.stations[radio].authenticated());
        let gray = ap.filter(|&ap| vehicle.air.gray(ap, vehicle.now).is_some());
        if gray != self.gray {
            let bssid = |ap: usize| vehicle.air.aps[ap].bssid.clone();
            let (ended, begun) = (self.gray.map(bssid), gray.map(bssid));
            if let Some(bssid) = ended {
                vehicle.happen(What::GrayEnd { bssid });
            }
            if let Some(bssid) = begun {
                vehicle.happen(What::GrayStart { bssid });
            }
            self.gray = gray;
        }
    }
}

fn step_stations(vehicle: &mut Vehicle) {
    for radio in 0..vehicle.stations.len() {
        let happened = vehicle.with_station(radio, |station, around, at| station.step(around, at, STEP));
        vehicle.report(radio, happened);
    }
}

fn step_dialed(vehicle: &mut Vehicle, kind: &'static Dialed) {
    let ([info, error], name) = (kind.topics, kind.name);
    let way = vehicle.way();
    let outcome = vehicle.dialed.step(way, vehicle.now);
    if outcome.heard_at_gateway
        && let Some(way) = way
    {
        vehicle.heard_at_gateway(way);
    }
    match outcome.turn {
        Some(Turn::Up) => {
            vehicle.log(info, &format!("{name}: connected"));
            vehicle.happen(What::TunnelUp);
        }
        Some(Turn::Down(why)) => {
            vehicle.log(info, &format!("{name}: terminating... - {why}"));
            vehicle.happen(What::TunnelDown { why });
        }
        Some(Turn::Refused) => {
            vehicle.log(error, &format!("{name}: user vehicle authentication failed"));
            vehicle.happen(What::DialRefused);
        }
        None => {}
    }
}

fn step_wireguard(vehicle: &mut Vehicle) {
    let way = vehicle.way();
    let outcome = vehicle.wireguard.step(way, vehicle.now);
    if outcome.heard_at_gateway
        && let Some(way) = way
    {
        vehicle.heard_at_gateway(way);
    }
    if outcome.handshake {
        vehicle.happen(What::Handshake);
    }
}
