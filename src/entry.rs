//! One line of the journal, for programs: what was seen, what was decided, how swaps went.
//!
//! Every observation that reached a decision is in it, and the rules of that decision, so that a replay decides exactly
//! the same. It therefore stands above the handover, whose rules and decisions it holds, and not beside the observation.
//! `docs/journal.md` describes the lines.

mod event;
mod lines;
mod replay;
mod step;

pub use event::{Entry, Event, On, VERSION, is_readable};
pub use lines::{Packer, Read, Unpacker, Unreadable};
pub use replay::{ReplayError, replay};
