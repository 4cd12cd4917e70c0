use std::time::Duration;

use super::{drive, settings};
use crate::drive::Drive;
use crate::sim::command::{Answer, Call, Outcome};
use crate::sim::events::{Sender, What};
use crate::sim::settings::{Controller, RouterOs, Settings};
use crate::sim::vehicle::Vehicle;
use crate::sim::witness::Why;

/// Words of a command as a client writes them.
fn send(vehicle: &mut Vehicle, words: &[&str]) -> Answer {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    match vehicle.execute(&Call::read(&words), Sender::Api, None) {
        Outcome::Answer(answer) => answer,
        Outcome::Stream(_) => panic!("{words:?} takes time"),
    }
}

fn refusal(vehicle: &mut Vehicle, words: &[&str]) -> String {
    let answer = send(vehicle, words);
    answer
        .traps
        .first()
        .unwrap_or_else(|| panic!("{words:?} was not refused"))
        .message
        .clone()
}

fn live(vehicle: &mut Vehicle, seconds: u64) {
    vehicle.advance(vehicle.now + Duration::from_secs(seconds));
}

/// The radio that is on this access point is `wlan1`, the other one `wlan2`: fixed by rules with a MAC address.
fn steer(vehicle: &mut Vehicle, radio: &str, bssid: &str) {
    let answer = send(
        vehicle,
        &[
            "/interface/wireless/connect-list/print",
            &format!("?interface={radio}"),
            "=.proplist=.id",
        ],
    );
    for row in answer.rows {
        let (_, id) = &row[0];
        let words = [
            "/interface/wireless/connect-list/set",
            &format!("=.id={id}"),
            &format!("=mac-address={bssid}"),
        ];
        assert!(send(vehicle, &words).traps.is_empty());
    }
}

/// Address and route of a radio, as a person sets them.
fn lead(vehicle: &mut Vehicle, radio: &str, address: &str, gateway: &str) {
    let rows = send(
        vehicle,
        &["/ip/address/print", "?comment=tikroam:wlan1", "=.proplist=.id"],
    )
    .rows;
    let id = format!("=.id={}", rows[0][0].1);
    let network = address.rsplit_once('.').unwrap().0;
    let words = [
        "/ip/address/set",
        &id,
        &format!("=address={address}"),
        &format!("=network={network}.0"),
        &format!("=interface={radio}"),
        "=disabled=no",
    ];
    assert_eq!(send(vehicle, &words).traps, vec![]);
    let rows = send(
        vehicle,
        &["/ip/route/print", "?comment=tikroam:default", "=.proplist=.id"],
    )
    .rows;
    let id = format!("=.id={}", rows[0][0].1);
    let words = [
        "/ip/route/set",
        &id,
        &format!("=gateway={gateway}%{radio}"),
        "=disabled=no",
    ];
    assert_eq!(send(vehicle, &words).traps, vec![]);
}

fn bounce(vehicle: &mut Vehicle, on: bool) {
    let verb = if on {
        "/interface/pptp-client/enable"
    } else {
        "/interface/pptp-client/disable"
    };
    assert!(send(vehicle, &[verb, "=numbers=PPtP_to_Office"]).traps.is_empty());
}

/// Dark seconds of the next so many.
fn dark(vehicle: &mut Vehicle, seconds: u64) -> f64 {
    vehicle.dispatcher = crate::sim::dispatcher::Dispatcher::default();
    live(vehicle, seconds);
    vehicle.dispatcher.dark().seconds
}

/// Two networks, each heard well, one radio on each.
fn apart(settings: Settings) -> Vehicle {
    let mut vehicle = Vehicle::new(settings);
    steer(&mut vehicle, "wlan1", "02:00:00:00:00:01");
    steer(&mut vehicle, "wlan2", "02:00:00:00:00:02");
    live(&mut vehicle, 20);
    vehicle
}

fn two_networks() -> Drive {
    drive(3600, &[(-50, 0..3600), (-50, 0..3600)])
}

#[test]
fn it_is_reached_when_address_route_and_tunnel_fit() {
    let mut vehicle = apart(settings(two_networks()));
    assert_eq!(
        vehicle.dispatcher.dark().reached_percent,
        0.0,
        "nothing leads anywhere yet"
    );
    lead(&mut vehicle, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut vehicle, 10);
    assert!(vehicle.tunnel.running());
    assert!(dark(&mut vehicle, 30) < 1.0);
}

