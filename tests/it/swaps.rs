//! The whole agent swaps: why, how, and what becomes of a swap that is cut.

use tikroam::sim::What;

use crate::log::Log;
use crate::road::{config, fading, happened, options, ride, settings, start, tunnel, until, writes};

/// Waits until the vehicle goes out by a radio with its tunnel up.
async fn until_out_by(sim: &tikroam::sim::Sim, radio: &str) {
    until(&format!("the tunnel is up over {radio}"), || {
        let events = sim.events();
        let swapped = events
            .iter()
            .rposition(|event| matches!(&event.what, What::Swap { .. }));
        let last = swapped.map(|index| &events[index].what);
        matches!(last, Some(What::Swap { to, .. }) if to == radio) && tunnel(sim)["running"] == "true"
    })
    .await;
}

#[tokio::test]
async fn leaves_a_fading_access_point_for_the_better_radio() {
    let log = Log::quiet();
    let sim = start(settings(fading(30))).await;
    let (summary, ()) = ride(config(&sim, &[]), options(), async {
        until_out_by(&sim, "wlan1").await;
        until_out_by(&sim, "wlan2").await;
        until("the swap has ended", || {
            log.count("swap ended: the tunnel is up over wlan2") > 0
        })
        .await;
    })
    .await;
    let last = summary.swaps.last().unwrap();
    assert_eq!(last.to.to_string(), "wlan2");
    assert_eq!(last.calls, 3, "a staged standby needs tunnel off, route, tunnel on");
    assert!(!writes(&sim.events()).is_empty());
    assert!(!happened(&sim, 0.0, |what| matches!(
        what,
        What::Scan { active: true, .. }
    )));
}
