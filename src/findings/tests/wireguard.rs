use std::time::Duration;

use super::world::*;
use crate::routeros::TunnelKind;
use crate::snapshot::{AddressItem, RouteItem};
use crate::survey::PeerSettings;

const WIREGUARD: &str = "WG_to_Office";

fn net(text: &str) -> ipnet::Ipv4Net {
    text.parse().unwrap()
}

fn into_the_tunnel(destination: &str) -> RouteItem {
    RouteItem {
        destination: net(destination),
        ..route(WIREGUARD, 1, "")
    }
}

fn office() -> PeerSettings {
    PeerSettings {
        public_key: "b2ZmaWNl+w==".to_owned(),
        to: "198.51.100.1".to_owned(),
        port: 13231,
        allowed: vec![net("10.97.0.1/32"), net("10.99.0.0/24")],
        keepalive: Some(Duration::from_secs(5)),
        responder: false,
        comment: Vec::new(),
        disabled: false,
    }
}

/// A router as contrib/router.rsc and contrib/router-wireguard.rsc make it, and the example configuration.
fn over_wireguard() -> World {
    let mut world = fine();
    world.config = configured(include_str!("../../../contrib/examples/wireguard.toml"));
    world.survey.interfaces[3] = interface(WIREGUARD, "wg");
    world.survey.addresses.push(address(WIREGUARD, "10.97.0.11/24", ""));
    let tunnel = world.survey.tunnel.as_mut().unwrap();
    (tunnel.kind, tunnel.name, tunnel.listen_port) = (TunnelKind::Wireguard, name(WIREGUARD), 13231);
    world.inspection.dial = None;
    world.inspection.tunnel_allowed = None;
    world.inspection.peers = Some(vec![office()]);
    world.inspection.static_routes = Some(vec![into_the_tunnel("10.99.0.0/24")]);
    world
}

impl World {
    fn peer(&mut self) -> &mut PeerSettings {
        &mut self.inspection.peers.as_mut().unwrap()[0]
    }

    fn routes(&mut self) -> &mut Vec<RouteItem> {
        self.inspection.static_routes.as_mut().unwrap()
    }
}

#[test]
fn a_wireguard_tunnel_that_is_set_up_has_no_findings() {
    found_on(
        over_wireguard,
        &[
            ("as it is", |_| {}, &[]),
            (
                "peers and routes are not readable",
                |w| (w.inspection.peers, w.inspection.static_routes) = (None, None),
                &[],
            ),
            (
                "a second peer is off",
                |w| {
                    let other = PeerSettings {
                        disabled: true,
                        ..office()
                    };
                    w.inspection.peers.as_mut().unwrap().insert(0, other);
                },
                &[],
            ),
            (
                "everything is allowed, and the way leads by the office's end",
                |w| {
                    w.peer().allowed = vec![net("0.0.0.0/0")];
                    w.routes()[0].gateway = "10.97.0.1".into();
                },
                &[],
            ),
            (
                "the way names the office's end and the tunnel",
                |w| w.routes()[0].gateway = "10.97.0.1%WG_to_Office".into(),
                &[],
            ),
            (
                "the probe is in the tunnel's own subnet",
                |w| {
                    w.survey.addresses[3] = address(WIREGUARD, "10.99.0.14/24", "");
                    w.routes().clear();
                    w.peer().allowed.remove(0);
                },
                &[],
            ),
        ],
    );
}