#[test]
fn each_call_is_witnessed_with_the_cause_of_its_darkness() {
    let drive = drive(3600, &[(-50, 0..60), (-60, 0..3600), (-85, 0..3600)]);
    let mut vehicle = apart(settings(drive));
    let last = |vehicle: &Vehicle| *vehicle.witness.list().last().unwrap();
    assert_eq!(last(&vehicle).dark, Some(Why::Lost), "nothing leads anywhere yet");

    lead(&mut vehicle, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut vehicle, 10);
    let reached = last(&vehicle);
    assert_eq!(reached.dark, None);
    assert_eq!(reached.active.map(|(ap, level)| (ap, level.round())), Some((0, -50.0)));
    assert_eq!(reached.standby.map(|(ap, _)| ap), Some(1));
    assert!(reached.other_is_good() && reached.standby_is_good());

    bounce(&mut vehicle, false);
    live(&mut vehicle, 1);
    assert_eq!(last(&vehicle).dark, Some(Why::Off));

    lead(&mut vehicle, "wlan2", "10.10.10.2/24", "10.10.10.1");
    live(&mut vehicle, 1);
    assert_eq!(last(&vehicle).dark, Some(Why::Misfit));

    lead(&mut vehicle, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut vehicle, 40);
    assert_eq!(
        last(&vehicle).dark,
        Some(Why::Lost),
        "the access point is behind the vehicle"
    );
}

#[test]
fn a_swap_with_a_bounce_is_short_and_one_without_lasts_a_minute() {
    let mut vehicle = apart(settings(two_networks()));
    lead(&mut vehicle, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut vehicle, 10);

    bounce(&mut vehicle, false);
    live(&mut vehicle, 1);
    lead(&mut vehicle, "wlan2", "10.20.0.2/24", "10.20.0.1");
    bounce(&mut vehicle, true);
    let after_bounce = dark(&mut vehicle, 90);
    assert!(after_bounce < 3.5, "dark {after_bounce} s");

    lead(&mut vehicle, "wlan1", "10.10.10.2/24", "10.10.10.1");
    let without = dark(&mut vehicle, 120);
    assert!((55.0..=75.0).contains(&without), "dark {without} s");
    let swaps = vehicle
        .events
        .list()
        .into_iter()
        .filter(|event| matches!(event.what, What::Swap { .. }));
    assert_eq!(swaps.count(), 3);
}

#[test]
fn a_route_or_address_of_the_wrong_network_leads_nowhere() {
    let mut vehicle = apart(settings(two_networks()));
    lead(&mut vehicle, "wlan1", "10.20.0.2/24", "10.20.0.1");
    assert_eq!(dark(&mut vehicle, 30), 30.0, "wlan1 is on the other network");
    lead(&mut vehicle, "wlan2", "10.20.0.2/24", "10.20.0.1");
    assert!(dark(&mut vehicle, 30) < 6.0);
}

#[test]
fn one_ssid_on_two_radios_keeps_the_address_and_the_gateway_the_old_radio() {
    // The first and the fourth access point share network and gateway.
    let mut vehicle = Vehicle::new(settings(drive(
        3600,
        &[(-50, 0..3600), (-99, 0..1), (-99, 0..1), (-50, 0..3600)],
    )));
    steer(&mut vehicle, "wlan1", "02:00:00:00:00:01");
    steer(&mut vehicle, "wlan2", "02:00:00:00:00:04");
    live(&mut vehicle, 20);
    lead(&mut vehicle, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut vehicle, 10);
    lead(&mut vehicle, "wlan2", "10.10.10.2/24", "10.10.10.1");
    let silent = dark(&mut vehicle, 60);
    assert!(
        (0.5..=31.0).contains(&silent),
        "dark until the vehicle is heard through the new radio: {silent} s"
    );
    assert!(
        vehicle.tunnel.running(),
        "the session survives: whom the concentrator sees has not changed"
    );

    lead(&mut vehicle, "wlan1", "10.10.10.2/24", "10.10.10.1");
    bounce(&mut vehicle, false);
    bounce(&mut vehicle, true);
    assert!(dark(&mut vehicle, 60) < 3.5, "a dial is heard");
}

