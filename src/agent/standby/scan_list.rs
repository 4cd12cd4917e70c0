//! The scan-list of a standby: short while the agent moves it, its own again as soon as it may be needed.

use tracing::{debug, info, warn};

use super::Standby;
use crate::agent::end::End;
use crate::executor;
use crate::marks::{hunt_comment, hunt_comment_keeping, kept_scan_list};
use crate::names::{Bssid, InterfaceName};
use crate::router::CallError;
use crate::swap::{Plan, Step};
use crate::units::Moment;

impl Standby<'_> {
    /// Lets a radio search where its networks were heard lately, and keeps its own list in the comment of its rule.
    pub(in crate::agent) async fn shorten(
        &mut self,
        now: Moment,
        radio: &InterfaceName,
        target: Option<Bssid>,
    ) -> Result<(), End> {
        self.scan_lists.begun(now, radio);
        let Some(scan_list) = self.scan_lists.short(now, radio, target) else {
            return self.restore(now, radio).await;
        };
        let before = self.scan_lists.of(radio).map(str::to_owned);
        let (Some(item), Some(before)) = (self.hunt_rule(radio).cloned(), before) else {
            return Ok(());
        };
        if before == scan_list || kept_scan_list(&item.comment) == Some(&scan_list) {
            return Ok(());
        }
        let keep = kept_scan_list(&item.comment).is_none().then(|| Step::KeepScanList {
            item,
            comment: hunt_comment_keeping(radio, &before),
        });
        let list = Step::ScanList {
            radio: radio.clone(),
            before,
            scan_list: scan_list.clone(),
        };
        let plan = Plan {
            steps: keep.into_iter().chain([list]).collect(),
            tunnel_left_disabled: false,
        };
        let applied = executor::apply(self.router, &plan).await;
        if let Some((step, CallError::Refused(trap))) = &applied.stopped {
            self.scan_lists.give_up();
            warn!(hint = "set `hunt.short_scan_list` to false if this router never takes it", answer = %trap,
                "the router refused `{step}`: radios search all channels from now on, and move more slowly");
            self.reread().await?;
            return self.restore(now, radio).await;
        }
        self.sent(applied.stopped)?;
        self.scan_lists.set(radio, &scan_list);
        self.reread().await
    }

    /// Gives a radio its own scan-list back.
    pub(in crate::agent) async fn restore(&mut self, now: Moment, radio: &InterfaceName) -> Result<(), End> {
        let Some(item) = self.hunt_rule(radio).cloned() else {
            return Ok(());
        };
        let Some(kept) = kept_scan_list(&item.comment).map(str::to_owned) else {
            return Ok(());
        };
        let before = self.scan_lists.of(radio).unwrap_or_default().to_owned();
        debug!(%radio, scan_list = %kept, "searches its own channels again");
        let list = Step::ScanList {
            radio: radio.clone(),
            before,
            scan_list: kept.clone(),
        };
        let comment = hunt_comment(radio);
        self.send(now, vec![list, Step::KeepScanList { item, comment }]).await?;
        self.reread().await?;
        // A list that the router did not take back is still short: the next reading must not mistake it for a person's.
        if !self.is_short(radio) {
            self.scan_lists.set(radio, &kept);
        }
        Ok(())
    }

    /// Takes a radio's scan-list as the router has it. One that a person changed meanwhile is the radio's own from now on.
    pub(in crate::agent) async fn scan_list_read(
        &mut self,
        now: Moment,
        radio: &InterfaceName,
        list: &str,
    ) -> Result<(), End> {
        let Some(item) = self
            .hunt_rule(radio)
            .cloned()
            .filter(|_| self.scan_lists.set(radio, list))
        else {
            return Ok(());
        };
        if kept_scan_list(&item.comment).is_some() {
            info!(%radio, scan_list = %list.escape_debug(), "somebody changed the scan-list of {radio}; that is its own from now on");
            let comment = hunt_comment(radio);
            self.send(now, vec![Step::KeepScanList { item, comment }]).await?;
            self.reread().await?;
        }
        Ok(())
    }

    /// Whether a radio searches fewer channels than its own.
    pub(in crate::agent) fn is_short(&self, radio: &InterfaceName) -> bool {
        let rule = self.hunt_rule(radio);
        rule.is_some_and(|rule| kept_scan_list(&rule.comment).is_some())
    }
}
