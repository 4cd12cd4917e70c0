//! The configuration: valid by construction, read from `agent.toml` and the environment.
//!
//! A value in the environment wins over the file: `TIKROAM__ROUTER__ADDRESS` is the key `address` of `[router]`. Lists
//! (`[[radio]]`, `[[network]]`) are written in the file only. The password is taken from the first of these that is there:
//! `TIKROAM__ROUTER__PASSWORD` (even empty), `TIKROAM__ROUTER__PASSWORD_FILE`, the systemd credential `router-password`,
//! and the file's own `password` or `password_file`.

mod fault;
mod file;
mod lists;
mod rules;
mod secret;
mod section;
mod sections;
mod value;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs};

use ipnet::Ipv4Net;

use crate::handover::settings::{Hunt, NetworkRule, Probing, Settings};
use crate::names::{InterfaceName, Ssid};
use crate::router::Deadlines;
use crate::routeros::TunnelKind;
use crate::units::{Db, Dbm};

pub use fault::{Fault, FaultKind, Faults, Place};
pub use secret::Secret;
use sections::Sources;

/// Everything the agent was told. There is no way to make one that breaks a rule.
#[derive(Debug, Clone)]
pub struct Config {
    router: RouterAccess,
    radios: Vec<Radio>,
    networks: Vec<Network>,
    tunnel: Tunnel,
    handover: Settings,
    hunt: Hunt,
    probing: Probing,
    journal: Journal,
    log: Log,
    warnings: Arc<[Fault]>,
}

/// How to reach the router, log in to it and read it.
#[derive(Debug, Clone)]
pub struct RouterAccess {
    address: String,
    user: String,
    password: Secret,
    menu: Menu,
    deadlines: Deadlines,
    tick: Duration,
    slow: Duration,
    keepalive: Duration,
}

/// The router's menu for its radios.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Menu {
    /// Whichever the router has radios in.
    Auto,
    /// `/interface/wireless`.
    Wireless,
    /// `/interface/wifiwave2`; no configuration has it yet.
    Wifiwave2,
    /// `/interface/wifi`; no configuration has it yet.
    Wifi,
}

/// One client radio of the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Radio {
    /// The radio's interface.
    pub interface: InterfaceName,
    /// Added to all that this radio hears, so that radios with unequal antennas compare.
    pub signal_offset: Db,
}

/// A network that the vehicle may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// The network's name on the air.
    pub ssid: Ssid,
    /// Where the network's default route goes.
    pub gateway: Ipv4Addr,
    /// The access points are left 3 dB above this at the latest.
    pub minimum_signal: Option<Dbm>,
    /// The higher goes first among candidates that are alike.
    pub priority: i32,
    address: Ipv4Net,
    addresses: BTreeMap<InterfaceName, Ipv4Net>,
}

/// The tunnel that the vehicle is called through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tunnel {
    /// What the tunnel speaks.
    pub kind: TunnelKind,
    /// The tunnel's interface.
    pub interface: InterfaceName,
    /// What the router pings through the tunnel to know whether it works; `None` leaves only signal and state.
    pub probe: Option<Ipv4Addr>,
    /// How long a swap's tunnel may take to come up before the swap has failed.
    pub patience: Duration,
    /// How long a swap waits for the tunnel to be down before the route moves, when the old way out still works; zero
    /// does not wait.
    pub wait_down: Duration,
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

