//! The part of a vehicle's router that is neither radio nor tunnel: who may log in, the wired network, the firewall, time.

use super::given::Vehicle;
use super::script::{BY_NAME, Entry, Item, Part, Value};

/// The API user and the service.
pub(super) fn user(vehicle: &Vehicle<'_>) -> Vec<Part> {
    let user = vehicle.config.router().user().to_owned();
    let pc = format!("{}/32", vehicle.pc);
    let policies = vec![("policy", "api,read,write,test".into())];
    let group = Item::new("/user/group", vec![("name", "tikroam".to_owned().into())], policies);
    let kept = vec![
        ("group", "tikroam".to_owned().into()),
        ("password", Value::Secret("apiPassword".into())),
        ("address", pc.clone().into()),
    ];
    let user = Item::new("/user", vec![("name", user.into())], kept);
    let service = Entry::Set {
        menu: "/ip/service".into(),
        // From 7.20 on, a search by name finds the sessions as well.
        key: vec![(BY_NAME, "api".into())],
        kept: vec![
            ("disabled", "no".into()),
            ("port", vehicle.port.clone().into()),
            ("address", pc.into()),
        ],
        moved: Vec::new(),
    };
    vec![
        Part::new(
            "The API user has a group of its own with the least that works. `read` shows registrations, addresses, routes, and \
             scripts to `tikroam check`; `write` sets addresses and routes; `test` allows scan and ping. The user can log in by \
             the API only, from the vehicle's PC only, and can neither see passwords nor add users.",
            vec![group.into(), user.into()],
        ),
        Part::new(
            "The API sends the password in clear text: it answers only the vehicle's PC, on the wire.",
            vec![service],
        ),
    ]
}

/// The wired side: the PC's lease, the way out that a router has from its box, names and time.
pub(super) fn wired(vehicle: &Vehicle<'_>) -> Vec<Part> {
    let setup = vehicle.config.setup();
    let mut parts = Vec::new();
    if let Some(mac) = setup.pc_mac {
        let mac: Value = mac.to_string().to_uppercase().into();
        let lease = Item::new(
            "/ip/dhcp-server/lease",
            vec![("mac-address", mac.clone()), ("dynamic", "no".into())],
            vec![("address", vehicle.pc.to_string().into())],
        );
        parts.push(Part::new(
            "The PC always gets the same address. A lease that the router made by itself gives way.",
            vec![
                Entry::Gone {
                    menu: "/ip/dhcp-server/lease".into(),
                    key: vec![("mac-address", mac), ("dynamic", "yes".into())],
                },
                lease.into(),
            ],
        ));
    }
    parts.push(Part::new(
        "A router from its box asks for an address and a default route on its first port. That route comes before the agent's \
         or beside it.",
        vec![Entry::Set {
            menu: "/ip/dhcp-client".into(),
            key: vec![("comment", "defconf".to_owned().into())],
            kept: vec![("disabled", "yes".into())],
            moved: Vec::new(),
        }],
    ));
    if !setup.name_servers.is_empty() {
        let servers: Vec<String> = setup.name_servers.iter().map(ToString::to_string).collect();
        parts.push(Part::new(
            "Names are looked up wherever the vehicle is; a network's own name server answers its own guests only.",
            vec![Entry::Set {
                menu: "/ip/dns".into(),
                key: Vec::new(),
                kept: vec![("servers", servers.join(",").into())],
                moved: Vec::new(),
            }],
        ));
    }
    if !setup.time_servers.is_empty() {
        parts.push(time(&setup.time_servers.join(",")));
    }
    parts
}

/// What RouterOS 7 calls `servers` are names (`server-dns-names`) and addresses (`primary-ntp`) on 6.49.
fn time(servers: &str) -> Part {
    let servers = crate::routeros::console::quoted(servers);
    let commands = format!(
        ":foreach form in={{\"servers\"; \"server-dns-names\"; \"primary-ntp\"}} do={{\n\
         \x20   :local timeServers {servers}\n\
         \x20   :local command (\"/system ntp client set enabled=yes \" . $form . \"=\" . $timeServers)\n\
         \x20   :do {{\n\
         \x20       :local setTime [:parse $command]\n\
         \x20       $setTime\n\
         \x20   }} on-error={{}}\n\
         }}"
    );
    Part::new(
        "A router without a battery starts in the year 1970, when no certificate is valid yet. The setting has other names on \
         RouterOS 6.49, and an import stops at a word that a version lacks, so each is tried as a text of its own.",
        vec![Entry::Commands(commands)],
    )
}

/// Masquerading, lists and rules of the firewall.
pub(super) fn firewall(vehicle: &Vehicle<'_>) -> Vec<Part> {
    let lists = ["WAN", "tikroam-radios"];
    let mut members: Vec<Entry> = Vec::new();
    let mut masquerade: Vec<Entry> = Vec::new();
    for list in lists {
        members.push(Item::new("/interface/list", vec![("name", list.to_owned().into())], Vec::new()).into());
    }
    for radio in vehicle.radios() {
        let name = || Value::from(radio.as_str().to_owned());
        for list in lists {
            let comment = format!("{} in {list}", radio.as_str());
            let kept = vec![("list", list.to_owned().into()), ("interface", name())];
            members.push(Item::new("/interface/list/member", vec![("comment", comment.into())], kept).into());
        }
        let comment = format!("out by {}", radio.as_str());
        let kept = vec![
            ("chain", "srcnat".into()),
            ("action", "masquerade".into()),
            ("out-interface", name()),
        ];
        masquerade.push(Item::new("/ip/firewall/nat", vec![("comment", comment.into())], kept).into());
    }
    for fallback in vehicle.config.fallbacks() {
        let comment = format!("out by {}", fallback.interface.as_str());
        let kept = vec![
            ("chain", "srcnat".into()),
            ("action", "masquerade".into()),
            ("out-interface", fallback.interface.as_str().to_owned().into()),
        ];
        masquerade.push(Item::new("/ip/firewall/nat", vec![("comment", comment.into())], kept).into());
    }
    let rule = |chain: &'static str, comment: &str, more: Vec<(&'static str, Value)>| -> Entry {
        let list = ("in-interface-list", Value::from("tikroam-radios".to_owned()));
        let kept = [vec![("chain", chain.into())], more, vec![list]].concat();
        Item::new(
            "/ip/firewall/filter",
            vec![("comment", comment.to_owned().into())],
            kept,
        )
        .into()
    };
    let answers = || {
        vec![
            ("action", "accept".into()),
            ("connection-state", "established,related,untracked".into()),
        ]
    };
    let through = vec![("action", "drop".into()), ("connection-nat-state", "!dstnat".into())];
    vec![
        Part::new(
            "What leaves by a radio leaves with the radio's address; masquerade also forgets its connections when that address \
             goes. Nothing is rewritten inside the tunnel: the office calls the vehicle by its own address.",
            masquerade,
        ),
        Part::new(
            "The networks are strangers'. The stock firewall drops what comes in by an interface of the list WAN or of none; \
             the rules below, for a router without it, go by a list of the radios alone.",
            members,
        ),
        Part {
            without_firewall: true,
            ..Part::new(
                "Where nothing else drops input, there is no firewall: these rules keep the networks' other users out of the \
                 router and of the vehicle. Answers to what the vehicle sent, the tunnel among them, come in.",
                vec![
                    rule("input", "radios: answers in", answers()),
                    rule("input", "radios: no input", vec![("action", "drop".into())]),
                    rule("forward", "radios: answers through", answers()),
                    rule("forward", "radios: nothing through", through),
                ],
            )
        },
    ]
}
