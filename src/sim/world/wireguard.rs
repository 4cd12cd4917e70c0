//! The WireGuard tunnel: the router's peer, and the office that sends to where it last heard the vehicle.
//!
//! Timers as in the protocol's paper and Linux's `timers.c`: a handshake before the first packet, at 120 s, and 15 s after a
//! packet that nothing answered; its tries are 5 s apart; keys are refused after 180 s; a persistent keepalive counts from
//! the last packet in either direction.

use std::time::Duration;

use super::chance::{Chance, Of};
use super::clock::{At, millis};
use super::way::{Bound, Way};
use crate::sim::settings::DeadEntry;

/// A peer that sends with keys of this age makes new ones.
const REKEY: Duration = Duration::from_secs(120);
/// Older keys are refused.
const REJECT: Duration = Duration::from_secs(180);
/// Between two tries of a handshake.
const RETRY: Duration = Duration::from_secs(5);
/// A handshake is given up after this.
const GIVE_UP: Duration = Duration::from_secs(90);
/// A packet that nothing has answered for so long asks for a handshake.
const UNANSWERED: Duration = Duration::from_secs(15);
/// A packet that came in is answered by an empty one after this, if nothing else was sent.
const PASSIVE: Duration = Duration::from_secs(10);
/// A firewall forgets a UDP connection that saw no reply after this.
const UNREPLIED: Duration = Duration::from_secs(10);
/// And one that saw some after this.
const REPLIED: Duration = Duration::from_secs(180);
/// Bytes of one packet, for the counters.
const PACKET: u64 = 148;

/// What the router's configuration says of interface and peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Orders {
    /// Whether both are enabled.
    pub enabled: bool,
    /// Whether the peer is the office: its key, address and port.
    pub reachable: bool,
    /// The port that the vehicle sends from.
    pub listen_port: u16,
    /// The persistent keepalive; zero = none.
    pub keepalive: Duration,
}

/// A connection that the router's firewall tracks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tracked {
    /// Its id.
    pub id: u32,
    /// The port that the vehicle sends from.
    pub port: u16,
    /// Whom the office sees.
    pub bound: Bound,
    /// When the last packet went out by it.
    pub seen: At,
    /// Whether an answer came in by it.
    pub replied: bool,
    dead: bool,
}

/// What one step did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// A handshake was completed.
    pub handshake: bool,
    /// A frame of the vehicle reached the gateway.
    pub heard_at_gateway: bool,
}

/// Both ends of the tunnel.
#[derive(Debug, Clone)]
pub(crate) struct Wireguard {
    /// Bytes received and sent by the vehicle.
    pub bytes: (u64, u64),
    orders: Orders,
    chance: Chance,
    dead_entry: DeadEntry,
    /// When the keys were made.
    keys: Option<At>,
    /// When the first and the last try of a handshake under way were made.
    trying: Option<(At, At)>,
    /// Where the office sends: to the source of the last packet that it could authenticate.
    endpoint: Option<(Bound, u16)>,
    /// The last packet in either direction.
    traversed: At,
    /// The first data sent since something came in.
    unanswered: Option<At>,
    /// The first packet that came in since something was sent.
    unacknowledged: Option<At>,
    tracked: Vec<Tracked>,
    given: u32,
    /// The last new connection whose entry was dead from the start.
    dead: Option<(u16, Bound)>,
    /// The port whose connection a firewall at the office lets die, and when it last saw a packet.
    stuck: Option<(u16, At)>,
}

impl Wireguard {
    /// A tunnel that is off.
    pub(crate) fn new(dead_entry: DeadEntry, chance: Chance) -> Self {
        Wireguard {
            bytes: (0, 0),
            orders: Orders {
                enabled: false,
                reachable: false,
                listen_port: 0,
                keepalive: Duration::ZERO,
            },
            chance,
            dead_entry,
            keys: None,
            trying: None,
            endpoint: None,
            traversed: At::ZERO,
            unanswered: None,
            unacknowledged: None,
            tracked: Vec::new(),
            given: 0,
            dead: None,
            stuck: None,
        }
    }

