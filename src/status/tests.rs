//! What is shown of made-up events.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::config::Config;
use crate::entry::{Event, On};
use crate::handover::Decision;
use crate::handover::reason::Reason;
use crate::names::{Bssid, InterfaceName, Ssid, UplinkId};
use crate::observation::{Heard, LeaseState, Link, Observation, Probe, Scan, UplinkView};
use crate::units::{Dbm, Moment};

fn recent() -> Recent {
    let environment = BTreeMap::from([("TIKROAM__ROUTER__PASSWORD".to_owned(), String::new())]);
    let config = Config::parse(Path::new("agent.toml"), include_str!("../../agent.toml"), &environment).unwrap();
    Recent::new(Facts::of(&config), at(0.0))
}

fn at(seconds: f64) -> Moment {
    Moment::after_start(Duration::from_secs_f64(seconds))
}

/// Noon is the start of the agent's clock.
fn wall(seconds: f64) -> Wall {
    let noon = Duration::from_secs(20_000 * 86_400 + 12 * 3600);
    Wall {
        now: at(seconds),
        unix: noon + Duration::from_secs_f64(seconds),
    }
}

fn id(name: &str) -> UplinkId {
    UplinkId::new(InterfaceName::new(name))
}

fn ssid(name: &str) -> Ssid {
    Ssid::new(name.as_bytes()).unwrap()
}

fn radio(name: &str, seconds: f64, network: &str, signal: i16) -> UplinkView {
    UplinkView {
        id: id(name),
        at: at(seconds),
        link: Some(Link {
            bssid: Bssid([2, 0, 0, 0, 0, if name == "wlan1" { 1 } else { 2 }]),
            network: Some(ssid(network)),
            signal: Some(Dbm(signal)),
            authenticated: true,
            since: at(1.0),
            stranger: false,
        }),
        lease: LeaseState::NotNeeded,
        steered: None,
    }
}

fn seen(seconds: f64, answered: Option<bool>) -> Observation {
    let probe = |answered| Probe {
        uplink: id("wlan1"),
        bssid: None,
        at: at(seconds),
        answered,
    };
    Observation {
        active: Some(id("wlan1")),
        uplinks: vec![
            radio("wlan1", seconds, "testssid1", -64),
            radio("wlan2", seconds, "testssid2", -70),
        ],
        probes: answered.map(probe).into_iter().collect(),
        ..Observation::default()
    }
}

fn step(recent: &mut Recent, seconds: f64, seen: Observation) {
    let reason = Reason::Good {
        uplink: id("wlan1"),
        signal: Dbm(-64),
        limit: Dbm(-78),
    };
    let decision = Decision {
        swap_to: None,
        bounce: false,
        reason,
        moves: Vec::new(),
    };
    recent.take(at(seconds), Event::Step { seen, decision });
    recent.beside(TunnelItem::On, recent.hold.clone());
    recent.turned(at(seconds));
}

fn connected(recent: &mut Recent) {
    let event = Event::Connected {
        identity: "unit".into(),
        version: "6.49.17".into(),
    };
    recent.take(at(0.5), event);
}

fn sentence(recent: &Recent, seconds: f64) -> String {
    recent.status(wall(seconds)).state.text
}

