use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;
use crate::drive;
use crate::sim::{Controller, Effect, RouterOs, Sender, Settings, Sim, TunnelKind, User, What};

/// Writes the shipped configuration with this router in it, and some words changed.
fn configure(directory: &Path, router: &str, changes: &[(&str, &str)]) -> Args {
    let mut text = include_str!("../../../agent.toml").to_owned();
    let address = format!(r#"address = "{router}""#);
    let usual = [
        (r#"address = "192.168.88.1""#, address.as_str()),
        (r#"user = "tikroam""#, r#"user = "admin""#),
        (r#"password_file = "/etc/tikroam/router-password""#, r#"password = """#),
    ];
    for (from, to) in usual.iter().chain(changes) {
        assert!(text.contains(from), "the shipped file has no `{from}`");
        text = text.replacen(from, to, 1);
    }
    write(directory, &text)
}

fn write(directory: &Path, text: &str) -> Args {
    let config = directory.join("agent.toml");
    fs::write(&config, text).unwrap();
    fs::set_permissions(&config, Permissions::from_mode(0o600)).unwrap();
    Args {
        config,
        offline: false,
        json: false,
        deny_warnings: false,
    }
}

/// A configuration whose lines stay where they are.
const SMALL: &str = r#"[router]
address = "192.0.2.200"
user = "tikroam"
password_file = "/nowhere/at/all"

[[radio]]
interface = "wlan1"

[[network]]
ssid = "testssid1"
address = "10.10.10.2/24"
gateway = "10.10.10.1"
minimum_signal = -70

[tunnel]
interface = "PPtP_to_Office"
"#;

async fn vehicle(change: impl FnOnce(&mut Settings)) -> Sim {
    let mut settings = Settings::example(drive::embedded(), 1);
    change(&mut settings);
    Sim::listen("127.0.0.1:0", settings).await.unwrap()
}

/// What is printed, without what differs from run to run.
async fn printed(args: &Args) -> (String, Exit) {
    let (text, exit) = look(args, false).await;
    (text.replace(&args.config.display().to_string(), "agent.toml"), exit)
}

#[tokio::test]
async fn a_router_that_is_set_up_has_no_errors() {
    for routeros in [RouterOs::V6_49, RouterOs::V7_17] {
        let directory = tempfile::tempdir().unwrap();
        let sim = vehicle(|settings| {
            settings.routeros = routeros;
            settings.access.users = vec![User {
                name: "admin".to_owned(),
                password: String::new(),
                policies: ["api", "read", "write", "test"].map(str::to_owned).to_vec(),
            }];
        })
        .await;
        let (text, exit) = printed(&configure(directory.path(), &sim.local_addr().to_string(), &[])).await;
        assert_eq!(exit, Exit::Fine, "{text}");
        if routeros == RouterOs::V6_49 {
            insta::assert_snapshot!(text, @r#"
    ok    config: `agent.toml`, 2 radios, 3 networks
    ok    router: `MikroTik`, RouterOS 6.49.17
    ok    path: from 127.0.0.1 to 127.0.0.1
    WARN  user-any-address: user `admin` may log in from any address
          hint: `/user set [find where name="admin"] address="127.0.0.1/32"`
    ok    radios: `wlan1`, `wlan2`: stations without an SSID of their own
    ok    connect-list: each radio may join `testssid1`, `testssid2`, `securessid`
    ok    reach: `wlan1` (2ghz-b/g/n) `testssid1`, `testssid2`, `securessid`; `wlan2` (2ghz-b/g/n) `testssid1`, `testssid2`, `securessid`
    ok    addresses: `tikroam:wlan1`, `tikroam:wlan2`, and no other in a network's subnet
    ok    routes: `tikroam:default`, and no other default route before it
    ok    tunnel: `PPtP_to_Office` to `198.51.100.10`
    ok    nat: what leaves by `wlan1`, `wlan2` gets the vehicle's address there
    ok    scripts: no script, schedule or netwatch of the router changes what the agent sets
    check: 0 errors, 1 warning
    "#);
        }
        let written = |event: &crate::sim::Event| matches!(event.what, What::Write { by: Sender::Api, .. });
        assert!(!sim.events().iter().any(written), "a check changes nothing");
    }
}

#[tokio::test]
async fn a_router_that_is_not_set_up_is_shown_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let sim = vehicle(|settings| settings.prepared = false).await;
    let person = |command: &str, words: &[(&str, &str)]| sim.console(command, words).unwrap();
    person(
        "/interface/wireless/set",
        &[
            (".id", "wlan1"),
            ("ssid", "testssid1"),
            ("default-authentication", "yes"),
        ],
    );
    person(
        "/interface/pptp-client/set",
        &[(".id", "PPtP_to_Office"), ("disabled", "yes")],
    );
    person(
        "/ip/address/add",
        &[("address", "10.20.0.5/24"), ("interface", "wlan2")],
    );
    person("/ip/route/add", &[("gateway", "192.168.88.254")]);
    let (text, exit) = printed(&configure(directory.path(), &sim.local_addr().to_string(), &[])).await;
    assert_eq!(exit, Exit::Failed);
    insta::assert_snapshot!(text, @r#"
    ok    config: `agent.toml`, 2 radios, 3 networks
    ok    router: `MikroTik`, RouterOS 6.49.17
    ok    path: from 127.0.0.1 to 127.0.0.1
    WARN  user-policy-superfluous: user `admin` may more than the agent needs: group `full` also has `local`, `telnet`, `ssh`, `ftp`, `reboot`, `policy`, `winbox`, `password`, `web`, `sniff`, `sensitive`, `romon`, `dude`, `tikapp`; the API sends the password in clear text
          hint: leave this user to people and make one for the agent: `/user group add name="tikroam" policy=api,read,write,test`, then `/user add name="tikroam" group="tikroam" address="127.0.0.1/32" password="..."`, and name it in [router] of agent.toml
    WARN  user-any-address: user `admin` may log in from any address
          hint: leave this user to people and make one for the agent: `/user group add name="tikroam" policy=api,read,write,test`, then `/user add name="tikroam" group="tikroam" address="127.0.0.1/32" password="..."`, and name it in [router] of agent.toml
    ERROR radio-ssid: radio `wlan1` has the SSID `testssid1` of its own, so no connect-list rule for a network counts
          hint: `/interface wireless set [find where name="wlan1"] ssid=""`
    WARN  radio-default-authentication: where no rule matches, `wlan1` also joins networks that are not in agent.toml
          hint: `/interface wireless set [find where name="wlan1"] default-authentication=no`
    ok    reach: `wlan1` (2ghz-b/g/n) `testssid1`, `testssid2`, `securessid`; `wlan2` (2ghz-b/g/n) `testssid1`, `testssid2`, `securessid`
    ERROR address-stranger: address 10.20.0.5/24 on `wlan2` is not managed by the agent and overlaps network `testssid2` (10.20.0.0/24)
          hint: remove it: `/ip address remove [find where address="10.20.0.5/24" and interface="wlan2"]`; or adopt it: `/ip address set [find where address="10.20.0.5/24" and interface="wlan2"] comment="tikroam:wlan2"`
    ERROR route-stranger: the static default route by `192.168.88.254` (distance 1) is not managed by the agent, and the router uses it beside or before `tikroam:default`
          hint: remove it: `/ip route remove [find where dst-address="0.0.0.0/0" and gateway="192.168.88.254"]`; or adopt it: `/ip route set [find where dst-address="0.0.0.0/0" and gateway="192.168.88.254"] comment="tikroam:default"`
    ERROR tunnel-disabled: tunnel `PPtP_to_Office` was disabled by a person, and the agent leaves it so
          hint: `/interface pptp-client enable [find where name="PPtP_to_Office"]`
    ok    nat: what leaves by `wlan1`, `wlan2` gets the vehicle's address there
    ok    scripts: no script, schedule or netwatch of the router changes what the agent sets
    check: 4 errors, 3 warnings
    "#);
}

#[tokio::test]
async fn an_older_way_that_was_left_on_the_router_is_found() {
    for routeros in [RouterOs::V6_49, RouterOs::V7_17] {
        let directory = tempfile::tempdir().unwrap();
        let sim = vehicle(|settings| {
            settings.routeros = routeros;
            settings.controller = Controller::Script;
        })
        .await;
        let person = |command: &str, words: &[(&str, &str)]| sim.console(command, words).unwrap();
        let watch = [("host", "10.99.0.1"), ("down-script", "/ip route disable [find]")];
        person("/tool/netwatch/add", &watch);
        person(
            "/system/script/add",
            &[("name", "backup"), ("source", "/export file=now")],
        );
        let (text, _) = printed(&configure(directory.path(), &sim.local_addr().to_string(), &[])).await;
        let found: Vec<&str> = text
            .lines()
            .skip_while(|line| !line.contains("script-stranger"))
            .collect();
        insta::allow_duplicates! { insta::assert_snapshot!(found.join("\n"), @r#"
    WARN  script-stranger: script `uplink` on the router names `wlan1`, `wlan2`, `PPtP_to_Office` and changes routes: two things that both move the way out fight each other
          hint: a script cannot be disabled: disable what runs it (`/system script job print` shows whether it runs now), keep a copy by `/export`, and take it out: `/system script remove [find where name="uplink"]`
    WARN  script-stranger: schedule `uplink` on the router runs script `uplink`: two things that both move the way out fight each other
          hint: `/system scheduler disable [find where name="uplink"]`
    WARN  script-stranger: netwatch of `10.99.0.1` on the router changes routes: two things that both move the way out fight each other
          hint: `/tool netwatch disable [find where host="10.99.0.1"]`
    check: 2 errors, 5 warnings
    "#) };
    }
}

/// What a router shows depends on its version and on the user's rights; the rest of the check does not.
#[tokio::test]
async fn scripts_that_may_not_be_read_are_no_fault() {
    let directory = tempfile::tempdir().unwrap();
    let sim = vehicle(|settings| settings.controller = Controller::None).await;
    for (menu, refusal) in [
        ("/system/script/print", "not enough permissions (9)"),
        ("/tool/netwatch/print", "no such command prefix"),
    ] {
        sim.faults().at(1, menu, Effect::Refuse(refusal.to_owned()));
    }
    let (text, exit) = printed(&configure(directory.path(), &sim.local_addr().to_string(), &[])).await;
    assert_eq!(exit, Exit::Fine, "{text}");
    let line = text.lines().find(|line| line.contains("scripts:"));
    insta::assert_snapshot!(line.unwrap(), @"ok    scripts: the router does not show `/system/script`, `/tool/netwatch`: look there for what moves its route");
}

/// A user without `read` sees nothing at all, which is said and ends the check in good order.
#[tokio::test]
async fn a_user_who_may_read_nothing_gets_a_hint() {
    let directory = tempfile::tempdir().unwrap();
    let sim = vehicle(|settings| {
        settings.access.users = vec![User {
            name: "admin".to_owned(),
            password: String::new(),
            policies: ["api", "write", "test"].map(str::to_owned).to_vec(),
        }];
    })
    .await;
    let (text, exit) = printed(&configure(directory.path(), &sim.local_addr().to_string(), &[])).await;
    assert_eq!(exit, Exit::Failed, "{text}");
    assert!(
        text.contains("the user's group needs the policies `api,read,write,test`"),
        "{text}"
    );
}

#[tokio::test]
async fn faults_of_the_configuration_are_all_shown_and_the_router_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let text = SMALL
        .replace("/24", "")
        .replace("password_file = \"/nowhere/at/all\"", "password = \"\"")
        .replace("[tunnel]", "[handover]\ntriger = -80\n\n[tunnel]");
    let mut args = write(directory.path(), &text);
    for offline in [false, true] {
        args.offline = offline;
        let (text, exit) = printed(&args).await;
        assert_eq!(exit, Exit::Config);
        insta::allow_duplicates! { insta::assert_snapshot!(text, @r#"
    ERROR config: agent.toml:11: network[1].address: `10.10.10.2` has no mask
          hint: write the bits of the network's mask after it: `10.10.10.2/24`
    ERROR config: agent.toml:16: handover.triger: there is no such key
          hint: did you mean `trigger`?
    check: 2 errors, 0 warnings
    "#) };
    }
}

#[tokio::test]
async fn offline_needs_neither_router_nor_password() {
    let directory = tempfile::tempdir().unwrap();
    let mut args = write(directory.path(), SMALL);
    args.offline = true;
    let (text, exit) = printed(&args).await;
    assert_eq!(exit, Exit::Fine);
    insta::assert_snapshot!(text, @r#"
    WARN  config: agent.toml:4: router.password_file: `/nowhere/at/all` cannot be read: No such file or directory (os error 2)
          hint: put the password there, pass it as the systemd credential `router-password`, or set TIKROAM__ROUTER__PASSWORD
    WARN  config: agent.toml:13: network[1].minimum_signal: network `testssid1` is left at -67 dBm, before the trigger of -80 dBm
          hint: that is right for a network that serves only strong clients; else lower `minimum_signal`
    check: 0 errors, 2 warnings
    "#);
}

#[tokio::test]
async fn a_router_that_lets_nobody_in_is_shown_with_a_hint() {
    let directory = tempfile::tempdir().unwrap();
    let sim = vehicle(|_| {}).await;
    let wrong = [(r#"password = """#, r#"password = "sesame""#)];
    let (text, exit) = printed(&configure(directory.path(), &sim.local_addr().to_string(), &wrong)).await;
    assert_eq!(exit, Exit::Failed);
    insta::assert_snapshot!(text, @r#"
    ok    config: `agent.toml`, 2 radios, 3 networks
    ERROR session: the router refused the login of user `admin`: invalid user name or password (6)
          hint: on the router: `/user print detail`: name, password, `address` must hold this PC, and the group needs policy `api`
    check: 1 error, 0 warnings
    "#);

    let address = sim.local_addr().to_string();
    sim.stop().await;
    let (text, exit) = printed(&configure(directory.path(), &address, &[])).await;
    assert_eq!(exit, Exit::Failed);
    insta::assert_snapshot!(text.replace(&address, "127.0.0.1:8728"), @r#"
    ok    config: `agent.toml`, 2 radios, 3 networks
    ERROR session: the host at `127.0.0.1:8728` refuses connections on this port
          hint: on the router: `/ip service enable api`, and compare the port with `/ip service print`
    check: 1 error, 0 warnings
    "#);
}

#[tokio::test]
async fn only_a_terminal_gets_colours() {
    let directory = tempfile::tempdir().unwrap();
    let mut args = configure(directory.path(), "192.0.2.200", &[]);
    args.offline = true;
    assert!(
        look(&args, true)
            .await
            .0
            .starts_with("\u{1b}[32mok   \u{1b}[0m config: ")
    );
    assert!(!look(&args, false).await.0.contains('\u{1b}'));
}

#[tokio::test]
async fn a_journal_that_can_never_be_written_is_found_without_the_router() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("file"), "").unwrap();
    let place = |name: &str| directory.path().join(name).display().to_string();
    for (file, says) in [
        (place(""), "names a folder"),
        (place("no/journal.jsonl"), "make the folder"),
        (place("file/journal.jsonl"), "a part of the path"),
        ("/proc/self/journal.jsonl".to_owned(), "hint: "),
    ] {
        let mut args = write(directory.path(), &format!("{SMALL}\n[journal]\nfile = \"{file}\"\n"));
        args.offline = true;
        let (text, exit) = printed(&args).await;
        assert!(
            text.contains("WARN  journal-place: ") && text.contains(says),
            "{file}: {text}"
        );
        assert_eq!(exit, Exit::Fine);
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 2, "nothing is made");
    }
}

/// The words of `configure` for a vehicle whose tunnel is WireGuard.
const OVER_WIREGUARD: [(&str, &str); 2] = [
    ("# kind = \"pptp\"", "kind = \"wireguard\""),
    ("interface = \"PPtP_to_Office\"", "interface = \"WG_to_Office\""),
];

/// The part of the tunnel of what is printed.
fn of_the_tunnel(text: &str) -> String {
    let from = text
        .lines()
        .skip_while(|line| !line.contains("tunnel") && !line.contains("peer"));
    from.take_while(|line| !line.contains("nat: "))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn a_wireguard_tunnel_is_checked_on_a_router_that_has_it() {
    let directory = tempfile::tempdir().unwrap();
    let sim = vehicle(|settings| {
        settings.routeros = RouterOs::V7_17;
        settings.tunnel = TunnelKind::Wireguard;
    })
    .await;
    let args = configure(directory.path(), &sim.local_addr().to_string(), &OVER_WIREGUARD);
    let (text, exit) = printed(&args).await;
    assert_eq!(exit, Exit::Fine, "{text}");
    insta::assert_snapshot!(of_the_tunnel(&text), @"ok    tunnel: `WG_to_Office` to `198.51.100.10`");

    let peer = [
        (".id", "peer1"),
        ("endpoint-address", "office.example.org"),
        ("persistent-keepalive", "0s"),
        ("allowed-address", "10.96.0.0/24"),
    ];
    sim.console("/interface/wireguard/peers/set", &peer).unwrap();
    let (text, exit) = printed(&args).await;
    assert_eq!(exit, Exit::Failed);
    insta::assert_snapshot!(of_the_tunnel(&text), @r#"
    ERROR peer-endpoint-name: the endpoint of tunnel `WG_to_Office` is the name `office.example.org`: the router looks it up once, maybe while there is no way out
          hint: `/interface wireguard peers set [find where public-key="b2ZmaWNlb2ZmaWNlb2ZmaWNlb2ZmaWNlb2ZmaWNlb2Y="] endpoint-address=...` with the office's public address
    WARN  peer-keepalive: the peer of tunnel `WG_to_Office` has no keepalive: without the agent the office loses a vehicle that is silent
          hint: `/interface wireguard peers set [find where public-key="b2ZmaWNlb2ZmaWNlb2ZmaWNlb2ZmaWNlb2ZmaWNlb2Y="] persistent-keepalive=5s`
    ERROR peer-allowed: the allowed addresses of the peer of tunnel `WG_to_Office` lack `10.99.0.1/32`: the router drops what goes there
          hint: `/interface wireguard peers set [find where public-key="b2ZmaWNlb2ZmaWNlb2ZmaWNlb2ZmaWNlb2ZmaWNlb2Y="] allowed-address=10.96.0.0/24,10.99.0.1/32`
    WARN  tunnel-not-routed: nothing routes 10.96.0.0/24, an allowed address of the peer, into tunnel `WG_to_Office`
          hint: `/ip route add dst-address=10.96.0.0/24 gateway="WG_to_Office"`
    "#);
}

#[tokio::test]
async fn a_router_of_version_6_has_no_wireguard() {
    let directory = tempfile::tempdir().unwrap();
    let sim = vehicle(|_| {}).await;
    let args = configure(directory.path(), &sim.local_addr().to_string(), &OVER_WIREGUARD);
    let (text, exit) = printed(&args).await;
    assert_eq!(exit, Exit::Failed);
    insta::assert_snapshot!(of_the_tunnel(&text), @r#"
    ERROR tunnel-no-wireguard: tunnel `WG_to_Office` is WireGuard, and this router has none: RouterOS 6 lacks it
          hint: upgrade the router to RouterOS 7, or set kind = "pptp" and the interface of that tunnel in [tunnel] of agent.toml
    "#);
    assert!(!text.contains("reading-refused"), "{text}");
}
