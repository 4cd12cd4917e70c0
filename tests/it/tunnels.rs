//! Every kind of tunnel, end to end: the vehicle can be reached after the start, after a swap, and after a restart of the
//! agent in the middle of a swap; and every router takes what the agent sends for it.

use std::net::Ipv4Addr;

use tikroam::sim::{Effect, Event, RouterOs, Sender, Settings, Sim, TunnelKind, What};
use tokio::task::{JoinSet, LocalSet};

use crate::log::Log;
use crate::road::{END, config_of, happened, options, out_by, ride, road, row, settings, start, until};
use crate::trees::assert_taken;

/// A kind as the simulated vehicle has it.
#[derive(Debug, Clone, Copy)]
struct Kind {
    /// In agent.toml.
    name: &'static str,
    of_sim: TunnelKind,
    /// The menu and the interface of its item.
    item: Option<(&'static str, &'static str)>,
    /// Whether a swap turns it off and on.
    dials: bool,
}

const fn kind(name: &'static str, of_sim: TunnelKind, item: Option<(&'static str, &'static str)>, dials: bool) -> Kind {
    Kind {
        name,
        of_sim,
        item,
        dials,
    }
}

const KINDS: [Kind; 6] = [
    kind(
        "pptp",
        TunnelKind::Pptp,
        Some(("/interface/pptp-client", "PPtP_to_Office")),
        true,
    ),
    kind(
        "l2tp",
        TunnelKind::L2tp,
        Some(("/interface/l2tp-client", "L2TP_to_Office")),
        true,
    ),
    kind(
        "sstp",
        TunnelKind::Sstp,
        Some(("/interface/sstp-client", "SSTP_to_Office")),
        true,
    ),
    kind(
        "ovpn",
        TunnelKind::Ovpn,
        Some(("/interface/ovpn-client", "OVPN_to_Office")),
        true,
    ),
    kind(
        "wireguard",
        TunnelKind::Wireguard,
        Some(("/interface/wireguard", "WG_to_Office")),
        false,
    ),
    kind("none", TunnelKind::None, None, false),
];

impl Kind {
    /// The shipped configuration with this kind.
    fn text(self) -> String {
        let (interface, probe) = match self.item {
            Some((_, interface)) => (format!("interface = \"{interface}\""), "10.99.0.1"),
            None => (String::new(), "198.51.100.10"),
        };
        include_str!("../../agent.toml")
            .replace("# kind = \"pptp\"", &format!("kind = \"{}\"", self.name))
            .replace("interface = \"PPtP_to_Office\"", &interface)
            .replace("probe = \"10.99.0.1\"", &format!("probe = \"{probe}\""))
    }

    /// Two access points on two networks.
    fn vehicle(self) -> Settings {
        let mut vehicle = settings(road(&[(-55, 0..END), (-60, 0..END)]));
        // The only version that all kinds, and the command trees, have.
        vehicle.routeros = RouterOs::V7_17;
        vehicle.tunnel = self.of_sim;
        vehicle
    }

    /// The item, where nothing is left half done.
    fn is_whole(self, sim: &Sim) -> bool {
        let Some((menu, _)) = self.item else { return true };
        let rows = sim.console(&format!("{menu}/print"), &[]).unwrap();
        let has = |name: &str, value: &str| rows[0].iter().any(|(one, is)| one == name && is == value);
        has("disabled", "false") && !rows[0].iter().any(|(_, value)| value.contains("tikroam:swap"))
    }
}

/// Whether the dispatcher's last call got through.
fn is_reached(sim: &Sim) -> bool {
    sim.judged().witnessed.last().is_some_and(|call| call.dark.is_none())
}

/// Waits until the vehicle can be reached over another radio than `from`.
async fn until_reached(kind: Kind, sim: &Sim, from: Option<&str>) -> String {
    let by = |sim: &Sim| out_by(sim).filter(|radio| Some(radio.as_str()) != from);
    until(
        &format!("{}: reached over another radio than {from:?}", kind.name),
        || by(sim).is_some() && kind.is_whole(sim) && is_reached(sim),
    )
    .await;
    by(sim).unwrap()
}

/// How often the API turned the tunnel off since a moment.
fn bounces(kind: Kind, sim: &Sim, since: f64) -> usize {
    let Some((menu, _)) = kind.item else { return 0 };
    let off = |event: &Event| match &event.what {
        What::Write {
            command,
            attributes,
            by: Sender::Api,
            refused: false,
        } => {
            event.at >= since
                && *command == format!("{menu}/set")
                && attributes.contains(&("disabled".into(), "yes".into()))
        }
        _ => false,
    };
    sim.events().iter().filter(|event| off(event)).count()
}

