//! What the router must look like, from which uplink is to be active and where the standbys are. Pure.

use std::net::Ipv4Addr;

use super::lease::Leases;
use crate::config::{Config, Fallback, FallbackAddress, Network};
use crate::names::{InterfaceName, Ssid, UplinkId};
use crate::observation::{Observation, UplinkView};
use crate::snapshot::{AddressItem, Snapshot};
use crate::swap::{self, Active, Address, Bounce, Wanted};

/// What the router must look like after a swap to `to`; `None` when that radio is on no configured network.
pub(super) fn swapped(
    config: &Config,
    read: &Snapshot,
    views: &[UplinkView],
    to: &UplinkId,
    bounce: Bounce,
) -> Option<Wanted> {
    if let Some(fallback) = fallback(config, to) {
        return to_fallback(config, read, fallback, bounce);
    }
    let link = views.iter().find(|view| view.id == *to)?.link.as_ref()?;
    let target = network(config, link.network.as_ref()?)?;
    let (own, net, gateway) = match (target.address_on(to.interface()), target.gateway()) {
        (Some(own), Some(gateway)) => (Address::Hold(own), own, gateway),
        _ => {
            let lease = swap::lease_on(read, to.interface(), Some(&target.ssid))?;
            (Address::Lease(Some(target.ssid.clone())), lease.address, lease.gateway)
        }
    };
    let subnet = net.trunc();
    let addresses = config.radios().iter().map(|radio| {
        let address = if radio.interface == *to.interface() {
            own.clone()
        } else if swap::address_item(read, &radio.interface).is_ok_and(|item| item.address.trunc() == subnet) {
            Address::Off
        } else {
            Address::Keep
        };
        (radio.interface.clone(), address)
    });
    Some(Wanted {
        active: Some(Active {
            uplink: to.clone(),
            gateway: Some(gateway),
        }),
        addresses: addresses.chain(of_fallbacks(config)).collect(),
        bounce,
        source: source(config, read, net.addr()),
    })
}

/// What the standbys' address items must say; the active's, and route and tunnel, stay as they are. While none is active,
/// each radio asks for its lease.
///
/// A standby is staged on a network whose subnet no other radio uses. On the active's network it is only ready: two
/// addresses of one subnet on two interfaces are not valid.
pub(super) fn staged(config: &Config, read: &Snapshot, seen: &Observation, leases: &Leases) -> Wanted {
    let (views, active) = (&seen.uplinks, seen.active.as_ref());
    let mut used: Vec<ipnet::Ipv4Net> = Vec::new();
    let item = active.and_then(|active| swap::address_item(read, active.interface()).ok());
    used.extend(item.map(|item| item.address.trunc()));
    let addresses = config.radios().iter().map(|radio| {
        let view = views.iter().find(|view| view.id.interface() == &radio.interface);
        let address = match view.and_then(|view| view.link.as_ref()) {
            _ if active.is_some_and(|active| radio.interface == *active.interface()) => Address::Keep,
            None => Address::Keep,
            Some(link) => match link.network.as_ref().and_then(|ssid| network(config, ssid)) {
                Some(network) => {
                    let Some(wanted) = network.address_on(&radio.interface) else {
                        let address = match leases.is_refused(&radio.interface) {
                            true => Address::Off,
                            false if link.authenticated => Address::Lease(Some(network.ssid.clone())),
                            false => Address::Keep,
                        };
                        return (radio.interface.clone(), address);
                    };
                    if active.is_none() {
                        Address::Keep
                    } else if used.contains(&wanted.trunc()) {
                        Address::Off
                    } else if link.authenticated {
                        used.push(wanted.trunc());
                        Address::Hold(wanted)
                    } else {
                        Address::Keep
                    }
                }
                // Whichever network the AP belongs to, nothing says that it is the one of the address.
                None if active.is_some() || link.stranger => Address::Off,
                None => Address::Keep,
            },
        };
        (radio.interface.clone(), address)
    });
    let leased = config.fallbacks().iter().filter(|fallback| fallback.is_dhcp());
    let leased = leased.map(|fallback| {
        let refused = leases.is_refused(&fallback.interface);
        let address = if refused { Address::Off } else { Address::Lease(None) };
        (fallback.interface.clone(), address)
    });
    Wanted {
        active: None,
        addresses: addresses.chain(of_fallbacks(config)).chain(leased).collect(),
        bounce: Bounce::WithTheWay,
        source: None,
    }
}

