//! Menus of wired interfaces, bridges and tunnels.

use crate::sim::router::menus::{Kind, Menu, Only, Schema};
use crate::sim::router::properties::{ALL, COMMENT, DISABLED, FIXED, ORDERED, menu, must, named, new, only, since_7};

/// `/interface`.
pub(super) const INTERFACE: Schema = named(menu(Menu::Interface, "/interface", FIXED, &[COMMENT, DISABLED]));

/// `/interface/ethernet`.
pub(super) const ETHERNET: Schema = named(menu(
    Menu::Ethernet,
    "/interface/ethernet",
    FIXED,
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
        new("password", Kind::Text, Some("")),
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
        new("private-key", Kind::Text, Some("")),
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
        new("private-key", Kind::Text, None),
        new("preshared-key", Kind::Text, None),
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
