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

/// One moment: both radios, how old their readings are, how long after the moment before, and what comes along.
#[derive(Debug, Clone)]
struct Sighting {
    radios: [Shown; 2],
    age: u64,
    after: u64,
    swap_fails: bool,
    probes: Vec<bool>,
    heard: Option<Vec<(u8, i16)>>,
}

prop_compose! {
    fn sighting()(
        radios in [shown(), shown()],
        age in prop_oneof![9 => Just(0u64), 1 => 0u64..3000],
        after in 1u64..900,
        swap_fails in prop::bool::weighted(0.2),
        probes in prop::collection::vec(prop::bool::weighted(0.4), 0..4),
        heard in prop::option::weighted(0.3, prop::collection::vec((1u8..6, -98i16..-40), 0..5)),
    ) -> Sighting {
        Sighting { radios, age, after, swap_fails, probes, heard }
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
    active: usize,
    last_swap: Option<u64>,
    last_failed: bool,
    /// How long its swaps are dark.
    dark: Duration,
    ended: Option<SwapEnd>,
}

const NAMES: [&str; 2] = ["wlan1", "wlan2"];

impl Drive {
    fn observe(&mut self, one: &Sighting) -> Observation {
        self.now += one.after;
        let at = ms(self.now.saturating_sub(one.age));
        if let Some(end) = &self.ended {
            self.last_failed = end.dark.is_none();
        }
        let active = one.radios[self.active];
        Observation {
            active: Some(id(NAMES[self.active])),
            uplinks: (0..2).map(|n| view(NAMES[n], at, one.radios[n])).collect(),
            probes: active.map_or(Vec::new(), |(ap, ..)| {
                let probe = |answered: &bool| probe(NAMES[self.active], ap, self.now, *answered);
                one.probes.iter().map(probe).collect()
            }),
            scan: one.heard.as_ref().and_then(|scan| heard(scan, ms(self.now))),
            swap: self.ended.take(),
            ..Observation::default()
        }
    }

    fn swap(&mut self, one: &Sighting) {
        self.active = 1 - self.active;
        self.last_swap = Some(self.now);
        self.ended = Some(SwapEnd {
            to: id(NAMES[self.active]),
            bssid: one.radios[self.active].map(|(ap, ..)| bssid(ap)),
            dark: (!one.swap_fails).then_some(self.dark),
        });
    }
}

proptest! {
    #[test]
    fn random_moments_keep_the_promises(
        moments in prop::collection::vec(sighting(), 1..120),
        dwell in 0u64..5000,
        dark in prop_oneof![Just([100u64; 2]), Just([300, 1500]), Just([1500; 2]), Just([4000; 2])],
    ) {
        let mut by = rules(true);
        by.handover.dwell = Duration::from_millis(dwell);
        let [within_network, to_another] = dark.map(Duration::from_millis);
        by.handover.first_dark = settings::FirstDark { within_network, to_another };
        let mut handover = Handover::new(by);
        let mut drive = Drive { now: 10_000, active: 0, last_swap: None, last_failed: false, dark: within_network, ended: None };
        for one in moments {
            let seen = drive.observe(&one);
            let mut again = handover.clone();
            let decision = handover.step(ms(drive.now), &seen);
            prop_assert_eq!(&decision, &again.step(ms(drive.now), &seen), "the same moment decides the same");
            for steer in &decision.moves {
                if let Move::Steer { radio, bssid: to, .. } = steer {
                    prop_assert_ne!(radio, &id(NAMES[drive.active]), "the active is never steered");
                    prop_assert_ne!(one.radios[drive.active].map(|(ap, ..)| bssid(ap)), Some(*to), "beside the active");
                }
            }
            let Some(to) = &decision.swap_to else { continue };
            let reason = &decision.reason;
            prop_assert_eq!(to, &id(NAMES[1 - drive.active]));
            prop_assert!(decision.moves.is_empty(), "what is about to carry the vehicle is left alone");
            prop_assert!(one.age <= 750, "a swap on a reading {} ms old: {}", one.age, reason);
            let own = one.radios[drive.active].filter(|radio| radio.2);
            let theirs = one.radios[1 - drive.active].filter(|radio| radio.2);
            prop_assert!(theirs.is_some(), "to an unauthenticated radio: {}", reason);
            if let (Some(last), Some(_)) = (drive.last_swap, own) {
                let dead = matches!(reason, Reason::Unhealthy { .. });
                prop_assert!(drive.now - last >= dwell || drive.last_failed || dead, "within the dwell: {}", reason);
            }
            if let Reason::Handover { compared } = reason {
                prop_assert!(compared.theirs > compared.signal, "to a weaker one: {}", reason);
            }
            drive.swap(&one);
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
