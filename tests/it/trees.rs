//! The commands of a transcript against what RouterOS has.
//!
//! `routeros-commands.txt` beside this file lists them, and is part of the repository. Where the folder
//! `shared/routeros-tree` stands beside the clone, with the whole command trees of tikoci/restraml (public domain) as
//! `7.20.8.json` and the like, each command is looked up there as well.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

/// Words that the protocol itself has, beside the arguments of a command.
const OF_THE_PROTOCOL: [&str; 2] = [".proplist", ".id"];

/// The arguments of each command that a listed version has.
pub(crate) fn listed() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut there: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut path = "";
    let lines = include_str!("routeros-commands.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let arguments = match line.split_once(':') {
            Some((command, arguments)) => {
                path = command;
                arguments
            }
            None => line,
        };
        there.entry(path).or_default().extend(arguments.split_whitespace());
    }
    there
}

/// Each kind of command that went to the router: its path, and the names of its arguments.
pub(crate) fn sent(transcript: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut sent: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in std::fs::read_to_string(transcript).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let words = line["words"].as_array().unwrap();
        let mut words = words.iter().map(|word| word.as_str().unwrap());
        let Some(command) = words.next().filter(|word| line["dir"] == "in" && word.starts_with('/')) else {
            continue;
        };
        let names = words.filter_map(|word| Some(word.strip_prefix('=')?.split('=').next().unwrap().to_owned()));
        sent.entry(command.to_owned()).or_default().extend(names);
    }
    sent
}

/// What of these a router with this answer to "which arguments has this command" refuses.
fn refused(sent: &BTreeMap<String, BTreeSet<String>>, has: impl Fn(&str) -> Option<BTreeSet<String>>) -> Vec<String> {
    let mut refused = Vec::new();
    for (command, names) in sent {
        if ["/login", "/cancel", "/quit"].contains(&command.as_str()) {
            continue;
        }
        let Some(arguments) = has(command) else {
            refused.push(format!("no {command}"));
            continue;
        };
        let unknown = names
            .iter()
            .filter(|name| !arguments.contains(*name) && !OF_THE_PROTOCOL.contains(&name.as_str()));
        refused.extend(unknown.map(|name| format!("{command} has no {name}")));
    }
    refused
}

/// A command's arguments in a tree, whose menus are nested below the longest path that it names.
fn arguments(tree: &Value, command: &str) -> Option<BTreeSet<String>> {
    let parts: Vec<&str> = command.trim_start_matches('/').split('/').collect();
    let (mut node, rest) = (1..=parts.len()).rev().find_map(|length| {
        let path = format!("/{}", parts[..length].join("/"));
        Some((tree.get(path)?, &parts[length..]))
    })?;
    for part in rest {
        node = node.get(part)?;
    }
    Some(node.as_object()?.keys().cloned().collect())
}

/// That every RouterOS of the list and of the trees takes what was sent.
pub(crate) fn assert_taken(what: &str, transcript: &Path) {
    let sent = sent(transcript);
    assert!(sent.len() > 10, "{what}: {sent:?}");
    let there = listed();
    let of_list = |command: &str| {
        let arguments = there.get(command)?.iter();
        Some(arguments.map(|name| (*name).to_owned()).collect())
    };
    assert_eq!(refused(&sent, of_list), [""; 0], "{what}");
    let trees = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/routeros-tree");
    for version in ["7.16.2", "7.20.8", "7.24"] {
        let Ok(text) = std::fs::read_to_string(trees.join(format!("{version}.json"))) else {
            continue;
        };
        let tree: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            refused(&sent, |command| arguments(&tree, command)),
            [""; 0],
            "{what} on {version}"
        );
    }
}

#[test]
fn a_command_that_no_router_has_is_found() {
    let sent = |words: &str| {
        let mut words = words.split(' ').map(str::to_owned);
        BTreeMap::from([(words.next().unwrap(), words.collect::<BTreeSet<_>>())])
    };
    let tree = serde_json::json!({ "/ip/route": { "set": { "gateway": "", "numbers": "" } } });
    let has = |command: &str| arguments(&tree, command);
    assert_eq!(refused(&sent("/ip/route/set .id gateway"), has), [""; 0]);
    assert_eq!(
        refused(&sent("/ip/route/set gatewy"), has),
        ["/ip/route/set has no gatewy"]
    );
    assert_eq!(refused(&sent("/ip/rout/set gateway"), has), ["no /ip/rout/set"]);
}
