//! The scripts for the two routers: each command and argument is one that RouterOS has, nothing is added twice, and the
//! values are those of the example configuration.

use std::collections::{BTreeMap, BTreeSet};

use tikroam::routeros::RadioMenu;
use tikroam::setup;

const ROUTER: &str = include_str!("../../contrib/router.rsc");
const CONCENTRATOR: &str = include_str!("../../contrib/concentrator.rsc");
const ROUTER_WIREGUARD: &str = include_str!("../../contrib/router-wireguard.rsc");
const ROUTER_WIFI: &str = include_str!("../../contrib/router-wifi.rsc");
const OFFICE_WIREGUARD: &str = include_str!("../../contrib/office-wireguard.rsc");
const ROUTER_TUNNEL: &str = include_str!("../../contrib/router-tunnel.rsc");
const OFFICE_TUNNEL: &str = include_str!("../../contrib/office-tunnel.rsc");

/// Every script, with the least number of commands that are found in it.
const SCRIPTS: [(&str, &str, usize); 7] = [
    ("router.rsc", ROUTER, 90),
    ("router-wifi.rsc", ROUTER_WIFI, 70),
    ("concentrator.rsc", CONCENTRATOR, 20),
    ("router-wireguard.rsc", ROUTER_WIREGUARD, 90),
    ("office-wireguard.rsc", OFFICE_WIREGUARD, 20),
    ("router-tunnel.rsc", ROUTER_TUNNEL, 90),
    ("office-tunnel.rsc", OFFICE_TUNNEL, 15),
];

/// What a script asks the router to do.
#[derive(Debug, Clone, PartialEq)]
struct Command {
    /// Such as `/ip/address/add`.
    path: String,
    /// The names of its arguments; of a `find`, of its conditions.
    arguments: Vec<String>,
    /// The menus that the conditions around it have looked into by `find`.
    looked: Vec<String>,
}

impl Command {
    fn menu(&self) -> &str {
        self.path.rsplit_once('/').unwrap().0
    }

    fn verb(&self) -> &str {
        self.path.rsplit_once('/').unwrap().1
    }
}

/// Pieces of text between separators that stand outside brackets and quotes.
pub(crate) fn pieces(text: &str, separates: fn(char) -> bool) -> Vec<String> {
    let (mut pieces, mut piece) = (Vec::new(), String::new());
    let (mut depth, mut quoted) = (0, false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                piece.push(c);
                piece.extend(chars.next());
                continue;
            }
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            _ => {}
        }
        assert!(depth >= 0, "a bracket closes that was not open: {piece}{c}");
        if depth == 0 && !quoted && separates(c) {
            pieces.push(std::mem::take(&mut piece));
        } else {
            piece.push(c);
        }
    }
    assert!(depth == 0 && !quoted, "an open bracket or quote: {piece}");
    pieces.push(piece);
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

/// A word without the texts in quotes, whose brackets are none of the script's.
fn unquoted(word: &str) -> String {
    let mut bare = String::new();
    let mut quoted = false;
    let mut chars = word.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '"' => quoted = !quoted,
            _ if quoted => {}
            _ => bare.push(c),
        }
    }
    bare
}

/// The insides of the outermost square brackets, wherever they stand in a word outside of quotes.
fn insides(word: &str) -> Vec<String> {
    let word = unquoted(word);
    let mut found = Vec::new();
    let mut rest = word.as_str();
    while let Some(at) = rest.find('[') {
        let after = &rest[at + 1..];
        let end = (0..=after.len()).find(|end| {
            after[*end..].starts_with(']') && {
                let inside = &after[..*end];
                inside.matches('[').count() == inside.matches(']').count()
            }
        });
        let end = end.unwrap();
        found.push(after[..end].to_owned());
        rest = &after[end + 1..];
    }
    found
}

/// The path of a statement's command and the words after it; no path where the statement is none of a menu.
fn split(words: &[String]) -> Option<(Vec<&str>, &[String])> {
    if words[0].starts_with(':') {
        return Some((Vec::new(), words));
    }
    if words[0] == "find" {
        return Some((vec!["find"], &words[1..]));
    }
    if !words[0].starts_with('/') {
        return None;
    }
    let bare = |word: &&String| {
        word.chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "/-".contains(c))
    };
    let mut path = words.iter().take_while(bare);
    let verb = path.position(|word| ["add", "set", "unset", "find", "remove", "get", "move"].contains(&word.as_str()));
    let (path, rest) = words.split_at(verb.unwrap_or_else(|| panic!("no command: {words:?}")) + 1);
    Some((path.iter().map(String::as_str).collect(), rest))
}

