//! Menus of wired interfaces and bridges.

use crate::sim::router::menus::{Kind, Menu, Schema};
use crate::sim::router::properties::{ALL, COMMENT, DISABLED, FIXED, menu, must, named, new};

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
