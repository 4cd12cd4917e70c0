//! `Snapshot`: one reading of the router.

use std::net::Ipv4Addr;
use std::time::Duration;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::names::{Bssid, InterfaceName, Ssid};
use crate::routeros::{ItemId, RadioMenu, TunnelKind};
use crate::units::{Dbm, Moment};

/// The items of the router that the agent manages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Managed {
    /// The radios, in the order of the configuration.
    pub radios: Vec<InterfaceName>,
    /// The fallback interfaces, in the order of the configuration.
    pub fallbacks: Vec<InterfaceName>,
    /// The tunnel's kind and interface; `None` for a vehicle without one.
    pub tunnel: Option<(TunnelKind, InterfaceName)>,
    /// Those of the fallbacks whose address is the agent's to set.
    pub held: Vec<InterfaceName>,
    /// The interfaces that have a DHCP client: the radios where a network's addresses come by DHCP, and fallbacks.
    pub clients: Vec<InterfaceName>,
    /// The menu that the radios must be in; `None` takes the one that lists them.
    pub menu: Option<RadioMenu>,
}

/// The items of the router that a swap concerns, as read at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// When the reading was asked for: what it says was true then or later.
    pub at: Moment,
    /// Address items.
    pub addresses: Vec<AddressItem>,
    /// Default routes of the main table, strangers' included.
    pub routes: Vec<RouteItem>,
    /// The tunnel's item; `None` when the router has none of that name.
    pub tunnel: Option<TunnelItem>,
    /// The tunnel's peer, where the tunnel has one that no person disabled.
    pub peer: Option<PeerItem>,
    /// The fallback interfaces that the router has.
    pub fallbacks: Vec<InterfaceItem>,
    /// DHCP clients, strangers' included; empty where no addresses come by DHCP.
    pub clients: Vec<ClientItem>,
    /// Rows of these that could not be read: while there are any, nothing that seems missing may be created.
    pub unread: usize,
}

/// One row of `/ip/address`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressItem {
    /// Its id in this reading.
    pub id: ItemId,
    /// Its comment; empty when it has none.
    pub comment: String,
    /// The address with its mask.
    pub address: Ipv4Net,
    /// The stored network, which a `set` of the address alone may leave as it was.
    pub network: Ipv4Addr,
    /// The interface that holds it.
    pub interface: InterfaceName,
    /// Whether it is out of use.
    pub disabled: bool,
    /// Whether the router made it (DHCP), so that it cannot be set.
    pub dynamic: bool,
}

/// One row of `/ip/route`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteItem {
    /// Its id in this reading.
    pub id: ItemId,
    /// Its comment; empty when it has none.
    pub comment: String,
    /// The destination, `0.0.0.0/0` for a default route.
    pub destination: Ipv4Net,
    /// The gateway as written: an address, `address%interface`, or an interface.
    pub gateway: String,
    /// Administrative distance; the lowest wins.
    pub distance: u8,
    /// Whether it is in use.
    pub active: bool,
    /// Whether it is out of use by configuration.
    pub disabled: bool,
    /// Whether the router made it, so that it cannot be set.
    pub dynamic: bool,
}

/// The tunnel's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TunnelItem {
    /// Its kind, which names its menu.
    pub kind: TunnelKind,
    /// Its id in this reading.
    pub id: ItemId,
    /// The interface's name.
    pub name: InterfaceName,
    /// Its comment; holds [`TUNNEL_MARK`](crate::marks::TUNNEL_MARK) while a swap has it off. Bytes, because it is
    /// written back and a person may have typed it in any code page.
    pub comment: Vec<u8>,
    /// Whether it is off.
    pub disabled: bool,
    /// Whether the router believes that it is up.
    pub running: bool,
    /// The port that a WireGuard tunnel sends from; 0 for other kinds.
    pub listen_port: u16,
    /// The address that the tunnel is tied to send from; `None` where it takes that of the way out. Only L2TP can be tied.
    pub source: Option<Ipv4Addr>,
}

/// What the tunnel client says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TunnelStatus {
    /// Whether the status is `connected`; every other one is some way of not being it.
    pub connected: bool,
    /// How long the connection lasts.
    pub uptime: Option<Duration>,
    /// The router's word, such as `connected` or `dialing...`; empty when it gives none.
    pub status: String,
}

/// One row of `/interface`, of a fallback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterfaceItem {
    /// Its name.
    pub name: InterfaceName,
    /// Its type, such as `lte` or `ether`.
    pub kind: String,
    /// Whether the router says that it is up.
    pub running: bool,
    /// Whether it is out of use by configuration.
    pub disabled: bool,
    /// Bytes received and sent since the router started; 0 where it does not say.
    pub bytes: (u64, u64),
}

/// What a modem says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Modem {
    /// The router's word, such as `running`, `connected` or `registered`; empty when it gives none.
    pub status: String,
    /// Whether it has a session with the mobile network.
    pub session: bool,
    /// The mobile network; empty when the router gives none.
    pub operator: String,
}

impl Modem {
    /// Whether it carries traffic. Routers have no single word for that: some stay `registered` while they do.
    #[must_use]
    pub fn is_up(&self) -> bool {
        matches!(self.status.as_str(), "running" | "connected") || self.status == "registered" && self.session
    }
}

/// One row of `/interface/wireguard/peers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerItem {
    /// Its id in this reading.
    pub id: ItemId,
    /// The tunnel's interface.
    pub interface: InterfaceName,
    /// Its comment; holds [`TUNNEL_MARK`](crate::marks::TUNNEL_MARK) while the agent has it off.
    pub comment: Vec<u8>,
    /// The office's port.
    pub endpoint_port: u16,
    /// Whether it is off.
    pub disabled: bool,
}

