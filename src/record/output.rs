//! Where the seconds of a live recording go.

use std::io::Write;

use super::recorded::Recorded;
use crate::drive::{LogWriter, Second};

/// A drive log that is being written, with its figures and whoever shows them.
pub(super) struct Output<W: Write, P> {
    log: LogWriter<W>,
    pub(super) recorded: Recorded,
    progress: P,
}

impl<W: Write, P: FnMut(&Recorded)> Output<W, P> {
    /// Begins a log.
    pub(super) fn new(to: W, progress: P) -> Result<Self, csv::Error> {
        let mut log = LogWriter::new(to)?;
        log.flush()?;
        Ok(Output {
            log,
            recorded: Recorded::default(),
            progress,
        })
    }

    /// Writes seconds so that a power cut after it loses none of them, and shows the progress.
    pub(super) fn write(&mut self, seconds: &[Second]) -> Result<(), csv::Error> {
        if seconds.is_empty() {
            return Ok(());
        }
        for second in seconds {
            self.recorded.seconds = second.number.saturating_add(1);
            self.recorded.rows += u64::try_from(second.heard.len()).unwrap_or(u64::MAX);
            self.log.second(
                u64::from(second.number),
                second.heard.iter().map(|(ap, signal)| (ap, *signal)),
            )?;
        }
        self.log.flush()?;
        (self.progress)(&self.recorded);
        Ok(())
    }
}
