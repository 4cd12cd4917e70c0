use std::net::Ipv4Addr;

use super::*;
use crate::marks::{ROUTE_COMMENT, address_comment};
use crate::names::{Ssid, UplinkId};
use crate::routeros::{ItemId, TunnelKind};
use crate::snapshot::{ClientItem, Managed, RouteItem, TunnelItem};
use crate::units::Moment;

const A: &str = "10.10.10.2/24";
const B: &str = "10.20.0.2/24";

fn radio(n: usize) -> InterfaceName {
    InterfaceName::new(if n == 0 { "wlan1" } else { "wlan2" })
}

fn net(text: &str) -> Ipv4Net {
    text.parse().unwrap()
}

fn gateway(address: &str) -> Ipv4Addr {
    if address == A { "10.10.10.1" } else { "10.20.0.1" }.parse().unwrap()
}

fn address(n: usize, address: Ipv4Net, disabled: bool) -> AddressItem {
    AddressItem {
        id: ItemId(format!("*{n}")),
        comment: address_comment(&radio(n)),
        address,
        network: address.network(),
        interface: radio(n),
        disabled,
        dynamic: false,
    }
}

fn snapshot(items: [AddressItem; 2], gateway: &str, route_disabled: bool, tunnel: (bool, &str)) -> Snapshot {
    let mut snapshot = Snapshot {
        fallbacks: Vec::new(),
        at: Moment::ZERO,
        addresses: items.into(),
        routes: vec![RouteItem {
            id: ItemId("*30".into()),
            comment: ROUTE_COMMENT.into(),
            destination: net("0.0.0.0/0"),
            gateway: gateway.into(),
            distance: 1,
            active: false,
            disabled: route_disabled,
            dynamic: false,
        }],
        tunnel: Some(TunnelItem {
            kind: TunnelKind::Pptp,
            id: ItemId("*50".into()),
            name: InterfaceName::new("PPtP_to_Office"),
            comment: tunnel.1.into(),
            disabled: tunnel.0,
            running: false,
            listen_port: 0,
            source: None,
        }),
        peer: None,
        clients: Vec::new(),
        unread: 0,
    };
    snapshot.routes[0].active = active(&snapshot, &[radio(0), radio(1)]).is_some();
    snapshot
}

/// What a strict router makes of a step, so far as plans can see it.
fn apply(on: &mut Snapshot, step: &Step) {
    match step {
        Step::TunnelOn { .. } => assert!(
            active(on, &[radio(0), radio(1)]).is_some(),
            "the tunnel came on while address and route disagree: {on:#?}"
        ),
        Step::AddressSet { item, address, .. } => assert!(
            on.addresses
                .iter()
                .all(|row| row.id == item.id || row.address.addr() != address.addr()),
            "a strict router refuses the address twice: {on:#?}"
        ),
        _ => {}
    }
    *on = applied(on, std::slice::from_ref(step), on.at);
    let agree = active(on, &[radio(0), radio(1)]).is_some();
    on.routes[0].active = agree;
}

fn wanted(target: usize, on: &str) -> Wanted {
    Wanted {
        source: None,
        active: Some(Active {
            uplink: UplinkId::new(radio(target)),
            gateway: Some(gateway(on)),
        }),
        addresses: (0..2)
            .map(|n| {
                let address = if n == target {
                    Address::Hold(net(on))
                } else {
                    Address::Off
                };
                (radio(n), address)
            })
            .collect(),
        bounce: Bounce::WithTheWay,
    }
}

fn every_state() -> Vec<Snapshot> {
    let items = |n: usize| {
        let wrong_network = AddressItem {
            network: "10.99.0.0".parse().unwrap(),
            ..address(n, net(A), false)
        };
        let elsewhere = AddressItem {
            interface: InterfaceName::new("ether2"),
            ..address(n, net(B), false)
        };
        [
            address(n, parked(n), true),
            address(n, net(A), false),
            address(n, net(B), false),
            address(n, net(A), true),
            address(n, net(B), true),
            wrong_network,
            elsewhere,
        ]
    };
    let mut states = Vec::new();
    for first in items(0) {
        for second in items(1) {
            for gateway in ["10.10.10.1%wlan1", "10.20.0.1%wlan2", "10.10.10.1%wlan2", "ether1"] {
                for route_disabled in [false, true] {
                    for tunnel in [(false, "to the office"), (true, "to the office tikroam:swap")] {
                        states.push(snapshot(
                            [first.clone(), second.clone()],
                            gateway,
                            route_disabled,
                            tunnel,
                        ));
                    }
                }
            }
        }
    }
    states
}

