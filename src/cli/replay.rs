//! What `evaluate` and `tune` share: which drives are replayed, and on what terms.

use std::io::IsTerminal;
use std::ops::Range;
use std::path::PathBuf;

use clap::ValueEnum;
use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use crate::cli::{Exit, drive_log, load_offline};
use crate::drive::{Kind, generate};
use crate::evaluate::{self, Terms, Trace};
use crate::handover::settings::Rules;
use crate::units::Dbm;

/// How long a generated drive is, in seconds.
const GENERATED_SECONDS: usize = 1_200;

#[derive(Debug, clap::Args)]
pub(super) struct Replay {
    /// Drive logs
    #[arg(value_name = "DRIVE.csv", required_unless_present = "generated")]
    drives: Vec<PathBuf>,
    /// Generated drives besides: 20 minutes each, ten of each kind (town, boulevard, campus, bus, highway). `tune` takes
    /// those of seeds 0 to 9, `evaluate` those of 100 to 109
    #[arg(long)]
    generated: bool,
    /// What the radios can do; may be given several times or with commas
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Model::Ideal])]
    pub(super) model: Vec<Model>,
    /// How many whole seconds a swap is dark, 0 for next to nothing; may be given several times or with commas
    #[arg(long, value_name = "SECONDS", value_delimiter = ',', default_values_t = [1, 3, 8], value_parser = clap::value_parser!(u16).range(..=600))]
    pub(super) swap_cost: Vec<u16>,
    /// A second is good above this signal
    #[arg(long, value_name = "DBM", default_value_t = -80, allow_negative_numbers = true, value_parser = clap::value_parser!(i16).range(-100..=-30))]
    pub(super) good: i16,
    /// From one scan to the next, in seconds [default: 2 ideal, 5 vehicle]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..=600))]
    scan_interval: Option<u16>,
    /// The seed of what is left to chance in the vehicle model
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The configuration whose [handover] and [hunt] `tikroam` decides by; without it their defaults, with --good as the
    /// trigger
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Model {
    /// Any access point can be gone to at once
    Ideal,
    /// What two radios really can
    Vehicle,
}

impl Model {
    pub(super) fn name(self) -> &'static str {
        match self {
            Model::Ideal => "ideal",
            Model::Vehicle => "vehicle",
        }
    }
}

/// Where a drive comes from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    Log(PathBuf),
    Generated(Kind, u64),
}

impl Source {
    /// The kind of a generated drive.
    pub(super) fn kind(&self) -> Option<Kind> {
        match self {
            Source::Log(_) => None,
            Source::Generated(kind, _) => Some(*kind),
        }
    }

    /// Reads or generates the drive, so that no more drives are held than are being replayed.
    pub(super) fn trace(&self) -> anyhow::Result<Trace> {
        Ok(Trace::from(&match self {
            Source::Log(path) => drive_log::read(path)?,
            Source::Generated(kind, seed) => generate(*kind, GENERATED_SECONDS, *seed),
        }))
    }
}

impl Replay {
    /// The drive logs, and the generated drives of these seeds if they are wanted.
    pub(super) fn sources(&self, seeds: Range<u64>) -> Vec<Source> {
        let kinds = if self.generated { Kind::ALL.as_slice() } else { &[] };
        let logs = self.drives.iter().map(|path| Source::Log(path.clone()));
        let generated = kinds
            .iter()
            .flat_map(|kind| seeds.clone().map(|seed| Source::Generated(*kind, seed)));
        logs.chain(generated).collect()
    }

    /// What `tikroam` decides by.
    ///
    /// # Errors
    ///
    /// How the program is to end when the configuration has faults.
    pub(super) fn rules(&self) -> Result<Rules, Exit> {
        let mut rules = Rules::default();
        rules.handover.trigger = Dbm(self.good);
        if let Some(path) = &self.config {
            let config = load_offline(path)?;
            rules.handover = config.handover().clone();
            rules.hunt = config.hunt().clone();
        }
        Ok(rules)
    }

    pub(super) fn terms(&self, model: Model, swap_cost: u16) -> Terms {
        let model = match model {
            Model::Ideal => evaluate::Model::Ideal,
            Model::Vehicle => evaluate::Model::Vehicle,
        };
        let mut terms = Terms::new(model, usize::from(swap_cost));
        terms.good = Dbm(self.good);
        terms.seed = self.seed;
        if let Some(interval) = self.scan_interval {
            terms.scan_interval = usize::from(interval);
        }
        terms
    }

    /// The swap costs in words: `1 / 3 / 8 s`.
    pub(super) fn costs(&self) -> String {
        format!(
            "{} s",
            self.swap_cost
                .iter()
                .map(u16::to_string)
                .collect::<Vec<_>>()
                .join(" / ")
        )
    }

    /// The models in words.
    pub(super) fn models(&self) -> String {
        self.model
            .iter()
            .map(|model| model.name())
            .collect::<Vec<_>>()
            .join(" and ")
    }
}

/// A progress bar on stderr, if that is a terminal; it goes away with its owner.
pub(super) fn bar(length: usize, what: &str) -> anyhow::Result<ProgressBar> {
    let style = ProgressStyle::with_template(&format!("{{bar:40}} {{pos}}/{{len}} {what}"))?;
    let bar = ProgressBar::new(length as u64)
        .with_style(style)
        .with_finish(ProgressFinish::AndClear);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    Ok(bar)
}

/// A table as Markdown, the first column to the left and figures to the right.
pub(super) fn table(header: &[String], rows: impl IntoIterator<Item = Vec<String>>) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN).set_header(header);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
