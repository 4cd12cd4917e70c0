//! The program in a process of its own, with a configuration that a technician edited.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tikroam::entry::{Entry, Event, VERSION};
use tikroam::journal::{Journal, RETRY};
use tikroam::units::{Moment, WallTime};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

use super::{SHIPPED, parsed, with};
use crate::line::tikroam;
use crate::road::{END, road, settings, start, until};

fn write(folder: &Path, text: &str) -> std::path::PathBuf {
    let file = folder.join("agent.toml");
    std::fs::write(&file, text).unwrap();
    file
}

/// What the swap to a radio changes on a vehicle whose radios are both on the first network.
pub(super) async fn planned(text: &str, to: &str) -> String {
    let sim = start(settings(road(&[(-55, 0..END)]))).await;
    crate::road::until_on_air(&sim, &["wlan1", "wlan2"]).await;
    let folder = tempfile::tempdir().unwrap();
    let mut plan = tikroam(sim.local_addr().port());
    plan.args(["plan", "--to", to, "--config"])
        .arg(write(folder.path(), text));
    let output = spawn_blocking(move || plan.output().unwrap()).await.unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    said.concat().replace(&sim.local_addr().to_string(), "ROUTER")
}

/// The journal and the log of an agent on one access point, once it has decided something.
async fn ran(text: &str) -> (String, String) {
    let sim = start(settings(road(&[(-55, 0..END)]))).await;
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.jsonl");
    let mut agent = tikroam(sim.local_addr().port());
    agent.args(["run", "--config"]).arg(write(folder.path(), text));
    agent.env("TIKROAM__JOURNAL__FILE", &journal).stderr(Stdio::piped());
    let agent = agent.spawn().unwrap();
    let recorded = || std::fs::read_to_string(&journal).unwrap_or_default();
    until("a signal is in the journal", || recorded().contains("\"signal\"")).await;
    Command::new("kill")
        .args(["-TERM", &agent.id().to_string()])
        .status()
        .unwrap();
    let output = spawn_blocking(move || agent.wait_with_output().unwrap()).await.unwrap();
    (recorded(), String::from_utf8(output.stderr).unwrap())
}

pub(super) async fn signal_offset() {
    for (offset, is_near) in [("0", false), ("20", true)] {
        let (journal, _) = ran(&with("radio.signal_offset", offset)).await;
        let signals = journal
            .split("\"signal\":")
            .skip(1)
            .filter_map(|rest| rest.split([',', '}']).next()?.parse().ok());
        assert_eq!(
            signals.max().is_some_and(|signal: i16| signal > -45),
            is_near,
            "{journal}"
        );
    }
}

/// The name stands after the BSSID in the log, and once in the journal.
pub(super) async fn ap() {
    let text = format!("{SHIPPED}\n[ap]\n\"02:00:00:00:00:01\" = \"Main St 4\"\n");
    let (journal, log) = ran(&text).await;
    assert!(log.contains("02:00:00:00:00:01 (Main St 4)"), "{log}");
    assert!(
        journal.contains("\"aps\":{\"02:00:00:00:00:01\":\"Main St 4\"}"),
        "{journal}"
    );
}

/// The name is in the log's first line and in the journal.
pub(super) async fn vehicle() {
    let (journal, log) = ran(&with("vehicle", "\"unit-15\"")).await;
    assert!(log.lines().next().unwrap().contains("started vehicle=unit-15"), "{log}");
    assert!(journal.contains("\"vehicle\":\"unit-15\""), "{journal}");
}

pub(super) async fn log_level() {
    let shown = |level: &'static str| async move { ran(&with("log.level", level)).await.1.contains("started") };
    assert!(shown("\"info\"").await && !shown("\"error\"").await);
}

pub(super) async fn log_format() {
    let is_json = |format: &'static str| async move { ran(&with("log.format", format)).await.1.starts_with('{') };
    assert!(!is_json("\"text\"").await && is_json("\"json\"").await);
}

pub(super) async fn password_file() {
    let folder = tempfile::tempdir().unwrap();
    for password in ["sesame", "geheim"] {
        let file = folder.path().join(password);
        std::fs::write(&file, password).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        let text = with("router.password_file", &format!("\"{}\"", file.display()));
        let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut check = tikroam(door.local_addr().unwrap().port());
        check.env_remove("TIKROAM__ROUTER__PASSWORD");
        check.args(["check", "--config"]).arg(write(folder.path(), &text));
        let check = spawn_blocking(move || check.output().unwrap());
        let mut greeting = [0; 100];
        let length = door.accept().await.unwrap().0.read(&mut greeting).await.unwrap();
        let greeting = String::from_utf8_lossy(&greeting[..length]).into_owned();
        assert!(greeting.contains(&format!("=password={password}")), "{greeting}");
        check.await.unwrap();
    }
}

/// The files of a journal that got 200 KiB.
pub(super) async fn journal_files(edits: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut variables = vec![("JOURNAL__FILE", "journal.jsonl")];
    variables.extend(edits);
    let config = parsed(include_str!("../../../agent.toml"), &variables);
    let journal = config.journal();
    let mut file = Journal::new(&folder.path().join(&journal.file), journal.size, journal.keep, RETRY);
    for second in 0..200 {
        let entry = Entry {
            v: VERSION,
            at: Moment::after_start(Duration::from_secs(second)),
            time: WallTime::default(),
            event: Event::Disconnected {
                cause: "x".repeat(1024),
            },
        };
        file.append(&entry);
    }
    let names = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names.join(" ")
}
