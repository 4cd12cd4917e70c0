use proptest::prelude::*;

use super::*;

fn bssid(n: usize) -> Bssid {
    Bssid([2, 0, 0, 0, 0, u8::try_from(n).unwrap()])
}

fn candidate(n: usize) -> Candidate {
    Candidate {
        bssid: bssid(n),
        penalty: Db(0),
        priority: 0,
    }
}

/// What was heard in each second of a drive past four access points; the first is the active.
fn drive() -> impl Strategy<Value = Vec<[Option<i16>; 4]>> {
    let signal = prop::option::weighted(0.85, -12i16..30);
    prop::collection::vec(prop::array::uniform4(signal), 2..90)
}

/// A policy that has heard a drive, each second of which lasts `second`.
fn driven(drive: &[[Option<i16>; 4]], second: Duration) -> (Policy, Moment) {
    let mut policy = Policy::new(&Settings {
        horizon: Settings::default().horizon.mul_f64(second.as_secs_f64()),
        margin: Settings::default().margin.mul_f64(second.as_secs_f64()),
        second,
        ..Settings::default()
    });
    let mut now = Moment::ZERO + second * 10;
    for heard in drive {
        now = now + second;
        policy.heard(now, bssid(0), heard[0].map(Db));
        let scan: Vec<(Bssid, Db)> = (1..4).filter_map(|n| Some((bssid(n), Db(heard[n]?)))).collect();
        policy.scanned(now, &scan);
        policy.choose(now, Some(bssid(0)), &[]);
    }
    (policy, now)
}

const SECOND: Duration = Duration::from_secs(1);

proptest! {
    #[test]
    fn the_order_of_candidates_decides_nothing(drive in drive()) {
        let (mut policy, now) = driven(&drive, SECOND);
        let mut again = policy.clone();
        let there = policy.choose(now, Some(bssid(0)), &[1, 2, 3].map(candidate));
        let back = again.choose(now, Some(bssid(0)), &[3, 2, 1].map(candidate));
        prop_assert_eq!(there.best.map(|best| best.1), back.best.map(|best| best.1));
        prop_assert_eq!(there.to.is_some(), back.to.is_some());
    }

    #[test]
    fn it_goes_only_where_going_is_worth_more(drive in drive(), dark_ms in 100u64..2_900) {
        let (mut policy, now) = driven(&drive, SECOND);
        policy.swapped(Duration::from_millis(dark_ms), false);
        policy.swapped(Duration::from_millis(dark_ms), true);
        let choice = policy.choose(now, Some(bssid(0)), &[1, 2, 3].map(candidate));
        if let Some(to) = choice.to {
            let (best, go) = choice.best.unwrap();
            prop_assert_eq!(to, best);
            prop_assert_ne!(to, bssid(0));
            prop_assert!(go > choice.stay.unwrap(), "{:?}", choice);
        }
    }

    #[test]
    fn a_hold_down_makes_no_candidate_better(drive in drive(), penalty in 1i16..60) {
        let (mut policy, now) = driven(&drive, SECOND);
        let mut again = policy.clone();
        let free = policy.choose(now, Some(bssid(0)), &[candidate(1)]);
        let held = again.choose(now, Some(bssid(0)), &[Candidate { penalty: Db(penalty), ..candidate(1) }]);
        prop_assert!(held.best.map(|best| best.1) <= free.best.map(|best| best.1));
        prop_assert!(held.to.is_none() || free.to.is_some());
    }

    #[test]
    fn a_dearer_swap_makes_going_worth_no_more(drive in drive(), dark_s in 1u64..10, more_s in 1u64..10) {
        let worth = |dark_s| {
            let (mut policy, now) = driven(&drive, SECOND);
            policy.swapped(Duration::from_secs(dark_s), false);
            policy.swapped(Duration::from_secs(dark_s), true);
            let choice = policy.choose(now, Some(bssid(0)), &[candidate(1)]);
            Some((choice.best?.1 .0 - choice.stay?.0, choice.dark))
        };
        if let (Some((cheap, _)), Some((dear, dark))) = (worth(dark_s), worth(dark_s + more_s)) {
            prop_assert_eq!(dark, Duration::from_secs(dark_s + more_s));
            prop_assert!(dear <= cheap + 500, "{dear} ms against {cheap} ms");
        }
    }

    #[test]
    fn a_hurried_drive_decides_the_same(drive in drive(), times in 2u32..16) {
        let (mut policy, now) = driven(&drive, SECOND);
        let (mut hurried, soon) = driven(&drive, SECOND / times);
        let choice = policy.choose(now, Some(bssid(0)), &[1, 2, 3].map(candidate));
        let same = hurried.choose(soon, Some(bssid(0)), &[1, 2, 3].map(candidate));
        prop_assert_eq!(choice.to, same.to);
    }
}

#[test]
fn what_was_never_heard_is_no_candidate_and_worth_nothing() {
    let mut policy = Policy::new(&Settings::default());
    let now = Moment::ZERO + SECOND * 10;
    let choice = policy.choose(now, Some(bssid(0)), &[candidate(1)]);
    assert_eq!((choice.to, choice.best, choice.stay), (None, None, Some(Worth(0))));
    policy.scanned(now, &[(bssid(1), Db(20))]);
    let choice = policy.choose(now, Some(bssid(0)), &[candidate(1)]);
    assert_eq!(choice.to, Some(bssid(1)));
}

#[test]
fn among_candidates_alike_the_higher_priority_goes_first() {
    let mut policy = Policy::new(&Settings::default());
    let now = Moment::ZERO + SECOND * 10;
    policy.scanned(now, &[(bssid(1), Db(20)), (bssid(2), Db(20))]);
    for preferred in [1, 2] {
        let among = [1, 2].map(|n| Candidate {
            priority: i32::from(n == preferred),
            ..candidate(n)
        });
        assert_eq!(policy.choose(now, None, &among).to, Some(bssid(preferred)));
    }
}

#[test]
fn a_standby_waits_where_more_good_time_is_to_come() {
    let mut policy = Policy::new(&Settings::default());
    let mut now = Moment::ZERO + SECOND * 10;
    for _ in 0..5 {
        now = now + SECOND;
        policy.scanned(now, &[(bssid(1), Db(-3)), (bssid(2), Db(20)), (bssid(3), Db(2))]);
    }
    let waiting = policy.waiting(now, Some(candidate(1)), &[candidate(2), candidate(3)]);
    let (best, worth) = waiting.best.unwrap();
    assert_eq!(best, bssid(2));
    assert!(worth > waiting.own.unwrap(), "{waiting:?}");
}
