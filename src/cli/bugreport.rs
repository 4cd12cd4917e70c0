//! `tikroam bugreport`: everything that a maintainer asks for, in one file and without secrets.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::agent;
use crate::cli::{Exit, check, configuration, note};
use crate::clock;
use crate::config::Config;
use crate::journal;
use crate::marks;
use crate::names::Escaped;
use crate::router::{Router, Row};
use crate::routeros::Sentence;

/// The most bytes of journals, newest first.
const JOURNALS: u64 = 20 << 20;

/// What stands in place of a secret.
const LEFT_OUT: &str = "(left out)";

/// Collect versions, configuration, check, journals and router facts into one file, without secrets
///
/// Passwords and keys are left out; names of networks, addresses and BSSIDs are not. Look into it before you send it on:
/// `tar -tzf FILE` lists it. It works without the router too, and says then why.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n\
\x20 sudo tikroam bugreport -o unit-14.tar.gz")]
pub struct Args {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "/etc/tikroam/agent.toml")]
    config: PathBuf,
    /// The journal by its newest file [default: `[journal] file` of the configuration]
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// The archive to write
    #[arg(short, long, value_name = "FILE.tar.gz", default_value = "tikroam-bugreport.tar.gz")]
    output: PathBuf,
}

/// Writes the archive.
///
/// # Errors
///
/// When it cannot be written.
pub async fn run(args: Args) -> anyhow::Result<Exit> {
    let config = configuration::load(&args.config).ok();
    let mut secrets: Vec<String> = config
        .iter()
        .map(|config| config.router().password().expose().to_owned())
        .collect();
    secrets.retain(|secret| !secret.is_empty());
    let mut archive = Archive::begin(&args.output, secrets)
        .with_context(|| format!("`{}` cannot be written", args.output.display()))?;
    archive.text("versions.txt", &versions())?;
    archive.text("agent.toml", &written(&args.config))?;
    archive.text("environment.txt", &environment())?;
    archive.text("check.txt", &check::text(&args.config).await)?;
    archive.text("router.txt", &router(config.as_ref()).await)?;
    let journal = args
        .journal
        .clone()
        .or_else(|| config.map(|config| config.journal().file.clone()));
    archive.journals(journal.as_deref())?;
    archive.end()?;
    note(format_args!(
        "`{}` written: look into it before you send it on",
        args.output.display()
    ));
    Ok(Exit::Fine)
}

/// The file being written.
struct Archive {
    tar: tar::Builder<GzEncoder<File>>,
    secrets: Vec<String>,
}

impl Archive {
    fn begin(path: &Path, secrets: Vec<String>) -> io::Result<Self> {
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut options = fs::OpenOptions::new();
        // Names of networks and places are nobody else's business.
        let file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
        let tar = tar::Builder::new(GzEncoder::new(file, Compression::default()));
        Ok(Archive { tar, secrets })
    }

    /// Adds a text, in which no secret that the program has may stand.
    fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            text = text.replace(secret.as_str(), LEFT_OUT);
        }
        self.bytes(name, text.as_bytes())
    }

    fn bytes(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        header.set_mode(0o600);
        header.set_mtime(clock::wall_time().millis() / 1000);
        header.set_cksum();
        self.tar
            .append_data(&mut header, format!("tikroam-bugreport/{name}"), bytes)
    }

    /// Adds the newest files of the journal; it has no secrets, and is taken as it is.
    fn journals(&mut self, journal: Option<&Path>) -> io::Result<()> {
        let files = match journal.map(journal::files) {
            Some(Ok(files)) => files,
            Some(Err(error)) => return self.text("journal.txt", &format!("the journal cannot be read: {error}\n")),
            None => {
                return self.text(
                    "journal.txt",
                    "the configuration cannot be read, so the journal has no name\n",
                );
            }
        };
        let mut left = JOURNALS;
        for file in files.iter().rev() {
            let mut bytes = Vec::new();
            let read = File::open(file).and_then(|file| file.take(left + 1).read_to_end(&mut bytes));
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            if length > left {
                break;
            }
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            match read {
                Ok(_) => self.bytes(&name, &bytes)?,
                Err(error) => self.text(&format!("{name}.txt"), &format!("it cannot be read: {error}\n"))?,
            }
            left -= length;
        }
        Ok(())
    }

    fn end(self) -> io::Result<()> {
        let mut file = self.tar.into_inner()?.finish()?;
        file.flush()?;
        file.sync_all()
    }
}

