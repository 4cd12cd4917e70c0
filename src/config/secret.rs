//! The router's password, where it comes from, and that it is never shown.

use std::collections::BTreeMap;
use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::fault::FaultKind;

/// The name of the systemd credential that holds the password.
const CREDENTIAL: &str = "router-password";

/// Text that no log, error or debug print may show.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text as it is.
    #[must_use]
    pub fn new(text: String) -> Self {
        Secret(text)
    }

    /// The text itself, for the one call that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A password read from a file, and whether others on this machine may read that file.
pub(super) struct FromFile {
    pub(super) secret: Secret,
    pub(super) open_to_others: bool,
}

/// The file of the systemd credential, when the service manager gave one.
pub(super) fn credential(environment: &BTreeMap<String, String>) -> Option<PathBuf> {
    let file = Path::new(environment.get("CREDENTIALS_DIRECTORY")?).join(CREDENTIAL);
    file.is_file().then_some(file)
}

/// Reads a password file: one line, its line end dropped.
pub(super) fn read(file: &Path) -> Result<FromFile, FaultKind> {
    let unreadable = |source: io::Error| FaultKind::PasswordFile {
        file: file.to_owned(),
        source,
    };
    let bytes = fs::read(file).map_err(unreadable)?;
    let open_to_others = open_to_others(&fs::metadata(file).map_err(unreadable)?);
    let text = String::from_utf8(bytes).map_err(|_| FaultKind::PasswordNotOneLine { file: file.to_owned() })?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.chars().any(char::is_control) {
        return Err(FaultKind::PasswordNotOneLine { file: file.to_owned() });
    }
    Ok(FromFile {
        secret: Secret::new(line.to_owned()),
        open_to_others,
    })
}

/// Whether everyone on this machine may read the file.
pub(super) fn open_to_others(metadata: &fs::Metadata) -> bool {
    metadata.permissions().mode() & 0o004 != 0
}
