//! What the API user may do, from where, and what else uses it.

use super::finding::{Checked, Finding, listed};
use super::path;
use crate::config::Config;
use crate::routeros::console::{find, quoted};
use crate::survey::{Inspection, Path, Survey, UserRights, UserSession};

/// What the agent needs: the session, the readings, the swaps, scan and ping.
const NEEDED: [&str; 4] = ["api", "read", "write", "test"];

/// Groups that every router has.
const STOCK: [&str; 3] = ["full", "write", "read"];

/// Policies by which a person logs in, or which make a person an administrator: a group with one of them may be the only
/// way in that a technician has.
const OF_PEOPLE: [&str; 9] = [
    "policy", "local", "telnet", "ssh", "ftp", "winbox", "web", "rest-api", "romon",
];

pub(super) fn check(config: &Config, survey: &Survey, inspection: &Inspection) -> Checked {
    let name = config.router().user();
    let fine = match &survey.user {
        Some(rights) => format!(
            "`{name}` of group `{}` with {}, only from {}",
            rights.group,
            rights.policies.join(","),
            rights.from
        ),
        None => format!("`{name}` is logged in; the router does not show it what it may do"),
    };
    let mut findings = rights(config, survey, inspection.path);
    findings.extend(other_sessions(config, &inspection.sessions, inspection.path));
    Checked {
        part: "user",
        fine,
        findings,
    }
}

/// What the user may not do and should, and the other way round.
pub(super) fn rights(config: &Config, survey: &Survey, path: Path) -> Vec<Finding> {
    let Some(rights) = &survey.user else {
        return Vec::new();
    };
    let name = config.router().user();
    let mut findings = Vec::new();
    let missing: Vec<&str> = NEEDED
        .into_iter()
        .filter(|policy| !rights.policies.iter().any(|has| has == policy))
        .collect();
    if !missing.is_empty() {
        let text = format!("group `{}` of user `{name}` lacks {}", rights.group, listed(&missing));
        let hint = group(rights, &[]).unwrap_or_else(|| second_user(name, rights, path));
        findings.push(if missing.contains(&"write") {
            Finding::forbids("user-policy-missing", text, hint)
        } else {
            Finding::error("user-policy-missing", text, hint)
        });
    }
    let more: Vec<&str> = rights
        .policies
        .iter()
        .map(String::as_str)
        .filter(|policy| !NEEDED.contains(policy))
        .collect();
    if !more.is_empty() {
        findings.push(Finding::warning(
            "user-policy-superfluous",
            format!(
                "user `{name}` may more than the agent needs: group `{}` also has {}; the API sends the password in clear text",
                rights.group,
                listed(&more)
            ),
            group(rights, &more).unwrap_or_else(|| second_user(name, rights, path)),
        ));
    }
    if rights.from.is_empty() || rights.from == "0.0.0.0/0" {
        let hint = if is_of_people(rights) {
            second_user(name, rights, path)
        } else {
            format!("`/user set {} address={}`", find(&[("name", name)]), from(path))
        };
        findings.push(Finding::warning(
            "user-any-address",
            format!("user `{name}` may log in from any address"),
            hint,
        ));
    }
    findings
}

/// Whether a person may need the group or the user to get in.
fn is_of_people(rights: &UserRights) -> bool {
    STOCK.contains(&rights.group.as_str())
        || rights
            .policies
            .iter()
            .any(|policy| OF_PEOPLE.contains(&policy.as_str()))
}

/// The command that gives the group what is needed and takes the rest; `None` for a group that people may need.
fn group(rights: &UserRights, less: &[&str]) -> Option<String> {
    let less: String = less.iter().map(|policy| format!(",!{policy}")).collect();
    (!is_of_people(rights)).then(|| {
        format!(
            "`/user group set {} policy={}{less}`",
            find(&[("name", &rights.group)]),
            NEEDED.join(",")
        )
    })
}

/// How to give the agent a user of its own and leave that of people as it is.
fn second_user(user: &str, rights: &UserRights, path: Path) -> String {
    let taken = [user, &rights.group].contains(&"tikroam");
    let name = if taken { "\"tikroam-agent\"" } else { "\"tikroam\"" };
    format!(
        "leave this user to people and make one for the agent: `/user group add name={name} policy={}`, then `/user add \
         name={name} group={name} address={} password=\"...\"`, and name it in [router] of agent.toml",
        NEEDED.join(","),
        from(path)
    )
}

/// The address of this PC, as a user's `address` takes it.
fn from(path: Path) -> String {
    path::v4(path.local).map_or_else(
        || quoted("the address of this PC"),
        |address| quoted(format!("{address}/32")),
    )
}

/// Sessions of the same user beside this one: another agent, or somebody who sets the same items.
pub(super) fn other_sessions(config: &Config, sessions: &[UserSession], path: Path) -> Option<Finding> {
    let local = path.local.ip().to_canonical().to_string();
    let this = sessions
        .iter()
        .position(|session| session.is_api() && session.address == local)
        .or_else(|| sessions.iter().position(UserSession::is_api));
    let others = sessions.iter().enumerate().filter(|(place, _)| Some(*place) != this);
    let mut others: Vec<String> = others
        .map(|(_, session)| match session.address.as_str() {
            "" => format!("by {} since {}", session.via, session.since),
            address => format!("by {} from {address} since {}", session.via, session.since),
        })
        .collect();
    others.sort_unstable();
    if others.is_empty() {
        return None;
    }
    Some(Finding::warning(
        "user-second-session",
        format!(
            "user `{}` has another session on the router: {}",
            config.router().user(),
            others.join("; ")
        ),
        "only one agent may drive a router, and people need users of their own; a session whose connection broke goes by \
         itself after some minutes",
    ))
}
