//! Published rules, on what the vehicle hears: its own signal and the last scan.

use crate::units::Dbm;

/// One of the rules, with what it remembers.
#[derive(Debug, Clone)]
pub(super) enum Published {
    /// The simplest that does well on recorded drives: at or below -80 dBm, to one 6 dB better that is at or above -78.
    Lazy,
    /// The on-box script at its best: each so many seconds, at or below -82 dBm, to the strongest.
    Script {
        /// Seconds from one look to the next.
        each: usize,
    },
    /// iwd: below -70 dBm for 5 s, or critical at -80 dBm, to a stronger one.
    Iwd { low: usize },
    /// wpa_supplicant: better by a margin that shrinks with the own level.
    WpaSupplicant,
    /// Apple: below -70 dBm, to one 8 dB better.
    Apple,
    /// Android: a Kalman filter's level in 15 s below -83 dBm keeps it bad for 9 s; to one 5 dB better.
    Android {
        level: f64,
        slope: f64,
        on: Option<usize>,
        bad_until: usize,
    },
    /// 3GPP A3: to one better by 3 dB.
    A3,
    /// To the strongest each second.
    Strongest,
    /// Stays until the access point was not heard for 2 s.
    Sticky { lost: usize },
}

impl Published {
    /// Where the rule goes in second `t` from `active`, heard at `own`, with `best` the strongest other one.
    pub(super) fn goes(
        &mut self,
        t: usize,
        active: usize,
        own: Option<Dbm>,
        best: Option<(usize, Dbm)>,
    ) -> Option<usize> {
        let own_dbm = own.map_or(-100, |signal| signal.0);
        let by = |margin: i16| {
            best.filter(|(_, theirs)| theirs.0 >= own_dbm + margin)
                .map(|(ap, _)| ap)
        };
        match self {
            Published::Lazy if own_dbm <= -80 => by(6).filter(|_| best.is_some_and(|(_, theirs)| theirs.0 >= -78)),
            Published::Lazy => None,
            Published::Script { each } if t.is_multiple_of(*each) && own_dbm <= -82 => by(1),
            Published::Script { .. } => None,
            Published::Iwd { low } => {
                *low = if own_dbm < -70 { *low + 1 } else { 0 };
                if *low >= 5 || own_dbm <= -80 { by(1) } else { None }
            }
            Published::WpaSupplicant => by(match own_dbm {
                ..-85 => 1,
                -85..-80 => 2,
                -80..-75 => 3,
                -75..-70 => 4,
                -70..-60 => 5,
                -60..-50 => 8,
                _ => 10,
            }),
            Published::Apple if own_dbm <= -70 => by(8),
            Published::Apple => None,
            Published::Android {
                level,
                slope,
                on,
                bad_until,
            } => {
                let reading = f64::from(own_dbm);
                if *on == Some(active) {
                    let off = reading - (*level + *slope);
                    *level += *slope + 0.35 * off;
                    *slope += 0.07 * off;
                } else {
                    (*level, *slope, *on) = (reading, 0.0, Some(active));
                }
                if level.min(*level + 15.0 * *slope) < -83.0 {
                    *bad_until = t + 9;
                }
                if t < *bad_until { by(5) } else { None }
            }
            Published::A3 => by(3),
            Published::Strongest => by(1),
            Published::Sticky { lost } => {
                *lost = if own.is_none() { *lost + 1 } else { 0 };
                if *lost >= 2 { best.map(|(ap, _)| ap) } else { None }
            }
        }
    }
}
