//! `Reconnect`: how long to wait before the next try to connect. It never gives up.

use std::time::Duration;

use backoff::ExponentialBackoff;
use backoff::backoff::Backoff;

use super::connect::{ConnectError, Retry};

/// The jitter's share of a delay, so that several agents behind one switch do not knock together.
const JITTER: f64 = 0.25;

/// The delays before the next try, one a kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delays {
    /// The shortest delay while the router cannot be reached.
    pub soonest: Duration,
    /// The longest delay while the router cannot be reached.
    pub latest: Duration,
    /// After a connection that was closed before the login.
    pub closed: Duration,
    /// After what only a person can change, such as a wrong password.
    pub person: Duration,
}

impl Default for Delays {
    fn default() -> Self {
        Delays {
            soonest: Duration::from_millis(200),
            latest: Duration::from_secs(1),
            closed: Duration::from_secs(5),
            person: Duration::from_secs(60),
        }
    }
}

/// The delays of one series of tries.
#[derive(Debug)]
pub struct Reconnect {
    delays: Delays,
    soon: ExponentialBackoff,
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
        Reconnect { delays, soon }
    }

    /// How long to wait after this failure.
    pub fn next(&mut self, error: &ConnectError) -> Duration {
        match error.retry() {
            Retry::Soon => {
                let delay = self.soon.next_backoff().unwrap_or(self.delays.latest);
                delay.clamp(self.delays.soonest, self.delays.latest)
            }
            Retry::Later => self.delays.closed,
            Retry::Person => self.delays.person,
        }
    }

    /// Begins a new series: to be called once a session lived.
    pub fn reset(&mut self) {
        self.soon.reset();
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
