//! What follows from a decision: the swap, the standby's address, the hunt's moves.

use std::time::Duration;

use tracing::{debug, error, info, warn};

use super::dial::Dial;
use super::prepare::{lost, ours};
use super::session::{NEVER, Session, millis};
use super::{Agent, Chain, End, wish};
use crate::clock;
use crate::executor::{self, ExecuteError};
use crate::handover::{Decision, Move};
use crate::names::{Bssid, InterfaceName, Ssid, UplinkId};
use crate::observation::{Observation, SwapEnd};
use crate::router::CallError;
use crate::routeros::{OURS, hunt_comment};
use crate::snapshot::RuleItem;
use crate::swap::{self, Plan, Step, Wanted};

/// How long nothing is tried on a standby after the router refused something there, in ticks.
const QUIET: u32 = 40;

impl Session<'_> {
    pub(super) async fn perform(
        &mut self,
        agent: &mut Agent,
        seen: &Observation,
        decision: &Decision,
        fresh: bool,
    ) -> Result<(), End> {
        if let Some(to) = &decision.swap_to {
            return self.swap(agent, seen, to, decision).await;
        }
        if decision.bounce
            && let Some(active) = &seen.active
        {
            return self.bounce(agent, seen, active, decision).await;
        }
        if let Some(active) = &seen.active
            && fresh
            && !seen.dialing
        {
            self.mend(agent, seen, active).await?;
        }
        if agent.options.dry_run || clock::now() < self.quiet_until {
            return Ok(());
        }
        for one in &decision.moves {
            match one {
                Move::Scan { radio, background } => self.begin_scan(agent, seen, radio, *background),
                Move::Steer {
                    radio,
                    bssid,
                    network,
                    signal,
                    own,
                } => {
                    info!(
                        %radio, %bssid, %network, %signal,
                        own = %own.map_or_else(|| "none".to_owned(), |own| own.to_string()),
                        "hunt: {radio} moves to a better AP"
                    );
                    self.steer(agent, radio, *bssid, network).await?;
                }
                Move::Search { radio } => {
                    info!(%radio, "hunt: {radio} leaves its AP and searches");
                    self.search(agent, radio).await?;
                }
                Move::Release { radio, bssid } => {
                    info!(%radio, %bssid, "hunt: {radio} is no longer steered");
                    self.release(agent, radio).await?;
                }
            }
        }
        if let Some(active) = &seen.active
            && !decision
                .moves
                .iter()
                .any(|one| matches!(one, Move::Steer { .. } | Move::Search { .. }))
        {
            let wanted = wish::staged(&agent.config, &self.read, &seen.uplinks, active);
            self.arrange(agent, &wanted).await?;
        }
        Ok(())
    }

    async fn swap(
        &mut self,
        agent: &mut Agent,
        seen: &Observation,
        to: &UplinkId,
        decision: &Decision,
    ) -> Result<(), End> {
        let Some(wanted) = wish::swapped(&agent.config, &self.read, &seen.uplinks, to, false) else {
            return Ok(());
        };
        let from = seen.active.clone();
        let name = from.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
        if agent.options.dry_run {
            self.would(agent, &wanted, &name, to, decision);
            return Ok(());
        }
        // A scan may be on the radio that is about to carry the vehicle.
        if let Some((_, running)) = self.scan.take() {
            running.cancel();
        }
        self.prober.stop();
        let link = seen
            .uplinks
            .iter()
            .find(|view| view.id == *to)
            .and_then(|view| view.link.as_ref());
        let proof = self.prober.proof(to, link.map(|link| link.bssid));
        info!(from = %name, %to, reason = %decision.reason, proof, "swap begun: {name} -> {to}");
        self.carry_out(agent, &wanted, from, to).await
    }

    /// Turns the tunnel off and on where it is.
    async fn bounce(
        &mut self,
        agent: &mut Agent,
        seen: &Observation,
        active: &UplinkId,
        decision: &Decision,
    ) -> Result<(), End> {
        let Some(wanted) = wish::swapped(&agent.config, &self.read, &seen.uplinks, active, true) else {
            return Ok(());
        };
        if agent.options.dry_run {
            info!(reason = %decision.reason, "dry run: would bounce the tunnel over {active}");
            return Ok(());
        }
        self.prober.stop();
        warn!(
            hint = "if this happens often, look at the concentrator's log and at keepalive-timeout on both sides",
            reason = %decision.reason, "bouncing the tunnel over {active}"
        );
        self.carry_out(agent, &wanted, Some(active.clone()), active).await
    }

    /// Carries out a wish that concerns the active uplink, and leaves the tunnel dialing.
    async fn carry_out(
        &mut self,
        agent: &mut Agent,
        wanted: &Wanted,
        from: Option<UplinkId>,
        to: &UplinkId,
    ) -> Result<(), End> {
        let begun = clock::now();
        let earlier = agent.dial.take();
        // A way out that is lost cannot tell the concentrator anything, so there is nothing to wait for.
        let views = self.views(agent);
        let works = views
            .iter()
            .any(|view| Some(&view.id) == from.as_ref() && view.link.as_ref().is_some_and(|link| link.authenticated));
        let wait_down = if works {
            agent.config.tunnel().wait_down
        } else {
            Duration::ZERO
        };
        match executor::bring_about(self.router, &ours(&agent.config, false), &self.read, wanted, wait_down).await {
            Ok(done) => {
                self.read = done.read;
                // A swap on the heels of another one: the vehicle has been dark since the first.
                let tunnel_off = earlier.map_or_else(|| done.tunnel_off.unwrap_or(begun), |dial| dial.tunnel_off);
                let patience = agent.config.tunnel().patience;
                let dial = Dial::new(from, to.clone(), (done.calls, done.took), tunnel_off, patience);
                if done.tunnel_left_disabled {
                    if !self.told_person {
                        warn!(hint = "enable it on the router when the vehicle is to be reached again", tunnel = %agent.config.tunnel().interface,
                            "the tunnel was disabled by a person and is left so"
                        );
                        self.told_person = true;
                    }
                    info!(%to, calls = done.calls, router_ms = millis(done.took), "swap ended: the route is over {to}");
                    self.ended = Some(SwapEnd {
                        to: to.clone(),
                        bssid: None,
                        dark: Some(done.took),
                    });
                    self.next_dial = NEVER;
                } else {
                    self.told_person = false;
                    debug!(%to, calls = done.calls, router_ms = millis(done.took), "the route leads over {to}; the tunnel dials");
                    agent.dial = Some(dial);
                    self.next_dial = clock::now();
                }
                Ok(())
            }
            Err(ExecuteError::Lost(error)) => Err(lost(error)),
            Err(error) => {
                let hint = match &error {
                    ExecuteError::Plan(plan) => plan.hint(),
                    ExecuteError::Refused { trap, .. } if trap.is_permission() => {
                        "on the router: the user's group needs the policy `write`"
                    }
                    _ => "compare the items with comment `tikroam:` on the router with `tikroam plan`",
                };
                warn!(hint, %to, cause = %Chain(&error), "swap failed on the router");
                agent.summary.failed_swaps += 1;
                let link = self
                    .views(agent)
                    .into_iter()
                    .find(|view| view.id == *to)
                    .and_then(|view| view.link);
                self.ended = Some(SwapEnd {
                    to: to.clone(),
                    bssid: link.map(|link| link.bssid),
                    dark: None,
                });
                self.next_slow = clock::now();
                Ok(())
            }
        }
    }

    /// Ends what an earlier swap left half-done, when the active uplink itself is to stay.
    async fn mend(&mut self, agent: &mut Agent, seen: &Observation, active: &UplinkId) -> Result<(), End> {
        let Some(wanted) = wish::swapped(&agent.config, &self.read, &seen.uplinks, active, false) else {
            return Ok(());
        };
        match swap::plan(&self.read, &wanted) {
            Ok(plan) if plan.steps.is_empty() => Ok(()),
            Ok(plan) if agent.options.dry_run => {
                debug!("would mend what differs on the router:\n{plan}");
                Ok(())
            }
            Ok(plan) => {
                let first = plan.steps.first().map(ToString::to_string).unwrap_or_default();
                info!(calls = plan.steps.len(), first, "mending what differs on the router");
                self.carry_out(agent, &wanted, Some(active.clone()), active).await
            }
            Err(error) => {
                error!(hint = error.hint(), "{error}");
                Err(End::Blocked)
            }
        }
    }

    fn would(&mut self, agent: &mut Agent, wanted: &Wanted, from: &str, to: &UplinkId, decision: &Decision) {
        let said = agent.would.as_ref() == Some(to);
        if said {
            return;
        }
        agent.would = Some(to.clone());
        match swap::plan(&self.read, wanted) {
            Ok(plan) => info!(
                "dry run: swap {from} -> {to}: {}\n{}",
                decision.reason,
                plan.to_string().trim_end()
            ),
            Err(error) => warn!(
                hint = error.hint(),
                "dry run: swap {from} -> {to} cannot be planned: {error}"
            ),
        }
    }

    /// Puts addresses of standbys where they are wanted.
    async fn arrange(&mut self, agent: &Agent, wanted: &Wanted) -> Result<(), End> {
        let plan = match swap::plan(&self.read, wanted) {
            Ok(plan) if plan.steps.is_empty() => return Ok(()),
            Ok(plan) => plan,
            Err(error) => {
                error!(hint = error.hint(), "{error}");
                return Err(End::Blocked);
            }
        };
        for step in &plan.steps {
            info!("standby: {step}");
        }
        self.send(agent, &plan).await?;
        self.read = self.router.snapshot(&ours(&agent.config, false)).await.map_err(lost)?;
        Ok(())
    }

    fn begin_scan(&mut self, agent: &Agent, seen: &Observation, radio: &UplinkId, background: bool) {
        if self.scan.is_some() || Some(radio) == seen.active.as_ref() {
            return;
        }
        let running = self
            .router
            .scan(radio.interface(), agent.config.hunt().scan_duration, background);
        self.scan = Some((radio.clone(), running));
    }

    async fn steer(&mut self, agent: &mut Agent, radio: &UplinkId, bssid: Bssid, network: &Ssid) -> Result<(), End> {
        // The scan's radio is about to leave its AP; what it would still hear is not worth the wait.
        if let Some((_, running)) = self.scan.take() {
            running.cancel();
        }
        let interface = radio.interface();
        let rules = self.router.rules().await.map_err(lost)?;
        self.rules = rules;
        let Some(item) = self.rule(interface).cloned() else {
            warn!(hint = format!("nobody should remove rules with comment `{}`", hunt_comment(interface)), %radio, "the hunt's connect-list rule is gone; it is made again at the next session");
            self.quiet_until = clock::now() + agent.config.router().tick() * QUIET;
            return Ok(());
        };
        let Some(like) = self.matching(interface, bssid, network).cloned() else {
            warn!(hint = "add a rule as in contrib/router.rsc", %radio, %network, "no connect-list rule lets {radio} join this network, so the hunt does not send it there");
            self.quiet_until = clock::now() + agent.config.router().tick() * QUIET;
            return Ok(());
        };
        self.arrange(agent, &wish::unstaged(&agent.config, interface)).await?;
        let mut steps = vec![Step::Steer { item, bssid, like }];
        if let Some(registration) = self.links.registration(interface) {
            steps.push(Step::EndAssociation {
                item: registration.clone(),
            });
        }
        self.send(
            agent,
            &Plan {
                steps,
                tunnel_left_disabled: false,
            },
        )
        .await?;
        self.rules = self.router.rules().await.map_err(lost)?;
        Ok(())
    }

    /// Ends a standby's association, so that it searches by itself and is not steered.
    async fn search(&mut self, agent: &mut Agent, radio: &UplinkId) -> Result<(), End> {
        if let Some((_, running)) = self.scan.take() {
            running.cancel();
        }
        let interface = radio.interface();
        self.arrange(agent, &wish::unstaged(&agent.config, interface)).await?;
        let mut steps = Vec::new();
        if let Some(item) = self.rule(interface).filter(|rule| !rule.disabled).cloned() {
            steps.push(Step::Release { item });
        }
        if let Some(registration) = self.links.registration(interface) {
            let item = registration.clone();
            steps.push(Step::EndAssociation { item });
        }
        let plan = Plan {
            steps,
            tunnel_left_disabled: false,
        };
        self.send(agent, &plan).await?;
        self.rules = self.router.rules().await.map_err(lost)?;
        Ok(())
    }

    async fn release(&mut self, agent: &mut Agent, radio: &UplinkId) -> Result<(), End> {
        self.rules = self.router.rules().await.map_err(lost)?;
        let Some(item) = self.rule(radio.interface()).filter(|rule| !rule.disabled).cloned() else {
            return Ok(());
        };
        self.send(
            agent,
            &Plan {
                steps: vec![Step::Release { item }],
                tunnel_left_disabled: false,
            },
        )
        .await?;
        self.rules = self.router.rules().await.map_err(lost)?;
        Ok(())
    }

    /// Leaves the router as one without an agent may keep it: no rule of ours on a standby.
    pub(super) async fn leave(&mut self, agent: &mut Agent) {
        if let Some((_, running)) = self.scan.take() {
            running.cancel();
        }
        if agent.options.dry_run {
            return;
        }
        let active = wish::active(&agent.config, &self.read, &self.views(agent));
        for radio in wish::radios(&agent.config) {
            let radio = UplinkId::new(radio);
            if Some(&radio) != active.as_ref() && self.rule(radio.interface()).is_some_and(|rule| !rule.disabled) {
                // The session ends either way.
                self.release(agent, &radio).await.ok();
            }
        }
    }

    /// Sends calls that concern a standby only; a refusal is told and things are left alone for a while.
    async fn send(&mut self, agent: &Agent, plan: &Plan) -> Result<(), End> {
        let applied = executor::apply(self.router, plan, &ours(&agent.config, false), Duration::ZERO).await;
        match applied.stopped {
            None => Ok(()),
            Some((step, CallError::Refused(trap))) if trap.is_no_such_item() => {
                debug!(%step, "was gone already");
                Ok(())
            }
            Some((step, CallError::Refused(trap))) => {
                self.quiet_until = clock::now() + agent.config.router().tick() * QUIET;
                warn!(hint = "if the answer speaks of permissions, the user's group needs `write`", answer = %trap, "the router refused `{step}`; the standby is left alone for a while");
                Ok(())
            }
            Some((_, error)) if router_lost(self, &error) => Err(lost(error)),
            // An answer that could not be read: the next reading tells what came of it.
            Some(_) => Ok(()),
        }
    }

    fn rule(&self, radio: &InterfaceName) -> Option<&RuleItem> {
        let comment = hunt_comment(radio);
        self.rules.iter().find(|rule| rule.comment == comment)
    }

    /// The first rule by which the radio would join the AP by itself.
    fn matching(&self, radio: &InterfaceName, bssid: Bssid, network: &Ssid) -> Option<&RuleItem> {
        let first = self
            .rules
            .iter()
            .filter(|rule| !rule.disabled && !rule.comment.starts_with(OURS))
            .find(|rule| {
                rule.interface == *radio
                    && (rule.ssid.is_empty() || rule.ssid == network.as_bytes())
                    && rule.bssid.is_none_or(|one| one == bssid)
            });
        first.filter(|rule| rule.connect)
    }
}

fn router_lost(session: &Session<'_>, error: &CallError) -> bool {
    session.router.is_lost().is_some() || matches!(error, CallError::NotSent(_))
}
