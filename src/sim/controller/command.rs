//! How a controller on the box sends its commands, and what the vehicle under it says.

use std::net::Ipv4Addr;

use crate::sim::router::call::Call;
use crate::sim::router::menus::Menu;
use crate::sim::router::values::id_text;
use crate::sim::vehicle::Vehicle;
use crate::sim::world::events::Sender;

/// A host behind the tunnel with which the vehicle speaks.
const PEER: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 1);

/// The vehicle says something to the office.
pub(super) fn speak(vehicle: &mut Vehicle) {
    vehicle.asks_through_tunnel(PEER, 1);
}

/// The id of the item with this comment.
pub(super) fn id_by_comment(vehicle: &Vehicle, menu: Menu, comment: &str) -> Option<String> {
    let mut rows = vehicle.table(menu).rows.iter();
    let row = rows.find(|row| row.get("comment") == Some(comment))?;
    Some(id_text(row.id))
}

/// Sends a command.
pub(super) fn run(vehicle: &mut Vehicle, command: &str, attributes: &[(&str, &str)]) {
    let attributes = attributes.iter();
    let call = Call {
        command: command.into(),
        attributes: attributes
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..Call::default()
    };
    vehicle.execute(&call, Sender::Script, None);
}
