//! What is seen of the fallback uplinks from reading to reading: whether each is up, and how much went over it. Pure.

use std::time::Duration;

use crate::config::Config;
use crate::names::{InterfaceName, UplinkId};
use crate::observation::{FallbackView, LeaseState};
use crate::snapshot::{InterfaceItem, Modem, Snapshot};
use crate::units::Moment;

/// The type of an interface that is a modem.
const MODEM: &str = "lte";

/// How often the volume is reported while it grows, in seconds.
const REPORTED_S: u32 = 60;

/// The fallbacks as last read.
#[derive(Debug, Default)]
pub(super) struct Fallbacks(Vec<Fallback>);

#[derive(Debug)]
struct Fallback {
    id: UplinkId,
    /// What the modem said last; `None` where it is none, or the router does not say.
    modem: Option<Modem>,
    /// Whether it has an address by DHCP, where it needs one.
    lease: LeaseState,
    /// What the log last said of it.
    shown: Option<bool>,
    /// The router's counters at the last reading.
    counted: Option<(u64, u64)>,
    /// What went over it since the last report.
    volume: (u64, u64),
    reported: Moment,
}

/// What went over a fallback, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Volume {
    pub(super) uplink: UplinkId,
    pub(super) received: u64,
    pub(super) sent: u64,
}

/// A fallback that came up or went down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) uplink: UplinkId,
    pub(super) up: bool,
    /// What the router says of it.
    pub(super) shown: String,
}

impl Fallbacks {
    pub(super) fn new(config: &Config) -> Self {
        let one = |fallback: &crate::config::Fallback| Fallback {
            id: UplinkId::new(fallback.interface.clone()),
            modem: None,
            lease: if fallback.is_dhcp() {
                LeaseState::Asked
            } else {
                LeaseState::NotNeeded
            },
            shown: None,
            counted: None,
            volume: (0, 0),
            reported: Moment::ZERO,
        };
        Fallbacks(config.fallbacks().iter().map(one).collect())
    }

    /// The fallbacks that are modems, and so can say more than that they are running.
    pub(super) fn modems(&self, read: &Snapshot) -> Vec<InterfaceName> {
        let modems = read.fallbacks.iter().filter(|item| item.kind == MODEM);
        modems.map(|item| item.name.clone()).collect()
    }

    /// Takes what a modem said.
    pub(super) fn said(&mut self, name: &InterfaceName, modem: Option<Modem>) {
        if let Some(one) = self.0.iter_mut().find(|one| one.id.interface() == name) {
            one.modem = modem;
        }
    }

    /// Takes where a fallback whose address comes by DHCP stands.
    pub(super) fn leased(&mut self, id: &UplinkId, lease: LeaseState) {
        if let Some(one) = self.0.iter_mut().find(|one| one.id == *id) {
            one.lease = lease;
        }
    }

    /// The fallbacks as a decision sees them.
    pub(super) fn views(&self, read: &Snapshot) -> Vec<FallbackView> {
        let view = |one: &Fallback| FallbackView {
            id: one.id.clone(),
            up: one.is_up(item(read, &one.id)),
        };
        self.0.iter().map(view).collect()
    }

    /// Whether the router says that a fallback is up; false for what is none.
    pub(super) fn is_up(&self, read: &Snapshot, id: &UplinkId) -> bool {
        let one = self.0.iter().find(|one| one.id == *id);
        one.is_some_and(|one| one.is_up(item(read, id)))
    }

    /// Those that came up or went down since this was last asked.
    pub(super) fn edges(&mut self, read: &Snapshot) -> Vec<Edge> {
        let mut edges = Vec::new();
        for one in &mut self.0 {
            let item = item(read, &one.id);
            let up = one.is_up(item);
            let waits = one.lease == LeaseState::Asked && item.is_some_and(|item| item.running);
            if !waits && one.shown.replace(up) != Some(up) {
                edges.push(Edge {
                    uplink: one.id.clone(),
                    up,
                    shown: one.words(item),
                });
            }
        }
        edges
    }