#[test]
fn set_address_without_network_keeps_the_old_network() {
    for keeps in [true, false] {
        let mut with = settings(two_networks());
        with.quirks.keeps_network = keeps;
        let mut vehicle = Vehicle::new(with);
        let id = send(&mut vehicle, &["/ip/address/print", "?comment=tikroam:wlan2"]).rows[0][0]
            .1
            .clone();
        send(
            &mut vehicle,
            &["/ip/address/set", &format!("=.id={id}"), "=address=10.20.0.2/24"],
        );
        let rows = send(
            &mut vehicle,
            &["/ip/address/print", "?comment=tikroam:wlan2", "=.proplist=network"],
        )
        .rows;
        let expected = if keeps { "192.0.2.2" } else { "10.20.0.0" };
        assert_eq!(rows, vec![vec![("network", expected.to_owned())]]);
    }
}

#[test]
fn the_same_address_is_refused_as_strictly_as_told() {
    for strict in [true, false] {
        let mut with = settings(two_networks());
        with.quirks.strict_duplicates = strict;
        let mut vehicle = Vehicle::new(with);
        let add = |vehicle: &mut Vehicle, interface: &str| {
            let words = [
                "/ip/address/add",
                "=address=10.20.0.2/24",
                &format!("=interface={interface}"),
            ];
            send(vehicle, &words).traps.first().map(|trap| trap.message.clone())
        };
        let refused = Some("failure: already have such address".to_owned());
        assert_eq!(add(&mut vehicle, "wlan1"), None);
        assert_eq!(add(&mut vehicle, "wlan1"), refused);
        assert_eq!(add(&mut vehicle, "wlan2"), refused.filter(|_| strict));
    }
}

#[test]
fn rows_that_the_router_makes_cannot_be_set() {
    let mut vehicle = apart(settings(two_networks()));
    lead(&mut vehicle, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut vehicle, 10);
    for (menu, what) in [("address", "address"), ("route", "route")] {
        let rows = send(
            &mut vehicle,
            &[&format!("/ip/{menu}/print"), "?dynamic=true", "=.proplist=.id"],
        )
        .rows;
        let id = format!("=.id={}", rows[0][0].1);
        let message = refusal(&mut vehicle, &[&format!("/ip/{menu}/set"), &id, "=comment=mine"]);
        assert_eq!(message, format!("failure: can not change dynamic {what}"));
    }
}

#[test]
fn routes_tell_their_state_as_the_version_does() {
    for version in [RouterOs::V6_49, RouterOs::V7_17] {
        let mut with = settings(two_networks());
        with.routeros = version;
        let mut vehicle = apart(with);
        lead(&mut vehicle, "wlan1", "10.10.10.2/24", "10.10.10.1");
        let mut route = || {
            send(&mut vehicle, &["/ip/route/print", "?comment=tikroam:default"])
                .rows
                .remove(0)
        };
        let row = route();
        let get = |name: &str| {
            row.iter()
                .find(|(have, _)| *have == name)
                .map(|(_, value)| value.as_str())
        };
        assert_eq!(get("active"), Some("true"));
        match version {
            RouterOs::V6_49 => {
                assert_eq!(get("gateway-status"), Some("10.10.10.1%wlan1 reachable via  wlan1"));
                assert_eq!((get("dynamic"), get("routing-table")), (None, None));
            }
            RouterOs::V7_17 => {
                assert_eq!(get("immediate-gw"), Some("10.10.10.1%wlan1"));
                assert_eq!((get("inactive"), get("routing-table")), (Some("false"), Some("main")));
            }
        }
        lead(&mut vehicle, "wlan2", "10.10.10.2/24", "10.99.99.1");
        let row = send(&mut vehicle, &["/ip/route/print", "?comment=tikroam:default"])
            .rows
            .remove(0);
        let active = row
            .iter()
            .find(|(name, _)| *name == "active")
            .map(|(_, value)| value.as_str());
        assert_ne!(active, Some("true"), "accepted, but not active");
    }
}

