//! `tikroam evaluate`: policies against drive logs, and the clairvoyant bound.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use serde::Serialize;

use crate::command::{Exit, load_offline};
use crate::drive::Drive;
use crate::evaluate::{self, Driver, Outcome, POLICIES, Row, Terms, Trace, optimum, replay};
use crate::handover::settings::Mind;
use crate::names::Bssid;
use crate::units::Dbm;

/// The name of the bound in tables.
const CLAIRVOYANT: &str = "clairvoyant";

/// Replay policies over drive logs in virtual time, beside a clairvoyant driver
///
/// The model: an access point not listed in a second was heard at -100 dBm. Second t is judged with the access point that
/// is active in it: good when its true signal is above --good, else dark; after that the policy may decide. A swap decided
/// in second t makes the next --swap-cost seconds dark, without decisions, and the new access point is judged from second
/// t + cost + 1. The view of all access points is refreshed each --scan-interval with what was true one second before;
/// the active's own reading is true each second. The first second starts on the strongest access point. That is --model
/// ideal. In --model vehicle a swap goes only to the access point that the standby is on, moving the standby takes 3 s, and
/// scans miss access points and are noisy as measured. The cost of a swap is learned swap by swap, never handed over.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Drive logs
    #[arg(required = true, value_name = "DRIVE.csv")]
    drives: Vec<PathBuf>,
    /// What the radios can do
    #[arg(long, value_enum, default_value_t = Model::Ideal)]
    model: Model,
    /// How many whole seconds a swap is dark; may be given several times or with commas
    #[arg(long, value_name = "SECONDS", value_delimiter = ',', default_values_t = [1, 3, 8], value_parser = clap::value_parser!(u16).range(1..=600))]
    swap_cost: Vec<u16>,
    /// A second is good above this signal
    #[arg(long, value_name = "DBM", default_value_t = -80, allow_negative_numbers = true, value_parser = clap::value_parser!(i16).range(-100..=-30))]
    good: i16,
    /// From one scan to the next, in seconds [default: 2 ideal, 5 vehicle]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..=600))]
    scan_interval: Option<u16>,
    /// The seed of what is left to chance in the vehicle model
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The configuration whose [handover] and [hunt] `tikroam` decides by, save the trigger, which is --good; without
    /// it, their defaults
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Only these policies
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = clap::builder::PossibleValuesParser::new(POLICIES))]
    policy: Vec<String>,
    /// A table for each drive besides
    #[arg(long)]
    per_drive: bool,
    /// Print the result as JSON instead of tables
    #[arg(long)]
    json: bool,
    /// Write each policy's swaps to this file as JSON lines
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Model {
    /// Any access point can be gone to at once
    Ideal,
    /// What two radios really can
    Vehicle,
}

/// One drive's outcomes: for each swap cost each policy's, the clairvoyant's last.
struct Driven {
    name: String,
    bssids: Vec<Bssid>,
    costs: Vec<Vec<Outcome>>,
}

#[derive(Serialize)]
struct Report {
    model: &'static str,
    good_dbm: i16,
    drives: Vec<String>,
    rows: Vec<Told>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    per_drive: Vec<Told>,
}

#[derive(Serialize)]
struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    drive: Option<String>,
    policy: String,
    swap_cost: u16,
    #[serde(flatten)]
    row: Row,
}

#[derive(Serialize)]
struct Decided<'a> {
    drive: &'a str,
    policy: &'a str,
    swap_cost: u16,
    t: usize,
    from: Option<Bssid>,
    to: Bssid,
}

/// Replays and tells the result.
///
/// # Errors
///
/// When a drive log cannot be read or the decisions cannot be written.
#[allow(clippy::print_stdout, reason = "the result is this command's data")]
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let mut policies: Vec<&str> = match args.policy.as_slice() {
        [] => POLICIES.to_vec(),
        some => POLICIES
            .into_iter()
            .filter(|name| some.iter().any(|one| one == name))
            .collect(),
    };
    let mut mind = match args.config.as_deref().map(load_offline) {
        None => Mind::default(),
        Some(Ok(config)) => Mind {
            handover: config.handover().clone(),
            hunt: config.hunt().clone(),
            ..Mind::default()
        },
        Some(Err(exit)) => return Ok(exit),
    };
    mind.handover.trigger = Dbm(args.good);
    let driven = drive_all(args, &mind, &policies)?;
    policies.push(CLAIRVOYANT);
    if let Some(file) = &args.decisions {
        write_decisions(file, args, &policies, &driven)
            .with_context(|| format!("cannot write the decisions to `{}`", file.display()))?;
    }
    let all: Vec<&Driven> = driven.iter().collect();
    let rows = tell(args, &policies, &all, None);
    let each = |one: &&Driven| tell(args, &policies, &[*one], Some(one.name.clone()));
    let per_drive: Vec<Told> = if args.per_drive {
        all.iter().flat_map(each).collect()
    } else {
        Vec::new()
    };
    if args.json {
        let report = Report {
            model: if args.model == Model::Ideal { "ideal" } else { "vehicle" },
            good_dbm: args.good,
            drives: driven.into_iter().map(|one| one.name).collect(),
            rows,
            per_drive,
        };
        println!("{}", serde_json::to_string(&report)?);
        return Ok(Exit::Fine);
    }
    for rows in per_drive.chunk_by(|a, b| a.drive == b.drive) {
        println!("{}\n{}\n", rows[0].drive.as_deref().unwrap_or_default(), table(rows));
    }
    println!("{}", table(&rows));
    Ok(Exit::Fine)
}

