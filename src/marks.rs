//! The comments by which the agent finds its items on the router again.

use crate::names::{Bssid, InterfaceName, Ssid};

/// The comment of a managed item begins with this.
pub const COMMENT_PREFIX: &str = "tikroam:";

/// The comment of the address item of a radio, such as `tikroam:wlan1`.
#[must_use]
pub fn address_comment(radio: &InterfaceName) -> String {
    format!("{COMMENT_PREFIX}{}", radio.as_str())
}

/// How the comment of the DHCP client of a radio begins, such as `tikroam:dhcp:wlan1`. What follows after a blank is the
/// network that its lease was asked for.
#[must_use]
pub fn client_comment(radio: &InterfaceName) -> String {
    format!("{COMMENT_PREFIX}dhcp:{}", radio.as_str())
}

/// The comment of a DHCP client whose lease was asked for on this network; a cable's names none.
#[must_use]
pub fn client_comment_on(interface: &InterfaceName, network: Option<&Ssid>) -> Vec<u8> {
    let mut comment = client_comment(interface).into_bytes();
    if let Some(network) = network {
        comment.push(b' ');
        comment.extend_from_slice(network.as_bytes());
    }
    comment
}

/// The comment of the default route item.
pub const ROUTE_COMMENT: &str = "tikroam:default";

/// The comment of the connect-list rule that steers a radio, such as `tikroam:hunt:wlan2`.
#[must_use]
pub fn hunt_comment(radio: &InterfaceName) -> String {
    format!("{COMMENT_PREFIX}hunt:{}", radio.as_str())
}

/// What is added to a radio's comment while its own settings steer it to an AP: the AP, and the frequencies that the radio
/// had before, such as `tikroam:hunt=02:00:00:00:00:01=2412,2437`.
#[must_use]
pub fn steer_mark(bssid: Bssid, frequencies: &str) -> String {
    format!("{STEER}{bssid}={frequencies}")
}

const STEER: &str = "tikroam:hunt=";

/// What the mark in a radio's comment says: the AP, and the frequencies that the radio had before, empty for all.
#[must_use]
pub fn steered_to(comment: &[u8]) -> Option<(Bssid, String)> {
    let (bssid, frequencies) = comment.split(|byte| *byte == b' ').find_map(|word| {
        let mark = std::str::from_utf8(word).ok()?.strip_prefix(STEER)?;
        mark.split_once('=')
    })?;
    Some((bssid.parse().ok()?, frequencies.to_owned()))
}

/// A radio's comment without the mark.
#[must_use]
pub fn unsteered(comment: &[u8]) -> Vec<u8> {
    let words = comment.split(|byte| *byte == b' ');
    let kept: Vec<&[u8]> = words.filter(|word| !word.starts_with(STEER.as_bytes())).collect();
    kept.join(&b' ')
}

/// The comment of that rule while the radio searches fewer channels than its own: its own scan-list stands there until it
/// has that again, such as `tikroam:hunt:wlan2 scan-list=default`.
#[must_use]
pub fn hunt_comment_keeping(radio: &InterfaceName, scan_list: &str) -> String {
    format!("{}{KEPT}{scan_list}", hunt_comment(radio))
}

/// Whether a comment is that of the rule that steers this radio.
#[must_use]
pub fn is_hunt_comment(comment: &str, radio: &InterfaceName) -> bool {
    let own = comment.split_once(KEPT).map_or(comment, |(own, _)| own);
    own == hunt_comment(radio)
}

/// The scan-list that such a comment keeps.
#[must_use]
pub fn kept_scan_list(comment: &str) -> Option<&str> {
    comment.split_once(KEPT).map(|(_, scan_list)| scan_list)
}

/// The comment of the connect-list rule that keeps a radio off the AP of the active one, such as `tikroam:avoid:wlan2`.
#[must_use]
pub fn avoid_comment(radio: &InterfaceName) -> String {
    format!("{COMMENT_PREFIX}avoid:{}", radio.as_str())
}

const KEPT: &str = " scan-list=";

/// What is added to the tunnel's comment while a swap has it off.
///
/// A disabled tunnel without it was disabled by a person.
pub const TUNNEL_MARK: &str = "tikroam:swap";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_radios_mark_is_read_back_and_taken_off_beside_a_persons_words() {
        let ap = Bssid([2, 0, 0, 0, 0, 9]);
        for list in ["", "2412,2437", "5180-5240:20"] {
            let comment = format!("roof left {}", steer_mark(ap, list));
            assert_eq!(steered_to(comment.as_bytes()), Some((ap, list.to_owned())));
            assert_eq!(unsteered(comment.as_bytes()), b"roof left");
        }
        assert_eq!(steered_to(b"tikroam:hunt=nonsense"), None);
        assert_eq!(unsteered(b"roof  left"), b"roof  left", "a person's blanks stay");
    }
}
