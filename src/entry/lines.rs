//! The journal's lines: a step in full now and then, and between them what changed.

use std::time::Duration;

use serde::Deserialize;

use crate::handover::Decision;
use crate::observation::Observation;
use crate::units::{Moment, WallTime};

use super::event::{Entry, Event, VERSION, is_readable};
use super::step::Changes;

/// From one full step to the next: what a line that cannot be read takes with it at most.
const FULL_EACH: Duration = Duration::from_secs(60);

/// How far the wall time may be from what the agent's own clock says before a line has it.
const DRIFT: Duration = Duration::from_millis(5);

/// What both sides remember of the lines before.
#[derive(Debug, Default)]
struct Before {
    step: Option<(Observation, Decision)>,
    wall: Option<(Moment, WallTime)>,
}

impl Before {
    /// The wall time of a moment.
    fn wall(&self, at: Moment) -> Option<WallTime> {
        let (then, wall) = self.wall?;
        (then <= at).then(|| wall + at.since(then))
    }
}

/// Writes entries as lines.
#[derive(Debug, Default)]
pub struct Packer {
    before: Before,
    full: Moment,
}

impl Packer {
    /// Appends the line of an entry, with its end.
    ///
    /// # Errors
    ///
    /// Those of the serializer; then nothing is remembered, so that the next step is written in full.
    pub fn line(&mut self, entry: &Entry, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        match self.changes(entry) {
            Some(changes) => serde_json::to_writer(&mut *out, &changes)?,
            None => {
                self.before.wall = Some((entry.at, entry.time));
                serde_json::to_writer(&mut *out, entry)?;
            }
        }
        out.push(b'\n');
        match &entry.event {
            Event::Step { seen, decision } => self.before.step = Some((seen.clone(), decision.clone())),
            Event::Began { .. } | Event::Missing { .. } => self.before.step = None,
            _ => {}
        }
        Ok(())
    }

    /// A step as changes; `None` where it is to be written in full.
    fn changes(&mut self, entry: &Entry) -> Option<Changes> {
        let Event::Step { seen, decision } = &entry.event else {
            return None;
        };
        let due = entry.at < self.full || entry.at.since(self.full) >= FULL_EACH;
        let before = self.before.step.take().filter(|_| !due && entry.v == VERSION);
        let changes = before.and_then(|(mut old, mut decided)| {
            let changes = Changes::new(entry.at, (&old, &decided), (seen, decision));
            // Whatever changes cannot say is written in full.
            changes.clone().apply(&mut old, &mut decided);
            (old == *seen && decided == *decision).then_some(changes)
        });
        let Some(mut changes) = changes else {
            self.full = entry.at;
            return None;
        };
        let expected = self.before.wall(entry.at);
        let near = |wall: WallTime| wall.since(entry.time).max(entry.time.since(wall)) <= DRIFT;
        if !expected.is_some_and(near) {
            changes.time = Some(entry.time);
            self.before.wall = Some((entry.at, entry.time));
        }
        Some(changes)
    }
}

/// Reads lines.
#[derive(Debug, Default)]
pub struct Unpacker {
    before: Before,
}

/// A line that was read.
#[derive(Debug)]
pub enum Read<'a> {
    /// A step.
    Step {
        /// When, on the agent's own clock.
        at: Moment,
        /// When, for people.
        time: WallTime,
        /// What was seen.
        seen: &'a Observation,
        /// What was decided.
        decision: &'a Decision,
    },
    /// Another event.
    Other(Box<Entry>),
}

/// Why a line cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is no entry: a power cut leaves at most one a start.
    #[error("it is no entry: {0}")]
    Mangled(#[source] serde_json::Error),
    /// It says what changed since a step that could not be read.
    #[error("it says what changed since a step that is not there")]
    Dangling,
    /// It is of another version of the journal.
    #[error("it is of version {0} of the journal, this program reads 2 to {VERSION}")]
    Version(u32),
}

impl Unpacker {
    /// Reads one line.
    ///
    /// # Errors
    ///
    /// [`Unreadable`]; then steps up to the next full one are unreadable too, at most a minute's.
    pub fn line(&mut self, line: &[u8]) -> Result<Read<'_>, Unreadable> {
        let read = self.take(line);
        if read.is_err() {
            self.before.step = None;
        }
        let (at, time, other) = read?;
        match (other, &self.before.step) {
            (Some(entry), _) => Ok(Read::Other(Box::new(entry))),
            (None, Some((seen, decision))) => Ok(Read::Step {
                at,
                time,
                seen,
                decision,
            }),
            (None, None) => Err(Unreadable::Dangling),
        }
    }

    /// Takes a line in; gives the entry where it is no step.
    fn take(&mut self, line: &[u8]) -> Result<(Moment, WallTime, Option<Entry>), Unreadable> {
        // Every other line begins so, in each version.
        if !line.starts_with(b"{\"v\":") {
            let changes: Changes = serde_json::from_slice(line).map_err(Unreadable::Mangled)?;
            let at = changes.at;
            if let Some(time) = changes.time {
                self.before.wall = Some((at, time));
            }
            let time = self.before.wall(at).ok_or(Unreadable::Dangling)?;
            let (seen, decision) = self.before.step.as_mut().ok_or(Unreadable::Dangling)?;
            changes.apply(seen, decision);
            return Ok((at, time, None));
        }
        let entry = serde_json::from_slice::<Entry>(line).map_err(|error| other_version(line, error))?;
        let Entry { v, at, time, event } = entry;
        if !is_readable(v) {
            return Err(Unreadable::Version(v));
        }
        self.before.wall = Some((at, time));
        match event {
            Event::Step { seen, decision } => {
                self.before.step = Some((seen, decision));
                Ok((at, time, None))
            }
            event => {
                if matches!(event, Event::Began { .. } | Event::Missing { .. }) {
                    self.before.step = None;
                }
                Ok((at, time, Some(Entry { v, at, time, event })))
            }
        }
    }
}

fn other_version(line: &[u8], error: serde_json::Error) -> Unreadable {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    match serde_json::from_slice(line) {
        Ok(Version { v }) if !is_readable(v) => Unreadable::Version(v),
        _ => Unreadable::Mangled(error),
    }
}

impl Read<'_> {
    /// The entry, on its own.
    #[must_use]
    pub fn owned(self) -> Entry {
        match self {
            Read::Other(entry) => *entry,
            Read::Step {
                at,
                time,
                seen,
                decision,
            } => Entry {
                v: VERSION,
                at,
                time,
                event: Event::Step {
                    seen: seen.clone(),
                    decision: decision.clone(),
                },
            },
        }
    }
}

#[cfg(test)]
mod tests;
