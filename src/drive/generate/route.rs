//! Where the vehicle is, second by second.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::kind::Kind;

/// A place on the map, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Place {
    pub(super) fn distance(self, to: Place) -> f64 {
        (self.x - to.x).hypot(self.y - to.y)
    }
}

/// The streets of [`Kind::Town`] are this far apart, in metres, in both directions.
pub(super) const BLOCK_M: f64 = 90.0;

/// [`Kind::Town`] has this many blocks along each side.
pub(super) const BLOCKS: i32 = 9;

/// The length of the road, in metres; of a campus, one side of it.
pub(super) const fn length_m(kind: Kind) -> f64 {
    match kind {
        Kind::Town => BLOCK_M * BLOCKS as f64,
        Kind::Boulevard => 2_500.0,
        Kind::Campus => 140.0,
        Kind::Bus => 4_200.0,
        Kind::Highway => 20_000.0,
    }
}

/// The place at each second.
pub(super) fn drive(kind: Kind, seconds: usize, random: &mut ChaCha8Rng) -> Vec<Place> {
    let mut way = Way::new(kind, random);
    let mut leg = way.next(random);
    let mut at = leg.to;
    let mut places = Vec::with_capacity(seconds);
    let mut pause_s = 0.0;
    while places.len() < seconds {
        places.push(at);
        let mut left_s = 1.0;
        while left_s > 0.0 {
            let waited = f64::min(left_s, pause_s);
            pause_s -= waited;
            left_s -= waited;
            let ahead = at.distance(leg.to);
            let step = leg.speed * left_s;
            if step < ahead {
                at.x += (leg.to.x - at.x) * step / ahead;
                at.y += (leg.to.y - at.y) * step / ahead;
                break;
            }
            left_s -= ahead / leg.speed;
            at = leg.to;
            pause_s += leg.pause_s;
            leg = way.next(random);
        }
    }
    places
}

/// Straight on to `to`, then a pause there.
struct Leg {
    to: Place,
    /// In m/s.
    speed: f64,
    pause_s: f64,
}

/// What decides on the next leg.
enum Way {
    Grid { node: (i32, i32), heading: (i32, i32) },
    Line { kind: Kind, stop: i32, forward: bool },
    Laps { corner: usize },
}

impl Way {
    fn new(kind: Kind, random: &mut ChaCha8Rng) -> Self {
        match kind {
            Kind::Town => Way::Grid {
                node: (random.random_range(2..=BLOCKS - 2), random.random_range(2..=BLOCKS - 2)),
                heading: (1, 0),
            },
            Kind::Campus => Way::Laps { corner: 0 },
            Kind::Boulevard | Kind::Bus | Kind::Highway => Way::Line {
                kind,
                stop: 0,
                forward: true,
            },
        }
    }

    fn next(&mut self, random: &mut ChaCha8Rng) -> Leg {
        match self {
            Way::Grid { node, heading } => {
                let (ahead, side) = (*heading, (heading.1, heading.0));
                let turn = match random.random_range(0..4) {
                    0 => side,
                    1 => (-side.0, -side.1),
                    _ => ahead,
                };
                let inside =
                    |(x, y): (i32, i32)| (0..=BLOCKS).contains(&(node.0 + x)) && (0..=BLOCKS).contains(&(node.1 + y));
                let turns = [turn, side, (-side.0, -side.1)];
                *heading = turns.into_iter().find(|&turn| inside(turn)).unwrap_or(turn);
                *node = (node.0 + heading.0, node.1 + heading.1);
                Leg {
                    to: Place {
                        x: f64::from(node.0) * BLOCK_M,
                        y: f64::from(node.1) * BLOCK_M,
                    },
                    speed: random.random_range(5.0..10.0),
                    pause_s: pause(0.3, 5.0..25.0, random),
                }
            }
            Way::Line { kind, stop, forward } => {
                let (apart, speed, pause_s) = match kind {
                    Kind::Bus => (350.0, random.random_range(7.0..11.0), pause(0.9, 10.0..25.0, random)),
                    Kind::Highway => (1_000.0, random.random_range(25.0..31.0), 0.0),
                    _ => (250.0, random.random_range(8.0..14.0), pause(0.35, 8.0..30.0, random)),
                };
                let x = f64::from(*stop) * apart;
                if x >= length_m(*kind) {
                    *forward = false;
                } else if *stop == 0 {
                    *forward = true;
                }
                *stop += if *forward { 1 } else { -1 };
                Leg {
                    to: Place { x, y: 0.0 },
                    speed,
                    pause_s,
                }
            }
            Way::Laps { corner } => {
                let side = length_m(Kind::Campus);
                let (x, y) = [
                    (0.0, 0.0),
                    (side, 0.1 * side),
                    (0.9 * side, 0.7 * side),
                    (0.1 * side, 0.8 * side),
                ][*corner];
                *corner = (*corner + 1) % 4;
                Leg {
                    to: Place { x, y },
                    speed: random.random_range(3.5..6.5),
                    pause_s: pause(0.1, 2.0..15.0, random),
                }
            }
        }
    }
}

fn pause(chance: f64, length_s: std::ops::Range<f64>, random: &mut ChaCha8Rng) -> f64 {
    if random.random_bool(chance) {
        random.random_range(length_s)
    } else {
        0.0
    }
}
