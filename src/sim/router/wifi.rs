//! What the radios of the newer menus show of themselves: `/interface/wifi`, and `/interface/wifiwave2` before 7.13.

use super::monitor::rate;
use super::tables::Fields;
use super::values::{duration_text, id_text};
use crate::sim::vehicle::Vehicle;
use crate::sim::world::air::frequency;

impl Vehicle {
    /// A radio's row of the registration table; none unless it is associated.
    pub(super) fn wifi_registration(&self, radio: usize) -> Option<Fields> {
        let station = &self.stations[radio];
        let joined = station.joined()?;
        let ap = &self.air.aps[joined.choice.ap];
        let level = self.air.level(joined.choice.ap, station.antenna, self.now);
        let level = level.unwrap_or(-95.0).round();
        let uptime = self.now.saturating_sub(joined.since);
        let mut fields = vec![
            (".id", id_text(u32::try_from(radio + 1).unwrap_or(0))),
            ("interface", station.name.clone()),
            ("ssid", ap.ssid.clone()),
            ("mac-address", ap.bssid.clone()),
            ("uptime", duration_text(uptime, false)),
            (
                "last-activity",
                duration_text(uptime.min(std::time::Duration::from_millis(20)), true),
            ),
            ("signal", format!("{level}")),
            ("auth-type", "wpa2-psk".into()),
            ("band", if ap.channel > 14 { "5ghz-ax" } else { "2ghz-ax" }.into()),
            ("tx-rate", rate(level).into()),
            ("rx-rate", rate(level).into()),
            ("packets", format!("{0},{0}", uptime.as_secs() * 10)),
            ("bytes", format!("{0},{0}", uptime.as_secs() * 640)),
            ("tx-bits-per-second", "0".into()),
            ("rx-bits-per-second", "0".into()),
        ];
        fields.extend(self.flag("authorized", joined.authenticated));
        Some(fields)
    }

    /// What a print shows of a radio beside its settings.
    pub(super) fn wifi_state(&self, name: &str) -> Fields {
        let running = self.running(name);
        let flags = [
            self.flag("master", true),
            self.flag("bound", true),
            self.flag("inactive", !running),
            self.flag("running", running),
        ];
        flags.into_iter().flatten().collect()
    }

    /// What `monitor` of a radio shows: neither network nor signal.
    pub(super) fn wifi_monitor(&self, radio: usize) -> Fields {
        let station = &self.stations[radio];
        let Some(joined) = station.joined() else {
            let state = if station.enabled() { "scanning" } else { "disabled" };
            return vec![("state", state.into())];
        };
        vec![
            ("state", "running".into()),
            ("channel", wifi_channel_text(self.air.aps[joined.choice.ap].channel)),
            ("registered-peers", "1".into()),
            ("authorized-peers", u8::from(joined.authenticated).to_string()),
            ("tx-power", "20".into()),
        ]
    }

    /// A row of a scan for an access point.
    pub(super) fn wifi_scan_row(&self, ap: usize, signal: i16, section: u64) -> Fields {
        let ap = &self.air.aps[ap];
        vec![
            ("address", ap.bssid.clone()),
            ("ssid", ap.ssid.clone()),
            ("channel", wifi_channel_text(ap.channel)),
            ("security", "WPA2-PSK".into()),
            ("signal", signal.to_string()),
            ("nf", "-95".into()),
            ("sta-count", "1".into()),
            ("active", "true".into()),
            (".section", section.to_string()),
        ]
    }
}

/// A channel as these menus write it: frequency and standard.
fn wifi_channel_text(channel: u16) -> String {
    format!("{}/ax", frequency(channel))
}