/// A radio's address taken off, all else as it is. A lease stays: the next access point may be of the same network.
pub(super) fn unstaged(config: &Config, read: &Snapshot, radio: &InterfaceName) -> Wanted {
    let leased = swap::client_item(read, radio).is_some_and(|client| !client.disabled);
    let addresses = config.radios().iter().map(|one| {
        let address = if one.interface == *radio && !leased {
            Address::Off
        } else {
            Address::Keep
        };
        (one.interface.clone(), address)
    });
    Wanted {
        active: None,
        addresses: addresses.chain(of_fallbacks(config)).collect(),
        bounce: Bounce::WithTheWay,
        source: None,
    }
}

/// Address and route as they are, and the tunnel on: what ends a swap that stopped half-way where no radio is on the air.
pub(super) fn as_it_is(config: &Config, read: &Snapshot) -> Option<Wanted> {
    let radios: Vec<InterfaceName> = config.radios().iter().map(|radio| radio.interface.clone()).collect();
    let fallbacks: Vec<InterfaceName> = config.fallbacks().iter().map(|one| one.interface.clone()).collect();
    if let Some(active) = swap::active_fallback(read, &fallbacks) {
        return to_fallback(config, read, fallback(config, &active.uplink)?, Bounce::WithTheWay);
    }
    let (active, address) = swap::active(read, &radios)?;
    let addresses = radios.into_iter().map(|radio| (radio, Address::Keep));
    Some(Wanted {
        active: Some(active),
        addresses: addresses.chain(of_fallbacks(config)).collect(),
        bounce: Bounce::WithTheWay,
        source: source(config, read, address.addr()),
    })
}

/// The fallback of this name.
pub(super) fn fallback<'c>(config: &'c Config, id: &UplinkId) -> Option<&'c Fallback> {
    config
        .fallbacks()
        .iter()
        .find(|fallback| fallback.interface == *id.interface())
}

/// What the router must look like with a fallback active: the radios' addresses stay as they are. `None` where its address
/// comes by DHCP and there is no lease.
fn to_fallback(config: &Config, read: &Snapshot, fallback: &Fallback, bounce: Bounce) -> Option<Wanted> {
    let radios = config
        .radios()
        .iter()
        .map(|radio| (radio.interface.clone(), Address::Keep));
    let (own, gateway) = match fallback.address {
        FallbackAddress::Fixed(address, gateway) => (Some(address.addr()), Some(gateway)),
        FallbackAddress::Dhcp => {
            let lease = swap::lease_on(read, &fallback.interface, None)?;
            (Some(lease.address.addr()), Some(lease.gateway))
        }
        FallbackAddress::OfInterface => (of_interface(read, &fallback.interface), None),
    };
    Some(Wanted {
        active: Some(Active {
            uplink: UplinkId::new(fallback.interface.clone()),
            gateway,
        }),
        addresses: radios.chain(of_fallbacks(config)).collect(),
        bounce,
        source: own.and_then(|own| source(config, read, own)),
    })
}

/// The address that an interface has by itself, as a modem does; read only where the tunnel may be tied to it.
fn of_interface(read: &Snapshot, interface: &InterfaceName) -> Option<Ipv4Addr> {
    let own = |item: &&AddressItem| item.interface == *interface && !item.disabled;
    Some(read.addresses.iter().find(own)?.address.addr())
}

/// A fallback is always staged: where its address is the agent's to give, it holds it at all times. One by DHCP stays as
/// it is, but where the standbys are staged.
fn of_fallbacks(config: &Config) -> impl Iterator<Item = (InterfaceName, Address)> {
    let fixed = |fallback: &Fallback| Some((fallback.interface.clone(), Address::Hold(fallback.fixed()?.0)));
    config.fallbacks().iter().filter_map(fixed)
}

/// The address that a tunnel which is tied to one must send from, where the vehicle goes out with `own`. A tunnel that a
/// person tied to an address of another kind is left so.
fn source(config: &Config, read: &Snapshot, own: Ipv4Addr) -> Option<Ipv4Addr> {
    let tied = read.tunnel.as_ref()?.source?;
    config.may_have(tied).then_some(own)
}

pub(super) fn network<'a>(config: &'a Config, ssid: &Ssid) -> Option<&'a Network> {
    config.networks().iter().find(|network| network.ssid == *ssid)
}
