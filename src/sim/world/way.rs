//! The way to the office, and what the office sees of the vehicle by it.

use std::net::Ipv4Addr;
use std::time::Duration;

/// Whom the office sees. A session that was dialed lives and dies with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bound {
    /// Which network.
    pub network: usize,
    /// The vehicle's address.
    pub source: Ipv4Addr,
    /// The radio, where a session does not survive another one; otherwise `None`.
    pub radio: Option<usize>,
}

/// The way to the office at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Way {
    /// Whom the office sees by it.
    pub bound: Bound,
    /// Over which radio; `None` = over a wire.
    pub radio: Option<usize>,
    /// The share of round trips that get through, 0 to 1.
    pub passing: f64,
    /// How much longer a round trip takes than over a radio.
    pub latency: Duration,
}
