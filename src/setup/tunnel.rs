//! The vehicle's end of the tunnel.

use super::given::{Lack, Vehicle};
use super::script;
use super::script::{Entry, Item, Pairs, Part, Secret, Value};
use crate::config::Config;
use crate::routeros::TunnelKind;

/// The office's port for WireGuard, RouterOS's default.
pub(super) const WIREGUARD_PORT: &str = "13231";

/// The mask of the addresses in a WireGuard tunnel.
pub(super) const MASK: u8 = 24;

/// What the vehicle's end needs and the configuration lacks.
pub(super) fn lacks(config: &Config) -> Vec<Lack> {
    let Some((kind, _)) = &config.tunnel().item else {
        return Vec::new();
    };
    let setup = config.setup();
    let mut lacks = Vec::new();
    if setup.office.is_none() {
        lacks.push(Lack::needed("setup.office", "\"198.51.100.1\""));
    }
    if setup.office_networks.is_empty() {
        lacks.push(Lack::needed("setup.office_networks", "[\"10.99.0.0/24\"]"));
    }
    if *kind == TunnelKind::Wireguard {
        lacks.extend(lacks_of_ends(config));
    }
    lacks
}

/// What both ends of a tunnel need whose addresses are given by hand.
pub(super) fn lacks_of_ends(config: &Config) -> Vec<Lack> {
    let setup = config.setup();
    let own = setup.tunnel_address.is_none();
    let office = setup.office_tunnel_address.is_none();
    let own = own.then(|| Lack::needed("setup.tunnel_address", "\"10.98.0.11\""));
    let office = office.then(|| Lack::needed("setup.office_tunnel_address", "\"10.98.0.1\""));
    own.into_iter().chain(office).collect()
}

/// The tunnel's passwords and keys.
pub(super) fn secrets(config: &Config) -> Vec<Secret> {
    let Some((kind, _)) = &config.tunnel().item else {
        return Vec::new();
    };
    let user = &config.setup().tunnel_user;
    match kind {
        TunnelKind::Wireguard => vec![Secret {
            first: false,
            ..Secret::new(
                "officeKey",
                "The public key of the office, which the import of the office's file prints.",
            )
        }],
        _ => {
            let password = format!("The password of `{user}` at the office.");
            let mut secrets = vec![Secret::new("tunnelPassword", password)];
            if *kind == TunnelKind::L2tp {
                secrets.push(Secret::new(
                    "ipsecSecret",
                    "The secret that both routers share for IPsec.",
                ));
            }
            secrets
        }
    }
}

pub(super) fn parts(vehicle: &Vehicle<'_>) -> Vec<Part> {
    let Some((kind, interface)) = &vehicle.config.tunnel().item else {
        return Vec::new();
    };
    let name = interface.as_str();
    let mut parts = match kind {
        TunnelKind::Wireguard => wireguard(vehicle, name),
        TunnelKind::Pptp | TunnelKind::L2tp | TunnelKind::Sstp | TunnelKind::Ovpn => dialed(vehicle, *kind, name),
    };
    let networks = vehicle.config.setup().office_networks.iter().map(|net| {
        let kept = vec![
            ("dst-address", net.to_string().into()),
            ("gateway", name.to_owned().into()),
        ];
        let key = vec![("comment", format!("{net} through the tunnel").into())];
        Item::new("/ip/route", key, kept).into()
    });
    let mut routes: Vec<Entry> = networks.collect();
    if *kind != TunnelKind::Pptp {
        routes.push(Entry::Set {
            menu: "/interface/pptp-client".into(),
            key: vec![("connect-to", office(vehicle).into())],
            kept: vec![("disabled", "yes".into())],
            moved: Vec::new(),
        });
    }
    parts.push(Part::new(
        "The office's networks lead into the tunnel. A vehicle that had another tunnel to the same office before gets its routes \
         moved here, and a PPTP client to that office turned off: the office cannot have two ways to one vehicle.",
        routes,
    ));
    parts
}

fn office(vehicle: &Vehicle<'_>) -> String {
    vehicle.config.setup().office.clone().unwrap_or_default()
}

/// A client that dials. Whether it is on is the agent's and people's to say.
fn dialed(vehicle: &Vehicle<'_>, kind: TunnelKind, name: &str) -> Vec<Part> {
    let user = vehicle.config.setup().tunnel_user.clone();
    let mut kept: Pairs = vec![
        ("connect-to", office(vehicle).into()),
        ("user", user.into()),
        ("password", Value::Secret("tunnelPassword".into())),
        ("add-default-route", "no".into()),
    ];
    if kind != TunnelKind::Ovpn {
        kept.extend([("dial-on-demand", "no".into()), ("keepalive-timeout", "15".into())]);
    }
    let own: Pairs = match kind {
        TunnelKind::Pptp => vec![("profile", "tikroam".into()), ("allow", "mschap2".into())],
        TunnelKind::L2tp => vec![
            ("allow", "mschap2".into()),
            ("use-ipsec", "yes".into()),
            ("ipsec-secret", Value::Secret("ipsecSecret".into())),
        ],
        TunnelKind::Sstp => vec![
            ("authentication", "mschap2".into()),
            ("verify-server-certificate", "yes".into()),
            ("tls-version", "only-1.2".into()),
        ],
        TunnelKind::Ovpn | TunnelKind::Wireguard => vec![
            ("mode", "ip".into()),
            ("auth", "sha1".into()),
            ("verify-server-certificate", "yes".into()),
        ],
    };
    kept.extend(own);
    let client = Item::new(kind.menu(), vec![("name", name.to_owned().into())], kept);
    let client: Entry = client.at_first(vec![("disabled", "no".into())]).into();
    let keepalive = "add-default-route=no, because only the office's networks go into the tunnel. A keepalive is for the day when \
                     the agent is not there; a swap hangs up and dials by itself. Whether the tunnel is on is the agent's and \
                     people's to say.";
    let (why, entries) = match kind {
        TunnelKind::Pptp => {
            let profile = vec![("use-encryption", "required".into()), ("change-tcp-mss", "yes".into())];
            let profile = Item::new("/ppp/profile", vec![("name", "tikroam".to_owned().into())], profile);
            let why = "The tunnel to the office. Whoever runs a false access point can answer the dial: allow=mschap2 never gives \
                       the password away in clear text (PAP), and use-encryption=required takes no tunnel that is not encrypted.";
            (why, vec![profile.into(), client])
        }
        TunnelKind::L2tp => {
            let why = "The tunnel to the office. An L2TP client may be tied to one address (src-address). Leave it free: then it \
                       takes that of the radio in use.";
            (why, vec![client])
        }
        TunnelKind::Sstp => (PROOF, vec![client]),
        TunnelKind::Ovpn | TunnelKind::Wireguard => (PROOF, vec![client, Entry::Commands(cipher(name))]),
    };
    vec![Part::new(format!("{why} {keepalive}"), entries)]
}

