//! `Recording`: from what radios hear now and then to the seconds of a drive log.
//!
//! A registration is a reading of the moment: in each second it counts as the mean of that second's readings, and not
//! beyond. A scan listens for seconds and ends with a list: what it heard is written from the second in which it ended,
//! and stands until the next scan has ended, at most for [`Recording::hold`]. A second therefore has only what
//! was heard when it ended, so it can be written at once and never changes. Where both heard one access point the
//! registration counts: it is a reading of this second by the radio that the access point carries. Of two radios on one
//! access point the stronger counts: a vehicle hears with its best antenna.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::heard::Ap;
use super::read::SIGNALS;
use crate::names::{Bssid, InterfaceName, Ssid};
use crate::units::{Dbm, Moment};

#[cfg(test)]
mod tests;

/// A drive log in the making. Readings go in, whole seconds come out.
#[derive(Debug)]
pub struct Recording {
    start: Moment,
    length: Duration,
    hold: Duration,
    /// The networks whose access points are written; `None` writes all.
    networks: Option<BTreeSet<Ssid>>,
    /// The access points that were met.
    aps: BTreeMap<Bssid, Ap>,
    waiting: Vec<(Moment, Reading)>,
    /// The first second that has not been given out.
    open: u32,
    standing: Option<Standing>,
}

/// One second of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Second {
    /// Which one, counted from the start of the drive.
    pub number: u32,
    /// What was heard in it, by BSSID.
    pub heard: Vec<(Ap, Dbm)>,
}

#[derive(Debug)]
enum Reading {
    Registered(InterfaceName, Bssid, Dbm),
    Scanned(Vec<(Bssid, Dbm)>),
    Lost,
}

/// The latest scan.
#[derive(Debug)]
struct Standing {
    ended: Moment,
    second: u32,
    heard: BTreeMap<Bssid, Dbm>,
}

impl Recording {
    /// A recording that begins at `start`, in seconds of this `length` (which tests shorten). It writes the access points
    /// of these networks only, or all with `None`.
    #[must_use]
    pub fn new(start: Moment, length: Duration, networks: Option<BTreeSet<Ssid>>) -> Self {
        Recording {
            start,
            length: length.max(Duration::from_micros(1)),
            hold: Duration::ZERO,
            networks,
            aps: BTreeMap::new(),
            waiting: Vec::new(),
            open: 0,
            standing: None,
        }
    }

    /// From now on a scan stands for this long at most after its end: the interval of scans is right.
    pub fn hold(&mut self, hold: Duration) {
        self.hold = hold;
    }

    /// The second of the log that a moment falls into.
    #[must_use]
    pub fn number(&self, at: Moment) -> u32 {
        let seconds = at.since(self.start).as_micros() / self.length.as_micros().max(1);
        u32::try_from(seconds).unwrap_or(u32::MAX)
    }

    /// When a second of the log begins.
    #[must_use]
    pub fn begins(&self, second: u32) -> Moment {
        self.start + self.length.saturating_mul(second)
    }

    /// Takes the network and the channel of an access point.
    pub fn met(&mut self, ap: Ap) {
        match self.aps.get_mut(&ap.bssid) {
            Some(before) => before.learn(ap),
            None => drop(self.aps.insert(ap.bssid, ap)),
        }
    }

    /// Whether the network of an access point has been met.
    #[must_use]
    pub fn knows(&self, bssid: Bssid) -> bool {
        self.aps.get(&bssid).is_some_and(|ap| ap.ssid.is_some())
    }

    /// How many access points have been met whose rows are written.
    #[must_use]
    pub fn aps(&self) -> usize {
        self.aps.values().filter(|ap| self.is_wanted(ap)).count()
    }

    /// Takes how strong a radio heard the access point that it is on.
    pub fn registered(&mut self, at: Moment, radio: &InterfaceName, bssid: Bssid, signal: Dbm) {
        self.waiting
            .push((at, Reading::Registered(radio.clone(), bssid, signal)));
    }

    /// Takes what a scan heard that ended at this moment.
    pub fn scanned(&mut self, ended: Moment, heard: Vec<(Bssid, Dbm)>) {
        self.waiting.push((ended, Reading::Scanned(heard)));
    }

    /// Nothing is heard of the vehicle from this moment until the next reading: no scan stands any more.
    pub fn lost(&mut self, at: Moment) {
        self.waiting.push((at, Reading::Lost));
    }

    /// Gives the seconds that have ended by this moment, each once and in order. What comes later of a second that was
    /// given out counts in the next.
    pub fn advance(&mut self, to: Moment) -> Vec<Second> {
        let mut seconds = Vec::new();
        while self.begins(self.open.saturating_add(1)) <= to && self.open < u32::MAX {
            seconds.push(self.close());
        }
        seconds
    }

    /// Gives the rest, the begun second of this moment included when something was read in it.
    pub fn finish(mut self, at: Moment) -> Vec<Second> {
        let mut seconds = self.advance(at);
        if !self.waiting.is_empty() {
            seconds.push(self.close());
        }
        seconds
    }

    fn close(&mut self) -> Second {
        let number = self.open;
        self.open = number.saturating_add(1);
        let end = self.begins(self.open);
        let (now, later) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|(at, _)| *at < end);
        self.waiting = later;

        let mut registered: BTreeMap<(Bssid, InterfaceName), (i32, i32)> = BTreeMap::new();
        for (at, reading) in now {
            match reading {
                Reading::Registered(radio, bssid, signal) => {
                    let (sum, count) = registered.entry((bssid, radio)).or_default();
                    *sum += i32::from(signal.0);
                    *count += 1;
                }
                Reading::Scanned(heard) => match &mut self.standing {
                    // Of two scans within one second both were heard in it.
                    Some(standing) if standing.second == number => {
                        standing.ended = at;
                        standing.heard.extend(heard);
                    }
                    standing => {
                        *standing = Some(Standing {
                            ended: at,
                            second: number,
                            heard: heard.into_iter().collect(),
                        });
                    }
                },
                Reading::Lost => self.standing = None,
            }
        }
        let begins = self.begins(number);
        self.standing.take_if(|standing| standing.ended + self.hold < begins);

        let mut signals: BTreeMap<Bssid, Dbm> = BTreeMap::new();
        for ((bssid, _), (sum, count)) in registered {
            let mean = Dbm(mean(sum, count));
            let best = signals.entry(bssid).or_insert(mean);
            *best = (*best).max(mean);
        }
        if let Some(standing) = &self.standing {
            for (bssid, signal) in &standing.heard {
                signals.entry(*bssid).or_insert(*signal);
            }
        }
        let heard = signals.into_iter().filter_map(|(bssid, signal)| {
            let unnamed = Ap {
                bssid,
                ssid: None,
                channel: 0,
            };
            let ap = self.aps.get(&bssid).unwrap_or(&unnamed);
            let signal = Dbm(signal.0.clamp(*SIGNALS.start(), *SIGNALS.end()));
            self.is_wanted(ap).then(|| (ap.clone(), signal))
        });
        Second {
            number,
            heard: heard.collect(),
        }
    }

    fn is_wanted(&self, ap: &Ap) -> bool {
        match (&self.networks, &ap.ssid) {
            (None, _) => true,
            (Some(networks), Some(ssid)) => networks.contains(ssid),
            (Some(_), None) => false,
        }
    }
}

/// The mean of so many signals, to the nearest whole dBm.
fn mean(sum: i32, count: i32) -> i16 {
    let count = count.max(1);
    let rounded = (2 * sum + count).div_euclid(2 * count);
    i16::try_from(rounded).unwrap_or(i16::MIN)
}
