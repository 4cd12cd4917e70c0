//! `tikroam report` and `tikroam bugreport`, from a drive of the simulated vehicle to what a person reads.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output};

use flate2::read::GzDecoder;
use tempfile::TempDir;
use tikroam::entry::{Event, replay};
use tikroam::journal::{self, Journal};
use tikroam::sim::{Sim, User};

use crate::log::Log;
use crate::road::{config, fading, lose_the_active, options, ride, settings, start, tunnel, until, whole_by};

fn report(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tikroam"));
    command.arg("report").args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A drive with two swaps at least, in several files.
async fn driven() -> (TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let sim = start(settings(fading(40))).await;
    let mut agent = options();
    agent.journal = Some(Journal::new(&path, 3 * 1024, 100, journal::RETRY));
    ride(config(&sim, &[]), agent, async {
        let left = lose_the_active(&sim, || {}).await;
        until("the tunnel is up over the other radio", || {
            whole_by(&sim).is_ok_and(|radio| radio != left) && tunnel(&sim)["running"] == "true"
        })
        .await;
    })
    .await;
    let name = path.to_str().unwrap().to_owned();
    (dir, name)
}

#[tokio::test]
async fn a_drive_becomes_a_page_json_and_csv() {
    let _log = Log::strict();
    let (dir, journal) = driven().await;
    let page = dir.path().join("report.html");
    let done = report(&["--journal", &journal, "-o", page.to_str().unwrap()]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let page = std::fs::read_to_string(page).unwrap();
    assert!(
        page.contains("<svg class=\"plot\"") && page.contains("id=\"swap-2\""),
        "{page}"
    );
    // It asks nobody for anything, and its policy forbids it.
    assert!(!page.contains("src=") && !page.contains("url(") && !page.contains("<script") && !page.contains("<link"));
    assert!(page.contains("default-src 'none'"));

    let json = report(&["--journal", &journal, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["vehicle"], "unit-14");
    assert_eq!(json["totals"]["unreadable_lines"], 0);
    assert_eq!(json["environment"]["configurations"].as_array().unwrap().len(), 1);
    let swaps = json["swaps"].as_array().unwrap();
    assert!(swaps.len() >= 2, "{json}");
    let files = journal::files(Path::new(&journal)).unwrap();
    assert!(files.len() > 2, "{files:?}");
    let entries: Vec<_> = files
        .iter()
        .flat_map(|file| journal::read(file).unwrap().entries)
        .collect();
    let ended = entries
        .iter()
        .filter(|entry| matches!(entry.event, Event::Swapped { .. }))
        .count();
    let reported = swaps.iter().filter(|swap| !swap["calls"].is_null()).count();
    assert_eq!(reported, ended);
    let steps = replay(entries).unwrap();
    assert_eq!(json["totals"]["steps"], steps);

    let csv = text(&report(&["--journal", &journal, "--csv"]).stdout);
    assert_eq!(csv.lines().count(), swaps.len() + 1, "{csv}");

    let both = report(&["--journal", &journal, "--compare", &journal, "-o", "-"]);
    let both = text(&both.stdout);
    assert!(both.contains("two journals") && both.matches("<svg class=\"plot\"").count() >= 2);
}

#[tokio::test]
async fn what_cannot_be_reported_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let journal = path.to_str().unwrap();
    let failed = |args: &[&str]| {
        let done = report(args);
        assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
        text(&done.stderr).replace(dir.path().to_str().unwrap(), "DIR")
    };
    let none = failed(&["--journal", journal]);
    let apart = failed(&[
        "--journal",
        journal,
        "--since",
        "2026-11-24 09:00",
        "--until",
        "2026-11-24",
    ]);
    let line = r#"{"v":2,"at":0,"time":"2026-11-24T20:07:08.905Z","event":"disconnected","cause":"pulled"}"#;
    std::fs::write(&path, format!("{line}\n{{\"v\":2,\"at\":\n{line}\n{{\"v\":9}}\n")).unwrap();
    let outside = failed(&["--journal", journal, "--since", "2027-01-01"]);
    insta::assert_snapshot!([none, apart, outside].join("\n"));
    let broken = report(&["--journal", journal, "--json"]);
    assert!(broken.status.success());
    let warning = text(&broken.stderr);
    assert!(
        warning.starts_with(
            "warning: 2 lines could not be read and were passed over, the first: journal.jsonl:2: it is no entry"
        ),
        "{warning}"
    );
    let json: serde_json::Value = serde_json::from_slice(&broken.stdout).unwrap();
    assert_eq!(json["totals"]["sessions_lost"], 2);
}

/// What the router and the person's files hold of secrets.
const SECRETS: [&str; 6] = [
    "api-Pa55",
    "tunnel-Pa55",
    "wpa-Pa55word",
    "ppp-Pa55",
    "door-code-Pa55",
    "old-Pa55",
];

async fn with_secrets() -> Sim {
    let mut vehicle = settings(fading(40));
    let policies = ["api", "read", "write", "test", "sensitive"]
        .map(str::to_owned)
        .to_vec();
    vehicle.access.users.push(User {
        name: "tikroam".into(),
        password: SECRETS[0].into(),
        policies,
    });
    let sim = start(vehicle).await;
    let tunnel = sim.console("/interface/pptp-client/print", &[]).unwrap();
    let id = tunnel[0].iter().find(|(name, _)| name == ".id").unwrap().1.clone();
    sim.console("/interface/pptp-client/set", &[(".id", &id), ("password", SECRETS[1])])
        .unwrap();
    let profile = [("name", "secured"), ("wpa2-pre-shared-key", SECRETS[2])];
    sim.console("/interface/wireless/security-profiles/add", &profile)
        .unwrap();
    sim.console("/ppp/secret/add", &[("name", "office"), ("password", SECRETS[3])])
        .unwrap();
    let address = [
        ("address", "10.77.0.1/24"),
        ("interface", "ether1"),
        ("comment", SECRETS[4]),
    ];
    sim.console("/ip/address/add", &address).unwrap();
    sim
}

/// The files of an archive by their names.
fn unpacked(path: &Path) -> Vec<(String, String)> {
    let mut archive = tar::Archive::new(GzDecoder::new(std::fs::File::open(path).unwrap()));
    let mut files = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().to_str().unwrap().to_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if name.ends_with(".gz") {
            let mut plain = Vec::new();
            GzDecoder::new(&bytes[..]).read_to_end(&mut plain).unwrap();
            bytes = plain;
        }
        files.push((name, text(&bytes)));
    }
    files
}

async fn bugreport(sim_port: u16, dir: &Path, journal: &str) -> Vec<(String, String)> {
    let toml = include_str!("../../agent.toml").replace(
        "password_file = \"/etc/tikroam/router-password\"",
        &format!("password = \"{}\"\n# password = \"{}\"", SECRETS[0], SECRETS[5]),
    );
    let configuration = dir.join("agent.toml");
    std::fs::write(&configuration, toml).unwrap();
    let output = dir.join("out.tar.gz");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tikroam"));
    command
        .args([
            "bugreport",
            "--config",
            configuration.to_str().unwrap(),
            "--journal",
            journal,
        ])
        .args(["-o", output.to_str().unwrap()])
        .env("TIKROAM__ROUTER__ADDRESS", format!("127.0.0.1:{sim_port}"))
        .env("TIKROAM__ROUTER__PASSWORD", SECRETS[0]);
    // The simulated router answers on this thread.
    let done = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    assert!(done.status.success(), "{}", text(&done.stderr));
    unpacked(&output)
}

#[tokio::test]
async fn a_bugreport_has_everything_but_secrets() {
    let (dir, journal) = driven().await;
    let sim = with_secrets().await;
    let files = bugreport(sim.local_addr().port(), dir.path(), &journal).await;
    let names: BTreeSet<&str> = files
        .iter()
        .map(|(name, _)| name.trim_start_matches("tikroam-bugreport/"))
        .collect();
    for name in [
        "versions.txt",
        "agent.toml",
        "environment.txt",
        "check.txt",
        "router.txt",
        "journal.jsonl",
        "journal.jsonl.1.gz",
    ] {
        assert!(names.contains(name), "{name} is missing: {names:?}");
    }
    for (name, text) in &files {
        for secret in SECRETS {
            assert!(!text.contains(secret), "{name} has `{secret}`: {text}");
        }
    }
    let of = |wanted: &str| &files.iter().find(|(name, _)| name.ends_with(wanted)).unwrap().1;
    let router = of("router.txt");
    for fact in [
        "board-name=",
        "/system/package",
        "comment=tikroam:wlan1",
        "comment=(a person's)",
        "/interface/wireless/registration-table",
    ] {
        assert!(router.contains(fact), "`{fact}` is missing: {router}");
    }
    assert!(!router.contains("not read"), "{router}");
    assert!(of("agent.toml").contains("password = \"(left out)\""));
    assert!(of("check.txt").contains("config: "));
}

#[tokio::test]
async fn a_bugreport_without_its_router_says_so() {
    let dir = tempfile::tempdir().unwrap();
    // A port that nobody listens on.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let files = bugreport(port, dir.path(), "no-journal.jsonl").await;
    let of = |wanted: &str| &files.iter().find(|(name, _)| name.ends_with(wanted)).unwrap().1;
    assert!(
        of("router.txt").starts_with("the router was not read: "),
        "{}",
        of("router.txt")
    );
    assert!(of("journal.txt").starts_with("the journal cannot be read: "));
    assert!(
        files
            .iter()
            .all(|(_, text)| SECRETS.iter().all(|secret| !text.contains(secret)))
    );
}
