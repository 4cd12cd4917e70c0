//! Deciding again what a journal has.

use crate::handover::{Decision, Handover};

use super::event::{Entry, Event, VERSION, is_readable};

/// Why a journal cannot be replayed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReplayError {
    /// A step decided otherwise.
    #[error("line {line}: decided {now:?}, but the journal says {then:?}")]
    Differs {
        /// Which entry, from 1.
        line: usize,
        /// What the journal says.
        then: Box<Decision>,
        /// What was decided now.
        now: Box<Decision>,
    },
    /// A line of another version.
    #[error("line {line}: version {version}, this program reads 2 to {VERSION}")]
    Version {
        /// Which entry, from 1.
        line: usize,
        /// Its version.
        version: u32,
    },
}

/// Decides every step again and counts them. Steps before the first [`Event::Began`] are passed over: the journal was
/// rotated there and what was remembered is gone. So are steps after entries that are missing, until the next one.
///
/// # Errors
///
/// [`ReplayError`] at the first step that decides otherwise, or a line of another version.
pub fn replay(entries: impl IntoIterator<Item = Entry>) -> Result<usize, ReplayError> {
    let mut handover: Option<Handover> = None;
    let mut steps = 0;
    for (index, entry) in entries.into_iter().enumerate() {
        let line = index + 1;
        if !is_readable(entry.v) {
            return Err(ReplayError::Version { line, version: entry.v });
        }
        match entry.event {
            Event::Began { rules, .. } => handover = Some(Handover::new(rules)),
            Event::Step { seen, decision } => {
                let Some(handover) = &mut handover else { continue };
                let now = handover.step(entry.at, &seen);
                if now != decision {
                    return Err(ReplayError::Differs {
                        line,
                        then: Box::new(decision),
                        now: Box::new(now),
                    });
                }
                steps += 1;
            }
            Event::Missing { .. } => handover = None,
            Event::Continued { .. }
            | Event::Connected { .. }
            | Event::Disconnected { .. }
            | Event::Reachable { .. }
            | Event::NotReachable { .. }
            | Event::Carried { .. }
            | Event::Lease { .. }
            | Event::Swapped { .. } => {}
        }
    }
    Ok(steps)
}
