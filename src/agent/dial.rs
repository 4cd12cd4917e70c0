//! One dial of the tunnel: is it up, was it refused, did it run out of patience. Pure.
//!
//! A dial consists of tries. The status words of a router are not sure, so time decides: a try is begun again at once
//! where the client itself says that it ended, and only the first try is ever cut short, only over a weak signal, and
//! never before the office has had the time that it needed before. Each further try runs at least twice as long.

use std::time::Duration;

use crate::handover::reason::Reason;
use crate::names::UplinkId;
use crate::snapshot::TunnelStatus;
use crate::units::Moment;

/// Into how many parts the patience is divided, one of which is the shortest time after which a first try is cut short.
const SHORTEST: u32 = 4;

/// How much longer than the office ever needed a try may take before it counts as stuck: a half more.
const ALLOWANCE: f64 = 1.5;

/// The shortest time from one try that ended to the next, as a part of the patience; doubled with each try.
const PAUSE: u32 = 40;

/// The longest such time, as a part of the patience.
const LONGEST_PAUSE: u32 = 10;

/// How the status words of a dial begin that the office answered.
const ANSWERED: [&str; 2] = ["initializing", "authenticated"];

/// How the status word of a dial begins that nobody answered yet.
const UNANSWERED: &str = "dialing";

/// The status word between two tries.
const ENDED: &str = "disconnected";

/// How long a connection may still be shown after its end where the router never says that it is down.
const STILL_SHOWN: Duration = Duration::from_secs(1);

/// A swap, a bounce, or a start whose tunnel is dialing.
#[derive(Debug, Clone)]
pub(super) struct Dial {
    pub(super) from: Option<UplinkId>,
    pub(super) to: UplinkId,
    /// Why; `None` where nothing was decided, as at a start.
    pub(super) why: Option<Reason>,
    pub(super) calls: usize,
    /// From the decision to the last call's answer.
    pub(super) router: Duration,
    /// Since when the vehicle is dark by it.
    pub(super) dark_since: Moment,
    /// Which try this is, from 1.
    pub(super) tries: u32,
    begun: Moment,
    try_begun: Moment,
    /// How long the try before ran; zero in the first.
    before: Duration,
    /// The end of the patience; later where the office answers.
    until: Moment,
    /// Whether the tunnel was seen down since: a connection may be shown for a moment after its end.
    seen_down: bool,
    /// Whether it was seen on its way in this try.
    under_way: bool,
    word: String,
    /// Since when that word is shown.
    word_since: Moment,
}

/// What is to be done with a dial.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Verdict {
    /// It has time left.
    Wait,
    /// It is to be begun again.
    Again,
    /// The tunnel is up.
    Up {
        /// Since the vehicle went dark.
        dark: Duration,
        /// Since the try that brought it up began: what the office needed.
        needed: Duration,
    },
    /// The patience is over.
    Failed,
}

/// What a verdict depends on beside the router's words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// How long the tunnel may take in all.
    pub(super) patience: Duration,
    /// The longest time that this office needed lately; `None` before the first dial.
    pub(super) needed: Option<Duration>,
    /// Whether the signal is so weak that frames are lost.
    pub(super) weak: bool,
}

impl Dial {
    /// A dial that begins `now`.
    pub(super) fn new(from: Option<UplinkId>, to: UplinkId, now: Moment, patience: Duration) -> Self {
        Dial {
            from,
            to,
            why: None,
            calls: 0,
            router: Duration::ZERO,
            dark_since: now,
            tries: 1,
            begun: now,
            try_begun: now,
            before: Duration::ZERO,
            until: now + patience,
            seen_down: false,
            under_way: false,
            word: String::new(),
            word_since: now,
        }
    }

    /// Another try begins `now`.
    pub(super) fn again(&mut self, now: Moment) {
        self.before = now.since(self.try_begun);
        self.try_begun = now;
        self.tries += 1;
        self.under_way = false;
    }

    /// The router's last word for it.
    pub(super) fn word(&self) -> &str {
        &self.word
    }

    /// Takes what the router shows of it, and judges.
    pub(super) fn judge(&mut self, now: Moment, shown: &TunnelStatus, terms: Terms) -> Verdict {
        let answered = ANSWERED.iter().any(|word| shown.status.starts_with(word));
        if answered {
            // The office proves the way: it may only hold the session before for a while, also from another uplink.
            self.until = (now + terms.patience).min(self.begun + 2 * terms.patience);
        }
        self.under_way |= answered || shown.status.starts_with(UNANSWERED);
        self.seen_down |= !shown.connected;
        if self.word != shown.status {
            self.word.clone_from(&shown.status);
            self.word_since = now;
        }
        if self.is_up(now, shown) {
            Verdict::Up {
                dark: now.since(self.dark_since),
                needed: now.since(self.try_begun),
            }
        } else if now >= self.until {
            Verdict::Failed
        } else if self.ended(now, terms) || self.stuck(now, terms) {
            Verdict::Again
        } else {
            Verdict::Wait
        }
    }

    /// Whether the router shows a session that this dial brought.
    fn is_up(&self, now: Moment, shown: &TunnelStatus) -> bool {
        // A connection that is older than the dial is the one before it, which the router still shows.
        let since_begun = now.since(self.begun);
        let young = shown
            .uptime
            .is_some_and(|uptime| uptime <= now.since(self.dark_since) + STILL_SHOWN);
        let never_down = shown.uptime.is_none() && since_begun > STILL_SHOWN;
        shown.connected && (self.seen_down || young || never_down)
    }

