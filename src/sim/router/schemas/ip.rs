//! Menus of addresses, routes and the firewall.

use crate::sim::router::menus::{Kind, Menu, Only, Schema};
use crate::sim::router::properties::{ALL, COMMENT, DISABLED, FIXED, ORDERED, menu, must, named, new, only};

/// `/ip/address`.
pub(super) const ADDRESS: Schema = menu(
    Menu::Address,
    "/ip/address",
    ALL,
    &[
        must("address", Kind::Address),
        new("network", Kind::Ip, None),
        must("interface", Kind::Interface),
        DISABLED,
        COMMENT,
    ],
);

/// `/ip/route`.
pub(super) const ROUTE: Schema = menu(
    Menu::Route,
    "/ip/route",
    ALL,
    &[
        new("dst-address", Kind::Destination, Some("0.0.0.0/0")),
        only(Only::Six, new("routing-mark", Kind::Text, None)),
        only(Only::Seven, new("routing-table", Kind::Text, Some("main"))),
        new("pref-src", Kind::Ip, None),
        new("gateway", Kind::Gateway, None),
        new("check-gateway", Kind::Text, None),
        new("distance", Kind::Number(1, 255), Some("1")),
        new("scope", Kind::Number(0, 255), Some("30")),
        new("target-scope", Kind::Number(0, 255), Some("10")),
        DISABLED,
        COMMENT,
    ],
);

/// `/ip/dhcp-client`.
pub(super) const DHCP_CLIENT: Schema = menu(
    Menu::DhcpClient,
    "/ip/dhcp-client",
    ALL,
    &[must("interface", Kind::Interface), DISABLED, COMMENT],
);

/// `/ip/firewall/nat`.
pub(super) const NAT: Schema = menu(
    Menu::Nat,
    "/ip/firewall/nat",
    ORDERED,
    &[
        must("chain", Kind::Text),
        new("action", Kind::Text, Some("accept")),
        new("out-interface", Kind::Interface, None),
        new("src-address", Kind::Text, None),
        DISABLED,
        COMMENT,
    ],
);

/// `/ip/service`.
pub(super) const SERVICE: Schema = named(menu(
    Menu::Service,
    "/ip/service",
    FIXED,
    &[
        new("name", Kind::Text, None),
        new("port", Kind::Number(1, 65535), None),
        new("address", Kind::Text, Some("")),
        new("disabled", Kind::Truth, Some("false")),
    ],
));

/// `/ip/firewall/connection`.
pub(super) const CONNECTION: Schema = menu(
    Menu::Connection,
    "/ip/firewall/connection",
    &["print", "getall", "remove"],
    &[],
);
