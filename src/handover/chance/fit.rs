//! Fits the table of chances to drives, through the same `Track` that the policy keeps.
//!
//! By likelihood, not by the policy's score: 25 minutes of drive hold too few swaps to fit anything to, but some 6,000
//! readings of which it is known what followed. Newton's method on a convex loss: equal drives give equal tables.

use super::{AHEAD, LOOKS};
use crate::handover::track::{FEATURES, Track, level};
use crate::units::{Db, Moment};

/// For each second of a drive and each access point how much its signal was above good; `None` where it was not heard.
pub type Seconds = Vec<Vec<Option<Db>>>;

/// The weights of the features, a row for each look ahead.
pub type Table = [[f64; FEATURES]; LOOKS];

/// How strongly weights are pulled towards 0, but for that of the constant feature.
const PULL: f64 = 1e-3;
const STEPS: usize = 6;
/// An access point missed for longer teaches nothing, in seconds.
const GONE_S: f64 = 25.0;
/// How much a moment counts in which the access point is below this, in dB above good, and not the drive's best: nobody
/// would choose it then.
const WEAK_DB: f64 = -2.0;
const WEAK_COUNTS: f64 = 0.3;

/// What was known of an access point, whether it was good after each look ahead, and how much that counts.
struct Sample {
    features: [f64; FEATURES],
    good: [Option<bool>; LOOKS],
    weight: f64,
}

/// Fits a table to groups of drives; each group counts the same, and in it each drive.
#[must_use]
pub fn fit(groups: &[Vec<Seconds>]) -> Table {
    let mut samples = Vec::new();
    for group in groups {
        for drive in group {
            sample(drive, 1.0 / (group.len() * drive.len().max(1)) as f64, &mut samples);
        }
    }
    std::array::from_fn(|look| row(&samples, look))
}

fn sample(drive: &Seconds, weight: f64, samples: &mut Vec<Sample>) {
    let mut tracks: Vec<Option<Track>> = vec![None; drive.first().map_or(0, Vec::len)];
    for (second, heard) in drive.iter().enumerate() {
        let at = Moment::from_micros(second as u64 * 1_000_000);
        for (track, above) in tracks.iter_mut().zip(heard) {
            match track {
                Some(track) => track.take(at, level(*above), above.is_none()),
                None if above.is_some() => *track = Some(Track::new(at, level(*above), second < 5)),
                None => {}
            }
        }
        let mean = |ap: &usize| tracks[*ap].as_ref().map(|track| track.long);
        let best = (0..tracks.len()).max_by(|a, b| mean(a).partial_cmp(&mean(b)).unwrap_or(std::cmp::Ordering::Equal));
        for (ap, track) in tracks.iter().enumerate() {
            let Some(track) = track
                .as_ref()
                .filter(|track| track.missed_for().as_secs_f64() <= GONE_S)
            else {
                continue;
            };
            let chosen = track.last > WEAK_DB || best == Some(ap);
            samples.push(Sample {
                features: track.features(),
                good: AHEAD.map(|ahead| Some(drive.get(second + ahead)?[ap].is_some_and(|above| above > Db(0)))),
                weight: weight * if chosen { 1.0 } else { WEAK_COUNTS },
            });
        }
    }
}

/// One look's weights.
fn row(samples: &[Sample], look: usize) -> [f64; FEATURES] {
    let mut weights = [0.0; FEATURES];
    for _ in 0..STEPS {
        let mut slope = [0.0; FEATURES];
        let mut bend = [[0.0; FEATURES]; FEATURES];
        let mut total = 0.0;
        for sample in samples {
            let Some(good) = sample.good[look] else { continue };
            let features = &sample.features;
            let logit: f64 = weights
                .iter()
                .zip(features)
                .map(|(weight, feature)| weight * feature)
                .sum();
            let chance = 1.0 / (1.0 + (-logit).exp());
            let off = (f64::from(u8::from(good)) - chance) * sample.weight;
            let sure = chance * (1.0 - chance) * sample.weight;
            total += sample.weight;
            for (i, feature) in features.iter().enumerate() {
                slope[i] += off * feature;
                for (bend, other) in bend[i].iter_mut().zip(features) {
                    *bend += sure * feature * other;
                }
            }
        }
        if total == 0.0 {
            break;
        }
        for i in 0..FEATURES {
            let pull = total * if i == 0 { 1e-6 } else { PULL };
            slope[i] -= pull * weights[i];
            bend[i][i] += pull;
        }
        for (weight, step) in weights.iter_mut().zip(solve(bend, slope)) {
            *weight += step;
        }
    }
    weights
}

/// Solves a symmetric positive system by elimination.
fn solve(mut matrix: [[f64; FEATURES]; FEATURES], mut right: [f64; FEATURES]) -> [f64; FEATURES] {
    for i in 0..FEATURES {
        let pivot = matrix[i];
        for below in i + 1..FEATURES {
            let factor = matrix[below][i] / pivot[i];
            for (entry, above) in matrix[below].iter_mut().zip(&pivot).skip(i) {
                *entry -= factor * above;
            }
            right[below] -= factor * right[i];
        }
    }
    for i in (0..FEATURES).rev() {
        let known: f64 = (i + 1..FEATURES).map(|k| matrix[i][k] * right[k]).sum();
        right[i] = (right[i] - known) / matrix[i][i];
    }
    right
}

#[cfg(test)]
mod tests;
