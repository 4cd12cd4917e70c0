//! What can be heard along the drive, by which antenna, and what of it gets through.
//!
//! A log's levels are split into a slow part (distance and shadowing, the same for both antennas) and fading. Of the
//! fading an antenna shares a third with the other one, so that the two correlate by 0.2 to 0.5.

use std::ops::Range;

use super::chance::{Chance, Of};
use super::clock::{At, millis};
use crate::sim::settings::Settings;
use crate::sim::text;

/// Seconds that a log may miss of an access point that is there; longer silence is silence.
const BRIDGED: usize = 2;
/// Seconds before and after that make the slow part.
const SMOOTHED: usize = 2;
/// The share of fading that both antennas have in common.
const SHARED: f64 = 0.32;
/// Deviation of one antenna's fading in dB.
const FADING: f64 = 2.25;
/// Deviation of one reading of a scan from what the antenna gets, in dB.
const SCAN_ERROR: f64 = 2.3;
/// How often an antenna's own fading is drawn anew, in milliseconds.
const FADE_SLOT: u64 = 500;
/// One gray period of an access point begins in each slot of this length, in its first half: so they are 1 to 3
/// minutes apart.
const GRAY_SLOT: f64 = 120.0;

/// How often a scan misses an access point that is heard below so many dBm.
const MISSED: [(f64, f64); 7] = [
    (-90.0, 0.65),
    (-85.0, 0.53),
    (-80.0, 0.41),
    (-75.0, 0.35),
    (-70.0, 0.24),
    (-65.0, 0.16),
    (-60.0, 0.09),
];

/// How many round trips of a small packet get through at so many dBm, by lines between these points.
const PASSES: [(f64, f64); 9] = [
    (-88.0, 0.0),
    (-86.0, 0.03),
    (-84.0, 0.25),
    (-82.0, 0.6),
    (-80.0, 0.85),
    (-78.0, 0.94),
    (-75.0, 0.985),
    (-70.0, 0.997),
    (-55.0, 1.0),
];

/// One access point along the drive.
#[derive(Debug)]
pub(crate) struct AirAp {
    /// Its MAC address as the router writes it.
    pub bssid: String,
    /// The name it sends; empty when hidden.
    pub ssid: String,
    /// Its channel.
    pub channel: u16,
    /// The vehicle's network that it belongs to.
    pub network: Option<usize>,
    /// The area that it sends.
    pub area: String,
    /// Whether it only claims to be of that network.
    pub impostor: bool,
    runs: Vec<Run>,
}

/// Seconds on end in which an access point was there.
#[derive(Debug)]
struct Run {
    from: usize,
    slow: Vec<f32>,
    fade: Vec<f32>,
}

/// One access point as a scan hears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScanHit {
    /// Which access point.
    pub ap: usize,
    /// How strong, in dBm.
    pub signal: i16,
}

/// The air along one drive.
#[derive(Debug)]
pub(crate) struct Air {
    /// Every access point, by BSSID.
    pub aps: Vec<AirAp>,
    chance: Chance,
    there: Vec<Vec<u32>>,
    from: f64,
    /// How long the vehicle stands before it drives.
    stands: At,
    looped: bool,
    gray: bool,
}

impl Air {
    /// The air of these settings' drive.
    pub(crate) fn new(settings: &Settings) -> Self {
        let drive = &settings.drive;
        let mut readings = vec![Vec::new(); drive.aps.len()];
        for (second, heard) in drive.seconds.iter().enumerate() {
            for heard in heard {
                readings[heard.ap].push((second, f32::from(heard.signal.0)));
            }
        }
        let mut there = vec![Vec::new(); drive.seconds.len()];
        let names: Vec<&[u8]> = settings.networks.iter().map(|n| n.ssid.as_bytes()).collect();
        let aps = drive.aps.iter().zip(&readings).enumerate().map(|(i, (ap, readings))| {
            let heard_name = ap.ssid.as_ref().map_or(&[][..], |ssid| ssid.as_bytes());
            let (ssid, network) = if settings.ssid_as_heard || names.is_empty() {
                (
                    text::to_text(heard_name),
                    names.iter().position(|name| *name == heard_name),
                )
            } else {
                let dealt = i % names.len();
                (settings.networks[dealt].ssid.clone(), Some(dealt))
            };
            let runs = runs(readings);
            for run in &runs {
                for second in there.iter_mut().skip(run.from).take(run.slow.len()) {
                    second.push(u32::try_from(i).unwrap_or(u32::MAX));
                }
            }
            AirAp {
                area: network.map_or_else(String::new, |network| settings.networks[network].area.clone()),
                impostor: settings.quirks.impostors.contains(&ap.bssid.to_string()),
                bssid: ap.bssid.to_string(),
                ssid,
                channel: ap.channel,
                network,
                runs,
            }
        });
        let aps = aps.collect();
        #[allow(clippy::cast_precision_loss)]
        let from = settings.from as f64;
        Air {
            aps,
            chance: Chance::new(settings.seed),
            there,
            from,
            stands: settings.judged.start,
            looped: settings.looped,
            gray: settings.quirks.gray,
        }
    }

