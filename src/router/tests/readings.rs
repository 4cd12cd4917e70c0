//! Readings on the wire: what is asked for, and what becomes of the answer.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::super::*;
use super::peer::{Peer, connected, connected_to, listen};
use crate::names::InterfaceName;
use crate::routeros::{RadioMenu, TunnelKind};
use crate::snapshot::Managed;
use crate::units::Dbm;

pub(super) fn managed() -> Managed {
    Managed {
        fallbacks: Vec::new(),
        held: Vec::new(),
        radios: vec![InterfaceName::new("wlan1"), InterfaceName::new("wlan2")],
        tunnel: Some((TunnelKind::Pptp, InterfaceName::new("PPtP_to_Office"))),
        clients: Vec::new(),
        menu: None,
    }
}

/// Answers the next call with these rows and gives what was asked.
async fn answer(peer: &mut Peer, rows: &[&[&[u8]]]) -> Vec<String> {
    let heard = peer.hear().await;
    let tag = heard.tag();
    for row in rows {
        let mut words = vec![&b"!re"[..], tag.as_bytes()];
        words.extend_from_slice(row);
        peer.say_bytes(&words).await;
    }
    peer.say(&["!done", &tag]).await;
    heard.words().into_iter().map(str::to_owned).collect()
}

async fn refuse(peer: &mut Peer, message: &str) -> Vec<String> {
    let heard = peer.hear().await;
    peer.say(&["!trap", &heard.tag(), &format!("=message={message}")]).await;
    peer.say(&["!done", &heard.tag()]).await;
    heard.words().into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn registrations_of_all_radios_are_one_command() {
    let (router, mut peer) = connected().await;
    let radios = managed().radios;
    let rows: &[&[&[u8]]] = &[
        &[
            b"=.id=*1",
            b"=interface=wlan1",
            b"=mac-address=02:00:00:00:00:01",
            b"=signal-strength=-51@1Mbps",
            b"=uptime=5d9m11s",
            b"=last-activity=4s750ms",
            b"=802.1x-port-enabled=true",
        ],
        &[b"=.id=*2", b"=interface=wlan2", b"=mac-address=nonsense"],
    ];
    let (read, asked) = tokio::join!(router.registrations(&radios), answer(&mut peer, rows));
    let read = read.unwrap();
    assert_eq!(
        asked,
        [
            "/interface/wireless/registration-table/print",
            "=.proplist=.id,interface,mac-address,signal-strength,uptime,802.1x-port-enabled",
            "?interface=wlan1",
            "?interface=wlan2",
            "?#|",
        ]
    );
    assert_eq!((read.rows.len(), read.unread), (1, 1));
    assert_eq!(read.rows[0].signal, Some(Dbm(-51)));
    assert_eq!(read.rows[0].port_enabled, Some(true));
}

#[tokio::test]
async fn an_ssid_that_is_no_text_keeps_its_bytes() {
    let (router, mut peer) = connected().await;
    let radio = InterfaceName::new("wlan1");
    let rows: &[&[&[u8]]] = &[&[
        b"=status=connected-to-ess",
        b"=ssid=caf\xe9",
        b"=bssid=02:00:00:00:00:01",
        b"=authenticated-clients=1",
    ]];
    let (monitor, asked) = tokio::join!(router.monitor(&radio), answer(&mut peer, rows));
    let monitor = monitor.unwrap();
    assert_eq!(asked[..3], ["/interface/wireless/monitor", "=numbers=wlan1", "=once="]);
    assert_eq!(monitor.ssid.unwrap().as_bytes(), b"caf\xe9");
    assert!(monitor.authenticated);
}

#[tokio::test]
async fn a_router_that_knows_no_proplist_on_monitor_is_asked_once_only() {
    let (router, mut peer) = connected().await;
    let radio = InterfaceName::new("wlan1");
    let serve = async {
        let first = refuse(&mut peer, "unknown parameter").await;
        let second = answer(&mut peer, &[&[b"=status=searching-for-network"]]).await;
        (first.len(), second)
    };
    let (monitor, (first, second)) = tokio::join!(router.monitor(&radio), serve);
    assert!(!monitor.unwrap().connected);
    assert_eq!(first, 4);
    assert_eq!(second, ["/interface/wireless/monitor", "=numbers=wlan1", "=once="]);
    let managed = managed();
    let connected: &[&[&[u8]]] = &[&[b"=status=connected", b"=uptime=48m6s"]];
    let (status, asked) = tokio::join!(router.tunnel_status(&managed), answer(&mut peer, connected));
    let status = status.unwrap();
    assert_eq!(
        asked,
        ["/interface/pptp-client/monitor", "=numbers=PPtP_to_Office", "=once="]
    );
    assert!(status.as_ref().is_some_and(|status| status.connected));
    assert_eq!(status.unwrap().uptime, Some(Duration::from_secs(48 * 60 + 6)));
}

#[tokio::test]
async fn only_the_word_connected_is_a_tunnel_that_is_up() {
    for word in ["dialing...", "terminating... - peer is not responding", "disabled", ""] {
        let (router, mut peer) = connected().await;
        let status = format!("=status={word}");
        let (managed, row) = (managed(), [status.as_bytes()]);
        let rows = [&row[..]];
        let (read, _) = tokio::join!(router.tunnel_status(&managed), answer(&mut peer, &rows));
        assert!(!read.unwrap().unwrap().connected, "{word}");
    }
}

#[tokio::test]
async fn a_snapshot_asks_for_managed_items_at_once_whatever_the_order_of_the_answers() {
    let (router, mut peer) = connected().await;
    let serve = async {
        let mut asked = Vec::new();
        for _ in 0..3 {
            asked.push(peer.hear().await);
        }
        let row = |menu: &str| match menu {
            "/ip/address/print" => vec![
                "=.id=*1",
                "=address=10.10.10.2/24",
                "=interface=wlan1",
                "=comment=tikroam:wlan1",
            ],
            "/ip/route/print" => vec![
                "=.id=*2",
                "=dst-address=0.0.0.0/0",
                "=gateway=10.10.10.1%wlan1",
                "=active=true",
            ],
            // A tunnel without its id cannot be read.
            _ => vec!["=name=PPtP_to_Office", "=running=true"],
        };
        for heard in asked.iter().rev() {
            let tag = heard.tag();
            let mut words = vec!["!re", &tag];
            words.extend(row(heard.words()[0]));
            peer.say(&words).await;
            peer.say(&["!done", &tag]).await;
        }
        asked.iter().map(|heard| heard.words().join(" ")).collect::<Vec<_>>()
    };
    let managed = managed();
    let (snapshot, asked) = tokio::join!(router.snapshot(&managed), serve);
    let snapshot = snapshot.unwrap();
    assert!(
        asked[0].ends_with("?comment=tikroam:wlan1 ?comment=tikroam:wlan2 ?#|"),
        "{asked:?}"
    );
    assert!(
        asked[1].ends_with("?dst-address=0.0.0.0/0 ?comment=tikroam:default ?#|"),
        "{asked:?}"
    );
    assert!(asked[2].ends_with("?name=PPtP_to_Office"), "{asked:?}");
    assert_eq!(snapshot.addresses[0].network, Ipv4Addr::new(10, 10, 10, 0));
    assert!(snapshot.routes[0].active && !snapshot.routes[0].dynamic);
    assert_eq!((snapshot.tunnel, snapshot.unread), (None, 1));
}

#[tokio::test]
async fn a_refused_part_of_a_snapshot_cancels_none_of_its_neighbours() {
    let (router, mut peer) = connected().await;
    let asked = managed();
    let serve = async {
        refuse(&mut peer, "not enough permissions (9)").await;
        answer(&mut peer, &[]).await;
        answer(&mut peer, &[]).await;
        peer
    };
    let (snapshot, mut peer) = tokio::join!(router.snapshot(&asked), serve);
    assert!(matches!(snapshot, Err(CallError::Refused(trap)) if trap.is_permission()));
    super::a_call_works(&router, &mut peer).await;
}

#[tokio::test]
async fn a_scan_keeps_the_last_row_of_each_access_point() {
    let (router, mut peer) = connected().await;
    let scan = router.scan(&InterfaceName::new("wlan2"), Duration::from_millis(1500), false);
    let serve = async {
        let first = refuse(&mut peer, "unknown parameter number").await;
        let rows: &[&[&[u8]]] = &[
            &[
                b"=address=02:00:00:00:00:01",
                b"=ssid=testssid1",
                b"=sig=-70",
                b"=channel=5180/20-Ceee/ac",
                b"=.section=0",
            ],
            &[b"=address=02:00:00:00:00:02", b"=ssid=", b"=sig=-80", b"=.section=0"],
            &[
                b"=address=02:00:00:00:00:01",
                b"=ssid=testssid1",
                b"=sig=-66",
                b"=channel=5180/20-Ceee/ac",
                b"=.section=1",
            ],
            &[b"=.section=1"],
        ];
        (first, answer(&mut peer, rows).await)
    };
    let (heard, (first, second)) = tokio::join!(scan, serve);
    assert_eq!(
        first,
        ["/interface/wireless/scan", "=number=wlan2", "=duration=1s500ms"]
    );
    assert_eq!(second, ["/interface/wireless/scan", "=.id=wlan2", "=duration=1s500ms"]);
    let heard = heard.unwrap();
    assert_eq!(
        heard.iter().map(|row| row.signal).collect::<Vec<_>>(),
        [Dbm(-66), Dbm(-80)]
    );
    assert_eq!(heard[1].ssid, None);
}

#[tokio::test]
async fn a_ping_is_judged_by_its_last_count_on_every_version() {
    let ping = Ping {
        address: Ipv4Addr::new(10, 0, 0, 1),
        count: 2,
        interval: Duration::from_millis(200),
        arp: None,
    };
    let rows: &[&[&[u8]]] = &[
        &[
            b"=seq=0",
            b"=host=10.0.0.1",
            b"=time=3ms",
            b"=sent=1",
            b"=received=1",
            b"=packet-loss=0",
        ],
        &[
            b"=seq=1",
            b"=host=10.0.0.9",
            b"=status=host unreachable",
            b"=time=614ms933us",
            b"=sent=2",
            b"=received=1",
        ],
    ];
    for (version, first, second) in [("7.23.2", "/tool/ping", "/ping"), ("6.49.10", "/ping", "/tool/ping")] {
        let (listener, access) = listen().await;
        let (router, mut peer) = connected_to(version, listener, &access).await;
        let serve = async {
            let first = refuse(&mut peer, "no such command prefix").await;
            (first, answer(&mut peer, rows).await)
        };
        let read = async {
            let mut pings = router.ping(&ping);
            let mut answers = Vec::new();
            while let Some(answer) = pings.next().await.unwrap() {
                answers.push(answer);
            }
            answers
        };
        let (answers, (one, two)) = tokio::join!(read, serve);
        // An unreachable host has a time as well, and is no answer.
        assert_eq!(answers, [Some(Duration::from_millis(3)), None]);
        assert_eq!((one[0].as_str(), two[0].as_str()), (first, second));
        assert_eq!(one[1..], ["=address=10.0.0.1", "=count=2", "=interval=200ms",]);
    }
}

#[tokio::test]
async fn a_survey_lists_what_the_router_refused_and_reads_the_rest() {
    let (router, mut peer) = connected().await;
    let serve = async {
        let mut asked = Vec::new();
        // One configured radio is missing, so that two other menus are asked.
        for _ in 0..13 {
            let heard = peer.hear().await;
            let (tag, menu) = (heard.tag(), heard.words()[0].to_owned());
            let mut say = async |words: &[&str]| {
                let mut all = vec!["!re", tag.as_str()];
                all.extend_from_slice(words);
                peer.say(&all).await;
            };
            match menu.as_str() {
                "/system/identity/print" => say(&["=name=bus 7"]).await,
                "/system/package/print" => {
                    say(&["=name=wireless", "=version=7.17", "=disabled=false"]).await;
                    say(&["=name=calea", "=version=7.17", "=disabled=false", "=available=true"]).await;
                }
                "/interface/wireless/print" => {
                    say(&[
                        "=name=wlan1",
                        "=mode=station",
                        "=ssid=",
                        "=default-authentication=true",
                        "=disabled=false",
                    ])
                    .await;
                }
                "/interface/wifi/print" => say(&["=name=wlan2"]).await,
                "/user/print" => say(&["=name=swap", "=group=swap", "=address=192.168.88.2/32"]).await,
                "/user/group/print" => say(&["=name=swap", "=policy=read,write,test,api,!local,!ftp"]).await,
                "/ip/address/print" => {
                    say(&[
                        "=.id=*9",
                        "=address=192.168.88.1/24",
                        "=interface=bridge",
                        "=dynamic=true",
                    ])
                    .await;
                }
                "/interface/bridge/port/print" => {
                    peer.say(&["!trap", &tag, "=message=not enough permissions (9)"]).await;
                }
                _ => {}
            }
            peer.say(&["!done", &tag]).await;
            asked.push(menu);
        }
        asked
    };
    let managed = managed();
    let (survey, asked) = tokio::join!(router.survey(&managed), serve);
    let survey = survey.unwrap();
    assert_eq!(survey.identity, "bus 7");
    assert_eq!(
        survey.packages.iter().map(|package| package.in_use).collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(survey.radios[0].mode, "station");
    assert_eq!(survey.elsewhere, [(RadioMenu::Wifi, InterfaceName::new("wlan2"))]);
    assert!(survey.addresses[0].dynamic);
    assert_eq!(survey.user.unwrap().policies, ["read", "write", "test", "api"]);
    assert_eq!(survey.refused.len(), 1);
    assert_eq!(survey.refused[0].command, "/interface/bridge/port/print");
    assert_eq!((survey.tunnel, survey.unread), (None, 0));
    assert!(asked.contains(&"/interface/pptp-client/print".to_owned()));
}

#[tokio::test]
async fn surroundings_are_two_calls_and_a_refused_one_leaves_its_part_empty() {
    let (router, mut peer) = connected().await;
    let managed = managed();
    let serve = async {
        let radios: &[&[&[u8]]] = &[
            &[b"=name=wlan1", b"=disabled=false"],
            &[b"=name=wlan2", b"=disabled=true"],
        ];
        let asked = [
            answer(&mut peer, radios).await,
            refuse(&mut peer, "not enough permissions (9)").await,
        ];
        asked.map(|words| words[0].clone())
    };
    let (surroundings, asked) = tokio::join!(router.surroundings(&managed), serve);
    let surroundings = surroundings.unwrap();
    assert_eq!(asked, ["/interface/wireless/print", "/user/active/print"]);
    assert_eq!(surroundings.disabled, [InterfaceName::new("wlan2")]);
    assert_eq!(surroundings.sessions, []);
}
