//! A policy in a replay: the vehicle's own, or a published rule.

use std::time::Duration;

use crate::evaluate::published::Published;
use crate::evaluate::terms::Terms;
use crate::evaluate::tikroam::Tikroam;
use crate::handover::settings::Rules;
use crate::names::Bssid;
use crate::units::{Dbm, Moment};

/// The policies that can be replayed, by name: `tikroam` is the one that drives the vehicle.
pub const POLICIES: [&str; 12] = [
    "tikroam",
    "lazy",
    "script",
    "script-5s",
    "script-10s",
    "iwd",
    "wpa_supplicant",
    "apple",
    "android",
    "a3",
    "strongest",
    "sticky",
];

/// A standby moves for an access point this much better than its own.
const MOVE_DB: i16 = 6;

/// One policy at the wheel of one vehicle.
#[derive(Debug, Clone)]
pub struct Driver {
    aps: usize,
    policy: Policy,
    own: Option<Dbm>,
    /// The last scans, the newest last: each access point's signal, or none.
    scans: Vec<Vec<Option<Dbm>>>,
    /// The second in which the last scan came.
    scanned_in: usize,
}

#[derive(Debug, Clone)]
enum Policy {
    Tikroam(Box<Tikroam>),
    Published(Published),
}

impl Driver {
    /// A policy by its name; `None` when there is none of that name. Only the vehicle's own depends on `rules`.
    #[must_use]
    pub fn new(policy: &str, rules: &Rules, terms: &Terms, bssids: &[Bssid]) -> Option<Self> {
        let rule = match policy {
            "tikroam" => None,
            "lazy" => Some(Published::Lazy),
            "script" => Some(Published::Script { each: 1 }),
            "script-5s" => Some(Published::Script { each: 5 }),
            "script-10s" => Some(Published::Script { each: 10 }),
            "iwd" => Some(Published::Iwd { low: 0 }),
            "wpa_supplicant" => Some(Published::WpaSupplicant),
            "apple" => Some(Published::Apple),
            "android" => Some(Published::Android {
                level: 0.0,
                slope: 0.0,
                on: None,
                bad_until: 0,
            }),
            "a3" => Some(Published::A3),
            "strongest" => Some(Published::Strongest),
            "sticky" => Some(Published::Sticky { lost: 0 }),
            _ => return None,
        };
        Some(Driver {
            aps: bssids.len(),
            policy: match rule {
                Some(rule) => Policy::Published(rule),
                None => Policy::Tikroam(Box::new(Tikroam::new(rules, terms, bssids)?)),
            },
            own: None,
            scans: Vec::new(),
            scanned_in: 0,
        })
    }

    /// Takes what a scan heard that ended in second `at`.
    pub(super) fn scanned(&mut self, at: usize, heard: &[(usize, Dbm)]) {
        if let Policy::Tikroam(tikroam) = &mut self.policy {
            tikroam.scanned(moment(at), heard);
            return;
        }
        self.scanned_in = at + 1;
        let mut scan = vec![None; self.aps];
        for (ap, signal) in heard {
            scan[*ap] = Some(*signal);
        }
        if self.scans.len() == 3 {
            self.scans.remove(0);
        }
        self.scans.push(scan);
    }

    /// Takes what the active radio reads on its access point.
    pub(super) fn own(&mut self, ap: usize, signal: Option<Dbm>) {
        match &mut self.policy {
            Policy::Tikroam(tikroam) => tikroam.own(signal),
            Policy::Published(_) => {
                self.own = signal;
                self.newer(ap, signal);
            }
        }
    }

    /// Takes what the standby reads on its access point.
    pub(super) fn theirs(&mut self, ap: usize, signal: Option<Dbm>) {
        match &mut self.policy {
            Policy::Tikroam(tikroam) => tikroam.theirs(signal),
            Policy::Published(_) => self.newer(ap, signal),
        }
    }

    /// What a radio on it says is newer than the last scan.
    fn newer(&mut self, ap: usize, signal: Option<Dbm>) {
        if let Some(scan) = self.scans.last_mut() {
            scan[ap] = signal;
        }
    }

    pub(super) fn swapped(&mut self, dark: Duration) {
        match &mut self.policy {
            Policy::Tikroam(tikroam) => tikroam.swapped(dark),
            Policy::Published(_) => {}
        }
    }

    /// Where to go now; `reachable` is the standby's access point where only that can be gone to.
    pub(super) fn choose(&mut self, t: usize, active: usize, reachable: Option<Option<usize>>) -> Option<usize> {
        match &mut self.policy {
            Policy::Tikroam(tikroam) => tikroam.choose(moment(t), active, reachable),
            Policy::Published(rule) => {
                let scan = self.scans.last()?;
                let others = match reachable {
                    None => (0..scan.len()).filter(|ap| *ap != active).collect(),
                    Some(one) => Vec::from_iter(one),
                };
                let best = others
                    .into_iter()
                    .filter_map(|ap| Some((ap, scan[ap]?)))
                    .max_by_key(|(ap, signal)| (*signal, usize::MAX - ap));
                rule.goes(t, active, self.own, best)
            }
        }
    }

    /// Where the standby should go instead of where it is: where the vehicle's own hunt sent it; for a rule, after each
    /// scan, the best mean of the last three, heard in two of them and better by 6 dB, once being enough when it is on none.
    pub(super) fn hunt(&mut self, t: usize, active: usize, on: Option<usize>) -> Option<usize> {
        if let Policy::Tikroam(tikroam) = &mut self.policy {
            return tikroam.sent();
        }
        if self.scanned_in != t {
            return None;
        }
        let level = |ap: usize| {
            let heard: Vec<i32> = self
                .scans
                .iter()
                .filter_map(|scan| scan[ap])
                .map(|signal| i32::from(signal.0))
                .collect();
            let mean = heard
                .iter()
                .sum::<i32>()
                .checked_div(i32::try_from(heard.len()).ok()?)?;
            Some((mean, heard.len()))
        };
        let (best, (theirs, times)) = (0..self.aps)
            .filter(|ap| *ap != active && Some(*ap) != on)
            .filter_map(|ap| Some((ap, level(ap)?)))
            .max_by_key(|(ap, (mean, _))| (*mean, usize::MAX - ap))?;
        let own = on.filter(|on| *on != active).and_then(level).map(|(mean, _)| mean);
        match own {
            None => Some(best),
            Some(own) => (times >= 2 && theirs >= own + i32::from(MOVE_DB)).then_some(best),
        }
    }
}

fn moment(second: usize) -> Moment {
    Moment::from_micros(second as u64 * 1_000_000)
}
