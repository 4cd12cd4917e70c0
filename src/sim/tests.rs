//! Tests of the simulated vehicle, and what they are made with.

mod air;
mod clients;
mod dhcp;
mod dialed;
mod fuzz;
mod judged;
mod kinds;
mod menus;
mod persons;
mod ping;
mod query;
mod reach;
mod rivals;
mod routing;
mod session;
mod station;
mod tables;
mod versions;
mod wire;
mod wireguard;

use std::time::Duration;

use crate::drive::{Ap, Drive, Heard};
use crate::names::{Bssid, Ssid};
use crate::units::Dbm;

use super::journey::Journey;
use super::router::call::{Answer, Call};
use super::router::stream::Outcome;
use super::settings::Settings;
use super::world::dispatcher::Dispatcher;
use super::world::events::Sender;

/// A drive that hears each access point at one level, from a second to a second; their SSIDs are `testssid1` to 3 and over.
fn drive(seconds: usize, levels: &[(i16, std::ops::Range<usize>)]) -> Drive {
    let ap = |i: usize| Ap {
        bssid: Bssid([2, 0, 0, 0, 0, u8::try_from(i + 1).unwrap()]),
        ssid: Ssid::new(["testssid1", "testssid2", "securessid"][i % 3].as_bytes()).ok(),
        channel: 1 + u16::try_from(i).unwrap(),
    };
    let heard = |second: usize| {
        let there = levels
            .iter()
            .enumerate()
            .filter(|(_, (_, range))| range.contains(&second));
        there
            .map(|(ap, (level, _))| Heard {
                ap,
                signal: Dbm(*level),
            })
            .collect()
    };
    Drive {
        name: "straight".into(),
        aps: (0..levels.len()).map(ap).collect(),
        seconds: (0..seconds).map(heard).collect(),
    }
}

/// The example vehicle on such a drive, without gray periods.
fn settings(drive: Drive) -> Settings {
    let mut settings = Settings::example(drive, 7);
    settings.quirks.gray = false;
    settings
}

/// Words of a command as a client writes them.
fn send(journey: &mut Journey, words: &[&str]) -> Answer {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    match journey.vehicle.execute(&Call::read(&words), Sender::Api, None) {
        Outcome::Answer(answer) => answer,
        Outcome::Stream(_) => panic!("{words:?} takes time"),
    }
}

fn refusal(journey: &mut Journey, words: &[&str]) -> String {
    let answer = send(journey, words);
    answer
        .traps
        .first()
        .unwrap_or_else(|| panic!("{words:?} was not refused"))
        .message
        .clone()
}

fn live(journey: &mut Journey, seconds: u64) {
    journey.advance(journey.vehicle.now + Duration::from_secs(seconds));
}

/// The radio that is on this access point is `wlan1`, the other one `wlan2`: fixed by rules with a MAC address.
fn steer(journey: &mut Journey, radio: &str, bssid: &str) {
    let answer = send(
        journey,
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
        assert!(send(journey, &words).traps.is_empty());
    }
}

/// Address and route of a radio, as a person sets them.
fn lead(journey: &mut Journey, radio: &str, address: &str, gateway: &str) {
    let rows = send(
        journey,
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
    assert_eq!(send(journey, &words).traps, vec![]);
    let rows = send(
        journey,
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
    assert_eq!(send(journey, &words).traps, vec![]);
}

fn bounce(journey: &mut Journey, on: bool) {
    let verb = if on {
        "/interface/pptp-client/enable"
    } else {
        "/interface/pptp-client/disable"
    };
    assert!(send(journey, &[verb, "=numbers=PPtP_to_Office"]).traps.is_empty());
}

/// Dark seconds of the next so many.
fn dark(journey: &mut Journey, seconds: u64) -> f64 {
    journey.vehicle.dispatcher = Dispatcher::default();
    live(journey, seconds);
    journey.vehicle.dispatcher.dark().seconds
}

/// Two networks, each heard well, one radio on each.
fn apart(settings: Settings) -> Journey {
    let mut journey = Journey::new(&settings);
    steer(&mut journey, "wlan1", "02:00:00:00:00:01");
    steer(&mut journey, "wlan2", "02:00:00:00:00:02");
    live(&mut journey, 20);
    journey
}

fn two_networks() -> Drive {
    drive(3600, &[(-50, 0..3600), (-50, 0..3600)])
}

/// The value of a property of the only row that a print with this query shows.
fn value(journey: &mut Journey, menu: &str, query: &str, name: &str) -> Option<String> {
    let mut rows = send(journey, &[&format!("{menu}/print"), query]).rows;
    assert_eq!(rows.len(), 1, "{menu} {query}");
    let row = rows.remove(0).into_iter();
    row.clone().find(|(have, _)| *have == name).map(|(_, value)| value)
}

/// The radio over which the way to the office leads.
fn way_by(journey: &Journey) -> Option<String> {
    journey
        .vehicle
        .way()
        .and_then(|way| Some(journey.vehicle.stations[way.radio?].name.clone()))
}
