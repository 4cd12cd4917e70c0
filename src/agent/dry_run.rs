//! What a dry run assumes: that its plans were carried out, until the router shows a change of its own. Pure.

use crate::snapshot::{RouteItem, Snapshot, TunnelItem};
use crate::swap::{Step, applied};

/// The assumption of a dry run.
#[derive(Debug, Default)]
pub(super) struct Assumption {
    /// What the router showed last.
    real: Snapshot,
    /// What it showed when a plan was assumed to be carried out, and what follows from that.
    assumed: Option<(Snapshot, Snapshot)>,
}

impl Assumption {
    /// Takes a reading, and gives what a dry run goes by.
    pub(super) fn over(&mut self, real: Snapshot) -> Snapshot {
        self.real = real;
        self.assumed = self.assumed.take().filter(|(base, _)| alike(base, &self.real));
        match &self.assumed {
            Some((_, after)) => applied(after, &[], self.real.at),
            None => self.real.clone(),
        }
    }

    /// Assumes that a plan was carried out on what the dry run went by, and gives what follows.
    pub(super) fn assume(&mut self, on: &Snapshot, steps: &[Step]) -> Snapshot {
        let after = applied(on, steps, on.at);
        self.assumed = Some((self.real.clone(), after.clone()));
        after
    }
}

/// Whether two readings show the same settings; what the router itself makes of them may differ.
fn alike(one: &Snapshot, other: &Snapshot) -> bool {
    let routes = |read: &Snapshot| -> Vec<RouteItem> {
        let settings = read.routes.iter().filter(|route| !route.dynamic);
        settings
            .map(|route| RouteItem {
                active: false,
                ..route.clone()
            })
            .collect()
    };
    let tunnel = |read: &Snapshot| {
        read.tunnel.clone().map(|tunnel| TunnelItem {
            running: false,
            ..tunnel
        })
    };
    one.addresses == other.addresses && routes(one) == routes(other) && tunnel(one) == tunnel(other)
}
