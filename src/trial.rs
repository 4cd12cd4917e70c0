//! Vehicles on one drive: agents and their rivals against the simulated vehicle, shared by the demo and the benchmarks.
//!
//! Each vehicle has its own simulated router; air, stations, dial and seed are the same for all. An agent drives over TCP
//! and nothing of it is replaced. A rival needs no client, so its drive takes as long as the machine computes.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::oneshot;
use tokio::task::LocalSet;
use tokio::time::sleep;
use tracing::Instrument as _;

use crate::agent::{Agent, Options, Summary};
use crate::config::Config;
use crate::router::Delays;
use crate::sim::{self, Judged, Sim};

mod driver;
mod equipment;
mod report;
mod ride;

pub use driver::Driver;
pub use equipment::Equipment;
pub use report::{Report, Vehicle};
pub use ride::{Driven, LONGEST, Ride, STANDING};

/// Lets vehicles make the drive; what came of it, in the drivers' order.
///
/// # Errors
///
/// When a simulated router cannot listen or a configuration does not load.
pub async fn ride(ride: Ride<'_>, drivers: &[Driver]) -> anyhow::Result<Vec<Driven>> {
    let mut driven = rivals(&ride, drivers)?;
    driven.extend(agents(&ride, drivers).await?);
    let place = |one: &Driven| drivers.iter().position(|driver| *driver == one.driver);
    driven.sort_by_key(place);
    Ok(driven)
}

/// Lets the rivals among the drivers make the drive.
///
/// # Errors
///
/// When a vehicle cannot be as the ride wants it.
pub fn rivals(ride: &Ride<'_>, drivers: &[Driver]) -> anyhow::Result<Vec<Driven>> {
    let rivals = drivers.iter().filter(|driver| !driver.is_agent());
    let each = rivals.map(|&driver| {
        Ok(Driven {
            driver,
            judged: sim::judge(&ride.vehicle(driver))?,
            summary: None,
        })
    });
    each.collect()
}

/// Lets the agents among the drivers make the drive, all at once.
///
/// # Errors
///
/// When a simulated router cannot listen or a configuration does not load.
pub async fn agents(ride: &Ride<'_>, drivers: &[Driver]) -> anyhow::Result<Vec<Driven>> {
    let agents = LocalSet::new();
    let mut running = Vec::new();
    for &driver in drivers.iter().filter(|driver| driver.is_agent()) {
        let settings = ride.vehicle(driver);
        let end = settings.judged.end;
        let sim = Sim::listen("127.0.0.1:0", settings).await?;
        let keys: Vec<_> = driver.keys().chain(ride.keys.iter().cloned()).collect();
        let config = example(sim.local_addr(), ride.equipment, driver.radios(), &keys)?.divided(ride.speed);
        let agent = drive(sim, config, ride.speed, end).instrument(driver.span());
        running.push((driver, agents.spawn_local(agent)));
    }
    let all = async {
        let mut driven = Vec::new();
        for (driver, running) in running {
            let (judged, summary) = running.await?;
            driven.push(Driven {
                driver,
                judged,
                summary: Some(summary),
            });
        }
        Ok(driven)
    };
    agents.run_until(all).await
}

/// Lets an agent drive a vehicle until this moment of its time.
async fn drive(sim: Sim, config: Config, speed: f64, end: Duration) -> (Judged, Summary) {
    let options = Options {
        dry_run: false,
        beat: Box::new(|| {}),
        delays: Delays::default().divided(speed),
        journal: None,
        reloads: None,
        status: None,
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        stopped.await.ok();
    };
    let watch = async {
        loop {
            let left = end.saturating_sub(sim.elapsed());
            if left.is_zero() {
                break;
            }
            sleep(left.div_f64(speed)).await;
        }
        let judged = sim.judged();
        drop(stop);
        judged
    };
    let (summary, judged) = tokio::join!(Agent::new(config, options).run(shutdown), watch);
    (judged, summary)
}

/// Reads the example configuration for a simulated router at `address` with this equipment and so many radios, with other
/// values for these keys.
///
/// # Errors
///
/// When it does not load with these values.
fn example(
    address: SocketAddr,
    equipment: Equipment,
    radios: usize,
    keys: &[(String, String)],
) -> anyhow::Result<Config> {
    let router = [
        ("ROUTER__ADDRESS", address.to_string()),
        ("ROUTER__USER", "admin".to_owned()),
        ("ROUTER__PASSWORD", String::new()),
    ];
    let router = router.map(|(key, value)| (key.to_owned(), value));
    let environment = router.into_iter().chain(keys.iter().cloned());
    let environment = environment
        .map(|(key, value)| (format!("TIKROAM__{key}"), value))
        .collect();
    let entry = |number: usize| format!("[[radio]]\ninterface = \"wlan{number}\"\n");
    let (second, more) = (entry(2), (2..=radios).map(entry).collect::<String>());
    let text = equipment.configuration(&include_str!("../agent.toml").replace(&second, &more));
    Config::parse(Path::new("agent.toml"), &text, &environment)
        .map_err(|faults| anyhow::anyhow!("{faults}"))
        .context("the example configuration")
}
