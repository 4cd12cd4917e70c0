//! What the router does by itself to the things that the agent sets: scripts, schedules and netwatches of an older way.

use super::finding::{Checked, Finding, listed};
use crate::config::Config;
use crate::routeros::console::find;
use crate::survey::{Inspection, Script, ScriptPlace};

pub(super) fn check(config: &Config, inspection: &Inspection) -> Checked {
    let names = names(config);
    let scripts = &inspection.scripts;
    let direct: Vec<Option<String>> = scripts.iter().map(|script| touches(&script.source, &names)).collect();
    let why = by_way(scripts, direct);
    let findings = scripts
        .iter()
        .zip(why)
        .filter(|(script, _)| !script.disabled)
        .filter_map(|(script, why)| Some(found(script, &why?)))
        .collect();
    let fine = if inspection.scripts_hidden.is_empty() {
        "no script, schedule or netwatch of the router changes what the agent sets".to_owned()
    } else {
        let hidden = inspection.scripts_hidden.iter().map(|place| place.menu());
        format!(
            "the router does not show {}: look there for what moves its route",
            listed(hidden)
        )
    };
    Checked {
        part: "scripts",
        fine,
        findings,
    }
}

/// Names that only commands use which touch what the agent sets.
fn names(config: &Config) -> Vec<&str> {
    let radios = config.radios().iter().map(|radio| radio.interface.as_str());
    let tunnel = config.tunnel().item.iter().map(|(_, name)| name.as_str());
    radios.chain(tunnel).collect()
}

/// What commands do to what the agent sets; `None` = nothing.
fn touches(source: &str, names: &[&str]) -> Option<String> {
    let named: Vec<&str> = names.iter().copied().filter(|name| mentions(source, name)).collect();
    match (named.is_empty(), changes_routes(source)) {
        (true, false) => None,
        (true, true) => Some("changes routes".to_owned()),
        (false, false) => Some(format!("names {}", listed(named))),
        (false, true) => Some(format!("names {} and changes routes", listed(named))),
    }
}

/// Adds those that run one which touches what the agent sets, also by way of others.
fn by_way(scripts: &[Script], mut why: Vec<Option<String>>) -> Vec<Option<String>> {
    loop {
        let more = scripts
            .iter()
            .zip(&why)
            .enumerate()
            .find_map(|(index, (script, found))| {
                if found.is_some() {
                    return None;
                }
                let (run, _) = scripts
                    .iter()
                    .zip(&why)
                    .filter(|(other, why)| why.is_some() && other.place == ScriptPlace::Script)
                    .find(|(other, _)| runs(&script.source, &other.name))?;
                Some((index, format!("runs script `{}`", run.name)))
            });
        match more {
            Some((index, reason)) => why[index] = Some(reason),
            None => return why,
        }
    }
}

/// Whether commands run a script: its bare name where a script is expected, or a command of the menu `script` with it.
fn runs(source: &str, script: &str) -> bool {
    if script.is_empty() {
        return false;
    }
    source.lines().any(|line| line.trim() == script) || (mentions(source, "script") && mentions(source, script))
}

fn found(script: &Script, why: &str) -> Finding {
    let (menu, name) = (script.place.menu(), &script.name);
    let what = match script.place {
        ScriptPlace::Script => "script",
        ScriptPlace::Scheduler => "schedule",
        ScriptPlace::Netwatch => "netwatch of",
    };
    let console = menu.trim_start_matches('/').replace('/', " ");
    let this = find(&[(script.place.named_by(), name)]);
    let hint = match script.place {
        ScriptPlace::Script => format!(
            "a script cannot be disabled: disable what runs it (`/system script job print` shows whether it runs now), keep \
             a copy by `/export`, and take it out: `/{console} remove {this}`"
        ),
        ScriptPlace::Scheduler | ScriptPlace::Netwatch => format!("`/{console} disable {this}`"),
    };
    Finding::warning(
        "script-stranger",
        format!("{what} `{name}` on the router {why}: two things that both move the way out fight each other"),
        hint,
    )
}

/// The lines of commands, without those that are remarks.
fn commands(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter(|line| !line.trim_start().starts_with('#'))
}

/// Whether a name stands in commands as a whole word: `wlan1` is not in `wlan10`.
fn mentions(source: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    commands(source).any(|line| {
        line.match_indices(name).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + name.len()..].chars().next();
            !before.is_some_and(part) && !after.is_some_and(part)
        })
    })
}

/// Commands of `/ip/route` that change it.
const CHANGES: [&str; 6] = ["add", "set", "remove", "enable", "disable", "unset"];

/// Whether commands change routes, in either way of writing: a whole command, or its menu on a line before.
pub(super) fn changes_routes(source: &str) -> bool {
    let mut in_menu = false;
    for line in commands(source) {
        for statement in line.split([';', '[', ']', '{', '}', '(', ')', '"']) {
            let statement = statement.trim_start_matches([' ', '\t', '\\', ':']);
            let words: Vec<&str> = statement
                .split(['/', ' ', '\t'])
                .filter(|word| !word.is_empty())
                .collect();
            match words.as_slice() {
                ["ip", "route"] => in_menu = true,
                ["ip", "route", verb, ..] if CHANGES.contains(verb) => return true,
                [verb, ..] if in_menu && CHANGES.contains(verb) => return true,
                _ if statement.starts_with('/') => in_menu = false,
                _ => {}
            }
        }
    }
    false
}
