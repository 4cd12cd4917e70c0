//! How a menu and its properties are written down.

use super::menus::{Kind, Menu, Property, Schema, Shown};
use crate::sim::settings::RouterOs;

/// A comment.
pub(crate) const COMMENT: Property = new("comment", Kind::Text, None);
/// Whether a row is disabled; it is not at first.
pub(crate) const DISABLED: Property = new("disabled", Kind::Truth, Some("false"));
/// The verbs of a menu that nobody writes to.
pub(crate) const PRINT: &[&str] = &["print", "getall"];
/// The verbs of a menu with one row.
pub(crate) const SINGLE: &[&str] = &["print", "getall", "set"];
/// The verbs of a menu whose rows are given.
pub(crate) const FIXED: &[&str] = &["print", "getall", "set", "enable", "disable"];
/// The verbs of a menu whose rows have no order.
pub(crate) const ALL: &[&str] = &[
    "print", "getall", "add", "set", "remove", "enable", "disable", "comment",
];
/// The verbs of a menu whose rows have an order.
pub(crate) const ORDERED: &[&str] = &[
    "print", "getall", "add", "set", "remove", "enable", "disable", "comment", "move",
];

/// A property with the value of a new row without it.
pub(crate) const fn new(name: &'static str, kind: Kind, default: Option<&'static str>) -> Property {
    Property {
        name,
        kind,
        default,
        required: false,
        only: None,
        shown: Shown::Always,
    }
}

/// A property that a new row needs.
pub(crate) const fn must(name: &'static str, kind: Kind) -> Property {
    Property {
        name,
        kind,
        default: None,
        required: true,
        only: None,
        shown: Shown::Always,
    }
}

/// A property that only those with the policy `sensitive` see.
pub(crate) const fn sensitive(mut property: Property) -> Property {
    property.shown = Shown::Sensitive;
    property
}

/// A property that nobody sees.
pub(crate) const fn hidden(mut property: Property) -> Property {
    property.shown = Shown::Never;
    property
}

/// A property that one version has.
pub(crate) const fn only(version: RouterOs, mut property: Property) -> Property {
    property.only = Some(version);
    property
}

/// A menu.
pub(crate) const fn menu(
    menu: Menu,
    path: &'static str,
    verbs: &'static [&'static str],
    properties: &'static [Property],
) -> Schema {
    Schema {
        menu,
        path,
        verbs,
        properties,
        name: None,
        only: None,
        single: false,
        rows: &[],
        policy: None,
    }
}

/// A menu with one row, which has no id.
pub(crate) const fn single(mut schema: Schema) -> Schema {
    schema.single = true;
    schema
}

/// A menu with the rows that a router comes with.
pub(crate) const fn with(rows: &'static [&'static [(&'static str, &'static str)]], mut schema: Schema) -> Schema {
    schema.rows = rows;
    schema
}

/// A menu to which only those write who also have this policy.
pub(crate) const fn guarded(policy: &'static str, mut schema: Schema) -> Schema {
    schema.policy = Some(policy);
    schema
}

/// A menu that RouterOS 7 does not have.
pub(crate) const fn until_7(mut schema: Schema) -> Schema {
    schema.only = Some(RouterOs::V6_49);
    schema
}

/// A menu whose rows may be named by their `name`.
pub(crate) const fn named(mut schema: Schema) -> Schema {
    schema.name = Some("name");
    schema
}

/// A menu that RouterOS 6 does not have.
pub(crate) const fn since_7(mut schema: Schema) -> Schema {
    schema.only = Some(RouterOs::V7_17);
    schema
}
