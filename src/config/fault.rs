//! What is wrong with a configuration: each fault with its place, its key and what to do about it.

use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ipnet::Ipv4Net;
use thiserror::Error;

use crate::names::{InterfaceName, Ssid, SsidError, write_escaped};
use crate::units::Dbm;

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A file, and its line counted from 1 where one can be named.
    File(Arc<Path>, Option<usize>),
    /// An environment variable.
    Variable(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File(path, Some(line)) => write!(f, "{}:{line}", path.display()),
            Place::File(path, None) => write!(f, "{}", path.display()),
            Place::Variable(name) => write!(f, "environment {name}"),
        }
    }
}

/// One thing that is wrong, or worth a warning.
#[derive(Debug)]
pub struct Fault {
    /// Where the value was written.
    pub place: Place,
    /// The key with its section, such as `network[2].gateway` (entries of a list count from 1); empty for the file itself.
    pub key: String,
    /// What is wrong.
    pub kind: FaultKind,
}

impl fmt::Display for Fault {
    /// The place, the key, what is wrong, and a `hint:` on a line of its own. Never shows a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.key.is_empty() {
            write_escaped(f, &self.key)?;
            f.write_str(": ")?;
        }
        write_escaped(f, &self.kind.to_string())?;
        write!(f, "\n  hint: ")?;
        write_escaped(f, &self.kind.hint())
    }
}

/// Everything that is wrong with a configuration, in the order of the file, then of the environment; never empty.
#[derive(Debug)]
pub struct Faults(pub(super) Vec<Fault>);

