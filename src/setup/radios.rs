//! The radios of a vehicle's router and what they may join, in each of the three menus.

use super::given::Vehicle;
use super::script::{Entry, Item, Pairs, Part, Place, Value};
use crate::config::{Network, Radio};
use crate::names::{InterfaceName, Ssid};
use crate::routeros::{Band, Steering};
use crate::units::{Db, Dbm};

/// The profile of the networks without a key, and of a radio that is on none.
const OPEN: &str = "tikroam-open";

/// How far below the trigger a rule's range begins.
const ROOM: Db = Db(5);

pub(super) fn parts(vehicle: &Vehicle<'_>) -> Vec<Part> {
    match vehicle.menu.words().steering {
        Steering::ConnectList => legacy(vehicle),
        Steering::Settings => newer(vehicle),
    }
}

fn text(ssid: &Ssid) -> Value {
    String::from_utf8_lossy(ssid.as_bytes()).into_owned().into()
}

fn named(name: &InterfaceName) -> (&'static str, Value) {
    ("name", name.as_str().to_owned().into())
}

/// The security profile of a network.
fn profile(network: &Network) -> String {
    network.security_profile.clone().unwrap_or_else(|| match network.open {
        true => OPEN.to_owned(),
        false => format!("tikroam-{}", String::from_utf8_lossy(network.ssid.as_bytes())),
    })
}

/// A radio that is a port of a bridge has no address of its own.
fn out_of_the_bridge(vehicle: &Vehicle<'_>) -> Part {
    let gone = |radio: &InterfaceName| Entry::Gone {
        menu: "/interface/bridge/port".into(),
        key: vec![("interface", radio.as_str().to_owned().into())],
    };
    Part::new(
        "A radio that is a port of a bridge has no address of its own.",
        vehicle.radios().map(gone).collect(),
    )
}

/// The band of a radio, and the frequencies on which its networks are in it.
fn tuned(vehicle: &Vehicle<'_>, radio: &Radio, names: [&'static str; 3]) -> (Pairs, Pairs) {
    let setup = vehicle.config.setup();
    let [band, frequencies, country] = names;
    let own = setup.bands.get(&radio.interface);
    let mut kept = Pairs::new();
    kept.extend(own.map(|own| (band, own.clone().into())));
    kept.extend(setup.country.clone().map(|name| (country, name.into())));
    let of_band = own.and_then(|own| Band::read(own));
    let within = |frequency: &&u16| of_band.is_some_and(|band| band.holds(**frequency));
    let list: Vec<String> = setup.channels.iter().filter(within).map(u16::to_string).collect();
    let moved = (!list.is_empty()).then(|| (frequencies, list.join(",").into()));
    (kept, moved.into_iter().collect())
}

/// A range that does not drop a radio before the agent has left. Nothing useful passes below -85 dBm, and down to there a
/// weak way out is better than none.
fn range(vehicle: &Vehicle<'_>, radio: &Radio) -> String {
    let trigger = vehicle.config.handover().trigger;
    let low = (trigger - ROOM).min(Dbm(-85)) - radio.signal_offset;
    format!("{}..120", low.0)
}

fn legacy(vehicle: &Vehicle<'_>) -> Vec<Part> {
    let menu = "/interface/wireless";
    let profiles = format!("{menu}/security-profiles");
    let open = Item::new(profiles.as_str(), vec![("name", OPEN.to_owned().into())], Vec::new());
    let mut secured: Vec<Entry> = vec![open.at_first(vec![("mode", "none".into())]).into()];
    for (number, network) in vehicle.config.networks().iter().enumerate() {
        if network.open {
            continue;
        }
        let kept = vec![
            ("mode", "dynamic-keys".into()),
            ("authentication-types", "wpa2-psk".into()),
            ("wpa2-pre-shared-key", Value::Secret(Vehicle::key_of(number))),
        ];
        secured.push(Item::new(profiles.as_str(), vec![("name", profile(network).into())], kept).into());
    }
    let mut parts = vec![
        Part::new(
            "A profile for open networks, and one for each network with a key.",
            secured,
        ),
        out_of_the_bridge(vehicle),
    ];
    let mut stations = Vec::new();
    let (mut rules, mut closing) = (Vec::new(), Vec::new());
    for radio in vehicle.config.radios() {
        let (band, moved) = tuned(vehicle, radio, ["band", "scan-list", "country"]);
        let station: Pairs = vec![
            ("mode", "station".into()),
            ("ssid", String::new().into()),
            ("wireless-protocol", "802.11".into()),
            ("default-authentication", "no".into()),
            ("security-profile", OPEN.to_owned().into()),
            ("station-roaming", "disabled".into()),
            ("disabled", "no".into()),
        ];
        stations.push(Entry::Set {
            menu: menu.into(),
            key: vec![named(&radio.interface)],
            kept: [station, band].concat(),
            moved,
        });
        for network in vehicle.config.networks() {
            rules.extend(may_join(vehicle, radio, network));
        }
        let comment = format!("{} joins nothing else", radio.interface.as_str());
        let kept = vec![
            ("interface", radio.interface.as_str().to_owned().into()),
            ("connect", "no".into()),
        ];
        let list = format!("{menu}/connect-list");
        closing.push(Item::new(list, vec![("comment", comment.into())], kept).at(Place::Last));
    }
    rules.extend(closing);
    parts.push(Part::new(
        "Stations with an empty ssid, because only then does a rule's ssid count. Without a matching rule they join nothing \
         (default-authentication=no). The router's own roaming stays off: it scans on the active radio. Each channel less in the \
         scan-list makes every search shorter.",
        stations,
    ));
    parts.push(Part::new(
        "What each radio may join, first match first, and nothing else. Outside its range a rule ends the association, so that \
         [handover] of agent.toml must leave before. The agent adds two rules of its own for each radio on top: \
         `tikroam:hunt:wlan1` sends the standby to one access point, `tikroam:avoid:wlan1` keeps it off the active's. Leave room \
         above, and never edit those.",
        rules,
    ));
    parts
}

