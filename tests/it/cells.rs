//! Each kind of tunnel x kind of network x menu of radios, end to end: the vehicle can be reached after the start, after a
//! swap, and after a restart of the agent in the middle of a swap. The table of `docs/ways.md` says the same.

use std::cell::RefCell;

use clap::ValueEnum as _;
use tikroam::sim::{DhcpServer, Effect, ModemWord, RouterOs, Settings, Sim, What, Wire};
use tokio::task::{JoinSet, LocalSet};

use crate::dhcp::leased;
use crate::log::Log;
use crate::road::{END, config_of, happened, options, ride, road, row, settings, start, until};
use crate::trees::assert_taken;
use crate::tunnels::{KINDS, Kind, is_reached};

/// Vehicles that share the time of one test.
const AT_ONCE: usize = 8;

/// A kind of network: what gives the vehicle its address and its way out where a radio has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Network {
    Static,
    Dhcp,
    Modem,
    Cable,
    CableDhcp,
}

const NETWORKS: [Network; 5] = [
    Network::Static,
    Network::Dhcp,
    Network::Modem,
    Network::Cable,
    Network::CableDhcp,
];

/// A menu of radios, with the versions of RouterOS that have it: the cells of a column take turns.
#[derive(Debug, Clone, Copy)]
struct Column {
    name: &'static str,
    menu: &'static str,
    versions: &'static [RouterOs],
}

const COLUMNS: [Column; 4] = [
    Column {
        name: "`wireless` of 6",
        menu: "/interface/wireless",
        versions: &[RouterOs::V6_49],
    },
    Column {
        name: "`wireless` of 7",
        menu: "/interface/wireless",
        versions: &[RouterOs::V7_17, RouterOs::V7_20],
    },
    Column {
        name: "`wifiwave2`",
        menu: "/interface/wifiwave2",
        versions: &[RouterOs::V7_12],
    },
    Column {
        name: "`wifi`",
        menu: "/interface/wifi",
        versions: &[RouterOs::V7_20Wifi, RouterOs::V7_24Wifi],
    },
];

/// What comes of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    /// The vehicle can be reached in this version.
    Reached(RouterOs),
    /// There is no such router.
    None(&'static str),
}

/// One cell of the table.
#[derive(Debug, Clone, Copy)]
struct Cell {
    tunnel: Kind,
    network: Network,
    menu: &'static str,
    end: End,
}

impl Network {
    /// In the table.
    fn name(self) -> &'static str {
        match self {
            Network::Static => "static address",
            Network::Dhcp => "DHCP",
            Network::Modem => "fallback that leads out by itself",
            Network::Cable => "fallback with an address",
            Network::CableDhcp => "fallback by DHCP",
        }
    }

    /// The fallback: its part of the configuration, and the wire.
    fn fallback(self) -> Option<(&'static str, Wire)> {
        let server = Some(DhcpServer::default());
        match self {
            Network::Static | Network::Dhcp => None,
            Network::Modem => Some(("interface = \"lte1\"", Wire::lte(ModemWord::Registered))),
            Network::Cable => Some((
                "interface = \"ether2\"\naddress = \"10.40.0.2/24\"\ngateway = \"10.40.0.1\"",
                Wire::ether(),
            )),
            Network::CableDhcp => Some((
                "interface = \"ether2\"\naddress = \"dhcp\"",
                Wire {
                    dhcp: server,
                    ..Wire::ether()
                },
            )),
        }
    }
}

impl Column {
    /// Its cells, from the top.
    fn cells(self) -> impl Iterator<Item = Cell> {
        let rows = KINDS
            .into_iter()
            .flat_map(|tunnel| NETWORKS.map(|network| (tunnel, network)));
        rows.enumerate().map(move |(row, (tunnel, network))| {
            let version = self.versions[row % self.versions.len()];
            let end = match (tunnel.name, version) {
                ("wireguard", RouterOs::V6_49) => End::None("RouterOS 6 has no WireGuard"),
                _ => End::Reached(version),
            };
            Cell {
                tunnel,
                network,
                menu: self.menu,
                end,
            }
        })
    }
}

impl Cell {
    fn radios(self, version: RouterOs) -> Vec<String> {
        version.radio_names(if self.network.fallback().is_some() { 1 } else { 2 })
    }