/// What people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    /// The least level that is shown.
    pub level: LogLevel,
    /// How a line looks.
    pub format: LogFormat,
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Only what needs a person.
    Error,
    /// Also what was refused or is retried.
    Warn,
    /// Also what a technician wants to see.
    Info,
    /// Also every call with its time.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// The level's name as the log's filters write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            LogLevel::Error => "error",
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Debug => "debug",
            LogLevel::Trace => "trace",
        }
    }
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person.
    Text,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// Reads the file and this process's environment.
    ///
    /// # Errors
    ///
    /// [`Faults`]: everything that is wrong, all at once.
    pub fn load(path: &Path) -> Result<Self, Faults> {
        Self::load_with(path, true)
    }

    /// Like [`Config::load`] for work without a router: a password that cannot be had is a warning, and is empty.
    ///
    /// # Errors
    ///
    /// [`Faults`]: everything else that is wrong, all at once.
    pub fn load_offline(path: &Path) -> Result<Self, Faults> {
        Self::load_with(path, false)
    }

    /// Takes the text of a file and an environment; `path` is only what faults are told with.
    ///
    /// # Errors
    ///
    /// [`Faults`]: everything that is wrong, all at once.
    pub fn parse(path: &Path, text: &str, environment: &BTreeMap<String, String>) -> Result<Self, Faults> {
        sections::read(&Sources {
            path,
            text,
            environment,
            online: true,
            open_to_others: false,
        })
    }

    fn load_with(path: &Path, online: bool) -> Result<Self, Faults> {
        let whole = |kind| {
            Faults(vec![Fault {
                place: Place::File(path.into(), None),
                key: String::new(),
                kind,
            }])
        };
        let bytes = fs::read(path).map_err(|error| whole(FaultKind::Unreadable(error)))?;
        let text = String::from_utf8(bytes).map_err(|_| whole(FaultKind::NotText))?;
        let environment = env::vars_os()
            .map(|(name, value)| {
                (
                    name.to_string_lossy().into_owned(),
                    value.to_string_lossy().into_owned(),
                )
            })
            .collect();
        let open_to_others = fs::metadata(path).is_ok_and(|metadata| secret::open_to_others(&metadata));
        sections::read(&Sources {
            path,
            text: &text,
            environment: &environment,
            online,
            open_to_others,
        })
    }

    /// How to reach and read the router.
    #[must_use]
    pub fn router(&self) -> &RouterAccess {
        &self.router
    }

    /// The radios in the order of the file: at least one.
    #[must_use]
    pub fn radios(&self) -> &[Radio] {
        &self.radios
    }

    /// The networks in the order of the file: at least one, no two with one SSID or with common addresses.
    #[must_use]
    pub fn networks(&self) -> &[Network] {
        &self.networks
    }

    /// The tunnel.
    #[must_use]
    pub fn tunnel(&self) -> &Tunnel {
        &self.tunnel
    }

    /// When to leave the active uplink.
    #[must_use]
    pub fn handover(&self) -> &Settings {
        &self.handover
    }

    /// How the standby looks for better.
    #[must_use]
    pub fn hunt(&self) -> &Hunt {
        &self.hunt
    }

    /// When probes call an uplink unreliable.
    #[must_use]
    pub fn probing(&self) -> &Probing {
        &self.probing
    }

    /// The file for programs.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What people read.
    #[must_use]
    pub fn log(&self) -> Log {
        self.log
    }

    /// What is odd, though not wrong.
    #[must_use]
    pub fn warnings(&self) -> &[Fault] {
        &self.warnings
    }

    /// The same with every duration divided by `factor`, so that tests of whole drives end soon.
    #[must_use]
    pub fn divided(&self, factor: f64) -> Config {
        let mut config = self.clone();
        for duration in config.durations() {
            *duration = Duration::try_from_secs_f64(duration.as_secs_f64() / factor).unwrap_or(*duration);
        }
        config
    }

    fn durations(&mut self) -> [&mut Duration; 22] {
        let Config {
            router,
            tunnel,
            handover,
            hunt,
            probing,
            ..
        } = self;
        [
            &mut router.deadlines.connect,
            &mut router.deadlines.login,
            &mut router.deadlines.write,
            &mut router.deadlines.answer,
            &mut router.tick,
            &mut router.slow,
            &mut router.keepalive,
            &mut tunnel.patience,
            &mut tunnel.wait_down,
            &mut handover.second,
            &mut handover.first_dark.within_network,
            &mut handover.first_dark.to_another,
            &mut handover.dwell,
            &mut handover.settle,
            &mut handover.heal,
            &mut handover.stale,
            &mut handover.scan_stale,
            &mut hunt.interval,
            &mut hunt.scan_duration,
            &mut hunt.arrival,
            &mut probing.interval,
            &mut probing.window,
        ]
    }
}

impl RouterAccess {
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

    /// Which menu the radios are in.
    #[must_use]
    pub fn menu(&self) -> Menu {
        self.menu
    }

    /// How long the router may take.
    #[must_use]
    pub fn deadlines(&self) -> Deadlines {
        self.deadlines
    }

    /// From one reading of the registrations to the next.
    #[must_use]
    pub fn tick(&self) -> Duration {
        self.tick
    }

    /// From one reading of addresses, routes and tunnel to the next.
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

impl Network {
    /// The vehicle's address and mask when this radio is active on the network.
    #[must_use]
    pub fn address_on(&self, radio: &InterfaceName) -> Ipv4Net {
        self.addresses.get(radio).copied().unwrap_or(self.address)
    }

    /// What a decision depends on of the network.
    #[must_use]
    pub fn rule(&self) -> NetworkRule {
        NetworkRule {
            ssid: self.ssid.clone(),
            minimum_signal: self.minimum_signal,
            priority: self.priority,
        }
    }
}
