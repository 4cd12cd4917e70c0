//! From the box to the road: the commands that `tikroam setup` prints, on a router that nobody has set up yet.

use std::collections::BTreeMap;
use std::path::Path;

use tikroam::config::Config;
use tikroam::routeros::RadioMenu;
use tikroam::setup::{self, Answers, AskedNetwork, Script};
use tikroam::sim::{RouterOs, Settings, Sim, TunnelKind};
use tokio::task::{JoinSet, LocalSet, spawn_blocking};

use crate::console::Console;
use crate::line::{shipped, tikroam};
use crate::log::Log;
use crate::road::{END, config_of, options, out_by, ride, road, settings, start, until};

/// The password of the API user.
const PASSWORD: &str = "correct-horse-battery";

/// A tunnel over a router of one kind.
#[derive(Debug, Clone, Copy)]
struct Case {
    routeros: RouterOs,
    menu: RadioMenu,
    tunnel: TunnelKind,
    kind: &'static str,
    interface: &'static str,
}

const fn case(
    routeros: RouterOs,
    menu: RadioMenu,
    tunnel: TunnelKind,
    kind: &'static str,
    interface: &'static str,
) -> Case {
    Case {
        routeros,
        menu,
        tunnel,
        kind,
        interface,
    }
}

const CASES: [Case; 6] = [
    case(
        RouterOs::V6_49,
        RadioMenu::Wireless,
        TunnelKind::Pptp,
        "pptp",
        "PPtP_to_Office",
    ),
    case(
        RouterOs::V7_17,
        RadioMenu::Wireless,
        TunnelKind::Wireguard,
        "wireguard",
        "WG_to_Office",
    ),
    case(
        RouterOs::V7_12,
        RadioMenu::WifiWave2,
        TunnelKind::L2tp,
        "l2tp",
        "L2TP_to_Office",
    ),
    case(
        RouterOs::V7_20,
        RadioMenu::Wireless,
        TunnelKind::Sstp,
        "sstp",
        "SSTP_to_Office",
    ),
    case(
        RouterOs::V7_20Wifi,
        RadioMenu::Wifi,
        TunnelKind::Ovpn,
        "ovpn",
        "OVPN_to_Office",
    ),
    case(RouterOs::V7_24Wifi, RadioMenu::Wifi, TunnelKind::None, "none", ""),
];

impl Case {
    fn radios(self) -> [&'static str; 2] {
        match self.menu {
            RadioMenu::Wireless => ["wlan1", "wlan2"],
            RadioMenu::Wifi | RadioMenu::WifiWave2 => ["wifi1", "wifi2"],
        }
    }

    fn vehicle(self) -> Settings {
        let mut vehicle = settings(road(&[(-55, 0..END), (-60, 0..END)]));
        vehicle.routeros = self.routeros;
        vehicle.tunnel = self.tunnel;
        vehicle.radios = self.radios().map(str::to_owned).to_vec();
        vehicle.stock = true;
        vehicle
    }

    /// What `tikroam init` makes of a technician's answers.
    fn text(self) -> String {
        let network = |ssid: &str, address: &str, gateway: &str| AskedNetwork {
            ssid: ssid.into(),
            address: address.into(),
            gateway: gateway.into(),
            open: false,
        };
        let has_tunnel = self.kind != "none";
        let of_tunnel = |text: &str| if has_tunnel { text.to_owned() } else { String::new() };
        let answers = Answers {
            router: "192.168.88.1".into(),
            pc: "127.0.0.1".into(),
            radios: self.radios().map(str::to_owned).to_vec(),
            networks: vec![
                network("testssid1", "10.10.10.2/24", "10.10.10.1"),
                network("testssid2", "10.20.0.2/24", "10.20.0.1"),
                network("securessid", "10.30.0.2/24", "10.30.0.1"),
            ],
            kind: self.kind.into(),
            interface: self.interface.into(),
            probe: if has_tunnel { "10.99.0.1" } else { "198.51.100.10" }.into(),
            office: of_tunnel("198.51.100.10"),
            office_networks: [of_tunnel("10.99.0.0/24")]
                .into_iter()
                .filter(|net| !net.is_empty())
                .collect(),
            ends: [of_tunnel("10.99.0.14"), of_tunnel("10.99.0.1")],
            fallback: String::new(),
        };
        // The simulated access points know each key by the name of its profile.
        let mut text = setup::filled(&answers);
        for ssid in ["testssid1", "testssid2", "securessid"] {
            let line = format!("ssid = \"{ssid}\"\n");
            text = text.replace(&line, &format!("{line}security_profile = \"{ssid}\"\n"));
        }
        text
    }

