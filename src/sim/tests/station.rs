use std::time::Duration;

use super::{drive, settings};
use crate::drive::Drive;
use crate::sim::journey::STEP;
use crate::sim::world::air::Air;
use crate::sim::world::chance::Chance;
use crate::sim::world::clock::At;
use crate::sim::world::orders::{Orders, Range, Rule, ScanList};
use crate::sim::world::station::{Happened, Phase, Station, Surroundings};

/// One radio in the air of a drive.
struct World {
    air: Air,
    keys: Vec<(String, bool)>,
    station: Station,
    at: At,
}

fn rule(id: u32, ssid: &str, range: (i16, i16)) -> Rule {
    Rule {
        id,
        connect: true,
        bssid: None,
        ssid: ssid.into(),
        area: String::new(),
        range: Range {
            signals: range,
            allowed_outside: Some(Duration::from_secs(10)),
        },
        profile: ssid.into(),
    }
}

fn orders(rules: Vec<Rule>) -> Orders {
    Orders {
        enabled: true,
        rules,
        ..Orders::default()
    }
}

impl World {
    fn new(log: Drive) -> Self {
        let keys = ["testssid1", "testssid2", "securessid"]
            .map(|ssid| (ssid.to_owned(), true))
            .to_vec();
        World {
            air: Air::new(&settings(log)),
            keys,
            station: Station::new("wlan1", 0),
            at: At::ZERO,
        }
    }

    fn order(&mut self, orders: Orders, drops: bool) -> Option<Happened> {
        let around = Surroundings {
            air: &self.air,
            chance: Chance::new(7),
            keys: &self.keys,
        };
        self.station.order(orders, drops, around, self.at)
    }

    fn next(&mut self, seconds: u64) -> Option<(Happened, Duration)> {
        let since = self.at;
        while self.at < since + Duration::from_secs(seconds) {
            self.at += STEP;
            let around = Surroundings {
                air: &self.air,
                chance: Chance::new(7),
                keys: &self.keys,
            };
            if let Some(happened) = self.station.step(around, self.at, STEP) {
                return Some((happened, self.at - since));
            }
        }
        None
    }

    /// The access point that a fresh radio ends on under these orders.
    fn ends_on(&mut self, orders: Orders) -> Option<usize> {
        self.station = Station::new("wlan1", 0);
        self.order(orders, true);
        match self.next(20)? {
            (Happened::Associated(ap), _) => Some(ap),
            (other, _) => panic!("{other:?} before an association"),
        }
    }
}

#[test]
fn it_searches_then_associates_then_authenticates() {
    let mut world = World::new(drive(60, &[(-50, 0..60)]));
    assert_eq!(world.order(orders(vec![rule(1, "testssid1", (-85, 120))]), true), None);
    let (happened, span) = world.next(20).unwrap();
    assert_eq!(happened, Happened::Associated(0));
    assert!((1.0..=4.5).contains(&span.as_secs_f64()), "{span:?}");
    assert_eq!(world.station.authenticated(), None, "associated is not authenticated");
    let (happened, span) = world.next(5).unwrap();
    assert_eq!(happened, Happened::Authenticated(0));
    assert!(span <= Duration::from_millis(270));
    assert_eq!(world.station.authenticated(), Some(0));
}

#[test]
fn it_obeys_the_connect_list() {
    // testssid1 weak, testssid2 strong, securessid between, testssid1 again in the middle.
    let levels = [(-75, 0..600), (-45, 0..600), (-60, 0..600), (-55, 0..600)];
    let mut world = World::new(drive(600, &levels));
    // A search may miss an access point, so the usual end of several counts.
    let mut usual = |orders: Orders| {
        let mut ends: Vec<Option<usize>> = (0..9).map(|_| world.ends_on(orders.clone())).collect();
        ends.sort_unstable();
        ends[4]
    };
    let all = (-85, 120);
    assert_eq!(
        usual(orders(vec![rule(1, "testssid1", all), rule(2, "testssid2", all)])),
        Some(3),
        "rule before signal"
    );
    assert_eq!(
        usual(orders(vec![
            rule(1, "testssid1", (-50, 120)),
            rule(2, "testssid2", all)
        ])),
        Some(1),
        "range"
    );
    let only = Rule {
        bssid: Some("02:00:00:00:00:01".into()),
        ..rule(1, "testssid1", all)
    };
    assert_eq!(usual(orders(vec![only])), Some(0), "by MAC address");
    let never = Rule {
        connect: false,
        ..rule(1, "", all)
    };
    assert_eq!(
        usual(orders(vec![never, rule(2, "testssid1", all)])),
        None,
        "the first match wins"
    );
    assert_eq!(usual(orders(vec![])), None, "no rule, no default-authentication");
    let mut any = orders(vec![]);
    any.default_authentication = true;
    assert_eq!(usual(any.clone()), Some(1), "the strongest");
    any.ssid = "securessid".into();
    assert_eq!(usual(any), Some(2), "the interface's own SSID");
    let mut own = orders(vec![rule(1, "testssid2", all)]);
    own.ssid = "securessid".into();
    assert_eq!(
        usual(own),
        Some(2),
        "a rule's SSID counts only when the interface has none"
    );
}