/// One row of `/ip/dhcp-client`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientItem {
    /// Its id in this reading.
    pub id: ItemId,
    /// Its comment. Bytes, because the network that a lease was asked for stands in it.
    pub comment: Vec<u8>,
    /// The interface that gets an address by it.
    pub interface: InterfaceName,
    /// The router's word for what it does, such as `bound` or `searching...`; empty when it gives none.
    pub status: String,
    /// The address that it got, with its mask.
    pub address: Option<Ipv4Net>,
    /// The gateway that it was given.
    pub gateway: Option<Ipv4Addr>,
    /// Whether it makes a default route of its own, or sets the router's name servers.
    pub meddles: bool,
    /// Whether it is out of use.
    pub disabled: bool,
}

/// An address by DHCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The address with its mask.
    pub address: Ipv4Net,
    /// The network's gateway.
    pub gateway: Ipv4Addr,
}

impl ClientItem {
    /// The lease that it holds: bound, or asking for more time. One without a gateway leads nowhere and is none.
    #[must_use]
    pub fn lease(&self) -> Option<Lease> {
        let holds = ["bound", "renewing", "rebinding"]
            .iter()
            .any(|word| self.status.starts_with(word));
        Some(Lease {
            address: self.address.filter(|_| holds && !self.disabled)?,
            gateway: self.gateway?,
        })
    }
}

/// One connection that the router's firewall tracks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionItem {
    /// Its id in this reading.
    pub id: ItemId,
    /// Where it comes from, as written: `192.0.2.1:13231`.
    pub source: String,
    /// Where it goes to, as written.
    pub destination: String,
}

/// One row of `/interface/wireless/connect-list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleItem {
    /// Its id in this reading.
    pub id: ItemId,
    /// Its comment; empty when it has none.
    pub comment: String,
    /// The radio that obeys it.
    pub interface: InterfaceName,
    /// Whether a match is to be connected to or to be avoided.
    pub connect: bool,
    /// The one AP that it matches; `None` matches any.
    pub bssid: Option<Bssid>,
    /// The network that it matches; empty matches any.
    pub ssid: Vec<u8>,
    /// Lowest and highest signal that it matches; `None` when not given.
    pub signal_range: Option<(Dbm, Dbm)>,
    /// The area that it matches; empty matches any.
    pub area_prefix: String,
    /// The wireless protocol that it matches, such as `any`.
    pub wireless_protocol: String,
    /// The security profile that it connects with.
    pub security_profile: String,
    /// Whether it is out of use.
    pub disabled: bool,
}

/// One radio of a menu in which a radio is steered by its own settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RadioSettings {
    /// The menu that lists it.
    pub menu: RadioMenu,
    /// Its id in this reading.
    pub id: ItemId,
    /// Its name.
    pub interface: InterfaceName,
    /// Its comment; holds the mark of [`steer_mark`](crate::marks::steer_mark) while it is steered. Bytes, because it is
    /// written back.
    pub comment: Vec<u8>,
    /// The network that it looks for; empty when the setting is not its own.
    pub ssid: Vec<u8>,
    /// Its security profile; empty when the setting is not its own.
    pub security: String,
    /// The frequencies on which it looks, in MHz as written; empty when the setting is not its own.
    pub frequencies: String,
    /// Whether it has authentication types of its own, which win over those of any security profile.
    pub own_security: bool,
}

/// How a radio may join a network, in the menus without a connect-list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RadioProfile {
    /// The profile's name.
    pub name: String,
    /// The network; empty when the profile names none.
    pub ssid: Vec<u8>,
    /// The security profile; empty when the profile names none.
    pub security: String,
}

/// What steers the radios, as last read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Steers {
    /// The connect-list in its order, others' rules included.
    Rules(Vec<RuleItem>),
    /// The radios' own settings, and the profiles that say how to join a network.
    Settings(Vec<RadioSettings>, Vec<RadioProfile>),
}

/// One row of the registration table: what a radio is associated with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its id in this reading.
    pub id: ItemId,
    /// The radio.
    pub interface: InterfaceName,
    /// The AP's BSSID.
    pub bssid: Bssid,
    /// How strong the radio hears the AP; `None` when the router's text is no signal.
    pub signal: Option<Dbm>,
    /// How long the association lasts, in whole seconds.
    pub uptime: Option<Duration>,
    /// Whether the key exchange finished; `None` when the router does not say.
    pub port_enabled: Option<bool>,
    /// The network, in the menus whose registrations name it.
    pub network: Option<Ssid>,
}

/// The rows of the registration table for the managed radios, as read at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registrations {
    /// When they were asked for.
    pub at: Moment,
    /// One row a radio that is associated.
    pub rows: Vec<Registration>,
    /// Rows that could not be read.
    pub unread: usize,
}

/// What `monitor` says of one radio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitor {
    /// The radio.
    pub interface: InterfaceName,
    /// Whether its status is `connected-to-ess`.
    pub connected: bool,
    /// The network that it is on.
    pub ssid: Option<Ssid>,
    /// The AP that it is on.
    pub bssid: Option<Bssid>,
    /// Whether the key exchange finished.
    pub authenticated: bool,
}

/// One access point that a scan heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanRow {
    /// Its BSSID.
    pub bssid: Bssid,
    /// Its network; `None` when hidden.
    pub ssid: Option<Ssid>,
    /// How strong it was.
    pub signal: Dbm,
    /// The channel as the router writes it, such as `5180/20-Ceee/ac`.
    pub channel: String,
}
