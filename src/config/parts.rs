//! The parts of a valid configuration, section by section.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::Ipv4Net;

use super::endpoint::{API_PORT, TLS_PORT};
use super::fault::Report;
use super::secret::Secret;
use super::tls::Tls;
use super::value::Addressing;
use super::written::{self, Menu};
use crate::handover::settings::NetworkRule;
use crate::names::{Bssid, InterfaceName, Ssid};
use crate::routeros::{RadioMenu, TunnelKind};
use crate::snapshot::Snapshot;
use crate::units::{Db, Dbm};

/// How to reach the router, log in to it and read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouterAccess {
    address: String,
    user: String,
    password: Secret,
    tls: Tls,
    menu: Menu,
    connect_deadline: Duration,
    login_deadline: Duration,
    write_deadline: Duration,
    answer_deadline: Duration,
    tick: Duration,
    slow: Duration,
    keepalive: Duration,
}

impl RouterAccess {
    pub(super) fn new(
        router: written::Router,
        password: Option<Secret>,
        tls: Option<Tls>,
        report: &mut Report,
    ) -> Option<Self> {
        let address = report.needed("router.address", router.address);
        let user = report.needed("router.user", router.user);
        let tls = tls?;
        Some(RouterAccess {
            address: address?.0.with_port(if tls == Tls::Off { API_PORT } else { TLS_PORT }),
            user: user?.0,
            password: password?,
            tls,
            menu: router.menu,
            connect_deadline: router.connect_deadline.0,
            login_deadline: router.login_deadline.0,
            write_deadline: router.write_deadline.0,
            answer_deadline: router.answer_deadline.0,
            tick: router.tick.0,
            slow: router.slow.0,
            keepalive: router.keepalive.0,
        })
    }

    pub(super) fn durations(&mut self) -> impl Iterator<Item = &mut Duration> {
        [
            &mut self.connect_deadline,
            &mut self.login_deadline,
            &mut self.write_deadline,
            &mut self.answer_deadline,
            &mut self.tick,
            &mut self.slow,
            &mut self.keepalive,
        ]
        .into_iter()
    }

    /// Host and port, as in `192.168.88.1:8728`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The API user's name.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The API user's password; may be empty, as on a router fresh from its box.
    #[must_use]
    pub fn password(&self) -> &Secret {
        &self.password
    }

    /// How the connection is protected.
    #[must_use]
    pub fn tls(&self) -> &Tls {
        &self.tls
    }

    /// The menu that the radios must be in; `None` takes the one that lists them.
    #[must_use]
    pub fn menu(&self) -> Option<RadioMenu> {
        match self.menu {
            Menu::Auto => None,
            Menu::Wireless => Some(RadioMenu::Wireless),
            Menu::Wifi => Some(RadioMenu::Wifi),
            Menu::WifiWave2 => Some(RadioMenu::WifiWave2),
        }
    }

    /// How long the TCP connection may take, name resolution included.
    #[must_use]
    pub fn connect_deadline(&self) -> Duration {
        self.connect_deadline
    }

    /// How long the answer to the login may take.
    #[must_use]
    pub fn login_deadline(&self) -> Duration {
        self.login_deadline
    }

    /// How long the router may refuse to take bytes.
    #[must_use]
    pub fn write_deadline(&self) -> Duration {
        self.write_deadline
    }

    /// How long the last answer to a command may take, beyond the command's own running time.
    #[must_use]
    pub fn answer_deadline(&self) -> Duration {
        self.answer_deadline
    }

    /// From one reading of the registrations to the next.
    #[must_use]
    pub fn tick(&self) -> Duration {
        self.tick
    }

    /// From one reading of addresses, routes and tunnel to the next; not less than a tick.
    #[must_use]
    pub fn slow(&self) -> Duration {
        self.slow
    }

    /// How long the connection may be silent before TCP asks whether the router is still there.
    #[must_use]
    pub fn keepalive(&self) -> Duration {
        self.keepalive
    }
}

/// One client radio of the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Radio {
    /// The radio's interface.
    pub interface: InterfaceName,
    /// Added to all that this radio hears, so that radios with unequal antennas compare.
    pub signal_offset: Db,
}

impl Radio {
    pub(super) fn new(number: usize, radio: written::Radio, report: &mut Report) -> Option<Self> {
        let interface = report.needed(&format!("radio[{number}].interface"), radio.interface);
        Some(Radio {
            interface: interface?.0,
            signal_offset: Db(radio.signal_offset.0),
        })
    }
}

