//! Drive logs: what a vehicle heard, second by second.

mod generate;
mod heard;
mod read;
mod recording;
mod write;

#[cfg(test)]
mod tests;

pub use generate::{JUDGING_SEEDS, Kind, TUNING_SEEDS, embedded, generate};
pub use heard::{Ap, Drive, Heard, UNHEARD};
pub use read::{Fault, ReadError, RowFault};
pub use recording::{Recording, Second};
pub use write::LogWriter;
