//! `tikroam run`: the daemon.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{Sender, channel};
use tracing::{error, info, warn};

use crate::agent::{Agent, Options, Reload};
use crate::cli::{Exit, configuration, load, note};
use crate::clock;
use crate::config::{Config, Faults, LogFormat};
use crate::journal::{self, Journal};
use crate::log;
use crate::router::{Chain, Delays};
use crate::server::{self, Socket, SocketError};
use crate::status::Facts;
use crate::units::Moment;

/// The daemon: watch the radios, hunt, swap, until SIGTERM or SIGINT; SIGHUP reads the configuration again
///
/// Started from a terminal, it also stops at SIGHUP: the terminal is gone.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n\
\x20 sudo tikroam run --dry-run              # decide, change nothing\n\
\x20 tikroam run --config agent.toml")]
pub struct Args {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "/etc/tikroam/agent.toml")]
    config: PathBuf,
    /// Decide and log the plans, but write nothing on the router and scan with nothing
    #[arg(long)]
    dry_run: bool,
    /// The form of the log on stderr [default: `[log] format` of the configuration]
    #[arg(long, value_enum)]
    log_format: Option<log::Format>,
}

/// Runs the daemon until a signal.
///
/// # Errors
///
/// When signals cannot be listened for.
pub async fn run(args: Args) -> anyhow::Result<Exit> {
    let config = match load(&args.config) {
        Ok(config) => config,
        Err(exit) => return Ok(exit),
    };
    let format = args.log_format.unwrap_or(match config.log().format {
        LogFormat::Text => log::Format::Text,
        LogFormat::Json => log::Format::Json,
    });
    let log = log::set_up(config.log().level.as_str(), format);
    if matches!(format, log::Format::Text) {
        log::name_aps(config.aps());
    }
    show_warnings(&config);
    let journal = journal(&config);
    info!(
        vehicle = config.vehicle(),
        version = env!("CARGO_PKG_VERSION"),
        router = config.router().address(),
        config = %args.config.display(),
        journal = %config.journal().file.display(),
        dry_run = args.dry_run,
        "started"
    );
    let (reloads, taken) = channel(1);
    let (agent_side, server_side) = server::sides(Facts::of(&config), clock::now());
    match Socket::bind(&config.status().socket).await {
        Ok(socket) => drop(tokio::spawn(server_side.clone().at_socket(socket))),
        Err(error @ SocketError::Taken(_)) => {
            // Two agents on one router undo each other's swaps.
            note(format_args!("error: {error}\n\nhint: {}", error.hint()));
            return Ok(Exit::Failed);
        }
        Err(error) => {
            error!(hint = error.hint(), cause = %Chain(&error), "the vehicle drives without `tikroam status`")
        }
    }
    tokio::spawn(server_side.at_configured(config.status().clone()));
    let options = Options {
        dry_run: args.dry_run,
        beat: Box::new(beat()),
        delays: Delays::default(),
        journal: Some(journal),
        reloads: Some(taken),
        status: Some(agent_side),
    };
    // A terminal that is gone, such as a lost ssh session, asks to stop in this way.
    let (stops, reads) = if io::stdin().is_terminal() {
        (hangups()?, None)
    } else {
        (None, hangups()?)
    };
    let shutdown = stop(stops)?;
    let follow = follow(reads, &args.config, config.clone(), &log, reloads);
    tokio::select! {
        _ = Agent::new(config, options).run(shutdown) => {}
        () = follow => {}
    }
    sd_notify::notify(false, &[sd_notify::NotifyState::Stopping]).ok();
    Ok(Exit::Fine)
}

fn journal(config: &Config) -> Journal {
    let settings = config.journal();
    Journal::new(&settings.file, settings.size, settings.keep, journal::RETRY)
}

fn show_warnings(config: &Config) {
    for warning in config.warnings() {
        warn!(hint = warning.hint, "{}: {}", warning.key, warning.what);
    }
}

