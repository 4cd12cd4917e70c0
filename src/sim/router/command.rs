//! Commands: from words to an answer.

use super::call::{Answer, Call, project};
use super::menus::{Menu, Shown};
use super::query::Query;
use super::rows::DYNAMIC;
use super::schemas;
use super::stream::{Monitored, Outcome, Stream};
use super::tables::Fields;
use super::trap::Trap;
use super::users;
use super::values::id_text;
use super::watch::Watch;
use crate::sim::vehicle::Vehicle;
use crate::sim::world::events::{Sender, What};

/// Arguments of every print.
const PRINT_ARGUMENTS: [&str; 17] = [
    ".proplist",
    "follow",
    "follow-only",
    "interval",
    "stats-detail",
    "detail",
    "brief",
    "terse",
    "value-list",
    "without-paging",
    "stats",
    "count-only",
    "from",
    "as-value",
    "show-ids",
    "numbers",
    ".id",
];

impl Vehicle {
    /// Carries a command out. `policies` = what the sender may do; `None` = everything.
    pub(crate) fn execute(&mut self, call: &Call, by: Sender, policies: Option<&[String]>) -> Outcome {
        let (schema, verb) = match schemas::find(&call.command, self.version) {
            Ok(found) => found,
            Err(Some(word)) => {
                let missing = Trap::of(0, format!("no such command or directory ({word})"));
                let traps = vec![missing, Trap::new("no such command prefix")];
                return Outcome::Answer(Answer {
                    traps,
                    ..Answer::default()
                });
            }
            Err(None) => return Trap::of(0, "no such command").into(),
        };
        let is_info = verb == "info" && schema.menu == Menu::Lte;
        let absent = if self.version.major() == 6 { "monitor" } else { "info" };
        if schema.menu == Menu::Lte && verb == absent {
            return Trap::of(0, "no such command").into();
        }
        let needed = match verb {
            _ if is_info => ["read"].as_slice(),
            "print" | "getall" | "listen" | "monitor" | "monitor-traffic" => &["read"],
            "scan" | "ping" => &["test"],
            _ => &["write"],
        };
        let guarded = schema.policy.filter(|_| needed == ["write"]);
        if !needed
            .iter()
            .copied()
            .chain(guarded)
            .all(|policy| users::may(policies, policy))
        {
            return Trap::new("not enough permissions (9)").into();
        }
        let done = match verb {
            "print" | "getall" | "listen" => self.show(schema.menu, verb, call, policies),
            "monitor" => self.monitor(schema.menu, call),
            _ if is_info => self.monitor(schema.menu, call),
            "monitor-traffic" => self.monitor_traffic(call),
            "scan" => self.scan(schema.menu, call),
            "ping" => Stream::ping(self, call).map(|stream| Outcome::Stream(Box::new(stream))),
            _ => {
                let done = self.write(schema, verb, call);
                self.happen(What::Write {
                    command: call.command.clone(),
                    attributes: call.attributes.clone(),
                    by,
                    refused: done.is_err(),
                });
                done.map(|ret| {
                    Outcome::Answer(Answer {
                        ret,
                        ..Answer::default()
                    })
                })
            }
        };
        done.unwrap_or_else(Outcome::from)
    }

    /// Shows a menu, once or on and on.
    fn show(&self, menu: Menu, verb: &str, call: &Call, reader: Option<&[String]>) -> Result<Outcome, Trap> {
        let fits = |name: &str| PRINT_ARGUMENTS.contains(&name) || narrowing(menu, name).is_some();
        if let Some((name, _)) = call.attributes.iter().find(|(name, _)| !fits(name)) {
            return Err(Trap::unknown_parameter(name, self.version));
        }
        if let Some(watch) = Watch::read(self, menu, verb, call, reader)? {
            return Ok(Outcome::Stream(Box::new(Stream::watch(self, watch))));
        }
        let mut rows = self.found(menu, call, reader)?;
        if call.flag("count-only") {
            return Ok(Outcome::Answer(Answer {
                ret: Some(rows.len().to_string()),
                ..Answer::default()
            }));
        }
        project(&mut rows, call.get(".proplist"));
        Ok(Outcome::Answer(Answer {
            rows,
            queried: !menu.single(),
            ..Answer::default()
        }))
    }

