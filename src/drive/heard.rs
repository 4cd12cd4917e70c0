//! A drive: which access points there are, and what was heard in each second.

use crate::names::{Bssid, Ssid};
use crate::units::Dbm;

/// What an access point counts as in a second that did not hear it.
pub const UNHEARD: Dbm = Dbm(-100);

/// What was heard along a drive, one entry a second.
#[derive(Debug, Clone, PartialEq)]
pub struct Drive {
    /// The name shown to people: a file's name without folder and ending, or that of a generated drive.
    pub name: String,
    /// Every access point of the drive, ordered by BSSID.
    pub aps: Vec<Ap>,
    /// What was heard in each second from the start; an empty second heard nothing.
    pub seconds: Vec<Vec<Heard>>,
}

/// One access point of a drive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ap {
    /// Its MAC address.
    pub bssid: Bssid,
    /// The network that it sends; `None` when hidden.
    pub ssid: Option<Ssid>,
    /// Its channel number.
    pub channel: u16,
}

impl Ap {
    /// Takes over from another meeting with the same access point what was missing before.
    pub(super) fn learn(&mut self, met: Ap) {
        if self.ssid.is_none() {
            self.ssid = met.ssid;
        }
        if self.channel == 0 {
            self.channel = met.channel;
        }
    }
}

/// One access point heard in one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Index into [`Drive::aps`].
    pub ap: usize,
    /// How strong it was.
    pub signal: Dbm,
}

impl Drive {
    /// The second from which the strongest access point of that moment fades most within `window` seconds.
    ///
    /// The fade is the level (the mean of 3 s, an access point that is not heard counts as [`UNHEARD`]) at the start
    /// less the lowest level in the window. Only starts that leave a whole window are looked at; 0 when there is none.
    /// Of equal fades the first counts.
    #[must_use]
    pub fn most_fading_second(&self, window: usize) -> usize {
        let starts = (self.seconds.len() + 1).saturating_sub(window.max(1));
        let levels = self.levels();
        let fade = |start: usize| -> i32 {
            let strongest = levels
                .iter()
                .enumerate()
                .max_by_key(|(ap, level)| (level.get(start).copied(), usize::MAX - ap));
            let Some((_, level)) = strongest else { return 0 };
            let lowest = level[start..start + window.max(1)].iter().min().copied();
            level[start] - lowest.unwrap_or(level[start])
        };
        (0..starts)
            .max_by_key(|&start| (fade(start), starts - start))
            .unwrap_or(0)
    }

    /// Each access point's signal over time, a sum over 3 s centred on each second.
    pub(super) fn levels(&self) -> Vec<Vec<i32>> {
        let mut signals = vec![vec![i32::from(UNHEARD.0); self.seconds.len()]; self.aps.len()];
        for (second, heard) in self.seconds.iter().enumerate() {
            for one in heard {
                signals[one.ap][second] = i32::from(one.signal.0);
            }
        }
        for signal in &mut signals {
            *signal = (0..signal.len())
                .map(|at| {
                    let around = at.saturating_sub(1)..(at + 2).min(signal.len());
                    3 * signal[around.clone()].iter().sum::<i32>() / i32::try_from(around.len()).unwrap_or(1)
                })
                .collect();
        }
        signals
    }
}

/// Orders access points by BSSID and what was heard by access point; leaves out access points never heard.
pub(super) fn ordered(name: String, aps: Vec<Ap>, mut seconds: Vec<Vec<Heard>>) -> Drive {
    let mut heard = vec![false; aps.len()];
    for one in seconds.iter().flatten() {
        heard[one.ap] = true;
    }
    let mut order: Vec<usize> = (0..aps.len()).filter(|&ap| heard[ap]).collect();
    order.sort_by_key(|&ap| aps[ap].bssid);
    let mut place = vec![0; aps.len()];
    for (new, &old) in order.iter().enumerate() {
        place[old] = new;
    }
    for second in &mut seconds {
        for one in second.iter_mut() {
            one.ap = place[one.ap];
        }
        second.sort_by_key(|one| one.ap);
    }
    let mut aps: Vec<Option<Ap>> = aps.into_iter().map(Some).collect();
    Drive {
        name,
        aps: order.into_iter().filter_map(|ap| aps[ap].take()).collect(),
        seconds,
    }
}
