//! Signals over any time in little memory.

use crate::plot::Span;

/// How many pairs of a least and a greatest signal are kept, of all radios.
const MOST: usize = 40_000;

/// The width of the first ones, in seconds.
const WIDTH: f64 = 1.0;

/// After so many seconds without a reading another section begins: a night in the yard is not drawn.
const PAUSE: f64 = 300.0;

/// Times without a long pause, in seconds since 1970.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    pub(super) span: Span,
    /// By the place of the uplink in [`Sections::uplinks`].
    series: Vec<Series>,
}

/// One uplink's signals in a section, and when it was active.
#[derive(Debug, Clone, PartialEq, Default)]
struct Series {
    pairs: Vec<Pair>,
    /// Whether the radio was on no access point since the last pair.
    broken: bool,
    active: Vec<Span>,
}

/// The least and the greatest signal in one width of time.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Pair {
    number: u32,
    least: i16,
    greatest: i16,
    after_break: bool,
}

/// All sections, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sections {
    pub(super) uplinks: Vec<String>,
    pub(super) all: Vec<Section>,
    width: f64,
    pairs: usize,
}

impl Sections {
    pub(super) fn new() -> Self {
        Sections {
            uplinks: Vec::new(),
            all: Vec::new(),
            width: WIDTH,
            pairs: 0,
        }
    }

    /// Goes on to a time; gives how many seconds have passed in this section, 0 in a new one.
    pub(super) fn at(&mut self, time: f64) -> f64 {
        match self.all.last_mut() {
            Some(section) if time - section.span.to <= PAUSE && section.span.to - time <= 1.0 => {
                let passed = (time - section.span.to).max(0.0);
                section.span.to = section.span.to.max(time);
                passed
            }
            _ => {
                self.all.push(Section {
                    span: Span { from: time, to: time },
                    series: vec![Series::default(); self.uplinks.len()],
                });
                0.0
            }
        }
    }

    /// The place of an uplink.
    pub(super) fn uplink(&mut self, name: &str) -> usize {
        if let Some(place) = self.uplinks.iter().position(|uplink| uplink == name) {
            return place;
        }
        self.uplinks.push(name.to_owned());
        for section in &mut self.all {
            section.series.push(Series::default());
        }
        self.uplinks.len() - 1
    }

    /// A reading of an uplink at the time that was gone on to; `None` when it is on no access point.
    pub(super) fn signal(&mut self, uplink: usize, signal: Option<i16>) {
        let Some((section, series)) = place(&mut self.all, uplink) else {
            return;
        };
        let Some(signal) = signal else {
            series.broken = true;
            return;
        };
        let number = number(section.to - section.from, self.width);
        match series.pairs.last_mut() {
            Some(pair) if pair.number == number && !series.broken => {
                pair.least = pair.least.min(signal);
                pair.greatest = pair.greatest.max(signal);
            }
            _ => {
                series.pairs.push(Pair {
                    number,
                    least: signal,
                    greatest: signal,
                    after_break: std::mem::take(&mut series.broken),
                });
                self.pairs += 1;
                if self.pairs > MOST {
                    self.halve();
                }
            }
        }
    }

    /// An uplink is active at the time that was gone on to.
    pub(super) fn active(&mut self, uplink: usize, went_on: bool) {
        let Some((section, series)) = place(&mut self.all, uplink) else {
            return;
        };
        match series.active.last_mut() {
            Some(span) if went_on => span.to = section.to,
            _ => series.active.push(Span {
                from: section.to,
                to: section.to,
            }),
        }
    }

    /// Doubles the width, until half of the pairs are left.
    fn halve(&mut self) {
        while self.pairs > MOST / 2 && self.width < 1e6 {
            self.width *= 2.0;
            self.pairs = 0;
            for series in self.all.iter_mut().flat_map(|section| &mut section.series) {
                let mut wide: Vec<Pair> = Vec::with_capacity(series.pairs.len() / 2 + 1);
                for mut pair in series.pairs.drain(..) {
                    pair.number /= 2;
                    match wide.last_mut() {
                        Some(last) if last.number == pair.number => {
                            last.least = last.least.min(pair.least);
                            last.greatest = last.greatest.max(pair.greatest);
                        }
                        _ => wide.push(pair),
                    }
                }
                self.pairs += wide.len();
                series.pairs = wide;
            }
        }
    }

    /// The signals of an uplink in a section, as a drawing takes them.
    pub(super) fn points(&self, section: &Section, uplink: usize) -> Vec<(f64, Option<f64>)> {
        let mut points = Vec::new();
        for pair in section.series.get(uplink).map_or(&[][..], |series| &series.pairs) {
            let start = section.span.from + f64::from(pair.number) * self.width;
            if pair.after_break {
                points.push((start, None));
            }
            points.push((start + self.width * 0.25, Some(f64::from(pair.least))));
            if pair.least != pair.greatest {
                points.push((start + self.width * 0.75, Some(f64::from(pair.greatest))));
            }
        }
        points
    }
}

impl Section {
    /// When an uplink was active.
    pub(super) fn active(&self, uplink: usize) -> &[Span] {
        self.series.get(uplink).map_or(&[], |series| &series.active)
    }
}

fn place(all: &mut [Section], uplink: usize) -> Option<(Span, &mut Series)> {
    let section = all.last_mut()?;
    let span = section.span;
    section.series.get_mut(uplink).map(|series| (span, series))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds of a section, some millions"
)]
fn number(seconds: f64, width: f64) -> u32 {
    (seconds / width) as u32
}
