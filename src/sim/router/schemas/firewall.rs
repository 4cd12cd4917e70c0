//! Menus of the firewall.

use crate::sim::router::menus::{Kind, Menu, Property, Schema};
use crate::sim::router::properties::{ALL, COMMENT, DISABLED, ORDERED, SINGLE, menu, must, new, single, with};

/// What the rules of all tables match by, and what they do.
const RULE: &[Property] = &[
    must("chain", Kind::Text),
    new("action", Kind::Text, Some("accept")),
    new("src-address", Kind::Text, None),
    new("dst-address", Kind::Text, None),
    new("src-address-list", Kind::Text, None),
    new("dst-address-list", Kind::Text, None),
    new("protocol", Kind::Text, None),
    new("src-port", Kind::Text, None),
    new("dst-port", Kind::Text, None),
    new("port", Kind::Text, None),
    new("in-interface", Kind::Interface, None),
    new("out-interface", Kind::Interface, None),
    new("in-interface-list", Kind::Text, None),
    new("out-interface-list", Kind::Text, None),
    new("connection-state", Kind::Text, None),
    new("connection-nat-state", Kind::Text, None),
    new("ipsec-policy", Kind::Text, None),
    new("to-addresses", Kind::Text, None),
    new("to-ports", Kind::Text, None),
    new("jump-target", Kind::Text, None),
    new("reject-with", Kind::Text, None),
    new("address-list", Kind::Text, None),
    new("address-list-timeout", Kind::Text, None),
    new("new-mss", Kind::Text, None),
    new("tcp-flags", Kind::Text, None),
    new("log", Kind::Truth, Some("false")),
    new("log-prefix", Kind::Text, Some("")),
    DISABLED,
    COMMENT,
];

/// `/ip/firewall/filter`.
pub(super) const FILTER: Schema = with(
    &[
        &[
            ("chain", "input"),
            ("action", "accept"),
            ("connection-state", "established,related"),
        ],
        &[
            ("chain", "input"),
            ("action", "drop"),
            ("in-interface", "wlan1"),
            ("disabled", "true"),
        ],
    ],
    menu(Menu::Filter, "/ip/firewall/filter", ORDERED, RULE),
);

/// `/ip/firewall/nat`.
pub(super) const NAT: Schema = menu(Menu::Nat, "/ip/firewall/nat", ORDERED, RULE);

/// `/ip/firewall/mangle`.
pub(super) const MANGLE: Schema = menu(Menu::Mangle, "/ip/firewall/mangle", ORDERED, RULE);

/// `/ip/firewall/raw`.
pub(super) const RAW: Schema = menu(Menu::Raw, "/ip/firewall/raw", ORDERED, RULE);

/// `/ip/firewall/address-list`.
pub(super) const ADDRESS_LIST: Schema = menu(
    Menu::AddressList,
    "/ip/firewall/address-list",
    ALL,
    &[
        must("list", Kind::Text),
        must("address", Kind::Text),
        new("timeout", Kind::Span, None),
        DISABLED,
        COMMENT,
    ],
);

/// `/ip/firewall/connection/tracking`.
pub(super) const TRACKING: Schema = with(
    &[&[("max-entries", "32768"), ("total-entries", "1")]],
    single(menu(
        Menu::Tracking,
        "/ip/firewall/connection/tracking",
        SINGLE,
        &[
            new("enabled", Kind::Text, Some("auto")),
            new("tcp-established-timeout", Kind::Span, Some("1d")),
            new("udp-timeout", Kind::Span, Some("10s")),
            new("udp-stream-timeout", Kind::Span, Some("3m")),
            new("icmp-timeout", Kind::Span, Some("10s")),
            new("generic-timeout", Kind::Span, Some("10m")),
        ],
    )),
);

/// `/ip/firewall/connection`.
pub(super) const CONNECTION: Schema = menu(
    Menu::Connection,
    "/ip/firewall/connection",
    &["print", "getall", "remove"],
    &[],
);
