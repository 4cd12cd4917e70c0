//! `tikroam tune`: the numbers of `[handover]` that suit given drives, judged on drives that they were not chosen by.

use anyhow::{Context as _, bail};
use indicatif::ProgressBar;
use rayon::prelude::*;

use crate::cli::replay::{Model, Replay, Source, bar, table};
use crate::cli::{Exit, note, print};
use crate::drive::TUNING_SEEDS;
use crate::evaluate::tune::{Setting, Tuning, cross_validate, score};
use crate::evaluate::{Outcome, Terms, Trace, optimum};
use crate::handover::settings::Rules;

/// Search the numbers of `[handover]` that suit your drives
///
/// Replays `tikroam` over each drive as `evaluate` does, with some 300 settings of trigger, hysteresis and floor around
/// those of --config, or the defaults. The score is x of optimum, the geometric mean over drives, swap costs and models.
/// Each drive in turn is left out, a setting is chosen by all others, and judged on the one left out: only that shows what
/// tuning brings on streets that were not tuned on. Of equal settings the one that changes less is chosen.
///
/// The changed lines of agent.toml, chosen by all drives, go to stdout; nothing does when the gain on drives left out is
/// within its spread, and then it is best to keep what you have. All else goes to stderr.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n\
\x20 tikroam tune monday.csv tuesday.csv wednesday.csv")]
pub struct Args {
    #[command(flatten)]
    replay: Replay,
    /// Print the result as JSON instead of changed lines
    #[arg(long)]
    json: bool,
}

/// Tunes and reports the result.
///
/// # Errors
///
/// When a drive log cannot be read, or there is only one.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let rules = match args.replay.rules() {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    let sources = args.replay.sources(TUNING_SEEDS);
    if sources.len() < 2 {
        bail!(
            "one drive cannot be judged by the others\n\nhint: give several drives; ten minutes each is a fair length"
        );
    }
    let settings = Setting::of(&rules.handover).around();
    let bar = bar(sources.len() * settings.len(), "replays")?;
    let each = |source: &Source| score_all(args, &rules, &settings, source, &bar);
    let scores: Vec<(String, Vec<f64>)> = sources.par_iter().map(each).collect::<anyhow::Result<_>>()?;
    let tuning = cross_validate(&settings, &scores).context("there are no drives")?;
    if args.json {
        print(serde_json::to_string(&tuning)? + "\n")?;
        return Ok(Exit::Fine);
    }
    note(text(args, &tuning));
    if let Some(chosen) = tuning.chosen {
        print(lines(chosen, settings[0]))?;
    }
    Ok(Exit::Fine)
}

/// A drive's name and the score of each setting on it.
fn score_all(
    args: &Args,
    rules: &Rules,
    settings: &[Setting],
    source: &Source,
    bar: &ProgressBar,
) -> anyhow::Result<(String, Vec<f64>)> {
    let trace: Trace = source.trace()?;
    let mut judged: Vec<(Terms, Outcome)> = Vec::new();
    for cost in &args.replay.swap_cost {
        let best = optimum(&trace, &args.replay.terms(Model::Ideal, *cost));
        judged.extend(
            args.replay
                .model
                .iter()
                .map(|model| (args.replay.terms(*model, *cost), best.clone())),
        );
    }
    let scores: Option<Vec<f64>> = settings
        .par_iter()
        .map(|setting| {
            let score = score(&trace, &setting.within(rules), &judged);
            bar.inc(1);
            score
        })
        .collect();
    Ok((
        trace.name,
        scores.context("there is no swap cost or model to judge by")?,
    ))
}

/// What a person reads: each drive left out, and whether tuning pays.
fn text(args: &Args, tuning: &Tuning) -> String {
    let now = if args.replay.config.is_some() {
        "present"
    } else {
        "default"
    };
    let header = [
        "drive left out",
        now,
        "tuned on the others",
        "trigger",
        "hysteresis",
        "floor",
    ]
    .map(str::to_owned);
    let rows = tuning.folds.iter().map(|fold| {
        let x = [fold.present, fold.tuned].map(|x| format!("{x:.2}"));
        let chosen = [fold.chosen.trigger.0, fold.chosen.hysteresis.0, fold.chosen.floor.0];
        let figures = x.into_iter().chain(chosen.map(|number| number.to_string()));
        std::iter::once(fold.drive.clone()).chain(figures).collect()
    });
    let percent = |logarithm: f64| 100.0 * (1.0 - (-logarithm).exp());
    let advice = if tuning.chosen.is_some() {
        "These lines of agent.toml, chosen by all drives, suit them better:"
    } else {
        "Keep what you have: on drives that were not tuned on, the gain is within its spread."
    };
    format!(
        "x of optimum, {} model, swaps of {}\n\n{}\n\nless dark on drives left out: {:.1} %, spread {:.1} %\n\n{advice}",
        args.replay.models(),
        args.replay.costs(),
        table(&header, rows),
        percent(tuning.gain),
        percent(tuning.spread),
    )
}

/// The changed lines of `agent.toml`.
fn lines(setting: Setting, from: Setting) -> String {
    let lines = setting
        .changed(from)
        .into_iter()
        .map(|(key, value)| format!("{key} = {value}\n"));
    format!("[handover]\n{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
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
}
