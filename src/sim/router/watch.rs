//! Commands that go on showing a menu: `listen`, and `print` with `follow`, `follow-only` or `interval`.

use std::collections::BTreeMap;
use std::time::Duration;

use super::call::{Call, project, span};
use super::menus::Menu;
use super::tables::Fields;
use super::trap::Trap;
use crate::sim::vehicle::Vehicle;

/// How soon a change is sent. Nobody has measured it on a router.
const SOON: Duration = Duration::from_millis(100);
/// The shortest interval of a print that repeats.
const SHORTEST: Duration = Duration::from_millis(200);

/// Properties that are measured or count on: a row with nothing else new has not changed. UNSURE for signals.
const MEASURED: [&str; 24] = [
    "uptime",
    "last-activity",
    "packets",
    "bytes",
    "signal-strength",
    "signal-to-noise",
    "signal",
    "tx-rate",
    "rx-rate",
    "tx-ccq",
    "rx-byte",
    "tx-byte",
    "rx-packet",
    "tx-packet",
    "rx",
    "tx",
    "last-handshake",
    "timeout",
    "orig-bytes",
    "repl-bytes",
    "orig-packets",
    "repl-packets",
    "expires-after",
    "last-seen",
];

/// A menu that goes on being shown.
#[derive(Debug)]
pub(crate) struct Watch {
    menu: Menu,
    call: Call,
    reader: Option<Vec<String>>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// All rows, again and again.
    Again(Duration),
    /// The rows that come, change or go; `None` = nothing was looked at yet.
    Changes {
        seen: Option<BTreeMap<String, Fields>>,
        first: bool,
    },
}

impl Watch {
    /// What a call goes on to show; `None` = it is a print that ends.
    ///
    /// # Errors
    ///
    /// An interval that is none or too short.
    pub(crate) fn read(
        vehicle: &Vehicle,
        menu: Menu,
        verb: &str,
        call: &Call,
        reader: Option<&[String]>,
    ) -> Result<Option<Self>, Trap> {
        let mut call = call.clone();
        let changes = |first| Kind::Changes { seen: None, first };
        let kind = if verb == "listen" {
            // Only a print has queries.
            call.queries.clear();
            changes(false)
        } else if call.flag("follow") || call.flag("follow-only") {
            changes(!call.flag("follow-only"))
        } else if let Some(interval) = span(&call, "interval", 1.0)? {
            if interval < SHORTEST {
                return Err(Trap::new("value of interval out of range (00:00:00.200..)"));
            }
            Kind::Again(span(&call, "interval", vehicle.speed)?.unwrap_or(interval))
        } else {
            return Ok(None);
        };
        call.attributes
            .retain(|(name, _)| !matches!(name.as_str(), "follow" | "follow-only" | "interval" | "count-only"));
        // A wrong query is refused at once.
        vehicle.found(menu, &call, reader)?;
        let reader = reader.map(<[String]>::to_vec);
        Ok(Some(Watch {
            menu,
            call,
            reader,
            kind,
        }))
    }

    /// When it looks again.
    pub(crate) fn period(&self) -> Duration {
        match self.kind {
            Kind::Again(interval) => interval,
            Kind::Changes { .. } => SOON,
        }
    }

    /// The rows to send now, and whether a whole table has none.
    pub(crate) fn turn(&mut self, vehicle: &Vehicle) -> (Vec<Fields>, bool) {
        let proplist = self.call.get(".proplist");
        let mut rows = vehicle
            .found(self.menu, &self.call, self.reader.as_deref())
            .unwrap_or_default();
        let Kind::Changes { seen, first } = &mut self.kind else {
            let empty = rows.is_empty();
            project(&mut rows, proplist);
            return (rows, empty);
        };
        let before = seen.take();
        let silent = before.is_none() && !*first;
        let before = before.unwrap_or_default();
        let id = |row: &Fields| row.iter().find(|(name, _)| *name == ".id").map(|(_, id)| id.clone());
        let now: BTreeMap<String, Fields> = rows.iter().filter_map(|row| Some((id(row)?, row.clone()))).collect();
        let gone: Vec<String> = before.keys().filter(|id| !now.contains_key(*id)).cloned().collect();
        rows.retain(|row| {
            let old = id(row).and_then(|id| before.get(&id));
            !silent && old.is_none_or(|old| !lasting(old).eq(lasting(row)))
        });
        project(&mut rows, proplist);
        rows.extend(
            gone.into_iter()
                .map(|id| vec![(".id", id), (".dead", "true".to_owned())]),
        );
        *seen = Some(now);
        (rows, false)
    }
}

/// The properties that do not change by themselves all the time.
fn lasting(row: &Fields) -> impl Iterator<Item = &(&'static str, String)> {
    row.iter().filter(|(name, _)| !MEASURED.contains(name))
}
