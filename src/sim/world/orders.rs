//! What a radio is to join by the router's configuration.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::air::frequency;

/// Channels that a radio goes over without a list of its own: those of 2.4 GHz.
const DEFAULT_CHANNELS: usize = 13;
/// The step within a range of frequencies, in MHz.
const STEP: usize = 5;

/// The security profile that opens all networks of the vehicle, as where they share one key.
pub(crate) const EVERY_NETWORK: &str = "every-network";

/// What one radio is to do by the router's configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Orders {
    /// Whether the interface is enabled and in station mode.
    pub enabled: bool,
    /// The interface's SSID; empty = the connect-list's SSIDs count.
    pub ssid: String,
    /// Whether to connect where no rule matches.
    pub default_authentication: bool,
    /// The security profile where no rule matches.
    pub profile: String,
    /// The frequencies that the radio can hear, in MHz; `None` = all.
    pub band: Option<RangeInclusive<u16>>,
    /// Where to search.
    pub scan_list: ScanList,
    /// The enabled rules for this interface, first match wins.
    pub rules: Vec<Rule>,
}

/// The frequencies that a radio searches, in MHz.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum ScanList {
    /// All that the radio can do.
    #[default]
    Default,
    /// These, in ascending order.
    Only(Vec<u16>),
}

/// One rule of the connect-list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Its id in the table.
    pub id: u32,
    /// Whether a match means to connect.
    pub connect: bool,
    /// The only access point that it matches; `None` = any.
    pub bssid: Option<String>,
    /// The only SSID that it matches; empty = any.
    pub ssid: String,
    /// What the area of an access point that it matches begins with; empty = any.
    pub area: String,
    /// What signals it matches.
    pub range: Range,
    /// The security profile to use.
    pub profile: String,
}

/// The signals that a rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    /// The lowest and highest in dBm.
    pub signals: (i16, i16),
    /// How long an association may stay outside of them; `None` = always.
    pub allowed_outside: Option<Duration>,
}

/// The access point that a search ended on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Which access point.
    pub ap: usize,
    /// The rule that matched; `None` = by default-authentication.
    pub rule: Option<u32>,
    /// The security profile to use.
    pub profile: String,
    /// The signals of the rule.
    pub range: Option<Range>,
}

/// An access point as a radio hears it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'a> {
    /// Which access point.
    pub ap: usize,
    /// Its MAC address.
    pub bssid: &'a str,
    /// The name that it sends.
    pub ssid: &'a str,
    /// The area that it sends.
    pub area: &'a str,
    /// How strong it is heard, in dBm.
    pub signal: i16,
}

impl ScanList {
    /// Reads `default`, or frequencies and ranges of them such as `2412,2437-2447`; `None` for anything else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut only = Vec::new();
        for part in text.split(',') {
            if part == "default" {
                return Some(ScanList::Default);
            }
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let (from, to): (u16, u16) = (from.parse().ok()?, to.parse().ok()?);
            let fits = |frequency: u16| (2192..=6100).contains(&frequency);
            if !fits(from) || !fits(to) || from > to {
                return None;
            }
            only.extend((from..=to).step_by(STEP));
        }
        only.sort_unstable();
        only.dedup();
        Some(ScanList::Only(only))
    }

    /// Whether an access point on this channel can be heard.
    pub(crate) fn covers(&self, channel: u16) -> bool {
        match self {
            ScanList::Default => true,
            ScanList::Only(only) => only.contains(&frequency(channel)),
        }
    }

    /// How many channels there are to go over.
    pub(crate) fn channels(&self) -> usize {
        match self {
            ScanList::Default => DEFAULT_CHANNELS,
            ScanList::Only(only) => only.len(),
        }
    }
}

impl Range {
    /// Whether a signal in dBm is within.
    pub(crate) fn contains(&self, signal: f64) -> bool {
        (f64::from(self.signals.0)..=f64::from(self.signals.1)).contains(&signal)
    }
}

impl Orders {
    /// The rank of the first rule that matches an access point, and what choosing it means.
    pub(crate) fn matching(&self, heard: Candidate<'_>) -> Option<(usize, Choice)> {
        if !self.ssid.is_empty() && self.ssid != heard.ssid {
            return None;
        }
        let matches = |rule: &&Rule| {
            let bssid = rule.bssid.as_ref();
            bssid.is_none_or(|only| only.eq_ignore_ascii_case(heard.bssid))
                && (!self.ssid.is_empty() || rule.ssid.is_empty() || rule.ssid == heard.ssid)
                && heard.area.starts_with(&rule.area)
                && rule.range.contains(f64::from(heard.signal))
        };
        let choice = |rule: Option<&Rule>| Choice {
            ap: heard.ap,
            rule: rule.map(|rule| rule.id),
            profile: rule.map_or(&self.profile, |rule| &rule.profile).clone(),
            range: rule.map(|rule| rule.range),
        };
        match self.rules.iter().enumerate().find(|(_, rule)| matches(rule)) {
            Some((rank, rule)) => rule.connect.then(|| (rank, choice(Some(rule)))),
            None => self.default_authentication.then(|| (usize::MAX, choice(None))),
        }
    }

    /// Whether an access point on this channel can be heard.
    pub(crate) fn hears(&self, channel: u16) -> bool {
        let in_band = self.band.as_ref().is_none_or(|band| band.contains(&frequency(channel)));
        in_band && self.scan_list.covers(channel)
    }

    /// The rules down to the one that matched; all of them when that is gone or none had matched.
    pub(crate) fn up_to(&self, matched: Option<u32>) -> &[Rule] {
        let end = self.rules.iter().position(|rule| Some(rule.id) == matched);
        &self.rules[..end.map_or(self.rules.len(), |i| i + 1)]
    }
}
