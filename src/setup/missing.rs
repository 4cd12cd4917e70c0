//! What of a script a live router lacks.

use std::collections::BTreeMap;

use super::script::{BY_NAME, Entry, Pairs, Part, Script, Value};
use crate::survey::Items;

impl Script {
    /// The menus that its items are in.
    #[must_use]
    pub fn menus(&self) -> Vec<&str> {
        let mut menus: Vec<&str> = self
            .parts
            .iter()
            .flat_map(|part| &part.entries)
            .filter_map(Entry::menu)
            .collect();
        if self.parts.iter().any(|part| part.without_firewall) {
            menus.push("/ip/firewall/filter");
        }
        menus.sort_unstable();
        menus.dedup();
        menus
    }
}

impl Entry {
    fn menu(&self) -> Option<&str> {
        match self {
            Entry::Item(item) => Some(&item.menu),
            Entry::Set { menu, .. } | Entry::Gone { menu, .. } | Entry::Unset { menu, .. } => Some(menu),
            Entry::Commands(_) => None,
        }
    }
}

/// The commands of a script that change something on a router with these rows. What it does not show is left out: secrets,
/// menus that the user may not read, and commands that only a router can judge.
#[must_use]
pub fn missing(script: &Script, found: &Items) -> Script {
    let has_firewall = found.get("/ip/firewall/filter").is_none_or(|rules| {
        let drops = |row: &&BTreeMap<String, String>| {
            is(row, "chain", "input") && is(row, "action", "drop") && !is(row, "comment", "radios: no input")
        };
        rules.iter().any(|row| drops(&row))
    });
    let parts = script.parts.iter().filter_map(|part| {
        if part.without_firewall && has_firewall {
            return None;
        }
        let entries: Vec<Entry> = part.entries.iter().filter_map(|entry| lacking(entry, found)).collect();
        (!entries.is_empty()).then(|| Part {
            entries,
            ..part.clone()
        })
    });
    Script {
        head: Vec::new(),
        parts: parts.collect(),
        ..script.clone()
    }
}

fn lacking(entry: &Entry, found: &Items) -> Option<Entry> {
    let rows = found.get(entry.menu()?)?;
    match entry {
        Entry::Item(item) => match rows.iter().find(|row| fits(row, &item.key)) {
            None => Some(entry.clone()),
            Some(row) => {
                let kept: Pairs = item.kept.iter().filter(|pair| !has(row, pair)).cloned().collect();
                (!kept.is_empty()).then(|| Entry::Set {
                    menu: item.menu.clone(),
                    key: item.key.clone(),
                    kept,
                    moved: Vec::new(),
                })
            }
        },
        Entry::Set { menu, key, kept, moved } => {
            let of_key = || rows.iter().filter(|row| fits(row, key));
            let differ = |pair: &&(&'static str, Value)| of_key().any(|row| !has(row, pair));
            let absent = |pair: &&(&'static str, Value)| of_key().any(|row| is_unset(row, pair.0));
            let kept: Pairs = kept.iter().filter(differ).cloned().collect();
            let moved: Pairs = moved.iter().filter(absent).cloned().collect();
            (!kept.is_empty() || !moved.is_empty()).then(|| Entry::Set {
                menu: menu.clone(),
                key: key.clone(),
                kept,
                moved,
            })
        }
        Entry::Gone { key, .. } => rows.iter().any(|row| fits(row, key)).then(|| entry.clone()),
        Entry::Unset { key, property, .. } => {
            let set = |row: &BTreeMap<String, String>| fits(row, key) && !is_unset(row, property);
            rows.iter().any(set).then(|| entry.clone())
        }
        Entry::Commands(_) => None,
    }
}

/// Whether a radio searches everywhere, or a property has no value.
fn is_unset(row: &BTreeMap<String, String>, property: &str) -> bool {
    row.get(property)
        .is_none_or(|value| value.is_empty() || value == "default")
}

fn fits(row: &BTreeMap<String, String>, key: &Pairs) -> bool {
    key.iter().all(|pair| has(row, pair))
}

/// Whether a row has a value. Nobody sees a secret.
fn has(row: &BTreeMap<String, String>, (property, value): &(&'static str, Value)) -> bool {
    let wanted = match value {
        Value::Word(word) => word,
        Value::Text(text) => text.as_str(),
        Value::Secret(_) => return true,
    };
    if *property == BY_NAME {
        return is(row, "name", wanted) && is(row, "dynamic", "no");
    }
    // A group shows what it may not as `!write`, beside what it may.
    if *property == "policy" {
        let granted: Vec<&str> = row
            .get(*property)
            .map(|value| value.split(',').collect())
            .unwrap_or_default();
        return wanted.split(',').all(|word| granted.contains(&word));
    }
    is(row, property, wanted)
}

/// Whether a row has this value: a property without one is empty, and `no` is a flag that is not there.
fn is(row: &BTreeMap<String, String>, property: &str, wanted: &str) -> bool {
    let written = row.get(property).map_or("", String::as_str);
    match (wanted, written) {
        ("yes", "true") | ("no", "false" | "") => true,
        _ if written == wanted => true,
        // Some lists are shown in another order than they were given in, and durations with their unit.
        _ if wanted.contains(',') => sorted(written) == sorted(wanted),
        _ => written.strip_suffix('s') == Some(wanted) && wanted.chars().all(|c| c.is_ascii_digit()),
    }
}

fn sorted(list: &str) -> Vec<&str> {
    let mut words: Vec<&str> = list.split(',').collect();
    words.sort_unstable();
    words
}
