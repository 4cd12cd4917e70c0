//! The status as a terminal shows it.

use std::fmt::Write as _;

use comfy_table::{Table, presets};

use super::shown::{Status, SwapShown, TunnelShown};
use super::wall::{lasted, of_day};
use crate::names::{Escaped, UplinkId};

/// How many decisions and swaps are shown.
const LAST: usize = 8;

/// Lines for people, each ended.
#[must_use]
pub fn text(status: &Status) -> String {
    let mut out = String::new();
    let name = status.vehicle.as_deref().unwrap_or("vehicle");
    let _ = writeln!(out, "{}: {}", Escaped(name), status.state.text);
    if let Some(hint) = &status.state.hint {
        let _ = writeln!(out, "  hint: {hint}");
    }
    for (name, line) in head(status) {
        let _ = writeln!(out, "  {name:<8}{line}");
    }
    let mut uplinks = table(&["uplink", "state", "network", "AP", "signal", "since"]);
    for uplink in &status.uplinks {
        uplinks.add_row([
            uplink.name.to_string(),
            uplink.state.clone(),
            some(uplink.network.as_ref()),
            some(uplink.bssid.map(|bssid| status.names.show(bssid))),
            some(uplink.signal),
            some(uplink.since.as_deref().map(of_day)),
        ]);
    }
    lines(&mut out, &uplinks);
    if !status.heard.is_empty() {
        let mut heard = table(&["heard", "AP", "signal", "by", "ago"]);
        for ap in &status.heard {
            heard.add_row([
                ap.network.to_string(),
                status.names.show(ap.bssid),
                ap.signal.to_string(),
                ap.radio.to_string(),
                lasted(ap.heard_s),
            ]);
        }
        lines(&mut out, &heard);
    }
    if !status.swaps.is_empty() {
        let _ = writeln!(out, "\n  swaps, the newest first");
        for swap in status.swaps.iter().take(LAST) {
            let _ = writeln!(out, "  {}  {}", of_day(&swap.time), of_swap(swap));
        }
    }
    if !status.decisions.is_empty() {
        let _ = writeln!(out, "\n  decisions, the newest first");
        for decision in status.decisions.iter().take(LAST) {
            let _ = writeln!(out, "  {}  {}", of_day(&decision.time), decision.reason);
        }
    }
    let _ = writeln!(out, "\n  {} UTC, as all times here", of_day(&status.time));
    out
}

/// The lines below the state, each with its name.
pub(super) fn head(status: &Status) -> Vec<(&'static str, String)> {
    let router = &status.router;
    let mut line = router.address.clone();
    match (&router.identity, &router.version) {
        (Some(identity), Some(version)) => {
            let _ = write!(
                line,
                ", `{}`, RouterOS {}, session",
                Escaped(identity),
                Escaped(version)
            );
        }
        _ => line.push_str(", no session"),
    }
    let _ = write!(line, " since {}", of_day(&router.since));
    let mut lines = vec![("router", line), ("tunnel", of_tunnel(&status.tunnel))];
    if let Some(hold) = &status.hold {
        let mut line = format!("{} by {}", hold.uplink, Escaped(&hold.by));
        match &hold.until {
            Some(until) => {
                let _ = write!(line, " until {}", of_day(until));
            }
            None => line.push_str(" until `tikroam auto`"),
        }
        if let Some(why) = &hold.why {
            let _ = write!(line, ": {}", Escaped(why));
        }
        lines.push(("held", line));
    }
    lines.push(("dark", format!("{} in the last 10 min", lasted(status.dark_s))));
    lines.push(("agent", format!("{}, up for {}", status.version, lasted(status.up_s))));
    lines
}

fn of_tunnel(tunnel: &TunnelShown) -> String {
    let mut line = match (&tunnel.kind, &tunnel.interface) {
        (Some(kind), Some(interface)) => format!("{kind} `{interface}` {}", tunnel.state),
        _ => "none".to_owned(),
    };
    match &tunnel.probe {
        Some(probe) => {
            let (answered, lost) = (tunnel.answered, tunnel.lost);
            let _ = write!(line, "; pings to {probe}: {answered} answered, {lost} lost");
        }
        None => line.push_str("; no probe is configured"),
    }
    line
}

/// A swap on one line.
pub(super) fn of_swap(swap: &SwapShown) -> String {
    let from = swap
        .from
        .as_ref()
        .map_or_else(|| "none".to_owned(), UplinkId::to_string);
    let (to, calls, router_s) = (&swap.to, swap.calls, swap.router_s);
    let dark = match swap.dark_s {
        Some(dark) => format!("dark for {}", lasted(dark)),
        None => "the tunnel did not come up".to_owned(),
    };
    let why = swap.reason.as_ref().map(|reason| format!(": {reason}"));
    format!(
        "{from} -> {to}, {dark}, {calls} calls in {router_s:.2} s{}",
        why.unwrap_or_default()
    )
}

/// The text of a value, or nothing.
pub(super) fn some<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// The table's lines below an empty one, without blanks at their ends.
fn lines(out: &mut String, table: &Table) {
    out.push('\n');
    for line in table.to_string().lines() {
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(head);
    let columns = table.column_iter_mut();
    for column in columns {
        column.set_padding((2, 0));
    }
    table
}
