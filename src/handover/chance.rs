//! How likely an access point is good so many seconds from now.
//!
//! A logistic regression on what [`Track`] knows, one row for each of eight looks ahead, fitted by likelihood to a recorded
//! drive and to generated drives of every kind; between two looks ahead the chance is interpolated. The table is what
//! `cargo run --release --example fit -- feup-trial-1.csv` prints (trace 082 of github.com/adamiaonr/wifi-vehicles, 25 minutes
//! around a campus, whole dBm).

#[doc(hidden)]
pub mod fit;

use super::track::{FEATURES, Track};

/// How far ahead the policy looks, in seconds.
pub(super) const HORIZON: usize = 50;

/// How many looks ahead there are.
const LOOKS: usize = 8;

/// The looks ahead that were fitted, in seconds; beyond the last nothing more is known.
const AHEAD: [usize; LOOKS] = [1, 2, 3, 5, 8, 12, 20, 32];

#[rustfmt::skip]
#[allow(clippy::approx_constant, reason = "a fitted weight may be near a constant")]
const WEIGHTS: [[f64; FEATURES]; LOOKS] = [
    [-0.860, 1.699, 1.915, 1.403, 0.654, 0.065, -0.214, 0.209, 0.620, 0.129, 0.068, 0.463, 0.238, 0.775],
    [-0.935, 1.361, 1.500, 1.389, 0.734, 0.101, -0.241, 0.222, 0.599, 0.183, -0.321, 0.335, 0.178, 0.655],
    [-1.094, 1.166, 1.199, 1.301, 0.802, 0.126, -0.257, 0.260, 0.660, 0.245, -0.393, 0.316, 0.029, 0.619],
    [-1.259, 1.098, 0.903, 1.007, 0.908, 0.178, -0.303, 0.309, 0.692, 0.334, -0.391, 0.480, 0.021, 0.691],
    [-1.439, 1.042, 0.786, 0.690, 0.994, 0.170, -0.326, 0.360, 0.678, 0.397, -0.395, 0.595, -0.026, 0.835],
    [-1.470, 0.957, 0.630, 0.409, 1.150, 0.150, -0.384, 0.404, 0.576, 0.414, -0.362, 0.634, -0.029, 0.967],
    [-1.080, 0.966, 0.430, 0.060, 1.354, 0.150, -0.352, 0.354, 0.247, 0.292, -0.306, 0.654, -0.141, 1.074],
    [-0.901, 0.768, 0.290, -0.002, 1.592, 0.112, -0.301, 0.339, 0.140, 0.091, -0.409, 0.547, -0.143, 1.052],
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
        let ahead = (k + age).min(AHEAD[LOOKS - 1]);
        let next = AHEAD.iter().position(|&look| look >= ahead).unwrap_or(LOOKS - 1).max(1);
        let (from, to) = (AHEAD[next - 1] as f64, AHEAD[next] as f64);
        let part = (ahead as f64 - from) / (to - from);
        let z = logit[next - 1] * (1.0 - part) + logit[next] * part;
        *chance = 1.0 / (1.0 + (-z).exp());
    }
    chances
}
