//! The DHCP client of one radio, and what a network's server answers.
//!
//! The exchange is that of RFC 2131: discover, offer, request, acknowledge, each lost as frames are, and sent again after
//! 4 s, one second more or less (4.1). A lease is renewed after half of its time and asked of any server after seven eighths.

use std::net::Ipv4Addr;
use std::time::Duration;

use ipnet::Ipv4Net;

use super::chance::{Chance, Of};
use super::clock::{At, millis};

/// How many seconds after a message without an answer it is sent again.
const AGAIN: (f64, f64) = (3.0, 5.0);
/// How many seconds a message and its answer are on the air.
const TRIP: (f64, f64) = (0.002, 0.03);

/// A network's server, as it answers now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Server {
    /// The addresses that it hands out are of this network.
    pub subnet: Ipv4Net,
    /// The gateway that it names.
    pub gateway: Ipv4Addr,
    /// How long a lease lasts.
    pub lease: Duration,
    /// How long it thinks before each answer.
    pub delay: Duration,
}

/// What the client reaches over its radio at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Link {
    /// The network's server; `None` where none answers.
    pub server: Option<Server>,
    /// The share of round trips that get through.
    pub passing: f64,
}

/// An address for some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lease {
    /// The address with the mask of its network.
    pub address: Ipv4Net,
    /// The network's gateway.
    pub gateway: Ipv4Addr,
    length: Duration,
    since: At,
}

impl Lease {
    /// How long it lasts yet.
    pub(crate) fn left(&self, at: At) -> Duration {
        (self.since + self.length).saturating_sub(at)
    }

    fn is_from(&self, server: &Server) -> bool {
        server.subnet.contains(&self.address.addr()) && server.gateway == self.gateway
    }
}

/// What a client is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Its interface is not running.
    Stopped,
    /// Looks for a server.
    Searching(Sent),
    /// Asks for what a server offered.
    Requesting(Sent),
    /// Has a lease.
    Bound,
    /// Asks the server of its lease for more time.
    Renewing(Sent),
    /// Asks any server for it.
    Rebinding(Sent),
}

/// A message on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sent {
    /// When its answer comes, or it is sent again.
    until: At,
    answered: bool,
}

/// The client of one radio; `None` in the place of one is a radio without.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    radio: usize,
    phase: Phase,
    lease: Option<Lease>,
}

impl Client {
    /// A client that begins.
    pub(crate) fn new(radio: usize) -> Self {
        Client {
            radio,
            phase: Phase::Stopped,
            lease: None,
        }
    }

    /// Its lease.
    pub(crate) fn lease(&self) -> Option<&Lease> {
        self.lease.as_ref()
    }

    /// The router's word for what it does.
    pub(crate) fn status(&self) -> &'static str {
        match self.phase {
            Phase::Stopped => "stopped",
            Phase::Searching(_) => "searching...",
            Phase::Requesting(_) => "requesting...",
            Phase::Bound => "bound",
            Phase::Renewing(_) => "renewing...",
            Phase::Rebinding(_) => "rebinding...",
        }
    }

    /// Gives its lease back and begins again.
    pub(crate) fn release(&mut self, at: At) {
        self.lease = None;
        self.phase = Phase::Searching(Sent::now(at));
    }

    /// Asks for more time now.
    pub(crate) fn renew(&mut self, at: At) {
        if self.lease.is_some() {
            self.phase = Phase::Renewing(Sent::now(at));
        }
    }

    /// Lives on until `at` over what its radio reaches; `None` while that is not associated. `survives` says whether a lease
    /// stays when the association ends.
    pub(crate) fn step(&mut self, link: Option<Link>, survives: bool, chance: Chance, at: At) {
        if self.lease.is_some_and(|lease| lease.left(at).is_zero()) {
            self.release(at);
        }
        let Some(link) = link else {
            if !survives || self.lease.is_none() {
                self.lease = None;
                self.phase = Phase::Stopped;
            }
            return;
        };
        let send = |server: Option<Server>| self.send(link, server, chance, at);
        match self.phase {
            Phase::Stopped => self.phase = Phase::Searching(Sent::now(at)),
            Phase::Searching(sent) if at >= sent.until => {
                self.phase = if sent.answered {
                    Phase::Requesting(send(link.server))
                } else {
                    Phase::Searching(send(link.server))
                };
            }
            Phase::Requesting(sent) if at >= sent.until => match link.server.filter(|_| sent.answered) {
                Some(server) => self.bind(server, at),
                None => self.phase = Phase::Searching(Sent::now(at)),
            },
            Phase::Bound => {
                let spent = self.lease.is_some_and(|lease| lease.left(at) <= lease.length / 2);
                if spent {
                    self.phase = Phase::Renewing(Sent::now(at));
                }
            }
            Phase::Renewing(sent) | Phase::Rebinding(sent) if at >= sent.until => {
                let Some(lease) = self.lease else { return };
                match link.server.filter(|_| sent.answered) {
                    Some(server) if lease.is_from(&server) => self.bind(server, at),
                    // Another network's server, or the same with other addresses, refuses the lease.
                    Some(_) => self.release(at),
                    None if lease.left(at) <= lease.length / 8 => self.phase = Phase::Rebinding(send(link.server)),
                    None => self.phase = Phase::Renewing(send(link.server)),
                }
            }
            _ => {}
        }
    }

    fn send(&self, link: Link, server: Option<Server>, chance: Chance, at: At) -> Sent {
        let (which, now) = (0x100 | self.radio as u64, millis(at));
        let arrives = chance.unit(Of::Dhcp, which, now) < link.passing;
        match server.filter(|_| arrives) {
            Some(server) => {
                let trip = chance.between(Of::Dhcp, which << 8, now, TRIP.0..TRIP.1);
                Sent {
                    until: at + server.delay + Duration::from_secs_f64(trip),
                    answered: true,
                }
            }
            None => {
                let again = chance.between(Of::Dhcp, which << 16, now, AGAIN.0..AGAIN.1);
                Sent {
                    until: at + Duration::from_secs_f64(again),
                    answered: false,
                }
            }
        }
    }

    fn bind(&mut self, server: Server, at: At) {
        let host = 100 + u32::try_from(self.radio).unwrap_or(0);
        let address = Ipv4Addr::from(u32::from(server.subnet.network()) + host);
        self.lease = Ipv4Net::new(address, server.subnet.prefix_len())
            .ok()
            .map(|address| Lease {
                address,
                gateway: server.gateway,
                length: server.lease,
                since: at,
            });
        self.phase = Phase::Bound;
    }
}

impl Sent {
    /// Nothing was sent yet: it is time to.
    fn now(at: At) -> Self {
        Sent {
            until: at,
            answered: false,
        }
    }
}
