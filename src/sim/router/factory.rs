//! The router's tables as they are when the vehicle starts.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::kinds;
use super::menus::Menu;
use super::schemas::SCHEMAS;
use super::script::{SCRIPT, source};
use super::stock;
use super::tables::{Table, defaults};
use super::users;
use crate::sim::settings::{Controller, RouterOs, Settings, TunnelKind};
use crate::sim::world::orders::EVERY_NETWORK;

/// The office's end of the tunnel.
pub(crate) const CONCENTRATOR: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 10);
/// The vehicle's private address, that the dispatcher calls.
pub(crate) const PRIVATE: &str = "10.99.0.14";
/// The other end of the tunnel.
pub(crate) const TUNNEL_PEER: &str = "10.99.0.1";
/// The wired interface.
pub(crate) const WIRE: &str = "ether1";
/// The WireGuard interface, where that is the tunnel.
pub(crate) const WIREGUARD: &str = "WG_to_Office";
/// The office's port for WireGuard, RouterOS's default.
pub(crate) const WIREGUARD_PORT: u16 = 13231;
/// The office's public key.
pub(crate) const OFFICE_KEY: &str = "b2ZmaWNlb2ZmaWNlb2ZmaWNlb2ZmaWNlb2ZmaWNlb2Y=";
/// The vehicle's public key.
pub(crate) const VEHICLE_PUBLIC_KEY: &str = "cHVibGljcHVibGljcHVibGljcHVibGljcHVibGljcHU=";
/// The vehicle's private key.
const VEHICLE_KEY: &str = "dmVoaWNsZXZlaGljbGV2ZWhpY2xldmVoaWNsZXZlaGk=";

/// The comment of a radio's address and route under failover.
pub(crate) fn failover_comment(radio: &str) -> String {
    format!("failover:{radio}")
}

/// The MAC address of a radio.
pub(crate) fn radio_mac(radio: usize) -> String {
    format!("4C:5E:0C:00:01:{:02X}", radio + 1)
}

/// The first id of a menu's rows, less one: routes have large ones.
pub(crate) fn id_base(menu: Menu, version: RouterOs) -> u32 {
    match (menu, version.major()) {
        (Menu::Route, 6) => 0x3000_0000,
        (Menu::Route, _) => 0x8000_0000,
        _ => 0,
    }
}

/// All tables of a router made to these settings.
pub(crate) fn tables(settings: &Settings) -> Vec<Table> {
    let mut factory = Factory {
        tables: SCHEMAS.iter().map(|_| Table::default()).collect(),
        settings,
    };
    factory.add_own();
    factory.add_users();
    if settings.stock {
        factory.add_stock();
        return factory.tables;
    }
    factory.add_system();
    factory.add_radios();
    factory.add_wires();
    factory.add_tunnel();
    if settings.prepared {
        factory.add_managed();
    }
    match settings.controller {
        Controller::None => {}
        Controller::Script | Controller::SingleRadio => factory.add_script(),
        Controller::FailoverStock | Controller::FailoverTuned => factory.add_failover(),
    }
    factory.tables
}

struct Factory<'a> {
    tables: Vec<Table>,
    settings: &'a Settings,
}

