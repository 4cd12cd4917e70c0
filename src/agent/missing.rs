//! The managed items that the router does not have: they are made outside swaps, after a fresh reading.

use std::net::Ipv4Addr;

use tracing::{error, info, warn};

use super::end::{End, lost};
use super::session::Session;
use crate::config::Network;
use crate::executor;
use crate::router::{CallError, Chain};
use crate::swap;
use crate::units::Moment;

/// The first gateway of a default route, where each network names its own: one that nobody has.
const NOWHERE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 254);

impl Session<'_> {
    /// Makes the managed items that the router does not have, as at the start so at any time.
    pub(super) async fn make_missing(&mut self, now: Moment) -> Result<(), End> {
        if !self.fresh {
            return Ok(());
        }
        let managed = &self.agent.managed;
        let radios = &managed.radios;
        let gateway = self.agent.config.networks().iter().find_map(Network::gateway);
        let mut plan = swap::missing(&self.read, managed, gateway.unwrap_or(NOWHERE));
        let hunts = self.agent.config.hunt().enabled && !self.agent.options.dry_run;
        if hunts && self.read.unread == 0 {
            plan.steps.extend(self.standby.missing_rules(radios).steps);
        }
        if plan.steps.is_empty() {
            return Ok(());
        }
        if self.agent.options.dry_run {
            self.assume("making what is missing on the router", &plan);
            return Ok(());
        }
        for step in &plan.steps {
            info!("making what is missing on the router: {}", step.in_words());
        }
        let applied = executor::apply(self.router, &plan).await;
        match applied.stopped {
            None => {}
            Some((step, CallError::Refused(trap))) if trap.is_permission() => {
                error!(hint = "on the router: the user's group needs the policy `write`", answer = %trap, "the router refused `{step}`");
                return Err(End::Blocked);
            }
            Some((step, CallError::Refused(trap))) => {
                self.fail(now);
                warn!(hint = "`tikroam setup --check` prints the commands that make it", answer = %trap,
                    "the router refused `{step}`"
                );
            }
            // Whether an item was made is not certain: the next session reads again before it makes any.
            Some((step, error)) => return Err(End::Lost(format!("`{step}`: {}", Chain(&error)))),
        }
        let (read, steers) = tokio::join!(
            self.router.snapshot(&self.agent.managed),
            self.router.steers(&self.agent.managed.radios)
        );
        self.take_snapshot(read)?;
        self.standby.read(steers.map_err(lost)?);
        Ok(())
    }
}
