//! Each key of the shipped `agent.toml` changes what the agent does: a decision, a call, a deadline, a file, a line of its log.

use std::collections::BTreeSet;
use std::pin::Pin;

use tikroam::config::Config;
use tikroam::findings;
use tikroam::routeros::RadioMenu;
use tikroam::setup;
use tikroam::survey::{Path, Survey};

mod desk;
mod door;
mod fallback;
mod ride;
mod status;
mod verbs;

use desk::{CALM, Script, decisions};
use ride::{calm, calm_with, faded, nowhere};
use verbs::{journal_files, planned};

const SHIPPED: &str = include_str!("../../agent.toml");

type Future = Pin<Box<dyn std::future::Future<Output = ()>>>;

/// How a key proves that it does something.
enum Proof {
    /// With another value the handover decides differently along a script.
    Decides(&'static str, Script),
    /// With another value the agent calls with other words on a calm ride: the values of a command's attribute differ.
    Calls(&'static str, &'static str, &'static str),
    /// With another value the agent calls a command at least twice as often, or half as often, on a calm ride.
    Paces(&'static str, &'static str),
    /// With another value the plan of a swap to a radio differs.
    Plans(&'static str, &'static str),
    /// With another value the commands for the vehicle's router or the office's differ.
    Prints(&'static str),
    /// A test of its own.
    Own(fn() -> Future),
}

use Proof::{Calls, Decides, Own, Paces, Plans, Prints};

/// The active access point fades, the other stays.
const FADE: Script = Script {
    signal: |ap, second| if ap == 0 { -55 - second as i16 / 2 } else { -66 },
    ..CALM
};
/// The two access points take turns at being good; a third is never.
const TURNS: Script = Script {
    signal: |ap, second| if second / 12 % 2 == ap as u32 { -60 } else { -95 },
    ..CALM
};
/// The active access point is weak from the start.
const WEAK: Script = Script {
    signal: |ap, _| if ap == 0 { -82 } else { -60 },
    ..CALM
};
/// The same, and the standby comes to a good one after a second.
const JOINS: Script = Script {
    start: [Some(0), None],
    joins: Some((1, 1)),
    unreachable: Some(2),
    ..WEAK
};
/// The same as weak, and the tunnel never comes up over the other.
const FAILS: Script = Script { fails: Some(1), ..WEAK };
/// The standby is nowhere, and one access point cannot be reached.
const UNREACHABLE: Script = Script {
    start: [Some(0), None],
    unreachable: Some(1),
    ..CALM
};
/// The standby is nowhere, and two access points are alike.
const ALIKE: Script = Script {
    start: [Some(1), None],
    ..CALM
};
/// Three pings in a row are lost.
const DEAD: Script = Script {
    answers: |ap, _, n| ap != 0 || !(20..23).contains(&n),
    ..CALM
};
/// Three pings are lost, seconds apart.
const SPARSE: Script = Script {
    answers: |ap, _, n| ap != 0 || ![3, 9, 15].contains(&n),
    ..CALM
};
/// Each fourth ping is lost.
const LOSSY: Script = Script {
    answers: |ap, _, n| ap != 0 || n % 4 != 0,
    ..CALM
};
/// The tunnel is dead for two seconds while there is nowhere else to go; soon after, each fourth ping is lost.
const RECOVERS: Script = Script {
    signal: |ap, _| if ap == 2 { -95 } else { -60 },
    start: [Some(0), None],
    joins: Some((13, 1)),
    unreachable: Some(1),
    answers: |ap, second, n| ap != 0 || !((12..14).contains(&second) || (15..17).contains(&second) && n % 4 == 0),
    ..CALM
};

/// One row for each key.
fn rows() -> Vec<(&'static str, Proof)> {
    vec![
        ("vehicle", Own(|| Box::pin(verbs::vehicle()))),
        ("ap", Own(|| Box::pin(verbs::ap()))),
        ("router.address", Own(|| Box::pin(door::address()))),
        ("router.user", Own(|| Box::pin(door::user()))),
        ("router.password_file", Own(|| Box::pin(verbs::password_file()))),
        ("router.tls", Own(|| Box::pin(door::tls()))),
        ("router.connect_deadline", Own(|| Box::pin(door::connect_deadline()))),
        ("router.login_deadline", Own(|| Box::pin(door::login_deadline()))),
        ("router.write_deadline", Own(|| Box::pin(door::write_deadline()))),
        ("router.answer_deadline", Own(|| Box::pin(door::answer_deadline()))),
        (
            "router.tick",
            Paces("1500ms", "/interface/wireless/registration-table/print"),
        ),
        ("router.slow", Paces("250ms", "/ip/address/print")),
        ("router.menu", Own(|| Box::pin(menu()))),
        ("router.keepalive", Own(|| Box::pin(door::keepalive()))),
        ("radio.interface", Plans("\"wlan7\"", "wlan1")),
        ("radio.signal_offset", Own(|| Box::pin(verbs::signal_offset()))),
        ("network.ssid", Plans("\"other\"", "wlan1")),
        ("network.address", Plans("\"10.10.10.9/24\"", "wlan1")),
        ("network.gateway", Plans("\"10.10.10.8\"", "wlan1")),
        ("network.addresses", Plans("{ wlan2 = \"10.10.10.7/24\" }", "wlan2")),
        ("network.bssid", Plans("[\"02:00:00:00:00:09\"]", "wlan1")),
        (
            "network.area",
            Own(|| Box::pin(rule_of_the_hunt("area", "mtarea", "area-prefix"))),
        ),
        (
            "network.security_profile",
            Own(|| Box::pin(rule_of_the_hunt("security_profile", "default", "security-profile"))),
        ),
        ("network.open", Prints("false")),
        ("network.minimum_signal", Decides("-65", FADE)),
        ("network.priority", Decides("-3", ALIKE)),
        ("fallback.interface", Own(|| Box::pin(fallback::interface()))),
        ("fallback.address", Own(|| Box::pin(fallback::address_and_gateway()))),
        ("fallback.gateway", Own(|| Box::pin(fallback::address_and_gateway()))),
        ("fallback.probe_interval", Own(|| Box::pin(fallback::probe_interval()))),
        ("tunnel.kind", Own(|| Box::pin(tunnel_kind()))),
        ("tunnel.interface", Plans("\"other\"", "wlan1")),
        ("tunnel.patience", Own(|| Box::pin(patience()))),
        ("tunnel.wait_down", Own(|| Box::pin(wait_down()))),
        ("tunnel.probe", Calls("10.99.0.9", "/ping", "address")),
        ("handover.trigger", Decides("-85", FADE)),
        ("handover.hysteresis", Decides("20", FADE)),
        ("handover.floor", Decides("20", FADE)),
        ("handover.dwell", Decides("\"1m\"", TURNS)),
        ("handover.settle", Decides("\"20s\"", JOINS)),
        ("handover.heal", Decides("\"10s\"", FAILS)),
        ("handover.return_after", Own(|| Box::pin(return_after()))),
        ("hunt.enabled", Paces("false", "/interface/wireless/scan")),
        ("hunt.interval", Decides("\"10s\"", CALM)),
        ("hunt.scan_duration", Calls("1s", "/scan", "duration")),
        ("hunt.short_scan_list", Own(|| Box::pin(short_scan_lists()))),
        ("hunt.arrival", Decides("\"30s\"", UNREACHABLE)),
        ("health.interval", Calls("1s", "/ping", "interval")),
        ("health.lost", Decides("8", DEAD)),
        ("health.window", Decides("\"2s\"", SPARSE)),
        ("health.loss_percent", Decides("60", LOSSY)),
        ("health.recover", Decides("1", RECOVERS)),
        ("status.socket", Own(|| Box::pin(status::socket()))),
        ("status.listen", Own(|| Box::pin(status::listen()))),
        ("status.names", Own(|| Box::pin(status::names()))),
        ("journal.file", Own(|| Box::pin(journal_file()))),
        ("journal.size", Own(|| Box::pin(journal_size()))),
        ("journal.keep", Own(|| Box::pin(journal_keep()))),
        ("log.level", Own(|| Box::pin(verbs::log_level()))),
        ("log.format", Own(|| Box::pin(verbs::log_format()))),
        ("setup.pc", Prints("\"192.168.88.11\"")),
        ("setup.pc_mac", Prints("\"02:00:00:00:88:11\"")),
        ("setup.vehicle_network", Prints("\"192.168.89.0/24\"")),
        ("setup.office", Prints("\"198.51.100.2\"")),
        ("setup.office_networks", Prints("[\"10.96.0.0/24\"]")),
        ("setup.tunnel_user", Prints("\"vehicle2\"")),
        ("setup.tunnel_address", Prints("\"10.98.0.12\"")),
        ("setup.office_tunnel_address", Prints("\"10.98.0.2\"")),
        ("setup.bands", Prints("{ wlan1 = \"2ghz-onlyn\" }")),
        ("setup.channels", Prints("[2412]")),
        ("setup.country", Prints("\"germany\"")),
        ("setup.name_servers", Prints("[\"9.9.9.10\"]")),
        ("setup.time_servers", Prints("[\"time.example\"]")),
    ]
}

/// A tunnel that needs no dial is in another menu, and a swap leaves it alone.
async fn tunnel_kind() {
    let other = parsed(&with("tunnel.kind", "\"wireguard\""), &[]);
    let plain = parsed(SHIPPED, &[]);
    let menu = |config: &Config| config.tunnel().item.as_ref().map(|(kind, _)| kind.menu());
    assert_ne!(menu(&other), menu(&plain));
    assert_ne!(other.tunnel().dials(), plain.tunnel().dials());
}

/// A router whose radios are in another menu is refused in other words where the menu is asked for.
async fn menu() {
    let end = "192.168.88.1:8728".parse().unwrap();
    let path = Path {
        local: end,
        router: end,
    };
    let refused = |config: &Config| findings::forbidding(config, &Survey::default(), path);
    let other = refused(&parsed(&with("router.menu", "\"wireless\""), &[]));
    assert_ne!(other, refused(&parsed(SHIPPED, &[])));
}

/// The hunt's rule for the second network has the value.
async fn rule_of_the_hunt(key: &str, value: &str, property: &str) {
    let second = "ssid = \"testssid2\"\n";
    let text = SHIPPED.replace(second, &format!("{second}{key} = \"{value}\"\n"));
    let ridden = calm_with(&text).await;
    assert_eq!(ridden.values("/connect-list/set", property), value);
}

/// The standby is on a network that goes first.
async fn return_after() {
    let text = with("network.priority", "-1");
    let decided = |after| decisions(&parsed(&text, &[("HANDOVER__RETURN_AFTER", after)]), &CALM);
    assert_ne!(decided("5s"), decided("1m"));
}

async fn patience() {
    let [short, long] = [
        nowhere(&[("TUNNEL__PATIENCE", "1s")]).await,
        nowhere(&[("TUNNEL__PATIENCE", "2m")]).await,
    ];
    assert!(short.summary.failed_swaps > 0 && long.summary.failed_swaps == 0);
}

async fn wait_down() {
    let [waits, goes] = [
        faded(&[("TUNNEL__WAIT_DOWN", "5s")]).await,
        faded(&[("TUNNEL__WAIT_DOWN", "0s")]).await,
    ];
    assert!(waits.between_tunnel_and_route() > goes.between_tunnel_and_route());
}

async fn journal_file() {
    assert!(
        journal_files(&[("JOURNAL__FILE", "other.jsonl")])
            .await
            .contains("other.jsonl")
    );
}

async fn journal_size() {
    let [small, large] = [
        journal_files(&[("JOURNAL__SIZE", "64KiB")]).await,
        journal_files(&[]).await,
    ];
    assert_ne!(small, large);
}

async fn journal_keep() {
    let keep = |keep| async move { journal_files(&[("JOURNAL__SIZE", "64KiB"), ("JOURNAL__KEEP", keep)]).await };
    let [none, one] = [keep("0").await, keep("1").await];
    assert_ne!(none, one);
}

/// The shipped file with another value for a key, or with the line of a commented one.
fn with(key: &str, value: &str) -> String {
    let (section, name) = key.split_once('.').unwrap_or(("", key));
    let mut lines: Vec<String> = SHIPPED.lines().map(str::to_owned).collect();
    let header = lines.iter().position(|line| header(line) == Some(section));
    let header = if section.is_empty() { Some(0) } else { header };
    let header = header.unwrap_or_else(|| panic!("no section of {key}"));
    let at = lines[header..].iter().position(|line| named(line) == Some(name));
    let at = at.unwrap_or_else(|| panic!("agent.toml has no {key}"));
    lines[header + at] = format!("{name} = {value}");
    lines.join("\n")
}

/// The section that a line begins, commented out or not.
fn header(line: &str) -> Option<&str> {
    let line = line
        .strip_prefix("# ")
        .filter(|line| line.starts_with("[["))
        .unwrap_or(line);
    line.starts_with('[').then(|| line.trim_matches(['[', ']']))
}

/// The key of a line, commented out or not.
fn named(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("# ").unwrap_or(line).split_once(" = ")?;
    (!name.contains(' ')).then_some(name)
}

async fn short_scan_lists() {
    let command = ("/interface/wireless/set", "scan-list");
    assert_ne!(faded(&[]).await.values(command.0, command.1), "");
    let off = faded(&[("HUNT__SHORT_SCAN_LIST", "false")]).await;
    assert_eq!(off.values(command.0, command.1), "");
}

/// A configuration from a text, with an environment such as `HUNT__ENABLED`.
fn parsed(text: &str, variables: &[(&str, &str)]) -> Config {
    let variables = [("ROUTER__PASSWORD", "")].iter().chain(variables);
    let variables = variables.map(|(name, value)| (format!("TIKROAM__{name}"), (*value).to_owned()));
    Config::parse(std::path::Path::new("agent.toml"), text, &variables.collect())
        .unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn every_key_of_the_shipped_file_has_a_row() {
    let mut keys = BTreeSet::new();
    let mut section = "";
    for line in SHIPPED.lines() {
        section = header(line).unwrap_or(section);
        let dot = if section.is_empty() { "" } else { "." };
        keys.extend(named(line).map(|name| format!("{section}{dot}{name}")));
    }
    let rows = rows().into_iter().map(|(key, _)| key);
    assert_eq!(keys, rows.map(str::to_owned).collect());
}

#[test]
fn decisions_follow_the_keys() {
    let mut idle = Vec::new();
    for (key, proof) in rows() {
        let Decides(value, script) = proof else { continue };
        let plain = decisions(&parsed(SHIPPED, &[]), &script);
        let other = decisions(&parsed(&with(key, value), &[]), &script);
        if other == plain {
            idle.push(format!("{key}: {plain}"));
        }
    }
    assert!(idle.is_empty(), "these change no decision: {idle:#?}");
}

#[tokio::test]
async fn calls_follow_the_keys() {
    let plain = calm(&[]).await;
    for (key, proof) in rows() {
        let (Calls(value, ..) | Paces(value, _)) = proof else {
            continue;
        };
        let variable = key.to_uppercase().replace('.', "__");
        let other = calm(&[(&variable, value)]).await;
        match proof {
            Calls(_, command, attribute) => {
                let [other, plain] = [&other, &plain].map(|ridden| ridden.values(command, attribute));
                assert_ne!(other, plain, "{key} changes no call");
            }
            Paces(_, command) => {
                let [other, plain] = [&other, &plain].map(|ridden| ridden.count(command));
                let differ = 2 * other <= plain || 2 * plain <= other;
                assert!(differ && other != plain, "{key}: {other} calls, and {plain} by default");
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn plans_follow_the_keys() {
    for (key, proof) in rows() {
        let Plans(value, to) = proof else { continue };
        let plain = planned(SHIPPED, to).await;
        assert_ne!(planned(&with(key, value), to).await, plain, "{key} changes no plan");
    }
}

#[test]
fn the_commands_for_the_routers_follow_the_keys() {
    let printed = |text: &str| {
        let config = parsed(text, &[]);
        let vehicle = setup::vehicle(&config, RadioMenu::Wireless);
        [vehicle, setup::office(&config)].map(|script| script.unwrap_or_else(|lacks| panic!("{lacks}")).to_string())
    };
    let plain = printed(SHIPPED);
    for (key, proof) in rows() {
        let Prints(value) = proof else { continue };
        assert_ne!(printed(&with(key, value)), plain, "{key} changes no command");
    }
}

#[tokio::test]
async fn whatever_else_a_key_sets_follows_it() {
    for (key, proof) in rows() {
        let Own(proof) = proof else { continue };
        println!("{key}");
        proof().await;
    }
}
