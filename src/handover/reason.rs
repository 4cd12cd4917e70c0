//! Why the vehicle stays or goes, with the numbers, on one line each.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::handover::health::Health;
use crate::names::UplinkId;
use crate::units::{Db, Dbm};

/// Why the vehicle stays or goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reason {
    /// A person asked for another uplink.
    ByHand {
        /// The uplink before; `None` when none was active.
        from: Option<UplinkId>,
        /// The one asked for.
        to: UplinkId,
        /// Its signal; `None` for a fallback, or where the router gave none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signal: Option<Dbm>,
    },
    /// A person holds the vehicle on the active uplink.
    Held {
        /// The active uplink.
        uplink: UplinkId,
        /// Whether it could carry the vehicle.
        fits: bool,
    },
    /// The active uplink is lost and there is no other.
    Nowhere {
        /// The lost uplink; `None` when none was active.
        from: Option<UplinkId>,
    },
    /// The active uplink is lost, or there was none.
    Lost {
        /// The lost uplink.
        from: Option<UplinkId>,
        /// The best uplink that is left.
        to: UplinkId,
        /// Its signal.
        signal: Dbm,
    },
    /// The active uplink's reading is too old to decide anything.
    Stale {
        /// The active uplink.
        uplink: UplinkId,
        /// How old its reading is.
        #[serde(with = "crate::units::seconds")]
        age: Duration,
    },
    /// The active uplink fades while the tunnel still dials over it.
    FadingDial {
        /// The active uplink.
        from: UplinkId,
        /// Its signal.
        signal: Dbm,
        /// The other one.
        to: UplinkId,
        /// The other one's signal, less its hold-down.
        theirs: Dbm,
    },
    /// The tunnel of a swap to the active uplink is still dialing.
    Dialing {
        /// The active uplink.
        uplink: UplinkId,
    },
    /// The router gave the active uplink's association without a signal.
    NoSignal {
        /// The active uplink.
        uplink: UplinkId,
    },
    /// The swap to the active uplink did not bring the tunnel up, and another uplink may.
    SwapFailed {
        /// The active uplink.
        from: UplinkId,
        /// The other one.
        to: UplinkId,
        /// The other one's signal, less its hold-down.
        theirs: Dbm,
    },
    /// The tunnel went down by itself.
    TunnelDown {
        /// The active uplink.
        uplink: UplinkId,
        /// For how long the router has said so.
        #[serde(with = "crate::units::seconds")]
        down_for: Duration,
    },
    /// What is sent through the active uplink does not arrive, and another uplink may do better.
    Unhealthy {
        /// The active uplink.
        from: UplinkId,
        /// What its probes say.
        health: Health,
        /// The other one.
        to: UplinkId,
        /// The other one's signal, less its hold-down.
        theirs: Dbm,
    },
    /// Another uplink is on a network of a higher priority, which has been good for long enough.
    HigherPriority {
        /// The active uplink.
        from: UplinkId,
        /// The other one.
        to: UplinkId,
        /// The other one's signal.
        theirs: Dbm,
        /// For how long its network has been good.
        #[serde(with = "crate::units::seconds")]
        good_for: Duration,
    },
    /// The active uplink is above its limit.
    Good {
        /// The active uplink.
        uplink: UplinkId,
        /// Its signal.
        signal: Dbm,
        /// The signal at or below which it is left.
        limit: Dbm,
    },
    /// The active uplink is at or below its limit, and no other could carry the vehicle.
    Alone {
        /// The active uplink.
        uplink: UplinkId,
        /// Its signal.
        signal: Dbm,
        /// The signal at or below which it is left.
        limit: Dbm,
    },
    /// The active uplink is at or below its limit, and the best candidate does not do.
    Stay {
        /// The numbers.
        compared: Compared,
        /// Why it does not do.
        why: Stay,
    },
    /// The active uplink is at or below its limit, and the best candidate is better.
    Handover {
        /// The numbers.
        compared: Compared,
    },
    /// No radio can carry the vehicle, or the fallback in use cannot: a fallback takes over.
    Fallback {
        /// The uplink before; `None` when none was active.
        from: Option<UplinkId>,
        /// The fallback.
        to: UplinkId,
        /// What is wrong with the uplink before.
        why: TakesOver,
    },
    /// A fallback carries the vehicle.
    OnFallback {
        /// The fallback.
        uplink: UplinkId,
        /// A radio that is good, though not for long enough yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        returns: Option<UplinkId>,
    },
    /// A radio has been good for long enough to return to it from a fallback.
    Return {
        /// The fallback.
        from: UplinkId,
        /// The radio.
        to: UplinkId,
        /// Its signal, less its hold-down.
        signal: Dbm,
        /// For how long it has been good.
        #[serde(with = "crate::units::seconds")]
        good_for: Duration,
    },
}

