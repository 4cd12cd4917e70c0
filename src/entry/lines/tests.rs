use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::ap_names::ApNames;
use crate::handover::Move;
use crate::handover::reason::Reason;
use crate::handover::settings::Rules;
use crate::names::{Bssid, InterfaceName, Ssid, UplinkId};
use crate::observation::{ByHand, FallbackView, LeaseState, Link, Probe, Scan, SwapEnd, UplinkView};
use crate::units::Dbm;

fn id(name: &str) -> UplinkId {
    UplinkId::new(InterfaceName::new(name))
}

fn moment(micros: u64) -> Moment {
    Moment::from_micros(micros)
}

fn entry(at: u64, event: Event) -> Entry {
    Entry {
        v: VERSION,
        at: moment(at),
        time: WallTime::from_millis(1_800_000_000_000 + at / 1000),
        event,
    }
}

fn began() -> Entry {
    let event = Event::Began {
        version: "0.1.0".into(),
        vehicle: Some("unit-14".into()),
        config: Some("0123abcd".into()),
        aps: ApNames::default(),
        rules: Rules::default(),
    };
    entry(0, event)
}

fn view(name: &str, at: u64, signal: Option<i16>) -> UplinkView {
    UplinkView {
        id: id(name),
        at: moment(at),
        link: Some(Link {
            bssid: Bssid([2, 0, 0, 0, 0, 1]),
            network: Ssid::new(b"testssid1").ok(),
            signal: signal.map(Dbm),
            authenticated: true,
            since: moment(0),
            stranger: false,
        }),
        lease: LeaseState::NotNeeded,
        steered: None,
    }
}

fn step(at: u64, signals: [i16; 2]) -> Entry {
    let seen = Observation {
        active: Some(id("wlan1")),
        uplinks: vec![
            view("wlan1", at - 1_033, Some(signals[0])),
            view("wlan2", at - 1_033, Some(signals[1])),
        ],
        probes: vec![Probe {
            uplink: id("wlan1"),
            bssid: Some(Bssid([2, 0, 0, 0, 0, 1])),
            at: moment(at - 100_000),
            answered: true,
        }],
        ..Observation::default()
    };
    let decision = Decision {
        swap_to: None,
        bounce: false,
        reason: Reason::Good {
            uplink: id("wlan1"),
            signal: Dbm(signals[0]),
            limit: Dbm(-78),
        },
        moves: Vec::new(),
    };
    entry(at, Event::Step { seen, decision })
}

fn packed(entries: &[Entry]) -> Vec<String> {
    let mut packer = Packer::default();
    let lines = entries.iter().map(|entry| {
        let mut line = Vec::new();
        packer.line(entry, &mut line).unwrap();
        String::from_utf8(line).unwrap().trim_end().to_owned()
    });
    lines.collect()
}

fn unpacked(lines: &[String]) -> Vec<Result<Entry, String>> {
    let mut unpacker = Unpacker::default();
    let read = |line: &String| {
        let read = unpacker.line(line.as_bytes()).map(Read::owned);
        read.map_err(|error| error.to_string())
    };
    lines.iter().map(read).collect()
}

#[test]
fn a_step_has_what_changed() {
    let entries = [
        began(),
        step(1_000_000, [-60, -70]),
        step(1_250_000, [-60, -70]),
        step(1_500_000, [-61, -70]),
    ];
    let lines = packed(&entries);
    insta::assert_snapshot!(lines.join("\n"));
    assert_eq!(unpacked(&lines), entries.map(Ok));
}

#[test]
fn a_line_that_cannot_be_read_takes_a_minute_at_most() {
    let entries: Vec<_> = (0..300).map(|n| step(1_000_000 + n * 250_000, [-60, -70])).collect();
    let mut lines = packed(&entries);
    lines[10].truncate(20);
    let read = unpacked(&lines);
    assert!(read[..10].iter().all(Result::is_ok));
    assert!(read[10].as_ref().unwrap_err().starts_with("it is no entry: "));
    assert!(read[11].as_ref().unwrap_err().contains("a step that is not there"));
    assert!(read[239].is_err() && read[240..].iter().all(Result::is_ok));
}

