//! The drawing itself.

use maud::{PreEscaped, html};
use plotters::prelude::{
    BindKeyPoints as _, ChartBuilder, IntoDrawingArea as _, IntoFont, PathElement, Rectangle, SVGBackend, Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor, ShapeStyle, TextStyle};

use crate::names::Escaped;

use super::axis;
use super::colors::{BAND, DARK, GRID, INK, MARK, UPLINKS};
use super::frame::{Frame, number};
use super::input::{Plot, Span};
use super::lanes::{self, LANE};
use super::surface::{Area, NotDrawn};
use super::thin;

/// Pixels above the lines: for the unit and the marks' labels, and below these for half of the greatest signal's label.
const TOP: u32 = 26;
/// The row of the unit and of the marks' labels.
const LABELS: i32 = 8;
/// Pixels for the labels of time.
const BOTTOM: u32 = 22;
/// Pixels of a character, about.
const CHARACTER: u32 = 7;
/// Pixels that a label of time needs.
const LABEL: u32 = 64;
/// How long nothing may be read before a line breaks: four readings a second are usual, and a busy router can stall for
/// several seconds.
const GAP: f64 = 10.0;
/// The longest name that is written in full.
const NAME: usize = 10;

/// Draws.
///
/// # Errors
///
/// [`NotDrawn`] when the library cannot draw.
pub fn svg(plot: &Plot<'_>) -> Result<String, NotDrawn> {
    let size = (plot.size.0.clamp(320, 4000), plot.size.1.clamp(120, 2000));
    let mut drawn = String::new();
    {
        let area = SVGBackend::with_string(&mut drawn, size).into_drawing_area();
        draw(&area, plot, size)?;
        area.present()?;
    }
    // The library's own opening tag has neither title nor class.
    let body = drawn.split_once('>').map_or("", |(_, body)| body);
    let body = body.trim_end().strip_suffix("</svg>").unwrap_or(body);
    let viewport = format!("0 0 {} {}", size.0, size.1);
    let drawing = html! {
        svg.plot role="img" xmlns="http://www.w3.org/2000/svg" viewBox=(viewport) width=(size.0) height=(size.1) {
            title { (Escaped(plot.title)) }
            desc { (Escaped(plot.description)) }
            (PreEscaped(body))
        }
    };
    Ok(drawing.into_string())
}

fn text(color: RGBColor, place: HPos) -> TextStyle<'static> {
    let style = ("sans-serif", 13).into_font().color(&color);
    style.pos(Pos::new(place, VPos::Center))
}

fn draw(area: &Area<'_>, plot: &Plot<'_>, (width, height): (u32, u32)) -> Result<(), NotDrawn> {
    let longest = plot.uplinks.iter().map(|uplink| uplink.name.chars().count()).max();
    let names = longest.unwrap_or(0).clamp(4, NAME);
    let side = CHARACTER * u32::try_from(names).unwrap_or(0) + 14;
    let lanes = lanes::count(plot) * LANE + 2;
    let all = plot.uplinks.iter().flat_map(|uplink| &uplink.points);
    let frame = Frame {
        left: number(side),
        right: number(width - side),
        top: number(TOP),
        bottom: number(height.saturating_sub(lanes + BOTTOM).max(TOP + 20)),
        span: Span {
            from: plot.span.from,
            to: plot.span.to.max(plot.span.from + 1.0),
        },
        signals: axis::signals(all.filter_map(|(_, signal)| *signal), plot.trigger),
        names,
    };
    let columns = width - 2 * side;
    let span = frame.span;
    let ticks = axis::ticks(span, plot.times, usize::try_from(columns / LABEL).unwrap_or(1));
    let ticks = ticks.into_iter().map(millis).collect();
    behind(area, plot, frame)?;
    let mut chart = ChartBuilder::on(area)
        .margin_top(TOP)
        .margin_bottom(lanes)
        .margin_right(side)
        .x_label_area_size(BOTTOM)
        .y_label_area_size(side)
        .build_cartesian_2d(
            (millis(span.from)..millis(span.to)).with_key_points(ticks),
            frame.signals.0..frame.signals.1,
        )?;
    chart
        .configure_mesh()
        .light_line_style(INK.mix(0.0))
        .bold_line_style(GRID)
        .axis_style(INK)
        .label_style(("sans-serif", 13).into_font().color(&INK))
        .x_label_formatter(&|at| axis::label(seconds(*at), span, plot.times))
        .y_label_formatter(&|signal| format!("{signal:.0}"))
        .y_labels(6)
        .draw()?;
    area.draw(&Text::new("dBm", (frame.left - 6, LABELS), text(INK, HPos::Right)))?;
    marks(area, plot, frame)?;
    let column = (span.to - span.from) / f64::from(columns);
    for (index, uplink) in plot.uplinks.iter().enumerate() {
        let style = ShapeStyle::from(UPLINKS[index % UPLINKS.len()]);
        for line in thin::lines(within(&uplink.points, span), span.from, column, GAP.max(4.0 * column)) {
            let drawn = |part: &[(f64, f64)]| {
                part.iter()
                    .map(|(at, signal)| (millis(*at), *signal))
                    .collect::<Vec<_>>()
            };
            let thick: Vec<_> = uplink.active.iter().filter_map(|active| part(&line, *active)).collect();
            if thick.iter().map(|part| part.len()).sum::<usize>() < line.len() {
                chart.plotting_area().draw(&PathElement::new(drawn(&line), style))?;
            }
            for part in thick {
                chart
                    .plotting_area()
                    .draw(&PathElement::new(drawn(part), style.stroke_width(3)))?;
            }
        }
    }
    ends(area, plot, frame)?;
    lanes::draw(area, plot, frame, number(height - lanes))
}

