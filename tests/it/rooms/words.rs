//! The words of the house: none that it retired, in sources, documents and whatever goes onto other machines.

use std::path::Path;

/// Words that are not used, each with what to write instead. `hold` is not among them: a radio holds its address.
const RETIRED: [(&str, &str); 26] = [
    ("mind", "memory, state"),
    ("wish", "want"),
    ("wishes", "wants"),
    ("wished", "wanted"),
    ("tell", "say, report, log, distinguish"),
    ("tells", "says, reports, logs, distinguishes"),
    ("telling", "saying, reporting"),
    ("told", "said, reported, logged, asked"),
    ("ours", "managed, the agent's"),
    ("known", "seen, read, met, configured"),
    ("quiet", "silent, off"),
    ("would", "does, will, a present tense"),
    ("is worth", "a figure"),
    ("begun anew", "begun again"),
    ("begins anew", "begins again"),
    ("toggle", "turn on, turn off"),
    ("primary", "active"),
    ("secondary", "standby"),
    ("failover", "handover, swap"),
    ("manager", "what it owns"),
    ("handler", "what it does"),
    ("helper", "what it does"),
    ("helpers", "what it does"),
    ("utils", "what they do"),
    ("context", "what it holds"),
    ("ctx", "what it holds"),
];

/// Where a retired word is the name that others gave to a thing.
const ALLOWED: [(&str, &str, &str); 21] = [
    ("src/sim/router", "primary", "RouterOS"),
    ("src/setup", "primary", "RouterOS"),
    ("contrib/router", "primary", "RouterOS"),
    ("src/sim", "failover", "the rival that has only the router's own means"),
    ("src/trial", "failover", "the same"),
    ("src/cli/demo.rs", "failover", "the same"),
    ("src/cli/sim.rs", "failover", "the same"),
    ("README.md", "failover", "the same"),
    ("CHANGELOG.md", "failover", "the same"),
    ("tests/it/demo.rs", "failover", "the same"),
    ("src/cli", "context", "anyhow's trait"),
    ("src/trial.rs", "context", "anyhow's trait"),
    ("src/log", "context", "a type of tracing-subscriber"),
    ("src/router", "context", "what a future is polled with"),
    ("benches", "context", "anyhow's trait"),
    ("tests/it/log.rs", "context", "a type of tracing-subscriber"),
    ("tests/it/routeros-commands.txt", "helper", "RouterOS"),
    ("tests/it/routeros-commands.txt", "manager", "RouterOS"),
    ("tests/it/routeros-commands.txt", "secondary", "RouterOS"),
    ("tests/clients/look_tls.py", "context", "a type of Python's ssl"),
    ("tests/clients/run", "quiet", "an option of pip"),
];

/// A retired word at a line.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    line: usize,
    word: &'static str,
    instead: &'static str,
}

/// The words of a line, in lower case: `TimedOut`, `timed_out` and "timed out" are two words each.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_is_lower = false;
    for char in line.chars() {
        if !char.is_ascii_alphabetic() || (before_is_lower && char.is_ascii_uppercase()) {
            words.push(String::new());
        }
        if char.is_ascii_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.push(char.to_ascii_lowercase());
        }
        before_is_lower = char.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn retired(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for (line, words) in text.lines().map(words).enumerate() {
        for (word, instead) in RETIRED {
            let parts: Vec<&str> = word.split(' ').collect();
            let count = words.windows(parts.len()).filter(|window| *window == parts).count();
            found.extend((0..count).map(|_| Found {
                line: line + 1,
                word,
                instead,
            }));
        }
    }
    found
}

/// Files below a place that hold text.
fn texts(place: &Path, into: &mut Vec<(String, String)>) {
    if place.is_dir() {
        for entry in std::fs::read_dir(place).unwrap() {
            texts(&entry.unwrap().path(), into);
        }
    } else if place.extension().is_none_or(|ending| ending != "csv")
        && let Ok(text) = std::fs::read_to_string(place)
    {
        let name = place.strip_prefix(super::root()).unwrap();
        into.push((name.display().to_string(), text));
    }
}

/// The retired words in these files, and whatever is allowed for nothing.
fn faults(files: &[(String, String)], allowed: &[(&str, &str, &str)]) -> Vec<String> {
    let mut used = vec![false; allowed.len()];
    let mut faults = Vec::new();
    for (file, text) in files {
        for found in retired(text) {
            let place = |(place, word, _): &(&str, &str, &str)| file.starts_with(place) && *word == found.word;
            match allowed.iter().position(place) {
                Some(entry) => used[entry] = true,
                None => faults.push(format!("{file}:{}: `{}`: {}", found.line, found.word, found.instead)),
            }
        }
    }
    let unused = allowed.iter().zip(used).filter(|(_, used)| !used);
    faults.extend(unused.map(|((place, word, _), _)| format!("`{word}` is allowed in {place}, which has none")));
    faults
}

#[test]
fn no_retired_word_is_used() {
    let mut files = Vec::new();
    for place in [
        "src",
        "tests",
        "benches",
        "docs",
        "contrib",
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "agent.toml",
    ] {
        texts(&super::root().join(place), &mut files);
    }
    // The list itself.
    files.retain(|(file, _)| file != "tests/it/rooms/words.rs");
    assert!(files.len() > 300, "the test no longer sees the files: {}", files.len());
    files.sort();
    super::assert_none(&faults(&files, &ALLOWED));
}

#[test]
fn a_retired_word_is_found_in_any_form() {
    let found = |text| retired(text).iter().map(|found| found.word).collect::<Vec<_>>();
    assert_eq!(found("it tells, and told"), ["tells", "told"]);
    assert_eq!(
        found("struct ConnectionManager;\nlet what_is_known = 1;"),
        ["manager", "known"]
    );
    assert_eq!(found("This is Worth a try."), ["is worth"]);
    assert_eq!(found("remind, hours, wood, holds, \u{fc}ber, TOLD"), ["told"]);
    assert_eq!(found("stop and foretold"), Vec::<&str>::new());
}

#[test]
fn a_name_that_others_gave_is_allowed_where_it_is_used() {
    let files = |text: &str| vec![("src/cli.rs".to_owned(), text.to_owned())];
    let allowed = [("src/cli", "context", "anyhow's trait")];
    assert_eq!(faults(&files("use anyhow::Context;"), &allowed), Vec::<String>::new());
    assert_eq!(
        faults(&files("\n// the manager of a context"), &allowed),
        ["src/cli.rs:2: `manager`: what it owns"]
    );
    assert_eq!(
        faults(&files(""), &allowed),
        ["`context` is allowed in src/cli, which has none"]
    );
}
