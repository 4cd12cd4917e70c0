//! What is wrong between the configuration and a router, each with what a technician can do about it.
//!
//! All of it is pure: a configuration and readings in, findings out. Where a router may not show something, its absence is
//! no finding. `check` shows every finding. The agent asks for two kinds: what [forbids](forbidding) writing, at the start of
//! a session, and what [stands in the way](standing) meanwhile.

mod addresses;
mod connect_list;
mod console;
mod doubled;
mod leftovers;
mod path;
mod radios;
mod readings;
mod routes;
mod standing;
#[cfg(test)]
mod tests;
mod tunnel;
mod user;

use std::fmt;

use crate::config::Config;
use crate::names::write_escaped;
use crate::router::{Inspection, Path, Survey};

pub use connect_list::dropped_below;
pub use standing::standing;

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
    fn forbids(code: &'static str, text: String, hint: impl Into<String>) -> Self {
        Finding {
            severity: Severity::Forbids,
            ..Finding::error(code, text, hint)
        }
    }

    fn error(code: &'static str, text: String, hint: impl Into<String>) -> Self {
        Finding {
            severity: Severity::Error,
            code,
            text,
            hint: hint.into(),
        }
    }

    fn warning(code: &'static str, text: String, hint: impl Into<String>) -> Self {
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

/// Everything that can be said of the router without changing it, in the order in which it is set up.
#[must_use]
pub fn check(config: &Config, survey: &Survey, inspection: &Inspection) -> Vec<Checked> {
    vec![
        readings::check(survey, inspection),
        path::check(config, survey, inspection.path),
        user::check(config, survey, inspection),
        radios::check(config, survey),
        connect_list::check(config, survey, inspection),
        addresses::check(config, survey, inspection.path),
        routes::check(config, survey),
        tunnel::check(config, survey, inspection),
        tunnel::check_nat(config, inspection),
        leftovers::check(config, inspection),
    ]
}

/// The findings of [`check`] that forbid writing: no swap is possible, or one cuts the session or fights with others' items.
#[must_use]
pub fn forbidding(config: &Config, survey: &Survey, path: Path) -> Vec<Finding> {
    let parts = [
        readings::refused(survey),
        path::findings(config, survey, path),
        user::rights(config, survey, path),
        radios::findings(config, survey),
        addresses::findings(config, survey, path),
        routes::rivals(config, &survey.routes),
        tunnel::item(config, survey),
    ];
    let found = parts.into_iter().flatten();
    found.filter(|finding| finding.severity == Severity::Forbids).collect()
}

/// Names as a list for people: `wlan1`, `wlan2`.
fn listed<T: fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
