//! Keeps a vehicle reachable through whichever of its client radios has the better access point.

pub mod drive;
pub mod names;
pub mod sim;
pub mod units;
