//! A journal as a person asks about it: when was the vehicle dark, why did it swap, which access points are bad.
//!
//! [`Collector`] takes a journal's lines one after the other and keeps little of them, whatever their number; [`Report`] is
//! what came of them, for programs; [`page`] shows it in one file without a request to anywhere.

mod collect;
mod dark;
mod page;
mod plots;
mod series;
mod shares;
mod summary;
mod swaps;
mod tables;

pub use collect::{Collector, Window};
pub use page::{PageError, page};
pub use summary::{Dark, Environment, Hour, Report, Share, Totals};
pub use swaps::{Outcome, Swap};

#[cfg(test)]
mod tests;
