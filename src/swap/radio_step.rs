//! `RadioStep`: one change of a radio that its own settings steer, in the menus without a connect-list.

use crate::marks::{steer_mark, steered_to, unsteered};
use crate::names::{Bssid, Ssid};
use crate::routeros::Sentence;
use crate::snapshot::RadioSettings;

/// One change of a standby's own settings, made by exactly one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RadioStep {
    /// It looks for one network on one frequency, and its comment gets our mark.
    Steer {
        /// The radio as read.
        item: RadioSettings,
        /// The AP that it is to find there.
        bssid: Bssid,
        /// The AP's network.
        network: Ssid,
        /// The security profile that opens the network.
        security: String,
        /// The AP's frequency in MHz; `None` = where the radio looks now.
        frequency: Option<u16>,
    },
    /// It looks on the frequencies that it had before.
    Widen {
        /// The radio as read.
        item: RadioSettings,
    },
    /// Its comment loses our mark.
    Unmark {
        /// The radio as read.
        item: RadioSettings,
    },
}

impl RadioStep {
    /// The calls that undo the steering of a radio; none when it is not steered. The mark goes last: until then the next
    /// session sees that something is left to undo.
    #[must_use]
    pub fn release(item: &RadioSettings) -> Vec<RadioStep> {
        if steered_to(&item.comment).is_none() {
            return Vec::new();
        }
        let widen = RadioStep::Widen { item: item.clone() };
        vec![widen, RadioStep::Unmark { item: item.clone() }]
    }

    fn item(&self) -> &RadioSettings {
        match self {
            RadioStep::Steer { item, .. } | RadioStep::Widen { item } | RadioStep::Unmark { item } => item,
        }
    }

    pub(super) fn sentence(&self) -> Sentence {
        let item = self.item();
        let words = item.menu.words();
        let set = Sentence::set(words.path, &item.id);
        match self {
            RadioStep::Steer {
                item,
                bssid,
                network,
                security,
                frequency,
            } => {
                let set = set
                    .with_bytes(words.ssid, network.as_bytes())
                    .with(words.security, security);
                let set = match frequency {
                    Some(mhz) => set.with(words.frequencies, &mhz.to_string()),
                    None => set,
                };
                set.with_bytes("comment", &marked(item, *bssid))
            }
            // An empty list is no value that a router takes.
            RadioStep::Widen { item } => match before(item).as_str() {
                "" => Sentence::new(words.path, "unset")
                    .with("numbers", &item.id.0)
                    .with("value-name", words.frequencies),
                list => set.with(words.frequencies, list),
            },
            RadioStep::Unmark { item } => set.with_bytes("comment", &unsteered(&item.comment)),
        }
    }

    pub(super) fn columns(&self) -> [String; 4] {
        let item = self.item();
        let words = item.menu.words();
        let all = |list: &str| {
            if list.is_empty() {
                "all".to_owned()
            } else {
                list.escape_debug().to_string()
            }
        };
        let (property, change) = match self {
            RadioStep::Steer {
                bssid,
                network,
                frequency,
                ..
            } => {
                let on = frequency.map_or_else(|| "any frequency".to_owned(), |mhz| format!("{mhz} MHz"));
                let from = String::from_utf8_lossy(&item.ssid).escape_debug().to_string();
                (words.ssid, format!("{from} -> {network} on {on} ({bssid})"))
            }
            RadioStep::Widen { item } => {
                let change = format!("{} -> {}", all(&item.frequencies), all(&before(item)));
                (words.frequencies, change)
            }
            RadioStep::Unmark { .. } => ("comment", "steered -> not steered".to_owned()),
        };
        let call = self.sentence().command().to_owned();
        [call, item.interface.to_string(), property.to_owned(), change]
    }
}

/// The frequencies that a radio had before it was steered.
fn before(item: &RadioSettings) -> String {
    steered_to(&item.comment).map_or_else(|| item.frequencies.clone(), |(_, frequencies)| frequencies)
}

fn marked(item: &RadioSettings, bssid: Bssid) -> Vec<u8> {
    let mut comment = unsteered(&item.comment);
    if !comment.is_empty() {
        comment.push(b' ');
    }
    comment.extend(steer_mark(bssid, &before(item)).into_bytes());
    comment
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::InterfaceName;
    use crate::routeros::{ItemId, RadioMenu};

    fn radio(comment: &str, frequencies: &str) -> RadioSettings {
        RadioSettings {
            menu: RadioMenu::Wifi,
            id: ItemId("*2".into()),
            interface: InterfaceName::new("wifi2"),
            comment: comment.into(),
            ssid: b"testssid1".to_vec(),
            security: "open".into(),
            frequencies: frequencies.into(),
            own_security: false,
        }
    }

    fn steer(item: RadioSettings, frequency: Option<u16>) -> String {
        let step = RadioStep::Steer {
            item,
            bssid: Bssid([2, 0, 0, 0, 0, 1]),
            network: Ssid::new(b"testssid2").unwrap(),
            security: "tikroam-open".into(),
            frequency,
        };
        step.sentence().to_string()
    }

    #[test]
    fn a_steered_radio_remembers_its_frequencies_however_often_it_is_steered() {
        let to = "=configuration.ssid=testssid2 =security=tikroam-open =channel.frequency=5180";
        let mark = "tikroam:hunt=02:00:00:00:00:01=2412,2437";
        let first = steer(radio("roof", "2412,2437"), Some(5180));
        assert_eq!(first, format!("/interface/wifi/set =.id=*2 {to} =comment=roof {mark}"));
        let again = steer(
            radio("roof tikroam:hunt=02:00:00:00:00:07=2412,2437", "2462"),
            Some(5180),
        );
        assert_eq!(again, first);
        assert!(!steer(radio("", ""), None).contains("frequency"));
    }

    #[test]
    fn a_radio_that_is_released_gets_back_what_it_had() {
        let sentences = |item: &RadioSettings| {
            let steps = RadioStep::release(item).into_iter();
            steps.map(|step| step.sentence().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(sentences(&radio("roof", "2412")), Vec::<String>::new(), "never steered");
        assert_eq!(
            sentences(&radio("tikroam:hunt=02:00:00:00:00:01=", "2437")),
            [
                "/interface/wifi/unset =numbers=*2 =value-name=channel.frequency",
                "/interface/wifi/set =.id=*2 =comment="
            ]
        );
        assert_eq!(
            sentences(&radio("roof tikroam:hunt=02:00:00:00:00:01=2412,2437", "2437")),
            [
                "/interface/wifi/set =.id=*2 =channel.frequency=2412,2437",
                "/interface/wifi/set =.id=*2 =comment=roof"
            ]
        );
    }
}
