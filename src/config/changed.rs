//! What differs between two configurations, for an agent that takes the second while it runs.

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The sections in the order of the example; empty where nothing differs.
    pub sections: Vec<&'static str>,
    /// The keys among them that a running agent keeps as they were until it is started again.
    pub restart: Vec<&'static str>,
}

impl Changed {
    /// Takes the names with whether each differs.
    pub(super) fn new(sections: &[(&'static str, bool)], restart: &[(&'static str, bool)]) -> Self {
        Changed {
            sections: names(sections),
            restart: names(restart),
        }
    }
}

fn names(differing: &[(&'static str, bool)]) -> Vec<&'static str> {
    let differing = differing.iter().filter(|(_, differs)| *differs);
    differing.map(|(name, _)| *name).collect()
}
