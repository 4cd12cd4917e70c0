//! What other people's clients and a technician ask for.

use std::time::Duration;

use super::{apart, lead, live, refusal, send, settings, two_networks, value};
use crate::sim::access::User;
use crate::sim::journey::Journey;
use crate::sim::router::call::{Answer, Call};
use crate::sim::router::stream::{Outcome, Stream};
use crate::sim::router::tables::Fields;
use crate::sim::router::users;
use crate::sim::settings::RouterOs;
use crate::sim::world::events::Sender;

fn call(words: &[&str]) -> Call {
    Call::read(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// What someone with these policies gets.
fn as_one(journey: &mut Journey, policies: &[&str], words: &[&str]) -> Answer {
    let policies: Vec<String> = policies.iter().map(ToString::to_string).collect();
    match journey.vehicle.execute(&call(words), Sender::Api, Some(&policies)) {
        Outcome::Answer(answer) => answer,
        Outcome::Stream(_) => panic!("{words:?} takes time"),
    }
}

fn stream(journey: &mut Journey, words: &[&str]) -> Stream {
    match journey.vehicle.execute(&call(words), Sender::Api, None) {
        Outcome::Stream(stream) => *stream,
        Outcome::Answer(answer) => panic!("{words:?} is over: {answer:?}"),
    }
}

fn get<'a>(row: &'a Fields, name: &str) -> Option<&'a str> {
    row.iter()
        .find(|(have, _)| *have == name)
        .map(|(_, value)| value.as_str())
}

#[test]
fn a_user_is_read_from_the_command_line() {
    let user: User = "tikroam:a:b:api,read".parse().unwrap();
    assert_eq!((user.name.as_str(), user.password.as_str()), ("tikroam", "a:b"));
    assert_eq!(user.policies, ["api", "read"]);
    for wrong in ["tikroam", "tikroam:x", ":x:api", "tikroam:x:api,fly"] {
        assert!(wrong.parse::<User>().is_err(), "{wrong}");
    }
}

#[test]
fn users_are_rows_that_only_the_policy_policy_changes() {
    for version in [RouterOs::V6_49, RouterOs::V7_17] {
        let mut with = settings(two_networks());
        with.routeros = version;
        let mut journey = Journey::new(&with);
        let writer = ["api", "read", "write"];
        let group = ["/user/group/add", "=name=swap", "=policy=api,read,write,test"];
        let refused = as_one(&mut journey, &writer, &group).traps;
        assert_eq!(refused[0].message, "not enough permissions (9)");
        assert!(
            as_one(&mut journey, &["read", "write", "policy"], &group)
                .traps
                .is_empty()
        );
        assert_eq!(
            refusal(&mut journey, &group),
            "failure: already have group with such name"
        );
        let add = [
            "/user/add",
            "=name=tikroam",
            "=password=secret",
            "=group=swap",
            "=address=192.168.88.0/24",
        ];
        assert!(send(&mut journey, &add).traps.is_empty());
        assert_eq!(
            refusal(&mut journey, &["/user/add", "=name=x", "=group=nobody"]),
            "input does not match any value of group"
        );
        assert_eq!(value(&mut journey, "/user", "?name=tikroam", "password"), None);

        let admitted = |journey: &Journey, from: &str| {
            users::admitted(
                &journey.vehicle.tables,
                "tikroam",
                |right| right == "secret",
                from.parse().unwrap(),
            )
        };
        assert_eq!(
            admitted(&journey, "192.168.88.7").unwrap(),
            ["read", "write", "test", "api"]
        );
        assert_eq!(admitted(&journey, "10.0.0.7"), None);
        // What a change does not name stays.
        let set = ["/user/group/set", "=numbers=swap", "=policy=!test,reboot"];
        assert!(send(&mut journey, &set).traps.is_empty());
        assert_eq!(
            admitted(&journey, "192.168.88.7").unwrap(),
            ["reboot", "read", "write", "api"]
        );
        send(&mut journey, &["/user/disable", "=numbers=tikroam"]);
        assert_eq!(admitted(&journey, "192.168.88.7"), None);
    }
}

#[test]
fn keys_are_shown_to_those_with_the_policy_sensitive() {
    let mut journey = Journey::new(&settings(two_networks()));
    let print = ["/interface/wireless/security-profiles/print", "?name=testssid1"];
    let key = |policies: &[&str], journey: &mut Journey| {
        get(&as_one(journey, policies, &print).rows[0], "wpa2-pre-shared-key").map(String::from)
    };
    assert!(key(&["read", "sensitive"], &mut journey).is_some());
    assert_eq!(key(&["read"], &mut journey), None);
    let guess = ["/interface/wireless/security-profiles/print", "?>wpa2-pre-shared-key="];
    assert!(
        as_one(&mut journey, &["read"], &guess).rows.is_empty(),
        "a query says nothing either"
    );
}

#[test]
fn each_command_needs_its_policy() {
    let mut journey = Journey::new(&settings(two_networks()));
    let cases: [(&[&str], &str); 5] = [
        (&["/interface/print"], "read"),
        (&["/interface/monitor-traffic", "=interface=wlan1", "=once="], "read"),
        (&["/interface/ethernet/monitor", "=numbers=0", "=once="], "read"),
        (&["/ip/address/listen"], "read"),
        (&["/ping", "=address=192.168.88.1", "=count=1"], "test"),
    ];
    for (words, policy) in cases {
        let others: Vec<&str> = ["read", "write", "test", "policy"]
            .into_iter()
            .filter(|one| *one != policy)
            .collect();
        let traps = as_one(&mut journey, &others, words).traps;
        assert_eq!(traps[0].message, "not enough permissions (9)", "{words:?}");
    }
}

