//! `tikroam evaluate`: policies against drive logs, and the clairvoyant bound.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use comfy_table::Table;
use rayon::prelude::*;
use serde::Serialize;

use crate::cli::replay::{Model, Replay, Source, bar, table};
use crate::cli::{Exit, note, print};
use crate::drive::{JUDGING_SEEDS, Kind};
use crate::evaluate::{self, Driver, Outcome, POLICIES, Row, optimum, replay};
use crate::handover::settings::Rules;
use crate::names::Bssid;

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
///
/// `tikroam` is the code that drives the vehicle; its standby goes where its own hunt sends it, that of the other policies
/// after each scan to the best mean of three scans that is better by 6 dB. `clairvoyant` knows the whole drive and is the
/// least dark that is possible in the ideal model, of equally dark ways the one with fewer swaps. x of optimum is a
/// policy's dark over the clairvoyant's, in both models, each at least one second; over several drives it is the geometric
/// mean. Ping-pong is the share of swaps back to the access point just left, within 10 s. Each cell has one figure for
/// each swap cost; the least dark policy comes first.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n\
\x20 tikroam evaluate monday.csv tuesday.csv")]
pub struct Args {
    #[command(flatten)]
    replay: Replay,
    /// Only these policies
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = clap::builder::PossibleValuesParser::new(POLICIES))]
    policy: Vec<String>,
    /// A table for each drive besides
    #[arg(long)]
    per_drive: bool,
    /// A table for each kind of generated drives besides
    #[arg(long, requires = "generated")]
    per_kind: bool,
    /// Print the result as JSON instead of tables, one line for each model
    #[arg(long)]
    json: bool,
    /// Write each policy's swaps to this file as JSON lines; with one model only
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
}

/// One drive's outcomes: for each model and swap cost each policy's, the clairvoyant's last.
struct Driven {
    name: String,
    kind: Option<Kind>,
    bssids: Vec<Bssid>,
    models: Vec<Vec<Vec<Outcome>>>,
}

#[derive(Serialize)]
struct Report<'a> {
    model: &'static str,
    good_dbm: i16,
    drives: Vec<&'a str>,
    rows: Vec<Line>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    per_drive: Vec<Line>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    per_kind: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    drive: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
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

/// Replays and prints the result.
///
/// # Errors
///
/// When a drive log cannot be read, or the decisions or the result cannot be written.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    if args.decisions.is_some() && args.replay.model.len() > 1 {
        note("error: --decisions writes the swaps of one model; give one --model");
        return Ok(Exit::Usage);
    }
    let mut policies: Vec<&str> = match args.policy.as_slice() {
        [] => POLICIES.to_vec(),
        some => POLICIES
            .into_iter()
            .filter(|name| some.iter().any(|one| one == name))
            .collect(),
    };
    let rules = match args.replay.rules() {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    let driven = drive_all(args, &rules, &policies)?;
    policies.push(CLAIRVOYANT);
    if let Some(file) = &args.decisions {
        write_decisions(file, args, &policies, &driven)
            .with_context(|| format!("cannot write the decisions to `{}`", file.display()))?;
    }
    for (number, model) in args.replay.model.iter().enumerate() {
        let lines = |driven: &[&Driven]| lines(args, number, &policies, driven);
        let rows = lines(&driven.iter().collect::<Vec<_>>());
        let mut per_drive = Vec::new();
        for one in driven.iter().filter(|_| args.per_drive) {
            let drive = Some(one.name.clone());
            per_drive.extend(lines(&[one]).into_iter().map(|row| Line {
                drive: drive.clone(),
                ..row
            }));
        }
        let mut per_kind = Vec::new();
        for kind in Kind::ALL.into_iter().filter(|_| args.per_kind) {
            let of_kind: Vec<&Driven> = driven.iter().filter(|one| one.kind == Some(kind)).collect();
            let kind = Some(kind.name());
            per_kind.extend(lines(&of_kind).into_iter().map(|row| Line { kind, ..row }));
        }
        if args.json {
            let report = Report {
                model: model.name(),
                good_dbm: args.replay.good,
                drives: driven.iter().map(|one| one.name.as_str()).collect(),
                rows,
                per_drive,
                per_kind,
            };
            print(serde_json::to_string(&report)? + "\n")?;
            continue;
        }
        for rows in per_drive.chunk_by(|a, b| a.drive == b.drive) {
            let drive = rows[0].drive.as_deref().unwrap_or_default();
            print(format_args!("{}\n\n", titled(args, *model, drive, rows)))?;
        }
        for rows in per_kind.chunk_by(|a, b| a.kind == b.kind) {
            let kind = format!("generated drives of kind {}", rows[0].kind.unwrap_or_default());
            print(format_args!("{}\n\n", titled(args, *model, &kind, rows)))?;
        }
        let drives = match driven.len() {
            1 => "one drive".to_owned(),
            many => format!("{many} drives"),
        };
        let last = number + 1 == args.replay.model.len();
        let end = if last { "\n" } else { "\n\n" };
        print(format_args!("{}{end}", titled(args, *model, &drives, &rows)))?;
    }
    Ok(Exit::Fine)
}

fn drive_all(args: &Args, rules: &Rules, policies: &[&str]) -> anyhow::Result<Vec<Driven>> {
    let sources = args.replay.sources(JUDGING_SEEDS);
    let bar = bar(sources.len(), "drives")?;
    let each = |source: &Source| {
        let one = drive_one(args, rules, policies, source);
        bar.inc(1);
        one
    };
    sources.par_iter().map(each).collect()
}

