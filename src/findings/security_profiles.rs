//! Security profiles: those that the connect-list and agent.toml name.

use super::finding::{Finding, listed};
use crate::config::Config;
use crate::marks::COMMENT_PREFIX;
use crate::routeros::Steering;
use crate::snapshot::RuleItem;
use crate::survey::{Inspection, Survey};

/// The security profiles that agent.toml names.
pub(super) fn configured(config: &Config, inspection: &Inspection, findings: &mut Vec<Finding>) {
    let Some(there) = &inspection.profiles else {
        return;
    };
    for network in config.networks() {
        if let Some(profile) = network
            .security_profile
            .as_ref()
            .filter(|profile| !there.contains(profile))
        {
            let what = format!("network `{}` in agent.toml names", network.ssid);
            findings.push(not_there("network-security-profile", &what, profile, there));
        }
    }
}

/// Networks with a key that a radio may join without it: whoever sends the network's name gets the radio.
pub(super) fn open(config: &Config, survey: &Survey, inspection: &Inspection, findings: &mut Vec<Finding>) {
    let is_open = |profile: &str| inspection.open_profiles.iter().any(|open| open == profile);
    for network in config.networks().iter().filter(|network| !network.open) {
        let hint = format!(
            "give it the profile with the network's key; where the network has none, write `open = true` under `{}` in agent.toml",
            network.ssid
        );
        if survey.menu.words().steering == Steering::Settings {
            let mut profiles = survey.profiles.iter();
            let open = profiles.find(|profile| profile.ssid == network.ssid.as_bytes() && is_open(&profile.security));
            findings.extend(open.map(|profile| {
                let text = format!(
                    "profile `{}` joins network `{}` without a key (security `{}`)",
                    profile.name, network.ssid, profile.security
                );
                Finding::warning("network-open-profile", text, hint.as_str())
            }));
            continue;
        }
        for radio in config.radios() {
            let own = survey.radios.iter().find(|item| item.name == radio.interface);
            let profile = |rule: &RuleItem| match rule.security_profile.as_str() {
                "" | "none" => own.map_or_else(String::new, |own| own.security_profile.clone()),
                named => named.to_owned(),
            };
            let mut rules = survey.rules.iter().enumerate().filter(|(_, rule)| {
                let of_people = !rule.comment.starts_with(COMMENT_PREFIX);
                rule.connect && !rule.disabled && of_people && rule.interface == radio.interface
            });
            let open = rules.find(|(_, rule)| rule.ssid == network.ssid.as_bytes() && is_open(&profile(rule)));
            findings.extend(open.map(|(number, rule)| {
                let text = format!(
                    "rule {number} of the connect-list lets `{}` join network `{}` without a key (security profile `{}`)",
                    radio.interface,
                    network.ssid,
                    profile(rule)
                );
                Finding::warning("network-open-profile", text, hint.as_str())
            }));
        }
    }
}

/// The security profiles that the connect-list uses.
pub(super) fn used(config: &Config, survey: &Survey, inspection: &Inspection, findings: &mut Vec<Finding>) {
    let Some(there) = &inspection.profiles else {
        return;
    };
    let used =
        survey.rules.iter().enumerate().filter(|(_, rule)| {
            !rule.disabled && config.radios().iter().any(|radio| radio.interface == rule.interface)
        });
    for (number, rule) in used {
        let profile = rule.security_profile.as_str();
        // `none` takes the profile of the radio itself.
        if !["", "none"].contains(&profile) && !there.iter().any(|name| name == profile) {
            let what = format!("rule {number} of the connect-list, for `{}`, uses", rule.interface);
            findings.push(not_there("rule-security-profile", &what, profile, there));
        }
    }
}

fn not_there(code: &'static str, what: &str, profile: &str, there: &[String]) -> Finding {
    Finding::error(
        code,
        format!("{what} the security profile `{profile}`, which is not there"),
        format!("use one of {}", listed(there)),
    )
}
