//! The world around the router: air, radios, ways, tunnels, the office, and who calls the vehicle.

pub(super) mod air;
pub(super) mod chance;
pub(super) mod clock;
pub(super) mod dhcp;
pub(super) mod dialed;
pub(super) mod dispatcher;
pub(super) mod events;
pub(super) mod office;
pub(super) mod orders;
pub(super) mod station;
pub(super) mod truth;
pub(super) mod way;
pub(super) mod ways;
pub(super) mod wireguard;
pub(super) mod wires;
pub(super) mod witness;
