//! `tikroam tune`: the parameters of `[handover]` that suit given drives, judged on drives that they were not chosen by.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context as _, bail};
use indicatif::ProgressBar;
use rayon::prelude::*;
use serde::Serialize;

use crate::command::replay::{Model, Replay, Source, bar, table};
use crate::command::{Exit, note, print};
use crate::drive::TUNING_SEEDS;
use crate::evaluate::tune::{Setting, Tuning, cross_validate, score};
use crate::evaluate::{Outcome, Terms, Trace, optimum};
use crate::handover::settings::Mind;

/// One drive is cut into at most so many pieces, none shorter than this.
const PIECES: usize = 5;
const PIECE_SECONDS: usize = 120;

/// Search the parameters of `[handover]` that suit your drives
///
/// Replays `tikroam` over each drive as `evaluate` does, with each setting of a grid of horizon, margin and dwell around
/// those of --config, or the defaults. The score is x of optimum, the geometric mean over drives, swap costs and models.
/// Each drive in turn is left out, a setting is chosen by all others, and judged on the one left out: only that tells what
/// tuning brings on streets that were not tuned on. Of equal settings the one that changes less is chosen.
///
/// The changed lines of agent.toml, chosen by all drives, go to stdout; nothing does when the gain on drives left out may be
/// luck (a chance of 5 % and more by their spread), and then it is best to keep what there is. All else goes to stderr.
///
/// A single drive is cut into pieces of equal length, and each piece in turn is left out. They lie in the same streets, so
/// that says less of others; record several drives.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    replay: Replay,
    /// Print the result as JSON instead of changed lines
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    models: Vec<&'static str>,
    swap_costs: Vec<u16>,
    good_dbm: i16,
    /// Whether the drives left out are pieces of one drive.
    pieces_of_one_drive: bool,
    folds: Vec<Told>,
    present: Spread,
    tuned: Spread,
    gain_percent: f64,
    gain_standard_error_percent: Option<f64>,
    pays: bool,
    changed: BTreeMap<&'static str, String>,
}

/// A drive's name and the score of each setting on it.
type Scored = (String, Vec<f64>);

/// One drive that was left out: x of optimum there, and what the others chose.
#[derive(Serialize)]
struct Told {
    drive: String,
    present: f64,
    tuned: f64,
    horizon: String,
    margin: String,
    dwell: String,
}

/// x of optimum over drives.
#[derive(Serialize)]
struct Spread {
    mean: f64,
    lowest: f64,
    highest: f64,
}

/// Tunes and tells the result.
///
/// # Errors
///
/// When a drive log cannot be read, a single one is too short to be cut, or stdout does not take the result.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let mind = match args.replay.mind() {
        Ok(mind) => mind,
        Err(exit) => return Ok(exit),
    };
    let present = Setting::of(&mind.handover);
    let settings = present.around();
    let sources = args.replay.sources(TUNING_SEEDS);
    let scored: anyhow::Result<Vec<Scored>> = if let [one] = sources.as_slice() {
        let pieces = pieces(&one.trace()?)?;
        let bar = bar(pieces.len() * settings.len(), "replays")?;
        let all = pieces
            .iter()
            .map(|piece| score_all(args, &mind, &settings, piece, &bar));
        all.collect()
    } else {
        let bar = bar(sources.len() * settings.len(), "replays")?;
        let each = |source: &Source| score_all(args, &mind, &settings, &source.trace()?, &bar);
        sources.par_iter().map(each).collect()
    };
    let (names, scores): (Vec<String>, Vec<Vec<f64>>) = scored?.into_iter().unzip();
    let tuning = cross_validate(&scores).context("there are no drives")?;
    let report = report(args, &settings, &tuning, names, sources.len() == 1);
    if args.json {
        print(serde_json::to_string(&report)? + "\n")?;
        return Ok(Exit::Fine);
    }
    note(told(args, &report));
    if tuning.pays() {
        print(lines(settings[tuning.chosen], present))?;
    }
    Ok(Exit::Fine)
}

/// The drive in pieces, each to be left out in turn.
fn pieces(trace: &Trace) -> anyhow::Result<Vec<Trace>> {
    let pieces = PIECES.min(trace.seconds() / PIECE_SECONDS);
    if pieces < 2 {
        bail!(
            "drive `{}` is too short to be tuned on alone: {} s\n\nhint: give several drives, or one of {} s at least",
            trace.name,
            trace.seconds(),
            2 * PIECE_SECONDS
        );
    }
    Ok(trace.pieces(pieces))
}

fn score_all(
    args: &Args,
    mind: &Mind,
    settings: &[Setting],
    trace: &Trace,
    bar: &ProgressBar,
) -> anyhow::Result<Scored> {
    let best = |cost: &u16| (*cost, optimum(trace, &args.replay.terms(Model::Ideal, *cost)));
    let best: Vec<(u16, Outcome)> = args.replay.swap_cost.par_iter().map(best).collect();
    let on = |model: &Model| -> Vec<(Terms, Outcome)> {
        let judged = best.iter();
        judged
            .map(|(cost, best)| (args.replay.terms(*model, *cost), best.clone()))
            .collect()
    };
    let judged: Vec<(Terms, Outcome)> = args.replay.model.iter().flat_map(on).collect();
    let scores: Option<Vec<f64>> = settings
        .par_iter()
        .map(|setting| {
            let score = score(trace, &setting.in_mind(mind), &judged);
            bar.inc(1);
            score
        })
        .collect();
    Ok((
        trace.name.clone(),
        scores.context("there is no swap cost or model to judge by")?,
    ))
}

