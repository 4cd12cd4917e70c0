//! `tikroam setup`: the commands that a router needs, from the configuration; or those of them that a live one lacks.

use std::fs::{OpenOptions, Permissions};
use std::io::{IsTerminal as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::ValueEnum;

use crate::agent;
use crate::cli::{Exit, load, load_offline, note, print};
use crate::config::Config;
use crate::router::Router;
use crate::routeros::RadioMenu;
use crate::setup::{self, Lacks, Script};

/// Print the RouterOS commands that a router fresh from its box needs
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    tikroam setup --vehicle -o router.rsc  # to import on the router\n  \
    tikroam setup --office -o office.rsc   # to import at the office\n  \
    sudo tikroam setup --check             # what the router lacks")]
pub struct Args {
    /// The configuration; its [setup] has what only this verb needs
    #[arg(long, value_name = "FILE", default_value = "/etc/tikroam/agent.toml")]
    config: PathBuf,
    /// For the vehicle's router; the default
    #[arg(long, conflicts_with = "office")]
    vehicle: bool,
    /// For the office's router
    #[arg(long)]
    office: bool,
    /// Ask the vehicle's router, and print only what it lacks
    #[arg(long, conflicts_with_all = ["office", "ask"])]
    check: bool,
    /// Ask for passwords and keys on the terminal instead of leaving CHANGE-ME; the output then holds them
    #[arg(long)]
    ask: bool,
    /// Where the commands go; only its owner can read the file. Default: stdout
    #[arg(short, long, value_name = "FILE", conflicts_with = "check")]
    output: Option<PathBuf>,
    /// The menu of the radios. Default: [router] menu, else the one that radios of these names are in: `wifi` for wifi1
    #[arg(long, value_name = "MENU")]
    menu: Option<MenuName>,
}

/// A menu of radios.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum MenuName {
    /// The `wireless` package, RouterOS 6 and 7.
    Wireless,
    /// `wifi-qcom` and the like, RouterOS 7.13 and newer.
    Wifi,
    /// RouterOS 7.1 to 7.12.
    Wifiwave2,
}

impl From<MenuName> for RadioMenu {
    fn from(name: MenuName) -> Self {
        match name {
            MenuName::Wireless => RadioMenu::Wireless,
            MenuName::Wifi => RadioMenu::Wifi,
            MenuName::Wifiwave2 => RadioMenu::WifiWave2,
        }
    }
}

/// Prints the commands.
///
/// Ends with [`Exit::Config`] when the configuration lacks something for them, and, of a check, with [`Exit::Failed`] when the
/// router lacks something.
///
/// # Errors
///
/// When the router cannot be read, a secret is not given, or stdout does not take the commands.
pub async fn run(args: Args) -> anyhow::Result<Exit> {
    let read = if args.check {
        load(&args.config)
    } else {
        load_offline(&args.config)
    };
    let config = match read {
        Ok(config) => config,
        Err(exit) => return Ok(exit),
    };
    if args.check {
        return check(&config).await;
    }
    let script = match args.office {
        true => setup::office(&config),
        false => setup::vehicle(&config, menu(&config, args.menu)),
    };
    let mut script = match script {
        Ok(script) => script,
        Err(lacks) => return Ok(lacking(&lacks)),
    };
    if args.ask {
        ask(&mut script)?;
    }
    let Some(path) = args.output else {
        print(script)?;
        return Ok(Exit::Fine);
    };
    // It may hold passwords, so one that is there already must not stay readable.
    let mut file = OpenOptions::new();
    let file = file.write(true).create(true).truncate(true).mode(0o600).open(&path);
    file.and_then(|mut file| {
        file.set_permissions(Permissions::from_mode(0o600))?;
        file.write_all(script.to_string().as_bytes())
    })
    .with_context(|| format!("`{}` cannot be written", path.display()))?;
    Ok(Exit::Fine)
}

fn lacking(lacks: &Lacks) -> Exit {
    note(lacks);
    Exit::Config
}

/// The menu that was asked for, else the configured one, else that of radios with such names.
fn menu(config: &Config, asked: Option<MenuName>) -> RadioMenu {
    let named = |menu: &str| {
        config
            .radios()
            .iter()
            .any(|radio| radio.interface.as_str().starts_with(menu))
    };
    let by_name = if named("wifi") {
        RadioMenu::Wifi
    } else {
        RadioMenu::Wireless
    };
    asked.map(RadioMenu::from).or(config.router().menu()).unwrap_or(by_name)
}

/// Reads the router and prints what it lacks; nothing is written.
async fn check(config: &Config) -> anyhow::Result<Exit> {
    let router = Router::connect(&agent::access(config))
        .await
        .map_err(|error| match error.hint() {
            Some(hint) => anyhow::anyhow!("{error}\n\nhint: {hint}"),
            None => anyhow::Error::new(error),
        })?;
    let managed = agent::managed(config);
    router.find_radios(&managed.radios, managed.menu).await?;
    let script = match setup::vehicle(config, router.radio_menu()) {
        Ok(script) => script,
        Err(lacks) => return Ok(lacking(&lacks)),
    };
    let (found, refused) = router.items_of(&script.menus()).await?;
    router.close().await;
    for menu in refused {
        note(format_args!(
            "the router does not show `{menu}`: what is in it was not compared"
        ));
    }
    let missing = setup::missing(&script, &found);
    if missing.parts.is_empty() {
        note("nothing is missing; passwords and keys are not compared, because the API user cannot see them");
        return Ok(Exit::Fine);
    }
    print(missing)?;
    Ok(Exit::Failed)
}

/// Asks for each secret; on a terminal what is typed is not shown.
fn ask(script: &mut Script) -> anyhow::Result<()> {
    for secret in &mut script.secrets {
        let wanted = secret.what.trim_end_matches('.');
        write!(std::io::stderr(), "{wanted}: ").ok();
        let given = if std::io::stdin().is_terminal() {
            rpassword::read_password()?
        } else {
            let mut line = String::new();
            std::io::stdin().read_line(&mut line)?;
            line.trim_end_matches(['\r', '\n']).to_owned()
        };
        anyhow::ensure!(
            given.chars().count() >= secret.least,
            "{wanted}: needs at least {} characters",
            secret.least
        );
        secret.value = Some(given);
    }
    Ok(())
}
