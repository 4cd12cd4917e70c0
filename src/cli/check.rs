//! `tikroam check`: what is wrong with the configuration and with the router, without changing anything.

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::agent;
use crate::cli::{Exit, configuration, print};
use crate::config::{Config, Fault, Faults};
use crate::findings::{self, Checked, Finding, Severity};
use crate::journal;
use crate::names::write_escaped;
use crate::router::Router;

/// Show what is wrong with the configuration and the router; nothing is changed
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n\
\x20 tikroam check --offline --config agent.toml   # without a router\n\
\x20 sudo tikroam check\n\
\x20 sudo tikroam check --json --deny-warnings    # for a script")]
pub struct Args {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "/etc/tikroam/agent.toml")]
    config: PathBuf,
    /// Check the configuration only, without its password and without the router
    #[arg(long)]
    offline: bool,
    /// For programs: one JSON object with every line
    #[arg(long)]
    json: bool,
    /// End with 1 also where there are only warnings
    #[arg(long)]
    deny_warnings: bool,
}

/// Checks the configuration and, unless offline, the router; the findings go to stdout.
///
/// Ends with [`Exit::Config`] when the configuration is wrong, [`Exit::Failed`] when the router is or cannot be read, and
/// [`Exit::Fine`] otherwise, also with warnings.
///
/// # Errors
///
/// When stdout does not take them.
pub async fn run(args: Args) -> anyhow::Result<Exit> {
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let (text, exit) = look(&args, colour && !args.json).await;
    print(text)?;
    Ok(exit)
}

/// What `tikroam check` prints for a configuration.
pub(super) async fn text(config: &Path) -> String {
    let args = Args {
        config: config.to_owned(),
        offline: false,
        deny_warnings: false,
        json: false,
    };
    look(&args, false).await.0
}

async fn look(args: &Args, colour: bool) -> (String, Exit) {
    let mut report = Report {
        colour,
        ..Report::default()
    };
    let read = if args.offline {
        configuration::load_offline(&args.config)
    } else {
        configuration::load(&args.config)
    };
    let exit = match read {
        Err(faults) => {
            report.faults(&faults);
            Exit::Config
        }
        Ok(config) => {
            report.config(&config, &args.config.display().to_string());
            report.journal(&config.journal().file);
            if !args.offline {
                match survey(&config).await {
                    Ok(checked) => checked.iter().for_each(|part| report.part(part)),
                    Err(unreachable) => report.failure(&unreachable),
                }
            }
            let denied = args.deny_warnings && report.warnings > 0;
            if report.errors > 0 || denied {
                Exit::Failed
            } else {
                Exit::Fine
            }
        }
    };
    (if args.json { report.json() } else { report.end() }, exit)
}

/// No session, or one that was lost while the router was read.
struct Unreachable {
    error: anyhow::Error,
    hint: Option<&'static str>,
}

async fn survey(config: &Config) -> Result<Vec<Checked>, Unreachable> {
    let router = Router::connect(&agent::access(config)).await.map_err(|error| {
        let hint = error.hint();
        Unreachable {
            error: error.into(),
            hint,
        }
    })?;
    let managed = agent::managed(config);
    let lost = |error: crate::router::CallError| Unreachable {
        error: error.into(),
        hint: Some("the router was not read to its end: try again, and look at its log"),
    };
    let survey = router.survey(&managed).await.map_err(lost)?;
    let inspection = router.inspect(&managed).await.map_err(lost)?;
    let certificate = router.certificate();
    router.close().await;
    let mut checked = findings::check(config, &survey, &inspection);
    checked.splice(0..0, findings::encryption(config, certificate));
    Ok(checked)
}

/// What is printed, and what it counts up to.
#[derive(Default)]
struct Report {
    text: String,
    lines: Vec<Value>,
    colour: bool,
    errors: usize,
    warnings: usize,
}

impl Report {
    fn faults(&mut self, faults: &Faults) {
        for fault in faults.iter() {
            self.errors += 1;
            self.line("ERROR", &shown(fault));
        }
    }

    fn config(&mut self, config: &Config, file: &str) {
        for warning in config.warnings() {
            self.warnings += 1;
            self.line("WARN", &shown(warning));
        }
        if config.warnings().is_empty() {
            let (radios, networks) = (config.radios().len(), config.networks().len());
            let fine = format!(
                "config: `{file}`, {}, {}",
                counted(radios, "radio"),
                counted(networks, "network")
            );
            self.line("ok", &fine);
        }
    }

    /// The agent runs without a journal, so this is no error.
    fn journal(&mut self, file: &Path) {
        if let Err(error) = journal::check_place(file) {
            self.finding(&Finding {
                severity: Severity::Warning,
                code: "journal-place",
                text: format!("the journal `{}` can never be written: {error}", file.display()),
                hint: journal::hint(&error).to_owned(),
            });
        }
    }

    fn part(&mut self, part: &Checked) {
        if part.findings.is_empty() {
            let mut fine = format!("{}: ", part.part);
            // Writing to a String does not fail.
            write_escaped(&mut fine, &part.fine).unwrap_or_default();
            self.line("ok", &fine);
        }
        for finding in &part.findings {
            self.finding(finding);
        }
    }

    fn finding(&mut self, finding: &Finding) {
        match finding.severity {
            Severity::Error | Severity::Forbids => {
                self.errors += 1;
                self.line("ERROR", &finding.to_string());
            }
            Severity::Warning => {
                self.warnings += 1;
                self.line("WARN", &finding.to_string());
            }
        }
    }

    fn failure(&mut self, unreachable: &Unreachable) {
        self.errors += 1;
        let hint = unreachable
            .hint
            .map_or_else(String::new, |hint| format!("\n      hint: {hint}"));
        self.line("ERROR", &format!("session: {:#}{hint}", unreachable.error));
    }

    fn line(&mut self, word: &str, text: &str) {
        let (said, hint) = text
            .split_once("\n      hint: ")
            .map_or((text, None), |(said, hint)| (said, Some(hint)));
        let (code, said) = said.split_once(": ").unwrap_or(("", said));
        let severity = match word {
            "ERROR" => "error",
            "WARN" => "warning",
            _ => "ok",
        };
        self.lines
            .push(json!({ "severity": severity, "code": code, "text": said, "hint": hint }));
        let colour = match word {
            "ERROR" => "\u{1b}[31m",
            "WARN" => "\u{1b}[33m",
            _ => "\u{1b}[32m",
        };
        let (begin, end) = if self.colour { (colour, "\u{1b}[0m") } else { ("", "") };
        // Writing to a String does not fail.
        writeln!(self.text, "{begin}{word:5}{end} {text}").unwrap_or_default();
    }

    /// The same for programs.
    fn json(self) -> String {
        let all = json!({ "errors": self.errors, "warnings": self.warnings, "lines": self.lines });
        format!("{all:#}\n")
    }

    fn end(mut self) -> String {
        let (errors, warnings) = (counted(self.errors, "error"), counted(self.warnings, "warning"));
        writeln!(self.text, "check: {errors}, {warnings}").unwrap_or_default();
        self.text
    }
}

/// A fault with its hint where the hints of findings are.
fn shown(fault: &Fault) -> String {
    format!("config: {fault}").replace("\n  hint:", "\n      hint:")
}

fn counted(count: usize, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}

#[cfg(test)]
mod tests;
