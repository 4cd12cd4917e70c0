//! A router of a few lines: raw bytes by its own small codec, so that it cannot share a mistake with the client.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::super::{Access, Deadlines, Router};
use std::time::Duration;

/// The far end of one connection.
pub(super) struct Peer {
    stream: TcpStream,
}

/// A sentence that the client sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Heard(pub(super) Vec<String>);

impl Heard {
    pub(super) fn tag(&self) -> String {
        let tag = self.0.iter().find(|word| word.starts_with(".tag="));
        tag.expect("every command carries a tag").clone()
    }

    /// The words without the tag.
    pub(super) fn words(&self) -> Vec<&str> {
        let words = self.0.iter().map(String::as_str);
        words.filter(|word| !word.starts_with(".tag=")).collect()
    }
}

pub(super) async fn listen() -> (TcpListener, Access) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let access = access(listener.local_addr().unwrap().to_string());
    (listener, access)
}

/// Deadlines that no test waits for.
pub(super) fn access(address: String) -> Access {
    let patience = Duration::from_secs(60);
    Access {
        address,
        user: "swap".to_owned(),
        password: "geheim".to_owned(),
        tls: crate::config::Tls::Off,
        deadlines: Deadlines {
            connect: patience,
            login: patience,
            write: patience,
            answer: patience,
        },
        keepalive: Duration::from_secs(10),
        buffer: Access::BUFFER,
    }
}

/// A session whose login and version are done.
pub(super) async fn connected() -> (Router, Peer) {
    let (listener, access) = listen().await;
    connected_with(listener, &access).await
}

pub(super) async fn connected_with(listener: TcpListener, access: &Access) -> (Router, Peer) {
    connected_to("7.17 (stable)", listener, access).await
}

pub(super) async fn connected_to(version: &str, listener: TcpListener, access: &Access) -> (Router, Peer) {
    let serve = async {
        let mut peer = Peer::accept(&listener).await;
        peer.log_in().await;
        let heard = peer.hear().await;
        assert_eq!(heard.words(), ["/system/resource/print", "=.proplist=version"]);
        let tag = heard.tag();
        peer.say(&["!re", &tag, &format!("=version={version}")]).await;
        peer.say(&["!done", &tag]).await;
        peer
    };
    let (router, peer) = tokio::join!(Router::connect(access), serve);
    (router.expect("the login was taken"), peer)
}

impl Peer {
    pub(super) async fn accept(listener: &TcpListener) -> Peer {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        Peer { stream }
    }

    pub(super) async fn log_in(&mut self) {
        let heard = self.hear().await;
        assert_eq!(heard.words(), ["/login", "=name=swap", "=password=geheim"]);
        self.say(&["!done", &heard.tag()]).await;
    }

    pub(super) async fn say(&mut self, words: &[&str]) {
        let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
        self.say_bytes(&words).await;
    }

    pub(super) async fn say_bytes(&mut self, words: &[&[u8]]) {
        self.send(&sentence(words)).await;
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) {
        // A client that left is found out by what it did, not here.
        self.stream.write_all(bytes).await.ok();
    }

    /// The next sentence; panics when the client closed.
    pub(super) async fn hear(&mut self) -> Heard {
        self.hear_or_end().await.expect("the client closed")
    }

    /// The next sentence; `None` when the client closed.
    pub(super) async fn hear_or_end(&mut self) -> Option<Heard> {
        let mut words = Vec::new();
        loop {
            let length = match self.stream.read_u8().await.ok()? {
                short @ 0..=0x7F => usize::from(short),
                long @ 0x80..=0xBF => usize::from(long & 0x3F) << 8 | usize::from(self.stream.read_u8().await.ok()?),
                other => panic!("no test sends a word this long: {other:#x}"),
            };
            if length == 0 {
                return Some(Heard(words));
            }
            let mut word = vec![0; length];
            self.stream.read_exact(&mut word).await.ok()?;
            words.push(String::from_utf8(word).unwrap());
        }
    }
}

pub(super) fn sentence(words: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in words {
        match u16::try_from(word.len()).unwrap() {
            short @ 0..=0x7F => bytes.push(short as u8),
            long @ 0x80..=0x3FFF => bytes.extend_from_slice(&(long | 0x8000).to_be_bytes()),
            other => panic!("no test says a word this long: {other}"),
        }
        bytes.extend_from_slice(word);
    }
    bytes.push(0);
    bytes
}
