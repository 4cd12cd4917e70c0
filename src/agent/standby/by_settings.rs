//! Steering where a radio's own settings lead it: the menus without a connect-list.

use tracing::{info, warn};

use super::{Standby, Target};
use crate::agent::channels::distinct;
use crate::agent::end::End;
use crate::names::InterfaceName;
use crate::snapshot::{Registration, ScanRow};
use crate::swap::Step;
use crate::units::Moment;

impl Standby<'_> {
    /// Takes what a scan heard, and gives where a radio can be sent.
    pub(in crate::agent) fn heard(&mut self, rows: Vec<ScanRow>) -> Vec<ScanRow> {
        let Some(channels) = &mut self.channels else {
            return rows;
        };
        channels.scanned(&rows);
        distinct(rows)
    }

    /// Sends a radio to the network and the frequency of an AP. New settings end its association.
    pub(super) async fn steer_by_settings(&mut self, now: Moment, target: &Target<'_>) -> Result<(), End> {
        let (radio, network, bssid) = (target.radio, target.network, target.bssid);
        let channels = self.channels.as_ref();
        let Some(steps) = channels.and_then(|channels| channels.steer(radio.interface(), bssid, network)) else {
            let menu = self.router.radio_menu().console();
            warn!(
                hint = format!("add a profile to `{menu} configuration`; `sudo tikroam setup --check` prints it"), %radio, %network,
                "no configuration profile with a security profile says how {radio} joins this network, so the hunt does not \
                 send it there"
            );
            self.leave_alone(now);
            return Ok(());
        };
        let alike = channels.map(|channels| channels.alike(bssid)).unwrap_or_default();
        if !alike.is_empty() {
            let others: Vec<String> = alike.iter().map(ToString::to_string).collect();
            let others = others.join(", ");
            info!(
                %radio, %bssid,
                "hunt: the network and the frequency of {bssid} do not distinguish it from {others}: which of them {radio} \
                 joins is its own choice"
            );
        }
        self.send(now, steps).await?;
        self.reread().await
    }

    /// Lets a radio look on all its frequencies for its network, away from the AP of this registration.
    pub(super) async fn search_by_settings(
        &mut self,
        now: Moment,
        radio: &InterfaceName,
        registration: Option<&Registration>,
    ) -> Result<(), End> {
        let mut steps = self
            .channels
            .as_ref()
            .map(|channels| channels.release(radio))
            .unwrap_or_default();
        steps.extend(registration.map(|item| Step::EndAssociation {
            menu: self.router.radio_menu(),
            item: item.clone(),
        }));
        if steps.is_empty() {
            return Ok(());
        }
        self.send(now, steps).await?;
        self.reread().await
    }
}
