//! Where a swap costs next to nothing: everywhere, or within one network only.

use super::*;

/// A handover of a vehicle whose swaps are dark for this long within a network, and to another.
fn swaps(within_network: u64, to_another: u64, hunting: bool) -> Handover {
    let mut rules = rules(hunting);
    rules.handover.first_dark = settings::FirstDark {
        within_network: Duration::from_millis(within_network),
        to_another: Duration::from_millis(to_another),
    };
    rules.health.interval = Duration::from_millis(200);
    rules.networks.push(NetworkRule {
        ssid: ssid("depot"),
        minimum_signal: None,
        priority: 0,
    });
    Handover::new(rules)
}

/// Two radios, the standby on the active's network or on another.
fn two(own: i16, theirs: i16, same: bool) -> impl Fn(Moment) -> Observation {
    move |now| {
        let mut standby = on("wlan2", now, 2, theirs);
        if !same {
            standby.link.as_mut().unwrap().network = Some(ssid("depot"));
        }
        seen([on("wlan1", now, 1, own), standby])
    }
}

#[test]
fn what_swaps_cost_within_a_network_and_to_another_chooses_the_row() {
    // Own signal, theirs, and whether the vehicle goes: where all swaps are free; where those within a network are, to the
    // same network and to another; where none is.
    let cases = [
        (-77, -40, [false; 4]),
        (-78, -74, [true, true, false, false]),
        (-78, -75, [false; 4]),
        (-90, -86, [true, true, false, false]),
        (-79, -60, [true, true, false, true]),
        (-80, -70, [true, true, true, true]),
        (-80, -71, [true, true, false, true]),
        (-88, -78, [true, true, false, true]),
        (-88, -77, [true, true, true, true]),
    ];
    let vehicles = [
        (100, 100, false),
        (300, 1500, true),
        (300, 1500, false),
        (1500, 1500, true),
    ];
    for (own, theirs, goes) in cases {
        for ((within, another, same), goes) in vehicles.into_iter().zip(goes) {
            let mut handover = swaps(within, another, false);
            let went = goes_after(&mut handover, 10_000, 20_000, two(own, theirs, same));
            let what = format!("{own} to {theirs}, swaps of {within} and {another} ms, same network {same}");
            assert_eq!(went.map(|(after, _)| after), goes.then_some(0), "{what}");
        }
    }
}

#[test]
fn one_reading_is_enough_where_all_swaps_are_free_and_two_where_only_some_are() {
    let fades = |now: Moment| {
        let own = if now < ms(20_000) { -70 } else { -84 };
        seen([on("wlan1", now, 1, own), on("wlan2", now, 2, -60)])
    };
    for (within, another, after) in [(100, 100, 0), (300, 1500, 250), (1500, 1500, 500)] {
        let went = goes_after(&mut swaps(within, another, false), 15_000, 30_000, fades);
        assert_eq!(went.unwrap().0, 5_000 + after, "{within} {another}");
    }
}

/// Shows pings, one each 200 ms, and returns after how many the vehicle went.
fn left_after(handover: &mut Handover, theirs: i16, pings: &str) -> Option<(usize, String)> {
    pings.chars().enumerate().find_map(|(n, ping)| {
        let at = 10_000 + 200 * n as u64;
        let mut seen = two(-50, theirs, true)(ms(at));
        seen.probes = vec![probe("wlan1", 1, at, ping == '!')];
        let decision = handover.step(ms(at), &seen);
        decision.swap_to.map(|_| (n + 1, decision.reason.to_string()))
    })
}

