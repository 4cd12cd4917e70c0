//! Precedence of networks: since when one of a higher priority than the active's has been good.

use std::time::Duration;

use crate::handover::candidate::Candidate;
use crate::handover::settings::Settings;
use crate::names::Ssid;
use crate::units::Moment;

/// The network of a higher priority that is being watched.
#[derive(Debug, Clone, Default)]
pub(super) struct Precedence(Option<Watched>);

#[derive(Debug, Clone)]
struct Watched {
    network: Ssid,
    since: Moment,
    /// When it was last good.
    good: Moment,
}

impl Precedence {
    /// Takes the best candidate on a network of a higher priority than the active's, if there is one. A radio on its way
    /// from one access point of the network to the next is no break.
    pub(super) fn take(&mut self, now: Moment, settings: &Settings, higher: Option<&Candidate>) {
        let Some(candidate) = higher else {
            let on_its_way = |watched: &Watched| now.since(watched.good) <= settings.settle * 2;
            self.0 = self.0.take().filter(on_its_way);
            return;
        };
        let network = candidate.link.network.as_ref().filter(|_| candidate.is_good(settings));
        self.0 = network.map(|network| match self.0.take() {
            Some(watched) if watched.network == *network => Watched { good: now, ..watched },
            _ => Watched {
                network: network.clone(),
                since: now,
                good: now,
            },
        });
    }

    /// For how long a candidate's network has been good, where that is long enough.
    pub(super) fn due(&self, now: Moment, settings: &Settings, candidate: &Candidate) -> Option<Duration> {
        let watched = self.0.as_ref()?;
        let good_for = now.since(watched.since);
        let same = candidate.link.network.as_ref() == Some(&watched.network);
        (same && candidate.is_good(settings) && good_for >= settings.return_after).then_some(good_for)
    }
}
