//! What the router must look like, from which uplink is to be active and where the standbys are. Pure.

use std::cmp::Reverse;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::lease::Leases;
use crate::config::{Config, Fallback, FallbackAddress, Network};
use crate::names::{InterfaceName, Ssid, UplinkId};
use crate::observation::{Observation, UplinkView};
use crate::snapshot::{AddressItem, Snapshot};
use crate::swap::{self, Active, Address, Bounce, Wanted};
use crate::units::{Db, Dbm};

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

/// So many dB a standby must be stronger to take an address over from one that holds it: each move costs two calls.
const TAKES_OVER: Db = Db(6);

/// What the standbys' address items must say; the active's, and route and tunnel, stay as they are. While none is active,
/// each radio asks for its lease.
///
/// A standby is staged on a network whose subnet the active does not use. On the active's network it is only ready: two
/// addresses of one subnet on two interfaces are not valid. Of several standbys that want one address the strongest holds it,
/// and the others are ready.
pub(super) fn staged(config: &Config, read: &Snapshot, seen: &Observation, leases: &Leases) -> Wanted {
    let active = seen.active.as_ref();
    let item = active.and_then(|active| swap::address_item(read, active.interface()).ok());
    let used = item.map(|item| item.address.trunc());
    let mut standbys: Vec<&UplinkView> = seen.uplinks.iter().filter(|view| Some(&view.id) != active).collect();
    standbys.sort_by_key(|view| Reverse(claim(config, read, view)));
    let mut held: Vec<Ipv4Net> = Vec::new();
    let mut wanted: Vec<(&UplinkId, Address)> = Vec::new();
    for view in standbys {
        let address = match (fixed(config, view), view.link.as_ref()) {
            (_, None) => Address::Keep,
            (Some(_), Some(_)) if active.is_none() => Address::Keep,
            (Some(own), Some(_)) if used == Some(own.trunc()) => Address::Off,
            (Some(own), Some(_)) if held.iter().any(|one| one.addr() == own.addr()) => Address::Off,
            (Some(own), Some(link)) if link.authenticated => {
                held.push(own);
                Address::Hold(own)
            }
            (Some(_), Some(_)) => Address::Keep,
            (None, Some(link)) => match link.network.as_ref().filter(|ssid| network(config, ssid).is_some()) {
                Some(_) if leases.is_refused(view.id.interface()) => Address::Off,
                Some(ssid) if link.authenticated => Address::Lease(Some(ssid.clone())),
                Some(_) => Address::Keep,
                // Whichever network the AP belongs to, nothing says that it is the one of the address.
                None if active.is_some() || link.stranger => Address::Off,
                None => Address::Keep,
            },
        };
        wanted.push((&view.id, address));
    }
    let addresses = config.radios().iter().map(|radio| {
        let own = wanted.iter().find(|(id, _)| *id.interface() == radio.interface);
        let address = own.map_or(Address::Keep, |(_, address)| address.clone());
        // A standby on no network that holds what another is to hold.
        let item = || swap::address_item(read, &radio.interface).ok();
        let given = own.is_some() && address == Address::Keep && item().is_some_and(|item| holds_any(item, &held));
        (radio.interface.clone(), if given { Address::Off } else { address })
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

/// A radio's address on the network that it is on, where that is fixed.
fn fixed(config: &Config, view: &UplinkView) -> Option<Ipv4Net> {
    let ssid = view.link.as_ref()?.network.as_ref()?;
    network(config, ssid)?.address_on(view.id.interface())
}

/// How good a standby's claim to its address is, in dBm: the better one holds an address that several want.
fn claim(config: &Config, read: &Snapshot, view: &UplinkView) -> Option<Dbm> {
    let signal = view.link.as_ref().filter(|link| link.authenticated)?.signal?;
    let own = fixed(config, view)?;
    let holds = swap::address_item(read, view.id.interface()).is_ok_and(|item| holds_any(item, &[own]));
    Some(if holds { signal + TAKES_OVER } else { signal })
}

fn holds_any(item: &AddressItem, addresses: &[Ipv4Net]) -> bool {
    !item.disabled && addresses.iter().any(|one| one.addr() == item.address.addr())
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
