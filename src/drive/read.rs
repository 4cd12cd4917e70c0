//! Reads a drive log: CSV, one row an access point and second.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Read;
use std::ops::RangeInclusive;
use std::path::Path;

use csv::ByteRecord;
use thiserror::Error;

use super::heard::{Ap, Drive, Heard, ordered};
use crate::names::{Bssid, BssidError, Ssid, SsidError};
use crate::units::Dbm;

/// The columns of a drive log, in this order.
pub(super) const COLUMNS: [&str; 5] = ["time_s", "bssid", "ssid", "channel", "signal_dbm"];

/// A longer hole in time is taken for a wrong unit or a wall-clock time.
const LONGEST_HOLE_S: u32 = 86_400;

/// Channels of 2.4, 5 and 6 GHz end here; 0 stands for unknown.
const LAST_CHANNEL: u16 = 233;

/// The signals that a log may have, in dBm.
pub(super) const SIGNALS: RangeInclusive<i16> = -120..=0;

/// Why a drive log could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// Reading broke off, or a row has too few or too many fields.
    #[error("drive log `{file}` cannot be read as CSV\n\nhint: each row has five fields: {}", COLUMNS.join(","))]
    Csv {
        /// The log's name.
        file: String,
        /// What the CSV reader says, with the line.
        #[source]
        source: csv::Error,
    },
    /// The first row does not name the columns.
    #[error("drive log `{file}`, line 1: the columns are `{found}`\n\nhint: the first row must be `{}`", COLUMNS.join(","))]
    Header {
        /// The log's name.
        file: String,
        /// The first row, escaped.
        found: String,
    },
    /// There is a header at most, but no row.
    #[error("drive log `{file}` has no rows\n\nhint: each row is one access point heard in one second")]
    Empty {
        /// The log's name.
        file: String,
    },
    /// A field says something impossible.
    #[error("drive log `{file}`, line {line}, column {column} (`{}`): {fault}", COLUMNS[column - 1])]
    Field {
        /// The log's name.
        file: String,
        /// The line in the file, from 1.
        line: u64,
        /// The column, from 1.
        column: usize,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// What is wrong with one field of a drive log.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// The time is not a whole number of seconds.
    #[error("`{0}` is not a whole number of seconds\n\nhint: seconds from the start of the drive, such as 0, 1, 2")]
    Time(String),
    /// The time is before that of the row above.
    #[error("the time goes back from {before} to {now}\n\nhint: sort the rows by time; two drives are two files")]
    Backwards {
        /// The time of the row above, s.
        before: u32,
        /// The time of this row, s.
        now: u32,
    },
    /// The time is more than a day after that of the row above.
    #[error(
        "the time jumps from {before} to {now}, more than a day\n\nhint: seconds from the start of the drive, neither \
         milliseconds nor the time of day"
    )]
    Jump {
        /// The time of the row above, s; 0 for the first row.
        before: u32,
        /// The time of this row, s.
        now: u32,
    },
    /// Not a MAC address.
    #[error("{0}\n\nhint: six pairs of hex digits with colons")]
    Bssid(BssidError),
    /// No possible SSID.
    #[error("{0}\n\nhint: leave the field empty for a hidden network")]
    Ssid(SsidError),
    /// No channel number.
    #[error("`{0}` is not a channel\n\nhint: the number, 1 to 233, not a frequency in MHz; 0 when unknown")]
    Channel(String),
    /// The signal is not a whole number from -120 to 0.
    #[error("`{0}` is not a signal from -120 to 0\n\nhint: whole dBm; leave out rows of what was not heard")]
    Signal(String),
}

impl Drive {
    /// Reads a drive log from anything that can be read, row by row.
    ///
    /// Seconds without rows, also before the first row, heard nothing. An access point that a second lists twice (two
    /// radios heard it) counts with its stronger signal; its SSID and channel are those of its first row that has them.
    /// The drive's name is that of `file` without folder and ending.
    ///
    /// # Errors
    ///
    /// [`ReadError`], with `file`, line and column of the first fault.
    pub fn parse(file: &str, from: impl Read) -> Result<Drive, ReadError> {
        let name = Path::new(file).file_stem().map_or(file.into(), OsStr::to_string_lossy);
        parse(file, name.into_owned(), from)
    }
}

