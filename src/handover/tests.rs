use proptest::prelude::*;

use super::*;
use crate::handover::policy::Worth;
use crate::handover::settings::{Hunt, Probing};
use crate::names::{InterfaceName, Ssid};
use crate::observation::{Heard, Probe, Scan, SwapEnd};

const TICK: u64 = 250;

fn id(name: &str) -> UplinkId {
    UplinkId::new(InterfaceName::new(name))
}

fn ssid() -> Ssid {
    Ssid::new(b"testssid1").unwrap()
}

fn ms(ms: u64) -> Moment {
    Moment::from_micros(ms * 1000)
}

fn bssid(n: u8) -> Bssid {
    Bssid([2, 0, 0, 0, 0, n])
}

fn on(name: &str, now: Moment, ap: u8, signal: i16) -> UplinkView {
    UplinkView {
        id: id(name),
        at: now,
        link: Some(Link {
            bssid: bssid(ap),
            network: Some(ssid()),
            signal: Some(Dbm(signal)),
            authenticated: true,
            since: Moment::ZERO,
        }),
        steered: None,
    }
}

fn lost(name: &str, now: Moment) -> UplinkView {
    UplinkView {
        link: None,
        ..on(name, now, 0, 0)
    }
}

fn by(hunting: bool, rule: NetworkRule) -> Mind {
    Mind {
        handover: Settings {
            trigger: Dbm(-80),
            ..Settings::default()
        },
        hunt: Hunt {
            enabled: hunting,
            ..Hunt::default()
        },
        health: Probing::default(),
        networks: vec![rule],
    }
}

fn mind() -> Handover {
    let rule = NetworkRule {
        ssid: ssid(),
        minimum_signal: None,
        priority: 0,
    };
    Handover::new(by(false, rule))
}

fn seen(uplinks: [UplinkView; 2]) -> Observation {
    Observation {
        active: Some(id("wlan1")),
        uplinks: uplinks.into(),
        dialing: false,
        tunnel_down: None,
        probes: Vec::new(),
        scan: None,
        swap: None,
    }
}

/// Shows the same signals each tick and tells after how many milliseconds the mind went.
fn goes_after(
    mind: &mut Handover,
    from: u64,
    until: u64,
    show: impl Fn(Moment) -> Observation,
) -> Option<(u64, Reason)> {
    (from..=until).step_by(TICK as usize).find_map(|t| {
        let decision = mind.step(ms(t), &show(ms(t)));
        decision.swap_to.map(|_| (t - from, decision.reason))
    })
}

#[test]
fn the_table_of_transitions() {
    let t0 = 10_000;
    let cases: [(&str, [i16; 2], bool); 6] = [
        ("strong stays, however strong the other", [-60, -40], false),
        ("good stays beside one that is not better", [-70, -72], false),
        ("dying beside a strong one goes", [-88, -60], true),
        ("just bad beside a strong one goes", [-81, -60], true),
        ("as bad as the other stays", [-90, -90], false),
        ("bad beside one that is hardly better stays", [-86, -84], false),
    ];
    for (name, [own, theirs], goes) in cases {
        let went = goes_after(&mut mind(), t0, t0 + 20_000, |now| {
            seen([on("wlan1", now, 1, own), on("wlan2", now, 2, theirs)])
        });
        assert_eq!(went.is_some(), goes, "{name}: {went:?}");
    }
}

#[test]
fn a_lost_active_is_left_at_once_whatever_the_other_ones_signal() {
    let now = ms(10_000);
    let mut unauthenticated = on("wlan1", now, 1, -40);
    unauthenticated.link.as_mut().unwrap().authenticated = false;
    for active in [lost("wlan1", now), unauthenticated] {
        let decision = mind().step(now, &seen([active, on("wlan2", now, 2, -91)]));
        assert_eq!(decision.swap_to, Some(id("wlan2")));
        assert_eq!(
            decision.reason.to_string(),
            "wlan1 is lost; wlan2 is authenticated at -91 dBm"
        );
    }
    let decision = mind().step(now, &seen([lost("wlan1", now), lost("wlan2", now)]));
    assert_eq!(decision.swap_to, None);
    assert_eq!(
        decision.reason.to_string(),
        "wlan1 is lost and no other radio is authenticated"
    );
}

