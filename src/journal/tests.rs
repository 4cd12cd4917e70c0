use super::*;
use std::io::Read as _;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::ap_names::ApNames;
use crate::entry::VERSION;
use crate::handover::Decision;
use crate::handover::reason::Reason;
use crate::handover::settings::Rules;
use crate::observation::Observation;
use crate::units::WallTime;

fn entry(n: u64) -> Entry {
    Entry {
        v: VERSION,
        at: Moment::from_micros(n),
        time: WallTime::from_millis(1_800_000_000_000),
        event: Event::Disconnected { cause: "pulled".into() },
    }
}

fn journal(path: &Path) -> Journal {
    Journal::new(path, 10_000, 1, Duration::from_micros(10))
}

#[test]
fn rotates_by_size_and_keeps_as_many_as_asked() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let mut journal = Journal::new(&path, 250, 2, RETRY);
    for n in 1..=9 {
        journal.append(&entry(n));
    }
    drop(journal);
    let at = |name: &str| -> Vec<u64> {
        let back = read(&dir.path().join(name)).unwrap();
        assert_eq!(back.unreadable, Vec::<usize>::new());
        back.entries
            .iter()
            .map(|entry| u64::try_from(entry.at.since_start().as_micros()).unwrap())
            .collect()
    };
    assert_eq!(at("journal.jsonl.2.gz"), [5, 6]);
    assert_eq!(at("journal.jsonl.1.gz"), [7, 8]);
    assert_eq!(at("journal.jsonl"), [9]);
    let mut names: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["journal.jsonl", "journal.jsonl.1.gz", "journal.jsonl.2.gz"]);
}

#[test]
fn the_files_of_a_journal_are_found_by_its_name_the_oldest_first() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    assert_eq!(files(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
    for name in [
        "",
        ".1",
        ".2",
        ".2.gz",
        ".10.gz",
        ".1.csv",
        ".bak",
        ".+3",
        "x",
        ".gz",
        ".3.gz.part",
    ] {
        fs::write(dir.path().join(format!("journal.jsonl{name}")), "").unwrap();
    }
    fs::write(dir.path().join("other.jsonl"), "").unwrap();
    let names: Vec<_> = files(&path)
        .unwrap()
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "journal.jsonl.10.gz",
            "journal.jsonl.2.gz",
            "journal.jsonl.1",
            "journal.jsonl"
        ]
    );
    assert_eq!(
        files(&dir.path().join("no/journal.jsonl")).unwrap_err().kind(),
        io::ErrorKind::NotFound
    );
}

#[test]
fn a_line_that_a_power_cut_left_unfinished_loses_only_itself() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    journal(&path).append(&entry(1));
    OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap()
        .write_all(b"{\"v\":1,\"at\":2")
        .unwrap();
    journal(&path).append(&entry(3));
    let back = read(&path).unwrap();
    assert_eq!(back.entries, [entry(1), entry(3)]);
    assert_eq!(back.unreadable, [2]);
}

#[test]
fn a_journal_that_cannot_be_opened_is_tried_again_and_says_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("not yet").join("journal.jsonl");
    let mut journal = journal(&path);
    journal.append(&entry(1));
    journal.append(&entry(2));
    // The next try finds the folder still missing.
    journal.append(&entry(11));
    fs::create_dir(path.parent().unwrap()).unwrap();
    // Too soon.
    journal.append(&entry(20));
    journal.append(&entry(21));
    journal.append(&entry(22));
    let gap = Entry {
        event: Event::Missing { entries: 4 },
        ..entry(21)
    };
    assert_eq!(read(&path).unwrap().entries, [gap, entry(21), entry(22)]);
}

#[test]
fn a_journal_that_cannot_be_rotated_goes_on_when_it_can() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let mut journal = Journal::new(&path, 100, 1, Duration::from_micros(10));
    journal.append(&entry(1));
    // A folder in the way of the rotated file.
    let way = dir.path().join("journal.jsonl.1");
    fs::create_dir_all(way.join("occupied")).unwrap();
    journal.append(&entry(2));
    assert_eq!(read(&path).unwrap().entries, [entry(1)]);
    fs::remove_dir_all(&way).unwrap();
    journal.append(&entry(12));
    assert_eq!(read(&way).unwrap().entries, [entry(1)]);
    assert_eq!(read(&path).unwrap().entries.last(), Some(&entry(12)));
}

