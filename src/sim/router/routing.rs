//! Addresses and routes as the router uses them: which route is active, and through which interface a packet leaves.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

/// One enabled address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// Its id in the table.
    pub id: u32,
    /// The address itself.
    pub ip: Ipv4Addr,
    /// What is on-link with it: its stored network with its mask.
    pub subnet: Ipv4Net,
    /// The interface that has it.
    pub interface: String,
}

/// One next hop of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hop {
    /// The next router; `None` when the route leads straight into an interface.
    pub ip: Option<Ipv4Addr>,
    /// The interface that it is tied to.
    pub interface: Option<String>,
}

/// One enabled route of the main table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// Where it leads.
    pub dst: Ipv4Net,
    /// Its next hops.
    pub hops: Vec<Hop>,
    /// The lower, the better.
    pub distance: u8,
}

/// Where a packet leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exit {
    /// The interface.
    pub interface: String,
    /// The address that it leaves with.
    pub source: Ipv4Addr,
    /// The next router; `None` when the destination is on-link.
    pub gateway: Option<Ipv4Addr>,
}

/// Every enabled address and route, in the order of their tables.
#[derive(Debug, Default)]
pub(crate) struct Routing {
    addresses: BTreeMap<String, Vec<Address>>,
    subnets: BTreeMap<Ipv4Net, Vec<Address>>,
    /// The prefix lengths in use, the longest first.
    lengths: Vec<u8>,
    routes: Vec<Route>,
    defaults: Vec<usize>,
}

impl Routing {
    /// Replaces all addresses.
    pub(crate) fn set_addresses(&mut self, addresses: Vec<Address>) {
        self.addresses.clear();
        self.subnets.clear();
        for address in addresses {
            self.subnets.entry(address.subnet).or_default().push(address.clone());
            self.addresses
                .entry(address.interface.clone())
                .or_default()
                .push(address);
        }
        self.lengths = self.subnets.keys().map(Ipv4Net::prefix_len).collect();
        self.lengths.sort_unstable_by(|a, b| b.cmp(a));
        self.lengths.dedup();
    }

    /// Replaces all routes. The ones to 0.0.0.0/0 and to `far` are kept apart, for they are asked for all the time.
    pub(crate) fn set_routes(&mut self, routes: Vec<Route>, far: Ipv4Addr) {
        self.defaults = (0..routes.len()).filter(|&i| routes[i].dst.contains(&far)).collect();
        self.routes = routes;
    }

    /// The addresses of one interface.
    pub(crate) fn on(&self, interface: &str) -> &[Address] {
        self.addresses.get(interface).map_or(&[], Vec::as_slice)
    }

    /// All routes, in the order of their table.
    pub(crate) fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// All addresses, by subnet.
    pub(crate) fn connected(&self) -> impl Iterator<Item = &Address> {
        self.subnets.values().flatten()
    }

    /// The address that has this one on-link over a running interface: longest prefix first, then the table's order.
    fn on_link(&self, ip: Ipv4Addr, running: &dyn Fn(&str) -> bool) -> Option<&Address> {
        self.lengths.iter().find_map(|&length| {
            let subnet = Ipv4Net::new(ip, length).ok()?.trunc();
            self.subnets
                .get(&subnet)?
                .iter()
                .find(|address| address.ip != ip && running(&address.interface))
        })
    }

    /// Where a hop leaves: the first running interface with the hop on-link. `None` = unreachable.
    pub(crate) fn resolve(&self, hop: &Hop, running: &dyn Fn(&str) -> bool) -> Option<Exit> {
        let address = match (hop.ip, &hop.interface) {
            (ip, Some(interface)) => {
                let fits = |address: &&Address| ip.is_none_or(|ip| address.subnet.contains(&ip) && address.ip != ip);
                self.on(interface).iter().find(fits).filter(|_| running(interface))
            }
            (Some(ip), None) => self.on_link(ip, running),
            (None, None) => None,
        };
        address.map(|found| Exit {
            interface: found.interface.clone(),
            source: found.ip,
            gateway: hop.ip,
        })
    }

    /// Where packets leave for the address that the default routes were set with. Equal routes share them by `flow`.
    pub(crate) fn far(&self, running: &dyn Fn(&str) -> bool, flow: u64) -> Option<Exit> {
        self.choose(self.defaults.iter().map(|&i| &self.routes[i]), running, flow)
    }

    /// Where packets leave for any address.
    pub(crate) fn towards(&self, dst: Ipv4Addr, running: &dyn Fn(&str) -> bool, flow: u64) -> Option<Exit> {
        if let Some(address) = self.on_link(dst, running) {
            return Some(Exit {
                interface: address.interface.clone(),
                source: address.ip,
                gateway: None,
            });
        }
        self.choose(
            self.routes.iter().filter(|route| route.dst.contains(&dst)),
            running,
            flow,
        )
    }

    fn choose<'a>(
        &self,
        routes: impl Iterator<Item = &'a Route>,
        running: &dyn Fn(&str) -> bool,
        flow: u64,
    ) -> Option<Exit> {
        let mut best: Option<(u8, u8)> = None;
        let mut exits = Vec::new();
        for route in routes {
            let rank = (32 - route.dst.prefix_len(), route.distance);
            if best.is_some_and(|best| rank > best) {
                continue;
            }
            let reached: Vec<Exit> = route.hops.iter().filter_map(|hop| self.resolve(hop, running)).collect();
            if reached.is_empty() {
                continue;
            }
            if best != Some(rank) {
                best = Some(rank);
                exits.clear();
            }
            exits.extend(reached);
        }
        let shares = u64::try_from(exits.len()).ok().filter(|shares| *shares > 0)?;
        exits.into_iter().nth(usize::try_from(flow % shares).unwrap_or(0))
    }
}

/// The next hops of a `gateway` property: addresses, interfaces and `address%interface`, separated by commas.
pub(crate) fn hops(gateway: &str) -> Vec<Hop> {
    let hop = |text: &str| match text.split_once('%') {
        Some((ip, interface)) => Hop {
            ip: ip.parse().ok(),
            interface: Some(interface.into()),
        },
        None => match text.parse() {
            Ok(ip) => Hop {
                ip: Some(ip),
                interface: None,
            },
            Err(_) => Hop {
                ip: None,
                interface: Some(text.into()),
            },
        },
    };
    gateway.split(',').filter(|text| !text.is_empty()).map(hop).collect()
}