    fn config(self, sim: &Sim) -> Config {
        let own = [
            ("PASSWORD", PASSWORD.to_owned()),
            ("ADDRESS", sim.local_addr().to_string()),
        ];
        let environment = own
            .map(|(key, value)| (format!("TIKROAM__ROUTER__{key}"), value))
            .into();
        Config::parse(Path::new("agent.toml"), &self.text(), &environment).unwrap_or_else(|faults| panic!("{faults}"))
    }

    /// The commands with everything that only a person has.
    fn script(self, sim: &Sim) -> Script {
        let mut script = setup::vehicle(&self.config(sim), self.menu).unwrap_or_else(|lacks| panic!("{lacks}"));
        for secret in &mut script.secrets {
            let value = match secret.variable.as_str() {
                "apiPassword" => PASSWORD,
                "officeKey" => "b2ZmaWNlb2ZmaWNlb2ZmaWNlb2ZmaWNlb2ZmaWNlb2Y=",
                _ => "a \"key\" of $ome 27?",
            };
            secret.value = Some(value.to_owned());
        }
        script
    }
}

/// Every item of the menus that a script writes to.
fn dump(sim: &Sim, script: &Script) -> Vec<String> {
    let rows = |menu: &str| {
        let rows = sim.console(&format!("{menu}/print"), &[]).unwrap();
        let shown = rows.into_iter().map(|row| {
            let stored = row.into_iter().filter(|(name, _)| {
                ![
                    ".id",
                    "running",
                    "last-seen",
                    "expires-after",
                    "status",
                    "uptime",
                    "inactive",
                    "active",
                ]
                .contains(&name.as_str())
            });
            format!("{menu} {:?}", stored.collect::<BTreeMap<_, _>>())
        });
        shown.collect::<Vec<_>>()
    };
    script.menus().into_iter().flat_map(rows).collect()
}

