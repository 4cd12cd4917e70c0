//! The demo as programs read it.

use std::collections::BTreeMap;

use serde::Deserialize;
use tikroam::drive;
use tikroam::sim::SecondSession;
use tikroam::trial::{Driver, Equipment, Report, Ride, rivals};

use crate::line::tikroam;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Demo {
    drive: Drive,
    vehicles: Vec<Vehicle>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Drive {
    name: String,
    from: u64,
    seconds: u64,
    seed: u64,
    unavoidable_seconds: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vehicle {
    controller: String,
    dark_seconds: f64,
    avoidable_dark_seconds: f64,
    longest_dark_seconds: f64,
    swaps: u32,
    reached_percent: f64,
    swap_router_ms_p50: Option<f64>,
    causes: BTreeMap<String, f64>,
}

/// What a demo of ten seconds with these arguments prints to stdout.
fn demo(arguments: &[&str]) -> String {
    let output = tikroam(1)
        .args(["demo", "--seconds", "10"])
        .args(arguments)
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{log}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn six_vehicles_are_judged_alike() {
    let demo: Demo = serde_json::from_str(&demo(&["--json"])).unwrap();
    let drive = &demo.drive;
    assert_eq!(
        (drive.name.as_str(), drive.from, drive.seconds, drive.seed),
        ("embedded", 0, 10, 4)
    );
    let names: Vec<&str> = demo.vehicles.iter().map(|one| one.controller.as_str()).collect();
    let expected = [
        "tikroam-wireguard",
        "tikroam",
        "failover",
        "single-radio-wireguard",
        "script",
        "single-radio",
    ];
    assert_eq!(names, expected);
    for one in &demo.vehicles {
        let causes: f64 = one.causes.values().sum();
        assert!((one.avoidable_dark_seconds - causes).abs() < 0.01, "{one:?}");
        let unavoidable = one.dark_seconds - one.avoidable_dark_seconds;
        assert!(
            (unavoidable - drive.unavoidable_seconds).abs() < 0.01,
            "{drive:?} {one:?}"
        );
        assert!(
            one.longest_dark_seconds <= one.dark_seconds && one.dark_seconds <= 10.0,
            "{one:?}"
        );
        assert!(
            (one.reached_percent - 10.0 * (10.0 - one.dark_seconds)).abs() < 0.1,
            "{one:?}"
        );
        assert!(
            one.controller.starts_with("tikroam") || one.swap_router_ms_p50.is_none(),
            "{one:?}"
        );
        assert!(one.swaps < 10, "{one:?}");
    }
}

#[test]
fn a_tunnel_and_an_office_can_be_chosen_and_the_result_is_said_in_one_sentence() {
    let said = demo(&["--tunnel", "pptp", "--office", "refuse"]);
    for part in [
        ". reachable",
        "tikroam: this agent",
        "unavoidable:",
        "avoidable seconds by their cause",
    ] {
        assert!(said.contains(part), "no `{part}` in: {said}");
    }
    assert!(!said.contains("wireguard"), "{said}");
    let last = said.lines().last().unwrap();
    assert!(
        last.starts_with("In these 10 s of driving") && last.contains("under single-radio;"),
        "{last}"
    );
}

#[test]
fn a_rival_fares_the_same_at_any_speed() {
    let drive = drive::embedded();
    let at = |speed: f64| {
        let ride = Ride {
            drive: &drive,
            from: 40,
            seconds: 10,
            seed: 1,
            speed,
            office: SecondSession::BesideCleaned,
            survives_radio: true,
            equipment: Equipment::Plain,
            keys: &[],
        };
        Report::new(&ride, &rivals(&ride, &Driver::DEMO).unwrap())
    };
    let report = at(1.0);
    assert_eq!(report.vehicles.len(), 4, "the agents are no rivals");
    assert!(
        report.vehicles.iter().any(|one| one.avoidable_dark_seconds > 0.0),
        "{report:?}"
    );
    assert_eq!(report, at(16.0));
}
