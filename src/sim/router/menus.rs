//! The router's menus: which there are, what they can do and which properties their rows have.

use crate::sim::settings::RouterOs;

/// What a property takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Anything.
    Text,
    /// `yes`, `no`, `true` or `false`.
    Truth,
    /// The same, or this word.
    TruthOr(&'static str),
    /// An interface that there is.
    Interface,
    /// An address with a mask; without one it gets /32.
    Address,
    /// An address without a mask.
    Ip,
    /// A destination: an address with or without a mask, without host bits.
    Destination,
    /// Addresses, interfaces, `address%interface`.
    Gateway,
    /// A whole number in this range.
    Number(i64, i64),
    /// Signals in dBm, such as `-85..120`.
    SignalRange,
    /// A MAC address.
    Mac,
    /// A duration.
    Span,
    /// A duration, or `always`.
    SpanOrAlways,
    /// `default`, or frequencies in MHz.
    ScanList,
    /// Policies of a group, separated by commas; `!` before one takes it away.
    Policies,
    /// Frequencies in MHz, or ranges of them; never empty.
    Frequencies,
    /// The name of a row of another menu, or nothing.
    Row(Menu),
}

/// One property that can be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Property {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What a new row gets without it; `None` = nothing is stored.
    pub default: Option<&'static str>,
    /// Whether a new row needs it.
    pub required: bool,
    /// The only versions that have it.
    pub only: Option<Only>,
    /// How much of it is shown.
    pub shown: Shown,
}

/// How much of a property is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// All to everyone who may read.
    Always,
    /// Only to those with the policy `sensitive`.
    Sensitive,
    /// Nothing to anyone.
    Never,
}

/// The versions that have a menu or a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Only {
    /// RouterOS 6.
    Six,
    /// RouterOS 7.
    Seven,
    /// Those with `/interface/wireless`.
    Legacy,
    /// Those with the newer menu of radios, whatever its name.
    Wifi,
}

impl Only {
    /// Whether a version is one of them.
    pub(crate) fn has(self, version: RouterOs) -> bool {
        let data = version.data();
        match self {
            Only::Six => data.major == 6,
            Only::Seven => data.major == 7,
            Only::Legacy => data.legacy,
            Only::Wifi => data.wifi.is_some(),
        }
    }
}

/// A menu's place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is named as its path below")]
pub(crate) enum Menu {
    Identity,
    Resource,
    Routerboard,
    Package,
    Clock,
    Interface,
    Ethernet,
    Bridge,
    BridgePort,
    Wireless,
    Registration,
    ConnectList,
    SecurityProfiles,
    Wifi,
    WifiRegistration,
    WifiConfiguration,
    WifiSecurity,
    WifiChannel,
    Pptp,
    L2tp,
    Sstp,
    Ovpn,
    Lte,
    Wireguard,
    WireguardPeers,
    Address,
    Route,
    DhcpClient,
    Nat,
    Connection,
    Service,
    Log,
    User,
    UserGroup,
    UserActive,
    Script,
    Scheduler,
    Netwatch,
    Tool,
    Root,
    Cpu,
    PackageUpdate,
    HealthSix,
    Health,
    Note,
    InterfaceList,
    ListMember,
    Vlan,
    Poe,
    Arp,
    Neighbor,
    Dns,
    DnsCache,
    Pool,
    PoolUsed,
    DhcpServer,
    DhcpNetwork,
    DhcpLease,
    Cloud,
    Filter,
    Mangle,
    Raw,
    AddressList,
    Tracking,
    PppProfile,
    PppSecret,
    PppActive,
    PppAaa,
    QueueSimple,
    QueueTree,
    CapsmanRadio,
    CapsmanRegistration,
    CapsmanInterface,
    WifiRemoteCap,
    BridgeHost,
    BridgeVlan,
    NeighborSix,
    ConnectionSix,
    Vrf,
    Snmp,
    SnmpCommunity,
    Ntp,
    BgpConnection,
    BgpSession,
}

/// The menus whose rows are interfaces, with the type of each in the list of all.
pub(crate) const INTERFACES: [(Menu, &str); 11] = [
    (Menu::Ethernet, "ether"),
    (Menu::Wireless, "wlan"),
    (Menu::Pptp, "pptp-out"),
    (Menu::Bridge, "bridge"),
    (Menu::Wireguard, "wg"),
    (Menu::Vlan, "vlan"),
    (Menu::L2tp, "l2tp-out"),
    (Menu::Sstp, "sstp-out"),
    (Menu::Ovpn, "ovpn-out"),
    (Menu::Lte, "lte"),
    (Menu::Wifi, "wifi"),
];

/// What there is to know of a menu.
#[derive(Debug)]
pub(crate) struct Schema {
    /// Which.
    pub menu: Menu,
    /// Its path.
    pub path: &'static str,
    /// What it can do.
    pub verbs: &'static [&'static str],
    /// What can be written.
    pub properties: &'static [Property],
    /// The property by which a row may be named besides its id.
    pub name: Option<&'static str>,
    /// The only versions that have it.
    pub only: Option<Only>,
    /// Whether there is only one row, without an id.
    pub single: bool,
    /// The rows that a router comes with.
    pub rows: &'static [&'static [(&'static str, &'static str)]],
    /// The policy that writing needs besides `write`.
    pub policy: Option<&'static str>,
}

impl Menu {
    /// Whether there is only one row, without an id.
    pub(crate) fn single(self) -> bool {
        self.schema().single
    }
}

impl Schema {
    /// Whether it can do this. Each menu with several rows can be listened to; the command trees do not name that.
    pub(crate) fn has(&self, verb: &str) -> bool {
        self.verbs.contains(&verb) || verb == "listen" && !self.single && self.verbs.contains(&"print")
    }

    /// The property of this name in this version.
    pub(crate) fn property(&self, name: &str, version: RouterOs) -> Option<&'static Property> {
        let properties: &'static [Property] = self.properties;
        properties
            .iter()
            .find(|p| p.name == name && p.only.is_none_or(|only| only.has(version)))
    }
}
