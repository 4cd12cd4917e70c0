//! The ear: when which radio scans. One scan is under way at a time.

use std::collections::BTreeMap;

use crate::handover::settings::Hunt;
use crate::names::UplinkId;
use crate::observation::UplinkView;
use crate::routeros::Band;
use crate::units::Moment;

/// From one scan of all channels to the next, in intervals, where the standby has no usable place to lose and where it has.
const EVERYWHERE: (u32, u32) = (3, 24);

/// The scans that were begun.
#[derive(Debug, Clone, Default)]
pub(super) struct Ear {
    /// When the last scan of each band began.
    begun: BTreeMap<Option<Band>, Moment>,
    /// When all channels of each band were last listened to.
    everywhere: BTreeMap<Option<Band>, Moment>,
    /// The scan that has not ended yet, and when it began.
    under_way: Option<(UplinkId, Moment)>,
}

impl Ear {
    /// Begins a scan by a standby of this band, usable or not, if it is due: whether on all channels.
    pub(super) fn listen(
        &mut self,
        now: Moment,
        hunt: &Hunt,
        standby: &UplinkView,
        (band, usable): (Option<Band>, bool),
    ) -> Option<bool> {
        let every = if usable { hunt.interval } else { hunt.scan_duration };
        let too_soon = |begun: &Moment| now.since(*begun) < every;
        let scanning = |(_, begun): &(UplinkId, Moment)| now.since(*begun) < hunt.interval;
        if self.begun.get(&band).is_some_and(too_soon) || self.under_way.as_ref().is_some_and(scanning) {
            return None;
        }
        self.begun.insert(band, now);
        self.under_way = Some((standby.id.clone(), now));
        let (soon, late) = EVERYWHERE;
        let due = hunt.interval * if usable { late } else { soon };
        let everywhere = self.everywhere.get(&band).is_none_or(|at| now.since(*at) >= due);
        if everywhere {
            self.everywhere.insert(band, now);
        }
        Some(everywhere)
    }

    /// When the last scan of a band began.
    pub(super) fn begun(&self, band: Option<Band>) -> Option<Moment> {
        self.begun.get(&band).copied()
    }

    /// Takes that the scan under way has ended, or was ended.
    pub(super) fn ended(&mut self) {
        self.under_way = None;
    }

    /// The next scan is due at once.
    pub(super) fn look_again(&mut self) {
        self.begun.clear();
    }
}
