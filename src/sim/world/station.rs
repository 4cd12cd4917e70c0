//! One client radio: it searches, associates, authenticates, and obeys its connect-list.

use std::time::Duration;

use super::air::{Air, ScanHit};
use super::chance::{Chance, Of};
use super::clock::{At, millis};
use super::orders::{Candidate, Choice, EVERY_NETWORK, Orders};

/// After so long without a usable level the association is lost: the router's disconnect-timeout.
const DISCONNECT: Duration = Duration::from_secs(3);
/// With a wrong key an association ends after this.
const WRONG_KEY: Duration = Duration::from_secs(5);
/// Below this level in dBm nothing is received.
const DEAF: f64 = -92.0;
/// Below this level in dBm an association may be lost at any moment.
const WEAK: f64 = -88.0;
/// A search takes so many seconds on each channel, at least and at most: 1 to 2 s over all of 2.4 GHz.
const CHANNEL: (f64, f64) = (0.05, 0.15);
/// The level that is compared with the signal-range follows the readings with this time constant.
const AVERAGED: f64 = 1.0;

/// What a station is doing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Phase {
    /// The interface is disabled.
    Off,
    /// Goes over the channels of the scan-list.
    Searching {
        /// When it has been over all of them.
        until: At,
    },
    /// A foreground scan has taken the radio.
    Scanning,
    /// Has chosen and asks to be let in.
    Associating {
        /// The access point that it asks.
        choice: Choice,
        /// When it is let in.
        until: At,
    },
    /// Is let in.
    Joined(Joined),
}

/// An association.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Joined {
    /// To which access point and by which rule.
    pub choice: Choice,
    /// Since when.
    pub since: At,
    /// When the key exchange is finished; `None` with a wrong key.
    pub authenticates: Option<At>,
    /// Whether that has happened.
    pub authenticated: bool,
    average: f64,
    audible: At,
    /// Since when the signal is outside of the rule's range.
    outside: Option<At>,
}

/// What happened to a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Happened {
    /// It was let in to this access point.
    Associated(usize),
    /// Its key exchange finished.
    Authenticated(usize),
    /// It lost this access point.
    Lost(usize, &'static str),
}

/// What a station needs to know of the world.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// What can be heard.
    pub air: &'a Air,
    /// The randomness.
    pub chance: Chance,
    /// The security profile that opens each network, and whether its key is right.
    pub keys: &'a [(String, bool)],
}

/// One client radio.
#[derive(Debug, Clone)]
pub(crate) struct Station {
    /// The interface's name.
    pub name: String,
    /// Which antenna it has.
    pub antenna: usize,
    /// What it is doing.
    pub phase: Phase,
    /// A background scan takes it off its channel now and then until this moment.
    pub distracted_until: At,
    orders: Orders,
}

impl Station {
    /// A radio that is off until it gets its orders.
    pub(crate) fn new(name: &str, antenna: usize) -> Self {
        let (phase, distracted_until, orders) = (Phase::Off, At::ZERO, Orders::default());
        Station {
            name: name.into(),
            antenna,
            phase,
            distracted_until,
            orders,
        }
    }

    /// Whether it is enabled.
    pub(crate) fn enabled(&self) -> bool {
        self.phase != Phase::Off
    }

    /// The association, if any.
    pub(crate) fn joined(&self) -> Option<&Joined> {
        match &self.phase {
            Phase::Joined(joined) => Some(joined),
            _ => None,
        }
    }

    /// The access point through which frames may pass.
    pub(crate) fn authenticated(&self) -> Option<usize> {
        self.joined()
            .filter(|joined| joined.authenticated)
            .map(|joined| joined.choice.ap)
    }

    /// Takes new orders. `drops` says whether a change of the matched rule or one above it, or of where to search, ends
    /// the association at once.
    pub(crate) fn order(&mut self, orders: Orders, drops: bool, around: Surroundings<'_>, at: At) -> Option<Happened> {
        if orders == self.orders {
            return None;
        }
        let old = std::mem::replace(&mut self.orders, orders);
        if !self.orders.enabled {
            let lost = self.leave("interface disabled");
            self.phase = Phase::Off;
            return lost;
        }
        let moved = old.ssid != self.orders.ssid || old.enabled != self.orders.enabled || old.band != self.orders.band;
        let rule = match &self.phase {
            Phase::Off => {
                self.search(around, at);
                return None;
            }
            Phase::Joined(joined) => joined.choice.rule,
            Phase::Searching { .. } | Phase::Scanning | Phase::Associating { .. } => return None,
        };
        let changed = old.up_to(rule) != self.orders.up_to(rule) || old.scan_list != self.orders.scan_list;
        if moved || drops && changed {
            let lost = self.leave("connect-list changed");
            self.search(around, at);
            return lost;
        }
        None
    }

    /// Whether it can hear an access point on this channel.
    pub(crate) fn hears(&self, channel: u16) -> bool {
        self.orders.hears(channel)
    }

    /// Begins a search over the channels of the scan-list.
    fn search(&mut self, around: Surroundings<'_>, at: At) {
        let channels = 0..self.orders.scan_list.channels() as u64;
        let which = |channel: u64| channel << 8 | self.antenna as u64;
        let one = |channel| {
            around
                .chance
                .between(Of::Search, which(channel), millis(at), CHANNEL.0..CHANNEL.1)
        };
        self.phase = Phase::Searching {
            until: at + Duration::from_secs_f64(channels.map(one).sum()),
        };
    }

