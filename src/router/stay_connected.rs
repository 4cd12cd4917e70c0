//! `StayConnected`: one session with the router after the other, for as long as somebody asks for the next one.
//!
//! The one place that waits between two tries and logs why there is no session. It knows nothing of shutdowns and
//! watchdogs: whoever waits for [`StayConnected::next`] may drop that future at any moment and ask again.

use tokio::time::sleep_until;
use tracing::{debug, error, warn};

use super::access::Access;
use super::connect::{ConnectError, Retry};
use super::handle::Router;
use super::outcome::Chain;
use super::reconnect::{Delays, Reconnect, SHORT_SESSIONS};
use crate::clock;
use crate::config::Tls;
use crate::units::Moment;

const ENDED_AT_ONCE: &str = "on the router: `/log print` may say why it ends sessions; a full `max-sessions` of `/ip service \
                             print detail` and an overloaded router look like this";

/// Sessions with one router, one at a time.
#[derive(Debug)]
pub struct StayConnected {
    access: Access,
    delays: Delays,
    reconnect: Reconnect,
    /// The next try begins no sooner.
    not_before: Moment,
    /// When the present session began.
    connected: Moment,
    /// What was logged, and when.
    logged: Vec<(String, Moment)>,
}

impl StayConnected {
    /// No session yet; the first try begins at once.
    #[must_use]
    pub fn new(access: Access, delays: Delays) -> Self {
        StayConnected {
            access,
            delays,
            reconnect: Reconnect::new(delays),
            not_before: Moment::ZERO,
            connected: Moment::ZERO,
            logged: Vec::new(),
        }
    }

    /// The next session, however long that takes. Each kind of failure is logged once, and once a minute while it lasts.
    ///
    /// Dropping the future gives a try that is under way up; the wait before the next try goes on meanwhile.
    pub async fn next(&mut self) -> Router {
        loop {
            match self.attempt().await {
                Ok(router) => return router,
                Err(error) => self.failed(&error),
            }
        }
    }

    /// The first session: as [`StayConnected::next`], but where only a person can bring it about there is none.
    ///
    /// # Errors
    ///
    /// The failure that only a person can change, such as a wrong password; it is not logged.
    pub async fn first(&mut self) -> Result<Router, ConnectError> {
        loop {
            match self.attempt().await {
                Err(error) if error.retry() != Retry::Person => self.failed(&error),
                ended => return ended,
            }
        }
    }

    /// The session that [`StayConnected::next`] gave last was lost by this cause. Logged unless it happens again and again.
    ///
    /// From the third session in a row on that ended within [`Delays::closed`] of its login, so long passes before the
    /// next login.
    pub fn session_ended(&mut self, cause: &str) {
        let now = clock::now();
        let lived = now.since(self.connected);
        let wait = self.reconnect.ended(lived);
        self.not_before = now + wait;
        let short = self.reconnect.short_sessions();
        if short == 0 {
            self.logged.clear();
        }
        let lasting = short >= SHORT_SESSIONS;
        let kind = format!("lost {lasting}: {cause}");
        if !self.is_new(kind, now) {
            debug!(cause, ?lived, "lost the session with the router again");
        } else if lasting {
            warn!(
                hint = ENDED_AT_ONCE,
                cause,
                in_a_row = short,
                ?wait,
                "sessions with the router end just after the login; logging in more rarely"
            );
        } else {
            warn!(cause, "lost the session with the router; connecting again");
        }
    }

    /// The session was given up because of what only a person can change on the router; whoever calls this logs what.
    pub fn wait_for_person(&mut self) {
        self.not_before = clock::now() + self.delays.person;
    }

    async fn attempt(&mut self) -> Result<Router, ConnectError> {
        sleep_until(clock::timer(self.not_before)).await;
        let router = Router::connect(&self.access).await?;
        self.connected = clock::now();
        if self.access.tls == Tls::Insecure && self.is_new("insecure".to_owned(), self.connected) {
            let certificate = router.certificate().map(|shown| shown.to_string());
            let certificate = certificate.unwrap_or_default();
            warn!(
                hint = format!("if this is the router's certificate, write `tls = \"{certificate}\"` into [router]"),
                "the router's certificate is not checked: whoever answers in its place gets the password"
            );
        }
        Ok(router)
    }

    fn failed(&mut self, error: &ConnectError) {
        let now = clock::now();
        let wait = self.reconnect.next(error);
        self.not_before = now + wait;
        if !self.is_new(error.to_string(), now) {
            debug!(cause = %Chain(error), ?wait, "still no session with the router");
            return;
        }
        // `None` is no field at all: a JSON log shows no empty hint.
        let hint = error.hint();
        match error.retry() {
            Retry::Person => {
                error!(hint, cause = %Chain(error), "cannot log in to the router; trying again each minute")
            }
            Retry::Soon | Retry::Later => warn!(hint, cause = %Chain(error), "no session with the router; trying on"),
        }
    }

    /// Whether this kind was not logged within the last minute, and notes that it is now.
    fn is_new(&mut self, kind: String, now: Moment) -> bool {
        let again = self.delays.remind;
        self.logged.retain(|(_, at)| now.since(*at) < again);
        let new = self.logged.iter().all(|(logged, _)| *logged != kind);
        if new {
            self.logged.push((kind, now));
        }
        new
    }
}
