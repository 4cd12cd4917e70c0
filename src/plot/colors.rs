//! The drawing's colours and its style sheet.
//!
//! The library writes each colour as an attribute. The style sheet finds an element by that attribute and gives it the
//! colour of the page's scheme and its dashes; without the style sheet the drawing still has the colours of a light page.

use plotters::style::RGBColor;

/// Text and axes.
pub(super) const INK: RGBColor = RGBColor(0x33, 0x33, 0x33);
/// Lines of the grid.
pub(super) const GRID: RGBColor = RGBColor(0xDD, 0xDD, 0xDD);
/// The band of the trigger.
pub(super) const BAND: RGBColor = RGBColor(0xE8, 0xE8, 0xE8);
/// Dark spans behind the lines.
pub(super) const DARK: RGBColor = RGBColor(0xF3, 0xC7, 0xC2);
/// The bar of dark spans.
pub(super) const DARK_BAR: RGBColor = RGBColor(0xA4, 0x1E, 0x22);
/// Marks of swaps.
pub(super) const MARK: RGBColor = RGBColor(0x55, 0x55, 0x55);
/// The uplinks, by their order; Okabe and Ito's colours, which people with any colour vision distinguish.
pub(super) const UPLINKS: [RGBColor; 4] = [
    RGBColor(0x00, 0x5A, 0x9C),
    RGBColor(0xB8, 0x4A, 0x00),
    RGBColor(0x00, 0x7A, 0x5A),
    RGBColor(0x9C, 0x3A, 0x7C),
];

/// The style sheet of all drawings of a page: put it into one `<style>`. It follows the reader's light or dark scheme.
pub const STYLE: &str = r##".plot{--plot-ink:#333;--plot-grid:#ddd;--plot-band:#e8e8e8;--plot-dark:#f3c7c2;--plot-dark-bar:#a41e22;--plot-mark:#555;
--plot-uplink-1:#005a9c;--plot-uplink-2:#b84a00;--plot-uplink-3:#007a5a;--plot-uplink-4:#9c3a7c;display:block;max-width:100%;height:auto}
@media (prefers-color-scheme:dark){.plot{--plot-ink:#ddd;--plot-grid:#333;--plot-band:#2b2b2b;--plot-dark:#5a2422;--plot-dark-bar:#ff7b72;--plot-mark:#aaa;
--plot-uplink-1:#6cb6ff;--plot-uplink-2:#ffa657;--plot-uplink-3:#56d4a8;--plot-uplink-4:#e6a3d6}}
.plot text{font-family:system-ui,sans-serif}
.plot polyline{stroke-linejoin:round}
.plot [fill="#333333"]{fill:var(--plot-ink)}.plot [stroke="#333333"]{stroke:var(--plot-ink)}
.plot [stroke="#DDDDDD"]{stroke:var(--plot-grid)}.plot [fill="#E8E8E8"]{fill:var(--plot-band)}
.plot [fill="#F3C7C2"]{fill:var(--plot-dark)}.plot [fill="#A41E22"]{fill:var(--plot-dark-bar)}
.plot [stroke="#555555"]{stroke:var(--plot-mark);stroke-dasharray:1 3}.plot [fill="#555555"]{fill:var(--plot-mark)}
.plot [fill="#005A9C"]{fill:var(--plot-uplink-1)}.plot [stroke="#005A9C"]{stroke:var(--plot-uplink-1)}
.plot [fill="#B84A00"]{fill:var(--plot-uplink-2)}.plot [stroke="#B84A00"]{stroke:var(--plot-uplink-2);stroke-dasharray:6 3}
.plot [fill="#007A5A"]{fill:var(--plot-uplink-3)}.plot [stroke="#007A5A"]{stroke:var(--plot-uplink-3);stroke-dasharray:2 2}
.plot [fill="#9C3A7C"]{fill:var(--plot-uplink-4)}.plot [stroke="#9C3A7C"]{stroke:var(--plot-uplink-4);stroke-dasharray:9 3 2 3}
"##;
