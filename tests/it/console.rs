//! A console of the simulated router: it runs the scripts that the program prints, as `/import` does.

use std::collections::BTreeMap;

use tikroam::sim::Sim;

use crate::scripts::{joined, pieces};

/// A value of the console's language.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(String),
    List(Vec<String>),
    Commands(String),
}

impl Value {
    fn text(self) -> String {
        match self {
            Value::Text(text) | Value::Commands(text) => text,
            Value::List(items) => items.join(";"),
        }
    }

    fn items(self) -> Vec<String> {
        match self {
            Value::List(items) => items,
            other => vec![other.text()],
        }
    }
}

/// A console at a router.
pub(crate) struct Console<'s> {
    sim: &'s Sim,
    variables: BTreeMap<String, Value>,
    /// How many commands changed something.
    pub(crate) writes: usize,
    /// After so many the power goes.
    pub(crate) most: usize,
}

const VERBS: [&str; 8] = ["add", "set", "unset", "find", "remove", "get", "move", "print"];

impl<'s> Console<'s> {
    pub(crate) fn new(sim: &'s Sim) -> Self {
        Console {
            sim,
            variables: BTreeMap::new(),
            writes: 0,
            most: usize::MAX,
        }
    }

    /// Runs a file to its end, or to its first error.
    pub(crate) fn import(&mut self, text: &str) -> Result<(), String> {
        self.run(&joined(text))
    }

    fn run(&mut self, text: &str) -> Result<(), String> {
        for statement in pieces(text, |c| c == '\n' || c == ';') {
            let words = pieces(statement.trim(), char::is_whitespace);
            self.statement(&words)
                .map_err(|error| format!("{error}, at: {}", statement.trim()))?;
        }
        Ok(())
    }

    fn statement(&mut self, words: &[String]) -> Result<(), String> {
        let body = |start: &str| {
            let word = words.iter().find_map(|word| word.strip_prefix(start));
            word.map(|word| {
                word.trim()
                    .trim_start_matches('{')
                    .strip_suffix('}')
                    .unwrap()
                    .to_owned()
            })
        };
        match words[0].as_str() {
            ":local" | ":set" => {
                let value = self.value(&words[2..].join(" "), "")?;
                self.variables.insert(words[1].clone(), value);
            }
            ":if" => {
                let branch = match self.value(&words[1], "")?.text().as_str() {
                    "true" => body("do="),
                    "false" => body("else="),
                    other => return Err(format!("no condition: {other}")),
                };
                if let Some(branch) = branch {
                    self.run(&branch)?;
                }
            }
            ":foreach" => {
                let items = words.iter().find_map(|word| word.strip_prefix("in=")).unwrap();
                for item in self.value(items, "")?.items() {
                    self.variables.insert(words[1].clone(), Value::Text(item));
                    self.run(&body("do=").unwrap())?;
                }
            }
            ":do" => {
                let tried = words[1].strip_prefix('{').unwrap().strip_suffix('}').unwrap();
                if let Err(error) = self.run(tried) {
                    if self.writes >= self.most {
                        return Err(error);
                    }
                    self.run(&body("on-error=").unwrap())?;
                }
            }
            ":error" => return Err(self.value(&words[1], "")?.text()),
            ":put" | ":log" => {
                self.value(words.last().unwrap(), "")?;
            }
            variable if variable.starts_with('$') => {
                let text = self.value(variable, "")?.text();
                self.run(&text)?;
            }
            _ => {
                self.command(words, "")?;
            }
        }
        Ok(())
    }

    /// A command of a menu; what it returns.
    fn command(&mut self, words: &[String], here: &str) -> Result<Value, String> {
        let verb = words.iter().position(|word| VERBS.contains(&word.as_str()));
        let verb = verb.ok_or_else(|| format!("no command: {words:?}"))?;
        let path: Vec<&str> = words[..verb].iter().map(|word| word.trim_start_matches('/')).collect();
        let menu = match path.is_empty() {
            true => here.to_owned(),
            false => format!("/{}", path.join("/")),
        };
        let arguments = &words[verb + 1..];
        match words[verb].as_str() {
            "find" => self.find(&menu, arguments),
            "get" => {
                let ids = self.value(&arguments[0], &menu)?.items();
                let rows = self.rows(&menu)?;
                let row = rows.iter().find(|row| row.get(".id") == ids.first());
                let row = row.ok_or_else(|| format!("no such item in {menu}"))?;
                Ok(Value::Text(row.get(&arguments[1]).cloned().unwrap_or_default()))
            }
            name => {
                self.write(&menu, name, arguments)?;
                Ok(Value::Text(String::new()))
            }
        }
    }

