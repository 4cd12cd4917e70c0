//! What can go wrong between a client and the router.

use std::time::Duration;

use crate::sim::router::call::Call;
use crate::sim::world::clock::At;

/// One fault, that strikes once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// It strikes at the n-th command that matches from now on; 1 = the next one.
    pub nth: u32,
    /// The command that matches, such as `/ip/route/set`; empty = any after the login.
    pub command: String,
    /// An attribute that it must carry, such as `("disabled", "yes")`.
    pub attribute: Option<(String, String)>,
    /// What happens then.
    pub effect: Effect,
}

/// What a fault does. Durations are simulated time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The session is closed and the command not carried out.
    CloseBefore,
    /// The command is carried out, then the session is closed without an answer.
    ApplyThenClose,
    /// The command is carried out and never answered.
    ApplyAndHang,
    /// The command is neither carried out nor answered.
    Hang,
    /// The command is refused with this message.
    Refuse(String),
    /// The command is carried out and answered this much later.
    Delay(Duration),
    /// The answer's `=ret=` stands before its `.tag`; where there is none, an empty one is added.
    RetBeforeTag,
    /// The answer's rows carry a word that is no attribute.
    MalformedRow,
    /// The answer announces a word of 2 GiB and sends some of it.
    Oversize,
    /// The whole router stops answering for so long before it carries the command out.
    Stall(Duration),
    /// The power goes for so long.
    PowerCut(Duration),
}

/// The faults that are waiting to strike.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    faults: Vec<Fault>,
    lasting: Vec<(String, Effect)>,
    /// How many of the next sessions are closed right after their login.
    pub closed_logins: u32,
    /// How many of the next connections are closed before anything is read.
    pub refused_connections: u32,
    /// The router does not answer before this.
    pub stalled_until: At,
}

impl Waiting {
    /// Adds one.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Adds one that strikes every command of this name.
    pub(crate) fn add_lasting(&mut self, command: &str, effect: Effect) {
        self.lasting.push((command.into(), effect));
    }

    /// How many have not struck.
    pub(crate) fn len(&self) -> usize {
        self.faults.len()
    }

    /// Forgets all of them.
    pub(crate) fn clear(&mut self) {
        *self = Waiting::default();
    }

    /// What strikes this command. Every fault that matches counts it.
    pub(crate) fn strikes(&mut self, call: &Call) -> Option<Effect> {
        let mut struck = None;
        for (i, fault) in self.faults.iter_mut().enumerate() {
            let carries = |(name, value): &(String, String)| call.get(name) == Some(value);
            let matches = (fault.command.is_empty() || fault.command == call.command)
                && fault.attribute.as_ref().is_none_or(carries);
            if matches {
                fault.nth = fault.nth.saturating_sub(1);
                if fault.nth == 0 && struck.is_none() {
                    struck = Some(i);
                }
            }
        }
        if let Some(i) = struck {
            return Some(self.faults.remove(i).effect);
        }
        let mut lasting = self.lasting.iter();
        lasting
            .find(|(command, _)| *command == call.command)
            .map(|(_, effect)| effect.clone())
    }

    /// Whether the session that logs in now is closed at once.
    pub(crate) fn closes_login(&mut self) -> bool {
        let closes = self.closed_logins > 0;
        self.closed_logins = self.closed_logins.saturating_sub(1);
        closes
    }
}
