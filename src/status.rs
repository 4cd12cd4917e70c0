//! What the running agent shows: the state in one sentence, each uplink, the networks heard, the last decisions and swaps.
//!
//! [`Recent`] takes the events that the journal gets and keeps ten minutes of them; [`Status`] is what it shows at one
//! moment, for `status.json`, the terminal and the page. Pure.

mod counts;
mod facts;
mod items;
pub mod page;
mod recent;
mod shown;
mod signals;
mod state;
pub mod text;
mod wall;

pub use facts::Facts;
pub use items::{Hold, TunnelItem};
pub use recent::Recent;
pub use shown::{Ap, DecisionShown, HoldShown, RouterShown, Status, SwapShown, TunnelShown, UplinkShown};
pub use state::{Kind, State};
pub use wall::Wall;

#[cfg(test)]
mod tests;