    /// Ends an association and begins a search.
    pub(crate) fn drop_and_search(&mut self, why: &'static str, around: Surroundings<'_>, at: At) -> Option<Happened> {
        if self.phase == Phase::Off {
            return None;
        }
        let lost = self.leave(why);
        self.search(around, at);
        lost
    }

    /// A foreground scan takes the radio; it loses its association.
    pub(crate) fn start_scan(&mut self) -> Option<Happened> {
        let lost = self.leave("scan");
        self.phase = Phase::Scanning;
        lost
    }

    /// A foreground scan gives the radio back.
    pub(crate) fn end_scan(&mut self, around: Surroundings<'_>, at: At) {
        if self.phase == Phase::Scanning {
            self.search(around, at);
        }
    }

    fn leave(&mut self, why: &'static str) -> Option<Happened> {
        self.distracted_until = At::ZERO;
        self.joined().map(|joined| Happened::Lost(joined.choice.ap, why))
    }

    /// Lives on until `at`, one step of the world after the last call.
    pub(crate) fn step(&mut self, around: Surroundings<'_>, at: At, step: Duration) -> Option<Happened> {
        match &mut self.phase {
            Phase::Off | Phase::Scanning => None,
            Phase::Searching { until } => {
                if at >= *until {
                    match self.choose(around, &around.air.scan(self.antenna, at)) {
                        Some(choice) => {
                            let takes =
                                around
                                    .chance
                                    .between(Of::Associate, self.antenna as u64, millis(at), 0.04..0.4);
                            self.phase = Phase::Associating {
                                choice,
                                until: at + Duration::from_secs_f64(takes),
                            };
                        }
                        None => self.search(around, at),
                    }
                }
                None
            }
            Phase::Associating { choice, until } => {
                if at < *until {
                    return None;
                }
                let choice = choice.clone();
                self.arrive(choice, around, at)
            }
            Phase::Joined(joined) => {
                let happened = joined.step(self.antenna, around, at, step);
                if matches!(happened, Some(Happened::Lost(..))) {
                    self.search(around, at);
                }
                happened
            }
        }
    }

    /// The end of an association that was asked for: let in, or too far by now.
    fn arrive(&mut self, choice: Choice, around: Surroundings<'_>, at: At) -> Option<Happened> {
        let ap = choice.ap;
        let Some(level) = around.air.level(ap, self.antenna, at).filter(|level| *level > DEAF) else {
            self.search(around, at);
            return None;
        };
        let network = around.air.aps[ap].network;
        let fits = network
            .and_then(|n| around.keys.get(n))
            .is_some_and(|(key, right)| *right && (*key == choice.profile || choice.profile == EVERY_NETWORK));
        let takes = around
            .chance
            .between(Of::Authenticate, self.antenna as u64, millis(at), 0.03..0.25);
        let authenticates = fits.then(|| at + Duration::from_secs_f64(takes));
        self.phase = Phase::Joined(Joined {
            choice,
            since: at,
            authenticates,
            authenticated: false,
            average: level,
            audible: at,
            outside: None,
        });
        Some(Happened::Associated(ap))
    }

    /// The access point to take: the one whose rule stands highest; under one rule the strongest.
    fn choose(&self, around: Surroundings<'_>, heard: &[ScanHit]) -> Option<Choice> {
        let mut best: Option<(usize, i16, Choice)> = None;
        for hit in heard {
            let (ap, signal) = (&around.air.aps[hit.ap], hit.signal);
            let candidate = Candidate {
                ap: hit.ap,
                bssid: &ap.bssid,
                ssid: &ap.ssid,
                area: &ap.area,
                signal,
            };
            let matching = self
                .orders
                .matching(candidate)
                .filter(|_| self.orders.hears(ap.channel));
            let Some((rank, choice)) = matching else { continue };
            let better = |(r, s, _): &(usize, i16, Choice)| rank < *r || rank == *r && signal > *s;
            if best.as_ref().is_none_or(better) {
                best = Some((rank, signal, choice));
            }
        }
        best.map(|(_, _, choice)| choice)
    }
}

impl Joined {
    fn step(&mut self, antenna: usize, around: Surroundings<'_>, at: At, step: Duration) -> Option<Happened> {
        let ap = self.choice.ap;
        let lost = |why| Some(Happened::Lost(ap, why));
        let level = around.air.level(ap, antenna, at).unwrap_or(-100.0);
        if level > DEAF {
            self.audible = at;
        }
        self.average += (level - self.average) * (step.as_secs_f64() / AVERAGED).min(1.0);
        if at.saturating_sub(self.audible) >= DISCONNECT {
            return lost("extensive data loss");
        }
        match &self.choice.range {
            Some(range) if !range.contains(self.average.round()) => {
                let since = *self.outside.get_or_insert(at);
                let allowed = range.allowed_outside;
                if allowed.is_some_and(|allowed| at.saturating_sub(since) >= allowed) {
                    return lost("signal out of range");
                }
            }
            Some(_) | None => self.outside = None,
        }
        let hazard = 0.3 * step.as_secs_f64();
        if level < WEAK && around.chance.unit(Of::Lose, antenna as u64, millis(at)) < hazard {
            return lost("connection lost");
        }
        match self.authenticates {
            None if at.saturating_sub(self.since) >= WRONG_KEY => lost("received deauth: authentication not valid (2)"),
            Some(when) if !self.authenticated && at >= when => {
                self.authenticated = true;
                Some(Happened::Authenticated(ap))
            }
            _ => None,
        }
    }
}