    /// Where on the drive the vehicle is: whole second and fraction. `None` after the end of a drive that does not loop.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )]
    fn place(&self, at: At) -> Option<(usize, f64)> {
        let length = self.there.len() as f64;
        let mut position = self.from + at.saturating_sub(self.stands).as_secs_f64();
        if length == 0.0 || (position >= length && !self.looped) {
            return None;
        }
        position %= length;
        Some((position as usize, position.fract()))
    }

    /// The level of an access point at one antenna in dBm; `None` when it is not there.
    pub(crate) fn level(&self, ap: usize, antenna: usize, at: At) -> Option<f64> {
        let (second, fraction) = self.place(at)?;
        let (slow, fade) = self.aps.get(ap)?.at(second, fraction)?;
        Some(slow + SHARED.sqrt() * fade + (1.0 - SHARED).sqrt() * FADING * self.own_fade(ap, antenna, at))
    }

    /// The level of an access point in the drive log in dBm; `None` when it is not there.
    pub(crate) fn logged(&self, ap: usize, at: At) -> Option<f64> {
        let (second, fraction) = self.place(at)?;
        let (slow, fade) = self.aps.get(ap)?.at(second, fraction)?;
        Some(slow + fade)
    }

    /// An antenna's own fading with deviation 1: it wanders from one draw to the next within half a second.
    fn own_fade(&self, ap: usize, antenna: usize, at: At) -> f64 {
        let millis = millis(at);
        let which = (ap as u64) << 8 | antenna as u64;
        let slot = millis / FADE_SLOT;
        #[allow(clippy::cast_precision_loss)]
        let turn = (millis % FADE_SLOT) as f64 / FADE_SLOT as f64 * std::f64::consts::FRAC_PI_2;
        self.chance.normal(Of::Fade, which, slot) * turn.cos()
            + self.chance.normal(Of::Fade, which, slot + 1) * turn.sin()
    }

    /// What one pass over all channels hears: access points are missed and levels are off, as in the field.
    #[allow(clippy::cast_possible_truncation)]
    pub(crate) fn scan(&self, antenna: usize, at: At) -> Vec<ScanHit> {
        let Some((second, _)) = self.place(at) else {
            return Vec::new();
        };
        let slot = millis(at) / 100;
        let hit = |&ap: &u32| {
            let ap = ap as usize;
            let level = self.level(ap, antenna, at)?;
            let which = (ap as u64) << 8 | antenna as u64;
            let missed = MISSED
                .iter()
                .find(|(below, _)| level < *below)
                .map_or(0.05, |(_, share)| *share);
            if level < -97.0 || self.chance.unit(Of::ScanMiss, which, slot) < missed {
                return None;
            }
            let read = level + SCAN_ERROR * self.chance.normal(Of::ScanError, which, slot);
            Some(ScanHit {
                ap,
                signal: read.round().clamp(-99.0, -10.0) as i16,
            })
        };
        self.there[second].iter().filter_map(hit).collect()
    }

