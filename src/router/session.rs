//! The socket loop: one task owns the stream and the crate's connection for as long as the session lives.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mikrotik_rs::{Command, CommandBuilder, Connection, Event, Tag};
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};

use super::access::Deadlines;
use super::flight::{Flight, encode};
use super::inbox::Inbox;
use super::outcome::{Answer, CallError, Cause, Lost};
use super::rows::Row;
use super::tls::Wire;
use crate::clock;
use crate::names::shortened;
use crate::routeros::{Sentence, Trap};
use crate::units::Moment;

/// What the crate's own traps begin with: an answer that it could not read, not one in which the router refused.
pub(super) const CRATE_TRAP: &str = "Protocol error";

/// So many answers in a row that belong to no call are no router's.
const MOST_STRAYS: u32 = 1_000;

/// The longest row, in bytes, that is passed on as it comes.
const LONGEST_STREAMED: usize = 64 * 1024;

/// What the loop is asked to do.
#[derive(Debug)]
pub(super) enum Order {
    /// Send a call and pass its answer on.
    Call {
        tag: u32,
        sentence: Sentence,
        deadline: Duration,
        answer: oneshot::Sender<Answer>,
        stream: Option<mpsc::Sender<Row>>,
    },
    /// Stop a call; nobody waits for its answer any more.
    Cancel { tag: u32 },
    /// Send what is queued and end the session.
    Close,
}

/// Numbers of a session that others may read at any time.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    pub(super) commands: AtomicU64,
    pub(super) bytes_in: AtomicU64,
    pub(super) bytes_out: AtomicU64,
}

/// The state of the loop.
pub(super) struct Session {
    connection: Connection,
    inbox: Inbox,
    limit: usize,
    // Bytes that wait for the socket; those before `written` are gone.
    outbox: Vec<u8>,
    written: usize,
    // Whether the connection may hold back bytes that it took.
    unflushed: bool,
    // Bytes that the socket took since the session began.
    sent: u64,
    write_due: Option<Moment>,
    flights: Vec<Flight>,
    // Answers since the last that belonged to a call.
    strays: u32,
    // Tags of our `/cancel` commands; far from those of calls, so that neither can meet the other.
    next_cancel: u32,
    deadlines: Deadlines,
    gauges: Arc<Gauges>,
}

impl Session {
    /// A session that goes on where the login ended.
    pub(super) fn new(
        connection: Connection,
        inbox: Inbox,
        limit: usize,
        deadlines: Deadlines,
        gauges: Arc<Gauges>,
    ) -> Self {
        Session {
            connection,
            inbox,
            limit,
            outbox: Vec::new(),
            written: 0,
            unflushed: false,
            sent: 0,
            write_due: None,
            flights: Vec::new(),
            strays: 0,
            next_cancel: u32::MAX,
            deadlines,
            gauges,
        }
    }

    /// Runs until the session is lost, then answers everybody who waits.
    pub(super) async fn run(
        mut self,
        mut stream: Wire,
        mut orders: mpsc::UnboundedReceiver<Order>,
        lost: watch::Sender<Option<Lost>>,
    ) {
        let why = self.drive(&mut stream, &mut orders).await;
        drop(stream);
        tracing::debug!(cause = %why, in_flight = self.flights.len(), "session ended");
        lost.send_replace(Some(why.clone()));
        let overdue = matches!(why, Lost::Unanswered { .. }).then(clock::now);
        for flight in self.flights.drain(..) {
            let outcome = if flight.offset >= self.sent {
                CallError::NotSent(why.clone())
            } else if overdue.is_some_and(|now| flight.due <= now) {
                CallError::Unknown(Cause::TimedOut { after: flight.deadline })
            } else {
                CallError::Unknown(Cause::Lost(why.clone()))
            };
            flight.finish(Err(outcome));
        }
        orders.close();
        while let Ok(order) = orders.try_recv() {
            if let Order::Call { answer, .. } = order {
                // The caller may have stopped waiting, which is as good.
                answer.send(Err(CallError::NotSent(why.clone()))).ok();
            }
        }
    }

