//! Reads a drive log: CSV, one row an access point and second.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::io::Read;
use std::ops::RangeInclusive;
use std::path::Path;

use csv::ByteRecord;
use thiserror::Error;

use super::heard::{Ap, Drive, Heard, ordered};
use crate::names::{Bssid, BssidError, Ssid, SsidError, shortened};
use crate::units::Dbm;

/// The columns of a drive log, in this order.
pub(super) const COLUMNS: [&str; 5] = ["time_s", "bssid", "ssid", "channel", "signal_dbm"];

/// A longer hole in time is taken for a wrong unit or a wall-clock time.
const LONGEST_HOLE_S: u32 = 86_400;

/// Channels of 2.4, 5 and 6 GHz end here; 0 stands for unknown.
const LAST_CHANNEL: u16 = 233;

/// The signals that a log may have, in dBm.
pub(super) const SIGNALS: RangeInclusive<i16> = -120..=0;

/// A longer drive is a wrong unit, or several drives in one file: each second takes room, heard or not.
const LONGEST_DRIVE_S: u32 = 7 * 86_400;

/// The most faults that are shown: a file with more is no drive log.
const MOST: usize = 20;

/// Why a drive log could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// Reading broke off.
    #[error("drive log `{file}` cannot be read as CSV")]
    Csv {
        /// The log's name.
        file: String,
        /// What the CSV reader says, with the line.
        #[source]
        source: csv::Error,
    },
    /// The first row does not name the columns.
    #[error("drive log `{file}`, line 1: the columns are `{found}`")]
    Header {
        /// The log's name.
        file: String,
        /// The first row, escaped.
        found: String,
    },
    /// There is a header at most, but no row.
    #[error("drive log `{file}` has no rows")]
    Empty {
        /// The log's name.
        file: String,
    },
    /// Rows say something impossible.
    #[error("drive log `{file}`: {}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Rows {
        /// The log's name.
        file: String,
        /// The first 20 faults, in the order of the file; never empty.
        faults: Vec<RowFault>,
    },
}

impl ReadError {
    /// What to do about it; `None` where each fault has its own.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            ReadError::Csv { .. } => Some(format!("each row has five fields: {}", COLUMNS.join(","))),
            ReadError::Header { .. } => Some(format!("the first row must be `{}`", COLUMNS.join(","))),
            ReadError::Empty { .. } => Some("each row is one access point heard in one second".to_owned()),
            ReadError::Rows { .. } => None,
        }
    }
}

/// A fault of one row, with its place.
#[derive(Debug, PartialEq, Eq)]
pub struct RowFault {
    /// The line in the file, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong there.
    pub fault: Fault,
}

impl fmt::Display for RowFault {
    /// The place and what is wrong, and the hint on a line of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RowFault { line, column, fault } = self;
        let name = COLUMNS.get(column - 1).copied().unwrap_or_default();
        write!(
            f,
            "line {line}, column {column} (`{name}`): {fault}\n  hint: {}",
            fault.hint()
        )
    }
}

/// What is wrong with one field of a drive log.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// Not five fields.
    #[error("the row has {0} fields, not five")]
    Fields(usize),
    /// The time is not a whole number of seconds.
    #[error("`{0}` is not a whole number of seconds")]
    Time(String),
    /// The time is before that of the row above.
    #[error("the time goes back from {before} to {now}")]
    Backwards {
        /// The time of the row above, s.
        before: u32,
        /// The time of this row, s.
        now: u32,
    },
    /// The time is more than a day after that of the row above.
    #[error("the time jumps from {before} to {now}, more than a day")]
    Jump {
        /// The time of the row above, s; 0 for the first row.
        before: u32,
        /// The time of this row, s.
        now: u32,
    },
    /// The drive is longer than a week.
    #[error("the drive lasts {0} s, more than a week")]
    Long(u32),
    /// Not a MAC address.
    #[error("{0}")]
    Bssid(BssidError),
    /// No possible SSID.
    #[error("{0}")]
    Ssid(SsidError),
    /// No channel number.
    #[error("`{0}` is not a channel")]
    Channel(String),
    /// The signal is not a whole number from -120 to 0.
    #[error("`{0}` is not a signal from -120 to 0")]
    Signal(String),
}

