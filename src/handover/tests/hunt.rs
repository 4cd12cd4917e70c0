//! Where the standby waits, and when it scans.

use super::*;

fn hunter() -> Handover {
    Handover::new(rules(true))
}

/// The active on AP 1 and the standby on `ap`, after a scan that heard `scan`.
fn scanned(own: i16, standby: UplinkView, scan: &[(u8, i16)]) -> Observation {
    let now = standby.at;
    Observation {
        scan: heard(scan, now),
        ..seen([on("wlan1", now, 1, own), standby])
    }
}

fn steered(decision: &Decision) -> Option<Bssid> {
    decision.moves.iter().find_map(|one| match one {
        Move::Steer { bssid, .. } => Some(*bssid),
        _ => None,
    })
}

#[test]
fn the_standby_moves_to_an_ap_better_by_3_db_heard_once() {
    // The standby's AP, its signal, what a scan hears, and where it goes.
    type Case<'a> = (u8, i16, &'a [(u8, i16)], Option<u8>);
    let cases: [Case; 7] = [
        (2, -78, &[(3, -75)], Some(3)),
        (2, -78, &[(3, -76)], None),
        (2, -78, &[(3, -70), (4, -60), (1, -40)], Some(4)),
        (2, -78, &[(1, -40)], None),
        (1, -62, &[(3, -75)], Some(3)),
        (2, -92, &[(3, -89)], Some(3)),
        // The standby's own reading counts, not what the scan heard of its AP.
        (2, -70, &[(2, -90), (3, -72)], None),
    ];
    for (ap, signal, scan, goes) in cases {
        let decision = hunter().step(ms(5000), &scanned(-60, on("wlan2", ms(5000), ap, signal), scan));
        assert_eq!(steered(&decision), goes.map(bssid), "{ap} {signal} {scan:?}");
    }
    let lost = hunter().step(ms(5000), &scanned(-60, lost("wlan2", ms(5000)), &[(3, -95)]));
    assert_eq!(steered(&lost), Some(bssid(3)), "any is better than none");
}

#[test]
fn the_mean_of_the_last_two_scans_that_heard_it_counts() {
    let after = |scans: &[&[(u8, i16)]]| {
        let mut handover = hunter();
        let mut last = None;
        for (n, scan) in scans.iter().enumerate() {
            let now = ms(5000 * (n as u64 + 1));
            let decision = handover.step(now, &scanned(-60, on("wlan2", now, 2, -70), scan));
            last = decision.moves.into_iter().find_map(|one| match one {
                Move::Steer { bssid, signal, .. } => Some((bssid, signal)),
                _ => None,
            });
        }
        last
    };
    let three = |signal| Some((bssid(3), Dbm(signal)));
    assert_eq!(after(&[&[(3, -72)], &[(3, -60)]]), three(-66));
    assert_eq!(after(&[&[(3, -68)], &[]]), None, "-68 is not 3 dB better");
    assert_eq!(after(&[&[(3, -68)], &[(4, -80), (3, -64)]]), three(-66));
    assert_eq!(after(&[&[(3, -60)], &[(4, -80)], &[(4, -80)]]), None, "forgotten");
}

#[test]
fn a_good_network_of_the_higher_priority_goes_first() {
    let mut rules = rules(true);
    rules.networks.push(NetworkRule {
        ssid: ssid("depot"),
        minimum_signal: Some(Dbm(-75)),
        priority: 5,
    });
    for (depot, goes) in [(-62, 4), (-69, 4), (-73, 3)] {
        let mut seen = scanned(-60, lost("wlan2", ms(5000)), &[(3, -60), (4, depot)]);
        let scan = seen.scan.as_mut().and_then(|scan| scan.heard.as_mut()).unwrap();
        scan[1].network = ssid("depot");
        let decision = Handover::new(rules.clone()).step(ms(5000), &seen);
        assert_eq!(steered(&decision), Some(bssid(goes)), "{depot}");
    }
    // Where nothing else is heard the network's minimum still keeps the radio away.
    let mut seen = scanned(-60, lost("wlan2", ms(5000)), &[(4, -73)]);
    seen.scan.as_mut().and_then(|scan| scan.heard.as_mut()).unwrap()[0].network = ssid("depot");
    assert_eq!(steered(&Handover::new(rules).step(ms(5000), &seen)), None);
}

#[test]
fn after_a_swap_the_radio_that_was_active_looks_around_at_once() {
    let mut handover = hunter();
    let scans = |decision: Decision| decision.moves.iter().any(|one| matches!(one, Move::Scan { .. }));
    let show = |active: &str, at| {
        let mut seen = seen([on("wlan1", ms(at), 1, -60), on("wlan2", ms(at), 2, -62)]);
        seen.active = Some(id(active));
        seen
    };
    assert!(scans(handover.step(ms(1000), &show("wlan1", 1000))));
    let mut ended = show("wlan1", 3000);
    ended.scan = heard(&[], ms(3000));
    assert!(!scans(handover.step(ms(3000), &ended)));
    assert!(scans(handover.step(ms(3250), &show("wlan2", 3250))));
}

