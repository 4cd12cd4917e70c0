//! Query words: a stack of truths, as the manual tells it.

/// Whether a row satisfies the query words (without none, every row does). `value` finds a property of the row.
///
/// # Errors
///
/// The trap's message when a word is no query.
pub fn satisfies<'a>(words: &[String], value: &dyn Fn(&str) -> Option<&'a str>) -> Result<bool, String> {
    let mut stack: Vec<bool> = Vec::new();
    for word in words {
        let query = word.strip_prefix('?').unwrap_or(word);
        if let Some(operations) = query.strip_prefix('#') {
            operate(operations, &mut stack)?;
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
        let found = value(name);
        stack.push(match (compare, wanted, found) {
            ('-', _, found) => found.is_none(),
            (_, None, found) => found.is_some(),
            (_, Some(_), None) => false,
            ('<', Some(wanted), Some(found)) => below(found, wanted),
            ('>', Some(wanted), Some(found)) => below(wanted, found),
            (_, Some(wanted), Some(found)) => same(found, wanted),
        });
    }
    Ok(stack.into_iter().all(|truth| truth))
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
fn operate(operations: &str, stack: &mut Vec<bool>) -> Result<(), String> {
    let wrong = || format!("invalid query operation {operations}");
    let mut rest = operations;
    while let Some(first) = rest.chars().next() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if digits > 0 {
            let index: usize = rest[..digits].parse().map_err(|_| wrong())?;
            let value = *stack.iter().rev().nth(index).ok_or_else(wrong)?;
            rest = &rest[digits..];
            if rest.is_empty() {
                stack.clear();
            }
            rest = rest.strip_prefix('.').unwrap_or(rest);
            stack.push(value);
            continue;
        }
        rest = &rest[first.len_utf8()..];
        let top = stack.pop().ok_or_else(wrong)?;
        match first {
            '!' => stack.push(!top),
            '.' => stack.extend([top, top]),
            '|' | '&' => {
                let other = stack.pop().ok_or_else(wrong)?;
                stack.push(if first == '|' { top || other } else { top && other });
            }
            _ => return Err(wrong()),
        }
    }
    Ok(())
}
