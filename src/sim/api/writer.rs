//! The writing half of a session: answers leave in order, each not before it is due.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncWriteExt, WriteHalf};
use tokio::sync::mpsc;

use super::dialect::Words;
use super::shared::Shared;
use super::tls::Socket;
use super::wire;
use crate::sim::text;
use crate::sim::world::clock::Clock;

/// A timer of the runtime may be so much late; the rest of a wait is spent looking at the clock.
const TIMER: Duration = Duration::from_micros(1500);

/// Something to send.
#[derive(Debug)]
pub(crate) enum Out {
    /// Sentences, not before `due`.
    Sentences {
        /// When the first of them may leave; `None` = at once.
        due: Option<Instant>,
        /// Them.
        sentences: Vec<Words>,
    },
    /// Bytes that need not make sense.
    Raw(Vec<u8>),
}

/// Writes until the queue ends or the client is gone.
pub(crate) async fn write(shared: Arc<Shared>, mut queue: mpsc::Receiver<Out>, mut socket: WriteHalf<Box<dyn Socket>>) {
    let mut bytes = Vec::new();
    while let Some(out) = queue.recv().await {
        bytes.clear();
        match out {
            Out::Sentences { due, sentences } => {
                if let Some(due) = due {
                    wait_until(due).await;
                }
                for words in sentences {
                    shared.transcribe("out", &words);
                    let words: Vec<Vec<u8>> = words.iter().map(|word| text::to_bytes(word)).collect();
                    wire::put_sentence(&mut bytes, &words);
                }
            }
            Out::Raw(raw) => bytes.extend_from_slice(&raw),
        }
        // TLS may hold back what it took.
        if socket.write_all(&bytes).await.is_err() || socket.flush().await.is_err() {
            return;
        }
    }
    let _ = socket.shutdown().await;
}

async fn wait_until(due: Instant) {
    loop {
        let left = Clock::until(due);
        if left.is_zero() {
            return;
        }
        match left.checked_sub(TIMER).filter(|rest| *rest >= Duration::from_millis(1)) {
            Some(rest) => tokio::time::sleep(rest).await,
            None => tokio::task::yield_now().await,
        }
    }
}
