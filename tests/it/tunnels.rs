//! What the kinds of tunnels are called, and what only some of them have. `cells.rs` drives each.

use std::net::Ipv4Addr;

use tikroam::sim::{RouterOs, Settings, Sim, TunnelKind, What};

use crate::log::Log;
use crate::road::{END, config_of, happened, options, out_by, ride, road, row, settings, start, until};

/// A kind as the simulated vehicle has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    /// In agent.toml.
    pub(crate) name: &'static str,
    pub(crate) of_sim: TunnelKind,
    /// The menu and the interface of its item.
    pub(crate) item: Option<(&'static str, &'static str)>,
    /// Whether a swap turns it off and on.
    pub(crate) dials: bool,
}

const fn kind(name: &'static str, of_sim: TunnelKind, item: Option<(&'static str, &'static str)>, dials: bool) -> Kind {
    Kind {
        name,
        of_sim,
        item,
        dials,
    }
}

pub(crate) const KINDS: [Kind; 6] = [
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
    pub(crate) fn text(self) -> String {
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
    pub(crate) fn is_whole(self, sim: &Sim) -> bool {
        let Some((menu, _)) = self.item else { return true };
        let rows = sim.console(&format!("{menu}/print"), &[]).unwrap();
        let has = |name: &str, value: &str| rows[0].iter().any(|(one, is)| one == name && is == value);
        has("disabled", "false") && !rows[0].iter().any(|(_, value)| value.contains("tikroam:swap"))
    }
}

/// Whether the dispatcher's last call got through.
pub(crate) fn is_reached(sim: &Sim) -> bool {
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
        // What a person ties it to besides is left; not while the agent's own writes are still on their way.
        let since = sim.elapsed();
        until("the last swap is over", || (sim.elapsed() - since).as_secs() >= 5).await;
        tie("192.168.88.1");
        let since = sim.elapsed();
        until("twenty seconds have passed", || (sim.elapsed() - since).as_secs() >= 20).await;
        assert_eq!(tied(), "192.168.88.1");
    })
    .await;
    assert!(happened(&sim, 0.0, |what| matches!(what, What::TunnelUp)));
}
