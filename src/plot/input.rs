//! What a drawing shows.

/// What a drawing shows. All times are seconds; of what, [`Times`] says.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot<'a> {
    /// What it is, in a few words; read aloud first.
    pub title: &'a str,
    /// What it shows, in a sentence or two, for who cannot see it.
    pub description: &'a str,
    /// Width and height in pixels, text included: 320 to 4000 and 120 to 2000; others are taken as the nearest of these.
    pub size: (u32, u32),
    /// From when to when.
    pub span: Span,
    /// What the times are.
    pub times: Times,
    /// The uplinks, in the order of the configuration. The first four have lines of their own look.
    pub uplinks: &'a [Signals],
    /// When swaps happened.
    pub marks: &'a [Mark],
    /// When the vehicle was dark.
    pub dark: &'a [Span],
    /// Signals in dBm between which a radio is left, from low to high.
    pub trigger: Option<(f64, f64)>,
}

/// From when to when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The start.
    pub from: f64,
    /// The end.
    pub to: f64,
}

/// What the times of a drawing are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// Seconds since 1970 (UTC); shown as the time of the day, `14:05`.
    Wall,
    /// Seconds of any clock; shown as how long before the end of the drawing, `-5 min`.
    BeforeEnd,
}

/// One uplink's signals. A fallback has none and is shown by its bar alone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Signals {
    /// The uplink's name.
    pub name: String,
    /// Times and signals in dBm, in the order of time; `None` ends the line, as when the radio was on no access point.
    pub points: Vec<(f64, Option<f64>)>,
    /// When the uplink was active.
    pub active: Vec<Span>,
}

/// A swap.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// When.
    pub at: f64,
    /// Its number or a word or two; left away where labels touch.
    pub label: String,
}
