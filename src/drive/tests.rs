use std::collections::BTreeSet;
use std::io::Write as _;

use super::*;
use crate::names::Ssid;
use crate::units::Dbm;

fn parsed(text: &str) -> Result<Drive, ReadError> {
    Drive::parse("log", text.as_bytes())
}

fn fault(rows: &str) -> (u64, usize, Fault) {
    match parsed(&format!("time_s,bssid,ssid,channel,signal_dbm\n{rows}")) {
        Err(ReadError::Rows { mut faults, .. }) if faults.len() == 1 => {
            let RowFault { line, column, fault } = faults.remove(0);
            (line, column, fault)
        }
        other => panic!("{other:?}"),
    }
}

/// The changes (second, from, to) of a driver who leaves an access point whose level is below -80 dBm for 5 s for one
/// that is 10 dB better for as long.
fn reasons(drive: &Drive) -> Vec<(usize, usize, usize)> {
    let levels = drive.levels();
    let level = |ap: usize, second: usize| levels[ap][second] / 3;
    let best = |second| {
        (0..levels.len())
            .max_by_key(|&ap| (level(ap, second), levels.len() - ap))
            .unwrap()
    };
    let mut active = best(0);
    let mut found = Vec::new();
    for second in 0..drive.seconds.len() {
        let to = best(second);
        let mut lasting = second..(second + 5).min(drive.seconds.len());
        if lasting.all(|at| level(active, at) < -80 && level(to, at) >= level(active, at) + 10) {
            found.push((second, active, to));
            active = to;
        }
    }
    found
}

/// Whether a demo of 65 s starts on a strong access point, nearly always has one to go to, and has two or three good reasons to change, the first
/// within 10 to 40 s, one between access points of one network and one between two networks.
fn is_fit_to_show(drive: &Drive) -> bool {
    let shown: Vec<_> = reasons(drive).into_iter().filter(|reason| reason.0 < 60).collect();
    let same = shown.iter().filter(|(_, from, to)| from % 3 == to % 3).count();
    let first = shown.first().map_or(0, |reason| reason.0);
    let strong = drive.seconds[0].iter().any(|heard| heard.signal >= Dbm(-65));
    let covered = |second: &&Vec<Heard>| second.iter().any(|heard| heard.signal >= Dbm(-75));
    let covered = drive.seconds[..65].iter().filter(covered).count() >= 62;
    strong
        && covered
        && drive.aps.len() >= 6
        && (10..40).contains(&first)
        && same >= 1
        && shown.len() > same
        && shown.len() <= 3
}

/// A whole drive as a log. Silent seconds at its very end have no row.
fn written(drive: &Drive) -> Vec<u8> {
    let mut to = Vec::new();
    let mut log = LogWriter::new(&mut to).unwrap();
    for (second, heard) in (0..).zip(&drive.seconds) {
        let heard = heard.iter().map(|one| (&drive.aps[one.ap], one.signal));
        log.second(second, heard).unwrap();
    }
    log.flush().unwrap();
    drop(log);
    to
}

#[test]
fn the_embedded_drive_is_generated_from_the_first_seed_fit_to_show() {
    let drive = |seed| generate(Kind::Boulevard, 300, seed);
    let seed = (0..).find(|&seed| is_fit_to_show(&drive(seed))).unwrap();
    assert_eq!(seed, 1);

    let written = written(&drive(seed));
    if let Ok(path) = std::env::var("TIKROAM_WRITE_EMBEDDED") {
        std::fs::File::create(path).unwrap().write_all(&written).unwrap();
    }
    assert!(
        written == include_bytes!("embedded.csv"),
        "TIKROAM_WRITE_EMBEDDED=src/drive/embedded.csv cargo test --lib embedded_drive writes it again"
    );
    assert_eq!(embedded().seconds, drive(seed).seconds);
}

#[test]
fn a_log_with_holes_keeps_every_second_and_row() {
    let drive = parsed(
        "time_s,bssid,ssid,channel,signal_dbm\r\n2,02:00:00:00:00:02,,36,-70\r\n2,02:00:00:00:00:01,\"a,b\",6,-50\r\n\
         9,02:00:00:00:00:02,late,36,-71\r\n9,02:00:00:00:00:02,late,36,-69\r\n",
    )
    .unwrap();
    let heard = |ap, dbm| Heard { ap, signal: Dbm(dbm) };
    assert_eq!(drive.seconds.len(), 10);
    assert_eq!(drive.seconds[2], [heard(0, -50), heard(1, -70)]);
    assert_eq!(drive.seconds[9], [heard(1, -69)]);
    assert_eq!(drive.seconds.iter().flatten().count(), 3);
    assert_eq!(drive.aps[0].ssid, Ssid::new(b"a,b").ok());
    assert_eq!(drive.aps[1].ssid, Ssid::new(b"late").ok());
}

#[test]
fn every_kind_survives_being_written_and_read() {
    for kind in Kind::ALL {
        let mut drive = generate(kind, 200, 3);
        let written = written(&drive);
        while drive.seconds.last().is_some_and(Vec::is_empty) {
            drive.seconds.pop();
        }
        assert_eq!(Drive::parse(&drive.name, &written[..]).unwrap(), drive);
        assert_eq!(generate(kind, 200, 3).aps, drive.aps);
        assert_ne!(generate(kind, 200, 4).seconds, drive.seconds);
    }
}

