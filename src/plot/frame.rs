//! Where things stand in the drawing.

use crate::names::Escaped;

use super::input::Span;

/// The part of the drawing that shows signals over time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// Its pixels.
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
    /// The times from left to right.
    pub(super) span: Span,
    /// The signals from bottom to top, in dBm.
    pub(super) signals: (f64, f64),
    /// How many characters of a name there is room for.
    pub(super) names: usize,
}

impl Frame {
    /// The pixel of a time; the nearest of the drawing.
    #[expect(clippy::cast_possible_truncation, reason = "pixels, held to the drawing")]
    pub(super) fn at(self, time: f64) -> i32 {
        let part = (time - self.span.from) / (self.span.to - self.span.from);
        let pixel = f64::from(self.left) + part.clamp(0.0, 1.0) * f64::from(self.right - self.left);
        pixel.round() as i32
    }

    /// The pixels of a span, at least one; `None` where the drawing does not show it.
    pub(super) fn of(self, span: Span) -> Option<(i32, i32)> {
        if span.to < self.span.from || span.from > self.span.to {
            return None;
        }
        let (left, right) = (self.at(span.from), self.at(span.to));
        Some((left, right.max(left + 1)))
    }

    /// The pixel of a signal; the nearest of the drawing.
    #[expect(clippy::cast_possible_truncation, reason = "pixels, held to the drawing")]
    pub(super) fn row(self, signal: f64) -> i32 {
        let (low, high) = self.signals;
        let part = ((high - signal) / (high - low)).clamp(0.0, 1.0);
        self.top + (part * f64::from(self.bottom - self.top)).round() as i32
    }

    /// A name as far as there is room for it.
    pub(super) fn short(self, name: &str) -> String {
        let name = Escaped(name).to_string();
        if name.chars().count() <= self.names {
            return name;
        }
        let start: String = name.chars().take(self.names.saturating_sub(1)).collect();
        start + "…"
    }
}

/// A number of pixels as the library takes it.
pub(super) fn number(pixels: u32) -> i32 {
    i32::try_from(pixels).unwrap_or(i32::MAX)
}
