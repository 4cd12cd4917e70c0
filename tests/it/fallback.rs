//! Fallback uplinks, end to end: LTE or a cable takes over where no radio can carry the vehicle, and the vehicle returns
//! only to a radio that has been good for a while.

use tikroam::entry::{self, Event};
use tikroam::journal::{self, Journal};
use tikroam::sim::{DhcpServer, ModemWord, RouterOs, Settings, Sim, TunnelKind, What, Wire};
use tokio::task::{JoinSet, LocalSet};

use crate::dhcp::leased;
use crate::log::Log;
use crate::road::{END, config_of, happened, options, ride, road, row, settings, start, until};
use crate::trees::assert_taken;

const LTE: &str = include_str!("../../contrib/examples/lte.toml");

/// One radio that hears one access point well, and this wire.
fn vehicle(wire: Wire) -> Settings {
    let mut vehicle = settings(road(&[(-55, 0..END)]));
    vehicle.radios = vec!["wlan1".into()];
    vehicle.wires = vec![wire];
    vehicle
}

/// The interface that the managed default route leads over.
fn way(sim: &Sim) -> Option<String> {
    let route = row(sim, "/ip/route", "tikroam:default");
    let interface = route["gateway"].rsplit('%').next().unwrap().to_owned();
    (route["disabled"] == "false").then_some(interface)
}

fn is_reached(sim: &Sim) -> bool {
    sim.judged().witnessed.last().is_some_and(|call| call.dark.is_none())
}

async fn until_reached(what: &str, sim: &Sim, over: &str) {
    until(&format!("{what}: reached over {over}"), || {
        way(sim).as_deref() == Some(over) && is_reached(sim)
    })
    .await;
}

fn turn_radio(sim: &Sim, verb: &str) {
    sim.console(&format!("/interface/wireless/{verb}"), &[("numbers", "wlan1")])
        .unwrap();
}

/// The radio is lost, and comes back: the seconds from its return to that of the vehicle.
async fn there_and_back(what: String, text: String, vehicle: Settings, fallback: &'static str) {
    let dir = tempfile::tempdir().unwrap();
    let (path, transcript) = (dir.path().join("journal.jsonl"), dir.path().join("transcript.jsonl"));
    let mut vehicle = vehicle;
    vehicle.transcript = Some(transcript.clone());
    let (seven, counted) = (vehicle.routeros == RouterOs::V7_17, vehicle.wires[0].modem.is_some());
    let sim = start(vehicle).await;
    let mut options = options();
    options.journal = Some(Journal::new(&path, 1 << 30, 1, journal::RETRY));
    let (back_on_air, back) = ride(config_of(&text, &sim, &[]), options, async {
        until_reached(&what, &sim, "wlan1").await;
        turn_radio(&sim, "disable");
        until_reached(&what, &sim, fallback).await;
        // The way has something to carry.
        let since = sim.elapsed();
        until("ten seconds have passed", || (sim.elapsed() - since).as_secs() >= 10).await;
        let lost = sim.elapsed().as_secs_f64();
        turn_radio(&sim, "enable");
        let on_air = |what: &_| matches!(what, What::Authenticated { .. });
        until("the radio is back", || happened(&sim, lost, on_air)).await;
        let since = sim.elapsed().as_secs_f64();
        until_reached(&what, &sim, "wlan1").await;
        (since, sim.elapsed().as_secs_f64())
    })
    .await
    .1;
    assert!(
        back - back_on_air >= 25.0,
        "{what}: back after {} s",
        back - back_on_air
    );
    let entries = journal::read(&path).unwrap().entries;
    let carried = entries.iter().filter_map(|entry| match &entry.event {
        Event::Carried { uplink, received, sent } => Some((uplink.to_string(), received + sent)),
        _ => None,
    });
    let volume: u64 = carried
        .filter(|(uplink, _)| uplink == fallback)
        .map(|(_, bytes)| bytes)
        .sum();
    assert!(!counted || volume > 1_000, "{what}: {volume} bytes");
    entry::replay(entries).unwrap();
    if seven {
        assert_taken(&what, &transcript);
    }
}

