//! The kinds of tunnels beside PPTP and WireGuard.

use super::world::*;
use crate::config::Config;
use crate::routeros::TunnelKind;
use crate::survey::{Script, ScriptPlace};

/// The shipped configuration with another tunnel.
fn configured_with(kind: &str) -> Config {
    let text = include_str!("../../../agent.toml");
    configured(&text.replace("# kind = \"pptp\"", &format!("kind = \"{kind}\"")))
}

/// A router with a tunnel of this kind.
fn over(kind: TunnelKind, word: &str) -> World {
    let mut world = fine();
    world.config = configured_with(word);
    world.survey.tunnel.as_mut().unwrap().kind = kind;
    world
}

fn over_l2tp() -> World {
    over(TunnelKind::L2tp, "l2tp")
}

fn over_openvpn() -> World {
    let mut world = over(TunnelKind::Ovpn, "ovpn");
    world.inspection.dial.as_mut().unwrap().verifies = Some(true);
    world
}

/// One that bounces a tunnel which the configuration does not name.
fn script() -> Script {
    Script {
        place: ScriptPlace::Script,
        name: "old".to_owned(),
        source: "/interface pptp-client disable PPtP_to_Office".to_owned(),
        disabled: false,
    }
}

fn without_a_tunnel() -> World {
    let mut world = fine();
    let text = include_str!("../../../agent.toml");
    let text = text.replace("interface = \"PPtP_to_Office\"", "kind = \"none\"");
    world.config = configured(&text);
    (world.survey.tunnel, world.inspection.dial) = (None, None);
    world
}

#[test]
fn an_address_that_an_l2tp_tunnel_is_tied_to_is_the_agents_or_pins_it() {
    found_on(
        over_l2tp,
        &[
            ("as it is", |_| {}, &[]),
            (
                "an address of the vehicle on a network",
                |w| w.survey.tunnel.as_mut().unwrap().source = "10.20.0.2".parse().ok(),
                &[],
            ),
            (
                "another one",
                |w| w.survey.tunnel.as_mut().unwrap().source = "192.168.88.1".parse().ok(),
                &["warning tunnel-source"],
            ),
        ],
    );
}

#[test]
fn a_tunnel_over_tls_verifies_the_office() {
    found_on(
        over_openvpn,
        &[
            ("as it is", |_| {}, &[]),
            (
                "it takes anybody",
                |w| w.inspection.dial.as_mut().unwrap().verifies = Some(false),
                &["warning tunnel-unverified"],
            ),
            (
                "a default route",
                |w| w.inspection.dial.as_mut().unwrap().default_route = true,
                &["error tunnel-default-route"],
            ),
        ],
    );
}

#[test]
fn without_a_tunnel_nothing_of_one_is_missing() {
    found_on(
        without_a_tunnel,
        &[
            ("as it is", |_| {}, &[]),
            (
                "a script that bounces some tunnel",
                |w| w.inspection.scripts = vec![script()],
                &[],
            ),
        ],
    );
}

#[test]
fn texts_and_hints_of_the_kinds() {
    let mut text = String::new();
    let mut world = over_l2tp();
    world.survey.tunnel.as_mut().unwrap().source = "192.168.88.1".parse().ok();
    world.inspection.tunnel_allowed = Some(false);
    text += &world.text();
    let mut world = over_openvpn();
    world.inspection.dial.as_mut().unwrap().verifies = Some(false);
    text += &world.text();
    let mut world = over(TunnelKind::Sstp, "sstp");
    world.survey.tunnel = None;
    world.survey.refused = vec![refusal("/interface/sstp-client/print", "no such command prefix")];
    assert_eq!(world.forbidding(), ["tunnel-no-menu"]);
    text += &world.text();
    world.survey.refused.clear();
    text += &world.text();
    insta::assert_snapshot!(text, @r#"
    tunnel-source: tunnel `PPtP_to_Office` sends from 192.168.88.1 only (src-address), which no network of agent.toml gives the vehicle: if a radio has it, the tunnel is pinned to that radio
          hint: `/interface l2tp-client set [find where name="PPtP_to_Office"] src-address=0.0.0.0`; the agent keeps an address of agent.toml there up to date
    tunnel-device-mode: the router's device mode does not let `PPtP_to_Office` run
          hint: see `/system device-mode print`; to change it the router asks for its button or a power cycle
    tunnel-unverified: tunnel `PPtP_to_Office` does not verify the office's certificate: whoever runs a false access point can pretend to be the office
          hint: import the certificate that signed the office's, as the head of `tikroam setup --office` says, then `/interface ovpn-client set [find where name="PPtP_to_Office"] verify-server-certificate=yes`
    tunnel-no-menu: tunnel `PPtP_to_Office` is SSTP, and this router has no `/interface sstp-client`
          hint: on RouterOS 6 its package is off: `/system package enable ppp`, then restart the router
    tunnel-kind: `PPtP_to_Office` is of type `pptp-out`, not in `/interface sstp-client`
          hint: compare kind and interface of [tunnel] in agent.toml with `/interface print`
    "#);
}
