//! Commands that change something: add, set, remove, move, enable, disable.

use super::call::Call;
use super::factory::id_base;
use super::menus::{INTERFACES, Kind, Menu, Schema};
use super::rows::interface_id;
use super::tables::{self, Fields};
use super::trap::Trap;
use super::users;
use super::values::{self, id_text};
use crate::sim::vehicle::Vehicle;

impl Vehicle {
    /// Carries out a command that changes something; what it returns.
    pub(crate) fn write(&mut self, schema: &'static Schema, verb: &str, call: &Call) -> Result<Option<String>, Trap> {
        let menu = schema.menu;
        match (menu, verb) {
            (Menu::Log, _) => {
                call.allow(&["message"], self.version)?;
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
            (Menu::DhcpClient, "release" | "renew") => {
                self.write_leases(verb, call)?;
                return Ok(None);
            }
            (Menu::Connection, "remove") => {
                for id in self.targets(menu, call)? {
                    self.wireguard.untrack(id);
                }
                return Ok(None);
            }
            (Menu::Registration | Menu::WifiRegistration, "remove") => {
                for id in self.targets(menu, call)? {
                    let radio = usize::try_from(id).unwrap_or(0).saturating_sub(1);
                    let lost = self.with_station(radio, |station, around, at| {
                        station.drop_and_search("removed from the registration table", around, at)
                    });
                    self.report(radio, lost);
                }
                return Ok(None);
            }
            _ => {}
        }
        let done = self.write_rows(schema, verb, call);
        // What was written before a refusal stays written.
        self.changed(menu);
        done
    }

    /// Carries out a command on rows that are stored.
    fn write_rows(&mut self, schema: &'static Schema, verb: &str, call: &Call) -> Result<Option<String>, Trap> {
        let menu = schema.menu;
        Ok(match verb {
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
                call.allow(&[".id", "numbers"], self.version)?;
                let disabled = vec![("disabled", (verb == "disable").to_string())];
                for id in self.targets(menu, call)? {
                    self.set(menu, id, &disabled)?;
                }
                None
            }
            "unset" => {
                call.allow(&[".id", "numbers", "value-name"], self.version)?;
                let name = call.get("value-name").unwrap_or_default();
                let property = schema
                    .property(name, self.version)
                    .ok_or_else(|| Trap::of(1, "input does not match any value of value-name"))?;
                for id in self.targets(menu, call)? {
                    let table = &mut self.tables[menu as usize];
                    let index = table.index(id)?;
                    table.rows[index].unset(property.name);
                }
                None
            }
            "remove" => {
                call.allow(&[".id", "numbers"], self.version)?;
                for id in self.targets(menu, call)? {
                    let table = &mut self.tables[menu as usize];
                    let index = table.index(id)?;
                    table.rows.remove(index);
                }
                None
            }
            "move" => {
                call.allow(&[".id", "numbers", "destination"], self.version)?;
                let ids = self.targets(menu, call)?;
                let before = call
                    .get("destination")
                    .map(|target| self.target(menu, target))
                    .transpose()?;
                self.tables[menu as usize].place(&ids, before)?;
                None
            }
            _ => return Err(Trap::of(0, "no such command")),
        })
    }

    /// The interface list passes on what it is given to the menu that owns the interface.
    fn write_interface(&mut self, verb: &str, call: &Call) -> Result<Option<String>, Trap> {
        let named = [".id", "numbers"]
            .iter()
            .find_map(|name| call.get(name))
            .unwrap_or_default()
            .to_owned();
        for target in named.split(',') {
            let owner = INTERFACES.into_iter().find_map(|(menu, _)| {
                let mut rows = self.table(menu).rows.iter();
                let means = |row: &&tables::Row| {
                    row.get("name") == Some(target) || id_text(interface_id(menu, row.id)) == target
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
            if let Kind::Row(menu) = property.kind
                && !value.is_empty()
                && !self.table(menu).rows.iter().any(|row| row.get("name") == Some(value))
            {
                return Err(Trap::of(1, format!("input does not match any value of {name}")));
            }
            words.push((
                property.name,
                values::stored(property, value, &|name| self.interface_exists(name))?,
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
        match menu {
            Menu::Address => self.complete_address(None, &mut words)?,
            Menu::User | Menu::UserGroup => self.complete_user(menu, None, &mut words)?,
            _ => {}
        }
        if menu == Menu::DhcpClient {
            self.refuse_second_client(None, &words)?;
        }
        let base = id_base(menu, self.version);
        let table = &mut self.tables[menu as usize];
        let id = table.add(schema, base, words, self.version)?;
        if before.is_some() {
            table.place(&[id], before)?;
        }
        Ok(id_text(id))
    }

    fn set(&mut self, menu: Menu, id: u32, words: &Fields) -> Result<(), Trap> {
        let mut words = words.clone();
        match menu {
            Menu::Address => self.complete_address(Some(id), &mut words)?,
            Menu::User | Menu::UserGroup => self.complete_user(menu, Some(id), &mut words)?,
            _ => {}
        }
        if menu == Menu::DhcpClient {
            self.refuse_second_client(Some(id), &words)?;
        }
        let table = &mut self.tables[menu as usize];
        let index = table.index(id)?;
        for (name, value) in words {
            table.rows[index].set(name, value);
        }
        Ok(())
    }

    /// Refuses a group that is not there, and completes the policies of a group.
    fn complete_user(&self, menu: Menu, changed: Option<u32>, words: &mut Fields) -> Result<(), Trap> {
        let old = changed.and_then(|id| self.table(menu).row(id));
        for (name, value) in words {
            match *name {
                "group" if users::named(&self.tables, Menu::UserGroup, value).is_none() => {
                    return Err(Trap::of(1, "input does not match any value of group"));
                }
                "policy" => {
                    let old = old.and_then(|row| row.get("policy")).unwrap_or_default();
                    *value = users::changed(old, value, self.version)?;
                }
                _ => {}
            }
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