/// Why a certificate.
const PROOF: &str = "The tunnel to the office. Whoever runs a false access point can answer the dial: \
                     verify-server-certificate=yes takes no other end than the office. The office's file says how to make the \
                     certificate; copy tikroam-ca.crt to this router, and run: /certificate import file-name=tikroam-ca.crt \
                     passphrase=\"\"";

/// The cipher has another name on RouterOS 6.49.
fn cipher(name: &str) -> String {
    let client = crate::routeros::console::quoted(format!(
        "/interface ovpn-client set [find where name={}] cipher=",
        crate::routeros::console::quoted(name)
    ));
    format!(
        "# The cipher is aes256-cbc on RouterOS 7 and aes256 on 6.49. An import stops at a word that a version lacks, so each is\n\
         # tried as a text of its own.\n\
         :foreach cipher in={{\"aes256\"; \"aes256-cbc\"}} do={{\n\
         \x20   :local command ({client} . $cipher)\n\
         \x20   :do {{\n\
         \x20       :local setCipher [:parse $command]\n\
         \x20       $setCipher\n\
         \x20   }} on-error={{}}\n\
         }}"
    )
}

fn wireguard(vehicle: &Vehicle<'_>, name: &str) -> Vec<Part> {
    let setup = vehicle.config.setup();
    let (Some(own), Some(end)) = (setup.tunnel_address, setup.office_tunnel_address) else {
        return Vec::new();
    };
    let interface = Item::new(
        "/interface/wireguard",
        vec![("name", name.to_owned().into())],
        Vec::new(),
    );
    let interface = interface.at_first(vec![("comment", "to the office".to_owned().into())]);
    let stops = format!(
        ":if ($officeKey = \"{}\") do={{\n    :error \"tikroam setup --vehicle: set officeKey to the key that the office's file \
         prints, and import again\"\n}}",
        script::PLACEHOLDER
    );
    let net = ipnet::Ipv4Net::new(own, MASK).map_or_else(|_| own.to_string(), |net| net.network().to_string());
    let address = Item::new(
        "/ip/address",
        vec![("comment", "the vehicle's address in the tunnel".to_owned().into())],
        vec![
            ("address", format!("{own}/{MASK}").into()),
            ("network", net.into()),
            ("interface", name.to_owned().into()),
        ],
    );
    let allowed = [format!("{end}/32")].into_iter();
    let allowed: Vec<String> = allowed
        .chain(setup.office_networks.iter().map(ToString::to_string))
        .collect();
    let peer = Item::new(
        "/interface/wireguard/peers",
        vec![("interface", name.to_owned().into())],
        vec![
            ("public-key", Value::Secret("officeKey".into())),
            ("endpoint-address", office(vehicle).into()),
            ("endpoint-port", WIREGUARD_PORT.into()),
            ("allowed-address", allowed.join(",").into()),
            ("persistent-keepalive", "5s".into()),
        ],
    );
    let peer = peer.at_first(vec![("comment", "office".to_owned().into())]);
    vec![
        Part::new(
            "The tunnel to the office. Each router makes its own pair of keys, and the private one never leaves it. Only public \
             keys are copied:\n  1. Import the office's file at the office. It prints the office's public key: write that as \
             `officeKey` above.\n  2. Import this file here. It prints the vehicle's public key: write that into the office's \
             file.\n  3. Import the office's file again. `/interface wireguard peers print` shows `last-handshake` once both are \
             right.\nThe listen-port, and whether the peer is on, are the agent's.",
            vec![
                interface.into(),
                Entry::Commands(prints_key(name, "vehicle")),
                Entry::Commands(stops),
            ],
        ),
        Part::new(
            "What comes from the office, and what may go there. The office is the only peer. The agent speaks at each swap; the \
             keepalive is for the day when the agent is not there, and for firewalls on the way that forget a silent connection, \
             some after 10 s.",
            vec![address.into(), peer.into()],
        ),
    ]
}

/// Commands that print the public key of a WireGuard interface.
pub(super) fn prints_key(name: &str, whose: &str) -> String {
    let name = crate::routeros::console::quoted(name);
    let text = format!("\"tikroam setup: the public key of the {whose} is \"");
    format!(
        ":local publicKey [/interface wireguard get [find where name={name}] public-key]\n\
         :put ({text} . $publicKey)\n\
         :log info ({text} . $publicKey)"
    )
}