fn parse(file: &str, name: String, from: impl Read) -> Result<Drive, ReadError> {
    let mut reader = csv::Reader::from_reader(from);
    let csv_error = |source| ReadError::Csv {
        file: file.to_owned(),
        source,
    };
    check_header(file, reader.byte_headers().map_err(csv_error)?)?;

    let mut seen = Seen::default();
    let mut row = ByteRecord::new();
    while reader.read_byte_record(&mut row).map_err(csv_error)? {
        let line = row.position().map_or(0, csv::Position::line);
        seen.row(&row).map_err(|(column, fault)| ReadError::Field {
            file: file.to_owned(),
            line,
            column,
            fault,
        })?;
    }
    if seen.seconds.is_empty() {
        return Err(ReadError::Empty { file: file.to_owned() });
    }
    Ok(seen.into_drive(name))
}

fn check_header(file: &str, header: &ByteRecord) -> Result<(), ReadError> {
    if header.is_empty() {
        return Err(ReadError::Empty { file: file.to_owned() });
    }
    let found: Vec<String> = header.iter().map(text).collect();
    if found == COLUMNS {
        return Ok(());
    }
    Err(ReadError::Header {
        file: file.to_owned(),
        found: found.join(","),
    })
}

/// What was read so far; access points are numbered as they are met.
#[derive(Default)]
struct Seen {
    aps: Vec<Ap>,
    numbers: BTreeMap<Bssid, usize>,
    seconds: Vec<Vec<Heard>>,
    last: u32,
}

impl Seen {
    fn row(&mut self, row: &ByteRecord) -> Result<(), (usize, Fault)> {
        let field = |column: usize| text(&row[column - 1]);

        let second = field(1).parse().map_err(|_| (1, Fault::Time(field(1))))?;
        let (before, now) = (self.last, second);
        if now < before {
            return Err((1, Fault::Backwards { before, now }));
        }
        if now - before > LONGEST_HOLE_S {
            return Err((1, Fault::Jump { before, now }));
        }
        let bssid = field(2).parse().map_err(|fault| (2, Fault::Bssid(fault)))?;
        let ssid = match Ssid::new(&row[2]) {
            Ok(ssid) => Some(ssid),
            Err(SsidError::Empty) => None,
            Err(fault) => return Err((3, Fault::Ssid(fault))),
        };
        let channel = field(4)
            .parse()
            .ok()
            .filter(|channel| *channel <= LAST_CHANNEL)
            .ok_or_else(|| (4, Fault::Channel(field(4))))?;
        let signal = field(5)
            .parse()
            .ok()
            .filter(|dbm| SIGNALS.contains(dbm))
            .map(Dbm)
            .ok_or_else(|| (5, Fault::Signal(field(5))))?;

        self.last = now;
        let ap = self.ap(Ap { bssid, ssid, channel });
        self.seconds.resize(now as usize + 1, Vec::new());
        let heard = &mut self.seconds[now as usize];
        match heard.iter_mut().find(|one| one.ap == ap) {
            Some(twice) => twice.signal = twice.signal.max(signal),
            None => heard.push(Heard { ap, signal }),
        }
        Ok(())
    }

    fn ap(&mut self, met: Ap) -> usize {
        let number = *self.numbers.entry(met.bssid).or_insert(self.aps.len());
        match self.aps.get_mut(number) {
            None => self.aps.push(met),
            Some(before) => before.learn(met),
        }
        number
    }

    fn into_drive(self, name: String) -> Drive {
        ordered(name, self.aps, self.seconds)
    }
}

/// A field as text that may be shown: trimmed, what is no UTF-8 or a control character escaped.
fn text(field: &[u8]) -> String {
    let field = field.strip_prefix(b"\xef\xbb\xbf").unwrap_or(field);
    field.trim_ascii().escape_ascii().to_string()
}
