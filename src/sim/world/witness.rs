//! What was true at each of the dispatcher's calls, to judge a controller by afterwards. No menu shows it.

use std::collections::VecDeque;
use std::fmt;

use serde::Serialize;

/// How many calls are kept; older ones are forgotten.
const KEPT: usize = 20_000;
/// Above so many dBm in the drive log an access point is good.
const GOOD: f64 = -80.0;

/// Why a call did not get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The active radio is on no access point.
    Lost,
    /// No default route is in use.
    NoRoute,
    /// Address or gateway do not fit the network that the radio is on.
    Misfit,
    /// The tunnel is disabled.
    Off,
    /// The tunnel dials, or is about to.
    Dialing,
    /// The same, over an access point that lets less than 85 % of the frames pass.
    DialingWeak,
    /// The office still has the session before and refuses the dial.
    Refused,
    /// The office sent this call into the session before.
    OldSession,
    /// The two ends do not have the same session over the present way.
    Stale,
    /// The gateway sends to the radio before.
    Gateway,
    /// The frame was lost in a gray period.
    Gray,
    /// The frame was lost on the air, though the standby was on a good access point.
    Late,
    /// The same, while the standby was on its way to one.
    StandbyMoving,
    /// The same, while the standby was on no better one, though there was a good one.
    StandbyPoor,
    /// The frame was lost on the air, and no other access point was good.
    Faded,
    /// The router has no power.
    Power,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::Lost => "radio lost",
            Why::NoRoute => "no route",
            Why::Misfit => "wrong address",
            Why::Off => "tunnel off",
            Why::Dialing => "dialing",
            Why::DialingWeak => "dialing over a weak signal",
            Why::Refused => "dial refused",
            Why::OldSession => "old session at the office",
            Why::Stale => "office sends the old way",
            Why::Gateway => "gateway sends to the other radio",
            Why::Gray => "gray period",
            Why::Late => "late with the standby ready",
            Why::StandbyMoving => "standby on its way",
            Why::StandbyPoor => "standby on a poor access point",
            Why::Faded => "no good access point",
            Why::Power => "no power",
        })
    }
}

/// What was true at one call. Access points are counted as in the drive; only those of the vehicle's networks count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Witnessed {
    /// Simulated seconds since the vehicle's start.
    pub at: f64,
    /// Why it could not be reached; `None` when it could.
    pub dark: Option<Why>,
    /// The access point of the active radio, and its level in the drive log in dBm.
    pub active: Option<(usize, f64)>,
    /// Another radio's access point that is not the active's, by which the vehicle could go on, and its level.
    pub standby: Option<(usize, f64)>,
    /// The best other access point in the drive log, whether a radio is on it or not, and its level.
    pub other: Option<(usize, f64)>,
    /// Whether the active's access point is in a gray period.
    pub gray: bool,
    /// Whether this call was lost by the best access point and antenna as well.
    pub unavoidable: bool,
}

impl Witnessed {
    /// Whether another access point than the active's is good in the drive log.
    #[must_use]
    pub fn other_is_good(&self) -> bool {
        self.other.is_some_and(|(_, level)| level > GOOD)
    }

    /// Whether the standby's access point is good in the drive log.
    #[must_use]
    pub fn standby_is_good(&self) -> bool {
        self.standby.is_some_and(|(_, level)| level > GOOD)
    }
}

/// The latest calls.
#[derive(Debug, Default)]
pub(crate) struct Witness(VecDeque<Witnessed>);

impl Witness {
    /// Adds one.
    pub(crate) fn push(&mut self, one: Witnessed) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(one);
    }

    /// All that are kept, oldest first.
    pub(crate) fn list(&self) -> Vec<Witnessed> {
        self.0.iter().copied().collect()
    }
}
