use proptest::prelude::*;

use super::*;
use crate::drive::{Drive, Kind, generate};
use crate::handover::settings::Rules;
use crate::units::Dbm;

mod reference;

fn trace(rows: &[Vec<bool>]) -> Trace {
    let mut text = String::from("time_s,bssid,ssid,channel,signal_dbm\n");
    for (t, row) in rows.iter().enumerate() {
        for (ap, good) in row.iter().enumerate() {
            text += &format!("{t},02:00:00:00:00:{ap:02x},a,1,{}\n", if *good { -60 } else { -90 });
        }
    }
    Trace::from(&Drive::parse("small", text.as_bytes()).unwrap())
}

/// The least dark seconds and swaps from second `t` on, by trying everything.
fn brute(trace: &Trace, cost: usize, t: usize, active: usize) -> (usize, usize) {
    if t >= trace.seconds() {
        return (0, 0);
    }
    let bad = usize::from(trace.signal(t, active) <= Dbm(-80));
    let arrival = (t + cost + 1).min(trace.seconds());
    let going = (0..trace.bssids.len()).filter(|ap| *ap != active).map(|ap| {
        let (dark, swaps) = brute(trace, cost, arrival, ap);
        (dark + arrival - t - 1, swaps + 1)
    });
    let (dark, swaps) = going.chain([brute(trace, cost, t + 1, active)]).min().unwrap();
    (dark + bad, swaps)
}

fn run(trace: &Trace, policy: &str, terms: &Terms) -> Outcome {
    let mut driver = Driver::new(policy, &Rules::default(), terms, &trace.bssids).unwrap();
    replay(trace, &mut driver, terms)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_optimum_is_that_of_brute_force(
        rows in prop::collection::vec(prop::collection::vec(any::<bool>(), 3), 1..9),
        cost in 1usize..4,
    ) {
        let trace = trace(&rows);
        let best = optimum(&trace, &Terms::new(Model::Ideal, cost));
        prop_assert_eq!((best.dark, best.swaps.len()), brute(&trace, cost, 0, trace.start()));
    }

    #[test]
    fn what_comes_later_changes_no_decision(seed in 0u64..20, cut in 2usize..300, kind in 0usize..5, vehicle: bool) {
        let whole = Trace::from(&generate(Kind::ALL[kind], 300, seed));
        prop_assume!(!whole.bssids.is_empty());
        let terms = Terms::new(if vehicle { Model::Vehicle } else { Model::Ideal }, 3);
        for policy in POLICIES {
            let mut before = run(&whole, policy, &terms).swaps;
            before.retain(|swap| swap.at < cut);
            prop_assert_eq!(&run(&whole.cut(cut), policy, &terms).swaps, &before, "{}", policy);
        }
    }
}

#[test]
fn no_policy_beats_the_optimum() {
    for kind in Kind::ALL {
        let trace = Trace::from(&generate(kind, 400, 7));
        for cost in [1, 3, 8] {
            for model in [Model::Ideal, Model::Vehicle] {
                let terms = Terms::new(model, cost);
                let best = optimum(&trace, &terms).dark;
                for policy in POLICIES {
                    let dark = run(&trace, policy, &terms).dark;
                    assert!(dark >= best, "{kind:?} {policy} {model:?} {cost}: {dark} < {best}");
                }
            }
        }
    }
}

#[test]
fn the_vehicle_swaps_only_to_where_its_standby_can_be() {
    let trace = Trace::from(&generate(Kind::Boulevard, 600, 3));
    let outcome = run(&trace, "strongest", &Terms::new(Model::Vehicle, 1));
    let first = outcome.swaps.first().unwrap();
    assert!(first.at >= 5 + 3, "a scan and a move come first: {first:?}");
    assert!(!outcome.swaps.is_empty());
}
