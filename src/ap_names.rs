//! Names that people gave to access points.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::names::{Bssid, Escaped};

/// How long a BSSID is as text.
const LENGTH: usize = 17;

/// Names of access points, as `[ap]` of the configuration has them. Everything that people read shows a BSSID with its name
/// by this one type.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApNames(BTreeMap<Bssid, Arc<str>>);

impl ApNames {
    /// Whether no access point has a name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds those of another, whose names win.
    pub fn extend(&mut self, other: &ApNames) {
        self.0
            .extend(other.0.iter().map(|(bssid, name)| (*bssid, name.clone())));
    }

    /// The name of an access point.
    #[must_use]
    pub fn of(&self, bssid: Bssid) -> Option<&str> {
        self.0.get(&bssid).map(AsRef::as_ref)
    }

    /// An access point as people see it: `Main St 4 (02:00:00:00:00:04)`, or its BSSID alone.
    #[must_use]
    pub fn show(&self, bssid: Bssid) -> String {
        match self.0.get(&bssid) {
            Some(name) => format!("{} ({bssid})", Escaped(name)),
            None => bssid.to_string(),
        }
    }

    /// A text with its name after each BSSID: `02:00:00:00:00:04 (Main St 4)`.
    #[must_use]
    pub fn annotated<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut annotated = String::new();
        let mut done = 0;
        for (start, _) in text.match_indices(':').filter(|(at, _)| *at >= 2) {
            let start = start - 2;
            let Some(bssid) = text.get(start..start + LENGTH).filter(|_| start >= done) else {
                continue;
            };
            let Some(name) = bssid.parse().ok().and_then(|bssid: Bssid| self.0.get(&bssid)) else {
                continue;
            };
            let end = start + LENGTH;
            annotated.push_str(&text[done..end]);
            annotated.push_str(&format!(" ({})", Escaped(name)));
            done = end;
        }
        if done == 0 {
            return Cow::Borrowed(text);
        }
        annotated.push_str(&text[done..]);
        Cow::Owned(annotated)
    }
}

impl FromIterator<(Bssid, String)> for ApNames {
    fn from_iter<I: IntoIterator<Item = (Bssid, String)>>(names: I) -> Self {
        ApNames(names.into_iter().map(|(bssid, name)| (bssid, name.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> ApNames {
        let four = ("02:00:00:00:00:04", "Main St 4");
        let bell = ("02:00:00:00:00:AB", "be\u{7}ll");
        [four, bell]
            .map(|(bssid, name)| (bssid.parse().unwrap(), name.to_owned()))
            .into_iter()
            .collect()
    }

    #[test]
    fn a_bssid_gets_its_name() {
        let (four, other) = (
            "02:00:00:00:00:04".parse().unwrap(),
            "02:00:00:00:00:05".parse().unwrap(),
        );
        assert_eq!(names().show(four), "Main St 4 (02:00:00:00:00:04)");
        assert_eq!(names().show(other), "02:00:00:00:00:05");
    }

    #[test]
    fn a_text_gets_the_names_of_its_bssids() {
        let text = "é 02:00:00:00:00:04: gone to bssid=02:00:00:00:00:ab, not 02:00:00:00:00:05, at 10:15:01";
        let with = "é 02:00:00:00:00:04 (Main St 4): gone to bssid=02:00:00:00:00:ab (be\\u{7}ll), not 02:00:00:00:00:05, at 10:15:01";
        assert_eq!(names().annotated(text), with);
        assert_eq!(ApNames::default().annotated(text), text);
    }
}
