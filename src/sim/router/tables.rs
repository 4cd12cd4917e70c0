//! Rows of properties, and what can be done to them in every menu alike.

use super::menus::INTERFACES;
use super::menus::{Menu, Schema};
use super::trap::Trap;
use crate::sim::settings::RouterOs;

/// The properties of a row or an answer, in order.
pub(crate) type Fields = Vec<(&'static str, String)>;

/// The row of an address that the router made by itself.
pub(crate) fn dynamic_address(id: String, address: String, network: String, interface: &str) -> Fields {
    vec![
        (".id", id),
        ("address", address),
        ("network", network),
        ("interface", interface.into()),
        ("actual-interface", interface.into()),
        ("invalid", "false".into()),
        ("dynamic", "true".into()),
        ("disabled", "false".into()),
    ]
}

/// One stored row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its id; shown in hexadecimal after a `*`.
    pub id: u32,
    values: Fields,
}

impl Row {
    /// The value of a property.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .find(|(have, _)| *have == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a truth is set.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    /// Sets a property; an empty comment is none.
    pub(crate) fn set(&mut self, name: &'static str, value: String) {
        let drop = name == "comment" && value.is_empty();
        match self.values.iter_mut().find(|(have, _)| *have == name) {
            Some(_) if drop => self.values.retain(|(have, _)| *have != name),
            Some((_, old)) => *old = value,
            None if drop => {}
            None => self.values.push((name, value)),
        }
    }

    /// Takes a property away, so that the row is as one that never had it.
    pub(crate) fn unset(&mut self, name: &str) {
        self.values.retain(|(have, _)| *have != name);
    }

    /// All values.
    pub(crate) fn values(&self) -> &[(&'static str, String)] {
        &self.values
    }
}

/// The rows of one menu.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    /// In the order in which they are shown and obeyed.
    pub rows: Vec<Row>,
    given: u32,
}

impl Table {
    /// Puts a new row at the end and gives it an id.
    pub(crate) fn push(&mut self, base: u32, values: Fields) -> u32 {
        self.given += 1;
        let id = base + self.given;
        self.rows.push(Row { id, values });
        id
    }

    /// Adds a row with its defaults, validated.
    ///
    /// # Errors
    ///
    /// A property that is unknown, missing or wrong.
    pub(crate) fn add(&mut self, schema: &Schema, base: u32, words: Fields, version: RouterOs) -> Result<u32, Trap> {
        let missing: Vec<&str> = (schema.properties.iter())
            .filter(|p| p.required && !words.iter().any(|(name, _)| *name == p.name))
            .map(|p| p.name)
            .collect();
        if !missing.is_empty() {
            return Err(Trap::new(format!(
                "missing value(s) of argument(s) {}",
                missing.join(" ")
            )));
        }
        if let Some(name) = schema.name
            && let Some((_, value)) = words.iter().find(|(have, _)| *have == name)
            && self.rows.iter().any(|row| row.get(name) == Some(value))
        {
            return Err(Trap::new(format!(
                "failure: already have {} with such name",
                singular(schema.menu)
            )));
        }
        let values = defaults(schema, version, words);
        Ok(self.push(base, values))
    }

    /// Moves rows before another one; without one to the end.
    ///
    /// # Errors
    ///
    /// A row that is not there.
    pub(crate) fn place(&mut self, ids: &[u32], before: Option<u32>) -> Result<(), Trap> {
        for &id in ids {
            let from = self.index(id)?;
            let row = self.rows.remove(from);
            let to = match before {
                Some(before) if before != id => self.index(before).ok(),
                Some(_) => Some(from),
                None => None,
            };
            self.rows.insert(to.unwrap_or(self.rows.len()), row);
        }
        Ok(())
    }

    /// Where a row stands.
    ///
    /// # Errors
    ///
    /// It is not there.
    pub(crate) fn index(&self, id: u32) -> Result<usize, Trap> {
        self.rows
            .iter()
            .position(|row| row.id == id)
            .ok_or_else(Trap::no_such_item)
    }

    /// The row with this id.
    pub(crate) fn row(&self, id: u32) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == id)
    }
}

/// A row's values: the words given and the defaults of the others, in the schema's order; then what is no property.
pub(crate) fn defaults(schema: &Schema, version: RouterOs, mut words: Fields) -> Fields {
    let mut values = Fields::new();
    for property in schema
        .properties
        .iter()
        .filter(|p| p.only.is_none_or(|only| only.has(version)))
    {
        let given = words
            .iter()
            .position(|(name, _)| *name == property.name)
            .map(|i| words.swap_remove(i).1);
        let value = given.or_else(|| property.default.map(String::from));
        if let Some(value) = value.filter(|value| property.name != "comment" || !value.is_empty()) {
            values.push((property.name, value));
        }
    }
    values.extend(words);
    values
}

fn singular(menu: Menu) -> &'static str {
    match menu {
        Menu::Script => "script",
        Menu::User => "user",
        Menu::UserGroup => "group",
        Menu::Scheduler => "schedule",
        _ if INTERFACES.iter().any(|(one, _)| *one == menu) => "interface",
        _ => "item",
    }
}
