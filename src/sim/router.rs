//! The router's menus and commands, and what it does of itself: routes, rows, pings, scans.

pub mod call;
pub mod command;
pub mod configured;
pub mod connections;
pub mod factory;
pub mod menus;
pub mod monitor;
pub mod ping;
pub mod probe;
pub mod properties;
pub mod query;
pub mod routing;
pub mod rows;
pub mod schemas;
pub mod stream;
pub mod tables;
pub mod trap;
pub mod values;
pub mod write;
