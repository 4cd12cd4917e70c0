//! What a technician reads about a faulty file: whole reports, to be reviewed by eye.

use super::*;

pub(super) fn faults(text: &str) -> String {
    parse(text, &[]).expect_err("a faulty file").to_string()
}

#[test]
fn wrong_keys_are_reported_with_the_key_that_was_meant() {
    insta::assert_snapshot!(faults(&small_with("user", "usr").replace("[tunnel]", "[tunel]")), @r#"
    agent.toml: tunnel.interface: is missing
      hint: write `interface = "PPtP_to_Office"`
    agent.toml:1: router.user: is missing
      hint: write `user = "tikroam"`
    agent.toml:3: router.usr: there is no such key
      hint: did you mean `user`?
    agent.toml:14: tunel: there is no such key
      hint: did you mean `tunnel`?
    "#);
}

#[test]
fn all_faults_are_reported_at_once_in_the_order_of_the_file() {
    let text = r#"
[router]
address = "not an address"
user = ""
password = "sesame"
tick = 250
answer_deadline = "10"

[[radio]]
interface = "wlan1"
signal_offset = true

[[radio]]
interface = "wlan1"

[[network]]
ssid = "ääääääääääääääääx"
address = "10.10.10.2"
gateway = "10.10.10.1"

[[network]]
ssid = "yard"
address = "10.20.0.0/24"
gateway = "10.20.0"
priority = "1"

[tunnel]
kind = "ptpp"
interface = "wlan1"

[handover]
trigger = -80.5
dwell = "1h"
heal = -1

[hunt]
enabled = "yes"
interval = "1s"
"#;
    insta::assert_snapshot!(faults(text), @r#"
    agent.toml:3: router.address: is `"not an address"`, not an address with or without a port
      hint: write it as in `address = "192.168.88.1"`
    agent.toml:4: router.user: is `""`, not a name of 1 to 64 bytes
      hint: write it as in `user = "tikroam"`
    agent.toml:6: router.tick: is `250`, not a duration with its unit
      hint: write it as in `tick = "250ms"`
    agent.toml:7: router.answer_deadline: is `"10"`, not a duration with its unit
      hint: write it as in `answer_deadline = "10s"`
    agent.toml:11: radio[1].signal_offset: is `true`, not a whole number
      hint: write it as in `signal_offset = 0`
    agent.toml:14: radio[2].interface: radio `wlan1` is already on line 10
      hint: remove one of the two entries
    agent.toml:17: network[1].ssid: an SSID has at most 32 bytes, this one has 33
      hint: an umlaut has 2 bytes and an emoji 4; write the name as the access point sends it
    agent.toml:18: network[1].address: `10.10.10.2` has no mask
      hint: write the bits of the network's mask after it: `10.10.10.2/24`
    agent.toml:23: network[2].address: 10.20.0.0/24 is the network's own address, not a host's address
      hint: use the address that the network's owner gave to this vehicle
    agent.toml:24: network[2].gateway: is `"10.20.0"`, not an IPv4 address
      hint: write it as in `gateway = "10.10.10.1"`
    agent.toml:25: network[2].priority: is `"1"`, not a whole number
      hint: write it as in `priority = 0`
    agent.toml:28: tunnel.kind: is `ptpp`, not one of `pptp`, `l2tp`, `sstp`, `ovpn`, `wireguard`, `none`
      hint: write it as in `kind = "pptp"`
    agent.toml:29: tunnel.interface: `wlan1` is a radio
      hint: name the tunnel's interface, as in `/interface/pptp-client/print`
    agent.toml:32: handover.trigger: is `-80.5`, not a whole number
      hint: write it as in `trigger = -80`
    agent.toml:33: handover.dwell: 1h is outside 0s to 5m
      hint: choose a value from 0s to 5m
    agent.toml:34: handover.heal: is `-1`, not a duration with its unit
      hint: write it as in `heal = "1m"`
    agent.toml:37: hunt.enabled: is `"yes"`, not true or false
      hint: write it as in `enabled = true`
    agent.toml:38: hunt.interval: 1s is outside 5s to 10s
      hint: choose a value from 5s to 10s
    "#);
}

#[test]
fn networks_must_differ_and_hold_their_addresses() {
    let more = r#"
[[network]]
ssid = "testssid1"
address = "10.20.0.2/24"
gateway = "10.20.1.1"

[[network]]
ssid = "wide"
address = "10.0.0.2/8"
gateway = "10.0.0.2"

[[network]]
ssid = "garage"
address = "192.168.88.2/24"
gateway = "192.168.88.254"
addresses = { wlan1 = "192.168.89.3/24", wlan9 = "192.168.88.4/24" }

[[network]]
ssid = "alone"
address = "10.40.0.255/24"
gateway = "10.40.0.1"
"#;
    insta::assert_snapshot!(faults(&format!("{SMALL}{more}")), @r"
    agent.toml:2: router.address: 192.168.88.1 is inside network `garage` (192.168.88.0/24)
      hint: use the address of the router's wired side, and networks that do not contain it
    agent.toml:18: network[2].ssid: network `testssid1` is already on line 10
      hint: one entry serves every access point of that name; remove one of the two
    agent.toml:20: network[2].gateway: 10.20.1.1 is outside the network 10.20.0.0/24
      hint: check the gateway, and the bits after the `/` of the address
    agent.toml:24: network[3].address: 10.0.0.0/8 overlaps 10.10.10.0/24 on line 11
      hint: two networks need two address ranges; check the bits after the `/`
    agent.toml:25: network[3].gateway: 10.0.0.2 is the vehicle's own address
      hint: the gateway is the access point's side; ask the network's owner
    agent.toml:31: network[4].addresses.wlan1: 192.168.89.3/24 is outside the network 192.168.88.0/24
      hint: give the radio another host's address of the same network, with the same mask
    agent.toml:31: network[4].addresses.wlan9: there is no radio `wlan9`
      hint: use the interface of one of the [[radio]] entries
    agent.toml:35: network[5].address: 10.40.0.255/24 is the network's broadcast address, not a host's address
      hint: use the address that the network's owner gave to this vehicle
    ");
}

#[test]
fn what_is_too_much_is_understood_and_refused() {
    let text = r#"
[router]
address = "192.168.88.1"
user = "tikroam"
password = "sesame"

[[radio]]
interface = "wlan1"
[[radio]]
interface = "wlan2"
[[radio]]
interface = "wlan3"
[[radio]]
interface = "wlan4"
[[radio]]
interface = "wlan5"

[[network]]
ssid = "yard"
address = "dhcp"
gateway = "10.20.0.1"
bssid = []

[tunnel]
kind = "l2tp"
interface = "office"

[fallback]
interface = "lte1"
"#;
    insta::assert_snapshot!(faults(text), @r#"
    agent.toml:15: radio[5]: more than four radios are not supported
      hint: leave four: one radio is active and three stand by
    agent.toml:21: network[1].gateway: is set beside `address = "dhcp"`
      hint: remove the line: the network gives address and gateway by DHCP
    agent.toml:22: network[1].bssid: names no access point
      hint: name the access points, or remove the line: then each of that name is used
    agent.toml:28: fallback: is one section, not a list of sections
      hint: write it as in `[[fallback]]`
    "#);
}

#[test]
fn an_empty_file_and_one_without_entries_say_so() {
    insta::assert_snapshot!(faults("# nothing yet\n"), @r"
    agent.toml: is empty
      hint: start from the shipped `agent.toml`
    ");
    insta::assert_snapshot!(faults("[router]\n[tunnel]\n"), @r#"
    agent.toml: network: there is no [[network]]
      hint: add `[[network]]` with `ssid`, `address` and `gateway`, once for each network
    agent.toml: radio: there is no [[radio]]
      hint: add `[[radio]]` with `interface = "wlan1"`, once for each radio
    agent.toml:1: router.address: is missing
      hint: write `address = "192.168.88.1"`
    agent.toml:1: router.password: there is no password for the router
      hint: name a file that holds it with `password_file`, or set TIKROAM__ROUTER__PASSWORD
    agent.toml:1: router.user: is missing
      hint: write `user = "tikroam"`
    agent.toml:2: tunnel.interface: is missing
      hint: write `interface = "PPtP_to_Office"`
    "#);
}

#[test]
fn a_slip_in_the_syntax_has_its_line() {
    insta::assert_snapshot!(faults(&small_with("user = \"tikroam\"", "user = tikroam")), @r#"
    agent.toml:3: invalid boolean, expected `true`
      hint: text stands in "quotes", a section in [brackets], and each key once in its section
    "#);
    insta::assert_snapshot!(faults(&small_with("[tunnel]", "[tunnel\n[[radio]")), @r#"
    agent.toml:14: unclosed table, expected `]`
      hint: text stands in "quotes", a section in [brackets], and each key once in its section
    agent.toml:15: unclosed array table, expected `]`
      hint: text stands in "quotes", a section in [brackets], and each key once in its section
    "#);
    insta::assert_snapshot!(faults(&small_with("user = ", "user = \"a\"\nuser = ")), @r#"
    agent.toml:4: duplicate key
      hint: text stands in "quotes", a section in [brackets], and each key once in its section
    "#);
}

#[test]
fn values_that_toml_allows_and_no_key_wants_have_their_line() {
    let text = small_with("\"tikroam\"", "1979-05-27").replace("\"wlan1\"", "99999999999999999999");
    insta::assert_snapshot!(faults(&text), @r#"
    agent.toml:3: router.user: a date is no value of any key
      hint: if it is meant as text, put it in "quotes"
    agent.toml:7: radio[1].interface: so great a number is no value of any key
      hint: if it is meant as text, put it in "quotes"
    "#);
}

#[test]
fn sections_of_the_wrong_shape_are_reported() {
    let text = small_with("[[radio]]", "[radio]")
        .replace("[tunnel]", "[[tunnel]]")
        .replace("[[network]]", "[network.x]");
    insta::assert_snapshot!(faults(&text), @r"
    agent.toml:6: radio: is one section, not a list of sections
      hint: write it as in `[[radio]]`
    agent.toml:9: network: is one section, not a list of sections
      hint: write it as in `[[network]]`
    agent.toml:14: tunnel: is a list, not one section
      hint: write it as in `[tunnel]`
    ");
}

#[test]
fn a_scan_must_fit_into_the_interval() {
    let text = format!("{SMALL}\n[hunt]\nscan_duration = \"6s\"\n");
    insta::assert_snapshot!(faults(&text), @r"
    agent.toml:18: hunt.scan_duration: 6s must be less than hunt.interval (5s)
      hint: choose a value less than 5s
    ");
}

#[test]
fn faults_of_the_environment_name_the_variable() {
    let report = parse(
        SMALL,
        &[
            ("TIKROAM__HANDOVER__TRIGER", "-80"),
            ("TIKROAM__HUNT__ARRIVAL", "six"),
            ("TIKROAM__HUNT__ENABLED", "maybe"),
            ("TIKROAM__HUNT__INTERVAL", "1m"),
            ("TIKROAM__NETWORK__0__SSID", "yard"),
            ("TIKROAM__ROUTER", "192.168.88.1"),
            ("TIKROAM_UNRELATED", "1"),
        ],
    )
    .expect_err("faulty variables")
    .to_string();
    insta::assert_snapshot!(report, @r#"
    environment TIKROAM__HANDOVER__TRIGER: handover.triger: there is no such key
      hint: did you mean `trigger`?
    environment TIKROAM__HUNT__ARRIVAL: hunt.arrival: is `"six"`, not a duration with its unit
      hint: write it as in `arrival = "5s"`
    environment TIKROAM__HUNT__ENABLED: hunt.enabled: is `"maybe"`, not true or false
      hint: write it as in `enabled = true`
    environment TIKROAM__HUNT__INTERVAL: hunt.interval: 1m is outside 5s to 10s
      hint: choose a value from 5s to 10s
    environment TIKROAM__NETWORK__0__SSID: network.0.ssid: lists cannot be set from the environment
      hint: write radios, networks and fallbacks into the file
    environment TIKROAM__ROUTER: router: names no key
      hint: `address` of [router] is TIKROAM__ROUTER__ADDRESS
    "#);
}

#[test]
fn a_minimum_signal_above_the_trigger_is_a_warning() {
    let config = parse(&small_with("gateway", "minimum_signal = -70\ngateway"), &[]).unwrap();
    let warnings: Vec<String> = config.warnings().iter().map(Fault::to_string).collect();
    insta::assert_snapshot!(warnings.join("\n"), @r"
    agent.toml:12: network[1].minimum_signal: network `testssid1` is left at -67 dBm, before the trigger of -80 dBm
      hint: that is right for a network that serves only strong clients; else lower `minimum_signal`
    ");
}