async fn from_the_box(case: Case) {
    let sim = start(case.vehicle()).await;
    let script = case.script(&sim);
    let text = script.to_string();
    Console::new(&sim)
        .import(&text)
        .unwrap_or_else(|error| panic!("{case:?}: {error}"));
    let once = dump(&sim, &script);
    Console::new(&sim)
        .import(&text)
        .unwrap_or_else(|error| panic!("{case:?}, again: {error}"));
    assert_eq!(dump(&sim, &script), once, "{case:?}: imported twice");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("agent.toml");
    std::fs::write(&file, case.text()).unwrap();
    for verb in [["check", "--config"], ["setup", "--check"]] {
        let mut command = tikroam(sim.local_addr().port());
        command
            .env("TIKROAM__ROUTER__USER", "tikroam")
            .env("TIKROAM__ROUTER__PASSWORD", PASSWORD);
        command.args(verb);
        if verb[1] == "--check" {
            command.arg("--config");
        }
        command.arg(&file);
        let output = spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let said = [output.stdout, output.stderr]
            .map(|bytes| String::from_utf8(bytes).unwrap())
            .concat();
        assert_eq!(output.status.code(), Some(0), "{case:?} {verb:?}: {said}");
        assert!(!said.contains("WARN"), "{case:?} {verb:?}: {said}");
        assert!(!said.contains(PASSWORD));
    }

    let as_tikroam = [("ROUTER__USER", "tikroam"), ("ROUTER__PASSWORD", PASSWORD)];
    ride(config_of(&case.text(), &sim, &as_tikroam), options(), async {
        until(&format!("{case:?}: the vehicle is reached"), || {
            out_by(&sim).is_some() && sim.judged().witnessed.last().is_some_and(|call| call.dark.is_none())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_router_from_its_box_carries_the_vehicle_after_one_import() {
    let _log = Log::strict();
    let all = async {
        let mut vehicles = JoinSet::new();
        for case in CASES {
            vehicles.spawn_local(from_the_box(case));
        }
        vehicles.join_all().await;
    };
    LocalSet::new().run_until(all).await;
}

/// The power goes, or the console is closed: the next import finishes what was begun.
#[tokio::test]
async fn an_import_that_stopped_anywhere_is_finished_by_the_next() {
    for case in [CASES[0], CASES[4]] {
        let whole = start(case.vehicle()).await;
        let script = case.script(&whole);
        let text = script.to_string();
        let mut console = Console::new(&whole);
        console.import(&text).unwrap();
        let (wanted, writes) = (dump(&whole, &script), console.writes);
        assert!(writes > 20, "{writes}");
        for stop in 0..writes {
            let sim = start(case.vehicle()).await;
            let mut console = Console::new(&sim);
            console.most = stop;
            assert!(console.import(&text).is_err());
            Console::new(&sim)
                .import(&text)
                .unwrap_or_else(|error| panic!("{case:?}, after {stop}: {error}"));
            assert_eq!(dump(&sim, &script), wanted, "{case:?}: stopped after {stop} writes");
        }
    }
}

/// Whoever leaves a placeholder gets no router that is half set up.
#[tokio::test]
async fn nothing_is_done_while_a_placeholder_is_left() {
    let case = CASES[0];
    let sim = start(case.vehicle()).await;
    let script = setup::vehicle(&case.config(&sim), case.menu).unwrap();
    let mut console = Console::new(&sim);
    let stopped = console.import(&script.to_string()).unwrap_err();
    assert!(stopped.contains("change apiPassword first"), "{stopped}");
    assert_eq!(console.writes, 0);
}

/// `setup --check` on a router from its box prints the whole script, and what it prints is all that it needs.
#[tokio::test]
async fn what_a_router_lacks_is_found_and_mends_it() {
    let case = CASES[0];
    let sim = start(case.vehicle()).await;
    let script = case.script(&sim);
    Console::new(&sim).import(&script.to_string()).unwrap();
    let break_it = |command: &str, words: &[(&str, &str)]| {
        sim.console(command, words).unwrap();
    };
    let found = |sim: &Sim| {
        let rows = |menu: &str| {
            let rows = sim.console(&format!("{menu}/print"), &[]).unwrap();
            (
                menu.to_owned(),
                rows.into_iter().map(|row| row.into_iter().collect()).collect(),
            )
        };
        script.menus().into_iter().map(rows).collect()
    };
    assert_eq!(setup::missing(&script, &found(&sim)).parts, []);
    break_it(
        "/interface/wireless/set",
        &[("numbers", "wlan1"), ("station-roaming", "enabled")],
    );
    break_it("/user/group/set", &[("numbers", "tikroam"), ("policy", "!test")]);
    let rules = sim.console("/interface/wireless/connect-list/print", &[]).unwrap();
    let closing = rules
        .iter()
        .find(|row| row.iter().any(|(_, value)| value == "wlan2 joins nothing else"));
    let id = &closing.unwrap().iter().find(|(name, _)| name == ".id").unwrap().1;
    break_it("/interface/wireless/connect-list/remove", &[(".id", id)]);
    let missing = setup::missing(&script, &found(&sim));
    let printed = missing.to_string();
    assert!(
        printed.contains("set [find where name=\"wlan1\"] station-roaming=disabled\n"),
        "{printed}"
    );
    assert!(!printed.contains("mode=station"), "{printed}");
    assert_eq!(printed.matches("connect-list add ").count(), 1, "{printed}");
    let commands = |text: &str| text.lines().filter(|line| line.starts_with('/')).count();
    assert_eq!(commands(&printed), 4, "{printed}");
    Console::new(&sim).import(&printed).unwrap();
    assert_eq!(setup::missing(&script, &found(&sim)).parts, []);
}

/// What a program prints and how it ends, at the router of this vehicle.
async fn ran(sim: &Sim, words: &[&str]) -> (String, Option<i32>) {
    let mut command = tikroam(sim.local_addr().port());
    command.args(words);
    let output = spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (said.concat(), output.status.code())
}

/// In a workshop no access point is there, and the plan is looked at all the same.
#[tokio::test]
async fn a_swap_is_planned_without_an_access_point() {
    let mut vehicle = settings(road(&[]));
    vehicle.prepared = true;
    let sim = start(vehicle).await;
    let words = ["plan", "--network", "testssid2", "--config", shipped()];
    let (said, code) = ran(&sim, &words).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("wlan1 as if on testssid2") && said.contains("10.20.0.1%wlan1"),
        "{said}"
    );
    let (said, code) = ran(
        &sim,
        &["plan", "--to", "wlan2", "--network", "other", "--config", shipped()],
    )
    .await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("`testssid1`"), "{said}");
    let (said, code) = ran(&sim, &["plan", "--to", "wlan2", "--config", shipped()]).await;
    assert_eq!(code, Some(1), "{said}");
}

#[tokio::test]
async fn check_speaks_to_programs_and_denies_warnings() {
    let sim = start(settings(road(&[(-55, 0..END)]))).await;
    let (said, code) = ran(&sim, &["check", "--json", "--config", shipped()]).await;
    let found: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &found["errors"]), (Some(0), &0.into()), "{said}");
    let lines = found["lines"].as_array().unwrap();
    let warning = lines.iter().find(|line| line["code"] == "user-any-address").unwrap();
    assert_eq!(warning["severity"], "warning", "{said}");
    assert!(warning["hint"].as_str().unwrap().contains("/user"), "{said}");
    let (said, code) = ran(&sim, &["check", "--deny-warnings", "--config", shipped()]).await;
    assert_eq!(code, Some(1), "{said}");
}

/// The file of `init` is a configuration for each kind, is not written over, and is not written where it is wrong.
#[tokio::test]
async fn init_writes_a_configuration_that_loads() {
    let sim = start(settings(road(&[]))).await;
    let folder = tempfile::tempdir().unwrap();
    for case in CASES {
        let file = folder.path().join(format!("{}.toml", case.kind));
        let file = file.to_str().unwrap();
        let mut words = vec!["init", "-o", file, "--tunnel", case.kind, "--probe", "10.99.0.1"];
        words.extend(["--radio", "wlan1", "--radio", "wlan2", "--office", "198.51.100.1"]);
        words.extend([
            "--network",
            "a, b,10.10.10.2/24,10.10.10.1",
            "--network",
            "hotel,dhcp,open",
        ]);
        words.extend(["--fallback", "lte1"]);
        let (said, code) = ran(&sim, &words).await;
        assert_eq!(code, Some(0), "{said}");
        let text = std::fs::read_to_string(file).unwrap();
        let environment = BTreeMap::from([("TIKROAM__ROUTER__PASSWORD".to_owned(), String::new())]);
        let config = Config::parse(Path::new(file), &text, &environment).unwrap_or_else(|faults| panic!("{faults}"));
        let ssids: Vec<String> = config
            .networks()
            .iter()
            .map(|network| network.ssid.to_string())
            .collect();
        assert_eq!(ssids, ["a, b", "hotel"]);
        assert!(config.networks()[1].is_dhcp() && config.networks()[1].open && !config.networks()[0].open);
        assert_eq!(config.fallbacks().len(), 1);
        assert_eq!(config.tunnel().item.is_some(), case.kind != "none");
        // Each comment of the shipped file is there, for whoever changes it.
        let shipped = include_str!("../../agent.toml").lines();
        let comments = shipped.filter(|line| line.starts_with("# ") && !line.contains(" = ") && !line.contains("[["));
        assert!(comments.clone().count() > 50);
        for comment in comments {
            assert!(text.contains(comment), "{comment}");
        }
        let (said, code) = ran(&sim, &words).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("--force"), "{said}");
    }
    let wrong = folder.path().join("wrong.toml");
    let words = [
        "init",
        "-o",
        wrong.to_str().unwrap(),
        "--tunnel",
        "none",
        "--network",
        "a,10.10.10.2,10.10.10.1",
    ];
    let (said, code) = ran(&sim, &words).await;
    assert_eq!(code, Some(78), "{said}");
    assert!(said.contains("has no mask") && !wrong.exists(), "{said}");
}

