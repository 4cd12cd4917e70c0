use crate::sim::api::wire::{Decoder, WireError, put_length, put_sentence};
use crate::sim::text::{to_bytes, to_text};

#[test]
fn lengths_are_announced_as_the_manual_says() {
    let cases: [(usize, &[u8]); 9] = [
        (0, &[0]),
        (0x7f, &[0x7f]),
        (0x80, &[0x80, 0x80]),
        (0x3fff, &[0xbf, 0xff]),
        (0x4000, &[0xc0, 0x40, 0x00]),
        (0x1f_ffff, &[0xdf, 0xff, 0xff]),
        (0x20_0000, &[0xe0, 0x20, 0x00, 0x00]),
        (0xfff_ffff, &[0xef, 0xff, 0xff, 0xff]),
        (0x1000_0000, &[0xf0, 0x10, 0x00, 0x00, 0x00]),
    ];
    for (length, bytes) in cases {
        let mut out = Vec::new();
        put_length(&mut out, length);
        assert_eq!(out, bytes, "{length:#x}");
    }
}

#[test]
fn a_sentence_survives_being_cut_anywhere() {
    let words = [
        b"!re".to_vec(),
        vec![b'x'; 300],
        b"=ssid=\xff\xfe".to_vec(),
        vec![b'y'; 20_000],
    ];
    let mut bytes = Vec::new();
    put_sentence(&mut bytes, &words);
    for cut in [1, 2, 4, 5, 6, 310, bytes.len() - 1] {
        let mut decoder = Decoder::new(1 << 20);
        decoder.push(&bytes[..cut]);
        assert_eq!(decoder.sentence(), Ok(None), "cut at {cut}");
        decoder.push(&bytes[cut..]);
        decoder.push(&[0]);
        assert_eq!(decoder.sentence(), Ok(Some(words.to_vec())), "cut at {cut}");
        assert_eq!(decoder.sentence(), Ok(None), "an empty sentence is none");
    }
}

#[test]
fn a_word_beyond_the_limit_is_refused_when_it_is_announced() {
    let mut decoder = Decoder::new(4096);
    decoder.push(&[0xf0, 0x80, 0, 0, 0]);
    assert_eq!(
        decoder.sentence(),
        Err(WireError::TooLong {
            announced: 1 << 31,
            limit: 4096
        })
    );
    let mut decoder = Decoder::new(10);
    decoder.push(&[6, 1, 2, 3, 4, 5, 6, 5]);
    assert_eq!(
        decoder.sentence(),
        Err(WireError::TooLong {
            announced: 11,
            limit: 10
        }),
        "words add up"
    );
    let mut decoder = Decoder::new(10);
    decoder.push(&[0xf8]);
    assert_eq!(decoder.sentence(), Err(WireError::ControlByte(0xf8)));
}

#[test]
fn bytes_that_are_no_text_come_back_as_they_were() {
    for bytes in [&b"plain"[..], "Bürostraße".as_bytes(), b"\xff\x80caf\xc3\xa9\xc3"] {
        assert_eq!(to_bytes(&to_text(bytes)), bytes);
    }
}
