//! What radios and tunnel show of themselves: registrations and monitors.

use super::factory::{PRIVATE, TUNNEL_PEER};
use super::kinds::Dialed;
use super::tables::Fields;
use super::values::{duration_text, id_text};
use crate::sim::settings::SignalText;
use crate::sim::vehicle::Vehicle;
use crate::sim::world::station::Phase;

impl Vehicle {
    /// A radio's row of the registration table; none unless it is associated.
    pub(crate) fn registration(&self, radio: usize) -> Option<Fields> {
        let station = &self.stations[radio];
        let joined = station.joined()?;
        let ap = &self.air.aps[joined.choice.ap];
        let level = self
            .air
            .level(joined.choice.ap, station.antenna, self.now)
            .unwrap_or(-95.0)
            .round();
        let uptime = self.now.saturating_sub(joined.since);
        Some(vec![
            (".id", id_text(u32::try_from(radio + 1).unwrap_or(0))),
            ("interface", station.name.clone()),
            ("mac-address", ap.bssid.clone()),
            ("ap", "true".into()),
            ("wds", "false".into()),
            ("bridge", "false".into()),
            ("rx-rate", rate(level).into()),
            ("tx-rate", rate(level).into()),
            ("packets", format!("{0},{0}", uptime.as_secs() * 10)),
            ("bytes", format!("{0},{0}", uptime.as_secs() * 640)),
            ("uptime", duration_text(uptime, false)),
            (
                "last-activity",
                duration_text(uptime.min(std::time::Duration::from_millis(20)), true),
            ),
            ("signal-strength", self.signal_text(level)),
            ("signal-to-noise", format!("{}", level + 95.0)),
            ("tx-ccq", "82".into()),
            ("802.1x-port-enabled", joined.authenticated.to_string()),
            ("authentication-type", "wpa2-psk".into()),
            ("encryption", "aes-ccm".into()),
        ])
    }

    /// What `monitor` of a radio shows.
    pub(crate) fn radio_monitor(&self, radio: usize) -> Fields {
        let station = &self.stations[radio];
        let Phase::Joined(joined) = &station.phase else {
            let status = if station.phase == Phase::Off {
                "disabled"
            } else {
                "searching-for-network"
            };
            return vec![("status", status.into())];
        };
        let ap = &self.air.aps[joined.choice.ap];
        let level = self
            .air
            .level(joined.choice.ap, station.antenna, self.now)
            .unwrap_or(-95.0)
            .round();
        vec![
            ("status", "connected-to-ess".into()),
            ("channel", channel_text(ap.channel)),
            ("wireless-protocol", "802.11".into()),
            ("tx-rate", rate(level).into()),
            ("rx-rate", rate(level).into()),
            ("ssid", ap.ssid.clone()),
            ("bssid", ap.bssid.clone()),
            ("signal-strength", format!("{level}")),
            ("noise-floor", "-95".into()),
            ("signal-to-noise", format!("{}", level + 95.0)),
            ("tx-ccq", "82".into()),
            ("registered-clients", "1".into()),
            ("authenticated-clients", u8::from(joined.authenticated).to_string()),
            ("wds-link", "false".into()),
            ("bridge", "false".into()),
            ("802.1x-port-enabled", joined.authenticated.to_string()),
            ("authentication-type", "wpa2-psk".into()),
            ("encryption", "aes-ccm".into()),
        ]
    }

    /// What `monitor` of the tunnel shows.
    pub(crate) fn tunnel_monitor(&self, kind: &Dialed) -> Fields {
        let status = self.dialed.status(self.quirks.status_words, self.now);
        let mut fields: Fields = status.map(|status| ("status", status.to_owned())).into_iter().collect();
        let Some(call) = self.dialed.call() else { return fields };
        fields.extend([
            ("uptime", duration_text(self.now.saturating_sub(call.since), false)),
            ("encoding", kind.encoding.into()),
            ("mtu", "1450".into()),
        ]);
        fields.extend(kind.mru.then(|| ("mru", "1450".to_owned())));
        fields.extend([
            ("local-address", PRIVATE.into()),
            ("remote-address", TUNNEL_PEER.into()),
        ]);
        fields
    }

    /// What `monitor` of a wired interface shows.
    pub(crate) fn wire_monitor(&self, name: &str) -> Fields {
        let running = self.running(name);
        let mut fields: Fields = vec![
            ("name", name.to_owned()),
            ("status", if running { "link-ok" } else { "no-link" }.into()),
        ];
        let modes = "10M-half,10M-full,100M-half,100M-full";
        let up = [
            ("auto-negotiation", "done"),
            ("rate", "100Mbps"),
            ("full-duplex", "true"),
            ("tx-flow-control", "false"),
            ("rx-flow-control", "false"),
            ("advertising", modes),
            ("link-partner-advertising", modes),
        ];
        let down = [("auto-negotiation", "incomplete"), ("advertising", modes)];
        let state: &[(&'static str, &str)] = if running { &up } else { &down };
        fields.extend(state.iter().map(|(name, value)| (*name, (*value).to_owned())));
        fields
    }

    fn signal_text(&self, level: f64) -> String {
        match self.quirks.signal {
            SignalText::AtRate if level > -70.0 => format!("{level}@HT20-7"),
            SignalText::AtRate => format!("{level}@1Mbps"),
            SignalText::WithUnit => format!("{level}dBm@HT20-{}", if level > -70.0 { 7 } else { 3 }),
            SignalText::Bare => format!("{level}"),
        }
    }
}

/// A rate that fits a level.
pub(super) fn rate(level: f64) -> &'static str {
    if level > -70.0 {
        "65Mbps-20MHz/1S"
    } else {
        "6.5Mbps-20MHz/1S"
    }
}

/// A channel as the router writes it: frequency, width, standard.
pub(crate) fn channel_text(channel: u16) -> String {
    match channel {
        1..=13 => format!("{}/20/gn", 2407 + 5 * channel),
        14 => "2484/20/b".into(),
        _ => format!("{}/20/an", 5000 + 5 * u32::from(channel)),
    }
}