/// A drive whose only access point falls out of range after 30 s, and comes back after `back`.
fn out_of_range(back: usize) -> Drive {
    let mut log = drive(180, &[(-68, 0..180)]);
    for heard in &mut log.seconds[30..back] {
        heard[0].signal = crate::units::Dbm(-80);
    }
    log
}

#[test]
fn it_stays_outside_of_a_rules_range_as_long_as_the_rule_allows() {
    let cases = [
        (Some(10), 180, Some(40.0..=47.0)),
        (Some(1), 180, Some(31.0..=38.0)),
        (Some(10), 36, None),
        (None, 180, None),
    ];
    for (allowed, back, expected) in cases {
        let mut world = World::new(out_of_range(back));
        let mut only = rule(1, "testssid1", (-76, 120));
        only.range.allowed_outside = allowed.map(Duration::from_secs);
        world.order(orders(vec![only]), true);
        world.next(20).unwrap();
        world.next(5).unwrap();
        let lost = world.next(120).map(|(happened, _)| happened);
        let case = format!("allowed {allowed:?} s, back after {back} s: {lost:?} at {:?}", world.at);
        match expected {
            Some(range) => {
                assert_eq!(lost, Some(Happened::Lost(0, "signal out of range")), "{case}");
                assert!(range.contains(&world.at.as_secs_f64()), "{case}");
            }
            None => assert_eq!(lost, None, "{case}"),
        }
    }
}

#[test]
fn a_scan_list_makes_searches_short_and_hides_other_channels() {
    let list = |text: &str| ScanList::read(text).unwrap();
    // The first access point is on channel 1, the second on channel 2.
    let searched = |scan_list: ScanList| {
        let mut world = World::new(drive(600, &[(-50, 0..600), (-45, 0..600)]));
        let mut only = orders(vec![rule(1, "", (-85, 120))]);
        only.scan_list = scan_list;
        world.ends_on(only).map(|ap| (ap, world.at.as_secs_f64()))
    };
    let (_, all) = searched(list("default")).unwrap();
    assert!((0.7..=4.5).contains(&all), "all channels: {all} s");
    let (ap, one) = searched(list("2412")).unwrap();
    assert_eq!(ap, 0, "the stronger one is on another channel");
    assert!((0.09..=0.9).contains(&one), "one channel: {one} s");
    assert_eq!(searched(list("2462")), None);
    assert_eq!(list("2412,2437-2447,2412").channels(), 4);
    assert_eq!(list("2462,default").channels(), 13);
    for text in ["", "x", "100", "2447-2437", "2412;2417"] {
        assert_eq!(ScanList::read(text), None, "{text}");
    }
}

#[test]
fn a_silent_access_point_is_lost_after_the_disconnect_timeout() {
    let mut world = World::new(drive(120, &[(-60, 0..40)]));
    world.order(orders(vec![rule(1, "testssid1", (-120, 120))]), true);
    world.next(20).unwrap();
    world.next(5).unwrap();
    let (happened, _) = world.next(60).unwrap();
    assert!(matches!(happened, Happened::Lost(0, _)));
    assert!((40.0..=43.5).contains(&world.at.as_secs_f64()), "at {:?}", world.at);
}

#[test]
fn a_wrong_key_flaps_each_five_seconds() {
    let mut world = World::new(drive(120, &[(-50, 0..120)]));
    let wrong = Rule {
        profile: "default".into(),
        ..rule(1, "testssid1", (-85, 120))
    };
    world.order(orders(vec![wrong]), true);
    for _ in 0..3 {
        assert_eq!(world.next(20).unwrap().0, Happened::Associated(0));
        let (happened, span) = world.next(20).unwrap();
        assert_eq!(
            happened,
            Happened::Lost(0, "received deauth: authentication not valid (2)")
        );
        assert!((4.9..=5.1).contains(&span.as_secs_f64()));
    }
}

#[test]
fn a_rule_above_the_matched_one_drops_at_once_or_not() {
    for drops in [true, false] {
        let mut world = World::new(drive(120, &[(-50, 0..120), (-60, 0..120)]));
        let matched = rule(2, "testssid1", (-85, 120));
        world.order(orders(vec![matched.clone()]), drops);
        world.next(20).unwrap();
        world.next(5).unwrap();
        let below = orders(vec![matched.clone(), rule(3, "testssid2", (-85, 120))]);
        assert_eq!(world.order(below, drops), None, "a rule below changes nothing");
        let above = orders(vec![rule(1, "testssid2", (-85, 120)), matched.clone()]);
        let lost = world.order(above, drops);
        assert_eq!(lost.is_some(), drops);
        assert_eq!(matches!(world.station.phase, Phase::Searching { .. }), drops);
    }
}

#[test]
fn the_matched_rule_sent_elsewhere_drops_at_once_or_not() {
    for drops in [true, false] {
        let mut world = World::new(drive(120, &[(-50, 0..120), (-60, 0..120)]));
        let matched = rule(1, "testssid1", (-85, 120));
        world.order(orders(vec![matched.clone()]), drops);
        world.next(20).unwrap();
        world.next(5).unwrap();
        let elsewhere = Rule {
            bssid: Some("02:00:00:00:00:02".into()),
            ..matched
        };
        assert_eq!(world.order(orders(vec![elsewhere]), drops).is_some(), drops);
    }
}
