//! The numbers of the rule that suit given drives best, judged on drives that they were not chosen by.
//!
//! Every setting of a grid around the present one is replayed over every drive once. Each drive in turn is left out, a
//! setting chosen by the others, and judged on it.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::evaluate::driver::Driver;
use crate::evaluate::outcome::Outcome;
use crate::evaluate::replay::replay;
use crate::evaluate::terms::Terms;
use crate::evaluate::trace::Trace;
use crate::handover::settings::{Rules, Settings};
use crate::units::{Db, Dbm};

/// What is tried beside the present setting, in dB; of triggers, what is added to it.
const TRIGGERS: [i16; 9] = [0, -4, -3, -2, -1, 1, 2, 3, 4];
const HYSTERESES: [i16; 6] = [4, 6, 8, 10, 12, 14];
const FLOORS: [i16; 5] = [0, 1, 2, 3, 4];

/// How seldom a gain that is luck may be taken for one.
const LUCK: f64 = 0.05;

/// The keys of `[handover]` that are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// As [`Settings::trigger`].
    pub trigger: Dbm,
    /// As [`Settings::hysteresis`].
    pub hysteresis: Db,
    /// As [`Settings::floor`].
    pub floor: Db,
}

impl Setting {
    /// The present one.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Setting {
            trigger: settings.trigger,
            hysteresis: settings.hysteresis,
            floor: settings.floor,
        }
    }

    /// The settings to try: this one first, then those that change one key, then two, then three.
    #[must_use]
    pub fn around(self) -> Vec<Setting> {
        let beside = |others: &[i16], own: Db| -> Vec<Db> {
            let others = others.iter().map(|other| Db(*other)).filter(|other| *other != own);
            [own].into_iter().chain(others).collect()
        };
        let mut all = Vec::new();
        for trigger in TRIGGERS.map(|by| self.trigger + Db(by)) {
            for hysteresis in beside(&HYSTERESES, self.hysteresis) {
                let with = |floor| Setting {
                    trigger,
                    hysteresis,
                    floor,
                };
                all.extend(beside(&FLOORS, self.floor).into_iter().map(with));
            }
        }
        all.retain(|one| (-95..=-50).contains(&one.trigger.0));
        all.sort_by_key(|one| one.changed(self).len());
        all
    }

    /// The same rules with these numbers.
    #[must_use]
    pub fn within(self, rules: &Rules) -> Rules {
        let mut rules = rules.clone();
        rules.handover.trigger = self.trigger;
        rules.handover.hysteresis = self.hysteresis;
        rules.handover.floor = self.floor;
        rules
    }

    /// The keys of `[handover]` that this changes, with their new values.
    #[must_use]
    pub fn changed(self, from: Setting) -> Vec<(&'static str, i16)> {
        let keys = [
            ("trigger", self.trigger.0, from.trigger.0),
            ("hysteresis", self.hysteresis.0, from.hysteresis.0),
            ("floor", self.floor.0, from.floor.0),
        ];
        let changed = keys.into_iter().filter(|(_, value, before)| value != before);
        changed.map(|(key, value, _)| (key, value)).collect()
    }
}

/// How `tikroam` does on one drive: the logarithm of x of optimum, the mean over the terms, each given with the optimum on
/// them. `None` when there are no terms.
#[must_use]
pub fn score(trace: &Trace, rules: &Rules, judged: &[(Terms, Outcome)]) -> Option<f64> {
    let mut sum = 0.0;
    for (terms, optimum) in judged {
        let mut driver = Driver::new("tikroam", rules, terms, &trace.bssids)?;
        sum += replay(trace, &mut driver, terms).times_optimum(optimum).ln();
    }
    (!judged.is_empty()).then(|| sum / judged.len() as f64)
}

/// One drive that was left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fold {
    /// Its name.
    pub drive: String,
    /// The present setting's x of optimum on it.
    pub present: f64,
    /// That of the setting chosen by all other drives.
    pub tuned: f64,
    /// That setting.
    pub chosen: Setting,
}

/// What tuning brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tuning {
    /// One for each drive.
    pub folds: Vec<Fold>,
    /// How much less dark tuning makes drives that were not tuned on: a difference of logarithms, the mean over drives.
    pub gain: f64,
    /// What the gain must exceed so that its chance of being luck is below 5 %; endless with one drive.
    pub spread: f64,
    /// The setting chosen by all drives, which none is left to judge; `None` where the gain is within its spread.
    pub chosen: Option<Setting>,
}

/// Chooses among settings by how they scored on each drive, the present setting being the first; `None` without drives
/// or settings.
#[must_use]
pub fn cross_validate(settings: &[Setting], scores: &[(String, Vec<f64>)]) -> Option<Tuning> {
    let fold = |(out, (drive, own)): (usize, &(String, Vec<f64>))| {
        let chosen = choose(scores, Some(out));
        Some(Fold {
            drive: drive.clone(),
            present: own.first()?.exp(),
            tuned: own.get(chosen)?.exp(),
            chosen: *settings.get(chosen)?,
        })
    };
    let folds: Vec<Fold> = scores.iter().enumerate().map(fold).collect::<Option<_>>()?;
    let gains: Vec<f64> = folds.iter().map(|fold| (fold.present / fold.tuned).ln()).collect();
    let gain = gains.iter().sum::<f64>() / gains.len() as f64;
    let spread = spread(&gains, gain);
    let chosen = choose(scores, None);
    (!folds.is_empty()).then(|| Tuning {
        folds,
        gain,
        spread,
        chosen: settings
            .get(chosen)
            .copied()
            .filter(|_| chosen != 0 && gain > 0.0 && gain > spread),
    })
}

/// The standard error of the mean gain, wider for what the folds have in common (they choose by nearly the same drives:
/// Nadeau and Bengio, Inference for the generalization error, 2003), times Student's t.
fn spread(gains: &[f64], mean: f64) -> f64 {
    let drives = gains.len() as f64;
    let Ok(student) = StudentsT::new(0.0, 1.0, drives - 1.0) else {
        return f64::INFINITY;
    };
    let squares: f64 = gains.iter().map(|one| (one - mean).powi(2)).sum();
    let error = (squares / (drives - 1.0) * (1.0 / drives + 1.0 / (drives - 1.0))).sqrt();
    error * student.inverse_cdf(1.0 - LUCK)
}

/// The setting of the least sum, of equals the first, which changes least.
fn choose(scores: &[(String, Vec<f64>)], without: Option<usize>) -> usize {
    let others = || scores.iter().enumerate().filter(|(drive, _)| Some(*drive) != without);
    let settings = others().map(|(_, (_, own))| own.len()).min().unwrap_or(1);
    let sum = |setting: usize| others().map(|(_, (_, own))| own[setting]).sum::<f64>();
    (0..settings).min_by(|a, b| sum(*a).total_cmp(&sum(*b))).unwrap_or(0)
}

#[cfg(test)]
mod tests;
