//! `tikroam sim`: the simulated vehicle alone, for any client of the API.

use std::path::PathBuf;

use anyhow::Context;
use clap::value_parser;
use tracing::info;

use crate::cli::{Exit, drive_log, run};
use crate::drive;
use crate::log;
use crate::sim::{
    Access, Certificate, Controller, DhcpServer, Quirks, RouterOs, SecondSession, Settings, Sim, Tls, TunnelKind, User,
};

/// Run a simulated vehicle that any RouterOS client can connect to (user `admin`, empty password, or --user)
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n\
\x20 tikroam sim                               # on 127.0.0.1:8728\n\
\x20 tikroam sim --listen 127.0.0.1:8729 --tunnel wireguard")]
pub struct Args {
    /// Where the router's API listens
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8728")]
    listen: String,
    /// Drive log to drive along, again and again; without it an embedded drive
    #[arg(long, value_name = "FILE")]
    drive: Option<PathBuf>,
    /// Version of RouterOS to play, with the package that runs its radios [default: 6.49, or 7.17 with WireGuard]
    #[arg(long, value_enum)]
    routeros: Option<RouterOs>,
    /// Tunnel to the office
    #[arg(long, value_enum, default_value = "pptp")]
    tunnel: TunnelKind,
    /// How many client radios the router has, 1 to 4; failover needs two
    #[arg(long, value_name = "COUNT", default_value_t = 2, value_parser = value_parser!(u8).range(1..=4))]
    radios: u8,
    /// Who drives the router beside its API; failover needs WireGuard
    #[arg(long, value_enum, default_value = "none")]
    controller: Controller,
    /// What the office does with a second session of the vehicle's user, where a tunnel is dialed
    #[arg(long, value_enum, default_value = "beside-cleaned")]
    office: SecondSession,
    /// Let each network give addresses by DHCP
    #[arg(long)]
    dhcp: bool,
    /// A router as it comes from its box: nobody has set up radios, tunnel or the agent's items
    #[arg(long)]
    stock: bool,
    /// Seed of everything that is left to chance
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Keep the SSIDs of the drive log instead of dealing its access points to the example's networks
    #[arg(long)]
    ssid_as_heard: bool,
    /// Write every sentence to this file as a JSON line
    #[arg(long, value_name = "FILE")]
    transcript: Option<PathBuf>,
    /// Another user and its policies, such as `tikroam:secret:api,read,write,test`; may be repeated. Without it there is only `admin`
    #[arg(long = "user", value_name = "NAME:PASSWORD:POLICIES")]
    users: Vec<User>,
    /// Speak TLS, as service `api-ssl` of a router does, with a new certificate that the log names
    #[arg(long)]
    tls: bool,
    /// Simulated seconds in each real one, 0.001 to 10000
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = speed)]
    speed: f64,
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|speed| (0.001..=10_000.0).contains(speed));
    speed.ok_or_else(|| "a number from 0.001 to 10000 is expected".to_owned())
}

/// Runs the vehicle until a signal.
///
/// # Errors
///
/// The drive log cannot be read, no certificate can be made for the address, the address cannot be listened on, the transcript cannot be written, or signals cannot
/// be listened for.
pub async fn run(args: Args) -> anyhow::Result<Exit> {
    let _log = log::set_up("info", log::Format::Text);
    let drive = match &args.drive {
        Some(path) => drive_log::read(path)?,
        None => drive::embedded(),
    };
    let mut access = Access::default();
    access
        .users
        .retain(|user| args.users.iter().all(|other| other.name != user.name));
    access.users.extend(args.users);
    let users = access
        .users
        .iter()
        .map(|user| user.name.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    if args.tls {
        let host = args.listen.rsplit_once(':').map_or(&*args.listen, |(host, _)| host);
        let certificate = Certificate::new(host.trim_matches(['[', ']']), 2000, 2100)?;
        info!(fingerprint = certificate.fingerprint(), "the router's certificate");
        access.tls = Tls::Certificate(certificate);
    }
    let (name, seconds) = (drive.name.clone(), drive.seconds.len());
    let routeros = args.routeros.unwrap_or(match args.tunnel {
        TunnelKind::Wireguard => RouterOs::V7_17,
        _ => RouterOs::V6_49,
    });
    let mut settings = Settings {
        looped: true,
        radios: routeros.radio_names(usize::from(args.radios)),
        routeros,
        tunnel: args.tunnel,
        controller: args.controller,
        quirks: Quirks {
            second_session: args.office,
            ..Quirks::default()
        },
        access,
        ssid_as_heard: args.ssid_as_heard,
        transcript: args.transcript,
        speed: args.speed,
        stock: args.stock,
        ..Settings::example(drive, args.seed)
    };
    for network in settings.networks.iter_mut().filter(|_| args.dhcp) {
        network.dhcp = Some(DhcpServer::default());
    }
    let sim = Sim::listen(&args.listen, settings)
        .await
        .with_context(|| format!("cannot run a vehicle at {}", args.listen))?;
    info!(address = %sim.local_addr(), drive = %name, seconds, %users, "vehicle drives; `admin` has an empty password unless given");
    run::shutdown()?.await;
    let dark = sim.dark();
    info!(
        over_s = format_args!("{:.1}", dark.over),
        dark_s = format_args!("{:.1}", dark.seconds),
        unavoidable_s = format_args!("{:.1}", dark.unavoidable),
        longest_s = format_args!("{:.1}", dark.longest),
        swaps = dark.swaps,
        "vehicle stopped"
    );
    sim.stop().await;
    Ok(Exit::Fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_a_number_within_its_range() {
        assert_eq!((speed("0.001"), speed("10000")), (Ok(0.001), Ok(10_000.0)));
        for text in ["0", "-1", "nan", "inf", "-inf", "1e300", "10001", "fast", ""] {
            assert!(speed(text).is_err(), "{text}");
        }
    }
}
