//! The types of single values, each with its range: a value that is of no use does not become one.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use humantime::format_duration;
use humantime_serde::Serde;
use ipnet::Ipv4Net;
use serde::Deserialize;
use thiserror::Error;

use super::endpoint::{HostPort, host_and_port, is_host_name};
use super::typed::HINT;
use crate::names::{Bssid, Fingerprint, FingerprintError, InterfaceName, Ssid, SsidError, shortened};

/// The longest name that RouterOS shows whole.
const LONGEST_NAME: usize = 64;

/// Why a value is of no use.
#[derive(Debug, Error)]
pub(super) enum Unfit {
    #[error("{0} is outside {1} to {2}{HINT}choose a value from {1} to {2}")]
    OutOfRange(String, String, String),
    #[error("is `\"{0}\"`, not {1}")]
    NotA(String, &'static str),
    #[error("`{0}` names more than one interface{HINT}name one; each radio has a [[radio]] of its own")]
    SeveralInterfaces(String),
    #[error(
        "is `\"{0}\"`, not a protection{HINT}write \"sha256:\" and the fingerprint of the router's certificate, \"ca:\" and a file, or \"off\""
    )]
    NoProtection(String),
    #[error("{0}{HINT}copy `fingerprint` of `/certificate print detail`, or what `tikroam check` shows")]
    Fingerprint(#[from] FingerprintError),
    #[error("{0}{HINT}an umlaut has 2 bytes and an emoji 4; write the name as the access point sends it")]
    Ssid(#[from] SsidError),
    #[error("`{0}` begins or ends with a blank, or holds a NUL{HINT}write the name as the access point sends it")]
    OddSsid(Ssid),
    #[error("`{0}` has no mask{HINT}write the bits of the network's mask after it: `{0}/24`")]
    NoMask(Ipv4Addr),
    #[error(
        "{0} is every address of this PC, those on strange networks too{HINT}name one: `127.0.0.1:{1}` for this PC alone, or its address on the vehicle's own network"
    )]
    Everywhere(IpAddr, u16),
    #[error(
        "{0} is neither an address of this PC alone nor one of a private network{HINT}use `127.0.0.1:{1}`, or this PC's address on the vehicle's own network"
    )]
    Public(IpAddr, u16),
    #[error("{0} is {1}, not a host's address{HINT}use the address that the network's owner gave to this vehicle")]
    NotAHost(Ipv4Net, &'static str),
}

fn not_a(text: &str, wanted: &'static str) -> Unfit {
    Unfit::NotA(shortened(text), wanted)
}

/// A duration from `LOW` to `HIGH` milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "Serde<Duration>")]
pub(super) struct Span<const LOW: u64, const HIGH: u64, const DEFAULT: u64>(pub(super) Duration);

impl<const LOW: u64, const HIGH: u64, const DEFAULT: u64> Default for Span<LOW, HIGH, DEFAULT> {
    fn default() -> Self {
        Span(Duration::from_millis(DEFAULT))
    }
}

impl<const LOW: u64, const HIGH: u64, const DEFAULT: u64> TryFrom<Serde<Duration>> for Span<LOW, HIGH, DEFAULT> {
    type Error = Unfit;

    fn try_from(written: Serde<Duration>) -> Result<Self, Unfit> {
        let (low, high) = (Duration::from_millis(LOW), Duration::from_millis(HIGH));
        if (low..=high).contains(&*written) {
            return Ok(Span(*written));
        }
        let [written, low, high] = [*written, low, high].map(|duration| format_duration(duration).to_string());
        Err(Unfit::OutOfRange(written, low, high))
    }
}

/// An integer from `LOW` to `HIGH`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Whole<T: TryFrom<i64>, const LOW: i64, const HIGH: i64, const DEFAULT: i64 = LOW>(pub(super) T);

impl<T: TryFrom<i64> + Default, const LOW: i64, const HIGH: i64, const DEFAULT: i64> Default
    for Whole<T, LOW, HIGH, DEFAULT>
{
    fn default() -> Self {
        Whole(T::try_from(DEFAULT).unwrap_or_default())
    }
}

