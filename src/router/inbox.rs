//! Bytes from the router, cut into sentences before the crate sees them.
//!
//! The crate's connection decodes by itself, but then nobody can look at what it drops: `=ret=` of a login, `!fatal`
//! with its reason in an attribute, and `!empty`, which it takes for the end of a call although `!done` follows. Cut here,
//! each sentence can be looked at and then handed on as it came. The bound on what is held is kept here as well.

use mikrotik_rs::proto::codec::{Decode, RawSentence, decode_sentence};
use mikrotik_rs::proto::error::DecodeError;

use super::outcome::Lost;

/// Bytes that came and are not read yet.
#[derive(Debug)]
pub(super) struct Inbox {
    bytes: Vec<u8>,
    // How much of `bytes` was handed out already.
    taken: usize,
    limit: usize,
}

/// One sentence as it came.
#[derive(Debug)]
pub(super) struct RawAnswer<'a> {
    pub(super) bytes: &'a [u8],
    words: RawSentence<'a>,
}

impl Inbox {
    /// An inbox that never holds a sentence longer than `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        Inbox {
            bytes: Vec::new(),
            taken: 0,
            limit,
        }
    }

    /// Changes the bound.
    pub(super) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Takes what was read from the socket.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.taken);
        self.taken = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole sentence, if there is one.
    ///
    /// # Errors
    ///
    /// [`Lost::TooLong`] as soon as a word is announced that goes beyond the bound, [`Lost::Garbled`] when the bytes
    /// cannot be the API's.
    pub(super) fn next(&mut self) -> Result<Option<RawAnswer<'_>>, Lost> {
        let rest = self.bytes.get(self.taken..).unwrap_or_default();
        match decode_sentence(rest) {
            Ok(Decode::Complete { value, bytes_consumed }) => {
                self.taken += bytes_consumed;
                Ok(Some(RawAnswer {
                    bytes: rest.get(..bytes_consumed).unwrap_or_default(),
                    words: value,
                }))
            }
            Ok(Decode::Incomplete { needed }) => {
                let needed = needed.map_or(0, usize::from);
                if rest.len().saturating_add(needed) > self.limit {
                    return Err(Lost::TooLong { limit: self.limit });
                }
                Ok(None)
            }
            Err(DecodeError::InvalidLengthPrefix(byte)) => Err(Lost::Garbled(byte)),
        }
    }
}

impl<'a> RawAnswer<'a> {
    /// Whether the reply word is this one.
    pub(super) fn is(&self, reply: &str) -> bool {
        self.words.words().next() == Some(reply.as_bytes())
    }

    /// Whether the sentence holds nothing at all; routers may send such and they mean nothing.
    pub(super) fn is_blank(&self) -> bool {
        self.words.is_empty()
    }

    /// The value of an attribute, wherever in the sentence it stands.
    pub(super) fn attribute(&self, key: &str) -> Option<&'a [u8]> {
        self.words.words().find_map(|word| {
            word.strip_prefix(b"=")?
                .strip_prefix(key.as_bytes())?
                .strip_prefix(b"=")
        })
    }

    /// The reason of a `!fatal`: a bare word, or `=message=`.
    pub(super) fn fatal_reason(&self) -> String {
        let bare = || self.words.words().skip(1).find(|word| !word.starts_with(b".tag="));
        let reason = self.attribute("message").or_else(bare).unwrap_or_default();
        String::from_utf8_lossy(reason).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_cut_wherever_the_network_cut_them() {
        let bytes = b"\x05!done\x07.tag=12\x00\x00\x06!fatal\x04=a=b\x00";
        for cut in 0..bytes.len() {
            let mut inbox = Inbox::new(100);
            let mut seen = Vec::new();
            for part in [&bytes[..cut], &bytes[cut..]] {
                inbox.push(part);
                while let Some(answer) = inbox.next().unwrap() {
                    seen.push((answer.is("!done"), answer.is("!fatal"), answer.is_blank()));
                }
            }
            assert_eq!(
                seen,
                [(true, false, false), (false, false, true), (false, true, false)],
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn an_announcement_beyond_the_bound_is_refused_before_the_bytes_come() {
        let mut inbox = Inbox::new(1000);
        inbox.push(&[0xF0, 0x7F, 0xFF, 0xFF, 0xFF, b'!']);
        assert_eq!(inbox.next().unwrap_err(), Lost::TooLong { limit: 1000 });
    }

    #[test]
    fn many_short_words_are_bounded_as_well() {
        let mut inbox = Inbox::new(1000);
        inbox.push(&b"\x01a".repeat(501));
        assert_eq!(inbox.next().unwrap_err(), Lost::TooLong { limit: 1000 });
    }

    #[test]
    fn a_reserved_length_byte_is_not_the_api() {
        let mut inbox = Inbox::new(1000);
        inbox.push(b"\xff\x00");
        assert_eq!(inbox.next().unwrap_err(), Lost::Garbled(0xff));
    }

    #[test]
    fn both_forms_of_a_fatal_reason() {
        for (bytes, reason) in [
            (&b"\x06!fatal\x06enough\x00"[..], "enough"),
            (b"\x06!fatal\x0f=message=enough\x00", "enough"),
            (b"\x06!fatal\x07.tag=12\x06enough\x00", "enough"),
            (b"\x06!fatal\x00", ""),
        ] {
            let mut inbox = Inbox::new(100);
            inbox.push(bytes);
            assert_eq!(inbox.next().unwrap().unwrap().fatal_reason(), reason);
        }
    }
}
