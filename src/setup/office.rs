//! The office's router, which all vehicles dial in to; one vehicle at a time.

use super::given::{Called, Lack, Lacks, vehicle_network};
use super::office_head::CERTIFICATE;
use super::script::{Entry, Item, Pairs, Part, Place, Script, Secret, Value};
use super::tunnel::{MASK, WIREGUARD_PORT, lacks_of_ends, prints_key};
use super::{office_head, script};
use crate::config::Config;
use crate::routeros::TunnelKind;

/// The interface of the office's WireGuard.
const WIREGUARD: &str = "WG_to_Vehicles";

/// The commands for the office's router.
///
/// # Errors
///
/// [`Lacks`]: everything that the configuration lacks for them.
pub fn office(config: &Config) -> Result<Script, Lacks> {
    let setup = config.setup();
    let Some((kind, _)) = config.tunnel().item else {
        return Err(Lacks(vec![Lack {
            key: "tunnel.kind",
            what: "is \"none\", so that nothing ends at the office".to_owned(),
            hint: "the office only needs to reach the vehicle's address on each network".to_owned(),
        }]));
    };
    let mut lacks = lacks_of_ends(config);
    let network = vehicle_network(config);
    if network.is_none() {
        lacks.push(Lack::needed("setup.vehicle_network", "\"192.168.88.0/24\""));
    }
    let (Some(address), Some(office_end), Some(network)) = (setup.tunnel_address, setup.office_tunnel_address, network)
    else {
        return Err(Lacks(lacks));
    };
    let called = Called {
        kind,
        name: setup.tunnel_user.clone(),
        address,
        office_end,
        network: network.to_string(),
        office: setup.office.clone().unwrap_or_else(|| "198.51.100.1".to_owned()),
    };
    let (secrets, parts) = match kind {
        TunnelKind::Wireguard => wireguard(&called),
        TunnelKind::Pptp | TunnelKind::L2tp | TunnelKind::Sstp | TunnelKind::Ovpn => dialed(&called),
    };
    Ok(Script {
        name: "tikroam setup --office",
        head: office_head::head(&called),
        secrets,
        parts,
    })
}

/// The script that removes the older sessions of a user who dialed again.
const ON_UP: &str = ":foreach s in=[/ppp active find where name=$user] do={ :if (([/ppp active get $s caller-id] != $\"caller-id\") \
                     || ([/ppp active get $s uptime] > 5s)) do={ /ppp active remove $s } }";

/// A rule that lets calls in.
fn lets_in(comment: &str, protocol: &'static str, more: Pairs) -> Entry {
    let kept = [
        vec![
            ("chain", "input".into()),
            ("action", "accept".into()),
            ("protocol", protocol.into()),
        ],
        more,
    ];
    let key = vec![("comment", comment.to_owned().into())];
    Item::new("/ip/firewall/filter", key, kept.concat()).at(Place::BeforeDrop)
}

fn dialed(called: &Called) -> (Vec<Secret>, Vec<Part>) {
    let is_pptp = called.kind == TunnelKind::Pptp;
    let profile_name = if is_pptp { "tikroam" } else { "tikroam-tunnel" };
    let encryption = if is_pptp { "required" } else { "default" };
    let profile = Item::new(
        "/ppp/profile",
        vec![("name", profile_name.to_owned().into())],
        vec![
            ("local-address", called.office_end.to_string().into()),
            ("use-encryption", encryption.into()),
            ("change-tcp-mss", "yes".into()),
            ("only-one", "no".into()),
            ("on-up", ON_UP.to_owned().into()),
        ],
    );
    let mut secrets = vec![Secret::new(
        "tunnelPassword",
        format!("The password of `{}`.", called.name),
    )];
    if called.kind == TunnelKind::L2tp {
        secrets.push(Secret::new(
            "ipsecSecret",
            "The secret that all routers share for IPsec.",
        ));
    }
    let service = match called.kind {
        TunnelKind::Pptp => "pptp",
        TunnelKind::L2tp => "l2tp",
        TunnelKind::Sstp => "sstp",
        TunnelKind::Ovpn | TunnelKind::Wireguard => "ovpn",
    };
    // OpenVPN passes over the routes of a secret.
    let route = if is_pptp {
        format!("{} {} 1", called.network, called.address)
    } else {
        String::new()
    };
    let secret = Item::new(
        "/ppp/secret",
        vec![("name", called.name.clone().into())],
        vec![
            ("password", Value::Secret("tunnelPassword".into())),
            ("service", service.into()),
            ("profile", profile_name.to_owned().into()),
            ("remote-address", called.address.to_string().into()),
            ("routes", route.into()),
        ],
    );
    let mut vehicle: Vec<Entry> = vec![secret.into()];
    if !is_pptp {
        vehicle.push(route_to(called, &called.address.to_string()));
    }
    let parts = vec![
        Part::new(
            "What every session gets. Any dial is let in, and the older sessions of the same user go.",
            vec![profile.into()],
        ),
        Part::new(
            "The server. The keepalive finds the sessions of vehicles that vanished without hanging up.",
            vec![server(called.kind, profile_name)],
        ),
        Part::new(
            "The vehicle: a fixed address, and the way to the wired network in it.",
            vehicle,
        ),
        Part::new(
            "The calls come in from the internet. A rule that drops input, as in the stock firewall, must come after these.",
            doors(called.kind),
        ),
    ];
    (secrets, parts)
}

