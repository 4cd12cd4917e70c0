//! `RadioMenu`: the three menus that may run the radios, and what each calls things, as data.

/// The menu that runs the radios.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RadioMenu {
    /// `/interface/wireless`, the legacy package.
    #[default]
    Wireless,
    /// `/interface/wifi` of RouterOS 7.13 and later.
    Wifi,
    /// `/interface/wifiwave2` of RouterOS 7.1 to 7.12.
    WifiWave2,
}

/// How a standby is sent to an access point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steering {
    /// By a managed rule of the connect-list, which names the access point.
    ConnectList,
    /// By the radio's own network, security and frequency: they name no access point.
    Settings,
}

/// What a menu calls things.
#[derive(Debug, PartialEq, Eq)]
pub struct RadioWords {
    /// The menu's path.
    pub path: &'static str,
    /// The menu of the security profiles.
    pub security_profiles: &'static str,
    /// The properties of a registration, for `.proplist`.
    pub registration: &'static str,
    /// The property of a registration that has the signal.
    pub signal: &'static str,
    /// The property of a registration that says whether the key exchange finished.
    pub authenticated: &'static str,
    /// Whether a registration names its network, so that `monitor` need not be asked.
    pub names_network: bool,
    /// The property of a scan's row that has the signal.
    pub heard: &'static str,
    /// Whether a scan may keep the radio on its access point.
    pub background_scan: bool,
    /// The property of a radio that has its mode.
    pub mode: &'static str,
    /// The property of a radio that has its network.
    pub ssid: &'static str,
    /// The property of a radio that has its security profile.
    pub security: &'static str,
    /// The property of a radio that has the frequencies on which it searches.
    pub frequencies: &'static str,
    /// How a standby is sent to an access point.
    pub steering: Steering,
}

const LEGACY: RadioWords = RadioWords {
    path: "/interface/wireless",
    security_profiles: "/interface/wireless/security-profiles",
    registration: ".id,interface,mac-address,signal-strength,uptime,802.1x-port-enabled",
    signal: "signal-strength",
    authenticated: "802.1x-port-enabled",
    names_network: false,
    heard: "sig",
    background_scan: true,
    mode: "mode",
    ssid: "ssid",
    security: "security-profile",
    frequencies: "scan-list",
    steering: Steering::ConnectList,
};
const NEWER: RadioWords = RadioWords {
    path: "/interface/wifi",
    security_profiles: "/interface/wifi/security",
    registration: ".id,interface,ssid,mac-address,signal,uptime,authorized",
    signal: "signal",
    authenticated: "authorized",
    names_network: true,
    heard: "signal",
    background_scan: false,
    mode: "configuration.mode",
    ssid: "configuration.ssid",
    security: "security",
    frequencies: "channel.frequency",
    steering: Steering::Settings,
};

static WIRELESS: RadioWords = LEGACY;
static WIFI: RadioWords = NEWER;
static WIFIWAVE2: RadioWords = RadioWords {
    path: "/interface/wifiwave2",
    security_profiles: "/interface/wifiwave2/security",
    ..NEWER
};

impl RadioMenu {
    /// Every menu, the one that most routers have first.
    pub const ALL: [RadioMenu; 3] = [RadioMenu::Wireless, RadioMenu::Wifi, RadioMenu::WifiWave2];

    /// What it calls things.
    #[must_use]
    pub fn words(self) -> &'static RadioWords {
        match self {
            RadioMenu::Wireless => &WIRELESS,
            RadioMenu::Wifi => &WIFI,
            RadioMenu::WifiWave2 => &WIFIWAVE2,
        }
    }

    /// Its path.
    #[must_use]
    pub fn path(self) -> &'static str {
        self.words().path
    }

    /// As the console writes it: `/interface wifi`.
    #[must_use]
    pub fn console(self) -> String {
        self.path().replace('/', " ").replacen(' ', "/", 1)
    }
}
