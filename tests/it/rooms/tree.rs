//! The files of a crate and what they import from each other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use super::code::Code;

/// A crate's source files outside tests, by their path below `src/`.
#[derive(Debug, Default)]
pub(super) struct Tree {
    files: BTreeMap<String, Code>,
    /// Files that no other file declares as a module.
    pub orphans: Vec<String>,
}

/// What imports, and what it imports.
pub(super) type Edge = (String, String);

impl Tree {
    /// Reads files given by their path below `src/` and their text.
    pub(super) fn read(texts: &BTreeMap<String, String>) -> Tree {
        let mut files: BTreeMap<String, Code> = BTreeMap::new();
        let mut tests = BTreeSet::new();
        let roots = ["lib.rs", "main.rs"].map(str::to_owned);
        let mut open: VecDeque<String> = roots.into_iter().filter(|root| texts.contains_key(root)).collect();
        while let Some(file) = open.pop_front() {
            let module = module(&file);
            let code = Code::read(&module, &texts[&file]);
            let child = |name: &String| {
                format!(
                    "{}.rs",
                    [module.as_slice(), std::slice::from_ref(name)].concat().join("/")
                )
            };
            open.extend(code.modules.iter().map(child).filter(|child| texts.contains_key(child)));
            tests.extend(code.test_modules.iter().map(child));
            files.insert(file, code);
        }
        let of_tests = |file: &String| {
            tests.contains(file) || tests.iter().any(|test| file.starts_with(&test.replace(".rs", "/")))
        };
        let orphans = texts
            .keys()
            .filter(|file| !files.contains_key(*file) && !of_tests(file));
        Tree {
            orphans: orphans.cloned().collect(),
            files,
        }
    }

    /// Reads all files below a folder.
    pub(super) fn below(src: &Path) -> Tree {
        let mut texts = BTreeMap::new();
        let mut folders = vec![src.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs") {
                    let name = path.strip_prefix(src).unwrap().to_str().unwrap().to_owned();
                    texts.insert(name, std::fs::read_to_string(path).unwrap());
                }
            }
        }
        Tree::read(&texts)
    }

    /// The files that are modules, the roots of the crate left out.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &Code)> {
        let files = self.files.iter().map(|(file, code)| (file.as_str(), code));
        files.filter(|(file, _)| *file != "lib.rs")
    }

    /// Which file imports from which other.
    pub(super) fn imports(&self) -> BTreeSet<Edge> {
        let mut edges = BTreeSet::new();
        for (file, code) in self.files() {
            let found = code.local.iter().filter_map(|path| self.file_of(path));
            edges.extend(found.filter(|to| to != file).map(|to| (file.to_owned(), to)));
        }
        edges
    }

    /// The file of the innermost module that a path leads to.
    fn file_of(&self, path: &[String]) -> Option<String> {
        let prefixes = (1..=path.len())
            .rev()
            .map(|length| format!("{}.rs", path[..length].join("/")));
        prefixes.into_iter().find(|file| self.files.contains_key(file))
    }
}

/// The room of a file.
pub(super) fn room(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

/// Circles among edges, each as short as it can be and named once, the shortest first.
pub(super) fn circles(edges: &BTreeSet<Edge>) -> Vec<Vec<String>> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in edges {
        next.entry(from).or_default().push(to);
    }
    let mut found = BTreeSet::new();
    for (from, to) in edges {
        if let Some(mut circle) = way(&next, to, from) {
            let least = circle.iter().enumerate().min_by_key(|(_, name)| **name);
            let least = least.map_or(0, |(at, _)| at);
            circle.rotate_left(least);
            found.insert(circle.into_iter().map(str::to_owned).collect());
        }
    }
    let mut found: Vec<Vec<String>> = found.into_iter().collect();
    found.sort_by_key(Vec::len);
    found
}

/// The shortest way between two.
fn way<'a>(next: &BTreeMap<&'a str, Vec<&'a str>>, from: &'a str, to: &'a str) -> Option<Vec<&'a str>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut open = VecDeque::from([from]);
    while let Some(here) = open.pop_front() {
        if here == to {
            let mut way = vec![to];
            while *way.last()? != from {
                way.push(before[way.last()?]);
            }
            way.reverse();
            return Some(way);
        }
        for &there in next.get(here).into_iter().flatten() {
            if there != from && !before.contains_key(there) {
                before.insert(there, here);
                open.push_back(there);
            }
        }
    }
    None
}

/// The path of a file's module from the root of the crate.
fn module(file: &str) -> Vec<String> {
    match file {
        "lib.rs" | "main.rs" => Vec::new(),
        _ => file.trim_end_matches(".rs").split('/').map(str::to_owned).collect(),
    }
}
