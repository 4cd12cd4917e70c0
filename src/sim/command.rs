//! Commands: from words to an answer.

use std::time::Duration;

use super::events::{Sender, What};
use super::factory::id_base;
use super::menus::{self, Menu, Schema};
use super::query;
use super::rows::{DYNAMIC, interface_id};
use super::settings::RouterOs;
use super::stream::Stream;
use super::tables::{self, Fields, Trap};
use super::vehicle::Vehicle;

/// One command as it came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// Such as `/ip/address/print`.
    pub command: String,
    /// Its attributes, in order.
    pub attributes: Vec<(String, String)>,
    /// Its query words with their `?`.
    pub queries: Vec<String>,
    /// Its tag; `None` = untagged.
    pub tag: Option<String>,
}

/// An answer that is complete.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Its rows.
    pub rows: Vec<Fields>,
    /// What `!done` brings.
    pub ret: Option<String>,
    /// Refusals.
    pub traps: Vec<Trap>,
    /// Whether it is the answer to a query, that may find nothing.
    pub queried: bool,
}

/// What a command leads to.
#[derive(Debug)]
pub enum Outcome {
    /// A complete answer.
    Answer(Answer),
    /// Rows that come as time goes.
    Stream(Box<Stream>),
}

impl From<Trap> for Outcome {
    fn from(trap: Trap) -> Self {
        Outcome::Answer(Answer {
            traps: vec![trap],
            ..Answer::default()
        })
    }
}

/// Arguments of every print that change nothing on the wire.
const PRINT_ARGUMENTS: [&str; 13] = [
    ".proplist",
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

impl Call {
    /// Sorts the words of a sentence; unknown kinds of words are left out, as the router does.
    pub fn read(words: &[String]) -> Self {
        let mut call = Call::default();
        let mut words = words.iter();
        call.command = words.next().cloned().unwrap_or_default();
        for word in words {
            if let Some(attribute) = word.strip_prefix('=') {
                let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
                call.attributes.push((name.into(), value.into()));
            } else if word.starts_with('?') {
                call.queries.push(word.clone());
            } else if let Some(tag) = word.strip_prefix(".tag=") {
                call.tag = Some(tag.to_owned()).filter(|tag| !tag.is_empty());
            }
        }
        call
    }

    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(have, _)| have == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a flag such as `once` is set: there, and not `no`.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !matches!(value, "no" | "false"))
    }
}

