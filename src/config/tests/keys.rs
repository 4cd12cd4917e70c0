//! The shipped `agent.toml`: that each key in it does something, and shows what it does by default.

use super::*;

#[test]
fn every_key_of_the_shipped_file_is_read() {
    let mut changed = 0;
    let lines: Vec<&str> = SHIPPED.lines().collect();
    let plain = format!("{:?}", shipped(SHIPPED));
    for (n, line) in lines.iter().enumerate() {
        let Some((key, other)) = other_value(line) else {
            continue;
        };
        let mut edited: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        edited[n] = format!("{key} = {other}");
        assert_ne!(
            format!("{:?}", shipped(&edited.join("\n"))),
            plain,
            "`{line}` on line {} changes nothing",
            n + 1
        );
        changed += 1;
    }
    assert_eq!(changed, 49, "a key was added to agent.toml, or removed");
}

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

fn other_value(line: &str) -> Option<(&str, &'static str)> {
    let (key, _) = line.strip_prefix("# ").unwrap_or(line).split_once(" = ")?;
    let other = match key {
        "address" if line.contains("192.168.88.1") => r#""192.168.88.2:8729""#,
        "address" if line.contains("10.10.") => r#""10.10.10.9/24""#,
        "address" if line.contains("10.20.") => r#""10.20.0.9/24""#,
        "address" => r#""10.30.0.9/24""#,
        "gateway" if line.contains("10.10.") => r#""10.10.10.8""#,
        "gateway" if line.contains("10.20.") => r#""10.20.0.8""#,
        "gateway" => r#""10.30.0.8""#,
        "addresses" => r#"{ wlan2 = "10.10.10.7/24" }"#,
        "user" | "ssid" => r#""other""#,
        "interface" if line.contains("wlan1") => r#""wlan7""#,
        "interface" if line.contains("wlan2") => r#""wlan8""#,
        "interface" => r#""other""#,
        "menu" => r#""wireless""#,
        "signal_offset" | "priority" | "keep" => "3",
        "minimum_signal" => "-90",
        "trigger" => "-77",
        "interval" => r#""7s""#,
        "scan_duration" => r#""3s""#,
        "enabled" => "false",
        "size" => r#""20MiB""#,
        "file" => r#""other.jsonl""#,
        "level" => r#""debug""#,
        "format" => r#""json""#,
        "connect_deadline" | "login_deadline" | "write_deadline" | "answer_deadline" | "keepalive" | "slow"
        | "patience" | "dwell" | "heal" | "horizon" | "margin" | "settle" | "wait_down" | "arrival" => r#""4s""#,
        "probe" => r#""10.99.0.9""#,
        "lost" | "recover" => "4",
        "loss_percent" => "30",
        "window" => r#""8s""#,
        "tick" => r#""500ms""#,
        // Read from another file, and of one kind so far: both have tests of their own.
        "password_file" | "kind" => return None,
        _ if key.contains(' ') => return None,
        unknown => panic!("agent.toml has a key without a second value here: {unknown}"),
    };
    Some((key, other))
}
