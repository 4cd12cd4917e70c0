//! Replays one policy over one drive in virtual time.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::evaluate::driver::Driver;
use crate::evaluate::outcome::{Outcome, Swap};
use crate::evaluate::terms::{Model, Terms};
use crate::evaluate::trace::Trace;
use crate::units::Dbm;

/// How long moving the standby takes, in seconds.
const MOVE_S: usize = 3;

/// The noise of a scan beside that of the active's own reading, in dB: 4.8 dB between two scans, 2.9 dB between seconds.
const SCAN_NOISE_DB: f64 = 2.7;

/// The standby radio of the vehicle model.
struct Standby {
    on: Option<usize>,
    moving: Option<(usize, usize)>,
    random: ChaCha8Rng,
}

/// Replays a policy over a drive.
#[must_use]
pub fn replay(trace: &Trace, driver: &mut Driver, terms: &Terms) -> Outcome {
    if trace.seconds() == 0 || trace.bssids.is_empty() {
        return Outcome::default();
    }
    let mut active = trace.start();
    let mut outcome = Outcome {
        start: active,
        ..Outcome::default()
    };
    let mut standby = (terms.model == Model::Vehicle).then(|| Standby {
        on: None,
        moving: None,
        random: ChaCha8Rng::seed_from_u64(terms.seed),
    });
    let (mut run, mut free_at) = (0, 0);
    for t in 0..trace.seconds() {
        let scan = t > 0 && t % terms.scan_interval.max(1) == 0;
        if scan {
            let heard: Vec<(usize, Dbm)> = match &mut standby {
                None => (0..trace.bssids.len())
                    .filter_map(|ap| Some((ap, trace.heard(t - 1, ap)?)))
                    .collect(),
                Some(standby) => standby.scan(trace, t - 1),
            };
            driver.scanned(t - 1, &heard);
        }
        if let Some(standby) = &mut standby {
            standby.arrive(t);
            if let Some(on) = standby.on {
                driver.theirs(on, trace.heard(t, on));
            }
        }
        let swapping = t < free_at;
        outcome.judge(swapping || trace.signal(t, active) <= terms.good, &mut run);
        if swapping {
            continue;
        }
        if t > 0 && t == free_at {
            driver.swapped(terms.dark());
        }
        driver.own(active, trace.heard(t, active));
        let reachable = standby.as_ref().map(|standby| standby.on.filter(|on| *on != active));
        if let Some(to) = driver.choose(t, active, reachable).filter(|to| *to != active) {
            outcome.swaps.push(Swap {
                at: t,
                from: active,
                to,
            });
            if let Some(standby) = &mut standby {
                standby.on = Some(active);
                standby.moving = None;
            }
            active = to;
            free_at = t + terms.swap_cost + 1;
        } else if let Some(standby) = standby.as_mut().filter(|standby| standby.moving.is_none())
            && let Some(to) = driver.hunt(t, active, standby.on)
        {
            standby.on = None;
            standby.moving = Some((to, t + MOVE_S));
        }
    }
    outcome
}

impl Standby {
    fn arrive(&mut self, t: usize) {
        if let Some((to, _)) = self.moving.take_if(|(_, at)| t >= *at) {
            self.on = Some(to);
        }
    }

    fn scan(&mut self, trace: &Trace, at: usize) -> Vec<(usize, Dbm)> {
        let mut heard = Vec::new();
        for ap in 0..trace.bssids.len() {
            // Drawn for every access point, so that one's absence does not change another's luck.
            let noise: f64 = StandardNormal.sample(&mut self.random);
            let luck: f64 = self.random.random();
            let Some(signal) = trace.heard(at, ap) else { continue };
            if luck >= missed(signal) {
                #[expect(clippy::cast_possible_truncation, reason = "a few dB")]
                let off = (SCAN_NOISE_DB * noise).round() as i16;
                heard.push((ap, Dbm((signal.0 + off).clamp(-99, 0))));
            }
        }
        heard
    }
}

/// How often a scan misses an access point of this signal (measured).
fn missed(signal: Dbm) -> f64 {
    match signal.0 {
        -65.. => 0.09,
        -70..=-66 => 0.16,
        -75..=-71 => 0.24,
        -80..=-76 => 0.35,
        -85..=-81 => 0.41,
        -90..=-86 => 0.53,
        _ => 0.65,
    }
}
