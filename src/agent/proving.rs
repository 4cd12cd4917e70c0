//! What the probes through the tunnel show: that a swap arrived, that the vehicle can be reached, that the tunnel needs
//! help.

use std::time::Duration;

use tracing::{info, warn};

use super::end::{End, lost};
use super::ladder::Rung;
use super::memory::Swapped;
use super::observe;
use super::reach::Edge;
use super::session::{Session, millis};
use super::tunnel::Proof;
use super::wanted;
use crate::clock;
use crate::entry::{Event, On};
use crate::executor;
use crate::names::UplinkId;
use crate::observation::SwapEnd;
use crate::swap::{Bounce, Plan, Step};
use crate::units::Moment;

/// Ports from here on are free for programs (RFC 6335).
const DYNAMIC_PORTS: u16 = 49_152;

impl Session<'_> {
    /// A probe through the tunnel ended.
    pub(super) async fn probed(&mut self, now: Moment, over: &UplinkId, answered: bool) -> Result<(), End> {
        if let Some(edge) = self.agent.reach.probed(now, over, answered) {
            self.report(now, &edge);
        }
        if answered {
            self.agent.ladder.answered();
            if let Some(proof) = self.agent.tunnel.proven(over) {
                self.proven(now, proof);
            }
            return Ok(());
        }
        // This may be the end of the way out: look at once.
        self.timers.tick = now;
        self.help(now, over).await
    }

    /// A swap without a bounce has arrived.
    fn proven(&mut self, now: Moment, proof: Proof) {
        self.timers.dial = None;
        if proof.dials {
            self.agent.lost_sessions = 0;
        }
        let dark = now.since(proof.dark_since);
        let from = name(proof.from.as_ref());
        info!(
            %from, to = %proof.to, calls = proof.calls, router_ms = millis(proof.router), dark_ms = millis(dark),
            "swap ended: {} answers over {}", self.agent.config.tunnel().far_end(), proof.to
        );
        self.swap_ended(now, proof, Some(dark));
    }

    /// No probe was answered in time after a swap without a bounce.
    pub(super) async fn unproven(&mut self, now: Moment) -> Result<(), End> {
        let Some(proof) = self.agent.tunnel.unproven(now) else {
            return Ok(());
        };
        self.timers.dial = None;
        if !proof.dials {
            warn!(hint = "if this AP never carries the vehicle, look at its network's way to the office", to = %proof.to,
                "swap failed: {} did not answer over {}; its AP is held down", self.agent.config.tunnel().far_end(), proof.to
            );
            self.agent.summary.failed_swaps += 1;
            self.swap_ended(now, proof, None);
            return Ok(());
        }
        self.agent.lost_sessions += 1;
        if !self.agent.sessions_survive() {
            info!(to = %proof.to, "the tunnel's session did not survive the swap again; from now on each swap turns the tunnel off and on");
            self.agent.decide_anew();
        } else {
            info!(to = %proof.to, "the tunnel's session did not survive the swap; turning the tunnel off and on");
        }
        let Some(wanted) = wanted::swapped(&self.agent.config, &self.read, &self.views(), &proof.to, Bounce::Always)
        else {
            return Ok(());
        };
        // The darkness goes on: it began with the swap.
        let swap = proof.clone();
        self.agent.tunnel.proving(proof);
        self.bounce(now, wanted, &swap).await?;
        self.agent.tunnel.dark_since(swap.dark_since);
        Ok(())
    }

    fn swap_ended(&mut self, now: Moment, proof: Proof, dark: Option<Duration>) {
        let on = self.on(&proof.to);
        let bssid = on.bssid;
        if let Some(dark) = dark.filter(|_| proof.from.as_ref() != Some(&proof.to)) {
            self.agent.summary.swaps.push(Swapped {
                from: proof.from.clone(),
                to: proof.to.clone(),
                calls: proof.calls,
                router: proof.router,
                dark,
            });
        }
        let swapped = Event::Swapped {
            from: proof.from,
            to: proof.to.clone(),
            on,
            reason: proof.why,
            calls: proof.calls,
            router: proof.router,
            since: Some(proof.dark_since),
            dark,
        };
        self.agent.record(now, swapped);
        self.ended = Some(SwapEnd {
            to: proof.to,
            bssid,
            dark,
        });
    }

    /// The access point and the network of an uplink.
    pub(super) fn on(&self, uplink: &UplinkId) -> On {
        let view = self.views().into_iter().find(|view| view.id == *uplink);
        match view.and_then(|view| view.link) {
            Some(link) => On {
                bssid: Some(link.bssid),
                network: link.network,
            },
            None => On::default(),
        }
    }

    /// Logs and records an edge of being reachable.
    pub(super) fn report(&mut self, now: Moment, edge: &Edge) {
        let event = match edge {
            Edge::Reachable { over } => {
                info!(%over, "reachable over {over}");
                Event::Reachable {
                    after: None,
                    on: self.on(over),
                }
            }
            Edge::Again { over, after } => {
                info!(%over, dark_ms = millis(*after), "reachable again over {over} after {:.1} s", after.as_secs_f64());
                Event::Reachable {
                    after: Some(*after),
                    on: self.on(over),
                }
            }
            Edge::Lost { over, since, lost } => {
                let on = over.as_ref().map(|over| self.on(over)).unwrap_or_default();
                let over = name(over.as_ref());
                let at = clock::time_of_day(*since, now);
                if *lost > 0 {
                    warn!(%over, lost, "not reachable since {at} ({lost} probes lost over {over})");
                } else {
                    warn!(%over, "not reachable since {at} (no way out)");
                }
                Event::NotReachable { since: *since, on }
            }
        };
        self.agent.record(now, event);
    }

    /// Helps a tunnel of peers that is silent though its way is good.
    async fn help(&mut self, now: Moment, over: &UplinkId) -> Result<(), End> {
        let item = self.agent.config.tunnel().item.as_ref();
        let peers = item.is_some_and(|(kind, _)| kind.shape().peers.is_some());
        let handover = self.agent.config.handover();
        let good = observe::signal_of(&self.views(), over).is_some_and(|signal| signal > handover.trigger);
        if !peers || !good || self.agent.options.dry_run {
            return Ok(());
        }
        let second = handover.second;
        let Some(rung) = self.agent.ladder.silent(now, second) else {
            return Ok(());
        };
        let steps = self.rung(rung).await?;
        if steps.is_empty() {
            self.prober.speak();
            return Ok(());
        }
        let plan = Plan {
            steps,
            tunnel_left_disabled: false,
        };
        let applied = executor::apply(self.router, &plan).await;
        if let Some((step, error)) = applied.stopped {
            if self.router.is_lost().is_some() {
                return Err(lost(error));
            }
            warn!(%step, %error, "a step that should help the silent tunnel failed");
        }
        self.prober.speak();
        self.timers.slow = now;
        Ok(())
    }

    /// The calls of one step of the ladder, with its log line.
    async fn rung(&mut self, rung: Rung) -> Result<Vec<Step>, End> {
        let (tunnel, peer) = (self.read.tunnel.clone(), self.read.peer.clone());
        let steps = match (rung, tunnel, peer) {
            (Rung::ForgetConnection, Some(tunnel), Some(peer)) => {
                let connections = self
                    .router
                    .tunnel_connections(tunnel.listen_port, peer.endpoint_port)
                    .await;
                let connections = connections.map_err(lost)?;
                info!(
                    connections = connections.len(),
                    "the tunnel is silent over a good way: forgetting its tracked connections"
                );
                let forget = connections.into_iter().map(|item| Step::ForgetConnection { item });
                forget.collect()
            }
            (Rung::BouncePeer, _, Some(peer)) => {
                info!("the tunnel is silent over a good way: turning its peer off and on");
                vec![Step::PeerOff { item: peer.clone() }, Step::PeerOn { item: peer }]
            }
            (Rung::ChangePort, Some(tunnel), _) => {
                let port = DYNAMIC_PORTS + (tunnel.listen_port.wrapping_add(1)) % (u16::MAX - DYNAMIC_PORTS);
                info!(port, "the tunnel is silent over a good way: sending from another port");
                vec![Step::ListenPort { item: tunnel, port }]
            }
            _ => {
                info!("the tunnel is silent over a good way: speaking again");
                Vec::new()
            }
        };
        Ok(steps)
    }
}

fn name(uplink: Option<&UplinkId>) -> String {
    uplink.map_or_else(|| "none".to_owned(), ToString::to_string)
}
