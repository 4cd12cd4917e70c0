//! `Finding`: one thing that is wrong, how bad it is, and what a technician can do about it.

use std::fmt;

use crate::names::write_escaped;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Works, but not as well as it could.
    Warning,
    /// The agent cannot keep the vehicle reachable with it.
    Error,
    /// No swap is possible with it, so the agent writes nothing on the router.
    Forbids,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What kind of finding it is, such as `radio-ssid`; stays the same from version to version.
    pub code: &'static str,
    /// What is wrong, with names.
    pub text: String,
    /// What to do.
    pub hint: String,
}

impl Finding {
    pub(super) fn forbids(code: &'static str, text: String, hint: impl Into<String>) -> Self {
        Finding {
            severity: Severity::Forbids,
            ..Finding::error(code, text, hint)
        }
    }

    pub(super) fn error(code: &'static str, text: String, hint: impl Into<String>) -> Self {
        Finding {
            severity: Severity::Error,
            code,
            text,
            hint: hint.into(),
        }
    }

    pub(super) fn warning(code: &'static str, text: String, hint: impl Into<String>) -> Self {
        Finding {
            severity: Severity::Warning,
            ..Finding::error(code, text, hint)
        }
    }
}

impl fmt::Display for Finding {
    /// Code and text, and the hint on a line of its own; the severity is left to whoever shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.code)?;
        write_escaped(f, &self.text)?;
        write!(f, "\n      hint: ")?;
        write_escaped(f, &self.hint)
    }
}

/// One part of the router that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Which part, such as `radios`.
    pub part: &'static str,
    /// What to say of it when nothing is wrong.
    pub fine: String,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

/// Names as a list for people: `wlan1`, `wlan2`.
pub(super) fn listed<T: fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