/// A network that the vehicle may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// The network's name on the air.
    pub ssid: Ssid,
    /// Its access points; empty takes each that sends its name.
    pub bssids: Vec<Bssid>,
    /// What the area of its access points begins with; `None` leaves that to the router's own rules.
    pub area: Option<String>,
    /// Whether it has no key.
    pub open: bool,
    /// The security profile to join it with; `None` leaves that to the router's own rules.
    pub security_profile: Option<String>,
    /// The access points are left 3 dB above this at the latest.
    pub minimum_signal: Option<Dbm>,
    /// A good candidate on a network of a higher priority goes before any on one of a lower.
    pub priority: i32,
    /// `None` where the network gives the address by DHCP.
    fixed: Option<Fixed>,
}

/// What was given by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fixed {
    address: Ipv4Net,
    addresses: BTreeMap<InterfaceName, Ipv4Net>,
    gateway: Ipv4Addr,
}

impl Network {
    pub(super) fn new(number: usize, network: written::Network, report: &mut Report) -> Option<Self> {
        let ssid = report.needed(&format!("network[{number}].ssid"), network.ssid);
        let address = report.needed(&format!("network[{number}].address"), network.address);
        let fixed = match address {
            Some(Addressing(Some(address))) => {
                let gateway = report.needed(&format!("network[{number}].gateway"), network.gateway);
                let addresses = network.addresses.into_iter();
                gateway.map(|gateway| Fixed {
                    address,
                    addresses: addresses.map(|(radio, address)| (radio, address.0)).collect(),
                    gateway: gateway.0,
                })
            }
            _ => None,
        };
        address?;
        Some(Network {
            ssid: ssid?.0,
            bssids: network.bssid.unwrap_or_default().into_iter().map(|ap| ap.0).collect(),
            area: network.area.map(|area| area.0),
            open: network.open,
            security_profile: network.security_profile.map(|profile| profile.0),
            minimum_signal: network.minimum_signal.map(|minimum| Dbm(minimum.0)),
            priority: network.priority.0,
            fixed,
        })
    }

    /// Whether the network gives addresses by DHCP.
    #[must_use]
    pub fn is_dhcp(&self) -> bool {
        self.fixed.is_none()
    }

    /// The vehicle's address and mask when this radio is active on the network; `None` where that comes by DHCP.
    #[must_use]
    pub fn address_on(&self, radio: &InterfaceName) -> Option<Ipv4Net> {
        let fixed = self.fixed.as_ref()?;
        Some(fixed.addresses.get(radio).copied().unwrap_or(fixed.address))
    }

    /// Where the network's default route goes; `None` where that comes by DHCP.
    #[must_use]
    pub fn gateway(&self) -> Option<Ipv4Addr> {
        self.fixed.as_ref().map(|fixed| fixed.gateway)
    }

    /// Whether an access point that sends the network's name is one of its own.
    #[must_use]
    pub fn has(&self, bssid: Bssid) -> bool {
        self.bssids.is_empty() || self.bssids.contains(&bssid)
    }

    /// What the decision takes of the network.
    #[must_use]
    pub fn rule(&self) -> NetworkRule {
        NetworkRule {
            ssid: self.ssid.clone(),
            minimum_signal: self.minimum_signal,
            priority: self.priority,
        }
    }
}

/// An uplink for where no radio can carry the vehicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fallback {
    /// Its interface.
    pub interface: InterfaceName,
    /// Where the vehicle's address there comes from.
    pub address: FallbackAddress,
    /// From one ping through the tunnel to the next while this carries the vehicle: traffic may cost money.
    pub probe_interval: Duration,
}

/// Where the vehicle's address on a fallback comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FallbackAddress {
    /// The interface has it by itself and leads out by itself, as a modem does.
    OfInterface,
    /// Given by hand: the address with its mask, and the gateway.
    Fixed(Ipv4Net, Ipv4Addr),
    /// What is at the other end gives it by DHCP, with the gateway.
    Dhcp,
}

impl Fallback {
    pub(super) fn new(number: usize, fallback: written::Fallback, report: &mut Report) -> Option<Self> {
        let interface = report.needed(&format!("fallback[{number}].interface"), fallback.interface);
        let address = match (fallback.address, fallback.gateway) {
            (Some(Addressing(None)), _) => FallbackAddress::Dhcp,
            (Some(Addressing(Some(address))), Some(gateway)) => FallbackAddress::Fixed(address, gateway.0),
            _ => FallbackAddress::OfInterface,
        };
        Some(Fallback {
            interface: interface?.0,
            address,
            probe_interval: fallback.probe_interval.0,
        })
    }

