use proptest::prelude::*;

use super::*;
use crate::drive::{Drive, LogWriter};

const SECOND: Duration = Duration::from_secs(1);

fn at(ms: u64) -> Moment {
    Moment::from_micros(5_000_000 + ms * 1000)
}

fn bssid(n: u8) -> Bssid {
    Bssid([2, 0, 0, 0, 0, n])
}

fn ssid(name: &str) -> Ssid {
    Ssid::new(name.as_bytes()).unwrap()
}

fn ap(n: u8, name: &str, channel: u16) -> Ap {
    Ap {
        bssid: bssid(n),
        ssid: Some(ssid(name)),
        channel,
    }
}

fn radio(n: u8) -> InterfaceName {
    InterfaceName::new(&format!("wlan{n}"))
}

/// A recording of everything, whose scans stand for 5 s.
fn recording() -> Recording {
    let mut recording = Recording::new(at(0), SECOND, None);
    recording.hold(Duration::from_secs(5));
    recording
}

/// The signals of each second: access point and dBm.
fn signals(seconds: &[Second]) -> Vec<Vec<(u8, i16)>> {
    let row = |(ap, signal): &(Ap, Dbm)| (ap.bssid.0[5], signal.0);
    seconds
        .iter()
        .map(|second| second.heard.iter().map(row).collect())
        .collect()
}

#[test]
fn a_registration_is_the_mean_of_its_second_and_does_not_outlast_it() {
    let mut recording = recording();
    for (ms, dbm) in [(0, -70), (250, -71), (500, -72), (750, -74), (2100, -80)] {
        recording.registered(at(ms), &radio(1), bssid(1), Dbm(dbm));
    }
    let seconds = recording.advance(at(3000));
    assert_eq!(signals(&seconds), [vec![(1, -72)], vec![], vec![(1, -80)]]);
    assert_eq!(
        seconds.iter().map(|second| second.number).collect::<Vec<_>>(),
        [0, 1, 2]
    );
}

#[test]
fn what_a_scan_heard_stands_from_its_end_to_the_next_scans() {
    let mut recording = recording();
    recording.scanned(at(1900), vec![(bssid(1), Dbm(-70)), (bssid(2), Dbm(-85))]);
    recording.scanned(at(4100), vec![(bssid(1), Dbm(-66)), (bssid(3), Dbm(-80))]);
    let seconds = recording.advance(at(5000));
    let first = vec![(1, -70), (2, -85)];
    let second = vec![(1, -66), (3, -80)];
    assert_eq!(signals(&seconds), [vec![], first.clone(), first.clone(), first, second]);
}

#[test]
fn a_scan_that_none_follows_stands_for_its_interval_and_not_longer() {
    let mut recording = recording();
    recording.scanned(at(500), vec![(bssid(1), Dbm(-70))]);
    let heard: Vec<usize> = recording
        .advance(at(9000))
        .iter()
        .map(|second| second.heard.len())
        .collect();
    assert_eq!(heard, [1, 1, 1, 1, 1, 1, 0, 0, 0]);
}

#[test]
fn without_a_session_no_scan_stands() {
    let mut recording = recording();
    recording.scanned(at(500), vec![(bssid(1), Dbm(-70))]);
    recording.lost(at(1500));
    recording.scanned(at(4500), vec![(bssid(1), Dbm(-75))]);
    let seconds = recording.advance(at(5000));
    assert_eq!(
        signals(&seconds),
        [vec![(1, -70)], vec![], vec![], vec![], vec![(1, -75)]]
    );
}

#[test]
fn a_registration_goes_before_a_scan_and_the_stronger_radio_before_the_other() {
    let mut recording = recording();
    recording.scanned(at(100), vec![(bssid(1), Dbm(-40)), (bssid(2), Dbm(-60))]);
    recording.registered(at(200), &radio(1), bssid(1), Dbm(-71));
    recording.registered(at(200), &radio(2), bssid(1), Dbm(-68));
    recording.registered(at(700), &radio(1), bssid(1), Dbm(-64));
    assert_eq!(signals(&recording.advance(at(1000))), [[(1, -67), (2, -60)]]);
}

#[test]
fn only_the_asked_networks_are_written_and_an_unnamed_one_is_a_strangers() {
    let heard = || vec![(bssid(1), Dbm(-60)), (bssid(2), Dbm(-61)), (bssid(3), Dbm(-62))];
    let recorded = |networks: Option<&str>| {
        let networks = networks.map(|name| [ssid(name)].into());
        let mut recording = Recording::new(at(0), SECOND, networks);
        recording.met(ap(1, "yard", 0));
        recording.met(ap(2, "theirs", 6));
        recording.scanned(at(0), heard());
        assert!(recording.knows(bssid(1)) && !recording.knows(bssid(3)));
        recording.met(ap(1, "another", 36));
        (recording.aps(), recording.advance(at(1000)))
    };
    let (aps, seconds) = recorded(Some("yard"));
    assert_eq!((aps, signals(&seconds)), (1, vec![vec![(1, -60)]]));
    assert_eq!(
        seconds[0].heard[0].0,
        ap(1, "yard", 36),
        "a name stays, a channel is learnt"
    );
    let (aps, seconds) = recorded(None);
    assert_eq!((aps, seconds[0].heard.len()), (2, 3));
}

