//! Why the mind decided as it did, with the numbers.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::handover::health::Health;
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
    /// The active uplink is above its trigger.
    Good {
        /// The active uplink.
        uplink: UplinkId,
        /// Its signal.
        signal: Dbm,
        /// Its trigger.
        trigger: Dbm,
    },
    /// The active uplink is at or below its trigger, and there is a reason to stay.
    Below {
        /// The active uplink.
        uplink: UplinkId,
        /// Its signal.
        signal: Dbm,
        /// Its trigger.
        trigger: Dbm,
        /// For how long.
        below_for: Duration,
        /// The reason to stay.
        why: Stay,
    },
    /// The active uplink is at or below its trigger and a better one is there.
    Handover {
        /// The active uplink.
        from: UplinkId,
        /// Its signal.
        signal: Dbm,
        /// Its trigger.
        trigger: Dbm,
        /// For how long it was at or below.
        below_for: Duration,
        /// The better uplink.
        to: UplinkId,
        /// The better one's signal, less its hold-down.
        theirs: Dbm,
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

/// Why a weak uplink is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Stay {
    /// Not below for long enough.
    TimeToTrigger,
    /// A swap was just made.
    Dwell {
        /// How long the dwell lasts yet.
        left: Duration,
    },
    /// No other uplink is authenticated on a configured network.
    NoCandidate,
    /// The best candidate is not above the floor.
    Floor {
        /// The best candidate.
        candidate: UplinkId,
        /// Its signal, less its hold-down.
        signal: Dbm,
    },
    /// The best candidate is not better by the hysteresis.
    Hysteresis {
        /// The best candidate.
        candidate: UplinkId,
        /// Its signal, less its hold-down.
        signal: Dbm,
    },
    /// The best candidate has not been on its AP for long enough.
    Settling {
        /// The best candidate.
        candidate: UplinkId,
        /// How long it has been.
        settled: Duration,
    },
}

impl Reason {
    /// Whether another reason is of the same kind, so that a log tells only the edge between kinds.
    #[must_use]
    pub fn same_kind(&self, other: &Reason) -> bool {
        use std::mem::discriminant;
        match (self, other) {
            (Reason::Below { why, .. }, Reason::Below { why: other, .. }) => discriminant(why) == discriminant(other),
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
            Reason::Below {
                uplink,
                signal,
                trigger,
                below_for,
                why,
            } => {
                write!(
                    f,
                    "{uplink} {signal}, at or below {} for {}; {why}",
                    trigger.0,
                    seconds(below_for)
                )
            }
            Reason::Handover {
                from,
                signal,
                trigger,
                below_for,
                to,
                theirs,
            } => write!(
                f,
                "{from} {signal}, at or below {} for {}; {to} {theirs}, {} better",
                trigger.0,
                seconds(below_for),
                *theirs - *signal
            ),
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

impl fmt::Display for Stay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stay::TimeToTrigger => write!(f, "not for long enough"),
            Stay::Dwell { left } => write!(f, "dwelling for {} more", seconds(left)),
            Stay::NoCandidate => write!(f, "no other radio is authenticated on another AP"),
            Stay::Floor { candidate, signal } => write!(f, "{candidate} {signal} is not above the floor"),
            Stay::Hysteresis { candidate, signal } => write!(f, "{candidate} {signal} is not better by the hysteresis"),
            Stay::Settling { candidate, settled } => {
                write!(f, "{candidate} has been on its AP for only {}", seconds(settled))
            }
        }
    }
}
