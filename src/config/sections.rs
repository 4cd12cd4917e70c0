//! The sections of `agent.toml` one by one, from what was written to what is valid.
//!
//! A value that cannot be used is told and replaced by some other of its type, so that the rest is judged all the same;
//! nobody ever sees such a [`Config`].

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::fault::{Fault, FaultKind, Faults};
use super::file::Written;
use super::lists::{networks, radios};
use super::secret::{self, Secret};
use super::section::Section;
use super::value::{endpoint, name, not_a, path};
use super::{Config, Journal, Log, LogFormat, LogLevel, Menu, RouterAccess, Tunnel, rules};
use crate::handover::settings::{Hunt, Probing, Settings};
use crate::names::InterfaceName;
use crate::router::Deadlines;
use crate::routeros::TunnelKind;
use crate::units::{Db, Dbm};

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
    let probing = health(&root.section("health", "[health]"));
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
        probing,
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
    let interface = name(section, "interface", r#"interface = "PPtP_to_Office""#);
    let patience = section.duration("patience", r#"patience = "10s""#, SECOND..=SECOND * 120);
    let wait_down = section.duration("wait_down", r#"wait_down = "300ms""#, Duration::ZERO..=SECOND * 5);
    let example = r#"probe = "10.99.0.1""#;
    let probe = section.text("probe", example, |text| {
        text.parse().map_err(|_| not_a(text, "an IPv4 address", example))
    });
    section.tell_unknown();
    Tunnel {
        probe: probe.here(),
        kind: kind.or(TunnelKind::Pptp),
        interface: InterfaceName::new(&interface),
        patience: patience.or(SECOND * 10),
        wait_down: wait_down.or(Duration::from_millis(300)),
    }
}

fn handover(section: &Section<'_>, tick: Duration, hunt: &Hunt) -> Settings {
    let default = Settings::default();
    let up_to = |seconds: u32| Duration::ZERO..=SECOND * seconds;
    let db = |key, example, default: Db| Db(section.short(key, example, 0..=20).or(default.0));
    let settings = Settings {
        trigger: Dbm(section
            .short("trigger", "trigger = -80", -95..=-50)
            .or(default.trigger.0)),
        hysteresis: db("hysteresis", "hysteresis = 8", default.hysteresis),
        floor: db("floor", "floor = 2", default.floor),
        dwell: section
            .duration("dwell", r#"dwell = "0s""#, up_to(300))
            .or(default.dwell),
        settle: section
            .duration("settle", r#"settle = "2s""#, up_to(30))
            .or(default.settle),
        heal: section.duration("heal", r#"heal = "1m""#, up_to(3600)).or(default.heal),
        stale: tick * 3,
        scan_stale: hunt.interval * 3,
        second: SECOND,
        first_dark: default.first_dark,
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
        same_network: default.same_network,
    };
    section.tell_unknown();
    hunt
}

fn health(section: &Section<'_>) -> Probing {
    let default = Probing::default();
    let number = |key, example, range, default| {
        u32::try_from(section.integer(key, example, range).or(i64::from(default))).unwrap_or(default)
    };
    let probing = Probing {
        interval: section
            .duration("interval", r#"interval = "500ms""#, SECOND / 5..=SECOND * 10)
            .or(default.interval),
        lost: number("lost", "lost = 3", 2..=20, default.lost),
        window: section
            .duration("window", r#"window = "10s""#, SECOND * 2..=SECOND * 60)
            .or(default.window),
        loss_percent: u8::try_from(number(
            "loss_percent",
            "loss_percent = 20",
            5..=100,
            u32::from(default.loss_percent),
        ))
        .unwrap_or(default.loss_percent),
        recover: number("recover", "recover = 10", 1..=100, default.recover),
    };
    section.tell_unknown();
    probing
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
