//! Menus of addresses, routes and the services around them.

use crate::sim::router::menus::{Kind, Menu, Only, Schema};
use crate::sim::router::properties::{
    ALL, COMMENT, DISABLED, FIXED, PRINT, SINGLE, menu, must, named, new, only, since_7, single, with,
};

/// `/ip/address`.
pub(super) const ADDRESS: Schema = menu(
    Menu::Address,
    "/ip/address",
    ALL,
    &[
        must("address", Kind::Address),
        new("network", Kind::Ip, None),
        must("interface", Kind::Interface),
        DISABLED,
        COMMENT,
    ],
);

/// `/ip/route`.
pub(super) const ROUTE: Schema = menu(
    Menu::Route,
    "/ip/route",
    ALL,
    &[
        new("dst-address", Kind::Destination, Some("0.0.0.0/0")),
        only(Only::Six, new("routing-mark", Kind::Text, None)),
        only(Only::Seven, new("routing-table", Kind::Text, Some("main"))),
        new("pref-src", Kind::Ip, None),
        new("gateway", Kind::Gateway, None),
        new("check-gateway", Kind::Text, None),
        new("distance", Kind::Number(1, 255), Some("1")),
        new("scope", Kind::Number(0, 255), Some("30")),
        new("target-scope", Kind::Number(0, 255), Some("10")),
        DISABLED,
        COMMENT,
    ],
);

/// `/ip/dhcp-client`, as in the command tree of 7.16.2. That a new one is disabled where nobody says otherwise is the manual's.
pub(super) const DHCP_CLIENT: Schema = menu(
    Menu::DhcpClient,
    "/ip/dhcp-client",
    &[
        "print", "getall", "add", "set", "remove", "enable", "disable", "comment", "release", "renew",
    ],
    &[
        must("interface", Kind::Interface),
        new("add-default-route", Kind::TruthOr("special-classless"), Some("true")),
        new("default-route-distance", Kind::Number(0, 255), Some("1")),
        new("use-peer-dns", Kind::Truth, Some("true")),
        new("use-peer-ntp", Kind::Truth, Some("true")),
        new("dhcp-options", Kind::Text, Some("hostname,clientid")),
        new("script", Kind::Text, None),
        new("disabled", Kind::Truth, Some("true")),
        COMMENT,
    ],
);

/// `/ip/service`.
pub(super) const SERVICE: Schema = named(menu(
    Menu::Service,
    "/ip/service",
    FIXED,
    &[
        new("name", Kind::Text, None),
        new("port", Kind::Number(1, 65535), None),
        new("address", Kind::Text, Some("")),
        new("certificate", Kind::Text, None),
        new("disabled", Kind::Truth, Some("false")),
    ],
));

/// `/ip/arp`: the office's PC on the wire.
pub(super) const ARP: Schema = with(
    &[&[
        ("address", "192.168.88.10"),
        ("mac-address", "02:00:00:00:88:10"),
        ("interface", "ether1"),
        ("published", "false"),
        ("invalid", "false"),
        ("DHCP", "true"),
        ("dynamic", "true"),
        ("complete", "true"),
    ]],
    menu(
        Menu::Arp,
        "/ip/arp",
        ALL,
        &[
            must("address", Kind::Ip),
            must("interface", Kind::Interface),
            new("mac-address", Kind::Mac, None),
            new("published", Kind::Truth, Some("false")),
            DISABLED,
            COMMENT,
        ],
    ),
);

/// `/ip/neighbor`: nobody near the vehicle speaks a discovery protocol.
pub(super) const NEIGHBOR: Schema = menu(Menu::Neighbor, "/ip/neighbor", PRINT, &[]);

/// `/ip/dns`.
pub(super) const DNS: Schema = with(
    &[&[("dynamic-servers", ""), ("cache-used", "25")]],
    single(menu(
        Menu::Dns,
        "/ip/dns",
        SINGLE,
        &[
            new("servers", Kind::Text, Some("")),
            new("allow-remote-requests", Kind::Truth, Some("false")),
            new("max-udp-packet-size", Kind::Number(50, 65507), Some("4096")),
            new("query-server-timeout", Kind::Span, Some("2s")),
            new("query-total-timeout", Kind::Span, Some("10s")),
            new("max-concurrent-queries", Kind::Number(1, 65535), Some("100")),
            new("cache-size", Kind::Number(64, 4_294_967_295), Some("2048")),
            new("cache-max-ttl", Kind::Span, Some("1w")),
        ],
    )),
);

/// `/ip/dns/cache`.
pub(super) const DNS_CACHE: Schema = menu(Menu::DnsCache, "/ip/dns/cache", PRINT, &[]);

