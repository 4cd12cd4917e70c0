//! Vehicles, their roads, and the agent on them: what the tests share.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use tikroam::agent::{Agent, Options, Summary};
use tikroam::config::Config;
use tikroam::drive::{Ap, Drive, Heard};
use tikroam::names::{Bssid, Ssid};
use tikroam::router::Delays;
use tikroam::sim::{Event, Sender, Settings, Sim, What};
use tikroam::units::Dbm;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

/// Simulated seconds in each real one; every duration of the agent is divided by it.
pub(crate) const SPEED: f64 = 10.0;

/// What only a program that stands still needs, in real time.
pub(crate) const BOUND: Duration = Duration::from_secs(90);

/// The last second of a road that does not end.
pub(crate) const END: usize = 900;

/// A drive that hears access points each at one level from a second to a second. The networks of the example are dealt to
/// them in turn: the first and the fourth are on one network.
pub(crate) fn road(levels: &[(i16, Range<usize>)]) -> Drive {
    let ap = |index: usize| Ap {
        bssid: bssid(index),
        ssid: Ssid::new(["testssid1", "testssid2", "securessid"][index % 3].as_bytes()).ok(),
        channel: 1 + u16::try_from(index).unwrap(),
    };
    let heard = |second: usize| {
        let there = levels
            .iter()
            .enumerate()
            .filter(|(_, (_, range))| range.contains(&second));
        there
            .map(|(ap, (level, _))| Heard {
                ap,
                signal: Dbm(*level),
            })
            .collect()
    };
    Drive {
        name: "road".into(),
        aps: (0..levels.len()).map(ap).collect(),
        seconds: (0..END).map(heard).collect(),
    }
}

/// The address of a road's access point.
pub(crate) fn bssid(index: usize) -> Bssid {
    Bssid([2, 0, 0, 0, 0, u8::try_from(index + 1).unwrap()])
}

/// A road of two access points on two networks: the one that the vehicle takes first fades at a second, the other stays.
pub(crate) fn fading(at: usize) -> Drive {
    let mut drive = road(&[(-55, 0..END), (-62, 0..END)]);
    for second in drive.seconds.iter_mut().skip(at) {
        second[0].signal = Dbm(-83);
    }
    drive
}

/// The example vehicle on a road, without gray periods.
pub(crate) fn settings(drive: Drive) -> Settings {
    let mut settings = Settings::example(drive, 7);
    settings.quirks.gray = false;
    settings.speed = SPEED;
    settings
}

/// Starts a vehicle on a free port.
pub(crate) async fn start(settings: Settings) -> Sim {
    Sim::listen("127.0.0.1:0", settings).await.unwrap()
}

/// The example configuration for a vehicle, at its speed, with other values for some keys such as `HUNT__ENABLED`.
///
/// A busy machine must not look like a router that stalls, so the deadlines are the longest that may be set.
pub(crate) fn config(sim: &Sim, others: &[(&str, &str)]) -> Config {
    config_of(include_str!("../../agent.toml"), sim, others)
}

/// As [`config`], from another text.
pub(crate) fn config_of(text: &str, sim: &Sim, others: &[(&str, &str)]) -> Config {
    let address = sim.local_addr().to_string();
    let own = [
        ("ROUTER__ADDRESS", address.as_str()),
        ("ROUTER__USER", "admin"),
        ("ROUTER__PASSWORD", ""),
        ("ROUTER__LOGIN_DEADLINE", "2m"),
        ("ROUTER__WRITE_DEADLINE", "2m"),
        ("ROUTER__ANSWER_DEADLINE", "2m"),
    ];
    let environment: BTreeMap<String, String> = own
        .iter()
        .chain(others)
        .map(|(key, value)| (format!("TIKROAM__{key}"), (*value).to_owned()))
        .collect();
    Config::parse(Path::new("agent.toml"), text, &environment)
        .unwrap_or_else(|faults| panic!("{faults}"))
        .divided(SPEED)
}

/// Options of an agent that writes, at the vehicle's speed.
pub(crate) fn options() -> Options {
    Options {
        dry_run: false,
        beat: Box::new(|| {}),
        delays: Delays::default().divided(SPEED),
        journal: None,
        reloads: None,
        status: None,
    }
}

/// Lets an agent drive until `script` has ended, and gives what both have to say.
pub(crate) async fn ride<T>(config: Config, options: Options, script: impl Future<Output = T>) -> (Summary, T) {
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        stopped.await.ok();
    };
    let script = async {
        let said = script.await;
        stop.send(()).ok();
        said
    };
    let both = async { tokio::join!(Agent::new(config, options).run(shutdown), script) };
    timeout(2 * BOUND, both)
        .await
        .expect("the agent ends when it is asked to")
}

/// Waits until something holds.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(BOUND, wait)
        .await
        .unwrap_or_else(|_| panic!("not within {BOUND:?}: {what}"));
}

/// Whether something happened since a moment in simulated seconds.
pub(crate) fn happened(sim: &Sim, since: f64, fits: impl Fn(&What) -> bool) -> bool {
    sim.events().iter().any(|event| event.at >= since && fits(&event.what))
}

