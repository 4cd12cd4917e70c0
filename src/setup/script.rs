//! `Script`: what a router must have, as data, and as the commands that a technician imports.
//!
//! Each command looks first whether its item is there, so that a script may be imported twice, and again after it stopped
//! half-way.

use std::fmt::{self, Write as _};

use crate::routeros::console::quoted;

/// The longest line, in characters.
const WIDEST: usize = 120;

/// What stands in place of a value that only a person has.
pub const PLACEHOLDER: &str = "CHANGE-ME";

/// In place of a property: the item of this name, without a search.
pub(super) const BY_NAME: &str = "numbers";

/// The rule that drops input, before which another must come.
const DROPS: &str = "[/ip firewall filter find where chain=input and action=drop]";

/// The commands for one router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its file, such as `router.rsc`.
    pub name: &'static str,
    /// What it is for, one paragraph each.
    pub head: Vec<String>,
    /// What only a person has.
    pub secrets: Vec<Secret>,
    /// In the order in which the router gets them.
    pub parts: Vec<Part>,
}

/// A value that is in no configuration: a password or a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// The variable that holds it in the script.
    pub variable: String,
    /// What it is, for people.
    pub what: String,
    /// The least number of characters that the router takes.
    pub least: usize,
    /// Whether the script does nothing without it; another stops at the part that needs it.
    pub first: bool,
    /// What a person gave.
    pub value: Option<String>,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.variable)
    }
}

impl Secret {
    /// One without which the script does nothing.
    pub(super) fn new(variable: impl Into<String>, what: impl Into<String>) -> Self {
        Secret {
            variable: variable.into(),
            what: what.into(),
            least: 1,
            first: true,
            value: None,
        }
    }
}

/// Commands that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// Why, for people.
    pub why: String,
    /// Whether they are for a router only whose firewall drops no input yet.
    pub without_firewall: bool,
    /// The commands.
    pub entries: Vec<Entry>,
}

impl Part {
    pub(super) fn new(why: impl Into<String>, entries: Vec<Entry>) -> Self {
        Part {
            why: why.into(),
            without_firewall: false,
            entries,
        }
    }
}

/// Properties with their values.
pub type Pairs = Vec<(&'static str, Value)>;

/// A value of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A word of RouterOS, such as `yes`.
    Word(&'static str),
    /// Text.
    Text(String),
    /// The variable of a [`Secret`].
    Secret(String),
}

impl From<&'static str> for Value {
    fn from(word: &'static str) -> Self {
        Value::Word(word)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

/// One thing that the router must have, or must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// An item that is found by its key.
    Item(Item),
    /// Values of items that the router has by itself; of the only one where `key` is empty.
    Set {
        /// The menu.
        menu: String,
        /// What the items are found by.
        key: Pairs,
        /// What they get.
        kept: Pairs,
        /// What they get at first and the agent changes afterwards.
        moved: Pairs,
    },
    /// Items that must not be there.
    Gone {
        /// The menu.
        menu: String,
        /// What they are found by.
        key: Pairs,
    },
    /// Values that an item must not have of its own.
    Unset {
        /// The menu.
        menu: String,
        /// What the item is found by.
        key: Pairs,
        /// The property.
        property: &'static str,
    },
    /// Commands that only a router can judge, as they are.
    Commands(String),
}

/// An item that is added where it is missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    /// The menu, such as `/ip/route`.
    pub menu: String,
    /// What it is found by.
    pub key: Pairs,
    /// What it always has.
    pub kept: Pairs,
    /// What it has when it is made; afterwards it is the agent's or a person's.
    pub first: Pairs,
    /// Its place among the items of an ordered menu.
    pub place: Place,
}

/// The place of an item in an ordered menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// Anywhere.
    #[default]
    Any,
    /// Behind all others.
    Last,
    /// Before the rule that drops input.
    BeforeDrop,
}

impl Item {
    pub(super) fn new(menu: impl Into<String>, key: Pairs, kept: Pairs) -> Self {
        Item {
            menu: menu.into(),
            key,
            kept,
            ..Item::default()
        }
    }

    pub(super) fn at_first(mut self, first: Pairs) -> Self {
        self.first = first;
        self
    }

    pub(super) fn at(mut self, place: Place) -> Entry {
        self.place = place;
        Entry::Item(self)
    }
}

impl From<Item> for Entry {
    fn from(item: Item) -> Self {
        Entry::Item(item)
    }
}

/// A menu as the console writes it: `/ip/route` is `/ip route`.
fn console(menu: &str) -> String {
    menu.replace('/', " ").replacen(' ', "/", 1)
}

/// Whether the console takes it for one word without quotes.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || ".,/-".contains(c))
}

