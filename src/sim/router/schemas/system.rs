//! Menus of the system, its users and scripts, and the tools.

use crate::sim::router::menus::{Kind, Menu, Schema};
use crate::sim::router::properties::{
    ALL, COMMENT, DISABLED, PRINT, SINGLE, guarded, hidden, menu, must, named, new, only, since_7, single, until_7,
    with,
};
use crate::sim::settings::RouterOs;

/// `/system/identity`.
pub(super) const IDENTITY: Schema = single(menu(
    Menu::Identity,
    "/system/identity",
    SINGLE,
    &[new("name", Kind::Text, Some("MikroTik"))],
));

/// `/system/resource`.
pub(super) const RESOURCE: Schema = single(menu(Menu::Resource, "/system/resource", PRINT, &[]));

/// `/system/routerboard`.
pub(super) const ROUTERBOARD: Schema = single(menu(Menu::Routerboard, "/system/routerboard", PRINT, &[]));

/// `/system/package`.
pub(super) const PACKAGE: Schema = menu(Menu::Package, "/system/package", PRINT, &[]);

/// `/system/clock`.
pub(super) const CLOCK: Schema = single(menu(
    Menu::Clock,
    "/system/clock",
    SINGLE,
    &[new("time-zone-name", Kind::Text, Some("UTC"))],
));

/// `/log`.
pub(super) const LOG: Schema = menu(
    Menu::Log,
    "/log",
    &["print", "getall", "info", "warning", "error", "debug"],
    &[],
);

/// `/user`. Nobody can read a password.
pub(super) const USER: Schema = guarded(
    "policy",
    named(menu(
        Menu::User,
        "/user",
        ALL,
        &[
            must("name", Kind::Text),
            must("group", Kind::Text),
            new("address", Kind::Text, Some("")),
            hidden(new("password", Kind::Text, Some(""))),
            DISABLED,
            COMMENT,
        ],
    )),
);

/// `/user/group`, with the three groups that every router has.
pub(super) const USER_GROUP: Schema = guarded(
    "policy",
    with(
        &[
            &[("name", "read"), ("policy", "!ftp,!write,!policy")],
            &[("name", "write"), ("policy", "!ftp,!policy")],
            &[("name", "full")],
        ],
        named(menu(
            Menu::UserGroup,
            "/user/group",
            &["print", "getall", "add", "set", "remove", "comment"],
            &[
                must("name", Kind::Text),
                new("policy", Kind::Policies, Some("")),
                new("skin", Kind::Text, Some("default")),
                COMMENT,
            ],
        )),
    ),
);

/// `/user/active`.
pub(super) const USER_ACTIVE: Schema = menu(Menu::UserActive, "/user/active", PRINT, &[]);

/// `/system/script`.
pub(super) const SCRIPT: Schema = named(menu(
    Menu::Script,
    "/system/script",
    &["print", "getall", "add", "set", "remove", "comment"],
    &[
        new("name", Kind::Text, Some("script1")),
        new(
            "policy",
            Kind::Text,
            Some("ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon"),
        ),
        new("dont-require-permissions", Kind::Truth, Some("false")),
        new("source", Kind::Text, Some("")),
        COMMENT,
    ],
));

/// `/system/scheduler`.
pub(super) const SCHEDULER: Schema = named(menu(
    Menu::Scheduler,
    "/system/scheduler",
    ALL,
    &[
        new("name", Kind::Text, Some("schedule1")),
        new("start-date", Kind::Text, Some("jan/01/1970")),
        new("start-time", Kind::Text, Some("startup")),
        new("interval", Kind::Text, Some("0s")),
        new("on-event", Kind::Text, Some("")),
        new(
            "policy",
            Kind::Text,
            Some("ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon"),
        ),
        DISABLED,
        COMMENT,
    ],
));

/// `/tool/netwatch`.
pub(super) const NETWATCH: Schema = menu(
    Menu::Netwatch,
    "/tool/netwatch",
    ALL,
    &[
        must("host", Kind::Text),
        only(RouterOs::V7_17, new("type", Kind::Text, Some("simple"))),
        new("timeout", Kind::Text, Some("1s")),
        new("interval", Kind::Text, Some("1m")),
        new("up-script", Kind::Text, Some("")),
        new("down-script", Kind::Text, Some("")),
        only(RouterOs::V7_17, new("test-script", Kind::Text, Some(""))),
        DISABLED,
        COMMENT,
    ],
);

/// `/tool`.
pub(super) const TOOL: Schema = since_7(menu(Menu::Tool, "/tool", &["ping"], &[]));

/// `/`.
pub(super) const ROOT: Schema = menu(Menu::Root, "", &["ping"], &[]);

/// `/system/resource/cpu`.
pub(super) const CPU: Schema = with(
    &[&[("cpu", "cpu0"), ("load", "7"), ("irq", "1"), ("disk", "0")]],
    menu(Menu::Cpu, "/system/resource/cpu", PRINT, &[]),
);

/// `/system/package/update`.
pub(super) const PACKAGE_UPDATE: Schema = single(menu(
    Menu::PackageUpdate,
    "/system/package/update",
    SINGLE,
    &[new("channel", Kind::Text, Some("stable"))],
));

/// `/system/health` of RouterOS 6: one row.
pub(super) const HEALTH_SIX: Schema = with(
    &[&[("voltage", "13.8"), ("temperature", "41")]],
    until_7(single(menu(Menu::HealthSix, "/system/health", PRINT, &[]))),
);

/// `/system/health` of RouterOS 7: a row for each sensor.
pub(super) const HEALTH: Schema = with(
    &[
        &[("name", "voltage"), ("value", "13.8"), ("type", "V")],
        &[("name", "temperature"), ("value", "41"), ("type", "C")],
    ],
    since_7(menu(Menu::Health, "/system/health", PRINT, &[])),
);

/// `/system/note`.
pub(super) const NOTE: Schema = single(menu(
    Menu::Note,
    "/system/note",
    SINGLE,
    &[
        new("show-at-login", Kind::Truth, Some("true")),
        new("note", Kind::Text, Some("")),
    ],
));

/// `/snmp`.
pub(super) const SNMP: Schema = single(menu(
    Menu::Snmp,
    "/snmp",
    SINGLE,
    &[
        new("enabled", Kind::Truth, Some("false")),
        new("contact", Kind::Text, Some("")),
        new("location", Kind::Text, Some("")),
        new("engine-id", Kind::Text, Some("")),
        new("trap-version", Kind::Number(1, 3), Some("1")),
    ],
));

/// `/snmp/community`.
pub(super) const SNMP_COMMUNITY: Schema = with(
    &[&[("name", "public"), ("default", "true")]],
    named(menu(
        Menu::SnmpCommunity,
        "/snmp/community",
        ALL,
        &[
            must("name", Kind::Text),
            new("addresses", Kind::Text, Some("::/0")),
            new("security", Kind::Text, Some("none")),
            new("read-access", Kind::Truth, Some("true")),
            new("write-access", Kind::Truth, Some("false")),
            DISABLED,
            COMMENT,
        ],
    )),
);

/// `/system/ntp/client`.
pub(super) const NTP: Schema = single(since_7(menu(
    Menu::Ntp,
    "/system/ntp/client",
    SINGLE,
    &[
        new("enabled", Kind::Truth, Some("false")),
        new("mode", Kind::Text, Some("unicast")),
        new("servers", Kind::Text, Some("")),
        new("vrf", Kind::Text, Some("main")),
    ],
)));
