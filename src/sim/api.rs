//! The binary API: the wire, sessions and their login, words by version, and what can go wrong.

pub(super) mod dialect;
pub(super) mod faults;
pub(super) mod flow;
pub(super) mod login;
pub(super) mod server;
pub(super) mod session;
pub(super) mod shared;
pub(super) mod tls;
pub(super) mod wire;
pub(super) mod writer;