#[test]
fn lines_of_the_version_before_are_read_and_others_are_named() {
    let old = r#"{"v":2,"at":0,"time":"2026-11-24T20:07:08.905Z","event":"swapped","from":"wlan1","to":"wlan2","calls":3,"router":{"secs":0,"nanos":30000000},"dark":{"secs":1,"nanos":500000000}}"#;
    let read = unpacked(&[old.to_owned(), r#"{"v":9,"at":0,"what":"else"}"#.to_owned()]);
    let swapped = &read[0].as_ref().unwrap().event;
    let Event::Swapped { router, dark, .. } = swapped else {
        panic!("{swapped:?}")
    };
    assert_eq!(
        (*router, *dark),
        (Duration::from_millis(30), Some(Duration::from_millis(1_500)))
    );
    assert!(read[1].as_ref().unwrap_err().contains("version 9"), "{read:?}");
}

#[test]
fn the_wall_time_is_written_where_it_jumps() {
    let mut entries = [1, 2, 3, 4].map(|second| step(second * 1_000_000, [-60, -70]));
    for entry in &mut entries[2..] {
        entry.time = WallTime::from_millis(entry.time.millis() + 3_600_000);
    }
    let lines = packed(&entries);
    assert_eq!(lines.iter().filter(|line| line.contains("\"time\"")).count(), 2);
    assert_eq!(unpacked(&lines), entries.map(Ok));
}

fn any_id() -> impl Strategy<Value = UplinkId> {
    prop_oneof![Just(id("wlan1")), Just(id("wlan2"))]
}

fn any_bssid() -> impl Strategy<Value = Bssid> {
    (0_u8..3).prop_map(|last| Bssid([2, 0, 0, 0, 0, last]))
}

prop_compose! {
    fn any_view(name: &'static str)(
        at in 0_u64..3_000_000,
        link in proptest::option::of((any_bssid(), proptest::option::of(-95_i16..-40), any::<bool>(), 0_u64..1_000, any::<bool>())),
        steered in proptest::option::of(any_bssid()),
        held in any::<bool>(),
    ) -> UplinkView {
        UplinkView {
            id: id(name),
            at: moment(at),
            link: link.map(|(bssid, signal, authenticated, since, stranger)| Link {
                bssid,
                network: (!stranger).then(|| Ssid::new(b"\xffnet").unwrap()),
                signal: signal.map(Dbm),
                authenticated,
                since: moment(since),
                stranger,
            }),
            lease: if held { LeaseState::Held } else { LeaseState::NotNeeded },
            steered,
        }
    }
}

prop_compose! {
    fn any_observation()(
        active in proptest::option::of(any_id()),
        first in any_view("wlan1"),
        second in any_view("wlan2"),
        fallback in proptest::option::of(any::<bool>()),
        dialing in any::<bool>(),
        tunnel_down in proptest::option::of((0_u64..9).prop_map(moment)),
        probes in proptest::collection::vec((any_id(), proptest::option::of(any_bssid()), 0_u64..3_000_000, any::<bool>()), 0..3),
        scan in proptest::option::of((any_id(), 0_u64..9)),
        swap in proptest::option::of((any_id(), proptest::option::of(0_u64..9_999_999_999))),
        held in proptest::option::of(any_id()),
    ) -> Observation {
        Observation {
            active,
            uplinks: vec![first, second],
            fallbacks: fallback.map(|up| FallbackView { id: id("lte1"), up }).into_iter().collect(),
            dialing,
            tunnel_down,
            probes: probes.into_iter().map(|(uplink, bssid, at, answered)| Probe { uplink, bssid, at: moment(at), answered }).collect(),
            scan: scan.map(|(radio, at)| Scan { radio, at: moment(at), heard: None }),
            swap: swap.map(|(to, dark)| SwapEnd { to, bssid: None, dark: dark.map(Duration::from_nanos) }),
            by_hand: held.map(|uplink| ByHand::Hold { uplink }),
        }
    }
}

prop_compose! {
    fn any_decision()(
        swap_to in proptest::option::of(any_id()),
        bounce in any::<bool>(),
        uplink in any_id(),
        signal in -95_i16..-40,
        kind in 0..3,
        age in 0_u64..9_999_999_999,
        searches in any::<bool>(),
    ) -> Decision {
        let reason = match kind {
            0 => Reason::Good { uplink, signal: Dbm(signal), limit: Dbm(-80) },
            1 => Reason::Alone { uplink, signal: Dbm(signal), limit: Dbm(-80) },
            _ => Reason::Stale { uplink, age: Duration::from_nanos(age) },
        };
        let moves = if searches { vec![Move::Search { radio: id("wlan2") }] } else { Vec::new() };
        Decision { swap_to, bounce, reason, moves }
    }
}

proptest! {
    #[test]
    fn whatever_was_seen_and_decided_is_read_back(steps in proptest::collection::vec((any_observation(), any_decision(), 0_u64..2_000_000), 1..12)) {
        let mut at = 2_000_000;
        let entries: Vec<_> = steps.into_iter().map(|(seen, decision, later)| {
            at += later;
            entry(at, Event::Step { seen, decision })
        }).collect();
        let read = unpacked(&packed(&entries));
        for (read, entry) in read.into_iter().zip(entries) {
            prop_assert_eq!(read.unwrap().event, entry.event);
        }
    }
}
