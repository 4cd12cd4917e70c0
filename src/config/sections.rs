//! The sections of `agent.toml` one by one, from what was written to what is valid.
//!
//! A value that cannot be used is told and replaced by some other of its type, so that the rest is judged all the same;
//! nobody ever sees such a [`Config`].

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::Ipv4Net;

use super::fault::{Fault, FaultKind, Faults};
use super::file::Written;
use super::secret::{self, Secret};
use super::section::Section;
use super::{
    Config, Deadlines, Journal, Log, LogFormat, LogLevel, Menu, Network, Radio, RouterAccess, Tunnel, TunnelKind, rules,
};
use crate::handover::settings::{Hunt, Settings};
use crate::names::{InterfaceName, Ssid};
use crate::units::{Db, Dbm};

/// The port of the router's plain binary API.
const API_PORT: u16 = 8728;

/// RouterOS takes no longer name.
const LONGEST_NAME: usize = 64;

const SECOND: Duration = Duration::from_secs(1);

/// What a configuration is read from and how it is judged.
pub(super) struct Sources<'s> {
    pub(super) path: &'s Path,
    pub(super) text: &'s str,
    pub(super) environment: &'s BTreeMap<String, String>,
    /// A router will be logged in to, so a password is needed.
    pub(super) online: bool,
    /// Everyone on this machine may read the file.
    pub(super) open_to_others: bool,
}

/// An entry of a list, and the key that tells where it stands.
pub(super) struct Entry<T> {
    pub(super) key: String,
    pub(super) value: T,
}

/// Reads every section, then judges them together.
pub(super) fn read(sources: &Sources<'_>) -> Result<Config, Faults> {
    let written = Written::new(sources.path, sources.text, sources.environment);
    if !written.is_readable() {
        return Err(Faults(written.into_faults()));
    }
    let root = written.root();
    let mut warnings = Vec::new();
    let router = router(&root.section("router", "[router]"), sources, &mut warnings);
    let radios = radios(&root);
    let networks = networks(&root, &radios);
    let tunnel = tunnel(&root.section("tunnel", "[tunnel]"));
    let hunt = hunt(&root.section("hunt", "[hunt]"));
    let handover = handover(&root.section("handover", "[handover]"), router.tick, &hunt);
    let journal = journal(&root.section("journal", "[journal]"));
    let log = log(&root.section("log", "[log]"));
    if root.has("fallback") {
        let instead = "remove the section; until then the radios are the only ways out";
        root.tell(
            "fallback",
            FaultKind::NotBuilt {
                what: "a fallback uplink".into(),
                instead,
            },
        );
    }
    root.tell_unknown();

    rules::router_outside_networks(&written, &router, &networks);
    rules::radios_differ(&written, &radios, &tunnel);
    rules::networks_differ(&written, &networks);
    rules::levels_in_order(&written, &handover);
    rules::scan_fits_interval(&written, &hunt);
    rules::minimums_above_trigger(&written, &networks, &handover, &mut warnings);
    if !written.is_sound() {
        return Err(Faults(written.into_faults()));
    }
    let radios = radios.into_iter().map(|radio| radio.value).collect();
    let networks = networks.into_iter().map(|network| network.value).collect();
    Ok(Config {
        router,
        radios,
        networks,
        tunnel,
        handover,
        hunt,
        journal,
        log,
        warnings: warnings.into(),
    })
}

