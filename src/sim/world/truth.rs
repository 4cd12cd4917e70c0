//! What is true of the vehicle at a call of the dispatcher.

use std::time::Duration;

use super::chance::Of;
use super::clock::millis;
use super::way::Way;
use super::witness::{Why, Witnessed};
use crate::sim::vehicle::Vehicle;

/// A way that lets less than this share of the frames pass is weak to dial over.
const WEAK: f64 = 0.85;
/// A gateway forgets through which radio an address was heard after this.
const ARP_KEPT: Duration = Duration::from_secs(30);

impl Vehicle {
    /// Why a call does not get through by this way; `None` when it does: both ends have the same session, the gateway
    /// knows the radio, and the frames pass.
    pub fn dark(&self, way: Option<Way>) -> Option<Why> {
        let Some(way) = way else {
            let lead = self.leading().and_then(|radio| self.stations[radio].authenticated());
            return Some(if lead.is_none() { Why::Lost } else { Why::Misfit });
        };
        let Some(call) = self.pptp.call() else {
            let why = if self.pptp.off() {
                Why::Off
            } else if self.pptp.office.refuses() {
                Why::Refused
            } else if way.passing < WEAK {
                Why::DialingWeak
            } else {
                Why::Dialing
            };
            return Some(why);
        };
        if call.bound != way.bound || !self.pptp.office.has(call.session) {
            return Some(Why::Stale);
        }
        // Each call comes from somebody else.
        if !self.pptp.office.sends_into(call.session, millis(self.now), self.chance) {
            return Some(Why::OldSession);
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
    pub fn witness(&mut self, dark: Option<Why>) {
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
        self.witness.push(one);
    }
}
