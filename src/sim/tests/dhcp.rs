use std::time::Duration;

use super::{drive, refusal, send, settings};
use crate::sim::journey::Journey;
use crate::sim::settings::{DhcpServer, RouterOs, Settings};
use crate::sim::world::clock::At;

/// One access point of a network whose server answers; 20 s are heard of it, then nothing for 10 s, then the same again.
fn vehicle(server: DhcpServer) -> Settings {
    let mut settings = settings(drive(400, &[(-50, 0..20), (-90, 0..0), (-90, 0..0), (-50, 30..400)]));
    settings.radios.truncate(1);
    settings.networks[0].dhcp = Some(server);
    settings
}

fn add(journey: &mut Journey, more: &[&str]) {
    let words = ["/ip/dhcp-client/add", "=interface=wlan1", "=disabled=no"];
    let answer = send(journey, &[&words[..], more].concat());
    assert!(answer.traps.is_empty(), "{answer:?}");
}

/// A property of the only client.
fn shown(journey: &mut Journey, name: &str) -> Option<String> {
    let answer = send(journey, &["/ip/dhcp-client/print"]);
    let row = answer.rows.into_iter().next().unwrap();
    row.into_iter().find(|(have, _)| *have == name).map(|(_, value)| value)
}

fn dynamic(journey: &mut Journey, menu: &str) -> usize {
    let answer = send(journey, &[&format!("{menu}/print"), "?dynamic=true", "?dhcp", "?#|"]);
    let made = answer.rows.iter().filter(|row| {
        row.contains(&("interface", "wlan1".to_owned()))
            || row
                .iter()
                .any(|(name, value)| *name == "dst-address" && value == "0.0.0.0/0")
    });
    made.count()
}

/// Every status that it has until then, in their order.
fn statuses(journey: &mut Journey, until: u64) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    while journey.vehicle.now < At::from_secs(until) {
        let now = journey.vehicle.now;
        journey.advance(now + Duration::from_millis(20));
        let status = shown(journey, "status").unwrap();
        if seen.last() != Some(&status) {
            seen.push(status);
        }
    }
    seen
}

#[test]
fn a_client_finds_asks_and_is_bound_once_its_radio_may_pass_frames() {
    for routeros in [RouterOs::V6_49, RouterOs::V7_17] {
        let mut settings = vehicle(DhcpServer::default());
        settings.routeros = routeros;
        let mut journey = Journey::new(&settings);
        add(&mut journey, &["=add-default-route=no"]);
        let seen = statuses(&mut journey, 15);
        assert_eq!(seen, ["stopped", "searching...", "requesting...", "bound"]);
        assert_eq!(shown(&mut journey, "address").unwrap(), "10.10.10.100/24");
        assert_eq!(shown(&mut journey, "gateway").unwrap(), "10.10.10.1");
        assert_eq!(
            (dynamic(&mut journey, "/ip/address"), dynamic(&mut journey, "/ip/route")),
            (1, 0)
        );
        let again = ["/ip/dhcp-client/add", "=interface=wlan1"];
        assert!(refusal(&mut journey, &again).contains("already exists"));
        let set = ["/ip/dhcp-client/set", "=numbers=*1", "=add-default-route=yes"];
        assert!(send(&mut journey, &set).traps.is_empty());
        assert_eq!(dynamic(&mut journey, "/ip/route"), 1);
        assert!(
            send(&mut journey, &["/ip/dhcp-client/disable", "=numbers=*1"])
                .traps
                .is_empty()
        );
        assert_eq!(
            (dynamic(&mut journey, "/ip/address"), dynamic(&mut journey, "/ip/route")),
            (0, 0)
        );
        assert_eq!(shown(&mut journey, "status"), None);
    }
}

#[test]
fn a_lease_stays_without_an_access_point_or_goes_with_it() {
    for (survives, kept) in [(true, Some("10.10.10.100/24")), (false, None)] {
        let mut settings = vehicle(DhcpServer::default());
        settings.quirks.lease_survives = survives;
        let mut journey = Journey::new(&settings);
        add(&mut journey, &[]);
        statuses(&mut journey, 15);
        statuses(&mut journey, 29);
        assert_eq!(shown(&mut journey, "address").as_deref(), kept);
        assert_eq!(shown(&mut journey, "status").as_deref() == Some("bound"), survives);
        statuses(&mut journey, 60);
        assert_eq!(shown(&mut journey, "status").as_deref(), Some("bound"));
    }
}

#[test]
fn a_lease_is_renewed_after_half_of_its_time_and_ends_without_an_answer() {
    let mut settings = vehicle(DhcpServer {
        lease: Duration::from_secs(60),
        ..DhcpServer::default()
    });
    settings.quirks.lease_survives = true;
    let mut journey = Journey::new(&settings);
    add(&mut journey, &[]);
    assert_eq!(statuses(&mut journey, 15).last().map(String::as_str), Some("bound"));
    let renewed = statuses(&mut journey, 75);
    assert!(
        renewed.contains(&"renewing...".to_owned()) && renewed.last().map(String::as_str) == Some("bound"),
        "{renewed:?}"
    );
    let silent = DhcpServer {
        silent: true,
        ..DhcpServer::default()
    };
    journey
        .vehicle
        .renumber("testssid1", "10.10.10.2/24", "10.10.10.1", Some(silent));
    let ended = statuses(&mut journey, 140);
    assert!(
        ended.ends_with(&[
            "renewing...".to_owned(),
            "rebinding...".to_owned(),
            "searching...".to_owned()
        ]),
        "{ended:?}"
    );
    assert_eq!(shown(&mut journey, "address"), None);
}

#[test]
fn a_network_with_other_addresses_refuses_the_lease_when_it_is_asked() {
    let mut journey = Journey::new(&vehicle(DhcpServer::default()));
    add(&mut journey, &[]);
    statuses(&mut journey, 10);
    let server = Some(DhcpServer::default());
    journey
        .vehicle
        .renumber("testssid1", "10.40.0.2/24", "10.40.0.1", server);
    statuses(&mut journey, 12);
    assert_eq!(shown(&mut journey, "address").as_deref(), Some("10.10.10.100/24"));
    assert!(
        send(&mut journey, &["/ip/dhcp-client/renew", "=numbers=*1"])
            .traps
            .is_empty()
    );
    let seen = statuses(&mut journey, 18);
    assert_eq!(seen, ["renewing...", "searching...", "requesting...", "bound"]);
    assert_eq!(shown(&mut journey, "address").as_deref(), Some("10.40.0.100/24"));
}
