//! The radios' own settings, and the menu that lists them.

use super::console::{find, quoted};
use super::finding::{Checked, Finding, Severity, listed};
use crate::config::{Config, Menu, Radio};
use crate::marks::address_comment;
use crate::names::{InterfaceName, Ssid};
use crate::routeros::RadioMenu;
use crate::survey::{RadioItem, Survey};

const MENU: &str = "/interface/wireless/print";

/// With one of these a radio still carries the vehicle once it is mended, or on some network.
const PASSING: [&str; 2] = ["radio-disabled", "radio-ssid"];

pub(super) fn check(config: &Config, survey: &Survey) -> Checked {
    let names = config.radios().iter().map(|radio| &radio.interface);
    Checked {
        part: "radios",
        fine: format!("{}: stations without an SSID of their own", listed(names)),
        findings: findings(config, survey),
    }
}

/// Without one radio that can carry the vehicle, no swap is possible.
pub(super) fn findings(config: &Config, survey: &Survey) -> Vec<Finding> {
    let refusal = survey.refused.iter().find(|refusal| refusal.command == MENU);
    if refusal.is_some_and(|refusal| !refusal.trap.is_no_such_command()) {
        return Vec::new();
    }
    let there = |radio: &&Radio| item(survey, radio).is_some();
    if !config.radios().iter().any(|radio| there(&radio)) && (survey.radios.is_empty() || elsewhere(config, survey)) {
        return vec![menu(config, survey)];
    }
    let each: Vec<Vec<Finding>> = config
        .radios()
        .iter()
        .map(|radio| match item(survey, radio) {
            Some(item) => settings(config, survey, item),
            None => vec![missing(survey, radio)],
        })
        .collect();
    let unusable = |findings: &Vec<Finding>| {
        findings
            .iter()
            .any(|finding| finding.severity >= Severity::Error && !PASSING.contains(&finding.code))
    };
    let none_left = each.iter().all(unusable);
    let mut findings: Vec<Finding> = each.into_iter().flatten().collect();
    for finding in &mut findings {
        if none_left && finding.severity == Severity::Error && !PASSING.contains(&finding.code) {
            finding.severity = Severity::Forbids;
        }
    }
    findings
}

fn item<'a>(survey: &'a Survey, radio: &Radio) -> Option<&'a RadioItem> {
    survey.radios.iter().find(|item| item.name == radio.interface)
}

/// Whether another menu lists a configured radio.
fn elsewhere(config: &Config, survey: &Survey) -> bool {
    config
        .radios()
        .iter()
        .any(|radio| survey.elsewhere.iter().any(|(_, name)| *name == radio.interface))
}

/// A menu as the console writes it: `/interface wifi`.
fn console(menu: RadioMenu) -> String {
    menu.path().replace('/', " ").replacen(' ', "/", 1)
}

/// None of the radios is in the menu that the agent drives.
fn menu(config: &Config, survey: &Survey) -> Finding {
    let menus = [RadioMenu::Wifi, RadioMenu::WifiWave2];
    let found = menus.into_iter().find_map(|menu| {
        let names = survey.elsewhere.iter().filter(|(other, _)| *other == menu);
        let names: Vec<&InterfaceName> = names.map(|(_, name)| name).collect();
        (!names.is_empty()).then(|| (menu, listed(names)))
    });
    let wanted = if config.router().menu() == Menu::Wireless {
        "[router] menu in agent.toml asks for `/interface wireless`, where the router lists none of the configured radios"
    } else {
        "the router lists none of the configured radios in `/interface wireless`"
    };
    let text = match &found {
        Some((menu, names)) => format!(
            "{wanted}; `{}` lists {names}, and the agent does not support the menus wifi and wifiwave2 yet",
            console(*menu)
        ),
        None => format!("{wanted}, nor in `/interface wifi` or `/interface wifiwave2`"),
    };
    let package = |name: &str| survey.packages.iter().find(|package| package.name.starts_with(name));
    let other = package("wifi").filter(|package| package.in_use);
    let hint = match (other, package("wireless")) {
        (Some(other), _) => format!(
            "the package `{}` runs the radios: `/system package uninstall {}`, then install `wireless` of the same version and \
             restart; radios of 802.11ax and later have no such package, so the agent cannot drive that router yet",
            other.name,
            quoted(&other.name)
        ),
        _ if found.is_some() => {
            "install the package `wireless` of the router's own version where the radios allow it, and restart"
                .to_owned()
        }
        (None, Some(wireless)) if wireless.in_use => {
            "see `/interface print`: the router may have no radios, or only unlicensed ones".to_owned()
        }
        (None, Some(_)) => "`/system package enable wireless`, then `/system reboot`".to_owned(),
        (None, None) => "install the package `wireless` of the router's own version, and restart".to_owned(),
    };
    Finding::forbids("radio-menu", text, hint)
}

/// One that was there when its address item was made may have died; the other carries on. One that never was is a wrong name.
fn missing(survey: &Survey, radio: &Radio) -> Finding {
    let name = &radio.interface;
    let elsewhere = survey.elsewhere.iter().find(|(_, other)| other == name);
    let interface = survey.interfaces.iter().find(|interface| interface.name == *name);
    let text = match (elsewhere, interface) {
        (Some((menu, _)), _) => format!(
            "`{name}` is not in `/interface wireless` of the router but in `{}`",
            console(*menu)
        ),
        (None, Some(other)) => format!(
            "`{name}` is not in `/interface wireless` of the router but of type `{}`",
            other.kind
        ),
        (None, None) => format!("the router has no radio `{name}`"),
    };
    let real = survey.radios.iter().filter(|item| item.master.is_none());
    let hint = format!(
        "name in [[radio]] what the router has: {}",
        listed(real.map(|item| &item.name))
    );
    let comment = address_comment(name);
    if survey.addresses.iter().any(|item| item.comment == comment) {
        Finding::error("radio-missing", text, hint)
    } else {
        Finding::forbids("radio-missing", text, hint)
    }
}

/// A radio that a person disabled.
pub(super) fn disabled(name: &InterfaceName) -> Finding {
    Finding::error(
        "radio-disabled",
        format!("radio `{name}` is disabled"),
        format!("`/interface wireless enable {}`", find(&[("name", name.as_str())])),
    )
}

fn settings(config: &Config, survey: &Survey, item: &RadioItem) -> Vec<Finding> {
    let mut findings = Vec::new();
    let name = &item.name;
    let this = find(&[("name", name.as_str())]);
    if item.disabled {
        findings.push(disabled(name));
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
    findings
}

/// An SSID in the router's own settings, which may be none that can be sent.
pub(super) fn shown(ssid: &[u8]) -> String {
    Ssid::new(ssid).map_or_else(|_| String::from_utf8_lossy(ssid).into_owned(), |ssid| ssid.to_string())
}