/// The way to the wired network in the vehicle, in use while the vehicle has a session.
fn route_to(called: &Called, gateway: &str) -> Entry {
    let key = vec![("comment", format!("to {} through the tunnel", called.name).into())];
    let kept = vec![
        ("dst-address", called.network.clone().into()),
        ("gateway", gateway.to_owned().into()),
    ];
    Item::new("/ip/route", key, kept).into()
}

/// The server that vehicles dial.
fn server(kind: TunnelKind, profile: &str) -> Entry {
    let menu = match kind {
        TunnelKind::Pptp => "/interface/pptp-server/server",
        TunnelKind::L2tp => "/interface/l2tp-server/server",
        TunnelKind::Sstp => "/interface/sstp-server/server",
        TunnelKind::Ovpn | TunnelKind::Wireguard => return Entry::Commands(ovpn_server(profile)),
    };
    let mut kept: Pairs = vec![
        ("enabled", "yes".into()),
        ("authentication", "mschap2".into()),
        ("default-profile", profile.to_owned().into()),
        ("keepalive-timeout", "10".into()),
    ];
    match kind {
        TunnelKind::L2tp => kept.extend([
            ("use-ipsec", "required".into()),
            ("ipsec-secret", Value::Secret("ipsecSecret".into())),
        ]),
        TunnelKind::Sstp => kept.extend([
            ("certificate", CERTIFICATE.to_owned().into()),
            ("tls-version", "only-1.2".into()),
            ("port", "443".into()),
        ]),
        _ => {}
    }
    Entry::Set {
        menu: menu.into(),
        key: Vec::new(),
        kept,
        moved: Vec::new(),
    }
}

/// OpenVPN's server differs by version.
fn ovpn_server(profile: &str) -> String {
    format!(
        "# OpenVPN's server is one with settings up to RouterOS 7.16, and a list from 7.17 on; the cipher has another name on 6.49.\n\
         # An import stops at a word that a version lacks, so each form is tried as a text of its own.\n\
         :local settings (\"mode=ip port=1194 auth=sha1 keepalive-timeout=10 require-client-certificate=no default-profile=\" . \\\n\
         \x20   \"{profile} certificate={CERTIFICATE} cipher=\")\n\
         :foreach form in={{\"set enabled=yes aes256\"; \"set enabled=yes aes256-cbc\"; \"add name=tikroam disabled=no aes256-cbc\"}} \
         do={{\n\
         \x20   :local end [:find $form \"aes\"]\n\
         \x20   :local command (\"/interface ovpn-server server \" . [:pick $form 0 $end] . $settings . [:pick $form $end 99])\n\
         \x20   :do {{\n\
         \x20       :local setServer [:parse $command]\n\
         \x20       $setServer\n\
         \x20   }} on-error={{}}\n\
         }}"
    )
}

