//! The band of a radio.

use serde::{Deserialize, Serialize};

/// A band of frequencies. A radio of the legacy package listens in one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Band {
    /// 2.4 GHz.
    #[serde(rename = "2.4 GHz")]
    Ghz2,
    /// 5 GHz.
    #[serde(rename = "5 GHz")]
    Ghz5,
}

impl Band {
    /// Reads a radio's `band`, such as `2ghz-b/g/n` or `5ghz-a/n/ac`; `None` for any other word.
    #[must_use]
    pub fn read(text: &str) -> Option<Band> {
        match text.split_once("ghz")?.0 {
            "2" => Some(Band::Ghz2),
            "5" => Some(Band::Ghz5),
            _ => None,
        }
    }

    /// Whether a frequency in MHz is of this band.
    #[must_use]
    pub fn holds(self, frequency: u16) -> bool {
        match self {
            Band::Ghz2 => frequency < 3_000,
            Band::Ghz5 => (4_800..5_925).contains(&frequency),
        }
    }
}
