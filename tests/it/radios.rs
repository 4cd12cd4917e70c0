//! Vehicles with one, three and four radios, end to end: reachable at the start, after the active's access point fades, after
//! radios are lost, after a restart.

use std::collections::{BTreeMap, BTreeSet};

use tikroam::sim::{ModemWord, RouterOs, Settings, Sim, TunnelKind, What, Wire};
use tokio::task::{JoinSet, LocalSet};

use crate::log::Log;
use crate::road::{END, bssid, config_of, happened, options, ride, road, row, settings, start, until};
use crate::trees::assert_taken;

/// When the access point that every radio hears best fades, in simulated seconds.
const FADES: usize = 60;

/// A road of five access points on three networks; the best one of the start fades, and one of the others later still.
fn vehicle(radios: usize, routeros: RouterOs) -> Settings {
    let mut drive = road(&[
        (-52, 0..END),
        (-60, 0..END),
        (-62, 0..END),
        (-66, 0..END),
        (-70, 0..END),
    ]);
    for second in drive.seconds.iter_mut().skip(FADES) {
        second.remove(0);
    }
    let mut vehicle = settings(drive);
    (vehicle.routeros, vehicle.radios) = (routeros, routeros.radio_names(radios));
    vehicle
}

/// The example's configuration with these radios.
fn text(vehicle: &Settings) -> String {
    let entry = |name: &String| format!("[[radio]]\ninterface = \"{name}\"\n");
    let example = include_str!("../../agent.toml");
    let begin = example.find("[[radio]]").unwrap();
    let end = example.find("# One entry for each network").unwrap();
    let radios: String = vehicle.radios.iter().map(entry).collect();
    let text = format!("{}{radios}{}", &example[..begin], &example[end..]);
    match vehicle.tunnel {
        TunnelKind::Wireguard => text.replace(
            "interface = \"PPtP_to_Office\"",
            "kind = \"wireguard\"\ninterface = \"WG_to_Office\"",
        ),
        _ => text,
    }
}

fn menu(vehicle: RouterOs) -> &'static str {
    match vehicle {
        RouterOs::V7_20Wifi | RouterOs::V7_24Wifi => "/interface/wifi",
        RouterOs::V7_12 => "/interface/wifiwave2",
        _ => "/interface/wireless",
    }
}

