//! When the vehicle was dark.

use crate::names::Bssid;
use crate::plot::Span;

/// A time in which the vehicle was not reachable, in seconds since 1970, and where it was.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spell {
    pub(super) span: Span,
    pub(super) ap: Option<Bssid>,
    pub(super) network: Option<String>,
}

/// Spells without overlap, the oldest first: a swap's dark and what the probe lost meanwhile are one.
pub(super) fn united(mut spells: Vec<Spell>) -> Vec<Spell> {
    spells.retain(|spell| spell.span.to > spell.span.from);
    spells.sort_by(|one, other| one.span.from.total_cmp(&other.span.from));
    let mut united: Vec<Spell> = Vec::with_capacity(spells.len());
    for spell in spells {
        match united.last_mut() {
            Some(last) if spell.span.from <= last.span.to => last.span.to = last.span.to.max(spell.span.to),
            _ => united.push(spell),
        }
    }
    united
}

/// The parts of a span in each hour since 1970.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "hours since 1970"
)]
pub(super) fn by_hour(span: Span) -> impl Iterator<Item = (u64, f64)> {
    let (first, last) = ((span.from / 3600.0) as u64, (span.to / 3600.0) as u64);
    (first..=last).map(move |hour| {
        let start = hour as f64 * 3600.0;
        (hour, (span.to.min(start + 3600.0) - span.from.max(start)).max(0.0))
    })
}