#[test]
fn only_a_probe_makes_it_reachable_and_only_for_as_long_as_it_proves_something() {
    let mut recent = recent();
    let mut said = vec![sentence(&recent, 0.2)];
    connected(&mut recent);
    said.push(sentence(&recent, 1.0));
    step(&mut recent, 2.0, seen(2.0, None));
    said.push(sentence(&recent, 2.0));
    step(&mut recent, 3.0, seen(3.0, Some(true)));
    step(&mut recent, 9.0, seen(9.0, Some(true)));
    said.push(sentence(&recent, 9.0));
    step(&mut recent, 50.0, seen(50.0, None));
    said.push(sentence(&recent, 50.0));
    let dials = Observation {
        dialing: true,
        ..seen(60.0, None)
    };
    step(&mut recent, 60.0, dials);
    said.push(sentence(&recent, 62.0));
    step(&mut recent, 63.0, seen(63.0, Some(true)));
    said.push(sentence(&recent, 63.0));
    recent.take(
        at(71.0),
        Event::NotReachable {
            since: at(70.0),
            on: On::default(),
        },
    );
    said.push(sentence(&recent, 71.5));
    recent.take(
        at(72.0),
        Event::Reachable {
            after: None,
            on: On::default(),
        },
    );
    step(&mut recent, 72.0, seen(72.0, Some(true)));
    said.push(sentence(&recent, 72.0));
    step(
        &mut recent,
        80.0,
        Observation {
            active: None,
            ..seen(80.0, None)
        },
    );
    said.push(sentence(&recent, 81.0));
    let cause = "the connection is closed\u{1b}[2J".to_owned();
    recent.take(at(90.0), Event::Disconnected { cause });
    said.push(sentence(&recent, 95.0));
    insta::assert_snapshot!(said.join("\n"), @r"
    no session with the router since 12:00:00, for 0.2 s: none since the start
    not proven: the agent reads the router
    not proven: the tunnel is up over wlan1 on testssid1, -64 dBm; no probe was answered yet
    reachable since 12:00:03 over wlan1 on testssid1, -64 dBm
    not proven: the tunnel is up over wlan1 on testssid1, -64 dBm; no probe was answered since 12:00:09
    not reachable since 12:01:00, for 2.0 s: the tunnel dials over wlan1 on testssid1, -64 dBm
    reachable since 12:01:03 over wlan1 on testssid1, -64 dBm
    not reachable since 12:01:10, for 1.5 s: no probe is answered over wlan1 on testssid1, -64 dBm
    reachable since 12:01:12 over wlan1 on testssid1, -64 dBm
    not reachable since 12:01:20, for 1.0 s: no uplink is active
    no session with the router since 12:01:30, for 5.0 s: the connection is closed\u{1b}[2J
    ");
}

#[test]
fn dark_spans_count_once() {
    let mut recent = recent();
    connected(&mut recent);
    step(&mut recent, 2.0, seen(2.0, Some(true)));
    recent.take(
        at(12.0),
        Event::NotReachable {
            since: at(10.0),
            on: On::default(),
        },
    );
    let swapped = |dark| Event::Swapped {
        from: Some(id("wlan1")),
        to: id("wlan2"),
        on: On::default(),
        reason: None,
        calls: 3,
        router: Duration::from_millis(20),
        since: None,
        dark,
    };
    recent.take(at(20.0), swapped(Some(Duration::from_secs(4))));
    recent.take(
        at(21.0),
        Event::Reachable {
            after: None,
            on: On::default(),
        },
    );
    recent.take(at(30.0), swapped(None));
    let status = recent.status(wall(40.0));
    assert_eq!((status.dark_s, recent.dark(at(40.0)).as_secs()), (11.0, 11));
    assert_eq!(status.swaps.len(), 2);
    assert_eq!(recent.status(wall(1000.0)).dark_s, 0.0);
}

/// Ten hours at four readings a second, with a new access point in each scan.
#[test]
fn what_is_kept_is_bounded() {
    let mut recent = recent();
    connected(&mut recent);
    for tick in 0..144_000_u32 {
        let seconds = f64::from(tick) / 4.0;
        let mut seen = seen(seconds, Some(tick % 7 != 0));
        if tick % 20 == 0 {
            seen.active = (tick % 40 == 0).then(|| id("wlan2"));
            let [low, high, ..] = (tick / 20).to_le_bytes();
            seen.scan = Some(Scan {
                radio: id("wlan2"),
                at: at(seconds),
                heard: Some(vec![Heard {
                    bssid: Bssid([2, 0, 0, 1, low, high]),
                    network: ssid("testssid1"),
                    signal: Dbm(-60),
                }]),
            });
        }
        step(&mut recent, seconds, seen);
    }
    let kept: Vec<usize> = recent.signals.values().map(std::collections::VecDeque::len).collect();
    assert!(kept.iter().all(|kept| *kept <= 1200), "{kept:?}");
    assert!(recent.active.len() <= 200 && recent.heard.len() <= 64 && recent.decisions.len() <= 30);
}

#[test]
fn the_loop_stands_still_after_three_deadlines() {
    let mut recent = recent();
    recent.turned(at(10.0));
    assert_eq!(recent.stands_still(at(40.0)), None);
    assert_eq!(recent.stands_still(at(41.0)), Some(Duration::from_secs(31)));
}

fn busy() -> Recent {
    let mut recent = recent();
    connected(&mut recent);
    recent.hold = Some(Hold {
        uplink: id("wlan1"),
        until: Some(at(600.0)),
        by: "anna".into(),
        why: Some("antenna <test>".into()),
    });
    for second in 2..20 {
        let seconds = f64::from(second);
        let mut seen = seen(seconds, Some(second != 7));
        seen.scan = (second == 15).then(|| Scan {
            radio: id("wlan2"),
            at: at(seconds),
            heard: Some(vec![Heard {
                bssid: Bssid([2, 0, 0, 0, 0, 3]),
                network: ssid("<script>alert(1)</script>"),
                signal: Dbm(-77),
            }]),
        });
        step(&mut recent, seconds, seen);
    }
    let swapped = Event::Swapped {
        from: None,
        to: id("wlan1"),
        on: On::default(),
        reason: None,
        calls: 3,
        router: Duration::from_millis(21),
        since: None,
        dark: Some(Duration::from_millis(1400)),
    };
    recent.take(at(19.0), swapped);
    recent
}

#[test]
fn a_terminal_shows_it() {
    insta::assert_snapshot!(text::text(&busy().status(wall(20.0))), @r"
    unit-14: not proven: the tunnel is up over wlan1 on testssid1, -64 dBm; no probe was answered yet
      router  192.168.88.1:8728, `unit`, RouterOS 6.49.17, session since 12:00:00
      tunnel  PPTP `PPtP_to_Office` up; pings to 10.99.0.1: 17 answered, 1 lost
      held    wlan1 by anna until 12:10:00: antenna <test>
      dark    1.4 s in the last 10 min
      agent   0.1.0, up for 20.0 s

      uplink  state    network    AP                 signal   since
      wlan1   active   testssid1  02:00:00:00:00:01  -64 dBm  12:00:01
      wlan2   standby  testssid2  02:00:00:00:00:02  -70 dBm  12:00:01

      heard                      AP                 signal   by     ago
      testssid1                  02:00:00:00:00:01  -64 dBm  wlan1  1.0 s
      testssid2                  02:00:00:00:00:02  -70 dBm  wlan2  1.0 s
      <script>alert(1)</script>  02:00:00:00:00:03  -77 dBm  wlan2  5.0 s

      swaps, the newest first
      12:00:19  none -> wlan1, dark for 1.4 s, 3 calls in 0.02 s

      decisions, the newest first
      12:00:02  wlan1 -64 dBm, above -78

      12:00:20 UTC, as all times here
    ");
}

#[test]
fn a_page_lets_no_name_of_the_air_through() {
    let recent = busy();
    let drawing = recent.drawing(at(20.0), 800).unwrap();
    let page = page::document(&recent.status(wall(20.0)), &drawing, "0123");
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script>alert"),
        "{page}"
    );
    assert!(page.contains("antenna &lt;test&gt;"), "{page}");
    for outside in ["http://", "https://", " src=", "@import", "url("] {
        let page = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page::policy("0123").contains("script-src 'nonce-0123'"));
}