    /// The share of frames that this access point loses just now in a gray period, 0.5 to 1; `None` outside of one.
    pub(crate) fn gray(&self, ap: usize, at: At) -> Option<f64> {
        if !self.gray {
            return None;
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let slot = (at.as_secs_f64() / GRAY_SLOT) as u64;
        let ap = ap as u64;
        let start = self.chance.between(Of::GrayStart, ap, slot, 0.0..GRAY_SLOT / 2.0);
        let length = self.chance.between(Of::GrayLength, ap, slot, 2.0..10.0);
        let into = at.as_secs_f64() % GRAY_SLOT;
        (start..start + length)
            .contains(&into)
            .then(|| self.chance.between(Of::GrayLoss, ap, slot, 0.5..1.0))
    }

    /// The share of round trips that get through over the best of the allowed access points, by any of so many antennas.
    pub(crate) fn best_passing(&self, antennas: usize, at: At, allowed: impl Fn(usize) -> bool) -> f64 {
        let Some((second, _)) = self.place(at) else { return 0.0 };
        let there = self.there[second].iter().map(|&ap| ap as usize);
        let of = |ap: usize| (0..antennas).map(move |antenna| self.passing(ap, antenna, at));
        there.filter(|&ap| allowed(ap)).flat_map(of).fold(0.0, f64::max)
    }

    /// The share of round trips over this access point that get through now.
    pub(crate) fn passing(&self, ap: usize, antenna: usize, at: At) -> f64 {
        let loss = self.gray(ap, at).unwrap_or(0.0);
        self.level(ap, antenna, at).map_or(0.0, passes) * (1.0 - loss)
    }
}

impl AirAp {
    /// Slow part and fading of the log at a second and fraction.
    fn at(&self, second: usize, fraction: f64) -> Option<(f64, f64)> {
        let run = self
            .runs
            .get(self.runs.partition_point(|run| run.from <= second).checked_sub(1)?)?;
        let i = second - run.from;
        let between = |levels: &[f32]| {
            let here = f64::from(*levels.get(i)?);
            let next = levels.get(i + 1).map_or(here, |&next| f64::from(next));
            Some(here + (next - here) * fraction)
        };
        Some((between(&run.slow)?, between(&run.fade)?))
    }
}

/// The share of round trips of a small packet that get through at a level in dBm.
pub(crate) fn passes(level: f64) -> f64 {
    let after = PASSES.partition_point(|(at, _)| *at <= level);
    match (after.checked_sub(1).map(|i| PASSES[i]), PASSES.get(after)) {
        (None, _) => 0.0,
        (Some((_, share)), None) => share,
        (Some((low, from)), Some(&(high, to))) => from + (to - from) * (level - low) / (high - low),
    }
}

/// The frequency of a channel in MHz.
pub(crate) fn frequency(channel: u16) -> u16 {
    match channel {
        0..=13 => 2407 + 5 * channel,
        14 => 2484,
        _ => 5000 + 5 * channel.min(230),
    }
}

/// The runs of one access point's readings, which are ordered by second.
fn runs(readings: &[(usize, f32)]) -> Vec<Run> {
    readings
        .chunk_by(|(a, _), (b, _)| b - a <= BRIDGED + 1)
        .filter_map(|chunk| {
            let mut levels = Vec::new();
            for pair in chunk.windows(2) {
                let [(a, from), (b, to)] = *pair else { continue };
                #[allow(clippy::cast_precision_loss)]
                levels.extend((0..b - a).map(|k| from + (to - from) * k as f32 / (b - a) as f32));
            }
            let (from, (_, last)) = (chunk.first()?.0, chunk.last()?);
            levels.push(*last);
            let slow: Vec<f32> = (0..levels.len()).map(|i| smoothed(&levels, i)).collect();
            let fade = levels.iter().zip(&slow).map(|(level, slow)| level - slow).collect();
            Some(Run { from, slow, fade })
        })
        .collect()
}

/// The mean of a level and its neighbours, the near ones counted more.
fn smoothed(levels: &[f32], i: usize) -> f32 {
    let window: Range<usize> = i.saturating_sub(SMOOTHED)..(i + SMOOTHED + 1).min(levels.len());
    let (mut sum, mut weights) = (0.0, 0.0);
    for k in window {
        #[allow(clippy::cast_precision_loss)]
        let weight = (SMOOTHED + 1 - i.abs_diff(k)) as f32;
        sum += weight * levels[k];
        weights += weight;
    }
    sum / weights
}
