//! What went over each interface: the counters of `print` and the rates of `monitor-traffic`.
//!
//! Counted are the dispatcher's calls and the vehicle's answers, as the one traffic that the world knows of.

use std::collections::BTreeMap;
use std::time::Duration;

use super::tables::Fields;
use crate::sim::world::clock::At;

/// Bytes of one call and of its answer: a ping of the usual size with its Ethernet header.
const PACKET: u64 = 98;
/// How long the rates are averaged.
const SECOND: Duration = Duration::from_secs(1);

/// The packets of one interface, in each direction: each call has one answer.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    all: u64,
    /// Those of the last whole second.
    rate: u64,
    /// All up to its end.
    before: u64,
}

/// The counts of all interfaces.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    counts: BTreeMap<String, Count>,
    second: At,
}

impl Traffic {
    /// A call went over an interface, and its answer.
    pub(crate) fn passed(&mut self, interface: &str) {
        match self.counts.get_mut(interface) {
            Some(count) => count.all += 1,
            None => {
                let first = Count {
                    all: 1,
                    ..Count::default()
                };
                self.counts.insert(interface.to_owned(), first);
            }
        }
    }

    /// The time goes on.
    pub(crate) fn step(&mut self, now: At) {
        if now.saturating_sub(self.second) < SECOND {
            return;
        }
        self.second = now;
        for count in self.counts.values_mut() {
            count.rate = count.all - count.before;
            count.before = count.all;
        }
    }

    /// The counters of an interface, as in the list of interfaces.
    pub(crate) fn counters(&self, interface: &str) -> Fields {
        let packets = self.counts.get(interface).copied().unwrap_or_default().all;
        let bytes = (packets * PACKET).to_string();
        let mut fields = vec![
            ("rx-byte", bytes.clone()),
            ("tx-byte", bytes),
            ("rx-packet", packets.to_string()),
            ("tx-packet", packets.to_string()),
        ];
        let none = [
            "rx-drop",
            "tx-drop",
            "tx-queue-drop",
            "rx-error",
            "tx-error",
            "fp-rx-byte",
            "fp-tx-byte",
            "fp-rx-packet",
            "fp-tx-packet",
        ];
        fields.extend(none.map(|name| (name, "0".to_owned())));
        fields
    }

    /// The rates of an interface, as `monitor-traffic` has them.
    pub(crate) fn rates(&self, interface: &str) -> Fields {
        let packets = self.counts.get(interface).copied().unwrap_or_default().rate;
        let bits = (packets * PACKET * 8).to_string();
        let zero = || "0".to_owned();
        vec![
            ("name", interface.to_owned()),
            ("rx-packets-per-second", packets.to_string()),
            ("rx-bits-per-second", bits.clone()),
            ("fp-rx-packets-per-second", zero()),
            ("fp-rx-bits-per-second", zero()),
            ("rx-drops-per-second", zero()),
            ("rx-errors-per-second", zero()),
            ("tx-packets-per-second", packets.to_string()),
            ("tx-bits-per-second", bits),
            ("fp-tx-packets-per-second", zero()),
            ("fp-tx-bits-per-second", zero()),
            ("tx-drops-per-second", zero()),
            ("tx-queue-drops-per-second", zero()),
            ("tx-errors-per-second", zero()),
        ]
    }
}
