//! A router that is set up, and the things on it, for tests that change one of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path as FilePath;

use crate::config::Config;
use crate::findings::{Severity, check, forbidding};
use crate::names::InterfaceName;
use crate::routeros::{ItemId, Trap, TunnelKind};
use crate::snapshot::{AddressItem, ClientItem, RouteItem, RuleItem, TunnelItem};
use crate::survey::{
    BridgePort, DialSettings, Inspection, Interface, NatRule, Package, Path, RadioItem, Refusal, Survey, UserRights,
    UserSession, Version,
};
use crate::units::Dbm;

pub(super) const TUNNEL: &str = "PPtP_to_Office";

/// A router as contrib/router.rsc makes it, and the shipped configuration.
pub(super) struct World {
    pub(super) config: Config,
    pub(super) survey: Survey,
    pub(super) inspection: Inspection,
}

impl World {
    pub(super) fn codes(&self) -> Vec<String> {
        let parts = check(&self.config, &self.survey, &self.inspection);
        let findings = parts.iter().flat_map(|part| &part.findings);
        findings
            .map(|finding| {
                let severity = match finding.severity {
                    Severity::Forbids => "forbids",
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                };
                format!("{severity} {}", finding.code)
            })
            .collect()
    }

    pub(super) fn forbidding(&self) -> Vec<&'static str> {
        let found = forbidding(&self.config, &self.survey, self.inspection.path);
        found.iter().map(|finding| finding.code).collect()
    }

    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for part in check(&self.config, &self.survey, &self.inspection) {
            for finding in part.findings {
                writeln!(out, "{finding}").unwrap();
            }
        }
        out
    }
}

pub(super) fn name(text: &str) -> InterfaceName {
    InterfaceName::new(text)
}

pub(super) fn id(text: &str) -> ItemId {
    ItemId(text.to_owned())
}

pub(super) fn address(interface: &str, address: &str, comment: &str) -> AddressItem {
    let address: ipnet::Ipv4Net = address.parse().unwrap();
    AddressItem {
        id: id("*1"),
        comment: comment.to_owned(),
        address,
        network: address.network(),
        interface: name(interface),
        disabled: false,
        dynamic: false,
    }
}

pub(super) fn route(gateway: &str, distance: u8, comment: &str) -> RouteItem {
    RouteItem {
        id: id("*2"),
        comment: comment.to_owned(),
        destination: "0.0.0.0/0".parse().unwrap(),
        gateway: gateway.to_owned(),
        distance,
        active: false,
        disabled: false,
        dynamic: false,
    }
}

pub(super) fn rule(radio: &str, ssid: &str, profile: &str) -> RuleItem {
    RuleItem {
        id: id("*3"),
        comment: String::new(),
        interface: name(radio),
        connect: true,
        bssid: None,
        ssid: ssid.as_bytes().to_vec(),
        signal_range: Some((Dbm(-85), Dbm(120))),
        area_prefix: String::new(),
        wireless_protocol: "any".to_owned(),
        security_profile: profile.to_owned(),
        disabled: false,
    }
}

pub(super) fn hunt(radio: &str) -> RuleItem {
    RuleItem {
        comment: format!("tikroam:hunt:{radio}"),
        disabled: true,
        signal_range: None,
        ..rule(radio, "", "")
    }
}

pub(super) fn radio(text: &str) -> RadioItem {
    RadioItem {
        band: "2ghz-b/g/n".into(),
        name: name(text),
        mode: "station".to_owned(),
        ssid: Vec::new(),
        scan_list: "default".to_owned(),
        security_profile: "open".to_owned(),
        default_authentication: false,
        roams: false,
        configuration: String::new(),
        master: None,
        disabled: false,
    }
}

pub(super) fn interface(text: &str, kind: &str) -> Interface {
    Interface {
        name: name(text),
        kind: kind.to_owned(),
        running: true,
        disabled: false,
    }
}

pub(super) fn session(via: &str, address: &str) -> UserSession {
    UserSession {
        address: address.to_owned(),
        via: via.to_owned(),
        since: "2026-05-31 08:00:00".to_owned(),
    }
}

pub(super) fn nat(out_interface: &str) -> NatRule {
    NatRule {
        action: "masquerade".to_owned(),
        out_interface: out_interface.to_owned(),
        out_interface_list: String::new(),
        disabled: false,
    }
}

pub(super) fn refusal(command: &str, message: &str) -> Refusal {
    Refusal {
        command: command.to_owned(),
        trap: Trap {
            message: message.to_owned(),
            category: None,
        },
    }
}

