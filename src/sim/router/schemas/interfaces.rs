//! Menus of wired interfaces, bridges and tunnels.

use crate::sim::router::menus::{Kind, Menu, Only, Schema};
use crate::sim::router::properties::{
    ALL, COMMENT, DISABLED, ORDERED, PRINT, menu, must, named, new, only, sensitive, since_7, with,
};

/// `/interface`.
pub(super) const INTERFACE: Schema = named(menu(
    Menu::Interface,
    "/interface",
    &[
        "print",
        "getall",
        "set",
        "enable",
        "disable",
        "comment",
        "monitor-traffic",
    ],
    &[COMMENT, DISABLED],
));

/// `/interface/ethernet`.
pub(super) const ETHERNET: Schema = named(menu(
    Menu::Ethernet,
    "/interface/ethernet",
    &["print", "getall", "set", "enable", "disable", "comment", "monitor"],
    &[
        new("name", Kind::Text, None),
        new("default-name", Kind::Text, None),
        new("mtu", Kind::Number(68, 1600), Some("1500")),
        new("mac-address", Kind::Mac, None),
        DISABLED,
        COMMENT,
    ],
));

/// `/interface/bridge`.
pub(super) const BRIDGE: Schema = named(menu(
    Menu::Bridge,
    "/interface/bridge",
    ALL,
    &[must("name", Kind::Text), DISABLED, COMMENT],
));

/// `/interface/bridge/port`.
pub(super) const BRIDGE_PORT: Schema = menu(
    Menu::BridgePort,
    "/interface/bridge/port",
    ALL,
    &[
        must("interface", Kind::Interface),
        must("bridge", Kind::Text),
        DISABLED,
        COMMENT,
    ],
);

/// `/interface/pptp-client`.
pub(super) const PPTP: Schema = named(menu(
    Menu::Pptp,
    "/interface/pptp-client",
    &[
        "print", "getall", "add", "set", "remove", "enable", "disable", "comment", "monitor",
    ],
    &[
        new("name", Kind::Text, Some("pptp-out1")),
        new("max-mtu", Kind::Number(68, 65535), Some("1450")),
        new("max-mru", Kind::Number(68, 65535), Some("1450")),
        new("mrru", Kind::Text, Some("disabled")),
        must("connect-to", Kind::Text),
        new("user", Kind::Text, Some("")),
        sensitive(new("password", Kind::Text, Some(""))),
        new("profile", Kind::Text, Some("default-encryption")),
        new("keepalive-timeout", Kind::Number(0, 86400), Some("60")),
        only(Only::Seven, new("use-peer-dns", Kind::Text, Some("no"))),
        new("add-default-route", Kind::Truth, Some("false")),
        new("default-route-distance", Kind::Number(0, 255), None),
        new("dial-on-demand", Kind::Truth, Some("false")),
        new("allow", Kind::Text, Some("pap,chap,mschap1,mschap2")),
        new("disabled", Kind::Truth, Some("true")),
        COMMENT,
    ],
));

/// `/interface/wireguard`, as in the command tree of 7.16.2.
pub(super) const WIREGUARD: Schema = since_7(named(menu(
    Menu::Wireguard,
    "/interface/wireguard",
    ALL,
    &[
        new("name", Kind::Text, Some("wireguard1")),
        new("mtu", Kind::Number(68, 65535), Some("1420")),
        new("listen-port", Kind::Number(0, 65535), Some("13231")),
        sensitive(new("private-key", Kind::Text, Some(""))),
        DISABLED,
        COMMENT,
    ],
)));