impl<T: TryFrom<i64>, const LOW: i64, const HIGH: i64, const DEFAULT: i64> TryFrom<i64>
    for Whole<T, LOW, HIGH, DEFAULT>
{
    type Error = Unfit;

    fn try_from(written: i64) -> Result<Self, Unfit> {
        let inside = Some(written).filter(|written| (LOW..=HIGH).contains(written));
        let value = inside.and_then(|written| T::try_from(written).ok());
        value.map(Whole).ok_or_else(|| {
            let [written, low, high] = [written, LOW, HIGH].map(|number| number.to_string());
            Unfit::OutOfRange(written, low, high)
        })
    }
}

/// The size of a file, from 64 KiB to 1 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "ByteSize")]
pub(super) struct Size(pub(super) u64);

impl Default for Size {
    fn default() -> Self {
        Size(ByteSize::mib(4).as_u64())
    }
}

impl TryFrom<ByteSize> for Size {
    type Error = Unfit;

    fn try_from(size: ByteSize) -> Result<Self, Unfit> {
        if (ByteSize::kib(64)..=ByteSize::gib(1)).contains(&size) {
            return Ok(Size(size.as_u64()));
        }
        let written = format!("{} bytes", size.as_u64());
        Err(Unfit::OutOfRange(written, "64KiB".into(), "1GiB".into()))
    }
}

