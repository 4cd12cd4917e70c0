//! Rows of properties, and what can be done to them in every menu alike.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::menus::{Kind, Menu, Property, Schema};
use super::settings::RouterOs;

/// The properties of a row or an answer, in order.
pub type Fields = Vec<(&'static str, String)>;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trap {
    /// The manual's category; routers often leave it out.
    pub category: Option<u8>,
    /// The text.
    pub message: String,
}

impl Trap {
    /// A refusal without a category.
    pub fn new(message: impl Into<String>) -> Self {
        Trap {
            category: None,
            message: message.into(),
        }
    }

    /// A refusal with its category.
    pub fn of(category: u8, message: impl Into<String>) -> Self {
        Trap {
            category: Some(category),
            message: message.into(),
        }
    }

    /// The item is not (any more) in the table.
    pub fn no_such_item() -> Self {
        Trap::new("no such item")
    }

    /// The argument is not known to this command in this version.
    pub fn unknown_parameter(name: &str, version: RouterOs) -> Self {
        match version {
            RouterOs::V6_49 => Trap::new("unknown parameter"),
            RouterOs::V7_17 => Trap::new(format!("unknown parameter {name}")),
        }
    }
}

/// One stored row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its id; shown in hexadecimal after a `*`.
    pub id: u32,
    values: Fields,
}

impl Row {
    /// The value of a property.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .find(|(have, _)| *have == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a truth is set.
    pub fn is(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    /// Sets a property; an empty comment is none.
    pub fn set(&mut self, name: &'static str, value: String) {
        let drop = name == "comment" && value.is_empty();
        match self.values.iter_mut().find(|(have, _)| *have == name) {
            Some(_) if drop => self.values.retain(|(have, _)| *have != name),
            Some((_, old)) => *old = value,
            None if drop => {}
            None => self.values.push((name, value)),
        }
    }

    /// All values.
    pub fn values(&self) -> &[(&'static str, String)] {
        &self.values
    }
}

/// The rows of one menu.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// In the order in which they are shown and obeyed.
    pub rows: Vec<Row>,
    given: u32,
}

impl Table {
    /// Puts a new row at the end and gives it an id.
    pub fn push(&mut self, base: u32, values: Fields) -> u32 {
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
    pub fn add(&mut self, schema: &Schema, base: u32, words: Fields, version: RouterOs) -> Result<u32, Trap> {
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
    pub fn place(&mut self, ids: &[u32], before: Option<u32>) -> Result<(), Trap> {
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
    pub fn index(&self, id: u32) -> Result<usize, Trap> {
        self.rows
            .iter()
            .position(|row| row.id == id)
            .ok_or_else(Trap::no_such_item)
    }

    /// The row with this id.
    pub fn row(&self, id: u32) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == id)
    }
}

/// A row's values: the words given and the defaults of the others, in the schema's order.
pub fn defaults(schema: &Schema, version: RouterOs, mut words: Fields) -> Fields {
    let mut values = Fields::new();
    for property in schema
        .properties
        .iter()
        .filter(|p| p.only.is_none_or(|only| only == version))
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
    values
}

fn singular(menu: Menu) -> &'static str {
    match menu {
        Menu::Script => "script",
        Menu::Scheduler => "schedule",
        Menu::Pptp | Menu::Bridge | Menu::Wireless | Menu::Ethernet => "interface",
        _ => "item",
    }
}

/// A value as the router stores it.
///
/// # Errors
///
/// What a router says to a value of the wrong kind.
pub fn stored(property: &Property, value: &str, interface_exists: &dyn Fn(&str) -> bool) -> Result<String, Trap> {
    let name = property.name;
    let invalid = || Trap::of(1, format!("invalid value for argument {name}"));
    let ip = || value.parse::<Ipv4Addr>().map_err(|_| invalid());
    match property.kind {
        Kind::Text => Ok(value.to_owned()),
        Kind::Truth => match value {
            "yes" | "true" => Ok("true".into()),
            "no" | "false" => Ok("false".into()),
            _ => Err(Trap::of(1, format!("input does not match any value of {name}"))),
        },
        Kind::Interface if value.is_empty() => Err(Trap::of(
            1,
            format!("ambiguous value of {name}, more than one possible value matches input"),
        )),
        Kind::Interface if interface_exists(value) => Ok(value.to_owned()),
        Kind::Interface => Err(Trap::of(1, format!("input does not match any value of {name}"))),
        Kind::Address => {
            let with_mask = if value.contains('/') {
                value.to_owned()
            } else {
                format!("{value}/32")
            };
            with_mask
                .parse::<Ipv4Net>()
                .map(|net| net.to_string())
                .map_err(|_| invalid())
        }
        Kind::Ip => ip().map(|ip| ip.to_string()),
        Kind::Destination => match value.parse::<Ipv4Net>() {
            Ok(net) if net.trunc() == net => Ok(net.to_string()),
            Ok(_) => Err(invalid()),
            Err(_) => ip().map(|ip| format!("{ip}/32")),
        },
        Kind::Gateway => {
            let fits = |hop: &str| {
                let (ip, interface) = hop.split_once('%').unwrap_or((hop, ""));
                let tied = interface.is_empty() || interface_exists(interface);
                tied && (ip.parse::<Ipv4Addr>().is_ok() || interface.is_empty() && interface_exists(ip))
            };
            value.split(',').all(fits).then(|| value.to_owned()).ok_or_else(invalid)
        }
        Kind::Number(low, high) => {
            let number: i64 = value.parse().map_err(|_| invalid())?;
            if (low..=high).contains(&number) {
                Ok(number.to_string())
            } else {
                Err(Trap::of(1, format!("value of {name} out of range ({low}..{high})")))
            }
        }
        Kind::SignalRange => {
            let (low, high) = signal_range(value).ok_or_else(invalid)?;
            Ok(format!("{low}..{high}"))
        }
        Kind::Mac => {
            let mut parts = value.split(':');
            let hex = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit());
            if parts.clone().count() == 6 && parts.all(hex) {
                Ok(value.to_uppercase())
            } else {
                Err(invalid())
            }
        }
    }
}

