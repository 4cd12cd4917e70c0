//! The binary API's words on the wire: a length, then bytes; a word of no length ends the sentence.

use thiserror::Error;

/// The longest sentence taken from a session that has logged in, in bytes.
pub(crate) const LOGGED_IN_LIMIT: usize = 1 << 20;
/// The longest sentence taken before the login, in bytes.
pub(crate) const STRANGER_LIMIT: usize = 4096;

/// Why a session cannot be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum WireError {
    /// A control byte that the API keeps for later.
    #[error("control byte {0:#04x} has no meaning")]
    ControlByte(u8),
    /// A sentence beyond what this session may send.
    #[error("a sentence of at least {announced} bytes is beyond the limit of {limit}")]
    TooLong {
        /// Bytes received and announced so far.
        announced: usize,
        /// Bytes allowed.
        limit: usize,
    },
}

/// Turns bytes, as they come, into sentences.
#[derive(Debug)]
pub(crate) struct Decoder {
    buffer: Vec<u8>,
    read: usize,
    words: Vec<Vec<u8>>,
    taken: usize,
    limit: usize,
}

impl Decoder {
    /// A decoder that takes sentences of at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Decoder {
            buffer: Vec::new(),
            read: 0,
            words: Vec::new(),
            taken: 0,
            limit,
        }
    }

    /// Changes how many bytes a sentence may have from now on.
    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Adds bytes that arrived.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.read > 0 {
            self.buffer.drain(..self.read);
            self.read = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole sentence; `None` when more bytes are needed. Empty sentences are skipped.
    ///
    /// # Errors
    ///
    /// [`WireError`]; the session cannot be read on after it.
    pub(crate) fn sentence(&mut self) -> Result<Option<Vec<Vec<u8>>>, WireError> {
        while let Some((length, prefix)) = announced(&self.buffer[self.read..])? {
            let size = self.taken.saturating_add(length);
            if size > self.limit {
                return Err(WireError::TooLong {
                    announced: size,
                    limit: self.limit,
                });
            }
            let from = self.read + prefix;
            let Some(word) = self.buffer.get(from..from + length) else {
                return Ok(None);
            };
            let word = word.to_vec();
            self.read = from + length;
            self.taken = size;
            if !word.is_empty() {
                self.words.push(word);
            } else {
                self.taken = 0;
                if !self.words.is_empty() {
                    return Ok(Some(std::mem::take(&mut self.words)));
                }
            }
        }
        Ok(None)
    }
}

/// The length that a word announces and how many bytes say so; `None` when they have not all arrived.
fn announced(bytes: &[u8]) -> Result<Option<(usize, usize)>, WireError> {
    let Some(&first) = bytes.first() else { return Ok(None) };
    let (more, high) = match first {
        0x00..=0x7f => (0, first),
        0x80..=0xbf => (1, first & 0x3f),
        0xc0..=0xdf => (2, first & 0x1f),
        0xe0..=0xef => (3, first & 0x0f),
        0xf0..=0xf7 => (4, 0),
        _ => return Err(WireError::ControlByte(first)),
    };
    let Some(rest) = bytes.get(1..=more) else {
        return Ok(None);
    };
    let length = rest
        .iter()
        .fold(usize::from(high), |sum, &byte| sum << 8 | usize::from(byte));
    Ok(Some((length, 1 + more)))
}

/// Appends the announcement of a word of `length` bytes.
pub(crate) fn put_length(out: &mut Vec<u8>, length: usize) {
    let [.., a, b, c, d] = length.to_be_bytes();
    match length {
        0..=0x7f => out.push(d),
        0x80..=0x3fff => out.extend([c | 0x80, d]),
        0x4000..=0x1f_ffff => out.extend([b | 0xc0, c, d]),
        0x20_0000..=0xfff_ffff => out.extend([a | 0xe0, b, c, d]),
        _ => out.extend([0xf0, a, b, c, d]),
    }
}

/// Appends one whole sentence.
pub(crate) fn put_sentence<W: AsRef<[u8]>>(out: &mut Vec<u8>, words: &[W]) {
    for word in words {
        put_length(out, word.as_ref().len());
        out.extend_from_slice(word.as_ref());
    }
    out.push(0);
}
