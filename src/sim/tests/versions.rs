//! What each version of RouterOS shows: its menus of radios, its words, its flags.

use super::*;
use crate::sim::settings::RouterOs;

const EVERY: [RouterOs; 7] = [
    RouterOs::V6_40,
    RouterOs::V6_49,
    RouterOs::V7_12,
    RouterOs::V7_17,
    RouterOs::V7_20,
    RouterOs::V7_20Wifi,
    RouterOs::V7_24Wifi,
];

/// A vehicle of this version near access points of two networks, the second the stronger.
fn vehicle(version: RouterOs) -> Journey {
    let mut with = settings(drive(60, &[(-65, 0..60), (-55, 0..60)]));
    with.routeros = version;
    with.radios = version.radio_names(2);
    let mut journey = Journey::new(&with);
    live(&mut journey, 5);
    journey
}

#[test]
fn the_radios_are_in_the_menu_of_the_package_that_runs_them() {
    for version in EVERY {
        let mut journey = vehicle(version);
        let mut listed = |menu: &str| {
            let answer = send(&mut journey, &[&format!("/interface/{menu}/print")]);
            if !answer.traps.is_empty() {
                let messages: Vec<&str> = answer.traps.iter().map(|trap| trap.message.as_str()).collect();
                let missing = format!("no such command or directory ({menu})");
                assert_eq!(messages, [missing.as_str(), "no such command prefix"]);
            }
            answer.traps.is_empty().then_some(answer.rows.len())
        };
        let radios = [listed("wireless"), listed("wifi"), listed("wifiwave2")];
        let there = match version {
            RouterOs::V6_40 | RouterOs::V6_49 => [Some(2), None, None],
            RouterOs::V7_12 => [None, None, Some(2)],
            RouterOs::V7_17 | RouterOs::V7_20 => [Some(2), Some(0), None],
            RouterOs::V7_20Wifi | RouterOs::V7_24Wifi => [None, Some(2), None],
        };
        assert_eq!(radios, there, "{version:?}");
    }
}

#[test]
fn a_wifi_radio_shows_network_and_signal_in_its_registration_and_not_in_its_monitor() {
    for (version, menu) in [
        (RouterOs::V7_12, "/interface/wifiwave2"),
        (RouterOs::V7_24Wifi, "/interface/wifi"),
    ] {
        let mut journey = vehicle(version);
        let rows = send(
            &mut journey,
            &[&format!("{menu}/registration-table/print"), "?interface=wifi1"],
        )
        .rows;
        let get = |name: &str| rows[0].iter().find(|(have, _)| *have == name).map(|(_, v)| v.as_str());
        assert_eq!((get("ssid"), get("authorized")), (Some("testssid1"), Some("true")));
        assert!(get("signal").unwrap().parse::<i16>().is_ok());
        assert_eq!(get("signal-strength"), None);
        let monitor = [&format!("{menu}/monitor"), "=numbers=wifi1", "=once="];
        let rows = send(&mut journey, &monitor).rows;
        let shown: Vec<&str> = rows[0].iter().map(|(name, _)| *name).collect();
        assert_eq!(
            shown,
            ["state", "channel", "registered-peers", "authorized-peers", "tx-power"]
        );
    }
}

#[test]
fn settings_of_a_wifi_radio_lead_it_and_each_change_starts_it_anew() {
    let mut journey = vehicle(RouterOs::V7_20Wifi);
    let on = |journey: &Journey| {
        let ap = journey.vehicle.stations[1].authenticated()?;
        Some(journey.vehicle.air.aps[ap].ssid.clone())
    };
    let set = |journey: &mut Journey, words: &[&str]| {
        let words = [&["/interface/wifi/set", "=.id=wifi2"], words].concat();
        assert_eq!(send(journey, &words).traps, [], "{words:?}");
    };
    assert_eq!(on(&journey).as_deref(), Some("testssid1"));
    set(&mut journey, &["=configuration.ssid=testssid2", "=security=testssid2"]);
    assert_eq!(on(&journey), None, "it starts anew");
    live(&mut journey, 4);
    assert_eq!(on(&journey).as_deref(), Some("testssid2"));
    set(&mut journey, &["=channel.frequency=2412"]);
    live(&mut journey, 4);
    assert_eq!(on(&journey), None, "its network is on another channel");
    let unset = ["/interface/wifi/unset", "=.id=wifi2", "=value-name=channel.frequency"];
    assert_eq!(send(&mut journey, &unset).traps, []);
    live(&mut journey, 4);
    assert_eq!(on(&journey).as_deref(), Some("testssid2"));
    set(&mut journey, &["=security=testssid1"]);
    live(&mut journey, 4);
    assert_eq!(on(&journey), None, "another network's key opens nothing");
    for (wrong, why) in [
        ("=security=none", "input does not match any value of security"),
        ("=channel.frequency=", "invalid value for argument channel.frequency"),
        ("=ssid=testssid1", "unknown parameter ssid"),
    ] {
        assert_eq!(
            refusal(&mut journey, &["/interface/wifi/set", "=.id=wifi2", wrong]),
            why
        );
    }
}

#[test]
fn a_wifi_scan_has_no_background_and_takes_the_radio_where_nobody_knows_better() {
    for drops in [true, false] {
        let mut journey = vehicle(RouterOs::V7_20Wifi);
        journey.vehicle.quirks.wifi_scan_drops = drops;
        let scan = |journey: &mut Journey, more: &[&str]| {
            let words = [&["/interface/wifi/scan", "=number=wifi2", "=duration=2"], more].concat();
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            journey.vehicle.execute(&Call::read(&words), Sender::Api, None)
        };
        let Outcome::Answer(answer) = scan(&mut journey, &["=background=yes"]) else {
            panic!("a scan in the background")
        };
        assert_eq!(answer.traps[0].message, "unknown parameter background");
        let Outcome::Stream(mut stream) = scan(&mut journey, &[]) else {
            panic!("refused")
        };
        assert_eq!(journey.vehicle.stations[1].joined().is_none(), drops);
        live(&mut journey, 2);
        let rows = stream.turn(&mut journey.vehicle).rows;
        let row: Vec<&str> = rows[0].iter().map(|(name, _)| *name).collect();
        assert_eq!(row[..5], ["address", "ssid", "channel", "security", "signal"]);
        assert_eq!(rows[0][2].1, "2412/ax");
    }
}

#[test]
fn what_a_version_adds_is_played_whatever_was_chosen() {
    let mut with = settings(drive(1, &[]));
    let played = |with: &Settings| (with.challenges(), with.played().tag_last, with.played().empty_word);
    assert_eq!(played(&with), (false, false, false));
    with.routeros = RouterOs::V6_40;
    assert_eq!(played(&with), (true, true, false));
    with.routeros = RouterOs::V7_20;
    assert_eq!(played(&with), (false, false, true));
    let mut journey = vehicle(RouterOs::V7_20);
    let rows = send(&mut journey, &["/ip/route/print", "?comment=tikroam:default"]).rows;
    let flags = ["dynamic", "inactive", "active"].map(|flag| rows[0].iter().any(|(name, _)| *name == flag));
    assert_eq!(flags, [false; 3], "flags only when they are true");
    let rows = send(&mut journey, &["/system/package/print", "?available=true"]).rows;
    assert_eq!(rows.len(), 3);
}
