//! `tikroam status`: what the running agent shows, in a terminal.

use std::time::Duration;

use anyhow::Context as _;
use tokio::time::sleep;

use crate::cli::agent_socket::{Place, unanswered};
use crate::cli::{Exit, print};
use crate::server::ask;
use crate::status::{Kind, Status, text};

/// Between two views of `--watch`.
const AGAIN: Duration = Duration::from_secs(1);

/// What a terminal shows a new view by: to the top left, and all below away.
const CLEAR: &str = "\u{1b}[H\u{1b}[2J";

/// Show what the running agent sees and does; exits with 0 when the vehicle is reachable, 1 when not, 2 when no agent answers
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  sudo tikroam status --watch")]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// The same for programs
    #[arg(long)]
    json: bool,
    /// Show it again each second, until Ctrl-C
    #[arg(long)]
    watch: bool,
}

/// Asks the agent and prints what it answers.
///
/// # Errors
///
/// When the answer is not understood, or stdout does not take it.
pub async fn run(args: Args) -> anyhow::Result<Exit> {
    let socket = args.place.socket();
    loop {
        let asked = match ask(&socket, "/status.json").await {
            Ok(asked) => asked,
            Err(error) => return Ok(unanswered(&error)),
        };
        let status: Status = serde_json::from_slice(&asked.body)
            .context("the agent's answer is not understood; program and agent may be of different versions")?;
        if args.json {
            print(format_args!("{}\n", String::from_utf8_lossy(&asked.body)))?;
        } else {
            let clear = if args.watch { CLEAR } else { "" };
            print(format_args!("{clear}{}", text::text(&status)))?;
        }
        if !args.watch {
            return Ok(match status.state.kind {
                Kind::Reachable => Exit::Fine,
                Kind::NotProven | Kind::NotReachable | Kind::NoRouter => Exit::Failed,
            });
        }
        sleep(AGAIN).await;
    }
}
