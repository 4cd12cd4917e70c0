//! The managed items of a reading: which one counts, which are missing, which are there twice.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use thiserror::Error;

use super::client::{ClientStep, client_item};
use super::step::{Plan, Step};
use super::wanted::{Active, parked};
use crate::marks::{ROUTE_COMMENT, TUNNEL_MARK, address_comment};
use crate::names::{InterfaceName, UplinkId};
use crate::snapshot::{AddressItem, ClientItem, Managed, RouteItem, Snapshot};

/// Why no plan can be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlanError {
    /// A radio has no managed address item.
    #[error("no address item on the router has comment `{comment}`")]
    NoAddressItem {
        /// The comment looked for.
        comment: String,
    },
    /// There is no managed default route.
    #[error("no route on the router has comment `{ROUTE_COMMENT}`")]
    NoRoute,
}

impl PlanError {
    /// What a technician can do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        "`tikroam run` makes a missing item by itself; until then `sudo tikroam setup --check` prints it"
    }
}

/// The address item of a radio. Of several with its comment, the one that fits best: on the radio, enabled, the first.
/// One that the router made itself (DHCP) cannot be set, so it does not count.
///
/// # Errors
///
/// [`PlanError::NoAddressItem`] when there is none.
pub fn address_item<'a>(read: &'a Snapshot, radio: &InterfaceName) -> Result<&'a AddressItem, PlanError> {
    let comment = address_comment(radio);
    let fits = |item: &&AddressItem| (item.interface != *radio, item.disabled);
    let settable = read
        .addresses
        .iter()
        .filter(|item| item.comment == comment && !item.dynamic);
    settable.min_by_key(fits).ok_or(PlanError::NoAddressItem { comment })
}

/// The managed default route. Of several with its comment, the one that fits best: tied to an interface, enabled, the
/// first. One that the router made itself does not count.
///
/// # Errors
///
/// [`PlanError::NoRoute`] when there is none.
pub fn route_item(read: &Snapshot) -> Result<&RouteItem, PlanError> {
    let fits = |route: &&RouteItem| (!route.gateway.contains('%'), route.disabled);
    managed_routes(read).min_by_key(fits).ok_or(PlanError::NoRoute)
}

/// The managed items that are there beside the one that counts. Enabled, they split the traffic or hold an address.
pub fn duplicates<'a>(read: &'a Snapshot, radios: &'a [InterfaceName]) -> (Vec<&'a AddressItem>, Vec<&'a RouteItem>) {
    let addresses = radios.iter().flat_map(|radio| {
        let comment = address_comment(radio);
        let counts = address_item(read, radio).ok();
        let same = read
            .addresses
            .iter()
            .filter(move |item| item.comment == comment && !item.dynamic);
        same.filter(move |item| counts.is_none_or(|counts| !std::ptr::eq(counts, *item)))
    });
    let counts = route_item(read).ok();
    let routes = managed_routes(read).filter(|route| counts.is_none_or(|counts| !std::ptr::eq(counts, *route)));
    (addresses.collect(), routes.collect())
}

fn managed_routes(read: &Snapshot) -> impl Iterator<Item = &RouteItem> {
    read.routes
        .iter()
        .filter(|route| route.comment == ROUTE_COMMENT && !route.dynamic)
}

/// The items that the router must have and does not: one address item for each radio, one default route. They are made
/// disabled; a first gateway is needed for the route. Nothing is missing for sure while rows could not be read.
#[must_use]
pub fn missing(read: &Snapshot, managed: &Managed, gateway: Ipv4Addr) -> Plan {
    let radios = &managed.radios;
    let mut steps = Vec::new();
    if read.unread > 0 {
        return Plan::default();
    }
    for (index, radio) in radios.iter().chain(&managed.held).enumerate() {
        if address_item(read, radio).is_err() {
            steps.push(Step::CreateAddress {
                radio: radio.clone(),
                park: parked(index),
            });
        }
    }
    // A router refuses a second client on an interface, so that a stranger's is in the way.
    let without = |radio: &&InterfaceName| !read.clients.iter().any(|client| client.interface == **radio);
    for radio in managed.clients.iter().filter(without) {
        let radio = radio.clone();
        steps.push(Step::Client(ClientStep::Create { radio }));
    }
    if let (Err(_), Some(radio)) = (route_item(read), radios.first()) {
        let uplink = UplinkId::new(radio.clone());
        steps.push(Step::CreateRoute {
            gateway: Active {
                uplink,
                gateway: Some(gateway),
            }
            .gateway(),
        });
    }
    Plan {
        steps,
        tunnel_left_disabled: false,
    }
}

/// The uplink that the managed default route uses, with the gateway and the radio's address, when route and address on
/// the router agree.
///
/// `None` when there is no such route, it is disabled, or its radio's address item is off or of another subnet: the
/// vehicle then has no way out that could work.
#[must_use]
pub fn active(read: &Snapshot, radios: &[InterfaceName]) -> Option<(Active, Ipv4Net)> {
    let route = route_item(read).ok().filter(|route| !route.disabled)?;
    let (gateway, radio) = route.gateway.split_once('%')?;
    let gateway: Ipv4Addr = gateway.parse().ok()?;
    let radio = radios.iter().find(|name| name.as_str() == radio)?;
    let holds = |item: &&AddressItem| !item.disabled && item.interface == *radio && item.address.contains(&gateway);
    let held = address_item(read, radio).ok().filter(holds).map(|item| item.address);
    let leased = client_item(read, radio).and_then(ClientItem::lease);
    let leased = leased.filter(|lease| lease.gateway == gateway);
    let address = held.or(leased.map(|lease| lease.address))?;
    let uplink = UplinkId::new(radio.clone());
    let gateway = Some(gateway);
    Some((Active { uplink, gateway }, address))
}

/// The radio that the managed default route leads over and whose address comes by DHCP, whether or not it has one now.
#[must_use]
pub fn leased_way(read: &Snapshot, radios: &[InterfaceName]) -> Option<UplinkId> {
    let route = route_item(read).ok().filter(|route| !route.disabled)?;
    let (_, radio) = route.gateway.split_once('%')?;
    let radio = radios.iter().find(|name| name.as_str() == radio)?;
    client_item(read, radio).filter(|client| !client.disabled)?;
    Some(UplinkId::new(radio.clone()))
}

/// The fallback that the managed default route uses, whether it is up or not; `None` when the route is off or leads
/// elsewhere.
#[must_use]
pub fn active_fallback(read: &Snapshot, fallbacks: &[InterfaceName]) -> Option<Active> {
    let route = route_item(read).ok().filter(|route| !route.disabled)?;
    let (gateway, interface) = match route.gateway.split_once('%') {
        Some((gateway, interface)) => (Some(gateway.parse().ok()?), interface),
        None => (None, route.gateway.as_str()),
    };
    let name = fallbacks.iter().find(|name| name.as_str() == interface)?;
    let uplink = UplinkId::new(name.clone());
    Some(Active { uplink, gateway })
}

/// Whether the tunnel is off by a swap that did not end.
#[must_use]
pub fn half_done(read: &Snapshot) -> bool {
    read.tunnel
        .as_ref()
        .is_some_and(|tunnel| tunnel.disabled && has_mark(&tunnel.comment))
}

/// Whether a tunnel's comment carries the mark of a swap.
#[must_use]
pub fn has_mark(comment: &[u8]) -> bool {
    comment
        .split(|byte| *byte == b' ')
        .any(|word| word == TUNNEL_MARK.as_bytes())
}
