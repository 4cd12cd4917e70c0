//! What differs between the versions of RouterOS and their menus of radios. `cells.rs` drives each.

use std::collections::{BTreeMap, BTreeSet};

use tikroam::config::Config;
use tikroam::sim::{RouterOs, Settings, Sim, What};

use crate::log::Log;
use crate::road::{
    END, SPEED, fading, happened, options, ride, road, settings, start, tunnel, until, whole_by, writes,
};

/// The versions whose radios are steered by their own settings, with the menu that lists them.
const NEWER: [(RouterOs, &str); 3] = [
    (RouterOs::V7_12, "/interface/wifiwave2"),
    (RouterOs::V7_20Wifi, "/interface/wifi"),
    (RouterOs::V7_24Wifi, "/interface/wifi"),
];

/// The vehicle of a version: its radios have the names that the version gives them.
fn vehicle(version: RouterOs, mut vehicle: Settings) -> Settings {
    vehicle.radios = version.radio_names(2);
    vehicle.routeros = version;
    vehicle
}

/// The example configuration with the vehicle's radios.
fn config(sim: &Sim, version: RouterOs) -> Config {
    let mut text = include_str!("../../agent.toml").to_owned();
    for (shipped, name) in ["wlan1", "wlan2"].iter().zip(version.radio_names(2)) {
        text = text.replace(&format!("\"{shipped}\""), &format!("\"{name}\""));
    }
    let own = [
        ("ADDRESS", sim.local_addr().to_string()),
        ("USER", "admin".into()),
        ("PASSWORD", String::new()),
        ("LOGIN_DEADLINE", "2m".into()),
        ("WRITE_DEADLINE", "2m".into()),
        ("ANSWER_DEADLINE", "2m".into()),
    ];
    let environment: BTreeMap<String, String> = own
        .into_iter()
        .map(|(key, value)| (format!("TIKROAM__ROUTER__{key}"), value))
        .collect();
    Config::parse(std::path::Path::new("agent.toml"), &text, &environment)
        .unwrap_or_else(|faults| panic!("{faults}"))
        .divided(SPEED)
}

/// Whether the vehicle can be reached, over a radio other than `from`.
fn up(sim: &Sim, from: Option<&str>) -> bool {
    tunnel(sim)["running"] == "true" && whole_by(sim).is_ok_and(|radio| Some(radio.as_str()) != from)
}

/// The settings of a radio.
fn radio(sim: &Sim, menu: &str, name: &str) -> BTreeMap<String, String> {
    let rows = sim.console(&format!("{menu}/print"), &[("numbers", name)]).unwrap();
    rows.into_iter().next().unwrap().into_iter().collect()
}

/// Writes to a menu of radios, with the id that each names.
fn settings_written(sim: &Sim, menu: &str) -> Vec<String> {
    let writes = writes(&sim.events()).into_iter();
    let of_menu = writes.filter(|(command, _)| [format!("{menu}/set"), format!("{menu}/unset")].contains(command));
    let id = |attributes: Vec<(String, String)>| {
        attributes
            .into_iter()
            .find(|(name, _)| name == ".id" || name == "numbers")
    };
    of_menu.filter_map(|(_, attributes)| Some(id(attributes)?.1)).collect()
}

