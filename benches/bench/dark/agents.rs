//! What an agent does on the way: where its standby waits, how soon it leaves a gray period, what its swaps cost.

use tikroam::agent::{Summary, Swapped};
use tikroam::sim::Judged;
use tikroam::trial::Driver;

use super::Outcome;
use super::figures::median;
use super::truth::{self, Gray};

/// A gray period shorter than this may end before anybody can leave it.
const LEAST: f64 = 2.5;

/// The judgements of one of the vehicles.
fn judged(outcomes: &[Outcome], vehicle: usize) -> impl Iterator<Item = &Judged> {
    outcomes.iter().map(move |one| &one.driven[vehicle].judged)
}

fn summaries(outcomes: &[Outcome], vehicle: usize) -> impl Iterator<Item = &Summary> {
    outcomes
        .iter()
        .filter_map(move |one| one.driven[vehicle].summary.as_ref())
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

/// The readings of an agent that were not late, in percent.
#[allow(clippy::cast_precision_loss, reason = "counts are small")]
pub(crate) fn ticks_read(outcomes: &[Outcome], vehicle: usize) -> f64 {
    let of = |count: fn(&Summary) -> u64| -> u64 { summaries(outcomes, vehicle).map(count).sum() };
    100.0 * of(|one| one.ticks_read) as f64 / of(|one| one.ticks).max(1) as f64
}

/// Prints the figures of an agent.
pub(crate) fn print(driver: Driver, vehicle: usize, outcomes: &[Outcome], speed: f64) {
    println!("{driver}");
    print_standby(outcomes, vehicle);
    print_grays(outcomes, vehicle);
    print_swaps(outcomes, vehicle, speed);
    println!(
        "  ticks read in time: {:.1} %; below 95 % this machine was too busy for these figures: try a lower --speed or --jobs\n",
        ticks_read(outcomes, vehicle)
    );
}

fn print_standby(outcomes: &[Outcome], vehicle: usize) {
    let [able, elsewhere, good] = judged(outcomes, vehicle)
        .map(|one| truth::ready(&one.witnessed))
        .fold([0; 3], |sum, one| [sum[0] + one[0], sum[1] + one[1], sum[2] + one[2]]);
    println!(
        "  standby ready in {:.1} % of the time in which another access point is good (goal 90), on a good one itself in {:.1} %",
        percent(elsewhere, able),
        percent(good, able)
    );
    let [arrived, sent_away] = judged(outcomes, vehicle)
        .map(truth::arrivals)
        .fold([0; 2], |sum, one| [sum[0] + one[0], sum[1] + one[1]]);
    println!(
        "  a radio arrived on an access point {arrived} times, and was sent away within half a second {sent_away} times"
    );
    let scans = judged(outcomes, vehicle).map(|one| truth::scans_on_active(&one.events).len());
    println!("  scans on the active radio: {} (goal 0)", scans.sum::<usize>());
}

fn print_grays(outcomes: &[Outcome], vehicle: usize) {
    let grays: Vec<Gray> = judged(outcomes, vehicle).flat_map(truth::grays).collect();
    let whole = |gray: &&Gray| gray.left_after.is_some() || gray.lasted >= LEAST;
    let left = |grays: &mut dyn Iterator<Item = &Gray>| {
        let after: Vec<f64> = grays.map(|gray| gray.left_after.unwrap_or(f64::INFINITY)).collect();
        let left = after.iter().filter(|after| after.is_finite()).count();
        format!("{left} of {} left, median after {:.1} s", after.len(), median(&after))
    };
    println!(
        "  gray periods of {LEAST} s or more with another good access point: {}; with the standby on a good one: {} (goal 2.5)",
        left(&mut grays.iter().filter(whole)),
        left(&mut grays.iter().filter(whole).filter(|gray| gray.standby_good))
    );
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn print_swaps(outcomes: &[Outcome], vehicle: usize, speed: f64) {
    let swaps = || judged(outcomes, vehicle).flat_map(|one| truth::swaps(one).into_iter().map(move |swap| (one, swap)));
    let alarms = swaps().filter(|(one, swap)| truth::had_no_reason(one, swap)).count();
    let hours: f64 = judged(outcomes, vehicle).map(truth::good_hours).sum();
    println!(
        "  false alarms: {alarms} swaps away from good air (-75 dBm and above, not gray) in {hours:.2} h of it, {:.1} an hour",
        alarms as f64 / hours.max(f64::EPSILON)
    );
    let mut dark: Vec<f64> = swaps()
        .filter_map(|(one, swap)| truth::planned_dark(one, &swap))
        .collect();
    dark.sort_by(f64::total_cmp);
    println!(
        "  dark of a planned swap: median {:.1} s, nine in ten below {:.1} s, of {} in {} swaps",
        median(&dark),
        dark.get(dark.len() * 9 / 10).copied().unwrap_or(0.0),
        dark.len(),
        swaps().count()
    );
    let ms = |swap: &Swapped| swap.router.as_secs_f64() * 1000.0;
    let verified = || summaries(outcomes, vehicle).flat_map(|one| &one.swaps);
    let all: Vec<f64> = verified().map(ms).collect();
    let single: Vec<f64> = verified().filter(|swap| swap.calls == 1).map(ms).collect();
    let failed: u64 = summaries(outcomes, vehicle).map(|one| one.failed_swaps).sum();
    println!(
        "  swaps from decision to answer: median {:.2} ms of {}, with one call {:.2} ms of {}, in real time at speed {speed}; {failed} failed",
        median(&all),
        all.len(),
        median(&single),
        single.len()
    );
}
