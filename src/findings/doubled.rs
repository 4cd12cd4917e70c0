//! Items that carry a managed item's comment a second time. The agent uses the one that fits, and turns the other off.

use super::finding::Finding;
use crate::config::Config;
use crate::names::InterfaceName;
use crate::routeros::console::find;
use crate::snapshot::{AddressItem, RouteItem, Snapshot};
use crate::swap;

/// A finding for each item that a person should remove.
#[must_use]
pub(super) fn doubled(config: &Config, items: &Snapshot) -> Vec<Finding> {
    let radios: Vec<InterfaceName> = config.radios().iter().map(|radio| radio.interface.clone()).collect();
    let (addresses, routes) = swap::duplicates(items, &radios);
    let addresses = addresses.into_iter().map(address);
    addresses.chain(routes.into_iter().map(route)).collect()
}

fn address(item: &AddressItem) -> Finding {
    let (address, interface) = (item.address.to_string(), item.interface.as_str());
    let this = find(&[
        ("comment", &item.comment),
        ("address", &address),
        ("interface", interface),
    ]);
    Finding::warning(
        "item-doubled",
        format!(
            "address {address} on `{interface}` carries the comment `{}` a second time; the agent uses the other item",
            item.comment
        ),
        format!("`/ip address remove {this}`"),
    )
}

fn route(item: &RouteItem) -> Finding {
    let this = find(&[("comment", &item.comment), ("gateway", &item.gateway)]);
    Finding::warning(
        "item-doubled",
        format!(
            "the default route by `{}` carries the comment `{}` a second time; the agent uses the other item",
            item.gateway, item.comment
        ),
        format!("`/ip route remove {this}`"),
    )
}
