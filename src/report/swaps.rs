//! Swaps: from the decision to the tunnel's return.

use serde::Serialize;

use crate::handover::Decision;
use crate::names::{Bssid, Ssid};
use crate::observation::{Link, Observation};
use crate::units::{Moment, WallTime};

/// Going back to the access point just left within this counts as ping-pong, in seconds, as `tikroam evaluate` does.
const PING_PONG_S: f64 = 10.0;

/// How many swaps have their journal lines, in each order.
pub(super) const WORST: usize = 10;

/// One swap.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Swap {
    /// Its number in this report, from 1.
    pub number: usize,
    /// When it was decided.
    pub time: WallTime,
    /// The uplink before; `None` when none was active.
    pub from: Option<String>,
    /// The uplink that it went to.
    pub to: String,
    /// The access point that it left.
    pub from_ap: Option<Bssid>,
    /// The access point that it went to.
    pub to_ap: Option<Bssid>,
    /// The network that it went to.
    pub network: Option<String>,
    /// The kind of its reason, as the journal has it; `None` where the journal has no decision.
    pub kind: Option<String>,
    /// Its reason.
    pub reason: String,
    /// What came of it.
    pub outcome: Outcome,
    /// How many calls it took.
    pub calls: Option<usize>,
    /// From the decision to the last call's answer, in seconds.
    pub router_seconds: Option<f64>,
    /// From the decision until the tunnel was up, in seconds.
    pub up_after_seconds: Option<f64>,
    /// How long the vehicle was dark by it, in seconds.
    pub dark_seconds: Option<f64>,
    /// Whether it went back to the access point just left, within 10 s.
    pub ping_pong: bool,
    /// The journal's lines of its decision and its end, each with its file and number; for the worst ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
}

/// What came of a swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The tunnel came up.
    Up,
    /// The tunnel did not come up in its patience.
    NotUp,
    /// Another swap was decided before it ended.
    Overtaken,
    /// The journal has no end of it.
    Unfinished,
}

impl Outcome {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Outcome::Up => "up",
            Outcome::NotUp => "tunnel not up",
            Outcome::Overtaken => "overtaken",
            Outcome::Unfinished => "no end",
        }
    }
}

/// How a swap ended, as the journal has it.
pub(super) struct End {
    pub(super) from: Option<String>,
    pub(super) to: String,
    pub(super) calls: usize,
    pub(super) router: f64,
    pub(super) dark: Option<f64>,
}

/// All swaps, and the one that has not ended.
#[derive(Debug, Default)]
pub(super) struct Swaps {
    pub(super) all: Vec<Swap>,
    open: Option<(Swap, Moment)>,
}

impl Swaps {
    /// A decision. One to swap comes again at each tick until the swap is carried out.
    pub(super) fn decided(
        &mut self,
        (at, time): (Moment, WallTime),
        seen: &Observation,
        decision: &Decision,
        line: impl Fn() -> String,
    ) {
        let Some(to) = &decision.swap_to else { return };
        let (to, reason) = (to.interface().as_str(), &decision.reason);
        if let Some((open, _)) = &self.open {
            if open.to == to {
                return;
            }
            self.close(Outcome::Overtaken);
        }
        let link = |name: &str| -> Option<&Link> {
            let view = seen.uplinks.iter().find(|view| view.id.interface().as_str() == name)?;
            view.link.as_ref()
        };
        let from = seen
            .active
            .as_ref()
            .map(|active| active.interface().as_str().to_owned());
        let target = link(to);
        let kind = serde_json::to_value(reason).ok();
        let swap = Swap {
            number: 0,
            time,
            from_ap: from.as_deref().and_then(link).map(|link| link.bssid),
            from,
            to: to.to_owned(),
            to_ap: target.map(|link| link.bssid),
            network: target.and_then(|link| link.network.as_ref()).map(Ssid::to_string),
            kind: kind.and_then(|kind| kind.get("kind").and_then(|kind| kind.as_str().map(str::to_owned))),
            reason: reason.to_string(),
            outcome: Outcome::Unfinished,
            calls: None,
            router_seconds: None,
            up_after_seconds: None,
            dark_seconds: None,
            ping_pong: false,
            lines: vec![line()],
        };
        self.open = Some((swap, at));
    }

