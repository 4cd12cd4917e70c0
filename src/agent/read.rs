//! The readings of a tick: registrations each time, the managed items when they are due or a swap may come, and the
//! lasting conditions that a person should know of.

use tracing::{error, info, warn};

use super::conditions::Report;
use super::end::{End, lost};
use super::fallbacks::{Edge, Volume};
use super::lease::{Around, News, Said, on_dhcp};
use super::observe;
use super::session::Session;
use super::wanted;
use crate::clock;
use crate::config::Fallback;
use crate::entry::Event;
use crate::findings;
use crate::names::UplinkId;
use crate::router::CallError;
use crate::snapshot::{Lease, Snapshot};
use crate::units::{Db, Moment};

/// So far above the trigger the rule may leave the active radio within a tick or two.
const NEAR: Db = Db(6);

impl Session<'_> {
    /// Reads what is due, and gives the moment of this turn.
    pub(super) async fn read(&mut self) -> Result<Moment, End> {
        let due = self.timers.slow <= self.timers.tick;
        self.fresh = false;
        let views = self.views();
        let config = &self.agent.config;
        let active = observe::active(config, &self.read, &views);
        let leases = views.iter().any(|view| on_dhcp(config, view).is_some())
            || active.is_some_and(|id| wanted::fallback(config, &id).is_some_and(Fallback::is_dhcp));
        let registrations = if due || self.trouble {
            let (registrations, read) = tokio::join!(
                self.router.registrations(&self.agent.managed.radios),
                self.router.snapshot(&self.agent.managed)
            );
            self.take_snapshot(read)?;
            registrations
        } else if leases {
            // A lease may change at any moment, and the way out with it.
            let (registrations, clients) = tokio::join!(
                self.router.registrations(&self.agent.managed.radios),
                self.router.dhcp_clients()
            );
            self.read.clients = clients.map_err(refused_reading)?;
            registrations
        } else {
            self.router.registrations(&self.agent.managed.radios).await
        };
        let registrations = registrations.map_err(refused_reading)?;
        let asked = registrations.at;
        for radio in self.associations.registered(asked, registrations.rows) {
            let monitor = self.router.monitor(&radio).await.map_err(refused_reading)?;
            self.associations.monitored(monitor);
        }
        self.trouble = self.in_trouble();
        if self.trouble && !self.fresh {
            let read = self.router.snapshot(&self.agent.managed).await;
            self.take_snapshot(read)?;
        }
        if due {
            self.read_slowly().await?;
        }
        let now = clock::now();
        self.judge_leases(now);
        self.count(now, asked, due);
        if self.fresh {
            let views = self.views();
            let active = observe::active(&self.agent.config, &self.read, &views);
            let tunnel = self.agent.config.tunnel();
            self.agent.tunnel.observed(&self.read, active.as_ref(), tunnel);
            if self.agent.tunnel.dialing_to().is_some() && self.timers.dial.is_none() {
                self.timers.dial = Some(now);
            }
        }
        Ok(now)
    }

    /// Which leases may be used from now on.
    fn judge_leases(&mut self, now: Moment) {
        let views = self.views();
        let active = observe::active(&self.agent.config, &self.read, &views);
        let around = Around {
            config: &self.agent.config,
            read: &self.read,
            views: &views,
            taken: &self.taken,
            active: active.as_ref(),
        };
        let said = self.agent.leases.update(now, around);
        for fallback in self.agent.config.fallbacks().iter().filter(|one| one.is_dhcp()) {
            let id = UplinkId::new(fallback.interface.clone());
            let lease = self.agent.leases.of_fallback(&id);
            self.agent.fallbacks.leased(&id, lease);
        }
        for said in said {
            let Said { uplink, network, news } = said;
            let at = network.as_ref().map(tracing::field::display);
            let (lease, overlaps) = match news {
                News::Got(lease) => {
                    let Lease { address, gateway } = lease;
                    info!(%uplink, network = at, "{uplink} has the address {address} by DHCP, gateway {gateway}");
                    (Some(lease), None)
                }
                News::Gone(lease) => {
                    info!(%uplink, network = at, "{uplink} lost its address {} by DHCP", lease.address);
                    (None, None)
                }
                News::Late(after) => {
                    let hint = "see `/ip dhcp-client print detail` on the router, and the DHCP server of the network";
                    warn!(hint, %uplink, network = at, "{uplink} has no address by DHCP after {:.1} s: it is no candidate", after.as_secs_f64());
                    (None, None)
                }
                News::Refused(lease, by) => {
                    let hint = "give the wired side or the office other addresses, or do without that network";
                    warn!(hint, %uplink, network = at, "{uplink} does not use its address {} by DHCP: it overlaps {by}", lease.address);
                    (Some(lease), Some(by))
                }
            };
            let lease = lease.map(|lease| (lease.address, lease.gateway));
            self.agent.record(
                now,
                Event::Lease {
                    radio: uplink,
                    network,
                    lease,
                    overlaps,
                },
            );
        }
    }

    pub(super) fn take_snapshot(&mut self, read: Result<Snapshot, CallError>) -> Result<(), End> {
        let read = read.map_err(refused_reading)?;
        self.read = if self.agent.options.dry_run {
            self.assumption.over(read)
        } else {
            read
        };
        self.fresh = true;
        Ok(())
    }

    /// What changes only when a person changes it, and what a person should know of.
    async fn read_slowly(&mut self) -> Result<(), End> {
        self.read_fallbacks().await?;
        let surroundings = self.router.surroundings(&self.agent.managed).await;
        let surroundings = surroundings.map_err(refused_reading)?;
        for (radio, list) in &surroundings.scan_lists {
            self.standby.scan_list_read(clock::now(), radio, list).await?;
        }
        let mut found = findings::standing(&self.agent.config, &self.read, &surroundings);
        found.extend(self.held_in_the_dark());
        for report in self.agent.conditions.update(clock::now(), found) {
            match report {
                Report::Lasts(finding, lasted) if lasted.is_zero() => {
                    warn!(hint = finding.hint, "{}", finding.text.escape_debug());
                }
                Report::Lasts(finding, lasted) => {
                    let minutes = lasted.as_secs() / 60;
                    warn!(
                        hint = finding.hint,
                        minutes,
                        "still so: {}",
                        finding.text.escape_debug()
                    );
                }
                Report::Over(finding, lasted) => {
                    info!(
                        seconds = lasted.as_secs(),
                        "no longer so: {}",
                        finding.text.escape_debug()
                    );
                }
            }
        }
        Ok(())
    }

    /// What the fallbacks' modems say, and how much went over each.
    async fn read_fallbacks(&mut self) -> Result<(), End> {
        for name in self.agent.fallbacks.modems(&self.read) {
            let modem = match self.router.modem(&name).await {
                Ok(modem) => Some(modem),
                // Whether it is running must do.
                Err(CallError::Refused(_)) => None,
                Err(error) => return Err(lost(error)),
            };
            self.agent.fallbacks.said(&name, modem);
        }
        for Edge { uplink, up, shown } in self.agent.fallbacks.edges(&self.read) {
            let shown = shown.escape_debug();
            if up {
                info!(%uplink, "fallback {uplink} is up: {shown}");
            } else {
                warn!(hint = "look at `/interface print` and, for a modem, `/interface lte print` on the router", %uplink,
                    "fallback {uplink} is down: {shown}"
                );
            }
        }
        let active = observe::active(&self.agent.config, &self.read, &self.views());
        let (now, second) = (clock::now(), self.agent.config.handover().second);
        for volume in self.agent.fallbacks.count(now, &self.read, active.as_ref(), second) {
            let Volume { uplink, received, sent } = volume;
            info!(%uplink, received, sent, "{received} bytes received and {sent} sent over {uplink}");
            self.agent.record(now, Event::Carried { uplink, received, sent });
        }
        Ok(())
    }

    /// Counts the tick and sets the next one. After a stall the missed ticks are not made up for.
    fn count(&mut self, now: Moment, asked: Moment, due: bool) {
        let router = self.agent.config.router();
        let (tick, slow) = (router.tick(), router.slow());
        let late = now.since(self.timers.tick) >= tick;
        let begun = if late { now } else { self.timers.tick };
        if due {
            self.timers.slow = begun + slow;
        }
        self.timers.tick = begun + tick;
        self.agent.summary.ticks += 1;
        if now.since(asked) <= self.agent.config.handover().stale {
            self.agent.summary.ticks_read += 1;
        }
    }

    /// Whether a swap may come any moment.
    fn in_trouble(&self) -> bool {
        let views = self.views();
        let active = observe::active(&self.agent.config, &self.read, &views);
        let on_fallback = |active: &UplinkId| self.agent.fallbacks.is_up(&self.read, active);
        if active.as_ref().is_some_and(on_fallback) {
            return self.agent.tunnel.dialing_to().is_some();
        }
        let signal = active.and_then(|active| observe::signal_of(&views, &active));
        let near = self.agent.config.handover().trigger + NEAR;
        self.agent.tunnel.dialing_to().is_some() || signal.is_none_or(|signal| signal <= near)
    }
}

fn refused_reading(failed: CallError) -> End {
    if let CallError::Refused(trap) = &failed
        && trap.is_permission()
    {
        error!(hint = "on the router: the user's group needs the policies `api,read,write,test`", answer = %trap,
            "the router does not let this user read what the agent needs"
        );
        return End::Blocked;
    }
    lost(failed)
}
