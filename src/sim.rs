//! The simulated vehicle: a MikroTik router that speaks the binary API over TCP, and the world around it.
//!
//! It is as rude as a router, never kinder, and shares no word with the client: a typo must not agree with itself. Behind
//! the menus are the air along a drive, one to four radios, the networks with their gateways, a tunnel and its office, and a
//! dispatcher who calls the vehicle all the time. Randomness follows from the seed, the question and the moment alone, so
//! vehicles under different controllers live through the same drive.
//!
//! Imports go down this list only, and there is no circle between two files:
//!
//! | file | owns |
//! |---|---|
//! | `sim.rs` | starting a vehicle, looking at it, its faults |
//! | `api/` | the wire, sessions, login, words by version, faults on the wire |
//! | `journey.rs` | the steps in which everything goes on |
//! | `controller.rs`, `controller/` | the rivals: what drives the router beside its API |
//! | `router/command.rs`, `router/write.rs`, `router/rows.rs`, `router/stream.rs`, `router/watch.rs`, `router/lease.rs`, `router/ping.rs`, `router/wifi.rs`, `router/wires.rs`, `router/monitor.rs`, `router/probe.rs`, `router/connections.rs`, `world/truth.rs`, `world/ways.rs` | commands on a vehicle; what is true of it |
//! | `vehicle.rs` | the state of router and world |
//! | `router/`: the rest | menus, tables, values, routes, what the configuration means |
//! | `world/`: the rest | air, radios, ways, tunnels, office, dispatcher, witness, chance, clock |
//! | `versions.rs` | what the versions of RouterOS differ in |
//! | `access.rs`, `certificate.rs`, `settings.rs`, `text.rs` | who may use the router; its certificate; what can be chosen; text that is no UTF-8 |

mod access;
mod api;
mod certificate;
mod controller;
mod journey;
mod router;
mod settings;
#[cfg(test)]
mod tests;
mod text;
mod vehicle;
mod versions;
mod world;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use access::{Access, Tls, User};
pub use api::faults::{Effect, Fault};
pub use certificate::{Certificate, CertificateError};
pub use settings::{
    Controller, DeadEntry, DhcpServer, LostPing, ModemWord, Network, Quirks, RouterOs, SecondSession, Settings,
    SignalText, StatusWords, TunnelKind, Wire,
};
pub use world::dispatcher::{Dark, Judged};
pub use world::events::{Event, Sender, What};
pub use world::witness::{Why, Witnessed};

use api::server;
use api::shared::{Shared, lock};
use api::tls::Service;
use journey::Journey;
use router::call::Call;
use router::stream::Outcome;
use router::tables::Fields;

/// A running simulated vehicle. Dropping it ends it and frees its port.
#[derive(Debug)]
pub struct Sim {
    shared: Arc<Shared>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

/// Lets a vehicle that no client drives live through its judged time, as fast as the machine can.
///
/// # Errors
///
/// The settings contradict each other, as for [`Sim::listen`], or that time has no end.
pub fn judge(settings: &Settings) -> std::io::Result<Judged> {
    possible(settings)?;
    if settings.judged.end == Duration::MAX {
        return Err(impossible("a vehicle that is judged at once needs an end"));
    }
    let mut journey = Journey::new(settings);
    journey.advance(settings.judged.end);
    Ok(journey.judged())
}

/// Refuses settings that contradict each other.
fn possible(settings: &Settings) -> std::io::Result<()> {
    let wireguard = settings.tunnel == TunnelKind::Wireguard;
    let failover = matches!(
        settings.controller,
        Controller::FailoverStock | Controller::FailoverTuned
    );
    let legacy = settings.routeros.data().legacy;
    let why = if wireguard && settings.routeros.major() == 6 {
        "RouterOS 6 has no WireGuard: choose 7.17"
    } else if settings.controller != Controller::None && !legacy {
        "the rivals are played in `/interface/wireless` only: choose 6.49, 7.17 or 7.20"
    } else if failover && !wireguard {
        "failover is played over WireGuard only"
    } else if failover && settings.radios.len() != 2 {
        "failover is played between two radios"
    } else if !(1..=4).contains(&settings.radios.len()) {
        "a router has one to four client radios"
    } else {
        return Ok(());
    };
    Err(impossible(why))
}

fn impossible(why: &'static str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidInput, why)
}

/// The faults of a running vehicle.
#[derive(Debug, Clone)]
pub struct Faults(Arc<Shared>);

impl Sim {
    /// Starts a vehicle whose router listens there; port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// The address cannot be listened on, the transcript cannot be written, or the settings
    /// contradict each other: RouterOS 6 with WireGuard, failover without it or without two radios, or a rival without `/interface/wireless`.
    pub async fn listen(address: &str, settings: Settings) -> std::io::Result<Sim> {
        possible(&settings)?;
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let max_sessions = settings.access.max_sessions;
        let service = Service::new(&settings.access.tls)?;
        let (shared, cuts) = Shared::new(settings)?;
        let service = server::Listening {
            listener,
            service: Arc::new(service),
            max_sessions,
        };
        let task = tokio::spawn(server::run(Arc::clone(&shared), service, cuts));
        Ok(Sim { shared, address, task })
    }