    /// Address and gateway, where they were given by hand.
    #[must_use]
    pub fn fixed(&self) -> Option<(Ipv4Net, Ipv4Addr)> {
        match self.address {
            FallbackAddress::Fixed(address, gateway) => Some((address, gateway)),
            FallbackAddress::OfInterface | FallbackAddress::Dhcp => None,
        }
    }

    /// Whether the address comes by DHCP.
    #[must_use]
    pub fn is_dhcp(&self) -> bool {
        self.address == FallbackAddress::Dhcp
    }
}

/// The tunnel that the vehicle is called through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tunnel {
    /// The router's item: what the tunnel speaks, and its interface. `None` where the vehicle has no tunnel and is called by
    /// its address on each network.
    pub item: Option<(TunnelKind, InterfaceName)>,
    /// What the router pings through the tunnel to see whether it works; `None` leaves only signal and state.
    pub probe: Option<Ipv4Addr>,
    /// How long a swap's tunnel may take to come up before the swap has failed.
    pub patience: Duration,
    /// How long a swap waits for the tunnel to be down before the route moves, when the old way out still works; zero
    /// does not wait.
    pub wait_down: Duration,
}

impl Tunnel {
    pub(super) fn new(tunnel: written::Tunnel, report: &mut Report) -> Option<Self> {
        let kind = tunnel.kind.of_item();
        if !kind.is_some_and(TunnelKind::dials) && tunnel.probe.is_none() {
            let missing = match kind {
                Some(_) => "a tunnel of this kind is proven by a probe only, and there is none",
                None => "without a tunnel only a probe shows that the vehicle can be reached, and there is none",
            };
            let hint = "name an address at the office that answers pings, as in `probe = \"10.99.0.1\"`";
            report.fault("tunnel.probe", missing, hint);
        }
        let item = match (kind, &tunnel.interface) {
            (None, None) => None,
            (None, Some(interface)) => {
                let what = format!("is `{}`, and `kind = \"none\"` has no tunnel", interface.0);
                let hint = "remove the line, or name the tunnel's kind";
                report.fault("tunnel.interface", what, hint);
                None
            }
            (Some(kind), _) => Some((kind, report.needed("tunnel.interface", tunnel.interface)?.0)),
        };
        Some(Tunnel {
            item,
            probe: tunnel.probe.map(|probe| probe.0),
            patience: tunnel.patience.0,
            wait_down: tunnel.wait_down.0,
        })
    }
}

impl Tunnel {
    /// Whether the tunnel has a session that a dial begins.
    #[must_use]
    pub fn dials(&self) -> bool {
        self.item.as_ref().is_some_and(|(kind, _)| kind.dials())
    }

    /// Whether the router's item is off or not there, so that nothing can pass. A vehicle without a tunnel has none that
    /// could be off.
    #[must_use]
    pub fn is_off(&self, read: &Snapshot) -> bool {
        self.item.is_some() && read.tunnel.as_ref().is_none_or(|tunnel| tunnel.disabled)
    }

    /// What answers a probe, for people.
    #[must_use]
    pub fn far_end(&self) -> &'static str {
        if self.item.is_some() {
            "the tunnel"
        } else {
            "the office"
        }
    }
}

/// Where the running agent shows its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The Unix socket; it also takes orders.
    pub socket: PathBuf,
    /// The TCP address, which only shows; `None` where there is none.
    pub listen: Option<SocketAddr>,
    /// The names, in lower case, by which a browser may ask there, beside the address itself and `localhost`.
    pub names: Vec<String>,
}

impl Status {
    /// The socket where none is configured.
    pub const SOCKET: &str = "/run/tikroam/tikroam.sock";

    pub(super) fn new(status: written::Status) -> Self {
        Status {
            socket: status.socket.map_or_else(|| Status::SOCKET.into(), |file| file.0),
            listen: status.listen.map(|listen| listen.0),
            names: status.names.into_iter().map(|name| name.0).collect(),
        }
    }
}

/// The file that programs read what happened from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// The file, against the working directory when relative.
    pub file: PathBuf,
    /// The bytes after which a new file is begun.
    pub size: u64,
    /// How many full files are kept beside the one being written.
    pub keep: usize,
}

impl Journal {
    pub(super) fn new(journal: written::Journal) -> Self {
        Journal {
            file: journal.file.map_or_else(|| "journal.jsonl".into(), |file| file.0),
            size: journal.size.0,
            keep: journal.keep.0,
        }
    }
}
