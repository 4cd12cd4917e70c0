//! The drawings of a report: the whole time in pieces that a person can look into.

use crate::plot::{self, Mark, NotDrawn, Plot, Signals, Span, Times};

use super::series::Section;
use super::summary::Report;

/// The most drawings in a report.
const MOST: usize = 24;

/// How long a drawing may be, in seconds, of which the least is taken that gives few enough.
const LONGEST: [f64; 9] = [
    600.0,
    1800.0,
    3600.0,
    7200.0,
    14_400.0,
    28_800.0,
    86_400.0,
    604_800.0,
    f64::INFINITY,
];

/// A drawing's size in pixels.
const SIZE: (u32, u32) = (1120, 250);

/// One drawing.
pub(super) struct Drawn {
    pub(super) span: Span,
    pub(super) svg: String,
}

/// The pieces of sections that are drawn, with the place of their section.
fn pieces(sections: &[Section]) -> Vec<(usize, Span)> {
    let cut = |longest: f64| -> Vec<(usize, Span)> {
        let mut pieces = Vec::new();
        for (place, section) in sections.iter().enumerate() {
            let long = section.span.to - section.span.from;
            // Of one length, so that the last is no stub.
            let count = (long / longest).ceil().max(1.0);
            let length = (long / count).max(1.0);
            let mut from = section.span.from;
            while from < section.span.to || pieces.last().is_none_or(|(last, _)| *last != place) {
                let to = (from + length).min(section.span.to.max(from + 1.0));
                pieces.push((place, Span { from, to }));
                from += length;
            }
        }
        pieces
    };
    let few = LONGEST
        .iter()
        .map(|longest| cut(*longest))
        .find(|pieces| pieces.len() <= MOST);
    few.unwrap_or_else(|| {
        // More sections than drawings: the last ones, which people ask about.
        let mut all = cut(f64::INFINITY);
        all.split_off(all.len().saturating_sub(MOST))
    })
}

/// Draws a report's signals.
///
/// # Errors
///
/// [`NotDrawn`].
pub(super) fn drawn(report: &Report) -> Result<Vec<Drawn>, NotDrawn> {
    let marks: Vec<Mark> = report
        .swaps
        .iter()
        .map(|swap| Mark {
            at: swap.time.seconds(),
            label: swap.number.to_string(),
        })
        .collect();
    let dark: Vec<Span> = report.dark.iter().map(|dark| dark.span).collect();
    let sections = &report.sections;
    let mut drawings = Vec::new();
    for (place, span) in pieces(&sections.all) {
        let Some(section) = sections.all.get(place) else {
            continue;
        };
        let uplinks: Vec<Signals> = sections
            .uplinks
            .iter()
            .enumerate()
            .map(|(uplink, name)| Signals {
                name: name.clone(),
                points: sections.points(section, uplink),
                active: section.active(uplink).to_vec(),
            })
            .collect();
        let within = |at: f64| span.from <= at && at <= span.to;
        let swaps = marks.iter().filter(|mark| within(mark.at)).count();
        let spells = dark.iter().filter(|dark| dark.to > span.from && dark.from < span.to);
        let seconds: f64 = spells.map(|dark| dark.to.min(span.to) - dark.from.max(span.from)).sum();
        let svg = plot::svg(&Plot {
            title: "Signals over time",
            description: &format!(
                "The signal of {} in dBm, with {swaps} swaps and {seconds:.1} s dark. The table of swaps has the same times.",
                names(&sections.uplinks)
            ),
            size: SIZE,
            span,
            times: Times::Wall,
            uplinks: &uplinks,
            marks: &marks,
            dark: &dark,
            trigger: report.trigger,
        })?;
        drawings.push(Drawn { span, svg });
    }
    Ok(drawings)
}

fn names(uplinks: &[String]) -> String {
    match uplinks {
        [] => "no radio".to_owned(),
        uplinks => uplinks.join(" and "),
    }
}
