//! The router's ping as a stream: a row for each reply when it comes, and for each loss when it is certain.

use std::collections::BTreeMap;
use std::time::Duration;

use super::probe::{End, Target};
use super::tables::Fields;
use crate::sim::settings::{LostPing, RouterOs};
use crate::sim::vehicle::Vehicle;
use crate::sim::world::clock::At;

/// The shortest and longest time between two pings (command tree of 7.20.8).
pub(crate) const INTERVALS: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(5));
/// A ping is lost when nothing has come until the next one, but within these bounds.
const LOST_AFTER: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// The time that another router's "host unreachable" took, in microseconds (public capture).
const UNREACHABLE: Duration = Duration::from_micros(614_933);

/// Pings under way.
#[derive(Debug)]
pub(crate) struct Ping {
    target: Target,
    interval: Duration,
    count: Option<u64>,
    next: At,
    sent: u64,
    shown: Shown,
    /// How those under way end: by moment and number.
    under_way: BTreeMap<(At, u64), End>,
}

/// What the rows so far add up to.
#[derive(Debug, Default)]
struct Shown {
    pings: u64,
    received: u64,
    least: Option<Duration>,
    most: Duration,
    sum: Duration,
}

impl Ping {
    /// Pings that begin at `now`.
    pub(crate) fn new(target: Target, interval: Option<Duration>, count: Option<u64>, now: At) -> Self {
        Ping {
            target,
            interval: interval.unwrap_or(Duration::from_secs(1)),
            count,
            next: now,
            sent: 0,
            shown: Shown::default(),
            under_way: BTreeMap::new(),
        }
    }

    /// Sends what is due, and shows what has ended.
    pub(crate) fn turn(&mut self, vehicle: &mut Vehicle) -> Vec<Fields> {
        while vehicle.now >= self.next && !self.all_sent() {
            let end = self.target.probe(vehicle, self.sent);
            let after = match &end {
                End::Reply(_, trip) => *trip,
                End::Timeout => self.interval.clamp(LOST_AFTER.0, LOST_AFTER.1),
                End::Unreachable(_) => UNREACHABLE,
                End::NoRoute => Duration::ZERO,
            };
            self.under_way.insert((self.next + after, self.sent), end);
            self.sent += 1;
            self.next += self.interval;
        }
        let later = self.under_way.split_off(&(vehicle.now, u64::MAX));
        let ended = std::mem::replace(&mut self.under_way, later);
        let rows = ended.into_iter().map(|((_, seq), end)| self.row(vehicle, seq, end));
        rows.collect()
    }

    /// When to look again; `None` when all have ended.
    pub(crate) fn again(&self) -> Option<At> {
        let ends = self.under_way.keys().next().map(|(at, _)| *at);
        let next = (!self.all_sent()).then_some(self.next);
        ends.into_iter().chain(next).min()
    }

    fn all_sent(&self) -> bool {
        self.count.is_some_and(|count| self.sent >= count)
    }

    fn row(&mut self, vehicle: &Vehicle, seq: u64, end: End) -> Fields {
        let version = vehicle.version;
        // As the client's clock sees it.
        let text = |trip: Duration| trip_text(version, trip.div_f64(vehicle.speed));
        let mut row = vec![("seq", seq.to_string())];
        match end {
            End::Reply(host, trip) => {
                self.shown.add(trip);
                row.push(("host", host));
                row.push(("size", self.target.size.clone()));
                if !self.target.arp {
                    row.push(("ttl", "64".into()));
                }
                row.push(("time", text(trip)));
            }
            End::Timeout => {
                row.push(("host", self.target.address.to_string()));
                match vehicle.quirks.lost_ping {
                    LostPing::Timeout => row.push(("status", "timeout".into())),
                    LostPing::OtherWords => row.push(("status", "no reply".into())),
                    LostPing::NoStatus => {}
                }
            }
            End::Unreachable(host) => {
                row.extend([("host", host), ("size", "84".into()), ("ttl", "64".into())]);
                row.push(("time", text(UNREACHABLE)));
                row.push(("status", "host unreachable".into()));
            }
            End::NoRoute => {
                row.push(("host", self.target.address.to_string()));
                row.push(("status", "no route to host".into()));
            }
        }
        self.shown.pings += 1;
        row.extend(self.shown.fields(text));
        row
    }
}

impl Shown {
    fn add(&mut self, trip: Duration) {
        self.received += 1;
        self.least = Some(self.least.map_or(trip, |least| least.min(trip)));
        self.most = self.most.max(trip);
        self.sum += trip;
    }

    fn fields(&self, text: impl Fn(Duration) -> String) -> Fields {
        let mut fields = vec![
            ("sent", self.pings.to_string()),
            ("received", self.received.to_string()),
            (
                "packet-loss",
                (100 * (self.pings - self.received) / self.pings).to_string(),
            ),
        ];
        if let Some(least) = self.least {
            let mean = self.sum / u32::try_from(self.received).unwrap_or(u32::MAX);
            for (name, trip) in [("min-rtt", least), ("avg-rtt", mean), ("max-rtt", self.most)] {
                fields.push((name, text(trip)));
            }
        }
        fields
    }
}

/// A round trip as the version writes it: 7 shows microseconds.
fn trip_text(version: RouterOs, trip: Duration) -> String {
    match version.major() {
        6 => format!("{}ms", trip.as_millis()),
        _ => format!("{}ms{}us", trip.as_millis(), trip.subsec_micros() % 1000),
    }
}
