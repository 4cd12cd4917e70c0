//! The PPTP client and the concentrator that it dials.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::air::millis;
use super::chance::{Chance, Of};
use super::clock::At;
use super::settings::StatusWords;

/// Round trips of a dial: TCP, call, negotiation, authentication, addresses.
const TRIPS: u8 = 8;
/// The round trip at which the concentrator looks for an older session of the user.
const AUTHENTICATION: u8 = 6;
/// A dial that has not come through after this is given up.
const PATIENCE: Duration = Duration::from_secs(10);
/// The client asks after the concentrator this often.
const ECHO: Duration = Duration::from_secs(20);
/// The client gives up a silent tunnel after this.
const CLIENT_KEEPALIVE: Duration = Duration::from_secs(60);
/// The concentrator gives up a silent session after this.
const SERVER_KEEPALIVE: Duration = Duration::from_secs(35);

/// Whom the concentrator sees: a network's side and the vehicle's address in it. A session lives and dies with both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// Which network.
    pub network: usize,
    /// The vehicle's address.
    pub source: Ipv4Addr,
}

/// The way to the concentrator at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Way {
    /// Whom the concentrator would see.
    pub bound: Bound,
    /// Over which radio.
    pub radio: usize,
    /// The share of round trips that get through.
    pub passing: f64,
}

/// The client's end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Client {
    /// Disabled.
    Off,
    /// Waits before it dials again.
    Pausing {
        /// Until when.
        until: At,
    },
    /// Dials.
    Dialing(Dial),
    /// Has a session.
    Up(Call),
    /// Was told to end, and does so soon.
    Ending {
        /// When.
        due: At,
        /// The session to end.
        call: Option<Call>,
    },
}

/// A dial under way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dial {
    since: At,
    bound: Option<Bound>,
    trips: u8,
    losses: u8,
    next: At,
}

/// A session as the client sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Call {
    /// Its number at the concentrator.
    pub session: u64,
    /// Whom the concentrator sees.
    pub bound: Bound,
    /// Since when.
    pub since: At,
    heard: At,
    echo: At,
}

/// What happened to the tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// A session began.
    Up,
    /// It ended at the client.
    Down(&'static str),
    /// The concentrator refused a dial because of an older session.
    Refused,
}

/// What one step did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What happened, if anything.
    pub turn: Option<Turn>,
    /// A frame of ours reached the gateway, which now knows through which radio.
    pub heard_at_gateway: bool,
}

/// The PPTP client.
#[derive(Debug, Clone)]
pub struct Tunnel {
    /// The state.
    pub client: Client,
    /// What the router's configuration says.
    enabled: bool,
    /// Whether its configuration leads to the concentrator at all.
    pub reachable: bool,
}

/// The office's end.
#[derive(Debug, Clone, Default)]
pub struct Concentrator {
    session: Option<Session>,
    refuse_until: Option<At>,
    given: u64,
    only_one: bool,
    accepts_after: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Session {
    number: u64,
    heard: At,
}

impl Concentrator {
    /// A concentrator; `only_one` refuses a second session of a user for a while, and `accepts_after` is how long it
    /// needs to accept a call.
    pub fn new(only_one: bool, accepts_after: Duration) -> Self {
        Concentrator {
            only_one,
            accepts_after,
            ..Concentrator::default()
        }
    }

    /// Whether it holds this session.
    pub fn holds(&self, session: u64) -> bool {
        self.session.is_some_and(|held| held.number == session)
    }

    /// Whether it has refused a dial and let none in since.
    pub fn refuses(&self) -> bool {
        self.refuse_until.is_some()
    }

    /// Something came in for its session.
    pub fn heard(&mut self, at: At) {
        if let Some(session) = &mut self.session {
            session.heard = at;
        }
    }

    fn expire(&mut self, at: At) {
        if self
            .session
            .is_some_and(|held| at.saturating_sub(held.heard) >= SERVER_KEEPALIVE)
        {
            self.session = None;
        }
    }

