//! `tikroam sim`: the simulated vehicle alone, for any client of the API.

use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;
use tracing::info;

use crate::cli::{Exit, drive_log, run};
use crate::drive;
use crate::log;
use crate::sim::{RouterOs, Settings, Sim};

/// Run a simulated vehicle that any RouterOS client can connect to (user `admin`, empty password)
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the router's API listens
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8728")]
    listen: String,
    /// Drive log to drive along, again and again; without it an embedded drive
    #[arg(long, value_name = "FILE")]
    drive: Option<PathBuf>,
    /// Version of RouterOS to play
    #[arg(long, value_enum, default_value = "6.49")]
    routeros: Version,
    /// Seed of everything that is left to chance
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Keep the SSIDs of the drive log instead of dealing its access points to the example's networks
    #[arg(long)]
    ssid_as_heard: bool,
    /// Write every sentence to this file as a JSON line
    #[arg(long, value_name = "FILE")]
    transcript: Option<PathBuf>,
    /// Simulated seconds in each real one, 0.001 to 10000
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    speed: f64,
}

/// The versions that can be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Version {
    /// RouterOS 6.49
    #[value(name = "6.49")]
    V6_49,
    /// RouterOS 7.17
    #[value(name = "7.17")]
    V7_17,
}

/// Runs the vehicle until a signal.
///
/// # Errors
///
/// The drive log cannot be read, the address cannot be listened on, the transcript cannot be written, or signals cannot
/// be listened for.
pub async fn run(args: Args) -> anyhow::Result<Exit> {
    let _log = log::set_up("info", log::Format::Text);
    let drive = match &args.drive {
        Some(path) => drive_log::read(path)?,
        None => drive::embedded(),
    };
    let (name, seconds) = (drive.name.clone(), drive.seconds.len());
    let settings = Settings {
        looped: true,
        routeros: match args.routeros {
            Version::V6_49 => RouterOs::V6_49,
            Version::V7_17 => RouterOs::V7_17,
        },
        ssid_as_heard: args.ssid_as_heard,
        transcript: args.transcript,
        speed: args.speed,
        ..Settings::example(drive, args.seed)
    };
    let sim = Sim::listen(&args.listen, settings)
        .await
        .with_context(|| format!("cannot run a vehicle at {}", args.listen))?;
    info!(address = %sim.local_addr(), drive = %name, seconds, "vehicle drives; user `admin`, empty password");
    run::shutdown()?.await;
    let dark = sim.dark();
    info!(
        over_s = dark.over,
        dark_s = dark.seconds,
        longest_s = dark.longest,
        swaps = dark.swaps,
        "vehicle stopped"
    );
    sim.stop().await;
    Ok(Exit::Fine)
}
