//! A report as one HTML file that asks nobody for anything.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::names::Escaped;
use crate::plot::{self, NotDrawn};
use crate::units::WallTime;

use super::plots;
use super::summary::Report;
use super::tables::{self, minute, percent, seconds};

/// No page can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the page cannot be made")]
pub struct PageError(#[from] NotDrawn);

const STYLE: &str = r":root{color-scheme:light dark;--ink:#1f2328;--faint:#59636e;--paper:#fff;--line:#d1d9e0;--accent:#0550ae}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--faint:#9198a1;--paper:#0d1117;--line:#3d444d;--accent:#6cb6ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1rem;font:16px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1rem 0 .3rem}
p{margin:.4rem 0;max-width:48rem}.faint,dt{color:var(--faint)}a{color:var(--accent)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.6rem 0}dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:6px}
.scroll .plot{max-width:none;width:100%;min-width:44rem}
table{border-collapse:collapse;width:100%;font-size:.87rem}
th,td{padding:.3rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
tr:last-child td{border-bottom:0}th{font-weight:600;white-space:nowrap}.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.wide{min-width:16rem}td.names{white-space:nowrap}tr:target{outline:2px solid var(--accent)}
figure{margin:1rem 0}figcaption{font-size:.87rem;color:var(--faint);margin-bottom:.2rem}
details{margin:.3rem 0}summary{cursor:pointer}pre{overflow-x:auto;font-size:.8rem;border:1px solid var(--line);border-radius:6px;padding:.5rem}
.pair{display:grid;grid-template-columns:minmax(0,1fr);gap:0 2rem}@media (min-width:70rem){.pair{grid-template-columns:repeat(2,minmax(0,1fr))}}
@media print{details{break-inside:avoid}.scroll{overflow:visible;border:0}}
";

/// The page of a report, or of two beside each other.
///
/// # Errors
///
/// [`PageError`].
pub fn page(report: &Report, other: Option<&Report>) -> Result<String, PageError> {
    let title = title(report);
    let body = match other {
        None => whole(report)?,
        Some(other) => compared(report, other)?,
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) (PreEscaped(plot::STYLE)) }
            }
            body { (body) }
        }
    };
    Ok(page.into_string())
}

fn title(report: &Report) -> String {
    let vehicle = report
        .vehicle
        .as_deref()
        .map(|vehicle| format!(" of {}", Escaped(vehicle)));
    format!("tikroam report{}, {}", vehicle.unwrap_or_default(), minute(report.from))
}

fn range(from: WallTime, to: WallTime) -> String {
    format!("{} to {} UTC", minute(from), minute(to))
}

fn head(report: &Report) -> Markup {
    let totals = &report.totals;
    html! {
        p.faint { (range(report.from, report.to)) }
        p {
            "In " (seconds(totals.driven_seconds)) " the vehicle was dark for " strong { (seconds(totals.dark_seconds)) }
            " (" (percent(totals.dark_seconds, totals.driven_seconds)) " %), the longest time for " (seconds(totals.longest_dark_seconds))
            ". It swapped " (totals.swaps) " times; " (totals.swaps_not_up) " times the tunnel did not come up, and "
            (totals.ping_pongs) " times it went back within 10 s."
        }
    }
}

fn environment(report: &Report) -> Markup {
    let totals = &report.totals;
    let none = |list: &[String]| {
        if list.is_empty() {
            "–".to_owned()
        } else {
            Escaped(&list.join(", ")).to_string()
        }
    };
    html! {
        dl {
            dt { "vehicle" } dd { (report.vehicle.as_deref().map_or_else(|| "no name".to_owned(), |name| Escaped(name).to_string())) }
            dt { "tikroam" } dd { (none(&report.environment.versions)) }
            dt { "configuration" } dd { (none(&report.environment.configurations)) }
            dt { "router" } dd { (none(&report.environment.routers)) }
            dt { "decisions" } dd { (totals.steps) }
            dt { "starts of the agent" } dd { (totals.starts) }
            dt { "sessions with the router lost" } dd { (totals.sessions_lost) }
            dt { "not reachable by the probe" } dd { (totals.not_reachable) " times" }
            @if totals.entries_missing > 0 { dt { "entries that could not be written" } dd { (totals.entries_missing) } }
            @if let Some(first) = &totals.first_unreadable {
                dt { "lines that could not be read" } dd { (totals.unreadable_lines) ", the first: " (Escaped(first)) }
            }
        }
    }
}

