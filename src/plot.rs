//! One drawing of signals over time, as SVG: a line for each radio, which of them was active, swaps and dark spans.
//!
//! A plain [`Plot`] goes in and one `<svg>` comes out, for a page that holds [`STYLE`] once. Nothing in it depends on colour
//! alone: the radios' lines have dashes of their own and their names at the end, the active one is thicker, and below the
//! lines each radio has a bar of when it was active. A drawing has at most four points a pixel column and radio, whatever
//! its time.

mod axis;
mod colors;
mod drawing;
mod frame;
mod input;
mod lanes;
mod surface;
mod thin;

pub use colors::STYLE;
pub use drawing::svg;
pub use input::{Mark, Plot, Signals, Span, Times};
pub use surface::NotDrawn;

#[cfg(test)]
mod tests;
