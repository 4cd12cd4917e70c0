//! Who drives a vehicle.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;
use tracing::{Span, info_span};

use crate::sim::{Controller, TunnelKind};

/// Who drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Driver {
    /// This agent, over WireGuard.
    TikroamWireguard,
    /// This agent, over PPTP.
    Tikroam,
    /// This agent with a single radio, over WireGuard.
    TikroamWireguardOne,
    /// This agent with three radios, over WireGuard.
    TikroamWireguardThree,
    /// This agent with a single radio, over PPTP.
    TikroamOne,
    /// This agent with three radios, over PPTP.
    TikroamThree,
    /// The router's own failover between two roaming radios, made quick, over WireGuard.
    Failover,
    /// The same with the values that a router comes with.
    FailoverStock,
    /// One radio that roams by itself, over WireGuard.
    SingleRadioWireguard,
    /// The script on the router, over PPTP.
    Script,
    /// One radio that roams by itself, over PPTP.
    SingleRadio,
}

impl Driver {
    /// Those of the demo, in its order.
    pub const DEMO: [Driver; 6] = [
        Driver::TikroamWireguard,
        Driver::Tikroam,
        Driver::Failover,
        Driver::SingleRadioWireguard,
        Driver::Script,
        Driver::SingleRadio,
    ];

    /// Those of the demo, and failover as a router comes with it: each has two radios, or could have.
    pub const USUAL: [Driver; 7] = [
        Driver::TikroamWireguard,
        Driver::Tikroam,
        Driver::Failover,
        Driver::FailoverStock,
        Driver::SingleRadioWireguard,
        Driver::Script,
        Driver::SingleRadio,
    ];

    /// Whether this is the agent, so that it drives over the API.
    #[must_use]
    pub fn is_agent(self) -> bool {
        self.controller() == Controller::None
    }

    /// How many client radios its vehicle has; one that a single radio drives has another, which is off.
    #[must_use]
    pub fn radios(self) -> usize {
        match self {
            Driver::TikroamWireguardOne | Driver::TikroamOne => 1,
            Driver::TikroamWireguardThree | Driver::TikroamThree => 3,
            _ => 2,
        }
    }

    /// The tunnel of its vehicle.
    #[must_use]
    pub fn tunnel(self) -> TunnelKind {
        match self {
            Driver::TikroamWireguard
            | Driver::TikroamWireguardOne
            | Driver::TikroamWireguardThree
            | Driver::Failover
            | Driver::FailoverStock
            | Driver::SingleRadioWireguard => TunnelKind::Wireguard,
            Driver::Tikroam | Driver::TikroamOne | Driver::TikroamThree | Driver::Script | Driver::SingleRadio => {
                TunnelKind::Pptp
            }
        }
    }

    /// What it is, for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Driver::TikroamWireguard => "this agent with two radios, over WireGuard",
            Driver::Tikroam => "this agent with two radios, over PPTP",
            Driver::TikroamWireguardOne => "this agent with a single radio, over WireGuard",
            Driver::TikroamWireguardThree => "this agent with three radios, over WireGuard",
            Driver::TikroamOne => "this agent with a single radio, over PPTP",
            Driver::TikroamThree => "this agent with three radios, over PPTP",
            Driver::Failover => {
                "two radios that roam by themselves, and the router's own checks of both, over WireGuard"
            }
            Driver::FailoverStock => "the same with the values that a router comes with",
            Driver::SingleRadioWireguard => "one radio that roams by itself, over WireGuard",
            Driver::Script => "the script on the router with two radios, over PPTP",
            Driver::SingleRadio => "one radio that roams by itself, over PPTP",
        }
    }

    /// What drives the simulated router beside its API.
    pub(super) fn controller(self) -> Controller {
        match self {
            Driver::TikroamWireguard
            | Driver::TikroamWireguardOne
            | Driver::TikroamWireguardThree
            | Driver::Tikroam
            | Driver::TikroamOne
            | Driver::TikroamThree => Controller::None,
            Driver::Failover => Controller::FailoverTuned,
            Driver::FailoverStock => Controller::FailoverStock,
            Driver::SingleRadioWireguard | Driver::SingleRadio => Controller::SingleRadio,
            Driver::Script => Controller::Script,
        }
    }

    /// What an agent's configuration says beside the example's.
    pub(super) fn keys(self) -> impl Iterator<Item = (String, String)> {
        let keys: &[(&str, &str)] = match self.tunnel() {
            TunnelKind::Wireguard => &[("TUNNEL__KIND", "wireguard"), ("TUNNEL__INTERFACE", "WG_to_Office")],
            _ => &[],
        };
        keys.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
    }

    /// The name before each line of an agent's log.
    pub(super) fn span(self) -> Span {
        match self {
            Driver::TikroamWireguard => info_span!("tikroam-wireguard"),
            Driver::TikroamWireguardOne => info_span!("tikroam-wireguard-one"),
            Driver::TikroamWireguardThree => info_span!("tikroam-wireguard-three"),
            Driver::TikroamOne => info_span!("tikroam-one"),
            Driver::TikroamThree => info_span!("tikroam-three"),
            _ => info_span!("tikroam"),
        }
    }
}

impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.pad(value.as_ref().map_or("", |value| value.get_name()))
    }
}