#[test]
fn with_no_active_the_best_radio_is_taken() {
    let now = ms(10_000);
    let mut view = seen([on("wlan1", now, 1, -60), on("wlan2", now, 2, -70)]);
    view.active = None;
    assert_eq!(mind().step(now, &view).swap_to, Some(id("wlan1")));
}

#[test]
fn the_reason_names_the_numbers() {
    let went = goes_after(&mut mind(), 10_000, 20_000, |now| {
        seen([on("wlan1", now, 1, -84), on("wlan2", now, 2, -66)])
    });
    let goes = went.unwrap().1.to_string();
    let reason = |own, theirs| {
        let now = ms(10_000);
        let seen = seen([on("wlan1", now, 1, own), on("wlan2", now, 2, theirs)]);
        mind().step(now, &seen).reason.to_string()
    };
    let told = [goes, reason(-50, -50), reason(-72, -72), reason(-84, -97)];
    insta::assert_snapshot!(told.join("\n"), @r"
    wlan1 -84 dBm is worth 1.6 s; wlan2 -66 dBm is worth 3.2 s after 3.0 s of dark
    wlan1 -50 dBm, above -80
    wlan1 -72 dBm is worth 4.3 s; wlan2 -72 dBm is worth 3.5 s after 1.5 s of dark; staying
    wlan1 -84 dBm, at or below -80, and no other radio could carry the vehicle
    ");
}

#[test]
fn a_signal_that_wanders_about_the_trigger_is_no_news() {
    let (uplink, trigger) = (id("wlan1"), Dbm(-80));
    let good = |signal| Reason::Good {
        uplink: uplink.clone(),
        signal: Dbm(signal),
        trigger,
    };
    let alone = |signal| Reason::Alone {
        uplink: uplink.clone(),
        signal: Dbm(signal),
        trigger,
    };
    assert!(good(-79).same_kind(&alone(-81)));
    assert!(alone(-82).same_kind(&good(-78)));
    assert!(!good(-79).same_kind(&alone(-86)));
}

#[test]
fn a_networks_minimum_raises_its_trigger() {
    let rule = NetworkRule {
        ssid: ssid(),
        minimum_signal: Some(Dbm(-76)),
        priority: 0,
    };
    let mut mind = Handover::new(by(false, rule));
    let show = |now| seen([on("wlan1", now, 1, -76), on("wlan2", now, 2, -60)]);
    assert!(goes_after(&mut mind, 10_000, 12_000, show).is_some());
}

#[test]
fn a_standby_on_the_same_ap_or_just_arrived_on_a_network_unproven_is_no_candidate() {
    let same = goes_after(&mut mind(), 10_000, 20_000, |now| {
        seen([on("wlan1", now, 1, -90), on("wlan2", now, 1, -60)])
    });
    assert_eq!(same, None);
    let arrived = |network: &[u8]| {
        let went = goes_after(&mut mind(), 10_000, 20_000, |now| {
            let mut standby = on("wlan2", now, 2, -60);
            let link = standby.link.as_mut().unwrap();
            (link.since, link.network) = (ms(10_000), Ssid::new(network).ok());
            seen([on("wlan1", now, 1, -90), standby])
        });
        went.map(|(after, _)| after)
    };
    assert_eq!(arrived(b"another"), Some(2000));
    // The active proves that this network's key is right.
    assert_eq!(arrived(b"testssid1"), Some(0));
}

#[test]
fn stale_readings_decide_nothing() {
    let now = ms(10_000);
    let old = ms(9_000);
    let decision = mind().step(now, &seen([lost("wlan1", old), on("wlan2", now, 2, -50)]));
    assert_eq!(decision.swap_to, None);
    assert_eq!(decision.reason.to_string(), "wlan1 was last read 1.0 s ago");
    let decision = mind().step(now, &seen([lost("wlan1", now), on("wlan2", old, 2, -50)]));
    assert_eq!(decision.swap_to, None);
}

#[test]
fn a_failed_swap_goes_back_and_holds_the_ap_down() {
    let mut mind = mind();
    let t0 = 10_000;
    let failed = |now| {
        let mut view = seen([on("wlan1", now, 1, -70), on("wlan2", now, 2, -84)]);
        view.swap = Some(SwapEnd {
            to: id("wlan1"),
            bssid: Some(bssid(1)),
            dark: None,
        });
        view
    };
    let decision = mind.step(ms(t0), &failed(ms(t0)));
    assert_eq!(decision.swap_to, Some(id("wlan2")), "{}", decision.reason);
    // Later the held AP is the weaker candidate until it has healed.
    assert_eq!(mind.held.penalty(ms(t0), bssid(1)), Db(40));
    assert_eq!(mind.held.penalty(ms(t0 + 30_000), bssid(1)), Db(20));
    assert_eq!(mind.held.penalty(ms(t0 + 60_000), bssid(1)), Db(0));
}

fn swept(ap: u8, signal: i16, at: Moment) -> Option<Scan> {
    let heard = Heard {
        bssid: bssid(ap),
        network: ssid(),
        signal: Dbm(signal),
    };
    Some(Scan {
        radio: id("wlan2"),
        at,
        heard: Some(vec![heard]),
    })
}

fn hunter() -> Handover {
    let rule = NetworkRule {
        ssid: ssid(),
        minimum_signal: None,
        priority: 0,
    };
    Handover::new(by(true, rule))
}

#[test]
fn the_standby_moves_to_a_better_ap_heard_twice_in_three_scans() {
    let mut mind = hunter();
    let show = |now, scan| Observation {
        scan,
        ..seen([on("wlan1", now, 1, -60), on("wlan2", now, 2, -78)])
    };
    assert!(matches!(
        &mind.step(ms(1000), &show(ms(1000), None)).moves[..],
        [Move::Scan { background: true, .. }]
    ));
    assert_eq!(
        mind.step(ms(3000), &show(ms(3000), swept(3, -60, ms(3000)))).moves,
        vec![]
    );
    assert!(matches!(
        &mind.step(ms(6000), &show(ms(6000), None)).moves[..],
        [Move::Scan { .. }]
    ));
    let moves = mind.step(ms(8000), &show(ms(8000), swept(3, -62, ms(8000)))).moves;
    let [
        Move::Steer {
            radio,
            bssid: to,
            network,
            signal,
            own,
            worth,
        },
    ] = &moves[..]
    else {
        panic!("{moves:?}");
    };
    assert_eq!((radio, *to, network), (&id("wlan2"), bssid(3), &ssid()));
    assert_eq!((*signal, *own), (Dbm(-62), Some(Dbm(-78))));
    assert!(*worth > Worth(5_000), "{worth}");
}

#[test]
fn a_standby_beside_the_active_moves_and_never_joins_it() {
    let mut mind = hunter();
    let show = |now, scan| Observation {
        scan,
        ..seen([on("wlan1", now, 1, -60), on("wlan2", now, 1, -62)])
    };
    mind.step(ms(1000), &show(ms(1000), swept(3, -75, ms(1000))));
    let moves = mind.step(ms(6000), &show(ms(6000), swept(3, -75, ms(6000)))).moves;
    assert!(matches!(&moves[..], [Move::Steer { .. }]), "{moves:?}");
    // The active's own AP, however strong, is not a place to wait on.
    let mut mind = hunter();
    let show = |now, scan| Observation {
        scan,
        ..seen([on("wlan1", now, 1, -60), on("wlan2", now, 2, -84)])
    };
    for t in [1000, 6000, 11_000] {
        let moves = mind.step(ms(t), &show(ms(t), swept(1, -50, ms(t)))).moves;
        assert!(!moves.iter().any(|one| matches!(one, Move::Steer { .. })), "{moves:?}");
    }
}

#[test]
fn a_standby_that_does_not_arrive_is_released_and_the_ap_held_down() {
    let mut mind = hunter();
    let show = |now, scan| Observation {
        scan,
        ..seen([on("wlan1", now, 1, -60), lost("wlan2", now)])
    };
    let moves = mind.step(ms(1000), &show(ms(1000), swept(3, -60, ms(1000)))).moves;
    assert!(
        matches!(&moves[..], [Move::Steer { .. }]),
        "once is enough for a lost standby: {moves:?}"
    );
    let steered = |now| {
        let mut view = show(now, None);
        view.uplinks[1].steered = Some(bssid(3));
        view
    };
    assert_eq!(mind.step(ms(5750), &steered(ms(5750))).moves, vec![]);
    let moves = mind.step(ms(6000), &steered(ms(6000))).moves;
    assert_eq!(
        moves,
        vec![Move::Release {
            radio: id("wlan2"),
            bssid: bssid(3)
        }]
    );
    assert_eq!(mind.held.penalty(ms(6000), bssid(3)), Db(40));
}

#[test]
fn a_standby_whose_search_missed_the_ap_is_sent_again_at_once_but_not_later() {
    let show = |now, ap, signal, since| {
        let mut standby = on("wlan2", now, ap, signal);
        standby.link.as_mut().unwrap().since = ms(since);
        standby.steered = Some(bssid(3));
        seen([on("wlan1", now, 1, -60), standby])
    };
    let sent = |landed: u64| {
        let mut mind = hunter();
        let alone = Observation {
            scan: swept(3, -60, ms(1000)),
            ..seen([on("wlan1", ms(1000), 1, -60), lost("wlan2", ms(1000))])
        };
        mind.step(ms(1000), &alone);
        let moves = mind.step(ms(landed), &show(ms(landed), 4, -88, landed - 100)).moves;
        matches!(&moves[..], [Move::Steer { bssid: to, .. }] if *to == bssid(3))
    };
    assert!(sent(3000), "its search missed the AP");
    assert!(!sent(7000), "what was heard so long ago is about another place");
}

#[test]
fn rules_are_released_when_both_radios_are_lost() {
    let mut mind = hunter();
    let now = ms(1000);
    let mut view = seen([lost("wlan1", now), lost("wlan2", now)]);
    view.uplinks[0].steered = Some(bssid(1));
    assert_eq!(
        mind.step(now, &view).moves,
        vec![Move::Release {
            radio: id("wlan1"),
            bssid: bssid(1)
        }]
    );
}

#[test]
fn a_refused_background_scan_is_not_asked_again_on_that_ap() {
    let mut mind = hunter();
    let show = |now, scan| Observation {
        scan,
        ..seen([on("wlan1", now, 1, -60), on("wlan2", now, 2, -70)])
    };
    assert!(matches!(
        &mind.step(ms(1000), &show(ms(1000), None)).moves[..],
        [Move::Scan { .. }]
    ));
    let refused = Some(Scan {
        radio: id("wlan2"),
        at: ms(1250),
        heard: None,
    });
    mind.step(ms(1250), &show(ms(1250), refused));
    assert_eq!(mind.step(ms(20_000), &show(ms(20_000), None)).moves, vec![]);
}

prop_compose! {
    fn link()(ap in 1u8..5, signal in -98i16..-40, authenticated in prop::bool::weighted(0.9), present in prop::bool::weighted(0.9)) -> Option<(u8, i16, bool)> {
        present.then_some((ap, signal, authenticated))
    }
}

prop_compose! {
    fn sight()(links in [link(), link()], age in prop_oneof![9 => Just(0u64), 1 => 0u64..3000], step in 1u64..900, fails in prop::bool::weighted(0.2)) -> ([Option<(u8, i16, bool)>; 2], u64, u64, bool) {
        (links, age, step, fails)
    }
}

fn uplink(name: &str, now: Moment, at: Moment, link: Option<(u8, i16, bool)>) -> UplinkView {
    match link {
        None => UplinkView { at, ..lost(name, now) },
        Some((ap, signal, authenticated)) => {
            let mut view = UplinkView {
                at,
                ..on(name, now, ap, signal)
            };
            view.link.as_mut().unwrap().authenticated = authenticated;
            view
        }
    }
}

proptest! {
    #[test]
    fn random_sights_keep_the_promises(sights in prop::collection::vec(sight(), 1..120)) {
        let mut mind = mind();
        let mut now = 10_000;
        let mut active = "wlan1";
        let mut last_swap: Option<u64> = None;
        let mut ended: Option<SwapEnd> = None;
        let mut last_failed = false;
        for (links, age, step, fails) in sights {
            now += step;
            let at = ms(now.saturating_sub(age));
            let view = Observation {
                active: Some(id(active)),
                uplinks: vec![uplink("wlan1", ms(now), at, links[0]), uplink("wlan2", ms(now), at, links[1])],
                dialing: false,
        tunnel_down: None,
        probes: Vec::new(),
                scan: None,
                swap: ended.take(),
            };
            if let Some(end) = &view.swap {
                last_failed = end.dark.is_none();
            }
            let mut again = mind.clone();
            let decision = mind.step(ms(now), &view);
            prop_assert_eq!(&decision, &again.step(ms(now), &view), "the same sight decides the same");
            let Some(to) = decision.swap_to else { continue };
            prop_assert_ne!(&to, &id(active));
            prop_assert!(age <= 750, "a swap on a reading {age} ms old: {}", decision.reason);
            let index = usize::from(active == "wlan2");
            let own = links[index].filter(|link| link.2);
            let theirs = links[1 - index];
            prop_assert!(theirs.is_some_and(|link| link.2), "to an unauthenticated radio");
            if let (Some(last), Some(_)) = (last_swap, own) {
                prop_assert!(now - last >= 2000 || last_failed, "within the dwell: {}", decision.reason);
            }
            if let Reason::Handover { weighed } = &decision.reason {
                prop_assert!(weighed.go > weighed.stay, "a swap of 0.9 s for less: {weighed}");
            }
            active = if active == "wlan1" { "wlan2" } else { "wlan1" };
            last_swap = Some(now + 1);
            let dark = (!fails).then(|| Duration::from_millis(900));
            ended = Some(SwapEnd { to, bssid: theirs.map(|link| bssid(link.0)), dark });
        }
    }
}

proptest! {
    #[test]
    fn a_strong_active_is_never_left_for_its_signal(
        sights in prop::collection::vec((-64i16..-40, link(), 200u64..900), 1..100),
    ) {
        let mut mind = mind();
        let mut now = 10_000;
        for (own, other, step) in sights {
            now += step;
            let view = seen([on("wlan1", ms(now), 9, own), uplink("wlan2", ms(now), ms(now), other)]);
            let decision = mind.step(ms(now), &view);
            prop_assert_eq!(decision.swap_to, None, "{}", decision.reason);
        }
    }

    #[test]
    fn asking_again_changes_nothing(
        sights in prop::collection::vec((link(), link(), 200u64..900), 1..60),
        again in prop::collection::vec(any::<bool>(), 60),
    ) {
        let (mut once, mut twice) = (mind(), mind());
        let mut now = 10_000;
        for ((own, other, step), again) in sights.into_iter().zip(again) {
            now += step;
            let view = seen([uplink("wlan1", ms(now), ms(now), own), uplink("wlan2", ms(now), ms(now), other)]);
            if again {
                twice.step(ms(now), &view);
            }
            prop_assert_eq!(once.step(ms(now), &view), twice.step(ms(now), &view));
        }
    }
}

fn probe(name: &str, ap: u8, at: u64, answered: bool) -> Probe {
    Probe {
        uplink: id(name),
        bssid: Some(bssid(ap)),
        at: ms(at),
        answered,
    }
}

fn probed(now: u64, probes: Vec<Probe>) -> Observation {
    Observation {
        probes,
        ..seen([on("wlan1", ms(now), 1, -50), on("wlan2", ms(now), 2, -75)])
    }
}

#[test]
fn a_dead_probe_leaves_a_strong_uplink_and_breaks_the_dwell() {
    let mut mind = mind();
    let mut swapped = probed(9_000, vec![]);
    swapped.swap = Some(SwapEnd {
        to: id("wlan1"),
        bssid: Some(bssid(1)),
        dark: Some(Duration::from_secs(1)),
    });
    mind.step(ms(9_000), &swapped);
    for at in [9_500, 10_000] {
        let decision = mind.step(ms(at), &probed(at, vec![probe("wlan1", 1, at, false)]));
        assert_eq!(decision.swap_to, None);
    }
    let decision = mind.step(ms(10_500), &probed(10_500, vec![probe("wlan1", 1, 10_500, false)]));
    assert_eq!(decision.swap_to, Some(id("wlan2")));
    assert_eq!(
        decision.reason.to_string(),
        "3 probes in a row were lost through wlan1; wlan2 -75 dBm"
    );
    // Both ways dead for one reason: the AP that was left is held down, so they do not take turns.
    let turned = |now: u64, probes| Observation {
        active: Some(id("wlan2")),
        ..probed(now, probes)
    };
    for at in [11_000, 11_500, 12_000, 12_500] {
        let decision = mind.step(ms(at), &turned(at, vec![probe("wlan2", 2, at, false)]));
        assert_eq!(decision.swap_to, None, "{}", decision.reason);
    }
}

#[test]
fn a_lossy_uplink_is_left_for_a_candidate_above_the_trigger_only() {
    for (theirs, goes) in [(-77, true), (-80, false)] {
        let mut mind = mind();
        let show = |at: u64, answered| Observation {
            probes: vec![probe("wlan1", 1, at, answered)],
            ..seen([on("wlan1", ms(at), 1, -60), on("wlan2", ms(at), 2, theirs)])
        };
        // Every third is lost: never three in a row, and 33 % of them.
        let went = (0..20u64).find_map(|n| {
            let at = 10_000 + n * 500;
            mind.step(ms(at), &show(at, n % 3 != 0)).swap_to.map(|_| n)
        });
        assert_eq!(went, goes.then_some(6), "to {theirs}");
    }
}

#[test]
fn a_candidate_whose_gateway_does_not_answer_is_none() {
    let mut mind = mind();
    let lost = (0..3).map(|n| probe("wlan2", 2, 9_000 + n * 100, false)).collect();
    mind.step(ms(9_300), &probed(9_300, lost));
    let went = goes_after(&mut mind, 9_500, 14_000, |now| {
        seen([on("wlan1", now, 1, -90), on("wlan2", now, 2, -50)])
    });
    assert_eq!(went, None);
}

#[test]
fn an_uplink_that_was_dead_proves_itself_for_longer() {
    let mut probes = Probes::new(Probing::default());
    let mut at = 1000;
    let mut send = |probes: &mut Probes, answered, times: usize| {
        for _ in 0..times {
            at += 500;
            probes.take(&probe("wlan1", 1, at, answered));
        }
        probes.health(ms(at), &id("wlan1"), bssid(1))
    };
    assert_eq!(send(&mut probes, true, 4), Health::Good);
    assert_eq!(send(&mut probes, false, 3), Health::Dead { lost: 3 });
    assert!(send(&mut probes, true, 9).is_bad());
    assert_eq!(send(&mut probes, true, 1), Health::Good);
    assert_eq!(
        probes.health(ms(60_000), &id("wlan1"), bssid(1)),
        Health::Unknown,
        "old results say nothing"
    );
    assert_eq!(
        probes.health(ms(8_000), &id("wlan1"), bssid(9)),
        Health::Unknown,
        "another AP"
    );
}

#[test]
fn a_tunnel_that_went_down_by_itself_is_bounced_once() {
    let mut mind = mind();
    let mut bounces = Vec::new();
    for at in (10_000..80_000).step_by(250) {
        let mut view = probed(at, vec![]);
        view.tunnel_down = Some(ms(10_000));
        if mind.step(ms(at), &view).bounce {
            bounces.push(at);
        }
    }
    assert_eq!(bounces, [12_000, 72_000]);
}