/// Which access point each radio is on.
fn places(sim: &Sim, menu: &str) -> BTreeMap<String, String> {
    let rows = sim.console(&format!("{menu}/registration-table/print"), &[]).unwrap();
    let rows = rows.into_iter().map(|row| row.into_iter().collect::<BTreeMap<_, _>>());
    rows.map(|row| (row["interface"].clone(), row["mac-address"].clone()))
        .collect()
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

fn are_apart(sim: &Sim, menu: &str, radios: usize) -> bool {
    let places = places(sim, menu);
    places.len() == radios && places.values().collect::<BTreeSet<_>>().len() == radios
}

/// No two items ever hold one address.
fn assert_one_holder(what: &str, sim: &Sim) {
    let rows = sim.console("/ip/address/print", &[]).unwrap();
    let rows = rows.into_iter().map(|row| row.into_iter().collect::<BTreeMap<_, _>>());
    let held: Vec<String> = rows
        .filter(|row| row["disabled"] == "false")
        .map(|row| row["address"].clone())
        .collect();
    let distinct: BTreeSet<&String> = held.iter().collect();
    assert_eq!(distinct.len(), held.len(), "{what}: {held:?}");
}

/// The radio that carries the vehicle and others are lost, until so many are left.
fn lose(sim: &Sim, menu: &str, leave: usize) -> Vec<String> {
    let active = way(sim).unwrap();
    let mut radios: Vec<String> = places(sim, menu).into_keys().collect();
    radios.sort_by_key(|radio| *radio != active);
    radios.truncate(radios.len() - leave);
    for radio in &radios {
        sim.console(&format!("{menu}/disable"), &[("numbers", radio)]).unwrap();
    }
    radios
}

/// The whole day of a vehicle with several radios.
async fn several(count: usize, routeros: RouterOs, tunnel: TunnelKind) {
    let what = format!("{count} radios, {routeros:?}, {tunnel:?}");
    let dir = tempfile::tempdir().unwrap();
    let transcript = dir.path().join("transcript.jsonl");
    let mut vehicle = vehicle(count, routeros);
    (vehicle.tunnel, vehicle.transcript) = (tunnel, Some(transcript.clone()));
    let (text, menu) = (text(&vehicle), menu(routeros));
    let sim = start(vehicle).await;
    let reached = |say: &'static str| {
        let (what, sim) = (&what, &sim);
        async move { until(&format!("{what}: {say}"), || is_reached(sim)).await }
    };
    let lost = ride(config_of(&text, &sim, &[]), options(), async {
        reached("reached at the start").await;
        until(&format!("{what}: each on an access point of its own"), || {
            are_apart(&sim, menu, count)
        })
        .await;
        assert_one_holder(&what, &sim);
        until("the access point faded", || sim.elapsed().as_secs() > FADES as u64 + 5).await;
        reached("reached after the fade").await;
        until(&format!("{what}: apart again"), || {
            are_apart(&sim, menu, count) && !places(&sim, menu).values().any(|on| *on == bssid(0).to_string())
        })
        .await;
        reached("reached before the loss").await;
        let lost = lose(&sim, menu, count - 2);
        let on_another = || way(&sim).is_some_and(|way| !lost.contains(&way)) && is_reached(&sim);
        until(&format!("{what}: reached without {lost:?}"), on_another).await;
        lost
    })
    .await
    .1;
    ride(config_of(&text, &sim, &[]), options(), async {
        let since = sim.elapsed().as_secs();
        until("the office noticed whatever there is", || {
            sim.elapsed().as_secs() > since + 3
        })
        .await;
        reached("reached after a restart").await;
        for radio in &lost {
            sim.console(&format!("{menu}/enable"), &[("numbers", radio)]).unwrap();
        }
        until(&format!("{what}: all are back and apart"), || {
            are_apart(&sim, menu, count)
        })
        .await;
        reached("reached at the end").await;
        assert_one_holder(&what, &sim);
    })
    .await;
    let on_active = |happened: &_| matches!(happened, What::Scan { active: true, .. });
    assert!(!happened(&sim, 0.0, on_active), "{what}: a scan on the active radio");
    if routeros == RouterOs::V7_17 {
        assert_taken(&what, &transcript);
    }
}

#[tokio::test]
async fn three_and_four_radios_keep_the_vehicle_reachable() {
    let _log = Log::strict();
    let vehicles = [
        (3, RouterOs::V6_49, TunnelKind::Pptp),
        (3, RouterOs::V7_20Wifi, TunnelKind::Wireguard),
        (4, RouterOs::V7_17, TunnelKind::Wireguard),
    ];
    let all = async {
        let mut running = JoinSet::new();
        for (count, routeros, tunnel) in vehicles {
            running.spawn_local(several(count, routeros, tunnel));
        }
        running.join_all().await;
    };
    LocalSet::new().run_until(all).await;
}