    /// The router starts or loses its power: what is not stored is gone.
    pub(crate) fn restart(&mut self) {
        self.disable();
        self.orders.enabled = false;
        self.tracked.clear();
    }

    /// Takes new orders.
    pub(crate) fn order(&mut self, orders: Orders, at: At) {
        let before = std::mem::replace(&mut self.orders, orders);
        if !orders.enabled {
            self.disable();
        } else if !before.enabled {
            self.traversed = at;
        }
    }

    fn disable(&mut self) {
        self.keys = None;
        self.trying = None;
        self.unanswered = None;
        self.unacknowledged = None;
        self.bytes = (0, 0);
    }

    /// Whether it is disabled.
    pub(crate) fn off(&self) -> bool {
        !self.orders.enabled
    }

    /// When the last handshake was; `None` before the first.
    pub(crate) fn last_handshake(&self) -> Option<At> {
        self.keys
    }

    /// Whether packets can be sent and understood.
    pub(crate) fn has_keys(&self, at: At) -> bool {
        self.keys.is_some_and(|made| at.saturating_sub(made) < REJECT)
    }

    /// Whom the office sends to.
    pub(crate) fn endpoint(&self) -> Option<Bound> {
        self.endpoint.map(|(bound, _)| bound)
    }

    /// The connections that the router's firewall tracks.
    pub(crate) fn tracked(&self) -> &[Tracked] {
        &self.tracked
    }

    /// Forgets a tracked connection.
    pub(crate) fn untrack(&mut self, id: u32) {
        self.tracked.retain(|one| one.id != id);
    }

    /// Whether a firewall lets packets of the present connection die.
    pub(crate) fn blocked(&self, way: Way) -> bool {
        let port = self.orders.listen_port;
        let mut tracked = self.tracked.iter();
        let dead = tracked.any(|one| one.port == port && one.bound == way.bound && one.dead);
        dead || self.stuck.is_some_and(|(stuck, _)| stuck == port)
    }

    /// A packet from the office came in and is answered by this way; whether a firewall lets the answer pass.
    pub(crate) fn answer(&mut self, way: Way, at: At) -> bool {
        self.came_in(at);
        self.freshen(at);
        self.went_out(at);
        let passes = self.passes(Some(way), at).is_some();
        if passes {
            self.reached(way, at);
        }
        passes
    }

    /// The vehicle sends a packet; whether it arrives, and whether an answer comes back at once. `draw` from 0 to 1 says
    /// how lucky it is.
    pub(crate) fn send(&mut self, way: Option<Way>, draw: f64, at: At) -> (bool, bool) {
        if !self.orders.enabled {
            return (false, false);
        }
        self.freshen(at);
        if !self.has_keys(at) {
            return (false, false);
        }
        self.went_out(at);
        self.unanswered.get_or_insert(at);
        let Some(way) = self.passes(way, at) else {
            return (false, false);
        };
        let (arrives, answered) = (draw < way.passing.sqrt(), draw < way.passing);
        if arrives {
            self.reached(way, at);
        }
        if answered {
            self.came_in(at);
        }
        (arrives, answered)
    }

    /// Lives on until `at` with this way to the office.
    pub(crate) fn step(&mut self, way: Option<Way>, at: At) -> Outcome {
        let mut outcome = Outcome::default();
        self.forget(at);
        if !self.orders.enabled {
            return outcome;
        }
        let since = |moment: At, span: Duration| at.saturating_sub(moment) >= span;
        if self.unanswered.is_some_and(|sent| since(sent, UNANSWERED)) {
            self.trying.get_or_insert((at, At::ZERO));
            self.unanswered = None;
        }
        let keepalive = self.orders.keepalive;
        let persistent = !keepalive.is_zero() && since(self.traversed, keepalive);
        if persistent || self.unacknowledged.is_some_and(|heard| since(heard, PASSIVE)) {
            let draw = self.chance.unit(Of::Frame, 2, millis(at));
            outcome.heard_at_gateway = self.send(way, draw, at).0;
            // A keepalive asks for no answer.
            self.unanswered = None;
            self.traversed = at;
        }
        self.shake_hands(way, at, outcome)
    }