/// Types whose values are written as text, each with the function that takes or refuses one.
macro_rules! from_text {
    ($($(#[$meta:meta])* $name:ident($inner:ty) = $take:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Deserialize)]
        #[serde(try_from = "String")]
        pub(super) struct $name(pub(super) $inner);

        impl TryFrom<String> for $name {
            type Error = Unfit;

            fn try_from(text: String) -> Result<Self, Unfit> {
                $take(&text).map($name)
            }
        }
    )*};
}

from_text! {
    /// The name of something on the router.
    Name(String) = name;
    /// One interface of the router.
    Interface(InterfaceName) = interface;
    /// A file's path.
    FilePath(PathBuf) = file;
    /// An SSID that a person can have meant.
    NetworkName(Ssid) = ssid;
    /// An IPv4 address.
    #[derive(Copy)]
    Ip(Ipv4Addr) = ip;
    /// An address that a vehicle can have, with the mask of its network.
    #[derive(Copy)]
    HostAddress(Ipv4Net) = host_address;
    /// A network, with the bits of its mask.
    #[derive(Copy)]
    Subnet(Ipv4Net) = subnet;
    /// The same; `None` where the network gives it by DHCP.
    #[derive(Copy)]
    Addressing(Option<Ipv4Net>) = addressing;
    /// The address of an access point.
    #[derive(Copy, PartialEq, Eq, PartialOrd, Ord)]
    Ap(Bssid) = bssid;
    /// An address and a port that only this PC or the vehicle's own network reaches.
    #[derive(Copy)]
    Listen(SocketAddr) = listen;
    /// A name that this PC goes by, in lower case.
    HostName(String) = host_name;
    /// Host and port of the router's API: from `host`, `host:port`, an address or `[address]:port`.
    Endpoint(HostPort) = endpoint;
    /// How the connection to the router is protected.
    Protection(Encryption) = encryption;
}

/// What `router.tls` can say.
#[derive(Debug, Clone)]
pub(super) enum Encryption {
    Off,
    Insecure,
    Pinned(Fingerprint),
    Ca(PathBuf),
}

fn encryption(text: &str) -> Result<Encryption, Unfit> {
    match (text, text.split_once(':')) {
        ("off", _) => Ok(Encryption::Off),
        ("insecure", _) => Ok(Encryption::Insecure),
        (_, Some(("sha256", digits))) => Ok(Encryption::Pinned(digits.parse()?)),
        (_, Some(("ca", path))) => file(path).map(Encryption::Ca),
        _ => Err(Unfit::NoProtection(shortened(text))),
    }
}

fn name(text: &str) -> Result<String, Unfit> {
    if text.is_empty() || text.len() > LONGEST_NAME || text.chars().any(char::is_control) {
        return Err(not_a(text, "a name of 1 to 64 bytes"));
    }
    Ok(text.to_owned())
}

fn interface(text: &str) -> Result<InterfaceName, Unfit> {
    let name = name(text)?;
    // RouterOS parts the interfaces of a list by commas.
    if name.contains(',') {
        return Err(Unfit::SeveralInterfaces(name));
    }
    Ok(InterfaceName::new(&name))
}

fn file(text: &str) -> Result<PathBuf, Unfit> {
    if text.is_empty() {
        Err(not_a(text, "a file"))
    } else {
        Ok(text.into())
    }
}

fn ssid(text: &str) -> Result<Ssid, Unfit> {
    let ssid = Ssid::new(text.as_bytes())?;
    if text.trim() != text || text.contains('\0') {
        return Err(Unfit::OddSsid(ssid));
    }
    Ok(ssid)
}

fn ip(text: &str) -> Result<Ipv4Addr, Unfit> {
    text.parse().map_err(|_| not_a(text, "an IPv4 address"))
}

fn addressing(text: &str) -> Result<Option<Ipv4Net>, Unfit> {
    if text == "dhcp" {
        return Ok(None);
    }
    host_address(text).map(Some)
}

fn bssid(text: &str) -> Result<Bssid, Unfit> {
    let bssid: Bssid = text
        .parse()
        .map_err(|_| not_a(text, "an access point's address such as 02:00:00:00:00:01"))?;
    // RouterOS takes all zeros for any access point.
    if bssid.0[0] & 1 == 1 || bssid == Bssid([0; 6]) {
        return Err(not_a(text, "the address of one access point"));
    }
    Ok(bssid)
}

fn host_address(text: &str) -> Result<Ipv4Net, Unfit> {
    if let Ok(address) = text.parse() {
        return Err(Unfit::NoMask(address));
    }
    let wanted = "an IPv4 address with the bits of its mask";
    let address: Ipv4Net = text.parse().map_err(|_| not_a(text, wanted))?;
    let ip = address.addr();
    let what = if !(8..=30).contains(&address.prefix_len()) {
        "in a network of less than 4 or more than 16 million addresses"
    } else if ip == address.network() {
        "the network's own address"
    } else if ip == address.broadcast() {
        "the network's broadcast address"
    } else if ip.is_loopback() || ip.is_multicast() || ip.octets()[0] == 0 || ip.octets()[0] >= 240 {
        "reserved"
    } else {
        return Ok(address);
    };
    Err(Unfit::NotAHost(address, what))
}

fn subnet(text: &str) -> Result<Ipv4Net, Unfit> {
    let wanted = "a network with the bits of its mask, such as 10.99.0.0/24";
    let net: Ipv4Net = text.parse().map_err(|_| not_a(text, wanted))?;
    if net.trunc() != net || net.prefix_len() == 0 {
        return Err(not_a(text, wanted));
    }
    Ok(net)
}

fn endpoint(text: &str) -> Result<HostPort, Unfit> {
    host_and_port(text).ok_or_else(|| not_a(text, "an address with or without a port"))
}

fn listen(text: &str) -> Result<SocketAddr, Unfit> {
    let wanted = "an address with a port, such as 127.0.0.1:8080";
    let listen: SocketAddr = text.parse().map_err(|_| not_a(text, wanted))?;
    let (ip, port) = (listen.ip().to_canonical(), listen.port());
    let own = match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    };
    if ip.is_unspecified() {
        Err(Unfit::Everywhere(ip, port))
    } else if own {
        Ok(listen)
    } else {
        Err(Unfit::Public(ip, port))
    }
}

fn host_name(text: &str) -> Result<String, Unfit> {
    let name = text.to_ascii_lowercase();
    if is_host_name(&name) {
        Ok(name)
    } else {
        Err(not_a(text, "the name of a host"))
    }
}
