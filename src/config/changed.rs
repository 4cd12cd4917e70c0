//! What differs between two configurations, for an agent that takes the second while it runs.

use super::valid::Config;

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The sections in the order of the example; empty where nothing differs.
    pub sections: Vec<&'static str>,
    /// The keys among them that a running agent keeps as they were until it is started again.
    pub restart: Vec<&'static str>,
}

impl Config {
    /// What differs in a newer configuration.
    #[must_use]
    pub fn changed(&self, newer: &Config) -> Changed {
        let sections = [
            ("router", self.router() != newer.router()),
            ("radio", self.radios() != newer.radios()),
            ("network", self.networks() != newer.networks()),
            ("fallback", self.fallbacks() != newer.fallbacks()),
            ("tunnel", self.tunnel() != newer.tunnel()),
            ("handover", self.handover() != newer.handover()),
            (
                "hunt",
                self.hunt() != newer.hunt() || self.short_scan_list() != newer.short_scan_list(),
            ),
            ("health", self.probing() != newer.probing()),
            ("journal", self.journal() != newer.journal()),
            ("log", self.log() != newer.log()),
        ];
        let restart = [("log.format", self.log().format != newer.log().format)];
        Changed {
            sections: names(&sections),
            restart: names(&restart),
        }
    }
}

fn names(differing: &[(&'static str, bool)]) -> Vec<&'static str> {
    let differing = differing.iter().filter(|(_, differs)| *differs);
    differing.map(|(name, _)| *name).collect()
}
