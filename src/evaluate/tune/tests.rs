use std::collections::BTreeSet;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::drive::{Drive, Kind, generate};
use crate::evaluate::{Model, optimum};

fn drive(kind: Kind, seed: u64) -> Trace {
    Trace::from(&generate(kind, 300, seed))
}

fn scores(rules: &Rules, settings: &[Setting], drives: &[Trace]) -> Vec<(String, Vec<f64>)> {
    let one = |trace: &Trace| -> (String, Vec<f64>) {
        let terms = Terms::new(Model::Ideal, 1);
        let judged = [(terms, optimum(trace, &terms))];
        let score = |setting: &Setting| score(trace, &setting.within(rules), &judged).unwrap();
        (trace.name.clone(), settings.iter().map(score).collect())
    };
    drives.iter().map(one).collect()
}

#[test]
fn the_grid_begins_with_the_present_setting_and_holds_each_once() {
    for present in [Settings::default().trigger, Dbm(-95), Dbm(-50)] {
        let present = Setting {
            trigger: present,
            hysteresis: Db(7),
            ..Setting::of(&Settings::default())
        };
        let all = present.around();
        assert_eq!(all[0], present);
        let keys = |setting: &Setting| (setting.trigger, setting.hysteresis, setting.floor);
        let different: BTreeSet<_> = all.iter().map(keys).collect();
        assert_eq!(different.len(), all.len());
        assert!(all.len() > 100, "{}", all.len());
        let many = |setting: &Setting| setting.changed(present).len() >= 2;
        assert!(all.iter().position(many) > Some(10), "near settings come first");
        assert!(all.iter().all(|one| (-95..=-50).contains(&one.trigger.0)));
    }
}

#[test]
fn a_planted_better_number_is_found() {
    let mut rules = Rules::default();
    // A vehicle that leaves far too early, for next to nothing.
    rules.handover.trigger = Dbm(-50);
    let present = Setting::of(&rules.handover);
    let settings: Vec<Setting> = [-50, -60, -79, -95]
        .map(|trigger| Setting {
            trigger: Dbm(trigger),
            ..present
        })
        .to_vec();
    let drives: Vec<Trace> = (0..4).map(|seed| drive(Kind::Boulevard, seed)).collect();
    let tuning = cross_validate(&settings, &scores(&rules, &settings, &drives)).unwrap();
    assert_eq!(tuning.chosen, Some(settings[2]), "{tuning:?}");
    assert!(tuning.folds.iter().all(|fold| fold.chosen == settings[2]), "{tuning:?}");
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
    let rules = Rules::default();
    let settings = Setting::of(&rules.handover).around();
    let tuning = cross_validate(&settings, &scores(&rules, &settings, &drives)).unwrap();
    assert_eq!(tuning.chosen, None, "{tuning:?}");
    let unchanged = |fold: &Fold| fold.chosen == settings[0];
    assert!(
        tuning.folds.iter().all(unchanged),
        "of equals the one that changes nothing: {tuning:?}"
    );
}

#[test]
fn luck_is_seldom_taken_for_a_gain() {
    let settings: Vec<Setting> = Setting::of(&Settings::default())
        .around()
        .into_iter()
        .take(40)
        .collect();
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut lucky = 0;
    for _ in 0..300 {
        let drives = random.random_range(2..12);
        // Each drive is a place of its own, each setting does there as chance has it.
        let mut score = || {
            let place: f64 = random.random_range(0.0..0.5);
            let score = |_: &Setting| place + random.random_range(0.0..0.2);
            (String::new(), settings.iter().map(score).collect())
        };
        let scores: Vec<(String, Vec<f64>)> = (0..drives).map(|_| score()).collect();
        let tuning = cross_validate(&settings, &scores).unwrap();
        lucky += usize::from(tuning.chosen.is_some());
    }
    assert!(lucky <= 300 * 5 / 100, "{lucky} of 300");
}

#[test]
fn a_drive_that_is_left_out_has_no_say_in_what_is_chosen_for_it() {
    let rules = Rules::default();
    let settings: Vec<Setting> = Setting::of(&rules.handover).around().into_iter().take(6).collect();
    let kinds = [Kind::Boulevard, Kind::Town, Kind::Bus];
    let mut drives: Vec<Trace> = kinds.iter().map(|kind| drive(*kind, 3)).collect();
    let before = scores(&rules, &settings, &drives);
    for out in 0..drives.len() {
        let kept = std::mem::replace(&mut drives[out], drive(Kind::Highway, 8));
        let after = scores(&rules, &settings, &drives);
        drives[out] = kept;
        assert_ne!(before[out], after[out], "another drive scores otherwise");
        let chosen = |scores: &[(String, Vec<f64>)], drive: usize| {
            cross_validate(&settings, scores).unwrap().folds[drive].chosen
        };
        assert_eq!(chosen(&before, out), chosen(&after, out), "drive {out}");

        // Even when one setting were a wonder there: only the others take it.
        let mut wonder = before.clone();
        wonder[out].1[settings.len() - 1] = -1_000.0;
        for drive in 0..drives.len() {
            let expected = if drive == out {
                chosen(&before, out)
            } else {
                settings[settings.len() - 1]
            };
            assert_eq!(chosen(&wonder, drive), expected, "drive {drive}");
        }
    }
}

#[test]
fn one_drive_proves_nothing() {
    let settings: Vec<Setting> = Setting::of(&Settings::default()).around().into_iter().take(2).collect();
    let tuning = cross_validate(&settings, &[("one".into(), vec![0.5, 0.1])]).unwrap();
    assert_eq!(tuning.chosen, None);
    assert_eq!(cross_validate(&settings, &[]), None);
}
