//! Menus of wired interfaces and bridges.

use crate::sim::router::menus::{Kind, Menu, Schema};
use crate::sim::router::properties::{ALL, COMMENT, DISABLED, PRINT, menu, must, named, new, with};

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

/// `/interface/lte`, as in the command tree of 7.16.2; version 6 calls its `monitor` `info`.
pub(super) const LTE: Schema = named(menu(
    Menu::Lte,
    "/interface/lte",
    &[
        "print", "getall", "set", "enable", "disable", "comment", "monitor", "info",
    ],
    &[
        new("name", Kind::Text, None),
        new("default-name", Kind::Text, None),
        new("mtu", Kind::Number(68, 1600), Some("1500")),
        new("apn-profiles", Kind::Text, Some("default")),
        new("allow-roaming", Kind::Truth, Some("false")),
        new("network-mode", Kind::Text, Some("lte")),
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
