//! Fits the table of chances in `src/handover/chance.rs` to drive logs and prints it.
//!
//! `cargo run --release --example fit -- DRIVE.csv...`: the logs count as much as generated laps of a campus, as
//! generated streets and as a generated dense town.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use tikroam::drive::{Drive, Kind, generate};
use tikroam::handover::policy::fit::{Seconds, fit};
use tikroam::units::Dbm;

const GOOD: Dbm = Dbm(-80);

fn main() -> anyhow::Result<()> {
    let mut logs = Vec::new();
    for path in std::env::args().skip(1) {
        let drive = Drive::read(Path::new(&path)).with_context(|| path.clone())?;
        logs.push(seconds(&drive));
    }
    let generated = |kinds: &[Kind], length: usize, drives: u64| -> Vec<Seconds> {
        let each = kinds.iter().flat_map(|kind| (0..drives).map(|seed| (*kind, seed)));
        each.map(|(kind, seed)| seconds(&generate(kind, length, seed)))
            .collect()
    };
    let mut groups = vec![
        generated(&[Kind::Campus], 1_000, 8),
        generated(&[Kind::Boulevard, Kind::Bus, Kind::Highway], 500, 4),
        generated(&[Kind::Town], 500, 4),
    ];
    if !logs.is_empty() {
        groups.push(logs);
    }
    let mut out = std::io::stdout().lock();
    for row in fit(&groups) {
        let row: Vec<String> = row.iter().map(|weight| format!("{weight:.3}")).collect();
        writeln!(out, "    [{}],", row.join(", "))?;
    }
    Ok(())
}

fn seconds(drive: &Drive) -> Seconds {
    let second = |heard: &Vec<tikroam::drive::Heard>| {
        let mut above = vec![None; drive.aps.len()];
        for one in heard {
            above[one.ap] = Some(one.signal - GOOD);
        }
        above
    };
    drive.seconds.iter().map(second).collect()
}