#[test]
fn refusals_are_word_for_word() {
    let mut vehicle = Vehicle::new(settings(two_networks()));
    assert_eq!(
        refusal(&mut vehicle, &["/ip/address/remove", "=.id=*FF"]),
        "no such item"
    );
    assert_eq!(
        refusal(&mut vehicle, &["/ip/address/print", "=thr-rtt-max=1"]),
        "unknown parameter"
    );
    let add = ["/ip/address/add", "=address=10.9.0.1/24", "=interface=wlan9"];
    assert_eq!(
        refusal(&mut vehicle, &add),
        "input does not match any value of interface"
    );
    let traps = send(&mut vehicle, &["/aasasa/print"]).traps;
    let messages: Vec<(Option<u8>, &str)> = traps
        .iter()
        .map(|trap| (trap.category, trap.message.as_str()))
        .collect();
    let expected = [
        (Some(0), "no such command or directory (aasasa)"),
        (None, "no such command prefix"),
    ];
    assert_eq!(messages, expected);
    let call = Call::read(&[
        "/ip/address/add".into(),
        "=address=1.2.3.4/24".into(),
        "=interface=ether1".into(),
    ]);
    let Outcome::Answer(answer) = vehicle.execute(&call, Sender::Api, Some(&["read".into()])) else {
        panic!()
    };
    assert_eq!(answer.traps[0].message, "not enough permissions (9)");
    let mut with = settings(two_networks());
    with.routeros = RouterOs::V7_17;
    let mut seven = Vehicle::new(with);
    assert_eq!(
        refusal(&mut seven, &["/ip/address/print", "=thr-rtt-max=1"]),
        "unknown parameter thr-rtt-max"
    );
    assert_eq!(
        refusal(&mut seven, &["/ip/route/add", "=routing-mark=x"]),
        "unknown parameter routing-mark"
    );
}

