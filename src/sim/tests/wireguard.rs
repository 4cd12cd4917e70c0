use std::time::Duration;

use super::{drive, live, refusal, send, settings, steer, value};
use crate::sim::journey::{Journey, STEP};
use crate::sim::settings::{DeadEntry, RouterOs, Settings, TunnelKind};
use crate::sim::world::events::What;

const PEERS: &str = "/interface/wireguard/peers";
const CONNECTIONS: &str = "/ip/firewall/connection";

fn with_wireguard() -> Settings {
    let mut with = settings(drive(3600, &[(-50, 0..3600), (-50, 0..3600)]));
    with.routeros = RouterOs::V7_17;
    with.tunnel = TunnelKind::Wireguard;
    with
}

fn done(journey: &mut Journey, words: &[&str]) {
    assert_eq!(send(journey, words).traps, vec![], "{words:?}");
}

fn route_by(journey: &mut Journey, radio: usize) {
    let id = value(journey, "/ip/route", "?comment=tikroam:default", ".id").unwrap();
    let gateway = ["10.10.10.1%wlan1", "10.20.0.1%wlan2"][radio];
    let words = [
        "/ip/route/set",
        &format!("=numbers={id}"),
        &format!("=gateway={gateway}"),
        "=disabled=no",
    ];
    done(journey, &words);
}

/// A vehicle with an address on each of two networks, reached by the first.
fn staged(with: &Settings) -> Journey {
    let mut journey = Journey::new(with);
    for (radio, bssid, address) in [
        ("wlan1", "02:00:00:00:00:01", "10.10.10.2"),
        ("wlan2", "02:00:00:00:00:02", "10.20.0.2"),
    ] {
        steer(&mut journey, radio, bssid);
        let add = [
            "/ip/address/add",
            &format!("=address={address}/24"),
            &format!("=interface={radio}"),
        ];
        done(&mut journey, &add);
    }
    live(&mut journey, 20);
    route_by(&mut journey, 0);
    live(&mut journey, 5);
    assert!(journey.vehicle.wireguard.has_keys(journey.vehicle.now));
    journey
}

fn keepalive(journey: &mut Journey, span: &str) {
    let set = [
        &format!("{PEERS}/set"),
        "=numbers=peer1",
        &format!("=persistent-keepalive={span}"),
    ];
    done(journey, &set);
}

/// The office calls each 20 ms, for at most so long; after how long it reaches the vehicle.
fn dark(journey: &mut Journey, at_most: Duration) -> Option<Duration> {
    let since = journey.vehicle.now;
    while journey.vehicle.now < since + at_most {
        if journey.vehicle.call().is_none() {
            return Some(journey.vehicle.now - since);
        }
        journey.advance(journey.vehicle.now + STEP);
    }
    None
}

/// The route moves to the other radio while the old way dies.
fn swap_from_a_dead_way(journey: &mut Journey) {
    for _ in 0..10 {
        assert_eq!(dark(journey, STEP), Some(Duration::ZERO));
        journey.advance(journey.vehicle.now + STEP);
    }
    done(journey, &["/interface/disable", "=numbers=wlan1"]);
    route_by(journey, 1);
}

/// The simulated tunnel against a real one: wireguard-go at both ends in network namespaces, the office pinging each 15 ms,
/// the default route moving to the other radio while the old way dies.
///
/// | the vehicle, after the route | real | here |
/// |---|---|---|
/// | speaks at once | 0.03 to 0.04 s between answers, so at most 2 pings lost | 0 s |
/// | is silent, persistent keepalive of 1 s | 1.01 to 1.02 s | 0.98 to 1.02 s |
/// | is silent, no keepalive | 2.63 s: until the route moved back | until it speaks |
/// | is silent, the old way lives | not measured | 0 s: it answers by the new way |
#[test]
fn a_swap_is_dark_as_long_as_a_real_one() {
    let with = with_wireguard();
    let second = Duration::from_secs(1);

    let mut journey = staged(&with);
    swap_from_a_dead_way(&mut journey);
    journey.vehicle.asks_through_tunnel([10, 99, 0, 1].into(), 0);
    assert_eq!(dark(&mut journey, second), Some(Duration::ZERO));

    let mut journey = staged(&with);
    keepalive(&mut journey, "1s");
    swap_from_a_dead_way(&mut journey);
    let span = dark(&mut journey, 5 * second).unwrap();
    assert!(span.abs_diff(second) <= STEP, "{span:?}");

    let mut journey = staged(&with);
    keepalive(&mut journey, "0s");
    live(&mut journey, 2);
    swap_from_a_dead_way(&mut journey);
    assert_eq!(dark(&mut journey, 9 * second), None);
    journey.vehicle.asks_through_tunnel([10, 99, 0, 1].into(), 0);
    assert_eq!(dark(&mut journey, second), Some(Duration::ZERO));

    let mut journey = staged(&with);
    keepalive(&mut journey, "0s");
    route_by(&mut journey, 1);
    assert_eq!(dark(&mut journey, second), Some(Duration::ZERO));
    done(&mut journey, &["/interface/disable", "=numbers=wlan1"]);
    assert_eq!(
        dark(&mut journey, second),
        Some(Duration::ZERO),
        "the office knows the new way"
    );
}

