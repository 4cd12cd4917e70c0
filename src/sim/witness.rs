//! What was true at each of the dispatcher's calls, to judge a controller by afterwards. No menu shows it.

use std::collections::VecDeque;

use super::air::millis;
use super::chance::Of;
use super::tunnel::Way;
use super::vehicle::{ARP_KEPT, Vehicle};

/// How many calls are kept; older ones are forgotten.
const KEPT: usize = 20_000;
/// A way that lets less than this share of the frames pass is weak to dial over.
const WEAK: f64 = 0.85;
/// Above so many dBm in the drive log an access point is good.
const GOOD: f64 = -80.0;

/// Why a call did not get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The radio that leads is on no access point.
    Lost,
    /// Address or gateway do not fit the network that the radio is on.
    Misfit,
    /// The tunnel is told to be off.
    Off,
    /// The tunnel dials, or is about to.
    Dialing,
    /// The same, over an access point that lets less than 85 % of the frames pass.
    DialingWeak,
    /// The concentrator still holds the session before and refuses the dial.
    Refused,
    /// The two ends do not hold the same session over the present way.
    Stale,
    /// The gateway sends to the radio before.
    Gateway,
    /// The frame was lost in a gray period.
    Gray,
    /// The frame was lost on the air.
    Air,
    /// The router has no power.
    Power,
}

/// What was true at one call. Access points are counted as in the drive; only those of the vehicle's networks count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Witnessed {
    /// Simulated seconds since the vehicle's start.
    pub at: f64,
    /// Why it could not be reached; `None` when it could.
    pub dark: Option<Why>,
    /// The access point of the radio that leads, and its level in the drive log in dBm.
    pub active: Option<(usize, f64)>,
    /// Another radio's access point that is not the active's, by which the vehicle could go on, and its level.
    pub standby: Option<(usize, f64)>,
    /// The best other access point in the drive log, whether a radio is on it or not, and its level.
    pub other: Option<(usize, f64)>,
    /// Whether the active's access point is in a gray period.
    pub gray: bool,
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
pub struct Witness(VecDeque<Witnessed>);

impl Witness {
    /// All that are kept, oldest first.
    pub fn list(&self) -> Vec<Witnessed> {
        self.0.iter().copied().collect()
    }
}

impl Vehicle {
    /// Why a call does not get through by this way; `None` when it does: both ends hold the same session, the gateway
    /// knows the radio, and the frames pass.
    pub(super) fn dark(&self, way: Option<Way>) -> Option<Why> {
        let Some(way) = way else {
            let lead = self.leading().and_then(|radio| self.stations[radio].authenticated());
            return Some(if lead.is_none() { Why::Lost } else { Why::Misfit });
        };
        let Some(call) = self.tunnel.call() else {
            let why = if self.tunnel.off() {
                Why::Off
            } else if self.office.refuses() {
                Why::Refused
            } else if way.passing < WEAK {
                Why::DialingWeak
            } else {
                Why::Dialing
            };
            return Some(why);
        };
        if call.bound != way.bound || !self.office.holds(call.session) {
            return Some(Why::Stale);
        }
        if self.chance.unit(Of::Frame, 0, millis(self.now)) >= way.passing {
            let ap = self.stations[way.radio].authenticated();
            let gray = ap.is_some_and(|ap| self.air.gray(ap, self.now).is_some());
            return Some(if gray { Why::Gray } else { Why::Air });
        }
        match self.arp.get(&(way.bound.network, way.bound.source)) {
            Some((radio, heard)) if *radio != way.radio && self.now.saturating_sub(*heard) < ARP_KEPT => {
                Some(Why::Gateway)
            }
            Some(_) | None => None,
        }
    }

    /// Writes down what was true at a call.
    pub(super) fn witness(&mut self, dark: Option<Why>) {
        let on = |radio: usize| {
            let ap = self.stations[radio].authenticated()?;
            self.air.aps[ap].network?;
            Some((ap, self.air.logged(ap, self.now).unwrap_or(f64::NEG_INFINITY)))
        };
        let lead = self.leading();
        let active = lead.and_then(on);
        let best = |aps: &mut dyn Iterator<Item = (usize, f64)>| {
            aps.filter(|(ap, _)| active.is_none_or(|(active, _)| active != *ap))
                .max_by(|(_, one), (_, other)| one.total_cmp(other))
        };
        let standby = best(
            &mut (0..self.stations.len())
                .filter(|radio| Some(*radio) != lead)
                .filter_map(on),
        );
        let networked = (0..self.air.aps.len()).filter(|&ap| self.air.aps[ap].network.is_some());
        let other = best(&mut networked.filter_map(|ap| Some((ap, self.air.logged(ap, self.now)?))));
        let one = Witnessed {
            at: self.now.as_secs_f64(),
            dark,
            active,
            standby,
            other,
            gray: active.is_some_and(|(ap, _)| self.air.gray(ap, self.now).is_some()),
        };
        if self.witness.0.len() == KEPT {
            self.witness.0.pop_front();
        }
        self.witness.0.push_back(one);
    }
}