fn drive_one(args: &Args, rules: &Rules, policies: &[&str], source: &Source) -> anyhow::Result<Driven> {
    let trace = source.trace()?;
    let best: Vec<Outcome> = args
        .replay
        .swap_cost
        .par_iter()
        .map(|cost| optimum(&trace, &args.replay.terms(Model::Ideal, *cost)))
        .collect();
    let outcomes = |model: Model, cost: u16, best: &Outcome| -> anyhow::Result<Vec<Outcome>> {
        let terms = args.replay.terms(model, cost);
        let outcome = |policy: &&str| {
            let driver = Driver::new(policy, rules, &terms, &trace.bssids);
            let mut driver = driver.ok_or_else(|| anyhow!("no policy is called `{policy}`"))?;
            Ok(replay(&trace, &mut driver, &terms))
        };
        policies.iter().map(outcome).chain([Ok(best.clone())]).collect()
    };
    let costs = |model: &Model| -> anyhow::Result<Vec<Vec<Outcome>>> {
        let costs = args.replay.swap_cost.par_iter().zip(&best);
        costs.map(|(cost, best)| outcomes(*model, *cost, best)).collect()
    };
    Ok(Driven {
        models: args.replay.model.par_iter().map(costs).collect::<anyhow::Result<_>>()?,
        name: trace.name,
        kind: source.kind(),
        bssids: trace.bssids,
    })
}

fn lines(args: &Args, model: usize, policies: &[&str], driven: &[&Driven]) -> Vec<Line> {
    let mut rows = Vec::new();
    for (cost, swap_cost) in args.replay.swap_cost.iter().enumerate() {
        let mut of_cost: Vec<Line> = policies
            .iter()
            .enumerate()
            .filter_map(|(policy, name)| {
                let outcomes = driven.iter().filter_map(|one| {
                    let outcomes = &one.models[model][cost];
                    Some((&outcomes[policy], outcomes.last()?))
                });
                Some(Line {
                    drive: None,
                    kind: None,
                    policy: (*name).to_owned(),
                    swap_cost: *swap_cost,
                    row: evaluate::sum_up(outcomes)?,
                })
            })
            .collect();
        of_cost.sort_by(|a, b| a.row.times_optimum.total_cmp(&b.row.times_optimum));
        rows.append(&mut of_cost);
    }
    rows
}

fn write_decisions(file: &Path, args: &Args, policies: &[&str], driven: &[Driven]) -> anyhow::Result<()> {
    let mut to = BufWriter::new(File::create(file)?);
    for one in driven {
        for (outcomes, swap_cost) in one.models.iter().flatten().zip(&args.replay.swap_cost) {
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

fn titled(args: &Args, model: Model, what: &str, rows: &[Line]) -> String {
    let costs = args.replay.costs();
    format!(
        "{what}, {} model, swaps of {costs}\n\n{}",
        model.name(),
        by_policy(rows)
    )
}

/// One row a policy, one figure a swap cost in each cell.
fn by_policy(rows: &[Line]) -> Table {
    let mut policies: Vec<(&str, Vec<&Row>)> = Vec::new();
    for line in rows {
        match policies.iter_mut().find(|(policy, _)| *policy == line.policy) {
            Some((_, costs)) => costs.push(&line.row),
            None => policies.push((&line.policy, vec![&line.row])),
        }
    }
    let logs = |rows: &[&Row]| rows.iter().map(|row| row.times_optimum.ln()).sum::<f64>();
    policies.sort_by(|a, b| logs(&a.1).total_cmp(&logs(&b.1)));
    let header = [
        "policy",
        "x of optimum",
        "dark %",
        "longest dark, s",
        "swaps/min",
        "ping-pong %",
    ];
    table(
        &header.map(str::to_owned),
        policies.into_iter().map(|(policy, rows)| {
            let cell = |figure: &dyn Fn(&Row) -> String| {
                let figures: Vec<String> = rows.iter().map(|row| figure(row)).collect();
                figures.join(" / ")
            };
            vec![
                policy.to_owned(),
                cell(&|row| format!("{:.2}", row.times_optimum)),
                cell(&|row| format!("{:.1}", row.dark_percent)),
                cell(&|row| row.longest_dark_seconds.to_string()),
                cell(&|row| format!("{:.2}", row.swaps_per_minute)),
                cell(&|row| format!("{:.1}", row.ping_pong_percent)),
            ]
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(policy: &str, swap_cost: u16, times_optimum: f64) -> Line {
        Line {
            drive: None,
            kind: None,
            policy: policy.to_owned(),
            swap_cost,
            row: Row {
                dark_percent: 10.0 * times_optimum,
                times_optimum,
                longest_dark_seconds: usize::from(swap_cost),
                swaps_per_minute: 1.0,
                ping_pong_percent: 0.0,
            },
        }
    }

    #[test]
    fn a_policy_is_one_row_with_a_figure_for_each_swap_cost_and_the_least_dark_is_first() {
        let rows = [
            line("script", 1, 1.1),
            line("tikroam", 1, 1.2),
            line("tikroam", 8, 1.25),
            line("script", 8, 1.5),
        ];
        let table = by_policy(&rows).to_string();
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let lines: Vec<String> = table.lines().map(words).collect();
        assert_eq!(lines.len(), 4, "{table}");
        assert_eq!(
            lines[2],
            "| tikroam | 1.20 / 1.25 | 12.0 / 12.5 | 1 / 8 | 1.00 / 1.00 | 0.0 / 0.0 |"
        );
        assert!(lines[3].starts_with("| script | 1.10 / 1.50 |"), "{table}");
    }
}
