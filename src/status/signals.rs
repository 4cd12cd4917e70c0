//! The drawing of the last ten minutes.

use std::time::Duration;

use super::recent::{KEPT, Recent};
use crate::names::UplinkId;
use crate::plot::{Mark, NotDrawn, Plot, Signals, Span, Times, svg};
use crate::units::Moment;

/// How long a time the drawing shows at least, soon after the agent began.
const LEAST: Duration = Duration::from_secs(60);

/// How high the drawing is, in pixels.
const HEIGHT: u32 = 280;

impl Recent {
    /// The signals of all radios, which uplink was active, swaps and dark spans: one `<svg>` of that width in pixels.
    ///
    /// # Errors
    ///
    /// [`NotDrawn`] when the library cannot draw.
    pub fn drawing(&self, now: Moment, width: u32) -> Result<String, NotDrawn> {
        let at = |moment: Moment| moment.since_start().as_secs_f64();
        let span = Span {
            from: at(now) - now.since(self.began).clamp(LEAST, KEPT).as_secs_f64(),
            to: at(now),
        };
        let fallbacks = self.facts.fallbacks.iter().map(|(id, _)| id);
        let uplinks: Vec<Signals> = self
            .facts
            .radios
            .iter()
            .chain(fallbacks)
            .map(|id| self.line(id, now))
            .collect();
        let marks: Vec<Mark> = self
            .swaps
            .iter()
            .map(|swap| Mark {
                at: at(swap.at),
                label: format!("to {}", swap.to),
            })
            .collect();
        let dark: Vec<Span> = self
            .dark_spans(now)
            .into_iter()
            .map(|(since, until)| Span {
                from: at(since),
                to: at(until),
            })
            .collect();
        let lately = marks.iter().filter(|mark| mark.at >= span.from).count();
        let trigger = self.facts.trigger;
        svg(&Plot {
            title: "Signals of the last ten minutes",
            description: &format!(
                "{lately} swaps and {} dark spans; the networks and the swaps are listed below.",
                dark.len()
            ),
            size: (width, HEIGHT),
            span,
            times: Times::BeforeEnd,
            uplinks: &uplinks,
            marks: &marks,
            dark: &dark,
            trigger: Some((trigger.0.as_f64(), trigger.1.as_f64())),
        })
    }

    fn line(&self, id: &UplinkId, now: Moment) -> Signals {
        let at = |moment: Moment| moment.since_start().as_secs_f64();
        let points = self.signals.get(id).into_iter().flatten();
        let ends = self.active.iter().skip(1).map(|(at, _)| *at).chain([now]);
        let active = self.active.iter().zip(ends);
        let active = active.filter(|((_, active), _)| active.as_ref() == Some(id));
        Signals {
            name: id.to_string(),
            points: points
                .map(|(moment, signal)| (at(*moment), signal.map(crate::units::Dbm::as_f64)))
                .collect(),
            active: active
                .map(|((since, _), until)| Span {
                    from: at(*since),
                    to: at(until),
                })
                .collect(),
        }
    }
}
