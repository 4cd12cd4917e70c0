//! The rule in the vehicle: what it needs of signals at 4 Hz.

use super::*;

fn shows(own: i16, theirs: i16) -> impl Fn(Moment) -> Observation {
    move |now| seen([on("wlan1", now, 3, own), on("wlan2", now, 2, theirs)])
}

#[test]
fn what_a_swap_costs_moves_the_limit_the_hysteresis_and_the_floor() {
    // Own signal, theirs, and whether the vehicle goes where a swap is dark for 1 s and for 3 s.
    let cases = [
        (-78, -40, false, false),
        (-79, -60, true, false),
        (-80, -60, true, true),
        (-86, -80, false, false),
        (-85, -79, true, false),
        (-86, -78, true, true),
        (-84, -78, true, false),
        (-87, -79, true, false),
    ];
    for (own, theirs, cheap, dear) in cases {
        for (dark, goes) in [(1000, cheap), (3000, dear)] {
            let mut handover = costing(dark, rules(false));
            let went = goes_after(&mut handover, 10_000, 30_000, shows(own, theirs));
            assert_eq!(went.is_some(), goes, "{own} to {theirs} at {dark} ms: {went:?}");
        }
    }
}

#[test]
fn the_dearer_a_swap_the_longer_the_weakness_must_last() {
    let fade = |now: Moment| {
        let own = if now < ms(20_000) { -70 } else { -86 };
        seen([on("wlan1", now, 1, own), on("wlan2", now, 2, -60)])
    };
    let after = |dark| {
        let went = goes_after(&mut costing(dark, rules(false)), 10_000, 40_000, fade);
        let (after, reason) = went.unwrap();
        format!("{} ms: {reason}", after - 10_000)
    };
    insta::assert_snapshot!([1000, 3000, 8000].map(after).join("\n"), @r"
    500 ms: wlan1 -82 dBm, at or below -79; wlan2 -60 dBm, 22 dB better
    1250 ms: wlan1 -86 dBm, -82 over 3.0 s, at or below -80; wlan2 -60 dBm, 26 dB better
    3250 ms: wlan1 -86 dBm, -81 over 7.0 s, at or below -80; wlan2 -60 dBm, 26 dB better
    ");
}

#[test]
fn one_weak_reading_is_no_weak_second() {
    let dips = |now: Moment| {
        let own = if now == ms(20_000) { -86 } else { -76 };
        seen([on("wlan1", now, 1, own), on("wlan2", now, 2, -50)])
    };
    assert_eq!(goes_after(&mut costing(1000, rules(false)), 10_000, 30_000, dips), None);
}

#[test]
fn the_average_begins_afresh_on_another_ap() {
    let roams = |now: Moment| {
        let (ap, own) = if now < ms(20_000) { (1, -79) } else { (3, -90) };
        seen([on("wlan1", now, ap, own), on("wlan2", now, 2, -60)])
    };
    let went = goes_after(&mut costing(8000, rules(false)), 10_000, 30_000, roams);
    assert_eq!(went.unwrap().0, 10_000);
}

#[test]
fn the_median_of_the_last_five_swaps_decides_what_one_costs() {
    let mut handover = costing(8000, rules(false));
    for (n, dark) in [1000, 1000, 1000].into_iter().enumerate() {
        let went = goes_after(
            &mut handover,
            10_000 + 60_000 * n as u64,
            60_000 * (n as u64 + 1),
            shows(-90, -60),
        );
        let at = 10_000 + 60_000 * n as u64 + went.unwrap().0 + 250;
        let mut ended = seen([on("wlan1", ms(at), 1, -60), on("wlan2", ms(at), 2, -60)]);
        ended.swap = Some(ended_after(Some(dark)));
        handover.step(ms(at), &ended);
    }
    // Three of five: only cheap swaps leave at -79 dBm.
    assert!(goes_after(&mut handover, 300_000, 310_000, shows(-79, -60)).is_some());
}

#[test]
fn a_networks_minimum_raises_its_trigger() {
    let mut rules = rules(false);
    rules.networks[0].minimum_signal = Some(Dbm(-76));
    let mut handover = Handover::new(rules);
    assert!(goes_after(&mut handover, 10_000, 12_000, shows(-72, -60)).is_some());
}

#[test]
fn a_standby_on_the_same_ap_or_just_arrived_on_a_network_unproven_is_no_candidate() {
    let same = goes_after(&mut handover(), 10_000, 20_000, |now| {
        seen([on("wlan1", now, 1, -90), on("wlan2", now, 1, -60)])
    });
    assert_eq!(same, None);
    let arrived = |network: &str| {
        let went = goes_after(&mut handover(), 10_000, 20_000, |now| {
            let mut standby = on("wlan2", now, 2, -60);
            let link = standby.link.as_mut().unwrap();
            (link.since, link.network) = (ms(10_000), Some(ssid(network)));
            seen([on("wlan1", now, 1, -90), standby])
        });
        went.map(|(after, _)| after)
    };
    assert_eq!(arrived("another"), Some(2000));
    // The active proves that this network's key is right.
    assert_eq!(arrived("testssid1"), Some(0));
}

#[test]
fn a_lost_active_is_left_at_once_whatever_the_other_ones_signal() {
    let now = ms(10_000);
    let mut unauthenticated = on("wlan1", now, 1, -40);
    unauthenticated.link.as_mut().unwrap().authenticated = false;
    for active in [lost("wlan1", now), unauthenticated] {
        for ap in [1, 2] {
            let decision = handover().step(now, &seen([active.clone(), on("wlan2", now, ap, -91)]));
            assert_eq!(decision.swap_to, Some(id("wlan2")));
        }
    }
}

#[test]
fn a_stale_candidate_is_none() {
    let (now, old) = (ms(10_000), ms(9_000));
    let decision = handover().step(now, &seen([lost("wlan1", now), on("wlan2", old, 2, -50)]));
    assert_eq!(decision.swap_to, None);
}

#[test]
fn a_failed_swap_goes_back_and_holds_the_ap_down() {
    let mut handover = handover();
    let t0 = 10_000;
    let mut failed = seen([on("wlan1", ms(t0), 1, -70), on("wlan2", ms(t0), 2, -84)]);
    failed.swap = Some(ended_after(None));
    let decision = handover.step(ms(t0), &failed);
    assert_eq!(decision.swap_to, Some(id("wlan2")), "{}", decision.reason);
    // Later the AP in hold-down is the weaker candidate until it has healed.
    let penalty = |after| handover.held.penalty(ms(t0 + after), bssid(1)).0;
    assert_eq!([0, 30_000, 60_000].map(penalty), [40, 20, 0]);
}
