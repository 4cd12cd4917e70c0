//! Keeps a vehicle reachable through whichever of its client radios has the better access point.

pub mod clock;
pub mod config;
pub mod drive;
pub mod handover;
pub mod names;
pub mod router;
pub mod routeros;
pub mod snapshot;
pub mod swap;
pub mod units;