/// The bounds of a signal range.
pub fn signal_range(text: &str) -> Option<(i16, i16)> {
    let (low, high) = text.split_once("..")?;
    let bounds = (low.parse().ok()?, high.parse().ok()?);
    let fits = |bound: i16| (-120..=120).contains(&bound);
    (fits(bounds.0) && fits(bounds.1) && bounds.0 <= bounds.1).then_some(bounds)
}

/// A duration as the router writes it: `1w2d3h4m5s`, below a minute also `ms`.
pub fn duration_text(duration: std::time::Duration, milliseconds: bool) -> String {
    let mut seconds = duration.as_secs();
    let mut text = String::new();
    for (unit, size) in [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)] {
        let count = seconds / size;
        seconds %= size;
        if count > 0 {
            text.push_str(&format!("{count}{unit}"));
        }
    }
    let millis = duration.subsec_millis();
    if milliseconds && (millis > 0 || text.is_empty()) {
        text.push_str(&format!("{millis}ms"));
    } else if text.is_empty() {
        text.push_str("0s");
    }
    text
}

/// A duration as a client writes it: `5`, `5s`, `1m30s`, `00:00:05`, `250ms`.
pub fn read_duration(text: &str) -> Option<std::time::Duration> {
    use std::time::Duration;
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    if text.contains(':') {
        let parts = text
            .split(':')
            .map(|part| part.parse::<u64>().ok())
            .collect::<Option<Vec<_>>>()?;
        let seconds = parts
            .iter()
            .try_fold(0u64, |sum, part| sum.checked_mul(60)?.checked_add(*part))?;
        return Some(Duration::from_secs(seconds));
    }
    let mut sum = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let count: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let size = match &rest[..unit] {
            "w" => 604_800.0,
            "d" => 86_400.0,
            "h" => 3_600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 0.001,
            "us" => 0.000_001,
            _ => return None,
        };
        sum = sum.checked_add(Duration::try_from_secs_f64(count * size).ok()?)?;
        rest = &rest[unit..];
    }
    Some(sum)
}
