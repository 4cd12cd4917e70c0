//! The way of lines to a thread that writes them.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use tracing::warn;

/// How many lines wait for an output that takes none. Further ones are dropped and counted.
const WAITING: usize = 1024;

/// How long the end of the program waits for lines that were not written yet.
const FLUSH: Duration = Duration::from_secs(1);

/// The way of lines to the thread that writes them. Writing to it neither fails nor waits.
#[derive(Clone)]
pub(super) struct Queue {
    lines: SyncSender<Queued>,
    dropped: Arc<AtomicU64>,
}

enum Queued {
    Line(Vec<u8>),
    /// Answered when everything before it is written.
    Flush(SyncSender<()>),
}

impl Write for Queue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.lines.try_send(Queued::Line(line.to_vec())).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Waits, when it is dropped, until the lines so far are written: a second at most.
pub(super) struct Rest(SyncSender<Queued>);

impl Drop for Rest {
    fn drop(&mut self) {
        let (done, written) = sync_channel(1);
        if self.0.try_send(Queued::Flush(done)).is_ok() {
            written.recv_timeout(FLUSH).ok();
        }
    }
}

/// The queue of an output, and what waits for its rest.
pub(super) fn queue(to: impl Write + Send + 'static) -> (Queue, Rest) {
    let (lines, queued) = sync_channel(WAITING);
    let dropped = Arc::new(AtomicU64::new(0));
    let rest = Rest(lines.clone());
    let queue = Queue {
        lines,
        dropped: Arc::clone(&dropped),
    };
    // Without a thread there is no log, and still an agent.
    let thread = std::thread::Builder::new().name("log".to_owned());
    thread.spawn(move || write_all(&queued, &dropped, to)).ok();
    (queue, rest)
}

/// Writes lines as they come. One that cannot be written is lost.
fn write_all(queued: &Receiver<Queued>, dropped: &AtomicU64, mut to: impl Write) {
    for queued in queued {
        match queued {
            Queued::Line(line) => to.write_all(&line).unwrap_or_default(),
            Queued::Flush(done) => done.send(()).unwrap_or_default(),
        }
        let lost = dropped.swap(0, Ordering::Relaxed);
        if lost > 0 {
            warn!(
                lines = lost,
                "lines of the log are missing before this: nothing took them"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes nothing until it is let go.
    struct Stuck {
        let_go: Receiver<()>,
        lines: SyncSender<Vec<u8>>,
    }

    impl Write for Stuck {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.let_go.recv().unwrap_or_default();
            self.lines.send(line.to_vec()).unwrap();
            // As a disk that is full.
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_neither_wait_nor_fail_and_the_end_waits_for_them() {
        let (go, let_go) = sync_channel(1);
        let (lines, written) = sync_channel(2 * WAITING);
        let (mut queue, rest) = queue(Stuck { let_go, lines });
        for number in 0..2 * WAITING {
            queue.write_all(number.to_string().as_bytes()).unwrap();
        }
        // One more may be with the thread.
        let dropped = queue.dropped.load(Ordering::Relaxed);
        assert!((WAITING as u64 - 1..=WAITING as u64).contains(&dropped), "{dropped}");
        drop(go);
        // The queue has room again once the thread has taken a line.
        let mut first = written.recv().unwrap();
        first.extend(written.recv().unwrap());
        assert_eq!(first, b"01");
        drop(rest);
        assert_eq!(written.try_iter().count() as u64, 2 * WAITING as u64 - dropped - 2);
    }
}