/// The commands of a script, or of a part of one that stands in this menu.
fn commands(text: &str, menu: &str, looked: &[String], into: &mut Vec<Command>) {
    for statement in pieces(text, |c| c == '\n' || c == ';') {
        let words = pieces(statement.trim(), char::is_whitespace);
        let Some((path, arguments)) = split(&words) else {
            continue;
        };
        let is_of_menu = !path.is_empty();
        let start = if words[0].starts_with('/') { "" } else { menu };
        let path: Vec<&str> = path.iter().map(|word| word.trim_start_matches('/')).collect();
        let path = format!("{start}/{}", path.join("/"));
        let here = path.rsplit_once('/').unwrap().0.to_owned();
        let mut asked = looked.to_vec();
        for word in arguments {
            if let Some(body) = word.strip_prefix("do={").or(word.strip_prefix("else={")) {
                commands(body.strip_suffix('}').unwrap(), "", &asked, into);
            } else if let Some(script) = word.strip_prefix("on-up=\"") {
                let script = script.strip_suffix('"').unwrap();
                commands(&script.replace("\\\"", "\"").replace("\\$", "$"), "", looked, into);
            } else {
                for inside in insides(word) {
                    let before = into.len();
                    commands(&inside, &here, looked, into);
                    let finds = into[before..].iter().filter(|command| command.verb() == "find");
                    asked.extend(finds.map(|command| command.menu().to_owned()));
                }
            }
        }
        if is_of_menu {
            let is_get = path.ends_with("/get");
            let name = |word: &String| match word.split_once('=') {
                _ if word.starts_with('[') => None,
                Some((name, _)) => Some(name.trim_end_matches('!').to_owned()),
                None if is_get && !word.starts_with('$') => Some(word.clone()),
                None => None,
            };
            into.push(Command {
                path,
                arguments: arguments.iter().filter_map(name).collect(),
                looked: looked.to_vec(),
            });
        }
    }
}

/// A file without its comments, each command on one line.
pub(crate) fn joined(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut joined = String::new();
    for line in lines {
        match line.strip_suffix('\\') {
            Some(line) => joined += line.trim_start_matches("    "),
            None => {
                joined += line;
                joined.push('\n');
            }
        }
    }
    joined
}

fn script(text: &str) -> Vec<Command> {
    let mut found = Vec::new();
    commands(&joined(text), "", &[], &mut found);
    found
}

/// What of a script no version of RouterOS from 7.9 on has.
fn faults(text: &str) -> Vec<String> {
    let there = crate::trees::listed();
    let mut faults = Vec::new();
    for command in script(text) {
        let arguments: BTreeSet<&str> = if ["find", "get"].contains(&command.verb()) {
            let of = |verb: &str| {
                let path = format!("{}{verb}", command.menu());
                there.get(path.as_str()).cloned().unwrap_or_default()
            };
            ["/add", "/set", ""].into_iter().flat_map(of).collect()
        } else {
            there.get(command.path.as_str()).cloned().unwrap_or_default()
        };
        if arguments.is_empty() {
            faults.push(format!("no {}", command.path));
            continue;
        }
        let wrong = command
            .arguments
            .iter()
            .filter(|name| !arguments.contains(name.as_str()));
        faults.extend(wrong.map(|name| format!("{} has no {name}", command.path)));
    }
    faults
}

#[test]
fn each_command_of_the_scripts_is_one_that_routeros_has() {
    for (name, text, least) in SCRIPTS {
        let commands = script(text);
        assert!(commands.len() >= least, "{name}: {}", commands.len());
        assert_eq!(faults(text), [""; 0], "{name}");
    }
    for (wrong, fault) in [
        ("/ip address add adress=10.0.0.1/32", "/ip/address/add has no adress"),
        ("/ip adress add address=10.0.0.1/32", "no /ip/adress/add"),
        (
            "/interface wireguard peers set [find where interface=x] responder=yes",
            "/interface/wireguard/peers/set has no responder",
        ),
        (
            ":if ([:len [/user find where nam=\"x\"]] = 0) do={}",
            "/user/find has no nam",
        ),
        ("/user set [find where nam=\"x\"] group=x", "/user/find has no nam"),
        (
            "/ppp profile set x on-up=\"/ppp active get \\$s uptim\"",
            "/ppp/active/get has no uptim",
        ),
    ] {
        assert_eq!(faults(wrong), [fault], "{wrong}");
    }
}

