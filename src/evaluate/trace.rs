//! A drive as a table: second by access point.

use crate::drive::{Drive, UNHEARD};
use crate::names::Bssid;
use crate::units::Dbm;

/// A drive's signals, -100 dBm where nothing was heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The drive's name.
    pub name: String,
    /// Every access point.
    pub bssids: Vec<Bssid>,
    signals: Vec<i16>,
}

impl Trace {
    /// How many seconds there are.
    #[must_use]
    pub fn seconds(&self) -> usize {
        self.signals.len().checked_div(self.bssids.len()).unwrap_or(0)
    }

    /// The signals of one second, in the order of the access points.
    #[must_use]
    pub fn row(&self, second: usize) -> &[i16] {
        &self.signals[second * self.bssids.len()..][..self.bssids.len()]
    }

    /// The true signal of one access point in one second.
    #[must_use]
    pub fn signal(&self, second: usize, ap: usize) -> Dbm {
        Dbm(self.row(second)[ap])
    }

    /// The same as a radio reads it: nothing where it was not heard.
    #[must_use]
    pub fn heard(&self, second: usize, ap: usize) -> Option<Dbm> {
        Some(self.signal(second, ap)).filter(|signal| *signal > UNHEARD)
    }

    /// The strongest access point of the first second, the first of equals.
    #[must_use]
    pub fn start(&self) -> usize {
        let row = self.row(0);
        (0..row.len()).max_by_key(|&ap| (row[ap], usize::MAX - ap)).unwrap_or(0)
    }

    /// The drive in so many pieces of equal length, in order, named after their number; up to that many seconds at the
    /// end are left out.
    #[must_use]
    pub fn pieces(&self, pieces: usize) -> Vec<Trace> {
        let length = self.seconds().checked_div(pieces).unwrap_or(0) * self.bssids.len();
        let piece = |number: usize| Trace {
            name: format!("{} {}/{pieces}", self.name, number + 1),
            bssids: self.bssids.clone(),
            signals: self.signals[number * length..][..length].to_vec(),
        };
        (0..pieces).map(piece).collect()
    }

    /// The first `seconds` of the drive.
    #[must_use]
    pub fn cut(&self, seconds: usize) -> Trace {
        Trace {
            name: self.name.clone(),
            bssids: self.bssids.clone(),
            signals: self.signals[..seconds * self.bssids.len()].to_vec(),
        }
    }
}

impl From<&Drive> for Trace {
    fn from(drive: &Drive) -> Self {
        let width = drive.aps.len();
        let mut signals = vec![UNHEARD.0; drive.seconds.len() * width];
        for (second, heard) in drive.seconds.iter().enumerate() {
            for one in heard {
                signals[second * width + one.ap] = one.signal.0;
            }
        }
        Trace {
            name: drive.name.clone(),
            bssids: drive.aps.iter().map(|ap| ap.bssid).collect(),
            signals,
        }
    }
}
