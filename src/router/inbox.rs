//! Bytes from the router, cut into sentences before the crate sees them.
//!
//! The crate's connection decodes by itself, but then nobody can look at what it drops: `=ret=` of a login, `!fatal`
//! with its reason in an attribute, and `!empty`, which it takes for the end of a call although `!done` follows. Cut here,
//! each sentence can be looked at and then handed on as it came. The bound on what is held is kept here as well.

use mikrotik_rs::proto::codec::{Decode, RawSentence, decode_length, decode_sentence};
use mikrotik_rs::proto::error::DecodeError;

use super::outcome::Lost;
use super::stranger::Stranger;
use crate::names::shortened;

/// Bytes that came and are not read yet.
#[derive(Debug)]
pub(super) struct Inbox {
    bytes: Vec<u8>,
    // How much of `bytes` was handed out already.
    taken: usize,
    // How much of the next sentence is there in whole words: a peer that sends single bytes must not have all read again.
    scanned: usize,
    // Sentences without a word since the last that had one.
    blanks: u32,
    limit: usize,
}

/// A router may send sentences without a word; one that sends nothing else only keeps a core busy.
const MOST_BLANKS: u32 = 1_000;

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
            scanned: 0,
            blanks: 0,
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
    /// cannot be the API's: also for a thousand sentences without a word.
    pub(super) fn next(&mut self) -> Result<Option<RawAnswer<'_>>, Lost> {
        while let Some(length) = self.next_word()? {
            if length > 0 {
                continue;
            }
            let rest = self.bytes.get(self.taken..).unwrap_or_default();
            let bytes = rest.get(..self.scanned).unwrap_or_default();
            self.taken += self.scanned;
            self.scanned = 0;
            let Decode::Complete { value: words, .. } = decode_sentence(bytes).map_err(garbled)? else {
                return Ok(None);
            };
            self.blanks = if words.is_empty() { self.blanks + 1 } else { 0 };
            if self.blanks > MOST_BLANKS {
                return Err(Lost::Garbled(0));
            }
            return Ok(Some(RawAnswer { bytes, words }));
        }
        Ok(None)
    }

    /// The length of the next word, if it is there whole.
    fn next_word(&mut self) -> Result<Option<usize>, Lost> {
        let rest = self.bytes.get(self.taken + self.scanned..).unwrap_or_default();
        let Decode::Complete { value, .. } = decode_length(rest).map_err(garbled)? else {
            return Ok(None);
        };
        let (length, prefix) = (value.0 as usize, value.1);
        let size = length.saturating_add(prefix);
        if self.scanned.saturating_add(size) > self.limit {
            return Err(Lost::TooLong { limit: self.limit });
        }
        if rest.len() < size {
            return Ok(None);
        }
        self.scanned += size;
        Ok(Some(length))
    }

    /// Who sends, when it is not a router; to be asked before the first sentence. `ended`: nothing more will come.
    pub(super) fn stranger(&self, ended: bool) -> Option<Stranger> {
        Stranger::of(&self.bytes, ended)
    }
}

fn garbled(DecodeError::InvalidLengthPrefix(byte): DecodeError) -> Lost {
    Lost::Garbled(byte)
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
        shortened(&String::from_utf8_lossy(reason))
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
    fn zeros_end_a_session_and_do_not_keep_a_core_busy() {
        let mut inbox = Inbox::new(1000);
        inbox.push(&vec![0; 100_000]);
        let mut blank = 0;
        let lost = loop {
            match inbox.next() {
                Ok(Some(answer)) => assert!(answer.is_blank()),
                Ok(None) => panic!("the zeros were read to their end"),
                Err(lost) => break lost,
            }
            blank += 1;
        };
        assert_eq!((blank, lost), (1_000, Lost::Garbled(0)));
    }

    #[test]
    fn single_bytes_cost_no_more_than_a_whole() {
        // Read again from its beginning at each byte, this takes minutes.
        let word = [&b"\x7f"[..], &[b'a'; 127]].concat();
        let mut inbox = Inbox::new(4 << 20);
        for byte in word.repeat(2_000).iter().chain(b"\x00") {
            assert!(inbox.next().unwrap().is_none());
            inbox.push(&[*byte]);
        }
        assert_eq!(inbox.next().unwrap().unwrap().bytes.len(), 2_000 * 128 + 1);
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
