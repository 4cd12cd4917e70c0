//! Reading the configuration: its file, the environment, and the file of the password.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::config::{Around, CaFile, Config, Faults, FileError, PasswordFile, Secret, Written};

/// The most bytes of a configuration, and of a password's file.
const LARGEST: u64 = 1024 * 1024;

/// The name of the systemd credential that holds the password.
const CREDENTIAL: &str = "router-password";

/// Reads the file and this process's environment.
///
/// # Errors
///
/// [`Faults`]: everything that is wrong, all at once.
pub(super) fn load(path: &Path) -> Result<Config, Faults> {
    load_with(path, environment(), false)
}

/// Like [`load`] for work without a router: a password that cannot be had is a warning, and is empty.
///
/// # Errors
///
/// [`Faults`]: everything else that is wrong, all at once.
pub(super) fn load_offline(path: &Path) -> Result<Config, Faults> {
    load_with(path, environment(), true)
}

/// Whether a text that is no file yet is a valid configuration; its password may come later.
///
/// # Errors
///
/// [`Faults`]: everything that is wrong, all at once.
pub(super) fn of_text(path: &Path, text: &str) -> Result<Config, Faults> {
    let around = Around {
        offline: true,
        ..Around::default()
    };
    Config::new(Written::read(path, text, &BTreeMap::new())?, around)
}

fn load_with(path: &Path, environment: BTreeMap<String, String>, offline: bool) -> Result<Config, Faults> {
    let (text, open_to_others) = read(path).map_err(|error| Faults::of_file(path, &error))?;
    let written = Written::read(path, &text, &environment)?;
    let file = written.password_file(credential(&environment));
    let around = Around {
        offline,
        open_to_others,
        password: file.map(password),
        ca: written.ca_file().map(certificates),
    };
    Config::new(written, around)
}

fn environment() -> BTreeMap<String, String> {
    let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    std::env::vars_os()
        .map(|(name, value)| (text(name), text(value)))
        .collect()
}

/// The file of the systemd credential, when systemd gave one.
fn credential(environment: &BTreeMap<String, String>) -> Option<PathBuf> {
    let file = Path::new(environment.get("CREDENTIALS_DIRECTORY")?).join(CREDENTIAL);
    file.is_file().then_some(file)
}

fn password(path: PathBuf) -> PasswordFile {
    let read = read(&path);
    PasswordFile {
        open_to_others: read.as_ref().is_ok_and(|(_, open)| *open),
        text: read.map(|(text, _)| Secret::new(text)),
        path,
    }
}

fn certificates(path: PathBuf) -> CaFile {
    CaFile {
        text: read(&path).map(|(text, _)| text),
        path,
    }
}

/// The text of a file, and whether everyone on this machine may read it. A device or a pipe is not even opened: it may
/// have no end, or wait for a writer.
fn read(path: &Path) -> Result<(String, bool), FileError> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(FileError::NotRegular);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(FileError::TooLarge);
    }
    let text = String::from_utf8(bytes).map_err(|_| FileError::NotText)?;
    Ok((text, metadata.permissions().mode() & 0o004 != 0))
}

#[cfg(test)]
mod tests;