    /// The rows of a menu that a call asks for, with all properties that the reader may see.
    pub(crate) fn found(&self, menu: Menu, call: &Call, reader: Option<&[String]>) -> Result<Vec<Fields>, Trap> {
        let properties = menu.schema().properties;
        let stored = |name: &str| properties.iter().any(|p| p.name == name && p.shown == Shown::Always);
        let named = |word: &String| {
            let name = word.trim_start_matches(['?', '-', '<', '>', '=']);
            let name = name.split_once('=').map_or(name, |(name, _)| name);
            word.starts_with("?#") || stored(name)
        };
        // Rows that a query for stored properties leaves out need not be looked at closer.
        let only_stored = call.queries.iter().all(named);
        // Nobody comments what the router makes by itself.
        let commented = |word: &String| word == "?comment" || word.starts_with("?comment=");
        let by_comment = call.queries.iter().any(commented) && !call.queries.iter().any(|word| word.starts_with("?#"));
        let mut query = Query::read(&call.queries).map_err(Trap::new)?;
        let mut rows = self.stored_rows(menu, &mut |row| !only_stored || query.satisfied(|name| row.get(name)));
        if !by_comment {
            rows.extend(self.computed_rows(menu));
        }
        users::hide(menu, &mut rows, reader);
        rows.retain(|row| query.satisfied(|name| field(row, name)));
        if let Some(named) = call.get(".id").or(call.get("numbers")) {
            let named: Vec<&str> = named.split(',').collect();
            let is = |row: &Fields, name| field(row, name).is_some_and(|value| named.contains(&value));
            rows.retain(|row| is(row, ".id") || is(row, "name"));
        }
        for (name, wanted) in &call.attributes {
            if let Some((property, value)) = narrowing(menu, name) {
                let value = value.unwrap_or(wanted);
                rows.retain(|row| field(row, property).unwrap_or("false") == value);
            }
        }
        Ok(rows)
    }

    /// What goes over interfaces.
    fn monitor_traffic(&mut self, call: &Call) -> Result<Outcome, Trap> {
        call.allow(
            &["interface", "once", "interval", "duration", ".proplist"],
            self.version,
        )?;
        let named = call.get("interface").filter(|named| !named.is_empty());
        let named = named.ok_or_else(|| Trap::new("missing value(s) of argument(s) interface"))?;
        let interfaces: Vec<String> = named.split(',').map(String::from).collect();
        if !interfaces
            .iter()
            .all(|name| name == "aggregate" || self.interface_exists(name))
        {
            return Err(Trap::of(1, "input does not match any value of interface"));
        }
        self.monitored(Monitored::Traffic(interfaces), call)
    }

    fn monitor(&mut self, menu: Menu, call: &Call) -> Result<Outcome, Trap> {
        let target = if call.command.ends_with("/info") {
            "number"
        } else {
            "numbers"
        };
        let mut arguments = vec![".id", target, "once", "interval", "duration"];
        if self.quirks.monitor_proplist {
            arguments.push(".proplist");
        }
        call.allow(&arguments, self.version)?;
        let ids = self.numbered(menu, call)?;
        if ids.len() > 1 && !self.quirks.several_monitors {
            return Err(Trap::new("expected single value for numbers"));
        }
        self.monitored(Monitored::Rows(menu, ids), call)
    }

    fn monitored(&mut self, what: Monitored, call: &Call) -> Result<Outcome, Trap> {
        let stream = Stream::monitor(self, what, call)?;
        if call.flag("once") {
            let rows = stream.shown(self);
            return Ok(Outcome::Answer(Answer {
                rows,
                ..Answer::default()
            }));
        }
        Ok(Outcome::Stream(Box::new(stream)))
    }