/// What is wrong with an uplink that a fallback takes over from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum TakesOver {
    /// It is lost, or there was none.
    Lost,
    /// Nothing useful passes at its signal.
    Weak {
        /// Its signal.
        signal: Dbm,
    },
    /// What is sent through it does not arrive.
    Unhealthy {
        /// What its probes say.
        health: Health,
    },
    /// The tunnel did not come up over it.
    NotUp,
}

/// The active uplink beside the best candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The active uplink.
    pub from: UplinkId,
    /// The mean of its last readings.
    pub signal: Dbm,
    /// The average of those means that was held against the limit; `None` where the mean itself was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average: Option<Average>,
    /// The signal at or below which it is left.
    pub limit: Dbm,
    /// The candidate.
    pub to: UplinkId,
    /// The mean of its last readings, less its hold-down.
    pub theirs: Dbm,
}

/// A signal over more than a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Average {
    /// The average.
    pub signal: Dbm,
    /// About how far back it reaches: the time-to-trigger.
    #[serde(with = "crate::units::seconds")]
    pub over: Duration,
}

/// Why the best candidate does not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Stay {
    /// It is not better by the hysteresis.
    Close {
        /// By how much it must be better.
        hysteresis: Db,
    },
    /// It is below the floor.
    Weak {
        /// The least signal of a candidate.
        floor: Dbm,
    },
    /// A swap was just made.
    Dwell {
        /// How long the dwell lasts yet.
        #[serde(with = "crate::units::seconds")]
        left: Duration,
    },
    /// It has not been on its AP for long enough.
    Settling,
}

impl Stay {
    /// Whether it passes with time alone.
    #[must_use]
    pub fn passes(&self) -> bool {
        matches!(self, Stay::Dwell { .. } | Stay::Settling)
    }
}

/// A signal that moved by less between two sides of its limit is no news.
const NEWS_DB: u16 = 6;

impl Reason {
    /// Where it leads; `None` stays.
    #[must_use]
    pub fn swap_to(&self) -> Option<&UplinkId> {
        match self {
            Reason::Lost { to, .. }
            | Reason::FadingDial { to, .. }
            | Reason::SwapFailed { to, .. }
            | Reason::Unhealthy { to, .. }
            | Reason::Fallback { to, .. }
            | Reason::Return { to, .. }
            | Reason::HigherPriority { to, .. }
            | Reason::ByHand { to, .. } => Some(to),
            Reason::Handover { compared } => Some(&compared.to),
            _ => None,
        }
    }

    /// The same reason with another signal, where one signal and a limit are all of its numbers.
    #[must_use]
    pub fn with_signal(&self, signal: Dbm) -> Option<Reason> {
        let mut reason = self.clone();
        match &mut reason {
            Reason::Good { signal: old, .. } | Reason::Alone { signal: old, .. } => *old = signal,
            _ => return None,
        }
        Some(reason)
    }

    /// Whether another reason is of the same kind, so that a log reports only the edge between kinds.
    #[must_use]
    pub fn same_kind(&self, other: &Reason) -> bool {
        use std::mem::discriminant;
        match (self, other) {
            (Reason::Held { fits, .. }, Reason::Held { fits: other, .. }) => fits == other,
            (Reason::Stay { why, .. }, Reason::Stay { why: other, .. }) => discriminant(why) == discriminant(other),
            _ if discriminant(self) == discriminant(other) => true,
            (Reason::Good { .. }, _) | (_, Reason::Good { .. }) => {
                let moved = self.signal().zip(other.signal()).map(|(one, two)| one - two);
                moved.is_some_and(|moved| moved.0.unsigned_abs() < NEWS_DB)
            }
            _ => false,
        }
    }

    /// The active's signal, where the vehicle stays for the sake of signals.
    pub(crate) fn signal(&self) -> Option<Dbm> {
        match self {
            Reason::Good { signal, .. } | Reason::Alone { signal, .. } => Some(*signal),
            Reason::Stay { compared, .. } => Some(compared.signal),
            _ => None,
        }
    }
}

