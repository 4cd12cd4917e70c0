//! A command that takes time, running beside its session.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::sync::{mpsc, oneshot};

use super::dialect::{self, Words};
use super::shared::{Shared, lock};
use super::writer::Out;
use crate::sim::router::stream::{ORPHANED, Stream, Turned};
use crate::sim::world::clock::{At, Clock};

/// The running streams of a session: how to cancel each, by tag and a number of its own.
pub(crate) type Running = Arc<Mutex<BTreeMap<Key, oneshot::Sender<()>>>>;

/// A stream's tag (empty = untagged) and its number within the session.
pub(crate) type Key = (String, u64);

/// A stream that runs beside its session.
pub(crate) struct Flow {
    /// What the sessions share.
    pub shared: Arc<Shared>,
    /// Where its rows go.
    pub out: mpsc::Sender<Out>,
    /// The running streams of its session.
    pub running: Running,
    /// Its place among them.
    pub key: Key,
    /// What it does.
    pub stream: Stream,
}

impl Flow {
    /// Sends the stream's rows until it ends, is cancelled, or its client is gone.
    pub(crate) async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        loop {
            self.shared.wait_out_stall().await;
            let (turned, now) = self.turn();
            let again = turned.again;
            if !self.send(turned) {
                break;
            }
            let Some(again) = again else { return };
            tokio::select! {
                () = self.shared.wait_until(again) => {}
                cancelled = &mut stopped => {
                    // Without a word of cancelling, the session is gone and a scan does not notice.
                    if cancelled.is_err() && self.stream.outlives_client() {
                        return self.outlive(now + ORPHANED).await;
                    }
                    break;
                }
            }
        }
        self.stream.end(&mut self.shared.journey().vehicle);
    }

    fn turn(&mut self) -> (Turned, At) {
        let vehicle = &mut self.shared.journey().vehicle;
        (self.stream.turn(vehicle), vehicle.now)
    }

    /// Goes on without anyone who listens.
    async fn outlive(self, until: At) {
        let Flow {
            shared,
            out,
            mut stream,
            ..
        } = self;
        // The session's writer waits for the last sender.
        drop(out);
        loop {
            let (turned, now) = {
                let vehicle = &mut shared.journey().vehicle;
                (stream.turn(vehicle), vehicle.now)
            };
            match turned.again {
                Some(again) if now < until => shared.wait_until(again).await,
                _ => break,
            }
        }
        stream.end(&mut shared.journey().vehicle);
    }

    /// Sends what a turn brought, unless the stream was cancelled meanwhile: nothing may follow its `!done`.
    fn send(&self, turned: Turned) -> bool {
        let tag = Some(self.key.0.as_str()).filter(|tag| !tag.is_empty());
        let mut running = lock(&self.running);
        if !running.contains_key(&self.key) {
            return false;
        }
        let rows = turned.rows.into_iter();
        let mut sentences: Vec<Words> = rows.map(|row| dialect::row(&self.shared.quirks, tag, row)).collect();
        if turned.empty && self.shared.quirks.empty_word {
            sentences.push(dialect::empty(&self.shared.quirks, tag));
        }
        if turned.again.is_none() {
            sentences.push(dialect::done(&self.shared.quirks, tag, None));
            running.remove(&self.key);
        }
        let trip = self.shared.round_trip;
        let due = (!trip.is_zero()).then(|| Clock::ahead(trip));
        // A client that does not read loses rows, as on a router whose buffers are full.
        let _ = sentences.is_empty() || self.out.try_send(Out::Sentences { due, sentences }).is_ok();
        true
    }
}
