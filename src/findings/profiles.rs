//! Security profiles: those that the connect-list and agent.toml name.

use super::finding::{Finding, listed};
use crate::config::Config;
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
            findings.push(Finding::error(
                "network-security-profile",
                format!(
                    "network `{}` in agent.toml names the security profile `{profile}`, which is not there",
                    network.ssid
                ),
                format!("use one of {}", listed(there)),
            ));
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
            findings.push(Finding::error(
                "rule-security-profile",
                format!(
                    "rule {number} of the connect-list, for `{}`, uses the security profile `{profile}`, which is not there",
                    rule.interface
                ),
                format!("use one of {}", listed(there)),
            ));
        }
    }
}
