//! The bars below the lines: when each uplink was active, and when the vehicle was dark.

use plotters::prelude::{IntoFont, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor};

use super::colors::{DARK_BAR, INK, UPLINKS};
use super::frame::{Frame, number};
use super::input::{Plot, Span};
use super::surface::{Area, NotDrawn};

/// Pixels from one bar to the next.
pub(super) const LANE: u32 = 15;

/// How many bars a drawing has.
pub(super) fn count(plot: &Plot<'_>) -> u32 {
    u32::try_from(plot.uplinks.len() + 1).unwrap_or(1)
}

/// Draws the bars from `top` down.
pub(super) fn draw(area: &Area<'_>, plot: &Plot<'_>, frame: Frame, top: i32) -> Result<(), NotDrawn> {
    let mut top = top;
    for (index, uplink) in plot.uplinks.iter().enumerate() {
        let color = UPLINKS[index % UPLINKS.len()];
        bar(area, frame, top, (&frame.short(&uplink.name), color), &uplink.active)?;
        top += number(LANE);
    }
    bar(area, frame, top, ("dark", DARK_BAR), plot.dark)
}

fn bar(
    area: &Area<'_>,
    frame: Frame,
    top: i32,
    (name, color): (&str, RGBColor),
    spans: &[Span],
) -> Result<(), NotDrawn> {
    let style = ("sans-serif", 13)
        .into_font()
        .color(&INK)
        .pos(Pos::new(HPos::Right, VPos::Center));
    let middle = top + number(LANE) / 2;
    area.draw(&Text::new(name.to_owned(), (frame.left - 6, middle), style))?;
    let mut last = i32::MIN;
    for (left, right) in spans.iter().filter_map(|span| frame.of(*span)) {
        // Bars of one pixel that fall on each other are one.
        if right <= last {
            continue;
        }
        last = right;
        area.draw(&Rectangle::new(
            [(left, top + 3), (right, top + number(LANE) - 3)],
            color.filled(),
        ))?;
    }
    Ok(())
}
