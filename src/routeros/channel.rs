//! The frequency and the channel of an access point, from the text that a router writes.

/// The frequency in MHz in a router's text such as `2437/20/gn(20dBm)` or `5180/20-Ceee/ac`; `None` when it names none.
#[must_use]
pub fn frequency(text: &str) -> Option<u16> {
    let digits = text.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().ok()
}

/// The channel number in such a text; 0 when it names none.
#[must_use]
pub fn channel(text: &str) -> u16 {
    let Some(mhz) = frequency(text) else { return 0 };
    match mhz {
        2412..=2472 => (mhz - 2407) / 5,
        2484 => 14,
        5160..=5885 => (mhz - 5000) / 5,
        5955..=7115 => (mhz - 5950) / 5,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frequency_of_any_band_is_a_channel_and_anything_else_is_none() {
        let frequencies = [
            ("2412/20/gn", 1),
            ("2437/20-Ce/gn(20dBm)", 6),
            ("2472", 13),
            ("2484/20/b", 14),
            ("5180/20-Ceee/ac(10dBm)", 36),
            ("5825/20/ac", 165),
            ("5500/ax/Ceee", 100),
            ("5955/ax", 1),
            ("", 0),
            ("auto", 0),
            ("900/10", 0),
            ("99999/20", 0),
        ];
        for (text, number) in frequencies {
            assert_eq!(channel(text), number, "{text}");
        }
    }
}