/// What the configuration lacks is said all at once, and no secret is in the file unless a person gave it.
#[tokio::test]
async fn setup_says_what_is_lacking_and_keeps_secrets_to_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let sim = start(settings(road(&[]))).await;
    let folder = tempfile::tempdir().unwrap();
    let bare = folder.path().join("bare.toml");
    let text = include_str!("../../agent.toml")
        .split("\n[setup]")
        .next()
        .unwrap()
        .to_owned();
    std::fs::write(&bare, text).unwrap();
    let (said, code) = ran(&sim, &["setup", "--config", bare.to_str().unwrap()]).await;
    assert_eq!(code, Some(78), "{said}");
    for key in ["setup.pc", "setup.office:", "setup.office_networks"] {
        assert!(said.contains(key), "{said}");
    }
    let file = folder.path().join("router.rsc");
    let mut command = tikroam(sim.local_addr().port());
    command.args(["setup", "--ask", "--config", shipped(), "-o"]).arg(&file);
    command
        .stdin(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let answers = "first secret\nlonger key\nthird $ecret?\n";
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), answers.as_bytes()).unwrap();
    let output = spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && !said.contains("secret\n"), "{said}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.contains(":local apiPassword \"first secret\"") && text.contains("\"third \\$ecret\\3F\""),
        "{text}"
    );
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}
