//! The rules of the house. Each gives the faults that it finds, as lines for people.

use std::collections::BTreeSet;

use super::house::{House, Order};
use super::tree::{Edge, Tree, circles, room};

/// What a pure room must not name, and why.
const IMPURE: [(&[&str], &str); 13] = [
    (&["tokio"], "a runtime"),
    (&["rayon"], "threads"),
    (&["tracing"], "a log"),
    (&["tracing_subscriber"], "a log"),
    (&["mikrotik_rs"], "the router"),
    (&["socket2"], "a socket"),
    (&["std", "fs"], "files"),
    (&["std", "env"], "the environment"),
    (&["std", "process"], "processes"),
    (&["std", "thread"], "threads"),
    (&["std", "time", "Instant"], "a clock"),
    (&["std", "time", "SystemTime"], "a clock"),
    (&["std", "io", "stdin"], "files"),
];

/// Types with a `now()`.
const CLOCKS: [&str; 2] = ["Instant", "SystemTime"];

/// Imports go down the house's table, the simulated vehicle stands beside it, and only the top starts one.
pub(super) fn floors(tree: &Tree, house: &House) -> Vec<String> {
    let mut faults = Vec::new();
    for (file, _) in tree.files() {
        if !is_beside(file) && house.room(room(file)).is_none() {
            faults.push(format!("{file}: the room `{}` is not in the table", room(file)));
        }
    }
    let top = house
        .names()
        .filter_map(|name| house.room(name))
        .map(|room| room.floor)
        .max();
    for (from, to) in tree.imports() {
        if is_beside(&from) {
            if !is_beside(&to) && room(&to) != "drive" {
                faults.push(format!(
                    "{from} imports {to}: the simulated vehicle knows nothing of the client"
                ));
            }
            continue;
        }
        let Some(here) = house.room(room(&from)) else { continue };
        if is_beside(&to) {
            if Some(here.floor) != top {
                faults.push(format!(
                    "{from} imports {to}: only the top floor starts a simulated vehicle"
                ));
            }
            continue;
        }
        let Some(there) = house.room(room(&to)) else { continue };
        if there.floor > here.floor {
            faults.push(format!(
                "{from} (floor {}) imports {to} (floor {})",
                here.floor, there.floor
            ));
        }
    }
    faults
}

/// No circle between two files, nor between two rooms.
pub(super) fn no_circles(tree: &Tree) -> Vec<String> {
    let files = tree.imports();
    let rooms: BTreeSet<Edge> = files
        .iter()
        .map(|(from, to)| (room(from).to_owned(), room(to).to_owned()))
        .filter(|(from, to)| from != to)
        .collect();
    let circles = [circles(&files), circles(&rooms)].concat();
    circles
        .into_iter()
        .map(|circle| format!("circle: {} -> {}", circle.join(" -> "), circle[0]))
        .collect()
}

/// The files of one room import down its own order.
pub(super) fn order(tree: &Tree, order: &Order, folder: &str) -> Vec<String> {
    let inside = |file: &str| -> Option<String> { file.strip_prefix(folder)?.strip_prefix('/').map(str::to_owned) };
    let mut faults = Vec::new();
    for (file, _) in tree.files() {
        if inside(file).is_some_and(|file| order.row(&file).is_none()) {
            faults.push(format!("{file} is not in the order of {folder}.rs"));
        }
    }
    for (from, to) in tree.imports() {
        let (Some(here), Some(there)) = (inside(&from), inside(&to)) else {
            continue;
        };
        if order.row(&there) < order.row(&here) {
            faults.push(format!("{from} imports {to}, which stands above it in {folder}.rs"));
        }
    }
    faults
}

/// Pure rooms only compute.
pub(super) fn purity(tree: &Tree, house: &House) -> Vec<String> {
    let mut faults = Vec::new();
    for (file, code) in tree.files() {
        let of_file = house.room(file.trim_end_matches(".rs"));
        if !of_file.or(house.room(room(file))).is_some_and(|room| room.pure) {
            continue;
        }
        for path in &code.foreign {
            let named = |banned: &[&str]| path.iter().zip(banned).all(|(a, b)| a == b) && path.len() >= banned.len();
            for (banned, what) in IMPURE.iter().filter(|(banned, _)| named(banned)) {
                faults.push(format!("{file}: `{}` is {what}, in a pure room", banned.join("::")));
            }
        }
        if code.local.iter().any(|path| path[..1] == ["clock"]) {
            faults.push(format!("{file}: the clock, in a pure room"));
        }
        if code.is_async {
            faults.push(format!("{file}: `async`, in a pure room"));
        }
    }
    faults
}

/// Only the room `router` names the client crate.
pub(super) fn one_client(tree: &Tree) -> Vec<String> {
    let names = |path: &Vec<String>| path[0] == "mikrotik_rs";
    let files = tree.files().filter(|(file, _)| room(file) != "router");
    files
        .filter(|(_, code)| code.foreign.iter().any(names))
        .map(|(file, _)| format!("{file} names `mikrotik_rs`"))
        .collect()
}

/// Only these files ask what time it is.
pub(super) fn clocks(tree: &Tree, allowed: &[&str]) -> Vec<String> {
    let asks = |path: &Vec<String>| {
        let last = path.iter().rev().take(2).map(String::as_str).collect::<Vec<_>>();
        matches!(last[..], ["now", of] if CLOCKS.contains(&of))
    };
    let files = tree.files().filter(|(file, _)| !allowed.contains(file));
    files
        .filter(|(_, code)| code.foreign.iter().any(asks))
        .map(|(file, _)| format!("{file} asks what time it is: `clock::now` does that"))
        .collect()
}

/// A file has at most so many lines of code, tests left out.
pub(super) fn sizes(tree: &Tree, most: usize) -> Vec<String> {
    let long = tree.files().filter(|(_, code)| code.lines > most);
    long.map(|(file, code)| format!("{file} has {} lines of code, more than {most}", code.lines))
        .collect()
}

/// Each file is a module of another.
pub(super) fn orphans(tree: &Tree) -> Vec<String> {
    let orphans = tree.orphans.iter();
    orphans
        .map(|file| format!("{file}: no file declares it, so that nothing compiles it"))
        .collect()
}

/// Whether a file belongs to the simulated vehicle.
fn is_beside(file: &str) -> bool {
    room(file) == "sim"
}
