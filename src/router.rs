//! One session with the router's binary API after the other. The only code that names `mikrotik_rs`.
//!
//! The crate's sans-IO connection does the words; the socket is read and written here (`session`), because every stage
//! needs a deadline, what is buffered needs a bound, and a call that nobody waits for any more must be cancelled on the
//! router. A call ends in one of three ways beside its rows: not sent, refused, unknown.

mod access;
mod call;
mod connect;
mod flight;
mod handle;
mod inbox;
mod inspect;
mod items;
mod outcome;
mod ping;
mod radios;
mod readings;
mod reconnect;
mod rows;
mod session;
mod stay_connected;
mod stranger;
mod survey;
#[cfg(test)]
mod tests;
mod tls;

pub use access::{Access, Deadlines};
pub use call::{Call, Running};
pub use connect::{ConnectError, Retry, Stage};
pub use handle::{Router, Traffic};
pub use outcome::{CallError, Cause, Chain, Lost};
pub use ping::{Ping, Pings};
pub use reconnect::{Delays, Reconnect};
pub use rows::Row;
pub use stay_connected::StayConnected;
pub use stranger::Stranger;
pub use tls::TlsError;
