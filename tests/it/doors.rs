//! Getting in, and getting out in the middle of something.

use std::time::Duration;

use tikroam::sim::{Effect, What};

use crate::log::Log;
use crate::road::{END, config, fading, happened, options, ride, road, row, settings, start, tunnel, until, writes};

#[tokio::test]
async fn a_connection_that_is_closed_before_the_login_is_told_once_and_tried_on() {
    let log = Log::quiet();
    let sim = start(settings(road(&[(-55, 0..END)]))).await;
    sim.faults().refuse_connections(3);
    ride(config(&sim, &[]), options(), async {
        until("the agent is in", || log.count("connected to the router") > 0).await;
    })
    .await;
    let told = log.at(tracing::Level::WARN);
    let told: Vec<_> = told.iter().filter(|one| one.message.contains("no session")).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].value("hint").contains("/ip service print"), "{told:?}");
}

#[tokio::test]
async fn a_router_older_than_6_43_is_named_as_such() {
    for tag_last in [false, true] {
        let log = Log::announcing(&["cannot log in to the router"]);
        let mut vehicle = settings(road(&[(-55, 0..END)]));
        vehicle.access.challenge_login = true;
        vehicle.quirks.tag_last = tag_last;
        let sim = start(vehicle).await;
        ride(config(&sim, &[]), options(), async {
            until("it is told", || !log.at(tracing::Level::ERROR).is_empty()).await;
        })
        .await;
        let told = log.at(tracing::Level::ERROR);
        assert!(told[0].value("cause").contains("older than 6.43"), "{told:?}");
        assert_eq!(writes(&sim.events()), []);
    }
}

#[tokio::test]
async fn a_strangers_address_is_told_with_the_commands_that_adopt_or_remove_it() {
    let log = Log::announcing(&["10.10.10.7/24", "nothing is written on this router"]);
    let mut vehicle = settings(road(&[(-55, 0..END)]));
    // What can be adopted must not be there already.
    vehicle.prepared = false;
    let sim = start(vehicle).await;
    let stranger = [("address", "10.10.10.7/24"), ("interface", "wlan1")];
    sim.console("/ip/address/add", &stranger).unwrap();
    let mut options = options();
    options.delays.person = Duration::from_secs(600);
    ride(config(&sim, &[]), options, async {
        until("it is told", || log.count("nothing is written on this router") > 0).await;
    })
    .await;
    assert_eq!(writes(&sim.events()), []);
    let told = log.at(tracing::Level::ERROR);
    let hint = told
        .iter()
        .find(|one| one.message.contains("10.10.10.7/24"))
        .unwrap()
        .value("hint");
    assert!(
        hint.contains("/ip address remove [find") && hint.contains("comment=\"tikroam:wlan1\""),
        "{hint}"
    );
}

/// Whichever call of a swap is cut, and however: the vehicle ends out by the other radio with its tunnel up.
#[tokio::test]
async fn a_swap_that_is_cut_anywhere_still_ends() {
    let off = ("/interface/pptp-client/set", Some(("disabled", "yes")));
    let on = ("/interface/pptp-client/set", Some(("disabled", "no")));
    let cuts = [
        (off, Effect::CloseBefore),
        (off, Effect::ApplyThenClose),
        (off, Effect::RetBeforeTag),
        (("/ip/route/set", None), Effect::Hang),
        (("/ip/route/set", None), Effect::ApplyAndHang),
        (("/ip/route/set", None), Effect::Refuse("failure: busy".into())),
        (on, Effect::CloseBefore),
        (on, Effect::ApplyThenClose),
        (on, Effect::PowerCut(Duration::from_secs(2))),
    ];
    for ((command, attribute), effect) in cuts {
        let case = format!("{command} {attribute:?}: {effect:?}");
        println!("== {case}");
        let _log = Log::quiet();
        let sim = start(settings(fading(40))).await;
        let config = config(&sim, &[("ROUTER__ANSWER_DEADLINE", "10s")]);
        ride(config, options(), async {
            until("the tunnel is up", || tunnel(&sim)["running"] == "true").await;
            sim.faults().add(tikroam::sim::Fault {
                nth: 1,
                command: command.into(),
                attribute: attribute.map(|(name, value): (&str, &str)| (name.into(), value.into())),
                effect,
            });
            let since = sim.elapsed().as_secs_f64();
            until(&format!("{case}: the tunnel is up over the other access point"), || {
                let route = row(&sim, "/ip/route", "tikroam:default");
                let up = happened(&sim, since, |what| matches!(what, What::TunnelUp));
                up && route["gateway"].starts_with("10.20.0.1%") && tunnel(&sim)["running"] == "true"
            })
            .await;
        })
        .await;
        assert_eq!(tunnel(&sim)["disabled"], "false", "{case}");
    }
}

/// Told to stop between two calls of a swap, the agent finishes the swap's writes and does not wait for the dial.
#[tokio::test]
async fn a_shutdown_in_the_middle_of_a_swap_finishes_its_writes() {
    let _log = Log::quiet();
    let mut vehicle = settings(fading(40));
    // So slow a wire that the shutdown comes while a call is under way.
    vehicle.round_trip = Duration::from_millis(30);
    let sim = start(vehicle).await;
    ride(config(&sim, &[]), options(), async {
        until("the tunnel is up", || tunnel(&sim)["running"] == "true").await;
        let since = sim.elapsed().as_secs_f64();
        until("the swap has begun", || {
            happened(&sim, since, |what| match what {
                What::Write {
                    command, attributes, ..
                } => command == "/interface/pptp-client/set" && attributes.iter().any(|(_, value)| value == "yes"),
                _ => false,
            })
        })
        .await;
        assert_eq!(tunnel(&sim)["disabled"], "true", "the shutdown comes in the middle");
    })
    .await;
    let tunnel = tunnel(&sim);
    let comment = tunnel.get("comment").map_or("", String::as_str);
    assert_eq!((tunnel["disabled"].as_str(), comment), ("false", ""));
    let route = row(&sim, "/ip/route", "tikroam:default");
    assert!(route["gateway"].starts_with("10.20.0.1%"), "{route:?}");
}
