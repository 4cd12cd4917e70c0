//! The state in one sentence: whether the vehicle can be reached, since when, over what.

use serde::{Deserialize, Serialize};

use super::items::TunnelItem;
use super::recent::{Recent, RouterSide};
use super::wall::{Wall, lasted, of_day};
use crate::names::UplinkId;
use crate::units::Moment;

/// Whether the vehicle can be reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Which of them.
    pub kind: Kind,
    /// Since when (RFC 3339); `None` where that is not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The same in a sentence.
    pub text: String,
    /// What a person can do about it, where there is something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl State {
    fn hint(self, hint: &str) -> State {
        let hint = Some(hint.to_owned());
        State { hint, ..self }
    }
}

/// How long a dial may take before a person looks at it, in seconds: an office that still holds the last session keeps the
/// vehicle out for as long.
const DIALS: f64 = 20.0;

const NO_ROUTER: &str = "look at the router's power and at the cable; then `sudo tikroam check`";
const NO_UPLINK: &str =
    "the list of networks heard says whether an access point is near; if none is, only another place helps";
const OFF: &str = "if a person disabled the tunnel, enable it on the router (`sudo tikroam check` has the command); else wait some seconds";
const DIALS_LONG: &str = "on the router, ping the office's public address; if it answers, look at the office's router";
const SILENT: &str = "on the router, ping the network's gateway, then the office's public address; if both answer, look at the \
                      office's router";
const NO_PROBE: &str = "set `probe` in `[tunnel]`: pings through the tunnel show that it works";

/// What there is to say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Probes through the tunnel are answered.
    Reachable,
    /// Nothing says that it cannot, and no probe has proven it.
    NotProven,
    /// It cannot.
    NotReachable,
    /// The agent has no session with the router, so that it sees nothing.
    NoRouter,
}

impl Kind {
    /// A word or two for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Reachable => "reachable",
            Kind::NotProven => "not proven",
            Kind::NotReachable => "not reachable",
            Kind::NoRouter => "no router",
        }
    }
}

/// The state at this moment.
pub(super) fn state(recent: &Recent, wall: Wall) -> State {
    let since = |kind, at: Moment, rest: String| {
        let (time, age) = (wall.time(at), lasted(wall.age(at)));
        let day = of_day(&time);
        State {
            kind,
            text: match kind {
                Kind::Reachable => format!("reachable since {day} {rest}"),
                Kind::NotReachable => format!("not reachable since {day}, for {age}: {rest}"),
                _ => format!("no session with the router since {day}, for {age}: {rest}"),
            },
            since: Some(time),
            hint: None,
        }
    };
    match &recent.router {
        RouterSide::Never => {
            return since(Kind::NoRouter, recent.began, "none since the start".to_owned()).hint(NO_ROUTER);
        }
        RouterSide::Lost { since: at, cause } => {
            return since(Kind::NoRouter, *at, crate::names::Escaped(cause).to_string()).hint(NO_ROUTER);
        }
        RouterSide::Connected { .. } => {}
    }
    let Some((_, seen, _)) = &recent.step else {
        return not_proven("the agent reads the router".to_owned());
    };
    let reach = &recent.reach;
    let far_end = if recent.facts.tunnel.is_some() {
        "the tunnel"
    } else {
        "the way out"
    };
    let Some(active) = &seen.active else {
        let at = reach.dark.or_else(|| recent.active.back().map(|(at, _)| *at));
        let why = "no uplink is active".to_owned();
        return since(Kind::NotReachable, at.unwrap_or(wall.now), why).hint(NO_UPLINK);
    };
    let over = over(recent, active);
    if recent.tunnel == TunnelItem::Off {
        let text = "not reachable: the tunnel is off on the router".to_owned();
        return State {
            kind: Kind::NotReachable,
            since: None,
            text,
            hint: Some(OFF.to_owned()),
        };
    }
    if let Some(at) = reach.dialing {
        let at = reach.dark.unwrap_or(at);
        let dials = since(Kind::NotReachable, at, format!("the tunnel dials {over}"));
        return match wall.age(at) {
            age if age > DIALS => dials.hint(DIALS_LONG),
            _ => dials,
        };
    }
    if let Some(at) = seen.tunnel_down {
        let at = reach.dark.unwrap_or(at);
        return since(Kind::NotReachable, at, format!("the tunnel is down {over}")).hint(DIALS_LONG);
    }
    if let Some(at) = reach.dark {
        return since(Kind::NotReachable, at, format!("no probe is answered {over}")).hint(SILENT);
    }
    match reach.answered {
        Some((at, last)) if wall.now.since(last) <= recent.proof(Some(active)) => since(Kind::Reachable, at, over),
        Some((_, last)) => {
            let time = wall.time(last);
            not_proven(format!(
                "{far_end} is up {over}; no probe was answered since {}",
                of_day(&time)
            ))
        }
        None if recent.facts.probe.is_none() => not_proven(format!(
            "{far_end} is up {over}; no probe is configured that shows more"
        ))
        .hint(NO_PROBE),
        None => not_proven(format!("{far_end} is up {over}; no probe was answered yet")),
    }
}

fn not_proven(what: String) -> State {
    State {
        kind: Kind::NotProven,
        since: None,
        text: format!("not proven: {what}"),
        hint: None,
    }
}

/// By which uplink, on which network, at which signal.
fn over(recent: &Recent, active: &UplinkId) -> String {
    let views = recent.step.iter().flat_map(|(_, seen, _)| &seen.uplinks);
    let link = views
        .filter(|view| view.id == *active)
        .find_map(|view| view.link.as_ref());
    let mut over = format!("over {active}");
    if let Some(link) = link {
        if let Some(network) = &link.network {
            over.push_str(&format!(" on {network}"));
        }
        if let Some(signal) = link.signal {
            over.push_str(&format!(", {signal}"));
        }
    }
    over
}