/// So a script may be imported again, whole or after it stopped anywhere.
#[test]
fn nothing_is_added_without_a_look_whether_it_is_there() {
    let blind = |text: &str| -> Vec<Command> {
        let adds = script(text).into_iter().filter(|command| command.verb() == "add");
        adds.filter(|add| !add.looked.iter().any(|menu| menu == add.menu()))
            .collect()
    };
    for (name, text, _) in SCRIPTS {
        assert_eq!(blind(text), [], "{name}");
    }
    assert_eq!(blind("/ip address add interface=wlan1").len(), 1);
    assert_eq!(
        blind(":if ([:len [/ip route find]] = 0) do={ /ip address add interface=wlan1 }").len(),
        1
    );
}

/// What the program prints for the example configurations. `.ci/contrib` writes the files again.
#[test]
fn the_scripts_are_the_output_of_setup_for_the_examples() {
    let wireguard = include_str!("../../contrib/examples/wireguard.toml");
    let openvpn = include_str!("../../contrib/examples/openvpn.toml");
    let wifi = include_str!("../../contrib/examples/wifi-qcom.toml");
    let shipped = include_str!("../../agent.toml");
    let vehicle = |text: &str, menu| setup::vehicle(&example("vehicle", text), menu).unwrap().to_string();
    let office = |text: &str| setup::office(&example("office", text)).unwrap().to_string();
    for (file, is, printed) in [
        ("router.rsc", ROUTER, vehicle(shipped, RadioMenu::Wireless)),
        ("concentrator.rsc", CONCENTRATOR, office(shipped)),
        (
            "router-wireguard.rsc",
            ROUTER_WIREGUARD,
            vehicle(wireguard, RadioMenu::Wireless),
        ),
        ("office-wireguard.rsc", OFFICE_WIREGUARD, office(wireguard)),
        ("router-wifi.rsc", ROUTER_WIFI, vehicle(wifi, RadioMenu::Wifi)),
        (
            "router-tunnel.rsc",
            ROUTER_TUNNEL,
            vehicle(openvpn, RadioMenu::Wireless),
        ),
        ("office-tunnel.rsc", OFFICE_TUNNEL, office(openvpn)),
    ] {
        assert!(is == printed, "contrib/{file} differs: run .ci/contrib");
    }
}

/// No access point of a stranger can have the tunnel's password, nor an open tunnel.
#[test]
fn the_tunnel_is_dialed_by_mschap2_and_encrypted_only() {
    assert_eq!(ROUTER.matches("profile=tikroam allow=mschap2").count(), 2);
    assert_eq!(ROUTER.matches("use-encryption=required change").count(), 2);
    assert!(!ROUTER.contains("default-encryption") && !CONCENTRATOR.contains("default-encryption"));
    assert!(CONCENTRATOR.contains("authentication=mschap2 ") && CONCENTRATOR.contains("only-one=no"));
    let on_up: BTreeSet<String> = script(CONCENTRATOR)
        .into_iter()
        .filter(|command| command.menu() == "/ppp/active")
        .map(|command| command.path)
        .collect();
    let wanted = ["/ppp/active/find", "/ppp/active/get", "/ppp/active/remove"];
    assert_eq!(on_up, wanted.map(str::to_owned).into());
}

/// The interface of the tunnel that a configuration names.
fn interface(config: &tikroam::config::Config) -> &str {
    config.tunnel().item.as_ref().unwrap().1.as_str()
}

/// An example configuration, with an empty password.
fn example(name: &str, text: &str) -> tikroam::config::Config {
    let environment = BTreeMap::from([("TIKROAM__ROUTER__PASSWORD".to_owned(), String::new())]);
    tikroam::config::Config::parse(name.as_ref(), text, &environment).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Both ends of a tunnel are printed from one file, so that no value is typed twice.
#[test]
fn the_two_ends_of_a_tunnel_and_the_example_configuration_fit_each_other() {
    let text = include_str!("../../contrib/examples/wireguard.toml");
    let config = example("wireguard.toml", text);
    for key in ["kind", "interface", "probe"] {
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("{key} = ")) && !line.contains("wlan"));
        let readme = include_str!("../../README.md");
        assert!(readme.contains(line.unwrap()), "the README has another {key}");
    }
    for (name, router, office, end) in [
        ("wireguard", ROUTER_WIREGUARD, OFFICE_WIREGUARD, "10.97.0.11"),
        ("openvpn", ROUTER_TUNNEL, OFFICE_TUNNEL, "10.98.0.11"),
        ("pptp", ROUTER, CONCENTRATOR, "10.98.0.11"),
    ] {
        assert!(office.contains(end), "{name}");
        assert!(router.contains("dst-address=10.99.0.0/24"), "{name}");
        assert!(office.contains("192.168.88.0/24"), "{name}");
    }
    let probe = config.tunnel().probe.unwrap();
    assert!(config.setup().office_networks.iter().any(|net| net.contains(&probe)));
    assert!(ROUTER_WIREGUARD.contains(&format!("name={:?}", interface(&config))));
}

