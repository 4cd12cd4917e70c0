//! Menus of the system, its users and scripts, and the tools.

use crate::sim::router::menus::{Kind, Menu, Only, Schema};
use crate::sim::router::properties::{ALL, COMMENT, DISABLED, PRINT, SINGLE, menu, must, named, new, only, since_7};

/// `/system/identity`.
pub(super) const IDENTITY: Schema = menu(
    Menu::Identity,
    "/system/identity",
    SINGLE,
    &[new("name", Kind::Text, Some("MikroTik"))],
);

/// `/system/resource`.
pub(super) const RESOURCE: Schema = menu(Menu::Resource, "/system/resource", PRINT, &[]);

/// `/system/routerboard`.
pub(super) const ROUTERBOARD: Schema = menu(Menu::Routerboard, "/system/routerboard", PRINT, &[]);

/// `/system/package`.
pub(super) const PACKAGE: Schema = menu(Menu::Package, "/system/package", PRINT, &[]);

/// `/system/clock`.
pub(super) const CLOCK: Schema = menu(
    Menu::Clock,
    "/system/clock",
    SINGLE,
    &[new("time-zone-name", Kind::Text, Some("UTC"))],
);

/// `/log`.
pub(super) const LOG: Schema = menu(
    Menu::Log,
    "/log",
    &["print", "getall", "info", "warning", "error", "debug"],
    &[],
);

/// `/user`.
pub(super) const USER: Schema = named(menu(Menu::User, "/user", PRINT, &[]));

/// `/user/group`.
pub(super) const USER_GROUP: Schema = named(menu(Menu::UserGroup, "/user/group", PRINT, &[]));

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
        only(Only::Seven, new("type", Kind::Text, Some("simple"))),
        new("timeout", Kind::Text, Some("1s")),
        new("interval", Kind::Text, Some("1m")),
        new("up-script", Kind::Text, Some("")),
        new("down-script", Kind::Text, Some("")),
        only(Only::Seven, new("test-script", Kind::Text, Some(""))),
        DISABLED,
        COMMENT,
    ],
);

/// `/tool`.
pub(super) const TOOL: Schema = since_7(menu(Menu::Tool, "/tool", &["ping"], &[]));

/// `/`.
pub(super) const ROOT: Schema = menu(Menu::Root, "", &["ping"], &[]);