impl Fault {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Fault::Fields(_) => "a field that holds a comma stands in \"quotes\"",
            Fault::Time(_) => "seconds from the start of the drive, such as 0, 1, 2",
            Fault::Backwards { .. } | Fault::Long(_) => "sort the rows by time; two drives are two files",
            Fault::Jump { .. } => "seconds from the start of the drive, neither milliseconds nor the time of day",
            Fault::Bssid(_) => "six pairs of hex digits with colons",
            Fault::Ssid(_) => "leave the field empty for a hidden network",
            Fault::Channel(_) => "the number, 1 to 233, not a frequency in MHz; 0 or empty when it was not heard",
            Fault::Signal(_) => "whole dBm; leave out rows of what was not heard",
        }
    }
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
    /// [`ReadError`], with `file`, line and column of the first 20 faults.
    pub fn parse(file: &str, from: impl Read) -> Result<Drive, ReadError> {
        let name = Path::new(file).file_stem().map_or(file.into(), OsStr::to_string_lossy);
        parse(file, name.into_owned(), from)
    }
}

fn parse(file: &str, name: String, from: impl Read) -> Result<Drive, ReadError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(from);
    let csv_error = |source| ReadError::Csv {
        file: file.to_owned(),
        source,
    };
    check_header(file, reader.byte_headers().map_err(csv_error)?)?;

    let mut seen = Seen::default();
    let mut faults = Vec::new();
    let mut row = ByteRecord::new();
    while faults.len() < MOST && reader.read_byte_record(&mut row).map_err(csv_error)? {
        let line = row.position().map_or(0, csv::Position::line);
        let found = seen.row(&row).err().unwrap_or_default().into_iter();
        faults.extend(found.map(|(column, fault)| RowFault { line, column, fault }));
    }
    if !faults.is_empty() {
        faults.truncate(MOST);
        let file = file.to_owned();
        return Err(ReadError::Rows { file, faults });
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
        found: shortened(&found.join(",")),
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
    /// Takes a row; all that is wrong with it, by column.
    fn row(&mut self, row: &ByteRecord) -> Result<(), Vec<(usize, Fault)>> {
        if row.len() != COLUMNS.len() {
            return Err(vec![(row.len().clamp(1, COLUMNS.len()), Fault::Fields(row.len()))]);
        }
        let field = |column: usize| text(&row[column - 1]);
        let mut faults = Vec::new();
        let now = noted(self.time(&field(1)), 1, &mut faults);
        let bssid = noted(field(2).parse().map_err(Fault::Bssid), 2, &mut faults);
        let ssid = match Ssid::new(&row[2]) {
            Ok(ssid) => Ok(Some(ssid)),
            Err(SsidError::Empty) => Ok(None),
            Err(fault) => Err(Fault::Ssid(fault)),
        };
        let ssid = noted(ssid, 3, &mut faults);
        let channel = noted(channel(field(4)), 4, &mut faults);
        let signal = noted(signal(field(5)), 5, &mut faults);
        let (Some(now), Some(bssid), Some(ssid), Some(channel), Some(signal)) = (now, bssid, ssid, channel, signal)
        else {
            return Err(faults);
        };
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

    fn time(&self, field: &str) -> Result<u32, Fault> {
        let now = field.parse().map_err(|_| Fault::Time(shortened(field)))?;
        let before = self.last;
        if now < before {
            return Err(Fault::Backwards { before, now });
        }
        if now - before > LONGEST_HOLE_S {
            return Err(Fault::Jump { before, now });
        }
        if now > LONGEST_DRIVE_S {
            return Err(Fault::Long(now));
        }
        Ok(now)
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

/// The value of a field; its fault is noted.
fn noted<T>(field: Result<T, Fault>, column: usize, faults: &mut Vec<(usize, Fault)>) -> Option<T> {
    field.map_err(|fault| faults.push((column, fault))).ok()
}

/// A channel; an empty field is one that was not heard.
fn channel(field: String) -> Result<u16, Fault> {
    if field.is_empty() {
        return Ok(0);
    }
    let channel = field.parse().ok().filter(|channel| *channel <= LAST_CHANNEL);
    channel.ok_or_else(|| Fault::Channel(shortened(&field)))
}

fn signal(field: String) -> Result<Dbm, Fault> {
    let dbm = field.parse().ok().filter(|dbm| SIGNALS.contains(dbm));
    dbm.map(Dbm).ok_or_else(|| Fault::Signal(shortened(&field)))
}

/// A field as text that may be shown: trimmed, what is no UTF-8 or a control character escaped.
fn text(field: &[u8]) -> String {
    let field = field.strip_prefix(b"\xef\xbb\xbf").unwrap_or(field);
    field.trim_ascii().escape_ascii().to_string()
}
