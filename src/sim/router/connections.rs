//! What the router shows of its tunnel's connections: tracked ones, and the state of WireGuard's peer.

use super::factory::{CONCENTRATOR, WIREGUARD_PORT};
use super::kinds;
use super::tables::Fields;
use super::values::{duration_text, id_text};
use crate::sim::vehicle::Vehicle;

/// The first id of connections of a tunnel that was dialed.
const DIALED: u32 = 0x1000;

impl Vehicle {
    /// The tunnel's connections that the firewall tracks.
    pub(crate) fn connections(&self) -> Vec<Fields> {
        let tracked = self.wireguard.tracked().iter().map(|one| {
            let (own, office) = (
                format!("{}:{}", one.bound.source, one.port),
                format!("{CONCENTRATOR}:{WIREGUARD_PORT}"),
            );
            connection(one.id, "udp", (own, office), one.replied)
        });
        let mut rows: Vec<Fields> = tracked.collect();
        if let (Some(call), Some(kind)) = (self.dialed.call(), kinds::dialed(self.tunnel)) {
            let (own, office) = (call.bound.source, CONCENTRATOR);
            // Each dial has a port of its own.
            let port = 40_000 + call.session % 20_000;
            for ((protocol, to), id) in kind.tracked.iter().zip(DIALED..) {
                let ends = match to {
                    Some(to) => (format!("{own}:{port}"), format!("{office}:{to}")),
                    None => (own.to_string(), office.to_string()),
                };
                rows.push(connection(id, protocol, ends, true));
            }
        }
        rows
    }

    /// What a print shows of WireGuard's peer beside its configuration.
    pub(crate) fn peer_state(&self) -> Fields {
        let mut fields = Fields::new();
        let (received, sent) = self.wireguard.bytes;
        if let Some(made) = self.wireguard.last_handshake() {
            let age = self.now.saturating_sub(made);
            fields.push(("current-endpoint-address", CONCENTRATOR.to_string()));
            fields.push(("current-endpoint-port", WIREGUARD_PORT.to_string()));
            fields.push(("last-handshake", duration_text(age, false)));
        }
        fields.push(("rx", received.to_string()));
        fields.push(("tx", sent.to_string()));
        fields.push(("dynamic", "false".into()));
        fields
    }
}

fn connection(id: u32, protocol: &str, (own, office): (String, String), replied: bool) -> Fields {
    vec![
        (".id", id_text(id)),
        ("protocol", protocol.into()),
        ("src-address", own.clone()),
        ("dst-address", office.clone()),
        ("reply-src-address", office),
        ("reply-dst-address", own),
        ("timeout", if replied { "2m59s" } else { "9s" }.into()),
        ("seen-reply", replied.to_string()),
        ("assured", replied.to_string()),
    ]
}
