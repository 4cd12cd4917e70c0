//! Probes: the router pings a target through the tunnel, and the gateway of a staged standby.
//!
//! The active uplink is probed end to end, through everything that a call goes through. A standby cannot be without
//! touching routes, so only its gateway is, by ARP, which needs no route; where that is refused, or the standby holds
//! no address, its authentication is all that speaks for it.

use tracing::{debug, info};

use crate::clock;
use crate::config::Config;
use crate::names::{Bssid, UplinkId};
use crate::observation::{Observation, Probe};
use crate::router::{CallError, Ping, Pinged, Router, Running};
use crate::snapshot::Snapshot;
use crate::swap;
use crate::units::Moment;

/// How much rarer a standby's gateway is probed than the tunnel: it must answer before it is needed, not as it fails.
const GATEWAY: u32 = 2;

/// The probes that are under way and those whose end the mind is still to be told.
#[derive(Debug, Default)]
pub(super) struct Prober {
    tunnel: Lane,
    gateway: Lane,
    pub(super) ended: Vec<Probe>,
    arp_refused: bool,
    /// The standby whose gateway answered last.
    proven: Option<(UplinkId, Bssid)>,
}

#[derive(Debug, Default)]
struct Lane {
    next: Moment,
    running: Option<(UplinkId, Bssid, Running<Pinged>)>,
}

/// Which lane a probe was in, and how it ended.
pub(super) struct Probed {
    gateway: bool,
    result: Result<Pinged, CallError>,
}

impl Prober {
    /// Waits for a probe to end; for ever when none is under way. Nothing is lost when the wait is given up.
    pub(super) async fn wait(&mut self) -> Probed {
        let (tunnel, gateway) = (&mut self.tunnel.running, &mut self.gateway.running);
        let lane = async |running: &mut Option<(UplinkId, Bssid, Running<Pinged>)>| match running {
            Some((_, _, running)) => running.await,
            None => std::future::pending().await,
        };
        tokio::select! {
            result = lane(tunnel) => Probed { gateway: false, result },
            result = lane(gateway) => Probed { gateway: true, result },
        }
    }

    /// Takes the end of a probe, and tells whether one through the tunnel was lost.
    ///
    /// # Errors
    ///
    /// [`CallError`] when the session was lost over it.
    pub(super) fn probed(&mut self, probed: Probed) -> Result<bool, CallError> {
        let lane = if probed.gateway {
            &mut self.gateway
        } else {
            &mut self.tunnel
        };
        let Some((uplink, bssid, _)) = lane.running.take() else {
            return Ok(false);
        };
        match probed.result {
            Ok(pinged) => {
                let answered = pinged.received > 0;
                if probed.gateway {
                    self.proven = answered.then(|| (uplink.clone(), bssid));
                }
                debug!(%uplink, gateway = probed.gateway, answered, "probed");
                self.ended.push(Probe {
                    uplink,
                    bssid: Some(bssid),
                    at: clock::now(),
                    answered,
                });
                Ok(!probed.gateway && !answered)
            }
            Err(CallError::Refused(trap)) if probed.gateway => {
                info!(answer = %trap, "the router does not probe a standby's gateway; its authentication is the test");
                self.arp_refused = true;
                Ok(false)
            }
            Err(CallError::Refused(trap)) => {
                tracing::warn!(hint = "the API user's group needs the policy `test`", answer = %trap, "the router refused to ping through the tunnel");
                lane.next = clock::now() + std::time::Duration::from_secs(60);
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Begins the probes that are due.
    pub(super) fn begin(&mut self, config: &Config, router: &Router, read: &Snapshot, seen: &Observation) {
        let now = clock::now();
        let interval = config.probing().interval;
        // A reading that takes a moment less than the one before must not put a probe off by a whole tick.
        let nearly = now + config.router().tick() / 2;
        let on = |id: &UplinkId| {
            let view = seen.uplinks.iter().find(|view| view.id == *id)?;
            view.link.as_ref().filter(|link| link.authenticated)
        };
        let off = read.tunnel.as_ref().is_none_or(|tunnel| tunnel.disabled);
        if let (Some(address), Some(active)) = (config.tunnel().probe, &seen.active)
            && let Some(link) = on(active)
            && !seen.dialing
            && !off
            && self.tunnel.is_due(nearly)
        {
            self.tunnel.next = now + interval;
            let ping = Ping {
                address,
                count: 1,
                interval,
                source: None,
                arp: None,
            };
            self.tunnel.running = Some((active.clone(), link.bssid, router.ping(&ping)));
        }
        if self.arp_refused || config.tunnel().probe.is_none() || !self.gateway.is_due(nearly) {
            return;
        }
        let staged = seen
            .uplinks
            .iter()
            .filter(|view| Some(&view.id) != seen.active.as_ref())
            .find_map(|view| {
                let link = on(&view.id)?;
                let network = config
                    .networks()
                    .iter()
                    .find(|network| Some(&network.ssid) == link.network.as_ref())?;
                let item = swap::address_item(read, view.id.interface()).ok()?;
                let holds = !item.disabled && item.address == network.address_on(view.id.interface());
                holds.then_some((view.id.clone(), link.bssid, network.gateway))
            });
        let Some((uplink, bssid, address)) = staged else { return };
        self.gateway.next = now + interval * GATEWAY;
        let ping = Ping {
            address,
            count: 1,
            interval,
            source: None,
            arp: Some(uplink.interface().clone()),
        };
        self.gateway.running = Some((uplink, bssid, router.ping(&ping)));
    }

    /// Stops what is under way: what it would tell is about a way out that is being left.
    pub(super) fn stop(&mut self) {
        self.tunnel.running = None;
        self.gateway.running = None;
    }

    /// What speaks for an uplink beside its signal.
    pub(super) fn proof(&self, uplink: &UplinkId, bssid: Option<Bssid>) -> &'static str {
        match &self.proven {
            Some((id, on)) if id == uplink && Some(*on) == bssid => "its gateway answered",
            _ => "its authentication",
        }
    }
}

impl Lane {
    fn is_due(&self, now: Moment) -> bool {
        self.running.is_none() && now >= self.next
    }
}
