//! What the API user may do, and from where.

use super::console::{find, quoted};
use super::{Checked, Finding, path};
use crate::config::Config;
use crate::router::{Inspection, Survey};

/// What the agent needs: the session, the readings, the swaps, scan and ping.
const NEEDED: [&str; 4] = ["api", "read", "write", "test"];

/// Groups that every router has; they are shared with people, and `full` cannot be changed.
const STOCK: [&str; 3] = ["full", "write", "read"];

pub(super) fn check(config: &Config, survey: &Survey, inspection: &Inspection) -> Checked {
    let part = "user";
    let name = config.router().user();
    let Some(rights) = &survey.user else {
        return Checked {
            part,
            fine: format!("`{name}` is logged in; the router does not show it what it may do"),
            findings: Vec::new(),
        };
    };
    let mut findings = Vec::new();
    let this = find(&[("name", name)]);
    let own_group = format!(
        "make a group of its own: `/user group add name=\"tikroam\" policy={}`, then `/user set {this} group=\"tikroam\"`",
        NEEDED.join(",")
    );
    let stock = STOCK.contains(&rights.group.as_str());
    let missing: Vec<&str> = NEEDED
        .into_iter()
        .filter(|policy| !rights.policies.iter().any(|has| has == policy))
        .collect();
    if !missing.is_empty() {
        let hint = if stock {
            own_group.clone()
        } else {
            format!(
                "`/user group set {} policy={}`",
                find(&[("name", &rights.group)]),
                NEEDED.join(",")
            )
        };
        findings.push(Finding::error(
            "user-policy-missing",
            format!(
                "group `{}` of user `{name}` lacks {}",
                rights.group,
                super::listed(missing)
            ),
            hint,
        ));
    }
    let more: Vec<&str> = rights
        .policies
        .iter()
        .map(String::as_str)
        .filter(|policy| !NEEDED.contains(policy))
        .collect();
    if !more.is_empty() {
        let hint = if stock {
            own_group
        } else {
            format!(
                "`/user group set {} policy={},!{}`",
                find(&[("name", &rights.group)]),
                NEEDED.join(","),
                more.join(",!")
            )
        };
        findings.push(Finding::warning(
            "user-policy-superfluous",
            format!(
                "user `{name}` may more than the agent needs: group `{}` also has {}; the API sends the password in clear text",
                rights.group,
                super::listed(more)
            ),
            hint,
        ));
    }
    if rights.from.is_empty() || rights.from == "0.0.0.0/0" {
        let from = path::v4(inspection.path.local).map_or_else(
            || quoted("the address of this PC"),
            |address| quoted(format!("{address}/32")),
        );
        findings.push(Finding::warning(
            "user-any-address",
            format!("user `{name}` may log in from any address"),
            format!("`/user set {this} address={from}`"),
        ));
    }
    Checked {
        part,
        fine: format!(
            "`{name}` of group `{}` with {}, only from {}",
            rights.group,
            rights.policies.join(","),
            rights.from
        ),
        findings,
    }
}