#[tokio::test]
async fn lte_takes_over_and_is_left_for_a_radio_that_stays_good() {
    let _log = Log::strict();
    let words = [
        (ModemWord::Running, RouterOs::V7_17, TunnelKind::Pptp),
        (ModemWord::Connected, RouterOs::V6_49, TunnelKind::Pptp),
        (ModemWord::Registered, RouterOs::V7_17, TunnelKind::Wireguard),
    ];
    let all = async {
        let mut vehicles = JoinSet::new();
        for (word, routeros, tunnel) in words {
            let mut vehicle = vehicle(Wire::lte(word));
            (vehicle.routeros, vehicle.tunnel) = (routeros, tunnel);
            let text = match tunnel {
                TunnelKind::Wireguard => LTE.replace(
                    "interface = \"PPtP_to_Office\"",
                    "kind = \"wireguard\"\ninterface = \"WG_to_Office\"",
                ),
                _ => LTE.to_owned(),
            };
            vehicles.spawn_local(there_and_back(format!("{word:?}"), text, vehicle, "lte1"));
        }
        let text = LTE.replace(
            "interface = \"lte1\"",
            "interface = \"ether2\"\naddress = \"10.40.0.2/24\"\ngateway = \"10.40.0.1\"",
        );
        vehicles.spawn_local(there_and_back(
            "a cable".to_owned(),
            text,
            vehicle(Wire::ether()),
            "ether2",
        ));
        vehicles.join_all().await;
    };
    LocalSet::new().run_until(all).await;
}

/// It is up and carries nothing: one line of the log, and the radio has the vehicle again as soon as it is there.
#[tokio::test]
async fn a_dead_fallback_costs_one_line_and_no_radio() {
    let log = Log::strict();
    let mut wire = Wire::lte(ModemWord::Running);
    wire.passing = 0.0;
    let sim = start(vehicle(wire)).await;
    ride(config_of(LTE, &sim, &[]), options(), async {
        until_reached("dead", &sim, "wlan1").await;
        turn_radio(&sim, "disable");
        until("it was tried", || log.count("did not come up over lte1") == 1).await;
        turn_radio(&sim, "enable");
        until_reached("dead", &sim, "wlan1").await;
        let since = sim.elapsed();
        until("forty seconds have passed", || (sim.elapsed() - since).as_secs() >= 40).await;
    })
    .await;
    assert_eq!(way(&sim).as_deref(), Some("wlan1"));
    assert_eq!(log.count("did not come up over lte1"), 1);
}

#[tokio::test]
async fn a_fallback_that_is_down_is_said_once_and_changes_nothing() {
    let log = Log::strict();
    let sim = start(vehicle(Wire::lte(ModemWord::Running))).await;
    sim.console("/interface/lte/disable", &[("numbers", "lte1")]).unwrap();
    ride(config_of(LTE, &sim, &[]), options(), async {
        until_reached("down", &sim, "wlan1").await;
        turn_radio(&sim, "disable");
        until("it is said", || log.count("fallback lte1 is down: disabled") == 1).await;
        let since = sim.elapsed();
        until("ten seconds have passed", || (sim.elapsed() - since).as_secs() >= 10).await;
        turn_radio(&sim, "enable");
        until_reached("down", &sim, "wlan1").await;
    })
    .await;
    assert_eq!(log.count("fallback lte1"), 1);
}

/// A cable's lease is judged as a radio's: one that overlaps is said and not used; one that another network gives is.
#[tokio::test]
async fn a_lease_of_a_cable_that_overlaps_is_refused_and_reported() {
    let log = Log::strict();
    let text = LTE.replace("interface = \"lte1\"", "interface = \"ether2\"\naddress = \"dhcp\"");
    let mut wire = Wire::ether();
    (wire.address, wire.gateway) = ("192.168.88.50/24".into(), Some("192.168.88.254".into()));
    wire.dhcp = Some(DhcpServer::default());
    let sim = start(vehicle(wire)).await;
    ride(config_of(&text, &sim, &[]), options(), async {
        until_reached("refused", &sim, "wlan1").await;
        until("it is reported", || {
            log.count("ether2 does not use its address 192.168.88.101/24 by DHCP: it overlaps interface `ether1` (192.168.88.0/24)") == 1
        })
        .await;
        until("the client is off", || leased(&sim, "ether2").is_none()).await;
        turn_radio(&sim, "disable");
        until("the radio is lost", || log.count("wlan1 is not on any AP") == 1).await;
        let since = sim.elapsed();
        until("ten seconds have passed", || (sim.elapsed() - since).as_secs() >= 10).await;
        turn_radio(&sim, "enable");
        until_reached("refused", &sim, "wlan1").await;
    })
    .await;
    let to_cable = |what: &What| {
        matches!(what, What::Write { command, attributes, .. }
            if command == "/ip/route/set" && attributes.iter().any(|(_, value)| value.ends_with("%ether2")))
    };
    assert!(!happened(&sim, 0.0, to_cable), "the vehicle went out by the cable");
}

