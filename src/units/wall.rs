//! Time for people.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Wall time in milliseconds since 1970 (UTC). It may jump, so nothing is decided by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct WallTime(u64);

/// The text is no wall time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time such as `2026-11-24T14:05:00Z`")]
pub struct WallTimeError(String);

impl WallTime {
    /// The time so many milliseconds after 1970 (UTC).
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        WallTime(millis)
    }

    /// Milliseconds since 1970 (UTC).
    #[must_use]
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// Seconds since 1970 (UTC).
    #[must_use]
    pub fn seconds(self) -> f64 {
        Duration::from_millis(self.0).as_secs_f64()
    }

    /// How long after `earlier` this time is; zero when it is not after it.
    #[must_use]
    pub const fn since(self, earlier: WallTime) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl std::ops::Add<Duration> for WallTime {
    type Output = WallTime;
    fn add(self, by: Duration) -> WallTime {
        WallTime(self.0.saturating_add(u64::try_from(by.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl fmt::Display for WallTime {
    /// RFC 3339 with milliseconds, in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The last that RFC 3339 has.
        let most = Duration::from_secs(253_402_300_799);
        let time = UNIX_EPOCH + Duration::from_millis(self.0).min(most);
        humantime::format_rfc3339_millis(time).fmt(f)
    }
}

impl FromStr for WallTime {
    type Err = WallTimeError;
    fn from_str(text: &str) -> Result<Self, WallTimeError> {
        // People write `2026-11-24 14:05` too, and mean UTC.
        let time = humantime::parse_rfc3339_weak(text)
            .or_else(|_| humantime::parse_rfc3339_weak(&format!("{text}:00")))
            .or_else(|_| humantime::parse_rfc3339_weak(&format!("{text}T00:00:00")));
        let since = time.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let millis = since.and_then(|since| u64::try_from(since.as_millis()).ok());
        millis
            .map(WallTime)
            .ok_or_else(|| WallTimeError(text.escape_debug().to_string()))
    }
}

impl Serialize for WallTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for WallTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
