//! Policies against drive logs, and the clairvoyant bound.
//!
//! An access point not listed in a second was heard at -100 dBm. Second t is judged with the access point that is active
//! in it: good when its true signal is above the border, else dark; after that the policy may decide. A swap decided in
//! second t makes the next `swap cost` seconds dark, without decisions, and the new access point is judged from second
//! t + cost + 1. The first second starts on the strongest access point.

mod driver;
mod optimum;
mod outcome;
mod published;
mod replay;
mod terms;
mod tikroam;
mod trace;
pub mod tune;

pub use driver::{Driver, POLICIES};
pub use optimum::optimum;
pub use outcome::{Outcome, Row, Swap, sum_up};
pub use replay::replay;
pub use terms::{Model, Terms};
pub use trace::Trace;

#[cfg(test)]
mod tests;