#[test]
fn a_rule_is_placed_where_it_is_told() {
    let mut vehicle = Vehicle::new(settings(two_networks()));
    let menu = "/interface/wireless/connect-list";
    let add = |vehicle: &mut Vehicle, before: &str| {
        let words = [
            &format!("{menu}/add"),
            "=interface=wlan2",
            "=comment=tikroam:hunt:wlan2",
            "=disabled=yes",
            before,
        ];
        send(vehicle, &words).ret.unwrap()
    };
    let id = add(&mut vehicle, "=place-before=*1");
    let order = |vehicle: &mut Vehicle| -> Vec<String> {
        let rows = send(vehicle, &[&format!("{menu}/print"), "=.proplist=.id"]).rows;
        rows.into_iter().map(|mut row| row.remove(0).1).collect()
    };
    assert_eq!(order(&mut vehicle)[..2], [id.clone(), "*1".to_owned()]);
    send(
        &mut vehicle,
        &[&format!("{menu}/move"), &format!("=numbers={id}"), "=destination=*3"],
    );
    assert_eq!(order(&mut vehicle)[..4], ["*1", "*2", &id, "*3"]);
    let row = send(&mut vehicle, &[&format!("{menu}/print"), &format!("=.id={id}")])
        .rows
        .remove(0);
    let get = |name: &str| {
        row.iter()
            .find(|(have, _)| *have == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(
        (get("mac-address"), get("signal-range")),
        (Some("00:00:00:00:00:00"), Some("-120..120"))
    );
}

#[test]
fn a_scan_takes_the_radio_unless_in_the_background() {
    let mut vehicle = apart(settings(two_networks()));
    let scan = |vehicle: &mut Vehicle, background: &str| {
        let words = ["/interface/wireless/scan", "=number=wlan2", background, "=duration=2"].map(String::from);
        vehicle.execute(&Call::read(&words), Sender::Api, None)
    };
    let Outcome::Stream(mut stream) = scan(&mut vehicle, "=background=yes") else {
        panic!("refused")
    };
    assert!(vehicle.stations[1].authenticated().is_some());
    live(&mut vehicle, 1);
    assert!(stream.turn(&mut vehicle).again.is_some());
    live(&mut vehicle, 1);
    assert!(stream.turn(&mut vehicle).again.is_none(), "two seconds are over");

    let Outcome::Stream(mut stream) = scan(&mut vehicle, "=background=no") else {
        panic!("refused")
    };
    assert!(vehicle.stations[1].joined().is_none());
    let Outcome::Answer(answer) = scan(&mut vehicle, "=background=yes") else {
        panic!("a radio without association")
    };
    assert_eq!(answer.traps.len(), 1);
    live(&mut vehicle, 5);
    assert!(
        vehicle.stations[1].joined().is_none(),
        "nobody has looked at the end of the scan yet"
    );
    stream.turn(&mut vehicle);
    live(&mut vehicle, 10);
    assert!(
        vehicle.stations[1].authenticated().is_some(),
        "it searches again by itself"
    );
}

#[test]
fn a_power_cut_starts_everything_anew() {
    let mut vehicle = apart(settings(two_networks()));
    lead(&mut vehicle, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut vehicle, 10);
    let id = |vehicle: &mut Vehicle| {
        send(
            vehicle,
            &["/ip/route/print", "?comment=tikroam:default", "=.proplist=.id"],
        )
        .rows[0][0]
            .1
            .clone()
    };
    let before = id(&mut vehicle);
    vehicle.power_cut();
    assert_eq!(dark(&mut vehicle, 20), 20.0);
    vehicle.power_back();
    assert!(vehicle.stations.iter().all(|station| station.joined().is_none()));
    assert_ne!(id(&mut vehicle), before);
    live(&mut vehicle, 60);
    assert!(dark(&mut vehicle, 10) < 1.0, "what was written survives");
}

#[test]
fn the_controllers_on_the_box_reach_the_office() {
    for controller in [Controller::Script, Controller::SingleRadio] {
        // The first network ends where the second begins.
        let mut with = settings(drive(200, &[(-55, 0..100), (-60, 60..200)]));
        with.controller = controller;
        let mut vehicle = Vehicle::new(with);
        live(&mut vehicle, 190);
        let figures = vehicle.dispatcher.dark();
        assert!(
            (60.0..98.0).contains(&figures.reached_percent),
            "{controller:?}: {figures:?}"
        );
        assert!(figures.trace.last().unwrap().1, "{controller:?} is reached in the end");
    }
}

#[test]
fn the_air_is_the_same_whatever_is_done() {
    let log = || drive(600, &[(-60, 0..600), (-70, 0..600), (-80, 0..600)]);
    let (mut idle, mut busy) = (Vehicle::new(settings(log())), apart(settings(log())));
    live(&mut idle, 100);
    for _ in 0..80 {
        send(&mut busy, &["/interface/wireless/registration-table/print"]);
        live(&mut busy, 1);
    }
    assert_eq!(idle.now, busy.now);
    assert_eq!(idle.air.scan(0, idle.now), busy.air.scan(0, busy.now));
    assert_eq!(idle.air.level(2, 1, idle.now), busy.air.level(2, 1, busy.now));
}

#[test]
fn menus_of_scripts_are_as_rude_as_the_others() {
    for version in [RouterOs::V6_49, RouterOs::V7_17] {
        let mut settings = settings(drive(60, &[(-55, 0..60)]));
        settings.routeros = version;
        let mut vehicle = Vehicle::new(settings);
        let script = ["/system/script/add", "=name=swap", "=source=/ip route print\r\n"];
        assert_eq!(send(&mut vehicle, &script).ret.as_deref(), Some("*1"));
        assert_eq!(
            refusal(&mut vehicle, &script),
            "failure: already have script with such name"
        );
        assert_eq!(
            refusal(&mut vehicle, &["/system/script/disable", "=numbers=swap"]),
            "no such command",
            "a script cannot be disabled"
        );
        let rows = send(
            &mut vehicle,
            &["/system/script/print", "=.proplist=name,source,disabled"],
        )
        .rows;
        assert_eq!(
            rows,
            [[
                ("name", "swap".to_owned()),
                ("source", "/ip route print\r\n".to_owned())
            ]]
        );
        send(
            &mut vehicle,
            &["/system/scheduler/add", "=name=each", "=on-event=swap", "=interval=5s"],
        );
        send(&mut vehicle, &["/system/scheduler/disable", "=numbers=each"]);
        let rows = send(
            &mut vehicle,
            &["/system/scheduler/print", "?disabled=true", "=.proplist=on-event"],
        )
        .rows;
        assert_eq!(rows, [[("on-event", "swap".to_owned())]]);
        assert_eq!(
            refusal(&mut vehicle, &["/tool/netwatch/add", "=down-script=swap"]),
            "missing value(s) of argument(s) host"
        );
        let words: Vec<String> = ["/system/script/print".to_owned()].into();
        let policies = ["api".to_owned(), "write".to_owned()];
        match vehicle.execute(&Call::read(&words), Sender::Api, Some(&policies)) {
            Outcome::Answer(answer) => assert_eq!(answer.traps[0].message, "not enough permissions (9)"),
            Outcome::Stream(_) => panic!("a print takes no time"),
        }
    }
}

/// The value of a property of the only row that a print with this query shows.
fn value(vehicle: &mut Vehicle, menu: &str, query: &str, name: &str) -> Option<String> {
    let mut rows = send(vehicle, &[&format!("{menu}/print"), query]).rows;
    assert_eq!(rows.len(), 1, "{menu} {query}");
    let row = rows.remove(0).into_iter();
    row.clone().find(|(have, _)| *have == name).map(|(_, value)| value)
}

/// The radio over which the way to the office leads.
fn way_by(vehicle: &Vehicle) -> Option<String> {
    vehicle.way().map(|way| vehicle.stations[way.radio].name.clone())
}

#[test]
fn a_rival_default_route_leads_when_its_distance_is_lower_or_shares_when_it_is_equal() {
    for version in [RouterOs::V6_49, RouterOs::V7_17] {
        let mut with = settings(two_networks());
        with.routeros = version;
        let mut vehicle = apart(with);
        lead(&mut vehicle, "wlan1", "10.10.10.2/24", "10.10.10.1");
        let address = [
            "/ip/address/add",
            "=address=10.20.0.2/24",
            "=network=10.20.0.0",
            "=interface=wlan2",
        ];
        assert!(send(&mut vehicle, &address).traps.is_empty());
        let id = value(&mut vehicle, "/ip/route", "?comment=tikroam:default", ".id").unwrap();
        let managed = format!("=numbers={id}");
        assert!(
            send(&mut vehicle, &["/ip/route/set", &managed, "=distance=5"])
                .traps
                .is_empty()
        );
        let active = |vehicle: &mut Vehicle, comment: &str| {
            let query = format!("?comment={comment}");
            value(vehicle, "/ip/route", &query, "active").as_deref() == Some("true")
        };
        let rival = [
            "/ip/route/add",
            "=gateway=10.20.0.1%wlan2",
            "=distance=9",
            "=comment=rival",
        ];
        let id = send(&mut vehicle, &rival).ret.unwrap();
        assert_eq!(way_by(&vehicle).as_deref(), Some("wlan1"), "a higher distance waits");
        assert!(active(&mut vehicle, "tikroam:default") && !active(&mut vehicle, "rival"));

        let id = format!("=numbers={id}");
        assert!(
            send(&mut vehicle, &["/ip/route/set", &id, "=distance=4"])
                .traps
                .is_empty()
        );
        assert_eq!(way_by(&vehicle).as_deref(), Some("wlan2"), "a lower distance leads");
        assert!(!active(&mut vehicle, "tikroam:default") && active(&mut vehicle, "rival"));

        assert!(
            send(&mut vehicle, &["/ip/route/set", &id, "=distance=5"])
                .traps
                .is_empty()
        );
        let first = way_by(&vehicle).unwrap();
        live(&mut vehicle, 10);
        assert_eq!(way_by(&vehicle), Some(first), "one flow stays on one of the two");
        assert!(active(&mut vehicle, "tikroam:default") && active(&mut vehicle, "rival"));
    }
}

#[test]
fn what_a_person_disables_is_off() {
    let mut vehicle = apart(settings(two_networks()));
    lead(&mut vehicle, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut vehicle, 10);
    assert!(dark(&mut vehicle, 5) < 1.0);
    bounce(&mut vehicle, false);
    live(&mut vehicle, 2);
    assert_eq!(dark(&mut vehicle, 5), 5.0);
    let tunnel =
        |vehicle: &mut Vehicle, name: &str| value(vehicle, "/interface/pptp-client", "?name=PPtP_to_Office", name);
    assert_eq!(tunnel(&mut vehicle, "disabled").as_deref(), Some("true"));
    assert_eq!(tunnel(&mut vehicle, "running").as_deref(), Some("false"));
    bounce(&mut vehicle, true);
    live(&mut vehicle, 10);
    assert_eq!(tunnel(&mut vehicle, "running").as_deref(), Some("true"));

    assert!(
        send(&mut vehicle, &["/interface/wireless/disable", "=numbers=wlan1"])
            .traps
            .is_empty()
    );
    assert_eq!(dark(&mut vehicle, 5), 5.0);
    let radio = |vehicle: &mut Vehicle, name: &str| value(vehicle, "/interface", "?name=wlan1", name);
    assert_eq!(radio(&mut vehicle, "disabled").as_deref(), Some("true"));
    assert_eq!(radio(&mut vehicle, "running").as_deref(), Some("false"));
    let monitor = ["/interface/wireless/monitor", "=numbers=wlan1", "=once="];
    assert_eq!(send(&mut vehicle, &monitor).rows, [[("status", "disabled".to_owned())]]);
    assert_eq!(
        send(&mut vehicle, &["/interface/wireless/registration-table/print"])
            .rows
            .len(),
        1
    );
    let active = value(&mut vehicle, "/ip/route", "?comment=tikroam:default", "active");
    assert_ne!(active.as_deref(), Some("true"));
    assert!(
        send(&mut vehicle, &["/interface/enable", "=numbers=wlan1"])
            .traps
            .is_empty()
    );
    live(&mut vehicle, 10);
    assert_eq!(radio(&mut vehicle, "running").as_deref(), Some("true"));
}
