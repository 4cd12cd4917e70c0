//! Reading a journal back.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use crate::entry::{Entry, Read, Unpacker, Unreadable};

/// How every compressed file begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The lines of one journal file, compressed or not.
pub struct Lines {
    reader: Box<dyn BufRead + Send>,
    unpacker: Unpacker,
    line: Vec<u8>,
    number: usize,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

impl Lines {
    /// Opens a file. One that the agent compressed a moment ago is found by its new name.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path).or_else(|error| {
            let mut compressed = path.to_owned().into_os_string();
            compressed.push(".gz");
            match error.kind() {
                io::ErrorKind::NotFound => File::open(compressed).map_err(|_| error),
                _ => Err(error),
            }
        })?;
        let mut plain = BufReader::with_capacity(64 * 1024, file);
        let reader: Box<dyn BufRead + Send> = if plain.fill_buf()?.starts_with(&GZIP) {
            Box::new(BufReader::with_capacity(64 * 1024, MultiGzDecoder::new(plain)))
        } else {
            Box::new(plain)
        };
        Ok(Lines {
            reader,
            unpacker: Unpacker::default(),
            line: Vec::new(),
            number: 0,
        })
    }

    /// The next line with its number, from 1, and its text; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the file system outside, that of the line inside.
    pub fn next_line(&mut self) -> Option<io::Result<Line<'_>>> {
        self.line.clear();
        match self.reader.read_until(b'\n', &mut self.line) {
            Err(error) => Some(Err(error)),
            Ok(0) => None,
            Ok(_) => {
                self.number += 1;
                let text = self.line.trim_ascii_end();
                Some(Ok((self.unpacker.line(text), self.number, text)))
            }
        }
    }
}

/// What a line says, its number in the file, and its text.
pub type Line<'a> = (Result<Read<'a>, Unreadable>, usize, &'a [u8]);

/// What reading a journal gave.
#[derive(Debug)]
pub struct ReadBack {
    /// The entries, oldest first.
    pub entries: Vec<Entry>,
    /// The numbers of lines that could not be read, from 1: a power cut leaves at most one a start.
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
            Ok(entry) => back.entries.push(entry),
            Err(_) => back.unreadable.push(index + 1),
        }
    }
    Ok(back)
}

/// Reads the entries of one journal file, one after the other.
///
/// # Errors
///
/// Those of the file system, of the opening here and of the reading at each line.
pub fn entries(path: &Path) -> io::Result<impl Iterator<Item = io::Result<Result<Entry, Unreadable>>> + use<>> {
    let mut lines = Lines::open(path)?;
    Ok(std::iter::from_fn(move || {
        let line = lines.next_line()?;
        Some(line.map(|(read, ..)| read.map(Read::owned)))
    }))
}
