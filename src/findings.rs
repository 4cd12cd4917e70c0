//! What is wrong between the configuration and a router, each with what a technician can do about it.
//!
//! All of it is pure: a configuration and readings in, findings out. Where routers are not sure to tell something, its
//! absence is no finding.

mod addresses;
mod connect_list;
mod console;
mod leftovers;
mod path;
mod radios;
mod readings;
mod routes;
#[cfg(test)]
mod tests;
mod tunnel;
mod user;

use std::fmt;

use crate::config::Config;
use crate::names::write_escaped;
use crate::router::{Inspection, Survey};

pub use connect_list::dropped_below;
pub use readings::needed;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Works, but not as well as it could.
    Warning,
    /// The agent cannot keep the vehicle reachable with it.
    Error,
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
        path::check(config, survey, inspection),
        user::check(config, survey, inspection),
        radios::check(config, survey),
        connect_list::check(config, survey, inspection),
        addresses::check(config, survey, inspection),
        routes::check(config, survey),
        tunnel::check(config, survey, inspection),
        tunnel::check_nat(config, inspection),
        leftovers::check(config, inspection),
    ]
}

/// Items of strangers that a running agent would fight over: none may be left when it begins to write.
#[must_use]
pub fn conflicts(config: &Config, survey: &Survey) -> Vec<Finding> {
    let mut found = addresses::conflicts(config, survey);
    found.extend(routes::conflicts(survey));
    found
}

/// What forbids to write on the router, because no swap could succeed.
#[must_use]
pub fn forbid_writing(config: &Config, survey: &Survey) -> Vec<Finding> {
    conflicts(config, survey)
}

/// Names as a list for people: `wlan1`, `wlan2`.
fn listed<T: fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
