//! Randomness by what, which and when: the same question gets the same answer whatever was asked before, so vehicles
//! under different controllers live through the same drive.

use std::ops::Range;

/// What a random number is for.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(crate) enum Of {
    /// One antenna's own fading.
    Fade = 1,
    /// Whether a scan misses an access point.
    ScanMiss,
    /// The error of one reading of a scan.
    ScanError,
    /// How long a station searches on one channel.
    Search,
    /// How long an association takes.
    Associate,
    /// How long the key exchange takes.
    Authenticate,
    /// When a weak station loses its access point.
    Lose,
    /// Where in its slot a gray period starts.
    GrayStart,
    /// How long a gray period is.
    GrayLength,
    /// How much a gray period loses.
    GrayLoss,
    /// Whether one frame passes.
    Frame,
    /// How long one round trip of a dial takes.
    DialTrip,
    /// Whether one round trip of a dial passes.
    DialFrame,
    /// The pause before a dial is tried again.
    DialPause,
    /// When the office has removed an older session.
    Cleaned,
    /// When a tunnel's teardown runs.
    Teardown,
    /// Whether the teardown is heard.
    TeardownFrame,
    /// One ping.
    Ping,
    /// Challenge of an old login.
    Challenge,
    /// How long a lease takes.
    Lease,
    /// One check of a gateway.
    Check,
    /// Which of several equal ways a flow takes.
    Flow,
    /// One message of DHCP.
    Dhcp,
    /// Where in its slot a dead spot of a wire starts.
    DeadStart,
    /// How long it is.
    DeadLength,
    /// How much it loses.
    DeadLoss,
}

/// The vehicle's seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chance(u64);

impl Chance {
    /// All randomness that follows from this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Chance(mix(seed ^ 0x7469_6b72_6f61_6d21))
    }

    /// 64 random bits.
    pub(crate) fn bits(self, of: Of, which: u64, when: u64) -> u64 {
        mix(mix(mix(self.0 ^ of as u64) ^ which) ^ when)
    }

    /// A number from 0 up to 1, without 1.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn unit(self, of: Of, which: u64, when: u64) -> f64 {
        (self.bits(of, which, when) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number of a range.
    pub(crate) fn between(self, of: Of, which: u64, when: u64, range: Range<f64>) -> f64 {
        range.start + (range.end - range.start) * self.unit(of, which, when)
    }

    /// A number of the normal distribution with mean 0 and deviation 1 (Box and Muller).
    pub(crate) fn normal(self, of: Of, which: u64, when: u64) -> f64 {
        let a = 1.0 - self.unit(of, which, when);
        let b = self.unit(of, which ^ 0x9e37_79b9_7f4a_7c15, when);
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }
}

/// The finalizer of splitmix64.
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
