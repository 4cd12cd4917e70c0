//! The agent's moments as times that people read.

use std::time::{Duration, UNIX_EPOCH};

use crate::units::Moment;

/// One moment on both clocks: the agent's own, and the wall's in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wall {
    /// On the agent's clock.
    pub now: Moment,
    /// Since 1970.
    pub unix: Duration,
}

impl Wall {
    /// Since 1970, for a moment that lies not long before or after.
    #[must_use]
    pub(crate) fn unix(self, at: Moment) -> Duration {
        let earlier = self.unix.saturating_sub(self.now.since(at));
        earlier + at.since(self.now)
    }

    /// In UTC as RFC 3339.
    #[must_use]
    pub(super) fn time(self, at: Moment) -> String {
        humantime::format_rfc3339_millis(UNIX_EPOCH + self.unix(at)).to_string()
    }

    /// For how long in seconds, to a tenth.
    #[must_use]
    pub(super) fn age(self, at: Moment) -> f64 {
        seconds(self.now.since(at))
    }
}

/// Seconds to a tenth.
pub(super) fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10.0).round() / 10.0
}

/// The time of the day in an RFC 3339 text, as `12:31:05`.
pub(super) fn of_day(time: &str) -> &str {
    time.get(11..19).unwrap_or(time)
}

/// A time for people: `4.2 s`, `3 min 20 s`, `2 h 5 min`.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole seconds")]
pub(super) fn lasted(seconds: f64) -> String {
    let whole = seconds.max(0.0) as u64;
    match whole {
        0..=59 => format!("{seconds:.1} s"),
        60..=3599 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole / 60 % 60),
    }
}
