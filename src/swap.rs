//! A swap as data: what the router must look like (`Wanted`), the calls that make it so (`plan`), and whether it does
//! (`verify`).
//!
//! A plan is the difference between what was read and what is wanted. Going back is a plan to the other uplink, a
//! half-done swap is a plan from wherever it stopped, and nothing wrong is an empty plan.

use std::fmt;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use thiserror::Error;

use crate::names::{InterfaceName, UplinkId};
use crate::routeros::{ROUTE_COMMENT, TUNNEL_MARK, TunnelKind, address_comment};
use crate::snapshot::{AddressItem, RouteItem, Snapshot};

pub mod step;

pub use step::Step;

/// Parked addresses come out of this network, which RFC 5737 keeps for documentation.
pub(crate) const PARKING: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(192, 0, 2, 0), 24);

/// Where the address item of the radio at `index` points while the radio holds no address.
///
/// Each radio has its own, so that no two items ever carry the same address: whether a router accepts that is not
/// documented.
#[must_use]
pub fn parked(index: usize) -> Ipv4Net {
    let host = u8::try_from(index % 254).unwrap_or(0) + 1;
    Ipv4Net::from(Ipv4Addr::new(192, 0, 2, host))
}

/// What a radio's address item must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Enabled, on the radio, with this address.
    Hold(Ipv4Net),
    /// Disabled and parked.
    Off,
    /// As it is.
    Keep,
}

/// What the router must look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The kind of the tunnel.
    pub tunnel: TunnelKind,
    /// The uplink that the default route must use, and its gateway; `None` leaves route and tunnel as they are.
    pub active: Option<Active>,
    /// What each radio's address item must say, in the order of the configuration.
    pub addresses: Vec<(InterfaceName, Address)>,
    /// Whether the tunnel is to be bounced even when nothing else changes.
    pub bounce: bool,
}

/// The uplink that is to be active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Active {
    /// Which one.
    pub uplink: UplinkId,
    /// The gateway of the network that it is on.
    pub gateway: Ipv4Addr,
}

impl Active {
    /// The route's gateway as RouterOS writes it, tied to the radio: `10.20.0.1%wlan2`.
    #[must_use]
    pub fn gateway(&self) -> String {
        format!("{}%{}", self.gateway, self.uplink.interface().as_str())
    }
}

/// Why no plan can be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlanError {
    /// A radio has no address item of ours.
    #[error("no address item on the router has comment `{comment}`")]
    NoAddressItem {
        /// The comment looked for.
        comment: String,
    },
    /// There is no default route of ours.
    #[error("no route on the router has comment `{ROUTE_COMMENT}`")]
    NoRoute,
    /// More than one item carries a comment of ours.
    #[error("{count} items on the router have comment `{comment}`, only one may")]
    Ambiguous {
        /// The comment looked for.
        comment: String,
        /// How many carry it.
        count: usize,
    },
    /// The router made an item that carries our comment, so it cannot be set.
    #[error("the item with comment `{comment}` is dynamic: the router made it and refuses to change it")]
    Dynamic {
        /// The item's comment.
        comment: String,
    },
    /// The router has no tunnel of the configured name.
    #[error("the router has no tunnel of the configured name")]
    NoTunnel,
}

impl PlanError {
    /// What a technician can do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            PlanError::NoAddressItem { .. } | PlanError::NoRoute => {
                "missing items are made when the agent starts: restart it, or import contrib/router.rsc"
            }
            PlanError::Ambiguous { .. } => "remove the comment from all but one of them",
            PlanError::Dynamic { .. } => {
                "remove the comment from the item; the agent then makes a static one at its start"
            }
            PlanError::NoTunnel => "compare [tunnel] interface in agent.toml with /interface/print on the router",
        }
    }
}

/// The calls that make the router look as wanted, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// One call each.
    pub steps: Vec<Step>,
    /// Whether the tunnel was disabled by a person, so that the plan leaves it alone.
    pub tunnel_left_disabled: bool,
}

impl Plan {
    /// Whether the vehicle is dark while the plan runs.
    #[must_use]
    pub fn bounces(&self) -> bool {
        self.steps
            .iter()
            .any(|step| matches!(step, Step::TunnelOff { .. } | Step::TunnelOn { .. }))
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return writeln!(f, "  nothing to change");
        }
        let rows: Vec<[String; 4]> = self.steps.iter().map(Step::columns).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let (a, b, c) = (width(0), width(1), width(2));
        for (i, [call, item, property, change]) in rows.iter().enumerate() {
            writeln!(f, "  {}  {call:a$}  {item:b$}  {property:c$}  {change}", i + 1)?;
        }
        Ok(())
    }
}

