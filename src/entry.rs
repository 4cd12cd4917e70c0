//! One line of the journal, for programs: what was seen, what was decided, how swaps went.
//!
//! Every observation that reached a decision is in it, and the rules of that decision, so that a replay decides exactly
//! the same. It therefore stands above the handover, whose rules and decisions it holds, and not beside the observation.

use std::net::Ipv4Addr;
use std::time::Duration;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::handover::settings::Rules;
use crate::handover::{Decision, Handover};
use crate::names::{Ssid, UplinkId};
use crate::observation::Observation;
use crate::units::Moment;

/// The version of the lines' form; a reader refuses others.
pub const VERSION: u32 = 2;

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// [`VERSION`].
    pub v: u32,
    /// When, on the agent's own clock.
    pub at: Moment,
    /// When, for people: RFC 3339.
    pub time: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The agent began, with nothing remembered.
    Began {
        /// The vehicle's name, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vehicle: Option<String>,
        /// The program's version.
        version: String,
        /// What its decisions depend on besides what is seen.
        rules: Rules,
    },
    /// A decision was made.
    Step {
        /// What was seen.
        seen: Observation,
        /// What was decided.
        decision: Decision,
    },
    /// A session with the router began.
    Connected {
        /// The router's name.
        identity: String,
        /// Its RouterOS version.
        version: String,
    },
    /// The session with the router ended.
    Disconnected {
        /// Why.
        cause: String,
    },
    /// The journal could not be written before this.
    Missing {
        /// How many entries are lost.
        entries: u64,
    },
    /// A probe through the tunnel was answered for the first time, or again.
    Reachable {
        /// How long the vehicle was not reachable before; `None` at the first time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Duration>,
    },
    /// Several probes in a row were lost, or there is no way out.
    NotReachable {
        /// When that began.
        since: Moment,
    },
    /// So much went over a fallback uplink since the entry before of this kind.
    Carried {
        /// The fallback.
        uplink: UplinkId,
        /// Bytes received.
        received: u64,
        /// Bytes sent.
        sent: u64,
    },
    /// A radio or a fallback got an address by DHCP, lost it, waited for one in vain, or got one that it does not use.
    Lease {
        /// The radio or the fallback.
        radio: UplinkId,
        /// The radio's network; `None` for a fallback.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        network: Option<Ssid>,
        /// The address with its mask and the gateway; `None` when there is none.
        lease: Option<(Ipv4Net, Ipv4Addr)>,
        /// What the address overlaps, so that it is not used.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        overlaps: Option<String>,
    },
    /// A swap ended.
    Swapped {
        /// The uplink before; `None` when none was active.
        from: Option<UplinkId>,
        /// The uplink now.
        to: UplinkId,
        /// How many calls it took.
        calls: usize,
        /// From the decision to the last call's answer.
        router: Duration,
        /// From the tunnel's end to its return; `None` when it did not return in its patience.
        dark: Option<Duration>,
    },
}

/// Why a journal cannot be replayed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReplayError {
    /// A step decided otherwise.
    #[error("line {line}: decided {now:?}, but the journal says {then:?}")]
    Differs {
        /// Which entry, from 1.
        line: usize,
        /// What the journal says.
        then: Box<Decision>,
        /// What was decided now.
        now: Box<Decision>,
    },
    /// A line of another version.
    #[error("line {line}: version {version}, this program reads {VERSION}")]
    Version {
        /// Which entry, from 1.
        line: usize,
        /// Its version.
        version: u32,
    },
}

/// Decides every step again and counts them. Steps before the first [`Event::Began`] are passed over: the journal was
/// rotated there and what was remembered is gone. So are steps after entries that are missing, until the next one.
///
/// # Errors
///
/// [`ReplayError`] at the first step that decides otherwise, or a line of another version.
pub fn replay(entries: impl IntoIterator<Item = Entry>) -> Result<usize, ReplayError> {
    let mut handover: Option<Handover> = None;
    let mut steps = 0;
    for (index, entry) in entries.into_iter().enumerate() {
        let line = index + 1;
        if entry.v != VERSION {
            return Err(ReplayError::Version { line, version: entry.v });
        }
        match entry.event {
            Event::Began { rules, .. } => handover = Some(Handover::new(rules)),
            Event::Step { seen, decision } => {
                let Some(handover) = &mut handover else { continue };
                let now = handover.step(entry.at, &seen);
                if now != decision {
                    return Err(ReplayError::Differs {
                        line,
                        then: Box::new(decision),
                        now: Box::new(now),
                    });
                }
                steps += 1;
            }
            Event::Missing { .. } => handover = None,
            Event::Connected { .. }
            | Event::Disconnected { .. }
            | Event::Reachable { .. }
            | Event::NotReachable { .. }
            | Event::Carried { .. }
            | Event::Lease { .. }
            | Event::Swapped { .. } => {}
        }
    }
    Ok(steps)
}
