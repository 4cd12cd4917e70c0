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
pub type Running = Arc<Mutex<BTreeMap<Key, oneshot::Sender<()>>>>;

/// A stream's tag (empty = untagged) and its number within the session.
pub type Key = (String, u64);

/// Sends a stream's rows until it ends, is cancelled, or its client is gone.
pub async fn run(
    shared: Arc<Shared>,
    out: mpsc::Sender<Out>,
    running: Running,
    key: Key,
    mut stream: Stream,
    mut stopped: oneshot::Receiver<()>,
) {
    let stream = &mut stream;
    loop {
        shared.wait_out_stall().await;
        let (turned, now) = turn(&shared, stream);
        let again = turned.again;
        if !send(&shared, &out, &running, &key, turned) {
            break;
        }
        let Some(again) = again else { return };
        tokio::select! {
            () = tokio::time::sleep(shared.clock.real(again.saturating_sub(now))) => {}
            cancelled = &mut stopped => {
                drop(out);
                // Without a word of cancelling, the session is gone and a scan does not notice.
                if cancelled.is_err() && stream.outlives_client() {
                    outlive(&shared, stream, now + ORPHANED).await;
                }
                break;
            }
        }
    }
    stream.end(&mut shared.journey().vehicle);
}

fn turn(shared: &Shared, stream: &mut Stream) -> (Turned, At) {
    let vehicle = &mut shared.journey().vehicle;
    (stream.turn(vehicle), vehicle.now)
}

/// Goes on without anyone who listens.
async fn outlive(shared: &Shared, stream: &mut Stream, until: At) {
    loop {
        let (turned, now) = turn(shared, stream);
        match turned.again {
            Some(again) if now < until => tokio::time::sleep(shared.clock.real(again.saturating_sub(now))).await,
            _ => return,
        }
    }
}

/// Sends what a turn brought, unless the stream was cancelled meanwhile: nothing may follow its `!done`.
fn send(shared: &Shared, out: &mpsc::Sender<Out>, running: &Running, key: &Key, turned: Turned) -> bool {
    let tag = Some(key.0.as_str()).filter(|tag| !tag.is_empty());
    let mut running = lock(running);
    if !running.contains_key(key) {
        return false;
    }
    let rows = turned.rows.into_iter();
    let mut sentences: Vec<Words> = rows.map(|row| dialect::row(&shared.quirks, tag, row)).collect();
    if turned.again.is_none() {
        sentences.push(dialect::done(&shared.quirks, tag, None));
        running.remove(key);
    }
    let due = (!shared.round_trip.is_zero()).then(|| Clock::ahead(shared.round_trip));
    // A client that does not read loses rows, as on a router whose buffers are full.
    let _ = sentences.is_empty() || out.try_send(Out::Sentences { due, sentences }).is_ok();
    true
}
