//! What the simulator's own truth says of an agent's drive: whether the standby was where it could be used, how soon a gray
//! period was left, which swaps had no reason, and how dark a planned one is.

use tikroam::sim::{Event, Judged, Sender, What, Witnessed};

/// Seconds between two of the dispatcher's calls.
pub(crate) const CALL: f64 = 0.1;
/// An access point at so many dBm and above in the drive log lets 98 % of the frames pass.
const GOOD_AIR: f64 = -75.0;
/// Seconds in which nothing must have spoken against the access point for a swap to have no reason.
const BEFORE: f64 = 2.0;
/// From a swap's first call to the move of the route, in seconds at most.
const LONGEST_SWAP: f64 = 6.0;
/// A radio that is sent away this soon after it has arrived was of no use there, in seconds.
const SOON: f64 = 0.5;
/// Why a radio loses an access point that the agent sends it away from.
const SENT_AWAY: [&str; 2] = ["connect-list changed", "removed from the registration table"];
/// So many calls in a row must get through for a dark time to be over.
const OVER: usize = 3;

/// A gray period of the active's access point that began while another access point was good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gray {
    /// Seconds from its begin to the first call of the swap; `None` when it was over before.
    pub(crate) left_after: Option<f64>,
    /// Seconds that it lasted, or until it was left.
    pub(crate) lasted: f64,
    /// Whether the standby was on a good access point when it began.
    pub(crate) standby_good: bool,
}

/// A move of the way out to the other radio.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Swap {
    /// When the agent's first call came, in seconds.
    begun: f64,
    /// When the route led over the other radio.
    moved: f64,
}

/// How many calls were made while another access point was good, and at how many of them a standby was authenticated on
/// an access point that is not the active's, and on a good one.
pub(crate) fn ready(witnessed: &[Witnessed]) -> [usize; 3] {
    let able = || witnessed.iter().filter(|one| one.other_is_good());
    [
        able().count(),
        able().filter(|one| one.standby.is_some()).count(),
        able().filter(|one| one.standby_is_good()).count(),
    ]
}

/// Scans on the radio that led: when, in seconds, and which radio.
pub(crate) fn scans_on_active(events: &[Event]) -> Vec<(f64, &str)> {
    let scans = events.iter().filter_map(|event| match &event.what {
        What::Scan {
            radio, active: true, ..
        } => Some((event.at, radio.as_str())),
        _ => None,
    });
    scans.collect()
}

/// How often a radio reached an access point while the vehicle was judged, and how often it was sent away again before it
/// could be of use.
pub(crate) fn arrivals(judged: &Judged) -> [usize; 2] {
    let first = judged.witnessed.first().map_or(f64::INFINITY, |one| one.at);
    let events = judged.events.iter().enumerate().filter(|(_, event)| event.at >= first);
    let arrivals = events.filter_map(|(index, event)| match &event.what {
        What::Authenticated { radio, .. } => Some((index, event.at, radio)),
        _ => None,
    });
    let sent_away = |(index, at, arrived): &(usize, f64, &String)| {
        let soon = judged.events[*index..].iter().take_while(|one| one.at <= at + SOON);
        let sent = |why: &str| SENT_AWAY.contains(&why);
        soon.into_iter()
            .any(|one| matches!(&one.what, What::Lost { radio, why, .. } if radio == *arrived && sent(why)))
    };
    [arrivals.clone().count(), arrivals.filter(sent_away).count()]
}

/// Whether this is the first call of a swap: the tunnel is turned off, or where that is not needed, the route moves.
fn begins_swap(what: &What) -> bool {
    let What::Write {
        command,
        attributes,
        by: Sender::Api,
        refused: false,
    } = what
    else {
        return false;
    };
    what.hangs_up() || command.starts_with("/ip/route/") && attributes.iter().any(|(name, _)| name == "gateway")
}

