use std::time::Duration;

use super::{apart, lead, live, settings, two_networks};
use crate::sim::journey::{Journey, STEP};
use crate::sim::router::call::Call;
use crate::sim::router::stream::Outcome;
use crate::sim::router::tables::Fields;
use crate::sim::settings::LostPing;
use crate::sim::world::clock::At;
use crate::sim::world::events::Sender;

/// Every row of a ping, and when it came.
fn pinged(journey: &mut Journey, words: &[&str]) -> Vec<(At, Fields)> {
    let words: Vec<String> = [&["/ping"], words].concat().iter().map(ToString::to_string).collect();
    let Outcome::Stream(mut stream) = journey.vehicle.execute(&Call::read(&words), Sender::Api, None) else {
        panic!("{words:?} was refused");
    };
    let (begun, mut rows) = (journey.vehicle.now, Vec::new());
    loop {
        let turned = stream.turn(&mut journey.vehicle);
        let at = journey.vehicle.now - begun;
        rows.extend(turned.rows.into_iter().map(|row| (at, row)));
        if turned.again.is_none() {
            return rows;
        }
        journey.advance(journey.vehicle.now + STEP);
    }
}

fn get<'a>(row: &'a Fields, name: &str) -> Option<&'a str> {
    row.iter()
        .find(|(have, _)| *have == name)
        .map(|(_, value)| value.as_str())
}

fn reached() -> Journey {
    let mut journey = apart(settings(two_networks()));
    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 10);
    journey
}

#[test]
fn replies_come_soon_and_losses_one_interval_later() {
    let mut journey = reached();
    let rows = pinged(&mut journey, &["=address=10.10.10.1", "=interval=200ms", "=count=4"]);
    for (seq, (at, row)) in (0..).zip(&rows) {
        let sent = Duration::from_millis(200) * seq;
        assert!(
            (sent..=sent + Duration::from_millis(60)).contains(at),
            "{seq} at {at:?}"
        );
        assert!(get(row, "time").is_some() && get(row, "status").is_none(), "{row:?}");
    }
    let rows = pinged(&mut journey, &["=address=10.10.10.99", "=interval=200ms", "=count=4"]);
    for (seq, (at, row)) in (1..).zip(&rows) {
        let certain = Duration::from_millis(200) * seq;
        assert!((certain..=certain + STEP).contains(at), "{seq} at {at:?}");
        assert_eq!((get(row, "status"), get(row, "received")), (Some("timeout"), Some("0")));
    }
    assert_eq!(rows.len(), 4);
}

#[test]
fn a_lost_ping_may_have_other_words() {
    for (words, expected) in [
        (LostPing::Timeout, Some("timeout")),
        (LostPing::OtherWords, Some("no reply")),
        (LostPing::NoStatus, None),
    ] {
        let mut journey = reached();
        journey.vehicle.quirks.lost_ping = words;
        let rows = pinged(&mut journey, &["=address=10.10.10.99", "=count=1"]);
        let (_, row) = &rows[0];
        assert_eq!(
            (get(row, "status"), get(row, "time"), get(row, "received")),
            (expected, None, Some("0"))
        );
    }
}

#[test]
fn a_ping_by_arp_needs_an_interface_and_shows_the_gateways_mac_address() {
    let mut journey = reached();
    let words = [
        "=address=10.10.10.1",
        "=arp-ping=yes",
        "=interface=wlan1",
        "=interval=20ms",
        "=count=20",
    ];
    let rows = pinged(&mut journey, &words);
    assert_eq!(rows.len(), 20);
    let (_, last) = rows.last().unwrap();
    assert_eq!(
        (get(last, "host"), get(last, "received")),
        (Some("02:AA:BB:CC:DD:EE"), Some("20"))
    );
    let elsewhere = ["=address=10.10.10.1", "=arp-ping=yes", "=interface=wlan2", "=count=1"];
    let (_, row) = &pinged(&mut journey, &elsewhere)[0];
    assert_eq!(get(row, "received"), Some("0"), "wlan2 has no address there");
    let call = Call::read(&["/ping", "=address=10.10.10.1", "=arp-ping=yes"].map(String::from));
    let Outcome::Answer(answer) = journey.vehicle.execute(&call, Sender::Api, None) else {
        panic!("not refused");
    };
    assert_eq!(answer.traps.len(), 1);
}

#[test]
fn a_hurried_client_writes_and_reads_its_own_time() {
    let mut with = settings(two_networks());
    with.speed = 8.0;
    let mut journey = apart(with);
    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 10);
    let rows = pinged(&mut journey, &["=address=10.10.10.1", "=interval=25ms", "=count=4"]);
    for (seq, (at, row)) in (0..).zip(&rows) {
        let sent = Duration::from_millis(200) * seq;
        assert!(
            (sent..=sent + Duration::from_millis(60)).contains(at),
            "{seq} at {at:?}"
        );
        let trip = get(row, "time").unwrap().trim_end_matches("ms").parse::<u64>().unwrap();
        assert!(trip <= 60 / 8, "{row:?}");
    }
    let scan = Call::read(&["/interface/wireless/scan", "=.id=wlan2", "=duration=250ms"].map(String::from));
    let Outcome::Stream(mut scan) = journey.vehicle.execute(&scan, Sender::Api, None) else {
        panic!("the scan was refused");
    };
    let begun = journey.vehicle.now;
    while scan.turn(&mut journey.vehicle).again.is_some() {
        journey.advance(journey.vehicle.now + STEP);
    }
    assert_eq!(journey.vehicle.now - begun, Duration::from_secs(2));
}
