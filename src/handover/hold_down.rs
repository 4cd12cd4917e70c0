//! Hold-down: an access point that failed counts for less, until that has healed.

use std::time::Duration;

use crate::names::Bssid;
use crate::units::{Db, Moment};

/// What a fresh failure takes off an access point's signal. It spans the whole range from good to useless, so that a
/// failed AP is chosen only when there is no other.
const PENALTY: Db = Db(40);

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
    kind: Failure,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// Heals evenly.
    Failed,
    /// Counts in full to its end, or until the gateway answers.
    Gray,
    /// The same without the latter: the gateway answered last time, and nothing came through for all that.
    GrayAgain,
}

impl Failed {
    /// Whether the next failure is one more of a row.
    fn is_remembered(&self, now: Moment, longest: Duration) -> bool {
        let row = match self.kind {
            Failure::Failed => self.heal * 2,
            Failure::Gray | Failure::GrayAgain => (self.heal * 2).max(longest / 2),
        };
        now.since(self.at) < row
    }
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
        self.replace(now, bssid, self.heal, Failure::Failed);
    }

    /// Counts that a radio which was sent to an access point did not arrive. The air alone does that, so it heals in
    /// `soon`; in twice the time when it happens again while healing, so that one with a wrong key is soon left alone.
    pub fn missed(&mut self, now: Moment, bssid: Bssid, soon: Duration) {
        let heal = self.again(now, bssid).map_or(soon, |before| before * 2);
        self.replace(now, bssid, heal, Failure::Failed);
    }

    /// Counts that nothing came through an access point whose signal is good. Such gray periods pass within seconds, so
    /// it is over after `soon`; after twice the time when it happens again soon after, so that one whose way to the
    /// office is cut is soon left alone.
    pub fn gray(&mut self, now: Moment, bssid: Bssid, soon: Duration) {
        match self.again(now, bssid) {
            None => self.replace(now, bssid, soon, Failure::Gray),
            Some(before) => self.replace(now, bssid, before * 2, Failure::GrayAgain),
        }
    }

    /// Takes that the gateway behind an access point answers: a first gray period is over.
    pub fn answered(&mut self, now: Moment, bssid: Bssid) {
        for failed in &mut self.failed {
            if failed.bssid == bssid && failed.kind == Failure::Gray {
                failed.heal = failed.heal.min(now.since(failed.at));
            }
        }
    }

    /// How long the last hold-down of an access point was, if that is not long ago.
    fn again(&self, now: Moment, bssid: Bssid) -> Option<Duration> {
        let before = self.failed.iter().find(|failed| failed.bssid == bssid);
        before
            .filter(|failed| failed.is_remembered(now, self.heal))
            .map(|failed| failed.heal)
    }

    fn replace(&mut self, now: Moment, bssid: Bssid, heal: Duration, kind: Failure) {
        let longest = self.heal;
        self.failed
            .retain(|failed| failed.bssid != bssid && failed.is_remembered(now, longest));
        self.failed.push(Failed {
            bssid,
            at: now,
            heal: heal.min(longest),
            kind,
        });
    }

    /// What the access point's signal counts less: 40 dB just after a failure, nothing once healed.
    #[must_use]
    pub fn penalty(&self, now: Moment, bssid: Bssid) -> Db {
        let Some(failed) = self.failed.iter().find(|failed| failed.bssid == bssid) else {
            return Db(0);
        };
        let left = failed.heal.saturating_sub(now.since(failed.at));
        if failed.kind != Failure::Failed {
            return if left.is_zero() { Db(0) } else { PENALTY };
        }
        let whole = failed.heal.as_micros().max(1);
        let dec = u128::from(PENALTY.0.unsigned_abs()) * left.as_micros() / whole;
        Db(i16::try_from(dec).unwrap_or(PENALTY.0))
    }
}
