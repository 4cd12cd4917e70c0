//! The policy's parameters that suit given drives best, judged on drives that they were not chosen by.
//!
//! Every setting of a grid around the present one is replayed over every drive once. What is chosen by some of the drives
//! is then a matter of adding up, so each drive in turn is left out, a setting chosen by the others, and judged on it.

use std::time::Duration;

use super::{Driver, Outcome, Terms, Trace, replay};
use crate::handover::settings::{Mind, Settings};

/// What horizons are tried, in percent of the present one; all within what `agent.toml` takes.
const HORIZONS_PERCENT: [u32; 6] = [35, 50, 70, 140, 200, 300];
const HORIZON: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(60)];
/// What margins are tried beside the present one, in milliseconds.
const MARGINS_MS: [u64; 5] = [0, 500, 1_000, 2_000, 4_000];
/// What dwells are tried beside the present one, in seconds; a shorter one only invites ping-pong.
const DWELLS_S: [u64; 4] = [2, 5, 10, 20];

/// The quantile of Student's t for a chance of 5 % that a gain is luck, by the number of drives less one; the last stands
/// for all more.
const LUCK: [f64; 10] = [6.31, 2.92, 2.35, 2.13, 2.02, 1.94, 1.89, 1.86, 1.83, 1.81];

/// The parameters of `[handover]` that are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// As [`Settings::horizon`].
    pub horizon: Duration,
    /// As [`Settings::margin`].
    pub margin: Duration,
    /// As [`Settings::dwell`].
    pub dwell: Duration,
}

impl Setting {
    /// What a mind has now.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Setting {
            horizon: settings.horizon,
            margin: settings.margin,
            dwell: settings.dwell,
        }
    }

    /// The settings to try, this one first, then by how many steps of the grid they are away from it.
    #[must_use]
    pub fn around(self) -> Vec<Setting> {
        let factor = |percent: &u32| {
            let tenths = (self.horizon.as_secs_f64() * f64::from(*percent) / 10.0).round();
            Duration::from_secs_f64(tenths / 10.0).clamp(HORIZON[0], HORIZON[1])
        };
        let horizons = steps(self.horizon, HORIZONS_PERCENT.iter().map(factor));
        let margins = steps(self.margin, MARGINS_MS.map(Duration::from_millis));
        let dwells = steps(self.dwell, DWELLS_S.map(Duration::from_secs));
        let mut all = Vec::with_capacity(horizons.len() * margins.len() * dwells.len());
        for &(h, horizon) in &horizons {
            for &(m, margin) in &margins {
                for &(d, dwell) in &dwells {
                    let setting = Setting { horizon, margin, dwell };
                    all.push((h + m + d, setting));
                }
            }
        }
        all.sort_by_key(|(away, _)| *away);
        all.into_iter().map(|(_, setting)| setting).collect()
    }

    /// The same mind with these parameters.
    #[must_use]
    pub fn in_mind(self, mind: &Mind) -> Mind {
        let mut mind = mind.clone();
        mind.handover.horizon = self.horizon;
        mind.handover.margin = self.margin;
        mind.handover.dwell = self.dwell;
        mind
    }

    /// The keys of `[handover]` that this changes, with their new values.
    #[must_use]
    pub fn changed(self, from: Setting) -> Vec<(&'static str, Duration)> {
        [
            ("horizon", self.horizon, from.horizon),
            ("margin", self.margin, from.margin),
            ("dwell", self.dwell, from.dwell),
        ]
        .into_iter()
        .filter(|(_, value, before)| value != before)
        .map(|(key, value, _)| (key, value))
        .collect()
    }
}

/// The values in their order, each with how many steps it is away from the present one.
fn steps(now: Duration, others: impl IntoIterator<Item = Duration>) -> Vec<(usize, Duration)> {
    let mut values: Vec<Duration> = others.into_iter().chain([now]).collect();
    values.sort_unstable();
    values.dedup();
    let own = values.iter().position(|value| *value == now).unwrap_or(0);
    let away = |(at, value): (usize, &Duration)| (at.abs_diff(own), *value);
    values.iter().enumerate().map(away).collect()
}

/// How a mind does on one drive: the logarithm of x of optimum, the mean over the terms, each given with the optimum on
/// them. `None` when there are no terms.
#[must_use]
pub fn score(trace: &Trace, mind: &Mind, judged: &[(Terms, Outcome)]) -> Option<f64> {
    let mut sum = 0.0;
    for (terms, optimum) in judged {
        let mut driver = Driver::new("tikroam", mind, terms, &trace.bssids)?;
        sum += replay(trace, &mut driver, terms).times_optimum(optimum).ln();
    }
    (!judged.is_empty()).then(|| sum / judged.len() as f64)
}

/// One drive that was left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fold {
    /// The setting chosen by all other drives, by its number.
    pub chosen: usize,
    /// The present setting's x of optimum on this drive.
    pub present: f64,
    /// That of the chosen one.
    pub tuned: f64,
}

/// What tuning brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Tuning {
    /// One for each drive.
    pub folds: Vec<Fold>,
    /// The setting chosen by all drives, by its number; no drive is left to judge it.
    pub chosen: usize,
    /// How much less dark tuning makes drives that were not tuned on: a difference of logarithms, the mean over drives.
    pub gain: f64,
    /// The standard error of the gain, wider for what the folds have in common: they choose by nearly the same drives
    /// (Nadeau and Bengio, Inference for the generalization error, 2003). Endless with one drive.
    pub error: f64,
}

impl Tuning {
    /// Whether the gain on drives that were not tuned on is more than luck.
    #[must_use]
    pub fn pays(&self) -> bool {
        let quantile = LUCK[self.folds.len().saturating_sub(2).min(LUCK.len() - 1)];
        self.chosen != 0 && self.gain > 0.0 && self.gain > quantile * self.error
    }
}

/// Chooses among settings by their scores, `scores[drive][setting]`, the present setting being the first; `None` without
/// drives.
#[must_use]
pub fn cross_validate(scores: &[Vec<f64>]) -> Option<Tuning> {
    let folds: Vec<Fold> = scores
        .iter()
        .enumerate()
        .map(|(out, own)| {
            let chosen = choose(scores, Some(out));
            Fold {
                chosen,
                present: own[0].exp(),
                tuned: own[chosen].exp(),
            }
        })
        .collect();
    let drives = folds.len() as f64;
    let gains: Vec<f64> = folds
        .iter()
        .zip(scores)
        .map(|(fold, own)| own[0] - own[fold.chosen])
        .collect();
    let gain = gains.iter().sum::<f64>() / drives;
    let squares: f64 = gains.iter().map(|one| (one - gain).powi(2)).sum();
    (!folds.is_empty()).then(|| Tuning {
        chosen: choose(scores, None),
        gain,
        error: if folds.len() < 2 {
            f64::INFINITY
        } else {
            (squares / (drives - 1.0) * (1.0 / drives + 1.0 / (drives - 1.0))).sqrt()
        },
        folds,
    })
}

/// The setting of the least sum, of equals the first, which changes least.
fn choose(scores: &[Vec<f64>], without: Option<usize>) -> usize {
    let others = || scores.iter().enumerate().filter(|(drive, _)| Some(*drive) != without);
    let settings = others().map(|(_, own)| own.len()).min().unwrap_or(1);
    let sum = |setting: usize| others().map(|(_, own)| own[setting]).sum::<f64>();
    (0..settings)
        .map(|setting| (setting, sum(setting)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(0, |(setting, _)| setting)
}

#[cfg(test)]
mod tests;
