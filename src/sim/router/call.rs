//! Commands as they come in, and complete answers.

use std::time::Duration;

use super::tables::Fields;
use super::trap::Trap;
use super::values;
use crate::sim::settings::RouterOs;

/// One command as it came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Call {
    /// Such as `/ip/address/print`.
    pub command: String,
    /// Its attributes, in order.
    pub attributes: Vec<(String, String)>,
    /// Its query words with their `?`.
    pub queries: Vec<String>,
    /// Its tag; `None` = untagged.
    pub tag: Option<String>,
}

/// An answer that is complete.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Its rows.
    pub rows: Vec<Fields>,
    /// What `!done` brings.
    pub ret: Option<String>,
    /// Refusals.
    pub traps: Vec<Trap>,
    /// Whether it is the answer to a query, that may find nothing.
    pub queried: bool,
}

impl Answer {
    /// An answer that is one refusal.
    pub(crate) fn refused(trap: Trap) -> Self {
        Answer {
            traps: vec![trap],
            ..Answer::default()
        }
    }
}

impl Call {
    /// Sorts the words of a sentence; unknown kinds of words are left out, as the router does.
    pub(crate) fn read(words: &[String]) -> Self {
        let mut call = Call::default();
        let mut words = words.iter();
        call.command = words.next().cloned().unwrap_or_default();
        for word in words {
            if let Some(attribute) = word.strip_prefix('=') {
                let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
                call.attributes.push((name.into(), value.into()));
            } else if word.starts_with('?') {
                call.queries.push(word.clone());
            } else if let Some(tag) = word.strip_prefix(".tag=") {
                call.tag = Some(tag.to_owned()).filter(|tag| !tag.is_empty());
            }
        }
        call
    }

    /// The value of an attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(have, _)| have == name)
            .map(|(_, value)| value.as_str())
    }

    /// Refuses arguments that the command does not have.
    ///
    /// # Errors
    ///
    /// The first argument that is none of these.
    pub(crate) fn allow(&self, arguments: &[&str], version: RouterOs) -> Result<(), Trap> {
        match self
            .attributes
            .iter()
            .find(|(name, _)| !arguments.contains(&name.as_str()))
        {
            Some((name, _)) => Err(Trap::unknown_parameter(name, version)),
            None => Ok(()),
        }
    }

    /// Whether a flag such as `once` is set: there, and not `no`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !matches!(value, "no" | "false"))
    }
}

/// Leaves only the listed properties of each row.
pub(crate) fn project(rows: &mut [Fields], proplist: Option<&str>) {
    let Some(proplist) = proplist else { return };
    let wanted: Vec<&str> = proplist.split(',').collect();
    for row in rows {
        row.retain(|(name, _)| wanted.contains(name));
    }
}

/// A duration argument in simulated time, if given. A client writes its own time, in each second of which `speed` simulated
/// ones pass.
///
/// # Errors
///
/// It is no duration.
pub(crate) fn span(call: &Call, name: &str, speed: f64) -> Result<Option<Duration>, Trap> {
    let Some(text) = call.get(name) else { return Ok(None) };
    let invalid = || Trap::of(1, format!("invalid value for argument {name}"));
    let own = values::read_duration(text).ok_or_else(invalid)?;
    let simulated = Duration::try_from_secs_f64(own.as_secs_f64() * speed);
    simulated.map(Some).map_err(|_| invalid())
}

/// A count argument, if given; at least 1.
///
/// # Errors
///
/// It is no such number.
pub(crate) fn count(call: &Call, name: &str) -> Result<Option<u64>, Trap> {
    let Some(text) = call.get(name) else { return Ok(None) };
    match text.parse() {
        Ok(number) if number > 0 => Ok(Some(number)),
        _ => Err(Trap::of(1, format!("invalid value for argument {name}"))),
    }
}
