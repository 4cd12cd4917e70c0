//! RouterOS as it is spoken: menus, properties and `Sentence`, a call as words.
//!
//! Names and formats are those of MikroTik's manual (<https://help.mikrotik.com/docs/>) and of rows that real routers
//! sent; RouterOS 6.49 and 7 spell what is used here alike.

mod band;
mod channel;
pub(crate) mod console;
mod radio_menu;
mod trap;
mod tunnel;

use std::fmt;
use std::time::Duration;

pub use band::Band;
pub use channel::{channel, frequency};
pub use radio_menu::{RadioMenu, RadioWords, Steering};
pub use trap::Trap;
pub use tunnel::{TunnelKind, TunnelShape, Up};

use crate::names::write_escaped;
use crate::units::Dbm;

/// The default route's destination.
pub const DEFAULT_DESTINATION: &str = "0.0.0.0/0";

/// The id of an item in one reading, such as `*1`; it may be another after the router restarted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ItemId(pub String);

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, &self.0)
    }
}

/// One word of a call after the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// `=key=value`
    Attribute(&'static str, Vec<u8>),
    /// `?key=value`
    Equal(&'static str, String),
    /// `?#|`: one of the two conditions before it.
    Or,
}

/// One call to the router, as words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    command: String,
    words: Vec<Word>,
}

impl Sentence {
    /// A call of `verb` in `menu`, such as `set` in `/ip/route`.
    #[must_use]
    pub fn new(menu: &str, verb: &str) -> Self {
        Sentence {
            command: format!("{menu}/{verb}"),
            words: Vec::new(),
        }
    }

    /// `print` of some properties only.
    #[must_use]
    pub fn print(menu: &str, properties: &str) -> Self {
        Sentence::new(menu, "print").with(".proplist", properties)
    }

    /// `set` of one item.
    #[must_use]
    pub fn set(menu: &str, id: &ItemId) -> Self {
        Sentence::new(menu, "set").with(".id", &id.0)
    }

    /// Adds `=key=value`.
    #[must_use]
    pub fn with(self, key: &'static str, value: &str) -> Self {
        self.with_bytes(key, value.as_bytes())
    }

    /// Adds `=key=value` whose value need not be text.
    #[must_use]
    pub fn with_bytes(mut self, key: &'static str, value: &[u8]) -> Self {
        self.words.push(Word::Attribute(key, value.to_vec()));
        self
    }

    /// Only rows whose `key` is one of `values`.
    #[must_use]
    pub fn only<I>(mut self, key: &'static str, values: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        for (i, value) in values.into_iter().enumerate() {
            self.words.push(Word::Equal(key, value.into()));
            if i > 0 {
                self.words.push(Word::Or);
            }
        }
        self
    }

    /// Adds rows whose `key` is `value` to those of the condition before.
    #[must_use]
    pub fn or_only(mut self, key: &'static str, value: &str) -> Self {
        self.words.push(Word::Equal(key, value.to_owned()));
        self.words.push(Word::Or);
        self
    }

    /// The command's path.
    #[must_use]
    pub fn command(&self) -> &str {
        &self.command
    }

    /// The words after the command.
    #[must_use]
    pub fn words(&self) -> &[Word] {
        &self.words
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.command)?;
        for word in &self.words {
            match word {
                Word::Attribute(key, value) => {
                    write!(f, " ={key}=")?;
                    write_escaped(f, &String::from_utf8_lossy(value))?;
                }
                Word::Equal(key, value) => {
                    write!(f, " ?{key}=")?;
                    write_escaped(f, value)?;
                }
                Word::Or => f.write_str(" ?#|")?,
            }
        }
        Ok(())
    }
}

/// Reads a boolean as routers write it; anything else, and nothing, is false.
#[must_use]
pub fn flag(text: Option<&str>) -> bool {
    matches!(text, Some("true" | "yes"))
}

