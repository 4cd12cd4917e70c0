//! The router's menus: which there are, what they can do and which properties their rows have.

use super::settings::RouterOs;

/// What a property takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Anything.
    Text,
    /// `yes`, `no`, `true` or `false`.
    Truth,
    /// An interface that there is.
    Interface,
    /// An address with a mask; without one it gets /32.
    Address,
    /// An address without a mask.
    Ip,
    /// A destination: an address with or without a mask, without host bits.
    Destination,
    /// Addresses, interfaces, `address%interface`.
    Gateway,
    /// A whole number in this range.
    Number(i64, i64),
    /// Signals in dBm, such as `-85..120`.
    SignalRange,
    /// A MAC address.
    Mac,
}

/// One property that can be written.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What a new row gets without it; `None` = nothing is stored.
    pub default: Option<&'static str>,
    /// Whether a new row needs it.
    pub required: bool,
    /// The only version that has it.
    pub only: Option<RouterOs>,
}

/// A menu's place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is named as its path below")]
pub enum Menu {
    Identity,
    Resource,
    Routerboard,
    Package,
    Clock,
    Interface,
    Ethernet,
    Bridge,
    BridgePort,
    Wireless,
    Registration,
    ConnectList,
    SecurityProfiles,
    Wifi,
    WifiRegistration,
    Pptp,
    Address,
    Route,
    DhcpClient,
    Nat,
    Service,
    Log,
    User,
    UserGroup,
    UserActive,
    Script,
    Scheduler,
    Netwatch,
    Tool,
    Root,
}

/// What there is to know of a menu.
#[derive(Debug)]
pub struct Schema {
    /// Which.
    pub menu: Menu,
    /// Its path.
    pub path: &'static str,
    /// What it can do.
    pub verbs: &'static [&'static str],
    /// What can be written.
    pub properties: &'static [Property],
    /// The property by which a row may be named besides its id.
    pub name: Option<&'static str>,
    /// The only version that has it.
    pub only: Option<RouterOs>,
}

const fn new(name: &'static str, kind: Kind, default: Option<&'static str>) -> Property {
    Property {
        name,
        kind,
        default,
        required: false,
        only: None,
    }
}
const fn must(name: &'static str, kind: Kind) -> Property {
    Property {
        name,
        kind,
        default: None,
        required: true,
        only: None,
    }
}
const fn only(version: RouterOs, mut property: Property) -> Property {
    property.only = Some(version);
    property
}

const COMMENT: Property = new("comment", Kind::Text, None);
const DISABLED: Property = new("disabled", Kind::Truth, Some("false"));
const PRINT: &[&str] = &["print", "getall"];
const SINGLE: &[&str] = &["print", "getall", "set"];
const FIXED: &[&str] = &["print", "getall", "set", "enable", "disable"];
const ALL: &[&str] = &[
    "print", "getall", "add", "set", "remove", "enable", "disable", "comment",
];
const ORDERED: &[&str] = &[
    "print", "getall", "add", "set", "remove", "enable", "disable", "comment", "move",
];

const fn menu(
    menu: Menu,
    path: &'static str,
    verbs: &'static [&'static str],
    properties: &'static [Property],
) -> Schema {
    Schema {
        menu,
        path,
        verbs,
        properties,
        name: None,
        only: None,
    }
}
const fn named(mut schema: Schema) -> Schema {
    schema.name = Some("name");
    schema
}
const fn since_7(mut schema: Schema) -> Schema {
    schema.only = Some(RouterOs::V7_17);
    schema
}