#[test]
fn a_standby_without_use_scans_again_and_again_and_searches_when_the_active_fails() {
    let at = |own, theirs: UplinkView| {
        let mut handover = hunter();
        let mut moves = Vec::new();
        for t in (10_000..20_000).step_by(250) {
            let mut standby = theirs.clone();
            standby.at = ms(t);
            let mut seen = seen([on("wlan1", ms(t), 1, own), standby]);
            // Each scan ends after 2 s without having heard anything.
            if t % 2000 == 1750 {
                seen.scan = heard(&[], ms(t));
            }
            let decision = handover.step(ms(t), &seen);
            moves.extend(decision.moves.into_iter().map(|one| match one {
                Move::Scan { .. } => format!("scan at {t}"),
                Move::Search { .. } => format!("search at {t}"),
                other => panic!("{other:?}"),
            }));
        }
        moves.join(", ")
    };
    let all = [
        at(-60, on("wlan2", ms(0), 2, -70)),
        at(-60, on("wlan2", ms(0), 2, -81)),
        at(-60, on("wlan2", ms(0), 1, -60)),
        at(-85, on("wlan2", ms(0), 2, -81)),
        at(-85, lost("wlan2", ms(0))),
    ];
    insta::assert_snapshot!(all.join("\n"), @r"
    scan at 10000, scan at 15000
    scan at 10000, scan at 12000, scan at 14000, scan at 16000, scan at 18000
    scan at 10000, scan at 12000, scan at 14000, scan at 16000, scan at 18000
    search at 10000, scan at 15000, scan at 17000, scan at 19000
    scan at 12000, scan at 14000, scan at 16000, scan at 18000
    ");
}

#[test]
fn a_standby_that_does_not_arrive_is_released_and_the_ap_held_down() {
    let mut handover = hunter();
    let decision = handover.step(ms(1000), &scanned(-60, lost("wlan2", ms(1000)), &[(3, -60)]));
    assert_eq!(steered(&decision), Some(bssid(3)));
    let still = |now| {
        let mut standby = lost("wlan2", now);
        standby.steered = Some(bssid(3));
        seen([on("wlan1", now, 1, -60), standby])
    };
    assert_eq!(handover.step(ms(5750), &still(ms(5750))).moves, vec![]);
    let moves = handover.step(ms(6000), &still(ms(6000))).moves;
    let (radio, bssid) = (id("wlan2"), bssid(3));
    assert_eq!(moves, vec![Move::Release { radio, bssid }]);
    assert_eq!(handover.held.penalty(ms(6000), bssid).0, 40);
}

#[test]
fn a_standby_whose_search_missed_the_ap_is_sent_again_at_once_but_not_later() {
    let sent = |landed: u64| {
        let mut handover = hunter();
        handover.step(ms(1000), &scanned(-60, lost("wlan2", ms(1000)), &[(3, -60)]));
        let mut standby = on("wlan2", ms(landed), 4, -88);
        standby.link.as_mut().unwrap().since = ms(landed - 100);
        standby.steered = Some(bssid(3));
        let decision = handover.step(ms(landed), &seen([on("wlan1", ms(landed), 1, -60), standby]));
        steered(&decision) == Some(bssid(3))
    };
    assert!(sent(3000), "its search missed the AP");
    assert!(!sent(7000), "it did not arrive in time, so the AP is held down");
}

#[test]
fn connect_list_rules_are_released_when_both_radios_are_lost() {
    let mut view = seen([lost("wlan1", ms(1000)), lost("wlan2", ms(1000))]);
    view.uplinks[0].steered = Some(bssid(1));
    let (radio, bssid) = (id("wlan1"), bssid(1));
    let moves = hunter().step(ms(1000), &view).moves;
    assert_eq!(moves, vec![Move::Release { radio, bssid }]);
}

#[test]
fn a_refused_background_scan_is_not_asked_again_on_that_ap() {
    let mut handover = hunter();
    let show = |now, scan| Observation {
        scan,
        ..seen([on("wlan1", now, 1, -60), on("wlan2", now, 2, -70)])
    };
    let first = handover.step(ms(1000), &show(ms(1000), None));
    assert!(matches!(&first.moves[..], [Move::Scan { background: true, .. }]));
    let refused = Some(Scan {
        radio: id("wlan2"),
        at: ms(1250),
        heard: None,
    });
    handover.step(ms(1250), &show(ms(1250), refused));
    assert_eq!(handover.step(ms(20_000), &show(ms(20_000), None)).moves, vec![]);
}
