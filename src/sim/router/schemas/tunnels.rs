//! Menus of tunnels.

use crate::sim::router::menus::{Kind, Menu, Only, Property, Schema};
use crate::sim::router::properties::{
    ALL, COMMENT, DISABLED, ORDERED, menu, must, named, new, only, sensitive, since_7,
};

/// What can be done with a client that dials.
const CLIENT: &[&str] = &[
    "print", "getall", "add", "set", "remove", "enable", "disable", "comment", "monitor",
];
/// A client is off until somebody turns it on.
const OFF: Property = new("disabled", Kind::Truth, Some("true"));

/// `/interface/pptp-client`.
pub(super) const PPTP: Schema = named(menu(
    Menu::Pptp,
    "/interface/pptp-client",
    CLIENT,
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
        OFF,
        COMMENT,
    ],
));

/// `/interface/l2tp-client`, as in the command tree of 7.16.2.
pub(super) const L2TP: Schema = named(menu(
    Menu::L2tp,
    "/interface/l2tp-client",
    CLIENT,
    &[
        new("name", Kind::Text, Some("l2tp-out1")),
        new("max-mtu", Kind::Number(68, 65535), Some("1450")),
        new("max-mru", Kind::Number(68, 65535), Some("1450")),
        new("mrru", Kind::Text, Some("disabled")),
        must("connect-to", Kind::Text),
        new("user", Kind::Text, Some("")),
        sensitive(new("password", Kind::Text, Some(""))),
        new("profile", Kind::Text, Some("default-encryption")),
        new("keepalive-timeout", Kind::Number(0, 86400), Some("60")),
        only(Only::Seven, new("use-peer-dns", Kind::Text, Some("no"))),
        new("use-ipsec", Kind::Truth, Some("false")),
        sensitive(new("ipsec-secret", Kind::Text, Some(""))),
        new("allow-fast-path", Kind::Truth, Some("false")),
        new("add-default-route", Kind::Truth, Some("false")),
        new("default-route-distance", Kind::Number(0, 255), None),
        new("dial-on-demand", Kind::Truth, Some("false")),
        new("allow", Kind::Text, Some("pap,chap,mschap1,mschap2")),
        new("src-address", Kind::Ip, Some("0.0.0.0")),
        only(Only::Seven, new("l2tp-proto-version", Kind::Text, Some("l2tpv2"))),
        only(Only::Seven, new("l2tpv3-circuit-id", Kind::Text, Some(""))),
        only(Only::Seven, new("l2tpv3-cookie-length", Kind::Number(0, 8), Some("0"))),
        only(Only::Seven, new("l2tpv3-digest-hash", Kind::Text, Some("md5"))),
        OFF,
        COMMENT,
    ],
));

/// `/interface/sstp-client`, as in the command tree of 7.16.2.
pub(super) const SSTP: Schema = named(menu(
    Menu::Sstp,
    "/interface/sstp-client",
    CLIENT,
    &[
        new("name", Kind::Text, Some("sstp-out1")),
        new("max-mtu", Kind::Number(68, 65535), Some("1500")),
        new("max-mru", Kind::Number(68, 65535), Some("1500")),
        new("mrru", Kind::Text, Some("disabled")),
        must("connect-to", Kind::Text),
        new("port", Kind::Number(1, 65535), Some("443")),
        new("http-proxy", Kind::Text, Some("0.0.0.0")),
        new("proxy-port", Kind::Number(1, 65535), Some("443")),
        new("certificate", Kind::Text, Some("none")),
        new("verify-server-certificate", Kind::Truth, Some("false")),
        new("verify-server-address-from-certificate", Kind::Truth, Some("true")),
        new("user", Kind::Text, Some("")),
        sensitive(new("password", Kind::Text, Some(""))),
        new("profile", Kind::Text, Some("default-encryption")),
        new("keepalive-timeout", Kind::Number(0, 86400), Some("60")),
        new("add-default-route", Kind::Truth, Some("false")),
        new("default-route-distance", Kind::Number(0, 255), None),
        new("dial-on-demand", Kind::Truth, Some("false")),
        new("authentication", Kind::Text, Some("pap,chap,mschap1,mschap2")),
        new("pfs", Kind::Text, Some("no")),
        new("tls-version", Kind::Text, Some("any")),
        only(Only::Seven, new("ciphers", Kind::Text, Some("aes256-sha"))),
        only(Only::Seven, new("add-sni", Kind::Truth, Some("false"))),
        OFF,
        COMMENT,
    ],
));

/// `/interface/ovpn-client`, as in the command tree of 7.16.2.
pub(super) const OVPN: Schema = named(menu(
    Menu::Ovpn,
    "/interface/ovpn-client",
    CLIENT,
    &[
        new("name", Kind::Text, Some("ovpn-out1")),
        new("mac-address", Kind::Mac, Some("FE:00:00:00:00:01")),
        new("max-mtu", Kind::Number(68, 65535), Some("1500")),
        must("connect-to", Kind::Text),
        new("port", Kind::Number(1, 65535), Some("1194")),
        new("mode", Kind::Text, Some("ip")),
        only(Only::Seven, new("protocol", Kind::Text, Some("tcp"))),
        new("user", Kind::Text, Some("")),
        sensitive(new("password", Kind::Text, Some(""))),
        new("profile", Kind::Text, Some("default")),
        new("certificate", Kind::Text, Some("none")),
        new("verify-server-certificate", Kind::Truth, Some("false")),
        only(Only::Seven, new("tls-version", Kind::Text, Some("any"))),
        new("auth", Kind::Text, Some("sha1")),
        new("cipher", Kind::Text, Some("blowfish128")),
        new("add-default-route", Kind::Truth, Some("false")),
        new("use-peer-dns", Kind::Text, Some("yes")),
        only(Only::Seven, new("route-nopull", Kind::Truth, Some("false"))),
        only(Only::Seven, new("disconnect-notify", Kind::Truth, Some("true"))),
        OFF,
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
