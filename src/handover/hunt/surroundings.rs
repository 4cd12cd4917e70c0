//! What the hunt looks at, and what follows from it at once.

use std::cmp::Ordering;

use crate::handover::decision::Move;
use crate::handover::hold_down::HoldDown;
use crate::handover::hunt::placement::{Placement, Target};
use crate::handover::readings::Readings;
use crate::handover::settings::{ABOVE_MINIMUM, NetworkRule, RadioRule, Settings};
use crate::names::{Bssid, Ssid, UplinkId};
use crate::observation::{LeaseState, Link, Observation, UplinkView};
use crate::routeros::Band;
use crate::units::{Db, Dbm, Moment};

/// What an AP counts as that nobody hears; one just held down counts no more.
const UNHEARD: Dbm = Dbm(-100);

/// What the hunt looks at.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) now: Moment,
    pub(crate) seen: &'a Observation,
    pub(crate) settings: &'a Settings,
    pub(crate) networks: &'a [NetworkRule],
    pub(crate) radios: &'a [RadioRule],
    pub(crate) held: &'a HoldDown,
    pub(crate) readings: &'a Readings,
    /// How much better the target must be than the standby's own AP.
    pub(crate) gain: Db,
    /// Whether the active fails, so that a standby may be needed any moment.
    pub(crate) pressing: bool,
    /// The standby that is about to carry the vehicle.
    pub(crate) needed: Option<&'a UplinkId>,
}

/// Where a standby may go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) target: Target<'p>,
    /// What the target counts in dB more than the standby's own AP; without end where it has no place to lose.
    pub(super) gain: f64,
    /// What the target counts in dBm.
    pub(super) rank: f64,
}

