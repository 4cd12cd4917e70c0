//! What answers on the port when it is not the API.

use std::fmt;

/// Another service, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stranger {
    /// A secure shell.
    Ssh,
    /// A web server.
    Http,
    /// A service that waits for TLS.
    Tls,
    /// Something else.
    Other,
}

/// So many bytes say which service it is.
const ENOUGH: usize = 5;

impl Stranger {
    /// Who sent these first bytes; `None` while they may be those of a reply of the API, whose first word begins with `!`,
    /// or are too few and more may come.
    pub(super) fn of(bytes: &[u8], ended: bool) -> Option<Stranger> {
        let begin = bytes.iter().position(|byte| *byte != 0)?;
        let is_reply = match bytes.get(begin..)? {
            [1..=0x7f, second, ..] => *second == b'!',
            [1..=0x7f] => true,
            _ => false,
        };
        if is_reply || !ended && bytes.len() < ENOUGH {
            return None;
        }
        Some(match bytes {
            [b'S', b'S', b'H', b'-', ..] => Stranger::Ssh,
            [b'H', b'T', b'T', b'P', ..] => Stranger::Http,
            // A record with an alert or a part of a handshake (RFC 8446, 5.1).
            [21 | 22, 3, ..] => Stranger::Tls,
            _ => Stranger::Other,
        })
    }
}

impl fmt::Display for Stranger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stranger::Ssh => ": an SSH server answers",
            Stranger::Http => ": a web server answers",
            Stranger::Tls => ": a service answers that waits for TLS",
            Stranger::Other => "",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_found_by_its_first_bytes() {
        for (bytes, stranger) in [
            (&b"SSH-2.0-ROSSSH\r\n"[..], Some(Stranger::Ssh)),
            (b"HTTP/1.1 400", Some(Stranger::Http)),
            (b"\x15\x03\x03\x00\x02\x02\x28", Some(Stranger::Tls)),
            (b"220 FTP server", Some(Stranger::Other)),
            (b"\xff\xfd\x18\xff\xfd", Some(Stranger::Other)),
            (b"\x80\x05!done", Some(Stranger::Other)),
            (b"\x05!done\x00", None),
            (b"\x00\x00\x05!done\x00", None),
            (b"\x05", None),
            (b"", None),
            (b"\x00\x00\x00\x00\x00\x00", None),
            (b"SSH", None),
        ] {
            assert_eq!(Stranger::of(bytes, false), stranger, "{bytes:?}");
        }
        assert_eq!(Stranger::of(b"hm", true), Some(Stranger::Other));
        assert_eq!(Stranger::of(b"\x05!", true), None);
    }
}