/// `/ip/pool`.
pub(super) const POOL: Schema = with(
    &[&[("name", "vehicle"), ("ranges", "192.168.88.10-192.168.88.99")]],
    named(menu(
        Menu::Pool,
        "/ip/pool",
        &["print", "getall", "add", "set", "remove", "comment"],
        &[
            must("name", Kind::Text),
            must("ranges", Kind::Text),
            new("next-pool", Kind::Text, None),
            COMMENT,
        ],
    )),
);

/// `/ip/pool/used`.
pub(super) const POOL_USED: Schema = with(
    &[&[
        ("pool", "vehicle"),
        ("address", "192.168.88.10"),
        ("owner", "DHCP"),
        ("info", "02:00:00:00:88:10"),
    ]],
    menu(Menu::PoolUsed, "/ip/pool/used", PRINT, &[]),
);

/// `/ip/dhcp-server`.
pub(super) const DHCP_SERVER: Schema = with(
    &[&[
        ("name", "vehicle"),
        ("interface", "ether1"),
        ("address-pool", "vehicle"),
        ("disabled", "false"),
        ("dynamic", "false"),
        ("invalid", "false"),
    ]],
    named(menu(
        Menu::DhcpServer,
        "/ip/dhcp-server",
        ALL,
        &[
            must("name", Kind::Text),
            must("interface", Kind::Interface),
            new("lease-time", Kind::Span, Some("30m")),
            new("address-pool", Kind::Text, Some("static-only")),
            new("authoritative", Kind::Text, Some("yes")),
            new("disabled", Kind::Truth, Some("true")),
            COMMENT,
        ],
    )),
);

/// `/ip/dhcp-server/network`.
pub(super) const DHCP_NETWORK: Schema = with(
    &[&[("address", "192.168.88.0/24"), ("gateway", "192.168.88.1")]],
    menu(
        Menu::DhcpNetwork,
        "/ip/dhcp-server/network",
        &["print", "getall", "add", "set", "remove", "comment"],
        &[
            must("address", Kind::Destination),
            new("gateway", Kind::Text, Some("")),
            new("dns-server", Kind::Text, Some("")),
            COMMENT,
        ],
    ),
);

/// `/ip/dhcp-server/lease`: the mini PC.
pub(super) const DHCP_LEASE: Schema = with(
    &[&[
        ("address", "192.168.88.10"),
        ("mac-address", "02:00:00:00:88:10"),
        ("server", "vehicle"),
        ("status", "bound"),
        ("expires-after", "21m14s"),
        ("last-seen", "8m46s"),
        ("active-address", "192.168.88.10"),
        ("active-mac-address", "02:00:00:00:88:10"),
        ("active-client-id", "1:2:0:0:0:88:10"),
        ("active-server", "vehicle"),
        ("host-name", "minipc"),
        ("radius", "false"),
        ("dynamic", "true"),
        ("blocked", "false"),
    ]],
    menu(
        Menu::DhcpLease,
        "/ip/dhcp-server/lease",
        ALL,
        &[
            new("address", Kind::Ip, None),
            new("mac-address", Kind::Mac, None),
            new("client-id", Kind::Text, None),
            new("address-lists", Kind::Text, Some("")),
            new("server", Kind::Text, Some("all")),
            new("lease-time", Kind::Span, None),
            new("dhcp-option", Kind::Text, Some("")),
            new("block-access", Kind::Truth, None),
            DISABLED,
            COMMENT,
        ],
    ),
);

/// `/ip/cloud`.
pub(super) const CLOUD: Schema = single(menu(
    Menu::Cloud,
    "/ip/cloud",
    SINGLE,
    &[
        new("ddns-enabled", Kind::Truth, Some("false")),
        new("ddns-update-interval", Kind::Text, Some("none")),
        new("update-time", Kind::Truth, Some("true")),
    ],
));

/// `/ipv6/neighbor`: nobody around the vehicle speaks IPv6. RouterOS 6 has these menus in a package of its own.
pub(super) const NEIGHBOR_SIX: Schema = since_7(menu(Menu::NeighborSix, "/ipv6/neighbor", PRINT, &[]));

/// `/ipv6/firewall/connection`.
pub(super) const CONNECTION_SIX: Schema = since_7(menu(Menu::ConnectionSix, "/ipv6/firewall/connection", PRINT, &[]));

/// `/ip/vrf`.
pub(super) const VRF: Schema = with(
    &[&[("name", "main"), ("interfaces", "all"), ("builtin", "true")]],
    since_7(menu(Menu::Vrf, "/ip/vrf", PRINT, &[])),
);

/// `/routing/bgp/connection`.
pub(super) const BGP_CONNECTION: Schema = since_7(menu(Menu::BgpConnection, "/routing/bgp/connection", PRINT, &[]));

/// `/routing/bgp/session`.
pub(super) const BGP_SESSION: Schema = since_7(menu(Menu::BgpSession, "/routing/bgp/session", PRINT, &[]));
