//! The radios' own settings, and the menu that lists them.

use super::finding::{Checked, Finding, Severity, listed};
use crate::config::{Config, Radio};
use crate::marks::address_comment;
use crate::names::{InterfaceName, Ssid};
use crate::routeros::console::find;
use crate::routeros::{RadioMenu, Steering};
use crate::snapshot::RadioSettings;
use crate::survey::{RadioItem, Survey};

const MENU: &str = "/interface/wireless/print";

/// With one of these a radio still carries the vehicle once it is mended, or on some network.
const PASSING: [&str; 3] = ["radio-disabled", "radio-ssid", "radio-own-security"];

pub(super) fn check(config: &Config, survey: &Survey) -> Checked {
    let names = config.radios().iter().map(|radio| &radio.interface);
    Checked {
        part: "radios",
        fine: match survey.menu.words().steering {
            Steering::ConnectList => format!("{}: stations without an SSID of their own", listed(names)),
            Steering::Settings => format!("{}: stations in `{}`", listed(names), survey.menu.console()),
        },
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

/// None of the radios is in a menu that the agent may look in.
fn menu(config: &Config, survey: &Survey) -> Finding {
    let configured = |name: &InterfaceName| config.radios().iter().any(|radio| radio.interface == *name);
    let others = || survey.elsewhere.iter();
    let listing = others().find(|(_, name)| configured(name)).or(others().next());
    let names = |menu: RadioMenu| listed(others().filter(|(other, _)| *other == menu).map(|(_, name)| name));
    let mut text = match config.router().menu() {
        Some(menu) => format!(
            "[router] menu in agent.toml asks for `{}`, where the router lists none of the configured radios",
            menu.console()
        ),
        None => {
            let menus = RadioMenu::ALL.map(|menu| format!("`{}`", menu.console()));
            let menus = menus.join(", ");
            format!("the router lists none of the configured radios in {menus}")
        }
    };
    if let Some((menu, _)) = listing {
        text += &format!("; `{}` lists {}", menu.console(), names(*menu));
    }
    let package = |name: &str| survey.packages.iter().find(|package| package.name.starts_with(name));
    let hint = match (listing, package("wireless")) {
        (Some((_, name)), _) if configured(name) => {
            "leave `menu` out of agent.toml: the agent takes the one that lists the radios".to_owned()
        }
        (Some((menu, _)), _) => format!("name in [[radio]] what the router has: {}", names(*menu)),
        (None, Some(wireless)) if wireless.in_use => {
            "see `/interface print`: the router may have no radios, or only unlicensed ones".to_owned()
        }
        (None, Some(_)) => "`/system package enable wireless`, then `/system reboot`".to_owned(),
        (None, None) => {
            "install the package for the router's radios, of the router's own version: `wireless` up to 802.11n and \
                         on MIPS, `wifi-qcom-ac` or `wifi-qcom` from 802.11ac on; then restart"
                .to_owned()
        }
    };
    Finding::forbids("radio-menu", text, hint)
}

/// One that was there when its address item was made may have died; the other carries on. One that never was is a wrong name.
fn missing(survey: &Survey, radio: &Radio) -> Finding {
    let (name, here) = (&radio.interface, survey.menu.console());
    let elsewhere = survey.elsewhere.iter().find(|(_, other)| other == name);
    let interface = survey.interfaces.iter().find(|interface| interface.name == *name);
    let text = match (elsewhere, interface) {
        (Some((menu, _)), _) => format!("`{name}` is not in `{here}` of the router but in `{}`", menu.console()),
        (None, Some(other)) => format!("`{name}` is not in `{here}` of the router but of type `{}`", other.kind),
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
pub(super) fn disabled(menu: RadioMenu, name: &InterfaceName) -> Finding {
    Finding::error(
        "radio-disabled",
        format!("radio `{name}` is disabled"),
        format!("`{} enable {}`", menu.console(), find(&[("name", name.as_str())])),
    )
}

fn settings(config: &Config, survey: &Survey, item: &RadioItem) -> Vec<Finding> {
    let mut findings = Vec::new();
    let name = &item.name;
    let this = find(&[("name", name.as_str())]);
    let (menu, words) = (survey.menu.console(), survey.menu.words());
    let by_settings = words.steering == Steering::Settings;
    if item.disabled {
        findings.push(disabled(survey.menu, name));
    }
    // A mode that the radio takes from its profile is not shown with it.
    let profiles_own = item.mode.is_empty() && !item.configuration.is_empty();
    if item.mode != "station" && !profiles_own {
        let text = format!("radio `{name}` is in mode `{}`, not `station`", item.mode);
        let hint = format!("`{menu} set {this} {}=station`", words.mode);
        findings.push(if item.mode.starts_with("station") {
            Finding::warning("radio-mode", text, hint)
        } else {
            Finding::error("radio-mode", text, hint)
        });
    }
    if by_settings {
        findings.extend(own_security(config, survey, item));
    } else if !item.ssid.is_empty() {
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
    if item.roams {
        let (property, off) = match by_settings {
            true => ("configuration.station-roaming", "no"),
            false => ("station-roaming", "disabled"),
        };
        findings.push(Finding::warning(
            "radio-roams",
            format!(
                "radio `{name}` roams by itself (station-roaming): it scans while it carries the vehicle, and leaves without the agent"
            ),
            format!("`{menu} set {this} {property}={off}`"),
        ));
    }
    let riders = survey
        .radios
        .iter()
        .filter(|other| !by_settings && other.master.as_ref() == Some(name) && !other.disabled);
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

/// Security settings of a radio's own win over those of the profile that the hunt gives it.
fn own_security(config: &Config, survey: &Survey, item: &RadioItem) -> Option<Finding> {
    let own = |settings: &&RadioSettings| settings.interface == item.name && settings.own_security;
    survey.settings.iter().find(own)?;
    let name = &item.name;
    let unset = format!("{} unset {}", survey.menu.console(), find(&[("name", name.as_str())]));
    let text = format!(
        "radio `{name}` has security settings of its own, which win over those of a network's profile: where the networks \
         differ in them, it joins one only"
    );
    let hint = format!("`{unset} security.authentication-types`, then `{unset} security.passphrase`");
    Some(if config.networks().len() > 1 {
        Finding::error("radio-own-security", text, hint)
    } else {
        Finding::warning("radio-own-security", text, hint)
    })
}

/// An SSID in the router's own settings, which may be none that can be sent.
pub(super) fn shown(ssid: &[u8]) -> String {
    Ssid::new(ssid).map_or_else(|_| String::from_utf8_lossy(ssid).into_owned(), |ssid| ssid.to_string())
}
