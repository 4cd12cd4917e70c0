//! The world around the router: air, radios, ways, tunnels, the office, and who calls the vehicle.

pub mod air;
pub mod chance;
pub mod clock;
pub mod dispatcher;
pub mod events;
pub mod office;
pub mod orders;
pub mod pptp;
pub mod station;
pub mod truth;
pub mod way;
pub mod wireguard;
pub mod witness;
