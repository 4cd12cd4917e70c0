use std::convert::Infallible;

use super::*;
use crate::handover::Decision;
use crate::handover::reason::Reason;
use crate::handover::settings::Rules;
use crate::names::{InterfaceName, UplinkId};
use crate::observation::{Heard, LeaseState, Link, Scan, UplinkView};

const SECOND: Duration = Duration::from_secs(1);

fn at(ms: u64) -> Moment {
    Moment::from_micros(ms * 1000)
}

fn uplink(n: u8) -> UplinkId {
    UplinkId::new(InterfaceName::new(&format!("wlan{n}")))
}

fn bssid(n: u8) -> Bssid {
    Bssid([2, 0, 0, 0, 0, n])
}

fn network() -> Ssid {
    Ssid::new(b"testssid1").unwrap()
}

/// An entry at a moment of its run, some milliseconds past noon.
fn entry(ms: u64, noon_ms: u64, event: Event) -> Entry {
    Entry {
        v: VERSION,
        at: at(ms),
        time: WallTime::from_millis(12 * 3_600_000 + noon_ms),
        event,
    }
}

fn began(interval: u64) -> Event {
    let mut rules = Rules::default();
    rules.hunt.interval = Duration::from_secs(interval);
    Event::Began {
        vehicle: None,
        version: "0".into(),
        config: None,
        aps: crate::ap_names::ApNames::default(),
        rules,
    }
}

/// wlan1 on an access point of this signal, and a scan of wlan2 that just ended when it heard any.
fn step(ms: u64, signal: i16, scanned: &[(u8, i16)]) -> Event {
    let link = Link {
        bssid: bssid(1),
        network: Some(network()),
        signal: Some(Dbm(signal)),
        authenticated: true,
        since: at(0),
        stranger: false,
    };
    let heard = |(ap, dbm): &(u8, i16)| Heard {
        bssid: bssid(*ap),
        network: network(),
        signal: Dbm(*dbm),
    };
    let view = |n: u8, link| UplinkView {
        id: uplink(n),
        at: at(ms),
        link,
        lease: LeaseState::NotNeeded,
        steered: None,
    };
    Event::Step {
        seen: Observation {
            active: Some(uplink(1)),
            uplinks: vec![view(1, Some(link)), view(2, None)],
            scan: (!scanned.is_empty()).then(|| Scan {
                radio: uplink(2),
                at: at(ms),
                heard: Some(scanned.iter().map(heard).collect()),
            }),
            ..Observation::default()
        },
        decision: Decision {
            swap_to: None,
            bounce: false,
            reason: Reason::Dialing { uplink: uplink(1) },
            moves: Vec::new(),
        },
    }
}

/// Each row: drive, second, access point, dBm.
fn rows(entries: Vec<Entry>) -> (usize, Vec<(usize, u32, u8, i16)>) {
    let mut rows = Vec::new();
    let drives = drives(entries.into_iter().map(Ok), SECOND, |drive, second: Second| {
        for (ap, signal) in &second.heard {
            assert_eq!(ap.ssid, Some(network()));
            rows.push((drive, second.number, ap.bssid.0[5], signal.0));
        }
        Ok::<(), Infallible>(())
    });
    (drives.unwrap(), rows)
}

#[test]
fn registrations_and_scans_become_seconds_and_a_scan_stands_for_the_agents_own_interval() {
    let (drives, written) = rows(vec![
        entry(0, 0, began(2)),
        entry(100, 100, step(100, -60, &[])),
        entry(600, 600, step(600, -62, &[(1, -50), (7, -80)])),
        entry(1200, 1200, step(1200, -70, &[])),
        entry(2200, 2200, step(2200, -71, &[])),
        entry(3200, 3200, step(3200, -72, &[])),
    ]);
    let expected = [
        (0, 0, 1, -61),
        (0, 0, 7, -80),
        (0, 1, 1, -70),
        (0, 1, 7, -80),
        (0, 2, 1, -71),
        (0, 2, 7, -80),
        (0, 3, 1, -72),
    ];
    assert_eq!((drives, written), (1, expected.to_vec()));
}

#[test]
fn a_restart_goes_on_in_the_same_drive_by_the_wall_clock_and_forgets_what_was_heard() {
    let (drives, written) = rows(vec![
        entry(0, 0, began(60)),
        entry(9000, 9000, step(9000, -60, &[(7, -80)])),
        entry(10, 12_500, began(60)),
        entry(1010, 13_500, step(1010, -65, &[])),
    ]);
    assert_eq!(drives, 1);
    // The drive begins at the first reading, of which the last is 4.5 s away.
    assert_eq!(written, [(0, 0, 1, -60), (0, 4, 1, -65)]);
}

#[test]
fn a_long_pause_and_a_restart_that_the_wall_clock_cannot_date_begin_another_drive() {
    let (drives, written) = rows(vec![
        entry(0, 0, began(5)),
        entry(1000, 1000, step(1000, -60, &[])),
        entry(400_000, 400_000, step(400_000, -61, &[])),
        entry(10, 300_000, began(5)),
        entry(1010, 301_000, step(1010, -62, &[])),
        entry(10, 90_000_000, began(5)),
        entry(1010, 90_001_000, step(1010, -63, &[])),
    ]);
    assert_eq!(drives, 4);
    assert_eq!(
        written,
        [(0, 0, 1, -60), (1, 0, 1, -61), (2, 0, 1, -62), (3, 0, 1, -63)]
    );
}

#[test]
fn a_lost_session_is_seconds_without_rows() {
    let (_, written) = rows(vec![
        entry(0, 0, step(0, -60, &[(7, -80)])),
        entry(
            1100,
            1100,
            Event::Disconnected {
                cause: "pulled".to_owned(),
            },
        ),
        entry(3100, 3100, step(3100, -61, &[])),
    ]);
    assert_eq!(written, [(0, 0, 1, -60), (0, 0, 7, -80), (0, 3, 1, -61)]);
}

#[test]
fn another_version_is_refused() {
    let mut strange = entry(0, 0, step(0, -60, &[]));
    strange.v = VERSION + 1;
    let written = drives([Ok(strange)], SECOND, |_, _| Ok::<(), Infallible>(()));
    assert!(matches!(written, Err(JournalError::Version(version)) if version == VERSION + 1));
}
