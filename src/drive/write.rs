//! Writes a drive as a drive log.

use std::io::Write;

use super::Drive;
use super::read::COLUMNS;
use crate::names::Ssid;

impl Drive {
    /// Writes the drive as CSV, as [`Drive::parse`] reads it.
    ///
    /// The format has no row for a second that heard nothing, so silent seconds at the very end are not written.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn write(&self, to: impl Write) -> Result<(), csv::Error> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(COLUMNS)?;
        for (second, heard) in self.seconds.iter().enumerate() {
            for one in heard {
                let ap = &self.aps[one.ap];
                writer.write_record([
                    second.to_string().as_bytes(),
                    ap.bssid.to_string().as_bytes(),
                    ap.ssid.as_ref().map_or(&[], Ssid::as_bytes),
                    ap.channel.to_string().as_bytes(),
                    one.signal.0.to_string().as_bytes(),
                ])?;
            }
        }
        writer.flush()?;
        Ok(())
    }
}
