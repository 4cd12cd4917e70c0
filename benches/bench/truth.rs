//! What the simulator's own truth says of a drive: where darkness came from, whether the standby was where it could be
//! used, how soon a gray period was left.

use std::collections::BTreeMap;

use tikroam::sim::{Event, What, Why, Witnessed};
use tikroam::trial::Driven;

/// Seconds between two of the dispatcher's calls.
const CALL: f64 = 0.1;

/// Seconds for each cause of darkness.
pub(crate) type Causes = BTreeMap<Why, f64>;

/// A time in which the vehicle could not be reached.
#[derive(Debug)]
pub(crate) struct Interval {
    /// What was true as it began.
    pub first: Witnessed,
    /// How long it lasted, in seconds.
    pub seconds: f64,
    /// When it ended, in seconds since the vehicle's start.
    pub end: f64,
    /// Its causes.
    pub causes: Causes,
}

impl Interval {
    /// Whether a moment lies in it or just before.
    pub(crate) fn covers(&self, at: f64) -> bool {
        (self.first.at - 1.0..=self.end).contains(&at)
    }
}

/// A gray period of the active's access point that began while another access point was good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gray {
    /// Seconds from its begin to the first call of the swap; `None` when it was over before.
    pub left_after: Option<f64>,
    /// Seconds that it lasted, or until it was left.
    pub lasted: f64,
    /// Whether the standby was on a good access point when it began.
    pub standby_good: bool,
}

/// Seconds of darkness by cause.
pub(crate) fn causes(witnessed: &[Witnessed]) -> Causes {
    let mut causes = Causes::new();
    for why in witnessed.iter().filter_map(|one| one.dark) {
        *causes.entry(why).or_default() += CALL;
    }
    causes
}

/// The times in which the vehicle could not be reached; single calls that got through in between do not part them.
pub(crate) fn intervals(witnessed: &[Witnessed]) -> Vec<Interval> {
    let mut intervals: Vec<Interval> = Vec::new();
    let mut last = f64::NEG_INFINITY;
    for one in witnessed {
        let Some(why) = one.dark else { continue };
        if one.at - last > 3.5 * CALL {
            intervals.push(Interval {
                first: *one,
                seconds: 0.0,
                end: one.at,
                causes: Causes::new(),
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

/// The times in which another access point was good and no standby was ready: their first moment, and seconds.
pub(crate) fn unready(witnessed: &[Witnessed]) -> Vec<(Witnessed, f64)> {
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

/// The gray periods of a vehicle.
pub(crate) fn grays(driven: &Driven, vehicle: usize) -> Vec<Gray> {
    let (Some(witnessed), Some(events)) = (driven.witnessed.get(vehicle), driven.events.get(vehicle)) else {
        return Vec::new();
    };
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
        let left = rest.iter().find(|one| one.at <= over && one.what.hangs_up());
        Some(Gray {
            left_after: left.map(|left| left.at - event.at),
            lasted: over - event.at,
            standby_good: first.standby_is_good(),
        })
    });
    begun.collect()
}

/// What happened, where it bears on a long darkness.
pub(crate) fn told(what: &What) -> Option<String> {
    Some(match what {
        What::Authenticated { radio, bssid } => format!("{radio} on {bssid}"),
        What::Lost { radio, why, .. } => format!("{radio} lost: {why}"),
        What::TunnelUp => "tunnel up".to_owned(),
        What::TunnelDown { why } => format!("tunnel down: {why}"),
        What::DialRefused => "dial refused".to_owned(),
        What::Swap { to, .. } => format!("the route leads over {to}"),
        What::Write {
            command, attributes, ..
        } if command.contains("pptp-client") => {
            let off = attributes.iter().find(|(name, _)| name == "disabled");
            format!("tunnel set disabled={}", off.map_or("", |(_, value)| value))
        }
        _ => return None,
    })
}