    /// Two access points of two networks for two radios; one for the radio that has a fallback.
    fn vehicle(self, version: RouterOs) -> Settings {
        let radios = self.radios(version);
        let levels = [(-55, 0..END), (-60, 0..END)];
        let mut vehicle = settings(road(&levels[..radios.len()]));
        vehicle.routeros = version;
        vehicle.tunnel = self.tunnel.of_sim;
        vehicle.radios = radios;
        vehicle.wires = self.network.fallback().into_iter().map(|(_, wire)| wire).collect();
        if self.network == Network::Dhcp {
            for network in &mut vehicle.networks {
                network.dhcp = Some(DhcpServer::default());
            }
        }
        vehicle
    }

    /// The shipped configuration, changed to this cell's.
    fn text(self, version: RouterOs) -> String {
        let mut text = self.tunnel.text();
        if let Some((fallback, _)) = self.network.fallback() {
            text = text.replace("[[radio]]\ninterface = \"wlan2\"\n", "");
            text.push_str(&format!("\n[[fallback]]\n{fallback}\n"));
        }
        for (shipped, name) in ["wlan1", "wlan2"].iter().zip(self.radios(version)) {
            text = text.replace(
                &format!("interface = \"{shipped}\""),
                &format!("interface = \"{name}\""),
            );
        }
        if self.network == Network::Dhcp {
            let given = text.lines().filter(|line| !line.starts_with("gateway = "));
            let lines = given.map(|line| match line.starts_with("address = \"10.") {
                true => "address = \"dhcp\"",
                false => line,
            });
            text = lines.collect::<Vec<_>>().join("\n");
        }
        text
    }

    fn switch(self, sim: &Sim, verb: &str, radio: &str) {
        sim.console(&format!("{}/{verb}", self.menu), &[("numbers", radio)])
            .unwrap();
    }

    /// Waits until a radio carries the vehicle and the other one, where there is one, has the address of a network. The one
    /// that carries it is lost then; its name.
    async fn lose(self, sim: &Sim, version: RouterOs, before: impl FnOnce()) -> String {
        let staged = |radio: &str| {
            let registrations = sim.console(&format!("{}/registration-table/print", self.menu), &[]);
            let field = |row: &[(String, String)], name: &str| {
                let field = row.iter().find(|(of, _)| of == name);
                field.map(|(_, value)| value.clone())
            };
            let rows = registrations.unwrap();
            let on = |row: &Vec<(String, String)>| (field(row, "interface"), field(row, "mac-address"));
            let on: Vec<_> = rows.iter().map(on).collect();
            // On the active's own AP it is about to move, and a swap within one network may leave the tunnel alone.
            let own = on.iter().find(|(interface, _)| interface.as_deref() == Some(radio));
            let on_air = own.is_some_and(|(_, ap)| on.iter().filter(|(_, other)| other == ap).count() == 1);
            let held = || {
                let item = row(sim, "/ip/address", &format!("tikroam:{radio}"));
                item["disabled"] == "false" && !item["address"].starts_with("192.0.2.")
            };
            on_air
                && if self.network == Network::Dhcp {
                    leased(sim, radio).is_some()
                } else {
                    held()
                }
        };
        let radios = self.radios(version);
        let lost = RefCell::new(String::new());
        until(&format!("{self:?}: what carries the vehicle may be lost"), || {
            let Some(active) = way(sim).filter(|way| radios.contains(way)) else {
                return false;
            };
            let mut others = radios.iter().filter(|radio| **radio != active);
            lost.replace(active.clone());
            others.all(|other| staged(other)) && self.tunnel.is_whole(sim) && is_reached(sim)
        })
        .await;
        let lost = lost.take();
        before();
        self.switch(sim, "disable", &lost);
        lost
    }

    /// Waits until the vehicle can be reached by such a way; that way.
    async fn until_reached(self, what: &str, sim: &Sim, fits: impl Fn(&str) -> bool) -> String {
        let by = RefCell::new(String::new());
        until(&format!("{self:?}: reached {what}"), || {
            let Some(way) = way(sim).filter(|way| fits(way)) else {
                return false;
            };
            by.replace(way);
            self.tunnel.is_whole(sim) && is_reached(sim)
        })
        .await;
        by.take()
    }
}

/// The interface that the managed default route leads over.
fn way(sim: &Sim) -> Option<String> {
    let route = row(sim, "/ip/route", "tikroam:default");
    let interface = route["gateway"].rsplit('%').next()?.to_owned();
    (route["disabled"] == "false").then_some(interface)
}