    /// Counts what went over each, and gives what is to be reported: once a minute while it grows, and all of one that is
    /// not active any more. `second` is how long a second lasts.
    pub(super) fn count(
        &mut self,
        now: Moment,
        read: &Snapshot,
        active: Option<&UplinkId>,
        second: Duration,
    ) -> Vec<Volume> {
        let mut volumes = Vec::new();
        for one in &mut self.0 {
            if let Some(item) = item(read, &one.id) {
                // The counters begin anew with the router.
                let grown = |before: u64, after: u64| after.checked_sub(before).unwrap_or(after);
                let before = one.counted.replace(item.bytes).unwrap_or(item.bytes);
                one.volume.0 += grown(before.0, item.bytes.0);
                one.volume.1 += grown(before.1, item.bytes.1);
            }
            let due = now.since(one.reported) >= second * REPORTED_S || active != Some(&one.id);
            if one.volume != (0, 0) && due {
                let (received, sent) = std::mem::take(&mut one.volume);
                one.reported = now;
                volumes.push(Volume {
                    uplink: one.id.clone(),
                    received,
                    sent,
                });
            }
        }
        volumes
    }
}

impl Fallback {
    fn is_up(&self, item: Option<&InterfaceItem>) -> bool {
        let modem = self.modem.as_ref().is_none_or(Modem::is_up);
        item.is_some_and(|item| item.running && !item.disabled) && modem && self.lease.carries()
    }

    /// What the router says of it, for people.
    fn words(&self, item: Option<&InterfaceItem>) -> String {
        match (item, &self.modem) {
            (None, _) => "the router has no such interface".to_owned(),
            (Some(item), _) if item.disabled => "disabled".to_owned(),
            (Some(_), Some(modem)) if !modem.status.is_empty() => {
                let operator = if modem.operator.is_empty() { "" } else { ", " };
                format!("{}{operator}{}", modem.status, modem.operator)
            }
            (Some(item), _) if item.running && !self.lease.carries() => "no address by DHCP".to_owned(),
            (Some(item), _) if item.running => "running".to_owned(),
            (Some(_), _) => "not running".to_owned(),
        }
    }
}

fn item<'r>(read: &'r Snapshot, id: &UplinkId) -> Option<&'r InterfaceItem> {
    read.fallbacks.iter().find(|item| item.name == *id.interface())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lte(bytes: (u64, u64)) -> Snapshot {
        let item = InterfaceItem {
            name: InterfaceName::new("lte1"),
            kind: "lte".to_owned(),
            running: true,
            disabled: false,
            bytes,
        };
        Snapshot {
            fallbacks: vec![item],
            ..Snapshot::default()
        }
    }

    fn fallbacks() -> Fallbacks {
        Fallbacks(vec![Fallback {
            id: UplinkId::new(InterfaceName::new("lte1")),
            modem: None,
            lease: LeaseState::NotNeeded,
            shown: None,
            counted: None,
            volume: (0, 0),
            reported: Moment::ZERO,
        }])
    }

    #[test]
    fn a_modem_is_up_by_whichever_word_its_model_uses() {
        let cases = [
            ("running", false, true),
            ("connected", false, true),
            ("registered", true, true),
            ("registered", false, false),
            ("searching", false, false),
            ("", false, false),
        ];
        for (status, session, up) in cases {
            let mut fallbacks = fallbacks();
            let modem = Modem {
                status: status.to_owned(),
                session,
                operator: String::new(),
            };
            fallbacks.said(&InterfaceName::new("lte1"), Some(modem));
            assert_eq!(fallbacks.views(&lte((0, 0)))[0].up, up, "{status} {session}");
        }
        assert!(fallbacks().views(&lte((0, 0)))[0].up, "a router that says nothing more");
        assert!(!fallbacks().views(&Snapshot::default())[0].up, "no such interface");
    }

    #[test]
    fn the_volume_is_reported_each_minute_and_when_the_vehicle_leaves() {
        let (mut fallbacks, second) = (fallbacks(), Duration::from_secs(1));
        let id = UplinkId::new(InterfaceName::new("lte1"));
        let mut reports = Vec::new();
        let mut at = |seconds: u64, bytes, active: bool| {
            let now = Moment::from_micros((1_000 + seconds) * 1_000_000);
            let active = active.then_some(&id);
            for volume in fallbacks.count(now, &lte(bytes), active, second) {
                reports.push((seconds, volume.received, volume.sent));
            }
        };
        at(0, (5_000, 7_000), true);
        at(2, (5_100, 7_010), true);
        at(30, (5_200, 7_020), true);
        at(64, (5_300, 7_030), true);
        // The router started anew.
        at(70, (40, 4), true);
        at(72, (50, 5), false);
        at(74, (50, 5), false);
        assert_eq!(reports, [(2, 100, 10), (64, 200, 20), (72, 50, 5)]);
    }
}
