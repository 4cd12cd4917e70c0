//! The router's password: which of its sources counts, and what may be wrong with it.

use std::path::{Path, PathBuf};

use super::fault::{FileError, Report};
use super::secret::Secret;
use super::tls::CaFile;
use super::value::{Encryption, Protection};
use super::written::{Router, Written};
use crate::names::shortened;

/// What a configuration depends on beside its own text.
#[derive(Debug, Default)]
pub struct Around {
    /// No router will be logged in to: a password that cannot be had is a warning, and is empty.
    pub offline: bool,
    /// Everyone on this machine may read the configuration's file.
    pub open_to_others: bool,
    /// The file that [`Written::password_file`] named.
    pub password: Option<PasswordFile>,
    /// The file that [`Written::ca_file`] named.
    pub ca: Option<CaFile>,
}

/// What reading the password's file gave.
#[derive(Debug)]
pub struct PasswordFile {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: Result<Secret, FileError>,
    /// Everyone on this machine may read it.
    pub open_to_others: bool,
}

impl Written {
    /// The file of certificates that `router.tls` names, for the caller to read.
    #[must_use]
    pub fn ca_file(&self) -> Option<PathBuf> {
        match &self.file.router.tls {
            Some(Protection(Encryption::Ca(file))) => Some(file.clone()),
            _ => None,
        }
    }

    /// The file that the password is in, for the caller to read; `credential` is the one of systemd.
    #[must_use]
    pub fn password_file(&self, credential: Option<PathBuf>) -> Option<PathBuf> {
        let router = &self.file.router;
        let named = router.password_file.as_ref().map(|file| file.0.clone());
        if self.report.is_variable("router.password") {
            None
        } else if self.report.is_variable("router.password_file") {
            named
        } else {
            credential.or_else(|| named.filter(|_| router.password.is_none()))
        }
    }
}

/// The password of the first source that has one; none after a fault. `path` is the configuration's own.
pub(super) fn password(router: &Router, path: &Path, around: &mut Around, report: &mut Report) -> Option<Secret> {
    let [here, there] = ["router.password", "router.password_file"];
    let are_both_of_file = !report.is_variable(here) && !report.is_variable(there);
    if router.password.is_some() && router.password_file.is_some() && are_both_of_file {
        report.fault(
            there,
            "is given beside `password`",
            "keep one of `password` and `password_file`",
        );
    }
    let nothing = around.offline.then(|| Secret::new(String::new()));
    let Some(file) = around.password.take() else {
        if router.password.is_some() && around.open_to_others && !report.is_variable(here) {
            open(here, path, around.offline, report);
        } else if router.password.is_none() && !around.offline && !report.has_fault(here) && !report.has_fault(there) {
            let hint = "name a file that holds it with `password_file`, or set TIKROAM__ROUTER__PASSWORD";
            report.fault(here, "there is no password for the router", hint);
        }
        return router.password.clone().or(nothing);
    };
    let one_line = "write the password into it and nothing else";
    let (what, hint) = match file.text.map(only_line) {
        Ok(Some(password)) => {
            if file.open_to_others {
                open(there, &file.path, around.offline, report);
            }
            return Some(password);
        }
        Ok(None) => ("is not one line of text".into(), one_line),
        Err(error @ FileError::Unreadable(_)) => (
            error.to_string(),
            "put the password there, pass it as the systemd credential `router-password`, or set TIKROAM__ROUTER__PASSWORD",
        ),
        Err(error) => (error.to_string(), one_line),
    };
    let what = format!("`{}` {what}", shown(&file.path));
    if around.offline {
        report.warning(there, what, hint);
    } else {
        report.fault(there, what, hint);
    }
    nothing
}

/// Whoever reads the password may have used it long ago; only where no router is logged in to, that is a warning.
fn open(key: &str, path: &Path, offline: bool, report: &mut Report) {
    let file = shown(path);
    let what = format!("everyone on this machine may read the password in `{file}`");
    let hint = format!("run `chmod o-rwx {file}`, and change the password if others use this machine");
    if offline {
        report.warning(key, what, hint);
    } else {
        report.fault(key, what, hint);
    }
}

/// The text without its line end; none where it has more lines than one.
fn only_line(text: Secret) -> Option<Secret> {
    let line = text.expose().strip_suffix('\n').unwrap_or(text.expose());
    let line = line.strip_suffix('\r').unwrap_or(line);
    (!line.chars().any(char::is_control)).then(|| Secret::new(line.to_owned()))
}

fn shown(path: &Path) -> String {
    shortened(&path.display().to_string())
}
