//! The only clock of the agent: a monotonic one for every timer, wall time for people.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

use crate::units::{Moment, WallTime};

/// Longer than any session lives: a timer this far ahead never fires.
const NEVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// The present moment on the monotonic clock, counted from the first call in this process.
#[must_use]
pub fn now() -> Moment {
    Moment::after_start(instant().saturating_duration_since(start()))
}

/// The runtime's timer value for a moment; one that the timer cannot hold lies a hundred years after the start.
#[must_use]
pub fn timer(at: Moment) -> tokio::time::Instant {
    let start = start();
    let instant = start.checked_add(at.since_start().min(NEVER)).unwrap_or(start);
    tokio::time::Instant::from_std(instant)
}

/// The wall time of now; for people only, it may jump.
#[must_use]
pub fn wall_time() -> WallTime {
    let since = system_time().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    WallTime::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// The wall time of now since 1970, in UTC; for people only, it may jump.
#[must_use]
pub fn since_1970() -> Duration {
    system_time().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// The wall time of a moment that lies not long before `now`, in UTC, as `10:15:01.2`; for people only.
#[must_use]
pub fn time_of_day(at: Moment, now: Moment) -> String {
    let then = system_time()
        .checked_sub(now.since(at))
        .unwrap_or(SystemTime::UNIX_EPOCH);
    let text = humantime::format_rfc3339_millis(then).to_string();
    text.get(11..21).unwrap_or_default().to_owned()
}

fn start() -> Instant {
    static START: OnceLock<Instant> = OnceLock::new();
    *START.get_or_init(instant)
}

#[allow(clippy::disallowed_methods, reason = "this is the clock that everything else asks")]
fn instant() -> Instant {
    Instant::now()
}

#[allow(clippy::disallowed_methods, reason = "wall time is read here and nowhere else")]
fn system_time() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_never_runs_back() {
        let moments: Vec<Moment> = (0..1000).map(|_| now()).collect();
        assert!(moments.is_sorted());
    }

    #[test]
    fn a_timer_is_as_far_from_another_as_their_moments() {
        let at = now();
        let later = at + Duration::from_millis(1500);
        assert_eq!(timer(later) - timer(at), Duration::from_millis(1500));
        let farthest = Moment::from_micros(u64::MAX);
        assert!(timer(farthest) > timer(later));
    }

    #[test]
    fn wall_time_is_rfc_3339_in_utc() {
        let text = wall_time().to_string();
        assert_eq!(text.len(), "2018-02-14T00:28:07.133Z".len(), "{text}");
        assert!(text.ends_with('Z'), "{text}");
        assert!(humantime::parse_rfc3339(&text).is_ok(), "{text}");
    }
}
