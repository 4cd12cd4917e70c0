//! The router's menus and commands, and what it does of itself: routes, rows, pings, scans.

pub(super) mod call;
pub(super) mod command;
pub(super) mod configured;
pub(super) mod connections;
pub(super) mod factory;
pub(super) mod kinds;
pub(super) mod lease;
pub(super) mod menus;
pub(super) mod monitor;
pub(super) mod ping;
pub(super) mod probe;
pub(super) mod properties;
pub(super) mod query;
pub(super) mod routing;
pub(super) mod rows;
pub(super) mod schemas;
pub(super) mod stream;
pub(super) mod tables;
pub(super) mod traffic;
pub(super) mod trap;
pub(super) mod users;
pub(super) mod values;
pub(super) mod watch;
pub(super) mod wires;
pub(super) mod write;
