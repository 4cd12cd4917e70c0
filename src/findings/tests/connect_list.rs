use super::world::*;
use crate::findings::dropped_below;
use crate::names::Bssid;
use crate::snapshot::RuleItem;
use crate::units::{Db, Dbm};

/// A world in which the rules of `wlan1` for `testssid1` (number 2) are changed.
fn ruled(world: &mut World, change: fn(&mut RuleItem)) {
    change(&mut world.survey.rules[2]);
}

#[test]
fn connect_list() {
    found(&[
        (
            "no rule at all",
            |w| w.survey.rules.truncate(2),
            &["error connect-list-empty"; 2],
        ),
        (
            "no rule at all, and it joins anything",
            |w| {
                w.survey.rules.truncate(2);
                w.survey
                    .radios
                    .iter_mut()
                    .for_each(|radio| radio.default_authentication = true);
            },
            &["warning connect-list-empty"; 2],
        ),
        (
            "no rule for one network",
            |w| {
                w.survey.rules.remove(2);
            },
            &["warning network-no-rule"],
        ),
        (
            "its rule is disabled",
            |w| ruled(w, |rule| rule.disabled = true),
            &["warning network-no-rule"],
        ),
        (
            "its rule is for another SSID",
            |w| ruled(w, |rule| rule.ssid = b"testssid10".to_vec()),
            &["warning network-no-rule"],
        ),
        (
            "its rule is for one access point",
            |w| ruled(w, |rule| rule.bssid = Some(Bssid([2, 0, 0, 0, 0, 1]))),
            &[],
        ),
        (
            "its rule forbids",
            |w| ruled(w, |rule| rule.connect = false),
            &["warning network-forbidden"],
        ),
        (
            "a rule before forbids all",
            |w| {
                let rule = RuleItem {
                    connect: false,
                    signal_range: None,
                    ..rule("wlan1", "", "")
                };
                w.survey.rules.insert(2, rule);
            },
            &["error network-forbidden"; 3],
        ),
        (
            "a rule before forbids one access point",
            |w| {
                let rule = RuleItem {
                    connect: false,
                    bssid: Some(Bssid([2, 0, 0, 0, 0, 1])),
                    ..rule("wlan1", "testssid1", "")
                };
                w.survey.rules.insert(2, rule);
            },
            &[],
        ),
        (
            "a rule before forbids weak ones",
            |w| {
                let rule = RuleItem {
                    connect: false,
                    signal_range: Some((Dbm(-120), Dbm(-86))),
                    ..rule("wlan1", "", "")
                };
                w.survey.rules.insert(2, rule);
            },
            &[],
        ),
        (
            "a rule behind forbids the rest",
            |w| {
                w.survey.rules.push(RuleItem {
                    connect: false,
                    signal_range: None,
                    ..rule("wlan1", "", "")
                });
            },
            &[],
        ),
        (
            "the range ends just below the trigger",
            |w| ruled(w, |rule| rule.signal_range = Some((Dbm(-83), Dbm(120)))),
            &[],
        ),
        (
            "the range ends too near",
            |w| ruled(w, |rule| rule.signal_range = Some((Dbm(-82), Dbm(120)))),
            &["warning rule-range"],
        ),
        (
            "a rule for any network has the range",
            |w| {
                ruled(w, |rule| {
                    rule.ssid.clear();
                    rule.signal_range = Some((Dbm(-70), Dbm(120)));
                });
            },
            &["warning rule-range"; 3],
        ),
        (
            "a range behind a rule without one",
            |w| {
                ruled(w, |rule| rule.signal_range = None);
                w.survey.rules.push(RuleItem {
                    signal_range: Some((Dbm(-60), Dbm(120))),
                    ..rule("wlan1", "testssid1", "open")
                });
            },
            &[],
        ),
        (
            "the managed rule is not on top",
            |w| w.survey.rules.swap(0, 2),
            &["warning rule-not-on-top"],
        ),
        (
            "another radio's rules are above the managed one",
            |w| w.survey.rules[1..5].rotate_left(1),
            &[],
        ),
        (
            "a managed item is doubled",
            |w| w.survey.rules.insert(0, hunt("wlan1")),
            &["warning rule-doubled"],
        ),
        (
            "the profile is not there",
            |w| ruled(w, |rule| rule.security_profile = "*7".into()),
            &["error rule-security-profile"],
        ),
        (
            "the radio's own profile",
            |w| ruled(w, |rule| rule.security_profile = "none".into()),
            &[],
        ),
    ]);
}

#[test]
fn a_radios_offset_moves_the_range_as_the_agent_sees_it() {
    let world = fine();
    let network = &world.config.networks()[0];
    for (offset, level) in [(0, -85), (6, -79), (-6, -91)] {
        let mut radio = world.config.radios()[0].clone();
        radio.signal_offset = Db(offset);
        assert_eq!(
            dropped_below(&radio, &world.survey.rules, network),
            Some(Dbm(level)),
            "{offset} dB"
        );
    }
}
