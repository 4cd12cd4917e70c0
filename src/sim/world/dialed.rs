//! A tunnel that is dialed: the router's client, and the office that it calls.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::chance::{Chance, Of};
use super::clock::{At, millis};
use super::office::{ASKING, Office};
use super::way::{Bound, Way};
use crate::sim::settings::StatusWords;

/// A dial that has not come through after this is given up.
const PATIENCE: Duration = Duration::from_secs(10);
/// An end that heard nothing for its keepalive asks this often.
const ECHO: Duration = Duration::from_secs(1);

/// The client's end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Client {
    /// Disabled.
    Off,
    /// Waits before it dials again.
    Pausing {
        /// Until when.
        until: At,
        /// Until when the status still shows that the office refused the dial before.
        refused: Option<At>,
    },
    /// Dials.
    Dialing(Dial),
    /// Has a session.
    Up(Call),
    /// Was disabled, and ends soon.
    Ending {
        /// When.
        due: At,
        /// The session to end.
        call: Option<Call>,
    },
}

/// A dial under way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Dial {
    since: At,
    bound: Option<Bound>,
    trips: u8,
    losses: u8,
    next: At,
}

/// A session as the client sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Call {
    /// Its number at the office.
    pub session: u64,
    /// Whom the office sees.
    pub bound: Bound,
    /// Since when.
    pub since: At,
    heard: At,
    echo: At,
}

/// What happened to the tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// A session began.
    Up,
    /// It ended at the client.
    Down(&'static str),
    /// The office refused a dial because of an older session.
    Refused,
}

/// What one step did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// What happened, if anything.
    pub turn: Option<Turn>,
    /// A frame of the vehicle reached the gateway, which now has heard its radio.
    pub heard_at_gateway: bool,
}

/// What the router's configuration says of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Orders {
    /// Whether it is enabled.
    pub enabled: bool,
    /// Whether its `connect-to` is the office.
    pub reachable: bool,
    /// The only address that it sends from; `None` = that of the way out.
    pub source: Option<Ipv4Addr>,
    /// Round trips of a dial.
    pub trips: u8,
    /// The round trip at which the office looks for an older session of the user.
    pub authentication: u8,
    /// It gives up a session that was silent for so long and five seconds more; zero = never.
    pub keepalive: Duration,
}

/// The client and the office's end.
#[derive(Debug, Clone)]
pub(crate) struct Dialed {
    /// The client's state.
    pub client: Client,
    /// The office's end.
    pub office: Office,
    orders: Orders,
    chance: Chance,
}

impl Dialed {
    /// A client that is off.
    pub(crate) fn new(office: Office, chance: Chance) -> Self {
        Dialed {
            client: Client::Off,
            office,
            orders: Orders {
                enabled: false,
                reachable: true,
                source: None,
                trips: 0,
                authentication: 0,
                keepalive: Duration::ZERO,
            },
            chance,
        }
    }

    /// The router starts or loses its power: the client forgets everything, the office does not.
    pub(crate) fn restart(&mut self) {
        self.client = Client::Off;
        self.orders.enabled = false;
    }

    /// Takes new orders. A teardown runs 0 to 200 ms after the one to be off, whatever comes next.
    pub(crate) fn order(&mut self, orders: Orders, at: At) {
        let before = std::mem::replace(&mut self.orders, orders);
        // A client that is given another address ends its session and dials anew.
        let again = orders.enabled && orders.source != before.source;
        if orders.enabled == before.enabled && !again {
            return;
        }
        let after = self.chance.between(Of::Teardown, 0, millis(at), 0.0..0.2);
        let due = at + Duration::from_secs_f64(after);
        match (orders.enabled && !again, self.client) {
            (true, Client::Off) => {
                self.client = Client::Pausing {
                    until: at,
                    refused: None,
                }
            }
            (true, _) => {}
            (false, Client::Up(call)) => self.client = Client::Ending { due, call: Some(call) },
            (false, Client::Dialing(_)) => self.client = Client::Ending { due, call: None },
            (false, Client::Pausing { .. }) if !orders.enabled => self.client = Client::Off,
            (false, Client::Off | Client::Pausing { .. } | Client::Ending { .. }) => {}
        }
    }

