use std::time::Duration;

use crate::sim::router::schemas::{SCHEMAS, find};
use crate::sim::router::values::{duration_text, read_duration, signal_range};
use crate::sim::settings::RouterOs;

#[test]
fn durations_are_read_and_written_as_the_router_does() {
    let seconds = Duration::from_secs;
    let cases = [
        ("5", seconds(5)),
        ("5s", seconds(5)),
        ("1m30s", seconds(90)),
        ("00:01:30", seconds(90)),
        ("250ms", Duration::from_millis(250)),
        ("1w2d3h4m5s", seconds(604_800 + 2 * 86_400 + 3 * 3_600 + 4 * 60 + 5)),
    ];
    for (text, expected) in cases {
        assert_eq!(read_duration(text), Some(expected), "{text}");
    }
    for text in ["", "s", "5x", "-5", "1e99999s", "99999999999999999999:0"] {
        assert!(
            read_duration(text).is_none_or(|span| text.is_empty() && span.is_zero()),
            "{text}"
        );
    }
    assert_eq!(duration_text(seconds(5 * 86_400 + 9 * 60 + 11), false), "5d9m11s");
    assert_eq!(duration_text(Duration::from_millis(4750), true), "4s750ms");
    assert_eq!(duration_text(Duration::ZERO, true), "0ms");
    assert_eq!(duration_text(Duration::ZERO, false), "0s");
}

#[test]
fn signal_ranges_have_two_bounds_in_order() {
    assert_eq!(signal_range("-85..120"), Some((-85, 120)));
    for text in ["-85", "-60..-85", "-85..130", "-85..", "a..b"] {
        assert_eq!(signal_range(text), None, "{text}");
    }
}

#[test]
fn every_menu_stands_where_its_name_says() {
    for schema in SCHEMAS {
        assert!(std::ptr::eq(schema.menu.schema(), schema), "{}", schema.path);
    }
}

#[test]
fn menus_differ_by_version() {
    let (six, seven) = (RouterOs::V6_49, RouterOs::V7_17);
    assert_eq!(find("/interface/wifi/print", six).unwrap_err(), Some("wifi"));
    assert!(find("/interface/wifi/print", seven).is_ok());
    assert!(find("/ping", six).is_ok() && find("/ping", seven).is_ok() && find("/tool/ping", seven).is_ok());
    assert_eq!(
        find("/tool/ping", six).unwrap_err(),
        None,
        "6.49 has a folder of that name"
    );
    assert_eq!(find("/ip/address/frobnicate", six).unwrap_err(), None);
    assert_eq!(find("/system/print", six).unwrap_err(), None, "a folder prints nothing");
}