    /// Whether a new login is let in beside what is held.
    fn admits(&mut self, chance: Chance, at: At) -> bool {
        if !self.only_one || self.session.is_none() {
            return true;
        }
        let refuses = || at + Duration::from_secs_f64(chance.between(Of::Refuse, 0, millis(at), 1.0, 8.0));
        at >= *self.refuse_until.get_or_insert_with(refuses)
    }

    fn begin(&mut self, at: At) -> u64 {
        self.given += 1;
        self.refuse_until = None;
        self.session = Some(Session {
            number: self.given,
            heard: at,
        });
        self.given
    }

    fn end(&mut self, session: u64) {
        if self.holds(session) {
            self.session = None;
        }
    }
}

impl Tunnel {
    /// A client that is off.
    pub fn new() -> Self {
        Tunnel {
            client: Client::Off,
            enabled: false,
            reachable: true,
        }
    }

    /// The configuration enables or disables the client. A teardown runs 0 to 200 ms after that, whatever comes next.
    pub fn order(&mut self, enabled: bool, chance: Chance, at: At) {
        if enabled == self.enabled {
            return;
        }
        self.enabled = enabled;
        let due = at + Duration::from_secs_f64(chance.between(Of::Teardown, 0, millis(at), 0.0, 0.2));
        match (enabled, self.client) {
            (true, Client::Off) => self.client = Client::Pausing { until: at },
            (true, _) => {}
            (false, Client::Up(call)) => self.client = Client::Ending { due, call: Some(call) },
            (false, Client::Dialing(_)) => self.client = Client::Ending { due, call: None },
            (false, Client::Pausing { .. }) => self.client = Client::Off,
            (false, Client::Off | Client::Ending { .. }) => {}
        }
    }

    /// The session, while the client believes in it.
    pub fn call(&self) -> Option<Call> {
        match self.client {
            Client::Up(call) => Some(call),
            Client::Ending { call, .. } => call,
            Client::Off | Client::Pausing { .. } | Client::Dialing(_) => None,
        }
    }

    /// The interface's running flag.
    pub fn running(&self) -> bool {
        self.call().is_some()
    }

    /// Whether it is off or on its way there.
    pub fn off(&self) -> bool {
        matches!(self.client, Client::Off | Client::Ending { .. })
    }

