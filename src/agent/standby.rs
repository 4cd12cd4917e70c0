//! The standby radios, or a single one that is lost: the connect-list rules that steer them, the scan that one of them makes,
//! and the time in which they are left alone after a refusal.

use std::time::Duration;

use tracing::{debug, info, warn};

use super::channels::Channels;
use super::end::{End, lost};
use super::scan_lists::ScanLists;
use crate::executor;
use crate::marks::{COMMENT_PREFIX, avoid_comment, hunt_comment, is_hunt_comment};
use crate::names::{Bssid, InterfaceName, Ssid, UplinkId};
use crate::router::{CallError, Router, Running};
use crate::routeros::RadioMenu;
use crate::snapshot::{Registration, RuleItem, ScanRow, Steers};
use crate::swap::{Plan, Step};
use crate::units::Moment;

mod by_settings;
mod scan_list;

/// What a session does with the standbys.
pub(super) struct Standby<'r> {
    router: &'r Router,
    radios: Vec<InterfaceName>,
    /// The connect-list as last read, others' rules included; empty in the menus that have none.
    rules: Vec<RuleItem>,
    /// What steers the radios in the menus without a connect-list; `None` in the legacy one.
    channels: Option<Channels>,
    /// Where the radios search.
    pub(super) scan_lists: ScanLists,
    scan: Option<(UplinkId, Running<Vec<ScanRow>>)>,
    /// How long nothing is tried on a standby after the router refused something there.
    leave_alone: Duration,
    left_alone_until: Moment,
}

/// Where a radio is to be sent.
#[derive(Debug)]
pub(super) struct Target<'t> {
    pub(super) radio: &'t UplinkId,
    pub(super) bssid: Bssid,
    pub(super) network: &'t Ssid,
    /// What the configuration says of the rule that lets it in, where that is not left to the router's own.
    pub(super) area: Option<&'t str>,
    pub(super) security_profile: Option<&'t str>,
    /// What the radio is associated with now.
    pub(super) registration: Option<&'t Registration>,
    /// The AP that it must not join: the active's.
    pub(super) not: Option<Bssid>,
}

