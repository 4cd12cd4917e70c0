//! The script on the box, as people read it in the router.

use super::kinds::Dialed;

/// The comment by which the on-box script finds its own items.
pub(crate) const SCRIPT: &str = "script:uplink";

/// The on-box script in the router's own language, for people to read: the vehicle's controller does the work.
pub(super) fn source(radios: &[String], tunnel: Option<&Dialed>) -> String {
    let bounce = |verb: &str| match tunnel {
        Some(kind) => {
            let menu = kind.menu.schema().path.replace('/', " ");
            format!("/{} {verb} {}\r\n", menu.trim_start(), kind.name)
        }
        None => String::new(),
    };
    let (off, on) = (bounce("disable"), bounce("enable"));
    let mut source = String::from(
        "# The lead goes to the other radio at -80 dBm; address and route follow its SSID.\r\n:global lead\r\n",
    );
    for radio in radios {
        source += &format!(
            ":if ($lead = \"{radio}\") do={{\r\n\
             {off}\
             /ip address set [find comment=\"{SCRIPT}\"] interface={radio} address=$address\r\n\
             /ip route set [find comment=\"{SCRIPT}\"] gateway=\"$gateway%{radio}\"\r\n\
             {on}\
             }}\r\n"
        );
    }
    source
}