/// Every example is a configuration as it stands, for the networks of the router's script.
#[test]
fn each_example_configuration_is_valid() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("contrib/examples");
    let files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    for vehicle in ["pptp", "wireguard-dhcp", "wifi-qcom", "lte", "openvpn"] {
        let name = format!("{vehicle}.toml");
        assert!(files.iter().any(|file| file.ends_with(&name)), "no {name}: {files:?}");
    }
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let environment = BTreeMap::from([("TIKROAM__ROUTER__PASSWORD".to_owned(), String::new())]);
        let config =
            tikroam::config::Config::parse(&file, &text, &environment).unwrap_or_else(|faults| panic!("{faults}"));
        assert!(config.warnings().is_empty(), "{file:?}: {:?}", config.warnings());
        for network in config.networks() {
            assert!(ROUTER.contains(&format!(" ssid={} ", network.ssid)), "{file:?}");
            if let Some(profile) = &network.security_profile {
                assert_eq!(*profile, format!("tikroam-{}", network.ssid), "{file:?}");
            }
        }
    }
}

/// Private keys are made on the routers and stay there, and no vehicle is called before its key was copied.
#[test]
fn only_public_keys_are_copied_between_the_routers() {
    for text in [ROUTER_WIREGUARD, OFFICE_WIREGUARD] {
        assert!(!text.contains("private-key") && !text.contains("preshared-key"));
        assert!(text.contains("] public-key]\n:put ("), "the public key is printed");
    }
    let (before, after) = ROUTER_WIREGUARD
        .split_once("($officeKey = \"CHANGE-ME\") do={")
        .unwrap();
    assert!(before.contains("wireguard add") && !before.contains("peers add"));
    assert!(after.contains("peers add") && after.contains("persistent-keepalive=5s"));
}

/// The office answers only, by a word that differs by version and is so kept out of what an import reads at once.
#[test]
fn the_office_waits_for_calls_in_every_version() {
    assert!(OFFICE_WIREGUARD.contains(":foreach responder in={\"responder\"; \"is-responder\"} do={"));
    let tried = OFFICE_WIREGUARD
        .split(":do {")
        .nth(1)
        .unwrap()
        .split("on-error={}")
        .next()
        .unwrap();
    assert!(tried.contains("[:parse $command]"), "{tried}");
    let office = script(OFFICE_WIREGUARD);
    let named = |name: &str| {
        office
            .iter()
            .any(|command| command.arguments.iter().any(|argument| argument == name))
    };
    assert!(!named("responder") && !named("is-responder") && !named("endpoint-address"));
    let rules = office
        .iter()
        .filter(|command| command.path == "/ip/firewall/filter/add");
    let placed = rules.filter(|rule| rule.arguments.iter().any(|argument| argument == "place-before"));
    assert_eq!(placed.count(), 1, "before a rule that drops");
}

/// A stranger's access point can answer a dial, so each kind has a proof that the other end is the office.
#[test]
fn each_kind_proves_that_the_other_end_is_the_office() {
    let text = |kind: &str| {
        let text = include_str!("../../agent.toml").replace("# kind = \"pptp\"", &format!("kind = \"{kind}\""));
        let config = example(kind, &text);
        let vehicle = setup::vehicle(&config, RadioMenu::Wireless).unwrap().to_string();
        (joined(&vehicle), joined(&setup::office(&config).unwrap().to_string()))
    };
    let (l2tp, office) = text("l2tp");
    assert_eq!(l2tp.matches("allow=mschap2 use-ipsec=yes").count(), 2);
    assert!(office.contains("use-ipsec=required") && office.contains("dst-port=1701 ipsec-policy=in,ipsec"));
    for (kind, words) in [
        ("sstp", "verify-server-certificate=yes tls-version=only-1.2"),
        ("ovpn", "auth=sha1 verify-server-certificate=yes"),
    ] {
        let (vehicle, office) = text(kind);
        assert_eq!(vehicle.matches(words).count(), 2, "{kind}");
        assert_eq!([faults(&vehicle), faults(&office)].concat(), [""; 0], "{kind}");
    }
}

/// The script for the newer menus has no word of the legacy one, and shares with it what is no radio's.
#[test]
fn the_router_script_for_wifi_radios_shares_the_rest() {
    assert!(
        !script(ROUTER_WIFI)
            .iter()
            .any(|command| command.path.starts_with("/interface/wireless"))
    );
    let shared = |text: &str| {
        let rest = text.split("# What leaves by a radio leaves with").nth(1).unwrap();
        rest.replace("wifi", "wlan")
    };
    assert_eq!(shared(ROUTER_WIREGUARD), shared(ROUTER_WIFI));
}
