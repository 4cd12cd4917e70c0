//! Writes a drive log, second by second as it is driven.

use std::io::Write;

use super::heard::Ap;
use super::read::COLUMNS;
use crate::names::Ssid;
use crate::units::Dbm;

/// A drive log that is being written.
#[derive(Debug)]
pub struct LogWriter<W: Write>(csv::Writer<W>);

impl<W: Write> LogWriter<W> {
    /// Begins a log with the names of its columns.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn new(to: W) -> Result<Self, csv::Error> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(COLUMNS)?;
        Ok(LogWriter(writer))
    }

    /// Writes what was heard in a second, counted from the start of the drive. Seconds must not go back; one that heard
    /// nothing has no row.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn second<'a>(
        &mut self,
        second: u64,
        heard: impl IntoIterator<Item = (&'a Ap, Dbm)>,
    ) -> Result<(), csv::Error> {
        let second = second.to_string();
        for (ap, signal) in heard {
            self.0.write_record([
                second.as_bytes(),
                ap.bssid.to_string().as_bytes(),
                ap.ssid.as_ref().map_or(&[], Ssid::as_bytes),
                ap.channel.to_string().as_bytes(),
                signal.0.to_string().as_bytes(),
            ])?;
        }
        Ok(())
    }

    /// Hands everything written so far to where it goes.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn flush(&mut self) -> Result<(), csv::Error> {
        Ok(self.0.flush()?)
    }
}
