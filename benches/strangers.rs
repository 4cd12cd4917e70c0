//! What a thousand strange addresses and routes on the router cost the agent's readings, in time and bytes. Goal: within
//! twice of a router without them.
//!
//! `cargo bench --bench strangers`; `-- --quick` for fewer repetitions.

#![allow(clippy::print_stdout, reason = "the table is what this program is for")]

use anyhow::ensure;
use tikroam::clock;
use tikroam::router::Router;
use tikroam::sim::Sim;

#[path = "bench/figures.rs"]
#[allow(dead_code, reason = "shared by programs that each use a part of it")]
mod figures;
#[path = "bench/standing.rs"]
#[allow(dead_code, reason = "shared by programs that each use a part of it")]
mod standing;

/// How many strange addresses there are, and as many routes.
const STRANGERS: u16 = 1000;

#[derive(Debug, Clone, Copy)]
enum Reading {
    Tick,
    Snapshot,
}

/// Times in milliseconds, bytes of one answer.
#[derive(Debug, Default)]
struct Measured {
    took: Vec<f64>,
    bytes: u64,
}

async fn read(router: &Router, reading: Reading, into: &mut Measured) -> anyhow::Result<()> {
    let managed = standing::managed();
    let before = router.traffic().bytes_in;
    let begun = clock::now();
    match reading {
        Reading::Tick => ensure!(router.registrations(&managed.radios).await?.rows.len() == 2),
        Reading::Snapshot => {
            let read = router.snapshot(&managed).await?;
            ensure!(read.addresses.len() == 2 && read.routes.len() == 1 && read.tunnel.is_some());
        }
    }
    into.took.push(clock::now().since(begun).as_secs_f64() * 1e3);
    into.bytes = router.traffic().bytes_in - before;
    Ok(())
}

fn crowd(sim: &Sim) -> anyhow::Result<()> {
    for number in 0..STRANGERS {
        let (high, low) = (number / 250, number % 250);
        let address = format!("172.16.{low}.{}/30", high * 4 + 1);
        let route = format!("172.{}.{low}.0/24", 20 + high);
        sim.console(
            "/ip/address/add",
            &[("address", &address), ("interface", "ether1"), ("comment", "stranger")],
        )
        .map_err(anyhow::Error::msg)?;
        sim.console(
            "/ip/route/add",
            &[
                ("dst-address", &route),
                ("gateway", "192.168.88.254"),
                ("comment", "stranger"),
            ],
        )
        .map_err(anyhow::Error::msg)?;
    }
    Ok(())
}

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (alone, crowded) = (
        standing::start(standing::settings())?,
        standing::start(standing::settings())?,
    );
    crowd(&crowded)?;
    let repeat = if figures::quick() { 50 } else { 2000 };
    let mut rows = Vec::new();
    runtime.block_on(async {
        let (empty, full) = (standing::connect(&alone).await?, standing::connect(&crowded).await?);
        standing::associated(&empty).await?;
        standing::associated(&full).await?;
        for (name, reading) in [("a tick's reading", Reading::Tick), ("a snapshot", Reading::Snapshot)] {
            let (mut without, mut with) = (Measured::default(), Measured::default());
            // By turns, so that whatever else this machine does falls on both alike.
            for _ in 0..repeat {
                read(&empty, reading, &mut without).await?;
                read(&full, reading, &mut with).await?;
            }
            let (a, b) = (figures::median(&without.took), figures::median(&with.took));
            #[allow(clippy::cast_precision_loss, reason = "answers are short")]
            let bytes = with.bytes as f64 / without.bytes as f64;
            rows.push([
                name.to_owned(),
                format!("{a:.3}"),
                format!("{b:.3}"),
                format!("{:.2}", b / a),
                without.bytes.to_string(),
                with.bytes.to_string(),
                format!("{bytes:.2}"),
                figures::judged(b <= 2.0 * a && bytes <= 2.0),
            ]);
        }
        anyhow::Ok(())
    })?;
    let header = [
        "reading",
        "empty, median ms",
        "crowded, median ms",
        "ratio",
        "empty, bytes",
        "crowded, bytes",
        "ratio",
        "goal",
    ];
    println!("readings beside {STRANGERS} strange addresses and {STRANGERS} strange routes, and beside none");
    println!("{}", figures::table(header, rows));
    Ok(())
}
