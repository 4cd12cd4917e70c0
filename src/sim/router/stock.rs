//! A router as it comes from its box, with MikroTik's default configuration for a router with radios: access points on a
//! bridge, a DHCP client on the first port, and a firewall that lets nothing in but from the bridge.

use super::menus::Menu;
use crate::sim::settings::Settings;

/// A row of a menu.
pub(crate) type StockRow = (Menu, Vec<(&'static str, String)>);

/// The menus whose usual rows such a router does not have.
pub(crate) const OTHERWISE: [Menu; 6] = [
    Menu::Filter,
    Menu::ListMember,
    Menu::Pool,
    Menu::DhcpServer,
    Menu::DhcpLease,
    Menu::Arp,
];

/// The comment of all that the default configuration makes.
const DEFCONF: &str = "defconf";

/// Every row of the default configuration; the radios are in the menu of this version.
pub(crate) fn rows(settings: &Settings, mac: fn(usize) -> String) -> Vec<StockRow> {
    let row = |menu: Menu, values: &[(&'static str, &str)]| -> StockRow {
        let values = values.iter().map(|(name, value)| (*name, (*value).to_owned()));
        (menu, values.collect())
    };
    let port = |name: &str| {
        row(
            Menu::BridgePort,
            &[("bridge", "bridge"), ("interface", name), ("comment", DEFCONF)],
        )
    };
    let filter = |chain: &str, action: &str, more: (&'static str, &str)| {
        row(
            Menu::Filter,
            &[("chain", chain), ("action", action), more, ("comment", DEFCONF)],
        )
    };
    let answers = ("connection-state", "established,related,untracked");
    let mut rows = vec![
        row(Menu::Ethernet, &[("name", "ether1"), ("default-name", "ether1")]),
        row(Menu::Ethernet, &[("name", "ether2"), ("default-name", "ether2")]),
        row(Menu::Bridge, &[("name", "bridge"), ("comment", DEFCONF)]),
        port("ether2"),
        row(
            Menu::ListMember,
            &[("list", "LAN"), ("interface", "bridge"), ("comment", DEFCONF)],
        ),
        row(
            Menu::ListMember,
            &[("list", "WAN"), ("interface", "ether1"), ("comment", DEFCONF)],
        ),
        row(
            Menu::Address,
            &[
                ("address", "192.168.88.1/24"),
                ("network", "192.168.88.0"),
                ("interface", "bridge"),
                ("comment", DEFCONF),
            ],
        ),
        row(
            Menu::DhcpClient,
            &[("interface", "ether1"), ("disabled", "false"), ("comment", DEFCONF)],
        ),
        row(
            Menu::Pool,
            &[("name", "default-dhcp"), ("ranges", "192.168.88.10-192.168.88.254")],
        ),
        row(
            Menu::DhcpServer,
            &[
                ("name", DEFCONF),
                ("interface", "bridge"),
                ("address-pool", "default-dhcp"),
                ("disabled", "false"),
            ],
        ),
        row(
            Menu::Nat,
            &[
                ("chain", "srcnat"),
                ("action", "masquerade"),
                ("out-interface-list", "WAN"),
                ("comment", "defconf: masquerade"),
            ],
        ),
        filter("input", "accept", answers),
        filter("input", "drop", ("connection-state", "invalid")),
        filter("input", "accept", ("protocol", "icmp")),
        filter("input", "drop", ("in-interface-list", "!LAN")),
        filter("forward", "accept", answers),
        filter("forward", "drop", ("connection-state", "invalid")),
        filter("forward", "drop", ("in-interface-list", "WAN")),
        row(Menu::Service, &[("name", "api"), ("port", "8728"), ("address", "")]),
    ];
    let legacy = settings.routeros.data().legacy;
    if legacy {
        rows.push(row(Menu::SecurityProfiles, &[("name", "default")]));
    }
    for (number, radio) in settings.radios.iter().enumerate() {
        let mac = mac(number);
        let ssid = format!("MikroTik-0001{:02X}", number + 1);
        let own: &[(&'static str, &str)] = if legacy {
            &[
                ("mode", "ap-bridge"),
                ("ssid", &ssid),
                ("default-authentication", "true"),
                ("wireless-protocol", "any"),
            ]
        } else {
            &[
                ("configuration.mode", "ap"),
                ("configuration.ssid", &ssid),
                ("security.authentication-types", "wpa2-psk,wpa3-psk"),
                ("security.passphrase", "********"),
            ]
        };
        let menu = if legacy { Menu::Wireless } else { Menu::Wifi };
        let common = [
            ("default-name", radio.as_str()),
            ("name", radio),
            ("mac-address", &mac),
            ("disabled", "false"),
        ];
        rows.push(row(menu, &[&common, own].concat()));
        rows.push(port(radio));
    }
    rows
}
