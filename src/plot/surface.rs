//! What the library draws on.

use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::{DrawingArea, SVGBackend};

/// Where the library draws, by pixels.
pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The library could not draw.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the signals could not be drawn: {0}")]
pub struct NotDrawn(String);

impl<E: std::error::Error + Send + Sync> From<DrawingAreaErrorKind<E>> for NotDrawn {
    fn from(error: DrawingAreaErrorKind<E>) -> Self {
        NotDrawn(error.to_string())
    }
}
