//! Keeps a vehicle reachable through whichever of its client radios has the better access point.

pub mod agent;
pub mod ap_names;
pub mod cli;
pub mod clock;
pub mod config;
pub mod drive;
pub mod entry;
pub mod evaluate;
pub mod executor;
pub mod findings;
#[cfg(test)]
mod fuzz;
pub mod handover;
pub mod journal;
pub mod log;
pub mod marks;
pub mod names;
pub mod observation;
pub mod plot;
pub mod record;
pub mod report;
pub mod router;
pub mod routeros;
pub mod server;
pub mod setup;
pub mod sim;
pub mod snapshot;
pub mod status;
pub mod survey;
pub mod swap;
pub mod trial;
pub mod units;
