//! The journal file: append, rotate, read back.
//!
//! The vehicle matters more than its journal: a journal that cannot be written is logged, tried again each minute and
//! never stops the agent.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::Access;
use tracing::{debug, error, info};

use crate::entry::{Entry, Event, Packer};
use crate::names::steers;
use crate::units::Moment;

mod read;
mod rotated;

pub use read::{Line, Lines, ReadBack, entries, read};
pub use rotated::files;

use rotated::Rotated;

/// How long a journal that cannot be written is left alone before it is tried again.
pub const RETRY: Duration = Duration::from_secs(60);

/// A file of one JSON line an entry, rotated by size: `journal.jsonl`, `journal.jsonl.1.gz` (the next older), and so on.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    size: u64,
    rotated: Rotated,
    retry: Duration,
    packer: Packer,
    /// What the agent said when it began, for the files that begin later.
    began: Option<Event>,
    file: Option<Written>,
    /// While the journal cannot be written.
    missing: Option<Missing>,
    line: Vec<u8>,
}

/// The file that is being written.
#[derive(Debug)]
struct Written {
    file: File,
    bytes: u64,
}

/// What a journal lacks since it could not be written.
#[derive(Debug)]
struct Missing {
    entries: u64,
    next_try: Moment,
}

impl Journal {
    /// A journal that is opened at its first entry. It is rotated at `size` bytes, and `keep` older files stay, compressed;
    /// `retry` is [`RETRY`], save in tests.
    #[must_use]
    pub fn new(path: &Path, size: u64, keep: usize, retry: Duration) -> Self {
        Journal {
            path: path.to_owned(),
            size,
            rotated: Rotated::new(path, keep),
            retry,
            packer: Packer::default(),
            began: None,
            file: None,
            missing: None,
            line: Vec::new(),
        }
    }

    /// Appends one entry. Logs one ERROR when that is impossible and one INFO when it works again; the entries between are
    /// lost, and the journal says how many.
    pub fn append(&mut self, entry: &Entry) {
        let missing = match &mut self.missing {
            Some(missing) if entry.at < missing.next_try => {
                missing.entries += 1;
                return;
            }
            Some(missing) => missing.entries,
            None => 0,
        };
        match self.write(entry, missing) {
            Ok(()) => {
                if self.missing.take().is_some() {
                    info!(file = %self.path.display(), entries_missing = missing, "the journal is written again");
                }
            }
            Err(error) => {
                // What is left of a line is closed when the file is opened again.
                self.file = None;
                let file = self.path.display();
                if missing == 0 {
                    error!(hint = hint(&error), %file, %error, "the journal cannot be written; going on without it, trying again each minute");
                } else {
                    debug!(%file, %error, "the journal still cannot be written");
                }
                self.missing = Some(Missing {
                    entries: missing + 1,
                    next_try: entry.at + self.retry,
                });
            }
        }
    }

    fn write(&mut self, entry: &Entry, missing: u64) -> io::Result<()> {
        let mut written = match self.file.take() {
            Some(written) => written,
            None => {
                self.packer = Packer::default();
                self.rotated.tidy();
                open(&self.path)?
            }
        };
        self.pack(entry, missing)?;
        if written.bytes > 0 && written.bytes.saturating_add(self.length()) > self.size {
            self.rotated.rotate()?;
            written = open(&self.path)?;
            // Each file can be read alone.
            self.packer = Packer::default();
            let goes_on = self.began.clone().map(|event| Entry { event, ..entry.clone() });
            self.pack(entry, missing)?;
            if let Some(goes_on) = goes_on {
                let rest = std::mem::take(&mut self.line);
                Packer::default().line(&goes_on, &mut self.line)?;
                self.line.extend(rest);
            }
        }
        written.file.write_all(&self.line)?;
        written.bytes += self.length();
        self.file = Some(written);
        if let Event::Began {
            version,
            vehicle,
            config,
            aps,
            rules,
        } = &entry.event
        {
            self.began = Some(Event::Continued {
                version: version.clone(),
                vehicle: vehicle.clone(),
                config: config.clone(),
                aps: aps.clone(),
                rules: rules.clone(),
            });
        }
        Ok(())
    }

    /// Makes the lines of an entry, with how many are missing before it.
    fn pack(&mut self, entry: &Entry, missing: u64) -> io::Result<()> {
        self.line.clear();
        if missing > 0 {
            let gap = Entry {
                event: Event::Missing { entries: missing },
                ..entry.clone()
            };
            self.packer.line(&gap, &mut self.line)?;
        }
        self.packer.line(entry, &mut self.line)?;
        escape(&mut self.line);
        Ok(())
    }

    fn length(&self) -> u64 {
        u64::try_from(self.line.len()).unwrap_or(u64::MAX)
    }
}

/// Opens or makes the file to append to it.
fn open(path: &Path) -> io::Result<Written> {
    let mut file = OpenOptions::new().append(true).create(true).read(true).open(path)?;
    let mut bytes = file.metadata()?.len();
    if bytes > 0 && !ends_with_newline(path)? {
        // The line that a power cut left unfinished is closed, so that the next one can be read.
        file.write_all(b"\n")?;
        bytes += 1;
    }
    Ok(Written { file, bytes })
}

/// Whether a journal could be written at this place by this user; makes no file to find out.
///
/// # Errors
///
/// Those of the file system that opening or rotating the journal is sure to meet.
pub fn check_place(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !fs::metadata(folder)?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    // To rotate is to write the folder.
    rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK)?;
    match rustix::fs::access(path, Access::WRITE_OK) {
        Err(rustix::io::Errno::NOENT) => Ok(()),
        done => Ok(done?),
    }
}

/// What to do about a journal that cannot be written.
#[must_use]
pub fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "make the folder of `[journal] file`, or name a file in one that is there",
        io::ErrorKind::NotADirectory => "a part of the path in `[journal] file` is a file: name a folder that is there",
        io::ErrorKind::IsADirectory => "`[journal] file` names a folder: name a file in it",
        io::ErrorKind::PermissionDenied => {
            "set `[journal] file` or TIKROAM__JOURNAL__FILE to a file in a folder that this user may write"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room on the disk, or lower `[journal] size` and `keep`"
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "the disk is mounted read-only: `dmesg` says why, or name a file on another"
        }
        _ => "look at the disk: `dmesg` says more",
    }
}

fn ends_with_newline(path: &Path) -> io::Result<bool> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = File::open(path)?;
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// Escapes what may steer the terminal of whoever looks at the journal; JSON escapes only the characters below a blank by
/// itself. What the line says stays the same.
fn escape(line: &mut Vec<u8>) {
    if line.is_ascii() && !line.contains(&0x7F) {
        return;
    }
    let text = String::from_utf8_lossy(line);
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && steers(c) {
            // Each of these is below U+FFFF. Writing to a String does not fail.
            write!(escaped, "\\u{:04x}", u32::from(c)).unwrap_or_default();
        } else {
            escaped.push(c);
        }
    }
    *line = escaped.into_bytes();
}

#[cfg(test)]
mod tests;