pub(super) fn configured(text: &str) -> Config {
    let environment = BTreeMap::from([("TIKROAM__ROUTER__PASSWORD".to_owned(), String::new())]);
    Config::parse(FilePath::new("agent.toml"), text, &environment).unwrap()
}

pub(super) fn fine() -> World {
    let mut rules = vec![hunt("wlan1"), hunt("wlan2")];
    for radio in ["wlan1", "wlan2"] {
        rules.push(rule(radio, "testssid1", "open"));
        rules.push(rule(radio, "testssid2", "open"));
        rules.push(rule(radio, "securessid", "secure"));
    }
    let parked = |interface: &str, at: &str| AddressItem {
        disabled: true,
        ..address(interface, at, &format!("tikroam:{interface}"))
    };
    let survey = Survey {
        identity: "bus 7".to_owned(),
        packages: vec![Package {
            name: "wireless".to_owned(),
            version: "7.17".to_owned(),
            in_use: true,
        }],
        addresses: vec![
            address("bridge", "192.168.88.1/24", "defconf"),
            parked("wlan1", "192.0.2.1/32"),
            parked("wlan2", "192.0.2.2/32"),
        ],
        routes: vec![route("10.10.10.1%wlan1", 1, "tikroam:default")],
        interfaces: vec![
            interface("bridge", "bridge"),
            interface("wlan1", "wlan"),
            interface("wlan2", "wlan"),
            interface(TUNNEL, "pptp-out"),
        ],
        radios: vec![radio("wlan1"), radio("wlan2")],
        ports: vec![BridgePort {
            interface: name("ether2"),
            bridge: name("bridge"),
            disabled: false,
        }],
        rules,
        tunnel: Some(TunnelItem {
            kind: TunnelKind::Pptp,
            source: None,
            id: id("*4"),
            name: name(TUNNEL),
            comment: Vec::new(),
            disabled: false,
            running: true,
            listen_port: 0,
        }),
        user: Some(UserRights {
            group: "tikroam".to_owned(),
            policies: ["api", "read", "write", "test"].map(str::to_owned).to_vec(),
            from: "192.168.88.10/32".to_owned(),
        }),
        ..Survey::default()
    };
    let inspection = Inspection {
        path: Path {
            local: "192.168.88.10:40000".parse().unwrap(),
            router: "192.168.88.1:8728".parse().unwrap(),
        },
        version: Version::read("7.17 (stable)"),
        profiles: Some(["default", "open", "secure"].map(str::to_owned).to_vec()),
        open_profiles: ["default", "open"].map(str::to_owned).to_vec(),
        clients: Some(Vec::new()),
        behind_tunnel: vec!["10.99.0.0/24".parse().unwrap()],
        nat: Some(vec![nat("wlan1"), nat("wlan2")]),
        dial: Some(DialSettings {
            verifies: None,
            to: "198.51.100.1".to_owned(),
            default_route: false,
        }),
        peers: None,
        static_routes: None,
        host_routes: Vec::new(),
        tunnel_allowed: Some(true),
        scripts: Vec::new(),
        scripts_hidden: Vec::new(),
        sessions: vec![session("api", "192.168.88.10")],
    };
    World {
        config: configured(include_str!("../../../agent.toml")),
        survey,
        inspection,
    }
}

pub(super) type Change = fn(&mut World);

/// What was changed on a router that is fine, and what must be found then: nothing more and nothing less.
pub(super) fn found(cases: &[(&str, Change, &[&str])]) {
    found_on(fine, cases);
}

/// The same on another router that is fine.
pub(super) fn found_on(router: fn() -> World, cases: &[(&str, Change, &[&str])]) {
    for (what, change, codes) in cases {
        let mut world = router();
        change(&mut world);
        assert_eq!(world.codes(), *codes, "{what}");
        // The agent forbids itself to write by the same words.
        let forbidding: Vec<String> = world
            .forbidding()
            .iter()
            .map(|code| format!("forbids {code}"))
            .collect();
        let shown = codes.iter().filter(|code| code.starts_with("forbids"));
        assert_eq!(shown.copied().collect::<Vec<_>>(), forbidding, "{what}");
    }
}

/// A DHCP client with this comment.
pub(super) fn client(radio: &str, comment: &str) -> ClientItem {
    ClientItem {
        id: ItemId("*1".to_owned()),
        comment: comment.as_bytes().to_vec(),
        interface: name(radio),
        status: "bound".to_owned(),
        address: "10.40.0.100/24".parse().ok(),
        gateway: "10.40.0.1".parse().ok(),
        meddles: false,
        disabled: false,
    }
}
