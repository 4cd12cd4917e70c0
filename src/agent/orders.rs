//! Orders of people, taken through the socket of the status: hold, auto, swap.

use tracing::{info, warn};

use super::by_hand::lasts;
use super::memory::Memory;
use super::session::Session;
use super::wanted;
use crate::clock;
use crate::findings::{Finding, Severity};
use crate::handover::reason::Reason;
use crate::names::{InterfaceName, UplinkId};
use crate::observation::{Link, UplinkView};
use crate::server::{Order, Refusal, What};
use crate::status::{Hold, TunnelItem};
use crate::units::Moment;

impl Session<'_> {
    /// Takes an order, or says why not. The decision comes with the next tick, which is due at once.
    pub(super) fn ordered(&mut self, order: Order) {
        let answer = self.obey(&order);
        if let Err(refusal) = &answer {
            warn!(
                hint = refusal.hint(),
                by = order.by,
                why = order.why,
                "refused by hand: {refusal}"
            );
        }
        order.answer.send(answer).ok();
        self.timers.tick = clock::now();
    }

    fn obey(&mut self, order: &Order) -> Result<String, Refusal> {
        let (uplink, length) = match &order.what {
            What::Auto => return Ok(auto(self.agent, order)),
            What::Hold { uplink, length } => (uplink, Some(*length)),
            What::Swap { uplink } => (uplink, None),
        };
        let uplink = self.able(uplink)?;
        let active = super::observe::active(&self.agent.config, &self.read, &self.views());
        let (by, why) = (&order.by, order.why.as_deref());
        let Some(length) = length else {
            if let Some(hold) = self.agent.asked.held() {
                return Err(Refusal::Held(hold.uplink.clone()));
            }
            if active.as_ref() == Some(&uplink) {
                return Err(Refusal::Already(uplink));
            }
            let wait = self.retry_at.since(clock::now());
            if !wait.is_zero() {
                return Err(Refusal::Waiting(wait));
            }
            info!(by, why, "by hand: swap to {uplink}");
            let until = clock::now() + self.agent.config.hunt().arrival;
            self.agent.asked.swap(uplink.clone(), until);
            return Ok(format!("the swap to {uplink} begins"));
        };
        let lasts = lasts(length);
        info!(by, why, "by hand: {uplink} is held {lasts}");
        self.agent.asked.hold(Hold {
            uplink: uplink.clone(),
            until: length.map(|length| clock::now() + length),
            by: order.by.clone(),
            why: order.why.clone(),
        });
        Ok(format!("{uplink} is held {lasts}"))
    }

    /// The uplink of that name, if it could carry the vehicle now.
    fn able(&self, name: &str) -> Result<UplinkId, Refusal> {
        if self.agent.options.dry_run {
            return Err(Refusal::DryRun);
        }
        let name = InterfaceName::new(name);
        let uplink = UplinkId::new(name.clone());
        if wanted::fallback(&self.agent.config, &uplink).is_some() {
            let up = self.agent.fallbacks.is_up(&self.read, &uplink);
            return if up { Ok(uplink) } else { Err(Refusal::Down(uplink)) };
        }
        let Some(view) = self.views().into_iter().find(|view| view.id == uplink) else {
            let config = &self.agent.config;
            let radios = config.radios().iter().map(|radio| &radio.interface);
            let fallbacks = config.fallbacks().iter().map(|one| &one.interface);
            let there = radios.chain(fallbacks).map(|name| format!("`{name}`"));
            let there = there.collect::<Vec<_>>().join(", ");
            return Err(Refusal::NoSuch { name, there });
        };
        match &view {
            UplinkView { link: None, .. } => Err(Refusal::NotAssociated(uplink)),
            UplinkView {
                link: Some(Link {
                    authenticated: false, ..
                }),
                ..
            } => Err(Refusal::NotAuthenticated(uplink)),
            UplinkView {
                link: Some(Link { network: None, .. } | Link { stranger: true, .. }),
                ..
            } => Err(Refusal::Stranger(uplink)),
            view if !view.lease.carries() => Err(Refusal::NoAddress(uplink)),
            _ => Ok(uplink),
        }
    }

    /// Ends a hold whose time is over, and a swap that could not be made.
    pub(super) fn end_hold(&mut self, now: Moment) {
        if let Some(hold) = self.agent.asked.over(now) {
            info!(
                by = hold.by,
                "the hold of {} is over: the agent chooses again", hold.uplink
            );
        }
        if let Some(uplink) = self.agent.asked.in_vain(now) {
            warn!(
                hint = "`tikroam status` shows where it is",
                "by hand: no swap to {uplink}: it could not carry the vehicle"
            );
        }
    }

    /// That a hold keeps the vehicle dark. It lasts all the same: a person asked for it.
    pub(super) fn held_in_the_dark(&self) -> Option<Finding> {
        let Hold { uplink, by, .. } = self.agent.asked.held()?;
        let reason = self.agent.logged.as_ref().map(|decision| &decision.reason);
        let unfit = matches!(reason, Some(Reason::Held { fits: false, .. }));
        (unfit || self.agent.reach.is_dark()).then(|| Finding {
            severity: Severity::Warning,
            code: "held-in-the-dark",
            text: format!("the vehicle is held on {uplink} by {by}, and cannot be reached there"),
            hint: "`tikroam auto` lets the agent choose again".to_owned(),
        })
    }

    /// Shows what no event has: the tunnel's item, and what is held.
    pub(super) fn show(&self) {
        if let Some(status) = &self.agent.options.status {
            let off = self.agent.config.tunnel().is_off(&self.read);
            let tunnel = if off { TunnelItem::Off } else { TunnelItem::On };
            status.beside(tunnel, self.agent.asked.held().cloned());
        }
    }
}

/// Lets the agent choose again.
fn auto(agent: &mut Memory, order: &Order) -> String {
    let (by, why) = (&order.by, order.why.as_deref());
    match agent.asked.auto() {
        Some(hold) => {
            info!(
                by,
                why, "by hand: {} is no longer held; the agent chooses again", hold.uplink
            );
            format!("{} is no longer held; the agent chooses again", hold.uplink)
        }
        None => "nothing was held; the agent chooses".to_owned(),
    }
}

/// Answers an order while there is no session with the router.
pub(super) fn without_session(agent: &mut Memory, order: Order) {
    let answer = match &order.what {
        What::Auto => Ok(auto(agent, &order)),
        What::Hold { .. } | What::Swap { .. } => Err(Refusal::NoSession),
    };
    order.answer.send(answer).ok();
}
