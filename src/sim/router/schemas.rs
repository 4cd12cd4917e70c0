//! Every menu of the router with its verbs and properties.

mod firewall;
mod interfaces;
mod ip;
mod ppp;
mod system;
mod tunnels;
mod wireless;

use std::borrow::Cow;

use super::menus::{Menu, Schema};
use crate::sim::settings::RouterOs;

/// Every menu, in the order of [`Menu`].
pub(crate) static SCHEMAS: &[Schema] = &[
    system::IDENTITY,
    system::RESOURCE,
    system::ROUTERBOARD,
    system::PACKAGE,
    system::CLOCK,
    interfaces::INTERFACE,
    interfaces::ETHERNET,
    interfaces::BRIDGE,
    interfaces::BRIDGE_PORT,
    wireless::WIRELESS,
    wireless::REGISTRATION,
    wireless::CONNECT_LIST,
    wireless::SECURITY_PROFILES,
    wireless::WIFI,
    wireless::WIFI_REGISTRATION,
    wireless::WIFI_CONFIGURATION,
    wireless::WIFI_SECURITY,
    wireless::WIFI_CHANNEL,
    tunnels::PPTP,
    tunnels::L2TP,
    tunnels::SSTP,
    tunnels::OVPN,
    interfaces::LTE,
    tunnels::WIREGUARD,
    tunnels::WIREGUARD_PEERS,
    ip::ADDRESS,
    ip::ROUTE,
    ip::DHCP_CLIENT,
    firewall::NAT,
    firewall::CONNECTION,
    ip::SERVICE,
    system::LOG,
    system::USER,
    system::USER_GROUP,
    system::USER_ACTIVE,
    system::SCRIPT,
    system::SCHEDULER,
    system::NETWATCH,
    system::TOOL,
    system::ROOT,
    system::CPU,
    system::PACKAGE_UPDATE,
    system::HEALTH_SIX,
    system::HEALTH,
    system::NOTE,
    interfaces::LIST,
    interfaces::LIST_MEMBER,
    interfaces::VLAN,
    interfaces::POE,
    ip::ARP,
    ip::NEIGHBOR,
    ip::DNS,
    ip::DNS_CACHE,
    ip::POOL,
    ip::POOL_USED,
    ip::DHCP_SERVER,
    ip::DHCP_NETWORK,
    ip::DHCP_LEASE,
    ip::CLOUD,
    firewall::FILTER,
    firewall::MANGLE,
    firewall::RAW,
    firewall::ADDRESS_LIST,
    firewall::TRACKING,
    ppp::PROFILE,
    ppp::SECRET,
    ppp::ACTIVE,
    ppp::AAA,
    ppp::SIMPLE,
    ppp::TREE,
    interfaces::CAPSMAN_RADIO,
    interfaces::CAPSMAN_REGISTRATION,
    interfaces::CAPSMAN_INTERFACE,
    wireless::WIFI_REMOTE_CAP,
    interfaces::BRIDGE_HOST,
    interfaces::BRIDGE_VLAN,
    ip::NEIGHBOR_SIX,
    ip::CONNECTION_SIX,
    ip::VRF,
    system::SNMP,
    system::SNMP_COMMUNITY,
    system::NTP,
    ip::BGP_CONNECTION,
    ip::BGP_SESSION,
];

impl Menu {
    /// Its schema.
    pub(crate) fn schema(self) -> &'static Schema {
        &SCHEMAS[self as usize]
    }
}

/// The path under which the menus of the newer radios are written down.
const WIFI: &str = "/interface/wifi";

/// A menu's path in a version; `None` where it is not there.
fn path(schema: &'static Schema, version: RouterOs) -> Option<Cow<'static, str>> {
    let there = schema.only.is_none_or(|only| only.has(version));
    let newer = schema.path.strip_prefix(WIFI).zip(version.data().wifi);
    there.then(|| {
        newer.map_or(Cow::Borrowed(schema.path), |(rest, name)| {
            Cow::Owned(format!("{name}{rest}"))
        })
    })
}

/// The menu and verb of a command.
///
/// # Errors
///
/// The word that is no menu of this version; `None` when only the verb is unknown.
pub(crate) fn find(command: &str, version: RouterOs) -> Result<(&'static Schema, &str), Option<&str>> {
    let (wanted, verb) = command.rsplit_once('/').ok_or(Some(command))?;
    let there = SCHEMAS
        .iter()
        .filter_map(|schema| Some((schema, path(schema, version)?)));
    match there.clone().find(|(_, path)| path == wanted) {
        Some((schema, _)) if schema.has(verb) => Ok((schema, verb)),
        Some(_) => Err(None),
        None => {
            let mut end = 0;
            for part in wanted.split('/').skip(1) {
                end += 1 + part.len();
                let branch = &wanted[..end];
                let leads = |path: &str| {
                    path.strip_prefix(branch)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                if !there.clone().any(|(_, path)| leads(&path)) {
                    return Err(Some(part));
                }
            }
            Err(None)
        }
    }
}