/// What an item gets.
fn assigned(pairs: &[(&'static str, Value)]) -> String {
    let mut text = String::new();
    for (property, value) in pairs {
        // Writing to a String does not fail.
        match value {
            Value::Word(word) => write!(text, " {property}={word}"),
            Value::Text(plain) if is_plain(plain) => write!(text, " {property}={plain}"),
            Value::Text(other) => write!(text, " {property}={}", quoted(other)),
            Value::Secret(variable) => write!(text, " {property}=${variable}"),
        }
        .unwrap_or_default();
    }
    text
}

/// What items are found by.
fn find(key: &[(&'static str, Value)]) -> String {
    let condition = |(property, value): &(&str, Value)| match value {
        Value::Word(word) => format!("{property}={word}"),
        Value::Text(text) => format!("{property}={}", quoted(text)),
        Value::Secret(variable) => format!("{property}=${variable}"),
    };
    let conditions: Vec<String> = key.iter().map(condition).collect();
    format!("find where {}", conditions.join(" and "))
}

impl Entry {
    /// Its commands, one on each line.
    fn commands(&self) -> String {
        match self {
            Entry::Item(item) => item.commands(),
            Entry::Set { menu, key, kept, moved } => {
                let target = match &key[..] {
                    [] => String::new(),
                    [(BY_NAME, Value::Word(name))] => format!(" {name}"),
                    _ => format!(" [{}]", find(key)),
                };
                format!("{} set{target}{}{}", console(menu), assigned(kept), assigned(moved))
            }
            Entry::Gone { menu, key } => format!("{} remove [{}]", console(menu), find(key)),
            Entry::Unset { menu, key, property } => {
                format!("{} unset [{}] value-name={property}", console(menu), find(key))
            }
            Entry::Commands(text) => text.trim_end().to_owned(),
        }
    }
}

impl Item {
    fn commands(&self) -> String {
        let (menu, find) = (console(&self.menu), find(&self.key));
        let add = format!(
            "{menu} add{}{}{}",
            assigned(&self.key),
            assigned(&self.kept),
            assigned(&self.first)
        );
        let missing = format!(":if ([:len [{menu} {find}]] = 0) do={{");
        let mut text = match self.place {
            Place::BeforeDrop => format!(
                "{missing}\n    :if ([:len {DROPS}] = 0) do={{\n        {add}\n    }} else={{\n        {add} \
                 place-before=[:pick {DROPS} 0]\n    }}\n}}"
            ),
            Place::Any | Place::Last => format!("{missing}\n    {add}\n}}"),
        };
        let more = match (self.kept.is_empty(), self.place) {
            (false, _) => format!("\n{menu} set [{find}]{}", assigned(&self.kept)),
            (true, _) => String::new(),
        };
        text += &more;
        if self.place == Place::Last {
            text += &format!("\n{menu} move [{find}]");
        }
        text
    }
}

impl Script {
    /// The secrets that its commands use.
    fn used(&self) -> impl Iterator<Item = &Secret> {
        let text: String = self
            .parts
            .iter()
            .flat_map(|part| &part.entries)
            .map(Entry::commands)
            .collect();
        let names = move |secret: &&Secret| {
            let name = format!("${}", secret.variable);
            text.match_indices(&name).any(|(at, _)| {
                let next = text[at + name.len()..].chars().next();
                !next.is_some_and(|next| next.is_ascii_alphanumeric())
            })
        };
        self.secrets.iter().filter(names)
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, paragraph) in self.head.iter().enumerate() {
            if n > 0 {
                writeln!(f, "#")?;
            }
            comment(f, paragraph, "")?;
        }
        let secrets: Vec<&Secret> = self.used().collect();
        if !secrets.is_empty() {
            writeln!(f, "\n\n# What only you have.\n")?;
        }
        for secret in &secrets {
            comment(f, &secret.what, "")?;
            let value = secret.value.as_deref().unwrap_or(PLACEHOLDER);
            writeln!(f, ":local {} {}", secret.variable, quoted(value))?;
        }
        for secret in secrets.iter().filter(|secret| secret.first) {
            let (name, variable) = (self.name, &secret.variable);
            writeln!(
                f,
                ":if (${variable} = \"{PLACEHOLDER}\") do={{ :error \"{name}: change {variable} first\" }}"
            )?;
        }
        for part in &self.parts {
            writeln!(f, "\n")?;
            comment(f, &part.why, "")?;
            let indent = if part.without_firewall { "    " } else { "" };
            if part.without_firewall {
                let own = "[/ip firewall filter find where comment=\"radios: no input\"]";
                writeln!(f, ":if ([:len {DROPS}] = [:len {own}]) do={{")?;
            }
            for entry in &part.entries {
                for line in entry.commands().lines() {
                    match line.is_empty() {
                        true => writeln!(f)?,
                        false => wrapped(f, &format!("{indent}{line}"))?,
                    }
                }
            }
            if part.without_firewall {
                writeln!(f, "}}")?;
            }
        }
        writeln!(f, "\n\n:log info \"{}: done\"", self.name)
    }
}

/// A paragraph as comment lines.
fn comment(f: &mut fmt::Formatter<'_>, text: &str, indent: &str) -> fmt::Result {
    for paragraph in text.lines() {
        let mut line = format!("{indent}#");
        for word in paragraph.split(' ') {
            if line.len() + 1 + word.len() > WIDEST {
                writeln!(f, "{line}")?;
                line = format!("{indent}#");
            }
            line.push(' ');
            line += word;
        }
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}

/// A command, continued on the next line where it is long.
fn wrapped(f: &mut fmt::Formatter<'_>, command: &str) -> fmt::Result {
    let indent = command.len() - command.trim_start().len();
    if command.len() <= WIDEST || command.trim_start().starts_with('#') {
        return writeln!(f, "{command}");
    }
    let mut line = " ".repeat(indent);
    let mut is_first = true;
    for word in words(command.trim_start()) {
        // Two characters for ` \`.
        if !is_first && line.len() + 1 + word.len() + 2 > WIDEST {
            writeln!(f, "{line} \\")?;
            line = " ".repeat(indent + 4);
            line += word;
        } else {
            line += if is_first { "" } else { " " };
            line += word;
        }
        is_first = false;
    }
    writeln!(f, "{line}")
}

/// The words of a command; blanks within quotes or brackets part none.
fn words(command: &str) -> Vec<&str> {
    let (mut words, mut start) = (Vec::new(), 0);
    let (mut is_quoted, mut is_escaped, mut depth) = (false, false, 0);
    for (at, c) in command.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '[' if !is_quoted => depth += 1,
            ']' if !is_quoted => depth -= 1,
            ' ' if !is_quoted && depth == 0 => {
                words.push(&command[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&command[start..]);
    words
}
