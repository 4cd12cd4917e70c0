//! The kinds of tunnels that a router dials: what differs between them, as data.
//!
//! Round trips of a dial are counted from the protocols (RFC 2637, RFC 2661, MS-SSTP, OpenVPN's own): the least and the
//! most that a dial needs differ by two, and the middle stands here.

use super::menus::Menu;
use crate::sim::settings::TunnelKind;

/// One kind.
#[derive(Debug)]
pub(crate) struct Dialed {
    /// Its menu.
    pub menu: Menu,
    /// The tunnel's name on the vehicle's router.
    pub name: &'static str,
    /// The round trips of a dial.
    pub trips: u8,
    /// The round trip at which the office knows who calls.
    pub authentication: u8,
    /// What `monitor` shows as its encoding.
    pub encoding: &'static str,
    /// Whether `monitor` shows an `mru`.
    pub mru: bool,
    /// What the firewall tracks: each protocol, with the office's port where it has ports.
    pub tracked: &'static [(&'static str, Option<u16>)],
    /// The topics of its lines in the router's log: those that inform, and errors.
    pub topics: [&'static str; 2],
    /// What its item has beside the office's address and the user's name.
    pub made: &'static [(&'static str, &'static str)],
}

/// Round trips that IPsec adds to a dial: six messages of main mode and three of quick mode.
pub(crate) const IPSEC_TRIPS: u8 = 4;

static PPTP: Dialed = Dialed {
    menu: Menu::Pptp,
    name: "PPtP_to_Office",
    trips: 8,
    authentication: 6,
    encoding: "MPPE128 stateless",
    mru: true,
    tracked: &[("tcp", Some(1723)), ("gre", None)],
    topics: ["pptp,ppp,info", "pptp,ppp,error"],
    made: &[("keepalive-timeout", "15")],
};

static L2TP: Dialed = Dialed {
    menu: Menu::L2tp,
    name: "L2TP_to_Office",
    trips: 7,
    authentication: 5,
    encoding: "MPPE128 stateless",
    mru: true,
    tracked: &[("udp", Some(1701))],
    topics: ["l2tp,ppp,info", "l2tp,ppp,error"],
    made: &[("keepalive-timeout", "15")],
};

static SSTP: Dialed = Dialed {
    menu: Menu::Sstp,
    name: "SSTP_to_Office",
    trips: 10,
    authentication: 8,
    encoding: "AES256-CBC",
    mru: false,
    tracked: &[("tcp", Some(443))],
    topics: ["sstp,ppp,info", "sstp,ppp,error"],
    made: &[("keepalive-timeout", "15"), ("verify-server-certificate", "true")],
};

static OVPN: Dialed = Dialed {
    menu: Menu::Ovpn,
    name: "OVPN_to_Office",
    trips: 7,
    authentication: 5,
    encoding: "AES-256-CBC/SHA1",
    mru: false,
    tracked: &[("tcp", Some(1194))],
    topics: ["ovpn,info", "ovpn,error"],
    made: &[("verify-server-certificate", "true")],
};

/// What a kind is on the router; `None` where nothing is dialed.
pub(crate) fn dialed(kind: TunnelKind) -> Option<&'static Dialed> {
    match kind {
        TunnelKind::Pptp => Some(&PPTP),
        TunnelKind::L2tp => Some(&L2TP),
        TunnelKind::Sstp => Some(&SSTP),
        TunnelKind::Ovpn => Some(&OVPN),
        TunnelKind::Wireguard | TunnelKind::None => None,
    }
}
