//! The configuration profiles against the networks, in the menus without a connect-list: whether the hunt can send a radio to
//! each network.

use super::finding::{Checked, Finding, listed};
use super::security_profiles;
use crate::config::{Config, Network};
use crate::routeros::console::quoted;
use crate::survey::{Inspection, Survey};

pub(super) fn check(config: &Config, survey: &Survey, inspection: &Inspection) -> Checked {
    let networks = config.networks();
    let findings = networks
        .iter()
        .filter_map(|network| missing(survey, inspection, network));
    let mut findings: Vec<Finding> = findings.collect();
    security_profiles::open(config, survey, inspection, &mut findings);
    Checked {
        part: "profiles",
        fine: format!(
            "a radio can be sent to {}",
            listed(networks.iter().map(|network| &network.ssid))
        ),
        findings,
    }
}

fn missing(survey: &Survey, inspection: &Inspection, network: &Network) -> Option<Finding> {
    let menu = survey.menu.console();
    let ssid = network.ssid.as_bytes();
    let mut of_network = survey.profiles.iter().filter(|profile| profile.ssid == ssid);
    let named = of_network.clone().find(|profile| !profile.security.is_empty());
    let why = match (named, of_network.next()) {
        (Some(profile), _) => {
            let there = inspection.profiles.as_ref();
            let lacks = there.is_some_and(|there| !there.contains(&profile.security));
            lacks.then(|| {
                format!(
                    "profile `{}` of `{menu} configuration` names the security profile `{}`, which is not there",
                    profile.name, profile.security
                )
            })?
        }
        (None, Some(profile)) => format!(
            "profile `{}` of `{menu} configuration` names no security profile, so the hunt does not send a radio to \
             network `{}`",
            profile.name, network.ssid
        ),
        (None, None) => format!(
            "no profile of `{menu} configuration` is for network `{}`, so the hunt does not send a radio there",
            network.ssid
        ),
    };
    let name = quoted([b"tikroam-".as_slice(), ssid].concat());
    let hint = format!(
        "`{menu} security add name={name}`, with authentication-types and passphrase where the network has a key, then \
         `{menu} configuration add name={name} ssid={} security={name} mode=station`",
        quoted(ssid)
    );
    Some(Finding::error("network-no-profile", why, hint))
}
