//! What a technician meets: a router that throws the agent out, a full disk, a lost terminal.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use tikroam::config::Config;
use tikroam::entry::{self, Event};
use tikroam::journal::{self, Journal};
use tikroam::record::{self, Options};
use tikroam::sim::{Effect, RouterOs, What};

use crate::doors::Process;
use crate::line::{shipped, tikroam};
use crate::log::Log;
use crate::road::{self, END, SPEED, config, options, ride, road, settings, start, tunnel, until, writes};

#[tokio::test]
async fn a_router_that_ends_each_session_just_after_the_login_is_left_alone() {
    let log = Log::strict();
    let sim = start(settings(road(&[(-55, 0..END)]))).await;
    let menu = "/interface/wireless/registration-table/print";
    for _ in 0..500 {
        sim.faults().at(1, menu, Effect::CloseBefore);
    }
    let recording = Options {
        seconds: Some(30),
        strangers: false,
        second: Duration::from_secs(1).div_f64(SPEED),
        delays: options().delays,
    };
    let recorded = record::live(
        &config(&sim, &[]),
        &recording,
        std::io::sink(),
        std::future::pending(),
        |_| {},
    )
    .await;
    let logins: Vec<f64> = sim
        .events()
        .iter()
        .filter(|event| event.what == What::LoggedIn)
        .map(|event| event.at)
        .collect();
    let gaps: Vec<f64> = logins.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(recorded.unwrap().unread, 30);
    assert!(logins.len() > 3, "{logins:?}");
    // The router's clock counts in whole steps.
    let closed = road::options().delays.closed.as_secs_f64() * SPEED - 0.1;
    assert!(gaps[2..].iter().all(|gap| *gap >= closed), "{gaps:?}");
    assert_eq!(log.count("lost the session with the router; connecting again"), 1);
    assert_eq!(log.count("end just after the login"), 1);
}

/// The folder of the journal is missing at the start, and later its rotation is blocked: the vehicle drives on.
#[tokio::test]
async fn a_journal_that_cannot_be_written_stops_nothing_and_is_taken_up_again() {
    let cannot = "the journal cannot be written";
    let log = Log::announcing(&[cannot, cannot]);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("later").join("journal.jsonl");
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    let mut options = options();
    let retry = journal::RETRY.div_f64(SPEED * 20.0);
    options.journal = Some(Journal::new(&path, 20_000, 1, retry));
    ride(config(&sim, &[]), options, async {
        until("the tunnel is up", || tunnel(&sim)["running"] == "true").await;
        assert_eq!(log.count(cannot), 1);
        std::fs::create_dir(path.parent().unwrap()).unwrap();
        let again = || log.count("the journal is written again");
        until("it is written", || again() == 1).await;
        let way = path.with_extension("jsonl.1");
        if way.exists() {
            std::fs::remove_file(&way).unwrap();
        }
        std::fs::create_dir_all(way.join("occupied")).unwrap();
        until("it cannot be rotated", || log.count(cannot) == 2).await;
        std::fs::remove_dir_all(&way).unwrap();
        until("it is written again", || again() == 2).await;
    })
    .await;
    let errors = log.at(tracing::Level::ERROR);
    assert!(errors[0].value("hint").contains("make the folder"), "{errors:?}");
    let entries = journal::read(&path).unwrap().entries;
    assert!(matches!(entries[0].event, Event::Missing { .. }), "{:?}", entries[0]);
    assert_eq!(entry::replay(entries), Ok(0), "nothing is replayed past a gap");
}

/// The shipped configuration with other radios, written down for the program.
fn with_radios(dir: &Path, radios: [&str; 2]) -> PathBuf {
    let text = std::fs::read_to_string(shipped()).unwrap();
    let text = text
        .replace("interface = \"wlan1\"", &format!("interface = \"{}\"", radios[0]))
        .replace("interface = \"wlan2\"", &format!("interface = \"{}\"", radios[1]));
    let path = dir.join("agent.toml");
    std::fs::write(&path, text).unwrap();
    path
}

/// On a router without the configured radios nothing is made, and `run` says what `check` says.
#[tokio::test]
async fn a_router_without_the_configured_radios_is_left_as_it_is() {
    for routeros in [RouterOs::V6_49, RouterOs::V7_17] {
        let log = Log::announcing(&[
            "the router has no radio `wifi1`",
            "the router has no radio `wifi2`",
            "nothing is written",
        ]);
        let mut vehicle = settings(road(&[(-55, 0..END)]));
        vehicle.prepared = false;
        vehicle.routeros = routeros;
        let sim = start(vehicle).await;
        let dir = tempfile::tempdir().unwrap();
        let file = with_radios(dir.path(), ["wifi1", "wifi2"]);
        let environment = [
            ("ADDRESS", sim.local_addr().to_string()),
            ("USER", "admin".to_owned()),
            ("PASSWORD", String::new()),
        ];
        let environment = environment.map(|(key, value)| (format!("TIKROAM__ROUTER__{key}"), value));
        let text = std::fs::read_to_string(&file).unwrap();
        let config = Config::parse(&file, &text, &environment.into()).unwrap().divided(SPEED);
        let mut options = options();
        options.delays.person = Duration::from_secs(600);
        ride(config, options, async {
            until("it is logged", || log.count("nothing is written") == 1).await;
        })
        .await;
        assert_eq!(writes(&sim.events()), []);

        let port = sim.local_addr().port();
        let checked =
            tokio::task::spawn_blocking(move || tikroam(port).args(["check", "--config"]).arg(file).output().unwrap())
                .await
                .unwrap();
        let checked = String::from_utf8(checked.stdout).unwrap();
        for error in log.at(tracing::Level::ERROR) {
            let shown = checked.contains(&error.message) && checked.contains(error.value("hint"));
            assert!(
                shown || error.message.contains("nothing is written"),
                "{error:?} {checked}"
            );
        }
    }
}

