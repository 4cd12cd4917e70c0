use std::collections::BTreeSet;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::drive::{Drive, Kind, generate};
use crate::evaluate::{Model, optimum};

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn drive(kind: Kind, seed: u64) -> Trace {
    Trace::from(&generate(kind, 300, seed))
}

fn scores(mind: &Mind, settings: &[Setting], drives: &[Trace]) -> Vec<Vec<f64>> {
    let one = |trace: &Trace| -> Vec<f64> {
        let terms = Terms::new(Model::Ideal, 1);
        let judged = [(terms, optimum(trace, &terms))];
        let score = |setting: &Setting| score(trace, &setting.in_mind(mind), &judged).unwrap();
        settings.iter().map(score).collect()
    };
    drives.iter().map(one).collect()
}

#[test]
fn the_grid_begins_with_the_present_setting_and_holds_each_once() {
    let present = Setting::of(&Settings::default());
    let all = present.around();
    assert_eq!(all[0], present);
    let keys = |setting: &Setting| (setting.horizon, setting.margin, setting.dwell);
    let different: BTreeSet<_> = all.iter().map(keys).collect();
    assert_eq!(different.len(), all.len());
    assert!(all.len() > 100, "{}", all.len());
    let two = |setting: &Setting| setting.changed(present).len() >= 2;
    assert!(all.iter().position(two) > Some(3), "near settings come first");
}

#[test]
fn horizons_stay_within_what_the_configuration_takes() {
    for horizon in [1, 60] {
        let present = Setting {
            horizon: secs(horizon),
            ..Setting::of(&Settings::default())
        };
        for setting in present.around() {
            assert!((secs(1)..=secs(60)).contains(&setting.horizon), "{setting:?}");
        }
    }
}

#[test]
fn a_planted_better_parameter_is_found() {
    let mut mind = Mind::default();
    // A vehicle that was told never to go unless going promises half a minute more.
    mind.handover.margin = secs(30);
    let present = Setting::of(&mind.handover);
    let settings: Vec<Setting> = [30_000, 4_000, 1_000, 160]
        .map(|margin| Setting {
            margin: Duration::from_millis(margin),
            ..present
        })
        .to_vec();
    let drives: Vec<Trace> = (0..4).map(|seed| drive(Kind::Boulevard, seed)).collect();
    let tuning = cross_validate(&scores(&mind, &settings, &drives)).unwrap();
    assert!(tuning.pays(), "{tuning:?}");
    assert!(settings[tuning.chosen].margin < secs(4), "{tuning:?}");
    assert!(tuning.folds.iter().all(|fold| fold.chosen != 0), "{tuning:?}");
}

#[test]
fn where_nothing_can_be_gained_nothing_changes() {
    let one_ap = |name: &str, signal: i16| {
        let mut text = String::from("time_s,bssid,ssid,channel,signal_dbm\n");
        for t in 0..200 {
            text += &format!("{t},02:00:00:00:00:01,a,1,{}\n", signal + t % 7);
        }
        Trace::from(&Drive::parse(name, text.as_bytes()).unwrap())
    };
    let drives = [one_ap("good", -60), one_ap("weak", -83), one_ap("bad", -95)];
    let mind = Mind::default();
    let settings = Setting::of(&mind.handover).around();
    let tuning = cross_validate(&scores(&mind, &settings, &drives)).unwrap();
    assert!(!tuning.pays(), "{tuning:?}");
    assert_eq!(tuning.chosen, 0, "of equals the one that changes nothing");
    assert!(tuning.folds.iter().all(|fold| fold.chosen == 0), "{tuning:?}");
}

#[test]
fn luck_is_seldom_taken_for_a_gain() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut lucky = 0;
    for _ in 0..300 {
        let drives = random.random_range(2..12);
        // Each drive is a place of its own, each setting does there as chance has it.
        let scores: Vec<Vec<f64>> = (0..drives)
            .map(|_| {
                let place: f64 = random.random_range(0.0..0.5);
                (0..40).map(|_| place + random.random_range(0.0..0.2)).collect()
            })
            .collect();
        lucky += usize::from(cross_validate(&scores).unwrap().pays());
    }
    assert!(lucky <= 300 * 5 / 100, "{lucky} of 300");
}

#[test]
fn a_drive_that_is_left_out_has_no_say_in_what_is_chosen_for_it() {
    let mind = Mind::default();
    let settings: Vec<Setting> = Setting::of(&mind.handover).around().into_iter().take(6).collect();
    let kinds = [Kind::Boulevard, Kind::Town, Kind::Bus];
    let mut drives: Vec<Trace> = kinds.iter().map(|kind| drive(*kind, 3)).collect();
    let before = scores(&mind, &settings, &drives);
    for out in 0..drives.len() {
        let kept = std::mem::replace(&mut drives[out], drive(Kind::Highway, 8));
        let after = scores(&mind, &settings, &drives);
        drives[out] = kept;
        assert_ne!(before[out], after[out], "another drive scores otherwise");
        let chosen = |scores: &[Vec<f64>]| cross_validate(scores).unwrap().folds[out].chosen;
        assert_eq!(chosen(&before), chosen(&after), "drive {out}");

        // Even when one setting were a wonder there.
        let mut wonder = before.clone();
        wonder[out][settings.len() - 1] = -1_000.0;
        assert_eq!(chosen(&before), chosen(&wonder), "drive {out}");
        assert_eq!(cross_validate(&wonder).unwrap().chosen, settings.len() - 1);
    }
}

#[test]
fn one_drive_proves_nothing() {
    let tuning = cross_validate(&[vec![0.5, 0.1]]).unwrap();
    assert!(!tuning.pays());
    assert_eq!(cross_validate(&[]), None);
}