/// Reads a signal: `-51@1Mbps`, `-76`, `-66dBm@HT20-7`, `-72`.
///
/// `None` when it does not begin with a number from -128 to 20 dBm.
#[must_use]
pub fn signal(text: &str) -> Option<Dbm> {
    let text = text.trim_start();
    let digits = text
        .char_indices()
        .find(|&(i, c)| !(c.is_ascii_digit() || (i == 0 && c == '-')))
        .map_or(text.len(), |(i, _)| i);
    let number: i16 = text.get(..digits)?.parse().ok()?;
    (-128..=20).contains(&number).then_some(Dbm(number))
}

/// Reads a duration: `5d9m11s`, `4s750ms`, `117ms232us`, `0ms`, and the older `01:22:53`, also behind days.
///
/// `None` when the text is anything else.
#[must_use]
pub fn duration(text: &str) -> Option<Duration> {
    let mut total = Duration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        if let Some(clock) = clock_duration(rest) {
            return total.checked_add(clock);
        }
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        let tail = rest.get(digits..)?;
        let (unit, length) = [
            ("ms", 1_000),
            ("us", 1),
            ("w", 604_800_000_000),
            ("d", 86_400_000_000),
            ("h", 3_600_000_000),
            ("m", 60_000_000),
            ("s", 1_000_000),
        ]
        .into_iter()
        .find(|(unit, _)| tail.starts_with(unit))?;
        total = total.checked_add(Duration::from_micros(number.checked_mul(length)?))?;
        rest = tail.get(unit.len()..)?;
    }
    Some(total)
}

/// Writes a duration as routers read it, such as `5s` or `1s500ms`; a fraction of a millisecond is dropped.
#[must_use]
pub fn duration_text(duration: Duration) -> String {
    match (duration.as_secs(), duration.subsec_millis()) {
        (seconds, 0) => format!("{seconds}s"),
        (0, millis) => format!("{millis}ms"),
        (seconds, millis) => format!("{seconds}s{millis}ms"),
    }
}

fn clock_duration(text: &str) -> Option<Duration> {
    let mut parts = text.split(':');
    let (h, m, s) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (h, m, s): (u64, u64, u64) = (h.parse().ok()?, m.parse().ok()?, s.parse().ok()?);
    Some(Duration::from_secs(
        h.checked_mul(3600)?.checked_add(m.checked_mul(60)?)?.checked_add(s)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_that_real_routers_sent() {
        for (text, dbm) in [
            ("-51@1Mbps", -51),
            ("-76", -76),
            ("-66dBm@HT20-7", -66),
            ("-72", -72),
            ("-38@HT20-7", -38),
            ("-58@MCS7", -58),
        ] {
            assert_eq!(signal(text), Some(Dbm(dbm)), "{text}");
        }
        for text in ["", "-", "dBm", "@1Mbps", "-500", "99", "--3"] {
            assert_eq!(signal(text), None, "{text}");
        }
    }

    #[test]
    fn durations_that_real_routers_sent() {
        for (text, micros) in [
            ("5d9m11s", 432_551_000_000),
            ("2w3d4h5m6s", 1_483_506_000_000),
            ("48m6s", 2_886_000_000),
            ("4s750ms", 4_750_000),
            ("690ms", 690_000),
            ("0ms", 0),
            ("117ms232us", 117_232),
            ("01:22:53", 4_973_000_000),
            ("1d00:00:01", 86_401_000_000),
        ] {
            assert_eq!(duration(text), Some(Duration::from_micros(micros)), "{text}");
        }
        for text in ["", "never", "5", "5x", "1:2", "s", "99999999999999999999w"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_written_as_they_are_read() {
        for (millis, text) in [(5000, "5s"), (200, "200ms"), (1500, "1s500ms"), (0, "0s")] {
            let written = duration_text(Duration::from_millis(millis));
            assert_eq!(written, text);
            assert_eq!(duration(&written), Some(Duration::from_millis(millis)));
        }
    }

    #[test]
    fn a_query_for_several_values_is_one_condition() {
        let sentence = Sentence::print("/ip/address", "address").only("comment", ["a", "b", "c"]);
        assert_eq!(
            sentence.to_string(),
            "/ip/address/print =.proplist=address ?comment=a ?comment=b ?#| ?comment=c ?#|"
        );
    }
}
