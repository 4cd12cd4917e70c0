//! Which access points a network has, how the hunt joins it, and which radio can reach it.

use std::collections::{BTreeMap, BTreeSet};

use tikroam::sim::{Event, Sender, Settings, Sim, What};

use crate::dhcp::{PPTP, printed, text};
use crate::log::Log;
use crate::road::{END, bssid, config_of, options, out_by, ride, road, row, settings, start, until, whole_by};

const FIRST: &str = "address = \"10.10.10.2/24\"\ngateway = \"10.10.10.1\"";
const SECOND: &str = "address = \"10.20.0.2/24\"\ngateway = \"10.20.0.1\"";
const THIRD: &str = "address = \"10.30.0.2/24\"\ngateway = \"10.30.0.1\"";

/// The fourth access point of a road sends the name of the first network and is none of its own.
fn impostor(vehicle: Settings) -> Settings {
    let mut vehicle = vehicle;
    vehicle.quirks.impostors = vec![bssid(3).to_string()];
    vehicle
}

fn pinned(sim: &Sim) -> tikroam::config::Config {
    let first = format!("{FIRST}\nbssid = [\"{}\"]", bssid(0));
    config_of(&text(&[("testssid1", &first), ("testssid2", SECOND)], PPTP), sim, &[])
}

/// Whether the agent gave a radio an address of a network while the radio was on an access point.
fn address_set_on(events: &[Event], address: &str, on: &str) -> bool {
    let mut place: BTreeMap<&str, &str> = BTreeMap::new();
    events.iter().any(|event| match &event.what {
        What::Associated { radio, bssid, .. } => {
            place.insert(radio, bssid);
            false
        }
        What::Lost { radio, .. } => {
            place.remove(radio.as_str());
            false
        }
        What::Write {
            command,
            attributes,
            by: Sender::Api,
            ..
        } if command == "/ip/address/set" => {
            let value = |name: &str| {
                attributes
                    .iter()
                    .find(|(one, _)| one == name)
                    .map(|(_, value)| value.as_str())
            };
            let there = value("interface").is_some_and(|radio| place.get(radio) == Some(&on));
            there && value("disabled") == Some("no") && value("address") == Some(address)
        }
        _ => false,
    })
}

/// The values that an attribute had in the agent's changes of the rule that steers a radio.
fn steered(sim: &Sim, radio: &str, attribute: &str) -> BTreeSet<String> {
    let id = row(
        sim,
        "/interface/wireless/connect-list",
        &format!("tikroam:hunt:{radio}"),
    )[".id"]
        .clone();
    let events = sim.events();
    let values = events.iter().filter_map(|event| match &event.what {
        What::Write {
            command,
            attributes,
            by: Sender::Api,
            refused: false,
        } if command == "/interface/wireless/connect-list/set"
            && attributes.contains(&(".id".to_owned(), id.clone())) =>
        {
            let found = attributes.iter().find(|(name, _)| name == attribute);
            found.map(|(_, value)| value.clone())
        }
        _ => None,
    });
    values.collect()
}

#[tokio::test]
async fn an_access_point_that_only_claims_the_name_is_not_used() {
    let log = Log::strict();
    let sim = start(impostor(settings(road(&[
        (-60, 0..END),
        (-62, 0..END),
        (-90, 0..0),
        (-45, 0..END),
    ]))))
    .await;
    ride(pinned(&sim), options(), async {
        until("the vehicle is reached", || log.count("reachable over") > 0).await;
        let since = sim.elapsed();
        until("time passes", || (sim.elapsed() - since).as_secs() >= 30).await;
    })
    .await;
    let claims = format!("{} sends the name of network `testssid1`", bssid(3));
    assert_eq!(log.count(&claims), 1);
    assert!(!address_set_on(&sim.events(), "10.10.10.2/24", &bssid(3).to_string()));
    for radio in ["wlan1", "wlan2"] {
        assert!(!steered(&sim, radio, "mac-address").contains(&bssid(3).to_string()));
    }
}