/// The gray periods of a vehicle.
pub(crate) fn grays(judged: &Judged) -> Vec<Gray> {
    let (witnessed, events) = (&judged.witnessed, &judged.events);
    let Some(end) = witnessed.last().map(|one| one.at) else {
        return Vec::new();
    };
    let begun = events.iter().enumerate().filter_map(|(index, event)| {
        let What::GrayStart { bssid } = &event.what else {
            return None;
        };
        let first = witnessed.iter().find(|one| one.at >= event.at)?;
        // The stand before the drive is no part of it.
        if first.at - event.at > 2.0 * CALL || !first.other_is_good() {
            return None;
        }
        let rest = &events[index..];
        let over = rest
            .iter()
            .find(|one| matches!(&one.what, What::GrayEnd { bssid: other } if other == bssid))
            .map_or(end, |one| one.at);
        let left = rest.iter().find(|one| one.at <= over && begins_swap(&one.what));
        Some(Gray {
            left_after: left.map(|left| left.at - event.at),
            lasted: over - event.at,
            standby_good: first.standby_is_good(),
        })
    });
    begun.collect()
}

/// The moves of the way out from one radio to the other, while the vehicle was judged.
pub(crate) fn swaps(judged: &Judged) -> Vec<Swap> {
    let first = judged.witnessed.first().map_or(f64::INFINITY, |one| one.at);
    let moves = judged.events.iter().enumerate();
    let moves = moves.filter(|(_, event)| event.at >= first && matches!(event.what, What::Swap { from: Some(_), .. }));
    let swap = |(index, event): (usize, &Event)| {
        let before = judged.events[..index].iter().rev();
        let since_last = before.take_while(|one| !matches!(one.what, What::Swap { .. }));
        let calls = since_last.filter(|one| event.at - one.at <= LONGEST_SWAP && begins_swap(&one.what));
        Swap {
            begun: calls.last().map_or(event.at, |first| first.at),
            moved: event.at,
        }
    };
    moves.map(swap).collect()
}

/// Whether the access point was good at a call, and not in a gray period.
fn in_good_air(one: &Witnessed) -> bool {
    !one.gray && one.active.is_some_and(|(_, level)| level >= GOOD_AIR)
}

/// Hours in good air.
#[allow(clippy::cast_precision_loss, reason = "counts are small")]
pub(crate) fn good_hours(judged: &Judged) -> f64 {
    let good = judged.witnessed.iter().filter(|one| in_good_air(one));
    good.count() as f64 * CALL / 3600.0
}

/// The calls of the seconds before a swap began.
fn before<'a>(judged: &'a Judged, swap: &'a Swap, seconds: f64) -> impl Iterator<Item = &'a Witnessed> {
    let span = swap.begun - seconds..swap.begun;
    judged.witnessed.iter().filter(move |one| span.contains(&one.at))
}

/// Whether a swap left an access point that was good all the time before.
pub(crate) fn had_no_reason(judged: &Judged, swap: &Swap) -> bool {
    let mut before = before(judged, swap, BEFORE).peekable();
    before.peek().is_some() && before.all(in_good_air)
}

/// The dark seconds of a swap that was begun while calls got through and nothing was wrong but the signal.
#[allow(clippy::cast_precision_loss, reason = "counts are small")]
pub(crate) fn planned_dark(judged: &Judged, swap: &Swap) -> Option<f64> {
    let mut reached = before(judged, swap, 5.0 * CALL).peekable();
    reached.peek()?;
    if !reached.all(|one| one.dark.is_none() && !one.gray) {
        return None;
    }
    let (mut dark, mut in_row) = (0, 0);
    for call in judged.witnessed.iter().filter(|one| one.at >= swap.begun) {
        if call.dark.is_some() {
            (dark, in_row) = (dark + 1, 0);
        } else {
            in_row += 1;
        }
        if call.at > swap.moved && in_row >= OVER {
            break;
        }
    }
    Some(f64::from(dark) * CALL)
}
