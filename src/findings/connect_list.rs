//! The connect-list against the networks: whether each radio may join each network, and at which signal it is dropped.

use super::finding::{Checked, Finding, Severity, listed};
use super::radios::shown;
use super::security_profiles;
use crate::config::{Config, Network, Radio};
use crate::handover::settings::{NetworkRule, RadioRule};
use crate::marks::{COMMENT_PREFIX, avoid_comment, hunt_comment, is_hunt_comment};
use crate::names::UplinkId;
use crate::routeros::console::{find, quoted};
use crate::routeros::{Band, Steering};
use crate::snapshot::RuleItem;
use crate::survey::{Inspection, Survey};
use crate::units::{Db, Dbm};

const MENU: &str = "/interface/wireless/connect-list/print";

/// A rule that forbids up to here forbids a network, not its weak edge.
const STRONG: Dbm = Dbm(-50);

/// How far below the trigger a suggested range begins.
const ROOM: Db = Db(5);

/// What becomes of a radio that hears a network's access point, by the rules of people.
enum Fate<'a> {
    /// A rule lets it join, at least some of them.
    Joins,
    /// A rule that comes first keeps it off; its number counts from 0, as the console does.
    Forbidden(usize, &'a RuleItem),
    /// No rule says anything, so `default-authentication` decides.
    Unsaid,
}

pub(super) fn check(config: &Config, survey: &Survey, inspection: &Inspection) -> Checked {
    let mut findings = Vec::new();
    if !survey.refused.iter().any(|refusal| refusal.command == MENU) {
        for radio in config.radios() {
            // A radio that is not there is a finding of its own.
            if let Some(item) = survey.radios.iter().find(|item| item.name == radio.interface) {
                joins(config, survey, radio, item.default_authentication, &mut findings);
                ranges(config, survey, radio, &mut findings);
            }
            managed(config, survey, radio, &mut findings);
        }
        security_profiles::used(config, survey, inspection, &mut findings);
        security_profiles::configured(config, inspection, &mut findings);
        security_profiles::open(config, survey, inspection, &mut findings);
    }
    let networks = config.networks().iter().map(|network| &network.ssid);
    Checked {
        part: "connect-list",
        fine: format!("each radio may join {}", listed(networks)),
        findings,
    }
}

/// Which networks each radio can reach, for people.
pub(super) fn check_reach(config: &Config, survey: &Survey) -> Option<Checked> {
    let each = radio_rules(config, survey).into_iter().map(|rule| {
        let item = survey.radios.iter().find(|item| item.name == *rule.radio.interface());
        let band = item.map_or("", |item| item.band.as_str());
        let networks = if rule.networks.is_empty() {
            "no network".to_owned()
        } else {
            listed(rule.networks)
        };
        format!("`{}` ({band}) {networks}", rule.radio)
    });
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| Checked {
        part: "reach",
        fine: each.join("; "),
        findings: Vec::new(),
    })
}

/// What each radio can reach by its band and the rules of people.
#[must_use]
pub fn radio_rules(config: &Config, survey: &Survey) -> Vec<RadioRule> {
    // Without a connect-list nothing but the band stands in the way.
    let by_rules = survey.menu.words().steering == Steering::ConnectList;
    let radios = config.radios().iter().filter_map(|radio| {
        let item = survey.radios.iter().find(|item| item.name == radio.interface)?;
        let networks = config.networks().iter();
        let joined =
            networks.filter(|network| !by_rules || may_join(survey, radio, item.default_authentication, network));
        Some(RadioRule {
            radio: UplinkId::new(radio.interface.clone()),
            band: Band::read(&item.band),
            networks: joined.map(|network| network.ssid.clone()).collect(),
        })
    });
    radios.collect()
}

fn may_join(survey: &Survey, radio: &Radio, default: bool, network: &Network) -> bool {
    match fate(radio, &survey.rules, network) {
        Fate::Joins => true,
        Fate::Forbidden(..) => false,
        Fate::Unsaid => default,
    }
}

/// Below which signal the router's own rules drop a radio from a network's access points, as the agent counts signals:
/// the radio's offset included. `None` when no rule has a range.
#[must_use]
pub fn dropped_below(radio: &Radio, rules: &[RuleItem], network: &Network) -> Option<Dbm> {
    let mut lowest = None;
    for (_, rule) in of_people(radio, rules, network) {
        if rule.connect {
            let low = rule.signal_range.map(|(low, _)| low + radio.signal_offset);
            lowest = lowest.max(low);
        }
        if whole(rule) && rule.signal_range.is_none() {
            break;
        }
    }
    lowest
}