#[test]
fn every_state_reaches_every_target_from_every_cut() {
    let mut longest = 0;
    for state in every_state() {
        for target in 0..2 {
            for on in [A, B] {
                let want = wanted(target, on);
                let whole = plan(&state, &want).unwrap();
                longest = longest.max(whole.steps.len());
                for cut in 0..=whole.steps.len() {
                    let mut router = state.clone();
                    for step in &whole.steps[..cut] {
                        apply(&mut router, step);
                    }
                    // After the cut the decision may be for the same uplink or the other one.
                    for next in [want.clone(), wanted(1 - target, on)] {
                        let mut router = router.clone();
                        let rest = plan(&router, &next).unwrap();
                        assert!(rest.steps.len() <= 5, "{rest}");
                        for step in &rest.steps {
                            apply(&mut router, step);
                        }
                        assert_eq!(verify(&router, &next).unwrap(), vec![], "{state:#?}\n{rest}");
                        assert!(!half_done(&router));
                        assert!(plan(&router, &next).unwrap().steps.is_empty());
                    }
                }
            }
        }
    }
    assert_eq!(longest, 5);
}

#[test]
fn a_staged_standby_takes_three_calls() {
    let state = snapshot(
        [address(0, net(A), false), address(1, net(B), false)],
        "10.10.10.1%wlan1",
        false,
        (false, ""),
    );
    let want = Wanted {
        addresses: vec![(radio(0), Address::Keep), (radio(1), Address::Hold(net(B)))],
        ..wanted(1, B)
    };
    insta::assert_snapshot!(plan(&state, &want).unwrap(), @r"
      1  /interface/pptp-client/set  PPtP_to_Office  disabled  no -> yes
      2  /ip/route/set               0.0.0.0/0       gateway   10.10.10.1%wlan1 -> 10.20.0.1%wlan2
      3  /interface/pptp-client/set  PPtP_to_Office  disabled  yes -> no
    ");
}

#[test]
fn a_tunnel_that_is_tied_to_an_address_gets_the_new_one_as_it_is_turned_on() {
    let mut state = snapshot(
        [address(0, net(A), false), address(1, net(B), false)],
        "10.10.10.1%wlan1",
        false,
        (false, ""),
    );
    let tunnel = state.tunnel.as_mut().unwrap();
    (tunnel.kind, tunnel.source) = (TunnelKind::L2tp, Some(net(A).addr()));
    let want = Wanted {
        addresses: vec![(radio(0), Address::Keep), (radio(1), Address::Hold(net(B)))],
        source: Some(net(B).addr()),
        ..wanted(1, B)
    };
    let steps = plan(&state, &want).unwrap().steps;
    insta::assert_snapshot!(steps[2].sentence(), @"/interface/l2tp-client/set =.id=*50 =disabled=no =comment= =src-address=10.20.0.2");
    let mut after = applied(&state, &steps, state.at);
    after.routes[0].active = true;
    assert_eq!(verify(&after, &want).unwrap(), []);
    // Address and route alone are not enough: such a tunnel could never dial.
    after.tunnel.as_mut().unwrap().source = Some(net(A).addr());
    assert_eq!(verify(&after, &want).unwrap().len(), 2);
    assert_eq!(plan(&after, &want).unwrap().steps.len(), 2);
}

#[test]
fn a_ready_standby_on_the_same_network_takes_five_calls() {
    let state = snapshot(
        [address(0, net(A), false), address(1, parked(1), true)],
        "10.10.10.1%wlan1",
        false,
        (false, "to the office"),
    );
    let plan = plan(&state, &wanted(1, A)).unwrap();
    insta::assert_snapshot!(plan, @r"
      1  /interface/pptp-client/set  PPtP_to_Office  disabled  no -> yes
      2  /ip/address/set             wlan1           address   10.10.10.2/24 -> off
      3  /ip/address/set             wlan2           address   off -> 10.10.10.2/24
      4  /ip/route/set               0.0.0.0/0       gateway   10.10.10.1%wlan1 -> 10.10.10.1%wlan2
      5  /interface/pptp-client/set  PPtP_to_Office  disabled  yes -> no
    ");
    let calls: Vec<String> = plan.steps.iter().map(|step| step.sentence().to_string()).collect();
    insta::assert_snapshot!(calls.join("\n"), @r"
    /interface/pptp-client/set =.id=*50 =disabled=yes =comment=to the office tikroam:swap
    /ip/address/set =.id=*0 =disabled=yes =address=192.0.2.1/32 =network=192.0.2.1
    /ip/address/set =.id=*1 =interface=wlan2 =address=10.10.10.2/24 =network=10.10.10.0 =disabled=no
    /ip/route/set =.id=*30 =gateway=10.10.10.1%wlan2 =disabled=no
    /interface/pptp-client/set =.id=*50 =disabled=no =comment=to the office
    ");
}

#[test]
fn staging_does_not_touch_route_or_tunnel() {
    let state = snapshot(
        [address(0, net(A), false), address(1, parked(1), true)],
        "10.10.10.1%wlan1",
        false,
        (false, ""),
    );
    let want = Wanted {
        active: None,
        addresses: vec![(radio(0), Address::Keep), (radio(1), Address::Hold(net(B)))],
        ..wanted(0, A)
    };
    insta::assert_snapshot!(plan(&state, &want).unwrap(), @"  1  /ip/address/set  wlan2  address  off -> 10.20.0.2/24");
}

#[test]
fn a_tunnel_that_a_person_disabled_is_left_alone() {
    let state = snapshot(
        [address(0, net(A), false), address(1, net(B), false)],
        "10.10.10.1%wlan1",
        false,
        (true, "off for repair"),
    );
    let plan = plan(&state, &wanted(1, B)).unwrap();
    assert!(plan.tunnel_left_disabled);
    assert!(!plan.bounces(), "{plan}");
}

#[test]
fn a_bounce_alone_is_two_calls() {
    let state = snapshot(
        [address(0, net(A), false), address(1, parked(1), true)],
        "10.10.10.1%wlan1",
        false,
        (false, ""),
    );
    let want = Wanted {
        bounce: Bounce::Always,
        ..wanted(0, A)
    };
    assert_eq!(plan(&state, &want).unwrap().steps.len(), 2);
    assert_eq!(verify(&state, &want).unwrap(), vec![]);
}

#[test]
fn what_is_missing_is_made_and_stops_only_the_way_that_needs_it() {
    let good = snapshot(
        [address(0, net(A), false), address(1, parked(1), true)],
        "10.10.10.1%wlan1",
        false,
        (false, ""),
    );
    let radios = [radio(0), radio(1)];
    let mut missing_address = good.clone();
    missing_address.addresses.remove(1);
    assert_eq!(
        plan(&missing_address, &wanted(1, B)).unwrap_err().to_string(),
        "no address item on the router has comment `tikroam:wlan2`"
    );
    assert!(plan(&missing_address, &wanted(0, A)).unwrap().steps.is_empty());
    let mut no_route = good.clone();
    no_route.routes.clear();
    assert_eq!(
        plan(&no_route, &wanted(1, B)).unwrap_err().to_string(),
        "no route on the router has comment `tikroam:default`"
    );
    let mut dynamic = good.clone();
    dynamic.addresses[0].dynamic = true;
    for (state, made) in [
        (good.clone(), vec![]),
        (
            missing_address,
            vec!["/ip/address/add tikroam:wlan2 address none -> 192.0.2.2/32 (disabled)"],
        ),
        (
            no_route,
            vec!["/ip/route/add tikroam:default gateway none -> 10.10.10.1%wlan1 (disabled)"],
        ),
        // One that the router itself made cannot be set: it counts as missing.
        (
            dynamic,
            vec!["/ip/address/add tikroam:wlan1 address none -> 192.0.2.1/32 (disabled)"],
        ),
    ] {
        let managed = Managed {
            menu: None,
            fallbacks: Vec::new(),
            held: Vec::new(),
            radios: radios.to_vec(),
            tunnel: None,
            clients: Vec::new(),
        };
        let plan = missing(&state, &managed, gateway(A));
        let steps: Vec<String> = plan.steps.iter().map(ToString::to_string).collect();
        assert_eq!(steps, made);
        let after = applied(&state, &plan.steps, state.at);
        assert!(missing(&after, &managed, gateway(A)).steps.is_empty());
        let unread = Snapshot { unread: 1, ..state };
        assert!(missing(&unread, &managed, gateway(A)).steps.is_empty());
    }
}

#[test]
fn of_two_items_with_one_comment_the_one_that_fits_is_used_and_the_other_goes_off() {
    let mut state = snapshot(
        [address(0, net(A), false), address(1, net(B), false)],
        "10.10.10.1%wlan1",
        false,
        (false, ""),
    );
    let elsewhere = AddressItem {
        id: ItemId("*7".into()),
        interface: InterfaceName::new("bridge"),
        ..address(0, net("10.77.0.1/24"), false)
    };
    state.addresses.insert(0, elsewhere);
    let mut second = state.routes[0].clone();
    second.id = ItemId("*31".into());
    second.gateway = "10.77.0.254".into();
    state.routes.insert(0, second);
    assert_eq!(address_item(&state, &radio(0)).unwrap().id, ItemId("*0".into()));
    assert_eq!(route_item(&state).unwrap().id, ItemId("*30".into()));
    let steps: Vec<String> = plan(&state, &wanted(0, A))
        .unwrap()
        .steps
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        steps,
        [
            "/ip/address/set tikroam:wlan1 disabled no (10.77.0.1/24, there twice) -> yes",
            "/ip/route/set tikroam:default disabled no (10.77.0.254, there twice) -> yes",
            "/ip/address/set wlan2 address 10.20.0.2/24 -> off",
        ]
    );
}

#[test]
fn a_router_without_the_tunnel_still_gets_its_route() {
    let mut state = snapshot(
        [address(0, net(A), false), address(1, net(B), false)],
        "10.10.10.1%wlan1",
        false,
        (false, ""),
    );
    state.tunnel = None;
    let steps = plan(&state, &wanted(1, B)).unwrap().steps;
    assert!(
        matches!(steps[..], [Step::AddressOff { .. }, Step::RouteSet { .. }]),
        "{steps:?}"
    );
}

fn client(asked: &str, disabled: bool) -> ClientItem {
    ClientItem {
        id: ItemId("*70".into()),
        comment: asked.into(),
        interface: radio(1),
        status: "bound".into(),
        address: Some(net("10.40.0.100/24")),
        gateway: "10.40.0.1".parse().ok(),
        meddles: false,
        disabled,
    }
}

/// What a standby's address needs of its DHCP client, from each state of it.
#[test]
fn a_client_asks_on_its_network_and_no_other() {
    let yard = Ssid::new(b"yard").unwrap();
    let lease = Address::Lease(Some(yard.clone()));
    let meddling = ClientItem {
        meddles: true,
        ..client("tikroam:dhcp:wlan2 yard", false)
    };
    let ask = "/ip/dhcp-client/set wlan2 lease";
    for (state, address, steps) in [
        (
            client("tikroam:dhcp:wlan2", true),
            lease.clone(),
            vec![format!("{ask} none -> asked on yard")],
        ),
        (
            client("tikroam:dhcp:wlan2 yard", true),
            lease.clone(),
            vec![format!("{ask} none on yard -> asked on yard")],
        ),
        (client("tikroam:dhcp:wlan2 yard", false), lease.clone(), vec![]),
        (
            meddling,
            lease.clone(),
            vec![format!("{ask} 10.40.0.100/24 on yard -> asked on yard")],
        ),
        (
            client("tikroam:dhcp:wlan2 depot", false),
            lease.clone(),
            vec![
                "/ip/dhcp-client/release wlan2 lease 10.40.0.100/24 on depot -> given back".to_owned(),
                format!("{ask} 10.40.0.100/24 on depot -> asked on yard"),
            ],
        ),
        (
            client("tikroam:dhcp:wlan2 yard", false),
            Address::Off,
            vec!["/ip/dhcp-client/set wlan2 disabled no (10.40.0.100/24 on yard) -> yes".to_owned()],
        ),
        (client("tikroam:dhcp:wlan2 yard", true), Address::Off, vec![]),
        (client("tikroam:dhcp:wlan2 yard", false), Address::Keep, vec![]),
        (client("a person's", false), lease, vec![]),
    ] {
        let items = [address_of_standby(0), address_of_standby(1)];
        let mut read = snapshot(items, "10.10.10.1%wlan1", false, (false, ""));
        let (comment, disabled) = (state.comment.clone(), state.disabled);
        read.clients.push(state);
        let wanted = Wanted {
            active: None,
            addresses: vec![(radio(0), Address::Keep), (radio(1), address)],
            ..wanted(0, A)
        };
        let plan = plan(&read, &wanted).unwrap();
        let planned: Vec<String> = plan.steps.iter().map(ToString::to_string).collect();
        assert_eq!(planned, steps, "{:?}, {disabled}", String::from_utf8_lossy(&comment));
        let after = applied(&read, &plan.steps, read.at);
        let again: Vec<Step> = super::plan(&after, &wanted).unwrap().steps;
        assert_eq!(again, [], "a plan that was carried out leaves nothing to do");
    }
    let mut read = snapshot(
        [address_of_standby(0), address_of_standby(1)],
        "10.40.0.1%wlan2",
        false,
        (false, ""),
    );
    read.clients.push(client("tikroam:dhcp:wlan2 yard", false));
    assert_eq!(
        lease_on(&read, &radio(1), Some(&yard)).map(|lease| lease.address),
        Some(net("10.40.0.100/24"))
    );
    assert_eq!(lease_on(&read, &radio(1), Ssid::new(b"depot").ok().as_ref()), None);
    let active = active(&read, &[radio(0), radio(1)]).map(|(active, address)| (active.gateway(), address));
    assert_eq!(active, Some(("10.40.0.1%wlan2".to_owned(), net("10.40.0.100/24"))));
}

fn address_of_standby(n: usize) -> AddressItem {
    address(n, parked(n), true)
}