fn report(args: &Args, settings: &[Setting], tuning: &Tuning, names: Vec<String>, pieces: bool) -> Report {
    let folds: Vec<Told> = names
        .into_iter()
        .zip(&tuning.folds)
        .map(|(drive, fold)| {
            let chosen = settings[fold.chosen];
            Told {
                drive,
                present: fold.present,
                tuned: fold.tuned,
                horizon: written(chosen.horizon),
                margin: written(chosen.margin),
                dwell: written(chosen.dwell),
            }
        })
        .collect();
    let changed = settings[tuning.chosen].changed(settings[0]).into_iter();
    Report {
        models: args.replay.model.iter().map(|model| model.name()).collect(),
        swap_costs: args.replay.swap_cost.clone(),
        good_dbm: args.replay.good,
        pieces_of_one_drive: pieces,
        present: spread(folds.iter().map(|fold| fold.present)),
        tuned: spread(folds.iter().map(|fold| fold.tuned)),
        folds,
        gain_percent: 100.0 * (1.0 - (-tuning.gain).exp()),
        gain_standard_error_percent: tuning.error.is_finite().then_some(100.0 * tuning.error),
        pays: tuning.pays(),
        changed: changed
            .filter(|_| tuning.pays())
            .map(|(key, value)| (key, written(value)))
            .collect(),
    }
}

fn spread(figures: impl Iterator<Item = f64> + Clone) -> Spread {
    Spread {
        mean: (figures.clone().map(f64::ln).sum::<f64>() / figures.clone().count().max(1) as f64).exp(),
        lowest: figures.clone().fold(f64::MAX, f64::min),
        highest: figures.fold(f64::MIN, f64::max),
    }
}

/// What a person reads: each drive left out, and whether tuning pays.
fn told(args: &Args, report: &Report) -> String {
    let (now, keep) = match &args.replay.config {
        None => ("default", "the defaults".to_owned()),
        Some(file) => ("present", format!("what `{}` has", file.display())),
    };
    let left_out = if report.pieces_of_one_drive { "piece" } else { "drive" };
    let header = [left_out, now, "tuned on the others", "horizon", "margin", "dwell"].map(str::to_owned);
    let folds = report.folds.iter().map(|fold| {
        vec![
            fold.drive.clone(),
            format!("{:.2}", fold.present),
            format!("{:.2}", fold.tuned),
            fold.horizon.clone(),
            fold.margin.clone(),
            fold.dwell.clone(),
        ]
    });
    let across = |spread: &Spread| format!("{:.3} ({:.2} to {:.2})", spread.mean, spread.lowest, spread.highest);
    let mut text = format!(
        "x of optimum on each {left_out} left out, {} model, swaps of {}\n\n{}\n\n{now}: {}, the mean and the range\n\
         tuned on the others: {}\nless dark on what was left out: {:.1} %",
        args.replay.models(),
        args.replay.costs(),
        table(&header, folds),
        across(&report.present),
        across(&report.tuned),
        report.gain_percent,
    );
    if let Some(error) = report.gain_standard_error_percent {
        write!(text, ", standard error {error:.1} %").ok();
    }
    if report.pieces_of_one_drive {
        text +=
            "\nThese are pieces of one drive, in the same streets: other streets may differ. Record several drives.";
    }
    text += &if report.pays {
        "\n\nThese lines of agent.toml, chosen by all drives, suit them better:".to_owned()
    } else {
        format!("\n\nKeep {keep}: on drives that were not tuned on, no gain that could not be luck.")
    };
    text
}

/// The changed lines of `agent.toml`.
fn lines(setting: Setting, from: Setting) -> String {
    let lines = setting.changed(from).into_iter();
    lines.fold("[handover]\n".to_owned(), |text, (key, value)| {
        format!("{text}{key} = \"{}\"\n", written(value))
    })
}

/// A duration as `agent.toml` has it.
fn written(value: Duration) -> String {
    if value.subsec_nanos() == 0 {
        format!("{}s", value.as_secs())
    } else {
        format!("{}ms", value.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;
    use crate::handover::settings::Settings;

    const SHIPPED: &str = include_str!("../../agent.toml");

    #[test]
    fn every_setting_that_can_win_loads_as_it_is_printed() {
        let environment = BTreeMap::from([("TIKROAM__ROUTER__PASSWORD".to_owned(), "sesame".to_owned())]);
        let present = Setting::of(&Settings::default());
        for setting in present.around() {
            let lines = lines(setting, present);
            let text = SHIPPED.replace("[handover]\n", &lines);
            assert!(text.contains(&lines), "the example has a section [handover]");
            let config = Config::parse(Path::new("agent.toml"), &text, &environment).unwrap();
            assert_eq!(Setting::of(config.handover()), setting, "{lines}");
        }
    }

    #[test]
    fn a_single_drive_is_cut_into_pieces_that_are_not_too_short() {
        let rows = |seconds: usize| {
            let row = |t: usize| format!("{t},02:00:00:00:00:01,a,1,-60\n");
            let text =
                std::iter::once("time_s,bssid,ssid,channel,signal_dbm\n".to_owned()).chain((0..seconds).map(row));
            let text: String = text.collect();
            Trace::from(&crate::drive::Drive::parse("monday", text.as_bytes()).unwrap())
        };
        assert!(pieces(&rows(239)).is_err());
        let names = |seconds| -> Vec<(String, usize)> {
            let pieces = pieces(&rows(seconds)).unwrap();
            pieces
                .into_iter()
                .map(|piece| (piece.name.clone(), piece.seconds()))
                .collect()
        };
        assert_eq!(
            names(241),
            [("monday 1/2".to_owned(), 120), ("monday 2/2".to_owned(), 120)]
        );
        assert_eq!(names(1_503).len(), 5);
        assert_eq!(names(1_503)[4], ("monday 5/5".to_owned(), 300));
    }
}
