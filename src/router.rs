//! `Router`: one session with the router's binary API. The only code that names `mikrotik_rs`.
//!
//! The crate's sans-IO connection does the words; the socket is read and written here (`session`), because every stage
//! needs a deadline, what is buffered needs a bound, and a call that nobody waits for any more must be cancelled on the
//! router. A call ends in one of three ways beside its rows: not sent, refused, unknown.

mod call;
mod connect;
mod flight;
mod inbox;
mod inspect;
mod outcome;
mod ping;
mod readings;
mod reconnect;
mod rows;
mod session;
mod stay_connected;
mod survey;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use crate::config::RouterAccess;
use crate::routeros::Sentence;
use crate::units::Moment;

pub use call::{Call, Running};
pub use connect::{ConnectError, Retry};
pub use inspect::{Dial, Inspection, NatRule, Script, ScriptPlace};
pub use outcome::{CallError, Cause, Chain, Lost};
pub use ping::{Ping, Pings};
pub use readings::{Managed, Registrations};
pub use reconnect::{Delays, Reconnect};
pub use rows::Row;
pub use stay_connected::StayConnected;
pub use survey::{BridgePort, Interface, Package, RadioItem, Refusal, Surroundings, Survey, UserRights, UserSession};

use session::{Gauges, Order, Session};

/// Where the router is and how to get in.
#[derive(Clone)]
pub struct Access {
    /// Host and port of the API service, such as `192.168.88.1:8728`.
    pub address: String,
    /// The API user.
    pub user: String,
    /// Its password; never shown.
    pub password: String,
    /// How long each stage may take.
    pub deadlines: Deadlines,
    /// Silence after which TCP asks whether the router is still there; the kernel counts whole seconds, at least one.
    pub keepalive: Duration,
    /// The most bytes of one answer that are held.
    pub buffer: usize,
}

impl Access {
    /// The default of [`Access::buffer`]: 4 MiB, some 20,000 routes.
    pub const BUFFER: usize = 4 * 1024 * 1024;
}

impl From<&RouterAccess> for Access {
    fn from(router: &RouterAccess) -> Self {
        Access {
            address: router.address().to_owned(),
            user: router.user().to_owned(),
            password: router.password().expose().to_owned(),
            deadlines: Deadlines {
                connect: router.connect_deadline(),
                login: router.login_deadline(),
                write: router.write_deadline(),
                answer: router.answer_deadline(),
            },
            keepalive: router.keepalive(),
            buffer: Access::BUFFER,
        }
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("address", &self.address)
            .field("user", &self.user)
            .field("deadlines", &self.deadlines)
            .field("keepalive", &self.keepalive)
            .field("buffer", &self.buffer)
            .finish_non_exhaustive()
    }
}

/// How long each stage may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Until the TCP connection stands, name resolution included.
    pub connect: Duration,
    /// From there until the login is answered.
    pub login: Duration,
    /// Until the router takes bytes that wait to be written.
    pub write: Duration,
    /// Until a call is answered to its end. Routers stall for several seconds without being dead.
    pub answer: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Deadlines {
            connect: Duration::from_secs(3),
            login: Duration::from_secs(5),
            write: Duration::from_secs(5),
            answer: Duration::from_secs(10),
        }
    }
}

/// Where a router stalled on the way to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It did not answer the login.
    Login,
    /// It took nothing of what was written.
    Write,
    /// It did not answer the first reading.
    Reading,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Login => "login",
            Stage::Write => "first write",
            Stage::Reading => "first reading",
        })
    }
}

/// The version of RouterOS.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Version {
    /// Such as 6 or 7; 0 when the router does not say.
    pub major: u16,
    /// Such as 49 or 17.
    pub minor: u16,
    /// As the router writes it, without the channel: `6.49.6`, `7.24rc3`.
    pub text: String,
}

impl Version {
    /// Reads `6.49.6 (stable)`, `7.24rc3`.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.split_whitespace().next().unwrap_or_default();
        let mut numbers = text
            .split('.')
            .map(|part| part.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default())
            .map(|digits| digits.parse().unwrap_or(0));
        Version {
            major: numbers.next().unwrap_or(0),
            minor: numbers.next().unwrap_or(0),
            text: text.to_owned(),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::names::Escaped(&self.text).fmt(f)
    }
}

/// The two ends of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    /// This PC's end: the address that the router answers to.
    pub local: SocketAddr,
    /// The router's end.
    pub router: SocketAddr,
}

/// What went over a session so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// Commands sent after the login, cancels included.
    pub commands: u64,
    /// Bytes received after the login.
    pub bytes_in: u64,
    /// Bytes sent after the login.
    pub bytes_out: u64,
    /// When the last call was answered; `None` before the first.
    pub last_answer: Option<Moment>,
    /// How long the last answered call took, from being begun; zero before the first.
    pub round_trip: Duration,
}

/// A handle on one session; clones share it. The session ends when the last handle and call is gone.
#[derive(Debug, Clone)]
pub struct Router {
    orders: mpsc::UnboundedSender<Order>,
    lost: watch::Receiver<Option<Lost>>,
    shared: Arc<Shared>,
    version: Arc<Version>,
    path: Path,
}

