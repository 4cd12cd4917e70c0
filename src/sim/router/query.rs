//! Query words: a stack of truths, as the manual has it.

/// The query words of a command, read once for all rows.
#[derive(Debug)]
pub(crate) struct Query<'a> {
    steps: Vec<Step<'a>>,
    stack: Vec<bool>,
}

#[derive(Debug)]
enum Step<'a> {
    Missing(&'a str),
    There(&'a str),
    Equal(&'a str, &'a str),
    Below(&'a str, &'a str),
    Above(&'a str, &'a str),
    /// Copies the value at this index to the top; 0 = the top.
    Copy(usize),
    /// Leaves nothing but the value at this index.
    Only(usize),
    Not,
    And,
    Or,
}

impl<'a> Query<'a> {
    /// Reads the words.
    ///
    /// # Errors
    ///
    /// The trap's message when a word is no query.
    pub(crate) fn read(words: &'a [String]) -> Result<Self, String> {
        let mut steps = Vec::new();
        // How many values the stack has after the steps so far.
        let mut depth = 0;
        for word in words {
            let query = word.strip_prefix('?').unwrap_or(word);
            if let Some(operations) = query.strip_prefix('#') {
                operate(operations, &mut steps, &mut depth)?;
                continue;
            }
            let (compare, rest) = match query.as_bytes().first() {
                Some(b'-') => ('-', &query[1..]),
                Some(b'=') => ('=', &query[1..]),
                Some(b'<') => ('<', &query[1..]),
                Some(b'>') => ('>', &query[1..]),
                _ => ('=', query),
            };
            let (name, wanted) = rest
                .split_once('=')
                .map_or((rest, None), |(name, wanted)| (name, Some(wanted)));
            steps.push(match (compare, wanted) {
                ('-', _) => Step::Missing(name),
                (_, None) => Step::There(name),
                ('<', Some(wanted)) => Step::Below(name, wanted),
                ('>', Some(wanted)) => Step::Above(name, wanted),
                (_, Some(wanted)) => Step::Equal(name, wanted),
            });
            depth += 1;
        }
        Ok(Query {
            steps,
            stack: Vec::new(),
        })
    }

    /// Whether a row satisfies the words (without one, every row does). `value` finds a property of the row.
    pub(crate) fn satisfied<'r>(&mut self, value: impl Fn(&str) -> Option<&'r str>) -> bool {
        let stack = &mut self.stack;
        stack.clear();
        for step in &self.steps {
            let truth = match *step {
                Step::Missing(name) => value(name).is_none(),
                Step::There(name) => value(name).is_some(),
                Step::Equal(name, wanted) => value(name).is_some_and(|found| same(found, wanted)),
                Step::Below(name, wanted) => value(name).is_some_and(|found| below(found, wanted)),
                Step::Above(name, wanted) => value(name).is_some_and(|found| below(wanted, found)),
                Step::Copy(index) => at(stack, index),
                Step::Only(index) => {
                    let truth = at(stack, index);
                    stack.clear();
                    truth
                }
                Step::Not => !pop(stack),
                Step::And => {
                    let (a, b) = (pop(stack), pop(stack));
                    a && b
                }
                Step::Or => {
                    let (a, b) = (pop(stack), pop(stack));
                    a || b
                }
            };
            stack.push(truth);
        }
        stack.iter().all(|truth| *truth)
    }
}

// That the stack is deep enough was seen when the words were read.

fn pop(stack: &mut Vec<bool>) -> bool {
    stack.pop().unwrap_or_default()
}

fn at(stack: &[bool], index: usize) -> bool {
    stack.iter().rev().nth(index).copied().unwrap_or_default()
}

/// Equal as text; a truth may be written in both ways.
fn same(found: &str, wanted: &str) -> bool {
    found == wanted || matches!((found, wanted), ("true", "yes") | ("false", "no"))
}

/// Whether one value is below another: as numbers where both are, else as text.
fn below(a: &str, b: &str) -> bool {
    match (a.parse::<i64>(), b.parse::<i64>()) {
        (Ok(a), Ok(b)) => a < b,
        _ => a < b,
    }
}

/// One `?#` word, read from left to right. Index 0 is the top of the stack; an index at the end of the word replaces all
/// values with that one, another one pushes a copy; `!` inverts the top; `&` and `|` join the two on top; `.` after an
/// index does nothing, elsewhere it copies the top.
fn operate(operations: &str, steps: &mut Vec<Step<'_>>, depth: &mut usize) -> Result<(), String> {
    let wrong = || format!("invalid query operation {operations}");
    let mut rest = operations;
    while let Some(first) = rest.chars().next() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (step, takes, gives) = if digits > 0 {
            let index: usize = rest[..digits].parse().map_err(|_| wrong())?;
            rest = &rest[digits..];
            let last = rest.is_empty();
            rest = rest.strip_prefix('.').unwrap_or(rest);
            if index >= *depth {
                return Err(wrong());
            }
            if last {
                (Step::Only(index), *depth, 1)
            } else {
                (Step::Copy(index), 0, 1)
            }
        } else {
            rest = &rest[first.len_utf8()..];
            match first {
                '!' => (Step::Not, 1, 1),
                '.' => (Step::Copy(0), 1, 2),
                '|' => (Step::Or, 2, 1),
                '&' => (Step::And, 2, 1),
                _ => return Err(wrong()),
            }
        };
        *depth = depth.checked_sub(takes).ok_or_else(wrong)? + gives;
        steps.push(step);
    }
    Ok(())
}