    /// Whether the client ended this try itself: its own next one is a pause away, and each second of it is dark.
    fn ended(&self, now: Moment, terms: Terms) -> bool {
        let doubled = 2u32.saturating_pow(self.tries.saturating_sub(1).min(8));
        let pause = (terms.patience / PAUSE * doubled).min(terms.patience / LONGEST_PAUSE);
        self.under_way && self.word == ENDED && now.since(self.try_begun) >= pause
    }

    /// Whether this try lost frames and waits for ever longer: whoever lost some dials sooner by beginning anew.
    fn stuck(&self, now: Moment, terms: Terms) -> bool {
        let needed = terms.needed.map_or(Duration::ZERO, |needed| needed.mul_f64(ALLOWANCE));
        let least = (terms.patience / SHORTEST).max(needed).max(2 * self.before);
        let moved_on = now.since(self.word_since) < terms.patience / SHORTEST;
        terms.weak && !moved_on && now.since(self.try_begun) >= least
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::InterfaceName;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn terms(needed: Option<f64>, weak: bool) -> Terms {
        Terms {
            patience: PATIENCE,
            needed: needed.map(Duration::from_secs_f64),
            weak,
        }
    }

    fn at(seconds: f64) -> Moment {
        Moment::ZERO + Duration::from_secs_f64(100.0 + seconds)
    }

    fn shown(word: &str) -> TunnelStatus {
        TunnelStatus {
            connected: word == "connected",
            uptime: None,
            status: word.to_owned(),
        }
    }

    fn dial() -> Dial {
        Dial::new(None, UplinkId::new(InterfaceName::new("wlan1")), at(0.0), PATIENCE)
    }

    /// What a dial is shown until something is to be done: when that is, and what.
    fn first(dial: &mut Dial, from: f64, word: &str, terms: Terms) -> (f64, Verdict) {
        let mut seconds = from;
        loop {
            match dial.judge(at(seconds), &shown(word), terms) {
                Verdict::Wait => seconds += 0.1,
                verdict => return ((seconds * 10.0).round() / 10.0, verdict),
            }
        }
    }

    #[test]
    fn over_a_good_signal_any_words_and_none_get_the_whole_patience() {
        for word in ["", "dialing", "dialing...", "anything else"] {
            let (when, verdict) = first(&mut dial(), 0.0, word, terms(None, false));
            assert_eq!((when, verdict), (10.0, Verdict::Failed), "{word}");
        }
    }

    #[test]
    fn over_a_weak_signal_each_try_runs_twice_as_long_as_the_one_before() {
        let mut dial = dial();
        let mut begun = 0.0;
        let mut lengths = Vec::new();
        loop {
            let (when, verdict) = first(&mut dial, begun, "dialing...", terms(None, true));
            if verdict != Verdict::Again {
                assert_eq!((when, verdict), (10.0, Verdict::Failed));
                break;
            }
            lengths.push(when - begun);
            begun = when;
            dial.again(at(begun));
        }
        assert_eq!(lengths, [2.5, 5.0]);
    }

    #[test]
    fn no_try_is_cut_within_the_time_that_the_office_needed_before() {
        let (when, verdict) = first(&mut dial(), 0.0, "dialing...", terms(Some(3.4), true));
        assert_eq!((when, verdict), (5.1, Verdict::Again));
    }

    #[test]
    fn an_office_that_answers_gets_more_time_but_not_for_ever() {
        let mut dial = dial();
        dial.judge(at(9.0), &shown("authenticated"), terms(None, false));
        let (when, _) = first(&mut dial, 9.1, "dialing...", terms(None, false));
        assert_eq!(when, 19.0);
        dial.judge(at(18.9), &shown("authenticated"), terms(None, false));
        let (when, _) = first(&mut dial, 19.0, "dialing...", terms(None, false));
        assert_eq!(when, 20.0);
    }

    #[test]
    fn a_try_that_the_client_ended_is_begun_again_after_pauses_that_grow() {
        let mut dial = dial();
        let mut pauses = Vec::new();
        let mut begun = 0.0;
        for _ in 0..4 {
            dial.judge(at(begun), &shown("dialing..."), terms(None, false));
            let (when, verdict) = first(&mut dial, begun + 0.1, "disconnected", terms(None, false));
            assert_eq!(verdict, Verdict::Again);
            pauses.push(((when - begun) * 10.0).round() / 10.0);
            begun = when;
            dial.again(at(begun));
        }
        assert_eq!(pauses, [0.3, 0.5, 1.0, 1.0]);
    }

    #[test]
    fn a_connection_from_before_the_dial_is_not_its_own() {
        let old = TunnelStatus {
            connected: true,
            uptime: Some(Duration::from_secs(600)),
            status: "connected".to_owned(),
        };
        let mut dial = dial();
        assert_eq!(dial.judge(at(0.5), &old, terms(None, false)), Verdict::Wait);
        let young = TunnelStatus {
            uptime: Some(Duration::ZERO),
            ..old.clone()
        };
        assert!(matches!(
            dial.judge(at(0.6), &young, terms(None, false)),
            Verdict::Up { .. }
        ));
        // A router that gives no uptime: seen down, or shown for longer than the end of the one before.
        let bare = TunnelStatus { uptime: None, ..old };
        let mut dial = self::dial();
        assert_eq!(dial.judge(at(0.5), &bare, terms(None, false)), Verdict::Wait);
        assert!(matches!(
            dial.judge(at(1.5), &bare, terms(None, false)),
            Verdict::Up { .. }
        ));
        let mut dial = self::dial();
        dial.judge(at(0.2), &shown("dialing..."), terms(None, false));
        assert!(matches!(
            dial.judge(at(0.5), &bare, terms(None, false)),
            Verdict::Up { .. }
        ));
    }
}
