//! The standby radios: the connect-list rules or the settings that steer them, the scan that one of them makes, and the time in which
//! they are left alone after a refusal.

use std::time::Duration;

use tracing::{debug, info, warn};

use super::channels::Channels;
use super::end::{End, lost};
use crate::executor;
use crate::marks::{COMMENT_PREFIX, hunt_comment};
use crate::names::{Bssid, InterfaceName, Ssid, UplinkId};
use crate::router::{CallError, Router, Running};
use crate::snapshot::{Registration, RuleItem, ScanRow, Steers};
use crate::swap::{Plan, Step};
use crate::units::Moment;

/// What a session does with the standbys.
pub(super) struct Standby<'r> {
    router: &'r Router,
    radios: Vec<InterfaceName>,
    /// The connect-list as last read, others' rules included; empty in the menus that have none.
    rules: Vec<RuleItem>,
    /// What steers the radios in the menus without a connect-list; `None` in the legacy one.
    channels: Option<Channels>,
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
    /// What the radio is associated with now.
    pub(super) registration: Option<&'t Registration>,
}

impl<'r> Standby<'r> {
    pub(super) fn new(router: &'r Router, radios: Vec<InterfaceName>, steers: Steers, leave_alone: Duration) -> Self {
        let mut standby = Standby {
            router,
            radios,
            rules: Vec::new(),
            channels: None,
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
        self.managed_rule(radio).filter(|rule| !rule.disabled)?.bssid
    }

    /// Takes a new reading of what steers the radios.
    pub(super) fn read(&mut self, steers: Steers) {
        match steers {
            Steers::Rules(rules) => self.rules = rules,
            Steers::Settings(settings, profiles) => {
                self.channels.get_or_insert_default().read(settings, profiles);
            }
        }
    }

    async fn reread(&mut self) -> Result<(), End> {
        let steers = self.router.steers(&self.radios).await.map_err(lost)?;
        self.read(steers);
        Ok(())
    }

    /// Takes what a scan heard.
    pub(super) fn heard(&mut self, rows: &[ScanRow]) {
        if let Some(channels) = &mut self.channels {
            channels.scanned(rows);
        }
    }

    /// The radios among these that have no managed rule yet, with what makes one on top of the list.
    pub(super) fn missing_rules(&self, radios: &[InterfaceName]) -> Plan {
        let by_rules = self.channels.is_none();
        let missing = radios
            .iter()
            .filter(|radio| by_rules && self.managed_rule(radio).is_none());
        Plan {
            steps: missing
                .map(|radio| Step::CreateRule {
                    radio: radio.clone(),
                    before: self.rules.first().cloned(),
                })
                .collect(),
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

    pub(super) fn stop_scan(&mut self) {
        if let Some((_, running)) = self.scan.take() {
            running.cancel();
        }
    }

    /// Sends a radio to one AP: our rule on top lets it join only that one, and its association ends.
    pub(super) async fn steer(&mut self, now: Moment, target: &Target<'_>) -> Result<(), End> {
        let interface = target.radio.interface();
        self.reread().await?;
        if self.channels.is_some() {
            return self.steer_by_channel(now, target).await;
        }
        let Some(item) = self.managed_rule(interface).cloned() else {
            // It is made again in the next turn.
            self.leave_alone(now);
            return Ok(());
        };
        let Some(like) = self.matching(target).cloned() else {
            let (radio, network) = (target.radio, target.network);
            warn!(hint = "add a rule as in contrib/router.rsc", %radio, %network, "no connect-list rule lets {radio} join this network, so the hunt does not send it there");
            self.leave_alone(now);
            return Ok(());
        };
        let mut steps = vec![Step::Steer {
            item,
            bssid: target.bssid,
            like,
        }];
        if let Some(registration) = target.registration {
            steps.push(Step::EndAssociation {
                menu: self.router.radio_menu(),
                item: registration.clone(),
            });
        }
        self.send(now, steps).await?;
        self.reread().await
    }

    /// Sends a radio to the network and the frequency of an AP. New settings end its association.
    async fn steer_by_channel(&mut self, now: Moment, target: &Target<'_>) -> Result<(), End> {
        let (radio, network, bssid) = (target.radio, target.network, target.bssid);
        let channels = self.channels.iter();
        let Some((steps, alike)) = channels
            .filter_map(|channels| {
                Some((
                    channels.steer(radio.interface(), bssid, network)?,
                    channels.alike(bssid),
                ))
            })
            .next()
        else {
            let menu = self.router.radio_menu().console();
            warn!(hint = format!("add a profile to `{menu} configuration` as in contrib/router-wifi.rsc"), %radio, %network, "no configuration profile with a security profile says how {radio} joins this network, so the hunt does not send it there");
            self.leave_alone(now);
            return Ok(());
        };
        if !alike.is_empty() {
            let others: Vec<String> = alike.iter().map(ToString::to_string).collect();
            info!(%radio, %bssid, others = others.join(" "), "hunt: the network and the frequency of {bssid} do not distinguish it from {}: which of them {radio} joins is its own choice", others.join(", "));
        }
        self.send(now, steps).await?;
        self.reread().await
    }

    /// Ends a radio's association, so that it searches by itself and is not steered.
    pub(super) async fn search(
        &mut self,
        now: Moment,
        radio: &UplinkId,
        registration: Option<&Registration>,
    ) -> Result<(), End> {
        let menu = self.router.radio_menu();
        let end = registration.map(|item| Step::EndAssociation {
            menu,
            item: item.clone(),
        });
        let steps = self.releasing(radio.interface()).into_iter().chain(end);
        self.send(now, steps.collect()).await?;
        self.reread().await
    }

    /// What lets a radio go wherever the router's own rules, or its settings before, lead.
    fn releasing(&self, radio: &InterfaceName) -> Vec<Step> {
        if let Some(channels) = &self.channels {
            return channels.release(radio);
        }
        let rule = self.managed_rule(radio).filter(|rule| !rule.disabled);
        rule.map(|item| Step::Release { item: item.clone() })
            .into_iter()
            .collect()
    }

    /// Lets a radio go wherever the router's own rules lead.
    pub(super) async fn release(&mut self, now: Moment, radio: &UplinkId) -> Result<(), End> {
        self.reread().await?;
        let steps = self.releasing(radio.interface());
        if steps.is_empty() {
            return Ok(());
        }
        self.send(now, steps).await?;
        self.reread().await
    }

    /// Sends calls that concern a standby only; after a refusal things are left alone for a while.
    pub(super) async fn send(&mut self, now: Moment, steps: Vec<Step>) -> Result<(), End> {
        let plan = Plan {
            steps,
            tunnel_left_disabled: false,
        };
        let applied = executor::apply(self.router, &plan).await;
        match applied.stopped {
            None => Ok(()),
            Some((step, CallError::Refused(trap))) if trap.is_no_such_item() => {
                debug!(%step, "was gone already");
                Ok(())
            }
            Some((step, CallError::Refused(trap))) => {
                self.leave_alone(now);
                warn!(hint = "if the answer speaks of permissions, the user's group needs `write`", answer = %trap, "the router refused `{step}`; the standby is left alone for a while");
                Ok(())
            }
            Some((_, error)) if self.router.is_lost().is_some() || matches!(error, CallError::NotSent(_)) => {
                Err(lost(error))
            }
            // An answer that could not be read: the next reading shows what came of it.
            Some(_) => Ok(()),
        }
    }

    /// Leaves the router as one without an agent may keep it: no managed rule on a radio that is not active.
    pub(super) async fn leave(&mut self, now: Moment, radios: &[InterfaceName], active: Option<&UplinkId>) {
        self.stop_scan();
        for radio in radios {
            let radio = UplinkId::new(radio.clone());
            if Some(&radio) != active && self.steered(radio.interface()).is_some() {
                info!(%radio, "{radio} is no longer steered: the agent stops");
                // The session ends either way.
                self.release(now, &radio).await.ok();
            }
        }
    }

    fn leave_alone(&mut self, now: Moment) {
        self.left_alone_until = now + self.leave_alone;
    }

    fn managed_rule(&self, radio: &InterfaceName) -> Option<&RuleItem> {
        let comment = hunt_comment(radio);
        self.rules.iter().find(|rule| rule.comment == comment)
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
