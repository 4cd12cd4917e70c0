//! What a simulated vehicle is made of.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use super::access::Access;
use crate::drive::Drive;

/// Everything about a simulated vehicle that can be chosen. All durations but `round_trip` are simulated time.
///
/// What a client sends (how long a scan or a monitor lasts, the interval of pings) and the round trips of its pings are its
/// own, real time, so that a client whose durations are all divided by `speed` finds the same router.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The drive along which the vehicle goes.
    pub drive: Drive,
    /// The second of the drive at which it starts.
    pub from: u64,
    /// Whether the drive starts again when it ends; otherwise nothing is heard after its end.
    pub looped: bool,
    /// The part of the vehicle's time in which the dispatcher judges it. Before, it stands where the drive starts.
    pub judged: Range<Duration>,
    /// The networks of the vehicle; the drive's access points are dealt to them in order.
    pub networks: Vec<Network>,
    /// The names of the client radios.
    pub radios: Vec<String>,
    /// The ways out beside the radios: a modem, or a cable.
    pub wires: Vec<Wire>,
    /// Which RouterOS the router plays.
    pub routeros: RouterOs,
    /// The tunnel to the office.
    pub tunnel: TunnelKind,
    /// The seed of all randomness.
    pub seed: u64,
    /// Simulated seconds in each real one, 0.001 to 10,000.
    pub speed: f64,
    /// Keeps the SSIDs of the drive instead of dealing its access points to the networks.
    pub ssid_as_heard: bool,
    /// Who drives the router beside its API.
    pub controller: Controller,
    /// Where routers differ or nobody is sure.
    pub quirks: Quirks,
    /// Who may use the API.
    pub access: Access,
    /// Real time added to each answer of the API, as on a slow wire.
    pub round_trip: Duration,
    /// The keepalive of the office's server, as `contrib/concentrator.rsc` sets it; zero = sessions never expire.
    pub office_keepalive: Duration,
    /// A file that gets every sentence as a JSON line.
    pub transcript: Option<PathBuf>,
    /// Whether the items of the agent are there already, as the technician's script makes them.
    pub prepared: bool,
    /// Whether the router is as it comes from its box; nobody set up radios, tunnel or the agent's items.
    pub stock: bool,
}

/// One network that the vehicle may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Its SSID; also the name of its security profile on the router.
    pub ssid: String,
    /// The vehicle's address in it with the mask, such as `10.10.10.2/24`.
    pub address: String,
    /// Its gateway.
    pub gateway: String,
    /// The area that its access points send, as MikroTik's can; empty for none.
    pub area: String,
    /// Its DHCP server; `None` where addresses are given by hand.
    pub dhcp: Option<DhcpServer>,
}

/// The DHCP server of a network: it hands out addresses of the network's own range, from `.100` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DhcpServer {
    /// How long a lease lasts.
    pub lease: Duration,
    /// How long it thinks before each of its two answers.
    pub delay: Duration,
    /// Whether it answers nobody.
    pub silent: bool,
}

impl Default for DhcpServer {
    /// A hotspot's: leases of 10 minutes, answered within half a second.
    fn default() -> Self {
        DhcpServer {
            lease: Duration::from_secs(600),
            delay: Duration::from_millis(200),
            silent: false,
        }
    }
}

/// A way out beside the radios: slower, and with dead spots where `dead_spots` says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Wire {
    /// Its interface, such as `lte1` or `ether2`.
    pub interface: String,
    /// The word by which its modem says that it carries traffic; `None` for a cable.
    pub modem: Option<ModemWord>,
    /// The vehicle's address there with the mask: the modem has it by itself, and a cable's is the client's to set.
    pub address: String,
    /// Where a cable leads.
    pub gateway: Option<String>,
    /// The DHCP server at a cable's other end, which hands out addresses of the same range; `None` where they are given by hand.
    pub dhcp: Option<DhcpServer>,
    /// The share of round trips that get through, 0 to 1; at 0 it is up and carries nothing.
    pub passing: f64,
    /// Simulated time that each round trip takes longer than over a radio.
    pub latency: Duration,
    /// Whether it loses half of the frames and more for 2 to 10 s in each 2 minutes, without a word of the modem. No source
    /// gives figures for LTE along a road: these are those of an access point's gray periods.
    pub dead_spots: bool,
}

