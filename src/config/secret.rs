//! Text that nothing shows.

use std::fmt;

use serde::Deserialize;
use toml::Value;

/// Text that no log, error or debug print may show.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub struct Secret(String);

impl Secret {
    /// Takes the text as it is.
    #[must_use]
    pub fn new(text: String) -> Self {
        Secret(text)
    }

    /// The text itself, for the one call that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// What stands there is no text, and may be a password all the same: it is not shown.
#[derive(Debug, thiserror::Error)]
#[error("is not text in \"quotes\"")]
pub struct NotText;

impl TryFrom<Value> for Secret {
    type Error = NotText;

    fn try_from(value: Value) -> Result<Self, NotText> {
        match value {
            Value::String(text) => Ok(Secret(text)),
            _ => Err(NotText),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
