//! The page for a browser: one document without any outside resource, whose parts a small script fetches again.
//!
//! Names come from the air: whatever stands in the document is escaped, and the policy lets no other script run.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::shown::Status;
use super::state::Kind;
use super::text::{head, of_swap, some};
use super::wall::{lasted, of_day};
use crate::names::Escaped;
use crate::plot;

/// What the browser may do: run this page's own script and style, fetch from here, nothing else.
#[must_use]
pub fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
}

/// The whole document; the nonce is that of its policy.
#[must_use]
pub fn document(status: &Status, drawing: &str, nonce: &str) -> String {
    let name = status.vehicle.as_deref().unwrap_or("vehicle");
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (Escaped(name)) " - tikroam" }
                link rel="icon" href="data:,";
                style nonce=(nonce) { (PreEscaped(STYLE)) (PreEscaped(plot::STYLE)) }
            }
            body {
                header { h1 { (Escaped(name)) } p.time { "times are UTC" } }
                main {
                    p #gone role="alert" hidden { "The agent does not answer: what stands here is old." }
                    section #state aria-live="polite" aria-label="State" { (state(status)) }
                    section #signals aria-label="Signals" { (PreEscaped(drawing)) }
                    div #rest { (rest(status)) }
                }
                script nonce=(nonce) { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// The state in one sentence.
#[must_use]
pub fn state(status: &Status) -> Markup {
    let (class, sign) = match status.state.kind {
        Kind::Reachable => ("good", "\u{2714}"),
        Kind::NotProven => ("open", "?"),
        Kind::NotReachable | Kind::NoRouter => ("bad", "\u{2716}"),
    };
    html! {
        p.state.(class) { span.sign aria-hidden="true" { (sign) } " " (status.state.text) }
        @if let Some(hint) = &status.state.hint { p.hint { "What to do: " (hint) } }
    }
}

/// All that stands below the drawing.
#[must_use]
pub fn rest(status: &Status) -> Markup {
    html! {
        section aria-labelledby="facts" {
            h2 #facts { "Now" }
            dl { @for (name, line) in head(status) { dt { (name) } dd { (line) } } }
        }
        section aria-labelledby="uplinks" {
            h2 #uplinks { "Uplinks" }
            (uplinks(status))
        }
        section aria-labelledby="heard" {
            h2 #heard { "Networks heard" }
            (heard(status))
        }
        section aria-labelledby="decisions" {
            h2 #decisions { "Last decisions" }
            ol.lines {
                @for decision in &status.decisions {
                    li { time { (of_day(&decision.time)) } " " (decision.reason) }
                }
            }
        }
        section aria-labelledby="swaps" {
            h2 #swaps { "Last swaps" }
            @if status.swaps.is_empty() { p { "None since the agent's start." } }
            ol.lines {
                @for swap in &status.swaps { li { time { (of_day(&swap.time)) } " " (of_swap(swap)) } }
            }
        }
    }
}

fn uplinks(status: &Status) -> Markup {
    html! {
        div.wide tabindex="0" {
            table {
                thead { tr { @for name in ["uplink", "state", "network", "signal", "AP", "since"] { th scope="col" { (name) } } } }
                tbody {
                    @for uplink in &status.uplinks {
                        tr.active[uplink.active] {
                            th scope="row" { (uplink.name) }
                            td { (uplink.state) }
                            td { (some(uplink.network.as_ref())) }
                            td.number { (some(uplink.signal)) }
                            td { (some(uplink.bssid.map(|bssid| status.names.show(bssid)))) }
                            td data-name=[uplink.since.as_ref().map(|_| "since")] { (some(uplink.since.as_deref().map(of_day))) }
                        }
                    }
                }
            }
        }
    }
}

fn heard(status: &Status) -> Markup {
    html! {
        @if status.heard.is_empty() { p { "None in the last two minutes." } }
        @else {
            div.wide tabindex="0" {
                table {
                    thead { tr { @for name in ["network", "signal", "AP", "by", "ago"] { th scope="col" { (name) } } } }
                    tbody {
                        @for ap in &status.heard {
                            tr {
                                th scope="row" { (ap.network) }
                                td.number { (ap.signal) }
                                td { (status.names.show(ap.bssid)) }
                                td data-name="by" { (ap.radio) }
                                td.number data-name="ago:" { (lasted(ap.heard_s)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

const STYLE: &str = r#"
:root{color-scheme:light dark;--ink:#1d1d1f;--paper:#fff;--soft:#5a5a60;--line:#d6d6da;--good:#0a6b2d;--open:#7a5200;--bad:#a41e22}
@media (prefers-color-scheme:dark){:root{--ink:#e8e8ea;--paper:#16171a;--soft:#a5a5ad;--line:#3a3b40;--good:#6fd08c;--open:#f0b64a;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:80rem;padding:.75rem;background:var(--paper);color:var(--ink);font:16px/1.4 system-ui,sans-serif}
header{display:flex;align-items:baseline;justify-content:space-between;gap:1rem}
h1{font-size:1.25rem;margin:0;overflow-wrap:anywhere}
h2{font-size:1rem;margin:1.25rem 0 .25rem}
.time{margin:0;color:var(--soft);font-size:.875rem}
.state{font-size:1.25rem;font-weight:600;margin:.75rem 0;padding:.5rem .75rem;border-left:.5rem solid;overflow-wrap:anywhere}
.good{color:var(--good)}.open{color:var(--open);border-left-style:dashed}.bad{color:var(--bad);border-left-style:double}
#gone{font-weight:600;color:var(--bad);border:2px solid;padding:.5rem .75rem;margin:.75rem 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.125rem .75rem;margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.wide{overflow-x:auto}
table{border-collapse:collapse}
th,td{text-align:left;padding:.25rem 1.5rem .25rem 0;border-bottom:1px solid var(--line);white-space:nowrap;font-weight:400}
thead th{color:var(--soft);font-size:.875rem}
.active th,.active td{font-weight:700}
.number{font-variant-numeric:tabular-nums}
.hint{margin:.25rem 0 .75rem;max-width:48rem}
@media (max-width:40rem){.wide table,.wide tbody{display:block}.wide thead{display:none}
.wide tr{display:flex;flex-wrap:wrap;gap:0 .75rem;padding:.25rem 0;border-bottom:1px solid var(--line)}
.wide th,.wide td{display:block;padding:0;border:0;white-space:normal;overflow-wrap:anywhere}
.wide td:empty{display:none}.wide td[data-name]::before{content:attr(data-name) " ";color:var(--soft)}}
.lines{list-style:none;margin:0;padding:0}
.lines li{padding:.125rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
.lines time{color:var(--soft);font-variant-numeric:tabular-nums;margin-right:.25rem}
"#;

const SCRIPT: &str = r#"
"use strict";
const shown = {};
async function fetched(part, query) {
  const answer = await fetch("part/" + part + query, { cache: "no-store", signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(answer.status);
  const text = await answer.text();
  if (shown[part] !== text) {
    shown[part] = text;
    document.getElementById(part).innerHTML = text;
  }
}
function width() { return Math.round(document.getElementById("signals").clientWidth); }
async function refresh(turn) {
  try {
    if (!document.hidden) {
      await fetched("state", "");
      await fetched("rest", "");
      if (turn % 5 === 0 || width() !== drawn) { drawn = width(); await fetched("signals", "?width=" + drawn); }
    }
    document.getElementById("gone").hidden = true;
  } catch (error) {
    document.getElementById("gone").hidden = false;
  }
  setTimeout(refresh, 1000, turn + 1);
}
let drawn = 0;
refresh(0);
"#;
