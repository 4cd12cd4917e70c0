//! The server of the status: a Unix socket, which also takes orders, and a TCP address, which only shows.
//!
//! It runs beside the agent's loop in the same thread. The loop puts into [`AgentSide`] what happened, which costs no call to
//! the system; what is shown is made when somebody asks. So nobody who asks can delay a tick by more than one answer takes.

mod address;
mod answers;
mod client;
mod connections;
mod hosts;
mod metrics;
mod orders;
mod sides;
mod socket;

pub use address::{ListenError, Tcp};
pub use client::{AskError, Asked, ask, order};
pub use orders::{Order, Refusal, Request, What};
pub use sides::{AgentSide, ServerSide, sides};
pub use socket::{Socket, SocketError};
