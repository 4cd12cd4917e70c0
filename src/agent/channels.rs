//! Steering by network and frequency, in the menus without a connect-list: what the radios' settings and the last scans say.
//! Pure.
//!
//! A radio that is steered so looks for one network on one frequency. It names no access point: of two that send one
//! network on one frequency, the radio takes which it likes.

use std::collections::BTreeMap;

use crate::marks::steered_to;
use crate::names::{Bssid, InterfaceName, Ssid};
use crate::routeros::frequency;
use crate::snapshot::{RadioProfile, RadioSettings, ScanRow};
use crate::swap::{RadioStep, Step};

/// The radios' settings as last read, and where access points were heard.
#[derive(Debug, Default)]
pub(super) struct Channels {
    settings: Vec<RadioSettings>,
    profiles: Vec<RadioProfile>,
    /// The network, the frequency in MHz and the number of the scan of each access point that the last scans heard.
    heard: BTreeMap<Bssid, (Ssid, u16, u64)>,
    scans: u64,
}

/// The scans that count: older ones heard places that the vehicle has left.
const SCANS: u64 = 4;

impl Channels {
    /// Takes a new reading of the settings.
    pub(super) fn read(&mut self, settings: Vec<RadioSettings>, profiles: Vec<RadioProfile>) {
        (self.settings, self.profiles) = (settings, profiles);
    }

    /// Takes what a scan heard.
    pub(super) fn scanned(&mut self, rows: &[ScanRow]) {
        self.scans += 1;
        let now = self.scans;
        self.heard.retain(|_, (_, _, scan)| now - *scan < SCANS);
        for row in rows {
            if let (Some(ssid), Some(mhz)) = (&row.ssid, frequency(&row.channel)) {
                self.heard.insert(row.bssid, (ssid.clone(), mhz, now));
            }
        }
    }

    /// The AP that a radio is steered to.
    pub(super) fn steered(&self, radio: &InterfaceName) -> Option<Bssid> {
        steered_to(&self.radio(radio)?.comment).map(|(bssid, _)| bssid)
    }

    /// The calls that send a radio to an AP; `None` when no profile says how to join its network.
    pub(super) fn steer(&self, radio: &InterfaceName, bssid: Bssid, network: &Ssid) -> Option<Vec<Step>> {
        let item = self.radio(radio)?.clone();
        let security = self.security(network)?.to_owned();
        let mhz = self.heard.get(&bssid).map(|(_, mhz, _)| *mhz);
        let mut steps = Vec::new();
        if mhz.is_none() && steered_to(&item.comment).is_some() {
            // Where the AP sends is not certain, so the radio looks everywhere.
            steps.push(RadioStep::Widen { item: item.clone() });
        }
        steps.push(RadioStep::Steer {
            item,
            bssid,
            network: network.clone(),
            security,
            frequency: mhz,
        });
        Some(steps.into_iter().map(Step::Radio).collect())
    }

    /// The calls that let a radio look on all its frequencies again; none when it is not steered.
    pub(super) fn release(&self, radio: &InterfaceName) -> Vec<Step> {
        let release = self.radio(radio).map(RadioStep::release).unwrap_or_default();
        release.into_iter().map(Step::Radio).collect()
    }

    /// The other APs that were heard on an AP's frequency with its network: a radio that is sent there may land on any.
    pub(super) fn alike(&self, bssid: Bssid) -> Vec<Bssid> {
        let Some((network, mhz, _)) = self.heard.get(&bssid) else {
            return Vec::new();
        };
        let there = self
            .heard
            .iter()
            .filter(|(other, (name, at, _))| **other != bssid && (name, at) == (network, mhz));
        there.map(|(other, _)| *other).collect()
    }

    fn radio(&self, radio: &InterfaceName) -> Option<&RadioSettings> {
        self.settings.iter().find(|item| item.interface == *radio)
    }

    /// The security profile that the first profile of a network names.
    fn security(&self, network: &Ssid) -> Option<&str> {
        let named = |profile: &&RadioProfile| profile.ssid == network.as_bytes() && !profile.security.is_empty();
        self.profiles
            .iter()
            .find(named)
            .map(|profile| profile.security.as_str())
    }
}