/// Plans the calls from what was read to what is wanted.
///
/// The order keeps three promises: the tunnel goes off first, so that a swap which stops half-way can be told by our
/// mark and the tunnel's call-clear leaves by the old path; an address leaves one radio before another takes it; and the
/// tunnel comes on last, never while address and route disagree.
///
/// # Errors
///
/// [`PlanError`] when an item that is needed is missing, doubled or not settable.
pub fn plan(read: &Snapshot, wanted: &Wanted) -> Result<Plan, PlanError> {
    let mut off = Vec::new();
    let mut set = Vec::new();
    let held: Vec<Ipv4Net> = wanted
        .addresses
        .iter()
        .filter_map(|(_, address)| match address {
            Address::Hold(net) => Some(*net),
            Address::Off | Address::Keep => None,
        })
        .collect();
    let mut active_moves = false;
    for (index, (radio, address)) in wanted.addresses.iter().enumerate() {
        let item = address_item(read, radio)?;
        match address {
            Address::Keep => {}
            Address::Hold(net) => {
                if !holds(item, radio, *net) {
                    active_moves |= wanted.active.as_ref().is_some_and(|a| a.uplink.interface() == radio);
                    set.push(Step::AddressSet {
                        item: item.clone(),
                        radio: radio.clone(),
                        address: *net,
                    });
                }
            }
            Address::Off => {
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
    let tunnel = read.tunnel.as_ref().ok_or(PlanError::NoTunnel)?;
    let gateway = active.gateway();
    let reroute = (route.gateway != gateway || route.disabled).then(|| Step::RouteSet {
        item: route.clone(),
        gateway,
    });
    let ours_off = tunnel.disabled && has_mark(&tunnel.comment);
    plan.tunnel_left_disabled = tunnel.disabled && !ours_off;
    let path_changes = reroute.is_some() || active_moves || wanted.bounce;
    if path_changes && !tunnel.disabled {
        plan.steps.push(Step::TunnelOff {
            kind: wanted.tunnel,
            item: tunnel.clone(),
        });
    }
    plan.steps.extend(off);
    plan.steps.extend(set);
    plan.steps.extend(reroute);
    if ours_off || (path_changes && !plan.tunnel_left_disabled) {
        plan.steps.push(Step::TunnelOn {
            kind: wanted.tunnel,
            item: tunnel.clone(),
        });
    }
    Ok(plan)
}

/// What is not yet as wanted: address and route must be right at once; the tunnel has its own patience and is not
/// looked at beyond being on.
///
/// # Errors
///
/// As [`plan`].
pub fn verify(read: &Snapshot, wanted: &Wanted) -> Result<Vec<Mismatch>, PlanError> {
    let settled = Wanted {
        bounce: false,
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
    /// An item differs; the step would mend it.
    #[error("the router did not keep {0}")]
    Differs(Box<Step>),
    /// The route is as wanted and yet not used.
    #[error("the default route to {gateway} is set but the router does not use it")]
    RouteInactive {
        /// The route's gateway.
        gateway: String,
    },
}

/// The uplink that the default route of ours uses, when route and address on the router agree.
///
/// `None` when there is no such route, it is disabled, or its radio's address item is off or of another subnet: the
/// vehicle then has no way out that could work.
#[must_use]
pub fn active(read: &Snapshot, radios: &[InterfaceName]) -> Option<(UplinkId, Ipv4Net)> {
    let route = route_item(read).ok().filter(|route| !route.disabled)?;
    let (gateway, radio) = route.gateway.split_once('%')?;
    let gateway: Ipv4Addr = gateway.parse().ok()?;
    let radio = radios.iter().find(|name| name.as_str() == radio)?;
    let item = address_item(read, radio).ok()?;
    (!item.disabled && item.interface == *radio && item.address.contains(&gateway))
        .then(|| (UplinkId::new(radio.clone()), item.address))
}

/// Whether the tunnel is off by a swap of ours that did not end.
#[must_use]
pub fn half_done(read: &Snapshot) -> bool {
    read.tunnel
        .as_ref()
        .is_some_and(|tunnel| tunnel.disabled && has_mark(&tunnel.comment))
}

/// The address item of a radio.
///
/// # Errors
///
/// [`PlanError`] when there is none, there are several, or it cannot be set.
pub fn address_item<'a>(read: &'a Snapshot, radio: &InterfaceName) -> Result<&'a AddressItem, PlanError> {
    let comment = address_comment(radio);
    let mut found = read.addresses.iter().filter(|item| item.comment == comment);
    let Some(item) = found.next() else {
        return Err(PlanError::NoAddressItem { comment });
    };
    match found.count() {
        0 if item.dynamic => Err(PlanError::Dynamic { comment }),
        0 => Ok(item),
        more => Err(PlanError::Ambiguous {
            comment,
            count: more + 1,
        }),
    }
}

/// The default route of ours.
///
/// # Errors
///
/// [`PlanError`] when there is none, there are several, or it cannot be set.
pub fn route_item(read: &Snapshot) -> Result<&RouteItem, PlanError> {
    let mut found = read.routes.iter().filter(|item| item.comment == ROUTE_COMMENT);
    let item = found.next().ok_or(PlanError::NoRoute)?;
    let comment = ROUTE_COMMENT.to_owned();
    match found.count() {
        0 if item.dynamic => Err(PlanError::Dynamic { comment }),
        0 => Ok(item),
        more => Err(PlanError::Ambiguous {
            comment,
            count: more + 1,
        }),
    }
}

fn holds(item: &AddressItem, radio: &InterfaceName, net: Ipv4Net) -> bool {
    item.address == net && item.network == net.network() && item.interface == *radio && !item.disabled
}

pub(crate) fn has_mark(comment: &[u8]) -> bool {
    comment
        .split(|byte| *byte == b' ')
        .any(|word| word == TUNNEL_MARK.as_bytes())
}

#[cfg(test)]
mod tests;
