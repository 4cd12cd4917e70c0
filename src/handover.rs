//! The mind: which access point should carry the vehicle.

pub mod settings;