/// The rules of the firewall that let the calls in.
fn doors(kind: TunnelKind) -> Vec<Entry> {
    let port = |port: &'static str| vec![("dst-port", port.into())];
    match kind {
        TunnelKind::Pptp => vec![
            lets_in("vehicles dial in", "tcp", port("1723")),
            lets_in("vehicles' tunnels", "gre", Vec::new()),
        ],
        // L2TP itself comes in by IPsec only.
        TunnelKind::L2tp => vec![
            lets_in("vehicles call by IPsec", "udp", port("500,4500")),
            lets_in("vehicles' IPsec", "ipsec-esp", Vec::new()),
            lets_in(
                "vehicles call within IPsec",
                "udp",
                [port("1701"), vec![("ipsec-policy", "in,ipsec".into())]].concat(),
            ),
        ],
        TunnelKind::Sstp => vec![lets_in("vehicles call by sstp", "tcp", port("443"))],
        TunnelKind::Ovpn => vec![lets_in("vehicles call by ovpn", "tcp", port("1194"))],
        TunnelKind::Wireguard => vec![lets_in("vehicles' calls", "udp", port(WIREGUARD_PORT))],
    }
}

fn wireguard(called: &Called) -> (Vec<Secret>, Vec<Part>) {
    let name = || Value::from(WIREGUARD.to_owned());
    let interface = Item::new(
        "/interface/wireguard",
        vec![("name", name())],
        vec![("listen-port", WIREGUARD_PORT.into())],
    );
    let interface = interface.at_first(vec![("comment", "to the vehicles".to_owned().into())]);
    let net = ipnet::Ipv4Net::new(called.office_end, MASK);
    let net = net.map_or_else(|_| called.office_end.to_string(), |net| net.network().to_string());
    let address = Item::new(
        "/ip/address",
        vec![("comment", "the office's end of the tunnels".to_owned().into())],
        vec![
            ("address", format!("{}/{MASK}", called.office_end).into()),
            ("network", net.into()),
            ("interface", name()),
        ],
    );
    let peer = Item::new(
        "/interface/wireguard/peers",
        vec![("interface", name()), ("comment", called.name.clone().into())],
        vec![
            ("public-key", Value::Secret("vehicleKey".into())),
            (
                "allowed-address",
                format!("{}/32,{}", called.address, called.network).into(),
            ),
        ],
    );
    let stops = format!(
        ":if ($vehicleKey = \"{}\") do={{\n    :error \"tikroam setup --office: set vehicleKey to the key that the vehicle's file \
         prints, and import again\"\n}}",
        script::PLACEHOLDER
    );
    let key = Secret {
        first: false,
        ..Secret::new(
            "vehicleKey",
            format!(
                "The public key of `{}`, which the import of the vehicle's file prints.",
                called.name
            ),
        )
    };
    let parts = vec![
        Part::new(
            "This end of every tunnel. The first import makes the office's keys and prints the public one, for `officeKey` of the \
             vehicle's file. That file prints the vehicle's public key in turn: write it above and import this file again.",
            vec![
                interface.into(),
                Entry::Commands(prints_key(WIREGUARD, "office")),
                address.into(),
            ],
        ),
        Part::new(
            "The calls come in from the internet. A rule that drops input, as in the stock firewall, must come after this one.",
            doors(called.kind),
        ),
        Part::new(
            "The vehicle, and the way to the wired network in it. The office has no endpoint of a vehicle and no keepalive to it: \
             vehicles call. Nothing is rewritten inside the tunnel.",
            vec![Entry::Commands(stops), peer.into(), route_to(called, WIREGUARD)],
        ),
        Part::new(
            "The office only answers. Otherwise it goes on calling the place where a vehicle was last, and a firewall on the way can \
             take its calls for a connection that stands. The setting is `responder` from RouterOS 7.17 on and `is-responder` in 7.15 \
             and 7.16; before 7.15 there is none. An import stops at a word that a version lacks, so each is tried as a text of its \
             own.",
            vec![Entry::Commands(responder())],
        ),
    ];
    (vec![key], parts)
}

fn responder() -> String {
    format!(
        ":foreach responder in={{\"responder\"; \"is-responder\"}} do={{\n\
         \x20   :local command (\"/interface wireguard peers set [find where interface=\\\"{WIREGUARD}\\\"] \" . $responder . \"=yes\")\n\
         \x20   :do {{\n\
         \x20       :local setResponder [:parse $command]\n\
         \x20       $setResponder\n\
         \x20   }} on-error={{}}\n\
         }}"
    )
}
