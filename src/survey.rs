//! How a router is set up: `Survey` is the whole neighbourhood of the managed items, strangers' items included;
//! `Inspection` is what only `check` asks for; `Surroundings` is what a running agent looks at again.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use ipnet::Ipv4Net;

use crate::names::{Escaped, InterfaceName};
use crate::routeros::{RadioMenu, Trap};
use crate::snapshot::{AddressItem, ClientItem, RadioProfile, RadioSettings, RouteItem, RuleItem, TunnelItem};
use crate::units::Moment;

/// The router as far as it concerns the agent and as far as the API user may read it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Survey {
    /// When it was asked for.
    pub at: Moment,
    /// The router's name; empty when not readable.
    pub identity: String,
    /// Packages that are listed, also those that are only available.
    pub packages: Vec<Package>,
    /// Every address item, in any state.
    pub addresses: Vec<AddressItem>,
    /// Every default route of the main table, static and made by the router.
    pub routes: Vec<RouteItem>,
    /// Every interface.
    pub interfaces: Vec<Interface>,
    /// The menu that lists the configured radios; the legacy one where none does.
    pub menu: RadioMenu,
    /// Every radio in that menu, virtual ones included; empty when the router has no such menu.
    pub radios: Vec<RadioItem>,
    /// The settings that steer the configured radios, in a menu without a connect-list.
    pub settings: Vec<RadioSettings>,
    /// The profiles that say how to join a network, in a menu without a connect-list.
    pub profiles: Vec<RadioProfile>,
    /// Every bridge port.
    pub ports: Vec<BridgePort>,
    /// The whole connect-list in its order.
    pub rules: Vec<RuleItem>,
    /// The managed tunnel; `None` when the router has none of that name and kind.
    pub tunnel: Option<TunnelItem>,
    /// What static routes lead into the tunnel.
    pub behind_tunnel: Vec<Ipv4Net>,
    /// DHCP clients, strangers' included; not read where no addresses come by DHCP.
    pub clients: Vec<ClientItem>,
    /// Radios in the other menus; looked for only where a configured radio is not in the legacy one.
    pub elsewhere: Vec<(RadioMenu, InterfaceName)>,
    /// What the API user may do; `None` when the router does not show it.
    pub user: Option<UserRights>,
    /// Rows that could not be read.
    pub unread: usize,
    /// Readings that the router refused; their part is empty here.
    pub refused: Vec<Refusal>,
}

/// The items of each menu with all their properties, as the router writes them; a menu that it does not show is not there.
pub type Items = BTreeMap<String, Vec<BTreeMap<String, String>>>;

/// A package of the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Such as `wireless`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Whether it is in use: neither disabled nor merely available for download.
    pub in_use: bool,
}

/// An interface of the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Its name.
    pub name: InterfaceName,
    /// Its type, such as `ether`, `wlan`, `pptp-out`.
    pub kind: String,
    /// Whether it is up.
    pub running: bool,
    /// Whether it is out of use by configuration.
    pub disabled: bool,
}

/// A radio's own settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RadioItem {
    /// Its name.
    pub name: InterfaceName,
    /// Its mode, such as `station` or `ap-bridge`.
    pub mode: String,
    /// The network in its own settings; when not empty, connect-list rules that name one do not count. In the other menus
    /// it is the network that it looks for.
    pub ssid: Vec<u8>,
    /// Where it listens, such as `2ghz-b/g/n`.
    pub band: String,
    /// Where it looks for networks, such as `default`.
    pub scan_list: String,
    /// The security profile in its own settings.
    pub security_profile: String,
    /// Whether it connects where no rule matches; the legacy menu only.
    pub default_authentication: bool,
    /// Whether the router lets it roam by itself.
    pub roams: bool,
    /// The configuration profile that it takes what it does not set itself from; empty in the legacy menu.
    pub configuration: String,
    /// The radio that a virtual one rides on.
    pub master: Option<InterfaceName>,
    /// Whether it is out of use by configuration.
    pub disabled: bool,
}

/// An interface within a bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BridgePort {
    /// The interface.
    pub interface: InterfaceName,
    /// The bridge.
    pub bridge: InterfaceName,
    /// Whether the membership is out of use.
    pub disabled: bool,
}

/// What the API user may do on the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRights {
    /// The user's group.
    pub group: String,
    /// The policies that the group grants, such as `api` and `write`.
    pub policies: Vec<String>,
    /// The addresses that the user may come from, as written; empty for any.
    pub from: String,
}

/// A session of the API user on the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSession {
    /// Where it comes from; empty for the console.
    pub address: String,
    /// Such as `api` or `winbox`.
    pub via: String,
    /// When it began, as the router writes it.
    pub since: String,
}

impl UserSession {
    /// Whether it speaks the API.
    #[must_use]
    pub fn is_api(&self) -> bool {
        self.via.starts_with("api")
    }
}

/// What beside the managed items decides whether the vehicle goes out as it should: cheap enough to read while it drives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// The two ends of the session.
    pub path: Path,
    /// The menu of the radios.
    pub menu: RadioMenu,
    /// The configured radios that are out of use by configuration.
    pub disabled: Vec<InterfaceName>,
    /// Where the configured radios search, as the router writes it.
    pub scan_lists: Vec<(InterfaceName, String)>,
    /// The sessions of the API user, this one included; empty where the router does not show them.
    pub sessions: Vec<UserSession>,
}

/// A reading that the router refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The command.
    pub command: String,
    /// The router's answer.
    pub trap: Trap,
}

