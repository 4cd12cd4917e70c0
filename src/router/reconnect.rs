//! `Reconnect`: how long to wait before the next try to connect. It never gives up.
//!
//! `backoff` has no maintainer any more. It stays because this project's owner named it, and in this one place: what it
//! gives is an interval that grows, with a jitter, and its result is clamped here.

use std::time::Duration;

use backoff::ExponentialBackoff;
use backoff::backoff::Backoff;

use super::connect::{ConnectError, Retry};

/// The jitter's share of a delay, so that several agents behind one switch do not knock together.
const JITTER: f64 = 0.25;

/// So many sessions in a row that ended just after their login are a lasting condition.
pub(super) const SHORT_SESSIONS: u32 = 3;

/// The delays before the next try, one a kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delays {
    /// The shortest delay while the router cannot be reached.
    pub soonest: Duration,
    /// The longest delay while the router cannot be reached.
    pub latest: Duration,
    /// After a connection that was closed before the login, and after the third session in a row that lived no longer
    /// than this: each login costs the router a session and a line in its log.
    pub closed: Duration,
    /// After what only a person can change, such as a wrong password.
    pub person: Duration,
    /// From one log line on what lasts to the next.
    pub remind: Duration,
}

impl Default for Delays {
    fn default() -> Self {
        Delays {
            soonest: Duration::from_millis(200),
            latest: Duration::from_secs(1),
            closed: Duration::from_secs(5),
            person: Duration::from_secs(60),
            remind: Duration::from_secs(60),
        }
    }
}

impl Delays {
    /// The same, all divided by a factor, so that tests of whole drives end soon.
    #[must_use]
    pub fn divided(self, factor: f64) -> Self {
        Delays {
            soonest: self.soonest.div_f64(factor),
            latest: self.latest.div_f64(factor),
            closed: self.closed.div_f64(factor),
            person: self.person.div_f64(factor),
            remind: self.remind.div_f64(factor),
        }
    }
}

/// The delays of one series of tries.
#[derive(Debug)]
pub struct Reconnect {
    delays: Delays,
    soon: ExponentialBackoff,
    /// How many sessions in a row ended just after their login.
    short: u32,
}

impl Reconnect {
    /// A series that has not tried yet.
    #[must_use]
    pub fn new(delays: Delays) -> Self {
        let soon = ExponentialBackoff {
            current_interval: delays.soonest.div_f64(1.0 - JITTER),
            initial_interval: delays.soonest.div_f64(1.0 - JITTER),
            randomization_factor: JITTER,
            multiplier: 1.5,
            max_interval: delays.latest.div_f64(1.0 + JITTER),
            max_elapsed_time: None,
            ..ExponentialBackoff::default()
        };
        Reconnect { delays, soon, short: 0 }
    }

    /// How long to wait after this failure.
    pub fn next(&mut self, error: &ConnectError) -> Duration {
        match error.retry() {
            Retry::Soon if error.is_after_login() => self.short_session(),
            Retry::Soon => self.soon(),
            Retry::Later => self.delays.closed,
            Retry::Person => self.delays.person,
        }
    }

    /// How long to wait after a session that lived so long.
    pub fn ended(&mut self, lived: Duration) -> Duration {
        if lived > self.delays.closed {
            self.reset();
            self.delays.soonest
        } else {
            self.short_session()
        }
    }

    /// How many sessions in a row ended just after their login.
    pub fn short_sessions(&self) -> u32 {
        self.short
    }

    /// Begins a new series: to be called once a session lived.
    pub fn reset(&mut self) {
        self.short = 0;
        self.soon.reset();
    }

    fn short_session(&mut self) -> Duration {
        self.short = self.short.saturating_add(1);
        if self.short < SHORT_SESSIONS {
            self.soon()
        } else {
            self.delays.closed
        }
    }

    fn soon(&mut self) -> Duration {
        let delay = self.soon.next_backoff().unwrap_or(self.delays.latest);
        delay.clamp(self.delays.soonest, self.delays.latest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> ConnectError {
        ConnectError::Refused {
            address: "192.168.88.1:8728".to_owned(),
        }
    }

    #[test]
    fn an_unreachable_router_is_tried_for_ever_and_never_slower_than_each_second() {
        let mut reconnect = Reconnect::new(Delays::default());
        let first = reconnect.next(&refused());
        assert!(first < Duration::from_millis(340), "{first:?}");
        for _ in 0..10_000 {
            let delay = reconnect.next(&refused());
            assert!(
                (Duration::from_millis(200)..=Duration::from_secs(1)).contains(&delay),
                "{delay:?}"
            );
        }
        reconnect.reset();
        assert!(reconnect.next(&refused()) < Duration::from_millis(340));
    }

    #[test]
    fn delays_jitter() {
        let firsts: std::collections::BTreeSet<Duration> = (0..20)
            .map(|_| Reconnect::new(Delays::default()).next(&refused()))
            .collect();
        assert!(firsts.len() > 1);
    }

    #[test]
    fn sessions_that_end_just_after_their_login_are_made_again_ever_later() {
        let delays = Delays::default();
        let mut reconnect = Reconnect::new(delays);
        let lost = ConnectError::Lost(crate::router::Lost::Closed);
        assert!(reconnect.ended(Duration::from_millis(3)) <= delays.latest);
        assert!(reconnect.next(&lost) <= delays.latest);
        // A router that restarts in between proves nothing.
        reconnect.next(&refused());
        assert_eq!(reconnect.ended(Duration::from_secs(5)), delays.closed);
        assert_eq!(reconnect.next(&lost), delays.closed);
        assert_eq!(reconnect.short_sessions(), 4);
        assert_eq!(reconnect.ended(Duration::from_secs(6)), delays.soonest);
        assert!(reconnect.ended(Duration::from_millis(3)) <= delays.latest);
    }

    #[test]
    fn what_costs_the_router_a_session_or_needs_a_person_waits_longer() {
        let mut reconnect = Reconnect::new(Delays::default());
        let closed = ConnectError::ClosedBeforeLogin {
            address: "192.168.88.1:8728".to_owned(),
        };
        assert_eq!(reconnect.next(&closed), Duration::from_secs(5));
        let wrong = ConnectError::WrongPassword {
            user: "swap".to_owned(),
            said: "invalid user name or password (6)".to_owned(),
        };
        assert_eq!(reconnect.next(&wrong), Duration::from_secs(60));
        assert_eq!(reconnect.next(&ConnectError::TooOld), Duration::from_secs(60));
    }
}
