//! What the agent says beside the events: the tunnel's item, and what is held.

use crate::names::UplinkId;
use crate::units::Moment;

/// The tunnel's item on the router.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TunnelItem {
    /// It was not read yet.
    #[default]
    Unread,
    /// It is on, or the vehicle has none.
    On,
    /// It is off, or not there.
    Off,
}

/// An uplink that a person holds the vehicle on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The uplink.
    pub uplink: UplinkId,
    /// When it ends; `None` with the agent only.
    pub until: Option<Moment>,
    /// Who asked for it.
    pub by: String,
    /// Why, as they said.
    pub why: Option<String>,
}
