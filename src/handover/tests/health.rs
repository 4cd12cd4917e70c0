//! What probes and the tunnel's own state decide.

use super::*;

fn probed(now: u64, probes: Vec<Probe>) -> Observation {
    Observation {
        probes,
        ..seen([on("wlan1", ms(now), 1, -50), on("wlan2", ms(now), 2, -75)])
    }
}

#[test]
fn a_dead_probe_leaves_a_strong_uplink_and_breaks_the_dwell() {
    let mut rules = rules(false);
    rules.handover.dwell = Duration::from_secs(5);
    let mut handover = Handover::new(rules);
    let mut swapped = probed(9_000, vec![]);
    swapped.swap = Some(ended_after(Some(1000)));
    handover.step(ms(9_000), &swapped);
    for at in [9_500, 10_000] {
        let decision = handover.step(ms(at), &probed(at, vec![probe("wlan1", 1, at, false)]));
        assert_eq!(decision.swap_to, None);
    }
    let decision = handover.step(ms(10_500), &probed(10_500, vec![probe("wlan1", 1, 10_500, false)]));
    assert_eq!(decision.swap_to, Some(id("wlan2")));
    // Both ways dead for one reason: the AP that was left is held down, so they do not take turns.
    let turned = |now: u64, probes| Observation {
        active: Some(id("wlan2")),
        ..probed(now, probes)
    };
    for at in [11_000, 11_500, 12_000, 12_500] {
        let decision = handover.step(ms(at), &turned(at, vec![probe("wlan2", 2, at, false)]));
        assert_eq!(decision.swap_to, None, "{}", decision.reason);
    }
}

#[test]
fn a_lossy_uplink_is_left_for_a_candidate_at_or_above_the_trigger_only() {
    for (theirs, goes) in [(-80, true), (-81, false)] {
        let mut handover = handover();
        let show = |at: u64, answered| Observation {
            probes: vec![probe("wlan1", 1, at, answered)],
            ..seen([on("wlan1", ms(at), 1, -60), on("wlan2", ms(at), 2, theirs)])
        };
        // Every third is lost: never three in a row, and 33 % of them.
        let went = (0..20u64).find_map(|n| {
            let at = 10_000 + n * 500;
            handover.step(ms(at), &show(at, n % 3 != 0)).swap_to.map(|_| n)
        });
        assert_eq!(went, goes.then_some(6), "to {theirs}");
    }
}

#[test]
fn a_candidate_whose_gateway_does_not_answer_is_none() {
    let mut handover = handover();
    let lost = (0..3).map(|n| probe("wlan2", 2, 9_000 + n * 100, false)).collect();
    handover.step(ms(9_300), &probed(9_300, lost));
    let went = goes_after(&mut handover, 9_500, 14_000, |now| {
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
    let health = |at, ap| probes.health(ms(at), &id("wlan1"), bssid(ap));
    assert_eq!(health(60_000, 1), Health::Unknown, "old results say nothing");
    assert_eq!(health(8_000, 9), Health::Unknown, "another AP");
}

#[test]
fn a_tunnel_that_went_down_by_itself_is_bounced_once() {
    let mut handover = handover();
    let mut bounces = Vec::new();
    for at in (10_000..80_000).step_by(250) {
        let mut view = probed(at, vec![]);
        view.tunnel_down = Some(ms(10_000));
        if handover.step(ms(at), &view).bounce {
            bounces.push(at);
        }
    }
    assert_eq!(bounces, [12_000, 72_000]);
}
