//! `Trap`: the router's refusal of a command.

use std::fmt;

use crate::names::write_escaped;

/// What the router answered when it refused a command (`!trap`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trap {
    /// The router's words.
    pub message: String,
    /// Its category, 0 to 7; often missing.
    pub category: Option<u8>,
}

impl Trap {
    /// The user's group lacks a policy.
    #[must_use]
    pub fn is_permission(&self) -> bool {
        self.says("not enough permissions")
    }

    /// The menu or command does not exist on this router.
    #[must_use]
    pub fn is_no_such_command(&self) -> bool {
        self.says("no such command")
    }

    /// The command does not know an argument that it was given.
    #[must_use]
    pub fn is_unknown_parameter(&self) -> bool {
        self.says("unknown parameter")
    }

    /// The item is not there, or no longer.
    #[must_use]
    pub fn is_no_such_item(&self) -> bool {
        self.says("no such item")
    }

    /// What a technician should look at; `None` when the text says it all.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        self.is_permission()
            .then_some("on the router: the user's group needs the policies `api,read,write,test`")
    }

    // Routers add a code (`(4)`) or a name behind the same words, by version.
    fn says(&self, words: &str) -> bool {
        self.message.contains(words)
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, &self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_trap_say_what_it_is_whatever_code_follows() {
        let trap = |message: &str| Trap {
            message: message.to_owned(),
            category: None,
        };
        assert!(trap("not enough permissions (9)").is_permission());
        assert!(trap("no such item (4)").is_no_such_item());
        assert!(trap("no such item").is_no_such_item());
        assert!(trap("no such command or directory (wifi)").is_no_such_command());
        assert!(trap("no such command prefix").is_no_such_command());
        assert!(trap("unknown parameter thr-rtt-max").is_unknown_parameter());
        assert!(!trap("failure: already have such address").is_no_such_item());
    }
}