fn drive_all(args: &Args, mind: &Mind, policies: &[&str]) -> anyhow::Result<Vec<Driven>> {
    let bar = ProgressBar::new(args.drives.len() as u64)
        .with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} drives")?);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    }
    let driven = args
        .drives
        .par_iter()
        .map(|path| {
            let one = drive_one(args, mind, policies, path);
            bar.inc(1);
            one
        })
        .collect();
    bar.finish_and_clear();
    driven
}

fn drive_one(args: &Args, mind: &Mind, policies: &[&str], path: &Path) -> anyhow::Result<Driven> {
    let trace = Trace::from(&Drive::read(path)?);
    let cost = |cost: &u16| -> anyhow::Result<Vec<Outcome>> {
        let model = match args.model {
            Model::Ideal => evaluate::Model::Ideal,
            Model::Vehicle => evaluate::Model::Vehicle,
        };
        let mut terms = Terms::new(model, usize::from(*cost));
        terms.good = Dbm(args.good);
        terms.seed = args.seed;
        if let Some(interval) = args.scan_interval {
            terms.scan_interval = usize::from(interval);
        }
        let mut outcomes = Vec::with_capacity(policies.len() + 1);
        for policy in policies {
            let Some(mut driver) = Driver::new(policy, mind, model, &trace.bssids) else {
                bail!("no policy is called `{policy}`");
            };
            outcomes.push(replay(&trace, &mut driver, &terms));
        }
        outcomes.push(optimum(&trace, &terms));
        Ok(outcomes)
    };
    Ok(Driven {
        costs: args.swap_cost.par_iter().map(cost).collect::<anyhow::Result<_>>()?,
        name: trace.name,
        bssids: trace.bssids,
    })
}

fn tell(args: &Args, policies: &[&str], driven: &[&Driven], drive: Option<String>) -> Vec<Told> {
    let mut rows = Vec::new();
    for (cost, swap_cost) in args.swap_cost.iter().enumerate() {
        let mut told: Vec<Told> = policies
            .iter()
            .enumerate()
            .filter_map(|(policy, name)| {
                let outcomes = driven
                    .iter()
                    .filter_map(|one| Some((&one.costs[cost][policy], one.costs[cost].last()?)));
                Some(Told {
                    drive: drive.clone(),
                    policy: (*name).to_owned(),
                    swap_cost: *swap_cost,
                    row: evaluate::sum_up(outcomes)?,
                })
            })
            .collect();
        told.sort_by(|a, b| a.row.times_optimum.total_cmp(&b.row.times_optimum));
        rows.append(&mut told);
    }
    rows
}

fn write_decisions(file: &Path, args: &Args, policies: &[&str], driven: &[Driven]) -> anyhow::Result<()> {
    let mut to = BufWriter::new(File::create(file)?);
    for one in driven {
        for (outcomes, swap_cost) in one.costs.iter().zip(&args.swap_cost) {
            for (outcome, policy) in outcomes.iter().zip(policies) {
                let start = (0, None, outcome.start);
                let swaps = outcome.swaps.iter().map(|swap| (swap.at, Some(swap.from), swap.to));
                for (t, from, ap) in std::iter::once(start).chain(swaps) {
                    let Some(bssid) = one.bssids.get(ap) else { continue };
                    let decided = Decided {
                        drive: &one.name,
                        policy,
                        swap_cost: *swap_cost,
                        t,
                        from: from.and_then(|ap| one.bssids.get(ap).copied()),
                        to: *bssid,
                    };
                    serde_json::to_writer(&mut to, &decided)?;
                    to.write_all(b"\n")?;
                }
            }
        }
    }
    to.flush()?;
    Ok(())
}

fn table(rows: &[Told]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN).set_header([
        "swap cost",
        "policy",
        "dark %",
        "x of optimum",
        "longest dark",
        "swaps/min",
        "ping-pong %",
    ]);
    for told in rows {
        table.add_row([
            format!("{} s", told.swap_cost),
            told.policy.clone(),
            format!("{:.1}", told.row.dark_percent),
            format!("{:.2}", told.row.times_optimum),
            format!("{} s", told.row.longest_dark_seconds),
            format!("{:.2}", told.row.swaps_per_minute),
            format!("{:.1}", told.row.ping_pong_percent),
        ]);
    }
    for column in table.column_iter_mut().filter(|column| column.index != 1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