/// Every menu, in the order of [`Menu`].
pub static SCHEMAS: [Schema; 30] = [
    menu(
        Menu::Identity,
        "/system/identity",
        SINGLE,
        &[new("name", Kind::Text, Some("MikroTik"))],
    ),
    menu(Menu::Resource, "/system/resource", PRINT, &[]),
    menu(Menu::Routerboard, "/system/routerboard", PRINT, &[]),
    menu(Menu::Package, "/system/package", PRINT, &[]),
    menu(
        Menu::Clock,
        "/system/clock",
        SINGLE,
        &[new("time-zone-name", Kind::Text, Some("UTC"))],
    ),
    named(menu(Menu::Interface, "/interface", FIXED, &[COMMENT, DISABLED])),
    named(menu(
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
    )),
    named(menu(
        Menu::Bridge,
        "/interface/bridge",
        ALL,
        &[must("name", Kind::Text), DISABLED, COMMENT],
    )),
    menu(
        Menu::BridgePort,
        "/interface/bridge/port",
        ALL,
        &[
            must("interface", Kind::Interface),
            must("bridge", Kind::Text),
            DISABLED,
            COMMENT,
        ],
    ),
    named(menu(
        Menu::Wireless,
        "/interface/wireless",
        &[
            "print", "getall", "set", "enable", "disable", "comment", "monitor", "scan",
        ],
        &[
            new("default-name", Kind::Text, None),
            new("name", Kind::Text, None),
            new("mtu", Kind::Number(32, 2290), Some("1500")),
            new("mac-address", Kind::Mac, None),
            new("interface-type", Kind::Text, Some("Atheros AR9300")),
            new("mode", Kind::Text, Some("station")),
            new("ssid", Kind::Text, Some("")),
            new("frequency", Kind::Number(2192, 6100), Some("2412")),
            new("band", Kind::Text, Some("2ghz-b/g/n")),
            new("channel-width", Kind::Text, Some("20mhz")),
            new("scan-list", Kind::Text, Some("default")),
            new("wireless-protocol", Kind::Text, Some("802.11")),
            new("default-authentication", Kind::Truth, Some("false")),
            new("security-profile", Kind::Text, Some("default")),
            new("disconnect-timeout", Kind::Text, Some("3s")),
            new("on-fail-retry-time", Kind::Text, Some("100ms")),
            new("station-roaming", Kind::Text, Some("disabled")),
            DISABLED,
            COMMENT,
        ],
    )),
    menu(
        Menu::Registration,
        "/interface/wireless/registration-table",
        &["print", "getall", "remove"],
        &[],
    ),
    menu(
        Menu::ConnectList,
        "/interface/wireless/connect-list",
        ORDERED,
        &[
            must("interface", Kind::Interface),
            new("mac-address", Kind::Mac, Some("00:00:00:00:00:00")),
            new("connect", Kind::Truth, Some("true")),
            new("ssid", Kind::Text, Some("")),
            new("area-prefix", Kind::Text, Some("")),
            new("signal-range", Kind::SignalRange, Some("-120..120")),
            new("allow-signal-out-of-range", Kind::Text, Some("0s")),
            new("wireless-protocol", Kind::Text, Some("any")),
            new("security-profile", Kind::Text, Some("none")),
            new("interworking", Kind::Text, Some("any")),
            DISABLED,
            COMMENT,
        ],
    ),
    named(menu(
        Menu::SecurityProfiles,
        "/interface/wireless/security-profiles",
        ALL,
        &[
            must("name", Kind::Text),
            new("mode", Kind::Text, Some("none")),
            new("authentication-types", Kind::Text, Some("")),
            new("unicast-ciphers", Kind::Text, Some("aes-ccm")),
            new("group-ciphers", Kind::Text, Some("aes-ccm")),
            new("wpa2-pre-shared-key", Kind::Text, Some("")),
            COMMENT,
        ],
    )),
    since_7(menu(Menu::Wifi, "/interface/wifi", PRINT, &[])),
    since_7(menu(
        Menu::WifiRegistration,
        "/interface/wifi/registration-table",
        PRINT,
        &[],
    )),
    named(menu(
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
            only(RouterOs::V7_17, new("use-peer-dns", Kind::Text, Some("no"))),
            new("add-default-route", Kind::Truth, Some("false")),
            new("default-route-distance", Kind::Number(0, 255), None),
            new("dial-on-demand", Kind::Truth, Some("false")),
            new("allow", Kind::Text, Some("pap,chap,mschap1,mschap2")),
            new("disabled", Kind::Truth, Some("true")),
            COMMENT,
        ],
    )),
    menu(
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
    ),
    menu(
        Menu::Route,
        "/ip/route",
        ALL,
        &[
            new("dst-address", Kind::Destination, Some("0.0.0.0/0")),
            only(RouterOs::V6_49, new("routing-mark", Kind::Text, None)),
            only(RouterOs::V7_17, new("routing-table", Kind::Text, Some("main"))),
            new("pref-src", Kind::Ip, None),
            new("gateway", Kind::Gateway, None),
            new("check-gateway", Kind::Text, None),
            new("distance", Kind::Number(1, 255), Some("1")),
            new("scope", Kind::Number(0, 255), Some("30")),
            new("target-scope", Kind::Number(0, 255), Some("10")),
            DISABLED,
            COMMENT,
        ],
    ),
    menu(
        Menu::DhcpClient,
        "/ip/dhcp-client",
        ALL,
        &[must("interface", Kind::Interface), DISABLED, COMMENT],
    ),
    menu(
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
    ),
    named(menu(
        Menu::Service,
        "/ip/service",
        FIXED,
        &[
            new("name", Kind::Text, None),
            new("port", Kind::Number(1, 65535), None),
            new("address", Kind::Text, Some("")),
            new("disabled", Kind::Truth, Some("false")),
        ],
    )),
    menu(
        Menu::Log,
        "/log",
        &["print", "getall", "info", "warning", "error", "debug"],
        &[],
    ),
    named(menu(Menu::User, "/user", PRINT, &[])),
    named(menu(Menu::UserGroup, "/user/group", PRINT, &[])),
    menu(Menu::UserActive, "/user/active", PRINT, &[]),
    named(menu(
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
    )),
    named(menu(
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
    )),
    menu(
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
    ),
    since_7(menu(Menu::Tool, "/tool", &["ping"], &[])),
    menu(Menu::Root, "", &["ping"], &[]),
];