/// A cable whose server is silent is no way out, and the log says so once.
#[tokio::test]
async fn a_cable_without_a_lease_takes_nothing_over() {
    let log = Log::strict();
    let text = LTE.replace("interface = \"lte1\"", "interface = \"ether2\"\naddress = \"dhcp\"");
    let mut wire = Wire::ether();
    wire.dhcp = Some(DhcpServer {
        silent: true,
        ..DhcpServer::default()
    });
    let sim = start(vehicle(wire)).await;
    ride(config_of(&text, &sim, &[]), options(), async {
        until_reached("silent", &sim, "wlan1").await;
        until("it is said", || {
            log.count("fallback ether2 is down: no address by DHCP") == 1
        })
        .await;
        turn_radio(&sim, "disable");
        until("nothing takes over", || {
            log.count("swap begun") == 1 && log.count("wlan1 is not on any AP") == 1
        })
        .await;
        let since = sim.elapsed();
        until("ten seconds have passed", || (sim.elapsed() - since).as_secs() >= 10).await;
    })
    .await;
    assert_eq!(way(&sim).as_deref(), Some("wlan1"));
    assert_eq!(
        log.count("ether2 has no address by DHCP after 0.5 s: it is no candidate"),
        1
    );
}

/// The lease of the cable that carries the vehicle changes: route and tunnel follow.
#[tokio::test]
async fn a_lease_of_the_cable_in_use_that_changes_is_followed() {
    let log = Log::strict();
    let text = LTE.replace("interface = \"lte1\"", "interface = \"ether2\"\naddress = \"dhcp\"");
    let mut wire = Wire::ether();
    wire.dhcp = Some(DhcpServer::default());
    let sim = start(vehicle(wire)).await;
    ride(config_of(&text, &sim, &[]), options(), async {
        until_reached("start", &sim, "wlan1").await;
        until("the cable has a lease", || leased(&sim, "ether2").is_some()).await;
        turn_radio(&sim, "disable");
        until_reached("lost", &sim, "ether2").await;
        sim.faults()
            .rewire("ether2", "10.41.0.2/24", "10.41.0.1", Some(DhcpServer::default()));
        let id = row(&sim, "/ip/dhcp-client", "tikroam:dhcp:ether2")[".id"].clone();
        sim.console("/ip/dhcp-client/release", &[("numbers", &id)]).unwrap();
        until("the route follows", || {
            row(&sim, "/ip/route", "tikroam:default")["gateway"] == "10.41.0.1%ether2"
        })
        .await;
        until_reached("changed", &sim, "ether2").await;
    })
    .await;
    assert!(log.count("ether2 has the address 10.41.0.101/24 by DHCP") == 1);
}

/// An L2TP client that is tied to an address sends from the modem's while that carries the vehicle, and from the radio's again.
#[tokio::test]
async fn a_tied_tunnel_learns_the_modems_own_address() {
    let _log = Log::strict();
    let mut vehicle = vehicle(Wire::lte(ModemWord::Registered));
    (vehicle.routeros, vehicle.tunnel) = (RouterOs::V7_17, TunnelKind::L2tp);
    let sim = start(vehicle).await;
    let text = LTE.replace(
        "interface = \"PPtP_to_Office\"",
        "kind = \"l2tp\"\ninterface = \"L2TP_to_Office\"",
    );
    let tie = [("numbers", "L2TP_to_Office"), ("src-address", "10.10.10.2")];
    sim.console("/interface/l2tp-client/set", &tie).unwrap();
    let tied = || {
        let rows = sim.console("/interface/l2tp-client/print", &[]).unwrap();
        let mut fields = rows.into_iter().flatten();
        fields.find(|(name, _)| name == "src-address").unwrap().1
    };
    ride(
        config_of(&text, &sim, &[("HANDOVER__RETURN_AFTER", "0s")]),
        options(),
        async {
            until_reached("start", &sim, "wlan1").await;
            turn_radio(&sim, "disable");
            until_reached("lost", &sim, "lte1").await;
            assert_eq!(tied(), "100.64.0.2");
            turn_radio(&sim, "enable");
            until_reached("back", &sim, "wlan1").await;
            assert_eq!(tied(), "10.10.10.2");
        },
    )
    .await;
}
