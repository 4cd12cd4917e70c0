//! Health end to end: whether what is sent through an uplink arrives, whatever its signal says.
//!
//! Gray periods come without a sign in the signal (VanLAN, IMC 2007), so probes are a second, independent trigger. The
//! tunnel's probe judges the active uplink; the gateway's probe judges a standby.

use std::collections::VecDeque;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::handover::settings::Probing;
use crate::names::{Bssid, UplinkId};
use crate::observation::Probe;
use crate::units::Moment;

/// The results that count where a swap costs next to nothing.
const LAST: usize = 5;

/// What the probes of one uplink say.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Health {
    /// Nothing was probed lately: only the signal and the authentication speak.
    Unknown,
    /// What was sent arrived.
    Good,
    /// Several probes in a row were lost.
    Dead {
        /// How many.
        lost: u32,
    },
    /// Several of the last five probes were lost.
    Patchy {
        /// How many.
        lost: u32,
    },
    /// Too many probes were lost.
    Lossy {
        /// Lost probes of the window, in percent.
        percent: u8,
    },
}

impl Health {
    /// Whether the uplink cannot be relied on.
    #[must_use]
    pub fn is_bad(self) -> bool {
        matches!(self, Health::Dead { .. } | Health::Patchy { .. } | Health::Lossy { .. })
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Health::Unknown => f.write_str("nothing was probed"),
            Health::Good => f.write_str("probes are answered"),
            Health::Dead { lost } => write!(f, "{lost} probes in a row were lost"),
            Health::Patchy { lost } => write!(f, "{lost} of the last {LAST} probes were lost"),
            Health::Lossy { percent } => write!(f, "{percent} % of the probes were lost"),
        }
    }
}

/// The probes of every uplink, each on the AP that it was on.
#[derive(Debug, Clone)]
pub struct Probes {
    settings: Probing,
    uplinks: Vec<Series>,
}

#[derive(Debug, Clone)]
struct Series {
    uplink: UplinkId,
    bssid: Option<Bssid>,
    results: VecDeque<(Moment, bool)>,
    bad: bool,
}

impl Probes {
    /// None yet.
    #[must_use]
    pub fn new(settings: Probing) -> Self {
        Probes {
            settings,
            uplinks: Vec::new(),
        }
    }

    /// Takes one probe's result. What was learned on another AP, or before the uplink became active, is forgotten.
    pub fn take(&mut self, probe: &Probe) {
        let index = match self.uplinks.iter().position(|series| series.uplink == probe.uplink) {
            Some(index) => index,
            None => {
                let uplink = probe.uplink.clone();
                self.uplinks.push(Series {
                    uplink,
                    bssid: None,
                    results: VecDeque::new(),
                    bad: false,
                });
                self.uplinks.len() - 1
            }
        };
        let series = &mut self.uplinks[index];
        if series.bssid != probe.bssid {
            series.bssid = probe.bssid;
            series.results.clear();
            series.bad = false;
        }
        series.results.push_back((probe.at, probe.answered));
        while series
            .results
            .front()
            .is_some_and(|(at, _)| probe.at.since(*at) > self.settings.window)
        {
            series.results.pop_front();
        }
        if !series.bad {
            series.bad = series.judge(&self.settings).is_bad();
        } else if series.answered_in_row() >= self.settings.recover {
            // It has proven itself anew, so what was lost before counts no more.
            let answered = usize::try_from(series.answered_in_row()).unwrap_or(usize::MAX);
            series.results.drain(..series.results.len().saturating_sub(answered));
            series.bad = false;
        }
    }

    /// Forgets what was learned of an uplink: it is probed another way from now on.
    pub fn forget(&mut self, uplink: &UplinkId) {
        self.uplinks.retain(|series| series.uplink != *uplink);
    }

    /// What the probes of an uplink on this AP say when they fail. What was lost before and comes through again is no
    /// failure.
    #[must_use]
    pub fn failing(&self, now: Moment, uplink: &UplinkId, bssid: Bssid) -> Option<Health> {
        let series = self.uplinks.iter().find(|series| series.uplink == *uplink);
        let lost = series.is_some_and(|series| series.lost_in_row() > 0);
        Some(self.health(now, uplink, bssid)).filter(|health| lost && health.is_bad())
    }

    /// What the last five probes of an uplink on this AP say, whatever was before: where a swap costs next to nothing,
    /// nobody waits for proofs.
    #[must_use]
    pub fn last_five(&self, now: Moment, uplink: &UplinkId, bssid: Bssid) -> Health {
        let Some(series) = self.series(now, uplink, bssid) else {
            return Health::Unknown;
        };
        let lost = count(
            series
                .results
                .iter()
                .rev()
                .take(LAST)
                .filter(|(_, answered)| !answered)
                .count(),
        );
        match series.lost_in_row() {
            row if row >= self.settings.lost => Health::Dead { lost: row },
            row if row > 0 && lost >= self.settings.lost => Health::Patchy { lost },
            _ => Health::Good,
        }
    }

    /// How many probes in a row were answered last.
    #[must_use]
    pub fn answered_in_row(&self, now: Moment, uplink: &UplinkId, bssid: Bssid) -> u32 {
        let series = self.series(now, uplink, bssid);
        series.map_or(0, Series::answered_in_row)
    }

    /// What the probes of an uplink on this AP say at `now`.
    #[must_use]
    pub fn health(&self, now: Moment, uplink: &UplinkId, bssid: Bssid) -> Health {
        let Some(series) = self.series(now, uplink, bssid) else {
            return Health::Unknown;
        };
        match series.judge(&self.settings) {
            Health::Good if series.bad => Health::Lossy {
                percent: series.percent(),
            },
            health => health,
        }
    }

    /// The probes of an uplink on this AP, unless the last is too old to say anything.
    fn series(&self, now: Moment, uplink: &UplinkId, bssid: Bssid) -> Option<&Series> {
        let on = |series: &&Series| series.uplink == *uplink && series.bssid == Some(bssid);
        let series = self.uplinks.iter().find(on)?;
        let (last, _) = series.results.back()?;
        (now.since(*last) <= self.settings.window).then_some(series)
    }
}

impl Series {
    fn judge(&self, settings: &Probing) -> Health {
        let lost = self.lost_in_row();
        let percent = self.percent();
        // A share needs a series to be one of: as many as are lost in a row.
        let enough = self.results.len() >= usize::try_from(settings.lost.saturating_mul(2)).unwrap_or(usize::MAX);
        if self.results.is_empty() {
            Health::Unknown
        } else if lost >= settings.lost {
            Health::Dead { lost }
        } else if enough && percent >= settings.loss_percent && self.losses() >= settings.lost {
            Health::Lossy { percent }
        } else {
            Health::Good
        }
    }

    fn lost_in_row(&self) -> u32 {
        count(self.results.iter().rev().take_while(|(_, answered)| !answered).count())
    }

    fn answered_in_row(&self) -> u32 {
        count(self.results.iter().rev().take_while(|(_, answered)| *answered).count())
    }

    fn losses(&self) -> u32 {
        count(self.results.iter().filter(|(_, answered)| !answered).count())
    }

    fn percent(&self) -> u8 {
        let percent = self.losses().saturating_mul(100) / count(self.results.len()).max(1);
        u8::try_from(percent).unwrap_or(100)
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