impl<'a> Surroundings<'a> {
    /// What the active uplink is associated with.
    fn active(&self) -> Option<&'a Link> {
        let id = self.seen.active.as_ref()?;
        let view = self.seen.uplinks.iter().find(|view| view.id == *id)?;
        view.link.as_ref()
    }

    /// Whether the active is on this AP.
    pub(super) fn is_beside(&self, bssid: Bssid) -> bool {
        self.active().is_some_and(|active| active.bssid == bssid)
    }

    /// Whether a standby waits on an AP of its own that could carry the vehicle: one on the active's AP fades with it.
    pub(super) fn is_usable(&self, standby: &UplinkView) -> bool {
        authenticated(standby).is_some_and(|link| {
            let trigger = self.settings.trigger_on(self.networks, link.network.as_ref());
            let strong = link.signal.is_some_and(|signal| signal > trigger);
            link.network.is_some()
                && standby.lease != LeaseState::Missing
                && self.active().is_none_or(|active| active.bssid != link.bssid)
                && strong
        })
    }

    /// Where the standby should go instead of where it is; APs of the active's network count better by `same_network`.
    ///
    /// The places of the other standbys are `taken`: a radio goes there only where it has no usable place and none is free. Of
    /// two that share an AP, one leaves for another that is usable.
    pub(super) fn target<'p>(
        &self,
        placement: &'p Placement,
        standby: &UplinkView,
        same_network: Db,
        taken: &[Bssid],
    ) -> Option<Place<'p>> {
        let newest = placement.newest(self.band(&standby.id))?;
        let fresh = self.now.since(newest) <= self.settings.scan_stale;
        if !fresh || self.needed == Some(&standby.id) {
            return None;
        }
        let active = self.active();
        let beside = |bssid: Bssid| self.is_beside(bssid);
        let bonus = |network: &Ssid| {
            let same = active.is_some_and(|active| active.network.as_ref() == Some(network));
            if same { same_network.as_f64() } else { 0.0 }
        };
        let own = authenticated(standby).filter(|link| !beside(link.bssid));
        let shares = own.is_some_and(|link| taken.contains(&link.bssid));
        let here = own.filter(|_| !shares && standby.lease != LeaseState::Missing);
        let here = here.and_then(|link| {
            let level = self.readings.mean(&standby.id, self.settings.second)?;
            let held = self.held.penalty(self.now, link.bssid).as_f64();
            Some(level - held + bonus(link.network.as_ref()?))
        });
        let level = |to: &Target| to.level - self.held.penalty(self.now, to.bssid).as_f64();
        let rank = |to: &Target| level(to) + bonus(to.network);
        let gain = self.gain.as_f64();
        let usable = |to: &Target, more: f64| {
            let trigger = self.settings.trigger_on(self.networks, Some(to.network));
            level(to) > trigger.as_f64() + more
        };
        let others = placement
            .targets()
            .filter(|to| !beside(to.bssid) && own.is_none_or(|link| link.bssid != to.bssid))
            .filter(|to| self.reaches(&standby.id, to))
            .filter(|to| self.least(to).is_some_and(|least| level(to) > least.as_f64()));
        let free = |to: &Target| !taken.contains(&to.bssid);
        let crowded =
            !taken.is_empty() && !self.is_usable(standby) && !others.clone().any(|to| free(&to) && usable(&to, 0.0));
        let others = others.filter(|to| match free(to) {
            true => !shares || usable(to, gain),
            false => crowded && usable(to, 0.0),
        });
        // A good AP of a network that goes first comes before a strong one of another.
        let first = |network: &Ssid, level: f64| self.first(network, level);
        let top = others.clone().map(|to| first(to.network, level(&to))).max()?;
        let others = others.filter(|to| first(to.network, level(to)) == top);
        let network = own.and_then(|link| link.network.as_ref());
        let here_first = network
            .zip(here)
            .and_then(|(network, here)| first(network, here - bonus(network)));
        let best = others.clone().map(|to| rank(&to)).fold(f64::MIN, f64::max);
        let alike = others.filter(|to| rank(to) > best - gain);
        let target = alike.max_by(|a, b| {
            let by_rank = rank(a).total_cmp(&rank(b)).then(b.bssid.cmp(&a.bssid));
            self.priority(a).cmp(&self.priority(b)).then(by_rank)
        })?;
        let goes = match top.cmp(&here_first) {
            Ordering::Greater => true,
            Ordering::Less => here.is_none(),
            Ordering::Equal => here.is_none_or(|here| rank(&target) >= here + gain),
        };
        let rank = rank(&target);
        goes.then_some(Place {
            target,
            gain: here.map_or(f64::INFINITY, |here| rank - here),
            rank,
        })
    }

    /// What a standby's place is good for: whether it is usable, and its level in dBm.
    pub(super) fn standing(&self, standby: &UplinkView) -> (bool, f64) {
        let level = authenticated(standby).and_then(|_| self.readings.mean(&standby.id, self.settings.second));
        (self.is_usable(standby), level.unwrap_or(f64::NEG_INFINITY))
    }

    /// Whether a radio's band and the router's own rules let it join an AP.
    fn reaches(&self, radio: &UplinkId, to: &Target) -> bool {
        let Some(rule) = self.radios.iter().find(|rule| rule.radio == *radio) else {
            return true;
        };
        let same_band = rule.band.zip(to.band).is_none_or(|(own, theirs)| own == theirs);
        same_band && rule.networks.contains(to.network)
    }

    /// The band of a radio.
    pub(super) fn band(&self, radio: &UplinkId) -> Option<Band> {
        self.radios.iter().find(|rule| rule.radio == *radio)?.band
    }

    /// The move that brings a standby to an AP.
    pub(super) fn steer(&self, standby: &UplinkView, to: &Target) -> Move {
        #[expect(clippy::cast_possible_truncation, reason = "a signal is between -128 and 0 dBm")]
        let level = Dbm(to.level.round() as i16);
        Move::Steer {
            radio: standby.id.clone(),
            bssid: to.bssid,
            network: to.network.clone(),
            signal: level - self.held.penalty(self.now, to.bssid),
            own: authenticated(standby).and_then(|link| link.signal),
        }
    }

    /// The level above which a standby may be sent to an AP; none to one of no configured network.
    fn least(&self, to: &Target) -> Option<Dbm> {
        let minimum = self.rule(to)?.minimum_signal;
        Some(minimum.map_or(UNHEARD, |minimum| minimum + ABOVE_MINIMUM))
    }

    /// The priority of a network at this level in dBm, where networks have an order and it is good.
    fn first(&self, network: &Ssid, level: f64) -> Option<i32> {
        let good = self.settings.trigger_on(self.networks, Some(network)) + self.settings.floor;
        let ordered = NetworkRule::are_ordered(self.networks) && level >= good.as_f64();
        NetworkRule::of(self.networks, network)
            .filter(|_| ordered)
            .map(|rule| rule.priority)
    }

    fn priority(&self, to: &Target) -> i32 {
        self.rule(to).map_or(0, |rule| rule.priority)
    }

    fn rule(&self, to: &Target) -> Option<&'a NetworkRule> {
        NetworkRule::of(self.networks, to.network)
    }
}

/// What a radio is associated with, if it is authenticated.
pub(super) fn authenticated(view: &UplinkView) -> Option<&Link> {
    view.link.as_ref().filter(|link| link.authenticated)
}