fn router(section: &Section<'_>, sources: &Sources<'_>, warnings: &mut Vec<Fault>) -> RouterAccess {
    let example = r#"address = "192.168.88.1""#;
    let address = section.text("address", example, |text| {
        endpoint(text).ok_or_else(|| not_a(text, "an address with or without a port", example))
    });
    let menu = section.text("menu", r#"menu = "auto""#, |text| match text {
        "auto" => Ok(Menu::Auto),
        "wireless" => Ok(Menu::Wireless),
        "wifi" | "wifiwave2" => Err(FaultKind::NotBuilt {
            what: format!("the menu `/interface/{text}`"),
            instead: "until then a router needs radios of its `wireless` package, and `menu = \"auto\"`",
        }),
        _ => Err(not_a(
            text,
            "`auto`, `wireless`, `wifi` or `wifiwave2`",
            r#"menu = "auto""#,
        )),
    });
    let deadline = |key, example, default| section.duration(key, example, SECOND / 10..=SECOND * 120).or(default);
    let access = RouterAccess {
        address: address.needed(section, "address", example).unwrap_or_default(),
        user: name(section, "user", r#"user = "tikroam""#),
        password: password(section, sources, warnings).unwrap_or_else(|| Secret::new(String::new())),
        menu: menu.or(Menu::Auto),
        deadlines: Deadlines {
            connect: deadline("connect_deadline", r#"connect_deadline = "3s""#, SECOND * 3),
            login: deadline("login_deadline", r#"login_deadline = "10s""#, SECOND * 10),
            write: deadline("write_deadline", r#"write_deadline = "10s""#, SECOND * 10),
            answer: deadline("answer_deadline", r#"answer_deadline = "10s""#, SECOND * 10),
        },
        tick: section
            .duration("tick", r#"tick = "250ms""#, SECOND / 20..=SECOND * 5)
            .or(SECOND / 4),
        slow: section
            .duration("slow", r#"slow = "2s""#, SECOND / 4..=SECOND * 60)
            .or(SECOND * 2),
        keepalive: section
            .duration("keepalive", r#"keepalive = "10s""#, SECOND..=SECOND * 600)
            .or(SECOND * 10),
    };
    section.tell_unknown();
    access
}

/// The password of the first source that has one; none after a fault.
fn password(section: &Section<'_>, sources: &Sources<'_>, warnings: &mut Vec<Fault>) -> Option<Secret> {
    let example = r#"password_file = "/etc/tikroam/router-password""#;
    let password = section
        .text("password", r#"password = "...""#, |text| Ok(text.to_owned()))
        .here();
    let file = section
        .text("password_file", example, |text| path(text, example))
        .here();
    let file_from_environment = section.is_from_environment("password_file");

    if section.is_from_environment("password") {
        return password.map(Secret::new);
    }
    let credential = secret::credential(sources.environment).filter(|_| !file_from_environment);
    if password.is_some() && file.is_some() && !file_from_environment {
        section.tell("password_file", FaultKind::TwoPasswords);
    }
    match (
        credential.or(file.filter(|_| file_from_environment || password.is_none())),
        password,
    ) {
        (Some(file), _) => match secret::read(&file) {
            Ok(read) => {
                if read.open_to_others {
                    warnings.push(section.fault("password_file", FaultKind::PasswordOpen { file }));
                }
                Some(read.secret)
            }
            Err(kind) if sources.online => {
                section.tell("password_file", kind);
                None
            }
            Err(kind) => {
                warnings.push(section.fault("password_file", kind));
                None
            }
        },
        (None, Some(password)) => {
            if sources.open_to_others {
                let kind = FaultKind::PasswordOpen {
                    file: sources.path.to_owned(),
                };
                warnings.push(section.fault("password", kind));
            }
            Some(Secret::new(password))
        }
        (None, None) => {
            if sources.online && !section.has("password") && !section.has("password_file") {
                section.tell("password", FaultKind::NoPassword);
            }
            None
        }
    }
}

fn radios(root: &Section<'_>) -> Vec<Entry<Radio>> {
    let mut radios = Vec::new();
    for (n, section) in root.entries("radio", "[[radio]]").iter().enumerate() {
        if n == 2 {
            let instead = "leave two; until then one radio is active and one stands by";
            section.tell_all(FaultKind::NotBuilt {
                what: "more than two radios".into(),
                instead,
            });
        }
        let interface = name(section, "interface", r#"interface = "wlan1""#);
        let signal_offset = section.short("signal_offset", "signal_offset = 3", -20..=20).or(0);
        section.tell_unknown();
        if !interface.is_empty() {
            let value = Radio {
                interface: InterfaceName::new(&interface),
                signal_offset: Db(signal_offset),
            };
            radios.push(Entry {
                key: section.path("interface"),
                value,
            });
        }
    }
    radios
}

fn networks(root: &Section<'_>, radios: &[Entry<Radio>]) -> Vec<Entry<Network>> {
    let mut networks = Vec::new();
    for section in root.entries("network", "[[network]]") {
        let ssid_example = r#"ssid = "testssid1""#;
        let ssid = section
            .text("ssid", ssid_example, |text| {
                Ssid::new(text.as_bytes()).map_err(FaultKind::Ssid)
            })
            .needed(&section, "ssid", ssid_example);
        let example = r#"address = "10.10.10.2/24""#;
        let address = section
            .text("address", example, |text| address(text, example))
            .needed(&section, "address", example);
        let example = r#"gateway = "10.10.10.1""#;
        let gateway = section
            .text("gateway", example, |text| {
                text.parse().map_err(|_| not_a(text, "an IPv4 address", example))
            })
            .needed(&section, "gateway", example);
        let addresses = addresses(
            &section.section("addresses", r#"addresses = { wlan2 = "10.10.10.3/24" }"#),
            radios,
        );
        let minimum_signal = section
            .short("minimum_signal", "minimum_signal = -85", -100..=-40)
            .here()
            .map(Dbm);
        let priority = section.integer("priority", "priority = 1", -1000..=1000).or(0);
        if section.has("bssid") {
            let instead = "remove the key; `ssid` serves every access point of that name";
            section.tell(
                "bssid",
                FaultKind::NotBuilt {
                    what: "networks by BSSID".into(),
                    instead,
                },
            );
        }
        section.tell_unknown();
        let (Some(ssid), Some(address), Some(gateway)) = (ssid, address, gateway) else {
            continue;
        };
        rules::gateway_fits(&section, address, gateway);
        rules::addresses_fit(&section, address, gateway, &addresses);
        let priority = i32::try_from(priority).unwrap_or(0);
        let value = Network {
            ssid,
            gateway,
            minimum_signal,
            priority,
            address,
            addresses,
        };
        networks.push(Entry {
            key: section.name().to_owned(),
            value,
        });
    }
    networks
}

fn addresses(section: &Section<'_>, radios: &[Entry<Radio>]) -> BTreeMap<InterfaceName, Ipv4Net> {
    let example = r#"addresses = { wlan2 = "10.10.10.3/24" }"#;
    let mut addresses = BTreeMap::new();
    for key in section.keys() {
        let radio = InterfaceName::new(key);
        if !radios.iter().any(|entry| entry.value.interface == radio) {
            section.tell(key, FaultKind::NoSuchRadio(radio));
        } else if let Some(address) = section.text_of(key, example, |text| address(text, example)).here() {
            addresses.insert(radio, address);
        }
    }
    addresses
}

fn tunnel(section: &Section<'_>) -> Tunnel {
    let kind = section.text("kind", r#"kind = "pptp""#, |text| match text {
        "pptp" => Ok(TunnelKind::Pptp),
        "l2tp" | "sstp" | "ovpn" | "wireguard" | "none" => Err(FaultKind::NotBuilt {
            what: format!("the tunnel kind `{text}`"),
            instead: "until then the tunnel is a PPTP client: `kind = \"pptp\"`",
        }),
        _ => Err(not_a(
            text,
            "`pptp`, `l2tp`, `sstp`, `ovpn`, `wireguard` or `none`",
            r#"kind = "pptp""#,
        )),
    });
    if section.has("probe") {
        let instead = "remove the key; until then an uplink is judged by its signal and the tunnel's state";
        section.tell(
            "probe",
            FaultKind::NotBuilt {
                what: "a probe through the tunnel".into(),
                instead,
            },
        );
    }
    let interface = name(section, "interface", r#"interface = "PPtP_to_Office""#);
    let patience = section.duration("patience", r#"patience = "10s""#, SECOND..=SECOND * 120);
    let wait_down = section.duration("wait_down", r#"wait_down = "0s""#, Duration::ZERO..=SECOND * 5);
    section.tell_unknown();
    Tunnel {
        kind: kind.or(TunnelKind::Pptp),
        interface: InterfaceName::new(&interface),
        patience: patience.or(SECOND * 10),
        wait_down: wait_down.or(Duration::ZERO),
    }
}

fn handover(section: &Section<'_>, tick: Duration, hunt: &Hunt) -> Settings {
    let default = Settings::default();
    let up_to = |seconds: u32| Duration::ZERO..=SECOND * seconds;
    let settings = Settings {
        trigger: Dbm(section
            .short("trigger", "trigger = -80", -95..=-50)
            .or(default.trigger.0)),
        hysteresis: Db(section
            .short("hysteresis", "hysteresis = 6", 0..=30)
            .or(default.hysteresis.0)),
        time_to_trigger: section
            .duration("time_to_trigger", r#"time_to_trigger = "1s""#, up_to(30))
            .or(default.time_to_trigger),
        dwell: section
            .duration("dwell", r#"dwell = "5s""#, up_to(300))
            .or(default.dwell),
        floor: Dbm(section.short("floor", "floor = -78", -95..=-40).or(default.floor.0)),
        settle: section
            .duration("settle", r#"settle = "2s""#, up_to(30))
            .or(default.settle),
        heal: section.duration("heal", r#"heal = "1m""#, up_to(3600)).or(default.heal),
        stale: tick * 3,
        scan_stale: hunt.interval * 3,
    };
    section.tell_unknown();
    settings
}

fn hunt(section: &Section<'_>) -> Hunt {
    let default = Hunt::default();
    let hunt = Hunt {
        enabled: section.boolean("enabled", "enabled = true").or(default.enabled),
        interval: section
            .duration("interval", r#"interval = "5s""#, SECOND * 5..=SECOND * 10)
            .or(default.interval),
        scan_duration: section
            .duration("scan_duration", r#"scan_duration = "2s""#, SECOND / 2..=SECOND * 10)
            .or(default.scan_duration),
        arrival: section
            .duration("arrival", r#"arrival = "5s""#, SECOND..=SECOND * 60)
            .or(default.arrival),
    };
    section.tell_unknown();
    hunt
}

fn journal(section: &Section<'_>) -> Journal {
    let example = r#"file = "journal.jsonl""#;
    let journal = Journal {
        file: section
            .text("file", example, |text| path(text, example))
            .or("journal.jsonl".into()),
        size: section
            .size("size", r#"size = "10MiB""#, 64 << 10..=1 << 30)
            .or(10 << 20),
        keep: usize::try_from(section.integer("keep", "keep = 5", 0..=100).or(5)).unwrap_or(5),
    };
    section.tell_unknown();
    journal
}

fn log(section: &Section<'_>) -> Log {
    let level = section.text("level", r#"level = "info""#, |text| match text {
        "error" => Ok(LogLevel::Error),
        "warn" => Ok(LogLevel::Warn),
        "info" => Ok(LogLevel::Info),
        "debug" => Ok(LogLevel::Debug),
        "trace" => Ok(LogLevel::Trace),
        _ => Err(not_a(
            text,
            "`error`, `warn`, `info`, `debug` or `trace`",
            r#"level = "info""#,
        )),
    });
    let format = section.text("format", r#"format = "text""#, |text| match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(not_a(text, "`text` or `json`", r#"format = "text""#)),
    });
    section.tell_unknown();
    Log {
        level: level.or(LogLevel::Info),
        format: format.or(LogFormat::Text),
    }
}

/// Reads the name of something on the router; empty after a fault.
fn name(section: &Section<'_>, key: &'static str, example: &'static str) -> String {
    let read = section.text(key, example, |text| {
        if text.is_empty() || text.len() > LONGEST_NAME || text.chars().any(char::is_control) {
            return Err(not_a(text, "a name of 1 to 64 bytes", example));
        }
        Ok(text.to_owned())
    });
    read.needed(section, key, example).unwrap_or_default()
}

fn address(text: &str, example: &'static str) -> Result<Ipv4Net, FaultKind> {
    if text.eq_ignore_ascii_case("dhcp") {
        let instead = "until then every network needs a fixed address and its gateway";
        return Err(FaultKind::NotBuilt {
            what: "addresses by DHCP".into(),
            instead,
        });
    }
    if text.parse::<Ipv4Addr>().is_ok() {
        return Err(FaultKind::NoMask {
            written: text.to_owned(),
        });
    }
    let address = text
        .parse()
        .map_err(|_| not_a(text, "an IPv4 address with the bits of its mask", example))?;
    rules::host(address)
}

fn path(text: &str, example: &'static str) -> Result<PathBuf, FaultKind> {
    if text.is_empty() {
        Err(not_a(text, "a file", example))
    } else {
        Ok(text.into())
    }
}

/// Completes `host`, `host:port`, an address or `[address]:port` to host and port.
fn endpoint(text: &str) -> Option<String> {
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Some(format!("[{address}]:{API_PORT}"));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok().filter(|port| *port != 0)?),
        None => (text, API_PORT),
    };
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match bracketed {
        Some(inner) => inner.parse::<Ipv6Addr>().is_ok(),
        None => host.parse::<IpAddr>().is_ok() || is_host_name(host),
    };
    is_host.then(|| format!("{host}:{port}"))
}

fn is_host_name(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    // Digits and dots alone are an address with a slip in it, which no resolver should guess at.
    host.len() <= 253 && host.split('.').all(label) && host.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn not_a(text: &str, wanted: &'static str, example: &'static str) -> FaultKind {
    FaultKind::NotA {
        written: text.to_owned(),
        wanted,
        example,
    }
}
