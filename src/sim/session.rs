//! One session of the API: login, commands at once by tag, cancel and quit.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::{mpsc, oneshot};

use super::chance::Of;
use super::clock::Clock;
use super::command::{Answer, Call, Outcome};
use super::dialect::{self, Words};
use super::events::{Sender, What};
use super::faults::Effect;
use super::md5;
use super::server::{Shared, lock};
use super::stream::{ORPHANED, Stream};
use super::tables::Trap;
use super::vehicle::Active;
use super::wire::{self, Decoder};
use super::writer::{self, Out};

/// Answers that wait for the client to read; beyond, a stream's rows are lost and commands wait.
const QUEUED: usize = 4096;
/// Sentences that a stranger may send.
const STRANGERS_SENTENCES: u32 = 16;

/// The running streams of a session: how to cancel each, by tag and a number of its own.
type Running = Arc<Mutex<BTreeMap<(String, u64), oneshot::Sender<()>>>>;

/// Why a session ends.
struct Closed;

/// One session.
struct Session {
    shared: Arc<Shared>,
    out: mpsc::Sender<Out>,
    number: u64,
    from: SocketAddr,
    policies: Option<Vec<String>>,
    challenge: Option<String>,
    sentences: u32,
    running: Running,
    streams: u64,
    queries: QueryQuirk,
}

/// Whether answers of this session are mangled by a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QueryQuirk {
    None,
    RetBeforeTag,
    MalformedRow,
}

/// Serves one connection until either side ends it.
pub async fn serve(shared: Arc<Shared>, stream: TcpStream, from: SocketAddr, number: u64) {
    // Answers are small and waited for.
    let _ = stream.set_nodelay(true);
    let (read, write) = stream.into_split();
    let (out, queue) = mpsc::channel(QUEUED);
    let session = Session {
        shared: Arc::clone(&shared),
        out,
        number,
        from,
        policies: None,
        challenge: None,
        sentences: 0,
        running: Running::default(),
        streams: 0,
        queries: QueryQuirk::None,
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
        let mut vehicle = self.shared.vehicle();
        if let Some(active) = vehicle.active.remove(&self.number) {
            vehicle.log(
                "system,info,account",
                &format!("user {} logged out from {} via api", active.name, active.from),
            );
            vehicle.happen(What::LoggedOut);
        }
    }
}