impl<'r> Standby<'r> {
    pub(super) fn new(
        (router, radios): (&'r Router, Vec<InterfaceName>),
        steers: Steers,
        scan_lists: ScanLists,
        leave_alone: Duration,
    ) -> Self {
        let mut standby = Standby {
            router,
            radios,
            rules: Vec::new(),
            channels: None,
            scan_lists,
            scan: None,
            leave_alone,
            left_alone_until: Moment::ZERO,
        };
        standby.read(steers);
        standby
    }

    pub(super) fn is_left_alone(&self, now: Moment) -> bool {
        now < self.left_alone_until
    }

    /// The AP that a managed rule, or a radio's own settings, steer it to.
    pub(super) fn steered(&self, radio: &InterfaceName) -> Option<Bssid> {
        if let Some(channels) = &self.channels {
            return channels.steered(radio);
        }
        self.hunt_rule(radio).filter(|rule| !rule.disabled)?.bssid
    }

    /// Takes a new reading of what steers the radios.
    pub(super) fn read(&mut self, steers: Steers) {
        match steers {
            Steers::Rules(rules) => self.rules = rules,
            Steers::Settings(settings, profiles) => self.channels.get_or_insert_default().read(settings, profiles),
        }
    }

    async fn reread(&mut self) -> Result<(), End> {
        let steers = self.router.steers(&self.radios).await.map_err(lost)?;
        self.read(steers);
        Ok(())
    }

    /// What makes the managed rules that these radios do not have yet, on top of the list. A single radio has no active's
    /// access point to keep off.
    pub(super) fn missing_rules(&self, radios: &[InterfaceName]) -> Plan {
        if self.channels.is_some() {
            return Plan::default();
        }
        let create = |radio: &InterfaceName, comment: String| Step::CreateRule {
            radio: radio.clone(),
            comment,
            before: self.rules.first().cloned(),
        };
        let missing = radios.iter().flat_map(|radio| {
            let hunt = self.hunt_rule(radio).is_none();
            let avoid = radios.len() > 1 && self.avoid_rule(radio).is_none();
            let hunt = hunt.then(|| create(radio, hunt_comment(radio)));
            hunt.into_iter()
                .chain(avoid.then(|| create(radio, avoid_comment(radio))))
        });
        Plan {
            steps: missing.collect(),
            tunnel_left_disabled: false,
        }
    }

    /// Waits for a scan to end; for ever when none is under way. Nothing is lost when the wait is given up.
    pub(super) async fn scanned(&mut self) -> Result<Vec<ScanRow>, CallError> {
        match &mut self.scan {
            Some((_, running)) => running.await,
            None => std::future::pending().await,
        }
    }

    /// The radio whose scan ended.
    pub(super) fn scan_ended(&mut self) -> Option<UplinkId> {
        self.scan.take().map(|(radio, _)| radio)
    }

    pub(super) fn begin_scan(&mut self, radio: &UplinkId, duration: Duration, background: bool) {
        if self.scan.is_none() {
            let running = self.router.scan(radio.interface(), duration, background);
            self.scan = Some((radio.clone(), running));
        }
    }

    pub(super) fn stop_scan_of(&mut self, radio: &UplinkId) {
        if self.scan.as_ref().is_some_and(|(scanning, _)| scanning == radio) {
            self.stop_scan();
        }
    }

    pub(super) fn stop_scan(&mut self) {
        if let Some((_, running)) = self.scan.take() {
            running.cancel();
        }
    }

    /// Sends a radio to one AP: our rule on top names it, the radio searches only where its networks were heard, and its
    /// association ends. Where the AP is not heard it may join any but the active's.
    pub(super) async fn steer(&mut self, now: Moment, target: &Target<'_>) -> Result<(), End> {
        let interface = target.radio.interface();
        self.reread().await?;
        if self.channels.is_some() {
            return self.steer_by_settings(now, target).await;
        }
        let Some(item) = self.hunt_rule(interface).cloned() else {
            // It is made again in the next turn.
            self.leave_alone(now);
            return Ok(());
        };
        let Some(mut like) = self.matching(target).cloned() else {
            let (radio, network) = (target.radio, target.network);
            warn!(hint = "`sudo tikroam setup --check` prints the rule that is missing", %radio, %network, "no connect-list rule lets {radio} join this network, so the hunt does not send it there");
            self.leave_alone(now);
            return Ok(());
        };
        if let Some(area) = target.area {
            area.clone_into(&mut like.area_prefix);
        }
        if let Some(profile) = target.security_profile {
            profile.clone_into(&mut like.security_profile);
        }
        self.shorten(now, interface, Some(target.bssid)).await?;
        let avoid = target.not.and_then(|bssid| self.avoid(interface, bssid));
        let steer = Step::Steer {
            item,
            bssid: target.bssid,
            like,
        };
        self.send(
            now,
            avoid
                .into_iter()
                .chain([steer])
                .chain(target.registration.map(end))
                .collect(),
        )
        .await?;
        self.reread().await?;
        Ok(())
    }

    /// Ends a radio's association, so that it searches by itself: any AP but the active's.
    pub(super) async fn search(
        &mut self,
        now: Moment,
        radio: &UplinkId,
        registration: Option<&Registration>,
        not: Option<Bssid>,
    ) -> Result<(), End> {
        let radio = radio.interface();
        if self.channels.is_some() {
            return self.search_by_settings(now, radio, registration).await;
        }
        self.shorten(now, radio, None).await?;
        let avoid = not.and_then(|bssid| self.avoid(radio, bssid));
        let release = self.hunt_rule(radio).and_then(release);
        self.send(
            now,
            avoid.into_iter().chain(release).chain(registration.map(end)).collect(),
        )
        .await?;
        self.reread().await?;
        Ok(())
    }

    /// Lets a radio go wherever the router's own rules lead.
    pub(super) async fn release(&mut self, now: Moment, radio: &UplinkId) -> Result<(), End> {
        self.reread().await?;
        let radio = radio.interface();
        if self.channels.is_some() {
            return self.search_by_settings(now, radio, None).await;
        }
        self.restore(now, radio).await?;
        let rules = [self.avoid_rule(radio), self.hunt_rule(radio)];
        let steps: Vec<Step> = rules.into_iter().flatten().filter_map(release).collect();
        if !steps.is_empty() {
            self.send(now, steps).await?;
            self.reread().await?;
        }
        Ok(())
    }

    /// Sends calls that concern a standby only; after a refusal things are left alone for a while.
    pub(super) async fn send(&mut self, now: Moment, steps: Vec<Step>) -> Result<(), End> {
        let plan = Plan {
            steps,
            tunnel_left_disabled: false,
        };
        let applied = executor::apply(self.router, &plan).await;
        if let Some((step, CallError::Refused(trap))) = &applied.stopped {
            if trap.is_no_such_item() {
                debug!(%step, "was gone already");
            } else {
                self.leave_alone(now);
                warn!(hint = "if the answer speaks of permissions, the user's group needs `write`", answer = %trap, "the router refused `{step}`; the standby is left alone for a while");
            }
        }
        self.sent(applied.stopped)
    }

    /// What follows from a call that stopped a plan for the session.
    fn sent(&self, stopped: Option<(Step, CallError)>) -> Result<(), End> {
        match stopped {
            None | Some((_, CallError::Refused(_))) => Ok(()),
            Some((_, error)) if self.router.is_lost().is_some() || matches!(error, CallError::NotSent(_)) => {
                Err(lost(error))
            }
            // An answer that could not be read: the next reading shows what came of it.
            Some(_) => Ok(()),
        }
    }

    /// Leaves the router as one without an agent may keep it: no managed rule on a radio that is not active, none that
    /// keeps a radio off an AP, and each radio with its own scan-list.
    pub(super) async fn leave(&mut self, now: Moment, radios: &[InterfaceName], active: Option<&UplinkId>) {
        self.stop_scan();
        for radio in radios {
            let radio = UplinkId::new(radio.clone());
            // The session ends either way.
            if Some(&radio) == active {
                let avoid = self.avoid_rule(radio.interface()).and_then(release);
                self.restore(now, radio.interface()).await.ok();
                self.send(now, avoid.into_iter().collect()).await.ok();
                continue;
            }
            if self.steered(radio.interface()).is_some() {
                info!(%radio, "{radio} is no longer steered: the agent stops");
            }
            self.release(now, &radio).await.ok();
        }
    }

    fn leave_alone(&mut self, now: Moment) {
        self.left_alone_until = now + self.leave_alone;
    }

    fn hunt_rule(&self, radio: &InterfaceName) -> Option<&RuleItem> {
        self.rules.iter().find(|rule| is_hunt_comment(&rule.comment, radio))
    }

    fn avoid_rule(&self, radio: &InterfaceName) -> Option<&RuleItem> {
        let comment = avoid_comment(radio);
        self.rules.iter().find(|rule| rule.comment == comment)
    }

    /// What keeps a radio off an AP, if nothing does yet.
    fn avoid(&self, radio: &InterfaceName, bssid: Bssid) -> Option<Step> {
        let item = self.avoid_rule(radio)?;
        let does = !item.disabled && !item.connect && item.bssid == Some(bssid);
        (!does).then(|| Step::Avoid {
            item: item.clone(),
            bssid,
        })
    }

    /// The first rule by which the radio may join the AP by itself.
    fn matching(&self, target: &Target<'_>) -> Option<&RuleItem> {
        let first = self
            .rules
            .iter()
            .filter(|rule| !rule.disabled && !rule.comment.starts_with(COMMENT_PREFIX))
            .find(|rule| {
                rule.interface == *target.radio.interface()
                    && (rule.ssid.is_empty() || rule.ssid == target.network.as_bytes())
                    && rule.bssid.is_none_or(|one| one == target.bssid)
            });
        first.filter(|rule| rule.connect)
    }
}

fn end(registration: &Registration) -> Step {
    Step::EndAssociation {
        menu: RadioMenu::Wireless,
        item: registration.clone(),
    }
}

fn release(rule: &RuleItem) -> Option<Step> {
    let item = rule.clone();
    (!rule.disabled).then_some(Step::Release { item })
}
