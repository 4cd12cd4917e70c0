//! `Inspection`: what only `check` asks of a router; a running agent does without.

use std::net::Ipv4Addr;

use super::outcome::CallError;
use super::readings::{Managed, routes_of_all_tables};
use super::rows::{self, Row};
use super::survey::{UserSession, main_route, user_session};
use super::{Path, Router, Version};
use crate::routeros::{Sentence, TunnelKind};
use crate::snapshot::RouteItem;

/// The router beyond what the agent needs. What the router refuses to tell is `None`: it may be another version, or the
/// user may not see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The two ends of the session.
    pub path: Path,
    /// The version of RouterOS.
    pub version: Version,
    /// The names of the security profiles.
    pub profiles: Option<Vec<String>>,
    /// The rules of the chain `srcnat`, in their order.
    pub nat: Option<Vec<NatRule>>,
    /// How our tunnel dials; `None` also when there is no such tunnel.
    pub dial: Option<Dial>,
    /// Routes of the main table to the tunnel's other end alone.
    pub host_routes: Vec<RouteItem>,
    /// Whether the device mode (7.17 and later) lets the tunnel's kind run.
    pub tunnel_allowed: Option<bool>,
    /// What the router does by itself: scripts, schedules, netwatches.
    pub scripts: Vec<Script>,
    /// The places of scripts that the router does not show.
    pub scripts_hidden: Vec<ScriptPlace>,
    /// The sessions of our user, this one included; empty where the router does not show them.
    pub sessions: Vec<UserSession>,
}

/// Commands that are kept on the router, to be run there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Where they are kept.
    pub place: ScriptPlace,
    /// The item's name; for a netwatch the host that it watches.
    pub name: String,
    /// The commands, as a person wrote them.
    pub source: String,
    /// Whether the item is out of use; a script of its own cannot be.
    pub disabled: bool,
}

/// Where commands are kept on a router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptPlace {
    /// `/system/script`: run by others of these, or by a person.
    Script,
    /// `/system/scheduler`: run at a time, or each so often.
    Scheduler,
    /// `/tool/netwatch`: run when a host comes or goes.
    Netwatch,
}

impl ScriptPlace {
    /// Every place.
    pub const ALL: [ScriptPlace; 3] = [ScriptPlace::Script, ScriptPlace::Scheduler, ScriptPlace::Netwatch];

    /// The menu, such as `/system/script`.
    #[must_use]
    pub fn menu(self) -> &'static str {
        match self {
            ScriptPlace::Script => "/system/script",
            ScriptPlace::Scheduler => "/system/scheduler",
            ScriptPlace::Netwatch => "/tool/netwatch",
        }
    }

    /// The property that tells one item from another.
    #[must_use]
    pub fn named_by(self) -> &'static str {
        match self {
            ScriptPlace::Script | ScriptPlace::Scheduler => "name",
            ScriptPlace::Netwatch => "host",
        }
    }

    /// The properties that hold commands.
    fn sources(self) -> &'static [&'static str] {
        match self {
            ScriptPlace::Script => &["source"],
            ScriptPlace::Scheduler => &["on-event"],
            ScriptPlace::Netwatch => &["up-script", "down-script", "test-script"],
        }
    }

    fn read(self, row: &Row) -> Script {
        let sources: Vec<String> = self.sources().iter().map(|property| row.string(property)).collect();
        Script {
            place: self,
            name: row.string(self.named_by()),
            source: sources.join("\n"),
            disabled: row.flag("disabled"),
        }
    }
}

/// How a tunnel client dials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dial {
    /// The other end: an address or a name.
    pub to: String,
    /// Whether the router makes a default route through the tunnel.
    pub default_route: bool,
}

/// A rule that rewrites what leaves the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NatRule {
    /// Such as `masquerade` or `src-nat`.
    pub action: String,
    /// The interface that it is for, with a `!` before it when for all others; empty for any.
    pub out_interface: String,
    /// The list of interfaces that it is for, with a `!` before it when for all others; empty for any.
    pub out_interface_list: String,
    /// Whether it is out of use.
    pub disabled: bool,
}

