//! The drive as people see it: a line for each vehicle, one character for each four seconds.

use std::fmt::Write as _;

use crate::sim::{Judged, What};
use crate::trial::{Driven, STANDING};

/// Seconds of the drive in one character.
const CELL: usize = 4;
/// Characters in a line: five minutes.
const LINE: usize = 75;
/// Characters in a minute.
const MINUTE: usize = 60 / CELL;
/// The dispatcher's calls in one character.
const CALLS: usize = 10 * CELL;

/// What the characters mean.
const LEGEND: &str =
    "one character is 4 s:  . reachable   s a swap   : dark for up to 2 s   # dark for longer, a swap or not";

/// Whose line the last one is.
const NOBODY: &str = "unavoidable: dark on the best access point and antenna of each moment";

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    dark: usize,
    swapped: bool,
}

impl Cell {
    fn char(self) -> char {
        match self {
            Cell { dark, .. } if dark > CALLS / 2 => '#',
            Cell { swapped: true, .. } => 's',
            Cell { dark: 0, .. } => '.',
            Cell { .. } => ':',
        }
    }
}

/// The timelines of some vehicles, with the legend.
pub(super) fn timelines(driven: &[Driven]) -> String {
    let mut lines: Vec<(String, Vec<Cell>)> = driven.iter().map(vehicle).collect();
    lines.extend(driven.first().map(|one| (NOBODY.to_owned(), unavoidable(&one.judged))));
    let length = lines.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let mut text = String::new();
    for from in (0..length).step_by(LINE) {
        let until = (from + LINE).min(length);
        // Writing to a String does not fail.
        writeln!(text, "  {}", ruler(from, until)).ok();
        for (name, cells) in &lines {
            let cells = cells.get(from..until.min(cells.len())).unwrap_or_default();
            let row: String = cells.iter().map(|cell| cell.char()).collect();
            writeln!(text, "{name}\n  {row}").ok();
        }
        text.push('\n');
    }
    text + LEGEND
}

fn vehicle(driven: &Driven) -> (String, Vec<Cell>) {
    let judged = &driven.judged;
    let mut cells = cells(judged, |call| call.dark.is_some());
    for event in &judged.events {
        if matches!(event.what, What::Swap { from: Some(_), .. })
            && let Some(cell) = place(event.at).and_then(|place| cells.get_mut(place))
        {
            cell.swapped = true;
        }
    }
    (format!("{}: {}", driven.driver, driven.driver.words()), cells)
}

fn unavoidable(judged: &Judged) -> Vec<Cell> {
    cells(judged, |call| call.unavoidable)
}

fn cells(judged: &Judged, dark: impl Fn(&crate::sim::Witnessed) -> bool) -> Vec<Cell> {
    let mut cells = Vec::new();
    for call in &judged.witnessed {
        let Some(place) = place(call.at) else { continue };
        if cells.len() <= place {
            cells.resize(place + 1, Cell::default());
        }
        cells[place].dark += usize::from(dark(call));
    }
    cells
}

/// The character of a moment in seconds since the vehicle's start; none while it stands.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a drive lasts half an hour at most"
)]
fn place(at: f64) -> Option<usize> {
    let driven = at - STANDING.as_secs_f64();
    (driven >= 0.0).then_some((driven / CELL as f64) as usize)
}

/// Where each minute begins.
fn ruler(from: usize, until: usize) -> String {
    let minutes = (from..until).step_by(MINUTE).map(|at| at / MINUTE);
    let marks: String = minutes
        .map(|minute| format!("{:<MINUTE$}", format!("|{minute} min")))
        .collect();
    marks.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[(usize, bool)]) -> String {
        let cells = cells.iter().map(|&(dark, swapped)| Cell { dark, swapped });
        cells.map(Cell::char).collect()
    }

    #[test]
    fn a_character_shows_what_matters_most_in_four_seconds() {
        let cells = [
            (0, false),
            (0, true),
            (20, true),
            (1, false),
            (20, false),
            (21, false),
            (40, true),
        ];
        assert_eq!(row(&cells), ".ss::##");
    }

    #[test]
    fn a_moment_has_its_place() {
        assert_eq!(place(7.9), None);
        let places = [8.0, 11.9, 12.0, 307.9].map(place);
        assert_eq!(places, [Some(0), Some(0), Some(1), Some(74)]);
        assert_eq!(ruler(0, 75).len(), 60 + "|4 min".len());
        assert!(ruler(75, 80).starts_with("|5 min"));
    }
}
