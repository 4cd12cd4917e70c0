//! Pings from the router: one long command whose answers stream.

use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::sync::mpsc;

use super::call::Call;
use super::handle::Router;
use super::outcome::CallError;
use super::rows::Row;
use crate::names::InterfaceName;
use crate::routeros::{self, Sentence};
use crate::survey::Version;

/// So many answers may wait for whoever asked; a router that sends more than one for each ping fills that.
const WAITING: usize = 1024;

/// What to ping from the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ping {
    /// The address that should answer.
    pub address: Ipv4Addr,
    /// How many requests, at least 1.
    pub count: u16,
    /// The time between two requests, 10 ms to 5 s.
    pub interval: Duration,
    /// Asks by ARP on this interface, which needs no route but an address of the same subnet there.
    pub arp: Option<InterfaceName>,
}

/// Pings on their way. Dropped before their end, they are cancelled on the router.
#[derive(Debug)]
pub struct Pings {
    router: Router,
    ping: Ping,
    call: Call,
    rows: mpsc::Receiver<Row>,
    /// How many were answered so far.
    received: u32,
    /// Whether the other menu of the two was tried.
    other_tried: bool,
}

impl Pings {
    /// Waits for the next answer, with its round trip, or the router's word for a lost ping, which is none. The outer
    /// `None` says that all pings have been sent and waited for. Nothing is lost when the wait is given up.
    ///
    /// # Errors
    ///
    /// [`CallError`] when the router refused the command, or the session was lost.
    pub async fn next(&mut self) -> Result<Option<Option<Duration>>, CallError> {
        loop {
            tokio::select! {
                biased;
                Some(row) = self.rows.recv() => return Ok(Some(self.answered(&row))),
                ended = &mut self.call => match ended {
                    Err(CallError::Refused(trap)) if trap.is_no_such_command() && !self.other_tried => {
                        let (call, rows) = self.router.order_pings(&self.ping, true);
                        (self.call, self.rows, self.other_tried) = (call, rows, true);
                    }
                    ended => return ended.map(|_| None),
                },
            }
        }
    }

    /// The counters are sums; a `time` alone means nothing, an unreachable host has one too.
    fn answered(&mut self, row: &Row) -> Option<Duration> {
        let received = row.parsed("received").unwrap_or(self.received);
        let answered = received > self.received;
        self.received = received;
        let time = row.text("time").and_then(|text| routeros::duration(&text));
        answered.then(|| time.unwrap_or_default())
    }
}

impl Router {
    /// Begins to ping from the router. To be read to its end or dropped: a call that ended must not be waited for again.
    pub fn ping(&self, ping: &Ping) -> Pings {
        let (call, rows) = self.order_pings(ping, false);
        Pings {
            router: self.clone(),
            ping: ping.clone(),
            call,
            rows,
            received: 0,
            other_tried: false,
        }
    }

    /// Version 6 has the command at the root, 7 in `/tool` and, up to 7.22, at the root as well.
    fn order_pings(&self, ping: &Ping, other: bool) -> (Call, mpsc::Receiver<Row>) {
        let seven = matches!(self.version(), Version { major: 7.., .. });
        let menu = if seven == other { "" } else { "/tool" };
        let sentence = Sentence::new(menu, "ping")
            .with("address", &ping.address.to_string())
            .with("count", &ping.count.max(1).to_string())
            .with("interval", &routeros::duration_text(ping.interval));
        let sentence = match &ping.arp {
            Some(interface) => sentence.with("arp-ping", "yes").with("interface", interface.as_str()),
            None => sentence,
        };
        let deadline = ping.interval * u32::from(ping.count) + self.shared.deadlines.answer;
        let (stream, rows) = mpsc::channel(WAITING);
        (self.order(sentence, deadline, Some(stream)), rows)
    }
}
