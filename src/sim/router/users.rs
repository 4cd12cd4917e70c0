//! Users of the router, their groups and what these may do.

use std::net::IpAddr;

use super::menus::{Menu, Shown};
use super::tables::{Fields, Row, Table};
use super::trap::Trap;
use crate::sim::access::POLICIES;
use crate::sim::settings::RouterOs;

/// The policies of a version.
pub(crate) fn policies(version: RouterOs) -> impl Iterator<Item = &'static str> {
    let elsewhere: &[&str] = match version {
        RouterOs::V6_49 => &["rest-api"],
        RouterOs::V7_17 => &["dude", "tikapp"],
    };
    POLICIES.into_iter().filter(|policy| !elsewhere.contains(policy))
}

/// A group's policies after a change, as the router writes them: those that it has, then the others after a `!`.
/// What is only left out stays as it was.
///
/// # Errors
///
/// A policy that this version does not have.
pub(crate) fn changed(old: &str, change: &str, version: RouterOs) -> Result<String, Trap> {
    let words = |text: &str| -> Vec<String> {
        text.split(',')
            .filter(|word| !word.is_empty())
            .map(String::from)
            .collect()
    };
    let (old, change) = (words(old), words(change));
    for word in &change {
        if policies(version).all(|policy| policy != word.trim_start_matches('!')) {
            return Err(Trap::of(1, "input does not match any value of policy"));
        }
    }
    let has = |policy: &str| {
        let last = change.iter().rev().find(|word| word.trim_start_matches('!') == policy);
        last.map_or_else(|| old.iter().any(|word| word == policy), |word| !word.starts_with('!'))
    };
    let (granted, refused): (Vec<&str>, Vec<&str>) = policies(version).partition(|policy| has(policy));
    let refused = refused.into_iter().map(|policy| format!("!{policy}"));
    Ok(granted
        .into_iter()
        .map(String::from)
        .chain(refused)
        .collect::<Vec<_>>()
        .join(","))
}

/// What the user of this name may do, when the password is right and the user may come from there.
pub(crate) fn admitted(
    tables: &[Table],
    name: &str,
    right: impl Fn(&str) -> bool,
    from: IpAddr,
) -> Option<Vec<String>> {
    let user = named(tables, Menu::User, name)?;
    let allowed = user.get("address").unwrap_or_default();
    let near = |prefix: &str| match prefix.parse::<ipnet::IpNet>() {
        Ok(net) => net.contains(&from),
        Err(_) => prefix.parse() == Ok(from),
    };
    let welcome = !user.is("disabled") && (allowed.is_empty() || allowed.split(',').any(near));
    if !welcome || !right(user.get("password").unwrap_or_default()) {
        return None;
    }
    let group = named(tables, Menu::UserGroup, user.get("group")?)?;
    let granted = group
        .get("policy")?
        .split(',')
        .filter(|policy| !policy.starts_with('!'));
    Some(granted.map(String::from).collect())
}

/// The group of a user.
pub(crate) fn group<'a>(tables: &'a [Table], name: &str) -> Option<&'a str> {
    named(tables, Menu::User, name)?.get("group")
}

/// The row of this name.
pub(crate) fn named<'a>(tables: &'a [Table], menu: Menu, name: &str) -> Option<&'a Row> {
    tables[menu as usize]
        .rows
        .iter()
        .find(|row| row.get("name") == Some(name))
}

/// Takes away what a reader must not see.
pub(crate) fn hide(menu: Menu, rows: &mut [Fields], reader: Option<&[String]>) {
    let sensitive = may(reader, "sensitive");
    let properties = menu.schema().properties.iter();
    let hidden = properties.filter(|p| p.shown == Shown::Never || p.shown == Shown::Sensitive && !sensitive);
    for property in hidden {
        for row in rows.iter_mut() {
            row.retain(|(name, _)| *name != property.name);
        }
    }
}

/// Whether a sender has a policy; `None` = every policy.
pub(crate) fn may(policies: Option<&[String]>, policy: &str) -> bool {
    policies.is_none_or(|policies| policies.iter().any(|have| have == policy))
}