#[test]
fn the_end_gives_a_begun_second_only_where_something_was_read() {
    let mut begun = recording();
    begun.registered(at(1200), &radio(1), bssid(1), Dbm(-70));
    assert_eq!(signals(&begun.finish(at(1300))), [vec![], vec![(1, -70)]]);
    let mut nothing = recording();
    nothing.registered(at(200), &radio(1), bssid(1), Dbm(-70));
    assert_eq!(signals(&nothing.finish(at(1300))), [vec![(1, -70)]]);
}

#[test]
fn means_are_rounded_to_the_nearest() {
    let cases = [
        (-70, 1, -70),
        (-141, 2, -70),
        (-143, 2, -71),
        (-214, 3, -71),
        (-215, 3, -72),
    ];
    for (sum, count, expected) in cases {
        assert_eq!(mean(sum, count), expected, "{sum} / {count}");
    }
}

/// What can be heard, with how long after the hearing before it.
#[derive(Debug, Clone)]
enum Event {
    Registered(u64, u8, u8, i16),
    Scanned(u64, Vec<(u8, i16)>),
    Lost(u64),
}

fn event() -> impl Strategy<Value = Event> {
    let dbm = -110i16..=10;
    prop_oneof![
        6 => (0u64..1500, 1u8..3, 1u8..6, dbm.clone()).prop_map(|(ms, radio, ap, dbm)| Event::Registered(ms, radio, ap, dbm)),
        3 => (0u64..3000, proptest::collection::vec((1u8..6, dbm), 0..5)).prop_map(|(ms, heard)| Event::Scanned(ms, heard)),
        1 => (0u64..8000).prop_map(Event::Lost),
    ]
}

fn take(recording: &mut Recording, event: &Event, now: Moment) {
    match event {
        Event::Registered(_, one, ap, dbm) => recording.registered(now, &radio(*one), bssid(*ap), Dbm(*dbm)),
        Event::Scanned(_, heard) => {
            recording.scanned(now, heard.iter().map(|(ap, dbm)| (bssid(*ap), Dbm(*dbm))).collect());
        }
        Event::Lost(_) => recording.lost(now),
    }
}

proptest! {
    /// Seconds come once each and in order, whenever they are asked for; each row was heard in its second by a registration
    /// or, no longer ago than a scan stands, by a scan; and the log reads back as it was written.
    #[test]
    fn every_row_was_heard(all in proptest::collection::vec(event(), 1..60)) {
        let (mut often, mut once) = (recording(), recording());
        let mut moments = Vec::new();
        let mut now = at(0);
        let mut seconds = Vec::new();
        for one in &all {
            let (Event::Registered(ms, ..) | Event::Scanned(ms, _) | Event::Lost(ms)) = one;
            now = now + Duration::from_millis(*ms);
            seconds.extend(often.advance(now));
            take(&mut often, one, now);
            take(&mut once, one, now);
            moments.push(now);
        }
        seconds.extend(often.finish(now));
        prop_assert_eq!(&seconds, &once.finish(now), "asked once or often");
        for (index, second) in seconds.iter().enumerate() {
            prop_assert_eq!(usize::try_from(second.number).unwrap(), index);
            let (begin, end) = (at(index as u64 * 1000), at(index as u64 * 1000 + 1000));
            for (ap, signal) in &second.heard {
                let clamped = |dbm: &i16| (*dbm).clamp(-120, 0);
                let mut registered = Vec::new();
                let mut scanned = false;
                for (one, when) in all.iter().zip(&moments) {
                    match one {
                        Event::Registered(_, _, of, dbm) if bssid(*of) == ap.bssid && *when >= begin && *when < end => {
                            registered.push(clamped(dbm));
                        }
                        Event::Scanned(_, heard) if *when < end && begin.since(*when) <= Duration::from_secs(5) => {
                            scanned |= heard.iter().any(|(of, dbm)| bssid(*of) == ap.bssid && clamped(dbm) == signal.0);
                        }
                        _ => {}
                    }
                }
                match (registered.iter().min(), registered.iter().max()) {
                    (Some(min), Some(max)) => prop_assert!((*min..=*max).contains(&signal.0)),
                    _ => prop_assert!(scanned, "second {}: {:?} {:?}", index, ap.bssid, signal),
                }
            }
        }
        let mut written = Vec::new();
        let mut log = LogWriter::new(&mut written).unwrap();
        for second in &seconds {
            log.second(u64::from(second.number), second.heard.iter().map(|(ap, signal)| (ap, *signal))).unwrap();
        }
        log.flush().unwrap();
        drop(log);
        if seconds.iter().any(|second| !second.heard.is_empty()) {
            let back = Drive::parse("log", &written[..]).unwrap();
            let rows = |second: usize| -> Vec<(Bssid, Dbm)> {
                let heard = back.seconds.get(second).into_iter().flatten();
                heard.map(|one| (back.aps[one.ap].bssid, one.signal)).collect()
            };
            for (index, second) in seconds.iter().enumerate() {
                let heard: Vec<_> = second.heard.iter().map(|(ap, signal)| (ap.bssid, *signal)).collect();
                prop_assert_eq!(rows(index), heard);
            }
        }
    }
}
