//! A policy at the wheel: the agent's own, or a well-known rule.

use std::time::Duration;

use crate::handover::policy::{Policy, Settings};
use crate::handover::settings::NetworkRule;
use crate::handover::{Handover, settings};
use crate::names::{Bssid, InterfaceName, Ssid, UplinkId};
use crate::snapshot::{Link, Observation, SwapEnd, UplinkView};
use crate::units::{Dbm, Moment};

use super::rules::Rule;

/// The policies that can be replayed, by name: `tikroam` is the one that drives the vehicle; `forecast` weighs what staying
/// and going are worth and is on trial here before it drives anything.
pub const POLICIES: [&str; 12] = [
    "tikroam",
    "forecast",
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
    bssids: Vec<Bssid>,
    mind: Mind,
    own: Option<Dbm>,
    /// The last scans, the newest last: each access point's signal, or none.
    scans: Vec<Vec<Option<Dbm>>>,
}

#[derive(Debug, Clone)]
enum Mind {
    Tikroam(Box<Agent>),
    Forecast(Box<Policy>),
    Rule(Rule),
}

/// The vehicle's own mind, which sees each access point as an uplink of its own.
#[derive(Debug, Clone)]
struct Agent {
    handover: Handover,
    ids: Vec<UplinkId>,
    network: Option<Ssid>,
    signals: Vec<Option<Dbm>>,
    dark: Option<Duration>,
}

impl Agent {
    fn new(bssids: &[Bssid]) -> Self {
        let network = Ssid::new(b"drive").ok();
        let rule = |ssid: &Ssid| NetworkRule {
            ssid: ssid.clone(),
            minimum_signal: None,
            priority: 0,
        };
        let mind = settings::Mind {
            handover: settings::Settings::default(),
            hunt: settings::Hunt {
                enabled: false,
                ..settings::Hunt::default()
            },
            health: settings::Probing::default(),
            networks: network.iter().map(rule).collect(),
        };
        Agent {
            handover: Handover::new(mind),
            ids: bssids
                .iter()
                .map(|bssid| UplinkId::new(InterfaceName::new(&bssid.to_string())))
                .collect(),
            network,
            signals: vec![None; bssids.len()],
            dark: None,
        }
    }

    /// Where the mind goes at `now`; every second is its own reading, taken this moment.
    fn choose(
        &mut self,
        now: Moment,
        bssids: &[Bssid],
        active: usize,
        reachable: Option<Option<usize>>,
    ) -> Option<usize> {
        let view = |ap: usize| {
            let link = self.signals[ap].map(|signal| Link {
                bssid: bssids[ap],
                network: self.network.clone(),
                signal: Some(signal),
                authenticated: true,
                since: Moment::ZERO,
            });
            UplinkView {
                id: self.ids[ap].clone(),
                at: now,
                link,
                steered: None,
            }
        };
        let there = (0..bssids.len()).filter(|ap| *ap == active || reachable.is_none_or(|one| one == Some(*ap)));
        let swap = self.dark.take().map(|dark| SwapEnd {
            to: self.ids[active].clone(),
            bssid: Some(bssids[active]),
            dark: Some(dark),
        });
        let seen = Observation {
            active: Some(self.ids[active].clone()),
            uplinks: there.map(view).collect(),
            swap,
            ..Observation::default()
        };
        let to = self.handover.step(now, &seen).swap_to?;
        self.ids.iter().position(|id| *id == to)
    }
}

impl Driver {
    /// A policy by its name; `None` when there is none of that name.
    #[must_use]
    pub fn new(policy: &str, settings: Settings, bssids: &[Bssid]) -> Option<Self> {
        let rule = match policy {
            "tikroam" | "forecast" => None,
            "script" => Some(Rule::Script { each: 1 }),
            "script-5s" => Some(Rule::Script { each: 5 }),
            "script-10s" => Some(Rule::Script { each: 10 }),
            "iwd" => Some(Rule::Iwd { low: 0 }),
            "wpa_supplicant" => Some(Rule::WpaSupplicant),
            "apple" => Some(Rule::Apple),
            "android" => Some(Rule::Android {
                level: 0.0,
                slope: 0.0,
                on: None,
                bad_until: 0,
            }),
            "a3" => Some(Rule::A3),
            "strongest" => Some(Rule::Strongest),
            "sticky" => Some(Rule::Sticky { lost: 0 }),
            _ => return None,
        };
        Some(Driver {
            bssids: bssids.to_vec(),
            mind: match rule {
                Some(rule) => Mind::Rule(rule),
                None if policy == "forecast" => Mind::Forecast(Box::new(Policy::new(settings))),
                None => Mind::Tikroam(Box::new(Agent::new(bssids))),
            },
            own: None,
            scans: Vec::new(),
        })
    }

    pub(super) fn scanned(&mut self, at: usize, heard: &[(usize, Dbm)]) {
        if let Mind::Tikroam(agent) = &mut self.mind {
            agent.signals.fill(None);
            for (ap, signal) in heard {
                agent.signals[*ap] = Some(*signal);
            }
        }
        if let Mind::Forecast(policy) = &mut self.mind {
            let heard: Vec<_> = heard.iter().map(|(ap, signal)| (self.bssids[*ap], *signal)).collect();
            policy.scanned(moment(at), &heard);
        }
        let mut scan = vec![None; self.bssids.len()];
        for (ap, signal) in heard {
            scan[*ap] = Some(*signal);
        }
        if self.scans.len() == 3 {
            self.scans.remove(0);
        }
        self.scans.push(scan);
    }

    pub(super) fn own(&mut self, t: usize, ap: usize, signal: Option<Dbm>) {
        self.own = signal;
        self.heard(t, ap, signal);
    }

    pub(super) fn heard(&mut self, t: usize, ap: usize, signal: Option<Dbm>) {
        match &mut self.mind {
            Mind::Tikroam(agent) => agent.signals[ap] = signal,
            Mind::Forecast(policy) => policy.heard(moment(t), self.bssids[ap], signal),
            // What a radio on it says is newer than the last scan.
            Mind::Rule(_) => {
                if let Some(scan) = self.scans.last_mut() {
                    scan[ap] = signal;
                }
            }
        }
    }

    pub(super) fn swapped(&mut self, dark: Duration) {
        match &mut self.mind {
            Mind::Tikroam(agent) => agent.dark = Some(dark),
            Mind::Forecast(policy) => policy.swapped(dark),
            Mind::Rule(_) => {}
        }
    }

    /// Where to go now; `reachable` is the standby's access point where only that can be gone to.
    pub(super) fn choose(&mut self, t: usize, active: usize, reachable: Option<Option<usize>>) -> Option<usize> {
        match &mut self.mind {
            Mind::Tikroam(agent) => agent.choose(moment(t), &self.bssids, active, reachable),
            Mind::Forecast(policy) => {
                let one = reachable.map(|ap| ap.map(|ap| self.bssids[ap]));
                let candidates = match &one {
                    None => &self.bssids[..],
                    Some(one) => one.as_slice(),
                };
                let to = policy.choose(moment(t), Some(self.bssids[active]), candidates).to?;
                self.bssids.iter().position(|bssid| *bssid == to)
            }
            Mind::Rule(rule) => {
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

    /// Where the standby should wait instead of where it is: the best mean of the last three scans, heard in two of them
    /// and better by 6 dB; once is enough when it is on none.
    pub(super) fn hunt(&self, _t: usize, active: usize, on: Option<usize>) -> Option<usize> {
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
        let (best, (theirs, times)) = (0..self.bssids.len())
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
