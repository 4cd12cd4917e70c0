//! The command line of tikroam.

use clap::{CommandFactory as _, Parser, Subcommand};
use tikroam::cli::{
    self, Exit, bugreport, by_hand, check, demo, evaluate, init, manual, plan, record, report, run, setup, sim, status,
    tune,
};

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
    Report(report::Args),
    Bugreport(bugreport::Args),
    Sim(sim::Args),
    Status(status::Args),
    Hold(by_hand::Hold),
    Auto(by_hand::Auto),
    Swap(by_hand::Swap),
    #[command(hide = true)]
    Manual(manual::Args),
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
        Verb::Report(args) => report::run(&args),
        Verb::Bugreport(args) => runtime.block_on(bugreport::run(args)),
        Verb::Init(args) => init::run(args),
        Verb::Setup(args) => runtime.block_on(setup::run(args)),
        Verb::Sim(args) => runtime.block_on(sim::run(args)),
        Verb::Status(args) => runtime.block_on(status::run(args)),
        Verb::Hold(args) => runtime.block_on(args.run()),
        Verb::Auto(args) => runtime.block_on(args.run()),
        Verb::Swap(args) => runtime.block_on(args.run()),
        Verb::Manual(args) => manual::run(&args, Cli::command()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a technician copies from `--help` must work as it stands.
    #[test]
    fn the_help_of_each_verb_has_an_example_that_its_command_line_takes() {
        for verb in Cli::command().get_subcommands() {
            let help = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples = help
                .lines()
                .filter_map(|line| line.trim_start().strip_prefix("sudo ").or(Some(line.trim())));
            let examples: Vec<&str> = examples.filter(|line| line.starts_with("tikroam ")).collect();
            assert!(!examples.is_empty(), "{}: no example", verb.get_name());
            assert!(help.lines().all(|line| line.len() <= 70), "a man page wraps it: {help}");
            for example in examples {
                let command = example.split('#').next().unwrap_or_default().split_whitespace();
                assert!(command.clone().nth(1) == Some(verb.get_name()), "{example}");
                let parsed = Cli::try_parse_from(command);
                assert!(
                    parsed.is_ok(),
                    "{example}: {}",
                    parsed.err().map(|error| error.to_string()).unwrap_or_default()
                );
            }
        }
    }
}
