//! The table of the decision: one case a row, in the order of the rows, and every reason.

use super::*;
use crate::handover::reason::{Stay, TakesOver};
use crate::observation::{ByHand, FallbackView};

/// How a reason is called here; a reason more does not compile.
fn kind(reason: &Reason) -> &'static str {
    match reason {
        Reason::ByHand { .. } => "by hand",
        Reason::Held { fits: true, .. } => "held",
        Reason::Held { fits: false, .. } => "held, unfit",
        Reason::Nowhere { from: None } => "nowhere, none active",
        Reason::Nowhere { from: Some(_) } => "nowhere, lost",
        Reason::Lost { from: None, .. } => "none active",
        Reason::Lost { from: Some(_), .. } => "lost",
        Reason::Stale { .. } => "stale",
        Reason::NoSignal { .. } => "no signal",
        Reason::FadingDial { .. } => "fading dial",
        Reason::Dialing { .. } => "dialing",
        Reason::SwapFailed { .. } => "swap failed",
        Reason::TunnelDown { .. } => "tunnel down",
        Reason::Unhealthy { .. } => "unhealthy",
        Reason::HigherPriority { .. } => "higher priority",
        Reason::Good { .. } => "good",
        Reason::Alone { .. } => "alone",
        Reason::Stay { why, .. } => match why {
            Stay::Close { .. } => "stay, close",
            Stay::Weak { .. } => "stay, weak",
            Stay::Dwell { .. } => "stay, dwell",
            Stay::Settling => "stay, settling",
        },
        Reason::Handover { .. } => "handover",
        Reason::Fallback { why, .. } => match why {
            TakesOver::Lost => "fallback, lost",
            TakesOver::Weak { .. } => "fallback, weak",
            TakesOver::Unhealthy { .. } => "fallback, unhealthy",
            TakesOver::NotUp => "fallback, not up",
        },
        Reason::OnFallback { returns: None, .. } => "on a fallback",
        Reason::OnFallback { returns: Some(_), .. } => "on a fallback, a radio is good",
        Reason::Return { .. } => "return",
    }
}

const KINDS: [&str; 42] = [
    "by hand",
    "by hand",
    "by hand",
    "good",
    "lost",
    "tunnel down",
    "held",
    "held, unfit",
    "dialing",
    "lost",
    "fallback, lost",
    "swap failed",
    "fallback, not up",
    "tunnel down",
    "unhealthy",
    "fallback, unhealthy",
    "return",
    "on a fallback, a radio is good",
    "on a fallback",
    "fallback, lost",
    "fallback, weak",
    "fallback, unhealthy",
    "fallback, not up",
    "none active",
    "nowhere, none active",
    "stale",
    "lost",
    "nowhere, lost",
    "no signal",
    "fading dial",
    "dialing",
    "swap failed",
    "tunnel down",
    "unhealthy",
    "higher priority",
    "good",
    "alone",
    "stay, close",
    "stay, weak",
    "stay, dwell",
    "stay, settling",
    "handover",
];

const NOW: u64 = 10_000;

/// Two radios with these signals.
fn two(own: i16, theirs: i16) -> Observation {
    seen([on("wlan1", ms(NOW), 1, own), on("wlan2", ms(NOW), 2, theirs)])
}

fn with(seen: Observation, change: impl FnOnce(&mut Observation)) -> Observation {
    let mut seen = seen;
    change(&mut seen);
    seen
}

fn dwelling() -> Rules {
    let mut rules = rules(false);
    rules.handover.dwell = Duration::from_secs(2);
    rules
}

fn returning() -> Rules {
    let mut rules = rules(false);
    rules.handover.return_after = Duration::from_secs(1);
    rules
}

/// The network of the second radio goes first, at once.
fn ordered() -> Rules {
    let mut rules = rules(false);
    let first = NetworkRule {
        ssid: ssid("testssid2"),
        priority: 1,
        ..rules.networks[0].clone()
    };
    rules.networks.push(first);
    rules.handover.return_after = Duration::from_secs(1);
    rules
}

/// The second radio is on a network of its own.
fn on_two(own: i16, theirs: i16) -> Observation {
    with(two(own, theirs), |seen| {
        seen.uplinks[1].link.as_mut().unwrap().network = Some(ssid("testssid2"));
    })
}

/// The same a second before.
fn before_on_two(own: i16, theirs: i16) -> Observation {
    with(on_two(own, theirs), |seen| {
        seen.uplinks.iter_mut().for_each(|view| view.at = ms(NOW - 1000));
    })
}

