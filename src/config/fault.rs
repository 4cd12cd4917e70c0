//! What is wrong with a configuration: each fault with its place, its key and what to do about it.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

use crate::names::{shortened, write_escaped};

/// The shipped file, which shows each key with a value.
const SHIPPED: &str = include_str!("../../agent.toml");

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A file, and its line counted from 1 where one can be named.
    File(Arc<Path>, Option<usize>),
    /// An environment variable.
    Variable(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File(path, Some(line)) => write!(f, "{}:{line}", path.display()),
            Place::File(path, None) => write!(f, "{}", path.display()),
            Place::Variable(name) => write!(f, "environment {}", shortened(name)),
        }
    }
}

/// One thing that is wrong, or odd enough for a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where the value was written.
    pub place: Place,
    /// The key with its section, such as `network[2].gateway` (entries of a list count from 1); empty for the file itself.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What a technician should do.
    pub hint: String,
}

impl fmt::Display for Fault {
    /// The place, the key, what is wrong, and a `hint:` on a line of its own. Never shows a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.key.is_empty() {
            write_escaped(f, &self.key)?;
            f.write_str(": ")?;
        }
        write_escaped(f, &self.what)?;
        if self.hint.is_empty() {
            return Ok(());
        }
        f.write_str("\n  hint: ")?;
        write_escaped(f, &self.hint)
    }
}

/// Everything that is wrong with a configuration, in the order of the file, then of the environment; never empty.
#[derive(Debug)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// The file of the configuration cannot be used at all.
    #[must_use]
    pub fn of_file(path: &Path, error: &FileError) -> Self {
        let mut report = Report::new(path);
        let hint = match error {
            FileError::Unreadable(_) => "copy the shipped `agent.toml` there, or name another file with `--config`",
            FileError::NotRegular | FileError::TooLarge => "name the configuration's file with `--config`",
            FileError::NotText => "save the file as UTF-8 in the editor",
        };
        report.fault("", error.to_string(), hint);
        report.into_faults()
    }

    /// The single faults.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// Why a file gives no text.
#[derive(Debug, Error)]
pub enum FileError {
    /// It cannot be opened or read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is a directory, a device or a pipe.
    #[error("is not a regular file")]
    NotRegular,
    /// It has more than 1 MiB.
    #[error("is larger than 1 MiB")]
    TooLarge,
    /// It is not UTF-8.
    #[error("is not text in UTF-8")]
    NotText,
}

/// The faults and warnings so far, and where each key was written.
#[derive(Debug)]
pub(super) struct Report {
    /// The configuration's file.
    pub(super) path: Arc<Path>,
    /// The line of each key of the file, sections included.
    pub(super) lines: BTreeMap<String, usize>,
    /// The variable of each key that the environment gives.
    pub(super) variables: BTreeMap<String, String>,
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
}

impl Report {
    pub(super) fn new(path: &Path) -> Self {
        Report {
            path: path.into(),
            lines: BTreeMap::new(),
            variables: BTreeMap::new(),
            faults: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Reports what is wrong with the value of `key`.
    pub(super) fn fault(&mut self, key: &str, what: impl Into<String>, hint: impl Into<String>) {
        let fault = self.at(self.place(key), key, what, hint);
        self.faults.push(fault);
    }

    /// Reports a fault that has a line and no key.
    pub(super) fn syntax(&mut self, line: Option<usize>, what: &str, hint: &str) {
        let place = Place::File(self.path.clone(), line);
        // One slip can upset the parser several times on its line; the first message is the one that helps.
        if self.faults.last().is_none_or(|last| last.place != place) {
            self.faults.push(self.at(place, "", what, hint));
        }
    }

    /// Reports what is odd about the value of `key`, though not wrong.
    pub(super) fn warning(&mut self, key: &str, what: impl Into<String>, hint: impl Into<String>) {
        let warning = self.at(self.place(key), key, what, hint);
        self.warnings.push(warning);
    }

    /// The value; its absence is a fault, unless what was written there was one already.
    pub(super) fn needed<T>(&mut self, key: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.has_fault(key) {
            let hint = example(key).map_or_else(|| "`agent.toml` shows it".into(), |line| format!("write `{line}`"));
            self.fault(key, "is missing", hint);
        }
        value
    }

    /// Whether something is wrong with `key` or with the section that it is in.
    pub(super) fn has_fault(&self, key: &str) -> bool {
        let above = |fault: &Fault| {
            key.strip_prefix(&fault.key)
                .is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        let about = |fault: &Fault| !fault.key.is_empty() && (fault.key == key || above(fault));
        self.faults.iter().any(about)
    }

    /// Where `key` was first written, for a fault elsewhere.
    pub(super) fn line(&self, key: &str) -> usize {
        self.lines.get(key).copied().unwrap_or_default()
    }

    /// Whether the environment gives the value of `key`.
    pub(super) fn is_variable(&self, key: &str) -> bool {
        self.variables.contains_key(key)
    }

    pub(super) fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn into_faults(self) -> Faults {
        Faults(in_order(self.faults))
    }

    pub(super) fn into_warnings(self) -> Vec<Fault> {
        in_order(self.warnings)
    }

    fn at(&self, place: Place, key: &str, what: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault {
            place,
            key: shortened(key),
            what: what.into(),
            hint: hint.into(),
        }
    }

    /// The variable that gives the key or one below it, else the line of the key, else that of its section.
    fn place(&self, key: &str) -> Place {
        let section = key.rsplit_once('.').map_or("", |(section, _)| section);
        let line = self.lines.get(key);
        let below = |(other, _): &(&String, &String)| other.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
        let variable = self.variables.get(key);
        let variable = variable.or_else(|| {
            self.variables
                .iter()
                .find(below)
                .filter(|_| line.is_none())
                .map(|(_, name)| name)
        });
        match variable {
            Some(name) => Place::Variable(name.clone()),
            None => Place::File(self.path.clone(), line.or_else(|| self.lines.get(section)).copied()),
        }
    }
}

/// As a technician reads them: down the file, then the environment.
fn in_order(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by(|a, b| (&a.place, &a.key).cmp(&(&b.place, &b.key)));
    faults
}

/// The line of the shipped file that shows how a key is written.
pub(super) fn example(key: &str) -> Option<&'static str> {
    let mut names = key.split('.').map(|name| name.split('[').next().unwrap_or(name));
    let mut lines = SHIPPED.lines().map(|line| line.strip_prefix("# ").unwrap_or(line));
    let first = names.next()?;
    // A key without a section stands above all of them.
    let name = match names.next() {
        None => first,
        Some(name) => {
            lines.find(|line| line.starts_with('[') && line.trim_matches(['[', ']']) == first)?;
            name
        }
    };
    lines
        .take_while(|line| !line.starts_with('['))
        .find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(" = ")))
}
