//! Networks that give addresses by DHCP: the lease comes ahead, and a swap waits for none.

use std::collections::BTreeMap;
use std::time::Duration;

use tikroam::config::Config;
use tikroam::entry::{self, Event};
use tikroam::journal::{self, Journal};
use tikroam::sim::{DhcpServer, Effect, RouterOs, Sender, Settings, Sim, TunnelKind, What};
use tokio::task::spawn_blocking;

use crate::line::tikroam;
use crate::log::Log;
use crate::road::{END, config_of, options, out_by, ride, road, row, settings, start, until, until_on_air, writes};

/// A configuration of two radios and these networks, each with its further lines.
pub(crate) fn text(networks: &[(&str, &str)], tunnel: &str) -> String {
    let mut text = String::from("[router]\n[[radio]]\ninterface = \"wlan1\"\n[[radio]]\ninterface = \"wlan2\"\n");
    for (ssid, lines) in networks {
        text.push_str(&format!("[[network]]\nssid = \"{ssid}\"\n{lines}\n"));
    }
    format!("{text}[tunnel]\nprobe = \"10.99.0.1\"\n{tunnel}\n")
}

const DHCP: &str = "address = \"dhcp\"";
pub(crate) const PPTP: &str = "interface = \"PPtP_to_Office\"";
const WIREGUARD: &str = "kind = \"wireguard\"\ninterface = \"WG_to_Office\"";

/// Both networks of [`two_networks`] by DHCP.
fn both(sim: &Sim) -> Config {
    config_of(&text(&[("testssid1", DHCP), ("testssid2", DHCP)], PPTP), sim, &[])
}

/// The example vehicle beside two access points of two networks, whose servers answer.
fn two_networks() -> Settings {
    with_servers(settings(road(&[(-55, 0..END), (-60, 0..END)])))
}

/// The same, and both access points are of one network.
fn one_network() -> Settings {
    with_servers(settings(road(&[
        (-55, 0..END),
        (-90, 0..0),
        (-90, 0..0),
        (-60, 0..END),
    ])))
}

fn with_servers(mut vehicle: Settings) -> Settings {
    for network in &mut vehicle.networks {
        network.dhcp = Some(DhcpServer::default());
    }
    vehicle
}

fn wireguard(mut vehicle: Settings) -> Settings {
    vehicle.routeros = RouterOs::V7_17;
    vehicle.tunnel = TunnelKind::Wireguard;
    vehicle
}

/// The managed client of a radio; `None` until it was made.
fn client(sim: &Sim, radio: &str) -> Option<BTreeMap<String, String>> {
    let rows = sim.console("/ip/dhcp-client/print", &[]).unwrap();
    let rows = rows.into_iter().map(BTreeMap::from_iter);
    let managed = |row: &BTreeMap<String, String>| {
        let comment = row
            .get("comment")
            .is_some_and(|comment| comment.starts_with("tikroam:dhcp:"));
        comment && row["interface"] == radio
    };
    rows.into_iter().find(managed)
}

/// The address that a radio has by DHCP.
pub(crate) fn leased(sim: &Sim, radio: &str) -> Option<String> {
    client(sim, radio)?.get("address").cloned()
}

fn other(radio: &str) -> &'static str {
    if radio == "wlan1" { "wlan2" } else { "wlan1" }
}

/// The gateway of the default route, where that is in use.
fn gateway(sim: &Sim) -> Option<String> {
    let route = row(sim, "/ip/route", "tikroam:default");
    (route["disabled"] == "false").then(|| route["gateway"].clone())
}

/// Waits until the vehicle was reached, and both radios have a lease.
async fn until_staged(sim: &Sim, log: &Log) {
    until("the tunnel answers", || log.count("reachable over") > 0).await;
    until("both radios have a lease", || {
        ["wlan1", "wlan2"].iter().all(|radio| leased(sim, radio).is_some())
    })
    .await;
}

async fn wait(sim: &Sim, seconds: u64) {
    let since = sim.elapsed();
    until("time passes", || sim.elapsed() - since >= Duration::from_secs(seconds)).await;
}

