//! Why the mind decided as it did, with the numbers.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::handover::health::Health;
use crate::handover::policy::Worth;
use crate::names::UplinkId;
use crate::units::Dbm;

/// Why the mind stays or goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reason {
    /// The active uplink's reading is too old to decide anything.
    Stale {
        /// The active uplink.
        uplink: UplinkId,
        /// How old its reading is.
        age: Duration,
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
    /// The active uplink is above its trigger, and no other is worth a thought.
    Good {
        /// The active uplink.
        uplink: UplinkId,
        /// Its signal.
        signal: Dbm,
        /// Its trigger.
        trigger: Dbm,
    },
    /// The active uplink is at or below its trigger, and no other could carry the vehicle: there is none, or it is as good
    /// as gone.
    Alone {
        /// The active uplink.
        uplink: UplinkId,
        /// Its signal.
        signal: Dbm,
        /// Its trigger.
        trigger: Dbm,
    },
    /// Staying was weighed against going.
    Stay {
        /// The numbers; the uplink of the best other access point among them.
        weighed: Weighed,
        /// Why it stays.
        why: Stay,
    },
    /// Going is worth more than staying.
    Handover {
        /// The numbers.
        weighed: Weighed,
    },
    /// The active uplink is lost, or there was none.
    Lost {
        /// The lost uplink.
        from: Option<UplinkId>,
        /// The best uplink that is left.
        to: UplinkId,
        /// Its signal.
        signal: Option<Dbm>,
    },
    /// The tunnel went down by itself.
    TunnelDown {
        /// The active uplink.
        uplink: UplinkId,
        /// Its signal.
        signal: Option<Dbm>,
        /// For how long the router has said so.
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
    /// The swap to the active uplink did not bring the tunnel up, and another uplink may.
    SwapFailed {
        /// The active uplink.
        from: UplinkId,
        /// The other one.
        to: UplinkId,
        /// The other one's signal, less its hold-down.
        theirs: Dbm,
    },
    /// The active uplink is lost and there is no other.
    Nowhere {
        /// The lost uplink.
        from: Option<UplinkId>,
    },
}

/// What staying and going are worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighed {
    /// The active uplink.
    pub from: UplinkId,
    /// Its signal.
    pub signal: Dbm,
    /// What staying is worth.
    pub stay: Worth,
    /// The best other uplink.
    pub to: UplinkId,
    /// Its signal; `None` when the router gave none.
    pub theirs: Option<Dbm>,
    /// What going there is worth, the dark of the swap taken off.
    pub go: Worth,
    /// How long a swap of this vehicle is dark: the median of the last ones.
    pub dark: Duration,
    /// How many moments of this drive looked like this one.
    pub alike: u32,
}

/// Why the vehicle stays where staying was weighed against going.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Stay {
    /// Going is not worth enough more, or will be worth more some seconds later.
    NotWorthIt,
    /// A swap was just made.
    Dwell {
        /// How long the dwell lasts yet.
        left: Duration,
    },
    /// The best candidate has not been on its AP for long enough.
    Settling,
}

/// A signal that moved by less between two sides of the trigger is told as one.
const NEWS_DB: u16 = 6;

impl Reason {
    /// Whether another reason is of the same kind, so that a log tells only the edge between kinds.
    #[must_use]
    pub fn same_kind(&self, other: &Reason) -> bool {
        use std::mem::discriminant;
        match (self, other) {
            // A signal that wanders about the trigger is no news.
            (Reason::Good { signal, .. }, Reason::Alone { signal: other, .. })
            | (Reason::Alone { signal, .. }, Reason::Good { signal: other, .. }) => {
                (*signal - *other).0.unsigned_abs() < NEWS_DB
            }
            (Reason::Stay { why, .. }, Reason::Stay { why: other, .. }) => discriminant(why) == discriminant(other),
            _ => discriminant(self) == discriminant(other),
        }
    }
}

fn seconds(duration: &Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Stale { uplink, age } => write!(f, "{uplink} was last read {} ago", seconds(age)),
            Reason::Dialing { uplink } => write!(f, "the tunnel is dialing over {uplink}"),
            Reason::NoSignal { uplink } => write!(f, "{uplink} is associated, but the router gives no signal for it"),
            Reason::Good {
                uplink,
                signal,
                trigger,
            } => write!(f, "{uplink} {signal}, above {}", trigger.0),
            Reason::Alone {
                uplink,
                signal,
                trigger,
            } => write!(
                f,
                "{uplink} {signal}, at or below {}, and no other radio could carry the vehicle",
                trigger.0
            ),
            Reason::Stay { weighed, why } => write!(f, "{weighed}; {why}"),
            Reason::Handover { weighed } => write!(f, "{weighed}"),
            Reason::Lost { from, to, signal } => {
                match from {
                    Some(from) => write!(f, "{from} is lost")?,
                    None => write!(f, "no uplink is active")?,
                }
                write!(f, "; {to} is authenticated")?;
                signal.map_or(Ok(()), |signal| write!(f, " at {signal}"))
            }
            Reason::TunnelDown { uplink, down_for, .. } => {
                write!(
                    f,
                    "the tunnel went down by itself over {uplink} and is still down after {}",
                    seconds(down_for)
                )
            }
            Reason::Unhealthy {
                from,
                health,
                to,
                theirs,
            } => {
                write!(f, "{health} through {from}; {to} {theirs}")
            }
            Reason::FadingDial {
                from,
                signal,
                to,
                theirs,
            } => write!(
                f,
                "the tunnel still dials over {from}, which fades: {signal}; {to} {theirs}"
            ),
            Reason::SwapFailed { from, to, theirs } => {
                write!(
                    f,
                    "the tunnel did not come up over {from}; {to} {theirs}, its hold-down taken off, is next"
                )
            }
            Reason::Nowhere { from: Some(from) } => write!(f, "{from} is lost and no other radio is authenticated"),
            Reason::Nowhere { from: None } => write!(f, "no uplink is active and no radio is authenticated"),
        }
    }
}

impl fmt::Display for Weighed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} is worth {}; {}", self.from, self.signal, self.stay, self.to)?;
        if let Some(theirs) = self.theirs {
            write!(f, " {theirs}")?;
        }
        write!(f, " is worth {} after {} of dark", self.go, seconds(&self.dark))?;
        match self.alike {
            0 => Ok(()),
            1 => f.write_str(" (as once before on this drive)"),
            times => write!(f, " (as {times} times before on this drive)"),
        }
    }
}

impl fmt::Display for Stay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stay::NotWorthIt => f.write_str("staying"),
            Stay::Dwell { left } => write!(f, "dwelling for {} more", seconds(left)),
            Stay::Settling => f.write_str("it has not been on its AP for long enough"),
        }
    }
}