impl Faults {
    /// The single faults.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// What is wrong with one value.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// The file cannot be opened or read.
    #[error("cannot be read: {0}")]
    Unreadable(io::Error),
    /// The file is not UTF-8.
    #[error("is not text in UTF-8")]
    NotText,
    /// The file holds no key at all.
    #[error("is empty")]
    Empty,
    /// The text is not TOML.
    #[error("{0}")]
    Syntax(String),
    /// The key means nothing here.
    #[error("there is no such key")]
    UnknownKey {
        /// The most similar key of this section.
        nearest: Option<&'static str>,
        /// Every key of this section.
        known: Vec<&'static str>,
    },
    /// A list cannot be changed entry by entry from the environment.
    #[error("lists cannot be set from the environment")]
    ListFromEnvironment,
    /// A variable of ours that is not a section and a key.
    #[error("names no key")]
    NotAKey,
    /// A value that no key could have.
    #[error("{0} is no value of any key")]
    Odd(&'static str),
    /// A key without default is not there.
    #[error("is missing")]
    Missing {
        /// What a technician could write.
        example: &'static str,
    },
    /// The value has another type than the key's.
    #[error("wants {wanted}, not {found}")]
    WrongType {
        /// The type of the key.
        wanted: &'static str,
        /// The type of the value.
        found: &'static str,
        /// What a technician could write.
        example: &'static str,
    },
    /// The text does not say what the key wants.
    #[error("`{written}` is not {wanted}")]
    NotA {
        /// The text as written.
        written: String,
        /// What the key wants.
        wanted: &'static str,
        /// What a technician could write.
        example: &'static str,
    },
    /// The value is outside its range.
    #[error("{written} is outside {low} to {high}")]
    OutOfRange {
        /// The value as read.
        written: String,
        /// The least value allowed.
        low: String,
        /// The greatest value allowed.
        high: String,
    },
    /// The value is understood, but this version cannot do it.
    #[error("{what}: not built yet")]
    NotBuilt {
        /// What was asked for.
        what: String,
        /// What to do until then.
        instead: &'static str,
    },
    /// The name of a network cannot be sent on the air.
    #[error("{0}")]
    Ssid(SsidError),
    /// An address without its network.
    #[error("`{written}` has no mask")]
    NoMask {
        /// The address as written.
        written: String,
    },
    /// An address that no vehicle can have.
    #[error("{address} is {what}, not a host's address")]
    NotAHost {
        /// The address and its mask.
        address: Ipv4Net,
        /// What the address is instead.
        what: &'static str,
    },
    /// The gateway cannot be reached from the address.
    #[error("{gateway} is outside the network {network}")]
    GatewayOutside {
        /// The gateway as written.
        gateway: Ipv4Addr,
        /// The network that the address is in.
        network: Ipv4Net,
    },
    /// Gateway and vehicle cannot have one address.
    #[error("{0} is the vehicle's own address")]
    GatewayIsAddress(Ipv4Addr),
    /// A radio's own address is the gateway's.
    #[error("{0} is the gateway")]
    AddressIsGateway(Ipv4Addr),
    /// A radio's own address lies in another network than the network's.
    #[error("{address} is outside the network {network}")]
    AddressOutside {
        /// The radio's address.
        address: Ipv4Net,
        /// The network that `address` names.
        network: Ipv4Net,
    },
    /// An interface that no `[[radio]]` names.
    #[error("there is no radio `{0}`")]
    NoSuchRadio(InterfaceName),
    /// A list that must have an entry has none.
    #[error("there is no [[{0}]]")]
    NoneOf(&'static str),
    /// Two radios with one interface.
    #[error("radio `{interface}` is already on line {line}")]
    RadioTwice {
        /// The interface.
        interface: InterfaceName,
        /// Where it was first.
        line: usize,
    },
    /// The tunnel is named like a radio.
    #[error("`{0}` is a radio")]
    TunnelIsRadio(InterfaceName),
    /// Two networks with one SSID.
    #[error("network `{ssid}` is already on line {line}")]
    SsidTwice {
        /// The SSID.
        ssid: Ssid,
        /// Where it was first.
        line: usize,
    },
    /// Two networks that share addresses.
    #[error("{network} overlaps {other} on line {line}")]
    Overlap {
        /// This network.
        network: Ipv4Net,
        /// The earlier one.
        other: Ipv4Net,
        /// Where the earlier one is.
        line: usize,
    },
    /// The router's wired address would be routed to a radio.
    #[error("{address} is inside network `{ssid}` ({network})")]
    RouterInside {
        /// The router's address.
        address: Ipv4Addr,
        /// The network that it lies in.
        ssid: Ssid,
        /// That network's addresses.
        network: Ipv4Net,
    },
    /// One value must be less than, or not above, another.
    #[error("{written} must be {relation} {other} ({limit})")]
    Relation {
        /// The value.
        written: String,
        /// "less than" or "at least".
        relation: &'static str,
        /// The other key.
        other: &'static str,
        /// The other key's value.
        limit: String,
    },
    /// No source gives a password.
    #[error("there is no password for the router")]
    NoPassword,
    /// The same place gives two passwords.
    #[error("is given beside `password`")]
    TwoPasswords,
    /// The password's file cannot be opened or read.
    #[error("`{}` cannot be read: {source}", file.display())]
    PasswordFile {
        /// The file.
        file: PathBuf,
        /// Why it cannot be read.
        source: io::Error,
    },
    /// The password's file holds something else than one line of text.
    #[error("`{}` is not one line of text", file.display())]
    PasswordNotOneLine {
        /// The file.
        file: PathBuf,
    },
    /// A warning: others on this machine may read the password.
    #[error("everyone on this machine may read the password in `{}`", file.display())]
    PasswordOpen {
        /// The file.
        file: PathBuf,
    },
    /// A warning: a network's minimum signal lifts the trigger there.
    #[error("network `{ssid}` is left at {left_at}, before the trigger of {trigger}")]
    MinimumAboveTrigger {
        /// The network.
        ssid: Ssid,
        /// Its minimum signal plus the 3 dB that keep the router from dropping the radio first.
        left_at: Dbm,
        /// The trigger as configured.
        trigger: Dbm,
    },
}

impl FaultKind {
    /// What a technician should do.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            FaultKind::Unreadable(_) => "copy the shipped `agent.toml` there, or name another file with `--config`".into(),
            FaultKind::NotText => "save the file as UTF-8 in the editor".into(),
            FaultKind::Empty => "start from the shipped `agent.toml`".into(),
            FaultKind::Syntax(_) => "text stands in \"quotes\", a section in [brackets], and each key once in its section".into(),
            FaultKind::UnknownKey { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            FaultKind::UnknownKey { nearest: None, known } => format!("the keys here are `{}`", known.join("`, `")),
            FaultKind::ListFromEnvironment => "write radios and networks into the file".into(),
            FaultKind::NotAKey => "`address` of [router] is TIKROAM__ROUTER__ADDRESS".into(),
            FaultKind::Odd(_) => "if it is meant as text, put it in \"quotes\"".into(),
            FaultKind::Missing { example } => format!("write `{example}`"),
            FaultKind::WrongType { example, .. } | FaultKind::NotA { example, .. } => format!("write it as in `{example}`"),
            FaultKind::OutOfRange { low, high, .. } => format!("choose a value from {low} to {high}"),
            FaultKind::NotBuilt { instead, .. } => (*instead).into(),
            FaultKind::Ssid(_) => "an umlaut has 2 bytes and an emoji 4; write the name as the access point sends it".into(),
            FaultKind::NoMask { written } => format!("write the bits of the network's mask after it: `{written}/24`"),
            FaultKind::NotAHost { .. } => "use the address that the network's owner gave to this vehicle".into(),
            FaultKind::GatewayOutside { .. } => "check the gateway, and the bits after the `/` of the address".into(),
            FaultKind::GatewayIsAddress(_) => "the gateway is the access point's side; ask the network's owner".into(),
            FaultKind::AddressOutside { .. } | FaultKind::AddressIsGateway(_) => "give the radio another host's address of the same network, with the same mask".into(),
            FaultKind::NoSuchRadio(_) => "use the interface of one of the [[radio]] entries".into(),
            FaultKind::NoneOf("radio") => "add `[[radio]]` with `interface = \"wlan1\"`, once for each radio".into(),
            FaultKind::NoneOf(_) => "add `[[network]]` with `ssid`, `address` and `gateway`, once for each network".into(),
            FaultKind::RadioTwice { .. } => "remove one of the two entries".into(),
            FaultKind::TunnelIsRadio(_) => "name the tunnel's interface, as in `/interface/pptp-client/print`".into(),
            FaultKind::SsidTwice { .. } => "one entry serves every access point of that name; remove one of the two".into(),
            FaultKind::Overlap { .. } => "two networks need two address ranges; check the bits after the `/`".into(),
            FaultKind::RouterInside { .. } => {
                "use the address of the router's wired side, and networks that do not contain it".into()
            }
            FaultKind::Relation { relation, limit, .. } => format!("choose a value {relation} {limit}"),
            FaultKind::NoPassword => "name a file that holds it with `password_file`, or set TIKROAM__ROUTER__PASSWORD".into(),
            FaultKind::TwoPasswords => "keep one of `password` and `password_file`".into(),
            FaultKind::PasswordFile { .. } => {
                "put the password there, pass it as the systemd credential `router-password`, or set TIKROAM__ROUTER__PASSWORD"
                    .into()
            }
            FaultKind::PasswordNotOneLine { .. } => "write the password into it and nothing else".into(),
            FaultKind::PasswordOpen { file } => format!("run `chmod o-rwx {}`", file.display()),
            FaultKind::MinimumAboveTrigger { .. } => {
                "that is right for a network that serves only strong clients; else lower `minimum_signal`".into()
            }
        }
    }
}
