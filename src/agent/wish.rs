//! What the router must look like, from which uplink is to be active and where the standbys are.

use crate::config::{Config, Network};
use crate::names::{InterfaceName, Ssid, UplinkId};
use crate::observation::UplinkView;
use crate::snapshot::Snapshot;
use crate::swap::{self, Active, Address, Wanted};

/// The uplink that carries the vehicle now: the route leads over it and the address on it fits the network it is on.
///
/// A radio that moved to another network by itself still has the route, but no way out: then none is active.
pub(super) fn active(config: &Config, read: &Snapshot, views: &[UplinkView]) -> Option<UplinkId> {
    let (uplink, address) = swap::active(read, &radios(config))?;
    let link = views
        .iter()
        .find(|view| view.id == uplink)
        .and_then(|view| view.link.as_ref());
    let network = link
        .and_then(|link| link.network.as_ref())
        .and_then(|ssid| network(config, ssid));
    match network {
        Some(network) if network.address_on(uplink.interface()) != address => None,
        _ => Some(uplink),
    }
}

/// What a swap to `to` wants; `None` when that radio is on no configured network.
pub(super) fn swapped(
    config: &Config,
    read: &Snapshot,
    views: &[UplinkView],
    to: &UplinkId,
    bounce: bool,
) -> Option<Wanted> {
    let link = views.iter().find(|view| view.id == *to)?.link.as_ref()?;
    let target = network(config, link.network.as_ref()?)?;
    let subnet = target.address_on(to.interface()).trunc();
    let addresses = config.radios().iter().map(|radio| {
        let address = if radio.interface == *to.interface() {
            Address::Hold(target.address_on(&radio.interface))
        } else if swap::address_item(read, &radio.interface).is_ok_and(|item| item.address.trunc() == subnet) {
            Address::Off
        } else {
            Address::Keep
        };
        (radio.interface.clone(), address)
    });
    Some(Wanted {
        tunnel: config.tunnel().kind,
        active: Some(Active {
            uplink: to.clone(),
            gateway: target.gateway,
        }),
        addresses: addresses.collect(),
        bounce,
    })
}

/// What the standbys' address items must say; the active's, and route and tunnel, stay as they are.
///
/// A standby is staged on a network whose subnet no other radio uses. On the active's network it is only ready: two
/// addresses of one subnet on two interfaces are not valid.
pub(super) fn staged(config: &Config, read: &Snapshot, views: &[UplinkView], active: &UplinkId) -> Wanted {
    let mut used: Vec<ipnet::Ipv4Net> = Vec::new();
    used.extend(
        swap::address_item(read, active.interface())
            .ok()
            .map(|item| item.address.trunc()),
    );
    let addresses = config.radios().iter().map(|radio| {
        let view = views.iter().find(|view| view.id.interface() == &radio.interface);
        let address = match view.and_then(|view| view.link.as_ref()) {
            _ if radio.interface == *active.interface() => Address::Keep,
            None => Address::Keep,
            Some(link) => match link.network.as_ref().and_then(|ssid| network(config, ssid)) {
                Some(network) => {
                    let wanted = network.address_on(&radio.interface);
                    if used.contains(&wanted.trunc()) {
                        Address::Off
                    } else if link.authenticated {
                        used.push(wanted.trunc());
                        Address::Hold(wanted)
                    } else {
                        Address::Keep
                    }
                }
                // Whichever network the AP belongs to, it is not known to be the one of the address.
                None => Address::Off,
            },
        };
        (radio.interface.clone(), address)
    });
    Wanted {
        tunnel: config.tunnel().kind,
        active: None,
        addresses: addresses.collect(),
        bounce: false,
    }
}

/// A radio's address taken off, all else as it is.
pub(super) fn unstaged(config: &Config, radio: &InterfaceName) -> Wanted {
    let addresses = config.radios().iter().map(|one| {
        let address = if one.interface == *radio {
            Address::Off
        } else {
            Address::Keep
        };
        (one.interface.clone(), address)
    });
    Wanted {
        tunnel: config.tunnel().kind,
        active: None,
        addresses: addresses.collect(),
        bounce: false,
    }
}

pub(super) fn radios(config: &Config) -> Vec<InterfaceName> {
    config.radios().iter().map(|radio| radio.interface.clone()).collect()
}

pub(super) fn network<'a>(config: &'a Config, ssid: &Ssid) -> Option<&'a Network> {
    config.networks().iter().find(|network| network.ssid == *ssid)
}

/// Why nothing can be planned to an uplink.
#[derive(Debug, thiserror::Error)]
pub enum PlanToError {
    /// The router could not be read.
    #[error("the router could not be read")]
    Read(#[from] crate::router::CallError),
    /// An item is missing or unusable.
    #[error("{0}\n\nhint: {hint}", hint = .0.hint())]
    Plan(#[from] swap::PlanError),
    /// The radio has no way out.
    #[error(
        "{0} is not associated with an AP of a configured network\n\nhint: see `/interface wireless registration-table print` on the router"
    )]
    NotOnANetwork(UplinkId),
}

/// What a swap to `to` would change on the router as it is now, for people; nothing is written.
///
/// # Errors
///
/// [`PlanToError`] when the router cannot be read or there is no way out over that radio.
pub async fn plan_to(config: &Config, router: &crate::router::Router, to: &UplinkId) -> Result<String, PlanToError> {
    let ours = super::prepare::ours(config, false);
    let mut links = super::links::Links::new(config.radios());
    let registrations = router.registrations(&ours.radios).await?;
    for radio in links.registered(registrations.at, registrations.rows) {
        links.monitored(router.monitor(&radio).await?);
    }
    let read = router.snapshot(&ours).await?;
    let views: Vec<UplinkView> = links.views(config.networks(), |_| None).collect();
    let from = active(config, &read, &views).map_or_else(|| "none".to_owned(), |id| id.to_string());
    let Some(wanted) = swapped(config, &read, &views, to, false) else {
        return Err(PlanToError::NotOnANetwork(to.clone()));
    };
    let plan = swap::plan(&read, &wanted)?;
    let signal = |id: &UplinkId| {
        let view = views.iter().find(|view| view.id == *id);
        match view.and_then(|view| view.link.as_ref()) {
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
        "  the tunnel was disabled by a person and would be left so\n"
    } else {
        ""
    };
    Ok(format!("swap {from} -> {to}: {}\n{plan}{left}", radios.join("; ")))
}
