//! Networks that give addresses by DHCP: the lease comes ahead, and a swap waits for none.

use std::collections::BTreeMap;
use std::time::Duration;

use tikroam::agent::plan_to;
use tikroam::config::Config;
use tikroam::entry::Event;
use tikroam::journal::{self, Journal};
use tikroam::names::{InterfaceName, UplinkId};
use tikroam::router::{Access, Router};
use tikroam::sim::{DhcpServer, Effect, RouterOs, Settings, Sim, TunnelKind, What};

use crate::log::Log;
use crate::road::{END, config_of, happened, options, out_by, ride, road, row, settings, start, until};

/// A configuration of two radios and these networks, each with its further lines.
fn text(networks: &[(&str, &str)], tunnel: &str) -> String {
    let mut text = String::from("[router]\n[[radio]]\ninterface = \"wlan1\"\n[[radio]]\ninterface = \"wlan2\"\n");
    for (ssid, lines) in networks {
        text.push_str(&format!("[[network]]\nssid = \"{ssid}\"\n{lines}\n"));
    }
    format!("{text}[tunnel]\nprobe = \"10.99.0.1\"\n{tunnel}\n")
}

const DHCP: &str = "address = \"dhcp\"";
const PPTP: &str = "interface = \"PPtP_to_Office\"";
const WIREGUARD: &str = "kind = \"wireguard\"\ninterface = \"WG_to_Office\"";

/// Both networks of [`two_networks`] by DHCP.
fn both(sim: &Sim) -> Config {
    config_of(&text(&[("testssid1", DHCP), ("testssid2", DHCP)], PPTP), sim, &[])
}

/// The example vehicle beside two access points of two networks, whose servers answer.
fn two_networks() -> Settings {
    with_servers(settings(road(&[(-55, 0..END), (-60, 0..END)])))
}

/// The same, and both access points are of one network.
fn one_network() -> Settings {
    with_servers(settings(road(&[
        (-55, 0..END),
        (-90, 0..0),
        (-90, 0..0),
        (-60, 0..END),
    ])))
}

fn with_servers(mut vehicle: Settings) -> Settings {
    for network in &mut vehicle.networks {
        network.dhcp = Some(DhcpServer::default());
    }
    vehicle
}

fn wireguard(mut vehicle: Settings) -> Settings {
    vehicle.routeros = RouterOs::V7_17;
    vehicle.tunnel = TunnelKind::Wireguard;
    vehicle
}

/// The managed client of a radio; `None` until it was made.
fn client(sim: &Sim, radio: &str) -> Option<BTreeMap<String, String>> {
    let rows = sim.console("/ip/dhcp-client/print", &[]).unwrap();
    let rows = rows.into_iter().map(BTreeMap::from_iter);
    let managed = |row: &BTreeMap<String, String>| {
        let comment = row
            .get("comment")
            .is_some_and(|comment| comment.starts_with("tikroam:dhcp:"));
        comment && row["interface"] == radio
    };
    rows.into_iter().find(managed)
}

/// The address that a radio has by DHCP.
fn leased(sim: &Sim, radio: &str) -> Option<String> {
    client(sim, radio)?.get("address").cloned()
}

fn other(radio: &str) -> &'static str {
    if radio == "wlan1" { "wlan2" } else { "wlan1" }
}

/// The gateway of the default route, where that is in use.
fn gateway(sim: &Sim) -> Option<String> {
    let route = row(sim, "/ip/route", "tikroam:default");
    (route["disabled"] == "false").then(|| route["gateway"].clone())
}

/// Waits until the vehicle was reached, and both radios have a lease.
async fn until_staged(sim: &Sim, log: &Log) {
    until("the tunnel answers", || log.count("reachable over") > 0).await;
    until("both radios have a lease", || {
        ["wlan1", "wlan2"].iter().all(|radio| leased(sim, radio).is_some())
    })
    .await;
}

async fn wait(sim: &Sim, seconds: u64) {
    let since = sim.elapsed();
    until("time passes", || sim.elapsed() - since >= Duration::from_secs(seconds)).await;
}

#[tokio::test]
async fn the_lease_comes_ahead_and_a_swap_takes_no_call_for_it() {
    for survives in [true, false] {
        let log = Log::strict();
        let mut vehicle = two_networks();
        vehicle.quirks.lease_survives = survives;
        let sim = start(vehicle).await;
        let (summary, lost) = ride(both(&sim), options(), async {
            until_staged(&sim, &log).await;
            wait(&sim, 3).await;
            let lost = out_by(&sim).unwrap();
            let swaps = log.count("swap begun");
            sim.console("/interface/wireless/disable", &[("numbers", &lost)])
                .unwrap();
            until("the vehicle swaps", || log.count("swap begun") > swaps).await;
            until("it is up", || log.count("swap ended: the tunnel is up over") >= 2).await;
            lost
        })
        .await;
        let now = other(&lost);
        let lease = client(&sim, now).unwrap();
        assert_eq!(gateway(&sim), Some(format!("{}%{now}", lease["gateway"])));
        assert_eq!(summary.swaps.last().unwrap().calls, 3, "tunnel off, route, tunnel on");
        // Nothing of a managed client beside the lease.
        let defaults = sim.console("/ip/route/print", &[("?dst-address", "0.0.0.0/0")]);
        assert!(defaults.is_err() || !format!("{defaults:?}").contains("dhcp"));
        assert_eq!(
            (lease["add-default-route"].as_str(), lease["use-peer-dns"].as_str()),
            ("false", "false")
        );
    }
}