/// Measured at walking to cycling pace, as on a campus: 2.4 to 3.4 dB, 95 % within 5 to 8 dB.
#[test]
fn generated_air_changes_from_second_to_second_as_measured() {
    let mut changes = Vec::new();
    for seed in 0..8 {
        for pair in generate(Kind::Campus, 600, seed).seconds.windows(2) {
            for now in &pair[1] {
                let before = pair[0].iter().find(|one| one.ap == now.ap);
                changes.extend(before.map(|before| (now.signal - before.signal).as_f64().abs()));
            }
        }
    }
    let spread = (changes.iter().map(|change| change * change).sum::<f64>() / changes.len() as f64).sqrt();
    changes.sort_by(f64::total_cmp);
    let most = changes[changes.len() * 95 / 100];
    assert!((2.4..=3.8).contains(&spread), "{spread}");
    assert!((5.0..=8.0).contains(&most), "{most}");
}

#[test]
fn bad_fields_are_reported_with_line_and_column() {
    let ap = "02:00:00:00:00:01";
    let long = "x".repeat(33);
    for (rows, place, what) in [
        (format!("1.5,{ap},a,6,-50\n"), (2, 1), "whole number of seconds"),
        (format!("-1,{ap},a,6,-50\n"), (2, 1), "whole number of seconds"),
        (
            format!("5,{ap},a,6,-50\n3,{ap},a,6,-50\n"),
            (3, 1),
            "goes back from 5 to 3",
        ),
        (
            format!("1548000000,{ap},a,6,-50\n"),
            (2, 1),
            "jumps from 0 to 1548000000",
        ),
        (
            format!("0,{ap},a,6,-50\n0,02:00:00:00:01,a,6,-50\n"),
            (3, 2),
            "is not a BSSID",
        ),
        (format!("0,{ap},{long},6,-50\n"), (2, 3), "at most 32 bytes"),
        (format!("0,{ap},a,2437,-50\n"), (2, 4), "is not a channel"),
        (format!("0,{ap},a,6,50\n"), (2, 5), "from -120 to 0"),
        (format!("0,{ap},a,6,-121\n"), (2, 5), "from -120 to 0"),
        (format!("0,{ap},a,6,\x1b[31m\n"), (2, 5), "`\\x1b[31m`"),
    ] {
        let (line, column, fault) = fault(&rows);
        assert_eq!((line, column), place, "{rows}");
        assert!(fault.to_string().contains(what), "{fault}");
        assert!(
            !fault.hint().is_empty() && !fault.to_string().contains("hint"),
            "{fault}"
        );
    }
}

#[test]
fn all_faults_are_reported_at_once_and_no_value_whole() {
    let long = "9".repeat(5_000);
    let rows = format!("0,nonsense,a,{long},50\n1,02:00:00:00:00:01,a,6\n2,02:00:00:00:00:01,a,,-50\n");
    let error = parsed(&format!("time_s,bssid,ssid,channel,signal_dbm\n{rows}")).unwrap_err();
    let shown = "9".repeat(100);
    assert_eq!(error.hint(), None);
    assert_eq!(
        error.to_string().replace(&shown, "999"),
        "drive log `log`: line 2, column 2 (`bssid`): `nonsense` is not a BSSID such as `02:00:00:00:00:01`\n  \
         hint: six pairs of hex digits with colons\n\
         line 2, column 4 (`channel`): `999... (5000 characters)` is not a channel\n  \
         hint: the number, 1 to 233, not a frequency in MHz; 0 or empty when it was not heard\n\
         line 2, column 5 (`signal_dbm`): `50` is not a signal from -120 to 0\n  \
         hint: whole dBm; leave out rows of what was not heard\n\
         line 3, column 4 (`channel`): the row has 4 fields, not five\n  \
         hint: a field that holds a comma stands in \"quotes\""
    );
    let many = "x,02:00:00:00:00:01,a,6,-50\n".repeat(1_000);
    let error = parsed(&format!("time_s,bssid,ssid,channel,signal_dbm\n{many}")).unwrap_err();
    assert!(matches!(error, ReadError::Rows { faults, .. } if faults.len() == 20));
}

#[test]
fn a_few_rows_do_not_take_much_memory() {
    let days = (1..=8).map(|day| format!("{},02:00:00:00:00:01,a,6,-50\n", day * 86_400));
    assert_eq!(fault(&days.collect::<String>()), (9, 1, Fault::Long(691_200)));
}

#[test]
fn logs_that_are_no_logs_are_refused() {
    assert!(matches!(parsed(""), Err(ReadError::Empty { .. })));
    assert!(matches!(
        parsed("time_s,bssid,ssid,channel,signal_dbm\n"),
        Err(ReadError::Empty { .. })
    ));
    assert!(matches!(
        parsed("time,bssid,ssid,channel,rssi\n"),
        Err(ReadError::Header { .. })
    ));
    let short = parsed("time_s,bssid,ssid,channel,signal_dbm\n0,02:00:00:00:00:01,a,6\n");
    assert!(matches!(short, Err(ReadError::Rows { .. })));
    assert!(parsed("\u{feff}time_s,bssid,ssid,channel,signal_dbm\n0,02:00:00:00:00:01,a,6,-50\n").is_ok());
}

#[test]
fn the_most_fading_second_is_before_the_deepest_fade() {
    let mut rows = String::from("time_s,bssid,ssid,channel,signal_dbm\n");
    for second in 0..60 {
        rows += &format!(
            "{second},02:00:00:00:00:01,a,6,{}\n",
            if second < 40 { -50 } else { -90 }
        );
        rows += &format!("{second},02:00:00:00:00:02,b,6,-70\n");
    }
    let drive = parsed(&rows).unwrap();
    assert_eq!(drive.most_fading_second(10), 32);
    assert_eq!(drive.most_fading_second(60), 0);
    assert_eq!(drive.most_fading_second(100), 0);
}

#[test]
fn the_embedded_drive_networks_are_dealt_by_bssid() {
    let ssids: BTreeSet<_> = embedded().aps.into_iter().map(|ap| ap.ssid).collect();
    assert_eq!(ssids.len(), 3);
}
