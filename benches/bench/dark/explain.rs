//! Each dark time of an agent, with what happened in it.

use std::collections::BTreeMap;

use tikroam::sim::{What, Why, Witnessed};

use super::Outcome;
use super::truth::{self, CALL};

/// Shorter dark times are not shown, in seconds.
const SHORTEST: f64 = 0.35;
/// What happened is shown for dark times of this length.
const LONG: f64 = 2.0;
/// Times without a standby are shown from this length on.
const UNREADY: f64 = 0.95;

/// A time in which the vehicle could not be reached.
#[derive(Debug)]
struct Interval {
    /// What was true as it began.
    first: Witnessed,
    /// How long it lasted, in seconds.
    seconds: f64,
    /// When it ended, in seconds since the vehicle's start.
    end: f64,
    /// Its causes in seconds.
    causes: BTreeMap<Why, f64>,
}

/// The times in which the vehicle could not be reached; single calls that got through in between do not part them.
fn intervals(witnessed: &[Witnessed]) -> Vec<Interval> {
    let mut intervals: Vec<Interval> = Vec::new();
    let mut last = f64::NEG_INFINITY;
    for one in witnessed {
        let Some(why) = one.dark else { continue };
        if one.at - last > 3.5 * CALL {
            intervals.push(Interval {
                first: *one,
                seconds: 0.0,
                end: one.at,
                causes: BTreeMap::new(),
            });
        }
        last = one.at;
        if let Some(interval) = intervals.last_mut() {
            interval.seconds += CALL;
            interval.end = one.at;
            *interval.causes.entry(why).or_default() += CALL;
        }
    }
    intervals
}

/// The times in which another access point was good and no standby was ready: their first moment, and seconds.
fn unready(witnessed: &[Witnessed]) -> Vec<(Witnessed, f64)> {
    let mut spans: Vec<(Witnessed, f64)> = Vec::new();
    let mut going = false;
    for one in witnessed {
        let unready = one.other_is_good() && one.standby.is_none();
        match spans.last_mut() {
            Some((_, seconds)) if going && unready => *seconds += CALL,
            _ if unready => spans.push((*one, CALL)),
            _ => {}
        }
        going = unready;
    }
    spans
}

/// What happened, where it bears on a dark time.
fn words(what: &What) -> Option<String> {
    Some(match what {
        What::Authenticated { radio, bssid } => format!("{radio} on {bssid}"),
        What::Lost { radio, why, .. } => format!("{radio} lost: {why}"),
        What::TunnelUp => "tunnel up".to_owned(),
        What::TunnelDown { why } => format!("tunnel down: {why}"),
        What::DialRefused => "dial refused".to_owned(),
        What::Handshake => "handshake".to_owned(),
        What::Swap { to, .. } => format!("the route leads over {to}"),
        What::GrayStart { bssid } => format!("gray period of {bssid}"),
        What::GrayEnd { bssid } => format!("gray period of {bssid} over or left"),
        What::Write {
            command, attributes, ..
        } if command.contains("pptp-client") => {
            let off = attributes.iter().find(|(name, _)| name == "disabled");
            format!("tunnel set disabled={}", off.map_or("", |(_, value)| value))
        }
        _ => return None,
    })
}

fn level(one: Option<(usize, f64)>) -> String {
    one.map_or_else(|| "-".to_owned(), |(ap, level)| format!("{ap}:{level:.0}"))
}

/// Prints the dark times of one of the vehicles.
pub(crate) fn print(outcome: &Outcome, vehicle: usize) {
    let (drive, driven) = (&outcome.report.drive, &outcome.driven[vehicle]);
    let judged = &driven.judged;
    println!(
        "\n{} on {} from {}, seed {}: dark times of 0.4 s and more",
        driven.driver, drive.name, drive.from, drive.seed
    );
    for dark in intervals(&judged.witnessed)
        .iter()
        .filter(|dark| dark.seconds >= SHORTEST)
    {
        let causes = dark.causes.iter().map(|(why, seconds)| format!("{why} {seconds:.1}"));
        println!(
            "{:7.1} s for {:4.1} s: {}; active {}, standby {}, best other {}",
            dark.first.at,
            dark.seconds,
            causes.collect::<Vec<_>>().join(", "),
            level(dark.first.active),
            level(dark.first.standby),
            level(dark.first.other)
        );
        let span = dark.first.at - 1.0..=dark.end;
        let events = judged.events.iter();
        for event in events.filter(|event| dark.seconds >= LONG && span.contains(&event.at)) {
            if let Some(words) = words(&event.what) {
                println!("          {:6.2} {words}", event.at - dark.first.at);
            }
        }
    }
    for (at, radio) in truth::scans_on_active(&judged.events) {
        println!("{at:7.1} s: a scan on {radio}, which is active");
    }
    println!("without a ready standby while another access point is good, 1 s and more:");
    for (first, seconds) in unready(&judged.witnessed)
        .iter()
        .filter(|(_, seconds)| *seconds >= UNREADY)
    {
        println!(
            "{:7.1} s for {seconds:4.1} s: active {}, best other {}",
            first.at,
            level(first.active),
            level(first.other)
        );
    }
}