/// The status word of a modem that carries traffic; models differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModemWord {
    /// `running`
    Running,
    /// `connected`
    Connected,
    /// `registered`, with a session.
    Registered,
}

impl Wire {
    /// A modem `lte1` that works.
    #[must_use]
    pub fn lte(word: ModemWord) -> Self {
        Wire {
            interface: "lte1".into(),
            modem: Some(word),
            address: "100.64.0.2/32".into(),
            gateway: None,
            dhcp: None,
            passing: 1.0,
            latency: Duration::from_millis(60),
            dead_spots: false,
        }
    }

    /// A cable in `ether2` that leads to a router.
    #[must_use]
    pub fn ether() -> Self {
        Wire {
            interface: "ether2".into(),
            modem: None,
            address: "10.40.0.2/24".into(),
            gateway: Some("10.40.0.1".into()),
            dhcp: None,
            passing: 1.0,
            latency: Duration::from_millis(5),
            dead_spots: false,
        }
    }
}

/// A version of RouterOS, with the package that runs its radios.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RouterOs {
    /// RouterOS 6.40: login by challenge and response, `.tag` at the end of a reply.
    #[value(name = "6.40")]
    V6_40,
    /// RouterOS 6.49.
    #[value(name = "6.49")]
    V6_49,
    /// RouterOS 7.12 with `wifiwave2`: the radios are in `/interface/wifiwave2`, and there is no `/interface/wireless`.
    #[value(name = "7.12")]
    V7_12,
    /// RouterOS 7.17: the last without `!empty`. An empty `/interface/wifi` stands beside `/interface/wireless`.
    #[value(name = "7.17")]
    V7_17,
    /// RouterOS 7.20 with `wireless`: `!empty`, flags only when they are true.
    #[value(name = "7.20")]
    V7_20,
    /// RouterOS 7.20 with `wifi-qcom`: the radios are in `/interface/wifi`.
    #[value(name = "7.20-wifi")]
    V7_20Wifi,
    /// RouterOS 7.24 with `wifi-qcom`.
    #[value(name = "7.24-wifi")]
    V7_24Wifi,
}

/// Who drives the router beside its API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Controller {
    /// Nobody.
    None,
    /// A script on the router that looks each 5 s and swaps at -80 dBm.
    Script,
    /// One radio that roams by itself, with the script's address part.
    SingleRadio,
    /// The router's own failover between two roaming radios over WireGuard, with the values that a router comes with.
    FailoverStock,
    /// The same, with values that make it quick: a radio leaves at -80 dBm within a second, and the two prefer different
    /// networks.
    FailoverTuned,
}

/// The kind of the tunnel to the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TunnelKind {
    /// PPTP.
    Pptp,
    /// L2TP.
    L2tp,
    /// SSTP.
    Sstp,
    /// OpenVPN.
    Ovpn,
    /// WireGuard; RouterOS 7 only.
    Wireguard,
    /// None: the vehicle is called by its address on each network.
    None,
}

/// Where a firewall keeps a dead entry of a WireGuard connection after the vehicle's way has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadEntry {
    /// Nowhere.
    Never,
    /// In the vehicle's router: removing the entry, or another listen-port, cures it.
    Router,
    /// At the office: only another listen-port cures it.
    Office,
}

/// How a signal is written in the registration table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalText {
    /// `-51@1Mbps`.
    AtRate,
    /// `-66dBm@HT20-7`.
    WithUnit,
    /// `-72`.
    Bare,
}

/// What the row of a lost ping says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostPing {
    /// `status=timeout`, as captured.
    Timeout,
    /// Another status.
    OtherWords,
    /// No status.
    NoStatus,
}

/// What the office does with a second session of one user. What RouterOS does is not documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SecondSession {
    /// Admits it at once; a script removes the older one within a second. Until then flows are shared by hash.
    BesideCleaned,
    /// Admits it at once, and shares the flows by hash until the older one expires.
    Beside,
    /// Ends the older one at once.
    Replace,
    /// Refuses it until the older one expires.
    Refuse,
}

/// The status words of the tunnel's `monitor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusWords {
    /// Those of logs and scripts: `dialing...`, `initializing...`.
    Logged,
    /// Those of the manual's PPPoE page: `dialing`, `verifying password...`.
    Pppoe,
    /// There is no `status`.
    Absent,
}

