//! The shipped `agent.toml`: that it shows the defaults, and fits the router's script.

use super::*;

#[test]
fn a_commented_key_of_the_shipped_file_shows_its_default() {
    // A section that the example vehicle does not have ends at the next blank line.
    let optional = SHIPPED.lines().scan(false, |optional, line| {
        *optional = line.starts_with("# [[") || *optional && !line.is_empty();
        Some(*optional)
    });
    let uncommented: Vec<&str> = SHIPPED
        .lines()
        .zip(optional)
        .map(|(line, optional)| match line.strip_prefix("# ").filter(|_| !optional) {
            // Examples of what has no default.
            Some(rest) if rest.starts_with("addresses") || rest.starts_with("minimum_signal") => line,
            Some(rest) if rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')) => rest,
            _ => line,
        })
        .collect();
    let uncommented = uncommented.join("\n");
    assert_ne!(uncommented, SHIPPED);
    assert_eq!(
        format!("{:?}", shipped(&uncommented)),
        format!("{:?}", shipped(SHIPPED))
    );
}

/// The lines above a key say the default that the line of the key shows.
#[test]
fn the_text_of_the_shipped_file_names_each_default() {
    let mut text = String::new();
    for line in SHIPPED.lines() {
        let key = line.strip_prefix("# ").and_then(|rest| rest.split_once(" = "));
        match key.filter(|(name, _)| !name.contains(' ')) {
            Some((name, value)) => {
                let default = match name {
                    "addresses" => "Default: `address` for all",
                    "minimum_signal" | "interface" | "address" | "gateway" => "Default none",
                    _ => &format!("Default {value}"),
                };
                assert!(text.contains(default), "`{default}` of `{name}` is not said: {text}");
                text.clear();
            }
            None if line.starts_with("# ") => text.extend([" ", &line[2..]]),
            None => text.clear(),
        }
    }
}
