//! `agent.toml` as written, with the environment laid over it: finds every value's place and tells what is wrong there.
//!
//! The `config` crate lays the layers over each other; where a value stands, and whether it has the key's own type, is
//! looked up here, because the crate remembers no lines and takes `true` for a number.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use ::config::{Environment, File, FileFormat, Map, Value, ValueKind};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Fault, FaultKind, Place};
use super::section::Section;

/// What every variable that belongs to the configuration begins with.
const PREFIX: &str = "TIKROAM__";

/// The sections that are lists, which the environment cannot change.
const LISTS: [&str; 2] = ["radio", "network"];

/// The merged values, their places, and the faults told so far.
pub(super) struct Written {
    path: Arc<Path>,
    text: String,
    readable: bool,
    values: Map<String, Value>,
    lines: BTreeMap<String, usize>,
    variables: BTreeMap<String, String>,
    faults: RefCell<Vec<Fault>>,
}

impl Written {
    /// Lays the environment over the file's text. A text that is no TOML leaves only its syntax faults.
    pub(super) fn new(path: &Path, text: &str, environment: &BTreeMap<String, String>) -> Self {
        let mut written = Written {
            path: path.into(),
            text: text.to_owned(),
            readable: false,
            values: Map::new(),
            lines: BTreeMap::new(),
            variables: BTreeMap::new(),
            faults: RefCell::default(),
        };
        let overlay = written.take_variables(environment);
        written.readable = written.find_places();
        if written.readable {
            written.merge(overlay);
        }
        written
    }

    /// Whether the text was TOML with something in it.
    pub(super) fn is_readable(&self) -> bool {
        self.readable
    }

    /// Tells what is wrong with the value of `key`.
    pub(super) fn tell(&self, key: &str, kind: FaultKind) {
        let fault = self.fault(key, kind);
        self.faults.borrow_mut().push(fault);
    }

    /// What is wrong with the value of `key`, for a warning.
    pub(super) fn fault(&self, key: &str, kind: FaultKind) -> Fault {
        Fault {
            place: self.place(key),
            key: key.to_owned(),
            kind,
        }
    }

    /// Whether nothing was told yet.
    pub(super) fn is_sound(&self) -> bool {
        self.faults.borrow().is_empty()
    }

    /// All that was told, in the order of the file, then of the environment.
    pub(super) fn into_faults(self) -> Vec<Fault> {
        let mut faults = self.faults.into_inner();
        faults.sort_by(|a, b| (&a.place, &a.key).cmp(&(&b.place, &b.key)));
        faults
    }

    /// The line on which `key` or else its section stands.
    pub(super) fn line(&self, key: &str) -> Option<usize> {
        let section = key.rsplit_once('.').map_or("", |(section, _)| section);
        self.lines.get(key).or_else(|| self.lines.get(section)).copied()
    }

    /// Whether the environment gives the value of `key`.
    pub(super) fn is_from_environment(&self, key: &str) -> bool {
        self.variables.contains_key(key)
    }

    /// The section that holds the sections.
    pub(super) fn root(&self) -> Section<'_> {
        Section::new(self, String::new(), Some(&self.values))
    }

    fn place(&self, key: &str) -> Place {
        match self.variables.get(key) {
            Some(variable) => Place::Variable(variable.clone()),
            None => Place::File(self.path.clone(), self.line(key)),
        }
    }

    /// Sorts out the variables that name a section and a key, and tells of the others.
    fn take_variables(&mut self, environment: &BTreeMap<String, String>) -> HashMap<String, String> {
        let mut overlay = HashMap::new();
        for (variable, value) in environment {
            let Some(rest) = variable.strip_prefix(PREFIX) else {
                continue;
            };
            let path: Vec<String> = rest.split("__").map(str::to_lowercase).collect();
            let kind = match &path[..] {
                [list, ..] if LISTS.contains(&list.as_str()) => FaultKind::ListFromEnvironment,
                [section, key] if !section.is_empty() && !key.is_empty() => {
                    self.variables.insert(format!("{section}.{key}"), variable.clone());
                    overlay.insert(format!("{PREFIX}{section}__{key}"), value.clone());
                    continue;
                }
                _ => FaultKind::UnknownKey {
                    nearest: None,
                    known: vec!["TIKROAM__ROUTER__ADDRESS and so on"],
                },
            };
            let place = Place::Variable(variable.clone());
            self.faults.borrow_mut().push(Fault {
                place,
                key: path.join("."),
                kind,
            });
        }
        overlay
    }

    /// Notes the line of every key; false when the text is no TOML.
    fn find_places(&mut self) -> bool {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        let place = |at| Place::File(self.path.clone(), at);
        let mut faults = Vec::new();
        for error in &errors {
            let line = error.span().map(|span| line_at(&self.text, span.start));
            // One slip can upset the parser several times on its line; the first message is the one that helps.
            if faults.last().is_none_or(|last: &Fault| last.place != place(line)) {
                let kind = FaultKind::Syntax(error.message().to_owned());
                faults.push(Fault {
                    place: place(line),
                    key: String::new(),
                    kind,
                });
            }
        }
        let mut lines = BTreeMap::new();
        if errors.is_empty() {
            if table.get_ref().is_empty() {
                faults.push(Fault {
                    place: place(None),
                    key: String::new(),
                    kind: FaultKind::Empty,
                });
            }
            let mut found = Found {
                text: &self.text,
                lines: &mut lines,
                odd: Vec::new(),
            };
            found.walk_table("", table.get_ref());
            for (key, what) in found.odd {
                let place = place(lines.get(&key).copied());
                faults.push(Fault {
                    place,
                    key,
                    kind: FaultKind::Odd(what),
                });
            }
        }
        let sound = faults.is_empty();
        self.lines = lines;
        self.faults.borrow_mut().extend(faults);
        sound
    }

    fn merge(&mut self, overlay: HashMap<String, String>) {
        let environment = Environment::with_prefix("TIKROAM")
            .prefix_separator("__")
            .separator("__");
        let merged = ::config::Config::builder()
            .add_source(File::from_str(&self.text, FileFormat::Toml))
            .add_source(environment.source(Some(overlay)))
            .build();
        match merged.map(|merged| merged.cache.kind) {
            Ok(ValueKind::Table(values)) => self.values = values,
            Ok(_) => self.tell("", FaultKind::Empty),
            Err(error) => self.tell("", FaultKind::Syntax(error.to_string())),
        }
    }
}

/// The lines of all keys below some table, and the values that no key can have.
struct Found<'t> {
    text: &'t str,
    lines: &'t mut BTreeMap<String, usize>,
    odd: Vec<(String, &'static str)>,
}

impl Found<'_> {
    fn walk_table(&mut self, section: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = join(section, key.get_ref());
            self.walk(path, key.span().start, value);
        }
    }

    fn walk(&mut self, path: String, at: usize, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) => self.walk_table(&path, table),
            DeValue::Array(entries) => {
                for (n, entry) in entries.iter().enumerate() {
                    self.walk(format!("{path}[{}]", n + 1), entry.span().start, entry);
                }
            }
            DeValue::Datetime(_) => self.odd.push((path.clone(), "a date")),
            DeValue::Integer(number) if i64::from_str_radix(number.as_str(), number.radix()).is_err() => {
                self.odd.push((path.clone(), "so great a number"));
            }
            _ => {}
        }
        self.lines.insert(path, line_at(self.text, at));
    }
}

fn line_at(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The key with its section's name before it.
pub(super) fn join(section: &str, key: &str) -> String {
    if section.is_empty() {
        key.to_owned()
    } else {
        format!("{section}.{key}")
    }
}
