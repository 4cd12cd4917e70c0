//! Orders of people to the running agent, and why one is refused.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::oneshot;

use crate::names::{InterfaceName, UplinkId};

/// An order that waits for the agent.
#[derive(Debug)]
pub struct Order {
    /// What is to be done.
    pub what: What,
    /// Who asks.
    pub by: String,
    /// Why, as they say.
    pub why: Option<String>,
    /// What the agent answers: what it does now.
    pub answer: oneshot::Sender<Result<String, Refusal>>,
}

/// An order as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What is to be done.
    #[serde(flatten)]
    pub what: What,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What a person asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "kebab-case")]
pub enum What {
    /// Stay on an uplink.
    Hold {
        /// The uplink's interface.
        uplink: String,
        /// For how long; without it until the next `auto`, or the end of the agent.
        #[serde(
            default,
            with = "humantime_serde",
            rename = "for",
            skip_serializing_if = "Option::is_none"
        )]
        length: Option<Duration>,
    },
    /// Let the agent choose again.
    Auto,
    /// Go to an uplink once.
    Swap {
        /// The uplink's interface.
        uplink: String,
    },
}

/// Why an order is refused.
#[derive(Debug, Error)]
pub enum Refusal {
    /// There is no uplink of that name.
    #[error("`{name}` is no radio or fallback of the configuration")]
    NoSuch {
        /// The name.
        name: InterfaceName,
        /// The names that there are.
        there: String,
    },
    /// The agent has no session with the router.
    #[error("the agent has no session with the router")]
    NoSession,
    /// The agent writes nothing.
    #[error("the agent is on a dry run and changes nothing")]
    DryRun,
    /// The radio is on no access point.
    #[error("{0} is not on any AP")]
    NotAssociated(UplinkId),
    /// The key exchange did not finish.
    #[error("{0} is not authenticated on its AP")]
    NotAuthenticated(UplinkId),
    /// The access point is of no configured network.
    #[error("{0} is on an AP of no configured network")]
    Stranger(UplinkId),
    /// The network gave no address.
    #[error("{0} has no address by DHCP")]
    NoAddress(UplinkId),
    /// The fallback is down.
    #[error("fallback {0} is down")]
    Down(UplinkId),
    /// The uplink is active.
    #[error("{0} carries the vehicle already")]
    Already(UplinkId),
    /// Another order holds the vehicle.
    #[error("{0} is held")]
    Held(UplinkId),
    /// The router refused the last change.
    #[error("the router refused the last change; the next one is tried in {:.1} s", .0.as_secs_f64())]
    Waiting(Duration),
}

impl Refusal {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Refusal::NoSuch { there, .. } => format!("there are {there}"),
            Refusal::NoSession => "`tikroam status` says since when; look at the router's power and cable".to_owned(),
            Refusal::DryRun => "start it without --dry-run".to_owned(),
            Refusal::Already(_) => "`tikroam hold` keeps it there".to_owned(),
            Refusal::Held(_) => "`tikroam auto` releases it".to_owned(),
            Refusal::Waiting(_) => "the log says what was refused".to_owned(),
            _ => "`tikroam status` shows where each radio is".to_owned(),
        }
    }
}