/// Waits until both radios of a vehicle may pass frames.
pub(crate) async fn until_on_air(sim: &Sim, radios: &[&str]) {
    until("the radios are authenticated", || {
        let on = |radio: &str| {
            happened(
                sim,
                0.0,
                |what| matches!(what, What::Authenticated { radio: one, .. } if one == radio),
            )
        };
        radios.iter().all(|radio| on(radio))
    })
    .await;
}

/// What the API wrote, refused writes included.
pub(crate) fn writes(events: &[Event]) -> Vec<(String, Vec<(String, String)>)> {
    let of_api = events.iter().filter_map(|event| match &event.what {
        What::Write {
            command,
            attributes,
            by: Sender::Api,
            ..
        } => Some((command.clone(), attributes.clone())),
        _ => None,
    });
    of_api.collect()
}

/// The row of a menu that carries a comment.
pub(crate) fn row(sim: &Sim, menu: &str, comment: &str) -> BTreeMap<String, String> {
    let rows = sim.console(&format!("{menu}/print"), &[]).unwrap();
    let rows: Vec<BTreeMap<_, _>> = rows.into_iter().map(|row| row.into_iter().collect()).collect();
    let found = rows
        .iter()
        .find(|row| row.get("comment").map(String::as_str) == Some(comment));
    found
        .unwrap_or_else(|| panic!("{menu} has nothing with comment `{comment}`: {rows:?}"))
        .clone()
}

/// The tunnel's row.
pub(crate) fn tunnel(sim: &Sim) -> BTreeMap<String, String> {
    let rows = sim.console("/interface/pptp-client/print", &[]).unwrap();
    rows.into_iter().next().unwrap().into_iter().collect()
}

/// The radio that the default route leads over.
pub(crate) fn out_by(sim: &Sim) -> Option<String> {
    let route = row(sim, "/ip/route", "tikroam:default");
    (route["disabled"] == "false").then(|| route["gateway"].split('%').nth(1).map(str::to_owned))?
}

/// The radio by which the vehicle goes out, where nothing is left half done: the tunnel is on without our mark, and the
/// radio of the route holds the address that the route's gateway is in.
pub(crate) fn whole_by(sim: &Sim) -> Result<String, String> {
    let tunnel = tunnel(sim);
    let marked = tunnel
        .get("comment")
        .is_some_and(|comment| comment.contains("tikroam:swap"));
    if tunnel["disabled"] != "false" || marked {
        return Err(format!("the tunnel is off: {tunnel:?}"));
    }
    let radio = out_by(sim).ok_or("the route is off")?;
    let route = row(sim, "/ip/route", "tikroam:default");
    let item = row(sim, "/ip/address", &format!("tikroam:{radio}"));
    let gateway: std::net::Ipv4Addr = route["gateway"].split('%').next().unwrap().parse().unwrap();
    let held: ipnet::Ipv4Net = item["address"].parse().unwrap();
    let agree = item["disabled"] == "false" && item["interface"] == radio && held.contains(&gateway);
    agree
        .then_some(radio)
        .ok_or(format!("route and address disagree: {route:?} {item:?}"))
}

/// Waits until the tunnel is up and the radio that does not carry it is staged on another network, then switches the
/// other one off: the agent must swap at once. The radio that it leaves.
pub(crate) async fn lose_the_active(sim: &Sim, before: impl FnOnce()) -> String {
    until_up(sim).await;
    until("the standby is staged", || {
        let item = |radio: &str| row(sim, "/ip/address", &format!("tikroam:{radio}"));
        ["wlan1", "wlan2"]
            .iter()
            .all(|radio| item(radio)["disabled"] == "false")
    })
    .await;
    lose(sim, before)
}

/// As [`lose_the_active`], where both radios are on one network: the standby is only ready, and stays where it is. One that
/// moves just then has nothing to give, and the session is over before it arrives.
pub(crate) async fn lose_the_active_within_a_network(sim: &Sim, before: impl FnOnce()) -> String {
    until_up(sim).await;
    let steady: Cell<Option<(Vec<String>, Duration)>> = Cell::new(None);
    until("each radio has been on an access point of its own for a while", || {
        let rows = sim
            .console("/interface/wireless/registration-table/print", &[])
            .unwrap();
        let fields = rows.into_iter().flatten();
        let mut on: Vec<String> = fields
            .filter(|(name, _)| name == "mac-address")
            .map(|(_, at)| at)
            .collect();
        let here = on.clone();
        on.dedup();
        let (since, now) = (steady.take(), sim.elapsed());
        let since = since
            .filter(|(before, _)| *before == here)
            .map_or(now, |(_, since)| since);
        steady.set(Some((here, since)));
        on.len() == 2 && now - since >= STEADY && whole_by(sim).is_ok()
    })
    .await;
    lose(sim, before)
}

/// So long a radio that has just arrived, or is about to be sent elsewhere, does not stay.
const STEADY: Duration = Duration::from_secs(3);

pub(crate) async fn until_up(sim: &Sim) {
    until("the tunnel is up", || {
        tunnel(sim)["running"] == "true" && whole_by(sim).is_ok()
    })
    .await;
}

fn lose(sim: &Sim, before: impl FnOnce()) -> String {
    let lost = whole_by(sim).unwrap();
    before();
    sim.console("/interface/wireless/disable", &[("numbers", &lost)])
        .unwrap();
    lost
}