fn versions() -> String {
    let file = |path: &str| fs::read_to_string(path).unwrap_or_else(|error| format!("{path}: {error}\n"));
    format!(
        "tikroam {} ({})\nwritten {}\n\n{}\n{}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::ARCH,
        clock::wall_time(),
        file("/proc/version"),
        file("/etc/os-release"),
    )
}

/// The configuration as it is written, without the values of keys that hold secrets, also in comments.
fn written(path: &Path) -> String {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return format!("# `{}` cannot be read: {error}\n", path.display()),
    };
    let mut shown = String::new();
    for line in text.lines() {
        match line.split_once('=') {
            Some((key, _)) if is_secret(key) => {
                writeln!(shown, "{key}= \"{LEFT_OUT}\"").ok();
            }
            _ => {
                writeln!(shown, "{line}").ok();
            }
        }
    }
    shown
}

fn is_secret(key: &str) -> bool {
    let key = key
        .trim_matches(|c: char| c == '#' || c == '"' || c.is_whitespace())
        .to_lowercase();
    let named = ["password", "secret", "passphrase", "psk", "private"]
        .iter()
        .any(|word| key.contains(word));
    named && !key.ends_with("password_file") || key == "key"
}

/// The variables that the configuration takes, without secrets.
fn environment() -> String {
    let mut text = String::new();
    let mut variables: Vec<(String, String)> = std::env::vars_os()
        .map(|(name, value)| {
            (
                name.to_string_lossy().into_owned(),
                value.to_string_lossy().into_owned(),
            )
        })
        .filter(|(name, _)| name.starts_with("TIKROAM__"))
        .collect();
    variables.sort();
    for (name, value) in variables {
        let value = if is_secret(&name) {
            LEFT_OUT.to_owned()
        } else {
            Escaped(&value).to_string()
        };
        writeln!(text, "{name}={value}").ok();
    }
    if text.is_empty() {
        text.push_str("no variable begins with TIKROAM__\n");
    }
    text
}

/// What the router says of itself: chosen properties only, none of which is a secret.
async fn router(config: Option<&Config>) -> String {
    let Some(config) = config else {
        return "the configuration is wrong, so the router was not asked: see check.txt\n".to_owned();
    };
    let router = match Router::connect(&agent::access(config)).await {
        Ok(router) => router,
        Err(error) => return format!("the router was not read: {:#}\n", anyhow::Error::new(error)),
    };
    let radios: Vec<_> = config.radios().iter().map(|radio| radio.interface.clone()).collect();
    let mut text = String::new();
    if let Err(error) = router.find_radios(&radios, config.router().menu()).await {
        writeln!(text, "the radios were not found: {error}").ok();
    }
    let words = router.radio_menu().words();
    let registrations = format!("{}/registration-table", words.path);
    let profile = if words.path == "/interface/wireless" {
        "mode,ssid,band,scan-list,disabled,running"
    } else {
        "disabled,running"
    };
    let mut tables = vec![
        (
            "/system/resource",
            "version,uptime,board-name,architecture-name,cpu-load,free-memory,total-memory",
        ),
        ("/system/identity", "name"),
        ("/system/package", "name,version,disabled"),
        ("/interface", "name,type,running,disabled"),
        (words.path, profile),
        (registrations.as_str(), words.registration),
        ("/ip/address", "address,network,interface,disabled,dynamic,comment"),
        ("/ip/route", "dst-address,gateway,distance,disabled,active,comment"),
    ];
    if words.path == "/interface/wireless" {
        tables.push((
            "/interface/wireless/connect-list",
            "interface,ssid,connect,signal-range,security-profile,disabled,comment",
        ));
    }
    let tunnel = config.tunnel().item.as_ref();
    let tunnel = tunnel.map(|(kind, _)| kind.shape().menu);
    if let Some(menu) = tunnel {
        tables.push((menu, "name,running,disabled,comment"));
    }
    for (menu, properties) in tables {
        writeln!(text, "{menu}").ok();
        match router.call(&Sentence::print(menu, properties)).await {
            Ok(rows) => rows.iter().for_each(|row| line(&mut text, row, properties)),
            Err(error) => {
                writeln!(text, "  not read: {:#}", anyhow::Error::new(error)).ok();
            }
        }
    }
    router.close().await;
    text
}

/// One row. A comment that is not the agent's is a person's, and may say anything.
fn line(text: &mut String, row: &Row, properties: &str) {
    text.push_str("  ");
    for property in properties.split(',') {
        let Some(value) = row.text(property) else { continue };
        let stranger = property == "comment" && !value.is_empty() && !value.starts_with(marks::COMMENT_PREFIX);
        let value = if stranger { "(a person's)".into() } else { value };
        write!(text, "{property}={} ", Escaped(&value)).ok();
    }
    text.push('\n');
}