/// The rows, each with a handover that is shown what comes before, and then what it decides on.
fn cases() -> Vec<(Rules, Option<Observation>, Observation)> {
    let now = ms(NOW);
    let none = |seen| with(seen, |seen| seen.active = None);
    let unlinked = || seen([lost("wlan1", now), lost("wlan2", now)]);
    let dead = |seen| {
        with(seen, |seen: &mut Observation| {
            seen.probes = (0..3).map(|n| probe("wlan1", 1, NOW - 1000 + n, false)).collect();
        })
    };
    let plain = |seen| (rules(false), None, seen);
    let lte = |seen: Observation| {
        with(seen, |seen| {
            let view = |name: &str| FallbackView { id: id(name), up: true };
            seen.fallbacks = vec![view("lte1"), view("ether2")];
        })
    };
    let on_lte = |seen| with(lte(seen), |seen| seen.active = Some(id("lte1")));
    let silent = |seen| {
        with(on_lte(seen), |seen: &mut Observation| {
            let lost = |n| Probe {
                uplink: id("lte1"),
                bssid: None,
                at: ms(NOW - 1000 + n),
                answered: false,
            };
            seen.probes = (0..3).map(lost).collect();
        })
    };
    let held = |name: &'static str, seen| {
        with(seen, |seen: &mut Observation| {
            seen.by_hand = Some(ByHand::Hold { uplink: id(name) });
        })
    };
    let swap = |name: &'static str, seen| {
        with(seen, |seen: &mut Observation| {
            seen.by_hand = Some(ByHand::Swap { uplink: id(name) });
        })
    };
    vec![
        plain(held("wlan2", two(-60, -90))),
        plain(held("lte1", lte(two(-60, -90)))),
        plain(swap("wlan2", two(-60, -90))),
        plain(swap("wlan2", seen([on("wlan1", now, 1, -60), lost("wlan2", now)]))),
        plain(held("wlan3", seen([lost("wlan1", now), on("wlan2", now, 2, -91)]))),
        plain(held(
            "wlan1",
            with(two(-60, -84), |seen| seen.tunnel_down = Some(ms(NOW - 2000))),
        )),
        plain(held("wlan1", two(-95, -40))),
        plain(held("wlan1", seen([lost("wlan1", now), on("wlan2", now, 2, -40)]))),
        plain(with(on_lte(unlinked()), |seen| seen.dialing = true)),
        plain(with(on_lte(two(-60, -70)), |seen| seen.fallbacks[0].up = false)),
        plain(with(on_lte(unlinked()), |seen| seen.fallbacks[0].up = false)),
        plain(with(on_lte(two(-60, -70)), |seen| seen.swap = Some(ended_after(None)))),
        plain(with(on_lte(unlinked()), |seen| seen.swap = Some(ended_after(None)))),
        plain(with(on_lte(unlinked()), |seen| seen.tunnel_down = Some(ms(NOW - 2000)))),
        plain(silent(two(-90, -79))),
        plain(silent(unlinked())),
        (
            returning(),
            Some(with(on_lte(two(-60, -70)), |seen| {
                for view in &mut seen.uplinks {
                    view.at = ms(NOW - 1000);
                }
            })),
            on_lte(two(-60, -70)),
        ),
        plain(on_lte(two(-60, -70))),
        plain(on_lte(unlinked())),
        plain(lte(unlinked())),
        plain(lte(with(two(-85, -90), |_| {}))),
        plain(dead(lte(two(-60, -90)))),
        plain(with(
            lte(seen([on("wlan1", now, 1, -70), lost("wlan2", now)])),
            |seen| {
                seen.swap = Some(ended_after(None));
            },
        )),
        plain(none(two(-60, -70))),
        plain(none(unlinked())),
        plain(with(two(-90, -60), |seen| seen.uplinks[0].at = ms(NOW - 1000))),
        plain(seen([lost("wlan1", now), on("wlan2", now, 2, -91)])),
        plain(unlinked()),
        plain(with(two(-90, -60), |seen| {
            seen.uplinks[0].link.as_mut().unwrap().signal = None;
        })),
        plain(with(two(-84, -77), |seen| seen.dialing = true)),
        plain(with(two(-84, -81), |seen| seen.dialing = true)),
        plain(with(two(-70, -84), |seen| seen.swap = Some(ended_after(None)))),
        plain(with(two(-60, -84), |seen| seen.tunnel_down = Some(ms(NOW - 2000)))),
        plain(dead(two(-60, -80))),
        (ordered(), Some(before_on_two(-60, -70)), on_two(-60, -70)),
        plain(two(-78, -40)),
        plain(seen([on("wlan1", now, 1, -79), lost("wlan2", now)])),
        plain(two(-79, -74)),
        plain(two(-90, -80)),
        (
            dwelling(),
            Some(with(two(-60, -60), |seen| {
                seen.swap = Some(ended_after(Some(1000)));
                for view in &mut seen.uplinks {
                    view.at = ms(NOW - 1000);
                }
            })),
            two(-84, -66),
        ),
        plain(with(two(-84, -66), |seen| {
            for view in &mut seen.uplinks {
                view.link.as_mut().unwrap().since = now;
            }
        })),
        plain(two(-84, -66)),
    ]
}

