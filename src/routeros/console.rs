//! Text within a command of the RouterOS console.

use std::fmt::Write as _;

/// Quotes text so that the console takes it for nothing else, whatever is in it.
///
/// To the console `$` is a variable and `?` a call for help; those, control characters and what is not ASCII become hex digits,
/// which the console of every version reads.
pub(crate) fn quoted(text: impl AsRef<[u8]>) -> String {
    let mut out = String::from("\"");
    for &byte in text.as_ref() {
        match byte {
            b'"' | b'\\' | b'$' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            b' '..=b'~' if byte != b'?' => out.push(char::from(byte)),
            // Writing to a String does not fail.
            _ => write!(out, "\\{byte:02X}").unwrap_or_default(),
        }
    }
    out.push('"');
    out
}

/// Finds items by what they are: `[find where name="wlan1"]`.
pub(crate) fn find(conditions: &[(&str, &str)]) -> String {
    let conditions: Vec<String> = conditions
        .iter()
        .map(|(property, value)| format!("{property}={}", quoted(value)))
        .collect();
    format!("[find where {}]", conditions.join(" and "))
}
