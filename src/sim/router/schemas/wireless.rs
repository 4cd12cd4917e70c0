//! Menus of the radios.

use crate::sim::router::menus::{Kind, Menu, Schema};
use crate::sim::router::properties::{
    ALL, COMMENT, DISABLED, ORDERED, PRINT, menu, must, named, new, sensitive, since_7,
};

/// `/interface/wireless`.
pub(super) const WIRELESS: Schema = named(menu(
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
        new("scan-list", Kind::ScanList, Some("default")),
        new("wireless-protocol", Kind::Text, Some("802.11")),
        new("default-authentication", Kind::Truth, Some("false")),
        new("security-profile", Kind::Text, Some("default")),
        new("disconnect-timeout", Kind::Text, Some("3s")),
        new("on-fail-retry-time", Kind::Text, Some("100ms")),
        new("station-roaming", Kind::Text, Some("disabled")),
        DISABLED,
        COMMENT,
    ],
));

/// `/interface/wireless/registration-table`.
pub(super) const REGISTRATION: Schema = menu(
    Menu::Registration,
    "/interface/wireless/registration-table",
    &["print", "getall", "remove"],
    &[],
);

/// `/interface/wireless/connect-list`.
pub(super) const CONNECT_LIST: Schema = menu(
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
        new("allow-signal-out-of-range", Kind::SpanOrAlways, Some("10s")),
        new("wireless-protocol", Kind::Text, Some("any")),
        new("security-profile", Kind::Text, Some("none")),
        new("interworking", Kind::Text, Some("any")),
        DISABLED,
        COMMENT,
    ],
);

/// `/interface/wireless/security-profiles`.
pub(super) const SECURITY_PROFILES: Schema = named(menu(
    Menu::SecurityProfiles,
    "/interface/wireless/security-profiles",
    ALL,
    &[
        must("name", Kind::Text),
        new("mode", Kind::Text, Some("none")),
        new("authentication-types", Kind::Text, Some("")),
        new("unicast-ciphers", Kind::Text, Some("aes-ccm")),
        new("group-ciphers", Kind::Text, Some("aes-ccm")),
        sensitive(new("wpa2-pre-shared-key", Kind::Text, Some(""))),
        COMMENT,
    ],
));

/// `/interface/wifi`.
pub(super) const WIFI: Schema = since_7(menu(Menu::Wifi, "/interface/wifi", PRINT, &[]));

/// `/interface/wifi/registration-table`.
pub(super) const WIFI_REGISTRATION: Schema = since_7(menu(
    Menu::WifiRegistration,
    "/interface/wifi/registration-table",
    PRINT,
    &[],
));

/// `/interface/wifi/capsman/remote-cap`: the vehicle controls no access points.
pub(super) const WIFI_REMOTE_CAP: Schema = since_7(menu(
    Menu::WifiRemoteCap,
    "/interface/wifi/capsman/remote-cap",
    PRINT,
    &[],
));
