//! Text that may carry bytes which are no UTF-8, as SSIDs and comments do.

/// The first of 128 characters that stand for the bytes 0x80 to 0xff that are no UTF-8.
const STRAY: u32 = 0x10_ff00;

/// Text of a word. Bytes that are no UTF-8 become characters that [`to_bytes`] turns back into the same bytes.
pub(super) fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(
            chunk
                .invalid()
                .iter()
                .filter_map(|&byte| char::from_u32(STRAY + u32::from(byte))),
        );
    }
    text
}

/// The bytes of a text made by [`to_text`].
pub(super) fn to_bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u32::from(c).checked_sub(STRAY).map(u8::try_from) {
            Some(Ok(byte)) => bytes.push(byte),
            _ => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}
