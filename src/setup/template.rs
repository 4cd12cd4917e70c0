//! A technician's `agent.toml`: the shipped file, every comment of it, with other values.

use serde_json::Value as Quoted;

/// The shipped file.
const SHIPPED: &str = include_str!("../../agent.toml");

/// What a technician answers.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// The router's address on its wired side.
    pub router: String,
    /// The mini PC's address there; empty for none.
    pub pc: String,
    /// The radios' interfaces.
    pub radios: Vec<String>,
    /// The networks.
    pub networks: Vec<AskedNetwork>,
    /// What the tunnel speaks, such as `pptp`, or `none`.
    pub kind: String,
    /// The tunnel's interface; empty for none.
    pub interface: String,
    /// What is pinged through the tunnel; empty for none.
    pub probe: String,
    /// The office's public address; empty for none.
    pub office: String,
    /// The office's private networks.
    pub office_networks: Vec<String>,
    /// The vehicle's and the office's address in the tunnel; empty for none.
    pub ends: [String; 2],
    /// The fallback's interface; empty for none.
    pub fallback: String,
}

/// One network as a technician describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskedNetwork {
    /// Its name.
    pub ssid: String,
    /// The vehicle's address in it with its mask, or `dhcp`.
    pub address: String,
    /// Its gateway; empty with `dhcp`.
    pub gateway: String,
    /// Whether it has no key.
    pub open: bool,
}

/// The shipped file with these answers.
#[must_use]
pub fn filled(answers: &Answers) -> String {
    let mut blocks = blocks();
    let router = block(&mut blocks, "[router]");
    set(router, "address", &answers.router);
    only_first(&mut blocks, "[[radio]]");
    only_first(&mut blocks, "[[network]]");
    for (n, radio) in answers.radios.iter().enumerate() {
        let one = entry(&mut blocks, "[[radio]]", n, "interface");
        set(one, "interface", radio);
    }
    for (n, network) in answers.networks.iter().enumerate() {
        let one = entry(&mut blocks, "[[network]]", n, "ssid\naddress\ngateway\nopen");
        set(one, "ssid", &network.ssid);
        set(one, "address", &network.address);
        set(one, "gateway", &network.gateway);
        put(one, "open", network.open.then(|| "true".to_owned()));
    }
    if !answers.fallback.is_empty() {
        let fallback = block(&mut blocks, "# [[fallback]]");
        for line in fallback.iter_mut().filter(|line| *line == "# [[fallback]]") {
            *line = "[[fallback]]".to_owned();
        }
        set(fallback, "interface", &answers.fallback);
    }
    let tunnel = block(&mut blocks, "[tunnel]");
    set(tunnel, "kind", &answers.kind);
    set(tunnel, "interface", &answers.interface);
    set(tunnel, "probe", &answers.probe);
    let setup = block(&mut blocks, "[setup]");
    set(setup, "pc", &answers.pc);
    set(setup, "office", &answers.office);
    let networks: Vec<String> = answers.office_networks.iter().map(|net| quoted(net)).collect();
    let networks = (!networks.is_empty()).then(|| format!("[{}]", networks.join(", ")));
    put(setup, "office_networks", networks);
    set(setup, "tunnel_address", &answers.ends[0]);
    set(setup, "office_tunnel_address", &answers.ends[1]);
    // They are the shipped example's radios.
    put(setup, "bands", None);
    put(setup, "channels", None);
    let mut text = blocks.concat().join("\n");
    text.push('\n');
    text
}

/// The lines of a section, with the comment above it.
type Block = Vec<String>;

/// A line that begins a section, commented out or not.
fn is_header(line: &str) -> bool {
    line.starts_with('[') || line.starts_with("# [[")
}

fn blocks() -> Vec<Block> {
    let lines: Vec<&str> = SHIPPED.lines().collect();
    let mut starts = vec![0];
    for (n, line) in lines.iter().enumerate() {
        if is_header(line) {
            let lead = lines[..n].iter().rev().take_while(|line| line.starts_with('#')).count();
            starts.push(n - lead);
        }
    }
    starts.push(lines.len());
    starts
        .windows(2)
        .map(|pair| lines[pair[0]..pair[1]].iter().map(|line| (*line).to_owned()).collect())
        .collect()
}

fn is_of(block: &Block, header: &str) -> bool {
    block.iter().any(|line| line == header)
}

fn block<'b>(blocks: &'b mut Vec<Block>, header: &str) -> &'b mut Block {
    let at = blocks.iter().position(|block| is_of(block, header));
    let at = at.unwrap_or_else(|| {
        blocks.push(vec![header.to_owned()]);
        blocks.len() - 1
    });
    &mut blocks[at]
}

/// Leaves the first entry of a list, which has the comments.
fn only_first(blocks: &mut Vec<Block>, header: &str) {
    let mut seen = false;
    blocks.retain(|block| !is_of(block, header) || !std::mem::replace(&mut seen, true));
}

/// The n-th entry of a list; a further one is made behind the last, with these keys.
fn entry<'b>(blocks: &'b mut Vec<Block>, header: &str, n: usize, keys: &str) -> &'b mut Block {
    let there: Vec<usize> = (0..blocks.len()).filter(|at| is_of(&blocks[*at], header)).collect();
    if let Some(at) = there.get(n) {
        return &mut blocks[*at];
    }
    let at = there.last().map_or(blocks.len(), |last| last + 1);
    let keys = keys.lines().map(|key| format!("# {key} = \"\""));
    let lines = std::iter::once(header.to_owned()).chain(keys).chain([String::new()]);
    blocks.insert(at, lines.collect());
    &mut blocks[at]
}

fn quoted(text: &str) -> String {
    Quoted::from(text).to_string()
}

/// Text for a key; an empty one leaves it out.
fn set(block: &mut Block, key: &str, text: &str) {
    put(block, key, (!text.is_empty()).then(|| quoted(text)));
}

/// A value for a key; without one its line stays as a comment, or goes where it says nothing.
fn put(block: &mut Block, key: &str, value: Option<String>) {
    let is_key = |line: &String| {
        let line = line.strip_prefix("# ").unwrap_or(line);
        line.split_once(" = ").is_some_and(|(name, _)| name == key)
    };
    let Some(at) = block.iter().position(is_key) else {
        return;
    };
    match value {
        Some(value) => block[at] = format!("{key} = {value}"),
        None if block[at] == format!("# {key} = \"\"") => {
            block.remove(at);
        }
        None if !block[at].starts_with('#') => block[at] = format!("# {}", block[at]),
        None => {}
    }
}
