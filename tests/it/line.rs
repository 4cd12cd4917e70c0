//! The program as a technician types it.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The program with an environment that names a router on this port.
pub(crate) fn tikroam(port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tikroam"));
    command
        .env("TIKROAM__ROUTER__ADDRESS", format!("127.0.0.1:{port}"))
        .env("TIKROAM__ROUTER__USER", "admin")
        .env("TIKROAM__ROUTER__PASSWORD", "")
        .env("TIKROAM__STATUS__SOCKET", free_socket())
        .env("NO_COLOR", "1")
        .env_remove("RUST_LOG")
        .stdin(Stdio::null());
    command
}

/// A place for a socket that no other agent of these tests has.
fn free_socket() -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("tikroam-{}-{number}.sock", std::process::id()))
}

/// The configuration that a technician copies.
pub(crate) fn shipped() -> &'static str {
    concat!(env!("CARGO_MANIFEST_DIR"), "/agent.toml")
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A simulated vehicle in a process of its own, ended when dropped.
struct Vehicle {
    child: Child,
    port: u16,
}

impl Vehicle {
    fn start() -> Vehicle {
        // A port that was free a moment ago; the vehicle says whether it still is.
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let child = Command::new(env!("CARGO_BIN_EXE_tikroam"))
            .args(["sim", "--listen", &format!("127.0.0.1:{port}"), "--speed", "10"])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let vehicle = Vehicle { child, port };
        for _ in 0..1000 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return vehicle;
            }
            std::thread::park_timeout(Duration::from_millis(10));
        }
        panic!("the simulated vehicle does not listen");
    }
}

impl Drop for Vehicle {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn every_verb_has_help() {
    for verb in ["demo", "run", "check", "plan", "sim", "status", "hold", "auto", "swap"] {
        let output = tikroam(1).args([verb, "--help"]).output().unwrap();
        assert!(output.status.success() && text(&output).contains("Usage:"), "{verb}");
    }
    assert_eq!(tikroam(1).arg("no-such-verb").output().unwrap().status.code(), Some(2));
}

#[test]
fn a_wrong_configuration_is_shown_whole_and_exits_78() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("agent.toml");
    let written = std::fs::read_to_string(shipped()).unwrap();
    let written = written
        .replace("10.20.0.2/24", "10.20.0.2")
        .replace("interface = \"wlan2\"", "interfaze = \"wlan2\"");
    std::fs::write(&file, written).unwrap();
    for verb in ["run", "check"] {
        let output = tikroam(1).args([verb, "--config"]).arg(&file).output().unwrap();
        let said = text(&output);
        assert_eq!(output.status.code(), Some(78), "{said}");
        for part in ["network[2].address", "radio[2].interfaze", "hint:"] {
            assert!(said.contains(part), "{verb} does not say `{part}`: {said}");
        }
    }
}

#[test]
fn a_router_that_is_not_there_is_shown_with_a_hint() {
    let output = tikroam(9)
        .args(["plan", "--to", "wlan2", "--config", shipped()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output);
    assert!(said.contains("127.0.0.1:9") && said.contains("hint:"), "{said}");
    let output = tikroam(9)
        .args(["plan", "--to", "wlan9", "--config", shipped()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_drive_log_with_faults_is_shown_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("drive.csv");
    std::fs::write(
        &file,
        "time_s,bssid,ssid,channel,signal_dbm\n0,02:00:00:00:00:01,a,1,-50\n1,nonsense,a,1,-50\n",
    )
    .unwrap();
    let output = tikroam(1).args(["demo", "--drive"]).arg(&file).output().unwrap();
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("line 3") || said.contains(":3"), "{said}");
}

#[test]
fn the_simulated_vehicle_is_checked_planned_and_driven_by_the_environment_alone() {
    let vehicle = Vehicle::start();
    let output = tikroam(vehicle.port)
        .args(["check", "--config", shipped()])
        .output()
        .unwrap();
    let said = text(&output);
    assert!(output.status.success() && said.contains("check: 0 errors"), "{said}");

    let dir = tempfile::tempdir().unwrap();
    let mut agent = tikroam(vehicle.port)
        .args(["run", "--config", shipped()])
        .env("TIKROAM__JOURNAL__FILE", dir.path().join("journal.jsonl"))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = agent.stderr.take().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(log)).map_while(Result::ok);
    assert!(lines.any(|line| line.contains("swap ended: the tunnel is up over")));

    let output = tikroam(vehicle.port)
        .args(["plan", "--to", "wlan1", "--config", shipped()])
        .output()
        .unwrap();
    let said = text(&output);
    assert!(said.contains("swap ") || said.contains("not associated"), "{said}");

    Command::new("kill")
        .args(["-TERM", &agent.id().to_string()])
        .status()
        .unwrap();
    assert!(lines.any(|line| line.ends_with("stopped")));
    assert_eq!(agent.wait().unwrap().code(), Some(0));
}