/// `/interface/wireguard/peers`, as in the command tree of 7.20.8: `is-responder` became `responder` in 7.17.
pub(super) const WIREGUARD_PEERS: Schema = since_7(named(menu(
    Menu::WireguardPeers,
    "/interface/wireguard/peers",
    ORDERED,
    &[
        must("interface", Kind::Interface),
        new("name", Kind::Text, Some("peer1")),
        must("public-key", Kind::Text),
        sensitive(new("private-key", Kind::Text, None)),
        sensitive(new("preshared-key", Kind::Text, None)),
        new("endpoint-address", Kind::Text, Some("")),
        new("endpoint-port", Kind::Number(0, 65535), Some("0")),
        new("allowed-address", Kind::Text, Some("")),
        new("persistent-keepalive", Kind::Span, None),
        new("responder", Kind::Truth, Some("false")),
        new("client-address", Kind::Text, None),
        new("client-dns", Kind::Text, None),
        new("client-endpoint", Kind::Text, None),
        new("client-keepalive", Kind::Span, None),
        new("client-listen-port", Kind::Number(0, 65535), None),
        DISABLED,
        COMMENT,
    ],
)));

/// `/interface/list`.
pub(super) const LIST: Schema = with(
    &[
        &[
            ("name", "all"),
            ("builtin", "true"),
            ("dynamic", "true"),
            ("comment", "contains all interfaces"),
        ],
        &[
            ("name", "none"),
            ("builtin", "true"),
            ("dynamic", "true"),
            ("comment", "contains no interfaces"),
        ],
        &[("name", "WAN")],
        &[("name", "LAN")],
    ],
    named(menu(
        Menu::InterfaceList,
        "/interface/list",
        &["print", "getall", "add", "set", "remove", "comment"],
        &[
            must("name", Kind::Text),
            new("include", Kind::Text, Some("")),
            new("exclude", Kind::Text, Some("")),
            COMMENT,
        ],
    )),
);

/// `/interface/list/member`.
pub(super) const LIST_MEMBER: Schema = with(
    &[&[("list", "LAN"), ("interface", "ether1")]],
    menu(
        Menu::ListMember,
        "/interface/list/member",
        ALL,
        &[
            must("interface", Kind::Interface),
            must("list", Kind::Text),
            DISABLED,
            COMMENT,
        ],
    ),
);

/// `/interface/vlan`.
pub(super) const VLAN: Schema = named(menu(
    Menu::Vlan,
    "/interface/vlan",
    ALL,
    &[
        new("name", Kind::Text, Some("vlan1")),
        new("mtu", Kind::Number(68, 65535), Some("1500")),
        new("arp", Kind::Text, Some("enabled")),
        new("arp-timeout", Kind::Text, Some("auto")),
        new("vlan-id", Kind::Number(1, 4095), Some("1")),
        must("interface", Kind::Interface),
        new("use-service-tag", Kind::Truth, Some("false")),
        DISABLED,
        COMMENT,
    ],
));

/// `/interface/ethernet/poe`: this board feeds no other.
pub(super) const POE: Schema = menu(Menu::Poe, "/interface/ethernet/poe", PRINT, &[]);

/// `/caps-man/remote-cap`, of the `wireless` package: the vehicle controls no access points.
pub(super) const CAPSMAN_RADIO: Schema = menu(Menu::CapsmanRadio, "/caps-man/remote-cap", PRINT, &[]);

/// `/caps-man/registration-table`.
pub(super) const CAPSMAN_REGISTRATION: Schema =
    menu(Menu::CapsmanRegistration, "/caps-man/registration-table", PRINT, &[]);

/// `/caps-man/interface`.
pub(super) const CAPSMAN_INTERFACE: Schema = menu(Menu::CapsmanInterface, "/caps-man/interface", PRINT, &[]);

/// `/interface/bridge/host`: the vehicle has no bridge at first, and what is behind one says nothing.
pub(super) const BRIDGE_HOST: Schema = menu(Menu::BridgeHost, "/interface/bridge/host", PRINT, &[]);

/// `/interface/bridge/vlan`.
pub(super) const BRIDGE_VLAN: Schema = menu(Menu::BridgeVlan, "/interface/bridge/vlan", PRINT, &[]);
