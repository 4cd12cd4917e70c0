//! `tikroam init`: asks a technician the few questions and writes an `agent.toml`.

use std::fs::OpenOptions;
use std::io::{BufRead, IsTerminal as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::cli::{Exit, configuration, note};
use crate::setup::{Answers, AskedNetwork, filled};

/// Write an agent.toml from a few answers
#[derive(Debug, clap::Args)]
#[command(after_help = "Without an option, a question is asked; an empty answer takes\n\
    the default in brackets.\n\n\
    Examples:\n  \
    tikroam init -o agent.toml\n  \
    tikroam init --router 192.168.88.1 --radio wlan1 --radio wlan2\n  \
    tikroam init --network net1,10.10.10.2/24,10.10.10.1\n  \
    tikroam init --network hotel,dhcp,open --tunnel wireguard")]
pub struct Args {
    /// Where it goes
    #[arg(short, long, value_name = "FILE", default_value = "/etc/tikroam/agent.toml")]
    output: PathBuf,
    /// Overwrite a file that is there
    #[arg(long)]
    force: bool,
    /// The router's address on its wired side
    #[arg(long, value_name = "ADDRESS")]
    router: Option<String>,
    /// This PC's address there
    #[arg(long, value_name = "ADDRESS")]
    pc: Option<String>,
    /// A radio's interface; once for each
    #[arg(long, value_name = "INTERFACE")]
    radio: Vec<String>,
    /// A network: SSID,ADDRESS/MASK,GATEWAY or SSID,dhcp, and ,open where it has no key; once for each
    #[arg(long, value_name = "NETWORK")]
    network: Vec<String>,
    /// What the tunnel speaks: pptp, l2tp, sstp, ovpn, wireguard or none
    #[arg(long, value_name = "KIND")]
    tunnel: Option<String>,
    /// The tunnel's interface on the router
    #[arg(long, value_name = "INTERFACE")]
    interface: Option<String>,
    /// What the router pings through the tunnel; `none` for nothing
    #[arg(long, value_name = "ADDRESS")]
    probe: Option<String>,
    /// The office's public address
    #[arg(long, value_name = "ADDRESS")]
    office: Option<String>,
    /// A private network of the office; once for each
    #[arg(long, value_name = "NETWORK/MASK")]
    office_network: Vec<String>,
    /// The vehicle's address in the tunnel
    #[arg(long, value_name = "ADDRESS")]
    tunnel_address: Option<String>,
    /// The office's address in the tunnel
    #[arg(long, value_name = "ADDRESS")]
    office_tunnel_address: Option<String>,
    /// The interface of a fallback, such as lte1; `none` for none
    #[arg(long, value_name = "INTERFACE")]
    fallback: Option<String>,
}

/// Asks, and writes the file once it is a valid configuration.
///
/// # Errors
///
/// When a question is not answered, the file is there already, or it cannot be written.
pub fn run(args: Args) -> anyhow::Result<Exit> {
    let (path, force) = (args.output.clone(), args.force);
    if path.exists() && !force {
        note(format_args!(
            "error: `{}` is there already\n\nhint: `--force` overwrites it",
            path.display()
        ));
        return Ok(Exit::Failed);
    }
    let text = filled(&answers(args)?);
    if let Err(faults) = configuration::of_text(&path, &text) {
        note(faults);
        note("nothing was written: answer again");
        return Ok(Exit::Config);
    }
    let mut file = OpenOptions::new();
    file.write(true).mode(0o644);
    let opened = match force {
        true => file.create(true).truncate(true).open(&path),
        false => file.create_new(true).open(&path),
    };
    let cannot = || format!("`{}` cannot be written", path.display());
    let mut file = opened.with_context(cannot)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .with_context(cannot)?;
    note(format_args!(
        "`{0}` is written; each key says its unit, its default and why\nnext: put the API user's password into the password file, \
         look at [setup] in it, and print the router's commands: tikroam setup --config {0} > router.rsc",
        path.display()
    ));
    Ok(Exit::Fine)
}

/// What the options say, and where they say nothing what a person answers.
fn answers(args: Args) -> anyhow::Result<Answers> {
    let router = one(
        args.router,
        "--router",
        "The router's address on its wired side",
        Some("192.168.88.1"),
    )?;
    let pc = one(args.pc, "--pc", "This PC's address there", Some("192.168.88.10"))?;
    let radios = several(
        args.radio,
        "--radio",
        "The radios, with a blank between",
        Some("wlan1 wlan2"),
    )?;
    let networks = networks(args.network)?;
    let kind = "The tunnel to the office: pptp, l2tp, sstp, ovpn, wireguard or none";
    let kind = one(args.tunnel, "--tunnel", kind, Some("wireguard"))?;
    let mut answers = Answers {
        router,
        pc,
        radios,
        networks,
        ..Answers::default()
    };
    if kind != "none" {
        let usual = match kind.as_str() {
            "wireguard" => "WG_to_Office",
            _ => "Tunnel_to_Office",
        };
        answers.interface = one(
            args.interface,
            "--interface",
            "The tunnel's interface on the router",
            Some(usual),
        )?;
        answers.office = one(args.office, "--office", "The office's public address", None)?;
        let networks = "The office's private networks, with a blank between";
        answers.office_networks = several(args.office_network, "--office-network", networks, Some("10.99.0.0/24"))?;
        let own = "The vehicle's address in the tunnel";
        let own = one(args.tunnel_address, "--tunnel-address", own, Some("10.98.0.11"))?;
        let end = "The office's address in the tunnel";
        let end = one(
            args.office_tunnel_address,
            "--office-tunnel-address",
            end,
            Some("10.98.0.1"),
        )?;
        answers.ends = [own, end];
    }
    answers.kind = kind;
    let probe = "An address at the office that answers pings, or none";
    answers.probe = or_none(one(args.probe, "--probe", probe, Some("none"))?);
    let fallback = "A fallback such as lte1, or none";
    answers.fallback = or_none(one(args.fallback, "--fallback", fallback, Some("none"))?);
    Ok(answers)
}

fn or_none(answer: String) -> String {
    if answer == "none" { String::new() } else { answer }
}

/// The networks: from the options, else asked for until an empty answer.
fn networks(given: Vec<String>) -> anyhow::Result<Vec<AskedNetwork>> {
    let mut networks = Vec::new();
    for one in &given {
        networks.push(network(one)?);
    }
    while given.is_empty() {
        let more = if networks.is_empty() {
            "A network"
        } else {
            "Another network, or nothing"
        };
        let question = format!("{more}: SSID,ADDRESS/MASK,GATEWAY or SSID,dhcp; then ,open if it has no key");
        let answer = answered(&question, "")?;
        if answer.is_empty() {
            anyhow::ensure!(
                !networks.is_empty(),
                "there is no network\n\nhint: give each with `--network`"
            );
            break;
        }
        match network(&answer) {
            Ok(one) => networks.push(one),
            // On a terminal the question comes again; without one nobody answers better.
            Err(error) if std::io::stdin().is_terminal() => note(error),
            Err(error) => return Err(error),
        }
    }
    Ok(networks)
}

/// `SSID,ADDRESS/MASK,GATEWAY` or `SSID,dhcp`, and `,open`. The last commas count: an SSID may have some.
fn network(text: &str) -> anyhow::Result<AskedNetwork> {
    let (rest, open) = match text.strip_suffix(",open") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let asked = |ssid: &str, address: &str, gateway: &str| AskedNetwork {
        ssid: ssid.to_owned(),
        address: address.trim().to_owned(),
        gateway: gateway.trim().to_owned(),
        open,
    };
    if let Some((ssid, "dhcp")) = rest.rsplit_once(',') {
        return Ok(asked(ssid, "dhcp", ""));
    }
    let parts: Vec<&str> = rest.rsplitn(3, ',').collect();
    match parts[..] {
        [gateway, address, ssid] => Ok(asked(ssid, address, gateway)),
        _ => anyhow::bail!("`{text}` is none of SSID,ADDRESS/MASK,GATEWAY and SSID,dhcp"),
    }
}

/// An option's value, else the answer to a question, else the default.
fn one(given: Option<String>, option: &str, question: &str, default: Option<&str>) -> anyhow::Result<String> {
    if let Some(given) = given {
        return Ok(given);
    }
    let answer = answered(question, default.unwrap_or_default())?;
    anyhow::ensure!(
        !answer.is_empty(),
        "there is no answer to: {question}\n\nhint: give it with `{option}`"
    );
    Ok(answer)
}

fn several(given: Vec<String>, option: &str, question: &str, default: Option<&str>) -> anyhow::Result<Vec<String>> {
    if !given.is_empty() {
        return Ok(given);
    }
    let answer = one(None, option, question, default)?;
    Ok(answer.split_whitespace().map(str::to_owned).collect())
}

/// A line from the terminal; the default where it is empty or there is none.
fn answered(question: &str, default: &str) -> anyhow::Result<String> {
    let shown = if default.is_empty() {
        String::new()
    } else {
        format!(" [{default}]")
    };
    write!(std::io::stderr(), "{question}{shown}: ").ok();
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line)?;
    if read == 0 || !std::io::stdin().is_terminal() {
        writeln!(std::io::stderr()).ok();
    }
    let answer = line.trim();
    Ok(if answer.is_empty() { default } else { answer }.to_owned())
}
