//! The vehicle's router.

use super::given::{Lack, Lacks, Vehicle, vehicle_network};
use super::script::{Entry, Item, Part, Script, Secret, Value};
use super::{access, radios, tunnel};
use crate::config::{Config, Network};
use crate::marks::{ROUTE_COMMENT, address_comment};
use crate::routeros::{RadioMenu, Steering};
use crate::swap;

/// The commands for the vehicle's router, whose radios are in this menu.
///
/// # Errors
///
/// [`Lacks`]: everything that the configuration lacks for them.
pub fn vehicle(config: &Config, menu: RadioMenu) -> Result<Script, Lacks> {
    let setup = config.setup();
    let mut lacks = Vec::new();
    if setup.pc.is_none() {
        lacks.push(Lack::needed("setup.pc", "\"192.168.88.10\""));
    }
    lacks.extend(tunnel::lacks(config));
    lacks.extend(overlaps(config));
    let (Some(pc), true) = (setup.pc, lacks.is_empty()) else {
        return Err(Lacks(lacks));
    };
    let port = config
        .router()
        .address()
        .rsplit(':')
        .next()
        .unwrap_or("8728")
        .to_owned();
    let vehicle = Vehicle { config, menu, pc, port };
    let mut parts = access::user(&vehicle);
    parts.extend(access::wired(&vehicle));
    parts.extend(radios::parts(&vehicle));
    parts.extend(access::firewall(&vehicle));
    parts.extend(managed(&vehicle));
    parts.extend(tunnel::parts(&vehicle));
    Ok(Script {
        name: "tikroam setup --vehicle",
        head: head(&vehicle),
        secrets: secrets(&vehicle),
        parts,
    })
}

/// The office's networks and the vehicle's own must be none that a radio may join: the way to them leads into the tunnel.
fn overlaps(config: &Config) -> Vec<Lack> {
    let setup = config.setup();
    let own = vehicle_network(config);
    let office = setup.office_networks.iter().map(|net| ("setup.office_networks", *net));
    let named = office.chain(own.map(|net| ("setup.vehicle_network", net)));
    let mut lacks = Vec::new();
    for (key, net) in named {
        let joins = |network: &&Network| {
            let mut radios = config.radios().iter();
            radios.any(|radio| {
                let joined = network.address_on(&radio.interface).map(|net| net.trunc());
                joined.is_some_and(|joined| joined.contains(&net) || net.contains(&joined))
            })
        };
        if let Some(network) = config.networks().iter().find(joins) {
            lacks.push(Lack {
                key,
                what: format!("{net} overlaps network `{}`, which a radio may join", network.ssid),
                hint: "one of the two needs other addresses".to_owned(),
            });
        }
    }
    if let Some((office, own)) = setup
        .office_networks
        .iter()
        .zip(own)
        .find(|(office, own)| office.contains(own) || own.contains(*office))
    {
        lacks.push(Lack {
            key: "setup.office_networks",
            what: format!("{office} overlaps {own}, the wired network in the vehicle"),
            hint: "give the vehicle a wired network of its own, as in `vehicle_network = \"192.168.89.0/24\"`"
                .to_owned(),
        });
    }
    lacks
}

fn head(vehicle: &Vehicle<'_>) -> Vec<String> {
    let router = match vehicle.menu {
        RadioMenu::Wireless => "RouterOS 6.49 or 7 with the `wireless` package",
        RadioMenu::Wifi => "RouterOS 7.13 or newer with a `wifi-qcom`, `wifi-qcom-ac` or other `wifi` package",
        RadioMenu::WifiWave2 => "RouterOS 7.12 with the `wifiwave2` package",
    };
    let trees = match vehicle.menu.words().steering {
        Steering::ConnectList => "RouterOS 7.9 to 7.24 have, by their command trees, and 6.49 by its manual",
        Steering::Settings => "RouterOS 7.16 to 7.24 have, by their command trees",
    };
    let again = match vehicle.menu.words().steering {
        Steering::ConnectList => "It leaves alone what the agent sets.",
        Steering::Settings => {
            "Stop the agent before: the file sets the radios' networks anew, which the agent steers them by."
        }
    };
    vec![
        format!("The vehicle's router, {router}. Made by `tikroam setup --vehicle` from agent.toml."),
        "Work over a wire, not over a radio: the radios leave their bridge. First make a backup on the router: /system backup \
         save name=before-tikroam. Change each CHANGE-ME below, copy the file to the router, and run: /import \
         file-name=router.rsc (or the name that you gave it). Then `tikroam check` on the vehicle's PC names what does not fit \
         yet, and `tikroam setup --check` prints the commands that are missing."
            .to_owned(),
        format!(
            "The file may be imported again at any time, also after it stopped half-way: it adds what is missing and sets the \
             rest. {again} What is taken out of agent.toml stays on the router."
        ),
        format!(
            "Each command and argument is one that {trees}. No real router has run the file yet: look at the first import's \
             output."
        ),
    ]
}

fn secrets(vehicle: &Vehicle<'_>) -> Vec<Secret> {
    let user = vehicle.config.router().user();
    let mut secrets = vec![Secret::new(
        "apiPassword",
        format!("The password of the API user `{user}`, as in the password file of the vehicle's PC."),
    )];
    for (number, network) in vehicle.config.networks().iter().enumerate() {
        if !network.open {
            let what = format!("The WPA2 key of network `{}`.", network.ssid);
            secrets.push(Secret {
                least: 8,
                ..Secret::new(Vehicle::key_of(number), what)
            });
        }
    }
    secrets.extend(tunnel::secrets(vehicle.config));
    secrets
}

/// The items that the agent finds by their comments.
fn managed(vehicle: &Vehicle<'_>) -> Vec<Part> {
    let mut items: Vec<Entry> = Vec::new();
    for (number, radio) in vehicle.radios().enumerate() {
        let park = swap::parked(number);
        let first = vec![
            ("address", park.to_string().into()),
            ("network", park.addr().to_string().into()),
            ("interface", radio.as_str().to_owned().into()),
            ("disabled", "yes".into()),
        ];
        let key = vec![("comment", address_comment(radio).into())];
        items.push(Item::new("/ip/address", key, Vec::new()).at_first(first).into());
    }
    let first = vec![
        ("dst-address", Value::from("0.0.0.0/0".to_owned())),
        ("gateway", "192.0.2.254".to_owned().into()),
        ("distance", "1".into()),
        ("disabled", "yes".into()),
    ];
    let route = Item::new(
        "/ip/route",
        vec![("comment", ROUTE_COMMENT.to_owned().into())],
        Vec::new(),
    );
    vec![
        Part::new(
            "The agent's address item of each radio, found by its comment. It starts disabled and parked on an address that \
             nobody has (RFC 5737), a different one for each radio: a router may refuse a second item with the same address. \
             Where agent.toml says `address = \"dhcp\"`, the agent makes a DHCP client for each radio by itself \
             (`tikroam:dhcp:wlan1`).",
            items,
        ),
        Part::new(
            "The agent's default route, disabled until the agent sets it. Another static default route, or a DHCP client on a \
             radio, is in its way: `tikroam check` names such items.",
            vec![route.at_first(first).into()],
        ),
    ]
}
