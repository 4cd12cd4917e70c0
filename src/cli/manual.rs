//! `tikroam manual`: what a package installs beside the program, made from the command line's own words.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap_complete::Shell;

use crate::cli::Exit;

/// Write the man pages and the completions of bash, zsh and fish into a folder, for a package
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n\
\x20 tikroam manual target/manual")]
pub struct Args {
    /// The folder; it is made where it is missing
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

/// Writes `tikroam.1`, a page for each verb such as `tikroam-run.1`, and the completions.
///
/// # Errors
///
/// When a file cannot be written.
pub fn run(args: &Args, mut command: clap::Command) -> anyhow::Result<Exit> {
    let folder = &args.folder;
    let wrote = || format!("cannot write into `{}`", folder.display());
    fs::create_dir_all(folder).with_context(wrote)?;
    // A page about `help` says nothing.
    clap_mangen::generate_to(command.clone().disable_help_subcommand(true), folder).with_context(wrote)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        clap_complete::generate_to(shell, &mut command, "tikroam", folder).with_context(wrote)?;
    }
    Ok(Exit::Fine)
}