/// Where routers differ or nobody is sure.
#[derive(Debug, Clone)]
pub struct Quirks {
    /// `.tag` is the last word of a reply (and so after `=ret=`), as on old routers.
    pub tag_last: bool,
    /// An answer to a query that found nothing carries `!empty`, as from 7.18.
    pub empty_word: bool,
    /// How signals are written.
    pub signal: SignalText,
    /// `monitor` takes several interfaces in one call.
    pub several_monitors: bool,
    /// `monitor` takes `.proplist`, in versions whose command tree has it.
    pub monitor_proplist: bool,
    /// A change of the matched connect-list rule, of one above it or of the scan-list drops the station at once.
    pub rule_change_drops: bool,
    /// The same address is refused also on another interface or when disabled.
    pub strict_duplicates: bool,
    /// `set address` without `network` keeps the stored network.
    pub keeps_network: bool,
    /// A lease stays when the radio leaves its access point, also on another network, until it is renewed.
    pub lease_survives: bool,
    /// Simulated time that the office needs to accept a call, on top of the round trips of a dial. Each dial begins
    /// from zero.
    pub office_accepts_after: Duration,
    /// The status words of the tunnel's `monitor`.
    pub status_words: StatusWords,
    /// What the office does with a second session of the vehicle's user.
    pub second_session: SecondSession,
    /// A session survives a change of the radio within one network, with the same address.
    pub session_survives_radio: bool,
    /// Where a firewall keeps a dead entry of WireGuard's connection.
    pub dead_entry: DeadEntry,
    /// Radios search all channels, whatever their scan-list says.
    pub ignores_scan_list: bool,
    /// Background scans are allowed while connected.
    pub background_scan: bool,
    /// A scan of the wifi menus takes a radio off its access point.
    pub wifi_scan_drops: bool,
    /// What the row of a lost ping says.
    pub lost_ping: LostPing,
    /// Gray periods happen.
    pub gray: bool,
    /// SSIDs of networks whose key on the router is wrong.
    pub wrong_keys: Vec<String>,
    /// Access points, by their address, that send the name of a network and let its clients in, but lead nowhere.
    pub impostors: Vec<String>,
    /// A radio hears both bands at once, whatever its `band` says. No radio does, but several recorded the drives.
    pub ignores_band: bool,
}

impl Default for Quirks {
    fn default() -> Self {
        Quirks {
            tag_last: false,
            empty_word: false,
            signal: SignalText::AtRate,
            several_monitors: true,
            monitor_proplist: true,
            rule_change_drops: true,
            strict_duplicates: true,
            keeps_network: true,
            lease_survives: true,
            office_accepts_after: Duration::ZERO,
            status_words: StatusWords::Logged,
            second_session: SecondSession::BesideCleaned,
            session_survives_radio: true,
            dead_entry: DeadEntry::Never,
            ignores_scan_list: false,
            background_scan: true,
            wifi_scan_drops: true,
            lost_ping: LostPing::Timeout,
            gray: true,
            wrong_keys: Vec::new(),
            impostors: Vec::new(),
            ignores_band: true,
        }
    }
}

impl Settings {
    /// The vehicle of the example configuration: two radios, three networks, user `admin` with an empty password.
    #[must_use]
    pub fn example(drive: Drive, seed: u64) -> Self {
        let network = |ssid: &str, address: &str, gateway: &str| Network {
            ssid: ssid.into(),
            address: address.into(),
            gateway: gateway.into(),
            area: String::new(),
            dhcp: None,
        };
        Settings {
            drive,
            from: 0,
            looped: false,
            judged: Duration::ZERO..Duration::MAX,
            networks: vec![
                network("testssid1", "10.10.10.2/24", "10.10.10.1"),
                network("testssid2", "10.20.0.2/24", "10.20.0.1"),
                network("securessid", "10.30.0.2/24", "10.30.0.1"),
            ],
            radios: vec!["wlan1".into(), "wlan2".into()],
            wires: Vec::new(),
            routeros: RouterOs::V6_49,
            tunnel: TunnelKind::Pptp,
            seed,
            speed: 1.0,
            ssid_as_heard: false,
            controller: Controller::None,
            quirks: Quirks::default(),
            access: Access::default(),
            round_trip: Duration::ZERO,
            office_keepalive: Duration::from_secs(10),
            transcript: None,
            prepared: true,
            stock: false,
        }
    }
}
