//! The tables of a report's page.

use maud::{Markup, html};

use crate::ap_names::ApNames;
use crate::names::Escaped;
use crate::units::WallTime;

use super::summary::{Hour, Report, Share};
use super::swaps::{Swap, not_up, worst};

/// The most swaps that a page shows.
const SHOWN: usize = 3_000;

/// A time of the day with its tenth of a second.
fn clock(time: WallTime) -> String {
    time.to_string().get(11..21).unwrap_or_default().to_owned()
}

/// A day and a minute.
pub(super) fn minute(time: WallTime) -> String {
    time.to_string().get(..16).unwrap_or_default().replace('T', " ")
}

pub(super) fn seconds(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 100.0 => format!("{seconds:.1} s"),
        seconds if seconds < 6000.0 => format!(
            "{:.0} min {:02.0} s",
            (seconds / 60.0).floor(),
            (seconds % 60.0).floor()
        ),
        seconds => format!(
            "{:.0} h {:02.0} min",
            (seconds / 3600.0).floor(),
            (seconds / 60.0 % 60.0).floor()
        ),
    }
}

fn or_dash(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| "–".to_owned(), |seconds| format!("{seconds:.2}"))
}

fn scrolled(table: Markup) -> Markup {
    // People who use a keyboard scroll it too.
    html! { div.scroll tabindex="0" { (table) } }
}

/// Every swap.
pub(super) fn swaps(report: &Report) -> Markup {
    let days = report.from.millis() / 86_400_000 != report.to.millis() / 86_400_000;
    let first = report.swaps.len().saturating_sub(SHOWN);
    let shown = report.swaps.get(first..).unwrap_or(&[]);
    let table = html! {
        table {
            thead { tr {
                th { "no." } th { "time (UTC)" } th { "from → to" } th.wide { "why" } th { "to access point" }
                th.number { "calls" } th.number { "router s" } th.number { "up after s" } th.number { "dark s" } th { "result" }
            } }
            tbody {
                @for swap in shown {
                    tr id=(format!("swap-{}", swap.number)) {
                        td.number { (swap.number) }
                        td { @if days { (minute(swap.time).get(..10).unwrap_or_default()) " " } (clock(swap.time)) }
                        td.names { (way(swap)) }
                        td.wide { (report.names.annotated(&swap.reason)) }
                        td { (ap(&report.names, swap)) }
                        td.number { (swap.calls.map_or_else(|| "–".to_owned(), |calls| calls.to_string())) }
                        td.number { (or_dash(swap.router_seconds)) }
                        td.number { (or_dash(swap.up_after_seconds)) }
                        td.number { (or_dash(swap.dark_seconds)) }
                        td { (swap.outcome.words()) @if swap.ping_pong { ", ping-pong" } }
                    }
                }
            }
        }
    };
    html! {
        @if first > 0 { p { "The last " (SHOWN) " of " (report.swaps.len()) " swaps; `--csv` has them all." } }
        @if shown.is_empty() { p { "No swap." } } @else { (scrolled(table)) }
    }
}

fn way(swap: &Swap) -> String {
    let from = swap.from.as_deref().unwrap_or("none");
    format!("{} → {}", Escaped(from), Escaped(&swap.to))
}

fn ap(names: &ApNames, swap: &Swap) -> Markup {
    html! {
        @if let Some(ap) = swap.to_ap { (names.show(ap)) } @else { "–" }
        @if let Some(network) = &swap.network { br; span.faint { (network) } }
    }
}

/// Each hour.
pub(super) fn hours(hours: &[Hour]) -> Markup {
    scrolled(html! {
        table {
            thead { tr { th { "hour (UTC)" } th.number { "driven" } th.number { "dark" } th.number { "dark %" } th.number { "swaps" } th.number { "ping-pong" } } }
            tbody {
                @for hour in hours {
                    tr {
                        td { (minute(hour.from)) }
                        td.number { (seconds(hour.driven_seconds)) }
                        td.number { (seconds(hour.dark_seconds)) }
                        td.number { (percent(hour.dark_seconds, hour.driven_seconds)) }
                        td.number { (hour.swaps) }
                        td.number { (hour.ping_pongs) }
                    }
                }
            }
        }
    })
}

pub(super) fn percent(part: f64, of: f64) -> String {
    if of > 0.0 {
        format!("{:.2}", 100.0 * part / of)
    } else {
        "–".to_owned()
    }
}

/// Networks or access points.
pub(super) fn shares(shares: &[Share], names: &ApNames) -> Markup {
    let aps = shares.iter().any(|share| share.ap.is_some());
    scrolled(html! {
        table {
            thead { tr {
                @if aps { th { "access point" } }
                th { "network" } th.number { "active" } th.number { "mean dBm" } th.number { "dark" } th.number { "dark %" }
                th.number { "swaps to" } th.number { "not up" }
            } }
            tbody {
                @for share in shares {
                    tr {
                        @if let Some(ap) = share.ap { td { (names.show(ap)) } }
                        td { (share.network.as_deref().unwrap_or("–")) }
                        td.number { (seconds(share.active_seconds)) }
                        td.number { (share.signal_dbm.map_or_else(|| "–".to_owned(), |signal| format!("{signal:.0}"))) }
                        td.number { (seconds(share.dark_seconds)) }
                        td.number { (percent(share.dark_seconds, share.active_seconds)) }
                        td.number { (share.swaps_to) }
                        td.number { (share.swaps_not_up) }
                    }
                }
            }
        }
    })
}

/// The worst swaps, with their journal lines.
pub(super) fn worst_swaps(report: &Report) -> Markup {
    let lists = [
        (
            "Darkest",
            worst(&report.swaps, |swap| swap.dark_seconds).collect::<Vec<_>>(),
        ),
        (
            "Longest until the tunnel was up",
            worst(&report.swaps, |swap| swap.up_after_seconds).collect(),
        ),
        ("Tunnel not up", not_up(&report.swaps).collect()),
    ];
    html! {
        @for (title, swaps) in lists {
            @if !swaps.is_empty() {
                h3 { (title) }
                @for swap in swaps {
                    details {
                        summary {
                            a href=(format!("#swap-{}", swap.number)) { "no. " (swap.number) }
                            " " (clock(swap.time)) " " (way(swap))
                            ": dark " (or_dash(swap.dark_seconds)) " s, up after " (or_dash(swap.up_after_seconds)) " s"
                        }
                        @for line in &swap.lines { pre tabindex="0" { (Escaped(line)) } }
                    }
                }
            }
        }
    }
}