/// Where `/interface/wifi` has no connect-list, the standby's own settings lead it to another network, and to its channel.
#[tokio::test]
async fn a_standby_is_steered_by_its_own_settings_and_the_actives_are_never_touched() {
    let log = Log::strict();
    let there = commands();
    for (version, menu) in NEWER {
        let folder = tempfile::tempdir().unwrap();
        let transcript = folder.path().join("transcript.jsonl");
        let mut with = vehicle(version, settings(road(&[(-55, 0..END), (-60, 0..END)])));
        with.transcript = Some(transcript.clone());
        let sim = start(with).await;
        sim.console(
            &format!("{menu}/set"),
            &[
                ("numbers", "wifi2"),
                ("comment", "roof left"),
                ("channel.frequency", "2412-2472"),
            ],
        )
        .unwrap();
        sim.console(
            &format!("{menu}/set"),
            &[("numbers", "wifi1"), ("comment", "roof right")],
        )
        .unwrap();
        let standby = ride(config(&sim, version), options(), async {
            until("it is reachable", || up(&sim, None)).await;
            let active = whole_by(&sim).unwrap();
            let standby = if active == "wifi1" { "wifi2" } else { "wifi1" };
            until("the standby is on the other network", || {
                happened(&sim, 0.0, |what| {
                    matches!(what, What::Associated { radio, ssid, .. } if radio == standby && ssid == "testssid2")
                })
            })
            .await;
            let steered = radio(&sim, menu, standby);
            assert_eq!(steered["configuration.ssid"], "testssid2");
            assert_eq!(steered["security"], "testssid2");
            assert_eq!(steered["channel.frequency"], "2417");
            assert!(
                steered["comment"].contains("tikroam:hunt=02:00:00:00:00:02="),
                "{steered:?}"
            );
            until("it is staged", || {
                let item = crate::road::row(&sim, "/ip/address", &format!("tikroam:{standby}"));
                item["disabled"] == "false"
            })
            .await;
            standby.to_owned()
        })
        .await
        .1;
        let left = radio(&sim, menu, &standby);
        assert!(
            left["comment"].starts_with("roof") && !left["comment"].contains("tikroam"),
            "{left:?}"
        );
        let before = (standby == "wifi2").then_some("2412-2472");
        assert_eq!(
            left.get("channel.frequency").map(String::as_str),
            before,
            "as before the agent"
        );
        let written: BTreeSet<String> = settings_written(&sim, menu).into_iter().collect();
        assert_eq!(
            written,
            BTreeSet::from([left[".id"].clone()]),
            "{version:?}: only the standby's settings"
        );
        assert_eq!(refused(&transcript, menu, &there), Vec::<String>::new());
    }
    assert_eq!(log.count("do not distinguish it from"), 0);
}

/// A radio that an agent left on one channel where nothing is: the next one sends it elsewhere, and gives it back its list.
#[tokio::test]
async fn a_radio_that_was_left_on_one_channel_is_restored() {
    let _log = Log::strict();
    let (version, menu) = (RouterOs::V7_24Wifi, "/interface/wifi");
    let sim = start(vehicle(version, settings(road(&[(-55, 0..END), (-60, 0..END)])))).await;
    let left = [
        ("numbers", "wifi2"),
        ("channel.frequency", "2472"),
        ("comment", "roof tikroam:hunt=02:00:00:00:00:63=2412,2417"),
    ];
    sim.console(&format!("{menu}/set"), &left).unwrap();
    ride(config(&sim, version), options(), async {
        until("it is reachable", || up(&sim, None)).await;
        until("the standby is back on the air", || {
            happened(
                &sim,
                0.0,
                |what| matches!(what, What::Authenticated { radio, .. } if radio == "wifi2"),
            )
        })
        .await;
    })
    .await;
    let radio = radio(&sim, menu, "wifi2");
    assert_eq!(radio["channel.frequency"], "2412,2417");
    assert_eq!(radio["comment"], "roof");
}

/// Each radio looks for one network only: where that ends, one of them scans and goes where another is.
#[tokio::test]
async fn a_network_that_no_radio_looks_for_is_found_when_the_others_are_gone() {
    let _log = Log::strict();
    for version in [RouterOs::V7_12, RouterOs::V7_24Wifi] {
        let sim = start(vehicle(
            version,
            settings(road(&[(-55, 0..12), (-95, 0..0), (-58, 16..END)])),
        ))
        .await;
        ride(config(&sim, version), options(), async {
            until("it is reachable", || up(&sim, None)).await;
            until("it is reachable over the third network", || {
                let route = crate::road::row(&sim, "/ip/route", "tikroam:default");
                up(&sim, None) && route["gateway"].starts_with("10.30.0.1%")
            })
            .await;
        })
        .await;
    }
}

/// What a channel cannot distinguish is said. A scan may miss one of the two, so that several vehicles are asked.
#[tokio::test]
async fn access_points_of_one_network_on_one_channel_are_reported() {
    let log = Log::strict();
    let version = RouterOs::V7_20Wifi;
    for seed in 1..=10 {
        let mut drive = road(&[(-55, 0..END), (-60, 0..END), (-97, 0..0), (-97, 0..0), (-62, 0..END)]);
        drive.aps[4].channel = drive.aps[1].channel;
        let mut with = vehicle(version, settings(drive));
        with.seed = seed;
        let sim = start(with).await;
        ride(config(&sim, version), options(), async {
            until("it is reachable", || up(&sim, None)).await;
            until("both radios have a network", || {
                let item = |radio: &str| crate::road::row(&sim, "/ip/address", &format!("tikroam:{radio}"));
                ["wifi1", "wifi2"]
                    .iter()
                    .all(|radio| item(radio)["disabled"] == "false")
            })
            .await;
        })
        .await;
        if log.count("do not distinguish it from") > 0 {
            return;
        }
    }
    panic!("it is never reported");
}

