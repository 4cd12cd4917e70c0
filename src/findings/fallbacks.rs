//! The fallback uplinks: whether each is there and up.

use super::finding::{Checked, Finding, listed};
use crate::config::{Config, Fallback, FallbackAddress};
use crate::routeros::console::{find, quoted};
use crate::survey::Survey;

/// None where no fallback is configured.
pub(super) fn check(config: &Config, survey: &Survey) -> Option<Checked> {
    let fallbacks = config.fallbacks();
    let names = listed(fallbacks.iter().map(|fallback| &fallback.interface));
    (!fallbacks.is_empty()).then(|| Checked {
        part: "fallbacks",
        fine: format!("{names} can take over from the radios"),
        findings: fallbacks
            .iter()
            .filter_map(|fallback| finding(fallback, survey).or_else(|| not_called(config, fallback)))
            .collect(),
    })
}

/// A modem beside no tunnel: most operators give an address that nobody can call.
fn not_called(config: &Config, fallback: &Fallback) -> Option<Finding> {
    let name = &fallback.interface;
    (config.tunnel().item.is_none() && fallback.address == FallbackAddress::OfInterface).then(|| {
        Finding::warning(
            "fallback-not-called",
            format!("without a tunnel the office calls the vehicle by the address that `{name}` gets from its operator"),
            "ask the operator for a SIM with a fixed public address, or set up a tunnel: behind address translation nobody \
             can call the vehicle",
        )
    })
}

/// What is wrong with one; the radios work without it.
fn finding(fallback: &Fallback, survey: &Survey) -> Option<Finding> {
    let name = &fallback.interface;
    if survey
        .refused
        .iter()
        .any(|refusal| refusal.command == "/interface/print")
    {
        return None;
    }
    let Some(item) = survey.interfaces.iter().find(|item| item.name == *name) else {
        return Some(Finding::error(
            "fallback-missing",
            format!("the router has no interface `{name}`, so that fallback never takes over"),
            "compare [[fallback]] interface in agent.toml with `/interface print`",
        ));
    };
    let this = find(&[("name", name.as_str())]);
    if item.disabled {
        return Some(Finding::error(
            "fallback-disabled",
            format!("fallback `{name}` is disabled"),
            format!("`/interface enable {this}`"),
        ));
    }
    if item.kind == "ether" && fallback.address == FallbackAddress::OfInterface {
        return Some(Finding::error(
            "fallback-no-gateway",
            format!(
                "fallback `{name}` is a cable without a gateway: the router looks for every host on the cable itself"
            ),
            "add `address` and `gateway` to its [[fallback]] in agent.toml, as the network's owner gave them, or `address = \"dhcp\"`",
        ));
    }
    (!item.running).then(|| {
        let hint = if item.kind == "lte" {
            format!(
                "`/interface lte monitor {} once` shows whether the SIM and the network are fine",
                quoted(name.as_str())
            )
        } else {
            "look at the cable, and at what is at its other end".to_owned()
        };
        Finding::warning("fallback-down", format!("fallback `{name}` is not running now"), hint)
    })
}
