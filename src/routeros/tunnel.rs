//! The kinds of tunnels: what differs between them, as data.

/// A kind of tunnel, each with its own menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TunnelKind {
    /// PPTP.
    Pptp,
    /// L2TP, with or without IPsec.
    L2tp,
    /// SSTP: PPP over TLS.
    Sstp,
    /// OpenVPN.
    Ovpn,
    /// WireGuard.
    Wireguard,
}

/// How a router shows that a tunnel is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Up {
    /// By the session that a dial brings: the item is `running`, and `monitor` says `connected`.
    Session,
    /// Not at all: the interface is up whether anybody answers or not. Only an answer through it is a proof.
    Answer,
}

/// What a kind of tunnel is on a router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TunnelShape {
    /// Its name for people.
    pub name: &'static str,
    /// The menu that holds the tunnel's item.
    pub menu: &'static str,
    /// How it is seen to be up.
    pub up: Up,
    /// The first version of RouterOS, by its first number, that every installation of has the menu from.
    pub since: u16,
    /// The flag of the device mode (RouterOS 7.17 and later) that lets it run; `None` where there is none.
    pub device_mode: Option<&'static str>,
    /// Whether its client can be tied to one address to send from (`src-address`).
    pub ties: bool,
    /// The menu of its peers, where it has peers instead of one server to dial.
    pub peers: Option<&'static str>,
}

impl TunnelKind {
    /// What the kind is on a router.
    #[must_use]
    pub fn shape(self) -> TunnelShape {
        let dialed = TunnelShape {
            name: "PPTP",
            menu: "/interface/pptp-client",
            up: Up::Session,
            since: 6,
            device_mode: None,
            ties: false,
            peers: None,
        };
        match self {
            TunnelKind::Pptp => TunnelShape {
                device_mode: Some("pptp"),
                ..dialed
            },
            TunnelKind::L2tp => TunnelShape {
                name: "L2TP",
                menu: "/interface/l2tp-client",
                device_mode: Some("l2tp"),
                ties: true,
                ..dialed
            },
            TunnelKind::Sstp => TunnelShape {
                name: "SSTP",
                menu: "/interface/sstp-client",
                ..dialed
            },
            TunnelKind::Ovpn => TunnelShape {
                name: "OpenVPN",
                menu: "/interface/ovpn-client",
                ..dialed
            },
            TunnelKind::Wireguard => TunnelShape {
                name: "WireGuard",
                menu: "/interface/wireguard",
                up: Up::Answer,
                since: 7,
                peers: Some("/interface/wireguard/peers"),
                ..dialed
            },
        }
    }

    /// The menu that holds the tunnel's item.
    #[must_use]
    pub fn menu(self) -> &'static str {
        self.shape().menu
    }

    /// Whether the tunnel has a session that a dial begins. One without is up wherever a packet gets through.
    #[must_use]
    pub fn dials(self) -> bool {
        self.shape().up == Up::Session
    }
}
