//! `tikroam plan`: what a swap changes on the live router; nothing is sent.

use std::path::PathBuf;

use crate::agent;
use crate::cli::{Exit, load, note, print};
use crate::names::{InterfaceName, UplinkId};
use crate::router::Router;

/// Show what a swap changes on the live router, without sending it
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n\
\x20 sudo tikroam plan --to wlan2")]
pub struct Args {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "/etc/tikroam/agent.toml")]
    config: PathBuf,
    /// The radio or fallback that the vehicle should go out by, such as `wlan2`
    #[arg(long, value_name = "INTERFACE")]
    to: String,
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
    let to = InterfaceName::new(&args.to);
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
    let access = agent::access(&config);
    let router = Router::connect(&access).await.map_err(|error| match error.hint() {
        Some(hint) => anyhow::anyhow!("{error}\n\nhint: {hint}"),
        None => anyhow::Error::new(error),
    })?;
    let plan = agent::plan_to(&config, &router, &UplinkId::new(to)).await?;
    router.close().await;
    print(plan)?;
    Ok(Exit::Fine)
}
