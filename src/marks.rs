//! The comments by which the agent finds its items on the router again.

use crate::names::{InterfaceName, Ssid};

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

/// The comment of a radio's DHCP client whose lease was asked for on this network.
#[must_use]
pub fn client_comment_on(radio: &InterfaceName, network: &Ssid) -> Vec<u8> {
    [client_comment(radio).as_bytes(), b" ", network.as_bytes()].concat()
}

/// The comment of the default route item.
pub const ROUTE_COMMENT: &str = "tikroam:default";

/// The comment of the connect-list rule that steers a radio, such as `tikroam:hunt:wlan2`.
#[must_use]
pub fn hunt_comment(radio: &InterfaceName) -> String {
    format!("{COMMENT_PREFIX}hunt:{}", radio.as_str())
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
