//! The command line of tikroam.

use clap::{Parser, Subcommand};
use tikroam::cli::{self, Exit, check, demo, evaluate, init, plan, record, run, setup, sim, tune};

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
    Init(init::Args),
    Setup(setup::Args),
    Check(check::Args),
    Plan(plan::Args),
    Evaluate(evaluate::Args),
    Tune(tune::Args),
    Record(record::Args),
    Sim(sim::Args),
}

fn main() -> Exit {
    match Cli::try_parse() {
        Ok(cli) => cli::ended(perform(cli.verb)),
        Err(asked) => cli::not_begun(&asked),
    }
}

fn perform(verb: Verb) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match verb {
        Verb::Demo(args) => runtime.block_on(demo::run(args)),
        // A task of its own wakes at less cost than the future that the runtime blocks on, by a call to the system each time.
        Verb::Run(args) => runtime.block_on(async { tokio::spawn(run::run(args)).await? }),
        Verb::Check(args) => runtime.block_on(check::run(args)),
        Verb::Plan(args) => runtime.block_on(plan::run(args)),
        Verb::Evaluate(args) => evaluate::run(&args),
        Verb::Tune(args) => tune::run(&args),
        Verb::Record(args) => runtime.block_on(record::run(args)),
        Verb::Init(args) => init::run(args),
        Verb::Setup(args) => runtime.block_on(setup::run(args)),
        Verb::Sim(args) => runtime.block_on(sim::run(args)),
    }
}
