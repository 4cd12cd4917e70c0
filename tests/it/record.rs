//! Drive logs recorded from a simulated vehicle, live and from an agent's journal, against the drive that it went along.

use std::path::Path;
use std::time::Duration;

use tikroam::cli::drive_log;
use tikroam::config::Config;
use tikroam::drive::{self, Drive, LogWriter};
use tikroam::journal::{self, Journal};
use tikroam::record::{self, Options, RecordError, Recorded};
use tikroam::sim::{Controller, Settings, Sim, User, What};

use crate::log::Log;
use crate::road::{self, END, SPEED, fading, happened, ride, road, start, tunnel, until, writes};

/// Seconds by which a log may be early: a scan reports at its end what it heard before.
const EARLY: usize = 3;

/// Seconds by which it may be late: what a scan heard stands until the next one has ended, at most for `[hunt] interval`.
const LATE: usize = 5;

fn second() -> Duration {
    Duration::from_secs(1).div_f64(SPEED)
}

fn options(seconds: u32) -> Options {
    Options {
        seconds: Some(seconds),
        strangers: false,
        second: second(),
        delays: road::options().delays,
    }
}

/// Records for so many seconds, as the command does.
async fn live(config: &Config, options: &Options) -> (Result<Recorded, RecordError>, Vec<u8>) {
    let mut written = Vec::new();
    let recorded = record::live(config, options, &mut written, std::future::pending(), |_| {}).await;
    (recorded, written)
}

/// A vehicle that drives along a log under the script on its router.
fn driven(drive: Drive) -> Settings {
    let mut settings = road::settings(drive);
    settings.controller = Controller::Script;
    settings
}

async fn until_out(sim: &Sim) {
    until("the script is out", || tunnel(sim)["running"] == "true").await;
}

/// Whether a radio scanned while the router's default route led over it, by the writes to that route.
fn scanned_on_active(sim: &Sim) -> bool {
    let mut leads = String::new();
    let scans = sim.events().into_iter().filter(|event| match &event.what {
        What::Write {
            command, attributes, ..
        } if command == "/ip/route/set" => {
            let gateway = attributes.iter().find(|(name, _)| name == "gateway");
            if let Some((_, radio)) = gateway.and_then(|(_, gateway)| gateway.split_once('%')) {
                radio.clone_into(&mut leads);
            }
            false
        }
        What::Scan { radio, .. } => *radio == leads,
        _ => false,
    });
    scans.count() > 0
}

/// How far a recorded log is from the drive that was driven from this second on.
#[derive(Debug)]
struct Apart {
    /// Rows whose access point was not there from [`LATE`] before to [`EARLY`] after.
    phantoms: usize,
    /// Rows whose access point was never within 12 dB in those seconds.
    wild: usize,
    rows: usize,
    median_db: i16,
    /// Of the drive's rows above -75 dBm, those that the log has in the same second.
    found: f64,
}

fn apart(log: &Drive, driven: &Drive, from: usize) -> Apart {
    let signal = |drive: &Drive, bssid, second: usize| {
        let heard = drive.seconds.get(second)?;
        let one = heard.iter().find(|one| drive.aps[one.ap].bssid == bssid)?;
        Some(one.signal.0)
    };
    let (mut phantoms, mut wild, mut errors) = (0, 0, Vec::new());
    for (second, heard) in log.seconds.iter().enumerate() {
        for one in heard {
            let bssid = log.aps[one.ap].bssid;
            let around = (from + second).saturating_sub(LATE)..=from + second + EARLY;
            let nearest = around
                .filter_map(|at| signal(driven, bssid, at))
                .map(|dbm| dbm.abs_diff(one.signal.0))
                .min();
            match nearest {
                None => phantoms += 1,
                Some(db) if db > 12 => wild += 1,
                Some(_) => {}
            }
            if let Some(dbm) = signal(driven, bssid, from + second) {
                errors.push((one.signal.0 - dbm).abs());
            }
        }
    }
    errors.sort_unstable();
    let strong = (0..log.seconds.len()).flat_map(|second| {
        let heard = driven.seconds.get(from + second).into_iter().flatten();
        heard
            .filter(|one| one.signal.0 > -75)
            .map(move |one| (second, driven.aps[one.ap].bssid))
    });
    let strong: Vec<bool> = strong
        .map(|(second, bssid)| signal(log, bssid, second).is_some())
        .collect();
    let apart = Apart {
        phantoms,
        wild,
        rows: log.seconds.iter().flatten().count(),
        median_db: errors[errors.len() / 2],
        found: strong.iter().filter(|found| **found).count() as f64 / strong.len() as f64,
    };
    println!("{apart:?}");
    apart
}

