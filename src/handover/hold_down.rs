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
    failed: Vec<Failed>,
}

#[derive(Debug, Clone, Copy)]
struct Failed {
    bssid: Bssid,
    at: Moment,
    heal: Duration,
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
        self.replace(now, bssid, self.heal);
    }

    /// Counts that a radio which was sent to an access point did not arrive. The air alone does that, so it heals in
    /// `soon`; in twice the time when it happens again while healing, so that one with a wrong key is soon left alone.
    pub fn missed(&mut self, now: Moment, bssid: Bssid, soon: Duration) {
        let before = self
            .failed
            .iter()
            .find(|failed| failed.bssid == bssid && now.since(failed.at) < failed.heal * 2);
        let heal = before.map_or(soon, |failed| failed.heal * 2);
        self.replace(now, bssid, heal.min(self.heal));
    }

    fn replace(&mut self, now: Moment, bssid: Bssid, heal: Duration) {
        self.failed
            .retain(|failed| failed.bssid != bssid && now.since(failed.at) < failed.heal * 2);
        self.failed.push(Failed { bssid, at: now, heal });
    }

    /// What the access point's signal counts less: 40 dB just after a failure, nothing once healed.
    #[must_use]
    pub fn penalty(&self, now: Moment, bssid: Bssid) -> Db {
        let Some(failed) = self.failed.iter().find(|failed| failed.bssid == bssid) else {
            return Db(0);
        };
        let left = failed.heal.saturating_sub(now.since(failed.at));
        let whole = failed.heal.as_micros().max(1);
        let dec = u128::from(PENALTY.0.unsigned_abs()) * left.as_micros() / whole;
        Db(i16::try_from(dec).unwrap_or(PENALTY.0))
    }
}
