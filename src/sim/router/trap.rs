//! Refusals, in the words of the router.

use crate::sim::settings::RouterOs;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trap {
    /// The manual's category; routers often leave it out.
    pub category: Option<u8>,
    /// The text.
    pub message: String,
}

impl Trap {
    /// A refusal without a category.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Trap {
            category: None,
            message: message.into(),
        }
    }

    /// A refusal with its category.
    pub(crate) fn of(category: u8, message: impl Into<String>) -> Self {
        Trap {
            category: Some(category),
            message: message.into(),
        }
    }

    /// The item is not (any more) in the table.
    pub(crate) fn no_such_item() -> Self {
        Trap::new("no such item")
    }

    /// This version of the command does not have the argument.
    pub(crate) fn unknown_parameter(name: &str, version: RouterOs) -> Self {
        match version.major() {
            6 => Trap::new("unknown parameter"),
            _ => Trap::new(format!("unknown parameter {name}")),
        }
    }
}
