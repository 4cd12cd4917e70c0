//! A configuration that changes while the daemon runs: its own process, asked by SIGHUP as `systemctl reload` does.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tikroam::entry::Event;
use tikroam::journal;
use tikroam::sim::{Sim, What};
use tikroam::units::Dbm;

use crate::doors::Process;
use crate::line::{shipped, tikroam};
use crate::log::Log;
use crate::road::{END, happened, road, settings, start, until, until_up, whole_by, writes};

/// A daemon that drives a vehicle by a configuration of its own.
struct Daemon {
    process: Process,
    folder: tempfile::TempDir,
}

impl Daemon {
    /// The shipped configuration, at this vehicle's router.
    async fn start(sim: &Sim) -> Daemon {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("agent.toml");
        let written = fs::read_to_string(shipped()).unwrap();
        let written = written.replace("address = \"192.168.88.1\"", &address(sim));
        fs::write(&file, written).unwrap();
        let mut command = tikroam(0);
        command
            .env_remove("TIKROAM__ROUTER__ADDRESS")
            .args(["run", "--config"])
            .arg(&file)
            .current_dir(folder.path())
            .stderr(File::create(folder.path().join("log")).unwrap());
        let process = Process(command.spawn().unwrap());
        until_up(sim).await;
        Daemon { process, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes something else into the configuration, and says so.
    fn change(&self, from: &str, to: &str) {
        let path = self.path("agent.toml");
        let written = fs::read_to_string(&path).unwrap();
        assert!(written.contains(from), "{from}");
        fs::write(&path, written.replace(from, to)).unwrap();
        self.process.signal("HUP");
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap()
    }

    async fn logs(&self, text: &str) {
        until(text, || self.log().contains(text)).await;
    }
}

fn address(sim: &Sim) -> String {
    format!("address = \"127.0.0.1:{}\"", sim.local_addr().port())
}

/// The triggers that the agent decided by, in their order.
fn triggers(journal: &Path) -> Vec<Dbm> {
    let entries = journal::read(journal).map_or_else(|_| Vec::new(), |journal| journal.entries);
    let began = entries.into_iter().filter_map(|entry| match entry.event {
        Event::Began { rules, .. } => Some(rules.handover.trigger),
        _ => None,
    });
    let mut triggers: Vec<Dbm> = began.collect();
    triggers.dedup();
    triggers
}

#[tokio::test]
async fn the_agent_goes_on_with_what_changed_and_the_tunnel_stays_up() {
    let _log = Log::strict();
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    let daemon = Daemon::start(&sim).await;
    let carried_by = whole_by(&sim);
    let since = sim.elapsed().as_secs_f64();
    daemon.change("# trigger = -80", "trigger = -70");
    daemon.logs("read the configuration again: handover changed").await;
    until("the agent decides by it", || {
        triggers(&daemon.path("journal.jsonl")).last() == Some(&Dbm(-70))
    })
    .await;
    // Another journal, and what the agent cannot do while it runs.
    daemon.change("# file = \"journal.jsonl\"", "file = \"other.jsonl\"");
    daemon.logs("again: journal changed").await;
    until("the other journal is written", || {
        triggers(&daemon.path("other.jsonl")) == [Dbm(-70)]
    })
    .await;
    daemon.change("# format = \"text\"", "format = \"json\"\nlevel = \"debug\"");
    daemon
        .logs("log.format changes only with the next start; hint: start the service again")
        .await;
    // The level is another from here on.
    daemon.logs(" DEBUG ").await;
    daemon.process.signal("HUP");
    daemon.logs("read the configuration again: nothing changed").await;
    assert!(!happened(&sim, since, |what| matches!(what, What::TunnelDown { .. })));
    assert_eq!(whole_by(&sim), carried_by, "{}", daemon.log());
}

#[tokio::test]
async fn a_configuration_with_faults_changes_nothing_and_each_fault_is_logged() {
    let _log = Log::strict();
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    let daemon = Daemon::start(&sim).await;
    daemon.change("# trigger = -80", "trigger = 80\nhysterese = 3");
    daemon.logs("the agent goes on with the one that it has").await;
    let log = daemon.log();
    let faults: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("ERROR") && line.contains("hint:"))
        .collect();
    assert_eq!(faults.len(), 2, "{log}");
    assert!(
        faults.iter().any(|line| line.contains("handover.trigger")),
        "{faults:?}"
    );
    assert!(
        faults.iter().any(|line| line.contains("handover.hysterese")),
        "{faults:?}"
    );
    daemon.change("trigger = 80\nhysterese = 3", "trigger = -70");
    daemon.logs("handover changed").await;
    assert_eq!(
        triggers(&daemon.path("journal.jsonl")).first(),
        Some(&Dbm(-80)),
        "it went on"
    );
}

#[tokio::test]
async fn the_agent_goes_to_another_router() {
    let _log = Log::strict();
    let drive = road(&[(-55, 0..END), (-60, 0..END)]);
    let (before, after) = (start(settings(drive.clone())).await, start(settings(drive)).await);
    let daemon = Daemon::start(&before).await;
    daemon.change(&address(&before), &address(&after));
    until_up(&after).await;
    let left = writes(&before.events()).len();
    assert_eq!(
        daemon.log().matches("connected to the router").count(),
        2,
        "{}",
        daemon.log()
    );
    assert_eq!(
        writes(&before.events()).len(),
        left,
        "nothing more is written on the router that it left"
    );
}