fn timeline(report: &Report) -> Result<Markup, PageError> {
    let drawn = plots::drawn(report)?;
    Ok(html! {
        p.faint {
            "The active radio's line is thick, and its bar is below. Dotted lines are swaps with their number in the table. \
             The band is from the trigger down to 3 dB below it."
        }
        @for drawing in drawn {
            figure {
                figcaption { (range(at(drawing.span.from), at(drawing.span.to))) }
                div.scroll tabindex="0" { (PreEscaped(drawing.svg)) }
            }
        }
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "milliseconds since 1970"
)]
fn at(seconds: f64) -> WallTime {
    WallTime::from_millis((seconds.max(0.0) * 1000.0) as u64)
}

fn whole(report: &Report) -> Result<Markup, PageError> {
    Ok(html! {
        h1 { (title(report)) }
        (head(report))
        h2 { "Signals" }
        (timeline(report)?)
        h2 { "Hours" }
        (tables::hours(&report.hours))
        h2 { "Networks" }
        (tables::shares(&report.networks, &report.names))
        h2 { "Access points" }
        (tables::shares(&report.aps, &report.names))
        h2 { "Worst swaps" }
        @if report.swaps.is_empty() { p { "No swap." } } @else { (tables::worst_swaps(report)) }
        h2 { "Swaps" }
        (tables::swaps(report))
        h2 { "Where this was written" }
        (environment(report))
    })
}

fn compared(one: &Report, other: &Report) -> Result<Markup, PageError> {
    let row = |name: &str, figure: &dyn Fn(&Report) -> String| {
        html! { tr { th { (name) } td.number { (figure(one)) } td.number { (figure(other)) } } }
    };
    let each = |count: usize, report: &Report| {
        #[expect(clippy::cast_precision_loss, reason = "swaps are few")]
        let hours = count as f64 / (report.totals.driven_seconds / 3600.0).max(f64::EPSILON);
        format!("{count} ({hours:.1} an hour)")
    };
    let mean = |report: &Report| {
        let dark: Vec<f64> = report.swaps.iter().filter_map(|swap| swap.dark_seconds).collect();
        #[expect(clippy::cast_precision_loss, reason = "swaps are few")]
        let count = dark.len() as f64;
        if dark.is_empty() {
            "–".to_owned()
        } else {
            format!("{:.2} s", dark.iter().sum::<f64>() / count)
        }
    };
    Ok(html! {
        h1 { "tikroam report: two journals" }
        div.scroll tabindex="0" {
            table {
                thead { tr { th { "" } th.number { "first" } th.number { "second" } } }
                tbody {
                    (row("time (UTC)", &|report| range(report.from, report.to)))
                    (row("vehicle", &|report| report.vehicle.clone().unwrap_or_else(|| "–".to_owned())))
                    (row("tikroam", &|report| report.environment.versions.join(", ")))
                    (row("configuration", &|report| report.environment.configurations.join(", ")))
                    (row("driven", &|report| seconds(report.totals.driven_seconds)))
                    (row("dark", &|report| seconds(report.totals.dark_seconds)))
                    (row("dark %", &|report| percent(report.totals.dark_seconds, report.totals.driven_seconds)))
                    (row("longest dark", &|report| seconds(report.totals.longest_dark_seconds)))
                    (row("swaps", &|report| each(report.totals.swaps, report)))
                    (row("mean dark of a swap", &mean))
                    (row("tunnel not up", &|report| report.totals.swaps_not_up.to_string()))
                    (row("ping-pong", &|report| report.totals.ping_pongs.to_string()))
                    (row("not reachable by the probe", &|report| report.totals.not_reachable.to_string()))
                }
            }
        }
        @for (name, report) in [("First journal", one), ("Second journal", other)] {
            h2 { (name) ": signals" }
            (timeline(report)?)
        }
        div.pair {
            @for (name, report) in [("First journal", one), ("Second journal", other)] {
                section {
                    h2 { (name) ": access points" }
                    (tables::shares(&report.aps, &report.names))
                    h2 { (name) ": where it was written" }
                    (environment(report))
                }
            }
        }
    })
}