/// The rules that a radio obeys when it hears a network, less the managed ones, with their numbers.
fn of_people<'a>(
    radio: &'a Radio,
    rules: &'a [RuleItem],
    network: &'a Network,
) -> impl Iterator<Item = (usize, &'a RuleItem)> {
    rules.iter().enumerate().filter(|(_, rule)| {
        !rule.disabled
            && !rule.comment.starts_with(COMMENT_PREFIX)
            && rule.interface == radio.interface
            && (rule.ssid.is_empty() || rule.ssid == network.ssid.as_bytes())
    })
}

/// Whether a rule is for every access point of the network.
fn whole(rule: &RuleItem) -> bool {
    rule.bssid.is_none() && rule.area_prefix.is_empty()
}

fn fate<'a>(radio: &'a Radio, rules: &'a [RuleItem], network: &'a Network) -> Fate<'a> {
    for (number, rule) in of_people(radio, rules, network) {
        let everywhere = rule.signal_range.is_none_or(|(_, high)| high >= STRONG);
        if rule.connect {
            return Fate::Joins;
        } else if whole(rule) && everywhere {
            return Fate::Forbidden(number, rule);
        }
    }
    Fate::Unsaid
}

fn joins(config: &Config, survey: &Survey, radio: &Radio, default: bool, findings: &mut Vec<Finding>) {
    let name = &radio.interface;
    let listed = survey
        .rules
        .iter()
        .any(|rule| rule.interface == *name && !rule.disabled && !rule.comment.starts_with(COMMENT_PREFIX));
    if !listed {
        let hint = "`sudo tikroam setup --check` prints the rule of each network";
        findings.push(if default {
            Finding::warning(
                "connect-list-empty",
                format!(
                    "the connect-list has no rule for `{name}`: it joins whatever is strongest, also what is not in agent.toml"
                ),
                hint,
            )
        } else {
            Finding::error(
                "connect-list-empty",
                format!("the connect-list has no rule for `{name}` and its default-authentication is off: it joins nothing"),
                hint,
            )
        });
        return;
    }
    let joins_some = config
        .networks()
        .iter()
        .any(|network| may_join(survey, radio, default, network));
    for network in config.networks() {
        // Radios may be set up for different networks. A network that no radio may join is of no use, nor is such a radio.
        let others = survey.radios.iter().filter(|item| item.name != radio.interface);
        let elsewhere = joins_some
            && config.radios().iter().any(|other| {
                let item = others.clone().find(|item| item.name == other.interface);
                item.is_some_and(|item| may_join(survey, other, item.default_authentication, network))
            });
        pinned(radio, survey, network, findings);
        match fate(radio, &survey.rules, network) {
            Fate::Joins => {}
            Fate::Forbidden(number, rule) => {
                let mut finding = forbidden(radio, network, number, rule);
                if elsewhere {
                    finding.severity = Severity::Warning;
                }
                findings.push(finding);
            }
            Fate::Unsaid => {
                let text = format!("no connect-list rule lets `{name}` join network `{}`", network.ssid);
                let hint = add(config, survey, radio, network);
                findings.push(if default || elsewhere {
                    Finding::warning("network-no-rule", text, hint)
                } else {
                    Finding::error("network-no-rule", text, hint)
                });
            }
        }
    }
    if default {
        findings.push(Finding::warning(
            "radio-default-authentication",
            format!("where no rule matches, `{name}` also joins networks that are not in agent.toml"),
            format!(
                "`/interface wireless set {} default-authentication=no`",
                find(&[("name", name.as_str())])
            ),
        ));
    }
}

/// A rule that lets a radio join whatever sends the name of a network whose access points agent.toml names.
fn pinned(radio: &Radio, survey: &Survey, network: &Network, findings: &mut Vec<Finding>) {
    if network.bssids.is_empty() {
        return;
    }
    let mut rules = of_people(radio, &survey.rules, network);
    if let Some((number, _)) =
        rules.find(|(_, rule)| rule.connect && rule.bssid.is_none_or(|bssid| !network.has(bssid)))
    {
        findings.push(Finding::warning(
            "network-not-pinned",
            format!(
                "rule {number} of the connect-list lets `{}` join access points of network `{}` that agent.toml does not name: \
                 a radio that searches by itself may land on one, and is of no use there",
                radio.interface, network.ssid
            ),
            format!(
                "one rule for each of its access points: `/interface wireless connect-list set {number} mac-address={}`, and \
                 copies of it for the others",
                network.bssids[0]
            ),
        ));
    }
}