#[tokio::test]
async fn the_lease_comes_ahead_and_a_swap_takes_no_call_for_it() {
    for survives in [true, false] {
        let log = Log::strict();
        let mut vehicle = two_networks();
        vehicle.quirks.lease_survives = survives;
        let sim = start(vehicle).await;
        let (summary, (lost, lease, gateway)) = ride(both(&sim), options(), async {
            until_staged(&sim, &log).await;
            wait(&sim, 3).await;
            let lost = out_by(&sim).unwrap();
            let swaps = log.count("swap begun");
            sim.console("/interface/wireless/disable", &[("numbers", &lost)])
                .unwrap();
            until("the vehicle swaps", || log.count("swap begun") > swaps).await;
            until("it is up", || log.count("swap ended: the tunnel is up over") >= 2).await;
            let lease = client(&sim, other(&lost)).unwrap();
            (lost, lease, gateway(&sim))
        })
        .await;
        let now = other(&lost);
        assert_eq!(gateway, Some(format!("{}%{now}", lease["gateway"])));
        assert_eq!(summary.swaps.last().unwrap().calls, 3, "tunnel off, route, tunnel on");
        assert_eq!(
            (lease["add-default-route"].as_str(), lease["use-peer-dns"].as_str()),
            ("false", "false"),
            "{survives}"
        );
    }
}

#[tokio::test]
async fn two_radios_on_one_network_have_two_leases_and_a_swap_is_the_route_alone() {
    let log = Log::strict();
    let sim = start(wireguard(one_network())).await;
    let config = config_of(&text(&[("testssid1", DHCP)], WIREGUARD), &sim, &[]);
    let (summary, lost) = ride(config, options(), async {
        until_staged(&sim, &log).await;
        wait(&sim, 3).await;
        let lost = out_by(&sim).unwrap();
        assert_ne!(leased(&sim, "wlan1"), leased(&sim, "wlan2"));
        sim.console("/interface/wireless/disable", &[("numbers", &lost)])
            .unwrap();
        until("it answers over the other radio", || {
            log.count("the tunnel answers over") >= 2
        })
        .await;
        lost
    })
    .await;
    assert_eq!(out_by(&sim).as_deref(), Some(other(&lost)));
    assert_eq!(summary.swaps.last().unwrap().calls, 1);
    assert_eq!(summary.failed_swaps, 0);
}

#[tokio::test]
async fn a_radio_that_moves_to_another_network_gives_its_lease_back_and_asks_again() {
    let log = Log::strict();
    // The second network goes, and the third is there for the standby.
    let mut vehicle = with_servers(settings(road(&[(-55, 0..END), (-60, 0..60), (-62, 60..END)])));
    vehicle.quirks.lease_survives = true;
    let sim = start(vehicle).await;
    let networks = [("testssid1", DHCP), ("testssid2", DHCP), ("securessid", DHCP)];
    ride(config_of(&text(&networks, PPTP), &sim, &[]), options(), async {
        until("a radio has a lease of the second network", || {
            has_lease(&sim, "10.20.0.")
        })
        .await;
        until("and then of the third", || has_lease(&sim, "10.30.0.")).await;
        until("which is logged", || log.count("has the address 10.30.0.") > 0).await;
    })
    .await;
    assert!(written(&sim, "/ip/dhcp-client/release") > 0);
}

#[tokio::test]
async fn a_radio_without_a_lease_is_no_candidate_and_the_log_says_so() {
    let log = Log::strict();
    let mut vehicle = two_networks();
    vehicle.networks[0].dhcp = Some(DhcpServer {
        silent: true,
        ..DhcpServer::default()
    });
    let sim = start(vehicle).await;
    let networks = [
        ("testssid1", DHCP),
        ("testssid2", "address = \"10.20.0.2/24\"\ngateway = \"10.20.0.1\""),
    ];
    ride(config_of(&text(&networks, PPTP), &sim, &[]), options(), async {
        until("it is logged", || {
            log.count("has no address by DHCP after 0.5 s: it is no candidate") > 0
        })
        .await;
        until("the other network carries the vehicle", || {
            log.count("reachable over") > 0
        })
        .await;
        wait(&sim, 20).await;
    })
    .await;
    assert!(gateway(&sim).unwrap().starts_with("10.20.0.1%"));
    assert!(!swapped_to(&sim, "10.10.10."));
}

