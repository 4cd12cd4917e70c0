use std::time::Duration;

use super::super::Router;
use super::peer::{Peer, connected_to, listen};
use super::readings::managed;
use crate::names::InterfaceName;
use crate::routeros::TunnelKind;
use crate::snapshot::Managed;
use crate::survey::{DialSettings, Inspection, NatRule, PeerSettings, UserSession};

/// Answers each call by its menu with these rows until `calls` of them were heard; gives what was asked.
async fn serve(peer: &mut Peer, calls: usize, rows: &[(&str, &[&str])]) -> Vec<String> {
    let mut asked = Vec::new();
    for _ in 0..calls {
        let heard = peer.hear().await;
        let tag = heard.tag();
        let menu = heard.words()[0].to_owned();
        for (_, row) in rows.iter().filter(|(of, _)| menu == format!("{of}/print")) {
            let mut words = vec!["!re", tag.as_str()];
            words.extend_from_slice(row);
            peer.say(&words).await;
        }
        peer.say(&["!done", &tag]).await;
        asked.push(heard.words().join(" "));
    }
    asked
}

async fn inspect(version: &str, calls: usize, rows: &[(&str, &[&str])]) -> (Inspection, Vec<String>, Router) {
    inspect_for(&managed(), version, calls, rows).await
}

async fn inspect_for(
    managed: &Managed,
    version: &str,
    calls: usize,
    rows: &[(&str, &[&str])],
) -> (Inspection, Vec<String>, Router) {
    let (listener, access) = listen().await;
    let (router, mut peer) = connected_to(version, listener, &access).await;
    let (inspection, asked) = tokio::join!(router.inspect(managed), serve(&mut peer, calls, rows));
    (inspection.unwrap(), asked, router)
}

#[tokio::test]
async fn an_inspection_reads_how_the_tunnel_dials_and_where_its_other_end_is_routed() {
    let rows: &[(&str, &[&str])] = &[
        ("/interface/wireless/security-profiles", &["=name=default"]),
        (
            "/ip/firewall/nat",
            &["=action=masquerade", "=out-interface=wlan1", "=disabled=false"],
        ),
        (
            "/interface/pptp-client",
            &["=connect-to=198.51.100.1", "=add-default-route=true"],
        ),
        ("/system/device-mode", &["=pptp=false"]),
        (
            "/user/active",
            &[
                "=name=swap",
                "=address=192.168.88.2",
                "=via=api",
                "=when=2026-05-31 08:00:00",
            ],
        ),
        (
            "/ip/route",
            &[
                "=.id=*5",
                "=dst-address=198.51.100.1/32",
                "=gateway=wlan1",
                "=routing-table=main",
            ],
        ),
        (
            "/ip/route",
            &[
                "=.id=*6",
                "=dst-address=198.51.100.1/32",
                "=gateway=wlan2",
                "=routing-table=office",
            ],
        ),
        (
            "/ip/route",
            &[
                "=.id=*7",
                "=dst-address=198.51.100.1/32",
                "=gateway=wlan2",
                "=routing-mark=office",
            ],
        ),
    ];
    let (inspection, asked, router) = inspect("7.17 (stable)", 11, rows).await;
    assert_eq!(inspection.profiles, Some(vec!["default".to_owned()]));
    assert_eq!(
        inspection.nat,
        Some(vec![NatRule {
            action: "masquerade".to_owned(),
            out_interface: "wlan1".to_owned(),
            out_interface_list: String::new(),
            disabled: false,
        }])
    );
    assert_eq!(
        inspection.dial,
        Some(DialSettings {
            verifies: None,
            to: "198.51.100.1".to_owned(),
            default_route: true
        })
    );
    assert_eq!(inspection.tunnel_allowed, Some(false));
    let gateways: Vec<_> = inspection
        .host_routes
        .iter()
        .map(|route| route.gateway.as_str())
        .collect();
    assert_eq!(gateways, ["wlan1"], "only the main table's");
    assert_eq!(inspection.path, router.path());
    assert_eq!(
        inspection.sessions,
        [UserSession {
            address: "192.168.88.2".to_owned(),
            via: "api".to_owned(),
            since: "2026-05-31 08:00:00".to_owned(),
        }]
    );
    assert!(
        asked[10].ends_with("?dst-address=198.51.100.1/32 ?dst-address=198.51.100.1 ?#|"),
        "{}",
        asked[10]
    );
}

