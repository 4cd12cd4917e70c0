//! `tikroam plan`: what a swap changes on the live router; nothing is sent.

use std::path::PathBuf;

use crate::agent;
use crate::cli::{Exit, load, note, print};
use crate::names::{Escaped, InterfaceName, UplinkId};
use crate::router::Router;

/// Show what a swap changes on the live router, without sending it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n\
\x20 sudo tikroam plan --to wlan2\n\
\x20 sudo tikroam plan --network testssid1    # in the workshop")]
pub struct Args {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "/etc/tikroam/agent.toml")]
    config: PathBuf,
    /// The radio or fallback that the vehicle should go out by, such as `wlan2`; with --network, the first radio by default
    #[arg(long, value_name = "INTERFACE", required_unless_present = "network")]
    to: Option<String>,
    /// As if the radio were on this network, such as in a workshop without its access points
    #[arg(long, value_name = "SSID")]
    network: Option<String>,
}

/// Reads the router and prints the plan.
///
/// # Errors
///
/// When the router cannot be read, no plan can be made, or stdout does not take it.
pub async fn run(args: Args) -> anyhow::Result<Exit> {
    let config = match load(&args.config) {
        Ok(config) => config,
        Err(exit) => return Ok(exit),
    };
    let first = config.radios()[0].interface.clone();
    let to = args.to.as_deref().map_or(first, InterfaceName::new);
    let radios = config.radios().iter().map(|radio| &radio.interface);
    let uplinks: Vec<_> = radios
        .chain(config.fallbacks().iter().map(|one| &one.interface))
        .collect();
    if !uplinks.contains(&&to) {
        let names: Vec<String> = uplinks.iter().map(|name| format!("`{name}`")).collect();
        note(format_args!(
            "error: `{to}` is no radio or fallback of the configuration\n\nhint: there are {}",
            names.join(", ")
        ));
        return Ok(Exit::Usage);
    }
    let networks = config.networks().iter().map(|network| &network.ssid);
    let network = match &args.network {
        None => None,
        Some(name) => match networks.clone().find(|ssid| ssid.as_bytes() == name.as_bytes()) {
            Some(ssid) => Some(ssid),
            None => {
                let names: Vec<String> = networks.map(|ssid| format!("`{ssid}`")).collect();
                let asked = Escaped(name);
                note(format_args!(
                    "error: `{asked}` is no network of the configuration\n\nhint: there are {}",
                    names.join(", ")
                ));
                return Ok(Exit::Usage);
            }
        },
    };
    let access = agent::access(&config);
    let router = Router::connect(&access).await.map_err(|error| match error.hint() {
        Some(hint) => anyhow::anyhow!("{error}\n\nhint: {hint}"),
        None => anyhow::Error::new(error),
    })?;
    let plan = agent::plan_to(&config, &router, &UplinkId::new(to), network).await?;
    router.close().await;
    print(plan)?;
    Ok(Exit::Fine)
}