#[derive(Debug)]
struct Shared {
    user: String,
    deadlines: Deadlines,
    gauges: Arc<Gauges>,
    next_tag: AtomicU32,
    // Set once the router refused `.proplist` on `monitor`, which v6 may not know.
    plain_monitor: AtomicBool,
}

impl Router {
    /// Connects, logs in, reads the version. Must run within a tokio runtime, whose tasks the session becomes one of.
    ///
    /// # Errors
    ///
    /// [`ConnectError`], each with its hint and how long to wait before the next try.
    pub async fn connect(access: &Access) -> Result<Router, ConnectError> {
        let (mut stream, path) = connect::open(access).await?;
        let (connection, inbox) = connect::log_in(access, &mut stream).await?;
        let deadlines = access.deadlines;
        let gauges = Arc::new(Gauges::default());
        let session = Session::new(connection, inbox, access.buffer, deadlines, Arc::clone(&gauges));
        let (orders, queue) = mpsc::unbounded_channel();
        let (tell, lost) = watch::channel(None);
        tokio::spawn(session.run(stream, queue, tell));
        let mut router = Router {
            orders,
            lost,
            shared: Arc::new(Shared {
                user: access.user.clone(),
                deadlines,
                gauges,
                next_tag: AtomicU32::new(1),
                plain_monitor: AtomicBool::new(false),
            }),
            version: Arc::default(),
            path,
        };
        router.version = Arc::new(router.read_version(access).await?);
        Ok(router)
    }

    async fn read_version(&self, access: &Access) -> Result<Version, ConnectError> {
        match self.call(&Sentence::print("/system/resource", "version")).await {
            Ok(rows) => {
                let text = rows.first().and_then(|row| row.text("version"));
                Ok(Version::read(text.as_deref().unwrap_or_default()))
            }
            Err(CallError::Refused(said)) if said.is_permission() => Err(ConnectError::NotPermitted {
                user: access.user.clone(),
                said,
            }),
            Err(CallError::Refused(_) | CallError::Unknown(Cause::Mangled(_))) => Ok(Version::default()),
            Err(CallError::Unknown(Cause::TimedOut { after })) => Err(ConnectError::Stalled {
                address: access.address.clone(),
                what: Stage::Reading,
                after,
            }),
            Err(CallError::NotSent(lost) | CallError::Unknown(Cause::Lost(lost))) => Err(ConnectError::Lost(lost)),
        }
    }

    /// Calls and waits for the end of the answer.
    ///
    /// # Errors
    ///
    /// [`CallError`]; past the deadline the whole session is given up.
    pub async fn call(&self, sentence: &Sentence) -> Result<Vec<Row>, CallError> {
        self.call_within(sentence, self.shared.deadlines.answer).await
    }

    /// Calls and waits for the end of the answer, with a deadline of its own.
    ///
    /// # Errors
    ///
    /// [`CallError`]; past the deadline the whole session is given up.
    pub async fn call_within(&self, sentence: &Sentence, deadline: Duration) -> Result<Vec<Row>, CallError> {
        self.begin(sentence.clone(), deadline).await
    }

    /// Begins a call; several begun at once run at once on the router.
    pub fn begin(&self, sentence: Sentence, deadline: Duration) -> Call {
        self.order(sentence, deadline, None)
    }

    fn order(&self, sentence: Sentence, deadline: Duration, stream: Option<mpsc::UnboundedSender<Row>>) -> Call {
        let tag = self.shared.next_tag.fetch_add(1, Ordering::Relaxed);
        let (tell, answer) = oneshot::channel();
        let order = Order::Call {
            tag,
            sentence,
            deadline,
            answer: tell,
            stream,
        };
        match self.orders.send(order) {
            Ok(()) => Call::waiting(answer, self.orders.clone(), tag),
            Err(_) => Call::not_sent(self.is_lost().unwrap_or(Lost::GivenUp)),
        }
    }

    /// Why the session ended; `None` while it lives.
    #[must_use]
    pub fn is_lost(&self) -> Option<Lost> {
        self.lost.borrow().clone()
    }

    /// Waits until the session ends.
    pub async fn lost(&self) -> Lost {
        let mut lost = self.lost.clone();
        match lost.wait_for(Option::is_some).await {
            Ok(lost) => lost.clone().unwrap_or(Lost::GivenUp),
            Err(_) => Lost::GivenUp,
        }
    }

    /// Sends what is queued (cancels above all), closes the connection and waits for that.
    pub async fn close(self) {
        // An ended session is closed already.
        self.orders.send(Order::Close).ok();
        self.lost().await;
    }

    /// The version of RouterOS, read once after the login.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The two ends of the session.
    #[must_use]
    pub fn path(&self) -> Path {
        self.path
    }

    /// What went over the session so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        let gauges = &self.shared.gauges;
        let last_answer = gauges.last_answer.load(Ordering::Relaxed);
        Traffic {
            commands: gauges.commands.load(Ordering::Relaxed),
            bytes_in: gauges.bytes_in.load(Ordering::Relaxed),
            bytes_out: gauges.bytes_out.load(Ordering::Relaxed),
            last_answer: (last_answer > 0).then(|| Moment::from_micros(last_answer)),
            round_trip: Duration::from_micros(gauges.round_trip.load(Ordering::Relaxed)),
        }
    }
}
