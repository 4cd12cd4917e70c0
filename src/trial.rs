//! Three vehicles on one drive: the agent against the simulated vehicle, shared by the demo and the benchmarks.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;
use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::agent::{Agent, Options, Summary};
use crate::config::Config;
use crate::drive::Drive;
use crate::router::Delays;
use crate::sim::{Controller, Dark, Event, Settings, Sim, Witnessed};

/// How long the vehicles stand at the first second of the drive before the count begins, so that each is on the air.
pub const STANDING: u64 = 8;

/// A drive that three vehicles make at once.
#[derive(Debug, Clone, Copy)]
pub struct Ride<'a> {
    /// The drive.
    pub drive: &'a Drive,
    /// The second of the drive at which it begins.
    pub from: u64,
    /// How long it lasts, in seconds of the drive.
    pub seconds: u64,
    /// The seed of all randomness.
    pub seed: u64,
    /// Seconds of the drive in each real one; every duration of agent and simulator is divided by it.
    pub speed: f64,
    /// How long the agent's swaps wait for the tunnel to be down; `None` = as the example configuration says.
    pub wait_down: Option<Duration>,
}

/// Who drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Driver {
    /// This agent.
    Tikroam,
    /// The script on the router.
    Script,
    /// One radio, with the script's address part.
    SingleRadio,
}

impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Driver::Tikroam => "tikroam",
            Driver::Script => "script",
            Driver::SingleRadio => "single-radio",
        })
    }
}

/// How one vehicle fared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Vehicle {
    /// Who drove.
    pub controller: Driver,
    /// Seconds in which the dispatcher could not reach it.
    pub dark_seconds: f64,
    /// The longest such time.
    pub longest_dark_seconds: f64,
    /// How often the way out moved to the other radio.
    pub swaps: u32,
    /// The dispatcher's calls that got through, 0 to 100.
    pub reached_percent: f64,
    /// The median time from a decision to the last call's answer; only the agent makes calls.
    pub swap_router_ms_p50: Option<f64>,
}

/// What came of a drive.
#[derive(Debug, Clone, PartialEq)]
pub struct Driven {
    /// The three vehicles: agent, script, single radio.
    pub vehicles: Vec<Vehicle>,
    /// What the agent did.
    pub summary: Summary,
    /// When each vehicle could be reached, in seconds since it began to stand.
    pub traces: Vec<Vec<(f64, bool)>>,
    /// What was true of each vehicle at each of the dispatcher's calls while it drove.
    pub witnessed: Vec<Vec<Witnessed>>,
    /// What happened to each vehicle since it began to stand.
    pub events: Vec<Vec<Event>>,
}

/// Lets the three vehicles make the drive.
///
/// # Errors
///
/// When a simulated router cannot listen or the example configuration does not load.
pub async fn ride(plan: Ride<'_>) -> anyhow::Result<Driven> {
    let from = usize::try_from(plan.from)?;
    let mut drive = plan.drive.clone();
    drive.seconds.drain(..from.min(drive.seconds.len()));
    drive.seconds.truncate(usize::try_from(plan.seconds)?);
    let first = drive.seconds.first().cloned().unwrap_or_default();
    drive.seconds.splice(0..0, (0..STANDING).map(|_| first.clone()));
    let vehicle = |controller| Settings {
        controller,
        speed: plan.speed,
        ..Settings::example(drive.clone(), plan.seed)
    };
    let agents = Sim::listen("127.0.0.1:0", vehicle(Controller::None)).await?;
    let scripts = Sim::listen("127.0.0.1:0", vehicle(Controller::Script)).await?;
    let singles = Sim::listen("127.0.0.1:0", vehicle(Controller::SingleRadio)).await?;

    let config = example(agents.local_addr(), plan.wait_down)?.divided(plan.speed);
    let options = Options {
        dry_run: false,
        beat: Box::new(|| {}),
        delays: Delays::default().divided(plan.speed),
        journal: None,
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        stopped.await.ok();
    };
    let real = |seconds: u64| Duration::from_secs(seconds).div_f64(plan.speed);
    let watch = async {
        sleep(real(STANDING)).await;
        for sim in [&agents, &scripts, &singles] {
            sim.start_dark();
        }
        sleep(real(plan.seconds)).await;
        let vehicles = [&agents, &scripts, &singles];
        let darks = vehicles.map(Sim::dark);
        let (witnessed, events) = (vehicles.map(Sim::witnessed), vehicles.map(Sim::events));
        drop(stop);
        (darks, witnessed, events)
    };
    let (summary, (darks, witnessed, events)) = tokio::join!(Agent::new(config, options).run(shutdown), watch);
    let mut router_ms: Vec<f64> = summary
        .swaps
        .iter()
        .map(|swap| swap.router.as_secs_f64() * 1000.0)
        .collect();
    router_ms.sort_by(f64::total_cmp);
    let median = router_ms.get(router_ms.len() / 2).copied();
    let drivers = [
        (Driver::Tikroam, median),
        (Driver::Script, None),
        (Driver::SingleRadio, None),
    ];
    let result = |((controller, p50), dark): ((Driver, Option<f64>), &Dark)| Vehicle {
        controller,
        dark_seconds: tenths(dark.seconds),
        longest_dark_seconds: tenths(dark.longest),
        swaps: dark.swaps,
        reached_percent: tenths(dark.reached_percent),
        swap_router_ms_p50: p50.map(tenths),
    };
    Ok(Driven {
        vehicles: drivers.into_iter().zip(&darks).map(result).collect(),
        summary,
        witnessed: witnessed
            .into_iter()
            .zip(&darks)
            .map(|(all, dark)| driving(all, dark.over))
            .collect(),
        events: events.into(),
        traces: darks.into_iter().map(|dark| dark.trace).collect(),
    })
}

/// What was witnessed in the last so many seconds.
fn driving(mut all: Vec<Witnessed>, over: f64) -> Vec<Witnessed> {
    let end = all.last().map_or(0.0, |last| last.at);
    all.retain(|one| one.at > end - over);
    all
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Reads the example configuration for a simulated router at `address`; `wait_down` in place of the example's own.
///
/// # Errors
///
/// When the example does not load, or `wait_down` is out of its bounds.
pub fn example(address: SocketAddr, wait_down: Option<Duration>) -> anyhow::Result<Config> {
    let environment = [
        ("TIKROAM__ROUTER__ADDRESS", address.to_string()),
        ("TIKROAM__ROUTER__USER", "admin".to_owned()),
        ("TIKROAM__ROUTER__PASSWORD", String::new()),
    ];
    let wait_down = wait_down.map(|wait| ("TIKROAM__TUNNEL__WAIT_DOWN", format!("{}ms", wait.as_millis())));
    let environment = environment.into_iter().chain(wait_down);
    let environment = environment.map(|(key, value)| (key.to_owned(), value)).collect();
    Config::parse(Path::new("agent.toml"), include_str!("../agent.toml"), &environment)
        .map_err(|faults| anyhow::anyhow!("{faults}"))
        .context("the example configuration")
}