async fn drive(cell: Cell, version: RouterOs) {
    let folder = tempfile::tempdir().unwrap();
    let transcript = folder.path().join("transcript.jsonl");
    let mut vehicle = cell.vehicle(version);
    let fallback = vehicle.wires.first().map(|wire| wire.interface.clone());
    vehicle.transcript = Some(transcript.clone());
    let sim = start(vehicle).await;
    let text = cell.text(version);
    let config = || config_of(&text, &sim, &[("HANDOVER__RETURN_AFTER", "0s")]);
    let cut = ride(config(), options(), async {
        let radios = cell.radios(version);
        cell.until_reached("at the start", &sim, |way| radios.iter().any(|radio| radio == way))
            .await;
        let lost = cell.lose(&sim, version, || {}).await;
        cell.until_reached("after a swap", &sim, |way| way != lost).await;
        // The first call of the next swap, the tunnel's off where there is one, is the last of this agent.
        let command = match cell.tunnel.item {
            Some((menu, _)) if cell.tunnel.dials => format!("{menu}/set"),
            _ => "/ip/route/set".to_owned(),
        };
        let cut = || {
            sim.faults().at(1, &command, Effect::ApplyThenClose);
            sim.faults().refuse_connections(u32::MAX);
        };
        cell.switch(&sim, "enable", &lost);
        let stopped = || sim.faults().waiting() == 0;
        let what = format!("{cell:?}: a swap stops half-way");
        if fallback.is_some() {
            cut();
            until(&what, stopped).await;
            return None;
        }
        loop {
            let lost = cell.lose(&sim, version, cut).await;
            let past = || way(&sim).is_some_and(|way| way != lost) && cell.tunnel.is_whole(&sim) && is_reached(&sim);
            until(&what, || stopped() || past()).await;
            if stopped() {
                return Some(lost);
            }
            // The other radio came to the same network meanwhile, and such a swap leaves the tunnel alone.
            sim.faults().clear();
            cell.switch(&sim, "enable", &lost);
        }
    })
    .await
    .1;
    sim.faults().clear();
    assert!(
        !cell.tunnel.dials || !cell.tunnel.is_whole(&sim),
        "{cell:?}: the swap had ended"
    );
    ride(config(), options(), async {
        cell.until_reached("after a restart", &sim, |way| Some(way) != cut.as_deref())
            .await;
    })
    .await;
    let scanned = |what: &What| matches!(what, What::Scan { active: true, .. });
    assert!(!happened(&sim, 0.0, scanned), "{cell:?}: a scan on the active radio");
    if cell.menu == "/interface/wireless" && version != RouterOs::V6_49 {
        assert_taken(&format!("{cell:?}"), &transcript);
    }
}

/// All cells of a column, some at a time.
async fn drive_column(number: usize) {
    let _log = Log::strict();
    let all = async {
        let mut vehicles = JoinSet::new();
        for worker in 0..AT_ONCE {
            vehicles.spawn_local(async move {
                for cell in COLUMNS[number].cells().skip(worker).step_by(AT_ONCE) {
                    if let End::Reached(version) = cell.end {
                        drive(cell, version).await;
                    }
                }
            });
        }
        vehicles.join_all().await;
    };
    LocalSet::new().run_until(all).await;
}

#[tokio::test]
async fn each_way_is_reached_with_wireless_of_version_6() {
    drive_column(0).await;
}

#[tokio::test]
async fn each_way_is_reached_with_wireless_of_version_7() {
    drive_column(1).await;
}

#[tokio::test]
async fn each_way_is_reached_with_wifiwave2() {
    drive_column(2).await;
}

#[tokio::test]
async fn each_way_is_reached_with_wifi() {
    drive_column(3).await;
}

#[test]
fn the_table_of_the_docs_is_what_is_driven() {
    let columns = COLUMNS.map(|column| column.cells().collect::<Vec<_>>());
    let header = format!(
        "| tunnel | network | {} |",
        COLUMNS.map(|column| column.name).join(" | ")
    );
    let mut table = vec![header, "|---|---|---|---|---|---|".to_owned()];
    for (number, first) in columns[0].iter().enumerate() {
        let ends = columns.each_ref().map(|cells| match cells[number].end {
            End::Reached(version) => format!("`{}`", version.to_possible_value().unwrap().get_name()),
            End::None(why) => format!("no: {why}"),
        });
        let (tunnel, network) = (first.tunnel.name, first.network.name());
        table.push(format!("| {tunnel} | {network} | {} |", ends.join(" | ")));
    }
    let docs = include_str!("../../docs/ways.md");
    let written: Vec<&str> = docs.lines().filter(|line| line.starts_with('|')).collect();
    let wanted = table.join("\n");
    assert_eq!(
        written.join("\n"),
        wanted,
        "docs/ways.md must hold this table:\n{wanted}\n"
    );
}
