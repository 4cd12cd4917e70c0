use super::*;
use crate::entry::VERSION;

fn entry(n: u64) -> Entry {
    Entry {
        v: VERSION,
        at: Moment::from_micros(n),
        time: "2026-01-01T00:00:00Z".into(),
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
    let at = |name: &str| -> Vec<u64> {
        let back = read(&dir.path().join(name)).unwrap();
        assert_eq!(back.unreadable, Vec::<usize>::new());
        back.entries
            .iter()
            .map(|entry| u64::try_from(entry.at.since_start().as_micros()).unwrap())
            .collect()
    };
    assert_eq!(at("journal.jsonl.2"), [5, 6]);
    assert_eq!(at("journal.jsonl.1"), [7, 8]);
    assert_eq!(at("journal.jsonl"), [9]);
    assert!(!dir.path().join("journal.jsonl.3").exists());
}

#[test]
fn the_files_of_a_journal_are_found_by_its_name_the_oldest_first() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    assert_eq!(files(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
    for name in ["", ".1", ".2", ".10", ".1.csv", ".bak", ".+3", "x"] {
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
            "journal.jsonl.10",
            "journal.jsonl.2",
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
