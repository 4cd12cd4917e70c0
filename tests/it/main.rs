//! The real client against the simulated vehicle, over a socket.
//!
//! Each test has its own vehicle and its own current-thread runtime. Nothing is asserted about how long something takes:
//! a test waits for a condition, within a bound that only a program which stands still reaches.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic, and its output is captured"
)]

mod cells;
mod console;
mod cuts;
mod demo;
mod desk;
mod dhcp;
mod doors;
mod fallback;
mod faults;
mod gray;
mod keys;
mod liar;
mod line;
mod log;
mod networks;
mod radios;
mod record;
mod reload;
mod report;
mod road;
mod rooms;
mod scan_lists;
mod scripts;
mod setup;
mod status;
mod technician;
mod tls;
mod trees;
mod tunnels;
mod versions;
mod whole;
mod wireguard;
