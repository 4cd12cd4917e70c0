//! Every small state of the router, both targets, every cut point: after the cut the client connects again, reads, plans
//! again, and the router ends as wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ipnet::Ipv4Net;
use tikroam::executor::{self, Done, ExecuteError};
use tikroam::names::{InterfaceName, UplinkId};
use tikroam::router::{Access, Deadlines, Router};
use tikroam::routeros::TunnelKind;
use tikroam::sim::{Effect, Event, Sender, Settings, Sim, What};
use tikroam::snapshot::Managed;
use tikroam::swap::{self, Active, Address, Bounce, Wanted};
use tokio::task::JoinSet;

use crate::log::Log;
use crate::road::{END, road, row, settings, start, tunnel, until, until_on_air};

const RADIOS: [&str; 2] = ["wlan1", "wlan2"];
const TUNNEL: &str = "PPtP_to_Office";

/// Vehicles that run at once, so that one's unanswered call is another's time.
const AT_ONCE: usize = 12;

/// How long an answer may take: a call that is never answered costs this. Where a busy machine takes longer, that is one
/// more cut.
const ANSWER: Duration = Duration::from_millis(80);

/// The networks that the radios go out by.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Layout {
    /// Both radios are on one network: its address moves with the route.
    Common,
    /// Each radio is on its own: the standby keeps its address.
    Apart,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Item {
    Parked,
    On,
    /// Enabled, with another network's address.
    Elsewhere,
    /// As if on, but disabled.
    Disabled,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Route {
    To(usize),
    Disabled,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Tunnel {
    On,
    OffByUs,
    OffByAPerson,
}

#[derive(Debug, Clone, Copy)]
struct State {
    items: [Item; 2],
    route: Route,
    tunnel: Tunnel,
}

impl State {
    fn every() -> Vec<State> {
        let items = [Item::Parked, Item::On, Item::Elsewhere, Item::Disabled];
        let mut states = Vec::new();
        for first in items {
            for second in items {
                for route in [Route::To(0), Route::To(1), Route::Disabled] {
                    for tunnel in [Tunnel::On, Tunnel::OffByUs, Tunnel::OffByAPerson] {
                        states.push(State {
                            items: [first, second],
                            route,
                            tunnel,
                        });
                    }
                }
            }
        }
        states
    }

    /// Puts the router into this state. Past the API: what a person or a half-done swap left.
    fn put(self, sim: &Sim, layout: Layout) {
        let set = |command: &str, words: &[(&str, &str)]| {
            sim.console(command, words)
                .unwrap_or_else(|refusal| panic!("{self:?}: {command} {words:?}: {refusal}"));
        };
        // First out of each other's way.
        for (radio, name) in RADIOS.into_iter().enumerate() {
            let id = row(sim, "/ip/address", &format!("tikroam:{name}"))[".id"].clone();
            let parked = format!("{}/32", swap::parked(radio).addr());
            let network = swap::parked(radio).addr().to_string();
            set(
                "/ip/address/set",
                &[
                    (".id", &id),
                    ("address", &parked),
                    ("network", &network),
                    ("disabled", "yes"),
                ],
            );
        }
        for (radio, item) in self.items.into_iter().enumerate() {
            let id = row(sim, "/ip/address", &format!("tikroam:{}", RADIOS[radio]))[".id"].clone();
            let (address, disabled) = match item {
                Item::Parked => continue,
                Item::On => (layout.address(radio), "no"),
                Item::Elsewhere => (format!("10.30.0.{}/24", radio + 2).parse().unwrap(), "no"),
                Item::Disabled => (layout.address(radio), "yes"),
            };
            let (text, network) = (address.to_string(), address.network().to_string());
            set(
                "/ip/address/set",
                &[
                    (".id", &id),
                    ("interface", RADIOS[radio]),
                    ("address", &text),
                    ("network", &network),
                    ("disabled", disabled),
                ],
            );
        }
        let id = row(sim, "/ip/route", "tikroam:default")[".id"].clone();
        match self.route {
            Route::To(radio) => set(
                "/ip/route/set",
                &[(".id", &id), ("gateway", &layout.gateway(radio)), ("disabled", "no")],
            ),
            Route::Disabled => set("/ip/route/set", &[(".id", &id), ("disabled", "yes")]),
        }
        let (disabled, comment) = match self.tunnel {
            Tunnel::On => ("no", "to the office"),
            Tunnel::OffByUs => ("yes", "to the office tikroam:swap"),
            Tunnel::OffByAPerson => ("yes", "to the office"),
        };
        set(
            "/interface/pptp-client/set",
            &[("numbers", TUNNEL), ("disabled", disabled), ("comment", comment)],
        );
    }
}

impl Layout {
    fn address(self, radio: usize) -> Ipv4Net {
        let address = match (self, radio) {
            (Layout::Common, _) | (Layout::Apart, 0) => "10.10.10.2/24",
            (Layout::Apart, _) => "10.20.0.2/24",
        };
        address.parse().unwrap()
    }

    fn gateway(self, radio: usize) -> String {
        self.active(radio).gateway()
    }

    fn active(self, radio: usize) -> Active {
        let gateway = match (self, radio) {
            (Layout::Common, _) | (Layout::Apart, 0) => "10.10.10.1",
            (Layout::Apart, _) => "10.20.0.1",
        };
        Active {
            uplink: UplinkId::new(InterfaceName::new(RADIOS[radio])),
            gateway: gateway.parse().ok(),
        }
    }

    fn wanted(self, to: usize) -> Wanted {
        let address = |radio: usize| {
            let address = match (radio == to, self) {
                (true, _) => Address::Hold(self.address(radio)),
                (false, Layout::Common) => Address::Off,
                (false, Layout::Apart) => Address::Keep,
            };
            (InterfaceName::new(RADIOS[radio]), address)
        };
        Wanted {
            source: None,
            active: Some(self.active(to)),
            addresses: vec![address(0), address(1)],
            bounce: Bounce::WithTheWay,
        }
    }
}

/// What happens to one call, and whether the session survives it.
fn cuts() -> [(Effect, bool); 6] {
    [
        // Lost before it was applied.
        (Effect::Hang, false),
        // Applied and unanswered, the session dropped.
        (Effect::ApplyThenClose, false),
        // Applied and never answered.
        (Effect::ApplyAndHang, false),
        // Refused once.
        (Effect::Refuse("failure: busy".into()), true),
        // The session dropped.
        (Effect::CloseBefore, false),
        // Applied, with an answer that the client cannot read.
        (Effect::RetBeforeTag, true),
    ]
}

fn managed() -> Managed {
    Managed {
        fallbacks: Vec::new(),
        held: Vec::new(),
        radios: RADIOS.map(InterfaceName::new).to_vec(),
        tunnel: Some((TunnelKind::Pptp, InterfaceName::new(TUNNEL))),
        clients: Vec::new(),
        menu: None,
    }
}

async fn connect(sim: &Sim) -> Router {
    let patient = Duration::from_secs(30);
    let access = Access {
        address: sim.local_addr().to_string(),
        user: "admin".into(),
        password: String::new(),
        tls: tikroam::config::Tls::Off,
        deadlines: Deadlines {
            connect: patient,
            login: patient,
            write: patient,
            answer: ANSWER,
        },
        keepalive: Duration::from_secs(10),
        buffer: Access::BUFFER,
    };
    loop {
        if let Ok(router) = Router::connect(&access).await {
            return router;
        }
    }
}

/// Reads and brings about what is wanted, again and again over new sessions; what the last one did.
async fn carry_out(sim: &Sim, wanted: &Wanted, wait_down: Duration) -> Done {
    for _ in 0..50 {
        let router = connect(sim).await;
        let Ok(read) = router.snapshot(&managed()).await else {
            continue;
        };
        match executor::carry_out(&router, &managed(), &read, wanted, wait_down).await {
            Ok(done) => return done,
            Err(ExecuteError::Lost(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the machine is too busy to answer within {ANSWER:?}");
}

/// What the vehicle's own record says of the calls since `from`: no call of the client turned the tunnel on while address and
/// route disagreed, nor touched a tunnel that a person had disabled.
fn judge(events: &[Event], from: usize, person: bool, case: &str) {
    let mut rows: BTreeMap<(String, String), BTreeMap<String, String>> = BTreeMap::new();
    for (index, event) in events.iter().enumerate() {
        let What::Write {
            command,
            attributes,
            by,
            refused: false,
        } = &event.what
        else {
            continue;
        };
        let menu = command.trim_end_matches("/set");
        let words: BTreeMap<String, String> = attributes.iter().cloned().collect();
        let id = words.get(".id").or(words.get("numbers")).unwrap().clone();
        if index >= from && *by == Sender::Api && menu == "/interface/pptp-client" {
            assert!(
                !person,
                "{case}: touched the tunnel that a person disabled: {attributes:?}"
            );
            if words["disabled"] == "no" {
                let find = |menu: &str, holds: &dyn Fn(&BTreeMap<String, String>) -> bool| {
                    rows.iter()
                        .any(|((one, _), row)| one == menu && row["disabled"] == "no" && holds(row))
                };
                let agrees = find("/ip/route", &|route| {
                    let (gateway, radio) = route["gateway"].split_once('%').unwrap();
                    let gateway: std::net::Ipv4Addr = gateway.parse().unwrap();
                    find("/ip/address", &|item| {
                        let net: Ipv4Net = item["address"].parse().unwrap();
                        item["interface"] == radio
                            && net.contains(&gateway)
                            && item["network"] == net.network().to_string()
                    })
                });
                assert!(agrees, "{case}: tunnel on while address and route disagree: {rows:?}");
            }
        }
        rows.entry((menu.to_owned(), id)).or_default().extend(words);
    }
}

/// That the router is as wanted, by its own console.
fn arrived(sim: &Sim, layout: Layout, to: usize, state: State, case: &str) {
    let item = row(sim, "/ip/address", &format!("tikroam:{}", RADIOS[to]));
    let address = layout.address(to);
    assert_eq!(
        (
            item["address"].as_str(),
            item["network"].as_str(),
            item["interface"].as_str(),
            item["disabled"].as_str()
        ),
        (
            address.to_string().as_str(),
            address.network().to_string().as_str(),
            RADIOS[to],
            "false"
        ),
        "{case}"
    );
    if layout == Layout::Common {
        let other = row(sim, "/ip/address", &format!("tikroam:{}", RADIOS[1 - to]));
        assert_eq!(other["disabled"], "true", "{case}");
    }
    let route = row(sim, "/ip/route", "tikroam:default");
    assert_eq!(
        (
            route["gateway"].as_str(),
            route["disabled"].as_str(),
            route.get("active").map(String::as_str)
        ),
        (layout.gateway(to).as_str(), "false", Some("true")),
        "{case}"
    );
    let tunnel = tunnel(sim);
    let disabled = if state.tunnel == Tunnel::OffByAPerson {
        "true"
    } else {
        "false"
    };
    assert_eq!(
        (tunnel["disabled"].as_str(), tunnel["comment"].as_str()),
        (disabled, "to the office"),
        "{case}"
    );
}

fn vehicle(layout: Layout) -> Settings {
    let mut settings = settings(road(&[(-55, 0..END)]));
    // Both radios on one network and both items on: only a router that allows one address twice can be in that state.
    settings.quirks.strict_duplicates = layout == Layout::Apart;
    settings
}

/// One state and target with all its cut points; how long its plan is.
async fn cut_everywhere(sim: &Sim, state: State, layout: Layout, to: usize) -> usize {
    let wanted = layout.wanted(to);
    state.put(sim, layout);
    let read = loop {
        if let Ok(read) = connect(sim).await.snapshot(&managed()).await {
            break read;
        }
    };
    let plan = swap::plan(&read, &wanted).unwrap();
    assert_eq!(plan.tunnel_left_disabled, state.tunnel == Tunnel::OffByAPerson);
    let uncut = [(0, Effect::CloseBefore, true)];
    let cut = (1..=plan.steps.len()).flat_map(|nth| cuts().map(|(effect, survives)| (nth, effect, survives)));
    for (nth, effect, survives) in uncut.into_iter().chain(cut) {
        let case = format!("{layout:?} {state:?} to {}, call {nth}: {effect:?}", RADIOS[to]);
        state.put(sim, layout);
        let from = sim.events().len();
        let router = connect(sim).await;
        let Ok(read) = router.snapshot(&managed()).await else {
            panic!("{case}: too busy a machine")
        };
        if nth > 0 {
            sim.faults().at(u32::try_from(nth).unwrap(), "", effect);
        }
        let first = executor::carry_out(&router, &managed(), &read, &wanted, Duration::ZERO).await;
        sim.faults().clear();
        let done = match first {
            Ok(done) if survives => done,
            Err(ExecuteError::Lost(_)) => carry_out(sim, &wanted, Duration::ZERO).await,
            other => panic!("{case}: {other:?}"),
        };
        assert_eq!(
            done.tunnel_left_disabled,
            state.tunnel == Tunnel::OffByAPerson,
            "{case}"
        );
        arrived(sim, layout, to, state, &case);
        judge(&sim.events(), from, state.tunnel == Tunnel::OffByAPerson, &case);
    }
    plan.steps.len()
}

async fn every_cut(layout: Layout, to: usize) {
    let _log = Log::strict();
    let states = State::every();
    let mut workers = JoinSet::new();
    for worker in 0..AT_ONCE {
        let states: Vec<State> = states.iter().copied().skip(worker).step_by(AT_ONCE).collect();
        workers.spawn(async move {
            let mut lengths = BTreeSet::new();
            for state in states {
                let sim = start(vehicle(layout)).await;
                until_on_air(&sim, &RADIOS).await;
                lengths.insert(cut_everywhere(&sim, state, layout, to).await);
                sim.stop().await;
            }
            lengths
        });
    }
    let lengths: BTreeSet<usize> = workers.join_all().await.into_iter().flatten().collect();
    let longest = if layout == Layout::Common { 5 } else { 4 };
    assert_eq!(lengths.first(), Some(&0), "a router that is as wanted needs nothing");
    assert_eq!(lengths.last(), Some(&longest), "the longest plan");
}

#[tokio::test]
async fn one_network_to_wlan1() {
    every_cut(Layout::Common, 0).await;
}

#[tokio::test]
async fn one_network_to_wlan2() {
    every_cut(Layout::Common, 1).await;
}

#[tokio::test]
async fn two_networks_to_wlan1() {
    every_cut(Layout::Apart, 0).await;
}

#[tokio::test]
async fn two_networks_to_wlan2() {
    every_cut(Layout::Apart, 1).await;
}

/// The reading between the writes, while the tunnel goes down, may be cut as well.
#[tokio::test]
async fn a_cut_while_the_tunnel_goes_down() {
    let _log = Log::strict();
    let state = State {
        items: [Item::On, Item::Parked],
        route: Route::To(0),
        tunnel: Tunnel::On,
    };
    for (effect, _) in cuts() {
        let case = format!("{effect:?}");
        let sim = start(vehicle(Layout::Common)).await;
        until_on_air(&sim, &RADIOS).await;
        state.put(&sim, Layout::Common);
        until("the tunnel is up", || tunnel(&sim)["running"] == "true").await;
        let from = sim.events().len();
        let router = connect(&sim).await;
        let read = router.snapshot(&managed()).await.unwrap();
        sim.faults().at(1, "/interface/pptp-client/print", effect);
        let wanted = Layout::Common.wanted(1);
        let wait_down = Duration::from_millis(30);
        if executor::carry_out(&router, &managed(), &read, &wanted, wait_down)
            .await
            .is_err()
        {
            carry_out(&sim, &wanted, wait_down).await;
        }
        arrived(&sim, Layout::Common, 1, state, &case);
        judge(&sim.events(), from, false, &case);
    }
}