async fn drive(kind: Kind) {
    let dir = tempfile::tempdir().unwrap();
    let transcript = dir.path().join("transcript.jsonl");
    let mut vehicle = kind.vehicle();
    vehicle.transcript = Some(transcript.clone());
    let sim = start(vehicle).await;
    let config = || config_of(&kind.text(), &sim, &[]);
    let interrupted = ride(config(), options(), async {
        until_reached(kind, &sim, None).await;
        let since = sim.elapsed().as_secs_f64();
        let lost = lose(kind, &sim).await;
        until_reached(kind, &sim, Some(&lost)).await;
        assert!(bounces(kind, &sim, since) > 0 || !kind.dials, "{kind:?}: no bounce");
        sim.console("/interface/wireless/enable", &[("numbers", &lost)])
            .unwrap();
        // The agent stops in the middle of the next swap: the route moved, and nothing came after it.
        let lost = lose(kind, &sim).await;
        sim.faults().at(1, "/ip/route/set", Effect::ApplyAndHang);
        until("the swap is cut", || sim.faults().waiting() == 0).await;
        lost
    })
    .await
    .1;
    assert!(!is_reached(&sim) || !kind.dials, "{kind:?}: the swap had ended");
    ride(config(), options(), async {
        until_reached(kind, &sim, Some(&interrupted)).await;
    })
    .await;
    assert_taken(kind.name, &transcript);
}

/// Whether a standby is on an access point and holds an address that is no parking place.
fn is_staged(sim: &Sim, radio: &str) -> bool {
    let item = row(sim, "/ip/address", &format!("tikroam:{radio}"));
    let rows = sim
        .console("/interface/wireless/registration-table/print", &[])
        .unwrap();
    let on_air = rows
        .iter()
        .flatten()
        .any(|(name, value)| name == "interface" && value == radio);
    on_air && item["disabled"] == "false" && !item["address"].starts_with("192.0.2.")
}

/// Switches the active radio off once the vehicle is reached by it and the other one is staged; its name.
async fn lose(kind: Kind, sim: &Sim) -> String {
    until(&format!("{}: the standby is staged", kind.name), || {
        let other = out_by(sim).map(|active| if active == "wlan1" { "wlan2" } else { "wlan1" });
        other.is_some_and(|other| is_staged(sim, other)) && kind.is_whole(sim) && is_reached(sim)
    })
    .await;
    let active = out_by(sim).unwrap();
    sim.console("/interface/wireless/disable", &[("numbers", &active)])
        .unwrap();
    active
}

#[tokio::test]
async fn every_kind_is_reached_after_the_start_a_swap_and_a_restart_within_one() {
    let _log = Log::strict();
    let all = async {
        let mut vehicles = JoinSet::new();
        for kind in KINDS {
            vehicles.spawn_local(drive(kind));
        }
        vehicles.join_all().await;
    };
    LocalSet::new().run_until(all).await;
}

/// An L2TP client that sends from one radio's address is given the other's in the call that turns it on.
#[tokio::test]
async fn a_tunnel_that_is_tied_to_an_address_moves_with_it() {
    let _log = Log::strict();
    let kind = KINDS[1];
    let sim = start(kind.vehicle()).await;
    let tie = |address: &str| {
        let words = [("numbers", "L2TP_to_Office"), ("src-address", address)];
        sim.console("/interface/l2tp-client/set", &words).unwrap();
    };
    let tied = || {
        let rows = sim.console("/interface/l2tp-client/print", &[]).unwrap();
        rows[0]
            .iter()
            .find(|(name, _)| name == "src-address")
            .unwrap()
            .1
            .clone()
    };
    tie("10.10.10.2");
    ride(config_of(&kind.text(), &sim, &[]), options(), async {
        let first = until_reached(kind, &sim, None).await;
        let own = |radio: &str| {
            let held = row(&sim, "/ip/address", &format!("tikroam:{radio}"))["address"].clone();
            held.split('/').next().unwrap().parse::<Ipv4Addr>().unwrap().to_string()
        };
        assert_eq!(tied(), own(&first));
        let lost = lose(kind, &sim).await;
        let second = until_reached(kind, &sim, Some(&lost)).await;
        assert_eq!(tied(), own(&second));
        // What a person ties it to besides is left.
        tie("192.168.88.1");
        let since = sim.elapsed();
        until("twenty seconds have passed", || (sim.elapsed() - since).as_secs() >= 20).await;
        assert_eq!(tied(), "192.168.88.1");
    })
    .await;
    assert!(happened(&sim, 0.0, |what| matches!(what, What::TunnelUp)));
}