fn forbidden(radio: &Radio, network: &Network, number: usize, rule: &RuleItem) -> Finding {
    let what = if rule.ssid.is_empty() {
        "any network".to_owned()
    } else {
        format!("`{}`", shown(&rule.ssid))
    };
    Finding::error(
        "network-forbidden",
        format!(
            "rule {number} of the connect-list (connect=no, {what}) keeps `{}` off network `{}`",
            radio.interface, network.ssid
        ),
        format!(
            "`/interface wireless connect-list print`, then `/interface wireless connect-list disable {number}`, or move a \
             rule for the network above it"
        ),
    )
}

/// The command that makes the missing rule, alike to that of another radio for the same network.
fn add(config: &Config, survey: &Survey, radio: &Radio, network: &Network) -> String {
    let like = survey
        .rules
        .iter()
        .find(|rule| rule.connect && !rule.comment.starts_with(COMMENT_PREFIX) && rule.ssid == network.ssid.as_bytes());
    let profile = like.map_or("default", |rule| rule.security_profile.as_str());
    format!(
        "`/interface wireless connect-list add interface={} ssid={} security-profile={} signal-range={}`",
        quoted(radio.interface.as_str()),
        quoted(network.ssid.as_bytes()),
        quoted(profile),
        range(config, radio)
    )
}

/// A range that does not drop a radio before the agent has left.
fn range(config: &Config, radio: &Radio) -> String {
    // Nothing useful passes below -85 dBm, and down to there a weak way out is better than none.
    let low = (config.handover().trigger - ROOM).min(Dbm(-85)) - radio.signal_offset;
    format!("{}..120", low.0)
}

fn ranges(config: &Config, survey: &Survey, radio: &Radio, findings: &mut Vec<Finding>) {
    let trigger = config.handover().trigger;
    for network in config.networks() {
        let Some(low) = dropped_below(radio, &survey.rules, network) else {
            continue;
        };
        let rule = network.rule();
        let wanted = rule.trigger(trigger);
        let raised = NetworkRule {
            minimum_signal: rule.minimum_signal.max(Some(low)),
            ..rule
        }
        .trigger(trigger);
        let culprit = of_people(radio, &survey.rules, network).find(|(_, rule)| {
            rule.signal_range
                .is_some_and(|(end, _)| end + radio.signal_offset == low)
        });
        if let Some((number, rule)) = culprit.filter(|_| raised > wanted) {
            findings.push(Finding::warning(
                "rule-range",
                format!(
                    "rule {number} of the connect-list drops `{}` from network `{}` below {low}, so the agent leaves it at \
                     {raised} already, not at {wanted}",
                    radio.interface, network.ssid
                ),
                format!(
                    "`/interface wireless connect-list set [find where interface={} and ssid={}] signal-range={}`",
                    quoted(radio.interface.as_str()),
                    quoted(&rule.ssid),
                    range(config, radio)
                ),
            ));
        }
    }
}

/// The rule by which the hunt steers a radio: missing ones are made at start.
fn managed(config: &Config, survey: &Survey, radio: &Radio, findings: &mut Vec<Finding>) {
    if !config.hunt().enabled {
        return;
    }
    let is_hunt = |rule: &RuleItem| is_hunt_comment(&rule.comment, &radio.interface);
    on_top(survey, radio, &hunt_comment(&radio.interface), is_hunt, findings);
    let comment = avoid_comment(&radio.interface);
    on_top(survey, radio, &comment, |rule| rule.comment == comment, findings);
}

/// Whether a managed rule is there once, and above the technician's rules.
fn on_top(
    survey: &Survey,
    radio: &Radio,
    comment: &str,
    is_it: impl Fn(&RuleItem) -> bool,
    findings: &mut Vec<Finding>,
) {
    let mut found = survey.rules.iter().enumerate().filter(|(_, rule)| is_it(rule));
    let Some((place, rule)) = found.next() else {
        return;
    };
    let this = find(&[("comment", &rule.comment)]);
    if found.next().is_some() {
        findings.push(Finding::warning(
            "rule-doubled",
            format!("several connect-list rules have comment `{comment}`; the agent changes only the first"),
            format!("`/interface wireless connect-list remove {this}`; `tikroam run` makes one at its start"),
        ));
    }
    let above =
        survey.rules.iter().take(place).any(|rule| {
            rule.interface == radio.interface && !rule.disabled && !rule.comment.starts_with(COMMENT_PREFIX)
        });
    if above {
        findings.push(Finding::warning(
            "rule-not-on-top",
            format!(
                "the rule `{comment}` is not the first for `{}`, so the hunt may not get the radio where it sends it",
                radio.interface
            ),
            format!("`/interface wireless connect-list move {this} destination=0`"),
        ));
    }
}
