use crate::entry::Unpacker;

use super::*;

/// A line of a step at a second of 2026-11-24, 08:00 UTC, and later.
fn step(second: u32, active: &str, signals: [i16; 2], to: Option<&str>, network: &str) -> String {
    let at = u64::from(second) * 1_000_000;
    let view = |name: &str, ap: u8, signal: i16| {
        format!(
            r#"{{"id":"{name}","at":{at},"link":{{"bssid":"02:00:00:00:00:0{ap}","network":{network},"signal":{signal},"authenticated":true,"since":0}}}}"#
        )
    };
    let (one, two) = (view("wlan1", 1, signals[0]), view("wlan2", 2, signals[1]));
    let reason = match to {
        Some(to) => format!(r#"{{"kind":"lost","from":"{active}","to":"{to}","signal":-60}}"#),
        None => format!(r#"{{"kind":"good","uplink":"{active}","signal":-60,"limit":-80}}"#),
    };
    let to = to.map_or_else(|| "null".to_owned(), |to| format!("\"{to}\""));
    line(
        second,
        &format!(
            r#""step","seen":{{"active":"{active}","uplinks":[{one},{two}]}},"decision":{{"swap_to":{to},"reason":{reason},"moves":[]}}"#
        ),
    )
}

fn line(second: u32, event: &str) -> String {
    let at = u64::from(second) * 1_000_000;
    let (hour, minute, rest) = (8 + second / 3600, second / 60 % 60, second % 60);
    format!(r#"{{"v":3,"at":{at},"time":"2026-11-24T{hour:02}:{minute:02}:{rest:02}Z","event":{event}}}"#)
}

fn began(vehicle: &str, name: &str) -> String {
    began_at(0, vehicle, name)
}

fn began_at(second: u32, vehicle: &str, name: &str) -> String {
    let rules = serde_json::to_string(&crate::handover::settings::Rules::default()).unwrap();
    line(
        second,
        &format!(
            r#""began","version":"0.1.0","vehicle":"{vehicle}","config":"0123abcd","aps":{{"02:00:00:00:00:02":"{name}"}},"rules":{rules}"#
        ),
    )
}

fn swapped(second: u32, from: &str, to: &str, dark: &str) -> String {
    line(
        second,
        &format!(r#""swapped","from":"{from}","to":"{to}","calls":3,"router":0.25,"dark":{dark}"#),
    )
}

/// A drive: a swap, one back within 10 s, one whose tunnel did not come up, and not reachable after that.
fn drive(network: &str) -> Vec<String> {
    let mut lines = vec![
        began("unit-14", "Main St 4"),
        line(0, r#""connected","identity":"mt","version":"7.20""#),
    ];
    lines.extend((1..60).map(|second| step(second, "wlan1", [-60, -70], None, network)));
    lines.push(step(60, "wlan1", [-85, -60], Some("wlan2"), network));
    lines.push(step(61, "wlan1", [-85, -60], Some("wlan2"), network));
    lines.push(swapped(62, "wlan1", "wlan2", "1.5"));
    lines.extend((62..66).map(|second| step(second, "wlan2", [-60, -85], None, network)));
    lines.push(step(66, "wlan2", [-60, -85], Some("wlan1"), network));
    lines.push(swapped(67, "wlan2", "wlan1", "0.5"));
    lines.extend((67..90).map(|second| step(second, "wlan1", [-60, -70], None, network)));
    lines.push(step(90, "wlan1", [-95, -70], Some("wlan2"), network));
    lines.push(swapped(100, "wlan1", "wlan2", "null"));
    lines.push(line(101, r#""not-reachable","since":90000000"#));
    lines.extend((101..120).map(|second| step(second, "wlan2", [-60, -70], None, network)));
    lines.push(line(120, r#""reachable","after":30"#));
    lines
}

fn collected(lines: &[String], window: Window) -> Option<Report> {
    let mut collector = Collector::new(window);
    let mut unpacker = Unpacker::default();
    for (index, line) in lines.iter().enumerate() {
        let place = || format!("journal.jsonl:{}", index + 1);
        match unpacker.line(line.as_bytes()) {
            Ok(read) => collector.line(read, line.as_bytes(), place),
            Err(error) => collector.unreadable(&error, place),
        }
    }
    collector.finish()
}

#[test]
fn swaps_dark_and_where_it_was_are_counted() {
    let report = collected(&drive("\"testssid1\""), Window::default()).unwrap();
    let mut json = serde_json::to_value(&report).unwrap();
    // The lines repeat the journal.
    for swap in json["swaps"].as_array_mut().unwrap() {
        assert_eq!(swap["lines"].as_array().unwrap().len(), 2);
        swap.as_object_mut().unwrap().remove("lines");
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap());
}

/// An agent at work that takes other rules says so by the same event: nothing of the drive ends by that.
#[test]
fn other_rules_are_no_start_of_the_agent() {
    let mut lines = drive("\"testssid1\"");
    let expected = collected(&lines, Window::default()).unwrap();
    lines.insert(1, began("unit-14", "Main St 4"));
    let reachable = lines.len() - 1;
    lines.insert(reachable, began_at(119, "unit-14", "Main St 4"));
    let report = collected(&lines, Window::default()).unwrap();
    assert_eq!(report.totals, expected.totals);
}

#[test]
fn a_window_leaves_out_what_is_not_in_it() {
    let minute = |text: &str| text.parse().ok();
    let window = Window {
        since: minute("2026-11-24 08:01:05"),
        until: minute("2026-11-24 08:01:20"),
    };
    let report = collected(&drive("\"testssid1\""), window).unwrap();
    assert_eq!(report.swaps.len(), 1);
    assert_eq!(report.vehicle.as_deref(), Some("unit-14"));
    assert!((report.totals.dark_seconds - 0.5).abs() < 1e-9, "{:?}", report.totals);
    let later = Window {
        since: minute("2027-01-01"),
        until: None,
    };
    assert!(collected(&drive("\"testssid1\""), later).is_none());
}

#[test]
fn text_from_the_air_cannot_steer_the_page() {
    let network = r#""</td><script>x()</script>""#;
    let mut lines = drive(network);
    lines[0] = began("<img src=x>", "<b>bold</b>\\u001b");
    lines.push("{\"<i>\"".to_owned());
    let report = collected(&lines, Window::default()).unwrap();
    for page in [page(&report, None).unwrap(), page(&report, Some(&report)).unwrap()] {
        for tag in ["<script", "<img", "<b>", "<i>", "\u{1b}"] {
            assert!(!page.contains(tag), "{tag}");
        }
        assert!(page.contains("&lt;img"), "{page}");
    }
}

#[test]
fn a_month_is_no_larger_than_a_day() {
    let mut lines = vec![began("unit-14", "Main St 4")];
    // Each day has two drives; a step each 10 s is enough for the drawing.
    let mut month = collected(&lines, Window::default()).unwrap().sections;
    lines.clear();
    for uplink in ["wlan1", "wlan2"] {
        month.uplink(uplink);
    }
    for second in (0..30 * 86_400).step_by(3).filter(|second| second % 43_200 < 14_400) {
        month.at(f64::from(second));
        for uplink in [0, 1] {
            month.signal(uplink, Some(-60 - i16::try_from(second / 3 % 30).unwrap()));
        }
    }
    let points: usize = month
        .all
        .iter()
        .map(|section| month.points(section, 0).len() + month.points(section, 1).len())
        .sum();
    assert!((10_000..90_000).contains(&points), "{points}");
}
