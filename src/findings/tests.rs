mod connect_list;
mod fallbacks;
mod items;
mod kinds;
mod leftovers;
mod networks;
mod radios;
mod strays;
mod user;
mod wireguard;
mod world;

use super::*;
use crate::routeros::console::quoted;
use crate::snapshot::{AddressItem, RouteItem};
use crate::survey::UserRights;
use crate::units::Dbm;
use world::*;

#[test]
fn nothing_is_found_on_a_router_that_is_set_up() {
    found(&[
        ("as it is", |_| {}, &[]),
        (
            "all that may be unreadable is",
            |w| {
                w.survey.identity.clear();
                w.survey.packages.clear();
                w.survey.interfaces.clear();
                w.survey.ports.clear();
                w.survey.user = None;
                w.survey.refused = vec![refusal("/user/print", "not enough permissions (9)")];
                w.inspection.profiles = None;
                w.inspection.nat = None;
                w.inspection.dial = None;
                w.inspection.tunnel_allowed = None;
            },
            &[],
        ),
        (
            "managed items are missing, which are made at start",
            |w| {
                w.survey.addresses.truncate(1);
                w.survey.routes.clear();
                w.survey.rules.drain(..2);
            },
            &[],
        ),
        (
            "a fallback stands behind the managed route",
            |w| {
                let lte = route("lte1", 5, "");
                w.survey.routes.push(RouteItem { dynamic: true, ..lte });
            },
            &[],
        ),
        (
            "a swap has put the vehicle on a network",
            |w| {
                w.survey.addresses[1] = address("wlan1", "10.10.10.2/24", "tikroam:wlan1");
            },
            &[],
        ),
    ]);
}

#[test]
fn of_others_items_only_those_that_are_fought_over_forbid_writing() {
    let mut world = fine();
    world.survey.addresses.push(address("bridge", "10.0.0.1/8", ""));
    world.survey.addresses.push(AddressItem {
        dynamic: true,
        ..address(TUNNEL, "10.20.0.9/32", "")
    });
    world.survey.routes.push(RouteItem {
        dynamic: true,
        ..route("192.168.88.254", 1, "")
    });
    assert_eq!(world.forbidding(), [""; 0]);
    world.survey.addresses.push(address("ether5", "10.30.0.65/26", ""));
    world.survey.routes.push(route("192.168.88.254", 1, ""));
    assert_eq!(world.forbidding(), ["address-stranger", "route-stranger"]);
}

