//! The status of a running agent, over its real socket and its TCP address, and orders by hand.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use tempfile::TempDir;
use tikroam::agent::Options;
use tikroam::clock;
use tikroam::config::Config;
use tikroam::entry::{self, Event};
use tikroam::journal::{self, Journal};
use tikroam::server::{self, AgentSide, AskError, Request, Socket, SocketError, What, ask, order};
use tikroam::sim::Sim;
use tikroam::status::{Facts, Kind, Status};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::sleep;

use crate::line::tikroam;
use crate::log::Log;
use crate::road::{BOUND, END, config, options, out_by, ride, road, settings, start, until, whole_by};

/// A server of the status, ended when dropped.
pub(crate) struct Showing {
    tasks: Vec<JoinHandle<()>>,
    agent: Option<AgentSide>,
}

impl Drop for Showing {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Showing {
    pub(crate) async fn start(config: &Config) -> Showing {
        showing(config, &config.status().socket).await
    }
}

/// Shows the status at a socket, and at the configured address if there is one.
pub(crate) async fn showing(config: &Config, socket: &Path) -> Showing {
    let (agent, shown) = server::sides(Facts::of(config), clock::now());
    let socket = Socket::bind(socket).await.unwrap();
    let mut tasks = vec![tokio::spawn(shown.clone().at_socket(socket))];
    if let Some(at) = config.status().listen {
        tasks.push(tokio::spawn(shown.at_configured(config.status().clone())));
        while TcpStream::connect(at).await.is_err() {
            sleep(Duration::from_millis(5)).await;
        }
    }
    Showing {
        tasks,
        agent: Some(agent),
    }
}

/// What a TCP address answers to a request by this name.
pub(crate) async fn get(at: SocketAddr, host: &str, path: &str) -> String {
    say(at, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n")).await
}

async fn say(at: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

/// A vehicle with two good access points on two networks, its agent, and where that is asked.
struct Vehicle {
    sim: Sim,
    config: Config,
    folder: TempDir,
    showing: Showing,
}

impl Vehicle {
    async fn start() -> Vehicle {
        let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
        let config = config(&sim, &[]);
        let folder = tempfile::tempdir().unwrap();
        let showing = showing(&config, &folder.path().join("s")).await;
        Vehicle {
            sim,
            config,
            folder,
            showing,
        }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("s")
    }

    fn options(&mut self) -> Options {
        Options {
            journal: Some(Journal::new(&self.folder.path().join("j"), 1 << 30, 0, journal::RETRY)),
            status: self.showing.agent.take(),
            ..options()
        }
    }

    async fn status(&self) -> Status {
        serde_json::from_slice(&ask(&self.socket(), "/status.json").await.unwrap().body).unwrap()
    }

    /// Waits until the status is so.
    async fn until(&self, what: &str, holds: impl Fn(&Status) -> bool) -> Status {
        let wait = async {
            loop {
                let status = self.status().await;
                if holds(&status) {
                    return status;
                }
                sleep(Duration::from_millis(10)).await;
            }
        };
        let waited = tokio::time::timeout(BOUND, wait).await;
        waited.unwrap_or_else(|_| panic!("not within {BOUND:?}: {what}"))
    }

    async fn order(&self, what: What) -> Result<String, AskError> {
        let why = Some("a test".to_owned());
        order(&self.socket(), &Request { what, why }).await
    }

    /// Both radios could carry the vehicle, which is reachable: the active one and the other.
    async fn ready(&self) -> (String, String) {
        let status = self
            .until("both radios could carry the vehicle", |status| {
                let states: Vec<&str> = status.uplinks.iter().map(|uplink| uplink.state.as_str()).collect();
                status.state.kind == Kind::Reachable && states.contains(&"active") && states.contains(&"standby")
            })
            .await;
        let name = |active| {
            status
                .uplinks
                .iter()
                .find(|one| one.active == active)
                .unwrap()
                .name
                .to_string()
        };
        (name(true), name(false))
    }
}

fn hold(uplink: &str, length: Option<Duration>) -> What {
    What::Hold {
        uplink: uplink.to_owned(),
        length,
    }
}

fn swap(uplink: &str) -> What {
    What::Swap {
        uplink: uplink.to_owned(),
    }
}

#[tokio::test]
async fn orders_move_the_vehicle_and_the_journal_replays_them() {
    let log = Log::strict();
    let mut vehicle = Vehicle::start().await;
    let options = vehicle.options();
    ride(vehicle.config.clone(), options, async {
        let (active, other) = vehicle.ready().await;
        let done = vehicle.order(swap(&other)).await.unwrap();
        assert_eq!(done, format!("the swap to {other} begins"));
        let by_hand = || whole_by(&vehicle.sim).is_ok_and(|radio| radio == other);
        until("the vehicle is on the other radio", by_hand).await;
        vehicle
            .until("the swap is shown", |status| !status.swaps.is_empty())
            .await;
        vehicle.ready().await;
        vehicle.order(hold(&active, None)).await.unwrap();
        until("the vehicle is on the one that is held", || {
            whole_by(&vehicle.sim).is_ok_and(|radio| radio == active)
        })
        .await;
        let status = vehicle.until("the hold is shown", |status| status.hold.is_some()).await;
        assert_eq!(status.hold.unwrap().why.as_deref(), Some("a test"));
        let refused = vehicle.order(swap(&other)).await.unwrap_err();
        assert_eq!(
            (refused.to_string(), refused.hint()),
            (format!("{active} is held"), "`tikroam auto` releases it")
        );
        // It is held though it is lost.
        vehicle
            .sim
            .console("/interface/wireless/disable", &[("numbers", &active)])
            .unwrap();
        let held = |status: &Status| {
            status.decisions[0]
                .reason
                .contains("though it cannot carry the vehicle")
        };
        vehicle.until("it is held though it is lost", held).await;
        assert_eq!(out_by(&vehicle.sim).as_deref(), Some(active.as_str()));
        let refused = vehicle.order(hold(&active, None)).await.unwrap_err();
        assert!(refused.to_string().contains("is not on any AP"), "{refused}");
        until("the log says what the hold does", || {
            log.count("the vehicle is held on") > 0
        })
        .await;
        let released = vehicle.order(What::Auto).await.unwrap();
        assert!(released.contains("no longer held"), "{released}");
        until("the vehicle is on the other radio again", || {
            whole_by(&vehicle.sim).is_ok_and(|radio| radio == other)
        })
        .await;
        vehicle
            .order(hold(&other, Some(Duration::from_millis(50))))
            .await
            .unwrap();
        until("the hold is over", || log.count("is over: the agent chooses again") > 0).await;
        let nothing = vehicle.order(What::Auto).await.unwrap();
        assert!(nothing.contains("nothing was held"), "{nothing}");
        let refused = vehicle.order(swap("wlan7")).await.unwrap_err();
        assert_eq!(refused.hint(), "there are `wlan1`, `wlan2`");
        let refused = vehicle.order(swap(&other)).await.unwrap_err();
        assert!(refused.to_string().contains("carries the vehicle already"), "{refused}");
    })
    .await;
    let logged: Vec<_> = log.at(tracing::Level::INFO);
    let by_hand = logged
        .iter()
        .find(|one| one.message.starts_with("by hand: swap to"))
        .unwrap();
    assert!(
        !by_hand.value("by").is_empty() && by_hand.value("why") == "a test",
        "{by_hand:?}"
    );
    let entries = journal::read(&vehicle.folder.path().join("j")).unwrap().entries;
    let asked = |entry: &entry::Entry| matches!(&entry.event, Event::Step { seen, .. } if seen.by_hand.is_some());
    assert!(entries.iter().any(asked));
    assert!(entry::replay(entries).unwrap() > 0);
}

/// The program from outside: each verb, its exit code, the page, and what the address refuses.
#[tokio::test]
async fn the_program_shows_itself_and_takes_orders_by_its_socket_only() {
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("t").join("s");
    let at: SocketAddr = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let port = sim.local_addr().port();
    let program = |arguments: &[&str]| {
        let mut command = tikroam(port);
        command.env("TIKROAM__STATUS__SOCKET", &socket);
        command.env("TIKROAM__STATUS__LISTEN", at.to_string());
        command.env("TIKROAM__JOURNAL__FILE", folder.path().join("j"));
        command.args(arguments).args(["--config", crate::line::shipped()]);
        command
    };
    let run = |arguments: &[&str]| {
        let mut command = program(arguments);
        spawn_blocking(move || said(&command.output().unwrap()))
    };
    let (code, text) = run(&["status"]).await.unwrap();
    assert_eq!(code, 2);
    assert!(
        text.contains("no agent answers at") && text.contains("hint: `systemctl status tikroam`"),
        "{text}"
    );

    let mut agent = program(&["run"]);
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    let agent = agent.stderr(log).spawn().unwrap();
    let agent = Ended(agent);
    let mut reachable = (2, String::new());
    for _ in 0..1000 {
        reachable = run(&["status"]).await.unwrap();
        if reachable.0 == 0 {
            break;
        }
        sleep(Duration::from_millis(30)).await;
    }
    let log = || std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert_eq!(reachable.0, 0, "{} {}", reachable.1, log());
    assert!(reachable.1.starts_with("unit-14: reachable since "), "{}", reachable.1);
    let mode = std::fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
    let (code, json) = run(&["status", "--json"]).await.unwrap();
    let status: Status = serde_json::from_str(&json).unwrap();
    assert_eq!((code, status.vehicle.as_deref()), (0, Some("unit-14")));
    let active = status
        .uplinks
        .iter()
        .find(|uplink| uplink.active)
        .unwrap()
        .name
        .to_string();
    let (code, text) = run(&["hold", &active, "--for", "10m", "--reason", "antenna test"])
        .await
        .unwrap();
    assert_eq!((code, text.trim()), (0, format!("{active} is held for 10m").as_str()));
    assert!(log().contains(" why=\"antenna test\""), "{}", log());
    let (code, text) = run(&["swap", "wlan7"]).await.unwrap();
    assert_eq!(code, 1);
    assert!(text.contains("hint: there are `wlan1`, `wlan2`"), "{text}");
    let (code, text) = run(&["auto"]).await.unwrap();
    assert!(code == 0 && text.contains("is no longer held"), "{text}");
    let (code, text) = run(&["hold", "wlan1", "--for", "25h"]).await.unwrap();
    assert!(code == 2 && text.contains("a hold lasts from 1s to 24h"), "{text}");
    // A second agent gives way.
    let (code, text) = run(&["run"]).await.unwrap();
    assert!(code == 1 && text.contains("another agent runs already"), "{text}");

    let page = get(at, "localhost", "/").await;
    assert!(
        page.starts_with("HTTP/1.1 200") && page.contains("reachable since"),
        "{page}"
    );
    assert!(
        page.to_lowercase()
            .contains("content-security-policy: default-src 'none'"),
        "{page}"
    );
    assert!(
        get(at, &at.to_string(), "/healthz")
            .await
            .contains("\"loop\":\"turns\"")
    );
    assert!(
        get(at, "strange.example", "/status.json")
            .await
            .starts_with("HTTP/1.1 403")
    );
    let ordered = format!("POST /orders HTTP/1.1\r\nHost: {at}\r\nContent-Length: 16\r\n\r\n{{\"order\":\"auto\"}}");
    assert!(say(at, &ordered).await.starts_with("HTTP/1.1 404"));
    let post = format!("POST / HTTP/1.1\r\nHost: {at}\r\nContent-Length: 0\r\n\r\n");
    assert!(say(at, &post).await.starts_with("HTTP/1.1 405"));
    assert!(say(at, "GET / HTTP/1.1\r\n\r\n").await.starts_with("HTTP/1.1 403"));
    let numbers = get(at, "localhost", "/metrics").await;
    assert!(
        numbers.contains("\ntikroam_reachable{vehicle=\"unit-14\"} 1\n"),
        "{numbers}"
    );
    drop(agent);
    assert!(!socket.exists(), "the socket stays after a clean end");
}

/// The program, asked to end and waited for when dropped.
struct Ended(std::process::Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let id = self.0.id().to_string();
        std::process::Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap();
        self.0.wait().unwrap();
    }
}

fn said(output: &Output) -> (i32, String) {
    let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    (output.status.code().unwrap(), text.concat())
}

#[tokio::test]
async fn a_socket_that_was_left_is_replaced_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let socket = Socket::bind(&path).await.unwrap();
    let taken = Socket::bind(&path).await.unwrap_err();
    assert!(matches!(taken, SocketError::Taken(_)), "{taken}");
    drop(socket);
    assert!(!path.exists());
    std::fs::write(&path, "a journal").unwrap();
    let other = Socket::bind(&path).await.unwrap_err();
    assert!(matches!(other, SocketError::NotASocket(_)), "{other}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "a journal");
    let nowhere = Socket::bind(&path.join("s")).await.unwrap_err();
    assert!(nowhere.hint().contains("[status] socket"), "{nowhere}");
}

#[tokio::test]
async fn an_address_that_is_taken_is_logged_with_the_command_that_names_by_whom() {
    let _log = Log::strict();
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = other.local_addr().unwrap();
    let refused = server::Tcp::bind(at, &[]).await.unwrap_err();
    assert!(
        refused.hint().contains(&format!("ss -ltnp 'sport = :{}'", at.port())),
        "{refused}"
    );
    let nowhere = server::Tcp::bind("10.255.255.1:8080".parse().unwrap(), &[])
        .await
        .unwrap_err();
    assert!(nowhere.hint().contains("ip addr"), "{nowhere}");
}

/// There is nothing that could be changed; releasing a hold needs no router.
#[tokio::test]
async fn an_order_without_a_session_is_refused() {
    let mut vehicle = Vehicle::start().await;
    vehicle.sim.faults().refuse_connections(100_000);
    let options = vehicle.options();
    ride(vehicle.config.clone(), options, async {
        let refused = vehicle.order(swap("wlan1")).await.unwrap_err();
        assert_eq!(refused.to_string(), "the agent has no session with the router");
        assert_eq!(vehicle.status().await.state.kind, Kind::NoRouter);
        assert!(vehicle.order(What::Auto).await.is_ok());
    })
    .await;
}
