//! `[setup]`: what `tikroam setup` needs beside the rest of the configuration. The agent itself reads none of it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::Deserialize;

use super::value::{Ap, Ip, Name, Subnet, Whole};
use crate::names::{Bssid, InterfaceName};

/// A radio's frequency in MHz.
type Frequency = Whole<u16, 2_300, 7_200>;

/// The section as written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Written {
    pc: Option<Ip>,
    pc_mac: Option<Ap>,
    vehicle_network: Option<Subnet>,
    office: Option<Name>,
    office_networks: Vec<Subnet>,
    tunnel_user: Option<Name>,
    tunnel_address: Option<Ip>,
    office_tunnel_address: Option<Ip>,
    bands: BTreeMap<InterfaceName, Name>,
    channels: Vec<Frequency>,
    country: Option<Name>,
    name_servers: Vec<Ip>,
    time_servers: Vec<Name>,
}

/// What the commands for the routers need beside the rest of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setup {
    /// The mini PC's address on the wire: the API answers no other.
    pub pc: Option<Ipv4Addr>,
    /// The MAC address of the mini PC's port, for a lease that never changes.
    pub pc_mac: Option<Bssid>,
    /// The wired network inside the vehicle.
    pub vehicle_network: Option<Ipv4Net>,
    /// Where the vehicle's tunnel goes: the office's public address, or its name.
    pub office: Option<String>,
    /// The office's private networks, which are routed into the tunnel.
    pub office_networks: Vec<Ipv4Net>,
    /// The vehicle's name at the office.
    pub tunnel_user: String,
    /// The vehicle's address in the tunnel.
    pub tunnel_address: Option<Ipv4Addr>,
    /// The office's address in the tunnel.
    pub office_tunnel_address: Option<Ipv4Addr>,
    /// The band of each radio, as its menu writes it; a radio that is not there keeps its own.
    pub bands: BTreeMap<InterfaceName, String>,
    /// The frequencies in MHz that the networks use; empty searches all.
    pub channels: Vec<u16>,
    /// The country whose rules the radios keep; `None` leaves what is set.
    pub country: Option<String>,
    /// Name servers; empty leaves what is set.
    pub name_servers: Vec<Ipv4Addr>,
    /// Time servers; empty leaves what is set.
    pub time_servers: Vec<String>,
}

impl Setup {
    pub(super) fn new(written: Written) -> Self {
        Setup {
            pc: written.pc.map(|pc| pc.0),
            pc_mac: written.pc_mac.map(|mac| mac.0),
            vehicle_network: written.vehicle_network.map(|net| net.0),
            office: written.office.map(|office| office.0),
            office_networks: written.office_networks.into_iter().map(|net| net.0).collect(),
            tunnel_user: written.tunnel_user.map_or_else(|| "vehicle1".to_owned(), |user| user.0),
            tunnel_address: written.tunnel_address.map(|address| address.0),
            office_tunnel_address: written.office_tunnel_address.map(|address| address.0),
            bands: written.bands.into_iter().map(|(radio, band)| (radio, band.0)).collect(),
            channels: written.channels.into_iter().map(|channel| channel.0).collect(),
            country: written.country.map(|country| country.0),
            name_servers: written.name_servers.into_iter().map(|server| server.0).collect(),
            time_servers: written.time_servers.into_iter().map(|server| server.0).collect(),
        }
    }
}