/// Close enough to judge policies by.
fn close(apart: &Apart) {
    assert!(apart.rows > 200, "{apart:?}");
    assert!(apart.phantoms * 50 <= apart.rows, "{apart:?}");
    assert!(apart.wild * 50 <= apart.rows, "{apart:?}");
    assert!(apart.median_db <= 4, "{apart:?}");
    assert!(apart.found > 0.6, "{apart:?}");
}

fn evaluates(path: &Path) {
    let args = [
        "evaluate",
        "--json",
        "--swap-cost=3",
        "--policy=script",
        path.to_str().unwrap(),
    ];
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_tikroam"))
        .args(args)
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let report: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert!(report["rows"].as_array().unwrap().len() == 2, "{report}");
}

#[tokio::test]
async fn a_live_log_is_close_to_the_drive_and_costs_the_vehicle_nothing() {
    let _log = Log::strict();
    let along = drive::embedded();
    let sim = start(driven(along.clone())).await;
    until_out(&sim).await;
    let from = usize::try_from(sim.elapsed().as_secs()).unwrap();
    let (recorded, written) = live(&road::config(&sim, &[]), &options(80)).await;
    let recorded = recorded.unwrap();
    assert_eq!((recorded.seconds, recorded.gaps), (80, 0), "{recorded:?}");
    assert!(recorded.scans > 10, "{recorded:?}");
    assert_eq!(writes(&sim.events()), [], "nothing is written on the router");
    assert!(!scanned_on_active(&sim), "a scan on the active radio");

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("drive.csv");
    std::fs::write(&path, written).unwrap();
    let log = drive_log::read(&path).unwrap();
    assert_eq!(
        u64::try_from(log.seconds.iter().flatten().count()).unwrap(),
        recorded.rows
    );
    close(&apart(&log, &along, from));
    evaluates(&path);
}

#[tokio::test]
async fn a_log_from_the_agents_journal_is_close_to_the_drive() {
    let _log = Log::strict();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("journal.jsonl");
    let along = drive::embedded();
    let sim = start(road::settings(along.clone())).await;
    let mut agent = road::options();
    agent.journal = Some(Journal::new(&file, 12 * 1024, 100, journal::RETRY));
    let from = usize::try_from(sim.elapsed().as_secs()).unwrap();
    ride(road::config(&sim, &[]), agent, async {
        until("ninety seconds have passed", || sim.elapsed().as_secs() >= 90).await;
    })
    .await;
    let path = dir.path().join("drive.csv");
    let files = journal::files(&file).unwrap();
    assert!(files.len() > 2, "{files:?}");
    let entries = files.iter().flat_map(|file| journal::read(file).unwrap().entries);
    let mut log = LogWriter::new(std::fs::File::create(&path).unwrap()).unwrap();
    let drives = record::drives(entries.map(Ok), second(), |_, second| {
        log.second(
            u64::from(second.number),
            second.heard.iter().map(|(ap, signal)| (ap, *signal)),
        )
    });
    assert_eq!(drives.unwrap(), 1);
    log.flush().unwrap();
    close(&apart(&drive_log::read(&path).unwrap(), &along, from));
    evaluates(&path);

    // The command finds the files and their order by itself. The agent lived ten times as fast, so its log is as much shorter.
    let output = dir.path().join("by-command.csv");
    let command = |force: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tikroam"));
        command.arg("record").arg("-o").arg(&output).args(force);
        command.arg("--journal").arg(&file).output().unwrap()
    };
    let ended = command(&[]);
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let seconds = drive_log::read(&output).unwrap().seconds.len();
    assert!((8..=30).contains(&seconds), "{seconds}");
    let again = command(&[]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("--force"));
    assert_eq!(command(&["--force"]).status.code(), Some(0));
}

/// The seconds of a log that have rows.
fn heard(written: &[u8]) -> Vec<usize> {
    let log = Drive::parse("log", written).unwrap();
    let heard = log.seconds.iter().enumerate().filter(|(_, heard)| !heard.is_empty());
    heard.map(|(second, _)| second).collect()
}