#[tokio::test]
async fn an_active_radio_that_roams_to_an_impostor_loses_its_address_there() {
    let log = Log::strict();
    let levels = [(-50, 0..60), (-62, 0..END), (-90, 0..0), (-45, 60..END)];
    let sim = start(impostor(settings(road(&levels)))).await;
    ride(pinned(&sim), options(), async {
        until("the vehicle is reached by the first network", || {
            log.count("reachable over") > 0
                && row(&sim, "/ip/route", "tikroam:default")["gateway"].starts_with("10.10.10.1%")
        })
        .await;
        until("it is reached by the second", || {
            log.count("reachable again") > 0
                && row(&sim, "/ip/route", "tikroam:default")["gateway"].starts_with("10.20.0.1%")
        })
        .await;
        let radio = out_by(&sim).unwrap();
        let other = if radio == "wlan1" { "wlan2" } else { "wlan1" };
        until("the other holds no address of the first", || {
            let item = row(&sim, "/ip/address", &format!("tikroam:{other}"));
            item["disabled"] == "true" || !item["address"].starts_with("10.10.10.")
        })
        .await;
    })
    .await;
    assert!(!address_set_on(&sim.events(), "10.10.10.2/24", &bssid(3).to_string()));
}

/// Rides until the standby was sent to the second network, which has these lines beside its address.
async fn sent_to_the_second(lines: &str, area: &str) -> Sim {
    let log = Log::strict();
    let mut vehicle = settings(road(&[(-55, 0..END), (-60, 0..END)]));
    vehicle.networks[1].area = area.to_owned();
    let sim = start(vehicle).await;
    // The router's own rules let nobody join it: only the one of the hunt does.
    for rule in sim.console("/interface/wireless/connect-list/print", &[]).unwrap() {
        if rule.contains(&("ssid".to_owned(), "testssid2".to_owned())) {
            let id = &rule.iter().find(|(name, _)| name == ".id").unwrap().1;
            let nowhere = [(".id", id.as_str()), ("area-prefix", "nowhere")];
            sim.console("/interface/wireless/connect-list/set", &nowhere).unwrap();
        }
    }
    let second = format!("{SECOND}\n{lines}");
    let config = config_of(&text(&[("testssid1", FIRST), ("testssid2", &second)], PPTP), &sim, &[]);
    ride(config, options(), async {
        until("the vehicle is reached", || log.count("reachable over") > 0).await;
        until("the standby is sent there", || {
            log.count("is moving to a better AP") > 0
        })
        .await;
        let since = sim.elapsed();
        until("it had the time to arrive", || (sim.elapsed() - since).as_secs() >= 12).await;
    })
    .await;
    sim
}

/// The values of an attribute in the changes of either rule.
fn of_rules(sim: &Sim, attribute: &str) -> BTreeSet<String> {
    &steered(sim, "wlan1", attribute) | &steered(sim, "wlan2", attribute)
}

fn arrived(sim: &Sim) -> bool {
    sim.events()
        .iter()
        .any(|event| matches!(&event.what, What::Authenticated { bssid: one, .. } if *one == bssid(1).to_string()))
}

#[tokio::test]
async fn area_and_security_profile_stand_in_the_rules_of_the_hunt() {
    let sim = sent_to_the_second("area = \"mtarea\"\nsecurity_profile = \"every-network\"", "mtarea-7").await;
    assert_eq!(of_rules(&sim, "area-prefix"), BTreeSet::from(["mtarea".to_owned()]));
    assert_eq!(
        of_rules(&sim, "security-profile"),
        BTreeSet::from(["every-network".to_owned()])
    );
    assert!(arrived(&sim));
}

#[tokio::test]
async fn an_access_point_of_another_area_is_not_joined() {
    let sim = sent_to_the_second("area = \"mtarea\"", "elsewhere").await;
    assert_eq!(of_rules(&sim, "area-prefix"), BTreeSet::from(["mtarea".to_owned()]));
    assert!(!arrived(&sim));
}

/// Two radios of two bands: the first, third and fifth access points are on 2.4 GHz, the others on 5 GHz.
fn two_bands() -> Settings {
    let levels = [(-55, 0..END), (-60, 0..END), (-50, 0..END), (-90, 0..0), (-58, 0..END)];
    let mut drive = road(&levels);
    for (index, ap) in drive.aps.iter_mut().enumerate() {
        ap.channel = if index % 2 == 0 {
            1 + 5 * u16::try_from(index / 2).unwrap()
        } else {
            36
        };
    }
    let mut vehicle = settings(drive);
    vehicle.quirks.ignores_band = false;
    vehicle
}

