//! What a reading looks like after a plan's steps, as far as plans can see it.

use super::items::has_mark;
use super::step::{Step, marked, unmarked};
use crate::marks::{ROUTE_COMMENT, address_comment};
use crate::routeros::{DEFAULT_DESTINATION, ItemId};
use crate::snapshot::{AddressItem, RouteItem, Snapshot};
use crate::units::Moment;

/// The reading that a router gives once it took the steps, tunnel up and route in use included.
#[must_use]
pub fn applied(read: &Snapshot, steps: &[Step], at: Moment) -> Snapshot {
    let mut after = read.clone();
    after.at = at;
    for step in steps {
        apply(&mut after, step);
    }
    after
}

fn apply(on: &mut Snapshot, step: &Step) {
    match step {
        Step::TunnelOff { .. } | Step::TunnelOn { .. } => {
            let off = matches!(step, Step::TunnelOff { .. });
            if let Some(tunnel) = &mut on.tunnel {
                tunnel.disabled = off;
                tunnel.running = !off;
                tunnel.comment = if off {
                    marked(&tunnel.comment)
                } else {
                    unmarked(&tunnel.comment)
                };
                debug_assert_eq!(has_mark(&tunnel.comment), off);
                if let Step::TunnelOn {
                    source: Some(source), ..
                } = step
                {
                    tunnel.source = Some(*source);
                }
            }
        }
        Step::AddressOff { item, park } => {
            if let Some(row) = address(on, &item.id) {
                (row.address, row.network, row.disabled) = (*park, park.network(), true);
            }
        }
        Step::AddressSet {
            item,
            radio,
            address: to,
        } => {
            if let Some(row) = address(on, &item.id) {
                (row.address, row.network, row.disabled) = (*to, to.network(), false);
                row.interface = radio.clone();
            }
        }
        Step::DuplicateAddressOff { item } => {
            if let Some(row) = address(on, &item.id) {
                row.disabled = true;
            }
        }
        Step::RouteSet { item, gateway } => {
            if let Some(row) = route(on, &item.id) {
                gateway.clone_into(&mut row.gateway);
                (row.disabled, row.active) = (false, true);
            }
        }
        Step::DuplicateRouteOff { item } => {
            if let Some(row) = route(on, &item.id) {
                (row.disabled, row.active) = (true, false);
            }
        }
        Step::CreateAddress { radio, park } => on.addresses.push(AddressItem {
            id: ItemId(format!("new address of {}", radio.as_str())),
            comment: address_comment(radio),
            address: *park,
            network: park.network(),
            interface: radio.clone(),
            disabled: true,
            dynamic: false,
        }),
        Step::CreateRoute { gateway } => {
            on.routes
                .extend(DEFAULT_DESTINATION.parse().ok().map(|destination| RouteItem {
                    id: ItemId("new default route".to_owned()),
                    comment: ROUTE_COMMENT.to_owned(),
                    destination,
                    gateway: gateway.clone(),
                    distance: 1,
                    active: false,
                    disabled: true,
                    dynamic: false,
                }))
        }
        Step::PeerOff { .. } | Step::PeerOn { .. } => {
            let off = matches!(step, Step::PeerOff { .. });
            if let Some(peer) = &mut on.peer {
                peer.disabled = off;
                peer.comment = if off {
                    marked(&peer.comment)
                } else {
                    unmarked(&peer.comment)
                };
            }
        }
        Step::ListenPort { port, .. } => {
            if let Some(tunnel) = &mut on.tunnel {
                tunnel.listen_port = *port;
            }
        }
        Step::Client(step) => step.apply(&mut on.clients),
        // Nothing of these is in a reading of the items that a swap concerns.
        Step::ForgetConnection { .. }
        | Step::Steer { .. }
        | Step::Avoid { .. }
        | Step::KeepScanList { .. }
        | Step::ScanList { .. }
        | Step::Release { .. }
        | Step::EndAssociation { .. }
        | Step::Radio(_)
        | Step::CreateRule { .. } => {}
    }
}

fn address<'s>(on: &'s mut Snapshot, id: &ItemId) -> Option<&'s mut AddressItem> {
    on.addresses.iter_mut().find(|row| row.id == *id)
}

fn route<'s>(on: &'s mut Snapshot, id: &ItemId) -> Option<&'s mut RouteItem> {
    on.routes.iter_mut().find(|row| row.id == *id)
}