/// A duration for people.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} s", self.0.as_secs_f64())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::ByHand { to, signal: None, .. } => write!(f, "{to} was asked for by hand"),
            Reason::ByHand {
                to,
                signal: Some(signal),
                ..
            } => write!(f, "{to} {signal} was asked for by hand"),
            Reason::Held { uplink, fits: true } => write!(f, "{uplink} is held by hand"),
            Reason::Held { uplink, fits: false } => {
                write!(f, "{uplink} is held by hand, though it cannot carry the vehicle")
            }
            Reason::Nowhere { from: Some(from) } => write!(f, "{from} is lost and no other radio could take over"),
            Reason::Nowhere { from: None } => f.write_str("no uplink is active and no radio could become so"),
            Reason::Lost { from, to, signal } => {
                match from {
                    Some(from) => write!(f, "{from} is lost")?,
                    None => f.write_str("no uplink is active")?,
                }
                write!(f, "; {to} is authenticated at {signal}")
            }
            Reason::Stale { uplink, age } => write!(f, "the last reading of {uplink} is {} old", Seconds(*age)),
            Reason::FadingDial {
                from,
                signal,
                to,
                theirs,
            } => write!(
                f,
                "the tunnel still dials over {from}, which fades: {signal}; {to} {theirs}"
            ),
            Reason::Dialing { uplink } => write!(f, "the tunnel is dialing over {uplink}"),
            Reason::NoSignal { uplink } => write!(f, "{uplink} is associated, but the router gives no signal for it"),
            Reason::SwapFailed { from, to, theirs } => write!(
                f,
                "the tunnel did not come up over {from}; {to} {theirs}, its hold-down taken off, is next"
            ),
            Reason::TunnelDown { uplink, down_for } => write!(
                f,
                "the tunnel went down by itself over {uplink} and is still down after {}",
                Seconds(*down_for)
            ),
            Reason::Unhealthy {
                from,
                health,
                to,
                theirs,
            } => write!(f, "{health} through {from}; {to} {theirs}"),
            Reason::HigherPriority {
                from,
                to,
                theirs,
                good_for,
            } => write!(
                f,
                "{to} {theirs}, on a network that goes before that of {from} and has been good for {}",
                Seconds(*good_for)
            ),
            Reason::Good { uplink, signal, limit } => write!(f, "{uplink} {signal}, above {}", limit.0),
            Reason::Alone { uplink, signal, limit } => write!(
                f,
                "{uplink} {signal}, at or below {}, and no other radio could carry the vehicle",
                limit.0
            ),
            Reason::Stay { compared, why } => write!(f, "{compared}: {why}"),
            Reason::Handover { compared } => write!(f, "{compared}"),
            Reason::Fallback { from, to, why } => {
                match (from, why) {
                    (None, _) => f.write_str("no uplink is active"),
                    (Some(from), TakesOver::Lost) => write!(f, "{from} is lost"),
                    (Some(from), TakesOver::Weak { signal }) => {
                        write!(f, "{from} {signal}, where nothing useful passes")
                    }
                    (Some(from), TakesOver::Unhealthy { health }) => write!(f, "{health} through {from}"),
                    (Some(from), TakesOver::NotUp) => write!(f, "the tunnel did not come up over {from}"),
                }?;
                write!(f, ", and no radio could carry the vehicle; {to} takes over")
            }
            Reason::OnFallback { uplink, returns: None } => write!(f, "{uplink} carries the vehicle; no radio is good"),
            Reason::OnFallback {
                uplink,
                returns: Some(radio),
            } => write!(
                f,
                "{uplink} carries the vehicle; {radio} is good, but not for long enough to return"
            ),
            Reason::Return {
                from,
                to,
                signal,
                good_for,
            } => write!(
                f,
                "{to} {signal} has been good for {}; back from {from}",
                Seconds(*good_for)
            ),
        }
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, ", self.from, self.signal)?;
        if let Some(Average { signal, over }) = &self.average {
            write!(f, "{} over {}, ", signal.0, Seconds(*over))?;
        }
        write!(f, "at or below {}; {} {}, ", self.limit.0, self.to, self.theirs)?;
        let by = self.theirs - self.signal;
        let word = if by < Db(0) { "worse" } else { "better" };
        write!(f, "{} {word}", Db(by.0.saturating_abs()))
    }
}

impl fmt::Display for Stay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stay::Close { hysteresis } => write!(f, "a swap needs {hysteresis}"),
            Stay::Weak { floor } => write!(f, "a swap needs {floor}"),
            Stay::Dwell { left } => write!(f, "dwelling for {} more", Seconds(*left)),
            Stay::Settling => f.write_str("it has not been on its AP for long enough"),
        }
    }
}