#[test]
fn the_tunnel_its_address_and_its_routes() {
    found_on(
        over_wireguard,
        &[
            (
                "none",
                |w| {
                    w.survey.tunnel = None;
                    w.survey.interfaces.pop();
                },
                &["forbids tunnel-missing"],
            ),
            (
                "RouterOS 6",
                |w| {
                    w.survey.tunnel = None;
                    w.survey.interfaces.pop();
                    let words = "no such command or directory (wireguard)";
                    w.survey.refused = vec![refusal("/interface/wireguard/print", words)];
                    (w.inspection.peers, w.inspection.static_routes) = (None, None);
                },
                &["forbids tunnel-no-wireguard"],
            ),
            (
                "not readable",
                |w| {
                    w.survey.tunnel = None;
                    w.survey.refused = vec![refusal("/interface/wireguard/print", "not enough permissions (9)")];
                },
                &["forbids reading-refused"],
            ),
            (
                "disabled by a person",
                |w| w.survey.tunnel.as_mut().unwrap().disabled = true,
                &["error tunnel-disabled"],
            ),
            (
                "without an address",
                |w| w.survey.addresses.truncate(3),
                &["error tunnel-no-address"],
            ),
            (
                "with an address that is off",
                |w| w.survey.addresses[3].disabled = true,
                &["error tunnel-no-address"],
            ),
            (
                "no route for the probe",
                |w| w.routes().clear(),
                &["error tunnel-not-routed"],
            ),
            (
                "a route that is off, and one elsewhere",
                |w| {
                    w.routes()[0].disabled = true;
                    let elsewhere = RouteItem {
                        gateway: "192.168.88.254".into(),
                        ..into_the_tunnel("10.99.0.0/24")
                    };
                    w.routes().push(elsewhere);
                },
                &["error tunnel-not-routed"],
            ),
            (
                "a network of the office without a route",
                |w| w.peer().allowed.push(net("10.96.0.0/24")),
                &["warning tunnel-not-routed"],
            ),
            (
                "a default route of the router's into it",
                |w| {
                    w.survey.routes.push(RouteItem {
                        dynamic: true,
                        ..route(WIREGUARD, 1, "")
                    });
                },
                &["error route-dynamic"],
            ),
            (
                "pinned to a radio",
                |w| w.inspection.host_routes = vec![route("wlan1", 1, "")],
                &["error tunnel-pinned"],
            ),
            (
                "its subnet is a network's",
                |w| {
                    w.survey.addresses.push(AddressItem {
                        interface: name(WIREGUARD),
                        ..address("", "10.20.0.7/24", "")
                    });
                },
                &["forbids address-stranger"],
            ),
        ],
    );
}

#[test]
fn the_peer() {
    found_on(
        over_wireguard,
        &[
            ("none", |w| w.inspection.peers = Some(vec![]), &["error peer-missing"]),
            (
                "disabled by a person",
                |w| w.peer().disabled = true,
                &["error peer-disabled"],
            ),
            (
                "left off by the agent",
                |w| {
                    w.peer().disabled = true;
                    w.peer().comment = b"office tikroam:swap".to_vec();
                },
                &["warning peer-half-done"],
            ),
            (
                "two",
                |w| w.inspection.peers.as_mut().unwrap().push(office()),
                &["error peer-several"],
            ),
            (
                "a name",
                |w| w.peer().to = "office.example.org".into(),
                &["error peer-endpoint-name"],
            ),
            ("an address of IPv6", |w| w.peer().to = "2001:db8::1".into(), &[]),
            ("no endpoint", |w| w.peer().to.clear(), &["error peer-endpoint-missing"]),
            ("no port", |w| w.peer().port = 0, &["error peer-endpoint-missing"]),
            ("only answers", |w| w.peer().responder = true, &["error peer-responder"]),
            (
                "without keepalive",
                |w| w.peer().keepalive = None,
                &["warning peer-keepalive"],
            ),
            (
                "the probe's network is not allowed",
                |w| w.peer().allowed.truncate(1),
                &["error peer-allowed"],
            ),
            (
                "a network that is routed into it is not allowed",
                |w| w.routes().push(into_the_tunnel("10.96.0.0/24")),
                &["error peer-allowed"],
            ),
        ],
    );
}

