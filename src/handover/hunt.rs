//! The hunt: which access point each standby radio should wait on.
//!
//! Whenever a standby is not on its way, its target is the AP **other than the active's** with the best mean over those
//! of the last two scans that heard it: two radios on one AP fade together. One hearing is enough. It moves when the
//! target is better by 3 dB than its own AP (6 dB where a swap costs next to nothing), and at once when it is on none or on
//! the active's; an AP that was just left because nothing came through it counts as badly for a standby that is still on it
//! as for one that could go there. A standby that is about to carry the vehicle stays. Scans come each interval, and again
//! and again while the standby has no usable place to wait; while the active fails as well it searches by itself, without
//! waiting for a scan.
//!
//! Several standbys wait on different APs. The best target goes to the standby that gains most by it, which is the one with
//! the worst place; of two that have usable places, one stays there while the other is on its way. One radio scans at a
//! time: that with the worst place, so that the others keep their ears on. Standbys of two bands take turns, as neither
//! hears the other's.
//!
//! A single radio scans only while it is lost. What it hears leads it to the best AP, which the router's own rules need not.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::handover::decision::Move;
use crate::handover::settings::Hunt;
use crate::names::{Bssid, UplinkId};
use crate::observation::{LeaseState, Link, UplinkView};

mod ear;
mod placement;
mod roaming;
mod surroundings;

use ear::Ear;
use placement::Placement;
use roaming::{Roaming, State};
pub(super) use surroundings::Surroundings;
use surroundings::{Place, authenticated};

/// The hunt's memory between observations.
#[derive(Debug, Clone)]
pub(super) struct Hunter {
    hunt: Hunt,
    active: Option<UplinkId>,
    pub(super) placement: Placement,
    ear: Ear,
    radios: BTreeMap<UplinkId, Roaming>,
    /// APs that radios did not reach in time.
    missed: Vec<Bssid>,
}

impl Hunter {
    pub(super) fn new(hunt: Hunt) -> Self {
        Hunter {
            ear: Ear::default(),
            hunt,
            active: None,
            placement: Placement::default(),
            radios: BTreeMap::new(),
            missed: Vec::new(),
        }
    }

    /// The APs that radios did not reach since this was last asked, and how soon they may be tried again.
    pub(super) fn missed(&mut self) -> (Vec<Bssid>, Duration) {
        (std::mem::take(&mut self.missed), self.hunt.arrival)
    }

    /// Takes that the vehicle is to swap, which ends what is under way.
    pub(super) fn swaps(&mut self) {
        self.ear.ended();
    }

    pub(super) fn step(&mut self, around: &Surroundings) -> Vec<Move> {
        let seen = around.seen;
        self.listen(around);
        for view in &seen.uplinks {
            let active = Some(&view.id) == seen.active.as_ref();
            self.radio(&view.id).seen(around.now, view, active);
        }
        if !self.hunt.enabled {
            return Vec::new();
        }
        if seen.uplinks.iter().all(|view| authenticated(view).is_none()) {
            if self.hunt.by_settings || seen.uplinks.len() == 1 {
                return self.find_any(around);
            }
            return seen
                .uplinks
                .iter()
                .filter_map(|view| self.radio(&view.id).release(view))
                .collect();
        }
        let useless = |link: &Link, view: &UplinkView| link.stranger || view.lease == LeaseState::Missing;
        let waits = |view: &UplinkView| authenticated(view).is_none_or(|link| !useless(link, view));
        if seen.active.is_none() && seen.uplinks.iter().any(waits) {
            // Each radio is needed as it is: the first that authenticates and has an address becomes active.
            return Vec::new();
        }
        if seen.active != self.active {
            // The radio that was active heard least of what is around, and is free now.
            self.active.clone_from(&seen.active);
            self.ear.look_again();
        }
        let standbys = seen
            .uplinks
            .iter()
            .filter(|view| Some(&view.id) != seen.active.as_ref());
        self.place(around, standbys.collect())
    }

    /// No radio is on the air, and none is led by several rules of the router: one of them scans and goes where a network is.
    fn find_any(&mut self, around: &Surroundings) -> Vec<Move> {
        let seen = around.seen;
        let idle = seen.uplinks.iter().find(|view| Some(&view.id) != seen.active.as_ref());
        let scout = idle.or(seen.uplinks.first());
        let others = seen
            .uplinks
            .iter()
            .filter(|view| Some(&view.id) != scout.map(|scout| &scout.id));
        let released: Vec<Move> = others.filter_map(|view| self.radio(&view.id).release(view)).collect();
        let found = self.place(around, scout.into_iter().collect());
        released.into_iter().chain(found).collect()
    }

    /// Sends standbys where they should wait, and lets one of those that stay listen.
    fn place(&mut self, around: &Surroundings, standbys: Vec<&UplinkView>) -> Vec<Move> {
        let now = around.now;
        let (mut moves, mut free) = (Vec::new(), Vec::new());
        for standby in standbys {
            match self.state(around, standby) {
                State::Busy => {}
                State::Moves(one) => moves.push(one),
                State::Free => free.push(standby),
            }
        }
        while let Some((index, place)) = self.best(around, &free) {
            let standby = free.remove(index);
            let sent = around.steer(standby, &place.target);
            let (bssid, usable) = (place.target.bssid, around.is_usable(standby));
            self.radio(&standby.id).sent(now, bssid, sent.clone(), usable);
            moves.push(sent);
        }
        let some_usable = || around.seen.uplinks.iter().any(|view| around.is_usable(view));
        if around.pressing && !some_usable() {
            free.retain(|standby| {
                let radio = self.radios.get_mut(&standby.id);
                let search = radio.and_then(|radio| radio.search(now, standby));
                let stays = search.is_none();
                moves.extend(search);
                stays
            });
        }
        moves.extend(self.scan(around, &free));
        moves
    }