impl Factory<'_> {
    fn add(&mut self, menu: Menu, values: &[(&'static str, &str)]) {
        let words = values.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let version = self.settings.routeros;
        let row = defaults(menu.schema(), version, words.collect());
        self.tables[menu as usize].push(id_base(menu, version), row);
    }

    /// The rows that every router comes with; a menu with one row has one also without them.
    fn add_own(&mut self) {
        let version = self.settings.routeros;
        for schema in SCHEMAS
            .iter()
            .filter(|schema| schema.only.is_none_or(|only| only.has(version)))
        {
            for row in schema.rows {
                self.add(schema.menu, row);
            }
            if schema.single && schema.rows.is_empty() && !schema.properties.is_empty() {
                self.add(schema.menu, &[]);
            }
        }
    }

    /// The users, each in a group with what it may do; who may do everything is in `full`.
    fn add_users(&mut self) {
        let version = self.settings.routeros;
        let those = |granted: &dyn Fn(&str) -> bool| {
            let granted: Vec<&str> = users::policies(version).filter(|policy| granted(policy)).collect();
            users::changed("", &granted.join(","), version).unwrap_or_default()
        };
        for group in &mut self.tables[Menu::UserGroup as usize].rows {
            let refused = group.get("policy").unwrap_or_default().to_owned();
            group.set(
                "policy",
                those(&|policy| refused.split(',').all(|word| word != format!("!{policy}"))),
            );
        }
        let full = those(&|_| true);
        for user in &self.settings.access.users {
            let policy = those(&|policy| user.policies.iter().any(|have| have == policy));
            let group = if policy == full { "full" } else { user.name.as_str() };
            if policy != full {
                self.add(Menu::UserGroup, &[("name", group), ("policy", &policy)]);
            }
            let row = [
                ("name", user.name.as_str()),
                ("group", group),
                ("password", &user.password),
            ];
            self.add(Menu::User, &row);
        }
    }

    /// What the default configuration of a router makes.
    fn add_stock(&mut self) {
        for menu in stock::OTHERWISE {
            self.tables[menu as usize] = Table::default();
        }
        for (menu, values) in stock::rows(self.settings, radio_mac) {
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            self.add(menu, &values);
        }
    }

    fn add_system(&mut self) {
        let ether1 = [
            ("name", WIRE),
            ("default-name", WIRE),
            ("mac-address", "4C:5E:0C:00:00:01"),
        ];
        self.add(Menu::Ethernet, &ether1);
        let wired = [
            ("address", "192.168.88.1/24"),
            ("network", "192.168.88.0"),
            ("interface", WIRE),
        ];
        self.add(Menu::Address, &wired);
        let allowed = self.settings.access.allowed.join(",");
        self.add(
            Menu::Service,
            &[("name", "api"), ("port", "8728"), ("address", &allowed)],
        );
        let certificate = self.settings.access.tls.certificate();
        let encrypted = [
            ("name", "api-ssl"),
            ("port", "8729"),
            ("address", &allowed),
            ("certificate", certificate),
        ];
        self.add(Menu::Service, &encrypted);
    }

    fn add_radios(&mut self) {
        let settings = self.settings;
        for radio in &settings.radios {
            let masquerade = [("chain", "srcnat"), ("action", "masquerade"), ("out-interface", radio)];
            self.add(Menu::Nat, &masquerade);
        }
        if settings.routeros.data().legacy {
            self.add_legacy_radios();
        } else {
            self.add_wifi_radios();
        }
    }

    /// Radios of the newer menus: each network has its profiles, and each radio begins on the first network.
    fn add_wifi_radios(&mut self) {
        let settings = self.settings;
        for network in &settings.networks {
            let ssid = network.ssid.as_str();
            let security = [
                ("name", ssid),
                ("authentication-types", "wpa2-psk"),
                ("passphrase", "********"),
            ];
            self.add(Menu::WifiSecurity, &security);
            let profile = [("name", ssid), ("mode", "station"), ("ssid", ssid), ("security", ssid)];
            self.add(Menu::WifiConfiguration, &profile);
        }
        let first = settings.networks.first().map_or("", |network| &network.ssid);
        for (i, radio) in settings.radios.iter().enumerate() {
            let row = [
                ("default-name", radio.as_str()),
                ("name", radio),
                ("mac-address", &radio_mac(i)),
                ("configuration.mode", "station"),
                ("configuration.ssid", first),
                ("security", first),
                ("disabled", "false"),
            ];
            self.add(Menu::Wifi, &row);
        }
    }

    fn add_legacy_radios(&mut self) {
        let settings = self.settings;
        self.add(Menu::SecurityProfiles, &[("name", "default")]);
        for network in &settings.networks {
            let profile = [
                ("name", network.ssid.as_str()),
                ("mode", "dynamic-keys"),
                ("authentication-types", "wpa2-psk"),
                ("wpa2-pre-shared-key", "********"),
            ];
            self.add(Menu::SecurityProfiles, &profile);
        }
        for (i, radio) in settings.radios.iter().enumerate() {
            let off = settings.controller == Controller::SingleRadio && i > 0;
            let row = [
                ("default-name", radio.as_str()),
                ("name", radio),
                ("mac-address", &radio_mac(i)),
                ("disabled", if off { "true" } else { "false" }),
            ];
            self.add(Menu::Wireless, &row);
            self.add_rules(i, radio);
        }
    }

    /// The ways out beside the radios, masqueraded as contrib's script does it for those.
    fn add_wires(&mut self) {
        for wire in &self.settings.wires {
            let menu = if wire.modem.is_some() {
                Menu::Lte
            } else {
                Menu::Ethernet
            };
            let name = wire.interface.as_str();
            self.add(menu, &[("name", name), ("default-name", name)]);
            let masquerade = [("chain", "srcnat"), ("action", "masquerade"), ("out-interface", name)];
            self.add(Menu::Nat, &masquerade);
        }
    }

    /// What a radio may join.
    fn add_rules(&mut self, index: usize, radio: &str) {
        let settings = self.settings;
        let mut names: Vec<&str> = settings.networks.iter().map(|network| network.ssid.as_str()).collect();
        let tuned = settings.controller == Controller::FailoverTuned;
        let (range, allowed) = if tuned { ("-80..120", "1s") } else { ("-85..120", "10s") };
        if tuned && !names.is_empty() {
            let preferred = index % names.len();
            names.rotate_left(preferred);
        }
        let mut rules: Vec<(&str, &str)> = names.iter().map(|name| (*name, *name)).collect();
        // One rule for all networks takes the strongest access point; strangers must not be among them.
        let one_rule = tuned || settings.controller == Controller::FailoverStock;
        if one_rule && !settings.ssid_as_heard {
            rules.truncate(usize::from(tuned));
            rules.push(("", EVERY_NETWORK));
        }
        for (ssid, profile) in rules {
            let rule = [
                ("interface", radio),
                ("ssid", ssid),
                ("signal-range", range),
                ("allow-signal-out-of-range", allowed),
                ("security-profile", profile),
            ];
            self.add(Menu::ConnectList, &rule);
        }
    }

    /// An address and a default route for each radio, as failover needs them.
    fn add_failover(&mut self) {
        let settings = self.settings;
        self.add(Menu::SecurityProfiles, &[("name", EVERY_NETWORK)]);
        for (i, radio) in settings.radios.iter().enumerate() {
            let comment = failover_comment(radio);
            let host = format!("192.0.2.{}", 101 + i);
            let address = [
                ("address", host.as_str()),
                ("interface", radio),
                ("disabled", "true"),
                ("comment", &comment),
            ];
            self.add(Menu::Address, &address);
            let route = [
                ("gateway", radio.as_str()),
                ("check-gateway", "ping"),
                ("distance", &(i + 1).to_string()),
                ("disabled", "true"),
                ("comment", &comment),
            ];
            self.add(Menu::Route, &route);
        }
    }

    /// The tunnel's items, as contrib's scripts make them.
    fn add_tunnel(&mut self) {
        let office = CONCENTRATOR.to_string();
        if let Some(kind) = kinds::dialed(self.settings.tunnel) {
            let client = [
                ("name", kind.name),
                ("connect-to", office.as_str()),
                ("user", "vehicle"),
                ("disabled", "false"),
            ];
            return self.add(kind.menu, &[&client, kind.made].concat());
        }
        if self.settings.tunnel == TunnelKind::None {
            return;
        }
        self.add(Menu::Wireguard, &[("name", WIREGUARD), ("private-key", VEHICLE_KEY)]);
        let peer = [
            ("interface", WIREGUARD),
            ("public-key", OFFICE_KEY),
            ("endpoint-address", office.as_str()),
            ("endpoint-port", &WIREGUARD_PORT.to_string()),
            ("allowed-address", "10.99.0.0/24"),
            ("persistent-keepalive", "1s"),
        ];
        self.add(Menu::WireguardPeers, &peer);
        let address = format!("{PRIVATE}/24");
        let row = [
            ("address", address.as_str()),
            ("network", "10.99.0.0"),
            ("interface", WIREGUARD),
        ];
        self.add(Menu::Address, &row);
    }

    /// The agent's items, as the technician's script makes them.
    fn add_managed(&mut self) {
        let settings = self.settings;
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
            self.add(Menu::Address, &item);
        }
        if let (Some(network), Some(radio)) = (settings.networks.first(), settings.radios.first()) {
            let gateway = format!("{}%{radio}", network.gateway);
            let route = [
                ("gateway", gateway.as_str()),
                ("disabled", "true"),
                ("comment", "tikroam:default"),
            ];
            self.add(Menu::Route, &route);
        }
    }

    /// The items of the script on the box.
    fn add_script(&mut self) {
        let settings = self.settings;
        let (Some(network), Some(radio)) = (settings.networks.first(), settings.radios.first()) else {
            return;
        };
        let subnet = network.address.parse::<Ipv4Net>();
        let subnet = subnet.map_or_else(|_| "0.0.0.0".to_owned(), |net| net.network().to_string());
        let item = [
            ("address", network.address.as_str()),
            ("network", &subnet),
            ("interface", radio),
            ("comment", SCRIPT),
        ];
        self.add(Menu::Address, &item);
        let gateway = format!("{}%{radio}", network.gateway);
        self.add(Menu::Route, &[("gateway", &gateway), ("comment", SCRIPT)]);
        let source = source(&settings.radios, kinds::dialed(settings.tunnel));
        self.add(Menu::Script, &[("name", "uplink"), ("source", &source)]);
        let each = [("name", "uplink"), ("interval", "5s"), ("on-event", "uplink")];
        self.add(Menu::Scheduler, &each);
    }
}
