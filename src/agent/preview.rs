//! The plan of a swap for people: what it changes on the router as it is now. Nothing is written.

use super::associations::Associations;
use super::lease::on_dhcp;
use super::memory::managed;
use super::{observe, wanted};
use crate::config::Config;
use crate::names::{Bssid, Ssid, UplinkId};
use crate::observation::{Link, UplinkView};
use crate::router::{CallError, Router};
use crate::routeros::RadioMenu;
use crate::swap::{self, Bounce};

/// Why nothing can be planned to an uplink.
#[derive(Debug, thiserror::Error)]
pub enum PlanToError {
    /// The router could not be read.
    #[error("the router could not be read")]
    Read(#[from] CallError),
    /// An item is missing or unusable.
    #[error("{0}\n\nhint: {hint}", hint = .0.hint())]
    Plan(#[from] swap::PlanError),
    /// The radio is on a network with DHCP and has no lease.
    #[error(
        "{0} has no lease of network `{1}`\n\nhint: `tikroam run` asks for one; see `/ip dhcp-client print detail` on the router"
    )]
    NoLease(UplinkId, Ssid),
    /// The fallback has its address by DHCP, and no lease.
    #[error("{0} has no lease\n\nhint: `tikroam run` asks for one; see `/ip dhcp-client print detail` on the router")]
    NoFallbackLease(UplinkId),
    /// The radio has no way out.
    #[error(
        "{0} is not associated with an AP of a configured network\n\nhint: see `{menu} registration-table print` on the router", menu = .1.console()
    )]
    NotOnANetwork(UplinkId, RadioMenu),
}

/// What a swap to `to` changes on the router as it is now, for people; nothing is written. With a network the radio is taken
/// to be on it, whatever it is on.
///
/// # Errors
///
/// [`PlanToError`] when the router cannot be read or there is no way out over that radio.
pub async fn plan_to(
    config: &Config,
    router: &Router,
    to: &UplinkId,
    network: Option<&Ssid>,
) -> Result<String, PlanToError> {
    let managed = managed(config);
    let mut associations = Associations::new(config.radios());
    router.find_radios(&managed.radios, managed.menu).await?;
    let registrations = router.registrations(&managed.radios).await?;
    let read_at = registrations.at;
    for radio in associations.registered(read_at, registrations.rows) {
        associations.monitored(router.monitor(&radio).await?);
    }
    let read = router.snapshot(&managed).await?;
    let mut views: Vec<UplinkView> = associations.views(config.networks(), |_| None).collect();
    if let (Some(network), Some(view)) = (network, views.iter_mut().find(|view| view.id == *to)) {
        view.link = Some(Link {
            // No plan names an access point.
            bssid: Bssid([0; 6]),
            network: Some(network.clone()),
            signal: None,
            authenticated: true,
            since: read_at,
            stranger: false,
        });
    }
    let from = observe::active(config, &read, &views).map_or_else(|| "none".to_owned(), |id| id.to_string());
    let Some(wanted) = wanted::swapped(config, &read, &views, to, Bounce::WithTheWay) else {
        let view = views.iter().find(|view| view.id == *to);
        return Err(match view.and_then(|view| on_dhcp(config, view)) {
            Some(network) => PlanToError::NoLease(to.clone(), network.ssid.clone()),
            None if wanted::fallback(config, to).is_some() => PlanToError::NoFallbackLease(to.clone()),
            None => PlanToError::NotOnANetwork(to.clone(), router.radio_menu()),
        });
    };
    let plan = swap::plan(&read, &wanted)?;
    let signal = |id: &UplinkId| {
        let view = views.iter().find(|view| view.id == *id);
        match view.and_then(|view| view.link.as_ref()) {
            Some(_) if network.is_some() && id == to => {
                format!("{id} as if on {}", network.map(Ssid::to_string).unwrap_or_default())
            }
            Some(link) => format!(
                "{id} {} on {}{}",
                link.signal
                    .map_or_else(|| "no signal".to_owned(), |signal| signal.to_string()),
                link.bssid,
                if link.authenticated { "" } else { " (not authenticated)" }
            ),
            None => format!("{id} not associated"),
        }
    };
    let radios: Vec<String> = views.iter().map(|view| signal(&view.id)).collect();
    let left = if plan.tunnel_left_disabled {
        "  the tunnel was disabled by a person and is left so\n"
    } else {
        ""
    };
    Ok(format!("swap {from} -> {to}: {}\n{plan}{left}", radios.join("; ")))
}