/// What is in a journal, the oldest first.
fn whole(path: &Path) -> Vec<Entry> {
    let files = files(path).unwrap();
    let read = |file: &PathBuf| {
        let back = read(file).unwrap();
        assert_eq!(back.unreadable, Vec::<usize>::new(), "{}", file.display());
        back.entries
    };
    files.iter().flat_map(read).collect()
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Each state that a power cut can leave, in the order in which a rotation goes through them: nothing is lost or doubled,
/// for who reads before the next start and after it.
#[test]
fn a_power_cut_at_any_step_of_a_rotation_loses_nothing() {
    type Cut = fn(&dyn Fn(&str) -> PathBuf);
    let cuts: [(&str, Cut); 6] = [
        ("the oldest got its new number", |at| {
            fs::rename(at(".2.gz"), at(".3.gz")).unwrap();
        }),
        ("all got their new numbers", |at| {
            fs::rename(at(".2.gz"), at(".3.gz")).unwrap();
            fs::rename(at(".1.gz"), at(".2.gz")).unwrap();
        }),
        ("the newest is rotated", |at| {
            fs::rename(at(".2.gz"), at(".3.gz")).unwrap();
            fs::rename(at(".1.gz"), at(".2.gz")).unwrap();
            fs::rename(at(""), at(".1")).unwrap();
        }),
        ("a part of it is compressed", |at| {
            fs::rename(at(".2.gz"), at(".3.gz")).unwrap();
            fs::rename(at(".1.gz"), at(".2.gz")).unwrap();
            fs::rename(at(""), at(".1")).unwrap();
            fs::write(at(".1.gz.part"), [0x1f, 0x8b, 8]).unwrap();
        }),
        ("all of it is compressed", |at| {
            fs::rename(at(".2.gz"), at(".3.gz")).unwrap();
            fs::rename(at(".1.gz"), at(".2.gz")).unwrap();
            let mut gz = GzEncoder::new(File::create(at(".1.gz")).unwrap(), Compression::default());
            io::copy(&mut File::open(at("")).unwrap(), &mut gz).unwrap();
            gz.finish().unwrap();
            fs::rename(at(""), at(".1")).unwrap();
        }),
        ("an older version left it plain", |at| {
            let mut plain = Vec::new();
            let mut gz = MultiGzDecoder::new(File::open(at(".2.gz")).unwrap());
            gz.read_to_end(&mut plain).unwrap();
            fs::write(at(".2"), plain).unwrap();
            fs::remove_file(at(".2.gz")).unwrap();
        }),
    ];
    for (cut, make) in cuts {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        let mut journal = Journal::new(&path, 250, 9, RETRY);
        for n in 1..=6 {
            journal.append(&entry(n));
        }
        drop(journal);
        assert_eq!(
            names(dir.path()),
            ["journal.jsonl", "journal.jsonl.1.gz", "journal.jsonl.2.gz"]
        );
        make(&|ending| dir.path().join(format!("journal.jsonl{ending}")));
        assert_eq!(whole(&path), (1..=6).map(entry).collect::<Vec<_>>(), "{cut}");
        let mut journal = Journal::new(&path, 250, 9, RETRY);
        for n in 7..=9 {
            journal.append(&entry(n));
        }
        drop(journal);
        assert_eq!(whole(&path), (1..=9).map(entry).collect::<Vec<_>>(), "{cut}");
        let plain: Vec<_> = names(dir.path())
            .into_iter()
            .filter(|name| !name.ends_with(".gz"))
            .collect();
        assert_eq!(plain, ["journal.jsonl"], "{cut}");
    }
}

#[test]
fn each_file_can_be_read_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let mut journal = Journal::new(&path, 1_000, 40, RETRY);
    let event = Event::Began {
        version: "0.1.0".into(),
        vehicle: Some("unit-14".into()),
        config: Some("0123abcd".into()),
        aps: ApNames::default(),
        rules: Rules::default(),
    };
    journal.append(&Entry { event, ..entry(0) });
    let step = |n| {
        let seen = Observation::default();
        let decision = Decision {
            swap_to: None,
            bounce: false,
            reason: Reason::Nowhere { from: None },
            moves: Vec::new(),
        };
        let event = Event::Step { seen, decision };
        Entry { event, ..entry(n) }
    };
    for n in 1..200 {
        journal.append(&step(n));
    }
    drop(journal);
    let files = files(&path).unwrap();
    assert!(files.len() > 2);
    for file in &files[1..] {
        let first = &read(file).unwrap().entries[0];
        assert!(matches!(&first.event, Event::Continued { config: Some(config), .. } if config == "0123abcd"));
    }
    let all = whole(&path);
    let steps = all.iter().filter(|entry| matches!(entry.event, Event::Step { .. }));
    assert_eq!(steps.count(), 199);
}

#[test]
fn a_place_where_no_journal_can_be_is_seen_without_writing() {
    let dir = tempfile::tempdir().unwrap();
    let kind = |path: &Path| check_place(path).err().map(|error| error.kind());
    assert_eq!(kind(dir.path()), Some(io::ErrorKind::IsADirectory));
    let path = dir.path().join("journal.jsonl");
    assert_eq!(kind(&path), None);
    assert!(!path.exists());
    fs::write(&path, "").unwrap();
    assert_eq!(kind(&path), None);
    assert_eq!(kind(&path.join("journal.jsonl")), Some(io::ErrorKind::NotADirectory));
    assert_eq!(
        kind(&dir.path().join("no/journal.jsonl")),
        Some(io::ErrorKind::NotFound)
    );
    // Nobody may write here, root included.
    assert!(kind(Path::new("/proc/self/journal.jsonl")).is_some());
    assert_eq!(kind(Path::new("journal.jsonl")), None);
}
