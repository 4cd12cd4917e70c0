//! One session of the API: login, commands at once by tag, cancel and quit.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, ReadHalf};
use tokio::sync::{mpsc, oneshot};

use super::dialect::{self, Words};
use super::faults::Effect;
use super::flow::{Flow, Running};
use super::login::Login;
use super::shared::{Shared, lock};
use super::tls::Socket;
use super::wire::{self, Decoder};
use super::writer::{self, Out};
use crate::sim::router::call::{Answer, Call};
use crate::sim::router::stream::{Outcome, Stream};
use crate::sim::router::trap::Trap;
use crate::sim::text;
use crate::sim::world::clock::Clock;
use crate::sim::world::events::{Sender, What};

/// Answers that wait for the client to read; beyond, a stream's rows are lost and commands wait.
const QUEUED: usize = 4096;
/// Sentences that a stranger may send.
const STRANGERS_SENTENCES: u32 = 16;

/// Why a session ends.
struct Closed;

/// One session.
pub(crate) struct Session {
    shared: Arc<Shared>,
    out: mpsc::Sender<Out>,
    login: Login,
    /// Sentences taken before the login.
    sentences: u32,
    running: Running,
    streams: u64,
    mangle: Mangle,
}

/// Whether answers of this session are mangled by a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mangle {
    None,
    RetBeforeTag,
    MalformedRow,
}

/// Serves one connection until either side ends it.
pub(crate) async fn serve(shared: Arc<Shared>, stream: Box<dyn Socket>, from: SocketAddr, number: u64) {
    let (read, write) = tokio::io::split(stream);
    let (out, queue) = mpsc::channel(QUEUED);
    let session = Session {
        shared: Arc::clone(&shared),
        out,
        login: Login::new(number, from.ip()),
        sentences: 0,
        running: Running::default(),
        streams: 0,
        mangle: Mangle::None,
    };
    let writing = writer::write(Arc::clone(&shared), queue, write);
    let reading = async {
        let mut session = session;
        let _ = session.read(read).await;
    };
    // The writer ends when the reader has ended and everything is written, or when the client is gone.
    tokio::join!(reading, writing);
}

impl Drop for Session {
    fn drop(&mut self) {
        // Streams notice by this that their client is gone.
        lock(&self.running).clear();
        let vehicle = &mut self.shared.journey().vehicle;
        if let Some(active) = vehicle.active.remove(&self.login.number) {
            vehicle.log(
                "system,info,account",
                &format!("user {} logged out from {} via api", active.name, active.from),
            );
            vehicle.happen(What::LoggedOut);
        }
    }
}

impl Session {
    async fn read(&mut self, mut read: ReadHalf<Box<dyn Socket>>) -> Result<(), Closed> {
        let mut decoder = Decoder::new(wire::STRANGER_LIMIT);
        let mut buffer = vec![0; 8192];
        loop {
            while let Some(sentence) = decoder.sentence().map_err(|_| Closed)? {
                let words: Vec<String> = sentence.iter().map(|word| text::to_text(word)).collect();
                self.shared.transcribe("in", &words);
                self.take(&words).await?;
                decoder.set_limit(if self.login.policies.is_some() {
                    wire::LOGGED_IN_LIMIT
                } else {
                    wire::STRANGER_LIMIT
                });
            }
            tokio::select! {
                count = read.read(&mut buffer) => match count {
                    Ok(count) if count > 0 => decoder.push(&buffer[..count]),
                    _ => return Err(Closed),
                },
                () = self.out.closed() => return Err(Closed),
            }
        }
    }