#[tokio::test]
async fn an_inspection_asks_only_what_a_version_has() {
    let named: &[(&str, &[&str])] = &[("/interface/pptp-client", &["=connect-to=office.example.org"])];
    let (inspection, asked, _router) = inspect("6.49.10 (long-term)", 9, named).await;
    assert!(
        asked
            .iter()
            .all(|call| !call.starts_with("/system/device-mode") && !call.contains("?dst-address"))
    );
    assert_eq!((inspection.tunnel_allowed, inspection.host_routes.len()), (None, 0));
    assert_eq!(inspection.version.minor, 49);
}

fn over_wireguard() -> Managed {
    Managed {
        tunnel: Some((TunnelKind::Wireguard, InterfaceName::new("WG_to_Office"))),
        ..managed()
    }
}

#[tokio::test]
async fn an_inspection_reads_the_peers_of_a_wireguard_tunnel_and_what_is_routed_to_them() {
    let managed = over_wireguard();
    let rows: &[(&str, &[&str])] = &[
        (
            "/interface/wireguard/peers",
            &[
                "=public-key=b2ZmaWNl+w==",
                "=endpoint-address=198.51.100.1",
                "=endpoint-port=13231",
                "=allowed-address=10.97.0.1/32,::/0,10.99.0.0/24",
                "=persistent-keepalive=1m5s",
                "=is-responder=true",
                "=comment=office",
                "=disabled=false",
            ],
        ),
        (
            "/interface/wireguard/peers",
            &["=public-key=b3RoZXI=", "=persistent-keepalive=0s", "=disabled=true"],
        ),
        (
            "/ip/route",
            &["=.id=*5", "=dst-address=198.51.100.1/32", "=gateway=wlan1"],
        ),
        (
            "/ip/route",
            &[
                "=.id=*6",
                "=dst-address=10.97.0.0/24",
                "=gateway=WG_to_Office",
                "=dynamic=true",
            ],
        ),
    ];
    let (inspection, asked, _router) = inspect_for(&managed, "7.16 (stable)", 11, rows).await;
    let office = PeerSettings {
        public_key: "b2ZmaWNl+w==".to_owned(),
        to: "198.51.100.1".to_owned(),
        port: 13231,
        allowed: vec!["10.97.0.1/32".parse().unwrap(), "10.99.0.0/24".parse().unwrap()],
        keepalive: Some(Duration::from_secs(65)),
        responder: true,
        comment: b"office".to_vec(),
        disabled: false,
    };
    let other = PeerSettings {
        public_key: "b3RoZXI=".to_owned(),
        to: String::new(),
        port: 0,
        allowed: Vec::new(),
        keepalive: None,
        responder: false,
        comment: Vec::new(),
        disabled: true,
    };
    assert_eq!(inspection.peers, Some(vec![office, other]));
    assert_eq!(inspection.dial, None);
    let routes = inspection.static_routes.unwrap();
    let gateways: Vec<_> = routes.iter().map(|route| route.gateway.as_str()).collect();
    assert_eq!(gateways, ["wlan1"], "static ones only");
    assert_eq!(inspection.host_routes[0].gateway, "wlan1");
    let of_peers: Vec<&String> = asked.iter().filter(|call| call.contains("/peers/")).collect();
    assert!(of_peers[0].ends_with("?interface=WG_to_Office"), "{of_peers:?}");
    assert!(asked[10].contains("?dst-address=198.51.100.1/32"), "{}", asked[10]);
}

/// What helps a silent tunnel turns its peer off and on, so a peer that a person disabled must not be that one.
#[tokio::test]
async fn the_peer_of_a_snapshot_is_none_that_a_person_disabled() {
    let by_person: &[&str] = &["=.id=*1", "=interface=WG_to_Office", "=disabled=true", "=comment=old"];
    let by_agent: &[&str] = &[
        "=.id=*2",
        "=interface=WG_to_Office",
        "=disabled=true",
        "=comment=office tikroam:swap",
    ];
    let on: &[&str] = &["=.id=*3", "=interface=WG_to_Office", "=disabled=false"];
    let cases: [(&[&[&str]], Option<&str>); 4] = [
        (&[by_person], None),
        (&[by_person, by_agent], Some("*2")),
        (&[by_person, on], Some("*3")),
        (&[on, by_person], Some("*3")),
    ];
    for (peers, taken) in cases {
        let rows: Vec<(&str, &[&str])> = peers.iter().map(|peer| ("/interface/wireguard/peers", *peer)).collect();
        let (listener, access) = listen().await;
        let (router, mut peer) = connected_to("7.17 (stable)", listener, &access).await;
        let managed = over_wireguard();
        let (snapshot, _) = tokio::join!(router.snapshot(&managed), serve(&mut peer, 4, &rows));
        let found = snapshot.unwrap().peer.map(|peer| peer.id.0);
        assert_eq!(found.as_deref(), taken, "{peers:?}");
    }
}
