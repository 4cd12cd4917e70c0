//! What the readings say: which uplink is active, whether its tunnel is down. Pure.

use super::fallbacks::Fallbacks;
use super::tunnel::Tunnel;
use super::wanted::network;
use crate::config::Config;
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
    let (active, address) = swap::active(read, &radios)?;
    let link = views
        .iter()
        .find(|view| view.id == active.uplink)
        .and_then(|view| view.link.as_ref());
    let network = link
        .and_then(|link| link.network.as_ref())
        .and_then(|ssid| network(config, ssid));
    match network {
        Some(network) if network.address_on(active.uplink.interface()) != address => None,
        _ => Some(active.uplink),
    }
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
