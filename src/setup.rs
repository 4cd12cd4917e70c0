//! The commands that a router fresh from its box needs, made from the configuration: the vehicle's router and the office's.
//!
//! All of it is pure. A [`Script`] is data: `tikroam setup` prints it, and [`missing`] compares it with a live router. The
//! scripts in `contrib/` are printed from the example configurations. What they rest on (names of commands, defaults,
//! dates of versions) is MikroTik's manual and command trees of real routers.

mod access;
mod missing;
mod office;
mod radios;
mod script;
mod template;
mod tunnel;
mod vehicle;

use std::fmt;

use thiserror::Error;

pub use missing::missing;
pub use office::office;
pub use script::{Entry, Item, PLACEHOLDER, Pairs, Part, Place, Script, Secret, Value};
pub use template::{Answers, AskedNetwork, filled};
pub use vehicle::vehicle;

/// A value that the configuration does not have, or that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// The key, such as `setup.pc`.
    pub key: &'static str,
    /// What is wrong.
    pub what: String,
    /// What to write.
    pub hint: String,
}

/// Everything that the commands need and the configuration lacks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct Lacks(pub Vec<Lack>);

impl fmt::Display for Lacks {
    /// One line for each, and its hint on the next.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|lack| format!("{}: {}\n  hint: {}", lack.key, lack.what, lack.hint))
            .collect();
        f.write_str(&lines.join("\n"))
    }
}

impl Lack {
    /// A key that must be there.
    fn needed(key: &'static str, example: &str) -> Self {
        let name = key.rsplit('.').next().unwrap_or(key);
        Lack {
            key,
            what: "is not given".to_owned(),
            hint: format!("write `{name} = {example}` under [setup] in agent.toml"),
        }
    }
}
