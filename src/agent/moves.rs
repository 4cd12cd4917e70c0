//! What follows from a decision for the standbys: the hunt's moves, and the address that each holds ahead.

use tracing::info;

use super::end::{End, lost};
use super::session::Session;
use super::standby::Target;
use super::wanted;
use crate::handover::Move;
use crate::names::UplinkId;
use crate::observation::Observation;
use crate::swap::{self, Wanted};
use crate::units::Moment;

impl Session<'_> {
    pub(super) async fn move_standbys(&mut self, now: Moment, seen: &Observation, moves: &[Move]) -> Result<(), End> {
        let mut steered = self.give_scan_lists_back(now, seen).await?;
        let beside = seen.active.as_ref();
        let beside = beside.and_then(|active| Some(self.associations.registration(active.interface())?.bssid));
        // A single radio is the active also while it is lost, and looks for another AP then.
        let carries = |radio: &UplinkId| Some(radio) == seen.active.as_ref() && is_on_air(seen, radio);
        for one in moves {
            match one {
                Move::Scan {
                    radio,
                    background,
                    everywhere,
                } if !carries(radio) => {
                    let duration = self.agent.config.hunt().scan_duration;
                    let short = *everywhere && self.standby.is_short(radio.interface());
                    if short {
                        // It leaves its AP by this.
                        steered = true;
                        self.unstage(now, seen, radio).await?;
                        self.standby.restore(now, radio.interface()).await?;
                    }
                    self.standby.begin_scan(radio, duration, *background && !short);
                }
                Move::Scan { .. } => {}
                Move::Steer {
                    radio,
                    bssid,
                    network,
                    signal,
                    own,
                } => {
                    steered = true;
                    info!(
                        %radio, %bssid, %network, %signal,
                        own = %own.map_or_else(|| "none".to_owned(), |own| own.to_string()),
                        "hunt: {radio} is moving to a better AP"
                    );
                    self.moving(now, radio);
                    self.unstage(now, seen, radio).await?;
                    let configured = wanted::network(&self.agent.config, network);
                    let target = Target {
                        radio,
                        bssid: *bssid,
                        network,
                        area: configured.and_then(|network| network.area.as_deref()),
                        security_profile: configured.and_then(|network| network.security_profile.as_deref()),
                        registration: self.associations.registration(radio.interface()),
                        not: beside.filter(|_| Some(radio) != seen.active.as_ref()),
                    };
                    self.standby.steer(now, &target).await?;
                }
                Move::Search { radio } => {
                    steered = true;
                    info!(%radio, "hunt: {radio} is moving: it searches for any other AP");
                    self.moving(now, radio);
                    self.unstage(now, seen, radio).await?;
                    let registration = self.associations.registration(radio.interface());
                    self.standby.search(now, radio, registration, beside).await?;
                }
                Move::Release { radio, bssid } => {
                    info!(%radio, %bssid, "hunt: {radio} is no longer steered");
                    self.standby.release(now, radio).await?;
                }
            }
        }
        if steered {
            return Ok(());
        }
        let staged = wanted::staged(&self.agent.config, &self.read, seen, &self.agent.leases);
        self.arrange(now, &staged).await
    }

    /// No radio stays with fewer channels than its own that finds nothing there; at the start none but the active.
    async fn give_scan_lists_back(&mut self, now: Moment, seen: &Observation) -> Result<bool, End> {
        let start = std::mem::take(&mut self.first_act);
        let mut given = false;
        for view in &seen.uplinks {
            let radio = view.id.interface();
            let in_vain = self.standby.scan_lists.in_vain(now, radio, view.link.is_some());
            let at_start = start && Some(&view.id) != seen.active.as_ref();
            if (in_vain || at_start) && self.standby.is_short(radio) {
                info!(radio = %view.id, "hunt: {} searches all channels of its own scan-list again", view.id);
                self.standby.restore(now, radio).await?;
                given = true;
            }
        }
        Ok(given)
    }

    /// Takes that a radio is on no AP for a moment because the agent moves it.
    fn moving(&mut self, now: Moment, radio: &UplinkId) {
        self.moving.retain(|(id, _)| id != radio);
        self.moving.push((radio.clone(), now));
    }

    /// Prepares a radio for leaving its AP: a standby's address is no use on the way, nor is what a scan still hears.
    async fn unstage(&mut self, now: Moment, seen: &Observation, radio: &UplinkId) -> Result<(), End> {
        self.standby.stop_scan_of(radio);
        if Some(radio) == seen.active.as_ref() {
            // It may find its network again, where address and route are right as they are.
            return Ok(());
        }
        let unstaged = wanted::unstaged(&self.agent.config, &self.read, radio.interface());
        self.arrange(now, &unstaged).await
    }

    /// Puts addresses of standbys where they are wanted.
    async fn arrange(&mut self, now: Moment, wanted: &Wanted) -> Result<(), End> {
        let Ok(plan) = swap::plan(&self.read, wanted) else {
            return Ok(());
        };
        if plan.steps.is_empty() {
            return Ok(());
        }
        for step in &plan.steps {
            info!("standby: {}", step.in_words());
        }
        self.standby.send(now, plan.steps).await?;
        self.read = self.router.snapshot(&self.agent.managed).await.map_err(lost)?;
        Ok(())
    }
}

/// Whether a radio may pass frames.
fn is_on_air(seen: &Observation, radio: &UplinkId) -> bool {
    let view = seen.uplinks.iter().find(|view| view.id == *radio);
    view.and_then(|view| view.link.as_ref())
        .is_some_and(|link| link.authenticated)
}
