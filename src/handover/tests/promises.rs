//! What holds whatever is seen.

use proptest::prelude::*;

use super::*;

/// What one radio shows: the AP, its signal, and whether it is authenticated; none is lost.
type Shown = Option<(u8, i16, bool)>;

prop_compose! {
    fn shown()(
        ap in 1u8..5,
        signal in -98i16..-40,
        authenticated in prop::bool::weighted(0.9),
        present in prop::bool::weighted(0.9),
    ) -> Shown {
        present.then_some((ap, signal, authenticated))
    }
}

const NAMES: [&str; 4] = ["wlan1", "wlan2", "wlan3", "wlan4"];
const LTE: &str = "lte1";

/// One moment: the radios, how old their readings are, how long after the moment before, and what comes along.
#[derive(Debug, Clone)]
struct Sighting {
    radios: [Shown; 4],
    age: u64,
    after: u64,
    swap_fails: bool,
    probes: Vec<bool>,
    heard: Option<Vec<(u8, i16)>>,
    /// Whether the fallback is up, where the vehicle has one.
    fallback_up: bool,
}

prop_compose! {
    fn sighting()(
        radios in [shown(), shown(), shown(), shown()],
        age in prop_oneof![9 => Just(0u64), 1 => 0u64..3000],
        after in 1u64..900,
        swap_fails in prop::bool::weighted(0.2),
        probes in prop::collection::vec(prop::bool::weighted(0.4), 0..4),
        heard in prop::option::weighted(0.3, prop::collection::vec((1u8..8, -98i16..-40), 0..6)),
        fallback_up in prop::bool::weighted(0.8),
    ) -> Sighting {
        Sighting { radios, age, after, swap_fails, probes, heard, fallback_up }
    }
}

fn view(name: &str, at: Moment, shown: Shown) -> UplinkView {
    let Some((ap, signal, authenticated)) = shown else {
        return lost(name, at);
    };
    let mut view = on(name, at, ap, signal);
    view.link.as_mut().unwrap().authenticated = authenticated;
    view
}

/// A drive through random moments, with the agent's part played: what was decided is done.
struct Drive {
    now: u64,
    /// How many radios there are; the fallback, if there is one, comes after them.
    count: usize,
    fallback: bool,
    active: usize,
    /// The active, or the best of several radios while the fallback is active.
    lead: usize,
    last_swap: Option<u64>,
    last_failed: bool,
    /// How long its swaps are dark.
    dark: Duration,
    ended: Option<SwapEnd>,
    steered: [Option<Bssid>; 4],
    /// Where each radio was sent last, and when.
    sent: [Option<(Bssid, u64)>; 4],
    /// The scan that has not ended, and when it began.
    scanning: Option<(usize, u64)>,
}