/// Reads the configuration again at each SIGHUP, and lets the agent go on with it; one with faults changes nothing. Never
/// ends.
async fn follow(
    mut hangups: Option<Signal>,
    path: &Path,
    mut config: Config,
    log: &log::Guard,
    reloads: Sender<Reload>,
) {
    while let Some(hangup) = &mut hangups
        && hangup.recv().await.is_some()
    {
        let newer = match configuration::load(path) {
            Ok(newer) => newer,
            Err(faults) => {
                refuse(path, &faults);
                continue;
            }
        };
        show_warnings(&newer);
        let changed = config.changed(&newer);
        let file = path.display();
        if changed.sections.is_empty() {
            info!(config = %file, "read the configuration again: nothing changed");
            continue;
        }
        log.show(newer.log().level.as_str());
        info!(config = %file, "read the configuration again: {} changed", changed.sections.join(", "));
        if !changed.restart.is_empty() {
            let hint = "start the service again: `systemctl restart tikroam`";
            warn!(hint, "{} changes only with the next start", changed.restart.join(", "));
        }
        let journal = (config.journal() != newer.journal()).then(|| journal(&newer));
        let reload = Reload {
            config: newer.clone(),
            journal,
        };
        config = newer;
        // The log is changed already, and the status only by a restart: the session with the router may stay.
        let for_the_agent = changed
            .sections
            .iter()
            .any(|section| !["log", "status"].contains(section));
        if for_the_agent && reloads.send(reload).await.is_err() {
            break;
        }
    }
    std::future::pending().await
}

fn refuse(path: &Path, faults: &Faults) {
    for fault in faults.iter() {
        let key = if fault.key.is_empty() { "" } else { ": " };
        error!(hint = fault.hint, "{}{key}{}: {}", fault.place, fault.key, fault.what);
    }
    error!(
        config = %path.display(),
        "the configuration has faults: the agent goes on with the one that it has"
    );
}

/// Notifies systemd that the loop turns, once a second at most; a loop that stands still is restarted by its watchdog.
fn beat() -> impl FnMut() {
    let mut last: Option<Moment> = None;
    move || {
        let now = clock::now();
        let state = match last {
            None => sd_notify::NotifyState::Ready,
            Some(last) if now.since(last) < Duration::from_secs(1) => return,
            Some(_) => sd_notify::NotifyState::Watchdog,
        };
        // Without systemd there is nobody to notify.
        sd_notify::notify(false, &[state]).ok();
        last = Some(now);
    }
}

/// Ready once a signal asks the process to stop. A terminal that is gone, such as a lost ssh session, asks by SIGHUP; under
/// `nohup` that is ignored.
///
/// # Errors
///
/// When signals cannot be listened for.
pub(crate) fn shutdown() -> io::Result<impl Future<Output = ()>> {
    stop(hangups()?)
}

fn stop(mut hangups: Option<Signal>) -> io::Result<impl Future<Output = ()>> {
    let mut term = signal(SignalKind::terminate())?;
    let mut int = signal(SignalKind::interrupt())?;
    Ok(async move {
        let hung_up = async {
            match &mut hangups {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        let name = tokio::select! {
            _ = term.recv() => "SIGTERM",
            _ = int.recv() => "SIGINT",
            _ = hung_up => "SIGHUP",
        };
        info!(signal = name, "stopping");
    })
}

/// Each SIGHUP; `None` where whoever started the process had it ignored.
fn hangups() -> io::Result<Option<Signal>> {
    if hangup_is_ignored() {
        return Ok(None);
    }
    signal(SignalKind::hangup()).map(Some)
}

/// Whether whoever started the process had SIGHUP ignored. Listening for a signal ends that it is ignored, so this is asked
/// before.
fn hangup_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let bit = SignalKind::hangup().as_raw_value() - 1;
    mask.is_some_and(|mask| mask >> bit & 1 == 1)
}