#[test]
fn every_row_of_the_table_decides_as_it_says() {
    let mut kinds = Vec::new();
    let mut lines = Vec::new();
    for (rules, before, seen) in cases() {
        let mut handover = Handover::new(rules);
        if let Some(before) = before {
            handover.step(ms(NOW - 1000), &before);
        }
        let decision = handover.step(ms(NOW), &seen);
        kinds.push(kind(&decision.reason));
        let to = match decision.swap_to {
            _ if decision.bounce => "bounce".to_owned(),
            Some(to) => format!("-> {to}"),
            None => "stay".to_owned(),
        };
        lines.push(format!("{to}: {}", decision.reason));
    }
    assert_eq!(kinds, KINDS);
    insta::assert_snapshot!(lines.join("\n"), @r"
    -> wlan2: wlan2 -90 dBm was asked for by hand
    -> lte1: lte1 was asked for by hand
    -> wlan2: wlan2 -90 dBm was asked for by hand
    stay: wlan1 -60 dBm, above -79
    -> wlan2: wlan1 is lost; wlan2 is authenticated at -91 dBm
    bounce: the tunnel went down by itself over wlan1 and is still down after 2.0 s
    stay: wlan1 is held by hand
    stay: wlan1 is held by hand, though it cannot carry the vehicle
    stay: the tunnel is dialing over lte1
    -> wlan1: lte1 is lost; wlan1 is authenticated at -60 dBm
    -> ether2: lte1 is lost, and no radio could carry the vehicle; ether2 takes over
    -> wlan2: the tunnel did not come up over lte1; wlan2 -70 dBm, its hold-down taken off, is next
    -> ether2: the tunnel did not come up over lte1, and no radio could carry the vehicle; ether2 takes over
    bounce: the tunnel went down by itself over lte1 and is still down after 2.0 s
    -> wlan2: 3 probes in a row were lost through lte1; wlan2 -79 dBm
    -> ether2: 3 probes in a row were lost through lte1, and no radio could carry the vehicle; ether2 takes over
    -> wlan1: wlan1 -60 dBm has been good for 1.0 s; back from lte1
    stay: lte1 carries the vehicle; wlan1 is good, but not for long enough to return
    stay: lte1 carries the vehicle; no radio is good
    -> lte1: wlan1 is lost, and no radio could carry the vehicle; lte1 takes over
    -> lte1: wlan1 -85 dBm, where nothing useful passes, and no radio could carry the vehicle; lte1 takes over
    -> lte1: 3 probes in a row were lost through wlan1, and no radio could carry the vehicle; lte1 takes over
    -> lte1: the tunnel did not come up over wlan1, and no radio could carry the vehicle; lte1 takes over
    -> wlan1: no uplink is active; wlan1 is authenticated at -60 dBm
    stay: no uplink is active and no radio could become so
    stay: the last reading of wlan1 is 1.0 s old
    -> wlan2: wlan1 is lost; wlan2 is authenticated at -91 dBm
    stay: wlan1 is lost and no other radio could take over
    stay: wlan1 is associated, but the router gives no signal for it
    -> wlan2: the tunnel still dials over wlan1, which fades: -84 dBm; wlan2 -77 dBm
    stay: the tunnel is dialing over wlan1
    -> wlan2: the tunnel did not come up over wlan1; wlan2 -84 dBm, its hold-down taken off, is next
    bounce: the tunnel went down by itself over wlan1 and is still down after 2.0 s
    -> wlan2: 3 probes in a row were lost through wlan1; wlan2 -80 dBm
    -> wlan2: wlan2 -70 dBm, on a network that goes before that of wlan1 and has been good for 1.0 s
    stay: wlan1 -78 dBm, above -79
    stay: wlan1 -79 dBm, at or below -79, and no other radio could carry the vehicle
    stay: wlan1 -79 dBm, at or below -79; wlan2 -74 dBm, 5 dB better: a swap needs 6 dB
    stay: wlan1 -90 dBm, at or below -79; wlan2 -80 dBm, 10 dB better: a swap needs -79 dBm
    stay: wlan1 -84 dBm, at or below -79; wlan2 -66 dBm, 18 dB better: dwelling for 1.0 s more
    stay: wlan1 -84 dBm, at or below -79; wlan2 -66 dBm, 18 dB better: it has not been on its AP for long enough
    -> wlan2: wlan1 -84 dBm, at or below -79; wlan2 -66 dBm, 18 dB better
    ");
}

#[test]
fn a_signal_that_wanders_about_the_limit_is_no_news() {
    let (uplink, limit) = (id("wlan1"), Dbm(-80));
    let good = |signal| Reason::Good {
        uplink: uplink.clone(),
        signal: Dbm(signal),
        limit,
    };
    let alone = |signal| Reason::Alone {
        uplink: uplink.clone(),
        signal: Dbm(signal),
        limit,
    };
    assert!(good(-79).same_kind(&alone(-81)));
    assert!(alone(-82).same_kind(&good(-78)));
    assert!(!good(-79).same_kind(&alone(-86)));
}
