//! Signals, differences of signals and moments in time.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub mod seconds;
mod wall;

pub use wall::{WallTime, WallTimeError};

/// A received signal strength (RSSI) in dBm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dbm(pub i16);

/// A difference of two signals in dB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Db(pub i16);

impl Dbm {
    /// The number of dBm, for estimates that need fractions.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        f64::from(self.0)
    }
}

impl Db {
    /// The number of dB, for estimates that need fractions.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        f64::from(self.0)
    }
}

impl fmt::Display for Dbm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} dBm", self.0)
    }
}

impl fmt::Display for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} dB", self.0)
    }
}

impl Sub for Dbm {
    type Output = Db;
    fn sub(self, other: Dbm) -> Db {
        Db(self.0.saturating_sub(other.0))
    }
}

impl Add<Db> for Dbm {
    type Output = Dbm;
    fn add(self, by: Db) -> Dbm {
        Dbm(self.0.saturating_add(by.0))
    }
}

impl Sub<Db> for Dbm {
    type Output = Dbm;
    fn sub(self, by: Db) -> Dbm {
        Dbm(self.0.saturating_sub(by.0))
    }
}

/// A moment on the monotonic clock, in whole microseconds since the program started.
///
/// Not `std::time::Instant`: a moment is written to the journal and read back, so that a replay decides on exactly the
/// same numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(u64);

impl Moment {
    /// The start of the clock.
    pub const ZERO: Moment = Moment(0);

    /// The moment this many microseconds after the start of the clock.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Moment(micros)
    }

    /// The moment this long after the start of the clock; a fraction of a microsecond is dropped.
    #[must_use]
    pub fn after_start(elapsed: Duration) -> Self {
        Moment(micros(elapsed))
    }

    /// How long after `earlier` this moment is; zero when it is not after it.
    #[must_use]
    pub const fn since(self, earlier: Moment) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }

    /// How long after the start of the clock this moment is.
    #[must_use]
    pub const fn since_start(self) -> Duration {
        Duration::from_micros(self.0)
    }
}

impl Add<Duration> for Moment {
    type Output = Moment;
    fn add(self, by: Duration) -> Moment {
        Moment(self.0.saturating_add(micros(by)))
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
