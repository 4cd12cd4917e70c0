//! The vehicle's own time, which may run faster than the room's.

use std::time::{Duration, Instant};

/// A moment of simulated time: how long after the vehicle's start.
pub(crate) type At = Duration;

/// Whole milliseconds of a moment.
pub(crate) fn millis(at: At) -> u64 {
    u64::try_from(at.as_millis()).unwrap_or(u64::MAX)
}

/// A speed within its bounds.
pub(crate) fn within(speed: f64) -> f64 {
    if speed.is_finite() {
        speed.clamp(0.001, 10_000.0)
    } else {
        1.0
    }
}

/// Simulated time since the vehicle's start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    started: Instant,
    speed: f64,
}

impl Clock {
    /// Starts now; `speed` simulated seconds pass in each real one.
    #[allow(clippy::disallowed_methods, reason = "the simulated vehicle's only clock")]
    pub(crate) fn start(speed: f64) -> Self {
        Clock {
            started: Instant::now(),
            speed: within(speed),
        }
    }

    /// The simulated time by now.
    pub(crate) fn now(&self) -> At {
        self.started.elapsed().mul_f64(self.speed)
    }

    /// How long a simulated span takes in the room.
    pub(crate) fn real(&self, simulated: Duration) -> Duration {
        simulated.div_f64(self.speed)
    }

    /// The moment in the room that lies `real` ahead, for the wire's round trip.
    #[allow(clippy::disallowed_methods, reason = "the simulated vehicle's only clock")]
    pub(crate) fn ahead(real: Duration) -> Instant {
        Instant::now() + real
    }

    /// How long in the room until `due`; zero when it has passed.
    #[allow(clippy::disallowed_methods, reason = "the simulated vehicle's only clock")]
    pub(crate) fn until(due: Instant) -> Duration {
        due.saturating_duration_since(Instant::now())
    }
}
