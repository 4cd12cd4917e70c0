//! Kinds of tunnels: how long each dials, what each shows, and a vehicle without one.

use super::{apart, dark, lead, live, send, settings, two_networks};
use crate::sim::journey::{Journey, STEP};
use crate::sim::router::call::Answer;
use crate::sim::settings::{RouterOs, TunnelKind};

/// A vehicle over this kind that goes out by its first radio.
fn over(kind: TunnelKind) -> Journey {
    let mut settings = settings(two_networks());
    settings.tunnel = kind;
    settings.routeros = RouterOs::V7_17;
    let mut journey = apart(settings);
    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 20);
    journey
}

fn write(journey: &mut Journey, words: &[&str]) -> Answer {
    let answer = send(journey, words);
    assert_eq!(answer.traps, [], "{words:?}");
    answer
}

/// The mean of many dials from a tunnel that is off, in seconds.
fn dial(kind: TunnelKind, menu: &str, name: &str, also: &str) -> f64 {
    let mut journey = over(kind);
    let (off, on, set) = (
        format!("{menu}/disable"),
        format!("{menu}/enable"),
        format!("{menu}/set"),
    );
    let named = format!("=numbers={name}");
    if !also.is_empty() {
        write(&mut journey, &[&set, &named, also]);
    }
    let mut took = 0;
    for _ in 0..40 {
        write(&mut journey, &[&off, &named]);
        live(&mut journey, 2);
        write(&mut journey, &[&on, &named]);
        while !journey.vehicle.dialed.running() {
            journey.advance(journey.vehicle.now + STEP);
            took += 1;
        }
    }
    STEP.as_secs_f64() * f64::from(took) / 40.0
}

#[test]
fn each_kind_dials_for_its_round_trips() {
    let pptp = dial(TunnelKind::Pptp, "/interface/pptp-client", "PPtP_to_Office", "");
    let sstp = dial(TunnelKind::Sstp, "/interface/sstp-client", "SSTP_to_Office", "");
    let ovpn = dial(TunnelKind::Ovpn, "/interface/ovpn-client", "OVPN_to_Office", "");
    let l2tp = |also| dial(TunnelKind::L2tp, "/interface/l2tp-client", "L2TP_to_Office", also);
    let (l2tp, ipsec) = (l2tp(""), l2tp("=use-ipsec=yes"));
    assert!(
        ovpn < pptp && l2tp < pptp && pptp < sstp && sstp < ipsec,
        "{ovpn} {l2tp} {pptp} {sstp} {ipsec}"
    );
}

#[test]
fn a_monitor_shows_what_the_kind_has() {
    let kinds = [
        (TunnelKind::Pptp, "/interface/pptp-client", "PPtP_to_Office"),
        (TunnelKind::L2tp, "/interface/l2tp-client", "L2TP_to_Office"),
        (TunnelKind::Sstp, "/interface/sstp-client", "SSTP_to_Office"),
        (TunnelKind::Ovpn, "/interface/ovpn-client", "OVPN_to_Office"),
    ];
    let mut shown = String::new();
    for (kind, menu, name) in kinds {
        let (mut journey, mut words_of) = (over(kind), Vec::new());
        let monitor = format!("{menu}/monitor");
        let words = [
            &monitor,
            "=once=",
            "=.proplist=status,encoding,mtu,mru,local-address",
            &format!("=numbers={name}"),
        ];
        for (name, value) in write(&mut journey, &words).rows.concat() {
            words_of.push(format!("{name}={value}"));
        }
        let tracked = write(
            &mut journey,
            &["/ip/firewall/connection/print", "=.proplist=protocol,dst-address"],
        )
        .rows;
        for (name, value) in tracked.concat() {
            words_of.push(format!("{name}={value}"));
        }
        shown += &words_of.join(" ");
        shown += "\n";
        assert!(dark(&mut journey, 30) < 1.0, "{kind:?}");
    }
    insta::assert_snapshot!(shown, @r"
    status=connected encoding=MPPE128 stateless mtu=1450 mru=1450 local-address=10.99.0.14 protocol=tcp dst-address=198.51.100.10:1723 protocol=gre dst-address=198.51.100.10
    status=connected encoding=MPPE128 stateless mtu=1450 mru=1450 local-address=10.99.0.14 protocol=udp dst-address=198.51.100.10:1701
    status=connected encoding=AES256-CBC mtu=1450 local-address=10.99.0.14 protocol=tcp dst-address=198.51.100.10:443
    status=connected encoding=AES-256-CBC/SHA1 mtu=1450 local-address=10.99.0.14 protocol=tcp dst-address=198.51.100.10:1194
    ");
}

#[test]
fn an_l2tp_client_that_is_tied_to_another_address_does_not_dial() {
    let mut journey = over(TunnelKind::L2tp);
    assert!(journey.vehicle.dialed.running());
    let tie = |address: &str| format!("=src-address={address}");
    let set = "/interface/l2tp-client/set";
    write(&mut journey, &[set, "=numbers=L2TP_to_Office", &tie("10.20.0.2")]);
    live(&mut journey, 20);
    assert!(!journey.vehicle.dialed.running());
    write(&mut journey, &[set, "=numbers=L2TP_to_Office", &tie("10.10.10.2")]);
    live(&mut journey, 20);
    assert!(journey.vehicle.dialed.running());
}

#[test]
fn without_a_tunnel_the_vehicle_is_called_by_its_address_on_the_network() {
    let mut journey = over(TunnelKind::None);
    assert!(dark(&mut journey, 30) < 1.0);
    let interfaces = write(&mut journey, &["/interface/print", "=.proplist=type"])
        .rows
        .concat();
    assert!(
        interfaces.iter().all(|(_, kind)| kind == "ether" || kind == "wlan"),
        "{interfaces:?}"
    );
    // An address that the network does not have.
    lead(&mut journey, "wlan1", "10.20.0.2/24", "10.20.0.1");
    assert!(dark(&mut journey, 30) > 29.0);
}