    fn scan(&mut self, menu: Menu, call: &Call) -> Result<Outcome, Trap> {
        let mut arguments = vec![
            ".id",
            "number",
            "duration",
            "rounds",
            "freeze-frame-interval",
            ".proplist",
        ];
        if menu == Menu::Wifi {
            arguments.push("frequency");
        } else {
            arguments.extend(["background", "passive"]);
        }
        if self.version.major() == 6 {
            arguments.push("numbers");
        }
        call.allow(&arguments, self.version)?;
        let ids = self.numbered(menu, call)?;
        let name = ids
            .first()
            .and_then(|&id| self.table(menu).row(id))
            .and_then(|row| row.get("name"));
        let radio = name.and_then(|name| self.radio(name)).ok_or_else(Trap::no_such_item)?;
        let stream = Stream::scan(self, radio, call)?;
        Ok(Outcome::Stream(Box::new(stream)))
    }

    /// The rows that a command is for, as [`Vehicle::targets`], or by their place in the list: 0 = the first.
    fn numbered(&self, menu: Menu, call: &Call) -> Result<Vec<u32>, Trap> {
        let mut call = call.clone();
        for (name, value) in &mut call.attributes {
            if matches!(name.as_str(), "numbers" | "number") {
                let place = |target: &str| {
                    self.table(menu)
                        .rows
                        .get(target.parse::<usize>().ok()?)
                        .map(|row| id_text(row.id))
                };
                let targets = value
                    .split(',')
                    .map(|target| place(target).unwrap_or_else(|| target.to_owned()));
                *value = targets.collect::<Vec<_>>().join(",");
            }
        }
        self.targets(menu, &call)
    }

    /// The rows that a command is for, named by `.id`, `numbers` or `number`: ids or names, separated by commas.
    pub(crate) fn targets(&self, menu: Menu, call: &Call) -> Result<Vec<u32>, Trap> {
        let named = [".id", "numbers", "number"]
            .iter()
            .find_map(|name| call.get(name))
            .unwrap_or_default();
        if named.is_empty() {
            return Err(Trap::new("missing value(s) of argument(s) numbers"));
        }
        named.split(',').map(|target| self.target(menu, target)).collect()
    }

    /// The row that one id or name means.
    pub(crate) fn target(&self, menu: Menu, target: &str) -> Result<u32, Trap> {
        let rows = &self.table(menu).rows;
        if let Some(hex) = target.strip_prefix('*') {
            let id = u32::from_str_radix(hex, 16).map_err(|_| Trap::no_such_item())?;
            if rows.iter().any(|row| row.id == id)
                || matches!(menu, Menu::Registration | Menu::WifiRegistration) && self.registered(id)
                || menu == Menu::Connection && self.is_tracked(id)
            {
                return Ok(id);
            }
            let dynamic = self
                .computed_rows(menu)
                .iter()
                .any(|row| field(row, ".id") == Some(target));
            return Err(match menu {
                Menu::Address if dynamic && id >= DYNAMIC => Trap::new("failure: can not change dynamic address"),
                Menu::Route if dynamic && id >= DYNAMIC => Trap::new("failure: can not change dynamic route"),
                _ => Trap::no_such_item(),
            });
        }
        let name = menu.schema().name;
        let found = name.and_then(|name| rows.iter().find(|row| row.get(name) == Some(target)));
        found.map(|row| row.id).ok_or_else(Trap::no_such_item)
    }

    fn is_tracked(&self, id: u32) -> bool {
        self.wireguard.tracked().iter().any(|one| one.id == id)
    }

    fn registered(&self, id: u32) -> bool {
        usize::try_from(id)
            .ok()
            .and_then(|id| self.stations.get(id.checked_sub(1)?))
            .is_some_and(|s| s.joined().is_some())
    }
}

/// Arguments by which the print of a menu shows fewer rows: the property and the value that it must have; without a value
/// that of the argument.
fn narrowing(menu: Menu, argument: &str) -> Option<(&'static str, Option<&'static str>)> {
    let rules = matches!(menu, Menu::Filter | Menu::Nat | Menu::Mangle | Menu::Raw);
    Some(match argument {
        "active" if menu == Menu::DhcpLease => ("status", Some("bound")),
        "chain" if rules => ("chain", None),
        "dynamic" if rules => ("dynamic", Some("true")),
        "static" if rules => ("dynamic", Some("false")),
        _ => return None,
    })
}

/// The value of a property of a complete row.
fn field<'a>(row: &'a Fields, name: &str) -> Option<&'a str> {
    row.iter()
        .find(|(have, _)| *have == name)
        .map(|(_, value)| value.as_str())
}