/// Of the APs with one network on one frequency only the strongest: a radio that is sent there most likely joins that one.
pub(super) fn distinct(rows: Vec<ScanRow>) -> Vec<ScanRow> {
    let place = |row: &ScanRow| Some((row.ssid.clone()?, frequency(&row.channel)?));
    let stronger = |row: &ScanRow| {
        let mut others = rows.iter().filter(|other| other.signal > row.signal);
        place(row).is_some_and(|here| others.any(|other| place(other).as_ref() == Some(&here)))
    };
    let weaker: Vec<bool> = rows.iter().map(stronger).collect();
    rows.into_iter()
        .zip(weaker)
        .filter(|(_, weaker)| !weaker)
        .map(|(row, _)| row)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marks::steer_mark;
    use crate::routeros::{ItemId, RadioMenu};
    use crate::units::Dbm;

    fn ssid(text: &str) -> Ssid {
        Ssid::new(text.as_bytes()).unwrap()
    }

    fn ap(last: u8) -> Bssid {
        Bssid([2, 0, 0, 0, 0, last])
    }

    fn channels(comment: &str) -> Channels {
        let radio = RadioSettings {
            menu: RadioMenu::Wifi,
            id: ItemId("*2".into()),
            interface: InterfaceName::new("wifi2"),
            comment: comment.into(),
            ssid: b"yard".to_vec(),
            security: "yard".into(),
            frequencies: String::new(),
            own_security: false,
        };
        let profile = |ssid: &str, security: &str| RadioProfile {
            name: format!("to {ssid}"),
            ssid: ssid.into(),
            security: security.into(),
        };
        let mut channels = Channels::default();
        channels.read(
            vec![radio],
            vec![profile("road", ""), profile("road", "key"), profile("yard", "open")],
        );
        let row = |last: u8, name: &str, channel: &str| ScanRow {
            bssid: ap(last),
            ssid: Some(ssid(name)),
            signal: Dbm(-60),
            channel: channel.to_owned(),
        };
        channels.scanned(&[
            row(1, "road", "2412/ax"),
            row(2, "road", "2412/ax"),
            row(3, "road", "5180/ax/Ceee"),
            row(4, "yard", "2412/ax"),
        ]);
        channels
    }

    fn sentences(steps: Option<Vec<Step>>) -> Vec<String> {
        let steps = steps.unwrap_or_default().into_iter();
        steps.map(|step| step.sentence().to_string()).collect()
    }

    #[test]
    fn a_radio_is_sent_to_the_frequency_where_its_target_was_heard() {
        let radio = InterfaceName::new("wifi2");
        let channels = channels("");
        let sent = sentences(channels.steer(&radio, ap(3), &ssid("road")));
        let words =
            "=configuration.ssid=road =security=key =channel.frequency=5180 =comment=tikroam:hunt=02:00:00:00:00:03=";
        assert_eq!(sent, [format!("/interface/wifi/set =.id=*2 {words}")]);
        assert_eq!(channels.steer(&radio, ap(3), &ssid("elsewhere")), None, "no profile");
    }

    #[test]
    fn a_target_that_no_scan_heard_is_looked_for_everywhere() {
        let radio = InterfaceName::new("wifi2");
        let sent = sentences(channels(&steer_mark(ap(1), "")).steer(&radio, ap(9), &ssid("yard")));
        assert_eq!(
            sent[0],
            "/interface/wifi/unset =numbers=*2 =value-name=channel.frequency"
        );
        assert!(!sent[1].contains("channel.frequency"), "{sent:?}");
        assert_eq!(sentences(channels("").steer(&radio, ap(9), &ssid("yard"))).len(), 1);
    }

    #[test]
    fn a_radio_is_sent_to_the_strongest_of_those_that_it_cannot_choose_among() {
        let row = |last: u8, name: &str, channel: &str, signal: i16| ScanRow {
            bssid: ap(last),
            ssid: Ssid::new(name.as_bytes()).ok(),
            signal: Dbm(signal),
            channel: channel.to_owned(),
        };
        let heard = [
            row(1, "road", "2412/ax", -70),
            row(2, "road", "2412/ax", -60),
            row(3, "road", "5180/ax/Ceee", -80),
            row(4, "yard", "2412/ax", -85),
            row(5, "road", "", -90),
        ];
        let left: Vec<Bssid> = distinct(heard.to_vec()).iter().map(|row| row.bssid).collect();
        assert_eq!(left, [ap(2), ap(3), ap(4), ap(5)]);
    }

    #[test]
    fn what_a_frequency_cannot_distinguish_is_one_network_on_one_frequency() {
        let channels = channels("");
        assert_eq!(channels.alike(ap(1)), [ap(2)]);
        assert_eq!(channels.alike(ap(3)), []);
        assert_eq!(channels.alike(ap(4)), [], "another network");
        assert_eq!(channels.alike(ap(9)), []);
        let mut later = channels;
        (0..SCANS).for_each(|_| later.scanned(&[]));
        assert_eq!(later.alike(ap(1)), [], "out of hearing for long");
    }
}
