//! The radios' own settings.

use super::console::{find, quoted};
use super::{Checked, Finding, listed};
use crate::config::{Config, Radio};
use crate::names::Ssid;
use crate::router::{RadioItem, Survey};

const MENU: &str = "/interface/wireless/print";

pub(super) fn check(config: &Config, survey: &Survey) -> Checked {
    let mut findings = Vec::new();
    let refusal = survey.refused.iter().find(|refusal| refusal.command == MENU);
    if survey.radios.is_empty() && refusal.is_none_or(|refusal| refusal.trap.is_no_such_command()) {
        findings.push(no_menu(survey));
    } else if refusal.is_none() {
        for radio in config.radios() {
            match survey.radios.iter().find(|item| item.name == radio.interface) {
                Some(item) => settings(config, survey, item, &mut findings),
                None => findings.push(missing(survey, radio)),
            }
        }
    }
    let names = config.radios().iter().map(|radio| &radio.interface);
    Checked {
        part: "radios",
        fine: format!("{}: stations without an SSID of their own", listed(names)),
        findings,
    }
}

/// No legacy menu, or no radio in it: another package runs the radios, or none.
fn no_menu(survey: &Survey) -> Finding {
    let text = "the router has no radio in `/interface wireless`, the only menu that this version of the agent drives";
    let package = |name: &str| survey.packages.iter().find(|package| package.name.starts_with(name));
    let other = package("wifi").filter(|package| package.in_use);
    let hint = match (other, package("wireless")) {
        (Some(other), _) => format!(
            "the package `{}` runs the radios: `/system package uninstall {}`, then install `wireless` and restart, where \
             the radios allow it",
            other.name,
            quoted(&other.name)
        ),
        (None, Some(wireless)) if wireless.in_use => {
            "see `/interface print`: the router may have no radios, or only unlicensed ones".to_owned()
        }
        (None, Some(_)) => "`/system package enable wireless`, then `/system reboot`".to_owned(),
        (None, None) => "install the package `wireless` of the router's own version, and restart".to_owned(),
    };
    Finding::error("radio-menu", text.to_owned(), hint)
}

fn missing(survey: &Survey, radio: &Radio) -> Finding {
    let name = &radio.interface;
    let text = match survey.interfaces.iter().find(|interface| interface.name == *name) {
        Some(other) => format!("`{name}` is no radio on the router but of type `{}`", other.kind),
        None => format!("the router has no radio `{name}`"),
    };
    let real = survey.radios.iter().filter(|item| item.master.is_none());
    Finding::error(
        "radio-missing",
        text,
        format!(
            "name in [[radio]] what the router has: {}",
            listed(real.map(|item| &item.name))
        ),
    )
}

fn settings(config: &Config, survey: &Survey, item: &RadioItem, findings: &mut Vec<Finding>) {
    let name = &item.name;
    let this = find(&[("name", name.as_str())]);
    if item.disabled {
        findings.push(Finding::error(
            "radio-disabled",
            format!("radio `{name}` is disabled"),
            format!("`/interface wireless enable {this}`"),
        ));
    }
    if item.mode != "station" {
        let text = format!("radio `{name}` is in mode `{}`, not `station`", item.mode);
        let hint = format!("`/interface wireless set {this} mode=station`");
        findings.push(if item.mode.starts_with("station") {
            Finding::warning("radio-mode", text, hint)
        } else {
            Finding::error("radio-mode", text, hint)
        });
    }
    if !item.ssid.is_empty() {
        let text = format!(
            "radio `{name}` has the SSID `{}` of its own, so no connect-list rule for a network counts",
            shown(&item.ssid)
        );
        let hint = format!("`/interface wireless set {this} ssid=\"\"`");
        let only = config
            .networks()
            .iter()
            .all(|network| network.ssid.as_bytes() == item.ssid);
        findings.push(if only {
            Finding::warning("radio-ssid", text, hint)
        } else {
            Finding::error("radio-ssid", text, hint)
        });
    }
    for port in survey
        .ports
        .iter()
        .filter(|port| port.interface == *name && !port.disabled)
    {
        findings.push(Finding::error(
            "radio-bridged",
            format!(
                "radio `{name}` is a port of bridge `{}`, where its own address does not work",
                port.bridge
            ),
            format!(
                "`/interface bridge port remove {}`",
                find(&[("interface", name.as_str())])
            ),
        ));
    }
    if let Some(master) = &item.master {
        findings.push(Finding::error(
            "radio-virtual",
            format!("`{name}` is a virtual radio on `{master}`, which hears only its channel"),
            format!("name the radio itself in [[radio]]: `{master}`"),
        ));
    }
    let riders = survey
        .radios
        .iter()
        .filter(|other| other.master.as_ref() == Some(name) && !other.disabled);
    for rider in riders {
        findings.push(Finding::error(
            "radio-has-virtual",
            format!(
                "the virtual radio `{}` keeps `{name}` from searching as a station",
                rider.name
            ),
            format!(
                "`/interface wireless disable {}`",
                find(&[("name", rider.name.as_str())])
            ),
        ));
    }
}

/// An SSID that the router holds, which may be none that can be sent.
pub(super) fn shown(ssid: &[u8]) -> String {
    Ssid::new(ssid).map_or_else(|_| String::from_utf8_lossy(ssid).into_owned(), |ssid| ssid.to_string())
}
