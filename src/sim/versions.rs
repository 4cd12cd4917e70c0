//! What the versions of RouterOS differ in, as data.

use super::settings::{Quirks, RouterOs, Settings};

/// What one version is and has.
#[derive(Debug)]
pub(crate) struct Version {
    /// As `/system/resource` writes it.
    pub text: &'static str,
    /// When it was built.
    pub built: &'static str,
    /// 6 or 7.
    pub major: u8,
    /// The packages in use.
    pub packages: &'static [&'static str],
    /// Packages that the list of packages shows without their being installed, as from 7.18.
    pub available: &'static [&'static str],
    /// Whether `/interface/wireless` is there; the radios are in it.
    pub legacy: bool,
    /// The path of the newer menu of radios. Where `/interface/wireless` is there as well, it is empty.
    pub wifi: Option<&'static str>,
    /// Whether an empty answer carries `!empty`.
    empty_word: bool,
    /// Whether rows carry flags only when they are true.
    pub flags_when_true: bool,
    /// Whether it logs in by challenge and response.
    challenge_login: bool,
    /// Whether `.tag` is the last word of a reply.
    tag_last: bool,
    /// Whether the command tree has `proplist` for `monitor`; RouterOS 6, of which there is no tree, takes it.
    monitor_proplist: bool,
    /// Whether `/cancel` of an unknown tag is refused: nobody knows.
    pub cancel_refuses: bool,
}

const SIX: Version = Version {
    text: "6.49.17",
    built: "Aug/06/2024 09:02:00",
    major: 6,
    packages: &["system", "wireless", "ppp", "security", "dhcp"],
    available: &[],
    legacy: true,
    wifi: None,
    empty_word: false,
    flags_when_true: true,
    challenge_login: false,
    tag_last: false,
    monitor_proplist: true,
    cancel_refuses: false,
};
const SEVEN: Version = Version {
    text: "7.17.2",
    built: "2025-02-06 09:10:03",
    major: 7,
    packages: &["routeros", "wireless"],
    wifi: Some("/interface/wifi"),
    flags_when_true: false,
    cancel_refuses: true,
    ..SIX
};
const SINCE_7_18: Version = Version {
    text: "7.20.8",
    built: "2026-01-26 10:24:47",
    available: &["container", "lora", "zerotier"],
    empty_word: true,
    flags_when_true: true,
    ..SEVEN
};

static V6_40: Version = Version {
    text: "6.40.9",
    built: "Aug/20/2018 07:29:31",
    challenge_login: true,
    tag_last: true,
    ..SIX
};
static V6_49: Version = SIX;
static V7_12: Version = Version {
    text: "7.12.2",
    built: "2023-12-20 13:22:08",
    packages: &["routeros", "wifiwave2"],
    legacy: false,
    wifi: Some("/interface/wifiwave2"),
    flags_when_true: true,
    monitor_proplist: false,
    ..SEVEN
};
static V7_17: Version = SEVEN;
static V7_20: Version = SINCE_7_18;
static V7_20_WIFI: Version = Version {
    packages: &["routeros", "wifi-qcom"],
    legacy: false,
    ..SINCE_7_18
};
static V7_24_WIFI: Version = Version {
    text: "7.24",
    built: "2026-08-18 08:31:50",
    packages: &["routeros", "wifi-qcom"],
    legacy: false,
    ..SINCE_7_18
};

impl RouterOs {
    /// What the version is and has.
    pub(crate) fn data(self) -> &'static Version {
        match self {
            RouterOs::V6_40 => &V6_40,
            RouterOs::V6_49 => &V6_49,
            RouterOs::V7_12 => &V7_12,
            RouterOs::V7_17 => &V7_17,
            RouterOs::V7_20 => &V7_20,
            RouterOs::V7_20Wifi => &V7_20_WIFI,
            RouterOs::V7_24Wifi => &V7_24_WIFI,
        }
    }

    /// 6 or 7.
    pub(crate) fn major(self) -> u8 {
        self.data().major
    }

    /// The names that a router of this version gives to so many radios.
    #[must_use]
    pub fn radio_names(self, count: usize) -> Vec<String> {
        let prefix = if self.data().legacy { "wlan" } else { "wifi" };
        (1..=count).map(|number| format!("{prefix}{number}")).collect()
    }
}

impl Settings {
    /// How the router behaves: what was chosen, and what its version adds.
    pub(crate) fn played(&self) -> Quirks {
        let version = self.routeros.data();
        Quirks {
            tag_last: self.quirks.tag_last || version.tag_last,
            empty_word: self.quirks.empty_word || version.empty_word,
            monitor_proplist: self.quirks.monitor_proplist && version.monitor_proplist,
            ..self.quirks.clone()
        }
    }

    /// Whether it logs in by challenge and response.
    pub(crate) fn challenges(&self) -> bool {
        self.access.challenge_login || self.routeros.data().challenge_login
    }
}
