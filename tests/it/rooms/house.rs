//! The house as its tables say: which room stands on which floor and is pure, and the order within the simulator.

use std::collections::BTreeMap;

/// The rooms of `src/`, each a file and the folder of its name.
#[derive(Debug, Default)]
pub(super) struct House {
    rooms: BTreeMap<String, Room>,
}

/// Where a room stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    /// A room imports from its own floor and from those below.
    pub floor: u8,
    /// Whether it only computes.
    pub pure: bool,
}

impl House {
    /// Reads rows such as ``| 4 pure | `swap.rs` + `swap/` | ... |``. A row without a number stands on the floor of the row
    /// above; `(pure)` behind a name holds for that room alone.
    pub(super) fn read(markdown: &str) -> House {
        let mut house = House::default();
        let mut here = None;
        for (place, rooms) in markdown.lines().filter_map(|line| cells(line.strip_prefix('|')?)) {
            let mut words = place.split_whitespace();
            here = match words.next().map(str::parse) {
                None => here,
                Some(Err(_)) => None,
                Some(Ok(floor)) => Some(Room {
                    floor,
                    pure: words.any(|word| word == "pure"),
                }),
            };
            let Some(here) = here else { continue };
            for (name, behind) in names(rooms) {
                let name = name.strip_suffix(".rs").or(name.strip_suffix('/')).unwrap_or(name);
                let room = house.rooms.entry(name.to_owned()).or_insert(here);
                room.pure |= behind.starts_with(" (pure)");
            }
        }
        house
    }

    /// The room of that name.
    pub(super) fn room(&self, name: &str) -> Option<Room> {
        self.rooms.get(name).copied()
    }

    /// Every room's name.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.rooms.keys().map(String::as_str)
    }
}

/// The order of the files of one room; the later, the lower.
#[derive(Debug)]
pub(super) struct Order(Vec<Vec<String>>);

impl Order {
    /// Reads the table in a file's `//!`: its first column names files (`vehicle.rs`) and folders (`api/`).
    pub(super) fn read(source: &str) -> Order {
        let rows = source.lines().filter_map(|line| cells(line.strip_prefix("//! |")?));
        let names = rows.map(|(files, _)| names(files).map(|(name, _)| name.to_owned()).collect());
        Order(names.filter(|row: &Vec<String>| !row.is_empty()).collect())
    }

    /// The row of a file, by its own name or else by the innermost folder that is named.
    pub(super) fn row(&self, file: &str) -> Option<usize> {
        let fits = |name: &str| match name.strip_suffix('/') {
            Some(folder) => file.starts_with(name) || file.strip_suffix(".rs") == Some(folder),
            None => file == name,
        };
        let places = self.0.iter().enumerate();
        let places = places.flat_map(|(row, names)| names.iter().map(move |name| (row, name)));
        let best = places.filter(|(_, name)| fits(name)).max_by_key(|(_, name)| name.len());
        best.map(|(row, _)| row)
    }
}

/// The first two cells of a row, from behind its first bar on.
fn cells(row: &str) -> Option<(&str, &str)> {
    let mut cells = row.split('|');
    Some((cells.next()?, cells.next()?))
}

/// The names in backticks, each with the text behind it.
fn names(cell: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts: Vec<&str> = cell.split('`').collect();
    let odd = (1..parts.len()).step_by(2);
    odd.map(move |at| (parts[at], parts.get(at + 1).copied().unwrap_or_default()))
        .collect::<Vec<_>>()
        .into_iter()
}
