//! A drive log of what a vehicle hears as it drives: from the router itself, or from the journal of the agent that
//! drives it.
//!
//! Nothing is written on the router. Only an idle radio scans, in the background while it is associated.

mod idle;
mod journal;
mod live;
mod output;
mod recorded;
mod scanning;
mod session;
mod state;

pub use journal::{JournalError, drives};
pub use live::live;
pub use recorded::{Options, RecordError, Recorded};
