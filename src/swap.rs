//! A swap as data: what the router must look like (`Wanted`), the calls that make it so (`plan`), and whether it does
//! (`verify`).
//!
//! A plan is the difference between what was read and what is wanted. Going back is a plan to the other uplink, a
//! half-done swap is a plan from wherever it stopped, and nothing wrong is an empty plan.

use ipnet::Ipv4Net;
use thiserror::Error;

use crate::names::InterfaceName;
use crate::snapshot::{AddressItem, Snapshot};

mod applied;
mod client;
mod columns;
mod items;
mod radio_step;
mod step;
mod wanted;

pub use applied::applied;
pub use client::{ClientStep, client_item, lease_on};
pub use items::{
    PlanError, active, active_fallback, address_item, duplicates, half_done, has_mark, leased_way, missing, route_item,
};
pub use radio_step::RadioStep;
pub use step::{Plan, Step};
pub use wanted::{Active, Address, Bounce, PARKING, Wanted, parked};

/// Plans the calls from what was read to what is wanted.
///
/// The order keeps three promises: the tunnel goes off first, so that a swap which stops half-way shows by our
/// mark and the tunnel's call-clear leaves by the old path; an address leaves one radio before another takes it; and the
/// tunnel comes on last, never while address and route disagree.
///
/// # Errors
///
/// [`PlanError`] when the active's address item or the default route is missing. A standby's missing item stops nothing.
pub fn plan(read: &Snapshot, wanted: &Wanted) -> Result<Plan, PlanError> {
    let mut off = duplicates_off(read, wanted);
    let mut set = Vec::new();
    let held: Vec<Ipv4Net> = wanted
        .addresses
        .iter()
        .filter_map(|(_, address)| match address {
            Address::Hold(net) => Some(*net),
            Address::Lease(_) | Address::Off | Address::Keep => None,
        })
        .collect();
    let mut active_moves = false;
    for (index, (radio, address)) in wanted.addresses.iter().enumerate() {
        let is_active = wanted
            .active
            .as_ref()
            .is_some_and(|active| active.uplink.interface() == radio);
        for step in client::steps(read, radio, address) {
            let is_off = matches!(step, ClientStep::Off { .. });
            if is_off { &mut off } else { &mut set }.push(Step::Client(step));
        }
        let item = match address_item(read, radio) {
            Ok(item) => item,
            Err(error) if is_active && !matches!(address, Address::Lease(_)) => return Err(error),
            Err(_) => continue,
        };
        match address {
            Address::Keep => {}
            Address::Hold(net) => {
                if !holds(item, radio, *net) {
                    active_moves |= is_active;
                    set.push(Step::AddressSet {
                        item: item.clone(),
                        radio: radio.clone(),
                        address: *net,
                    });
                }
            }
            Address::Lease(_) | Address::Off => {
                let in_the_way = held.iter().any(|net| net.addr() == item.address.addr());
                if !item.disabled || in_the_way {
                    off.push(Step::AddressOff {
                        item: item.clone(),
                        park: parked(index),
                    });
                }
            }
        }
    }

    let mut plan = Plan::default();
    let Some(active) = &wanted.active else {
        plan.steps.extend(off.into_iter().chain(set));
        return Ok(plan);
    };
    let route = route_item(read)?;
    let gateway = active.gateway();
    let reroute = (route.gateway != gateway || route.disabled).then(|| Step::RouteSet {
        item: route.clone(),
        gateway,
    });
    // A router without the tunnel still gets its address and route: the rest of the vehicle's traffic needs them.
    let tunnel = read.tunnel.as_ref();
    let off_by_mark = half_done(read);
    plan.tunnel_left_disabled = tunnel.is_some_and(|tunnel| tunnel.disabled) && !off_by_mark;
    // A tunnel that is tied to an address which the way out does not have cannot dial.
    let source = tunnel.and_then(|tunnel| {
        wanted
            .source
            .filter(|source| tunnel.source.is_some_and(|now| now != *source))
    });
    let bounces = tunnel.is_some_and(|tunnel| tunnel.kind.dials())
        && match wanted.bounce {
            Bounce::WithTheWay => reroute.is_some() || active_moves || source.is_some(),
            Bounce::Always => true,
            Bounce::Never => source.is_some(),
        };
    if let Some(item) = tunnel.filter(|tunnel| bounces && !tunnel.disabled) {
        plan.steps.push(Step::TunnelOff { item: item.clone() });
    }
    plan.steps.extend(off);
    plan.steps.extend(set);
    plan.steps.extend(reroute);
    let peer = read
        .peer
        .as_ref()
        .filter(|peer| peer.disabled && has_mark(&peer.comment));
    plan.steps.extend(peer.map(|item| Step::PeerOn { item: item.clone() }));
    if let Some(item) = tunnel.filter(|_| off_by_mark || (bounces && !plan.tunnel_left_disabled)) {
        plan.steps.push(Step::TunnelOn {
            item: item.clone(),
            source,
        });
    }
    Ok(plan)
}

/// Enabled items that carry a managed item's comment a second time go off: two default routes share the traffic.
fn duplicates_off(read: &Snapshot, wanted: &Wanted) -> Vec<Step> {
    let radios: Vec<InterfaceName> = wanted.addresses.iter().map(|(radio, _)| radio.clone()).collect();
    let (addresses, routes) = duplicates(read, &radios);
    let addresses = addresses.into_iter().filter(|item| !item.disabled);
    let routes = routes.into_iter().filter(|route| !route.disabled);
    addresses
        .map(|item| Step::DuplicateAddressOff { item: item.clone() })
        .chain(routes.map(|item| Step::DuplicateRouteOff { item: item.clone() }))
        .collect()
}

/// What is not yet as wanted: address and route must be right at once; the tunnel has its own patience and is not
/// looked at beyond being on.
///
/// # Errors
///
/// As [`plan`].
pub fn verify(read: &Snapshot, wanted: &Wanted) -> Result<Vec<Mismatch>, PlanError> {
    let settled = Wanted {
        bounce: Bounce::Never,
        ..wanted.clone()
    };
    let mut wrong: Vec<Mismatch> = plan(read, &settled)?
        .steps
        .into_iter()
        .map(|step| Mismatch::Differs(Box::new(step)))
        .collect();
    if wrong.is_empty() && wanted.active.is_some() && !route_item(read)?.active {
        wrong.push(Mismatch::RouteInactive {
            gateway: route_item(read)?.gateway.clone(),
        });
    }
    Ok(wrong)
}

/// One thing on the router that is not as wanted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Mismatch {
    /// An item differs; the step mends it.
    #[error("the router did not keep {0}")]
    Differs(Box<Step>),
    /// The route is as wanted and yet not used.
    #[error("the default route to {gateway} is set but the router does not use it")]
    RouteInactive {
        /// The route's gateway.
        gateway: String,
    },
}

fn holds(item: &AddressItem, radio: &InterfaceName, net: Ipv4Net) -> bool {
    item.address == net && item.network == net.network() && item.interface == *radio && !item.disabled
}

#[cfg(test)]
mod tests;