    /// Takes one sentence.
    async fn take(&mut self, words: &[String]) -> Result<(), Closed> {
        let call = Call::read(words);
        if self.login.policies.is_none() {
            self.sentences += 1;
            if self.sentences > STRANGERS_SENTENCES {
                return Err(Closed);
            }
        }
        self.shared.wait_out_stall().await;
        match call.command.as_str() {
            "/login" => {
                let answer = self.login.answer(&self.shared, &call);
                self.answer(&call, answer, Duration::ZERO).await?;
                let closed = self.login.policies.is_some() && lock(&self.shared.faults).closes_login();
                return if closed { Err(Closed) } else { Ok(()) };
            }
            "/quit" => {
                self.send(
                    vec![vec!["!fatal".into(), "session terminated on request".into()]],
                    Duration::ZERO,
                )
                .await?;
                return Err(Closed);
            }
            _ if self.login.policies.is_none() => {
                self.send(vec![vec!["!fatal".into(), "not logged in".into()]], Duration::ZERO)
                    .await?;
                return Err(Closed);
            }
            "/cancel" => return self.cancel(&call).await,
            _ => {}
        }
        let effect = lock(&self.shared.faults).strikes(&call);
        let mut late = Duration::ZERO;
        match effect {
            None => {}
            Some(Effect::CloseBefore) => return Err(Closed),
            Some(Effect::ApplyThenClose) => {
                self.execute(&call);
                return Err(Closed);
            }
            Some(Effect::ApplyAndHang) => {
                self.execute(&call);
                return Ok(());
            }
            Some(Effect::Hang) => return Ok(()),
            Some(Effect::Refuse(message)) => {
                let answer = Answer::refused(Trap::new(message));
                return self.answer(&call, answer, late).await;
            }
            Some(Effect::Delay(by)) => late = self.shared.clock.real(by),
            Some(Effect::RetBeforeTag) => self.mangle = Mangle::RetBeforeTag,
            Some(Effect::MalformedRow) => self.mangle = Mangle::MalformedRow,
            Some(Effect::Oversize) => {
                let mut bytes = Vec::new();
                wire::put_length(&mut bytes, 3);
                bytes.extend_from_slice(b"!re");
                wire::put_length(&mut bytes, 1 << 31);
                bytes.resize(bytes.len() + (1 << 20), b'x');
                return self.out.send(Out::Raw(bytes)).await.map_err(|_| Closed);
            }
            Some(Effect::Stall(span)) => {
                self.shared.stall(span);
                self.shared.wait_out_stall().await;
            }
            Some(Effect::PowerCut(span)) => {
                self.shared.cut_power(span);
                return Err(Closed);
            }
        }
        let outcome = self.execute(&call);
        match outcome {
            Outcome::Answer(answer) => self.answer(&call, answer, late).await,
            Outcome::Stream(stream) => {
                self.begin(call, *stream);
                Ok(())
            }
        }
    }

    fn execute(&self, call: &Call) -> Outcome {
        let policies = self.login.policies.as_deref();
        self.shared.journey().vehicle.execute(call, Sender::Api, policies)
    }

    async fn answer(&mut self, call: &Call, answer: Answer, late: Duration) -> Result<(), Closed> {
        let mut sentences = dialect::answer(&self.shared.quirks, call.tag.as_deref(), answer);
        match std::mem::replace(&mut self.mangle, Mangle::None) {
            Mangle::None => {}
            Mangle::RetBeforeTag => sentences.iter_mut().for_each(dialect::ret_before_tag),
            Mangle::MalformedRow => sentences.iter_mut().for_each(dialect::malform_row),
        }
        self.send(sentences, late).await
    }

    async fn send(&self, sentences: Vec<Words>, late: Duration) -> Result<(), Closed> {
        let due = self.due(late);
        self.out
            .send(Out::Sentences { due, sentences })
            .await
            .map_err(|_| Closed)
    }

    /// When an answer that is ready now reaches the client.
    fn due(&self, late: Duration) -> Option<Instant> {
        let ahead = self.shared.round_trip + late;
        (!ahead.is_zero()).then(|| Clock::ahead(ahead))
    }

    /// Ends one running command, or all of them.
    async fn cancel(&mut self, call: &Call) -> Result<(), Closed> {
        let tag = call.get("tag");
        let ended: Vec<((String, u64), oneshot::Sender<()>)> = {
            let mut running = lock(&self.running);
            let keys: Vec<_> = running
                .keys()
                .filter(|(have, _)| tag.is_none_or(|tag| have == tag))
                .cloned()
                .collect();
            keys.into_iter().filter_map(|key| running.remove_entry(&key)).collect()
        };
        let quirks = &self.shared.quirks;
        let mut sentences = Vec::new();
        let name = |tag: &str| Some(tag).filter(|tag| !tag.is_empty()).map(String::from);
        for ((tag, _), stop) in &ended {
            let _ = stop.is_closed();
            sentences.push(dialect::trap(quirks, name(tag).as_deref(), &Trap::of(2, "interrupted")));
        }
        if tag.is_some() && ended.is_empty() && self.shared.cancel_refuses {
            sentences.push(dialect::trap(quirks, call.tag.as_deref(), &Trap::new("unknown tag")));
        }
        sentences.push(dialect::done(quirks, call.tag.as_deref(), None));
        for ((tag, _), stop) in ended {
            let _ = stop.send(());
            sentences.push(dialect::done(quirks, name(&tag).as_deref(), None));
        }
        self.send(sentences, Duration::ZERO).await
    }

    /// Lets a stream run beside the session.
    fn begin(&mut self, call: Call, stream: Stream) {
        self.streams += 1;
        let key = (call.tag.clone().unwrap_or_default(), self.streams);
        let (stop, stopped) = oneshot::channel();
        lock(&self.running).insert(key.clone(), stop);
        let flow = Flow {
            shared: Arc::clone(&self.shared),
            out: self.out.clone(),
            running: Arc::clone(&self.running),
            key,
            stream,
        };
        tokio::spawn(flow.run(stopped));
    }
}
