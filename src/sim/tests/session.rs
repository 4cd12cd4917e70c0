use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{drive, settings};
use crate::sim::access::User;
use crate::sim::api::wire::{Decoder, put_sentence};
use crate::sim::settings::{RouterOs, Settings};
use crate::sim::text::to_text;
use crate::sim::{Effect, Fault, Sim};

/// A client of the wire and nothing else.
struct Client {
    socket: TcpStream,
    decoder: Decoder,
}

type Words = Vec<String>;

impl Client {
    async fn connect(sim: &Sim) -> Self {
        let socket = TcpStream::connect(sim.local_addr()).await.unwrap();
        Client {
            socket,
            decoder: Decoder::new(1 << 20),
        }
    }

    async fn login(sim: &Sim) -> Self {
        let mut client = Client::connect(sim).await;
        assert_eq!(client.call(&["/login", "=name=admin", "=password="]).await, [["!done"]]);
        client
    }

    async fn send(&mut self, words: &[&str]) {
        let mut bytes = Vec::new();
        put_sentence(&mut bytes, words);
        self.socket.write_all(&bytes).await.unwrap();
    }

    /// The next sentence; `None` when the router has closed the session.
    async fn next(&mut self) -> Option<Words> {
        let mut buffer = [0; 4096];
        loop {
            if let Some(words) = self.decoder.sentence().unwrap() {
                return Some(words.iter().map(|word| to_text(word)).collect());
            }
            match self.socket.read(&mut buffer).await {
                Ok(count) if count > 0 => self.decoder.push(&buffer[..count]),
                _ => return None,
            }
        }
    }

    /// Sends a command and takes its whole answer, as far as it comes.
    async fn call(&mut self, words: &[&str]) -> Vec<Words> {
        self.send(words).await;
        let mut answer = Vec::new();
        while let Some(words) = self.next().await {
            let end = words[0] == "!done" || words[0] == "!fatal";
            answer.push(words);
            if end {
                break;
            }
        }
        answer
    }
}

fn example() -> Settings {
    let mut settings = settings(drive(3600, &[(-50, 0..3600), (-55, 0..3600)]));
    settings.speed = 20.0;
    settings
}

async fn sim(settings: Settings) -> Sim {
    Sim::listen("127.0.0.1:0", settings).await.unwrap()
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    // A hanging test must fail, however slow the machine.
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(60), test).await.unwrap() });
}

#[test]
fn a_user_logs_in_and_strangers_do_not() {
    run(async {
        let sim = sim(example()).await;
        let mut client = Client::connect(&sim).await;
        let refused = vec![
            vec!["!trap", "=message=invalid user name or password (6)"],
            vec!["!done"],
        ];
        assert_eq!(client.call(&["/login", "=name=admin", "=password=x"]).await, refused);
        assert_eq!(
            client.call(&["/login", "=name=admin", "=password=", ".tag=7"]).await,
            [["!done", ".tag=7"]]
        );
        let rows = client.call(&["/user/active/print", "=.proplist=name,via"]).await;
        assert_eq!(rows, [vec!["!re", "=name=admin", "=via=api"], vec!["!done"]]);
        let quit = client.call(&["/quit"]).await;
        assert_eq!(quit, [["!fatal", "session terminated on request"]]);
        assert_eq!(client.next().await, None);
        let mut stranger = Client::connect(&sim).await;
        assert_eq!(
            stranger.call(&["/system/identity/print"]).await,
            [["!fatal", "not logged in"]]
        );
        assert_eq!(stranger.next().await, None);
    });
}

#[test]
fn an_old_router_asks_for_a_response_to_its_challenge() {
    run(async {
        let mut settings = example();
        settings.access.challenge_login = true;
        settings.access.users = vec![User {
            name: "admin".into(),
            password: "secret".into(),
            policies: vec!["api".into()],
        }];
        let sim = sim(settings).await;
        let mut client = Client::connect(&sim).await;
        let challenge = client
            .call(&["/login", "=name=admin", "=password=secret"])
            .await
            .remove(0);
        let challenge = challenge[1].strip_prefix("=ret=").unwrap().to_owned();
        assert_eq!(challenge.len(), 32, "parameters are ignored, and nobody is logged in");
        let mut message = b"\0secret".to_vec();
        message.extend((0..16).map(|i| u8::from_str_radix(&challenge[2 * i..2 * i + 2], 16).unwrap()));
        let response = format!("=response=00{:x}", <md5::Md5 as md5::Digest>::digest(&message));
        assert_eq!(client.call(&["/login", "=name=admin", &response]).await, [["!done"]]);
    });
}

#[test]
fn the_place_of_the_tag_differs() {
    run(async {
        let add = ["/ip/address/add", "=address=10.9.0.1/24", "=interface=ether1", ".tag=3"];
        let mut client = Client::login(&sim(example()).await).await;
        drop(client.call(&add).await);
        for tag_last in [false, true] {
            let mut settings = example();
            settings.quirks.tag_last = tag_last;
            let sim = sim(settings).await;
            client = Client::login(&sim).await;
            let done = client.call(&add).await.remove(0);
            let expected = if tag_last {
                ["!done", "=ret=*4", ".tag=3"]
            } else {
                ["!done", ".tag=3", "=ret=*4"]
            };
            assert_eq!(done, expected);
        }
    });
}

