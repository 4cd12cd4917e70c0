//! Menus of PPP users and of queues.

use crate::sim::router::menus::{Kind, Menu, Schema};
use crate::sim::router::properties::{
    ALL, COMMENT, DISABLED, ORDERED, PRINT, SINGLE, menu, must, named, new, sensitive, single, with,
};

/// `/ppp/profile`.
pub(super) const PROFILE: Schema = with(
    &[
        &[("name", "default"), ("default", "true")],
        &[
            ("name", "default-encryption"),
            ("use-encryption", "yes"),
            ("default", "true"),
        ],
    ],
    named(menu(
        Menu::PppProfile,
        "/ppp/profile",
        &["print", "getall", "add", "set", "remove", "comment"],
        &[
            must("name", Kind::Text),
            new("local-address", Kind::Text, None),
            new("remote-address", Kind::Text, None),
            new("use-ipv6", Kind::Text, Some("yes")),
            new("use-mpls", Kind::Text, Some("default")),
            new("use-compression", Kind::Text, Some("default")),
            new("use-encryption", Kind::Text, Some("default")),
            new("only-one", Kind::Text, Some("default")),
            new("change-tcp-mss", Kind::Text, Some("yes")),
            new("session-timeout", Kind::Span, None),
            new("idle-timeout", Kind::Span, None),
            new("rate-limit", Kind::Text, None),
            new("dns-server", Kind::Text, None),
            new("address-list", Kind::Text, Some("")),
            new("on-up", Kind::Text, Some("")),
            new("on-down", Kind::Text, Some("")),
            COMMENT,
        ],
    )),
);

/// `/ppp/secret`.
pub(super) const SECRET: Schema = named(menu(
    Menu::PppSecret,
    "/ppp/secret",
    ALL,
    &[
        must("name", Kind::Text),
        new("service", Kind::Text, Some("any")),
        new("caller-id", Kind::Text, Some("")),
        sensitive(new("password", Kind::Text, Some(""))),
        new("profile", Kind::Text, Some("default")),
        new("local-address", Kind::Ip, None),
        new("remote-address", Kind::Ip, None),
        new("routes", Kind::Text, Some("")),
        new("limit-bytes-in", Kind::Number(0, i64::MAX), Some("0")),
        new("limit-bytes-out", Kind::Number(0, i64::MAX), Some("0")),
        DISABLED,
        COMMENT,
    ],
));

/// `/ppp/active`: those who dialed into this router; nobody does.
pub(super) const ACTIVE: Schema = menu(Menu::PppActive, "/ppp/active", &["print", "getall", "remove"], &[]);

/// `/ppp/aaa`.
pub(super) const AAA: Schema = single(menu(
    Menu::PppAaa,
    "/ppp/aaa",
    SINGLE,
    &[
        new("use-radius", Kind::Truth, Some("false")),
        new("accounting", Kind::Truth, Some("true")),
        new("interim-update", Kind::Span, Some("0s")),
    ],
));

/// `/queue/simple`.
pub(super) const SIMPLE: Schema = named(menu(
    Menu::QueueSimple,
    "/queue/simple",
    ORDERED,
    &[
        new("name", Kind::Text, Some("queue1")),
        must("target", Kind::Text),
        new("parent", Kind::Text, Some("none")),
        new("packet-marks", Kind::Text, Some("")),
        new("priority", Kind::Text, Some("8/8")),
        new("queue", Kind::Text, Some("default-small/default-small")),
        new("limit-at", Kind::Text, Some("0/0")),
        new("max-limit", Kind::Text, Some("0/0")),
        new("burst-limit", Kind::Text, Some("0/0")),
        new("burst-threshold", Kind::Text, Some("0/0")),
        new("burst-time", Kind::Text, Some("0s/0s")),
        new("bucket-size", Kind::Text, Some("0.1/0.1")),
        DISABLED,
        COMMENT,
    ],
));

/// `/queue/tree`.
pub(super) const TREE: Schema = menu(Menu::QueueTree, "/queue/tree", PRINT, &[]);