impl Vehicle {
    /// Carries a command out. `policies` = what the sender may do; `None` = everything.
    pub fn execute(&mut self, call: &Call, by: Sender, policies: Option<&[String]>) -> Outcome {
        let (schema, verb) = match menus::find(&call.command, self.version) {
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
        let policy = match verb {
            "print" | "getall" | "monitor" => "read",
            "scan" | "ping" => "test",
            _ => "write",
        };
        if policies.is_some_and(|policies| !policies.iter().any(|have| have == policy)) {
            return Trap::new("not enough permissions (9)").into();
        }
        let done = match verb {
            "print" | "getall" => self.print(schema.menu, call).map(Outcome::Answer),
            "monitor" => self.monitor(schema.menu, call),
            "scan" => self.scan(call),
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

    /// The rows of a menu.
    pub fn print(&self, menu: Menu, call: &Call) -> Result<Answer, Trap> {
        if let Some((name, _)) = call
            .attributes
            .iter()
            .find(|(name, _)| !PRINT_ARGUMENTS.contains(&name.as_str()))
        {
            return Err(Trap::unknown_parameter(name, self.version));
        }
        let properties = menu.schema().properties;
        let named = |word: &String| {
            let name = word.trim_start_matches(['?', '-', '<', '>', '=']);
            let name = name.split_once('=').map_or(name, |(name, _)| name);
            word.starts_with("?#") || properties.iter().any(|property| property.name == name)
        };
        // Rows that a query for stored properties leaves out need not be looked at closer.
        let only_stored = call.queries.iter().all(named);
        let mut wrong = None;
        let mut keep = |found: Result<bool, String>| {
            found.unwrap_or_else(|message| {
                wrong = Some(message);
                false
            })
        };
        let mut rows = self.rows(menu, &mut |row| {
            !only_stored || keep(query::satisfies(&call.queries, &|name| row.get(name)))
        });
        rows.retain(|row| {
            keep(query::satisfies(&call.queries, &|name| {
                row.iter()
                    .find(|(have, _)| *have == name)
                    .map(|(_, value)| value.as_str())
            }))
        });
        if let Some(message) = wrong {
            return Err(Trap::new(message));
        }
        let queried = !menu.single();
        if call.flag("count-only") {
            return Ok(Answer {
                ret: Some(rows.len().to_string()),
                ..Answer::default()
            });
        }
        project(&mut rows, call.get(".proplist"));
        Ok(Answer {
            rows,
            queried,
            ..Answer::default()
        })
    }

    fn monitor(&mut self, menu: Menu, call: &Call) -> Result<Outcome, Trap> {
        let mut known = vec![".id", "numbers", "once", "interval", "duration"];
        if self.quirks.monitor_proplist {
            known.push(".proplist");
        }
        self.known(call, &known)?;
        let ids = self.targets(menu, call)?;
        if ids.len() > 1 && !self.quirks.several_monitors {
            return Err(Trap::new("expected single value for numbers"));
        }
        let once = call.flag("once");
        let stream = Stream::monitor(self, menu, ids, call)?;
        if once {
            let rows = stream.shown(self);
            return Ok(Outcome::Answer(Answer {
                rows,
                ..Answer::default()
            }));
        }
        Ok(Outcome::Stream(Box::new(stream)))
    }

    fn scan(&mut self, call: &Call) -> Result<Outcome, Trap> {
        let known = [
            ".id",
            "number",
            "background",
            "duration",
            "rounds",
            "passive",
            "freeze-frame-interval",
            ".proplist",
        ];
        let v6_only = ["numbers"];
        if self.version == RouterOs::V6_49 {
            self.known(call, &[&known[..], &v6_only].concat())?;
        } else {
            self.known(call, &known)?;
        }
        let ids = self.targets(Menu::Wireless, call)?;
        let name = ids
            .first()
            .and_then(|&id| self.table(Menu::Wireless).row(id))
            .and_then(|row| row.get("name"));
        let radio = name.and_then(|name| self.radio(name)).ok_or_else(Trap::no_such_item)?;
        let stream = Stream::scan(self, radio, call)?;
        Ok(Outcome::Stream(Box::new(stream)))
    }

    /// Refuses arguments that a command does not have.
    pub fn known(&self, call: &Call, known: &[&str]) -> Result<(), Trap> {
        match call.attributes.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => Err(Trap::unknown_parameter(name, self.version)),
            None => Ok(()),
        }
    }

    /// The rows that a command is for, named by `.id`, `numbers` or `number`: ids or names, separated by commas.
    pub fn targets(&self, menu: Menu, call: &Call) -> Result<Vec<u32>, Trap> {
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
    fn target(&self, menu: Menu, target: &str) -> Result<u32, Trap> {
        let rows = &self.table(menu).rows;
        if let Some(hex) = target.strip_prefix('*') {
            let id = u32::from_str_radix(hex, 16).map_err(|_| Trap::no_such_item())?;
            if rows.iter().any(|row| row.id == id) || menu == Menu::Registration && self.registered(id) {
                return Ok(id);
            }
            let dynamic = self
                .rows(menu, &mut |_| false)
                .iter()
                .any(|row| row.first().is_some_and(|f| f.1 == target));
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

    fn registered(&self, id: u32) -> bool {
        usize::try_from(id)
            .ok()
            .and_then(|id| self.stations.get(id.checked_sub(1)?))
            .is_some_and(|s| s.joined().is_some())
    }

    /// Carries out a command that changes something; what it returns.
    fn write(&mut self, schema: &'static Schema, verb: &str, call: &Call) -> Result<Option<String>, Trap> {
        let menu = schema.menu;
        match (menu, verb) {
            (Menu::Log, _) => {
                self.known(call, &["message"])?;
                let message = call.get("message").unwrap_or_default().to_owned();
                let topics = match verb {
                    "info" => "script,info",
                    "warning" => "script,warning",
                    "error" => "script,error",
                    _ => "script,debug",
                };
                self.log(topics, &message);
                return Ok(None);
            }
            (Menu::Interface, _) => return self.write_interface(verb, call),
            (Menu::Registration, "remove") => {
                for id in self.targets(menu, call)? {
                    let radio = usize::try_from(id).unwrap_or(0).saturating_sub(1);
                    let lost = self.with_station(radio, |station, around, at| {
                        station.drop_and_search("removed from the registration table", around, at)
                    });
                    self.tell(radio, lost);
                }
                return Ok(None);
            }
            _ => {}
        }
        let ret = match verb {
            "add" => Some(self.add(schema, call)?),
            "set" | "comment" => {
                let ids = if menu.single() {
                    self.table(menu).rows.iter().map(|row| row.id).collect()
                } else {
                    self.targets(menu, call)?
                };
                let words = self.words(schema, call, &[".id", "numbers"])?;
                for id in ids {
                    self.set(menu, id, &words)?;
                }
                None
            }
            "enable" | "disable" => {
                self.known(call, &[".id", "numbers"])?;
                let disabled = vec![("disabled", (verb == "disable").to_string())];
                for id in self.targets(menu, call)? {
                    self.set(menu, id, &disabled)?;
                }
                None
            }
            "remove" => {
                self.known(call, &[".id", "numbers"])?;
                for id in self.targets(menu, call)? {
                    let table = &mut self.tables[menu as usize];
                    let index = table.index(id)?;
                    table.rows.remove(index);
                }
                None
            }
            "move" => {
                self.known(call, &[".id", "numbers", "destination"])?;
                let ids = self.targets(menu, call)?;
                let before = call
                    .get("destination")
                    .map(|target| self.target(menu, target))
                    .transpose()?;
                self.tables[menu as usize].place(&ids, before)?;
                None
            }
            _ => return Err(Trap::of(0, "no such command")),
        };
        self.changed(menu);
        Ok(ret)
    }

    /// The interface list passes on what it is told to the menu that owns the interface.
    fn write_interface(&mut self, verb: &str, call: &Call) -> Result<Option<String>, Trap> {
        let named = [".id", "numbers"]
            .iter()
            .find_map(|name| call.get(name))
            .unwrap_or_default()
            .to_owned();
        for target in named.split(',') {
            let owner = [Menu::Ethernet, Menu::Wireless, Menu::Pptp, Menu::Bridge]
                .into_iter()
                .find_map(|menu| {
                    let mut rows = self.table(menu).rows.iter();
                    let means = |row: &&tables::Row| {
                        row.get("name") == Some(target) || super::rows::id_text(interface_id(menu, row.id)) == target
                    };
                    rows.find(means).map(|row| (menu, row.id))
                });
            let (menu, id) = owner.ok_or_else(Trap::no_such_item)?;
            let words = match verb {
                "set" => self.words(Menu::Interface.schema(), call, &[".id", "numbers"])?,
                _ => vec![("disabled", (verb == "disable").to_string())],
            };
            self.set(menu, id, &words)?;
            self.changed(menu);
        }
        Ok(None)
    }

    /// The properties that a command gives, checked and as the router stores them.
    fn words(&self, schema: &Schema, call: &Call, besides: &[&str]) -> Result<Fields, Trap> {
        let mut words = Fields::new();
        for (name, value) in &call.attributes {
            if besides.contains(&name.as_str()) {
                continue;
            }
            let property = schema
                .property(name, self.version)
                .ok_or_else(|| Trap::unknown_parameter(name, self.version))?;
            words.push((
                property.name,
                tables::stored(property, value, &|name| self.interface_exists(name))?,
            ));
        }
        Ok(words)
    }

    fn add(&mut self, schema: &'static Schema, call: &Call) -> Result<String, Trap> {
        let menu = schema.menu;
        let ordered = schema.verbs.contains(&"move");
        let mut words = self.words(schema, call, if ordered { &["place-before"] } else { &[] })?;
        let before = match call.get("place-before").filter(|_| ordered) {
            Some(target) => Some(self.target(menu, target)?),
            None => None,
        };
        if menu == Menu::Address {
            self.complete_address(None, &mut words)?;
        }
        let base = id_base(menu, self.version);
        let table = &mut self.tables[menu as usize];
        let id = table.add(schema, base, words, self.version)?;
        if before.is_some() {
            table.place(&[id], before)?;
        }
        Ok(super::rows::id_text(id))
    }

    fn set(&mut self, menu: Menu, id: u32, words: &Fields) -> Result<(), Trap> {
        let mut words = words.clone();
        if menu == Menu::Address {
            self.complete_address(Some(id), &mut words)?;
        }
        let table = &mut self.tables[menu as usize];
        let index = table.index(id)?;
        for (name, value) in words {
            table.rows[index].set(name, value);
        }
        Ok(())
    }

    /// Adds the network that a written address implies, and refuses an address that there is already.
    fn complete_address(&self, changed: Option<u32>, words: &mut Fields) -> Result<(), Trap> {
        let old = changed.and_then(|id| self.table(Menu::Address).row(id));
        let given = |name: &str| {
            words
                .iter()
                .find(|(have, _)| *have == name)
                .map(|(_, value)| value.as_str())
        };
        let now = |name: &str| given(name).or_else(|| old.and_then(|row| row.get(name)));
        let ip = |address: &str| address.split('/').next().unwrap_or_default().to_owned();
        let Some(address) = now("address").map(ip) else {
            return Ok(());
        };
        let disabled = now("disabled") == Some("true");
        let alike = |row: &&tables::Row| {
            let strict = self.quirks.strict_duplicates;
            let lax = !row.is("disabled") && !disabled && row.get("interface") == now("interface");
            Some(row.id) != changed && row.get("address").map(ip).as_ref() == Some(&address) && (strict || lax)
        };
        if self.table(Menu::Address).rows.iter().find(alike).is_some() {
            return Err(Trap::new("failure: already have such address"));
        }
        let kept = old.is_some() && self.quirks.keeps_network;
        let implied = given("address").filter(|_| given("network").is_none() && !kept);
        if let Some(net) = implied.and_then(|address| address.parse::<ipnet::Ipv4Net>().ok()) {
            words.push(("network", net.network().to_string()));
        }
        Ok(())
    }
}

/// Leaves only the listed properties of each row.
pub fn project(rows: &mut [Fields], proplist: Option<&str>) {
    let Some(proplist) = proplist else { return };
    let wanted: Vec<&str> = proplist.split(',').collect();
    for row in rows {
        row.retain(|(name, _)| wanted.contains(name));
    }
}

/// A duration argument, if given.
///
/// # Errors
///
/// It is no duration.
pub fn span(call: &Call, name: &str) -> Result<Option<Duration>, Trap> {
    let Some(text) = call.get(name) else { return Ok(None) };
    let invalid = || Trap::of(1, format!("invalid value for argument {name}"));
    tables::read_duration(text).map(Some).ok_or_else(invalid)
}