#[test]
fn a_query_that_finds_nothing_may_say_so() {
    run(async {
        for empty_word in [false, true] {
            let mut settings = example();
            settings.routeros = RouterOs::V7_17;
            settings.quirks.empty_word = empty_word;
            let sim = sim(settings).await;
            let mut client = Client::login(&sim).await;
            let answer = client.call(&["/ip/route/print", "?comment=nobody", ".tag=1"]).await;
            let replies: Vec<&str> = answer.iter().map(|words| words[0].as_str()).collect();
            assert_eq!(
                replies,
                if empty_word {
                    vec!["!empty", "!done"]
                } else {
                    vec!["!done"]
                }
            );
        }
    });
}

#[test]
fn commands_run_at_once_and_can_be_cancelled() {
    run(async {
        let sim = sim(example()).await;
        let mut client = Client::login(&sim).await;
        client
            .send(&["/ping", "=address=192.168.88.1", "=interval=100ms", ".tag=10"])
            .await;
        assert_eq!(client.next().await.unwrap()[..2], ["!re", ".tag=10"]);
        client.send(&["/system/identity/print", ".tag=11"]).await;
        let mut others = Vec::new();
        while others.len() < 2 {
            let words = client.next().await.unwrap();
            if words[1] != ".tag=10" {
                others.push(words);
            }
        }
        assert_eq!(
            others,
            [vec!["!re", ".tag=11", "=name=MikroTik"], vec!["!done", ".tag=11"]]
        );
        client.send(&["/cancel", "=tag=10", ".tag=20"]).await;
        let mut end = Vec::new();
        while end.len() < 3 {
            let words = client.next().await.unwrap();
            if words[0] != "!re" {
                end.push(words);
            }
        }
        let interrupted = vec!["!trap", ".tag=10", "=category=2", "=message=interrupted"];
        assert_eq!(end, [interrupted, vec!["!done", ".tag=20"], vec!["!done", ".tag=10"]]);
        let after = client.call(&["/system/identity/print", ".tag=12"]).await;
        assert!(
            after.iter().all(|words| words[1] == ".tag=12"),
            "nothing follows a !done: {after:?}"
        );
    });
}

#[test]
fn a_service_with_an_address_list_closes_at_once() {
    run(async {
        let mut settings = example();
        settings.access.allowed = vec!["192.168.88.0/24".into()];
        let sim = sim(settings).await;
        assert_eq!(Client::connect(&sim).await.next().await, None);
        sim.console("/ip/service/set", &[("numbers", "api"), ("address", "127.0.0.0/8")])
            .unwrap();
        Client::login(&sim).await;
    });
}

#[test]
fn too_many_sessions_are_closed_at_once() {
    run(async {
        let mut settings = example();
        settings.access.max_sessions = 1;
        let sim = sim(settings).await;
        let _first = Client::login(&sim).await;
        assert_eq!(Client::connect(&sim).await.next().await, None);
    });
}

#[test]
fn faults_strike_at_their_command() {
    run(async {
        let sim = sim(example()).await;
        let identity = || sim.console("/system/identity/print", &[]).unwrap()[0][0].1.clone();
        let set = |name: &str| {
            [
                "/system/identity/set".to_owned(),
                format!("=name={name}"),
                ".tag=1".to_owned(),
            ]
        };
        let strike = |effect: Effect| sim.faults().at(2, "/system/identity/set", effect);
        for (effect, applied, answered) in [
            (Effect::CloseBefore, false, 0),
            (Effect::ApplyThenClose, true, 0),
            (Effect::Refuse("failure: no".into()), false, 2),
            (Effect::Delay(Duration::from_secs(1)), true, 1),
            (Effect::Stall(Duration::from_secs(1)), true, 1),
            (Effect::RetBeforeTag, true, 1),
        ] {
            let mut client = Client::login(&sim).await;
            strike(effect.clone());
            let (first, second) = (set("before"), set("after"));
            client.call(&first.each_ref().map(String::as_str)).await;
            let answer = client.call(&second.each_ref().map(String::as_str)).await;
            assert_eq!(identity() == "after", applied, "{effect:?}");
            assert_eq!(answer.len(), answered, "{effect:?}: {answer:?}");
            if effect == Effect::RetBeforeTag {
                assert_eq!(answer, [["!done", "=ret=", ".tag=1"]]);
            }
        }
        let mut client = Client::login(&sim).await;
        let attribute = Some(("name".to_owned(), "third".to_owned()));
        let fault = Fault {
            nth: 1,
            command: "/system/identity/set".into(),
            attribute,
            effect: Effect::ApplyAndHang,
        };
        sim.faults().add(fault);
        assert_eq!(client.call(&["/system/identity/set", "=name=second"]).await.len(), 1);
        client.send(&["/system/identity/set", "=name=third", ".tag=8"]).await;
        let later = client.call(&["/system/identity/print", ".tag=9"]).await;
        assert_eq!(
            later[0],
            ["!re", ".tag=9", "=name=third"],
            "carried out, never answered"
        );
    });
}