    async fn drive(&mut self, stream: &mut Wire, orders: &mut mpsc::UnboundedReceiver<Order>) -> Lost {
        let (mut reader, mut writer) = tokio::io::split(stream);
        let mut chunk = vec![0; 8 * 1024];
        let mut closing = false;
        loop {
            if closing && self.outbox.is_empty() && !self.unflushed {
                return Lost::GivenUp;
            }
            let due = self.next_due();
            let pending = self.outbox.get(self.written..).unwrap_or_default();
            tokio::select! {
                // Reading first and the deadline last: after this process itself stood still, an answer that has come
                // in the meantime counts before a deadline that has passed.
                biased;
                read = reader.read(&mut chunk) => match read {
                    Ok(0) => return Lost::Closed,
                    Ok(n) => {
                        self.gauges.bytes_in.fetch_add(n as u64, Ordering::Relaxed);
                        self.inbox.push(chunk.get(..n).unwrap_or_default());
                        if let Err(lost) = self.read_sentences() {
                            return lost;
                        }
                    }
                    // A router that ends TLS with the connection says no more than one that closes it.
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Lost::Closed,
                    Err(error) => return Lost::Network(error.kind()),
                },
                order = orders.recv(), if !closing => {
                    // No order is left and nobody can give one any more.
                    closing = order.is_none();
                    let mut next = order;
                    // Calls that were begun together leave together, in one segment.
                    while let Some(order) = next {
                        if let Err(lost) = self.take(order, &mut closing) {
                            return lost;
                        }
                        next = orders.try_recv().ok();
                    }
                }
                wrote = write_some(&mut writer, pending), if !pending.is_empty() || self.unflushed => match wrote {
                    Ok(Some(n)) => self.wrote(n),
                    Ok(None) => self.flushed(),
                    Err(error) => return Lost::Network(error.kind()),
                },
                () = tokio::time::sleep_until(clock::timer(due.unwrap_or(Moment::ZERO))), if due.is_some() => {
                    if let Some(lost) = self.overdue(clock::now()) {
                        return lost;
                    }
                }
            }
        }
    }

    fn next_due(&self) -> Option<Moment> {
        self.flights.iter().map(|flight| flight.due).chain(self.write_due).min()
    }

    fn overdue(&self, now: Moment) -> Option<Lost> {
        if self.write_due.is_some_and(|due| due <= now) {
            return Some(Lost::WriteStalled {
                after: self.deadlines.write,
            });
        }
        let flight = self.flights.iter().find(|flight| flight.due <= now)?;
        Some(Lost::Unanswered {
            command: flight.sentence.command().to_owned(),
            after: flight.deadline,
        })
    }

    fn take(&mut self, order: Order, closing: &mut bool) -> Result<(), Lost> {
        match order {
            Order::Call {
                tag,
                sentence,
                deadline,
                answer,
                stream,
            } => {
                // Given up before it left: as if never asked.
                if answer.is_closed() {
                    return Ok(());
                }
                let tag = Tag::from_raw(tag);
                let begun = clock::now();
                let offset = self.sent + (self.outbox.len() - self.written) as u64;
                self.send(encode(tag, &sentence))?;
                self.flights.push(Flight {
                    tag,
                    sentence,
                    answer: Some(answer),
                    rows: Vec::new(),
                    stream,
                    held: 0,
                    trap: None,
                    begun,
                    deadline,
                    due: begun + deadline,
                    offset,
                });
            }
            Order::Cancel { tag } => {
                let tag = Tag::from_raw(tag);
                let Some(flight) = self.flights.iter_mut().find(|flight| flight.tag == tag) else {
                    return Ok(());
                };
                flight.answer = None;
                flight.rows = Vec::new();
                flight.due = flight.due.max(clock::now() + self.deadlines.answer);
                let own = Tag::from_raw(self.next_cancel);
                self.next_cancel -= 1;
                // What the router answers to this under its own tag is undocumented for a call that just ended; the
                // cancelled call's own end is what counts.
                let cancel = CommandBuilder::with_tag(own)
                    .command("/cancel")
                    .attribute("tag", Some(&tag.to_string()))
                    .build();
                self.send(cancel)?;
            }
            Order::Close => *closing = true,
        }
        Ok(())
    }

    fn send(&mut self, command: Command) -> Result<(), Lost> {
        // Refused only on a dead connection or a tag in use; tags count up and never meet.
        self.connection.send_command(command).map_err(|_| Lost::GivenUp)?;
        while let Some(transmit) = self.connection.poll_transmit() {
            self.outbox.extend_from_slice(&transmit.data);
        }
        self.gauges.commands.fetch_add(1, Ordering::Relaxed);
        if self.write_due.is_none() {
            self.write_due = Some(clock::now() + self.deadlines.write);
        }
        Ok(())
    }

