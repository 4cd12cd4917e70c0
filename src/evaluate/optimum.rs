//! The clairvoyant driver: the exact optimum by dynamic programming over second and active access point.

use crate::evaluate::outcome::{Outcome, Swap};
use crate::evaluate::terms::Terms;
use crate::evaluate::trace::Trace;

/// Dark seconds and swaps to come; fewer dark seconds first, then fewer swaps.
type Cost = (u32, u32);

/// The best that a driver who knows the whole drive can do in the ideal model.
#[must_use]
pub fn optimum(trace: &Trace, terms: &Terms) -> Outcome {
    let (seconds, width, cost) = (trace.seconds(), trace.bssids.len(), terms.swap_cost);
    if seconds == 0 {
        return Outcome::default();
    }
    // Arrivals look `cost + 1` seconds ahead, so as many rows of costs to come are kept.
    let rows = cost + 2;
    let mut to_come: Vec<Vec<Cost>> = vec![vec![(0, 0); width]; rows];
    let mut goes = vec![false; seconds * width];
    let mut best_at = vec![0; seconds];
    for t in (0..seconds).rev() {
        let arrival = (t + cost + 1).min(seconds);
        let landing = &to_come[arrival % rows];
        let best = (0..width).min_by_key(|&ap| landing[ap]).unwrap_or(0);
        let waiting = u32::try_from(arrival - t - 1).unwrap_or(u32::MAX);
        let going = (landing[best].0 + waiting, landing[best].1 + 1);
        best_at[t] = best;
        let mut now = vec![(0, 0); width];
        for ap in 0..width {
            let staying = to_come[(t + 1) % rows][ap];
            goes[t * width + ap] = going < staying;
            let (dark, swaps) = going.min(staying);
            now[ap] = (dark + u32::from(trace.signal(t, ap) <= terms.good), swaps);
        }
        to_come[t % rows] = now;
    }
    let mut active = trace.start();
    let mut outcome = Outcome {
        start: active,
        ..Outcome::default()
    };
    let (mut run, mut free_at) = (0, 0);
    for t in 0..seconds {
        outcome.judge(t < free_at || trace.signal(t, active) <= terms.good, &mut run);
        if t >= free_at && goes[t * width + active] {
            outcome.swaps.push(Swap {
                at: t,
                from: active,
                to: best_at[t],
            });
            active = best_at[t];
            free_at = t + cost + 1;
        }
    }
    outcome
}