#[test]
fn a_power_cut_closes_everything_and_the_router_comes_back() {
    run(async {
        let sim = sim(example()).await;
        let mut client = Client::login(&sim).await;
        sim.faults().power_cut(Duration::from_secs(5));
        assert_eq!(client.next().await, None);
        loop {
            match TcpStream::connect(sim.local_addr()).await {
                Ok(_) => break,
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
        Client::login(&sim).await;
        let address = sim.local_addr();
        sim.stop().await;
        assert!(TcpStream::connect(address).await.is_err(), "the port is free");
    });
}

#[test]
fn every_sentence_is_written_down() {
    run(async {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut settings = example();
        settings.transcript = Some(file.path().to_owned());
        let sim = sim(settings).await;
        Client::login(&sim).await.call(&["/system/identity/print"]).await;
        let text = std::fs::read_to_string(file.path()).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let shown: Vec<(&str, &str)> = lines
            .iter()
            .map(|line| (line["dir"].as_str().unwrap(), line["words"][0].as_str().unwrap()))
            .collect();
        let expected = [
            ("in", "/login"),
            ("out", "!done"),
            ("in", "/system/identity/print"),
            ("out", "!re"),
            ("out", "!done"),
        ];
        assert_eq!(shown, expected);
    });
}

#[test]
fn a_lasting_fault_strikes_every_time_until_it_is_cleared() {
    run(async {
        let sim = sim(example()).await;
        let mut client = Client::login(&sim).await;
        let refusal = "not enough permissions (9)";
        let monitor = ["/interface/pptp-client/monitor", "=numbers=PPtP_to_Office", "=once="];
        sim.faults().always(monitor[0], Effect::Refuse(refusal.into()));
        for _ in 0..3 {
            let message = format!("=message={refusal}");
            assert_eq!(client.call(&monitor).await, [vec!["!trap", &message], vec!["!done"]]);
        }
        assert_eq!(sim.faults().waiting(), 0, "a lasting fault does not wait");
        sim.faults().clear();
        assert_eq!(client.call(&monitor).await[0][0], "!re");
    });
}

#[test]
fn sessions_may_end_right_after_their_login() {
    run(async {
        let sim = sim(example()).await;
        sim.faults().close_after_login(2);
        for _ in 0..2 {
            let mut client = Client::login(&sim).await;
            assert_eq!(client.next().await, None);
        }
        let mut client = Client::login(&sim).await;
        assert_eq!(client.call(&["/system/identity/print"]).await[0][0], "!re");
    });
}

#[test]
fn every_session_of_a_user_is_shown() {
    run(async {
        let sim = sim(example()).await;
        let (mut first, second) = (Client::login(&sim).await, Client::login(&sim).await);
        let print = ["/user/active/print", "=.proplist=.id,name,address,via,when"];
        let rows = first.call(&print).await;
        assert_eq!(rows.len(), 3, "{rows:?}");
        let has = |row: &Words, word: &str| row.iter().any(|have| have == word);
        let has_name = |row: &Words, name: &str| row.iter().any(|have| have.starts_with(name));
        for row in &rows[..2] {
            assert!(has(row, "=name=admin") && has(row, "=address=127.0.0.1") && has(row, "=via=api"));
            assert!(has_name(row, "=.id=*") && has_name(row, "=when="));
        }
        assert_ne!(rows[0], rows[1], "each has its own id");
        drop(second);
        while first.call(&print).await.len() > 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
}

#[test]
fn a_long_ping_streams_a_row_for_each_and_can_be_cancelled() {
    run(async {
        let mut settings = example();
        settings.routeros = RouterOs::V7_17;
        let sim = sim(settings).await;
        let mut client = Client::login(&sim).await;
        let to = ["/tool/ping", "=address=192.168.88.1", "=interval=200ms", "=count=5"];
        let rows = client.call(&to).await;
        assert_eq!(rows.len(), 6, "five rows and the end: {rows:?}");
        for (seq, row) in rows[..5].iter().enumerate() {
            assert_eq!(row[..2], ["!re".to_owned(), format!("=seq={seq}")]);
            assert!(row.contains(&format!("=sent={}", seq + 1)), "{row:?}");
        }
        let endless = ["/tool/ping", "=address=192.168.88.1", "=interval=10ms", ".tag=4"];
        client.send(&endless).await;
        for seq in 0..50 {
            assert_eq!(client.next().await.unwrap()[2], format!("=seq={seq}"));
        }
        client.send(&["/cancel", "=tag=4", ".tag=5"]).await;
        let mut ends = 0;
        while ends < 2 {
            ends += usize::from(client.next().await.unwrap()[0] == "!done");
        }
        let answer = client.call(&["/system/identity/print", ".tag=6"]).await;
        assert!(answer.iter().all(|words| words[1] == ".tag=6"), "{answer:?}");
        for interval in ["=interval=9ms", "=interval=6s"] {
            let refused = client.call(&["/tool/ping", "=address=192.168.88.1", interval]).await;
            assert_eq!(refused[0][0], "!trap", "{interval}");
        }
    });
}
