//! A socket in the router's place, which answers what a test wants and no more.

use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Socket, Type};
use tikroam::router::{Access, Router};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{parsed, with};
use crate::road::{END, road, settings, start};

/// The access of the shipped file with another value for a key of `[router]`, to a router at an address.
fn access(key: &str, value: &str, address: SocketAddr) -> Access {
    let text = with(&format!("router.{key}"), value);
    let address = address.to_string();
    Access::from(parsed(&text, &[("ROUTER__ADDRESS", &address)]).router())
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// The words of the next sentence.
async fn hear(stream: &mut TcpStream) -> Vec<String> {
    let mut words = Vec::new();
    loop {
        let length = match stream.read_u8().await.unwrap() {
            0 => return words,
            short @ 0x01..=0x7F => usize::from(short),
            other => panic!("no test sends a word this long: {other:#x}"),
        };
        let mut word = vec![0; length];
        stream.read_exact(&mut word).await.unwrap();
        words.push(String::from_utf8(word).unwrap());
    }
}

async fn say_done(stream: &mut TcpStream, heard: &[String]) {
    let tag = heard.iter().find(|word| word.starts_with(".tag=")).unwrap();
    for word in ["!done", tag, ""] {
        stream.write_u8(word.len().try_into().unwrap()).await.unwrap();
        stream.write_all(word.as_bytes()).await.unwrap();
    }
}

/// What the agent says first to the router.
async fn greeting(text: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let (listener, address) = listen().await;
    let address = address.to_string();
    let variables: Vec<(&str, &str)> = [("ROUTER__ADDRESS", address.as_str())]
        .iter()
        .chain(variables)
        .copied()
        .collect();
    let access = Access::from(parsed(text, &variables).router());
    let serve = async {
        let mut stream = listener.accept().await.unwrap().0;
        hear(&mut stream).await
    };
    tokio::join!(Router::connect(&access), serve).1
}

pub(super) async fn address() {
    let [(first, one), (second, other)] = [listen().await, listen().await];
    for (listener, address) in [(first, one), (second, other)] {
        let text = with("router.address", &format!("\"{address}\""));
        let access = Access::from(parsed(&text, &[]).router());
        let accept = async { drop(listener.accept().await.unwrap()) };
        tokio::join!(Router::connect(&access), accept).0.unwrap_err();
    }
}

pub(super) async fn user() {
    let words = greeting(&with("router.user", "\"other\""), &[]).await;
    assert!(words.contains(&"=name=other".to_owned()), "{words:?}");
}

/// The first byte that the agent sends: of a record of TLS, or of a login.
pub(super) async fn tls() {
    for (value, first) in [("\"off\"", b"/login".len() as u8), ("\"insecure\"", 22)] {
        let (listener, address) = listen().await;
        let access = access("tls", value, address);
        let serve = async { listener.accept().await.unwrap().0.read_u8().await.unwrap() };
        assert_eq!(tokio::join!(Router::connect(&access), serve).1, first);
    }
}

pub(super) async fn connect_deadline() {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener
        .bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())
        .unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    // Whoever comes after these finds no room, and the system lets it wait.
    let waiting = [(); 4].map(|()| Socket::new(Domain::IPV4, Type::STREAM, None).unwrap());
    for socket in &waiting {
        socket.set_nonblocking(true).unwrap();
        socket.connect(&address).ok();
    }
    let [short, long] =
        ["\"100ms\"", "\"2m\""].map(|value| access("connect_deadline", value, address.as_socket().unwrap()));
    tokio::select! {
        given_up = Router::connect(&short) => assert!(given_up.unwrap_err().to_string().contains("cannot be reached")),
        given_up = Router::connect(&long) => panic!("the longer deadline passed first: {:?}", given_up.unwrap_err()),
    }
}

/// Why there is no session with a router that hears so many sentences and answers all but the last.
async fn stalled(access: impl Fn(&str, SocketAddr) -> Access, sentences: usize) -> [String; 2] {
    let mut errors = Vec::new();
    for value in ["\"100ms\"", "\"200ms\""] {
        let (listener, address) = listen().await;
        let access = access(value, address);
        let serve = async {
            let mut stream = listener.accept().await.unwrap().0;
            for sentence in 0..sentences {
                let heard = hear(&mut stream).await;
                if sentence + 1 < sentences {
                    say_done(&mut stream, &heard).await;
                }
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            connected = Router::connect(&access) => errors.push(connected.unwrap_err().to_string()),
            () = serve => {}
        }
    }
    errors.try_into().unwrap()
}

fn assert_follows(errors: [String; 2], stage: &str) {
    for (error, after) in errors.iter().zip(["100ms", "200ms"]) {
        assert!(
            error.ends_with(&format!("stalled at the {stage} for {after}")),
            "{error}"
        );
    }
}

pub(super) async fn login_deadline() {
    assert_follows(
        stalled(|value, address| access("login_deadline", value, address), 1).await,
        "login",
    );
}

pub(super) async fn write_deadline() {
    // More than the buffers of both ends take.
    let endless = "x".repeat(64 << 20);
    let access = |value: &str, address| Access {
        password: endless.clone(),
        ..access("write_deadline", value, address)
    };
    assert_follows(stalled(access, 0).await, "first write");
}

pub(super) async fn answer_deadline() {
    assert_follows(
        stalled(|value, address| access("answer_deadline", value, address), 2).await,
        "first reading",
    );
}

/// The seconds after which the system asks a silent router of this session whether it is there.
async fn asks_after(value: &str) -> u64 {
    let sim = start(settings(road(&[(-55, 0..END)]))).await;
    let access = Access {
        user: "admin".into(),
        ..access("keepalive", value, sim.local_addr())
    };
    let router = Router::connect(&access).await.unwrap();
    let port = format!(":{:04X}", router.path().local.port());
    let keepalive = "02:";
    loop {
        // proc(5): local_address is the second field, the timer and its jiffies (a hundredth of a second) the sixth.
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let mut rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let row = rows.find(|row| row[1].ends_with(&port)).expect("the session's socket");
        if let Some(when) = row[5].strip_prefix(keepalive) {
            return u64::from_str_radix(when, 16).unwrap() / 100;
        }
        tokio::task::yield_now().await;
    }
}

pub(super) async fn keepalive() {
    let soon = asks_after("\"10s\"").await;
    let late = asks_after("\"10m\"").await;
    assert!(soon <= 10 && (500..=600).contains(&late), "{soon} s, {late} s");
}