    /// Where the router listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// How the vehicle could be reached so far.
    #[must_use]
    pub fn dark(&self) -> Dark {
        self.shared.journey().vehicle.dispatcher.dark()
    }

    /// All that the dispatcher's judgement rests on so far.
    #[must_use]
    pub fn judged(&self) -> Judged {
        self.shared.journey().judged()
    }

    /// What really happened, oldest first; the latest 20,000 events.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.shared.journey().vehicle.events.list()
    }

    /// Sends a command as a person at the router: past faults, policies and the wire. Its rows.
    ///
    /// # Errors
    ///
    /// The refusal's text; also for commands that take time, which cannot be sent so.
    pub fn console(&self, command: &str, attributes: &[(&str, &str)]) -> Result<Vec<Vec<(String, String)>>, String> {
        let attributes = attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let call = Call {
            command: command.to_owned(),
            attributes,
            ..Call::default()
        };
        let outcome = self.shared.journey().vehicle.execute(&call, Sender::Console, None);
        let Outcome::Answer(answer) = outcome else {
            return Err("a command that takes time cannot be sent from the console".into());
        };
        if !answer.traps.is_empty() {
            let messages: Vec<String> = answer.traps.into_iter().map(|trap| trap.message).collect();
            return Err(messages.join(", "));
        }
        let named = |row: Fields| row.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let ret = answer.ret.map(|ret| vec![("ret".to_owned(), ret)]);
        Ok(answer.rows.into_iter().map(named).chain(ret).collect())
    }

    /// A handle by which things can be made to go wrong.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults(Arc::clone(&self.shared))
    }

    /// The simulated time since the vehicle's start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.shared.clock.now()
    }

    /// Ends the vehicle and waits until its port is free.
    pub async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Faults {
    /// Adds a fault that strikes once.
    pub fn add(&self, fault: Fault) {
        lock(&self.0.faults).add(fault);
    }

    /// Adds a fault that strikes the n-th command of this name from now on; 1 = the next one.
    pub fn at(&self, nth: u32, command: &str, effect: Effect) {
        self.add(Fault {
            nth,
            command: command.into(),
            attribute: None,
            effect,
        });
    }

    /// Strikes every command of this name until [`Faults::clear`].
    pub fn always(&self, command: &str, effect: Effect) {
        lock(&self.0.faults).add_lasting(command, effect);
    }

    /// How many faults that strike once have not struck yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        lock(&self.0.faults).len()
    }

    /// Forgets all faults: those that have not struck, and the lasting ones.
    pub fn clear(&self) {
        lock(&self.0.faults).clear();
    }

    /// The owner of a network gives it other addresses, the vehicle's with its mask and the gateway, and another DHCP server.
    pub fn renumber(&self, ssid: &str, address: &str, gateway: &str, dhcp: Option<DhcpServer>) {
        self.0.journey().vehicle.renumber(ssid, address, gateway, dhcp);
    }

    /// What is at the other end of a cable changes: the range of addresses, the gateway, and the DHCP server.
    pub fn rewire(&self, interface: &str, address: &str, gateway: &str, dhcp: Option<DhcpServer>) {
        self.0.journey().vehicle.rewire(interface, address, gateway, dhcp);
    }

    /// The router answers nothing for so long (simulated time); the vehicle drives on.
    pub fn stall(&self, span: Duration) {
        self.0.stall(span);
    }

    /// The router has no power for so long (simulated time): nobody listens, then everything starts anew.
    pub fn power_cut(&self, span: Duration) {
        self.0.cut_power(span);
    }

    /// The next so many connections are accepted and closed at once.
    pub fn refuse_connections(&self, count: u32) {
        lock(&self.0.faults).refused_connections = count;
    }

    /// The router closes the next so many sessions right after it let their user in.
    pub fn close_after_login(&self, count: u32) {
        lock(&self.0.faults).closed_logins = count;
    }
}
