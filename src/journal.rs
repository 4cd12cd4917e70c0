//! The journal file: append, rotate, read back.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use crate::entry::Entry;

/// A file of one JSON line an entry, rotated by size: `journal.jsonl`, `journal.jsonl.1` (the next older), and so on.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    written: u64,
    size: u64,
    keep: usize,
    line: Vec<u8>,
}

impl Journal {
    /// Opens or makes the file and appends to it; it is rotated at `size` bytes and `keep` older files stay.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn open(path: &Path, size: u64, keep: usize) -> io::Result<Self> {
        let mut file = OpenOptions::new().append(true).create(true).read(true).open(path)?;
        let written = file.metadata()?.len();
        if written > 0 && !ends_with_newline(path)? {
            // The line that a power cut left unfinished is closed, so that the next one can be read.
            file.write_all(b"\n")?;
        }
        Ok(Journal {
            path: path.to_owned(),
            file,
            written,
            size,
            keep,
            line: Vec::new(),
        })
    }

    /// Appends one entry; the file is rotated first when it would grow past its size. Returns whether it was rotated.
    ///
    /// # Errors
    ///
    /// Those of the file system; nothing of the entry counts as written then.
    pub fn append(&mut self, entry: &Entry) -> io::Result<bool> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, entry)?;
        self.line.push(b'\n');
        let length = u64::try_from(self.line.len()).unwrap_or(u64::MAX);
        let rotate = self.written > 0 && self.written.saturating_add(length) > self.size;
        if rotate {
            self.rotate()?;
        }
        self.file.write_all(&self.line)?;
        self.written += length;
        Ok(rotate)
    }

    fn rotate(&mut self) -> io::Result<()> {
        for number in (1..self.keep).rev() {
            match fs::rename(self.older(number), self.older(number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        if self.keep > 0 {
            fs::rename(&self.path, self.older(1))?;
        } else {
            fs::remove_file(&self.path)?;
        }
        self.file = OpenOptions::new().append(true).create(true).open(&self.path)?;
        self.written = 0;
        Ok(())
    }

    fn older(&self, number: usize) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{number}"));
        name.into()
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

/// What reading a journal gave.
#[derive(Debug)]
pub struct ReadBack {
    /// The entries, oldest first.
    pub entries: Vec<Entry>,
    /// The numbers of lines that are no entry, from 1: a power cut leaves at most one a start.
    pub unreadable: Vec<usize>,
}

/// Reads one journal file back.
///
/// # Errors
///
/// Those of the file system.
pub fn read(path: &Path) -> io::Result<ReadBack> {
    let mut back = ReadBack {
        entries: Vec::new(),
        unreadable: Vec::new(),
    };
    for (index, entry) in entries(path)?.enumerate() {
        match entry? {
            Some(entry) => back.entries.push(entry),
            None => back.unreadable.push(index + 1),
        }
    }
    Ok(back)
}

/// Reads one journal file line by line; `None` for a line that is no entry.
///
/// # Errors
///
/// Those of the file system, of the opening here and of the reading at each line.
pub fn entries(path: &Path) -> io::Result<impl Iterator<Item = io::Result<Option<Entry>>> + use<>> {
    let lines = BufReader::new(File::open(path)?).split(b'\n');
    Ok(lines.map(|line| Ok(serde_json::from_slice(&line?).ok())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{Event, VERSION};
    use crate::units::Moment;

    fn entry(n: u64) -> Entry {
        Entry {
            v: VERSION,
            at: Moment::from_micros(n),
            time: "2026-01-01T00:00:00Z".into(),
            event: Event::Disconnected { cause: "pulled".into() },
        }
    }

    #[test]
    fn rotates_by_size_and_keeps_as_many_as_asked() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        let mut journal = Journal::open(&path, 250, 2).unwrap();
        for n in 1..=9 {
            journal.append(&entry(n)).unwrap();
        }
        let at = |name: &str| -> Vec<u64> {
            let back = read(&dir.path().join(name)).unwrap();
            assert_eq!(back.unreadable, Vec::<usize>::new());
            back.entries
                .iter()
                .map(|entry| u64::try_from(entry.at.since_start().as_micros()).unwrap())
                .collect()
        };
        assert_eq!(at("journal.jsonl.2"), [5, 6]);
        assert_eq!(at("journal.jsonl.1"), [7, 8]);
        assert_eq!(at("journal.jsonl"), [9]);
        assert!(!dir.path().join("journal.jsonl.3").exists());
    }

    #[test]
    fn a_line_that_a_power_cut_left_unfinished_loses_only_itself() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        Journal::open(&path, 10_000, 1).unwrap().append(&entry(1)).unwrap();
        OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"{\"v\":1,\"at\":2")
            .unwrap();
        Journal::open(&path, 10_000, 1).unwrap().append(&entry(3)).unwrap();
        let back = read(&path).unwrap();
        assert_eq!(back.entries, [entry(1), entry(3)]);
        assert_eq!(back.unreadable, [2]);
    }
}