#[test]
fn listening_reports_what_comes_changes_and_goes() {
    let mut journey = apart(settings(two_networks()));
    let mut addresses = stream(&mut journey, &["/ip/address/listen"]);
    let mut radios = stream(&mut journey, &["/interface/wireless/registration-table/listen"]);
    let turn = |stream: &mut Stream, journey: &mut Journey| {
        live(journey, 1);
        let turned = stream.turn(&mut journey.vehicle);
        assert!(turned.again.is_some(), "it never ends by itself");
        turned.rows
    };
    assert!(
        turn(&mut addresses, &mut journey).is_empty(),
        "what was there before is not sent"
    );
    assert!(turn(&mut radios, &mut journey).is_empty());
    let add = ["/ip/address/add", "=address=192.0.2.200/25", "=interface=ether1"];
    let id = send(&mut journey, &add).ret.unwrap();
    let rows = turn(&mut addresses, &mut journey);
    assert_eq!((rows.len(), get(&rows[0], "address")), (1, Some("192.0.2.200/25")));
    send(
        &mut journey,
        &["/ip/address/set", &format!("=.id={id}"), "=comment=mine"],
    );
    assert_eq!(get(&turn(&mut addresses, &mut journey)[0], "comment"), Some("mine"));
    assert!(turn(&mut addresses, &mut journey).is_empty());
    send(&mut journey, &["/ip/address/remove", &format!("=.id={id}")]);
    let dead = vec![(".id", id), (".dead", "true".to_owned())];
    assert_eq!(turn(&mut addresses, &mut journey), [dead]);

    assert!(
        turn(&mut radios, &mut journey).is_empty(),
        "signals and counters alone are no change"
    );
    send(&mut journey, &["/interface/wireless/disable", "=numbers=wlan2"]);
    assert_eq!(get(&turn(&mut radios, &mut journey)[0], ".dead"), Some("true"));
}

#[test]
fn a_print_with_an_interval_says_each_time_that_there_is_nothing() {
    let mut journey = Journey::new(&settings(two_networks()));
    assert_eq!(
        refusal(&mut journey, &["/ip/pool/print", "=interval=100ms"]),
        "value of interval out of range (00:00:00.200..)"
    );
    let mut pools = stream(&mut journey, &["/ip/pool/print", "=interval=1s", "?name=none"]);
    for _ in 0..3 {
        let turned = pools.turn(&mut journey.vehicle);
        assert!(turned.rows.is_empty() && turned.empty && turned.again.is_some());
        live(&mut journey, 1);
    }
}

#[test]
fn a_monitor_takes_a_place_in_the_list() {
    let mut journey = apart(settings(two_networks()));
    let bssid = |journey: &mut Journey, numbers: &str| {
        let words = ["/interface/wireless/monitor", &format!("=numbers={numbers}"), "=once="];
        get(&send(journey, &words).rows[0], "bssid").map(String::from)
    };
    let second = bssid(&mut journey, "1");
    assert!(second.is_some());
    assert_eq!(second, bssid(&mut journey, "wlan2"));
    assert_eq!(
        refusal(&mut journey, &["/interface/wireless/monitor", "=numbers=2", "=once="]),
        "no such item"
    );
    let wire = send(&mut journey, &["/interface/ethernet/monitor", "=numbers=0", "=once="]).rows;
    assert_eq!(
        (get(&wire[0], "status"), get(&wire[0], "rate")),
        (Some("link-ok"), Some("100Mbps"))
    );
}

#[test]
fn counters_count_on_the_active_radio() {
    let mut journey = apart(settings(two_networks()));
    let count = |journey: &mut Journey, name: &str| -> u64 {
        value(journey, "/interface", &format!("?name={name}"), "rx-packet")
            .unwrap()
            .parse()
            .unwrap()
    };
    assert_eq!(count(&mut journey, "wlan1"), 0);
    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 20);
    let first = count(&mut journey, "wlan1");
    live(&mut journey, 5);
    assert!(first > 0 && count(&mut journey, "wlan1") > first);
    assert_eq!(count(&mut journey, "wlan2"), 0);
    let words = ["/interface/monitor-traffic", "=interface=wlan1,wlan2", "=once="];
    let rows = send(&mut journey, &words).rows;
    assert_ne!(get(&rows[0], "rx-bits-per-second"), Some("0"));
    assert_eq!(get(&rows[1], "rx-bits-per-second"), Some("0"));
    let mut traffic = stream(
        &mut journey,
        &["/interface/monitor-traffic", "=interface=wlan1", "=duration=2s"],
    );
    let sections: Vec<Option<String>> = (0..3)
        .map(|_| {
            let rows = traffic.turn(&mut journey.vehicle).rows;
            journey.advance(journey.vehicle.now + Duration::from_secs(1));
            get(&rows[0], ".section").map(String::from)
        })
        .collect();
    assert_eq!(sections, ["0", "1", "2"].map(|section| Some(section.to_owned())));
}

#[test]
fn health_is_one_row_in_6_and_a_row_for_each_sensor_in_7() {
    for (version, rows) in [(RouterOs::V6_49, 1), (RouterOs::V7_17, 2)] {
        let mut with = settings(two_networks());
        with.routeros = version;
        let mut journey = Journey::new(&with);
        let health = send(&mut journey, &["/system/health/print"]).rows;
        assert_eq!(health.len(), rows);
        assert_eq!(get(&health[0], "voltage").is_some(), version == RouterOs::V6_49);
        let leases = ["/ip/dhcp-server/lease/print", "=active="];
        assert_eq!(send(&mut journey, &leases).rows.len(), 1);
        let rules = ["/ip/firewall/filter/print", "=chain=forward"];
        assert!(send(&mut journey, &rules).rows.is_empty());
    }
}
