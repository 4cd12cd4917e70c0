//! The two ends of what agent and server share.

use tokio::sync::{mpsc, watch};

use super::orders::Order;
use crate::entry::Event;
use crate::status::{Facts, Hold, Recent, TunnelItem};
use crate::units::Moment;

/// How many orders may wait.
const ORDERS: usize = 4;

/// The agent's end: what happened goes in, orders come out.
#[derive(Debug)]
pub struct AgentSide {
    recent: watch::Sender<Recent>,
    orders: mpsc::Receiver<Order>,
}

/// The server's end.
#[derive(Debug, Clone)]
pub struct ServerSide {
    pub(super) recent: watch::Receiver<Recent>,
    pub(super) orders: mpsc::Sender<Order>,
}

/// Both ends, for an agent that begins now.
#[must_use]
pub fn sides(facts: Facts, now: Moment) -> (AgentSide, ServerSide) {
    let (recent_in, recent_out) = watch::channel(Recent::new(facts, now));
    let (orders_in, orders_out) = mpsc::channel(ORDERS);
    let agent = AgentSide {
        recent: recent_in,
        orders: orders_out,
    };
    let server = ServerSide {
        recent: recent_out,
        orders: orders_in,
    };
    (agent, server)
}

impl AgentSide {
    /// The loop turned.
    pub fn turned(&self, now: Moment) {
        self.recent.send_modify(|recent| recent.turned(now));
    }

    /// The agent goes on with another configuration.
    pub fn reloaded(&self, facts: Facts) {
        self.recent.send_modify(|recent| recent.reloaded(facts));
    }

    /// Something happened.
    pub fn take(&self, at: Moment, event: Event) {
        self.recent.send_modify(|recent| recent.take(at, event));
    }

    /// What stands beside the events.
    pub fn beside(&self, tunnel: TunnelItem, hold: Option<Hold>) {
        self.recent.send_modify(|recent| recent.beside(tunnel, hold));
    }

    /// The next order; never ready once nobody can give one any more.
    pub async fn order(&mut self) -> Order {
        match self.orders.recv().await {
            Some(order) => order,
            None => std::future::pending().await,
        }
    }
}
