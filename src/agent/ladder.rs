//! What helps a tunnel without a dial that stays silent over a good way: one step after the other, each stronger. Pure.
//!
//! A reported fault of WireGuard on routers: both ends send, and a firewall or NAT on the way keeps an entry of a connection
//! that was made while the way was not ready. Users were helped by removing the tracked connection, by turning the peer off
//! and on, and by another port (`docs/architecture.md` names the sources).

use std::time::Duration;

use crate::units::Moment;

/// From one step to the next, in silent seconds.
const STEP_S: u32 = 5;

/// The steps so far.
#[derive(Debug, Default)]
pub(super) struct Ladder {
    /// Since when the tunnel has been silent.
    silent_since: Option<Moment>,
    taken: u32,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rung {
    /// The vehicle speaks again: the office answers to where it last heard the vehicle.
    Speak,
    /// The tracked connection is forgotten.
    ForgetConnection,
    /// The peer goes off and on.
    BouncePeer,
    /// The tunnel sends from another port.
    ChangePort,
}

impl Ladder {
    /// A probe was answered.
    pub(super) fn answered(&mut self) {
        *self = Ladder::default();
    }

    /// The step that is due, where the way is good and nothing comes through the tunnel. `second` is how long a second
    /// lasts.
    pub(super) fn silent(&mut self, now: Moment, second: Duration) -> Option<Rung> {
        let since = *self.silent_since.get_or_insert(now);
        if now.since(since) < second * STEP_S * (self.taken + 1) {
            return None;
        }
        self.taken += 1;
        Some(match (self.taken - 1) % 4 {
            0 => Rung::Speak,
            1 => Rung::ForgetConnection,
            2 => Rung::BouncePeer,
            _ => Rung::ChangePort,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_step_each_five_seconds_until_an_answer_comes() {
        let second = Duration::from_secs(1);
        let mut ladder = Ladder::default();
        let mut steps = Vec::new();
        for tenth in 0..260 {
            let now = Moment::from_micros(tenth * 100_000);
            steps.extend(ladder.silent(now, second).map(|rung| (tenth / 10, rung)));
        }
        assert_eq!(
            steps,
            [
                (5, Rung::Speak),
                (10, Rung::ForgetConnection),
                (15, Rung::BouncePeer),
                (20, Rung::ChangePort),
                (25, Rung::Speak)
            ]
        );
        ladder.answered();
        assert_eq!(ladder.silent(Moment::from_micros(26_000_000), second), None);
    }
}
