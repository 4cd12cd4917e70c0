//! What came of a journal, for programs and the page.

use serde::Serialize;

use crate::ap_names::ApNames;
use crate::names::Bssid;
use crate::plot::Span;
use crate::units::WallTime;

use super::dark::Spell;
use super::series::Sections;
use super::swaps::Swap;

/// What came of a journal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The vehicle's name, where it has one.
    pub vehicle: Option<String>,
    /// When the first entry was written.
    pub from: WallTime,
    /// When the last entry was written.
    pub to: WallTime,
    /// What it ran on.
    pub environment: Environment,
    /// Everything together.
    pub totals: Totals,
    /// Each hour (UTC) that has entries.
    pub hours: Vec<Hour>,
    /// Each network, the darkest first.
    pub networks: Vec<Share>,
    /// Each access point, the darkest first.
    pub aps: Vec<Share>,
    /// When the vehicle was dark.
    pub dark: Vec<Dark>,
    /// Every swap, the oldest first.
    pub swaps: Vec<Swap>,
    /// The names of access points.
    pub names: ApNames,
    #[serde(skip)]
    pub(super) sections: Sections,
    #[serde(skip)]
    pub(super) trigger: Option<(f64, f64)>,
}

/// What a journal says of where it was written; each in the order of appearance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Environment {
    /// Versions of the program.
    pub versions: Vec<String>,
    /// Hashes of its configurations, without secrets.
    pub configurations: Vec<String>,
    /// The routers with their RouterOS versions.
    pub routers: Vec<String>,
}

/// Everything together.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Totals {
    /// How long the agent read its router, in seconds.
    pub driven_seconds: f64,
    /// How long the vehicle was dark, in seconds.
    pub dark_seconds: f64,
    /// The longest dark, in seconds.
    pub longest_dark_seconds: f64,
    /// How many decisions were made.
    pub steps: u64,
    /// How many swaps.
    pub swaps: usize,
    /// Of these, those whose tunnel did not come up in its patience.
    pub swaps_not_up: usize,
    /// Of these, those back to the access point just left.
    pub ping_pongs: usize,
    /// How often the vehicle was not reachable as its probe says.
    pub not_reachable: u64,
    /// How often the session with the router was lost.
    pub sessions_lost: u64,
    /// How often the agent began.
    pub starts: u64,
    /// Entries that could not be written.
    pub entries_missing: u64,
    /// Lines that could not be read.
    pub unreadable_lines: u64,
    /// The first of them, and why.
    pub first_unreadable: Option<String>,
}

/// One hour.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hour {
    /// Its start.
    pub from: WallTime,
    /// How long the agent read its router in it, in seconds.
    pub driven_seconds: f64,
    /// How long the vehicle was dark in it, in seconds.
    pub dark_seconds: f64,
    /// The swaps decided in it.
    pub swaps: usize,
    /// Of these, those back to the access point just left.
    pub ping_pongs: usize,
}

/// What a network or an access point did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Share {
    /// The network.
    pub network: Option<String>,
    /// The access point; `None` in a row of a network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ap: Option<Bssid>,
    /// How long it carried the vehicle, in seconds.
    pub active_seconds: f64,
    /// Its mean signal in that time, in dBm.
    pub signal_dbm: Option<f64>,
    /// How long the vehicle was dark on it or by a swap to it, in seconds.
    pub dark_seconds: f64,
    /// Swaps to it.
    pub swaps_to: usize,
    /// Of these, those whose tunnel did not come up.
    pub swaps_not_up: usize,
}

/// A time in which the vehicle was dark.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dark {
    /// Its start.
    pub from: WallTime,
    /// How long, in seconds.
    pub seconds: f64,
    /// The access point that carried the vehicle, or was to.
    pub ap: Option<Bssid>,
    /// Its network.
    pub network: Option<String>,
    #[serde(skip)]
    pub(super) span: Span,
}

impl From<Spell> for Dark {
    fn from(spell: Spell) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "milliseconds since 1970"
        )]
        let from = WallTime::from_millis((spell.span.from.max(0.0) * 1000.0) as u64);
        Dark {
            from,
            seconds: spell.span.to - spell.span.from,
            ap: spell.ap,
            network: spell.network,
            span: spell.span,
        }
    }
}