    fn wrote(&mut self, n: usize) {
        self.written += n;
        self.sent += n as u64;
        self.gauges.bytes_out.fetch_add(n as u64, Ordering::Relaxed);
        if self.written >= self.outbox.len() {
            self.outbox.clear();
            self.written = 0;
        }
        self.unflushed = true;
        if n > 0 {
            self.write_due = Some(clock::now() + self.deadlines.write);
        }
    }

    fn flushed(&mut self) {
        self.unflushed = false;
        if self.outbox.is_empty() {
            self.write_due = None;
        }
    }

    fn read_sentences(&mut self) -> Result<(), Lost> {
        while let Some(raw) = self.inbox.next()? {
            if raw.is_blank() || raw.is("!empty") {
                continue;
            }
            if raw.is("!fatal") {
                return Err(Lost::Fatal(raw.fatal_reason()));
            }
            let size = raw.bytes.len();
            // A whole sentence cannot fail to decode, and the connection only dies of a `!fatal`.
            self.connection.receive(raw.bytes).map_err(|_| Lost::Closed)?;
            self.strays += 1;
            if self.strays > MOST_STRAYS {
                return Err(Lost::Unasked);
            }
            while let Some(event) = self.connection.poll_event() {
                match event {
                    Event::Reply { tag, response } => {
                        let Some(flight) = self.flights.iter_mut().find(|flight| flight.tag == tag) else {
                            continue;
                        };
                        self.strays = 0;
                        let row = Row::new(response.attributes_raw);
                        if let Some(stream) = &flight.stream {
                            // The caller may have stopped reading; its cancel is on the way then.
                            if size > LONGEST_STREAMED || matches!(stream.try_send(row), Err(TrySendError::Full(_))) {
                                return Err(Lost::TooLong { limit: self.limit });
                            }
                        } else if flight.answer.is_some() {
                            flight.held += size;
                            if flight.held > self.limit {
                                return Err(Lost::TooLong { limit: self.limit });
                            }
                            flight.rows.push(row);
                        }
                    }
                    Event::Done { tag } => self.end(tag, None),
                    Event::Trap { tag, response } if response.message.starts_with(CRATE_TRAP) => {
                        self.end(tag, Some(Cause::Mangled(shortened(&response.message))));
                    }
                    Event::Trap { tag, response } => {
                        if let Some(flight) = self.flights.iter_mut().find(|flight| flight.tag == tag) {
                            flight.trap.get_or_insert(Trap {
                                message: shortened(&response.message),
                                category: response.category.map(|category| category as u8),
                            });
                        }
                    }
                    // Both were looked at before the crate saw them.
                    Event::Empty { .. } | Event::Fatal { .. } => {}
                }
            }
        }
        Ok(())
    }

    /// Ends a call; an end that belongs to none (of a cancel, of a call that was mangled before) means nothing.
    fn end(&mut self, tag: Tag, mangled: Option<Cause>) {
        let Some(at) = self.flights.iter().position(|flight| flight.tag == tag) else {
            return;
        };
        self.strays = 0;
        let mut flight = self.flights.swap_remove(at);
        let took = clock::now().since(flight.begun);
        let rows = std::mem::take(&mut flight.rows);
        let outcome = match (mangled, flight.trap.take()) {
            (Some(cause), _) => Err(CallError::Unknown(cause)),
            (None, Some(trap)) => Err(CallError::Refused(trap)),
            (None, None) => Ok(rows),
        };
        let ms = took.as_secs_f64() * 1e3;
        match &outcome {
            Ok(rows) => tracing::debug!(call = %flight.sentence, ms, rows = rows.len(), "answered"),
            Err(error) => tracing::debug!(call = %flight.sentence, ms, %error, "not done"),
        }
        flight.finish(outcome);
    }
}

/// Writes some of what is pending, and how much; with nothing pending, pushes out what TLS holds back, which gives `None`.
async fn write_some(to: &mut (impl AsyncWrite + Unpin), pending: &[u8]) -> io::Result<Option<usize>> {
    if pending.is_empty() {
        return to.flush().await.map(|()| None);
    }
    to.write(pending).await.map(Some)
}
