//! The drive's own past: moments that looked like this one, and what followed them.
//!
//! A vehicle that goes round passes the same places again. Each second's levels of every access point are kept for at
//! least half an hour; a past moment is alike when the levels of then, and those of 4 s before, are near those of now.

use super::chance::HORIZON;
use super::track::{LOWEST, Track};

/// How far back the memory reaches at least, in seconds; at most twice as far.
const SPAN: usize = 1_800;
/// How long before each moment is looked at as well, in seconds, and how much that counts.
const LAG: usize = 4;
const LAG_WEIGHT: f64 = 0.5;
/// The last seconds are no past: what follows them is not known.
const RECENT: usize = 25;
/// How near levels must be to be alike, in dB, and the farthest that two count apart.
const NEAR_DB: f64 = 2.5;
const FAR_DB: f64 = 15.0;
/// How near one access point's own level must be for what followed to say something of it, in dB.
const OWN_DB: f64 = 10.0;
/// Moments this close are one, in seconds; so many are used.
const APART: usize = 8;
const MOST: usize = 8;
/// How much the fitted chances weigh against the moments alike, each of which weighs 1 at most.
const FITTED: f64 = 1.0;

/// One access point's levels, second by second, in whole dB above good.
#[derive(Debug, Clone, Default)]
pub(super) struct Past {
    levels: Vec<i8>,
    /// The newest second that was read and not carried forward.
    read: usize,
}

/// The second that the newest level of each [`Past`] belongs to.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock {
    /// The first second kept, and one past the last; counted from the start of the program.
    pub(super) first: usize,
    pub(super) end: usize,
}

/// A past moment that looked like this one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alike {
    /// The place of its second in each [`Past`].
    second: usize,
    weight: f64,
}

impl Clock {
    /// Moves on to `second`: every access point's level is carried forward, and what is too old is forgotten.
    pub(super) fn advance<'a>(&mut self, second: usize, pasts: impl Iterator<Item = &'a mut Past>) {
        if second < self.end {
            return;
        }
        if second - self.end > SPAN {
            for past in pasts {
                past.levels.clear();
                past.levels.push(LOWEST as i8);
            }
            (self.first, self.end) = (second, second + 1);
            return;
        }
        let forget = if second + 1 - self.first > 2 * SPAN {
            second + 1 - self.first - SPAN
        } else {
            0
        };
        for past in pasts {
            let carried = past.levels.last().copied().unwrap_or(LOWEST as i8);
            past.levels.resize(second + 1 - self.first, carried);
            past.levels.drain(..forget);
        }
        self.first += forget;
        self.end = second + 1;
    }
}

impl Past {
    /// Nothing heard yet, up to the clock's second.
    pub(super) fn new(clock: &Clock) -> Self {
        Past {
            levels: vec![LOWEST as i8; clock.end - clock.first],
            read: 0,
        }
    }

    /// Notes a level at a second that the clock has reached.
    #[expect(clippy::cast_possible_truncation, reason = "levels are within -12 to 30")]
    pub(super) fn note(&mut self, clock: &Clock, second: usize, level: f64) {
        let Some(place) = second.checked_sub(clock.first) else {
            return;
        };
        let until = if second >= self.read {
            self.levels.len()
        } else {
            place + 1
        };
        self.read = self.read.max(second);
        if let Some(levels) = self.levels.get_mut(place..until) {
            levels.fill(level.round() as i8);
        }
    }
}

/// The moments that looked like `now`, the most alike first.
pub(super) fn alike(clock: &Clock, now: usize, pasts: &[&Past]) -> Vec<Alike> {
    let Some(place) = now
        .checked_sub(clock.first + 1)
        .filter(|place| *place >= RECENT + 2 * LAG + 2)
    else {
        return Vec::new();
    };
    let lowest = LOWEST as i8;
    let heard = pasts
        .iter()
        .filter(|past| past.levels[place] > lowest || past.levels[place - LAG] > lowest);
    // Moments from LAG on up to RECENT before now, by the second before each: what was known then.
    let count = place - RECENT - LAG;
    let mut distances = vec![0.0f32; count];
    let mut terms = 0.0;
    for past in heard {
        let (then, before) = (&past.levels[LAG..LAG + count], &past.levels[..count]);
        let (now_then, now_before) = (past.levels[place], past.levels[place - LAG]);
        for ((distance, then), before) in distances.iter_mut().zip(then).zip(before) {
            let apart = |a: i8, b: i8| f32::from(a - b).abs().min(FAR_DB as f32).powi(2);
            *distance += apart(*then, now_then) + LAG_WEIGHT as f32 * apart(*before, now_before);
        }
        terms += 1.0 + LAG_WEIGHT;
    }
    if terms == 0.0 {
        return Vec::new();
    }
    let scale = terms * NEAR_DB * NEAR_DB;
    let mut found: Vec<Alike> = Vec::new();
    let mut begun = None;
    for (moment, distance) in distances.into_iter().enumerate() {
        let distance = f64::from(distance) / scale;
        if distance > APART as f64 {
            continue;
        }
        let one = Alike {
            second: moment + LAG + 1,
            weight: (-0.5 * distance).exp(),
        };
        match (found.last_mut(), begun) {
            (Some(last), Some(start)) if moment - start < APART => {
                if one.weight > last.weight {
                    *last = one;
                    begun = Some(moment);
                }
            }
            _ => {
                found.push(one);
                begun = Some(moment);
            }
        }
    }
    found.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.second.cmp(&b.second)));
    found.truncate(MOST);
    found
}

/// The moments alike, each weighed by how near this access point itself was to where it is.
pub(super) fn own(alike: &[Alike], past: &Past, track: &Track) -> Vec<Alike> {
    alike
        .iter()
        .map(|one| {
            let off = (f64::from(past.levels[one.second - 1]) - track.last) / OWN_DB;
            Alike {
                second: one.second,
                weight: one.weight * (-0.5 * off * off).exp(),
            }
        })
        .filter(|one| one.weight > 0.01)
        .collect()
}

/// How much the moments alike have to say of one access point.
pub(super) fn support(own: &[Alike]) -> f64 {
    own.iter().map(|one| one.weight).sum()
}

/// Blends what followed the moments alike into the fitted chances.
pub(super) fn blend(chances: &mut [f64; HORIZON + 1], own: &[Alike], past: &Past) {
    for (k, chance) in chances.iter_mut().enumerate().skip(1) {
        let (mut good, mut weight) = (FITTED * *chance, FITTED);
        for one in own {
            // The last second may be carried forward only.
            let Some(level) = past
                .levels
                .get(one.second + k)
                .filter(|_| one.second + k + 1 < past.levels.len())
            else {
                continue;
            };
            weight += one.weight;
            if *level > 0 {
                good += one.weight;
            }
        }
        *chance = good / weight;
    }
}