#[tokio::test]
async fn a_slow_server_is_waited_for() {
    let log = Log::strict();
    let mut vehicle = two_networks();
    for network in &mut vehicle.networks {
        network.dhcp = Some(DhcpServer {
            delay: Duration::from_secs(3),
            ..DhcpServer::default()
        });
    }
    let sim = start(vehicle).await;
    ride(both(&sim), options(), async {
        until_staged(&sim, &log).await;
    })
    .await;
    assert!(log.count("it is no candidate") > 0);
}

#[tokio::test]
async fn a_lease_that_runs_out_sends_the_vehicle_to_the_other_radio() {
    let log = Log::strict();
    let mut vehicle = two_networks();
    vehicle.networks[0].dhcp = Some(DhcpServer {
        lease: Duration::from_secs(30),
        ..DhcpServer::default()
    });
    let sim = start(vehicle).await;
    ride(both(&sim), options(), async {
        until_staged(&sim, &log).await;
        until("the vehicle goes out by the first network", || on(&sim, "10.10.10.1%")).await;
        sim.faults().renumber("testssid1", "10.10.10.2/24", "10.10.10.1", None);
        until("the lease is gone", || log.count("lost its address 10.10.10.") > 0).await;
        until("the vehicle goes out by the second", || on(&sim, "10.20.0.1%")).await;
        until("it is up", || log.count("swap ended: the tunnel is up over") >= 2).await;
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_changes_is_followed() {
    for (address, gateway_now) in [("10.40.0.2/24", "10.40.0.1"), ("10.10.0.2/16", "10.10.10.1")] {
        let log = Log::strict();
        let mut vehicle = with_servers(settings(road(&[(-55, 0..END)])));
        vehicle.radios.truncate(1);
        let sim = start(vehicle).await;
        let text = text(&[("testssid1", DHCP)], PPTP).replace("[[radio]]\ninterface = \"wlan2\"\n", "");
        ride(config_of(&text, &sim, &[]), options(), async {
            until("the tunnel answers", || log.count("reachable over") > 0).await;
            let ups = log.count("swap ended: the tunnel is up over");
            sim.faults()
                .renumber("testssid1", address, gateway_now, Some(DhcpServer::default()));
            let id = client(&sim, "wlan1").unwrap()[".id"].clone();
            sim.console("/ip/dhcp-client/release", &[("numbers", &id)]).unwrap();
            until("the route follows", || on(&sim, &format!("{gateway_now}%wlan1"))).await;
            until("the tunnel dials from the new address", || {
                log.count("swap ended: the tunnel is up over") > ups
            })
            .await;
        })
        .await;
        let subnet: ipnet::Ipv4Net = address.parse().unwrap();
        let lease: ipnet::Ipv4Net = leased(&sim, "wlan1").unwrap().parse().unwrap();
        assert_eq!(lease.trunc(), subnet.trunc());
    }
}

#[tokio::test]
async fn a_lease_that_overlaps_is_refused_and_reported() {
    for (address, first, by) in [
        (
            "192.168.88.50/24",
            "192.168.88.254",
            "interface `ether1` (192.168.88.0/24)",
        ),
        ("10.99.0.50/16", "10.99.0.254", "the office (10.99.0.0/24)"),
        ("10.10.0.50/16", "10.10.0.1", "network `testssid1` (10.10.10.0/24)"),
    ] {
        let log = Log::strict();
        let mut vehicle = two_networks();
        (vehicle.networks[1].address, vehicle.networks[1].gateway) = (address.to_owned(), first.to_owned());
        let sim = start(vehicle).await;
        let office = [("dst-address", "10.99.0.0/24"), ("gateway", "PPtP_to_Office")];
        sim.console("/ip/route/add", &office).unwrap();
        let networks = [
            ("testssid1", "address = \"10.10.10.2/24\"\ngateway = \"10.10.10.1\""),
            ("testssid2", DHCP),
        ];
        ride(config_of(&text(&networks, PPTP), &sim, &[]), options(), async {
            until("it is reported", || {
                log.count(&format!("by DHCP: it overlaps {by}")) > 0
            })
            .await;
            until("the client is off", || {
                ["wlan1", "wlan2"].iter().all(|radio| leased(&sim, radio).is_none())
            })
            .await;
            until("the first network carries the vehicle", || {
                on(&sim, "10.10.10.1%") && log.count("reachable over") > 0
            })
            .await;
        })
        .await;
        assert!(!swapped_to(&sim, first), "{by}");
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_half_way_leaves_nothing_behind() {
    for (command, effect) in [
        ("/ip/dhcp-client/add", Effect::ApplyThenClose),
        ("/ip/dhcp-client/set", Effect::ApplyThenClose),
        ("/ip/dhcp-client/set", Effect::CloseBefore),
        ("/ip/dhcp-client/set", Effect::Refuse("failure: busy".into())),
        ("/ip/route/set", Effect::ApplyThenClose),
    ] {
        let log = Log::strict();
        let sim = start(two_networks()).await;
        sim.faults().at(1, command, effect);
        ride(both(&sim), options(), async {
            until_staged(&sim, &log).await;
            until("it is up", || {
                on(&sim, "1") && log.count("swap ended: the tunnel is up over") > 0
            })
            .await;
        })
        .await;
        let rows = sim.console("/ip/dhcp-client/print", &[]).unwrap();
        assert_eq!(rows.len(), 2, "{command}: {rows:?}");
    }
}

#[tokio::test]
async fn an_agent_that_starts_again_keeps_the_leases_that_it_finds() {
    let log = Log::strict();
    let sim = start(one_network()).await;
    ride(both(&sim), options(), until_staged(&sim, &log)).await;
    wait(&sim, 2).await;
    let before = ["wlan1", "wlan2"].map(|radio| client(&sim, radio).map(|row| row["comment"].clone()));
    let writes = ["set", "release", "add"].map(|verb| written(&sim, &format!("/ip/dhcp-client/{verb}")));
    ride(both(&sim), options(), async {
        until("the tunnel answers", || log.count("reachable over") >= 2).await;
        wait(&sim, 3).await;
    })
    .await;
    let after = ["wlan1", "wlan2"].map(|radio| client(&sim, radio).map(|row| row["comment"].clone()));
    assert_eq!(before, after);
    assert_eq!(
        writes,
        ["set", "release", "add"].map(|verb| written(&sim, &format!("/ip/dhcp-client/{verb}")))
    );
}

#[tokio::test]
async fn after_a_power_cut_the_leases_are_asked_for_again() {
    let log = Log::strict();
    let sim = start(two_networks()).await;
    ride(both(&sim), options(), async {
        until_staged(&sim, &log).await;
        sim.faults().power_cut(Duration::from_secs(5));
        until("the agent is back", || log.count("connected to the router") == 2).await;
        until("the vehicle is reached", || log.count("reachable again") > 0).await;
    })
    .await;
}

#[tokio::test]
async fn a_swap_that_stopped_half_way_is_ended_at_the_next_start() {
    let log = Log::strict();
    let sim = start(two_networks()).await;
    ride(both(&sim), options(), until_staged(&sim, &log)).await;
    // The tunnel is off by the agent's mark, and the route leads to a gateway that no lease names.
    let tunnel = [
        ("numbers", "PPtP_to_Office"),
        ("disabled", "yes"),
        ("comment", "to the office tikroam:swap"),
    ];
    sim.console("/interface/pptp-client/set", &tunnel).unwrap();
    let id = row(&sim, "/ip/route", "tikroam:default")[".id"].clone();
    sim.console("/ip/route/set", &[(".id", &id), ("gateway", "10.77.0.1%wlan1")])
        .unwrap();
    ride(both(&sim), options(), async {
        until("the vehicle is reached", || log.count("reachable over") >= 2).await;
    })
    .await;
    assert_eq!(crate::road::tunnel(&sim)["comment"], "to the office");
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_says_that_it_has_no_lease() {
    let log = Log::strict();
    let sim = start(two_networks()).await;
    let mut options = options();
    options.dry_run = true;
    ride(both(&sim), options, async {
        until("it is logged", || log.count("has no address by DHCP") > 0).await;
        wait(&sim, 10).await;
    })
    .await;
    assert_eq!(writes(&sim.events()), []);
    assert_eq!(log.count("dry run: making what is missing"), 1);
}

#[tokio::test]
async fn the_journal_has_the_leases_and_replays() {
    let log = Log::strict();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let sim = start(two_networks()).await;
    let mut options = options();
    options.journal = Some(Journal::new(&path, 1 << 30, 1, journal::RETRY));
    ride(both(&sim), options, until_staged(&sim, &log)).await;
    let back = journal::read(&path).unwrap();
    assert_eq!(back.unreadable, Vec::<usize>::new());
    let leases = back.entries.iter().filter_map(|entry| match &entry.event {
        Event::Lease { lease, .. } => *lease,
        _ => None,
    });
    assert!(leases.count() >= 2);
    assert!(entry::replay(back.entries).unwrap() > 5);
}

/// What a verb of the program prints for a configuration.
pub(crate) async fn printed(sim: &Sim, text: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("agent.toml");
    std::fs::write(
        &file,
        text.replace("[router]\n", "[router]\naddress = \"192.168.88.1\"\nuser = \"admin\"\n"),
    )
    .unwrap();
    let mut program = tikroam(sim.local_addr().port());
    program.args(arguments).arg("--config").arg(&file);
    program.env("TIKROAM__ROUTER__PASSWORD", "").current_dir(folder.path());
    let output = spawn_blocking(move || program.output().unwrap()).await.unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    said.concat()
}

#[tokio::test]
async fn plan_and_check_show_the_lease_and_what_is_in_its_way() {
    let log = Log::strict();
    let sim = start(one_network()).await;
    let text = text(&[("testssid1", DHCP), ("testssid2", DHCP)], PPTP);
    until_on_air(&sim, &["wlan1", "wlan2"]).await;
    let early = printed(&sim, &text, &["plan", "--to", "wlan1"]).await;
    assert!(early.contains("wlan1 has no lease of network `testssid"), "{early}");
    let missing = printed(&sim, &text, &["check"]).await;
    assert!(
        missing.contains("ok    dhcp: `tikroam:dhcp:wlan1`, `tikroam:dhcp:wlan2` missing, which `tikroam run` makes"),
        "{missing}"
    );
    ride(both(&sim), options(), async {
        until_staged(&sim, &log).await;
        wait(&sim, 3).await;
    })
    .await;
    // The rule that steered the standby went off with the agent.
    wait(&sim, 8).await;
    let to = other(&out_by(&sim).unwrap());
    let plan = printed(&sim, &text, &["plan", "--to", to]).await;
    let gateway = client(&sim, to).unwrap()["gateway"].clone();
    assert!(plan.contains(&format!("-> {gateway}%{to}")), "{plan}");
    assert!(!plan.contains("/ip/address") && !plan.contains("dhcp-client"), "{plan}");
    let checked = printed(&sim, &text, &["check"]).await;
    assert!(
        checked.contains("ok    dhcp: `tikroam:dhcp:wlan1`, `tikroam:dhcp:wlan2`"),
        "{checked}"
    );
    let id = client(&sim, to).unwrap()[".id"].clone();
    sim.console("/ip/dhcp-client/set", &[(".id", &id), ("comment", "mine")])
        .unwrap();
    let stranger = printed(&sim, &text, &["check"]).await;
    assert!(
        stranger.contains(&format!(
            "ERROR dhcp-stranger: the DHCP client of `{to}` (comment `mine`) is not managed"
        )),
        "{stranger}"
    );
}

/// Whether the default route leads by a gateway that begins so.
fn on(sim: &Sim, begins: &str) -> bool {
    gateway(sim).is_some_and(|gateway| gateway.starts_with(begins))
}

/// Whether a radio has an address that begins so.
fn has_lease(sim: &Sim, begins: &str) -> bool {
    let radios = ["wlan1", "wlan2"].iter();
    radios
        .filter_map(|radio| leased(sim, radio))
        .any(|address| address.starts_with(begins))
}

/// Whether the agent set the default route to a gateway that begins so.
fn swapped_to(sim: &Sim, begins: &str) -> bool {
    let sets = |what: &What| match what {
        What::Write {
            command,
            attributes,
            by: Sender::Api,
            ..
        } if command == "/ip/route/set" => attributes
            .iter()
            .any(|(name, value)| name == "gateway" && value.starts_with(begins)),
        _ => false,
    };
    sim.events().iter().any(|event| sets(&event.what))
}

/// How often the agent wrote with a command.
fn written(sim: &Sim, command: &str) -> usize {
    let is = |what: &What| matches!(what, What::Write { command: one, by: Sender::Api, .. } if one == command);
    sim.events().iter().filter(|event| is(&event.what)).count()
}