/// The whole day of a vehicle with one radio: it scans when it is lost, and never while it is on an access point.
async fn single(routeros: RouterOs, hunts: bool) {
    let what = format!("one radio, {routeros:?}, hunt {hunts}");
    let vehicle = vehicle(1, routeros);
    let (text, menu, radio) = (text(&vehicle), menu(routeros), vehicle.radios[0].clone());
    let sim = start(vehicle).await;
    let keys = [("HUNT__ENABLED", if hunts { "true" } else { "false" })];
    let reached = |say: &'static str| {
        let (what, sim) = (&what, &sim);
        async move { until(&format!("{what}: {say}"), || is_reached(sim)).await }
    };
    let scanned = || happened(&sim, 0.0, |what| matches!(what, What::Scan { .. }));
    ride(config_of(&text, &sim, &keys), options(), async {
        reached("reached at the start").await;
        assert!(!scanned(), "{what}: it is on an access point");
        until("the access point faded", || sim.elapsed().as_secs() > FADES as u64 + 5).await;
        reached("reached after the fade").await;
        let turn = |verb: &str| sim.console(&format!("{menu}/{verb}"), &[("numbers", &radio)]).unwrap();
        turn("disable");
        until("it is noticed", || !is_reached(&sim)).await;
        turn("enable");
        reached("reached after it was lost").await;
    })
    .await;
    ride(config_of(&text, &sim, &keys), options(), async {
        let since = sim.elapsed().as_secs();
        until("the office noticed whatever there is", || {
            sim.elapsed().as_secs() > since + 3
        })
        .await;
        reached("reached after a restart").await;
    })
    .await;
    let on_active = |happened: &_| matches!(happened, What::Scan { active: true, .. });
    assert!(!happened(&sim, 0.0, on_active), "{what}: a scan on the active radio");
    assert!(hunts || !scanned(), "{what}: it scans though it may not");
}

#[tokio::test]
async fn one_radio_keeps_the_vehicle_reachable_and_scans_only_while_it_is_lost() {
    let _log = Log::strict();
    let all = async {
        let mut running = JoinSet::new();
        for (routeros, hunts) in [
            (RouterOs::V6_49, true),
            (RouterOs::V6_49, false),
            (RouterOs::V7_20, true),
        ] {
            running.spawn_local(single(routeros, hunts));
        }
        running.join_all().await;
    };
    LocalSet::new().run_until(all).await;
}

/// In the newer menus a radio looks for one network only: where that is gone, what the radio heard leads it to the best other.
#[tokio::test]
async fn one_radio_whose_network_is_gone_goes_to_the_best_access_point_that_it_hears() {
    let _log = Log::strict();
    let lost_at = 30;
    let drive = road(&[(-55, 0..lost_at), (-80, 0..END), (-60, 0..END)]);
    let mut vehicle = settings(drive);
    (vehicle.routeros, vehicle.radios) = (RouterOs::V7_20Wifi, vec!["wifi1".into()]);
    let text = text(&vehicle);
    let sim = start(vehicle).await;
    ride(config_of(&text, &sim, &[]), options(), async {
        until("reached", || is_reached(&sim)).await;
        let best = bssid(2).to_string();
        until("it is on the best", || {
            places(&sim, "/interface/wifi").get("wifi1") == Some(&best)
        })
        .await;
        until("reached again", || is_reached(&sim)).await;
    })
    .await;
    let scans = |what: &_| matches!(what, What::Scan { .. });
    assert!(happened(&sim, lost_at as f64, scans));
    let on_active = |what: &_| matches!(what, What::Scan { active: true, .. });
    assert!(!happened(&sim, 0.0, on_active));
}

/// While LTE carries the vehicle, a single radio that is on a poor access point hunts as any standby does.
#[tokio::test]
async fn one_radio_beside_lte_hunts_while_lte_carries_the_vehicle() {
    let _log = Log::strict();
    // The good one comes late, when the radio has settled on the poor one.
    let mut vehicle = settings(road(&[(-84, 0..END), (-60, 30..END)]));
    (vehicle.radios, vehicle.wires) = (vec!["wlan1".into()], vec![Wire::lte(ModemWord::Running)]);
    let text = include_str!("../../contrib/examples/lte.toml");
    let sim = start(vehicle).await;
    ride(config_of(text, &sim, &[]), options(), async {
        let over = |interface: &str| way(&sim).as_deref() == Some(interface) && is_reached(&sim);
        until("LTE carries the vehicle", || over("lte1")).await;
        until("the radio carries the vehicle", || over("wlan1")).await;
        let best = bssid(1).to_string();
        assert_eq!(places(&sim, "/interface/wireless").get("wlan1"), Some(&best));
    })
    .await;
    let scans = |what: &_| matches!(what, What::Scan { background: true, .. });
    assert!(happened(&sim, 30.0, scans));
    let on_active = |what: &_| matches!(what, What::Scan { active: true, .. });
    assert!(!happened(&sim, 0.0, on_active));
}
