//! What the readings say: which uplink is active, whether its tunnel is down. Pure.

use ipnet::Ipv4Net;

use super::fallbacks::Fallbacks;
use super::tunnel::Tunnel;
use super::wanted::network;
use crate::config::{Config, Network};
use crate::names::{InterfaceName, UplinkId};
use crate::observation::{Observation, UplinkView};
use crate::snapshot::Snapshot;
use crate::swap;
use crate::units::Dbm;

/// The uplink that carries the vehicle now: the route leads over it and the address on it fits the network it is on.
///
/// A radio that moved to another network by itself still has the route, but no way out: then none is active. While a
/// swap that did not end has the tunnel off, none is active either: the vehicle is dark whichever way the route leads, so
/// the best candidate is as near as the old way.
pub(super) fn active(config: &Config, read: &Snapshot, views: &[UplinkView]) -> Option<UplinkId> {
    if swap::half_done(read) {
        return None;
    }
    let fallbacks: Vec<InterfaceName> = config.fallbacks().iter().map(|one| one.interface.clone()).collect();
    if let Some(active) = swap::active_fallback(read, &fallbacks) {
        return Some(active.uplink);
    }
    let radios: Vec<InterfaceName> = config.radios().iter().map(|radio| radio.interface.clone()).collect();
    let view = |id: &UplinkId| views.iter().find(|view| view.id == *id);
    let Some((active, address)) = swap::active(read, &radios) else {
        // A lease may go with the access point. The way is lost then, as one with a fixed address is.
        let lost = |id: &UplinkId| view(id).is_some_and(|view| view.link.is_none());
        return swap::leased_way(read, &radios).filter(lost);
    };
    let view = view(&active.uplink);
    let Some(link) = view.and_then(|view| view.link.as_ref()) else {
        return Some(active.uplink);
    };
    if link.stranger || view.is_some_and(|view| !view.lease.carries()) {
        return None;
    }
    match link.network.as_ref().and_then(|ssid| network(config, ssid)) {
        Some(network) => (held(network, read, active.uplink.interface()) == Some(address)).then_some(active.uplink),
        None => Some(active.uplink),
    }
}

/// The address that a radio has on a network, or should have: its lease, where the network gives one.
fn held(network: &Network, read: &Snapshot, radio: &InterfaceName) -> Option<Ipv4Net> {
    let lease = || swap::lease_on(read, radio, Some(&network.ssid)).map(|lease| lease.address);
    network.address_on(radio).or_else(lease)
}

/// The observation of this moment, but for what ended since the last one.
pub(super) fn observation(
    config: &Config,
    read: &Snapshot,
    tunnel: &Tunnel,
    fallbacks: &Fallbacks,
    uplinks: Vec<UplinkView>,
) -> Observation {
    let active = active(config, read, &uplinks);
    Observation {
        dialing: active.is_some() && tunnel.dialing_to() == active.as_ref(),
        tunnel_down: tunnel.down_since(),
        active,
        uplinks,
        fallbacks: fallbacks.views(read),
        ..Observation::default()
    }
}

/// The signal of an uplink that is authenticated.
pub(super) fn signal_of(views: &[UplinkView], id: &UplinkId) -> Option<Dbm> {
    let view = views.iter().find(|view| view.id == *id)?;
    view.link.as_ref().filter(|link| link.authenticated)?.signal
}
