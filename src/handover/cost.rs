//! What swaps cost this vehicle: how long its own last ones were dark.

use std::collections::VecDeque;
use std::time::Duration;

use crate::handover::reason::Reason;
use crate::handover::settings::Settings;
use crate::names::Ssid;

/// Swaps of each kind whose dark is remembered.
const SWAPS: usize = 5;
/// A swap that is dark for less costs next to nothing, in seconds.
const FREE_S: f64 = 0.5;
/// A swap that is dark for less costs little, in seconds.
const CHEAP_S: f64 = 2.0;

/// Where a swap leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SwapKind {
    WithinNetwork,
    ToAnother,
}

/// What swaps cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    /// Next to nothing, as where the tunnel needs no dial.
    Free,
    /// Next to nothing within one network, where the tunnel's session survives.
    FreeWithinNetwork,
    /// A dial that is dark for less than 2 s.
    Cheap,
    /// A dial that is dark for 2 s and more.
    Dear,
}

/// How long the last swaps were dark.
#[derive(Debug, Clone)]
pub(super) struct Costs {
    /// In seconds, by kind; the newest is last.
    darks: [VecDeque<f64>; 2],
    /// What stands for the median until a swap of the kind was measured, in seconds.
    first: [f64; 2],
    second: Duration,
    /// The kind of the swap under way, if it is one between two ways out.
    under_way: Option<SwapKind>,
}

impl SwapKind {
    pub(super) const ALL: [SwapKind; 2] = [SwapKind::WithinNetwork, SwapKind::ToAnother];

    pub(super) fn between(from: Option<&Ssid>, to: Option<&Ssid>) -> SwapKind {
        if from == to {
            SwapKind::WithinNetwork
        } else {
            SwapKind::ToAnother
        }
    }
}

impl Costs {
    pub(super) fn new(settings: &Settings) -> Self {
        let first = settings.first_dark;
        let seconds = |dark: Duration| dark.as_secs_f64() / settings.second.as_secs_f64();
        Costs {
            darks: [const { VecDeque::new() }; 2],
            first: [first.within_network, first.to_another].map(seconds),
            second: settings.second,
            under_way: None,
        }
    }

    /// Takes that a swap was begun; none of a kind when its dark is not what a handover costs.
    pub(super) fn swap_begun(&mut self, kind: Option<SwapKind>) {
        self.under_way = kind;
    }

    /// Takes how long the swap under way was dark; `None` when it failed.
    pub(super) fn swap_ended(&mut self, dark: Option<Duration>) {
        let (Some(kind), Some(dark)) = (self.under_way.take(), dark) else {
            return;
        };
        let darks = &mut self.darks[kind as usize];
        if darks.len() == SWAPS {
            darks.pop_front();
        }
        darks.push_back(dark.as_secs_f64() / self.second.as_secs_f64());
    }

    /// How long a swap of this kind is dark, in seconds: the median of the last ones.
    pub(super) fn dark(&self, kind: SwapKind) -> f64 {
        let darks = &self.darks[kind as usize];
        let mut sorted = [0.0; SWAPS];
        for (sorted, dark) in sorted.iter_mut().zip(darks) {
            *sorted = *dark;
        }
        let sorted = &mut sorted[..darks.len()];
        sorted.sort_unstable_by(f64::total_cmp);
        let median = sorted.get(sorted.len().saturating_sub(1) / 2);
        median.copied().unwrap_or(self.first[kind as usize])
    }

    /// What a swap of this kind costs.
    pub(super) fn cost(&self, kind: SwapKind) -> Cost {
        let [within, to_another] = SwapKind::ALL.map(|kind| self.dark(kind));
        if within < FREE_S {
            if to_another < FREE_S {
                Cost::Free
            } else {
                Cost::FreeWithinNetwork
            }
        } else if self.dark(kind) < CHEAP_S {
            Cost::Cheap
        } else {
            Cost::Dear
        }
    }
}

/// Whether a decision begins a swap whose dark time shows what one of its kind costs; `None` where it begins nothing.
pub(super) fn is_measured(reason: &Reason) -> Option<bool> {
    match reason {
        Reason::Handover { .. }
        | Reason::Unhealthy { .. }
        | Reason::HigherPriority { .. }
        | Reason::Lost { from: Some(_), .. } => Some(true),
        // From nothing, back from what failed, begun while the vehicle was dark, to or from a fallback, or no swap at all.
        _ if reason.swap_to().is_some() || matches!(reason, Reason::TunnelDown { .. }) => Some(false),
        _ => None,
    }
}