#[tokio::test]
async fn a_radio_is_sent_only_where_its_band_and_its_rules_allow() {
    let log = Log::strict();
    let sim = start(two_bands()).await;
    let band = [("numbers", "wlan2"), ("band", "5ghz-a/n/ac")];
    sim.console("/interface/wireless/set", &band).unwrap();
    // wlan1 may not join the third network.
    let rules = sim.console("/interface/wireless/connect-list/print", &[]).unwrap();
    let of = |row: &&Vec<(String, String)>, name: &str, value: &str| row.contains(&(name.to_owned(), value.to_owned()));
    let third = rules
        .iter()
        .find(|row| of(row, "interface", "wlan1") && of(row, "ssid", "securessid"));
    let id = third.unwrap().iter().find(|(name, _)| name == ".id").unwrap().1.clone();
    sim.console("/interface/wireless/connect-list/remove", &[(".id", &id)])
        .unwrap();
    let text = text(
        &[("testssid1", FIRST), ("testssid2", SECOND), ("securessid", THIRD)],
        PPTP,
    );
    let checked = printed(&sim, &text, &["check"]).await;
    assert!(
        checked.contains(
            "ok    reach: `wlan1` (2ghz-b/g/n) `testssid1`, `testssid2`; `wlan2` (5ghz-a/n/ac) `testssid1`, `testssid2`, `securessid`"
        ),
        "{checked}"
    );
    assert!(checked.contains("WARN  network-no-rule: no connect-list rule lets `wlan1` join network `securessid`"));
    ride(config_of(&text, &sim, &[]), options(), async {
        for _ in 0..3 {
            until("the vehicle goes out", || whole_by(&sim).is_ok()).await;
            let lost = whole_by(&sim).unwrap();
            until("the other is staged or on its way", || log.count("hunt:") > 0).await;
            let since = sim.elapsed();
            until("both had the time to settle", || {
                (sim.elapsed() - since).as_secs() >= 15
            })
            .await;
            sim.console("/interface/wireless/disable", &[("numbers", &lost)])
                .unwrap();
            until("the vehicle goes out by the other", || {
                whole_by(&sim).is_ok_and(|radio| radio != lost)
            })
            .await;
            sim.console("/interface/wireless/enable", &[("numbers", &lost)])
                .unwrap();
        }
    })
    .await;
    let allowed = |aps: &[usize]| -> BTreeSet<String> { aps.iter().map(|ap| bssid(*ap).to_string()).collect() };
    let sent = steered(&sim, "wlan1", "mac-address");
    assert!(sent.is_subset(&allowed(&[0, 4])), "{sent:?}");
    let sent = steered(&sim, "wlan2", "mac-address");
    assert!(sent.is_subset(&allowed(&[1])), "{sent:?}");
}

#[tokio::test]
async fn a_network_of_a_lower_priority_is_used_while_no_higher_is_good() {
    let log = Log::strict();
    let sim = start(settings(road(&[(-50, 0..END), (-66, 60..END)]))).await;
    let second = format!("{SECOND}\npriority = 5");
    let config = config_of(&text(&[("testssid1", FIRST), ("testssid2", &second)], PPTP), &sim, &[]);
    let by = |gateway: &str| {
        let route = row(&sim, "/ip/route", "tikroam:default");
        route["disabled"] == "false" && route["gateway"].starts_with(gateway)
    };
    ride(config, options(), async {
        until("the vehicle goes out by the lower", || {
            by("10.10.10.1%") && log.count("reachable over") > 0
        })
        .await;
        until("the higher is good for long enough", || by("10.20.0.1%")).await;
        let lost = out_by(&sim).unwrap();
        until("it is up", || log.count("swap ended: the tunnel is up over") >= 2).await;
        sim.console("/interface/wireless/disable", &[("numbers", &lost)])
            .unwrap();
        until("the vehicle goes out by the other radio", || {
            out_by(&sim).is_some_and(|radio| radio != lost)
        })
        .await;
    })
    .await;
    let swaps = log.at(tracing::Level::INFO);
    let reason = |line: &crate::log::Logged| line.value("reason").contains("goes before that of");
    let back = swaps
        .iter()
        .find(|line| reason(line))
        .expect("a swap for the priority's sake");
    // 30 s at the vehicle's speed.
    assert!(back.value("reason").contains("has been good for 3."), "{back:?}");
}
