//! Where the running agent is asked, and what is said when it does not answer.

use std::path::PathBuf;

use crate::cli::{Exit, configuration, note};
use crate::config::Status;
use crate::server::AskError;

/// Where the running agent is.
#[derive(Debug, clap::Args)]
pub(super) struct Place {
    /// The agent's socket [default: `[status] socket` of the configuration, else /run/tikroam/tikroam.sock]
    #[arg(long, value_name = "FILE")]
    socket: Option<PathBuf>,
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "/etc/tikroam/agent.toml")]
    config: PathBuf,
}

impl Place {
    /// The agent's socket. A configuration that is faulty by now does not keep anybody from the agent that runs.
    pub(super) fn socket(&self) -> PathBuf {
        let configured = || configuration::load_offline(&self.config).ok();
        self.socket
            .clone()
            .or_else(|| Some(configured()?.status().socket.clone()))
            .unwrap_or_else(|| Status::SOCKET.into())
    }
}

/// Says why the agent gave no answer.
pub(super) fn unanswered(error: &AskError) -> Exit {
    note(format_args!("error: {error}\n\nhint: {}", error.hint()));
    match error {
        AskError::Refused { .. } => Exit::Failed,
        _ => Exit::NoAgent,
    }
}
