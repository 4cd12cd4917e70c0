//! The shipped `agent.toml`: that it shows the defaults, and fits the router's script.

use super::*;

/// Keys whose line is an example, because they have no default, and what is said in its place.
const EXAMPLES: [(&str, &str); 15] = [
    ("ap", "Default none"),
    ("addresses", "Default: `address` for all"),
    ("minimum_signal", "Default none"),
    ("bssid", "Default: each of that name"),
    ("area", "Default: that of the router's own rule"),
    ("security_profile", "Default: that of the router's own rule"),
    ("interface", "Default none"),
    ("address", "Default none"),
    ("gateway", "Default none"),
    ("listen", "Default none"),
    ("names", "Default none"),
    ("pc_mac", "Default none"),
    ("vehicle_network", "Default: the /24 of [router] address"),
    ("country", "Default: what is set"),
    ("name_servers", "Default: what is set"),
];

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
            Some(rest) if EXAMPLES.iter().any(|(key, _)| rest.starts_with(key)) => line,
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
                let example = EXAMPLES.iter().find(|(key, _)| *key == name);
                let default = example.map_or(format!("Default {value}"), |(_, default)| (*default).to_owned());
                assert!(text.contains(&default), "`{default}` of `{name}` is not said: {text}");
                text.clear();
            }
            None if line.starts_with("# ") => text.extend([" ", &line[2..]]),
            None => text.clear(),
        }
    }
}
