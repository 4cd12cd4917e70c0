//! Gray periods and refused dials: what no signal shows, end to end.

use tikroam::sim::{Event, SecondSession, Sim, What};
use tracing::Level;

use crate::log::Log;
use crate::road::{END, config, happened, options, ride, road, row, settings, start, until};

/// A seed whose first access point has a long and heavy gray period soon after the start.
const SOON_GRAY: u64 = 3;

/// The radio that the default route leads over.
fn out_by(sim: &Sim) -> Option<String> {
    let route = row(sim, "/ip/route", "tikroam:default");
    (route["disabled"] == "false").then(|| route["gateway"].split('%').nth(1).map(str::to_owned))?
}

/// The first gray period of the active in which the tunnel was turned off: its access point, and when that was.
fn left_while_gray(events: &[Event]) -> Option<(String, f64)> {
    let mut gray: Option<&str> = None;
    for event in events {
        match &event.what {
            What::GrayStart { bssid } => gray = Some(bssid),
            What::GrayEnd { .. } => gray = None,
            what if what.hangs_up() => {
                if let Some(bssid) = gray {
                    return Some((bssid.to_owned(), event.at));
                }
            }
            _ => {}
        }
    }
    None
}

/// The access point that a radio was on at a moment.
fn on(events: &[Event], radio: &str, at: f64) -> Option<String> {
    let mut on = None;
    for event in events.iter().take_while(|event| event.at <= at) {
        match &event.what {
            What::Authenticated { radio: one, bssid } if one == radio => on = Some(bssid.clone()),
            What::Lost { radio: one, .. } if one == radio => on = None,
            _ => {}
        }
    }
    on
}

#[tokio::test]
async fn leaves_a_gray_access_point_for_a_good_one() {
    let log = Log::strict();
    // Both stay strong all the time, so no signal gives a reason to go.
    let mut vehicle = settings(road(&[(-52, 0..END), (-55, 0..END)]));
    vehicle.quirks.gray = true;
    vehicle.seed = SOON_GRAY;
    let sim = start(vehicle).await;
    let (_, (left, gray, out)) = ride(config(&sim, &[]), options(), async {
        until("a gray access point was left and the tunnel is up again", || {
            let events = sim.events();
            left_while_gray(&events).is_some_and(|(_, at)| {
                let since = |fits: fn(&What) -> bool| happened(&sim, at, fits);
                since(|what| matches!(what, What::Swap { .. })) && since(|what| matches!(what, What::TunnelUp))
            })
        })
        .await;
        let (gray, left) = left_while_gray(&sim.events()).unwrap();
        (left, gray, out_by(&sim).unwrap())
    })
    .await;
    let now_on = on(&sim.events(), &out, left).unwrap();
    assert_ne!(now_on, gray, "the way out leads over the access point that was left");
    let reasons: Vec<String> = log
        .at(Level::INFO)
        .iter()
        .filter(|line| line.message.starts_with("swap begun"))
        .map(|line| line.value("reason").to_owned())
        .collect();
    assert!(
        reasons.last().unwrap().contains("probes"),
        "left for another reason than its probes: {reasons:?}"
    );
}

#[tokio::test]
async fn a_refused_dial_is_begun_again_at_once() {
    let _log = Log::strict();
    // The first access point is gone from one second to the next, so the concentrator does not hear of the call's end.
    let mut vehicle = settings(road(&[(-52, 0..25), (-60, 0..END)]));
    vehicle.quirks.second_session = SecondSession::Refuse;
    let sim = start(vehicle).await;
    let (summary, ()) = ride(config(&sim, &[]), options(), async {
        until("a dial was refused and the tunnel is up after it", || {
            let events = sim.events();
            let refused = events.iter().find(|event| event.what == What::DialRefused);
            refused.is_some_and(|refused| happened(&sim, refused.at, |what| *what == What::TunnelUp))
        })
        .await;
        until("the agent saw it", || sim.elapsed().as_secs() > 45).await;
    })
    .await;
    let events = sim.events();
    let refused = events.iter().find(|event| event.what == What::DialRefused).unwrap().at;
    let up = events
        .iter()
        .find(|event| event.at > refused && event.what == What::TunnelUp);
    let up = up.unwrap().at;
    let bounced = events
        .iter()
        .any(|event| (refused..up).contains(&event.at) && event.what.hangs_up());
    assert!(bounced, "the client was left to its own pause");
    assert_eq!(summary.failed_swaps, 0, "{summary:?}");
}