    fn rows(&self, menu: &str) -> Result<Vec<BTreeMap<String, String>>, String> {
        let rows = self.sim.console(&format!("{menu}/print"), &[])?;
        Ok(rows.into_iter().map(|row| row.into_iter().collect()).collect())
    }

    fn find(&mut self, menu: &str, conditions: &[String]) -> Result<Value, String> {
        let mut found = self.rows(menu)?;
        for condition in conditions
            .iter()
            .filter(|word| !["where", "and"].contains(&word.as_str()))
        {
            let (name, wanted) = condition.split_once('=').ok_or("no condition")?;
            let wanted = self.value(wanted, menu)?.text();
            found.retain(|row| {
                let value = row.get(name).map_or("", String::as_str);
                match wanted.as_str() {
                    "yes" => value == "true",
                    "no" => value != "true",
                    wanted => value == wanted,
                }
            });
        }
        let ids = found
            .iter()
            .map(|row| row.get(".id").or(row.get("name")).cloned().unwrap_or_default());
        Ok(Value::List(ids.collect()))
    }

    fn write(&mut self, menu: &str, verb: &str, arguments: &[String]) -> Result<(), String> {
        let mut words: Vec<(String, String)> = Vec::new();
        for argument in arguments {
            match argument.split_once('=') {
                Some((name, value)) if !argument.starts_with(['[', '$']) => {
                    words.push((name.to_owned(), self.value(value, menu)?.text()));
                }
                _ => {
                    let ids = self.value(argument, menu)?.items();
                    if ids.is_empty() {
                        return Ok(());
                    }
                    words.push(("numbers".to_owned(), ids.join(",")));
                }
            }
        }
        if self.writes == self.most {
            return Err("the power goes".to_owned());
        }
        let words: Vec<(&str, &str)> = words
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.sim.console(&format!("{menu}/{verb}"), &words)?;
        self.writes += 1;
        Ok(())
    }

    /// The value of an expression in a menu.
    fn value(&mut self, text: &str, menu: &str) -> Result<Value, String> {
        let text = text.trim();
        let inside = |open, close| text.strip_prefix(open).and_then(|rest: &str| rest.strip_suffix(close));
        if let Some(name) = text.strip_prefix('$') {
            return self
                .variables
                .get(name)
                .cloned()
                .ok_or_else(|| format!("no variable {name}"));
        }
        if text.starts_with('"') {
            return Ok(Value::Text(unquoted(text)));
        }
        if let Some(list) = inside('{', '}') {
            let items = pieces(list, |c| c == ';');
            let items: Result<Vec<String>, String> = items
                .iter()
                .map(|item| self.value(item, menu).map(Value::text))
                .collect();
            return Ok(Value::List(items?));
        }
        if let Some(expression) = inside('(', ')') {
            return self.expression(expression, menu);
        }
        if let Some(command) = inside('[', ']') {
            let words = pieces(command.trim(), char::is_whitespace);
            return match words[0].as_str() {
                ":len" => Ok(Value::Text(self.value(&words[1], menu)?.items().len().to_string())),
                ":parse" => Ok(Value::Commands(self.value(&words[1], menu)?.text())),
                ":pick" => {
                    let items = self.value(&words[1], menu)?.items();
                    let at: usize = words[2].parse().map_err(|_| "no number")?;
                    Ok(Value::Text(items.get(at).cloned().unwrap_or_default()))
                }
                _ => self.command(&words, menu),
            };
        }
        Ok(Value::Text(text.to_owned()))
    }

    /// Texts that are joined, or compared.
    fn expression(&mut self, text: &str, menu: &str) -> Result<Value, String> {
        let words = pieces(text, char::is_whitespace);
        let mut sides: Vec<String> = vec![String::new()];
        let mut compares = false;
        for word in &words {
            match word.as_str() {
                "." => {}
                "=" => {
                    compares = true;
                    sides.push(String::new());
                }
                word => {
                    let value = self.value(word, menu)?.text();
                    *sides.last_mut().unwrap() += &value;
                }
            }
        }
        Ok(Value::Text(match compares {
            true => (sides[0] == sides[1]).to_string(),
            false => sides.concat(),
        }))
    }
}

/// The text within quotes.
fn unquoted(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes()[1..text.len() - 1].iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(one) if one.is_ascii_hexdigit() && !one.is_ascii_lowercase() => {
                let two = rest.next().unwrap();
                let hex = [one, two].map(char::from).iter().collect::<String>();
                bytes.push(u8::from_str_radix(&hex, 16).unwrap());
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    String::from_utf8(bytes).unwrap()
}