    /// A try of a handshake, when it is due.
    fn shake_hands(&mut self, way: Option<Way>, at: At, mut outcome: Outcome) -> Outcome {
        let Some((first, last)) = self.trying else {
            return outcome;
        };
        if at.saturating_sub(first) >= GIVE_UP {
            self.trying = None;
            return outcome;
        }
        if last != At::ZERO && at.saturating_sub(last) < RETRY {
            return outcome;
        }
        self.trying = Some((first, at));
        self.went_out(at);
        let draw = self.chance.unit(Of::Frame, 3, millis(at));
        if let Some(way) = self.passes(way, at).filter(|way| draw < way.passing.sqrt()) {
            self.reached(way, at);
            outcome.heard_at_gateway = true;
            if draw < way.passing {
                self.keys = Some(at);
                self.trying = None;
                self.came_in(at);
                outcome.handshake = true;
            }
        }
        outcome
    }

    /// The way, unless a firewall lets the packet die. The connection is tracked from its first packet on.
    fn passes(&mut self, way: Option<Way>, at: At) -> Option<Way> {
        let way = way.filter(|_| self.orders.reachable)?;
        let port = self.orders.listen_port;
        let moved = self
            .endpoint
            .is_some_and(|(bound, before)| bound != way.bound && before == port);
        match self
            .tracked
            .iter_mut()
            .find(|one| one.port == port && one.bound == way.bound)
        {
            Some(one) => one.seen = at,
            None => {
                // An entry that was removed comes back alive.
                let dead = moved && self.dead != Some((port, way.bound));
                if dead {
                    self.dead = Some((port, way.bound));
                }
                self.given += 1;
                self.tracked.push(Tracked {
                    id: self.given,
                    port,
                    bound: way.bound,
                    seen: at,
                    replied: false,
                    dead: dead && self.dead_entry == DeadEntry::Router,
                });
                if dead && self.dead_entry == DeadEntry::Office {
                    self.stuck = Some((port, at));
                }
            }
        }
        if let Some((stuck, seen)) = &mut self.stuck
            && *stuck == port
        {
            *seen = at;
        }
        Some(way).filter(|way| !self.blocked(*way))
    }

    /// Firewalls forget what has been silent.
    fn forget(&mut self, at: At) {
        self.tracked.retain(|one| {
            let kept = if one.replied { REPLIED } else { UNREPLIED };
            at.saturating_sub(one.seen) < kept
        });
        self.stuck = self.stuck.filter(|(_, seen)| at.saturating_sub(*seen) < UNREPLIED);
    }

    /// A packet reached the office: it sends there from now on.
    fn reached(&mut self, way: Way, at: At) {
        self.endpoint = Some((way.bound, self.orders.listen_port));
        let port = self.orders.listen_port;
        let mut tracked = self.tracked.iter_mut();
        if let Some(one) = tracked.find(|one| one.port == port && one.bound == way.bound) {
            one.seen = at;
        }
    }

    /// Begins a handshake when there are no keys, or old ones.
    fn freshen(&mut self, at: At) {
        if self.keys.is_none_or(|made| at.saturating_sub(made) >= REKEY) {
            self.trying.get_or_insert((at, At::ZERO));
        }
    }

    fn came_in(&mut self, at: At) {
        self.bytes.0 += PACKET;
        self.traversed = at;
        self.unanswered = None;
        self.unacknowledged.get_or_insert(at);
        let endpoint = self.endpoint;
        for one in &mut self.tracked {
            one.replied |= Some((one.bound, one.port)) == endpoint;
        }
    }

    fn went_out(&mut self, at: At) {
        self.bytes.1 += PACKET;
        self.traversed = at;
        self.unacknowledged = None;
    }
}