/// The rules by which a radio may join a network: one, or one for each of its access points.
fn may_join(vehicle: &Vehicle<'_>, radio: &Radio, network: &Network) -> Vec<Entry> {
    let ssid = String::from_utf8_lossy(network.ssid.as_bytes());
    let comment = format!("{} may join {ssid}", radio.interface.as_str());
    let mut rule: Pairs = vec![
        ("interface", radio.interface.as_str().to_owned().into()),
        ("connect", "yes".into()),
        ("ssid", text(&network.ssid)),
        ("security-profile", profile(network).into()),
        ("signal-range", range(vehicle, radio).into()),
    ];
    rule.extend(network.area.clone().map(|area| ("area-prefix", area.into())));
    let item = |comment: String, rule: Pairs| -> Entry {
        Item::new(
            "/interface/wireless/connect-list",
            vec![("comment", comment.into())],
            rule,
        )
        .into()
    };
    if network.bssids.is_empty() {
        return vec![item(comment, rule)];
    }
    let pinned = network.bssids.iter().map(|bssid| {
        let address = ("mac-address", bssid.to_string().into());
        item(format!("{comment} by {bssid}"), [rule.clone(), vec![address]].concat())
    });
    pinned.collect()
}

fn newer(vehicle: &Vehicle<'_>) -> Vec<Part> {
    let menu = vehicle.menu.path();
    let mut profiles: Vec<Entry> = Vec::new();
    // An open network has a security profile as well, without authentication types.
    let name_of = |network: &Network| match &network.security_profile {
        Some(profile) => profile.clone(),
        None => format!("tikroam-{}", String::from_utf8_lossy(network.ssid.as_bytes())),
    };
    for (number, network) in vehicle.config.networks().iter().enumerate() {
        let name = || Value::from(name_of(network));
        let kept = match network.open {
            true => Vec::new(),
            false => vec![
                ("authentication-types", "wpa2-psk,wpa3-psk".into()),
                ("passphrase", Value::Secret(Vehicle::key_of(number))),
            ],
        };
        profiles.push(Item::new(format!("{menu}/security"), vec![("name", name())], kept).into());
        let kept = vec![
            ("ssid", text(&network.ssid)),
            ("security", name()),
            ("mode", "station".into()),
        ];
        profiles.push(Item::new(format!("{menu}/configuration"), vec![("name", name())], kept).into());
    }
    let mut stations = Vec::new();
    for radio in vehicle.config.radios() {
        for property in ["security.authentication-types", "security.passphrase"] {
            stations.push(Entry::Unset {
                menu: menu.into(),
                key: vec![named(&radio.interface)],
                property,
            });
        }
        let names = ["channel.band", "channel.frequency", "configuration.country"];
        let (band, frequencies) = tuned(vehicle, radio, names);
        let first = vehicle.config.networks().first();
        let mut moved: Pairs = Vec::new();
        moved.extend(first.map(|network| ("configuration.ssid", text(&network.ssid))));
        moved.extend(first.map(|network| ("security", name_of(network).into())));
        moved.extend(frequencies);
        let station: Pairs = vec![("configuration.mode", "station".into()), ("disabled", "no".into())];
        stations.push(Entry::Set {
            menu: menu.into(),
            key: vec![named(&radio.interface)],
            kept: [station, band].concat(),
            moved,
        });
    }
    vec![
        Part::new(
            "How to join each network: a security profile, and a configuration profile that names it. The agent reads these names \
             and no key. An open network has a security profile as well, without authentication types.",
            profiles,
        ),
        out_of_the_bridge(vehicle),
        Part::new(
            "Stations. Security settings of a radio's own, such as the factory's, win over those of every profile: they go. Each \
             radio begins on the first network; each frequency less makes every search shorter.",
            stations,
        ),
    ]
}
