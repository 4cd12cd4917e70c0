//! The text of the file with the environment laid over it, and where each key was written.
//!
//! The `config` crate lays the layers over each other. It keeps no lines, so they are taken from the parser's spans.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use ::config::{Config, Environment, File, FileFormat};
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Value};

use super::fault::{Faults, Report};
use super::typed::LISTS;

/// What every variable that belongs to the configuration begins with.
const PREFIX: &str = "TIKROAM__";

/// The keys that stand above all sections.
const UNSECTIONED: [&str; 1] = ["vehicle"];

/// Lays the environment over the file's text.
///
/// # Errors
///
/// [`Faults`] when the text is no TOML, holds nothing, or holds what no key can have.
pub(super) fn lay(path: &Path, text: &str, environment: &BTreeMap<String, String>) -> Result<(Value, Report), Faults> {
    let mut report = Report::new(path);
    let variables = variables(environment, &mut report);
    let (table, errors) = DeTable::parse_recoverable(text);
    let breaks: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    for error in &errors {
        let line = error.span().map(|span| line_at(&breaks, span.start));
        let hint = "text stands in \"quotes\", a section in [brackets], and each key once in its section";
        report.syntax(line, error.message(), hint);
    }
    if errors.is_empty() && table.get_ref().is_empty() {
        report.syntax(None, "is empty", "start from the shipped `agent.toml`");
    }
    if !errors.is_empty() || !note_lines(&breaks, "", table.get_ref(), &mut report) {
        return Err(report.into_faults());
    }
    let file = File::from_str(text, FileFormat::Toml);
    let environment = Environment::with_prefix("TIKROAM")
        .prefix_separator("__")
        .separator("__");
    let layers = Config::builder()
        .add_source(file)
        .add_source(environment.source(Some(variables)));
    match layers.build().and_then(Config::try_deserialize) {
        Ok(merged) => Ok((merged, report)),
        Err(error) => {
            report.syntax(None, &error.to_string(), "start from the shipped `agent.toml`");
            Err(report.into_faults())
        }
    }
}

/// The variables that name a section and a key; the others are faults.
fn variables(environment: &BTreeMap<String, String>, report: &mut Report) -> HashMap<String, String> {
    let mut overlay = HashMap::new();
    for (variable, value) in environment {
        let Some(rest) = variable.strip_prefix(PREFIX) else {
            continue;
        };
        let path: Vec<String> = rest.split("__").map(str::to_lowercase).collect();
        let key = path.join(".");
        report.variables.insert(key.clone(), variable.clone());
        match &path[..] {
            [list, ..] if LISTS.contains(&list.as_str()) => {
                let hint = "write radios, networks and fallbacks into the file";
                report.fault(&key, "lists cannot be set from the environment", hint);
            }
            [section, name] if is_plain(section) && is_plain(name) => {
                overlay.insert(variable.clone(), value.clone());
            }
            [name] if UNSECTIONED.contains(&name.as_str()) => {
                overlay.insert(variable.clone(), value.clone());
            }
            _ => report.fault(
                &key,
                "names no key",
                "`address` of [router] is TIKROAM__ROUTER__ADDRESS",
            ),
        }
    }
    overlay
}

/// Notes the line of every key; false where the table is empty, or a name or a value is such as no key has.
fn note_lines(breaks: &[usize], section: &str, table: &DeTable<'_>, report: &mut Report) -> bool {
    let mut is_usable = !(section.is_empty() && table.is_empty());
    for (key, value) in table {
        let name = key.get_ref();
        let path = if section.is_empty() {
            name.to_string()
        } else {
            format!("{section}.{name}")
        };
        report.lines.insert(path.clone(), line_at(breaks, key.span().start));
        // The layers take a dot or a bracket in a section's name for a path.
        if section.is_empty() && !is_plain(name) {
            report.fault(&path, "there is no such section", "start from the shipped `agent.toml`");
            is_usable = false;
        }
        is_usable &= note_line(breaks, &path, value, report);
    }
    is_usable
}

fn note_line(breaks: &[usize], path: &str, value: &Spanned<DeValue<'_>>, report: &mut Report) -> bool {
    let what = match value.get_ref() {
        DeValue::Table(table) => return note_lines(breaks, path, table, report),
        DeValue::Array(entries) => {
            let notes = (1..).zip(entries.iter()).map(|(n, entry)| {
                let path = format!("{path}[{n}]");
                report.lines.insert(path.clone(), line_at(breaks, entry.span().start));
                note_line(breaks, &path, entry, report)
            });
            return notes.fold(true, |all, one| all & one);
        }
        DeValue::Datetime(_) => "a date",
        DeValue::Integer(number) if i64::from_str_radix(number.as_str(), number.radix()).is_err() => {
            "so great a number"
        }
        _ => return true,
    };
    let hint = "if it is meant as text, put it in \"quotes\"";
    report.fault(path, format!("{what} is no value of any key"), hint);
    false
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(['.', '['])
}

fn line_at(breaks: &[usize], at: usize) -> usize {
    breaks.partition_point(|line_break| *line_break < at) + 1
}
