//! `Router`: a handle on one session.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use super::access::{Access, Deadlines};
use super::call::Call;
use super::connect::{self, ConnectError, Stage};
use super::outcome::{CallError, Cause, Lost};
use super::rows::Row;
use super::session::{Gauges, Order, Session};
use super::tls::Wire;
use crate::names::Fingerprint;
use crate::routeros::{RadioMenu, Sentence};
use crate::survey::{Path, Version};

/// What went over a session so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// Commands sent after the login, cancels included.
    pub commands: u64,
    /// Bytes received after the login.
    pub bytes_in: u64,
    /// Bytes sent after the login.
    pub bytes_out: u64,
}

/// A handle on one session; clones share it. The session ends when the last handle and call is gone.
#[derive(Debug, Clone)]
pub struct Router {
    orders: mpsc::UnboundedSender<Order>,
    lost: watch::Receiver<Option<Lost>>,
    pub(super) shared: Arc<Shared>,
    version: Arc<Version>,
    path: Path,
    certificate: Option<Fingerprint>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) user: String,
    pub(super) deadlines: Deadlines,
    gauges: Arc<Gauges>,
    next_tag: AtomicU32,
    // Set once the router refused `.proplist` on `monitor`, which v6 may not know.
    pub(super) plain_monitor: AtomicBool,
    // Set once the menu was found that lists the configured radios.
    pub(super) menu: OnceLock<RadioMenu>,
}

impl Router {
    /// Connects, logs in, reads the version. Must run within a tokio runtime, whose tasks the session becomes one of.
    ///
    /// # Errors
    ///
    /// [`ConnectError`], each with its hint and how long to wait before the next try.
    pub async fn connect(access: &Access) -> Result<Router, ConnectError> {
        let (stream, path) = connect::open(access).await?;
        let (stream, certificate) = connect::encrypt(access, stream).await?;
        Router::over(access, stream, path, certificate).await
    }

    /// As [`Router::connect`], over a connection that stands.
    pub(super) async fn over(
        access: &Access,
        mut stream: Wire,
        path: Path,
        certificate: Option<Fingerprint>,
    ) -> Result<Router, ConnectError> {
        let (connection, inbox) = connect::log_in(access, &mut stream).await?;
        let deadlines = access.deadlines;
        let gauges = Arc::new(Gauges::default());
        let session = Session::new(connection, inbox, access.buffer, deadlines, Arc::clone(&gauges));
        let (orders, queue) = mpsc::unbounded_channel();
        let (ending, lost) = watch::channel(None);
        tokio::spawn(session.run(stream, queue, ending));
        let mut router = Router {
            orders,
            lost,
            shared: Arc::new(Shared {
                user: access.user.clone(),
                deadlines,
                gauges,
                next_tag: AtomicU32::new(1),
                plain_monitor: AtomicBool::new(false),
                menu: OnceLock::new(),
            }),
            version: Arc::default(),
            path,
            certificate,
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

    pub(super) fn order(&self, sentence: Sentence, deadline: Duration, stream: Option<mpsc::Sender<Row>>) -> Call {
        let tag = self.shared.next_tag.fetch_add(1, Ordering::Relaxed);
        let (send, answer) = oneshot::channel();
        let order = Order::Call {
            tag,
            sentence,
            deadline,
            answer: send,
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

    /// The menu of the radios: the one that [`Router::survey`] or [`Router::find_radios`] found; until then the legacy one.
    #[must_use]
    pub fn radio_menu(&self) -> RadioMenu {
        self.shared.menu.get().copied().unwrap_or_default()
    }

    /// The two ends of the session.
    #[must_use]
    pub fn path(&self) -> Path {
        self.path
    }

    /// The certificate that the router showed; `None` on a connection that is not encrypted.
    #[must_use]
    pub fn certificate(&self) -> Option<Fingerprint> {
        self.certificate
    }

    /// What went over the session so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        let gauges = &self.shared.gauges;
        Traffic {
            commands: gauges.commands.load(Ordering::Relaxed),
            bytes_in: gauges.bytes_in.load(Ordering::Relaxed),
            bytes_out: gauges.bytes_out.load(Ordering::Relaxed),
        }
    }
}
