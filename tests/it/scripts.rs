//! The scripts for the two routers: each command and argument is one that RouterOS has, nothing is added twice, and the
//! values are those of the example configuration.

use std::collections::{BTreeMap, BTreeSet};

const ROUTER: &str = include_str!("../../contrib/router.rsc");
const CONCENTRATOR: &str = include_str!("../../contrib/concentrator.rsc");

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
fn pieces(text: &str, separates: fn(char) -> bool) -> Vec<String> {
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

/// The insides of the outermost square brackets, wherever they stand in a word.
fn insides(word: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = word;
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
    let bare = |word: &&String| word.chars().all(|c| c.is_ascii_lowercase() || "/-".contains(c));
    let mut path = words.iter().take_while(bare);
    let verb = path.position(|word| ["add", "set", "find", "remove", "get"].contains(&word.as_str()));
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

fn script(text: &str) -> Vec<Command> {
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
    let mut found = Vec::new();
    commands(&joined, "", &[], &mut found);
    found
}

/// What RouterOS has: the arguments of each command.
fn routeros() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut there: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut path = "";
    let lines = include_str!("routeros-commands.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let arguments = match line.split_once(':') {
            Some((command, arguments)) => {
                path = command;
                arguments
            }
            None => line,
        };
        there.entry(path).or_default().extend(arguments.split_whitespace());
    }
    there
}

/// What of a script no version of RouterOS from 7.9 on has.
fn faults(text: &str) -> Vec<String> {
    let there = routeros();
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
    for (name, text, least) in [("router.rsc", ROUTER, 50), ("concentrator.rsc", CONCENTRATOR, 18)] {
        let commands = script(text);
        assert!(commands.len() >= least, "{name}: {}", commands.len());
        assert_eq!(faults(text), [""; 0], "{name}");
    }
    for (wrong, fault) in [
        ("/ip address add adress=10.0.0.1/32", "/ip/address/add has no adress"),
        ("/ip adress add address=10.0.0.1/32", "no /ip/adress/add"),
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
    assert_eq!(blind(ROUTER), []);
    assert_eq!(blind(CONCENTRATOR), []);
    assert_eq!(blind("/ip address add interface=wlan1").len(), 1);
    assert_eq!(
        blind(":if ([:len [/ip route find]] = 0) do={ /ip address add interface=wlan1 }").len(),
        1
    );
}

/// No access point of a stranger can have the tunnel's password, nor an open tunnel.
#[test]
fn the_tunnel_is_dialed_by_mschap2_and_encrypted_only() {
    assert_eq!(ROUTER.matches("profile=tikroam allow=mschap2 ").count(), 2);
    assert_eq!(ROUTER.matches("name=tikroam use-encryption=required").count(), 1);
    assert_eq!(ROUTER.matches("] use-encryption=required").count(), 1);
    assert!(!ROUTER.contains("default-encryption") && !CONCENTRATOR.contains("default-encryption"));
    assert!(CONCENTRATOR.contains("authentication=mschap2 ") && CONCENTRATOR.contains("only-one=no"));
    let on_up: Vec<String> = script(CONCENTRATOR)
        .into_iter()
        .filter(|command| command.menu() == "/ppp/active")
        .map(|command| command.path)
        .collect();
    assert_eq!(
        on_up,
        [
            "/ppp/active/find",
            "/ppp/active/get",
            "/ppp/active/get",
            "/ppp/active/remove"
        ]
    );
}

#[test]
fn the_router_script_sets_up_what_the_example_configuration_expects() {
    let environment = BTreeMap::from([("TIKROAM__ROUTER__PASSWORD".to_owned(), String::new())]);
    let text = include_str!("../../agent.toml");
    let config = tikroam::config::Config::parse("agent.toml".as_ref(), text, &environment).unwrap();
    let has = |words: String| assert!(ROUTER.contains(&words), "router.rsc has no `{words}`");
    for radio in config.radios() {
        has(format!("{{name=\"{}\"; band=", radio.interface));
    }
    for network in config.networks() {
        has(format!("{{ssid=\"{}\"; key=", network.ssid));
    }
    has(format!(":local tunnelName \"{}\"", config.tunnel().interface));
    has(format!("/user add name={} ", config.router().user()));
    has("comment=\"tikroam:default\"".to_owned());
    has("(\"tikroam:\" . $radioName)".to_owned());
    let probe = config.tunnel().probe.unwrap();
    let office = ROUTER.split(":local officeNetworks {\"").nth(1).unwrap();
    let office: ipnet::Ipv4Net = office.split('"').next().unwrap().parse().unwrap();
    assert!(office.contains(&probe), "{probe} is not in {office}");
    // Both ends of the tunnel.
    let vehicle = ROUTER.split(":local vehicleName \"").nth(1).unwrap();
    let vehicle = vehicle.split('"').next().unwrap();
    assert!(CONCENTRATOR.contains(&format!("{{name=\"{vehicle}\"; password=")));
}