#[test]
fn adopting_is_offered_only_where_no_managed_item_is() {
    let mut world = fine();
    world.survey.addresses.push(address("wlan1", "10.10.10.2/24", ""));
    world.survey.routes.push(route("192.168.88.254", 1, ""));
    let hints = |world: &World| -> Vec<String> {
        let found = forbidding(&world.config, &world.survey, world.inspection.path);
        found.into_iter().map(|finding| finding.hint).collect()
    };
    assert!(hints(&world).iter().all(|hint| !hint.contains("adopt")));
    world.survey.addresses.remove(1);
    world.survey.routes.remove(0);
    let hints = hints(&world);
    insta::assert_snapshot!(hints.join("\n"), @r#"
    remove it: `/ip address remove [find where address="10.10.10.2/24" and interface="wlan1"]`; or adopt it: `/ip address set [find where address="10.10.10.2/24" and interface="wlan1"] comment="tikroam:wlan1"`
    remove it: `/ip route remove [find where dst-address="0.0.0.0/0" and gateway="192.168.88.254"]`; or adopt it: `/ip route set [find where dst-address="0.0.0.0/0" and gateway="192.168.88.254"] comment="tikroam:default"`
    "#);
}

#[test]
fn text_from_the_router_stays_text_on_its_console() {
    for (text, on_the_console) in [
        ("wlan1", r#""wlan1""#),
        (r#"a" ; /system reboot; ""#, r#""a\" ; /system reboot; \"""#),
        ("$x [:put 1]", r#""\$x [:put 1]""#),
        (r"c:\n", r#""c:\\n""#),
        ("a\nb\u{1b}?", r#""a\0Ab\1B\3F""#),
        ("Büro\u{202e}", r#""B\C3\BCro\E2\80\AE""#),
    ] {
        assert_eq!(quoted(text), on_the_console, "{text:?}");
    }
}

#[test]
fn every_hint_reads_well() {
    let mut world = fine();
    world.survey.user = Some(UserRights {
        group: "full".into(),
        policies: ["api", "read", "ftp"].map(str::to_owned).to_vec(),
        from: String::new(),
    });
    world.survey.radios[0].mode = "ap-bridge".into();
    world.survey.radios[0].ssid = b"\x1b[2J".to_vec();
    world.survey.radios[1].name = name("wlan3");
    world.survey.rules[2].signal_range = Some((Dbm(-70), Dbm(120)));
    world.survey.rules[3].ssid = b"other".to_vec();
    world.survey.rules[4].connect = false;
    world.survey.addresses.push(address("bridge", "10.0.0.1/8", ""));
    world.survey.routes.push(route("1.2.3.4%a\"; /system reset", 1, ""));
    world.survey.tunnel.as_mut().unwrap().disabled = true;
    world.inspection.host_routes = vec![RouteItem {
        destination: "198.51.100.1/32".parse().unwrap(),
        ..route("10.10.10.1", 1, "")
    }];
    world.inspection.nat = Some(vec![nat("wlan1")]);
    insta::assert_snapshot!(world.text(), @r#"
    user-policy-missing: group `full` of user `tikroam` lacks `write`, `test`
          hint: leave this user to people and make one for the agent: `/user group add name="tikroam-agent" policy=api,read,write,test`, then `/user add name="tikroam-agent" group="tikroam-agent" address="192.168.88.10/32" password="..."`, and name it in [router] of agent.toml
    user-policy-superfluous: user `tikroam` may more than the agent needs: group `full` also has `ftp`; the API sends the password in clear text
          hint: leave this user to people and make one for the agent: `/user group add name="tikroam-agent" policy=api,read,write,test`, then `/user add name="tikroam-agent" group="tikroam-agent" address="192.168.88.10/32" password="..."`, and name it in [router] of agent.toml
    user-any-address: user `tikroam` may log in from any address
          hint: leave this user to people and make one for the agent: `/user group add name="tikroam-agent" policy=api,read,write,test`, then `/user add name="tikroam-agent" group="tikroam-agent" address="192.168.88.10/32" password="..."`, and name it in [router] of agent.toml
    radio-mode: radio `wlan1` is in mode `ap-bridge`, not `station`
          hint: `/interface wireless set [find where name="wlan1"] mode=station`
    radio-ssid: radio `wlan1` has the SSID `\u{1b}[2J` of its own, so no connect-list rule for a network counts
          hint: `/interface wireless set [find where name="wlan1"] ssid=""`
    radio-missing: `wlan2` is not in `/interface wireless` of the router but of type `wlan`
          hint: name in [[radio]] what the router has: `wlan1`, `wlan3`
    network-no-rule: no connect-list rule lets `wlan1` join network `testssid2`
          hint: `/interface wireless connect-list add interface="wlan1" ssid="testssid2" security-profile="open" signal-range=-85..120`
    network-forbidden: rule 4 of the connect-list (connect=no, `securessid`) keeps `wlan1` off network `securessid`
          hint: `/interface wireless connect-list print`, then `/interface wireless connect-list disable 4`, or move a rule for the network above it
    rule-range: rule 2 of the connect-list drops `wlan1` from network `testssid1` below -70 dBm, so the agent leaves it at -67 dBm already, not at -80 dBm
          hint: `/interface wireless connect-list set [find where interface="wlan1" and ssid="testssid1"] signal-range=-85..120`
    address-stranger: address 10.0.0.1/8 on `bridge` is not managed by the agent and overlaps network `testssid1` (10.10.10.0/24)
          hint: give `bridge` another subnet, or remove the address: `/ip address remove [find where address="10.0.0.1/8" and interface="bridge"]`
    route-stranger: the static default route by `1.2.3.4%a"; /system reset` (distance 1) is not managed by the agent, and the router uses it beside or before `tikroam:default`
          hint: remove it: `/ip route remove [find where dst-address="0.0.0.0/0" and gateway="1.2.3.4%a\"; /system reset"]`
    tunnel-disabled: tunnel `PPtP_to_Office` was disabled by a person, and the agent leaves it so
          hint: `/interface pptp-client enable [find where name="PPtP_to_Office"]`
    tunnel-pinned: a static route ties the way to 198.51.100.1, the tunnel's other end, to `10.10.10.1`: the tunnel cannot follow a swap
          hint: `/ip route remove [find where dst-address="198.51.100.1/32" and gateway="10.10.10.1"]`
    nat-missing: nothing masquerades what the vehicle's devices send out by `wlan2`: no answer comes back to their private addresses
          hint: `/ip firewall nat add chain=srcnat action=masquerade out-interface="wlan2"`, unless they only use the tunnel
    "#);
}
