//! Drive logs from the agent's journal: it holds every reading that a decision was given.

use std::time::Duration;

use thiserror::Error;

use crate::drive::{Ap, Recording, Second};
use crate::entry::{Entry, Event, VERSION, is_readable};
use crate::handover::settings::Hunt;
use crate::names::{Bssid, Ssid};
use crate::observation::Observation;
use crate::units::{Dbm, Moment, WallTime};

/// After so many seconds without a reading another drive begins: a night in the yard says nothing of rules.
const PAUSE_S: u32 = 300;

/// Why a journal gives no drive log.
#[derive(Debug, Error)]
pub enum JournalError<E> {
    /// An entry of another version of the journal.
    #[error("the journal has entries of version {0}, this program reads versions 2 to {VERSION}")]
    Version(u32),
    /// What the giver of the entries or the receiver of the seconds said.
    #[error(transparent)]
    Other(E),
}

/// Turns the entries of a journal, oldest first, into drives; each second goes to `write` with the number of its drive,
/// from 0. Its seconds last `second`, which only tests change.
///
/// Within a run of the agent its own clock counts. Between two runs the wall clock does, when it shows a short time;
/// otherwise another drive begins, as after five minutes without a reading.
///
/// # Errors
///
/// [`JournalError`].
pub fn drives<E>(
    entries: impl IntoIterator<Item = Result<Entry, E>>,
    second: Duration,
    mut write: impl FnMut(usize, Second) -> Result<(), E>,
) -> Result<usize, JournalError<E>> {
    let mut reel = Reel {
        second,
        interval: Hunt::default().interval,
        drive: None,
        drives: 0,
        last: None,
        run: (Moment::ZERO, Moment::ZERO),
    };
    for entry in entries {
        let entry = entry.map_err(JournalError::Other)?;
        if !is_readable(entry.v) {
            return Err(JournalError::Version(entry.v));
        }
        for (drive, second) in reel.entry(entry) {
            write(drive, second).map_err(JournalError::Other)?;
        }
    }
    for (drive, second) in reel.finish() {
        write(drive, second).map_err(JournalError::Other)?;
    }
    Ok(reel.drives)
}

struct Reel {
    second: Duration,
    interval: Duration,
    drive: Option<Drive>,
    /// How many drives have begun.
    drives: usize,
    /// The entry before: its moment in the journal and its wall time.
    last: Option<(Moment, WallTime)>,
    /// Where the run's clock stood at its first entry, and what that is on the clock of the drive.
    run: (Moment, Moment),
}

struct Drive {
    number: usize,
    recording: Recording,
    read: Moment,
}

impl Reel {
    fn entry(&mut self, entry: Entry) -> Vec<(usize, Second)> {
        let mut seconds = Vec::new();
        match &self.last {
            None => self.run = (entry.at, Moment::ZERO),
            // Each run's clock begins at zero.
            Some((last, wall)) if entry.at < *last => {
                let before = self.of_drive(*last);
                match wall_gap(*wall, entry.time).filter(|gap| *gap <= self.pause()) {
                    Some(gap) => self.run = (entry.at, before + gap),
                    None => {
                        seconds = self.finish();
                        self.run = (entry.at, before);
                    }
                }
                if let Some(drive) = &mut self.drive {
                    drive.recording.lost(before);
                }
            }
            Some(_) => {}
        }
        self.last = Some((entry.at, entry.time));
        let at = self.of_drive(entry.at);
        match entry.event {
            Event::Began { rules, .. } => {
                self.interval = rules.hunt.interval;
                if let Some(drive) = &mut self.drive {
                    drive.recording.hold(self.interval);
                }
            }
            Event::Disconnected { .. } => {
                if let Some(drive) = &mut self.drive {
                    drive.recording.lost(at);
                }
            }
            Event::Step { seen, .. } => seconds.extend(self.step(at, &seen)),
            Event::Continued { .. }
            | Event::Connected { .. }
            | Event::Missing { .. }
            | Event::Reachable { .. }
            | Event::NotReachable { .. }
            | Event::Carried { .. }
            | Event::Lease { .. }
            | Event::Swapped { .. } => {}
        }
        seconds
    }

    fn step(&mut self, at: Moment, seen: &Observation) -> Vec<(usize, Second)> {
        let asked = seen
            .uplinks
            .iter()
            .map(|view| self.of_drive(view.at))
            .min()
            .unwrap_or(at);
        let pause = self.pause();
        let mut seconds = Vec::new();
        if self.drive.as_ref().is_some_and(|drive| asked.since(drive.read) > pause) {
            seconds = self.finish();
        }
        let (length, interval, run) = (self.second, self.interval, self.run);
        let drive = self.drive.get_or_insert_with(|| {
            let number = self.drives;
            self.drives += 1;
            // The journal names configured networks only, so nothing is left to leave out.
            let mut recording = Recording::new(asked, length, None);
            recording.hold(interval);
            Drive {
                number,
                recording,
                read: asked,
            }
        });
        drive.read = asked;
        for view in &seen.uplinks {
            let Some(link) = &view.link else { continue };
            if let Some(network) = &link.network {
                drive.recording.met(ap(link.bssid, network));
            }
            if let (Some(signal), true) = (link.signal, drive.recording.knows(link.bssid)) {
                let at = of_drive(run, view.at);
                drive.recording.registered(at, view.id.interface(), link.bssid, signal);
            }
        }
        if let Some(scan) = &seen.scan
            && let Some(heard) = &scan.heard
        {
            for one in heard {
                drive.recording.met(ap(one.bssid, &one.network));
            }
            let heard: Vec<(Bssid, Dbm)> = heard.iter().map(|one| (one.bssid, one.signal)).collect();
            drive.recording.scanned(of_drive(run, scan.at), heard);
        }
        let done = drive.recording.advance(asked);
        seconds.extend(done.into_iter().map(|second| (drive.number, second)));
        seconds
    }

    fn finish(&mut self) -> Vec<(usize, Second)> {
        let Some(drive) = self.drive.take() else {
            return Vec::new();
        };
        let rest = drive.recording.finish(drive.read);
        rest.into_iter().map(|second| (drive.number, second)).collect()
    }

    fn of_drive(&self, at: Moment) -> Moment {
        of_drive(self.run, at)
    }

    fn pause(&self) -> Duration {
        self.second.saturating_mul(PAUSE_S)
    }
}

/// A moment of a run on the clock that goes on over all runs.
fn of_drive((first, here): (Moment, Moment), at: Moment) -> Moment {
    here + at.since(first)
}

fn ap(bssid: Bssid, network: &Ssid) -> Ap {
    Ap {
        bssid,
        ssid: Some(network.clone()),
        channel: 0,
    }
}

/// From one wall time to another; `None` when it went back.
fn wall_gap(before: WallTime, after: WallTime) -> Option<Duration> {
    (before <= after).then(|| after.since(before))
}

#[cfg(test)]
mod tests;
