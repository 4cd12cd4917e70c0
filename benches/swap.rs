//! What a swap takes on the router beyond the wire: from the decision to the last call's answer, over as many round
//! trips as it has writes. Goal: at most 1.1 of them plus 2 ms.
//!
//! `cargo bench --bench swap`; `-- --quick` for fewer repetitions.

#![allow(clippy::print_stdout, reason = "the table is what this program is for")]

use std::time::Duration;

use anyhow::{Context as _, ensure};
use ipnet::Ipv4Net;
use tikroam::executor;
use tikroam::names::{InterfaceName, UplinkId};
use tikroam::router::Router;
use tikroam::sim::Settings;
use tikroam::swap::{Active, Address, Bounce, Wanted};

#[path = "bench/figures.rs"]
#[allow(dead_code, reason = "shared by programs that each use a part of it")]
mod figures;
#[path = "bench/standing.rs"]
#[allow(dead_code, reason = "shared by programs that each use a part of it")]
mod standing;

/// The default of `[tunnel] wait_down`.
const WAIT_DOWN: Duration = Duration::from_millis(300);

/// Where a standby stands when it is swapped to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Standby {
    /// On another network than the active, its address set ahead.
    Staged,
    /// On the active's network: the address moves within the swap.
    Ready,
}

impl Standby {
    fn writes(self) -> usize {
        match self {
            Standby::Staged => 3,
            Standby::Ready => 5,
        }
    }

    /// The network, address and gateway of each radio.
    fn network(self, radio: usize) -> (&'static str, &'static str, [u8; 4]) {
        if radio == 0 || self == Standby::Ready {
            ("testssid1", "10.10.10.2/24", [10, 10, 10, 1])
        } else {
            ("testssid2", "10.20.0.2/24", [10, 20, 0, 1])
        }
    }

    /// What a swap to a radio wants.
    fn wanted(self, to: usize) -> anyhow::Result<Wanted> {
        let radios = standing::managed().radios;
        let mut addresses = Vec::new();
        for (index, radio) in radios.iter().enumerate() {
            let (_, address, _) = self.network(index);
            let address = match self {
                Standby::Ready if index != to => Address::Off,
                _ => Address::Hold(address.parse::<Ipv4Net>()?),
            };
            addresses.push((radio.clone(), address));
        }
        let to_radio: &InterfaceName = radios.get(to).context("no such radio")?;
        Ok(Wanted {
            source: None,
            active: Some(Active {
                uplink: UplinkId::new(to_radio.clone()),
                gateway: Some(self.network(to).2.into()),
            }),
            addresses,
            bounce: Bounce::WithTheWay,
        })
    }
}

/// Swaps to and fro and says how long each took, in milliseconds.
async fn swaps(standby: Standby, round_trip: Duration, wait_down: Duration, count: usize) -> anyhow::Result<Vec<f64>> {
    let sim = standing::start(Settings {
        round_trip,
        ..standing::settings()
    })?;
    for (index, radio) in ["wlan1", "wlan2"].into_iter().enumerate() {
        standing::keep_on(&sim, radio, standby.network(index).0)?;
    }
    let router = standing::connect(&sim).await?;
    let managed = standing::managed();
    standing::associated(&router).await?;
    let read = router.snapshot(&managed).await?;
    executor::carry_out(&router, &managed, &read, &standby.wanted(0)?, Duration::ZERO).await?;
    let mut took = Vec::new();
    for swap in 1..=count {
        if !wait_down.is_zero() {
            // Only a tunnel that is up has something to hang up, and so something to wait for.
            up(&router).await?;
        }
        let read = router.snapshot(&managed).await?;
        let done = executor::carry_out(&router, &managed, &read, &standby.wanted(swap % 2)?, wait_down).await?;
        ensure!(
            done.calls == standby.writes(),
            "a {standby:?} swap took {} writes",
            done.calls
        );
        took.push(done.took.as_secs_f64() * 1e3);
    }
    Ok(took)
}

/// Waits until the tunnel is up.
async fn up(router: &Router) -> anyhow::Result<()> {
    for _ in 0..300 {
        let status = router.tunnel_status(&standing::managed()).await?;
        if status.is_some_and(|status| status.connected) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("the tunnel did not come up in 15 s")
}

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (at_once, waiting) = if figures::quick() { (20, 2) } else { (200, 10) };
    let mut rows = Vec::new();
    for (wait_down, count) in [(Duration::ZERO, at_once), (WAIT_DOWN, waiting)] {
        for standby in [Standby::Staged, Standby::Ready] {
            for trip in [1, 5, 20] {
                let round_trip = Duration::from_millis(trip);
                let took = runtime.block_on(swaps(standby, round_trip, wait_down, count))?;
                let wire = (round_trip * u32::try_from(standby.writes())?).as_secs_f64() * 1e3;
                let (median, worst) = (figures::median(&took), figures::worst(&took));
                let goal = 1.1 * wire + 2.0;
                rows.push([
                    format!("{standby:?}").to_lowercase(),
                    trip.to_string(),
                    wait_down.as_millis().to_string(),
                    took.len().to_string(),
                    format!("{wire:.0}"),
                    format!("{median:.2}"),
                    format!("{worst:.2}"),
                    format!("{:.2}", median / wire),
                    if wait_down.is_zero() {
                        format!("{goal:.1} {}", figures::judged(median <= goal))
                    } else {
                        "-".to_owned()
                    },
                ]);
            }
        }
    }
    let header = [
        "standby",
        "round trip ms",
        "wait_down ms",
        "swaps",
        "wire ms",
        "median ms",
        "worst ms",
        "median/wire",
        "goal ms",
    ];
    println!("a swap from the decision to the last answer; wire = writes x round trip");
    println!("{}", figures::table(header, rows));
    Ok(())
}
