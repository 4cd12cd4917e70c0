//! The binary API: the wire, sessions and their login, words by version, and what can go wrong.

pub mod dialect;
pub mod faults;
pub mod flow;
pub mod login;
pub mod server;
pub mod session;
pub mod shared;
pub mod wire;
pub mod writer;
