//! The command line of tikroam.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tikroam::command::{Exit, check, demo, plan, run};

/// Keeps a vehicle reachable: swaps the active of two client radios on a MikroTik router.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Demo(demo::Args),
    Run(run::Args),
    Check(check::Args),
    Plan(plan::Args),
}

fn main() -> Result<Exit, ExitCode> {
    let cli = Cli::parse();
    match perform(cli.verb) {
        Ok(exit) => Ok(exit),
        Err(error) => {
            report(&error);
            Ok(Exit::Failed)
        }
    }
}

fn perform(verb: Verb) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match verb {
        Verb::Demo(args) => runtime.block_on(demo::run(args)),
        Verb::Run(args) => runtime.block_on(run::run(args)),
        Verb::Check(args) => runtime.block_on(check::run(args)),
        Verb::Plan(args) => runtime.block_on(plan::run(args)),
    }
}

#[allow(clippy::print_stderr, reason = "the log may not be set up")]
fn report(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