/// What lies behind the lines: the band of the trigger, and dark spans.
fn behind(area: &Area<'_>, plot: &Plot<'_>, frame: Frame) -> Result<(), NotDrawn> {
    if let Some((low, high)) = plot.trigger {
        let (top, bottom) = (frame.row(high), frame.row(low));
        let band = [(frame.left, top), (frame.right, bottom.max(top + 1))];
        area.draw(&Rectangle::new(band, BAND.filled()))?;
    }
    for (left, right) in plot.dark.iter().filter_map(|span| frame.of(*span)) {
        area.draw(&Rectangle::new(
            [(left, frame.top), (right, frame.bottom)],
            DARK.filled(),
        ))?;
    }
    Ok(())
}

/// The swaps, with their labels where there is room.
fn marks(area: &Area<'_>, plot: &Plot<'_>, frame: Frame) -> Result<(), NotDrawn> {
    let mut free = frame.left - 1;
    for mark in plot.marks {
        if mark.at < frame.span.from || mark.at > frame.span.to {
            continue;
        }
        let x = frame.at(mark.at);
        area.draw(&PathElement::new(vec![(x, frame.top), (x, frame.bottom)], MARK))?;
        let label = Escaped(&mark.label).to_string();
        let half = number(CHARACTER) * i32::try_from(label.chars().count()).unwrap_or(i32::MAX / 100) / 2;
        if x - half > free && x + half < frame.right + 20 {
            area.draw(&Text::new(label, (x, LABELS), text(MARK, HPos::Center)))?;
            free = x + half + 4;
        }
    }
    Ok(())
}

/// The uplinks' names at the ends of their lines.
fn ends(area: &Area<'_>, plot: &Plot<'_>, frame: Frame) -> Result<(), NotDrawn> {
    let mut taken: Vec<i32> = Vec::new();
    for (index, uplink) in plot.uplinks.iter().enumerate() {
        let end = within(&uplink.points, frame.span)
            .iter()
            .rev()
            .find_map(|(_, signal)| *signal);
        let Some(signal) = end.filter(|signal| signal.is_finite()) else {
            continue;
        };
        let mut y = frame.row(signal);
        // Two names at one place are moved apart.
        for other in &taken {
            if (y - other).abs() < 14 {
                y = if y < *other { other - 14 } else { other + 14 };
            }
        }
        taken.push(y);
        let style = text(UPLINKS[index % UPLINKS.len()], HPos::Left);
        area.draw(&Text::new(frame.short(&uplink.name), (frame.right + 6, y), style))?;
    }
    Ok(())
}

/// A time as the library's axis has it: it gives chosen labels to whole numbers only.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds of some million years")]
fn millis(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of some million years")]
fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}

/// Those points that the drawing shows.
fn within(points: &[(f64, Option<f64>)], span: Span) -> &[(f64, Option<f64>)] {
    let start = points.partition_point(|(at, _)| *at < span.from);
    let end = points.partition_point(|(at, _)| *at <= span.to);
    points.get(start..end).unwrap_or(&[])
}

/// The part of a line that lies in a span; `None` for less than two points.
fn part(line: &[(f64, f64)], span: Span) -> Option<&[(f64, f64)]> {
    let start = line.partition_point(|(at, _)| *at < span.from);
    let end = line.partition_point(|(at, _)| *at <= span.to);
    line.get(start..end).filter(|part| part.len() > 1)
}
