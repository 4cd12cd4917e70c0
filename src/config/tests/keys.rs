//! The shipped `agent.toml`: that it shows the defaults, and fits the router's script.

use super::*;

#[test]
fn a_commented_key_of_the_shipped_file_shows_its_default() {
    let uncommented: Vec<&str> = SHIPPED
        .lines()
        .map(|line| match line.strip_prefix("# ") {
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
