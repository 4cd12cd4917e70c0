//! The vehicle's own row beside the rule as it is written down, decision by decision.

use super::*;

/// Rule R in the ideal model, from its definition: no line of it is shared with the program.
fn reference(trace: &Trace, cost: usize) -> Vec<Swap> {
    let border = -80.0;
    let (mut active, mut free_at, mut swaps) = (trace.start(), 0, Vec::new());
    let (mut darks, mut average, mut scan) = (Vec::new(), None, None);
    for t in 0..trace.seconds() {
        if t > 0 && t % 2 == 0 {
            scan = Some(t - 1);
        }
        if t < free_at {
            continue;
        }
        if t > 0 && t == free_at {
            darks.push(cost);
            average = None;
        }
        let mut last: Vec<usize> = darks.iter().rev().take(5).copied().collect();
        last.sort_unstable();
        let dark = if last.is_empty() {
            1.5
        } else {
            last[(last.len() - 1) / 2] as f64
        };
        let weight = (1.5 / dark).clamp(0.25, 1.0);
        let own = trace.signal(t, active).as_f64();
        let now = average.map_or(own, |before| weight * own + (1.0 - weight) * before);
        average = Some(now);
        let Some(scan) = scan else { continue };
        let others = (0..trace.bssids.len()).filter(|ap| *ap != active && trace.heard(scan, *ap).is_some());
        let Some(best) = others.min_by_key(|ap| (-trace.signal(scan, *ap).0, *ap)) else {
            continue;
        };
        let theirs = trace.signal(scan, best).as_f64();
        let (leave, hysteresis, floor) = if dark < 2.0 { (1.0, 6.0, 1.0) } else { (0.0, 8.0, 2.0) };
        if now <= border + leave && theirs >= own + hysteresis && theirs >= border + floor {
            swaps.push(Swap {
                at: t,
                from: active,
                to: best,
            });
            active = best;
            free_at = t + cost + 1;
        }
    }
    swaps
}

#[test]
fn tikroam_decides_as_the_rule_is_written_down() {
    let mut compared = 0;
    for kind in Kind::ALL {
        for seed in 0..4 {
            let trace = Trace::from(&generate(kind, 600, seed));
            for cost in [1, 2, 3, 4, 5, 8] {
                let swaps = run(&trace, "tikroam", &Terms::new(Model::Ideal, cost)).swaps;
                assert_eq!(swaps, reference(&trace, cost), "{kind:?} {seed} at {cost} s");
                compared += swaps.len();
            }
        }
    }
    assert!(compared > 1_000, "{compared}");
}
