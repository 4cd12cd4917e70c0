//! What the configuration says of the vehicle, as far as it is shown.

use std::net::Ipv4Addr;
use std::time::Duration;

use crate::ap_names::ApNames;
use crate::config::Config;
use crate::names::UplinkId;
use crate::units::{Db, Dbm};

/// What does not change while the agent runs.
#[derive(Debug, Clone)]
pub struct Facts {
    pub(super) vehicle: Option<String>,
    pub(super) names: ApNames,
    pub(super) router: String,
    pub(super) radios: Vec<UplinkId>,
    /// The fallbacks, and how often each is probed.
    pub(super) fallbacks: Vec<(UplinkId, Duration)>,
    /// The tunnel's kind and interface.
    pub(super) tunnel: Option<(&'static str, String)>,
    pub(super) probe: Option<Ipv4Addr>,
    /// The signals between which the active radio is left.
    pub(super) trigger: (Dbm, Dbm),
    /// How long a turn of the loop may last.
    pub(super) longest_turn: Duration,
}

/// How much above the trigger a vehicle whose swaps are short leaves its active radio.
const SOONER: Db = Db(2);

/// How many calls, each answered at the last moment, a turn may wait for before the loop counts as standing still.
const SLOW_CALLS: u32 = 3;

impl Facts {
    /// Takes them from the configuration.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let tunnel = config.tunnel();
        let trigger = config.handover().trigger;
        Facts {
            vehicle: config.vehicle().map(str::to_owned),
            names: config.aps().clone(),
            router: config.router().address().to_owned(),
            radios: config
                .radios()
                .iter()
                .map(|radio| UplinkId::new(radio.interface.clone()))
                .collect(),
            fallbacks: config
                .fallbacks()
                .iter()
                .map(|one| (UplinkId::new(one.interface.clone()), one.probe_interval))
                .collect(),
            tunnel: tunnel
                .item
                .as_ref()
                .map(|(kind, name)| (kind.shape().name, name.to_string())),
            probe: tunnel.probe,
            trigger: (trigger, trigger + SOONER),
            longest_turn: config.router().answer_deadline() * SLOW_CALLS,
        }
    }
}