impl Drive {
    fn name(&self, uplink: usize) -> &'static str {
        if uplink == self.count { LTE } else { NAMES[uplink] }
    }

    /// What an uplink shows; none for the fallback.
    fn shown(&self, one: &Sighting, uplink: usize) -> Shown {
        one.radios[..self.count].get(uplink).copied().flatten()
    }

    fn observe(&mut self, one: &Sighting) -> Observation {
        self.now += one.after;
        let at = ms(self.now.saturating_sub(one.age));
        if let Some(end) = &self.ended {
            self.last_failed = end.dark.is_none();
        }
        let uplinks: Vec<UplinkView> = (0..self.count)
            .map(|n| UplinkView {
                steered: self.steered[n],
                ..view(NAMES[n], at, one.radios[n])
            })
            .collect();
        let active = uplinks
            .get(self.active)
            .map(|view| view.link.as_ref().map(|link| link.bssid));
        let probe = |answered: &bool| Probe {
            uplink: id(self.name(self.active)),
            bssid: active.flatten(),
            at: ms(self.now),
            answered: *answered,
        };
        let probed = active.is_none() || active.flatten().is_some();
        let probes = one.probes.iter().filter(|_| probed).map(probe).collect();
        let scanned = one.heard.as_ref().and_then(|scan| heard(scan, ms(self.now)));
        let radio = self.scanning.map_or(1 % self.count, |(radio, _)| radio);
        if scanned.is_some() {
            self.scanning = None;
        }
        let fallback = FallbackView {
            id: id(LTE),
            up: one.fallback_up,
        };
        Observation {
            active: Some(id(self.name(self.active))),
            probes,
            scan: scanned.map(|scan| Scan {
                radio: id(NAMES[radio]),
                ..scan
            }),
            swap: self.ended.take(),
            fallbacks: if self.fallback { vec![fallback] } else { Vec::new() },
            uplinks,
            ..Observation::default()
        }
    }

    fn swap(&mut self, one: &Sighting, to: usize) {
        self.active = to;
        self.last_swap = Some(self.now);
        self.scanning = None;
        self.ended = Some(SwapEnd {
            to: id(self.name(to)),
            bssid: self.shown(one, to).map(|(ap, ..)| bssid(ap)),
            dark: (!one.swap_fails).then_some(self.dark),
        });
    }

    /// Where the standbys but one surely are or go, and where they may be.
    fn places(&self, one: &Sighting, but: usize) -> [Vec<Bssid>; 2] {
        let others = (0..self.count).filter(|n| *n != self.lead && *n != but);
        let [mut sure, mut possible] = [Vec::new(), Vec::new()];
        for n in others {
            let link = one.radios[n].map(|(ap, ..)| bssid(ap));
            let sent = self.sent[n].filter(|(_, at)| self.now - at < 5_000);
            let both = [link, sent.map(|(to, _)| to)];
            possible.extend(both.into_iter().flatten());
            match (link, sent) {
                (_, Some((to, at))) if at == self.now => sure.push(to),
                (Some(on), None) => sure.push(on),
                (Some(on), Some((to, _))) if on == to => sure.push(on),
                _ => {}
            }
        }
        [sure, possible]
    }

    /// What the standbys are to do is sound, and is done.
    fn moves(&mut self, one: &Sighting, decision: &Decision, handover: &Handover) -> Result<(), TestCaseError> {
        let radio = |id: &UplinkId| NAMES.iter().position(|name| self::id(name) == *id).unwrap();
        let carries = self.shown(one, self.lead).filter(|(.., authenticated)| *authenticated);
        let scans = decision.moves.iter().filter(|one| matches!(one, Move::Scan { .. }));
        prop_assert!(scans.count() <= 1, "one scan at a time");
        for step in &decision.moves {
            match step {
                Move::Scan { radio: scanner, .. } => {
                    let scanner = radio(scanner);
                    prop_assert!(
                        scanner != self.lead || self.count == 1 && carries.is_none(),
                        "a scan on the active"
                    );
                    let under_way = self.scanning.filter(|(_, at)| self.now - at < 5_000);
                    prop_assert_eq!(under_way, None, "a scan while another is under way");
                    self.scanning = Some((scanner, self.now));
                }
                Move::Steer {
                    radio: sent, bssid: to, ..
                } => {
                    let sent = radio(sent);
                    prop_assert!(
                        sent != self.lead || self.count == 1 && carries.is_none(),
                        "the active is steered"
                    );
                    prop_assert_ne!(carries.map(|(ap, ..)| bssid(ap)), Some(*to), "beside the active");
                    let [places, possible] = self.places(one, sent);
                    if places.contains(to) {
                        let own = one.radios[sent].map(|(ap, ..)| bssid(ap));
                        let active = self.shown(one, self.lead).map(|(ap, ..)| bssid(ap));
                        let now = ms(self.now);
                        let targets = handover
                            .hunter
                            .placement
                            .targets()
                            .map(|target| (target.bssid, target.level));
                        let free = targets.into_iter().find(|target| {
                            let (ap, level) = *target;
                            let level = level - handover.held.penalty(now, ap).as_f64();
                            Some(ap) != own && Some(ap) != active && !possible.contains(&ap) && level > -80.0
                        });
                        prop_assert_eq!(
                            free,
                            None,
                            "{:?} is on {:?} already: {:?}, sent {:?} at {}, lead {}",
                            to,
                            places,
                            decision,
                            self.sent,
                            self.now,
                            self.lead
                        );
                    }
                    self.steered[sent] = Some(*to);
                    self.sent[sent] = Some((*to, self.now));
                }
                Move::Search { radio: sent } | Move::Release { radio: sent, .. } => self.steered[radio(sent)] = None,
            }
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn random_moments_keep_the_promises(
        moments in prop::collection::vec(sighting(), 1..120),
        count in 1usize..=4,
        fallback in prop::bool::weighted(0.3),
        dwell in 0u64..5000,
        dark in prop_oneof![Just([100u64; 2]), Just([300, 1500]), Just([1500; 2]), Just([4000; 2])],
    ) {
        let mut by = rules(true);
        by.handover.dwell = Duration::from_millis(dwell);
        let [within_network, to_another] = dark.map(Duration::from_millis);
        by.handover.first_dark = settings::FirstDark { within_network, to_another };
        let mut handover = Handover::new(by);
        let mut drive = Drive {
            now: 10_000,
            count,
            fallback,
            active: 0,
            lead: 0,
            last_swap: None,
            last_failed: false,
            dark: within_network,
            ended: None,
            steered: [None; 4],
            sent: [None; 4],
            scanning: None,
        };
        for one in moments {
            let seen = drive.observe(&one);
            let mut again = handover.clone();
            let decision = handover.step(ms(drive.now), &seen);
            prop_assert_eq!(&decision, &again.step(ms(drive.now), &seen), "the same moment decides the same");
            let best = handover.strongest(ms(drive.now), &seen, None).map(|best| best.view.id.clone());
            let best = best.filter(|_| drive.active == count && count > 1);
            drive.lead = best.map_or(drive.active, |best| NAMES.iter().position(|name| id(name) == best).unwrap());
            drive.moves(&one, &decision, &handover)?;
            let Some(to) = &decision.swap_to else { continue };
            let reason = &decision.reason;
            let to = (0..=count).find(|n| id(drive.name(*n)) == *to).unwrap();
            prop_assert_ne!(to, drive.active);
            prop_assert!(decision.moves.is_empty(), "what is about to carry the vehicle is left alone");
            prop_assert!(one.age <= 750, "a swap on a reading {} ms old: {}", one.age, reason);
            let own = drive.shown(&one, drive.active).filter(|radio| radio.2);
            if to == count {
                prop_assert!(fallback && one.fallback_up, "to a fallback that is down: {}", reason);
            } else {
                let theirs = one.radios[to].filter(|radio| radio.2);
                prop_assert!(theirs.is_some(), "to an unauthenticated radio: {}", reason);
            }
            if let (Some(last), Some(_)) = (drive.last_swap, own.filter(|_| drive.active < count && to < count)) {
                let dead = matches!(reason, Reason::Unhealthy { .. });
                prop_assert!(drive.now - last >= dwell || drive.last_failed || dead, "within the dwell: {}", reason);
            }
            if let Reason::Handover { compared } = reason {
                prop_assert!(compared.theirs > compared.signal, "to a weaker one: {}", reason);
            }
            drive.swap(&one, to);
        }
    }

    /// Without a promise kept for longer the vehicle does not come back from a fallback.
    #[test]
    fn a_radio_is_returned_to_only_after_it_was_good_for_long_enough(
        moments in prop::collection::vec((shown(), shown(), shown(), 200u64..900), 40..120),
        count in 1usize..=3,
    ) {
        let mut handover = Handover::new(rules(true));
        let (mut now, mut weak) = (10_000, [10_000u64; 3]);
        for (first, second, third, after) in moments {
            now += after;
            let radios = [first, second, third];
            for (radio, weak) in radios.iter().zip(&mut weak) {
                if radio.is_none_or(|(_, signal, authenticated)| !authenticated || signal < -90) {
                    *weak = now;
                }
            }
            let seen = Observation {
                active: Some(id(LTE)),
                uplinks: (0..count).map(|n| view(NAMES[n], ms(now), radios[n])).collect(),
                fallbacks: vec![FallbackView { id: id(LTE), up: true }],
                ..Observation::default()
            };
            let decision = handover.step(ms(now), &seen);
            if let Some(to) = &decision.swap_to {
                let to = NAMES.iter().position(|name| id(name) == *to).unwrap();
                prop_assert!(now - weak[to] >= 30_000, "back after {} ms: {}", now - weak[to], decision.reason);
            }
        }
    }

    #[test]
    fn a_strong_active_is_never_left_for_its_signal(
        moments in prop::collection::vec((-77i16..-40, shown(), 200u64..900), 1..100),
        dark in 0u64..10_000,
    ) {
        let mut handover = costing(dark, rules(false));
        let mut now = 10_000;
        for (own, other, after) in moments {
            now += after;
            let seen = seen([on("wlan1", ms(now), 9, own), view("wlan2", ms(now), other)]);
            let decision = handover.step(ms(now), &seen);
            prop_assert_eq!(decision.swap_to, None, "{}", decision.reason);
        }
    }

    #[test]
    fn asking_again_changes_nothing(
        moments in prop::collection::vec((shown(), shown(), 200u64..900), 1..60),
        again in prop::collection::vec(any::<bool>(), 60),
        dark in 0u64..10_000,
    ) {
        let (mut once, mut twice) = (costing(dark, rules(false)), costing(dark, rules(false)));
        let mut now = 10_000;
        for ((own, other, after), again) in moments.into_iter().zip(again) {
            now += after;
            let seen = seen([view("wlan1", ms(now), own), view("wlan2", ms(now), other)]);
            if again {
                twice.step(ms(now), &seen);
            }
            prop_assert_eq!(once.step(ms(now), &seen), twice.step(ms(now), &seen));
        }
    }

    /// A decision that came out to stay may be asked for later without harm: with the same seen, what was steady stays so.
    #[test]
    fn stepping_later_is_safe(
        own in shown(),
        other in shown(),
        late in 0u64..5_000,
        dark in 0u64..10_000,
    ) {
        let mut handover = costing(dark, rules(false));
        let seen = seen([view("wlan1", ms(10_000), own), view("wlan2", ms(10_000), other)]);
        let at_once = handover.clone().step(ms(10_000), &seen);
        let decision = handover.step(ms(10_000 + late), &seen);
        if late > 750 {
            prop_assert_eq!(decision.swap_to, None, "on old readings: {}", decision.reason);
        } else {
            prop_assert_eq!(decision.swap_to, at_once.swap_to);
        }
    }
}