#[test]
fn every_hint_for_wireguard_reads_well() {
    let mut world = over_wireguard();
    world.survey.addresses.truncate(3);
    world.survey.tunnel.as_mut().unwrap().disabled = true;
    world.routes()[0].destination = net("10.96.0.0/24");
    *world.peer() = PeerSettings {
        to: "office.example.org".into(),
        keepalive: None,
        responder: true,
        disabled: true,
        comment: b"tikroam:swap".to_vec(),
        ..office()
    };
    let mut text = world.text();
    world.peer().comment.clear();
    text += &world.text();
    world.peer().disabled = false;
    world.peer().to.clear();
    world.inspection.peers.as_mut().unwrap().push(office());
    text += &world.text();
    world.inspection.peers.as_mut().unwrap().pop();
    text += &world.text();
    world.inspection.peers = Some(vec![]);
    text += &world.text();
    world.survey.tunnel = None;
    text += &world.text();
    world.survey.interfaces.clear();
    text += &world.text();
    let words = "no such command or directory (wireguard)";
    world.survey.refused = vec![refusal("/interface/wireguard/print", words)];
    text += &world.text();
    let mut seen = std::collections::BTreeSet::new();
    let findings: Vec<&str> = text.split_inclusive('\n').collect();
    let once: Vec<&str> = findings
        .chunks(2)
        .filter(|pair| seen.insert(pair[0]))
        .flatten()
        .copied()
        .collect();
    insta::assert_snapshot!(once.concat(), @r#"
    tunnel-disabled: tunnel `WG_to_Office` was disabled by a person, and the agent leaves it so
          hint: `/interface wireguard enable [find where name="WG_to_Office"]`
    tunnel-no-address: tunnel `WG_to_Office` has no address, so the office has none to call
          hint: `/ip address add interface="WG_to_Office" address=...` with the vehicle's address in the tunnel; `sudo tikroam setup --check` prints it
    peer-half-done: the peer of tunnel `WG_to_Office` is off by a step of the agent that did not end
          hint: `tikroam run` turns it on at its start
    peer-endpoint-name: the endpoint of tunnel `WG_to_Office` is the name `office.example.org`: the router looks it up once, maybe while there is no way out
          hint: `/interface wireguard peers set [find where public-key="b2ZmaWNl+w=="] endpoint-address=...` with the office's public address
    peer-responder: the peer of tunnel `WG_to_Office` is set to `responder`: the vehicle waits for the office to call first
          hint: `/interface wireguard peers set [find where public-key="b2ZmaWNl+w=="] responder=no` (`is-responder=no` before RouterOS 7.17); only the office's side may wait
    peer-keepalive: the peer of tunnel `WG_to_Office` has no keepalive: without the agent the office loses a vehicle that is silent
          hint: `/interface wireguard peers set [find where public-key="b2ZmaWNl+w=="] persistent-keepalive=5s`
    peer-allowed: the allowed addresses of the peer of tunnel `WG_to_Office` lack `10.96.0.0/24`: the router drops what goes there
          hint: `/interface wireguard peers set [find where public-key="b2ZmaWNl+w=="] allowed-address=10.97.0.1/32,10.99.0.0/24,10.96.0.0/24`
    tunnel-not-routed: nothing routes 10.99.0.1, the probe of [tunnel], into tunnel `WG_to_Office`
          hint: `/ip route add dst-address=10.99.0.0/24 gateway="WG_to_Office"`
    peer-disabled: the peer of tunnel `WG_to_Office` was disabled by a person, and the agent leaves it so
          hint: `/interface wireguard peers enable [find where public-key="b2ZmaWNl+w=="]`
    peer-several: tunnel `WG_to_Office` has 2 peers, and the agent expects one, the office
          hint: `/interface wireguard peers print where interface="WG_to_Office"`, then disable all but the office, or give the others an interface of their own
    peer-endpoint-missing: the peer of tunnel `WG_to_Office` has no endpoint, so the vehicle cannot call the office
          hint: `/interface wireguard peers set [find where public-key="b2ZmaWNl+w=="] endpoint-address=... endpoint-port=...` with the office's public address and port
    peer-missing: tunnel `WG_to_Office` has no peer, so it leads nowhere
          hint: make the office its peer: `sudo tikroam setup --check` prints how
    tunnel-kind: `WG_to_Office` is of type `wg`, not in `/interface wireguard`
          hint: compare kind and interface of [tunnel] in agent.toml with `/interface print`
    tunnel-missing: the router has no tunnel `WG_to_Office` in `/interface wireguard`
          hint: compare [tunnel] interface in agent.toml with `/interface print`; `sudo tikroam setup --check` prints what makes it
    tunnel-no-wireguard: tunnel `WG_to_Office` is WireGuard, and this router has none: RouterOS 6 lacks it
          hint: upgrade the router to RouterOS 7, or set kind = "pptp" and the interface of that tunnel in [tunnel] of agent.toml
    "#);
}