impl Menu {
    /// Its schema.
    pub fn schema(self) -> &'static Schema {
        &SCHEMAS[self as usize]
    }

    /// Whether there is only one row, without an id.
    pub fn single(self) -> bool {
        matches!(self, Menu::Identity | Menu::Resource | Menu::Routerboard | Menu::Clock)
    }
}

impl Schema {
    /// The property of this name in this version.
    pub fn property(&self, name: &str, version: RouterOs) -> Option<&'static Property> {
        let properties: &'static [Property] = self.properties;
        properties
            .iter()
            .find(|p| p.name == name && p.only.is_none_or(|only| only == version))
    }
}

/// The menu and verb of a command.
///
/// # Errors
///
/// The word that is no menu of this version; `None` when only the verb is unknown.
pub fn find(command: &str, version: RouterOs) -> Result<(&'static Schema, &str), Option<&str>> {
    let (path, verb) = command.rsplit_once('/').ok_or(Some(command))?;
    let known = SCHEMAS
        .iter()
        .filter(|schema| schema.only.is_none_or(|only| only == version));
    match known.clone().find(|schema| schema.path == path) {
        Some(schema) if schema.verbs.contains(&verb) => Ok((schema, verb)),
        Some(_) => Err(None),
        None => {
            let mut end = 0;
            for part in path.split('/').skip(1) {
                end += 1 + part.len();
                let branch = &path[..end];
                let leads = |schema: &Schema| {
                    schema
                        .path
                        .strip_prefix(branch)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                if !known.clone().any(leads) {
                    return Err(Some(part));
                }
            }
            Err(None)
        }
    }
}
