//! Keeps a vehicle reachable through whichever of its client radios has the better access point.

pub mod clock;
pub mod drive;
pub mod names;
pub mod router;
pub mod routeros;
pub mod snapshot;
pub mod units;
