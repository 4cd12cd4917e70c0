use std::time::Duration;

use super::{drive, settings};
use crate::sim::world::air::{Air, passes};
use crate::sim::world::chance::{Chance, Of};
use crate::units::Dbm;

/// A drive of an hour with one access point whose level wanders as measured.
fn hour(mean: f64) -> Air {
    let mut log = drive(3600, &[(-60, 0..3600)]);
    let chance = Chance::new(1);
    for (second, heard) in (0..).zip(&mut log.seconds) {
        #[allow(clippy::cast_possible_truncation)]
        let level = (mean + 2.4 * chance.normal(Of::Ping, 0, second)).round() as i16;
        heard[0].signal = Dbm(level);
    }
    let mut settings = settings(log);
    settings.quirks.gray = true;
    Air::new(&settings)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / f64::from(u32::try_from(values.len()).unwrap())
}

fn covariance(a: &[f64], b: &[f64]) -> f64 {
    let (of_a, of_b) = (mean(a), mean(b));
    mean(
        &a.iter()
            .zip(b)
            .map(|(a, b)| (a - of_a) * (b - of_b))
            .collect::<Vec<_>>(),
    )
}

#[test]
fn two_antennas_fade_as_measured() {
    let air = hour(-70.0);
    let levels = |antenna| -> Vec<f64> {
        (0..3599)
            .map(|second| air.level(0, antenna, Duration::from_secs(second)).unwrap())
            .collect()
    };
    let (one, other) = (levels(0), levels(1));
    let correlation = covariance(&one, &other) / (covariance(&one, &one) * covariance(&other, &other)).sqrt();
    assert!((0.2..=0.5).contains(&correlation), "correlation {correlation}");
    let changes: Vec<f64> = one.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let deviation = covariance(&changes, &changes).sqrt();
    assert!((2.4..=3.4).contains(&deviation), "second to second {deviation} dB");
}

#[test]
fn scans_miss_and_err_as_measured() {
    for (level, missed) in [(-62.0, 0.09), (-72.0, 0.24), (-83.0, 0.41)] {
        let air = hour(level);
        let scans = (0..3599).map(|second| air.scan(0, Duration::from_secs(second)));
        let heard: Vec<f64> = scans
            .filter_map(|hits| hits.first().map(|hit| f64::from(hit.signal)))
            .collect();
        let share = 1.0 - f64::from(u32::try_from(heard.len()).unwrap()) / 3599.0;
        assert!((share - missed).abs() < 0.06, "{level} dBm: missed {share}");
        let changes: Vec<f64> = heard.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let deviation = covariance(&changes, &changes).sqrt();
        assert!(
            (4.0..=5.6).contains(&deviation),
            "{level} dBm: between scans {deviation} dB"
        );
    }
}

#[test]
fn gray_periods_come_each_one_to_three_minutes() {
    let air = hour(-60.0);
    let mut begun = Vec::new();
    let mut length = 0.0;
    for tenth in 0..36_000u32 {
        let at = |tenth| Duration::from_millis(u64::from(tenth) * 100);
        if let Some(loss) = air.gray(0, at(tenth)) {
            assert!((0.5..=1.0).contains(&loss));
            length += 0.1;
            if tenth == 0 || air.gray(0, at(tenth - 1)).is_none() {
                begun.push(f64::from(tenth) / 10.0);
            }
        }
    }
    assert_eq!(begun.len(), 30);
    assert!(
        begun
            .windows(2)
            .all(|pair| (59.0..=181.0).contains(&(pair[1] - pair[0]))),
        "{begun:?}"
    );
    assert!((2.0..=10.0).contains(&(length / 30.0)), "mean length {}", length / 30.0);
}

#[test]
fn short_holes_of_a_log_are_bridged_and_long_ones_are_silence() {
    let mut log = drive(20, &[(-60, 0..20)]);
    for second in [5, 6, 10, 11, 12] {
        log.seconds[second].clear();
    }
    let air = Air::new(&settings(log));
    let there = |second| air.level(0, 0, Duration::from_secs(second)).is_some();
    assert!(there(5) && there(6));
    assert!(!there(10) && !there(11) && !there(12) && there(13));
    assert!(!there(20), "nothing is heard after the end");
}

#[test]
fn frames_pass_where_the_field_says() {
    assert!(passes(-60.0) > 0.99 && passes(-75.0) > 0.95);
    assert!((0.5..0.95).contains(&passes(-80.0)));
    assert!(passes(-85.5) < 0.1 && passes(-90.0) == 0.0);
}