impl Session {
    async fn read(&mut self, mut read: OwnedReadHalf) -> Result<(), Closed> {
        let mut decoder = Decoder::new(wire::STRANGER_LIMIT);
        let mut buffer = vec![0; 8192];
        loop {
            while let Some(sentence) = decoder.sentence().map_err(|_| Closed)? {
                let words: Vec<String> = sentence.iter().map(|word| wire::to_text(word)).collect();
                self.shared.transcribe("in", &words);
                self.take(&words).await?;
                decoder.set_limit(if self.policies.is_some() {
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
        if self.policies.is_none() {
            self.sentences += 1;
            if self.sentences > STRANGERS_SENTENCES {
                return Err(Closed);
            }
        }
        self.wait_out_stall().await;
        match call.command.as_str() {
            "/login" => return self.login(&call).await,
            "/quit" => {
                self.send(
                    vec![vec!["!fatal".into(), "session terminated on request".into()]],
                    Duration::ZERO,
                )
                .await?;
                return Err(Closed);
            }
            _ if self.policies.is_none() => {
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
                self.shared
                    .vehicle()
                    .execute(&call, Sender::Api, self.policies.as_deref());
                return Err(Closed);
            }
            Some(Effect::ApplyAndHang) => {
                self.shared
                    .vehicle()
                    .execute(&call, Sender::Api, self.policies.as_deref());
                return Ok(());
            }
            Some(Effect::Hang) => return Ok(()),
            Some(Effect::Refuse(message)) => {
                return self
                    .answer(
                        &call,
                        Answer {
                            traps: vec![Trap::new(message)],
                            ..Answer::default()
                        },
                        late,
                    )
                    .await;
            }
            Some(Effect::Delay(by)) => late = self.shared.clock.real(by),
            Some(Effect::RetBeforeTag) => self.queries = QueryQuirk::RetBeforeTag,
            Some(Effect::MalformedRow) => self.queries = QueryQuirk::MalformedRow,
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
                self.wait_out_stall().await;
            }
            Some(Effect::PowerCut(span)) => {
                self.shared.cut_power(span);
                return Err(Closed);
            }
        }
        let outcome = self
            .shared
            .vehicle()
            .execute(&call, Sender::Api, self.policies.as_deref());
        match outcome {
            Outcome::Answer(answer) => self.answer(&call, answer, late).await,
            Outcome::Stream(stream) => {
                self.begin(call, *stream);
                Ok(())
            }
        }
    }

    async fn wait_out_stall(&self) {
        loop {
            let left = lock(&self.shared.faults)
                .stalled_until
                .saturating_sub(self.shared.clock.now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(self.shared.clock.real(left)).await;
        }
    }

    async fn answer(&mut self, call: &Call, answer: Answer, late: Duration) -> Result<(), Closed> {
        let mut sentences = dialect::answer(&self.shared.quirks, call.tag.as_deref(), answer);
        match std::mem::replace(&mut self.queries, QueryQuirk::None) {
            QueryQuirk::None => {}
            QueryQuirk::RetBeforeTag => sentences.iter_mut().for_each(dialect::ret_before_tag),
            QueryQuirk::MalformedRow => sentences.iter_mut().for_each(dialect::malform_row),
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

    async fn login(&mut self, call: &Call) -> Result<(), Closed> {
        let old = self.shared.challenge_login;
        let (name, password, response) = (call.get("name"), call.get("password"), call.get("response"));
        let answer = match (name, password, response) {
            (Some(name), Some(password), None) if !old => self.admit(name, |known| known == password),
            (Some(name), _, Some(response)) if old => {
                let challenge = self.challenge.take().unwrap_or_default();
                self.admit(name, |known| {
                    let mut message = vec![0];
                    message.extend(wire::to_bytes(known));
                    message.extend(
                        (0..challenge.len() / 2)
                            .filter_map(|i| u8::from_str_radix(challenge.get(2 * i..2 * i + 2)?, 16).ok()),
                    );
                    response == format!("00{}", md5::hex(&message))
                })
            }
            (_, None, None) | (_, Some(_), None) => {
                let (chance, at) = (self.shared.chance, u64::from(self.sentences));
                let bits = |half| chance.bits(Of::Challenge, self.number << 1 | half, at);
                let challenge = format!("{:016x}{:016x}", bits(0), bits(1));
                self.challenge = Some(challenge.clone());
                Answer {
                    ret: Some(challenge),
                    ..Answer::default()
                }
            }
            _ => refused(old),
        };
        let refused = !answer.traps.is_empty();
        self.answer(call, answer, Duration::ZERO).await?;
        if refused {
            let mut vehicle = self.shared.vehicle();
            let name = name.unwrap_or_default();
            let from = self.from.ip();
            vehicle.log(
                "system,error,critical",
                &format!("login failure for user {name} from {from} via api"),
            );
        }
        Ok(())
    }

    /// Lets a user in whose password is right and who may use the API.
    fn admit(&mut self, name: &str, right: impl Fn(&str) -> bool) -> Answer {
        let mut vehicle = self.shared.vehicle();
        let user = vehicle
            .users
            .iter()
            .find(|user| user.name == name && right(&user.password));
        let Some(user) = user.filter(|user| user.policies.iter().any(|policy| policy == "api")) else {
            return refused(self.shared.challenge_login);
        };
        let (name, policies) = (user.name.clone(), user.policies.clone());
        self.policies = Some(policies);
        let from = self.from.ip().to_string();
        vehicle.log(
            "system,info,account",
            &format!("user {name} logged in from {from} via api"),
        );
        let since = vehicle.now;
        vehicle.active.insert(self.number, Active { name, from, since });
        vehicle.happen(What::LoggedIn);
        Answer::default()
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
        let running = Arc::clone(&self.running);
        tokio::spawn(flow(
            Arc::clone(&self.shared),
            self.out.clone(),
            running,
            key,
            stream,
            stopped,
        ));
    }
}

fn refused(old: bool) -> Answer {
    let message = if old {
        "cannot log in"
    } else {
        "invalid user name or password (6)"
    };
    Answer {
        traps: vec![Trap::new(message)],
        ..Answer::default()
    }
}

/// Sends a stream's rows until it ends, is cancelled, or its client is gone.
async fn flow(
    shared: Arc<Shared>,
    out: mpsc::Sender<Out>,
    running: Running,
    key: (String, u64),
    mut stream: Stream,
    mut stopped: oneshot::Receiver<()>,
) {
    let tag = Some(key.0.as_str()).filter(|tag| !tag.is_empty());
    let mut orphaned = None;
    loop {
        let (turned, now) = {
            let mut vehicle = shared.vehicle();
            (stream.turn(&mut vehicle), vehicle.now)
        };
        {
            let mut running = lock(&running);
            if orphaned.is_none() && !running.contains_key(&key) {
                break;
            }
            let mut sentences: Vec<Words> = turned
                .rows
                .into_iter()
                .map(|row| dialect::row(&shared.quirks, tag, row))
                .collect();
            if turned.again.is_none() {
                sentences.push(dialect::done(&shared.quirks, tag, None));
                running.remove(&key);
            }
            let due = (!shared.round_trip.is_zero()).then(|| Clock::ahead(shared.round_trip));
            if !sentences.is_empty() {
                let _ = out.try_send(Out::Sentences { due, sentences });
            }
        }
        let Some(again) = turned.again else { return };
        let wait = tokio::time::sleep(shared.clock.real(again.saturating_sub(now)));
        if let Some(until) = orphaned {
            if now >= until {
                break;
            }
            wait.await;
            continue;
        }
        tokio::select! {
            () = wait => {}
            // Cancelled, or the session is gone and with it the other end.
            cancelled = &mut stopped => {
                if cancelled.is_ok() || !stream.outlives_client() {
                    break;
                }
                orphaned = Some(now + ORPHANED);
            }
            () = out.closed() => {
                if !stream.outlives_client() {
                    break;
                }
                orphaned = Some(now + ORPHANED);
            }
        }
    }
    stream.end(&mut shared.vehicle());
}
