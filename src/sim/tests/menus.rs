use super::{apart, drive, lead, live, refusal, send, settings, two_networks};
use crate::sim::journey::Journey;
use crate::sim::router::call::Call;
use crate::sim::router::stream::Outcome;
use crate::sim::settings::RouterOs;
use crate::sim::world::events::Sender;

#[test]
fn set_address_without_network_keeps_the_old_network() {
    for keeps in [true, false] {
        let mut with = settings(two_networks());
        with.quirks.keeps_network = keeps;
        let mut journey = Journey::new(&with);
        let id = send(&mut journey, &["/ip/address/print", "?comment=tikroam:wlan2"]).rows[0][0]
            .1
            .clone();
        send(
            &mut journey,
            &["/ip/address/set", &format!("=.id={id}"), "=address=10.20.0.2/24"],
        );
        let rows = send(
            &mut journey,
            &["/ip/address/print", "?comment=tikroam:wlan2", "=.proplist=network"],
        )
        .rows;
        let expected = if keeps { "192.0.2.2" } else { "10.20.0.0" };
        assert_eq!(rows, vec![vec![("network", expected.to_owned())]]);
    }
}

#[test]
fn the_same_address_is_refused_everywhere_or_on_its_interface() {
    for strict in [true, false] {
        let mut with = settings(two_networks());
        with.quirks.strict_duplicates = strict;
        let mut journey = Journey::new(&with);
        let add = |journey: &mut Journey, interface: &str| {
            let words = [
                "/ip/address/add",
                "=address=10.20.0.2/24",
                &format!("=interface={interface}"),
            ];
            send(journey, &words).traps.first().map(|trap| trap.message.clone())
        };
        let refused = Some("failure: already have such address".to_owned());
        assert_eq!(add(&mut journey, "wlan1"), None);
        assert_eq!(add(&mut journey, "wlan1"), refused);
        assert_eq!(add(&mut journey, "wlan2"), refused.filter(|_| strict));
    }
}

#[test]
fn rows_that_the_router_makes_cannot_be_set() {
    let mut journey = apart(settings(two_networks()));
    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 10);
    for (menu, what) in [("address", "address"), ("route", "route")] {
        let rows = send(
            &mut journey,
            &[&format!("/ip/{menu}/print"), "?dynamic=true", "=.proplist=.id"],
        )
        .rows;
        let id = format!("=.id={}", rows[0][0].1);
        let message = refusal(&mut journey, &[&format!("/ip/{menu}/set"), &id, "=comment=mine"]);
        assert_eq!(message, format!("failure: can not change dynamic {what}"));
    }
}

#[test]
fn routes_show_their_state_as_the_version_does() {
    for version in [RouterOs::V6_49, RouterOs::V7_17] {
        let mut with = settings(two_networks());
        with.routeros = version;
        let mut journey = apart(with);
        lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
        let mut route = || {
            send(&mut journey, &["/ip/route/print", "?comment=tikroam:default"])
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
            _ => {
                assert_eq!(get("immediate-gw"), Some("10.10.10.1%wlan1"));
                assert_eq!((get("inactive"), get("routing-table")), (Some("false"), Some("main")));
            }
        }
        lead(&mut journey, "wlan2", "10.10.10.2/24", "10.99.99.1");
        let row = send(&mut journey, &["/ip/route/print", "?comment=tikroam:default"])
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
    let mut journey = Journey::new(&settings(two_networks()));
    assert_eq!(
        refusal(&mut journey, &["/ip/address/remove", "=.id=*FF"]),
        "no such item"
    );
    assert_eq!(
        refusal(&mut journey, &["/ip/address/print", "=thr-rtt-max=1"]),
        "unknown parameter"
    );
    let add = ["/ip/address/add", "=address=10.9.0.1/24", "=interface=wlan9"];
    assert_eq!(
        refusal(&mut journey, &add),
        "input does not match any value of interface"
    );
    let traps = send(&mut journey, &["/aasasa/print"]).traps;
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
    let Outcome::Answer(answer) = journey.vehicle.execute(&call, Sender::Api, Some(&["read".into()])) else {
        panic!()
    };
    assert_eq!(answer.traps[0].message, "not enough permissions (9)");
    let mut with = settings(two_networks());
    with.routeros = RouterOs::V7_17;
    let mut seven = Journey::new(&with);
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
fn a_rule_is_placed_before_another() {
    let mut journey = Journey::new(&settings(two_networks()));
    let menu = "/interface/wireless/connect-list";
    let add = |journey: &mut Journey, before: &str| {
        let words = [
            &format!("{menu}/add"),
            "=interface=wlan2",
            "=comment=tikroam:hunt:wlan2",
            "=disabled=yes",
            before,
        ];
        send(journey, &words).ret.unwrap()
    };
    let id = add(&mut journey, "=place-before=*1");
    let order = |journey: &mut Journey| -> Vec<String> {
        let rows = send(journey, &[&format!("{menu}/print"), "=.proplist=.id"]).rows;
        rows.into_iter().map(|mut row| row.remove(0).1).collect()
    };
    assert_eq!(order(&mut journey)[..2], [id.clone(), "*1".to_owned()]);
    send(
        &mut journey,
        &[&format!("{menu}/move"), &format!("=numbers={id}"), "=destination=*3"],
    );
    assert_eq!(order(&mut journey)[..4], ["*1", "*2", &id, "*3"]);
    let row = send(&mut journey, &[&format!("{menu}/print"), &format!("=.id={id}")])
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
fn menus_of_scripts_are_as_rude_as_the_others() {
    for version in [RouterOs::V6_49, RouterOs::V7_17] {
        let mut settings = settings(drive(60, &[(-55, 0..60)]));
        settings.routeros = version;
        let mut journey = Journey::new(&settings);
        let script = ["/system/script/add", "=name=swap", "=source=/ip route print\r\n"];
        assert_eq!(send(&mut journey, &script).ret.as_deref(), Some("*1"));
        assert_eq!(
            refusal(&mut journey, &script),
            "failure: already have script with such name"
        );
        assert_eq!(
            refusal(&mut journey, &["/system/script/disable", "=numbers=swap"]),
            "no such command",
            "a script cannot be disabled"
        );
        let rows = send(
            &mut journey,
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
            &mut journey,
            &["/system/scheduler/add", "=name=each", "=on-event=swap", "=interval=5s"],
        );
        send(&mut journey, &["/system/scheduler/disable", "=numbers=each"]);
        let rows = send(
            &mut journey,
            &["/system/scheduler/print", "?disabled=true", "=.proplist=on-event"],
        )
        .rows;
        assert_eq!(rows, [[("on-event", "swap".to_owned())]]);
        assert_eq!(
            refusal(&mut journey, &["/tool/netwatch/add", "=down-script=swap"]),
            "missing value(s) of argument(s) host"
        );
        let words: Vec<String> = ["/system/script/print".to_owned()].into();
        let policies = ["api".to_owned(), "write".to_owned()];
        match journey
            .vehicle
            .execute(&Call::read(&words), Sender::Api, Some(&policies))
        {
            Outcome::Answer(answer) => assert_eq!(answer.traps[0].message, "not enough permissions (9)"),
            Outcome::Stream(_) => panic!("a print takes no time"),
        }
    }
}
