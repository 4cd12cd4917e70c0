//! The demo's figures in words and tables.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table, presets};

use crate::trial::{Report, Vehicle};

/// So many causes of each vehicle are named; the others are summed up.
const NAMED: usize = 4;

/// How each vehicle fared.
pub(super) fn vehicles(report: &Report) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "vehicle",
        "dark s",
        "avoidable",
        "longest",
        "swaps",
        "reached %",
        "swap ms",
    ]);
    for vehicle in &report.vehicles {
        let router_ms = vehicle.swap_router_ms_p50;
        table.add_row([
            vehicle.controller.to_string(),
            format!("{:.1}", vehicle.dark_seconds),
            format!("{:.1}", vehicle.avoidable_dark_seconds),
            format!("{:.1}", vehicle.longest_dark_seconds),
            vehicle.swaps.to_string(),
            format!("{:.1}", vehicle.reached_percent),
            router_ms.map_or_else(|| "-".to_owned(), |ms| format!("{ms:.1}")),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Where the avoidable seconds of each vehicle went.
pub(super) fn causes(report: &Report) -> String {
    let mut text = "avoidable seconds by their cause:".to_owned();
    for vehicle in &report.vehicles {
        // Writing to a String does not fail.
        write!(text, "\n  {:<23}{}", vehicle.controller, causes_of(vehicle)).ok();
    }
    text
}

fn causes_of(vehicle: &Vehicle) -> String {
    let mut causes: Vec<_> = vehicle.causes.iter().collect();
    causes.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let (named, others) = causes.split_at(causes.len().min(NAMED));
    let mut parts: Vec<String> = named
        .iter()
        .map(|(why, seconds)| format!("{why} {seconds:.1}"))
        .collect();
    if !others.is_empty() {
        let others: f64 = others.iter().map(|(_, seconds)| **seconds).sum();
        parts.push(format!("other {others:.1}"));
    }
    if parts.is_empty() {
        parts.push("none".to_owned());
    }
    parts.join(", ")
}

/// The drive in one sentence.
pub(super) fn sentence(report: &Report) -> String {
    let dark = |vehicle: &Vehicle| format!("{:.1} s under {}", vehicle.dark_seconds, vehicle.controller);
    let all: Vec<String> = report.vehicles.iter().map(dark).collect();
    let list = match all.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    };
    format!(
        "In these {} s of driving nobody could call the vehicle for {list}; {:.1} s of each could not be avoided, as even the \
         best access point let no call through.",
        report.drive.seconds, report.drive.unavoidable_seconds
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::sim::Why;
    use crate::trial::Driver;

    fn vehicle(controller: Driver, dark: f64, causes: &[(Why, f64)]) -> Vehicle {
        Vehicle {
            controller,
            dark_seconds: dark,
            avoidable_dark_seconds: dark,
            longest_dark_seconds: 1.0,
            swaps: 3,
            reached_percent: 99.0,
            swap_router_ms_p50: None,
            causes: causes.iter().copied().collect::<BTreeMap<_, _>>(),
        }
    }

    #[test]
    fn the_greatest_causes_are_named_and_the_others_summed_up() {
        let causes = [
            (Why::Lost, 0.5),
            (Why::Gray, 2.0),
            (Why::Late, 1.0),
            (Why::Off, 0.2),
            (Why::Dialing, 3.0),
            (Why::Faded, 0.1),
        ];
        let text = causes_of(&vehicle(Driver::Script, 6.8, &causes));
        assert_eq!(
            text,
            "dialing 3.0, gray period 2.0, late with the standby ready 1.0, radio lost 0.5, other 0.3"
        );
        assert_eq!(causes_of(&vehicle(Driver::Script, 0.0, &[])), "none");
    }
}
