//! Values as the types of their keys: all that do not fit are reported, not only the first.
//!
//! serde stops at the first value that does not fit. So [`read`] reports that value, strikes it out and begins again, until
//! the rest fits.

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use toml::{Table, Value};

use super::fault::{Report, example};
use crate::names::shortened;

/// What parts a value's error from its hint, because serde hands errors on as text.
pub(super) const HINT: &str = "\nhint: ";

/// The sections that are lists.
pub(super) const LISTS: [&str; 3] = ["radio", "network", "fallback"];

/// The most values that are struck out: a file with more faults is no configuration.
const MOST: usize = 100;

/// serde's words, and those of `agent.toml`.
const WORDS: [(&str, &str); 12] = [
    ("invalid type: ", "is "),
    ("invalid value: ", "is "),
    ("unknown variant ", "is "),
    (", expected one of ", ", not one of "),
    (", expected ", ", not "),
    ("is boolean ", "is "),
    ("is integer ", "is "),
    ("is floating point ", "is "),
    ("is map, not a sequence", "is one section, not a list of sections"),
    ("not a boolean", "not true or false"),
    ("not i64", "not a whole number"),
    ("not a duration", "not a duration with its unit"),
];

/// Reads the sections and reports each value that does not fit; none when there is no end to them.
pub(super) fn read<T: DeserializeOwned>(mut values: Value, report: &mut Report) -> Option<T> {
    for _ in 0..MOST {
        let error = match serde_path_to_error::deserialize(values.clone()) {
            Ok(typed) => return Some(typed),
            Err(error) => error,
        };
        let mut path: Vec<Segment> = error.path().iter().cloned().collect();
        let mut message = error.inner().message();
        if matches!(&path[..], [Segment::Map { key }, Segment::Seq { .. }, ..] if !LISTS.contains(&key.as_str())) {
            // serde takes a list for a section whose keys are left out.
            path.truncate(1);
            message = "is a list, not one section";
        }
        let key = named(&path);
        let struck = strike(&mut values, &path);
        let text = struck.as_ref().and_then(Value::as_str);
        if let Some(typed) = text
            .filter(|_| report.is_variable(&key))
            .and_then(|text| retyped(message, text))
        {
            let (section, name) = key.split_once('.')?;
            values.get_mut(section)?.as_table_mut()?.insert(name.into(), typed);
        } else if let Some((what, hint)) = message.split_once(HINT) {
            report.fault(&key, what, hint);
        } else if let Some((_, keys)) = message
            .strip_prefix("unknown field ")
            .and_then(|rest| rest.rsplit_once("expected "))
        {
            report.fault(&key, "there is no such key", meant(&key, keys));
        } else {
            report.fault(&key, plain(message, text.unwrap_or_default()), as_in(&key));
        }
        struck?;
    }
    report.syntax(
        None,
        "has too many faults for a configuration",
        "start from the shipped `agent.toml`",
    );
    None
}

/// The key with its section, its entry counted from 1.
fn named(path: &[Segment]) -> String {
    let mut key = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => key.push_str(&format!("[{}]", index + 1)),
            Segment::Map { key: name } => {
                key.push_str(if key.is_empty() { "" } else { "." });
                key.push_str(name);
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    key
}

/// Takes out the value at a path; an entry of a list leaves an empty one, so that the others keep their numbers.
fn strike(values: &mut Value, path: &[Segment]) -> Option<Value> {
    let (last, above) = path.split_last()?;
    let mut here = values;
    for segment in above {
        here = match segment {
            Segment::Map { key } => here.get_mut(key)?,
            Segment::Seq { index } => here.get_mut(*index)?,
            Segment::Enum { .. } | Segment::Unknown => return None,
        };
    }
    match last {
        Segment::Map { key } => here.as_table_mut()?.remove(key),
        Segment::Seq { index } => Some(std::mem::replace(here.get_mut(*index)?, Value::Table(Table::new()))),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// The text of a variable as the type that its key has, where it is one: the environment has only text.
fn retyped(message: &str, text: &str) -> Option<Value> {
    let (_, wanted) = message
        .strip_prefix("invalid type: string ")?
        .rsplit_once(", expected ")?;
    match wanted {
        "a boolean" => text.trim().parse().ok().map(Value::Boolean),
        "i64" => text.trim().parse().ok().map(Value::Integer),
        _ => None,
    }
}

/// serde's message in plain words.
fn plain(message: &str, text: &str) -> String {
    let short = shortened(text);
    let message = message.replace(&format!("string {text:?}"), &format!("`\"{short}\"`"));
    let message = if short == text {
        message
    } else {
        message.replace(text, &short)
    };
    WORDS
        .iter()
        .fold(message, |message, (from, to)| message.replace(from, to))
}

/// The key that a slip of a few letters could have made into this one, of those that serde lists.
fn meant(key: &str, keys: &str) -> String {
    let name = key.rsplit('.').next().unwrap_or(key).to_lowercase().replace('-', "_");
    let allowed = (name.chars().count() / 3).clamp(1, 3);
    let keys: Vec<&str> = keys.split('`').skip(1).step_by(2).collect();
    let distances = keys.iter().map(|key| (strsim::levenshtein(&name, key), key));
    match distances.filter(|(distance, _)| *distance <= allowed).min() {
        Some((_, nearest)) => format!("did you mean `{nearest}`?"),
        None => format!("the keys here are `{}`", keys.join("`, `")),
    }
}

/// How the key is written right.
fn as_in(key: &str) -> String {
    let name = key.rsplit('.').next().unwrap_or(key);
    match example(key) {
        Some(example) => format!("write it as in `{example}`"),
        None if LISTS.contains(&name) => format!("write it as in `[[{name}]]`"),
        None if key == name => format!("write it as in `[{name}]`"),
        None => format!("write it as in `{name} = \"...\"`"),
    }
}
