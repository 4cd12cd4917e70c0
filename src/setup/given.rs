//! What the commands are made from, and what of it the configuration lacks.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use thiserror::Error;

use crate::config::Config;
use crate::names::InterfaceName;
use crate::routeros::{RadioMenu, TunnelKind};

/// A vehicle with everything that its router's commands need.
pub(super) struct Vehicle<'a> {
    pub(super) config: &'a Config,
    pub(super) menu: RadioMenu,
    pub(super) pc: Ipv4Addr,
    /// The API's port.
    pub(super) port: String,
}

impl Vehicle<'_> {
    pub(super) fn radios(&self) -> impl Iterator<Item = &InterfaceName> {
        self.config.radios().iter().map(|radio| &radio.interface)
    }

    /// The name of a network's key in the script.
    pub(super) fn key_of(number: usize) -> String {
        format!("networkKey{}", number + 1)
    }
}

/// One vehicle, as the office sees it.
pub(super) struct Called {
    pub(super) kind: TunnelKind,
    pub(super) name: String,
    /// Its end of the tunnel.
    pub(super) address: Ipv4Addr,
    /// The office's end.
    pub(super) office_end: Ipv4Addr,
    /// The wired network in the vehicle.
    pub(super) network: String,
    /// Where vehicles find the office.
    pub(super) office: String,
}

/// The wired network inside the vehicle.
pub(super) fn vehicle_network(config: &Config) -> Option<ipnet::Ipv4Net> {
    let router: Option<SocketAddr> = config.router().address().parse().ok();
    let around = router.and_then(|router| match router.ip() {
        std::net::IpAddr::V4(ip) => ipnet::Ipv4Net::new(ip, 24).ok(),
        std::net::IpAddr::V6(_) => None,
    });
    config.setup().vehicle_network.or(around.map(|net| net.trunc()))
}

/// A value that the configuration does not have, or that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// The key, such as `setup.pc`.
    pub key: &'static str,
    /// What is wrong.
    pub what: String,
    /// What to write.
    pub hint: String,
}

/// Everything that the commands need and the configuration lacks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct Lacks(pub Vec<Lack>);

impl fmt::Display for Lacks {
    /// One line for each, and its hint on the next.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|lack| format!("{}: {}\n  hint: {}", lack.key, lack.what, lack.hint))
            .collect();
        f.write_str(&lines.join("\n"))
    }
}

impl Lack {
    /// A key that must be there.
    pub(super) fn needed(key: &'static str, example: &str) -> Self {
        let name = key.rsplit('.').next().unwrap_or(key);
        Lack {
            key,
            what: "is not given".to_owned(),
            hint: format!("write `{name} = {example}` under [setup] in agent.toml"),
        }
    }
}
