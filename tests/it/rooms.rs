//! The rooms of the program: imports go down only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The floor of each room; a room imports from its own floor or below.
const FLOORS: [(&str, u8); 27] = [
    ("cli", 9),
    ("trial", 9),
    ("log", 9),
    ("observation", 3),
    ("agent", 8),
    ("findings", 8),
    ("executor", 8),
    ("router", 8),
    ("journal", 8),
    ("config", 6),
    ("clock", 8),
    ("report", 7),
    ("evaluate", 7),
    ("drive", 7),
    ("entry", 6),
    ("handover", 5),
    ("swap", 4),
    ("snapshot", 3),
    ("routeros", 2),
    ("units", 1),
    ("names", 1),
    ("marks", 2),
    ("survey", 3),
    ("sim", 0),
    ("status", 8),
    ("record", 8),
    ("main", 10),
];

/// Rooms that decide or compute only: no runtime, no log, no router, no files, no clock.
const PURE: [&str; 12] = [
    "config",
    "entry",
    "handover",
    "swap",
    "snapshot",
    "observation",
    "routeros",
    "marks",
    "survey",
    "units",
    "names",
    "evaluate",
];

/// Files of other rooms that compute only as well.
const PURE_FILES: [&str; 2] = ["drive/recording.rs", "record/idle.rs"];

fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

/// Each source file outside tests, with its room and its text.
fn files() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    let file = |path: &PathBuf| {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        let room = name.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        let text = std::fs::read_to_string(path).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
        (name, room, text)
    };
    let all = paths.iter().map(file);
    all.filter(|(name, room, _)| room != "lib" && !name.contains("/tests"))
        .collect()
}

/// The rooms that a file names by `crate::ROOM`, comments left out.
fn named(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut rooms = Vec::new();
    for line in code {
        for part in line.split("crate::").skip(1) {
            let room: String = part
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                .collect();
            rooms.push(room);
        }
    }
    rooms
}

#[test]
fn imports_go_down() {
    let floors: BTreeMap<&str, u8> = FLOORS.into_iter().collect();
    let mut edges = 0;
    for (name, room, text) in files() {
        let floor = *floors
            .get(room.as_str())
            .unwrap_or_else(|| panic!("{name}: room `{room}` has no floor"));
        for other in named(&text) {
            if other.is_empty() || other == room {
                continue;
            }
            edges += 1;
            if room == "sim" {
                assert_eq!(
                    other, "drive",
                    "{name}: the simulated vehicle knows nothing of the client"
                );
                continue;
            }
            assert!(
                other != "sim" || floor == 9,
                "{name}: only commands may start a simulated vehicle"
            );
            let there = floors
                .get(other.as_str())
                .unwrap_or_else(|| panic!("{name}: `crate::{other}` has no floor"));
            assert!(
                *there <= floor,
                "{name} (floor {floor}) imports `{other}` (floor {there})"
            );
        }
    }
    assert!(edges > 100, "the test no longer sees the imports: {edges}");
}

#[test]
fn only_the_router_names_the_client_crate() {
    for (name, room, text) in files() {
        assert!(
            room == "router" || !text.contains("mikrotik_rs"),
            "{name} names mikrotik_rs"
        );
    }
}

#[test]
fn pure_rooms_stay_pure() {
    for (name, room, text) in files() {
        if !PURE.contains(&room.as_str()) && !PURE_FILES.contains(&name.as_str()) {
            continue;
        }
        for banned in ["tokio", "tracing::", "std::fs", "Instant", "SystemTime", "async fn"] {
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            for line in code {
                assert!(!line.contains(banned), "{name}: `{banned}` in a pure room: {line}");
            }
        }
    }
}
