//! What a technician meets: a router that throws the agent out, a full disk, a lost terminal.

use std::time::Duration;

use tikroam::record::{self, Options};
use tikroam::sim::{Effect, What};

use crate::log::Log;
use crate::road::{self, END, SPEED, config, options, road, settings, start};

#[tokio::test]
async fn a_router_that_ends_each_session_just_after_the_login_is_left_alone() {
    let log = Log::quiet();
    let sim = start(settings(road(&[(-55, 0..END)]))).await;
    let menu = "/interface/wireless/registration-table/print";
    for _ in 0..500 {
        sim.faults().at(1, menu, Effect::CloseBefore);
    }
    let recording = Options {
        seconds: Some(30),
        strangers: false,
        second: Duration::from_secs(1).div_f64(SPEED),
        delays: options().delays,
    };
    let recorded = record::live(
        &config(&sim, &[]),
        &recording,
        std::io::sink(),
        std::future::pending(),
        |_| {},
    )
    .await;
    let logins: Vec<f64> = sim
        .events()
        .iter()
        .filter(|event| event.what == What::LoggedIn)
        .map(|event| event.at)
        .collect();
    let gaps: Vec<f64> = logins.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(recorded.unwrap().unread, 30);
    assert!(logins.len() > 3, "{logins:?}");
    // The router's clock counts in whole steps.
    let closed = road::options().delays.closed.as_secs_f64() * SPEED - 0.1;
    assert!(gaps[2..].iter().all(|gap| *gap >= closed), "{gaps:?}");
    assert_eq!(log.count("lost the session with the router; connecting again"), 1);
    assert_eq!(log.count("end just after the login"), 1);
}
