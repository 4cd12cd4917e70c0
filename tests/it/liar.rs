//! A router that lies, and names on the air and on the router that are no names: what the agent, its log and its journal
//! make of them. And that no secret is anywhere.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tikroam::config::Config;
use tikroam::drive::{Ap, Heard};
use tikroam::names::{Bssid, Ssid};
use tikroam::sim::{Sim, User};
use tikroam::units::Dbm;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::LocalSet;

use crate::line::{shipped, tikroam};
use crate::road::{END, config, options, ride, road, settings, start, until};

/// What steers a terminal, and forges a line of the log.
const EVIL: &str = "evil\n2026-01-01T00:00:00.000Z ERROR all is lost\u{1b}[2J\u{1b}]0;x\u{7}\r\u{9b}31m\u{202e}";

type Words = Vec<Vec<u8>>;

/// Turns one sentence of the router into what the agent hears.
type Lie = fn(Words) -> Vec<Words>;

async fn hear(from: &mut (impl AsyncReadExt + Unpin)) -> Option<Words> {
    let mut words = Words::new();
    loop {
        let first = from.read_u8().await.ok()?;
        let (more, high) = match first {
            0 => return Some(words),
            0x01..=0x7F => (0, first),
            0x80..=0xBF => (1, first & 0x3F),
            0xC0..=0xDF => (2, first & 0x1F),
            _ => (3, first & 0x0F),
        };
        let mut length = usize::from(high);
        for _ in 0..more {
            length = length << 8 | usize::from(from.read_u8().await.ok()?);
        }
        let mut word = vec![0; length];
        from.read_exact(&mut word).await.ok()?;
        words.push(word);
    }
}

fn say(words: &[Vec<u8>], to: &mut Vec<u8>) {
    for word in words {
        let length = u32::try_from(word.len()).unwrap();
        match length {
            0..=0x7F => to.push(length as u8),
            0x80..=0x3FFF => to.extend((length as u16 | 0x8000).to_be_bytes()),
            0x4000..=0x1F_FFFF => to.extend(&(length | 0xC0_0000).to_be_bytes()[1..]),
            _ => to.extend((length | 0xE000_0000).to_be_bytes()),
        }
        to.extend(word);
    }
    to.push(0);
}

/// A liar in front of a router: its port, and how many sessions and sentences there were.
struct Liar {
    port: u16,
    sessions: Arc<AtomicUsize>,
    sentences: Arc<AtomicUsize>,
}

