//! Where the labels of the axes stand, and what they say.

use super::input::{Span, Times};

/// Seconds between two labels of time, of which the least that leaves them room is taken.
const STEPS: [f64; 18] = [
    1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0, 10_800.0, 21_600.0, 43_200.0,
    86_400.0, 172_800.0, 604_800.0,
];

const DAY: i64 = 86_400;

/// The times that get a label, where there is room for so many of them.
pub(super) fn ticks(span: Span, times: Times, room: usize) -> Vec<f64> {
    let long = span.to - span.from;
    #[expect(clippy::cast_precision_loss, reason = "some tens")]
    let wanted = long / room.max(1) as f64;
    let step = STEPS.iter().copied().find(|step| *step >= wanted).unwrap_or(long);
    let zero = match times {
        Times::Wall => 0.0,
        Times::BeforeEnd => span.to,
    };
    let mut at = zero + ((span.from - zero) / step).ceil() * step;
    let mut ticks = Vec::new();
    while at <= span.to {
        ticks.push(at);
        at += step;
    }
    ticks
}

/// What the label at a time says.
#[expect(clippy::cast_possible_truncation, reason = "whole seconds of some thousand years")]
pub(super) fn label(at: f64, span: Span, times: Times) -> String {
    match times {
        Times::Wall => {
            let second = (at.round() as i64).rem_euclid(DAY);
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            if second == 0 {
                format!("{hour:02}:{minute:02}")
            } else {
                format!("{hour:02}:{minute:02}:{second:02}")
            }
        }
        Times::BeforeEnd => {
            let before = (span.to - at).round() as i64;
            match before {
                0 => "now".to_owned(),
                before if before % 3600 == 0 => format!("-{} h", before / 3600),
                before if before % 60 == 0 => format!("-{} min", before / 60),
                before => format!("-{before} s"),
            }
        }
    }
}

/// The least and the greatest signal that the drawing shows, in whole tens of dBm around all that there are.
pub(super) fn signals(all: impl Iterator<Item = f64>, trigger: Option<(f64, f64)>) -> (f64, f64) {
    let (mut low, mut high) = (-80.0_f64, -60.0_f64);
    let ends = trigger.into_iter().flat_map(|(low, high)| [low, high]);
    for signal in all.chain(ends).filter(|signal| signal.is_finite()) {
        low = low.min(signal);
        high = high.max(signal);
    }
    ((low / 10.0).floor() * 10.0, (high / 10.0).ceil() * 10.0)
}