    /// The standby that gains most by a move, and where it goes.
    fn best<'p>(&'p self, around: &Surroundings, free: &[&UplinkView]) -> Option<(usize, Place<'p>)> {
        let places = free.iter().enumerate().filter_map(|(index, standby)| {
            // Of several with something to lose, one stays where it is.
            let leaves = |(id, radio): (&UplinkId, &Roaming)| {
                *id != standby.id && radio.left_usable(around.now, self.hunt.arrival)
            };
            if around.is_usable(standby) && self.radios.iter().any(leaves) {
                return None;
            }
            let taken = self.taken(around, standby);
            let place = around.target(&self.placement, standby, self.hunt.same_network, &taken)?;
            Some((index, place, around.standing(standby).1))
        });
        let best = places.max_by(|(i, a, here), (j, b, there)| {
            let most = a.gain.total_cmp(&b.gain).then(a.rank.total_cmp(&b.rank));
            most.then(there.total_cmp(here)).then(j.cmp(i))
        });
        best.map(|(index, place, _)| (index, place))
    }

    /// The APs that the other standbys are on, or on their way to.
    fn taken(&self, around: &Surroundings, standby: &UplinkView) -> Vec<Bssid> {
        let active = around.seen.active.as_ref();
        let others = around.seen.uplinks.iter();
        let others = others.filter(|view| view.id != standby.id && Some(&view.id) != active);
        let place = |view: &UplinkView| {
            let radio = self.radios.get(&view.id);
            let sent = radio.and_then(|radio| radio.under_way_to(around.now, self.hunt.arrival));
            sent.or(view.link.as_ref().map(|link| link.bssid))
        };
        others.filter_map(place).collect()
    }

    /// What a standby is at.
    fn state(&mut self, around: &Surroundings, standby: &UplinkView) -> State {
        let (now, arrival) = (around.now, self.hunt.arrival);
        let authenticating = standby
            .link
            .as_ref()
            .is_some_and(|link| !link.authenticated && now.since(link.since) < arrival);
        if now.since(standby.at) > around.settings.stale || authenticating {
            return State::Busy;
        }
        let usable = around.is_usable(standby);
        if let Some(target) = standby.steered {
            // Another radio may have found the AP meanwhile.
            let taken = around.is_beside(target) || self.taken(around, standby).contains(&target);
            let stays = usable || taken;
            let radio = self.radio(&standby.id);
            let (state, missed) = radio.under_way(now, arrival, (standby, target), stays);
            self.missed.extend(missed);
            if !matches!(state, State::Free) {
                return state;
            }
        }
        if self.radio(&standby.id).is_searching(now, arrival, standby, usable) {
            State::Busy
        } else {
            State::Free
        }
    }

    /// The scan that is due, by that of these standbys with the worst place.
    ///
    /// One that is of no use has nothing to lose: it listens again and again, and gives its AP up for that where the router
    /// refuses scans in the background.
    fn scan(&mut self, around: &Surroundings, standbys: &[&UplinkView]) -> Option<Move> {
        let now = around.now;
        let able = standbys.iter().filter_map(|standby| {
            let standing = around.standing(standby);
            let radio = self.radios.get(&standby.id)?;
            // A radio that lost its AP searches by itself first, and a foreground scan only delays that.
            let alone = radio
                .alone_for(now)
                .is_some_and(|alone| alone < self.hunt.scan_duration);
            let on = standby.link.as_ref().map(|link| link.bssid);
            let background = on.is_some() && !self.hunt.by_settings && !radio.refuses(on);
            let loses = on.is_some() && !background && standing.0;
            (!alone && !loses).then_some((*standby, standing, background))
        });
        let scanner = able.min_by(|(a, here, _), (b, there, _)| {
            let longest = |view: &UplinkView| self.ear.begun(around.band(&view.id));
            let worst = here.0.cmp(&there.0).then(here.1.total_cmp(&there.1));
            longest(a).cmp(&longest(b)).then(worst)
        });
        let (standby, (usable, _), background) = scanner?;
        let everywhere = self
            .ear
            .listen(now, &self.hunt, standby, (around.band(&standby.id), usable))?;
        self.radio(&standby.id).scans(background);
        Some(Move::Scan {
            radio: standby.id.clone(),
            background,
            everywhere,
        })
    }

    fn listen(&mut self, around: &Surroundings) {
        let seen = around.seen;
        if let Some(scan) = &seen.scan {
            self.ear.ended();
            let on = seen.uplinks.iter().find(|view| view.id == scan.radio);
            let on = on.and_then(|view| Some(view.link.as_ref()?.bssid));
            self.radio(&scan.radio).scanned(scan, on);
            if let Some(heard) = &scan.heard {
                if seen.uplinks.iter().all(|view| authenticated(view).is_none()) && seen.uplinks.len() == 1 {
                    // What it read before was of the AP that it lost.
                    self.placement.forget();
                }
                self.placement.take(scan.at, around.band(&scan.radio), heard);
            }
        }
        for view in &seen.uplinks {
            let network = view
                .link
                .as_ref()
                .and_then(|link| Some((link.bssid, link.network.as_ref()?)));
            if let Some((bssid, network)) = network
                && let Some(level) = around.readings.mean(&view.id, around.settings.second)
            {
                self.placement.newer(bssid, network, around.band(&view.id), level);
            }
        }
    }

    /// What is remembered of a radio.
    fn radio(&mut self, id: &UplinkId) -> &mut Roaming {
        self.radios.entry(id.clone()).or_default()
    }
}
