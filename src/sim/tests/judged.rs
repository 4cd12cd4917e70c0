use super::{apart, bounce, dark, drive, lead, live, send, settings};
use crate::sim::journey::Journey;
use crate::sim::world::dispatcher::{Dark, Dispatcher};
use crate::sim::world::witness::Why;

/// `wlan1` on the first access point and active, `wlan2` on the second, a third that nobody uses; each at its level.
fn led(levels: [i16; 3]) -> Journey {
    let levels = levels.map(|level| (level, 0..3600));
    let mut journey = apart(settings(drive(3600, &levels)));
    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 30);
    journey
}

/// What a minute brings.
fn minute(journey: &mut Journey) -> Dark {
    journey.vehicle.dispatcher = Dispatcher::default();
    live(journey, 60);
    journey.vehicle.dispatcher.dark()
}

/// The cause of most avoidable seconds.
fn main_cause(dark: &Dark) -> Option<Why> {
    let most = dark.causes.iter().max_by(|(_, one), (_, other)| one.total_cmp(other));
    most.map(|(why, _)| *why)
}

#[test]
fn a_frame_that_the_best_access_point_loses_is_unavoidable() {
    let alone = minute(&mut led([-83, -99, -99]));
    assert!(alone.seconds > 10.0, "{alone:?}");
    assert!(
        alone.unavoidable > 0.6 * alone.seconds,
        "the other antenna helps a little: {alone:?}"
    );
    let choice = minute(&mut led([-83, -50, -99]));
    assert!(choice.seconds > 10.0 && choice.unavoidable < 0.5, "{choice:?}");
    for dark in [alone, choice] {
        let causes: f64 = dark.causes.values().sum();
        assert!(
            (dark.avoidable - causes).abs() < 0.01,
            "each avoidable second has a cause: {dark:?}"
        );
        assert!(
            (dark.seconds - dark.unavoidable - dark.avoidable).abs() < 0.01,
            "{dark:?}"
        );
    }
}

#[test]
fn a_fading_active_is_dark_for_a_reason() {
    assert_eq!(main_cause(&minute(&mut led([-83, -50, -99]))), Some(Why::Late));
    assert_eq!(main_cause(&minute(&mut led([-83, -84, -50]))), Some(Why::StandbyPoor));
    assert_eq!(main_cause(&minute(&mut led([-83, -99, -50]))), Some(Why::StandbyMoving));
    assert_eq!(main_cause(&minute(&mut led([-83, -84, -99]))), Some(Why::Faded));
    let mut alone = led([-83, -50, -99]);
    assert!(
        send(&mut alone, &["/interface/disable", "=numbers=wlan2"])
            .traps
            .is_empty()
    );
    assert_eq!(main_cause(&minute(&mut alone)), Some(Why::Late), "no standby");
}

#[test]
fn what_a_person_does_is_avoidable() {
    let mut journey = led([-50, -50, -50]);
    bounce(&mut journey, false);
    assert_eq!(dark(&mut journey, 10), 10.0);
    let figures = journey.vehicle.dispatcher.dark();
    assert_eq!((figures.unavoidable, main_cause(&figures)), (0.0, Some(Why::Off)));
}
