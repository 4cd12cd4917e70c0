//! The office's server of tunnels that are dialed, and what it does with a second session of one user.
//!
//! What RouterOS does there is not documented, so all four plausible behaviours can be played ([`SecondSession`]).

use std::time::Duration;

use super::chance::{Chance, Of};
use super::clock::At;
use crate::sim::settings::SecondSession;

/// After the keepalive's silence an end asks this long, once a second, before it gives the session up (manual, PPTP).
pub(crate) const ASKING: Duration = Duration::from_secs(5);
/// Where a script removes the older session, it has done so after at most this.
const CLEANED: Duration = Duration::from_secs(1);

/// The office's end of the vehicle's tunnel.
#[derive(Debug, Clone)]
pub(crate) struct Office {
    second_session: SecondSession,
    keepalive: Duration,
    accepts_after: Duration,
    /// Oldest first.
    sessions: Vec<Session>,
    given: u64,
    refuses: bool,
}

#[derive(Debug, Clone, Copy)]
struct Session {
    number: u64,
    heard: At,
    /// When it is removed because of a newer one.
    removed: Option<At>,
}

impl Office {
    /// An office without sessions. It gives up a session that was silent for `keepalive` and five seconds more; a
    /// `keepalive` of zero never does.
    pub(crate) fn new(second_session: SecondSession, keepalive: Duration, accepts_after: Duration) -> Self {
        Office {
            second_session,
            keepalive,
            accepts_after,
            sessions: Vec::new(),
            given: 0,
            refuses: false,
        }
    }

    /// How long it needs to accept a call, on top of the round trips.
    pub(crate) fn accepts_after(&self) -> Duration {
        self.accepts_after
    }

    /// Whether it has this session.
    pub(crate) fn has(&self, session: u64) -> bool {
        self.sessions.iter().any(|one| one.number == session)
    }

    /// Whether it has refused a dial and accepted none since.
    pub(crate) fn refuses(&self) -> bool {
        self.refuses
    }

    /// Whether a flow to the vehicle goes into this session. Equal routes of several sessions share the flows by hash.
    pub(crate) fn sends_into(&self, session: u64, flow: u64, chance: Chance) -> bool {
        let count = u64::try_from(self.sessions.len()).unwrap_or(u64::MAX).max(1);
        let taken = chance.bits(Of::Flow, flow, self.given) % count;
        let taken = usize::try_from(taken).ok().and_then(|taken| self.sessions.get(taken));
        taken.is_some_and(|one| one.number == session)
    }

    /// A packet of this session came in.
    pub(crate) fn heard(&mut self, session: u64, at: At) {
        if let Some(one) = self.sessions.iter_mut().find(|one| one.number == session) {
            one.heard = at;
        }
    }

    /// Whether it asks the other end of this session for a sign of life.
    pub(crate) fn asks(&self, session: u64, at: At) -> bool {
        let mut sessions = self.sessions.iter();
        let one = sessions.find(|one| one.number == session && !self.keepalive.is_zero());
        one.is_some_and(|one| at.saturating_sub(one.heard) >= self.keepalive)
    }

    /// Lets the sessions end whose time has come.
    pub(crate) fn expire(&mut self, at: At) {
        let patience = self.keepalive + ASKING;
        let endless = self.keepalive.is_zero();
        self.sessions.retain(|one| {
            let silent = !endless && at.saturating_sub(one.heard) >= patience;
            !silent && one.removed.is_none_or(|removed| at < removed)
        });
    }

    /// Whether the user may log in now.
    pub(crate) fn admits(&mut self) -> bool {
        self.refuses = self.second_session == SecondSession::Refuse && !self.sessions.is_empty();
        !self.refuses
    }

    /// A session begins; its number.
    pub(crate) fn begin(&mut self, chance: Chance, at: At) -> u64 {
        self.given += 1;
        match self.second_session {
            SecondSession::BesideCleaned => {
                let after = CLEANED.mul_f64(chance.unit(Of::Cleaned, self.given, 0));
                for older in &mut self.sessions {
                    older.removed.get_or_insert(at + after);
                }
            }
            SecondSession::Beside | SecondSession::Refuse => {}
            SecondSession::Replace => self.sessions.clear(),
        }
        self.sessions.push(Session {
            number: self.given,
            heard: at,
            removed: None,
        });
        self.given
    }

    /// The other end has ended this session.
    pub(crate) fn end(&mut self, session: u64) {
        self.sessions.retain(|one| one.number != session);
    }
}
