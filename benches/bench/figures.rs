//! What the measurements share: their options, and the figures that tables show.

/// Whether `--quick` was given: fewer repetitions, to see that a measurement works.
pub(crate) fn quick() -> bool {
    std::env::args().any(|word| word == "--quick")
}

/// The middle of some figures; 0 of none.
pub(crate) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = |index: usize| sorted.get(index).copied().unwrap_or(0.0);
    f64::midpoint(middle(sorted.len() / 2), middle(sorted.len().saturating_sub(1) / 2))
}

/// The largest of some figures; 0 of none.
pub(crate) fn worst(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(0.0, f64::max)
}

/// A table whose columns, but for the first, are numbers.
pub(crate) fn table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> comfy_table::Table {
    wide_table(header.map(str::to_owned).to_vec(), rows.into_iter().map(Vec::from))
}

/// The same of as many columns as there are.
#[allow(dead_code, reason = "most tables have a fixed number of columns")]
pub(crate) fn wide_table(header: Vec<String>, rows: impl IntoIterator<Item = Vec<String>>) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(header);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(comfy_table::CellAlignment::Right);
    }
    table
}

/// How a figure stands to its goal.
#[allow(dead_code, reason = "not every measurement has a goal")]
pub(crate) fn judged(kept: bool) -> String {
    if kept { "kept" } else { "missed" }.to_owned()
}