#[tokio::test]
async fn a_power_cut_is_seconds_without_rows_and_is_logged() {
    let log = Log::strict();
    let sim = start(driven(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    until_out(&sim).await;
    let config = road::config(&sim, &[]);
    let options = options(40);
    let cut = async {
        until("a scan has begun", || {
            happened(&sim, 0.0, |what| matches!(what, What::Scan { .. }))
        })
        .await;
        sim.faults().power_cut(Duration::from_secs(8));
    };
    let ((recorded, written), ()) = tokio::join!(live(&config, &options), cut);
    let recorded = recorded.unwrap();
    assert_eq!((recorded.seconds, recorded.gaps), (40, 1), "{recorded:?}");
    assert!((4..20).contains(&recorded.unread), "{recorded:?}");
    let heard = heard(&written);
    let hole = heard.windows(2).map(|pair| pair[1] - pair[0] - 1).max().unwrap();
    assert!(
        hole >= usize::try_from(recorded.unread).unwrap(),
        "{heard:?} {recorded:?}"
    );
    assert_eq!(log.count("the log has nothing of these seconds"), 1);
    assert!(!scanned_on_active(&sim), "a scan on the active radio");
}

#[tokio::test]
async fn refused_scans_leave_the_registrations_and_are_logged_once() {
    let log = Log::strict();
    let mut vehicle = driven(road(&[(-55, 0..END), (-60, 0..END)]));
    vehicle.access.users = vec![User {
        name: "admin".into(),
        password: String::new(),
        policies: ["api", "read"].map(String::from).to_vec(),
    }];
    let sim = start(vehicle).await;
    until_out(&sim).await;
    let (recorded, written) = live(&road::config(&sim, &[]), &options(40)).await;
    assert_eq!(recorded.unwrap().scans, 0);
    assert!(heard(&written).len() > 30);
    let warned = log.at(tracing::Level::WARN);
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(warned[0].value("hint").contains("api,read,write,test"), "{warned:?}");
}

#[tokio::test]
async fn beside_the_agent_nothing_scans_and_the_journal_is_pointed_to() {
    let log = Log::strict();
    let sim = start(road::settings(fading(20))).await;
    let config = road::config(&sim, &[("HUNT__ENABLED", "false")]);
    let hunting = road::config(&sim, &[]);
    let (_, (recorded, written)) = ride(config, road::options(), async {
        until("the agent is out", || tunnel(&sim)["running"] == "true").await;
        live(&hunting, &options(30)).await
    })
    .await;
    assert_eq!(recorded.unwrap().scans, 0);
    assert!(heard(&written).len() > 20);
    assert!(!happened(&sim, 0.0, |what| matches!(what, What::Scan { .. })));
    let warned = log.at(tracing::Level::WARN);
    assert!(
        warned.iter().any(|one| one.value("hint").contains("--journal")),
        "{warned:?}"
    );
}

#[tokio::test]
async fn without_a_route_that_shows_the_active_radio_nothing_scans() {
    let log = Log::strict();
    let sim = start(road::settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    let (recorded, written) = live(&road::config(&sim, &[]), &options(15)).await;
    assert_eq!(recorded.unwrap().scans, 0);
    assert!(heard(&written).len() > 10, "registrations are recorded");
    assert!(!happened(&sim, 0.0, |what| matches!(what, What::Scan { .. })));
    assert_eq!(log.count("it is not clear which radio is active"), 1);
}

#[tokio::test]
async fn strangers_are_written_only_when_asked_for() {
    let _log = Log::strict();
    let mut along = road(&[(-55, 0..END), (-60, 0..END), (-58, 0..END), (-50, 0..END)]);
    along.aps[3].ssid = tikroam::names::Ssid::new(b"a stranger's").ok();
    let mut vehicle = driven(along);
    vehicle.ssid_as_heard = true;
    let sim = start(vehicle).await;
    until_out(&sim).await;
    for strangers in [false, true] {
        let options = Options {
            strangers,
            ..options(15)
        };
        let (recorded, written) = live(&road::config(&sim, &[]), &options).await;
        assert!(recorded.unwrap().scans > 2);
        let log = Drive::parse("log", &written[..]).unwrap();
        let there = log.aps.iter().any(|ap| ap.bssid == road::bssid(3));
        assert_eq!(there, strangers, "{:?}", log.aps);
    }
}

#[tokio::test]
async fn a_wrong_password_ends_it_at_once() {
    let _log = Log::strict();
    let sim = start(driven(road(&[(-55, 0..END)]))).await;
    let config = road::config(&sim, &[("ROUTER__PASSWORD", "wrong")]);
    let (recorded, _) = live(&config, &options(1)).await;
    let error = recorded.unwrap_err();
    assert!(matches!(error, RecordError::Connect(_)), "{error:?}");
    assert!(error.hint().is_some());
}