impl Router {
    /// Reads what only `check` wants to know, in two round trips.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the first call that was not answered; a refused one only leaves its part empty.
    pub async fn inspect(&self, ours: &Managed) -> Result<Inspection, CallError> {
        let profiles = self.ask(Sentence::print("/interface/wireless/security-profiles", "name"));
        let nat = Sentence::print("/ip/firewall/nat", "action,out-interface,out-interface-list,disabled");
        let nat = self.ask(nat.only("chain", ["srcnat"]));
        let dial = ours.tunnel.as_ref().map(|(kind, name)| {
            self.ask(Sentence::print(kind.menu(), "connect-to,add-default-route").only("name", [name.as_str()]))
        });
        let has_mode = (self.version().major, self.version().minor) >= (7, 17);
        let mode = match ours.tunnel.as_ref().and_then(|(kind, _)| mode_flag(*kind)) {
            Some(flag) if has_mode => Some((flag, self.ask(Sentence::print("/system/device-mode", flag)))),
            _ => None,
        };
        let scripts = ScriptPlace::ALL.map(|place| {
            let properties = format!("{},{},disabled", place.named_by(), place.sources().join(","));
            (place, self.ask(Sentence::print(place.menu(), &properties)))
        });

        let sessions = self.ask(self.own_sessions());

        let profiles = told(profiles.await)?;
        let nat = told(nat.await)?;
        let dial = match dial {
            Some(dial) => told(dial.await)?.as_deref().and_then(<[Row]>::first).map(read_dial),
            None => None,
        };
        let tunnel_allowed = match mode {
            Some((flag, mode)) => told(mode.await)?
                .as_deref()
                .and_then(<[Row]>::first)
                .and_then(|row| row.text(flag).map(|_| row.flag(flag))),
            None => None,
        };
        let (mut kept, mut hidden) = (Vec::new(), Vec::new());
        for (place, scripts) in scripts {
            match told(scripts.await)? {
                Some(rows) => kept.extend(rows.iter().map(|row| place.read(row))),
                None => hidden.push(place),
            }
        }
        let other_end: Option<Ipv4Addr> = dial.as_ref().and_then(|dial| dial.to.parse().ok());
        let host_routes = match other_end {
            Some(address) => {
                let hosts = [format!("{address}/32"), address.to_string()];
                told(self.ask(routes_of_all_tables().only("dst-address", hosts)).await)?.unwrap_or_default()
            }
            None => Vec::new(),
        };
        Ok(Inspection {
            path: self.path(),
            version: self.version().clone(),
            profiles: profiles.map(|rows| rows::each(&rows, |row| row.text("name").map(String::from)).0),
            nat: nat.map(|rows| rows.iter().map(nat_rule).collect()),
            dial,
            host_routes: rows::each(&host_routes, main_route).0.into_iter().flatten().collect(),
            tunnel_allowed,
            scripts: kept,
            scripts_hidden: hidden,
            sessions: told(sessions.await)?
                .unwrap_or_default()
                .iter()
                .map(user_session)
                .collect(),
        })
    }
}

fn told(answer: Result<Vec<Row>, CallError>) -> Result<Option<Vec<Row>>, CallError> {
    match answer {
        Ok(rows) => Ok(Some(rows)),
        Err(CallError::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The flag of the device mode that lets a kind of tunnel run.
fn mode_flag(kind: TunnelKind) -> Option<&'static str> {
    match kind {
        TunnelKind::Pptp => Some("pptp"),
        // The device mode has no flag for it.
        TunnelKind::Wireguard => None,
    }
}

fn read_dial(row: &Row) -> Dial {
    Dial {
        to: row.string("connect-to"),
        default_route: row.flag("add-default-route"),
    }
}

fn nat_rule(row: &Row) -> NatRule {
    NatRule {
        action: row.string("action"),
        out_interface: row.string("out-interface"),
        out_interface_list: row.string("out-interface-list"),
        disabled: row.flag("disabled"),
    }
}