    /// A swap ended.
    pub(super) fn ended(&mut self, (at, time): (Moment, WallTime), end: End, line: String) {
        let (mut swap, decided) = match self.open.take() {
            Some((swap, decided)) if swap.to == end.to => (swap, Some(decided)),
            other => {
                self.open = other;
                self.close(Outcome::Overtaken);
                (nameless(time, &end), None)
            }
        };
        swap.outcome = if end.dark.is_some() {
            Outcome::Up
        } else {
            Outcome::NotUp
        };
        swap.calls = Some(end.calls);
        swap.router_seconds = Some(end.router);
        swap.dark_seconds = end.dark;
        swap.up_after_seconds = decided
            .filter(|_| end.dark.is_some())
            .map(|decided| at.since(decided).as_secs_f64());
        swap.lines.push(line);
        self.push(swap);
    }

    /// The journal goes on without an end of the swap.
    pub(super) fn close(&mut self, outcome: Outcome) {
        if let Some((mut swap, _)) = self.open.take() {
            swap.outcome = outcome;
            self.push(swap);
        }
    }

    fn push(&mut self, mut swap: Swap) {
        swap.number = self.all.len() + 1;
        let before = self
            .all
            .iter()
            .rev()
            .find(|before| before.outcome != Outcome::Overtaken);
        swap.ping_pong = before.is_some_and(|before| {
            let back = swap.to_ap.is_some() && swap.to_ap == before.from_ap && swap.from_ap == before.to_ap;
            back && swap.time.since(before.time).as_secs_f64() <= PING_PONG_S
        });
        self.all.push(swap);
        // Lines are kept of the worst only, so that memory stays flat.
        if self.all.len().is_multiple_of(8 * WORST) {
            self.keep_lines_of_the_worst();
        }
    }

    pub(super) fn keep_lines_of_the_worst(&mut self) {
        let kept: Vec<usize> = worst(&self.all, |swap| swap.dark_seconds)
            .chain(worst(&self.all, |swap| swap.up_after_seconds))
            .chain(not_up(&self.all))
            .map(|swap| swap.number)
            .collect();
        for swap in &mut self.all {
            if !kept.contains(&swap.number) {
                swap.lines = Vec::new();
            }
        }
    }
}

/// The swaps whose tunnel did not come up, the last first.
pub(super) fn not_up(swaps: &[Swap]) -> impl Iterator<Item = &Swap> {
    let failed = swaps.iter().rev().filter(|swap| swap.outcome == Outcome::NotUp);
    failed.take(WORST)
}

/// The swaps of the greatest figures.
pub(super) fn worst(swaps: &[Swap], figure: impl Fn(&Swap) -> Option<f64>) -> impl Iterator<Item = &Swap> {
    let mut worst: Vec<(f64, &Swap)> = swaps.iter().filter_map(|swap| Some((figure(swap)?, swap))).collect();
    worst.sort_by(|one, other| other.0.total_cmp(&one.0));
    worst.truncate(WORST);
    worst.into_iter().map(|(_, swap)| swap)
}

/// A swap whose decision the journal does not have.
fn nameless(time: WallTime, end: &End) -> Swap {
    Swap {
        number: 0,
        time,
        from: end.from.clone(),
        to: end.to.clone(),
        from_ap: None,
        to_ap: None,
        network: None,
        kind: None,
        reason: "the journal has no decision of it".to_owned(),
        outcome: Outcome::Unfinished,
        calls: None,
        router_seconds: None,
        up_after_seconds: None,
        dark_seconds: None,
        ping_pong: false,
        lines: Vec::new(),
    }
}
