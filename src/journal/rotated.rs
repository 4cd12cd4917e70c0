//! The older files of a journal: their names, their number, and that they are compressed.
//!
//! `journal.jsonl.1` is the newest of them. A thread compresses it to `journal.jsonl.1.gz`, so that no tick waits. A power cut
//! loses nothing: a compressed file gets its name when all of it is on the disk, and only then the other one goes. What a
//! cut left is put right at the next start.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use flate2::Compression;
use flate2::write::GzEncoder;
use tracing::{debug, warn};

/// The ending of a file that is being compressed.
const PART: &str = ".part";

/// The older files.
#[derive(Debug)]
pub(super) struct Rotated {
    path: PathBuf,
    keep: usize,
    compressing: Option<JoinHandle<io::Result<()>>>,
}

impl Rotated {
    pub(super) fn new(path: &Path, keep: usize) -> Self {
        Rotated {
            path: path.to_owned(),
            keep,
            compressing: None,
        }
    }

    /// Makes the file being written the newest of the older ones, and lets the oldest go.
    pub(super) fn rotate(&mut self) -> io::Result<()> {
        self.wait();
        let mut older = list(&self.path)?;
        older.retain(|file| file.number > 0);
        // The oldest first, so that nothing stands where another goes. A cut in between leaves a gap in the numbers.
        for file in older {
            if file.number >= self.keep {
                fs::remove_file(&file.path)?;
            } else {
                fs::rename(&file.path, named(&self.path, file.number + 1, file.compressed))?;
            }
        }
        if self.keep > 0 {
            fs::rename(&self.path, named(&self.path, 1, false))?;
            self.tidy();
        } else {
            fs::remove_file(&self.path)?;
        }
        Ok(())
    }

    /// Begins to compress what is not.
    pub(super) fn tidy(&mut self) {
        self.wait();
        let path = self.path.clone();
        let thread = thread::Builder::new().name("journal".into());
        match thread.spawn(move || compress_all(&path)) {
            Ok(thread) => self.compressing = Some(thread),
            Err(error) => debug!(%error, "the older files of the journal stay as they are"),
        }
    }

    /// Waits until everything is compressed: some tens of milliseconds after a rotation.
    fn wait(&mut self) {
        let Some(thread) = self.compressing.take() else { return };
        // A thread that panicked said so on stderr.
        if let Ok(Err(error)) = thread.join() {
            let hint =
                "make room on the disk, or lower `[journal] size` and `keep`; it is tried again at the next file";
            warn!(hint, file = %self.path.display(), %error, "an older file of the journal could not be compressed and stays as it is");
        }
    }
}

impl Drop for Rotated {
    fn drop(&mut self) {
        self.wait();
    }
}

/// One file of a journal.
struct Found {
    /// 0 is being written, 1 the newest of the others.
    number: usize,
    compressed: bool,
    path: PathBuf,
}

fn named(path: &Path, number: usize, compressed: bool) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(format!(".{number}"));
    if compressed {
        name.push(".gz");
    }
    name.into()
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// All files of a journal, the oldest first; a number may have two.
fn list(path: &Path) -> io::Result<Vec<Found>> {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let mut found = Vec::new();
    for entry in fs::read_dir(folder(path))? {
        let entry = entry?;
        let other = entry.file_name();
        let number = match other.as_encoded_bytes().strip_prefix(name) {
            Some(b"") => Some((0, false)),
            Some(ending) => number(ending),
            None => None,
        };
        let Some((number, compressed)) = number else { continue };
        // A folder of that name is somebody else's.
        if entry.file_type()?.is_dir() {
            continue;
        }
        found.push(Found {
            number,
            compressed,
            path: path.with_file_name(other),
        });
    }
    found.sort_by_key(|file| (std::cmp::Reverse(file.number), file.compressed));
    Ok(found)
}

/// The number of a rotated file, by the ending of its name, `.2` or `.2.gz`, and whether it is compressed.
fn number(ending: &[u8]) -> Option<(usize, bool)> {
    let digits = std::str::from_utf8(ending).ok()?.strip_prefix('.')?;
    let (digits, compressed) = match digits.strip_suffix(".gz") {
        Some(digits) => (digits, true),
        None => (digits, false),
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse().ok().filter(|number| plain && *number > 0)?;
    Some((number, compressed))
}

/// The files of a journal that are there, the oldest first; the one being written is last.
///
/// # Errors
///
/// Those of the file system; also when there is none of them.
pub fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = list(path)?;
    // Where a number has two files, the compressed one is whole and the other about to go.
    found.reverse();
    found.dedup_by_key(|file| file.number);
    found.reverse();
    if found.is_empty() {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok(found.into_iter().map(|file| file.path).collect())
}

fn compress_all(path: &Path) -> io::Result<()> {
    let found = list(path)?;
    for file in found.iter().filter(|file| file.number > 0 && !file.compressed) {
        let whole = found
            .iter()
            .any(|other| other.compressed && other.number == file.number);
        if !whole {
            compress(&file.path, &named(path, file.number, true))?;
        }
        fs::remove_file(&file.path)?;
    }
    Ok(())
}

fn compress(from: &Path, to: &Path) -> io::Result<()> {
    let mut part = to.to_owned().into_os_string();
    part.push(PART);
    let part = PathBuf::from(part);
    let mut gz = GzEncoder::new(File::create(&part)?, Compression::default());
    io::copy(&mut File::open(from)?, &mut gz)?;
    gz.finish()?.sync_all()?;
    fs::rename(&part, to)?;
    File::open(folder(to))?.sync_all()
}
