//! Which radios carry nothing: only those may scan.

use crate::names::InterfaceName;
use crate::snapshot::{AddressItem, RouteItem};

/// Why nobody can say which radio is active.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unclear {
    /// There is no default route in use, nor one that could be.
    #[error("the router has no enabled default route, so it is not clear which radio is active")]
    NoRoute,
    /// The default route leads elsewhere than over a radio.
    #[error("the default route by `{0}` leads over no radio of the configuration, so it is not clear which is active")]
    Elsewhere(String),
}

/// Whether the addresses are needed to see where these routes lead.
pub(super) fn needs_addresses(routes: &[RouteItem]) -> bool {
    in_use(routes).any(|route| hops(route).any(|hop| !hop.contains('%') && hop.parse::<std::net::Ipv4Addr>().is_ok()))
}

/// The radios that no default route in use leads over, in the order of the configuration.
///
/// A vehicle out of coverage has no route in use: then the enabled one of the least distance counts, which will be.
pub(super) fn idle(
    routes: &[RouteItem],
    addresses: &[AddressItem],
    radios: &[InterfaceName],
) -> Result<Vec<InterfaceName>, Unclear> {
    let mut active = Vec::new();
    for route in in_use(routes) {
        for hop in hops(route) {
            let interface = interface(hop, addresses).unwrap_or(hop);
            match radios.iter().find(|radio| radio.as_str() == interface) {
                Some(radio) => active.push(radio),
                None => return Err(Unclear::Elsewhere(route.gateway.escape_debug().to_string())),
            }
        }
    }
    if active.is_empty() {
        return Err(Unclear::NoRoute);
    }
    Ok(radios.iter().filter(|radio| !active.contains(radio)).cloned().collect())
}

fn in_use(routes: &[RouteItem]) -> impl Iterator<Item = &RouteItem> {
    let enabled = || routes.iter().filter(|route| !route.disabled);
    let any_active = enabled().any(|route| route.active);
    let least = enabled()
        .filter(|route| route.active || !any_active)
        .map(|route| route.distance)
        .min();
    enabled().filter(move |route| (route.active || !any_active) && Some(route.distance) == least)
}

/// The gateways of a route; version 6 writes those of one with several in one text.
fn hops(route: &RouteItem) -> impl Iterator<Item = &str> {
    route.gateway.split(',').map(str::trim).filter(|hop| !hop.is_empty())
}

/// The interface that a gateway is behind; `None` when it is no address, or none that an address item reaches.
fn interface<'a>(hop: &'a str, addresses: &'a [AddressItem]) -> Option<&'a str> {
    if let Some((_, interface)) = hop.split_once('%') {
        return Some(interface);
    }
    let gateway: std::net::Ipv4Addr = hop.parse().ok()?;
    let mut around = addresses
        .iter()
        .filter(|item| !item.disabled && item.address.contains(&gateway));
    let first = around.next()?;
    // With one subnet on two interfaces the router's own choice is not clear.
    around
        .all(|item| item.interface == first.interface)
        .then_some(first.interface.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routeros::ItemId;

    fn route(gateway: &str, distance: u8, active: bool, disabled: bool) -> RouteItem {
        RouteItem {
            id: ItemId("*1".into()),
            comment: String::new(),
            destination: "0.0.0.0/0".parse().unwrap(),
            gateway: gateway.into(),
            distance,
            active,
            disabled,
            dynamic: false,
        }
    }

    fn address(address: &str, interface: &str, disabled: bool) -> AddressItem {
        let address: ipnet::Ipv4Net = address.parse().unwrap();
        AddressItem {
            id: ItemId("*1".into()),
            comment: String::new(),
            address,
            network: address.network(),
            interface: InterfaceName::new(interface),
            disabled,
            dynamic: false,
        }
    }

    fn idle_names(routes: &[RouteItem], addresses: &[AddressItem]) -> Result<Vec<String>, Unclear> {
        let radios = ["wlan1", "wlan2"].map(InterfaceName::new);
        idle(routes, addresses, &radios).map(|idle| idle.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_radio_that_the_default_route_does_not_use_is_idle_however_the_gateway_is_written() {
        let here = [
            address("10.10.10.2/24", "wlan1", false),
            address("10.20.0.2/24", "wlan2", false),
        ];
        for gateway in ["10.10.10.1%wlan1", "wlan1", "10.10.10.1"] {
            assert_eq!(
                idle_names(&[route(gateway, 1, true, false)], &here),
                Ok(vec!["wlan2".into()])
            );
        }
        assert!(needs_addresses(&[route("10.10.10.1", 1, true, false)]));
        assert!(!needs_addresses(&[route("10.10.10.1%wlan1", 1, true, false)]));
        let out_of_coverage = [route("wlan1", 2, false, false), route("wlan2", 1, false, false)];
        assert_eq!(idle_names(&out_of_coverage, &[]), Ok(vec!["wlan1".into()]));
        let disabled = [route("wlan1", 1, false, true), route("wlan2", 5, true, false)];
        assert_eq!(idle_names(&disabled, &[]), Ok(vec!["wlan1".into()]));
    }

    #[test]
    fn what_is_not_certain_lets_no_radio_scan() {
        let elsewhere = |gateway: &str| Err(Unclear::Elsewhere(gateway.to_owned()));
        assert_eq!(idle_names(&[], &[]), Err(Unclear::NoRoute));
        assert_eq!(
            idle_names(&[route("wlan1", 1, false, true)], &[]),
            Err(Unclear::NoRoute)
        );
        assert_eq!(idle_names(&[route("lte1", 1, true, false)], &[]), elsewhere("lte1"));
        assert_eq!(
            idle_names(&[route("10.10.10.1", 1, true, false)], &[]),
            elsewhere("10.10.10.1")
        );
        let both = [
            address("10.10.10.2/24", "wlan1", false),
            address("10.10.10.3/24", "wlan2", false),
        ];
        assert_eq!(
            idle_names(&[route("10.10.10.1", 1, true, false)], &both),
            elsewhere("10.10.10.1")
        );
        let off = [
            address("10.10.10.2/24", "wlan1", false),
            address("10.10.10.3/24", "wlan2", true),
        ];
        assert_eq!(
            idle_names(&[route("10.10.10.1", 1, true, false)], &off),
            Ok(vec!["wlan2".into()])
        );
        let shared = [route("wlan1,wlan2", 1, true, false)];
        assert_eq!(idle_names(&shared, &[]), Ok(vec![]), "both carry the vehicle");
    }
}