    /// The session, while the client believes in it.
    pub(crate) fn call(&self) -> Option<Call> {
        match self.client {
            Client::Up(call) => Some(call),
            Client::Ending { call, .. } => call,
            Client::Off | Client::Pausing { .. } | Client::Dialing(_) => None,
        }
    }

    /// The interface's running flag.
    pub(crate) fn running(&self) -> bool {
        self.call().is_some()
    }

    /// Whether it is off or on its way there.
    pub(crate) fn off(&self) -> bool {
        matches!(self.client, Client::Off | Client::Ending { .. })
    }

    /// The status of `monitor`, if there is one.
    pub(crate) fn status(&self, words: StatusWords, at: At) -> Option<&'static str> {
        let (logged, pppoe) = match self.client {
            Client::Off => ("disabled", "disconnected"),
            Client::Pausing {
                refused: Some(until), ..
            } if at < until => (
                "terminating... - authentication failed",
                "terminating... - failed to authenticate ourselves to peer",
            ),
            Client::Pausing { .. } => ("disconnected", "waiting for packets..."),
            Client::Dialing(Dial { trips: 0..=2, .. }) => ("dialing...", "dialing"),
            Client::Dialing(Dial { trips: 3..=5, .. }) => ("initializing...", "verifying password..."),
            Client::Dialing(_) => ("authenticated", "connecting..."),
            Client::Up(_) => ("connected", "connected"),
            Client::Ending { .. } => ("terminating...", "terminating... - hungup"),
        };
        match words {
            StatusWords::Logged => Some(logged),
            StatusWords::Pppoe => Some(pppoe),
            StatusWords::Absent => None,
        }
    }

    /// Traffic of the session came through: neither end is silent.
    pub(crate) fn heard(&mut self, at: At) {
        if let Client::Up(call) = &mut self.client {
            call.heard = at;
            self.office.heard(call.session, at);
        }
    }

    /// Lives on until `at` with this way to the office.
    pub(crate) fn step(&mut self, way: Option<Way>, at: At) -> Outcome {
        self.office.expire(at);
        let latency = way.map_or(Duration::ZERO, |way| way.latency);
        let source = self.orders.source;
        let way = way.filter(|way| self.orders.reachable && source.is_none_or(|source| source == way.bound.source));
        match self.client {
            Client::Off => Outcome::default(),
            Client::Pausing { until, .. } => {
                if at >= until {
                    self.client = Client::Dialing(Dial {
                        since: at,
                        bound: way.map(|way| way.bound),
                        trips: 0,
                        losses: 0,
                        next: at + self.trip(at, 0) + latency,
                    });
                }
                Outcome::default()
            }
            Client::Dialing(dial) => self.dial(dial, way, at),
            Client::Up(call) => self.keep(call, way, at),
            Client::Ending { due, call } => {
                if at < due {
                    return Outcome::default();
                }
                let outcome = call.map_or_else(Outcome::default, |call| self.clear(call, way, at));
                self.client = if self.orders.enabled {
                    Client::Pausing {
                        until: at,
                        refused: None,
                    }
                } else {
                    Client::Off
                };
                outcome
            }
        }
    }

    /// Ends a session. Its clear is sent twice: either one is enough.
    fn clear(&mut self, call: Call, way: Option<Way>, at: At) -> Outcome {
        let heard = way.filter(|way| way.bound == call.bound).is_some_and(|way| {
            let silent = 1.0 - way.passing;
            self.chance.unit(Of::TeardownFrame, 0, millis(at)) < 1.0 - silent * silent
        });
        if heard {
            self.office.end(call.session);
        }
        Outcome {
            turn: Some(Turn::Down(if heard { "ended" } else { "stale session left" })),
            heard_at_gateway: heard,
        }
    }

    fn pause(&mut self, at: At, refused: bool) {
        let pause = self.chance.between(Of::DialPause, 0, millis(at), 0.5..1.5);
        let pause = Duration::from_secs_f64(pause);
        self.client = Client::Pausing {
            until: at + pause,
            refused: refused.then_some(at + pause / 2),
        };
    }

    fn dial(&mut self, mut dial: Dial, way: Option<Way>, at: At) -> Outcome {
        let mut outcome = Outcome::default();
        if at < dial.next {
            return outcome;
        }
        // Without a way at its start a dial fails at once; it does not wait for one.
        if dial.bound.is_none() || at.saturating_sub(dial.since) >= PATIENCE + self.office.accepts_after() {
            self.pause(at, false);
            return outcome;
        }
        let step = u64::from(dial.trips) << 8 | u64::from(dial.losses);
        let draw = self.chance.unit(Of::DialFrame, step, millis(dial.since));
        if !way.is_some_and(|way| Some(way.bound) == dial.bound && draw < way.passing) {
            dial.losses = dial.losses.saturating_add(1);
            dial.next = at + Duration::from_millis(500) * (1 << dial.losses.min(4)) / 2;
            self.client = Client::Dialing(dial);
            return outcome;
        }
        outcome.heard_at_gateway = true;
        dial.trips += 1;
        dial.losses = 0;
        if dial.trips == self.orders.authentication && !self.office.admits() {
            self.pause(at, true);
            outcome.turn = Some(Turn::Refused);
            return outcome;
        }
        let accepts = if dial.trips == self.orders.authentication {
            self.office.accepts_after()
        } else {
            Duration::ZERO
        };
        let latency = way.map_or(Duration::ZERO, |way| way.latency);
        dial.next = at + self.trip(dial.since, dial.trips) + latency + accepts;
        self.client = Client::Dialing(dial);
        if let Some(bound) = dial.bound.filter(|_| dial.trips >= self.orders.trips) {
            let session = self.office.begin(self.chance, at);
            self.client = Client::Up(Call {
                session,
                bound,
                since: at,
                heard: at,
                echo: at,
            });
            outcome.turn = Some(Turn::Up);
        }
        outcome
    }

    /// Each end asks once a second when it has heard nothing for its keepalive, and gives up five seconds later.
    fn keep(&mut self, mut call: Call, way: Option<Way>, at: At) -> Outcome {
        let mut outcome = Outcome::default();
        let keepalive = self.orders.keepalive;
        let silent = at.saturating_sub(call.heard);
        let asks = !keepalive.is_zero() && silent >= keepalive;
        let asked = self.office.asks(call.session, at);
        if at >= call.echo && (asks || asked) {
            call.echo = at + ECHO;
            let way = way.filter(|way| way.bound == call.bound);
            if way.is_some_and(|way| self.chance.unit(Of::Frame, 1, millis(at)) < way.passing) {
                outcome.heard_at_gateway = true;
                if !self.office.has(call.session) {
                    self.pause(at, false);
                    outcome.turn = Some(Turn::Down("closed by the office"));
                    return outcome;
                }
                call.heard = at;
                self.office.heard(call.session, at);
            }
        }
        if asks && at.saturating_sub(call.heard) >= keepalive + ASKING {
            self.pause(at, false);
            outcome.turn = Some(Turn::Down("peer is not responding"));
        } else {
            self.client = Client::Up(call);
        }
        outcome
    }

    /// How long one round trip takes: the whole dial 0.4 to 2 s.
    fn trip(&self, since: At, trip: u8) -> Duration {
        let base = self.chance.between(Of::DialTrip, 0, millis(since), 0.06..0.22);
        let wobble = self
            .chance
            .between(Of::DialTrip, 1 + u64::from(trip), millis(since), 0.85..1.13);
        Duration::from_secs_f64(base * wobble)
    }
}