    /// The status word of `monitor`, if there is one.
    pub fn status(&self, words: StatusWords) -> Option<&'static str> {
        let (logged, pppoe) = match self.client {
            Client::Off => ("disabled", "disconnected"),
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

    /// The dispatcher's traffic came through: neither end is silent.
    pub fn heard(&mut self, at: At) {
        if let Client::Up(call) = &mut self.client {
            call.heard = at;
        }
    }

    /// Lives on until `at` with this way to the concentrator.
    pub fn step(&mut self, office: &mut Concentrator, way: Option<Way>, chance: Chance, at: At) -> Outcome {
        office.expire(at);
        let way = way.filter(|_| self.reachable);
        match self.client {
            Client::Off => Outcome::default(),
            Client::Pausing { until } => {
                if at >= until {
                    let bound = way.map(|way| way.bound);
                    self.client = Client::Dialing(Dial {
                        since: at,
                        bound,
                        trips: 0,
                        losses: 0,
                        next: at + trip(chance, at, 0),
                    });
                }
                Outcome::default()
            }
            Client::Dialing(dial) => self.dial(dial, office, way, chance, at),
            Client::Up(call) => self.keep(call, office, way, chance, at),
            Client::Ending { due, call } => {
                if at < due {
                    return Outcome::default();
                }
                let mut outcome = Outcome::default();
                if let Some(call) = call {
                    outcome.turn = Some(Turn::Down("stale session left"));
                    // The clear is sent twice: either one is enough.
                    let heard = way.filter(|way| way.bound == call.bound).is_some_and(|way| {
                        let silent = 1.0 - way.passing;
                        chance.unit(Of::TeardownFrame, 0, millis(at)) < 1.0 - silent * silent
                    });
                    if heard {
                        office.end(call.session);
                        outcome = Outcome {
                            turn: Some(Turn::Down("ended")),
                            heard_at_gateway: true,
                        };
                    }
                }
                self.client = if self.enabled {
                    Client::Pausing { until: at }
                } else {
                    Client::Off
                };
                outcome
            }
        }
    }

    fn pause(&mut self, chance: Chance, at: At) {
        let pause = chance.between(Of::DialPause, 0, millis(at), 0.5, 1.5);
        self.client = Client::Pausing {
            until: at + Duration::from_secs_f64(pause),
        };
    }

    fn dial(&mut self, mut dial: Dial, office: &mut Concentrator, way: Option<Way>, chance: Chance, at: At) -> Outcome {
        let mut outcome = Outcome::default();
        if at < dial.next {
            return outcome;
        }
        // Without a way at its start a dial fails at once; it does not wait for one.
        if dial.bound.is_none() || at.saturating_sub(dial.since) >= PATIENCE + office.accepts_after {
            self.pause(chance, at);
            return outcome;
        }
        let step = u64::from(dial.trips) << 8 | u64::from(dial.losses);
        let draw = chance.unit(Of::DialFrame, step, millis(dial.since));
        if !way.is_some_and(|way| Some(way.bound) == dial.bound && draw < way.passing) {
            dial.losses = dial.losses.saturating_add(1);
            dial.next = at + Duration::from_millis(500) * (1 << dial.losses.min(4)) / 2;
            self.client = Client::Dialing(dial);
            return outcome;
        }
        outcome.heard_at_gateway = true;
        dial.trips += 1;
        dial.losses = 0;
        if dial.trips == AUTHENTICATION && !office.admits(chance, at) {
            self.pause(chance, at);
            outcome.turn = Some(Turn::Refused);
            return outcome;
        }
        let accepts = if dial.trips == AUTHENTICATION {
            office.accepts_after
        } else {
            Duration::ZERO
        };
        dial.next = at + trip(chance, dial.since, dial.trips) + accepts;
        self.client = Client::Dialing(dial);
        if let (TRIPS.., Some(bound)) = (dial.trips, dial.bound) {
            let session = office.begin(at);
            self.client = Client::Up(Call {
                session,
                bound,
                since: at,
                heard: at,
                echo: at + ECHO,
            });
            outcome.turn = Some(Turn::Up);
        }
        outcome
    }

    fn keep(&mut self, mut call: Call, office: &mut Concentrator, way: Option<Way>, chance: Chance, at: At) -> Outcome {
        let mut outcome = Outcome::default();
        if at >= call.echo {
            call.echo = at + ECHO;
            let way = way.filter(|way| way.bound == call.bound);
            if way.is_some_and(|way| chance.unit(Of::Frame, 1, millis(at)) < way.passing) {
                outcome.heard_at_gateway = true;
                if !office.holds(call.session) {
                    self.pause(chance, at);
                    outcome.turn = Some(Turn::Down("closed by the concentrator"));
                    return outcome;
                }
                call.heard = at;
                office.heard(at);
            }
        }
        if at.saturating_sub(call.heard) >= CLIENT_KEEPALIVE {
            self.pause(chance, at);
            outcome.turn = Some(Turn::Down("keepalive"));
        } else {
            self.client = Client::Up(call);
        }
        outcome
    }
}

/// How long one round trip takes: the whole dial 0.4 to 2 s.
fn trip(chance: Chance, since: At, trip: u8) -> Duration {
    let base = chance.between(Of::DialTrip, 0, millis(since), 0.06, 0.22);
    let wobble = chance.between(Of::DialTrip, 1 + u64::from(trip), millis(since), 0.85, 1.13);
    Duration::from_secs_f64(base * wobble)
}
