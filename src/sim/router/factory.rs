//! The router's tables as they are when the vehicle starts.

use std::net::Ipv4Addr;

use super::menus::Menu;
use super::schemas::SCHEMAS;
use super::tables::{Fields, Table, defaults};
use crate::sim::settings::{Controller, RouterOs, Settings};

/// The office's end of the tunnel.
pub const CONCENTRATOR: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 10);
/// The vehicle's private address, that the dispatcher calls.
pub const PRIVATE: &str = "10.99.0.14";
/// The other end of the tunnel.
pub const TUNNEL_PEER: &str = "10.99.0.1";
/// The tunnel's interface.
pub const TUNNEL: &str = "PPtP_to_Office";
/// The comment by which the on-box script finds its own items.
pub const SCRIPT: &str = "script:uplink";

/// The MAC address of a radio.
pub fn radio_mac(radio: usize) -> String {
    format!("4C:5E:0C:00:01:{:02X}", radio + 1)
}

/// The first id of a menu's rows, less one: routes have large ones.
pub fn id_base(menu: Menu, version: RouterOs) -> u32 {
    match (menu, version) {
        (Menu::Route, RouterOs::V6_49) => 0x3000_0000,
        (Menu::Route, RouterOs::V7_17) => 0x8000_0000,
        _ => 0,
    }
}

/// All tables of a router made to these settings.
pub fn tables(settings: &Settings) -> Vec<Table> {
    let mut tables: Vec<Table> = SCHEMAS.iter().map(|_| Table::default()).collect();
    let mut add = |menu: Menu, values: &[(&'static str, &str)]| {
        let words: Fields = values
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        let base = id_base(menu, settings.routeros);
        tables[menu as usize].push(base, defaults(menu.schema(), settings.routeros, words));
    };
    add(Menu::Identity, &[]);
    add(Menu::Clock, &[]);
    add(
        Menu::Ethernet,
        &[
            ("name", "ether1"),
            ("default-name", "ether1"),
            ("mac-address", "4C:5E:0C:00:00:01"),
        ],
    );
    add(
        Menu::Address,
        &[
            ("address", "192.168.88.1/24"),
            ("network", "192.168.88.0"),
            ("interface", "ether1"),
        ],
    );
    add(
        Menu::Service,
        &[
            ("name", "api"),
            ("port", "8728"),
            ("address", &settings.access.allowed.join(",")),
        ],
    );
    add(Menu::SecurityProfiles, &[("name", "default")]);
    let psk = [
        ("mode", "dynamic-keys"),
        ("authentication-types", "wpa2-psk"),
        ("wpa2-pre-shared-key", "********"),
    ];
    for network in &settings.networks {
        add(
            Menu::SecurityProfiles,
            &[&[("name", network.ssid.as_str())], &psk[..]].concat(),
        );
    }
    for (i, radio) in settings.radios.iter().enumerate() {
        let off = settings.controller == Controller::SingleRadio && i > 0;
        add(
            Menu::Wireless,
            &[
                ("default-name", radio),
                ("name", radio),
                ("mac-address", &radio_mac(i)),
                ("disabled", if off { "true" } else { "false" }),
            ],
        );
        for network in &settings.networks {
            let rule = [
                ("interface", radio.as_str()),
                ("ssid", &network.ssid),
                ("signal-range", "-85..120"),
                ("security-profile", &network.ssid),
            ];
            add(Menu::ConnectList, &rule);
        }
        add(
            Menu::Nat,
            &[("chain", "srcnat"), ("action", "masquerade"), ("out-interface", radio)],
        );
    }
    let office = CONCENTRATOR.to_string();
    let tunnel = [
        ("name", TUNNEL),
        ("connect-to", office.as_str()),
        ("user", "vehicle"),
        ("keepalive-timeout", "15"),
        ("disabled", "false"),
    ];
    add(Menu::Pptp, &tunnel);
    if settings.prepared {
        for (i, radio) in settings.radios.iter().enumerate() {
            let park = format!("192.0.2.{}", i + 1);
            let (address, comment) = (format!("{park}/32"), format!("tikroam:{radio}"));
            let item = [
                ("address", address.as_str()),
                ("network", &park),
                ("interface", radio),
                ("disabled", "true"),
                ("comment", &comment),
            ];
            add(Menu::Address, &item);
        }
        if let (Some(network), Some(radio)) = (settings.networks.first(), settings.radios.first()) {
            let gateway = format!("{}%{radio}", network.gateway);
            add(
                Menu::Route,
                &[
                    ("gateway", &gateway),
                    ("disabled", "true"),
                    ("comment", "tikroam:default"),
                ],
            );
        }
    }
    if settings.controller != Controller::None
        && let (Some(network), Some(radio)) = (settings.networks.first(), settings.radios.first())
    {
        let subnet = network
            .address
            .parse::<ipnet::Ipv4Net>()
            .map(|net| net.network().to_string());
        let item = [
            ("address", network.address.as_str()),
            ("network", subnet.as_deref().unwrap_or("0.0.0.0")),
            ("interface", radio),
            ("comment", SCRIPT),
        ];
        add(Menu::Address, &item);
        let gateway = format!("{}%{radio}", network.gateway);
        add(Menu::Route, &[("gateway", &gateway), ("comment", SCRIPT)]);
        let source = source(&settings.radios);
        add(Menu::Script, &[("name", "uplink"), ("source", &source)]);
        let each = [("name", "uplink"), ("interval", "5s"), ("on-event", "uplink")];
        add(Menu::Scheduler, &each);
    }
    tables
}

/// The on-box script in the router's own language, for people to read: the vehicle's controller does the work.
fn source(radios: &[String]) -> String {
    let mut source = String::from(
        "# The lead goes to the other radio at -80 dBm; address and route follow its SSID.\r\n:global lead\r\n",
    );
    for radio in radios {
        source += &format!(
            ":if ($lead = \"{radio}\") do={{\r\n\
             /interface pptp-client disable {TUNNEL}\r\n\
             /ip address set [find comment=\"{SCRIPT}\"] interface={radio} address=$address\r\n\
             /ip route set [find comment=\"{SCRIPT}\"] gateway=\"$gateway%{radio}\"\r\n\
             /interface pptp-client enable {TUNNEL}\r\n\
             }}\r\n"
        );
    }
    source
}
