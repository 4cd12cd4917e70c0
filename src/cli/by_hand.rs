//! `tikroam hold`, `tikroam auto`, `tikroam swap`: orders to the running agent.

use std::time::Duration;

use crate::cli::agent_socket::{Place, unanswered};
use crate::cli::{Exit, print};
use crate::server::{Request, What, order};

/// The longest hold.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Hold the vehicle on a radio or a fallback, whatever its signal; if it goes dark there, it stays dark until the hold is over
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  sudo tikroam hold wlan1 --for 10m --reason antenna")]
pub struct Hold {
    /// The radio or fallback, such as `wlan1`
    uplink: String,
    /// For how long, 1s to 24h; without it until `tikroam auto`, or the end of the agent
    #[arg(long = "for", value_name = "TIME", value_parser = length)]
    length: Option<Duration>,
    #[command(flatten)]
    order: Order,
}

/// Let the agent choose again: ends a hold
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  sudo tikroam auto")]
pub struct Auto {
    #[command(flatten)]
    order: Order,
}

/// Move the vehicle to a radio or a fallback once; from then on the agent chooses again
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  sudo tikroam swap wlan2 --reason drops-calls")]
pub struct Swap {
    /// The radio or fallback, such as `wlan2`
    uplink: String,
    #[command(flatten)]
    order: Order,
}

/// What every order has.
#[derive(Debug, clap::Args)]
struct Order {
    #[command(flatten)]
    place: Place,
    /// Why, for the log
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Hold {
    /// Sends the order and prints what the agent does.
    ///
    /// # Errors
    ///
    /// When stdout does not take it.
    pub async fn run(self) -> anyhow::Result<Exit> {
        let (uplink, length) = (self.uplink, self.length);
        self.order.send(What::Hold { uplink, length }).await
    }
}

impl Auto {
    /// Sends the order and prints what the agent does.
    ///
    /// # Errors
    ///
    /// When stdout does not take it.
    pub async fn run(self) -> anyhow::Result<Exit> {
        self.order.send(What::Auto).await
    }
}

impl Swap {
    /// Sends the order and prints what the agent does.
    ///
    /// # Errors
    ///
    /// When stdout does not take it.
    pub async fn run(self) -> anyhow::Result<Exit> {
        let uplink = self.uplink;
        self.order.send(What::Swap { uplink }).await
    }
}

impl Order {
    async fn send(self, what: What) -> anyhow::Result<Exit> {
        let request = Request { what, why: self.reason };
        match order(&self.place.socket(), &request).await {
            Ok(done) => {
                print(format_args!("{done}\n"))?;
                Ok(Exit::Fine)
            }
            Err(error) => Ok(unanswered(&error)),
        }
    }
}

fn length(text: &str) -> Result<Duration, String> {
    let length = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if (Duration::from_secs(1)..=LONGEST).contains(&length) {
        Ok(length)
    } else {
        Err("a hold lasts from 1s to 24h".to_owned())
    }
}
