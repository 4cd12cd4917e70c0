//! Fuzz targets: functions that take any bytes. `cargo test` replays the committed inputs of each, `tests/corpus/NAME/`;
//! `cargo bolero` looks for more, as CONTRIBUTING.md says.
//!
//! A target must neither panic nor hang, nor take more memory than its input allows.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::config::Config;
use crate::drive::Drive;
use crate::entry::{Entry, Unpacker, replay};
use crate::record;

/// Runs a target on each of its committed inputs, or, in a build of the fuzzer, on what that comes upon.
macro_rules! target {
    ($name:literal, $run:expr) => {
        if cfg!(fuzzing) {
            bolero::check!().for_each(|bytes: &[u8]| $run(bytes));
        } else {
            for bytes in crate::fuzz::corpus($name) {
                $run(&bytes);
            }
        }
    };
}
pub(crate) use target;

/// The committed inputs of a target; there are some.
pub(crate) fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(target);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let inputs: Vec<Vec<u8>> = files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect();
    assert!(!inputs.is_empty(), "{} is empty", folder.display());
    inputs
}

fn drive_log(bytes: &[u8]) {
    match Drive::parse("log.csv", bytes) {
        Ok(drive) => assert!(drive.seconds.len() <= 7 * 86_400 + 1),
        Err(error) => assert!(error.to_string().len() < 20_000),
    }
}

/// A file, and after a NUL the variables of an environment, one a line.
fn configuration(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (text, variables) = text.split_once('\0').unwrap_or((&text, ""));
    let variables = variables.lines().filter_map(|line| line.split_once('='));
    let environment: BTreeMap<String, String> = variables
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    match Config::parse(Path::new("agent.toml"), text, &environment) {
        Ok(config) => drop(config.divided(10.0)),
        Err(faults) => assert!(!faults.to_string().contains("sesame"), "a password is shown"),
    }
}

fn journal(bytes: &[u8]) {
    let mut unpacker = Unpacker::default();
    let lines = bytes.split(|byte| *byte == b'\n');
    let entries: Vec<Entry> = lines
        .filter_map(|line| unpacker.line(line).ok().map(|read| read.owned()))
        .collect();
    // A journal that says something impossible is refused; what it says then is another test's.
    replay(entries.iter().cloned()).ok();
    let second = std::time::Duration::from_secs(1);
    record::drives(entries.into_iter().map(Ok::<_, ()>), second, |_, _| Ok(())).ok();
}

#[test]
fn fuzz_drive_log() {
    target!("drive_log", drive_log);
}

#[test]
fn fuzz_configuration() {
    target!("configuration", configuration);
}

#[test]
fn fuzz_journal() {
    target!("journal", journal);
}