/// The router beyond what the agent needs. What the router refuses to show is `None`: it may be another version, or the
/// user may not see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The two ends of the session.
    pub path: Path,
    /// The version of RouterOS.
    pub version: Version,
    /// The names of the security profiles.
    pub profiles: Option<Vec<String>>,
    /// Those of them that take no key; empty where the router does not show its security profiles.
    pub open_profiles: Vec<String>,
    /// Every DHCP client.
    pub clients: Option<Vec<ClientItem>>,
    /// What routes lead into the tunnel.
    pub behind_tunnel: Vec<Ipv4Net>,
    /// The rules of the chain `srcnat`, in their order.
    pub nat: Option<Vec<NatRule>>,
    /// How the managed tunnel dials; `None` also when there is no such tunnel, or it dials nobody.
    pub dial: Option<DialSettings>,
    /// The peers of the managed tunnel; `None` also when its kind has none.
    pub peers: Option<Vec<PeerSettings>>,
    /// Every static route of the main table; read only for a tunnel that has peers.
    pub static_routes: Option<Vec<RouteItem>>,
    /// Routes of the main table to the tunnel's other end alone.
    pub host_routes: Vec<RouteItem>,
    /// Whether the device mode (7.17 and later) lets the tunnel's kind run.
    pub tunnel_allowed: Option<bool>,
    /// What the router does by itself: scripts, schedules, netwatches.
    pub scripts: Vec<Script>,
    /// The places of scripts that the router does not show.
    pub scripts_hidden: Vec<ScriptPlace>,
    /// The sessions of the API user, this one included; empty where the router does not show them.
    pub sessions: Vec<UserSession>,
}

/// Commands that are kept on the router, to be run there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Where they are kept.
    pub place: ScriptPlace,
    /// The item's name; for a netwatch the host that it watches.
    pub name: String,
    /// The commands, as a person wrote them.
    pub source: String,
    /// Whether the item is out of use; a script of its own cannot be.
    pub disabled: bool,
}

/// Where commands are kept on a router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptPlace {
    /// `/system/script`: run by others of these, or by a person.
    Script,
    /// `/system/scheduler`: run at a time, or each so often.
    Scheduler,
    /// `/tool/netwatch`: run when a host comes or goes.
    Netwatch,
}

impl ScriptPlace {
    /// Every place.
    pub const ALL: [ScriptPlace; 3] = [ScriptPlace::Script, ScriptPlace::Scheduler, ScriptPlace::Netwatch];

    /// The menu, such as `/system/script`.
    #[must_use]
    pub fn menu(self) -> &'static str {
        match self {
            ScriptPlace::Script => "/system/script",
            ScriptPlace::Scheduler => "/system/scheduler",
            ScriptPlace::Netwatch => "/tool/netwatch",
        }
    }

    /// The property that people know an item by.
    #[must_use]
    pub fn named_by(self) -> &'static str {
        match self {
            ScriptPlace::Script | ScriptPlace::Scheduler => "name",
            ScriptPlace::Netwatch => "host",
        }
    }
}

/// How a tunnel client dials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialSettings {
    /// The other end: an address or a name.
    pub to: String,
    /// Whether the router makes a default route through the tunnel.
    pub default_route: bool,
    /// Whether it verifies the other end's certificate; `None` where its kind has none.
    pub verifies: Option<bool>,
}

/// How a peer of a WireGuard tunnel is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerSettings {
    /// Its public key, which no other peer of the router has.
    pub public_key: String,
    /// The other end: an address or a name; empty when the router has to wait for its call.
    pub to: String,
    /// The other end's port; 0 when it has none.
    pub port: u16,
    /// What the tunnel carries to and from it.
    pub allowed: Vec<Ipv4Net>,
    /// How often the router speaks to it without being asked; `None` for never.
    pub keepalive: Option<Duration>,
    /// Whether the router only answers it (7.15 and later).
    pub responder: bool,
    /// Its comment; holds [`TUNNEL_MARK`](crate::marks::TUNNEL_MARK) while the agent has it off.
    pub comment: Vec<u8>,
    /// Whether it is off.
    pub disabled: bool,
}

/// A rule that rewrites what leaves the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NatRule {
    /// Such as `masquerade` or `src-nat`.
    pub action: String,
    /// The interface that it is for, with a `!` before it when for all others; empty for any.
    pub out_interface: String,
    /// The list of interfaces that it is for, with a `!` before it when for all others; empty for any.
    pub out_interface_list: String,
    /// Whether it is out of use.
    pub disabled: bool,
}

/// The version of RouterOS.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Version {
    /// Such as 6 or 7; 0 when the router does not say.
    pub major: u16,
    /// Such as 49 or 17.
    pub minor: u16,
    /// As the router writes it, without the channel: `6.49.6`, `7.24rc3`.
    pub text: String,
}

impl Version {
    /// Reads `6.49.6 (stable)`, `7.24rc3`.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.split_whitespace().next().unwrap_or_default();
        let mut numbers = text
            .split('.')
            .map(|part| part.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default())
            .map(|digits| digits.parse().unwrap_or(0));
        Version {
            major: numbers.next().unwrap_or(0),
            minor: numbers.next().unwrap_or(0),
            text: text.to_owned(),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaped(&self.text).fmt(f)
    }
}

/// The two ends of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    /// This PC's end: the address that the router answers to.
    pub local: SocketAddr,
    /// The router's end.
    pub router: SocketAddr,
}
