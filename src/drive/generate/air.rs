//! What the vehicle hears of one access point at a place.

use std::f64::consts::TAU;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::kind::Kind;
use super::route::{BLOCK_M, BLOCKS, Place, length_m};
use crate::units::Dbm;

/// How many waves make up a field of shadows; enough for a normal spread at any one place.
const WAVES: usize = 24;

/// The noise of one second, in dB: the change from second to second is 1.4 times that, plus the vehicle's movement.
const NOISE_DB: f64 = 1.4;

/// Below this nothing is received, in dBm.
const DEAF_DBM: f64 = -95.0;

/// How often an access point falls silent whatever its signal, a second.
const SILENCE_A_SECOND: f64 = 1.0 / 600.0;

/// One access point of the generated air.
pub(super) struct Station {
    place: Place,
    /// The signal at 1 m, in dBm: power, antennas and the walls around it.
    near_dbm: f64,
    /// The path-loss exponent in sight, up to [`Station::sight_m`].
    exponent: f64,
    sight_m: f64,
    /// Whether its street ends at corners.
    corners: bool,
    shadow: Vec<Wave>,
    silent_s: u32,
}

/// One wave of a field of shadows: amplitude in dB, direction and frequency in radians a metre.
struct Wave {
    amplitude: f64,
    x: f64,
    y: f64,
    phase: f64,
}

impl Station {
    /// The signal that this second hears at this place; `None` when the access point was missed.
    pub(super) fn heard(&mut self, at: Place, random: &mut ChaCha8Rng) -> Option<Dbm> {
        if self.silent_s == 0 && random.random_bool(SILENCE_A_SECOND) {
            self.silent_s = random.random_range(2..30);
        }
        let silent = self.silent_s > 0;
        self.silent_s = self.silent_s.saturating_sub(1);

        let mean = self.mean(at);
        if silent || mean < DEAF_DBM - 25.0 {
            return None;
        }
        let noise: f64 = StandardNormal.sample(random);
        let signal = (mean + self.shadow_db(at) + NOISE_DB * noise).min(-20.0);
        if signal < DEAF_DBM || random.random_bool(missed(signal)) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "within -95 to -20")]
        Some(Dbm(signal.round() as i16))
    }

    fn mean(&self, at: Place) -> f64 {
        const PAST_SIGHT: f64 = 3.5;
        let (direct, round) = if self.corners && !self.in_street(at) {
            let first = if self.along_x() {
                (at.x - self.place.x).abs()
            } else {
                (at.y - self.place.y).abs()
            };
            let second = if self.along_x() {
                (at.y - self.place.y).abs()
            } else {
                (at.x - self.place.x).abs()
            };
            (first.min(self.sight_m), first + second)
        } else {
            let whole = at.distance(self.place);
            (whole.min(self.sight_m), whole)
        };
        let (direct, round) = (direct.max(5.0), round.max(5.0));
        self.near_dbm - 10.0 * self.exponent * direct.log10() - 10.0 * PAST_SIGHT * (round / direct).log10()
    }

    /// Whether the access point stands in a street that runs along x.
    fn along_x(&self) -> bool {
        let off = |metres: f64| (metres / BLOCK_M - (metres / BLOCK_M).round()).abs();
        off(self.place.y) < off(self.place.x)
    }

    fn in_street(&self, at: Place) -> bool {
        let across = if self.along_x() {
            at.y - self.place.y
        } else {
            at.x - self.place.x
        };
        across.abs() < 15.0
    }

    fn shadow_db(&self, at: Place) -> f64 {
        self.shadow
            .iter()
            .map(|wave| wave.amplitude * (wave.x * at.x + wave.y * at.y + wave.phase).cos())
            .sum()
    }
}

/// How often a second misses an access point of this signal: three looks a second, each as a scan.
fn missed(signal: f64) -> f64 {
    let scan: f64 = match signal {
        s if s >= -65.0 => 0.09,
        s if s >= -70.0 => 0.16,
        s if s >= -75.0 => 0.24,
        s if s >= -80.0 => 0.35,
        s if s >= -85.0 => 0.41,
        s if s >= -90.0 => 0.53,
        _ => 0.65,
    };
    scan.powi(3)
}

/// The access points along a kind of drive.
pub(super) fn stations(kind: Kind, random: &mut ChaCha8Rng) -> Vec<Station> {
    let (count, near_dbm, sight_m, shadow_m) = match kind {
        Kind::Town => (50, -32.0, 60.0, 10.0..13.0),
        Kind::Boulevard => (24, -33.0, 60.0, 17.0..24.0),
        Kind::Campus => (4, -33.0, 15.0, 24.0..60.0),
        Kind::Bus => (24, -33.0, 60.0, 17.0..40.0),
        Kind::Highway => (44, -33.0, 150.0, 37.0..120.0),
    };
    (0..count)
        .map(|number| {
            let place = place(kind, f64::from(number) / f64::from(count), random);
            let sigma = random.random_range(4.5..6.7);
            let correlation_m = random.random_range(shadow_m.clone());
            let spread: f64 = StandardNormal.sample(random);
            Station {
                place,
                near_dbm: near_dbm + 4.0 * spread,
                exponent: random.random_range(1.4..2.2),
                sight_m,
                corners: kind == Kind::Town,
                shadow: (0..WAVES).map(|_| wave(sigma, correlation_m, random)).collect(),
                silent_s: 0,
            }
        })
        .collect()
}

/// Where the access point stands that is this share of the road along.
fn place(kind: Kind, along: f64, random: &mut ChaCha8Rng) -> Place {
    let length = length_m(kind);
    match kind {
        Kind::Town => {
            let street = f64::from(random.random_range(0..=BLOCKS)) * BLOCK_M + 8.0;
            let house = f64::from(random.random_range(0..BLOCKS)) * BLOCK_M + random.random_range(20.0..70.0);
            let (x, y) = if random.random_bool(0.5) {
                (street, house)
            } else {
                (house, street)
            };
            Place { x, y }
        }
        Kind::Campus => Place {
            x: random.random_range(0.0..length),
            y: random.random_range(0.0..0.8 * length),
        },
        Kind::Highway => Place {
            x: along * length + random.random_range(-60.0..60.0),
            y: 20.0,
        },
        Kind::Boulevard | Kind::Bus => Place {
            x: random.random_range(0.0..length),
            y: random.random_range(10.0..40.0) * if random.random_bool(0.5) { 1.0 } else { -1.0 },
        },
    }
}

/// One wave of a field whose correlation falls to 1/e in `correlation_m`: a Matern field of smoothness 3/2, smooth
/// enough that a vehicle at walking pace sees the measured change from second to second.
fn wave(sigma: f64, correlation_m: f64, random: &mut ChaCha8Rng) -> Wave {
    const LENGTH_OF_CORRELATION: f64 = 0.807;
    let mut normal = || -> f64 { StandardNormal.sample(random) };
    let (x, y) = (normal(), normal());
    let chi = (normal().powi(2) + normal().powi(2) + normal().powi(2)).max(0.01);
    let frequency = (3.0 / chi).sqrt() / (LENGTH_OF_CORRELATION * correlation_m);
    Wave {
        amplitude: sigma * (2.0 / WAVES as f64).sqrt(),
        x: x * frequency,
        y: y * frequency,
        phase: TAU * random.random::<f64>(),
    }
}
