//! What one source file names. It is read from the file's tokens, so that comments, texts and tests do not count.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// One source file as its tokens say.
#[derive(Debug, Default)]
pub(super) struct Code {
    /// Paths into this crate, from its root: `crate`, `self`, `super` and the file's own modules are resolved.
    pub local: BTreeSet<Vec<String>>,
    /// Every other path of two segments or more, such as `std::fs::read`.
    pub foreign: BTreeSet<Vec<String>>,
    /// The modules that it declares as files of their own.
    pub modules: Vec<String>,
    /// Those of them that are compiled for tests only.
    pub test_modules: Vec<String>,
    /// Whether something in it is `async`.
    pub is_async: bool,
    /// Lines of code: neither blank nor comment nor test.
    pub lines: usize,
}

impl Code {
    /// Reads the file of a module, given by its path from the root of the crate.
    pub(super) fn read(module: &[String], text: &str) -> Code {
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{module:?}: {error}"));
        let tokens = flat(tokens);
        let mut reader = Reader {
            code: Code::default(),
            module: module.to_vec(),
            children: declared(&tokens),
            lines: BTreeSet::new(),
        };
        reader.walk(&tokens);
        reader.code.lines = reader.lines.len();
        reader.code
    }
}

struct Reader {
    code: Code,
    /// The module that is being read; longer than the file's own within `mod name { ... }`.
    module: Vec<String>,
    /// The modules that are declared in it, so that `name::Item` is a path into this crate.
    children: Vec<String>,
    lines: BTreeSet<usize>,
}

impl Reader {
    fn walk(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if is_punct(Some(token), '#')
                && let Some(attribute) = attribute(tokens, at)
            {
                let name = attribute.stream().to_string();
                if name == "cfg (test)" {
                    at = self.skip_item(tokens, at);
                    continue;
                }
                // A doc comment is an attribute to the compiler.
                if name.starts_with("doc =") {
                    at += if is_punct(tokens.get(at + 1), '!') { 3 } else { 2 };
                    continue;
                }
            }
            self.count(token);
            match token {
                TokenTree::Group(group) if !is_visibility(group) => self.walk(&flat(group.stream())),
                TokenTree::Ident(name) if name == "mod" => {
                    at = self.module(tokens, at + 1);
                    continue;
                }
                TokenTree::Ident(name) if name == "async" => self.code.is_async = true,
                TokenTree::Ident(_) if !is_after_name(tokens, at) => {
                    at += self.path(&tokens[at..], &[]);
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// A module's declaration, from its name on; gives where it ends.
    fn module(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let Some(TokenTree::Ident(name)) = tokens.get(at) else {
            return at;
        };
        if let Some(TokenTree::Group(group)) = tokens.get(at + 1) {
            let (module, children) = (self.module.clone(), std::mem::take(&mut self.children));
            self.module.push(name.to_string());
            let tokens = flat(group.stream());
            self.children = declared(&tokens);
            self.walk(&tokens);
            (self.module, self.children) = (module, children);
            at + 2
        } else {
            self.code.modules.push(name.to_string());
            at + 1
        }
    }

    /// Passes over an item that is compiled for tests only.
    fn skip_item(&mut self, tokens: &[TokenTree], mut at: usize) -> usize {
        let mut name = None;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Ident(word) if word == "mod" => name = tokens.get(at).map(ToString::to_string),
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return at,
                token if is_punct(Some(token), ';') => {
                    self.code.test_modules.extend(name);
                    return at;
                }
                _ => {}
            }
        }
        at
    }

    /// A path or a tree of a `use`, after the segments before it; gives how many tokens it has.
    fn path(&mut self, tokens: &[TokenTree], before: &[String]) -> usize {
        let mut segments = before.to_vec();
        let mut at = 0;
        loop {
            if let Some(token) = tokens.get(at) {
                self.count(token);
            }
            match tokens.get(at) {
                // `a::{self}` is `a`.
                Some(TokenTree::Ident(name)) if name == "self" && !segments.is_empty() => {}
                Some(TokenTree::Ident(name)) => segments.push(name.to_string()),
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace && at > 0 => {
                    let inside = flat(group.stream());
                    let branches = inside.split(|token| is_punct(Some(token), ','));
                    for branch in branches.filter(|branch| !branch.is_empty()) {
                        self.path(branch, &segments);
                    }
                    return at + 1;
                }
                // A glob, or a turbofish.
                _ => break,
            }
            at += 1;
            if !(is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')) {
                break;
            }
            at += 2;
        }
        if at > 1 || !before.is_empty() {
            self.name(&segments);
        }
        at
    }

    fn name(&mut self, segments: &[String]) {
        let (first, mut rest) = (segments[0].as_str(), &segments[1..]);
        let mut path = match first {
            // The binary is a crate of its own beside the library.
            "crate" | "tikroam" => Vec::new(),
            "self" | "super" => self.module.clone(),
            _ if self.children.iter().any(|child| child == first) => {
                rest = segments;
                self.module.clone()
            }
            _ => {
                self.code.foreign.insert(segments.to_vec());
                return;
            }
        };
        if first == "super" {
            path.pop();
            while rest.first().is_some_and(|segment| segment == "super") {
                path.pop();
                rest = &rest[1..];
            }
        }
        path.extend_from_slice(rest);
        self.code.local.insert(path);
    }

    fn count(&mut self, token: &TokenTree) {
        match token {
            TokenTree::Group(group) => {
                self.lines.insert(group.span_open().start().line);
                self.lines.insert(group.span_close().end().line);
            }
            token => self.lines.extend(token.span().start().line..=token.span().end().line),
        }
    }
}

fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    tokens.into_iter().collect()
}

fn is_punct(token: Option<&TokenTree>, char: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == char)
}

/// The attribute whose `#` stands there.
fn attribute(tokens: &[TokenTree], at: usize) -> Option<&Group> {
    let at = if is_punct(tokens.get(at + 1), '!') {
        at + 2
    } else {
        at + 1
    };
    match tokens.get(at) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => Some(group),
        _ => None,
    }
}

/// `(in crate::room)` of a visibility imports nothing.
fn is_visibility(group: &Group) -> bool {
    group.delimiter() == Delimiter::Parenthesis
        && matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(name)) if name == "in")
}

/// Whether a name follows `::`, or is a method, a field or a lifetime, so that no path begins there.
fn is_after_name(tokens: &[TokenTree], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let two_before = at.checked_sub(2).and_then(|before| tokens.get(before));
    let twice = |char| is_punct(before, char) && is_punct(two_before, char);
    twice(':') || is_punct(before, '\'') || (is_punct(before, '.') && !twice('.'))
}

/// The modules that are declared at this level, as files or inline.
fn declared(tokens: &[TokenTree]) -> Vec<String> {
    let pairs = tokens.windows(2);
    pairs
        .filter(|pair| matches!(&pair[0], TokenTree::Ident(name) if name == "mod"))
        .map(|pair| pair[1].to_string())
        .collect()
}