/// Stands in front of a router and lies about its rows; for as long as the task's set lives.
async fn lie(sim: &Sim, lie: Lie) -> Liar {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let router = sim.local_addr();
    let liar = Liar {
        port: listener.local_addr().unwrap().port(),
        sessions: Arc::default(),
        sentences: Arc::default(),
    };
    let (sessions, sentences) = (Arc::clone(&liar.sessions), Arc::clone(&liar.sentences));
    tokio::task::spawn_local(async move {
        while let Ok((client, _)) = listener.accept().await {
            sessions.fetch_add(1, Ordering::Relaxed);
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_router, mut to_router) = TcpStream::connect(router).await.unwrap().into_split();
            tokio::task::spawn_local(async move { tokio::io::copy(&mut from_client, &mut to_router).await });
            let sentences = Arc::clone(&sentences);
            tokio::task::spawn_local(async move {
                while let Some(words) = hear(&mut from_router).await {
                    sentences.fetch_add(1, Ordering::Relaxed);
                    let is_row = words.first().is_some_and(|reply| reply == b"!re");
                    let mut bytes = Vec::new();
                    let said = if is_row { lie(words) } else { vec![words] };
                    said.iter().for_each(|words| say(words, &mut bytes));
                    if to_client.write_all(&bytes).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    liar
}

fn twice(words: Words) -> Vec<Words> {
    vec![words.clone(), words]
}

/// The value of each property that begins so.
fn values(words: Words, property: &str, value: &[u8]) -> Vec<Words> {
    let property = format!("={property}");
    let lied = words
        .into_iter()
        .map(|word| match word.iter().skip(1).position(|byte| *byte == b'=') {
            Some(at) if word.starts_with(property.as_bytes()) => [&word[..at + 2], value].concat(),
            _ => word,
        });
    vec![lied.collect()]
}

fn evil(words: Words) -> Vec<Words> {
    values(words, "", EVIL.as_bytes())
}

fn loud(words: Words) -> Vec<Words> {
    values(words, "signal", b"99999999999999999999@6Mbps")
}

fn negative(words: Words) -> Vec<Words> {
    values(words, "signal", b"-32768@6Mbps")
}

fn long(mut words: Words) -> Vec<Words> {
    words.push([b"=comment=", vec![b'x'; 10 << 20].as_slice()].concat());
    vec![words]
}

fn many(words: Words) -> Vec<Words> {
    vec![words; 100_000]
}

#[tokio::test]
async fn an_agent_outlives_every_lie() {
    // What the agent cannot hold ends the session; everything else goes on in one.
    let lies: [(Lie, bool); 6] = [
        (twice, true),
        (evil, true),
        (loud, true),
        (negative, true),
        (long, false),
        (many, false),
    ];
    let all = async {
        for (lied, goes_on) in lies {
            let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
            let liar = lie(&sim, lied).await;
            let address = format!("127.0.0.1:{}", liar.port);
            let config = config(&sim, &[("ROUTER__ADDRESS", &address)]);
            ride(config, options(), async {
                until("the liar has lied enough", || {
                    let (sessions, sentences) = (&liar.sessions, &liar.sentences);
                    sessions.load(Ordering::Relaxed) >= 3 || goes_on && sentences.load(Ordering::Relaxed) >= 300
                })
                .await;
            })
            .await;
        }
    };
    LocalSet::new().run_until(all).await;
}

/// A vehicle whose names are all chosen by an enemy, and a user of its own.
async fn poisoned() -> Sim {
    let mut drive = road(&[(-55, 0..END), (-60, 0..END)]);
    drive.aps.push(Ap {
        bssid: Bssid([2, 0, 0, 0, 9, 9]),
        ssid: Ssid::new(b"a\n\x1b[2J\x00\xff\xe2\x80\xae").ok(),
        channel: 3,
    });
    for second in &mut drive.seconds {
        second.push(Heard {
            ap: 2,
            signal: Dbm(-40),
        });
    }
    let mut settings = settings(drive);
    settings.ssid_as_heard = true;
    settings.access.users.push(User {
        name: "agent".into(),
        password: SECRET.into(),
        policies: ["api", "read", "write", "test"].map(String::from).into(),
    });
    let sim = start(settings).await;
    sim.console("/system/identity/set", &[("name", EVIL)]).unwrap();
    let script = [
        ("name", EVIL),
        (
            "source",
            "/ip route set [find comment=\"tikroam:default\"] gateway=1.2.3.4",
        ),
    ];
    sim.console("/system/script/add", &script).unwrap();
    let address = [("address", "172.16.0.1/24"), ("interface", "wlan1"), ("comment", EVIL)];
    sim.console("/ip/address/add", &address).unwrap();
    sim
}

const SECRET: &str = "Geheimes-Wort-17";

fn program(sim: &Sim, folder: &std::path::Path, args: &[&str]) -> Command {
    let password = folder.join("password");
    std::fs::write(&password, SECRET).unwrap();
    std::fs::set_permissions(&password, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let mut command = tikroam(sim.local_addr().port());
    command
        .args(args)
        .args(["--config", shipped()])
        .env("TIKROAM__ROUTER__USER", "agent")
        .env_remove("TIKROAM__ROUTER__PASSWORD")
        .env("TIKROAM__ROUTER__PASSWORD_FILE", password)
        .env("TIKROAM__JOURNAL__FILE", folder.join("journal.jsonl"))
        .env("RUST_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn assert_harmless(text: &str) {
    let steers = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!text.contains(steers), "{text:?}");
    assert!(!text.contains(SECRET), "a secret is shown: {text}");
    // Only this process wrote lines, and each begins with its own time or belongs to a report.
    assert!(
        !text.lines().any(|line| line.starts_with("2026-01-01T00:00:00.000Z")),
        "{text}"
    );
}

#[tokio::test]
async fn names_of_an_enemy_steer_nothing_and_no_secret_is_shown() {
    let sim = poisoned().await;
    let folder = tempfile::tempdir().unwrap();
    for args in [&["check"][..], &["plan", "--to", "wlan2"]] {
        let mut command = program(&sim, folder.path(), args);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap();
        for shown in [output.stdout, output.stderr] {
            assert_harmless(&String::from_utf8(shown).unwrap());
        }
    }
    for format in ["text", "json"] {
        let mut agent = program(&sim, folder.path(), &["run", "--log-format", format])
            .spawn()
            .unwrap();
        let log = agent.stderr.take().unwrap();
        let read = tokio::task::spawn_blocking(move || {
            let mut log = BufReader::new(log);
            let (mut shown, mut line) = (String::new(), String::new());
            while shown.matches("registration-table").count() < 40 && log.read_line(&mut line).unwrap() > 0 {
                shown.push_str(&std::mem::take(&mut line));
            }
            Command::new("kill")
                .args(["-TERM", &agent.id().to_string()])
                .status()
                .unwrap();
            log.read_to_string(&mut shown).unwrap();
            agent.wait().unwrap();
            shown
        });
        let shown = read.await.unwrap();
        assert_harmless(&shown);
        for line in shown.lines() {
            match format {
                "json" => drop(serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|_| panic!("{line}"))),
                _ => assert!(line.starts_with("20") && line.contains("Z "), "{line}"),
            }
        }
        assert!(!shown.contains("\"hint\":\"\""), "an empty hint");
    }
    let journal = std::fs::read_to_string(folder.path().join("journal.jsonl")).unwrap();
    assert_harmless(&journal);
    assert!(
        journal
            .lines()
            .all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok())
    );
}

/// What a program prints with `{:?}` has no secret either.
#[test]
fn no_debug_form_has_a_secret() {
    let environment = [("ADDRESS", "192.168.88.1"), ("USER", "agent"), ("PASSWORD", SECRET)];
    let environment = environment.map(|(key, value)| (format!("TIKROAM__ROUTER__{key}"), value.to_owned()));
    let config = Config::parse(
        "agent.toml".as_ref(),
        include_str!("../../agent.toml"),
        &environment.into(),
    )
    .unwrap();
    let access = tikroam::router::Access::from(config.router());
    assert_eq!(access.password, SECRET);
    assert!(!format!("{config:?} {access:?} {config:#?} {access:#?}").contains(SECRET));
}
