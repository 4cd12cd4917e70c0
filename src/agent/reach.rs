//! Whether the vehicle can be reached, as probes through the tunnel say. Pure.

use std::time::Duration;

use crate::names::UplinkId;
use crate::units::Moment;

/// How many probes in a row must be lost for the vehicle to count as not reachable.
const LOST: u32 = 3;

/// What the probes said last.
#[derive(Debug, Default)]
pub(super) struct Reach {
    state: State,
    /// Lost probes in a row, and when the first of them ended.
    lost: u32,
    lost_since: Option<Moment>,
}

#[derive(Debug, Default, PartialEq)]
enum State {
    #[default]
    Unproven,
    Reachable,
    Dark {
        since: Moment,
    },
}

/// An edge of the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edge {
    /// The first proof since the start.
    Reachable { over: UplinkId },
    /// Several probes were lost in a row.
    Lost {
        over: Option<UplinkId>,
        since: Moment,
        lost: u32,
    },
    /// It is reachable again.
    Again { over: UplinkId, after: Duration },
}

impl Reach {
    /// Takes the result of one probe.
    pub(super) fn probed(&mut self, now: Moment, over: &UplinkId, answered: bool) -> Option<Edge> {
        if answered {
            (self.lost, self.lost_since) = (0, None);
            return match std::mem::replace(&mut self.state, State::Reachable) {
                State::Unproven => Some(Edge::Reachable { over: over.clone() }),
                State::Reachable => None,
                State::Dark { since } => Some(Edge::Again {
                    over: over.clone(),
                    after: now.since(since),
                }),
            };
        }
        self.lost += 1;
        let since = *self.lost_since.get_or_insert(now);
        (self.lost >= LOST).then(|| self.dark(since, Some(over)))?
    }

    /// The tunnel goes off for a swap, or the way out is lost: no probe can be answered from now on.
    pub(super) fn cut(&mut self, now: Moment, over: Option<&UplinkId>) -> Option<Edge> {
        let since = self.lost_since.unwrap_or(now);
        self.dark(since, over)
    }

    /// Whether it cannot be reached since it once could.
    pub(super) fn is_dark(&self) -> bool {
        matches!(self.state, State::Dark { .. })
    }

    fn dark(&mut self, since: Moment, over: Option<&UplinkId>) -> Option<Edge> {
        if self.state != State::Reachable {
            return None;
        }
        self.state = State::Dark { since };
        Some(Edge::Lost {
            over: over.cloned(),
            since,
            lost: self.lost,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::InterfaceName;

    #[test]
    fn edges_only() {
        let over = UplinkId::new(InterfaceName::new("wlan1"));
        let at = |tenth: u64| Moment::from_micros(tenth * 100_000);
        let mut reach = Reach::default();
        // Before the first proof nothing is lost.
        assert_eq!(reach.probed(at(0), &over, false), None);
        assert_eq!(reach.cut(at(1), None), None);
        assert_eq!(
            reach.probed(at(2), &over, true),
            Some(Edge::Reachable { over: over.clone() })
        );
        assert_eq!(reach.probed(at(4), &over, true), None);
        assert_eq!(reach.probed(at(6), &over, false), None);
        assert_eq!(reach.probed(at(8), &over, false), None);
        let lost = Edge::Lost {
            over: Some(over.clone()),
            since: at(6),
            lost: 3,
        };
        assert_eq!(reach.probed(at(10), &over, false), Some(lost));
        assert_eq!(reach.probed(at(12), &over, false), None);
        let again = Edge::Again {
            over: over.clone(),
            after: Duration::from_millis(800),
        };
        assert_eq!(reach.probed(at(14), &over, true), Some(again));
        let cut = Edge::Lost {
            over: None,
            since: at(15),
            lost: 0,
        };
        assert_eq!(reach.cut(at(15), None), Some(cut));
    }
}