/// A pipe that takes no more, because nobody empties it; the reader keeps it open.
fn stuck() -> (std::io::PipeReader, std::io::PipeWriter) {
    let (reader, mut writer) = std::io::pipe().unwrap();
    let flags = rustix::fs::fcntl_getfl(&writer).unwrap();
    rustix::fs::fcntl_setfl(&writer, flags | rustix::fs::OFlags::NONBLOCK).unwrap();
    for chunk in [4096, 1] {
        while writer.write(&vec![b'x'; chunk]).is_ok() {}
    }
    rustix::fs::fcntl_setfl(&writer, flags).unwrap();
    (reader, writer)
}

/// Whoever reads the log may leave, sleep or have a full disk: the vehicle drives on, and a stop is a clean one.
#[tokio::test]
async fn a_log_that_nobody_takes_neither_ends_nor_stops_the_daemon() {
    let (reader, writer) = stuck();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let places = [
        ("a full disk", Stdio::from(full)),
        ("a closed pipe", Stdio::from(std::io::pipe().unwrap().1)),
        ("a pipe that nobody empties", Stdio::from(writer)),
    ];
    for (place, stderr) in places {
        let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
        let dir = tempfile::tempdir().unwrap();
        let mut daemon = Process(
            tikroam(sim.local_addr().port())
                .args(["run", "--config", shipped()])
                .env("TIKROAM__JOURNAL__FILE", dir.path().join("journal.jsonl"))
                .env("TIKROAM__LOG__LEVEL", "debug")
                .stderr(stderr)
                .spawn()
                .unwrap(),
        );
        until(&format!("{place}: the tunnel is up"), || {
            tunnel(&sim)["running"] == "true"
        })
        .await;
        daemon.signal("TERM");
        assert_eq!(daemon.end().await.code(), Some(0), "{place}");
    }
    drop(reader);
}

#[tokio::test]
async fn under_nohup_a_lost_terminal_stops_nothing() {
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    let dir = tempfile::tempdir().unwrap();
    let program = tikroam(sim.local_addr().port());
    let mut command = Command::new("sh");
    command
        .args(["-c", r#"trap "" HUP; exec "$0" "$@""#])
        .arg(program.get_program())
        .args(["run", "--config", shipped()])
        .env("TIKROAM__JOURNAL__FILE", dir.path().join("journal.jsonl"))
        .stderr(Stdio::null());
    for (key, value) in program.get_envs() {
        command.env(key, value.unwrap_or_default());
    }
    let mut daemon = Process(command.spawn().unwrap());
    let started = || dir.path().join("journal.jsonl").exists();
    until("the daemon listens for signals", started).await;
    until("it has logged in", || {
        sim.events().iter().any(|event| event.what == What::LoggedIn)
    })
    .await;
    daemon.signal("HUP");
    until("the tunnel is up", || tunnel(&sim)["running"] == "true").await;
    assert_eq!(daemon.0.try_wait().unwrap(), None);
    daemon.signal("TERM");
    assert_eq!(daemon.end().await.code(), Some(0));
}

/// What a verb does with this stdout; the router on this port, if it asks one.
fn to(stdout: Stdio, port: u16, words: &[&str]) -> Output {
    let child = tikroam(port)
        .args(words)
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.wait_with_output().unwrap()
}

/// The demo prints as these do, and takes a quarter of a minute.
#[tokio::test]
async fn a_stdout_that_takes_nothing_ends_a_verb_in_good_order() {
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    let port = sim.local_addr().port();
    // Something to plan for.
    crate::road::until_on_air(&sim, &["wlan1"]).await;
    let dir = tempfile::tempdir().unwrap();
    let drive = dir.path().join("drive.csv");
    let along = tikroam::drive::embedded();
    let mut log = tikroam::drive::LogWriter::new(File::create(&drive).unwrap()).unwrap();
    for (second, heard) in along.seconds.iter().take(240).enumerate() {
        let heard = heard.iter().map(|one| (&along.aps[one.ap], one.signal));
        log.second(u64::try_from(second).unwrap(), heard).unwrap();
    }
    log.flush().unwrap();
    let drive = drive.to_str().unwrap().to_owned();
    let verbs: Vec<Vec<String>> = [
        vec!["check", "--config", shipped()],
        vec!["plan", "--to", "wlan1", "--config", shipped()],
        vec!["evaluate", "--policy=script", &drive],
        vec!["evaluate", "--policy=script", "--json", &drive],
        vec!["tune", "--json", &drive, &drive],
        vec!["--help"],
        vec!["run", "--help"],
    ]
    .map(|words| words.into_iter().map(str::to_owned).collect())
    .into();
    tokio::task::spawn_blocking(move || {
        for words in &verbs {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let full = File::options().write(true).open("/dev/full").unwrap();
            let ended = to(Stdio::from(full), port, &words);
            let said = String::from_utf8(ended.stderr).unwrap();
            let errors = said.lines().filter(|line| line.starts_with("error: ")).count();
            assert_eq!((ended.status.code(), errors), (Some(1), 1), "{words:?}: {said}");
            assert!(said.contains("No space left"), "{words:?}: {said}");

            let closed = std::io::pipe().unwrap().1;
            let ended = to(Stdio::from(closed), port, &words);
            let said = String::from_utf8(ended.stderr).unwrap();
            assert_eq!(ended.status.code(), Some(0), "{words:?}: {said}");
            assert!(
                !said.contains("error: ") && !said.contains("panicked"),
                "{words:?}: {said}"
            );
        }
    })
    .await
    .unwrap();
}
