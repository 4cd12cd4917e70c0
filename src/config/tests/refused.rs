//! Values that fit their types and are refused all the same: whole reports, to be reviewed by eye.

use super::faults::faults;
use super::*;

#[test]
fn a_probe_must_prove_something_of_the_tunnel() {
    let text = |probe: &str| {
        let text = small_with(
            "interface = \"PPtP",
            &format!("probe = \"{probe}\"\ninterface = \"PPtP"),
        );
        text.replace("gateway", "addresses = { wlan1 = \"10.10.10.3/24\" }\ngateway")
    };
    let what = |probe: &str| {
        let faults = parse(&text(probe), &[]).expect_err(probe);
        let faults: Vec<String> = faults
            .iter()
            .map(|fault| format!("{}: {}", fault.key, fault.what))
            .collect();
        faults.join("\n")
    };
    let probes = [
        "127.0.0.1",
        "192.168.88.1",
        "10.10.10.2",
        "10.10.10.3",
        "10.10.10.1",
        "10.10.10.255",
        "10.10.10.0",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "192.0.2.254",
    ];
    insta::assert_snapshot!(probes.map(what).join("\n"), @r"
    tunnel.probe: 127.0.0.1 is the router itself: a ping to it says nothing of the tunnel
    tunnel.probe: 192.168.88.1 is the router's own address: a ping to it says nothing of the tunnel
    tunnel.probe: 10.10.10.2 is the vehicle's own address on a network: a ping to it says nothing of the tunnel
    tunnel.probe: 10.10.10.3 is the vehicle's own address on a network: a ping to it says nothing of the tunnel
    tunnel.probe: 10.10.10.1 is a network's gateway: a ping to it says nothing of the tunnel
    tunnel.probe: 10.10.10.255 is no host's address: a ping to it says nothing of the tunnel
    tunnel.probe: 10.10.10.0 is no host's address: a ping to it says nothing of the tunnel
    tunnel.probe: 0.0.0.0 is no host's address: a ping to it says nothing of the tunnel
    tunnel.probe: 255.255.255.255 is no host's address: a ping to it says nothing of the tunnel
    tunnel.probe: 224.0.0.1 is no host's address: a ping to it says nothing of the tunnel
    tunnel.probe: 192.0.2.254 is no host's address: a ping to it says nothing of the tunnel
    ");
    insta::assert_snapshot!(faults(&text("10.10.10.1")), @r"
    agent.toml:16: tunnel.probe: 10.10.10.1 is a network's gateway: a ping to it says nothing of the tunnel
      hint: use an address behind the tunnel; the concentrator's private address is best
    ");
    for end in ["10.40.0.2", "10.40.0.1"] {
        let fallback = "[[fallback]]\ninterface = \"ether2\"\naddress = \"10.40.0.2/24\"\ngateway = \"10.40.0.1\"\n";
        let report = faults(&format!("{}\n{fallback}", text(end)));
        assert!(report.contains(&format!("{end} is an end of a fallback")), "{report}");
    }
    for good in ["10.99.0.1", "10.10.10.77", "8.8.8.8"] {
        assert!(parse(&text(good), &[]).is_ok(), "{good}");
    }
}

#[test]
fn without_a_tunnel_there_is_no_interface_and_only_a_probe_is_a_proof() {
    let none = small_with("interface = \"PPtP", "kind = \"none\"\ninterface = \"PPtP");
    insta::assert_snapshot!(faults(&none), @r#"
    agent.toml:14: tunnel.probe: without a tunnel only a probe shows that the vehicle can be reached, and there is none
      hint: name an address at the office that answers pings, as in `probe = "10.99.0.1"`
    agent.toml:16: tunnel.interface: is `PPtP_to_Office`, and `kind = "none"` has no tunnel
      hint: remove the line, or name the tunnel's kind
    "#);
    let tunnel = small_with(
        "interface = \"PPtP_to_Office\"",
        "kind = \"none\"\nprobe = \"10.99.0.1\"",
    );
    let config = parse(&tunnel, &[]).unwrap();
    assert_eq!(config.tunnel().item, None);
}

#[test]
fn a_fallback_is_an_interface_of_its_own_with_a_whole_address() {
    let text = format!(
        "{SMALL}\n[[fallback]]\ninterface = \"wlan1\"\naddress = \"10.40.0.2/24\"\n\n[[fallback]]\ninterface = \"lte1\"\n\
         gateway = \"10.41.0.1\"\n\n[[fallback]]\ninterface = \"lte1\"\naddress = \"10.42.0.2/24\"\n\
         gateway = \"10.43.0.1\"\nprobe_interval = \"100ms\"\n\n[[fallback]]\n"
    );
    insta::assert_snapshot!(faults(&text), @r#"
    agent.toml:17: fallback[1].gateway: is missing beside `address`
      hint: name the gateway, or remove `address`: then the interface itself leads out, as a modem does
    agent.toml:18: fallback[1].interface: `wlan1` is a radio
      hint: name an interface that is nothing else, as in `/interface print`
    agent.toml:21: fallback[2].address: is missing beside `gateway`
      hint: name the vehicle's address there with its mask, or remove `gateway`
    agent.toml:26: fallback[3].interface: `lte1` is a fallback already
      hint: name an interface that is nothing else, as in `/interface print`
    agent.toml:28: fallback[3].gateway: 10.43.0.1 is no gateway in 10.42.0.0/24
      hint: check the gateway, and the bits after the `/` of the address
    agent.toml:29: fallback[3].probe_interval: 100ms is outside 1s to 10m
      hint: choose a value from 1s to 10m
    agent.toml:31: fallback[4].interface: is missing
      hint: write `interface = "lte1"`
    "#);
    let dhcp = format!("{SMALL}\n[[fallback]]\ninterface = \"ether2\"\naddress = \"dhcp\"\n");
    assert!(parse(&dhcp, &[]).unwrap().fallbacks()[0].is_dhcp());
    insta::assert_snapshot!(faults(&format!("{dhcp}gateway = \"10.40.0.1\"\n")), @r#"
    agent.toml:20: fallback[1].gateway: is set beside `address = "dhcp"`
      hint: remove the line: the network gives address and gateway by DHCP
    "#);
    let text = format!("{SMALL}\n[[fallback]]\ninterface = \"lte1\"\n");
    assert_eq!(parse(&text, &[]).unwrap().fallbacks()[0].fixed(), None);
}

#[test]
fn durations_that_depend_on_each_other_must_fit() {
    let text = small_with("password", "slow = \"500ms\"\ntick = \"1s\"\npassword");
    insta::assert_snapshot!(faults(&format!("{text}\n[health]\nwindow = \"2s\"\ninterval = \"1s\"\n")), @r"
    agent.toml:4: router.slow: 500ms must be at least router.tick (1s)
      hint: choose a value of at least 1s
    agent.toml:19: health.lost: 3 pings in a row take 3s, longer than health.window (2s)
      hint: choose a longer `window`, a shorter `interval`, or fewer pings
    agent.toml:19: health.recover: 10 pings in a row take 10s, longer than health.window (2s)
      hint: choose a longer `window`, a shorter `interval`, or fewer pings
    ");
    insta::assert_snapshot!(faults(&format!("{SMALL}\n[health]\nwindow = \"2s\"\ninterval = \"5s\"\n")), @r"
    agent.toml:17: health.lost: 3 pings in a row take 15s, longer than health.window (2s)
      hint: choose a longer `window`, a shorter `interval`, or fewer pings
    agent.toml:17: health.recover: 10 pings in a row take 50s, longer than health.window (2s)
      hint: choose a longer `window`, a shorter `interval`, or fewer pings
    ");
    assert!(parse(&format!("{SMALL}\n[health]\nwindow = \"5s\"\nlost = 10\n"), &[]).is_ok());
}

#[test]
fn no_network_may_have_the_addresses_where_radios_are_parked() {
    for (address, gateway) in [
        ("192.0.2.7/24", "192.0.2.1"),
        ("192.0.3.7/16", "192.0.3.1"),
        ("192.0.2.6/30", "192.0.2.5"),
    ] {
        let text = small_with("10.10.10.2/24", address).replace("10.10.10.1", gateway);
        let report = faults(&text);
        assert!(
            report.contains("network[1].address") && report.contains("parked"),
            "{report}"
        );
    }
    insta::assert_snapshot!(faults(&small_with("10.10.10.2/24", "192.0.2.7/25").replace("10.10.10.1", "192.0.2.1")), @r"
    agent.toml:11: network[1].address: 192.0.2.0/25 overlaps 192.0.2.0/24, where radios that are not active are parked
      hint: ask the network's owner for another range of addresses
    ");
}

#[test]
fn names_that_nobody_meant_are_refused() {
    let text = small_with("\"wlan1\"", "\"wlan1,wlan2\"").replace("\"testssid1\"", "\"testssid1 \"");
    insta::assert_snapshot!(faults(&text), @r"
    agent.toml:7: radio[1].interface: `wlan1,wlan2` names more than one interface
      hint: name one; each radio has a [[radio]] of its own
    agent.toml:10: network[1].ssid: `testssid1 ` begins or ends with a blank, or holds a NUL
      hint: write the name as the access point sends it
    ");
    for bad in [" yard", "\\u0000yard", "yard\\t"] {
        let report = faults(&small_with("testssid1", bad));
        assert!(report.contains("network[1].ssid"), "{report}");
    }
}

#[test]
fn a_long_value_is_not_shown_whole() {
    let long = "x".repeat(5_000);
    let text = small_with("\"tikroam\"", &format!("\"{long}\"")).replace("\"10.10.10.1\"", &format!("\"{long}\""));
    let more = format!("kind = \"{long}\"\npatience = \"{long}\"\n{long} = 1\n");
    let report = faults(&format!("{text}{more}"));
    assert_eq!(report.lines().count(), 10, "{report}");
    assert!(!report.contains(&"x".repeat(101)), "{report}");
    insta::assert_snapshot!(faults(&small_with("\"tikroam\"", &format!("\"{long}\""))), @r#"
    agent.toml:3: router.user: is `"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... (5000 characters)"`, not a name of 1 to 64 bytes
      hint: write it as in `user = "tikroam"`
    "#);
}

#[test]
fn a_file_that_is_something_else_does_not_hang() {
    let keys: String = (0..50_000).map(|n| format!("key{n} = {n}\n")).collect();
    let report = faults(&keys);
    assert!(
        report.starts_with("agent.toml: has too many faults for a configuration\n"),
        "{}",
        &report[..200]
    );
    assert_eq!(report.matches("there is no such key").count(), 100);
    // A path for the layers, if they take it for one: the list needs all memory then.
    insta::assert_snapshot!(faults(&format!("\"radio[99999999999]\" = 1\n{SMALL}")), @r"
    agent.toml:1: radio[99999999999]: there is no such section
      hint: start from the shipped `agent.toml`
    ");
}

#[test]
fn a_section_that_only_the_environment_has_is_placed_there() {
    let report = parse(SMALL, &[("TIKROAM__HUMP__ENABLED", "false")])
        .expect_err("no such section")
        .to_string();
    insta::assert_snapshot!(report, @r"
    environment TIKROAM__HUMP__ENABLED: hump: there is no such key
      hint: the keys here are `vehicle`, `router`, `radio`, `network`, `fallback`, `ap`, `tunnel`, `handover`, `hunt`, `health`, `status`, `journal`, `log`, `setup`
    ");
}

#[test]
fn tls_is_a_fingerprint_a_file_or_said_to_be_insecure() {
    let with = |tls: &str| small_with("user =", &format!("tls = \"{tls}\"\nuser ="));
    let digits = "0123456789abcdef".repeat(4);
    let colons = digits
        .as_bytes()
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap().to_uppercase());
    let colons = colons.collect::<Vec<_>>().join(":");
    for one in [&digits, &colons] {
        let config = parse(&with(&format!("sha256:{one}")), &[]).unwrap();
        assert!(
            matches!(config.router().tls(), Tls::Pinned(pinned) if pinned.to_string() == format!("sha256:{digits}"))
        );
        assert_eq!(config.router().address(), "192.168.88.1:8729");
        assert!(config.warnings().is_empty());
    }
    let config = parse(&with("insecure"), &[]).unwrap();
    assert_eq!((config.router().tls(), config.warnings().len()), (&Tls::Insecure, 1));
    assert_eq!(
        parse(&with("off"), &[]).unwrap().router().address(),
        "192.168.88.1:8728"
    );
    let with_port = with("insecure").replace("192.168.88.1", "192.168.88.1:18729");
    assert_eq!(parse(&with_port, &[]).unwrap().router().address(), "192.168.88.1:18729");
    insta::assert_snapshot!(faults(&with("on")), @r#"
    agent.toml:3: router.tls: is `"on"`, not a protection
      hint: write "sha256:" and the fingerprint of the router's certificate, "ca:" and a file, or "off"
    "#);
    insta::assert_snapshot!(faults(&with("sha256:abcd")), @r"
    agent.toml:3: router.tls: a SHA-256 fingerprint has 64 hex digits, with or without a colon after each two
      hint: copy `fingerprint` of `/certificate print detail`, or what `tikroam check` shows
    ");
    insta::assert_snapshot!(faults(&with("ca:")), @r#"
    agent.toml:3: router.tls: is `""`, not a file
      hint: write it as in `tls = "off"`
    "#);
}
