//! The kinds of drives that are generated.

/// A kind of drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Turning left and right in a grid of narrow streets, with stops: signals end at corners.
    Town,
    /// Up and down one long street with traffic lights, access points on both sides.
    Boulevard,
    /// Laps around a campus at cycling pace, a few access points inside.
    Campus,
    /// A bus line: a stop each 350 m, then back.
    Bus,
    /// A highway at 100 km/h with masts beside it.
    Highway,
}

impl Kind {
    /// Every kind, in a fixed order.
    pub const ALL: [Kind; 5] = [Kind::Town, Kind::Boulevard, Kind::Campus, Kind::Bus, Kind::Highway];

    /// The kind in lower case, as in a generated drive's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Town => "town",
            Kind::Boulevard => "boulevard",
            Kind::Campus => "campus",
            Kind::Bus => "bus",
            Kind::Highway => "highway",
        }
    }
}
