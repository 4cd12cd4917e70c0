use super::*;
use crate::handover::chance;

/// Two access points: one good half of the time in turns of `turn` seconds, the other never.
fn turns(turn: usize) -> Seconds {
    let strong = |second: usize| (second / turn).is_multiple_of(2);
    (0..600)
        .map(|second| vec![Some(Db(if strong(second) { 10 } else { -5 })), Some(Db(-8))])
        .collect()
}

/// What the table says of the first access point some seconds into a good turn.
fn chance_of_the_next(table: &Table, drive: &Seconds, seconds: usize) -> f64 {
    let mut track = Track::new(Moment::ZERO, level(drive[0][0]), true);
    for (second, heard) in drive.iter().enumerate().take(seconds).skip(1) {
        track.take(Moment::from_micros(second as u64 * 1_000_000), level(heard[0]), false);
    }
    let logit: f64 = table[0]
        .iter()
        .zip(track.features())
        .map(|(weight, feature)| weight * feature)
        .sum();
    1.0 / (1.0 + (-logit).exp())
}

#[test]
fn learns_that_what_is_good_stays_good_and_what_is_bad_stays_bad() {
    let drive = turns(40);
    let table = fit(&[vec![drive.clone()]]);
    let good = chance_of_the_next(&table, &drive, 20);
    let bad = chance_of_the_next(&table, &drive, 60);
    assert!(good > 0.9, "{good}");
    assert!(bad < 0.1, "{bad}");
}

#[test]
fn every_group_counts_the_same_however_many_drives_it_has() {
    let (one, other) = (turns(40), turns(7));
    let few = fit(&[vec![one.clone()], vec![other.clone()]]);
    let many = fit(&[vec![one.clone(), one.clone(), one], vec![other]]);
    for (a, b) in few.iter().flatten().zip(many.iter().flatten()) {
        assert!((a - b).abs() < 1e-6, "{a} {b}");
    }
}

#[test]
fn leaves_out_what_followed_after_the_end() {
    let drive: Seconds = turns(40).into_iter().take(30).collect();
    let table = fit(&[vec![drive]]);
    // No moment has a 32nd second after it, so that row has learned nothing.
    assert_eq!(table[LOOKS - 1], [0.0; FEATURES]);
    assert!(table[0].iter().all(|weight| weight.is_finite()));
}

#[test]
fn the_table_in_use_was_fitted_to_these_features() {
    for row in chance::WEIGHTS {
        assert!(row.iter().all(|weight| weight.abs() < 5.0), "{row:?}");
        assert!(row[1] > 0.0 && row[4] > 0.0, "stronger and steadier is better: {row:?}");
    }
}
