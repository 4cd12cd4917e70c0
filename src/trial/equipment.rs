//! What the agents' vehicles have beside the example's radios and fixed addresses.

use clap::ValueEnum;

use crate::sim::{DhcpServer, ModemWord, RouterOs, Settings, Wire};

const FALLBACK: &str = "
[[fallback]]
interface = \"lte1\"
";

/// What the agents' vehicles have. Their rivals drive the example's vehicle whatever this says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Equipment {
    /// Radios in `/interface/wireless`, and networks with addresses that were given by hand.
    Plain,
    /// The same, and the networks give addresses by DHCP.
    Dhcp,
    /// The same, and LTE as a fallback, with dead spots of its own.
    Lte,
    /// The same as plain, and the radios in `/interface/wifi`.
    Wifi,
}

impl Equipment {
    /// Gives it to a vehicle.
    pub(super) fn fit(self, vehicle: &mut Settings) {
        match self {
            Equipment::Plain => {}
            Equipment::Dhcp => {
                for network in &mut vehicle.networks {
                    network.dhcp = Some(DhcpServer::default());
                }
            }
            Equipment::Lte => vehicle.wires = vec![lte()],
            Equipment::Wifi => {
                vehicle.routeros = RouterOs::V7_20Wifi;
                vehicle.radios = vehicle.routeros.radio_names(vehicle.radios.len());
            }
        }
    }

    /// The example's configuration for such a vehicle.
    pub(super) fn configuration(self, example: &str) -> String {
        match self {
            Equipment::Plain => example.to_owned(),
            Equipment::Dhcp => {
                let given = |line: &&str| !line.starts_with("gateway = ");
                let lines = example.lines().filter(given).map(|line| {
                    if line.starts_with("address = \"10.") {
                        "address = \"dhcp\""
                    } else {
                        line
                    }
                });
                lines.collect::<Vec<_>>().join("\n")
            }
            Equipment::Lte => format!("{example}{FALLBACK}"),
            Equipment::Wifi => example.replace("= \"wlan", "= \"wifi"),
        }
    }
}

/// A modem that loses a packet now and then, and has dead spots.
fn lte() -> Wire {
    Wire {
        dead_spots: true,
        passing: 0.99,
        ..Wire::lte(ModemWord::Registered)
    }
}