/// What a technician types works in the newer menus as well.
#[tokio::test]
async fn check_plan_and_record_find_the_radios_in_their_menu() {
    let _log = Log::strict();
    let (version, menu) = (RouterOs::V7_20Wifi, "/interface/wifi");
    let sim = start(vehicle(version, settings(road(&[(-55, 0..END), (-60, 0..END)])))).await;
    crate::road::until_on_air(&sim, &["wifi1", "wifi2"]).await;
    let port = sim.local_addr().port();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/contrib/examples/wifi-qcom.toml");
    let typed = async |words: &'static [&'static str]| {
        let output = move || {
            let tunnel = ("TIKROAM__TUNNEL__KIND", "pptp");
            let name = ("TIKROAM__TUNNEL__INTERFACE", "PPtP_to_Office");
            let mut command = crate::line::tikroam(port);
            command
                .args(words)
                .args(["--config", file])
                .envs([tunnel, name])
                .output()
                .unwrap()
        };
        let output = tokio::task::spawn_blocking(output).await.unwrap();
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    };
    let checked = typed(&["check"]).await;
    assert!(
        checked.contains("`wifi1`, `wifi2`: stations in `/interface wifi`"),
        "{checked}"
    );
    assert!(checked.contains("a radio can be sent to"), "{checked}");
    let planned = typed(&["plan", "--to", "wifi2"]).await;
    assert!(
        planned.contains("wifi2 -5") && planned.contains("10.10.10.1%wifi2"),
        "{planned}"
    );
    let recording = tikroam::record::Options {
        seconds: Some(3),
        strangers: false,
        second: std::time::Duration::from_millis(100),
        delays: options().delays,
    };
    let mut log = Vec::new();
    let never = std::future::pending();
    tikroam::record::live(&config(&sim, version), &recording, &mut log, never, |_| {})
        .await
        .unwrap();
    let log = String::from_utf8(log).unwrap();
    assert!(log.contains("02:00:00:00:00:01,testssid1"), "{log}");
    assert_eq!(settings_written(&sim, menu), Vec::<String>::new());
}

/// The login of a router before 6.43 is not supported: one line says what to do.
#[tokio::test]
async fn a_router_that_logs_in_by_challenge_is_refused_in_plain_words() {
    let log = Log::announcing(&["cannot log in"]);
    let version = RouterOs::V6_40;
    let sim = start(vehicle(version, settings(fading(25)))).await;
    let mut options = options();
    options.delays.person = std::time::Duration::from_secs(600);
    ride(config(&sim, version), options, async {
        until("it is logged", || log.count("cannot log in") == 1).await;
    })
    .await;
    assert_eq!(writes(&sim.events()), []);
    let logged = log.at(tracing::Level::ERROR);
    assert!(logged[0].value("cause").contains("older than 6.43"), "{logged:?}");
    assert!(logged[0].value("hint").contains("/system package update"), "{logged:?}");
}

/// The commands of the newer menus, with the arguments that every command tree has: `routeros-wifi.txt`.
fn commands() -> BTreeMap<String, BTreeSet<String>> {
    let lines = include_str!("routeros-wifi.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    let command = |line: &str| {
        let (path, arguments) = line.split_once(':').unwrap();
        (
            path.to_owned(),
            arguments.split_whitespace().map(str::to_owned).collect(),
        )
    };
    lines.map(command).collect()
}

/// What of the commands that went to a menu no router of its kind takes.
fn refused(transcript: &std::path::Path, menu: &str, there: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut sent = BTreeSet::new();
    for line in std::fs::read_to_string(transcript).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let words: Vec<&str> = line["words"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|word| word.as_str())
            .collect();
        let Some(path) = words
            .first()
            .filter(|word| line["dir"] == "in" && word.starts_with(menu))
        else {
            continue;
        };
        sent.insert((*path).to_owned());
        let Some(arguments) = there.get(*path) else {
            faults.push(format!("no such command: {path}"));
            continue;
        };
        for word in words.iter().filter_map(|word| word.strip_prefix('=')) {
            let name = word.split('=').next().unwrap();
            let fits = match name {
                ".proplist" => true,
                // The API takes an item's id for the console's number.
                ".id" => arguments.contains("numbers") || arguments.contains("number"),
                name => arguments.contains(name),
            };
            if !fits {
                faults.push(format!("unknown parameter {name}: {path}"));
            }
        }
    }
    for verb in [
        "print",
        "set",
        "scan",
        "registration-table/print",
        "configuration/print",
    ] {
        assert!(
            sent.contains(&format!("{menu}/{verb}")),
            "{verb} was not sent: {sent:?}"
        );
    }
    faults
}
