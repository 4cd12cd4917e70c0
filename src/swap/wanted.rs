//! `Wanted`: what the router must look like, and where an address is parked that no radio holds.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::names::{InterfaceName, Ssid, UplinkId};

/// Parked addresses come out of this network, which RFC 5737 keeps for documentation.
pub const PARKING: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(192, 0, 2, 0), 24);

/// Where the address item of the radio at `index` points while the radio holds no address.
///
/// Each radio has its own, so that no two items ever carry the same address: whether a router accepts that is not
/// documented.
#[must_use]
pub fn parked(index: usize) -> Ipv4Net {
    let host = u8::try_from(index % 254).unwrap_or(0) + 1;
    Ipv4Net::from(Ipv4Addr::new(192, 0, 2, host))
}

/// What a radio's address item must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Enabled, on the radio, with this address.
    Hold(Ipv4Net),
    /// By DHCP, asked for on this network; `None` for a cable.
    Lease(Option<Ssid>),
    /// None: the item is disabled and parked, and the DHCP client is disabled.
    Off,
    /// As it is.
    Keep,
}

/// What the router must look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The uplink that the default route must use, and its gateway; `None` leaves route and tunnel as they are.
    pub active: Option<Active>,
    /// What each radio's address item must say, in the order of the configuration.
    pub addresses: Vec<(InterfaceName, Address)>,
    /// When the tunnel is to be bounced.
    pub bounce: Bounce,
    /// The address that a tunnel which is tied to one must send from; `None` leaves it.
    pub source: Option<Ipv4Addr>,
}

/// When a tunnel that dials is turned off and on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounce {
    /// When the way out changes: the office's session belongs to the old way.
    WithTheWay,
    /// Also when nothing else changes.
    Always,
    /// Not at all: the vehicle's address stays, so the session may survive.
    Never,
}

/// The uplink that is to be active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Active {
    /// Which one.
    pub uplink: UplinkId,
    /// The gateway of the network that it is on; `None` where the interface itself leads out, as a modem does.
    pub gateway: Option<Ipv4Addr>,
}

impl Active {
    /// The route's gateway as RouterOS writes it, tied to the interface: `10.20.0.1%wlan2`, or `lte1` alone.
    #[must_use]
    pub fn gateway(&self) -> String {
        let interface = self.uplink.interface().as_str();
        match self.gateway {
            Some(gateway) => format!("{gateway}%{interface}"),
            None => interface.to_owned(),
        }
    }
}
