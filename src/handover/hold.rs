//! Hold-down: an access point that failed counts for less, until that has healed.

use std::time::Duration;

use crate::names::Bssid;
use crate::units::{Db, Moment};

/// What a fresh failure takes off an access point's signal. It spans the whole range from good to useless, so that a
/// failed AP is chosen only when there is no other.
pub(super) const PENALTY: Db = Db(40);

/// The access points that failed lately.
#[derive(Debug, Clone)]
pub struct HoldDown {
    heal: Duration,
    failed: Vec<(Bssid, Moment)>,
}

impl HoldDown {
    /// None failed yet; a penalty heals evenly over `heal`.
    #[must_use]
    pub fn new(heal: Duration) -> Self {
        HoldDown {
            heal,
            failed: Vec::new(),
        }
    }

    /// Counts a failure of an access point; one while healing starts it again.
    pub fn hold(&mut self, now: Moment, bssid: Bssid) {
        let heal = self.heal;
        self.failed
            .retain(|(other, at)| *other != bssid && now.since(*at) < heal);
        self.failed.push((bssid, now));
    }

    /// What the access point's signal counts less: 40 dB just after a failure, nothing once healed.
    #[must_use]
    pub fn penalty(&self, now: Moment, bssid: Bssid) -> Db {
        let Some((_, at)) = self.failed.iter().find(|(other, _)| *other == bssid) else {
            return Db(0);
        };
        let left = self.heal.saturating_sub(now.since(*at));
        let whole = self.heal.as_micros().max(1);
        let dec = u128::from(PENALTY.0.unsigned_abs()) * left.as_micros() / whole;
        Db(i16::try_from(dec).unwrap_or(PENALTY.0))
    }
}
