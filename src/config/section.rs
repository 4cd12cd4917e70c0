//! One section of the configuration: reads each key as the type it wants and tells of every key that means nothing.

use std::cell::RefCell;
use std::ops::RangeInclusive;
use std::time::Duration;

use ::config::{Map, Value, ValueKind};

use super::fault::{Fault, FaultKind};
use super::file::{Written, join};
use super::value::{self, not_a};

/// One table of the configuration; every key that is asked for is thereby known.
pub(super) struct Section<'w> {
    written: &'w Written,
    name: String,
    values: Option<&'w Map<String, Value>>,
    known: RefCell<Vec<&'static str>>,
}

impl<'w> Section<'w> {
    /// The section of this name; `values` is none when nobody wrote it.
    pub(super) fn new(written: &'w Written, name: String, values: Option<&'w Map<String, Value>>) -> Self {
        Section {
            written,
            name,
            values,
            known: RefCell::default(),
        }
    }

    /// The section's own name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The key with the section's name before it.
    pub(super) fn path(&self, key: &str) -> String {
        join(&self.name, key)
    }

    /// Whether the environment gives the value of `key`.
    pub(super) fn is_from_environment(&self, key: &str) -> bool {
        self.written.is_from_environment(&self.path(key))
    }

    /// What is odd about the value of a key of this section, for a warning.
    pub(super) fn fault(&self, key: &str, kind: FaultKind) -> Fault {
        self.written.fault(&self.path(key), kind)
    }

    /// Tells what is wrong with the section as a whole.
    pub(super) fn tell_all(&self, kind: FaultKind) {
        self.written.tell(&self.name, kind);
    }

    /// Tells what is wrong with the value of a key of this section.
    pub(super) fn tell(&self, key: &str, kind: FaultKind) {
        self.written.tell(&self.path(key), kind);
    }

    /// Whether the key has a value.
    pub(super) fn has(&self, key: &'static str) -> bool {
        self.value(key).is_some()
    }

