//! How likely an access point is good so many seconds from now.
//!
//! A logistic regression on what [`Track`] knows, one row for each of eight looks ahead, fitted by likelihood to the first
//! half of a recorded drive and to generated drives of every kind, mostly at moments in which the best access point of
//! the drive had become weak. Between two looks ahead the chance is interpolated.

use super::track::{FEATURES, Track};

/// How far ahead the policy looks, in seconds.
pub(super) const HORIZON: usize = 50;

/// The looks ahead that were fitted, in seconds; beyond the last nothing more is known.
const AHEAD: [usize; 8] = [1, 2, 3, 5, 8, 12, 20, 32];

#[rustfmt::skip]
#[allow(clippy::approx_constant, reason = "a fitted weight may be near a constant")]
const WEIGHTS: [[f64; FEATURES]; 8] = [
    [-0.917, 4.224, 3.992, 0.612, 0.582, 0.363, -0.047, 0.991, 3.826, -1.632, -1.235, 0.106, -0.069, 0.322, 0.677],
    [-0.835, 3.14, 2.370, 0.970, 0.622, 0.163, 0.009, 1.182, 2.967, -1.713, -0.958, 0.069, -0.148, 0.354, 0.714],
    [-0.845, 2.837, 1.447, 1.139, 0.761, -0.037, -0.103, 1.442, 2.502, -1.274, -0.865, 0.045, -0.149, 0.423, 0.694],
    [-0.877, 2.134, 0.519, 0.996, 1.055, -0.309, -0.079, 1.732, 1.670, -0.843, -0.751, -0.125, -0.211, 0.509, 0.794],
    [-0.854, 1.408, -0.150, 0.662, 0.820, -0.323, -0.087, 1.997, 1.146, -0.653, -0.613, 0.014, -0.322, 0.558, 0.899],
    [-0.645, 1.036, -0.461, 0.594, 0.254, -0.032, -0.213, 2.304, 0.767, -0.484, -0.613, 0.115, -0.421, 0.557, 0.724],
    [0.111, 0.722, -0.578, 0.169, -0.066, 0.156, -0.230, 2.564, 0.362, -0.401, -0.387, -0.054, -0.409, 0.315, 0.287],
    [0.414, -0.200, -1.197, -0.421, 0.442, -0.027, -0.057, 2.806, 0.171, -0.815, -0.142, -0.125, -0.340, 0.114, 0.240],
];

/// A value for each second ahead; that of second 0 is not used.
pub(super) type Curve = [f64; HORIZON + 1];

/// The chance of being good in each of the next seconds, when the last reading is `age` seconds old.
pub(super) fn curve(track: &Track, age: usize) -> Curve {
    let features = track.features();
    let logit = WEIGHTS.map(|row| {
        row.iter()
            .zip(&features)
            .map(|(weight, feature)| weight * feature)
            .sum::<f64>()
    });
    let mut chances = [0.0; HORIZON + 1];
    for (k, chance) in chances.iter_mut().enumerate().skip(1) {
        let ahead = (k + age).min(AHEAD[7]);
        let next = AHEAD.iter().position(|&look| look >= ahead).unwrap_or(7).max(1);
        let (from, to) = (AHEAD[next - 1] as f64, AHEAD[next] as f64);
        let part = (ahead as f64 - from) / (to - from);
        let z = logit[next - 1] * (1.0 - part) + logit[next] * part;
        *chance = 1.0 / (1.0 + (-z).exp());
    }
    chances
}