#[test]
fn keys_are_made_again_and_shown() {
    let mut journey = staged(&with_wireguard());
    live(&mut journey, 600);
    let handshakes = journey.vehicle.events.list().into_iter();
    let handshakes = handshakes.filter(|event| event.what == What::Handshake).count();
    assert!((5..=7).contains(&handshakes), "each 120 s: {handshakes}");
    let state = |journey: &mut Journey, name: &str| value(journey, PEERS, "?name=peer1", name);
    assert_eq!(
        state(&mut journey, "current-endpoint-address").as_deref(),
        Some("198.51.100.10")
    );
    assert_eq!(state(&mut journey, "current-endpoint-port").as_deref(), Some("13231"));
    assert!(state(&mut journey, "last-handshake").is_some());
    assert_ne!(state(&mut journey, "rx").as_deref(), Some("0"));

    done(&mut journey, &["/interface/wireguard/disable", "=numbers=WG_to_Office"]);
    assert_eq!(dark(&mut journey, Duration::from_secs(5)), None);
    assert_eq!(state(&mut journey, "last-handshake"), None);
    done(&mut journey, &["/interface/wireguard/enable", "=numbers=WG_to_Office"]);
    let running = value(&mut journey, "/interface/wireguard", "?name=WG_to_Office", "running");
    assert_eq!(
        running.as_deref(),
        Some("true"),
        "it runs whether anybody is there or not"
    );
    live(&mut journey, 5);
    assert_eq!(dark(&mut journey, STEP), Some(Duration::ZERO));
}

#[test]
fn a_packet_that_nothing_answers_leads_to_a_handshake() {
    let mut journey = staged(&with_wireguard());
    keepalive(&mut journey, "0s");
    swap_from_a_dead_way(&mut journey);
    // The only packet of the vehicle is lost.
    assert_eq!(
        journey.vehicle.wireguard.send(None, 0.0, journey.vehicle.now),
        (false, false)
    );
    let span = dark(&mut journey, Duration::from_secs(30)).unwrap().as_secs_f64();
    assert!((9.9..=15.1).contains(&span), "{span} s");
}

#[test]
fn a_firewall_may_keep_a_dead_entry() {
    for (dead_entry, removal_cures) in [(DeadEntry::Router, true), (DeadEntry::Office, false)] {
        let mut with = with_wireguard();
        with.quirks.dead_entry = dead_entry;
        let mut journey = staged(&with);
        swap_from_a_dead_way(&mut journey);
        assert_eq!(dark(&mut journey, Duration::from_secs(60)), None, "{dead_entry:?}");
        let rows = send(&mut journey, &[&format!("{CONNECTIONS}/print"), "?protocol=udp"]).rows;
        assert!(!rows.is_empty(), "the connection is tracked");
        for row in rows {
            done(
                &mut journey,
                &[&format!("{CONNECTIONS}/remove"), &format!("=.id={}", row[0].1)],
            );
        }
        let cured = dark(&mut journey, Duration::from_secs(6)).is_some();
        assert_eq!(cured, removal_cures, "{dead_entry:?}");
        let port = [
            "/interface/wireguard/set",
            "=numbers=WG_to_Office",
            "=listen-port=13232",
        ];
        done(&mut journey, &port);
        assert!(dark(&mut journey, Duration::from_secs(6)).is_some(), "{dead_entry:?}");
    }
}

#[test]
fn the_menus_are_those_of_the_version() {
    let mut six = Journey::new(&settings(drive(60, &[(-50, 0..60)])));
    assert_eq!(
        refusal(&mut six, &["/interface/wireguard/print"]),
        "no such command or directory (wireguard)"
    );
    let mut journey = Journey::new(&with_wireguard());
    assert_eq!(
        refusal(
            &mut journey,
            &[&format!("{PEERS}/set"), "=numbers=peer1", "=is-responder=yes"]
        ),
        "unknown parameter is-responder",
        "renamed in 7.17"
    );
    done(
        &mut journey,
        &[&format!("{PEERS}/set"), "=numbers=peer1", "=responder=no"],
    );
    assert_eq!(
        value(&mut journey, PEERS, "?name=peer1", "persistent-keepalive").as_deref(),
        Some("1s")
    );
    assert_eq!(value(&mut journey, PEERS, "?name=peer1", "last-handshake"), None);
    let kind = value(&mut journey, "/interface", "?name=WG_to_Office", "type");
    assert_eq!(kind.as_deref(), Some("wg"));
}
