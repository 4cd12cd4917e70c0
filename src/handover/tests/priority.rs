//! Networks with an order: a lower one is left when a higher one has been good for long enough.

use super::*;

/// The second network goes before the first, after ten seconds.
fn ordered() -> Handover {
    let mut rules = rules(false);
    let higher = NetworkRule {
        ssid: ssid("testssid2"),
        priority: 1,
        ..rules.networks[0].clone()
    };
    rules.networks.push(higher);
    rules.handover.return_after = Duration::from_secs(10);
    Handover::new(rules)
}

/// The active on the first network, the standby on an AP of the second.
fn show(now: Moment, own: i16, standby: Option<(u8, i16)>) -> Observation {
    let mut standby = match standby {
        Some((ap, signal)) => on("wlan2", now, ap, signal),
        None => lost("wlan2", now),
    };
    if let Some(link) = &mut standby.link {
        link.network = Some(ssid("testssid2"));
    }
    seen([on("wlan1", now, 1, own), standby])
}

/// After how many seconds the vehicle goes.
fn after(standby: impl Fn(u64) -> Option<(u8, i16)>) -> Option<u64> {
    let gone = goes_after(&mut ordered(), 0, 60_000, |now| {
        let second = now.since_start().as_secs();
        show(now, -50, standby(second))
    });
    gone.map(|(ms, reason)| {
        assert!(matches!(reason, Reason::HigherPriority { .. }), "{reason}");
        ms / 1000
    })
}

#[test]
fn it_must_be_good_without_a_break() {
    assert_eq!(after(|_| Some((2, -70))), Some(10));
    assert_eq!(after(|_| Some((2, -79))), None, "below the floor");
    let breaks = |second| Some((2, if second == 8 { -79 } else { -70 }));
    assert_eq!(after(breaks), Some(19));
    let gone = |second: u64| (!(5..15).contains(&second)).then_some((2, -70));
    assert_eq!(after(gone), Some(25));
}

#[test]
fn the_way_from_one_of_its_access_points_to_the_next_is_no_break() {
    let moves = |second| match second {
        0..5 => Some((2, -70)),
        5..7 => None,
        _ => Some((3, -70)),
    };
    assert_eq!(after(moves), Some(10));
}

#[test]
fn the_dwell_holds_and_a_lower_network_is_never_gone_to_for_its_name() {
    let mut rules = ordered().settings.clone();
    rules.dwell = Duration::from_secs(30);
    let mut handover = Handover {
        settings: rules,
        ..ordered()
    };
    let mut first = show(ms(0), -50, Some((2, -70)));
    first.swap = Some(ended_after(Some(200)));
    handover.step(ms(0), &first);
    let gone = goes_after(&mut handover, 250, 60_000, |now| show(now, -50, Some((2, -70))));
    assert_eq!(gone.map(|(waited, _)| (waited + 250) / 1000), Some(30));
    // The other way round.
    let gone = goes_after(&mut ordered(), 0, 60_000, |now| {
        let mut seen = show(now, -50, Some((2, -70)));
        seen.active = Some(id("wlan2"));
        seen
    });
    assert_eq!(gone, None);
}

#[test]
fn a_radio_without_an_address_by_dhcp_is_no_candidate() {
    let show = |now, lease| {
        let mut seen = seen([lost("wlan1", now), on("wlan2", now, 2, -60)]);
        seen.uplinks[1].lease = lease;
        seen
    };
    for (lease, goes) in [
        (LeaseState::NotNeeded, true),
        (LeaseState::Held, true),
        (LeaseState::Asked, false),
        (LeaseState::Missing, false),
    ] {
        let decision = handover().step(ms(250), &show(ms(250), lease));
        assert_eq!(decision.swap_to.is_some(), goes, "{lease:?}");
    }
}