    /// The section below `key`; one without values when there is none.
    pub(super) fn section(&self, key: &'static str, example: &'static str) -> Section<'w> {
        let values = match self.value(key).map(|value| &value.kind) {
            None => None,
            Some(ValueKind::Table(values)) => Some(values),
            Some(other) => {
                self.tell(
                    key,
                    FaultKind::WrongType {
                        wanted: "a section",
                        found: type_of(other),
                        example,
                    },
                );
                None
            }
        };
        Section::new(self.written, self.path(key), values)
    }

    /// The entries of the list of sections `[[key]]`; the list must have one.
    pub(super) fn entries(&self, key: &'static str, example: &'static str) -> Vec<Section<'w>> {
        let entries = match self.value(key).map(|value| &value.kind) {
            Some(ValueKind::Array(entries)) if !entries.is_empty() => entries,
            None | Some(ValueKind::Array(_)) => {
                self.tell(key, FaultKind::NoneOf(key));
                return Vec::new();
            }
            Some(other) => {
                self.tell(
                    key,
                    FaultKind::WrongType {
                        wanted: "a list of sections",
                        found: type_of(other),
                        example,
                    },
                );
                return Vec::new();
            }
        };
        let mut sections = Vec::new();
        for (n, entry) in entries.iter().enumerate() {
            let name = format!("{}[{}]", self.path(key), n + 1);
            match &entry.kind {
                ValueKind::Table(values) => sections.push(Section::new(self.written, name, Some(values))),
                other => {
                    let kind = FaultKind::WrongType {
                        wanted: "a section",
                        found: type_of(other),
                        example,
                    };
                    self.written.tell(&name, kind);
                }
            }
        }
        sections
    }

    /// The keys that this section has.
    pub(super) fn keys(&self) -> Vec<&'w str> {
        let mut keys: Vec<&str> = self
            .values
            .into_iter()
            .flat_map(Map::keys)
            .map(String::as_str)
            .collect();
        keys.sort_unstable();
        keys
    }

    /// Reads text; `parse` tells what is wrong with it.
    pub(super) fn text<T>(
        &self,
        key: &'static str,
        example: &'static str,
        parse: impl FnOnce(&str) -> Result<T, FaultKind>,
    ) -> Reading<T> {
        let Some(value) = self.value(key) else {
            return Reading::Absent;
        };
        self.parse_text(key, value, ("text", example), parse)
    }

    /// Reads the text of a key whose name is not known ahead.
    pub(super) fn text_of<T>(
        &self,
        key: &str,
        example: &'static str,
        parse: impl FnOnce(&str) -> Result<T, FaultKind>,
    ) -> Reading<T> {
        let Some(value) = self.values.and_then(|values| values.get(key)) else {
            return Reading::Absent;
        };
        self.parse_text(key, value, ("text", example), parse)
    }

    fn parse_text<T>(
        &self,
        key: &str,
        value: &Value,
        (wanted, example): (&'static str, &'static str),
        parse: impl FnOnce(&str) -> Result<T, FaultKind>,
    ) -> Reading<T> {
        let read = match &value.kind {
            ValueKind::String(text) => parse(text),
            other => Err(FaultKind::WrongType {
                wanted,
                found: type_of(other),
                example,
            }),
        };
        self.judge(key, read)
    }

    /// Reads a duration such as `"250ms"` within a range.
    pub(super) fn duration(
        &self,
        key: &'static str,
        example: &'static str,
        range: RangeInclusive<Duration>,
    ) -> Reading<Duration> {
        let wanted = "a duration with its unit";
        let Some(value) = self.value(key) else {
            return Reading::Absent;
        };
        self.parse_text(key, value, (wanted, example), |text| {
            let duration = humantime::parse_duration(text).map_err(|_| not_a(text, wanted, example))?;
            within(duration, &range, |duration| {
                humantime::format_duration(*duration).to_string()
            })
        })
    }

    /// Reads an integer within a range.
    pub(super) fn integer(&self, key: &'static str, example: &'static str, range: RangeInclusive<i64>) -> Reading<i64> {
        let Some(value) = self.value(key) else {
            return Reading::Absent;
        };
        let read = match &value.kind {
            ValueKind::I64(number) => Ok(*number),
            ValueKind::String(text) if self.is_from_environment(key) => {
                text.trim().parse().map_err(|_| not_a(text, "an integer", example))
            }
            other => Err(FaultKind::WrongType {
                wanted: "an integer",
                found: type_of(other),
                example,
            }),
        };
        self.judge(key, read.and_then(|number| within(number, &range, i64::to_string)))
    }

    /// Reads an integer that fits 16 bits, such as a number of dBm.
    pub(super) fn short(&self, key: &'static str, example: &'static str, range: RangeInclusive<i16>) -> Reading<i16> {
        let range = i64::from(*range.start())..=i64::from(*range.end());
        match self.integer(key, example, range) {
            Reading::Here(number) => i16::try_from(number).map_or(Reading::Wrong, Reading::Here),
            Reading::Absent => Reading::Absent,
            Reading::Wrong => Reading::Wrong,
        }
    }

    /// Reads `true` or `false`.
    pub(super) fn boolean(&self, key: &'static str, example: &'static str) -> Reading<bool> {
        let Some(value) = self.value(key) else {
            return Reading::Absent;
        };
        let read = match &value.kind {
            ValueKind::Boolean(flag) => Ok(*flag),
            ValueKind::String(text) if self.is_from_environment(key) => text
                .trim()
                .parse()
                .map_err(|_| not_a(text, "`true` or `false`", example)),
            other => Err(FaultKind::WrongType {
                wanted: "true or false",
                found: type_of(other),
                example,
            }),
        };
        self.judge(key, read)
    }

    /// Reads bytes as an integer or with a unit such as `"10MiB"`.
    pub(super) fn size(&self, key: &'static str, example: &'static str, range: RangeInclusive<u64>) -> Reading<u64> {
        let Some(value) = self.value(key) else {
            return Reading::Absent;
        };
        let read = match &value.kind {
            ValueKind::I64(number) => Ok(u64::try_from(*number).unwrap_or(0)),
            ValueKind::String(text) => value::size(text).ok_or_else(|| not_a(text, "a number of bytes", example)),
            other => Err(FaultKind::WrongType {
                wanted: "a number of bytes",
                found: type_of(other),
                example,
            }),
        };
        self.judge(
            key,
            read.and_then(|size| within(size, &range, |size| format!("{size} bytes"))),
        )
    }

    /// Tells of every key that was never asked for.
    pub(super) fn tell_unknown(&self) {
        let known = self.known.borrow();
        for key in self.keys() {
            if !known.contains(&key) {
                let kind = FaultKind::UnknownKey {
                    nearest: value::nearest(key, &known),
                    known: known.clone(),
                };
                self.tell(key, kind);
            }
        }
    }

    fn value(&self, key: &'static str) -> Option<&'w Value> {
        let mut known = self.known.borrow_mut();
        if !known.contains(&key) {
            known.push(key);
        }
        self.values.and_then(|values| values.get(key))
    }

    fn judge<T>(&self, key: &str, read: Result<T, FaultKind>) -> Reading<T> {
        match read {
            Ok(value) => Reading::Here(value),
            Err(kind) => {
                self.tell(key, kind);
                Reading::Wrong
            }
        }
    }
}

/// What a key had to say.
pub(super) enum Reading<T> {
    /// The key is not there.
    Absent,
    /// The value cannot be used, which has been told.
    Wrong,
    /// The value.
    Here(T),
}

impl<T> Reading<T> {
    /// The value, if there is a good one.
    pub(super) fn here(self) -> Option<T> {
        match self {
            Reading::Here(value) => Some(value),
            Reading::Absent | Reading::Wrong => None,
        }
    }

    /// The value or the key's default; after a fault nobody will use it.
    pub(super) fn or(self, default: T) -> T {
        self.here().unwrap_or(default)
    }

    /// The value; its absence is a fault.
    pub(super) fn needed(self, section: &Section<'_>, key: &str, example: &'static str) -> Option<T> {
        if matches!(self, Reading::Absent) {
            section.tell(key, FaultKind::Missing { example });
        }
        self.here()
    }
}

fn within<T: PartialOrd>(value: T, range: &RangeInclusive<T>, show: impl Fn(&T) -> String) -> Result<T, FaultKind> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(FaultKind::OutOfRange {
        written: show(&value),
        low: show(range.start()),
        high: show(range.end()),
    })
}

fn type_of(kind: &ValueKind) -> &'static str {
    match kind {
        ValueKind::Nil => "nothing",
        ValueKind::Boolean(_) => "true or false",
        ValueKind::I64(_) | ValueKind::I128(_) | ValueKind::U64(_) | ValueKind::U128(_) => "an integer",
        ValueKind::Float(_) => "a number with a point",
        ValueKind::String(_) => "text",
        ValueKind::Table(_) => "a section",
        ValueKind::Array(_) => "a list",
    }
}