#[test]
fn three_of_five_lost_pings_leave_a_gray_ap_where_a_swap_is_free() {
    let free = |theirs, pings| left_after(&mut swaps(100, 100, false), theirs, pings);
    insta::assert_snapshot!(format!("{:?}\n{:?}", free(-80, "!!!..."), free(-80, ".!.!.")), @r#"
    Some((6, "3 probes in a row were lost through wlan1; wlan2 -80 dBm"))
    Some((5, "3 of the last 5 probes were lost through wlan1; wlan2 -80 dBm"))
    "#);
    assert_eq!(free(-81, "!!!......"), None, "below the trigger");
    assert_eq!(free(-60, "!.!!.!!.!!.!!.!"), None, "one in three is no gray period");
    let within = |theirs, pings| left_after(&mut swaps(300, 1500, false), theirs, pings);
    assert_eq!(within(-79, "!!!......"), None, "below the trigger + 2 dB");
    assert!(within(-78, "!!!...").is_some());
    assert_eq!(left_after(&mut swaps(1500, 1500, false), -60, ".!.!."), None);
}

/// Leaves AP 1 for being gray at 10.4 s, and returns when the vehicle goes back to it for its signal; its gateway is
/// pinged and answers each second, if it `answers`.
fn back_after(handover: &mut Handover, answers: bool) -> u64 {
    assert_eq!(left_after(handover, -70, "...").unwrap().0, 3);
    let back = (10_500..30_000).step_by(100).find_map(|t| {
        let mut seen = two(-50, -85, true)(ms(t));
        seen.active = Some(id("wlan2"));
        if answers && t % 1000 == 0 {
            seen.probes = vec![probe("wlan1", 1, t, true)];
        }
        if t == 10_500 {
            seen.swap = Some(ended_after(Some(100)));
        }
        handover.step(ms(t), &seen).swap_to.map(|_| t)
    });
    back.unwrap() - 10_400
}

#[test]
fn a_gray_ap_is_no_target_for_some_seconds_or_until_its_gateway_answered_three_times() {
    assert_eq!(back_after(&mut swaps(100, 100, false), false), 5_000);
    assert_eq!(
        back_after(&mut swaps(100, 100, false), true),
        2_600,
        "answers at 11, 12 and 13 s"
    );
    assert_eq!(back_after(&mut swaps(300, 1500, false), false), 2_000);
    let mut again = swaps(100, 100, false);
    again.held.gray(ms(6_000), bssid(1), Duration::from_secs(5));
    // Its gateway answered then as well, and that proved nothing.
    assert_eq!(back_after(&mut again, true), 10_000);
}

#[test]
fn where_swaps_are_free_the_standby_moves_for_6_db_and_keeps_to_the_network_where_the_session_survives() {
    let goes = |within, another, bonus, scan: [(u8, i16, bool); 2]| {
        let mut handover = swaps(within, another, true);
        handover.hunter = Hunter::new(Hunt {
            same_network: Db(bonus),
            ..Hunt::default()
        });
        let mut seen = two(-60, -75, false)(ms(5000));
        seen.scan = heard(&scan.map(|(ap, signal, _)| (ap, signal)), ms(5000));
        let all = seen.scan.as_mut().and_then(|scan| scan.heard.as_mut()).unwrap();
        for (one, (_, _, same)) in all.iter_mut().zip(scan) {
            if !same {
                one.network = ssid("depot");
            }
        }
        let moves = handover.step(ms(5000), &seen).moves;
        moves.into_iter().find_map(|one| match one {
            Move::Steer { bssid, .. } => Some(bssid.0[5]),
            _ => None,
        })
    };
    let far = (9, -95, false);
    assert_eq!(goes(100, 100, 0, [(3, -69, false), far]), Some(3));
    assert_eq!(goes(100, 100, 0, [(3, -70, false), far]), None);
    assert_eq!(goes(1500, 1500, 0, [(3, -70, false), far]), Some(3));
    assert_eq!(goes(300, 1500, 9, [(3, -78, true), far]), Some(3));
    assert_eq!(goes(300, 1500, 9, [(3, -79, true), far]), None);
    assert_eq!(goes(300, 1500, 9, [(3, -70, true), (4, -62, false)]), Some(3));
    assert_eq!(goes(300, 1500, 9, [(3, -76, true), (4, -60, false)]), Some(4));
}
