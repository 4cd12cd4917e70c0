//! Differences between what the agent wants and what the router shows, while it drives: each is put right without a
//! restart.

use std::time::Duration;

use tikroam::router::Delays;
use tikroam::sim::{Effect, Sim, StatusWords, What};
use tracing::Level;

use crate::log::{Log, Logged};
use crate::road::{
    END, config, happened, lose_the_active, options, out_by, ride, road, row, settings, start, tunnel, until,
    until_on_air, whole_by,
};

/// Waits until the tunnel is up over a whole way out; the radio.
async fn until_reachable(sim: &Sim) -> String {
    until("the tunnel is up over a whole way out", || {
        whole_by(sim).is_ok() && tunnel(sim)["running"] == "true"
    })
    .await;
    out_by(sim).unwrap()
}

/// Waits until the tunnel is up over a whole way out by another radio.
async fn until_reachable_without(sim: &Sim, lost: &str) {
    until("the tunnel is up over another radio", || {
        whole_by(sim).is_ok_and(|radio| radio != lost) && tunnel(sim)["running"] == "true"
    })
    .await;
}

/// Waits so long, in simulated time.
async fn pass(sim: &Sim, span: Duration) {
    let since = sim.elapsed();
    until("time passes", || sim.elapsed() - since >= span).await;
}

fn has(sim: &Sim, menu: &str, comment: &str) -> bool {
    let rows = sim.console(&format!("{menu}/print"), &[]).unwrap();
    rows.iter()
        .flatten()
        .any(|(name, value)| name == "comment" && value == comment)
}

fn remove(sim: &Sim, menu: &str, comment: &str) {
    let id = row(sim, menu, comment)[".id"].clone();
    sim.console(&format!("{menu}/remove"), &[(".id", &id)]).unwrap();
}

#[tokio::test]
async fn a_managed_item_that_disappears_is_made_again_at_once() {
    let log = Log::strict();
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    ride(config(&sim, &[]), options(), async {
        let active = until_reachable(&sim).await;
        let standby = if active == "wlan1" { "wlan2" } else { "wlan1" };
        for (menu, comment) in [
            ("/ip/address", format!("tikroam:{active}")),
            ("/ip/route", "tikroam:default".to_owned()),
            ("/ip/address", format!("tikroam:{standby}")),
            ("/interface/wireless/connect-list", format!("tikroam:hunt:{standby}")),
        ] {
            let made = log.count("making what is missing");
            remove(&sim, menu, &comment);
            if menu.ends_with("connect-list") {
                // Only the hunt needs it: it is found missing when it sends the standby somewhere.
                continue;
            }
            until("the item is there again", || has(&sim, menu, &comment)).await;
            until_reachable(&sim).await;
            assert_eq!(log.count("making what is missing"), made + 1, "{comment}");
        }
    })
    .await;
    assert_eq!(log.count("swap failed"), 0);
    let hints: Vec<String> = log
        .at(Level::WARN)
        .iter()
        .map(|one| one.value("hint").to_owned())
        .collect();
    assert!(hints.iter().all(|hint| !hint.contains("restart")), "{hints:?}");
}

#[tokio::test]
async fn with_an_item_there_twice_the_agent_says_which_to_remove_and_drives_on() {
    let log = Log::strict();
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    ride(config(&sim, &[]), options(), async {
        let active = until_reachable(&sim).await;
        let comment = format!("tikroam:{active}");
        sim.console(
            "/ip/address/add",
            &[
                ("address", "10.77.0.1/24"),
                ("interface", "ether1"),
                ("comment", &comment),
            ],
        )
        .unwrap();
        sim.console(
            "/ip/route/add",
            &[
                ("dst-address", "0.0.0.0/0"),
                ("gateway", "10.77.0.254"),
                ("comment", "tikroam:default"),
            ],
        )
        .unwrap();
        until("both are reported", || log.count("a second time") == 2).await;
        let hints: Vec<String> = log
            .at(Level::WARN)
            .iter()
            .map(|one| one.value("hint").to_owned())
            .collect();
        assert!(
            hints.iter().any(|hint| hint.contains("/ip address remove")),
            "{hints:?}"
        );
        assert!(hints.iter().any(|hint| hint.contains("/ip route remove")), "{hints:?}");
        until("the second route is off", || {
            let rows = sim.console("/ip/route/print", &[]).unwrap();
            let second = rows
                .iter()
                .find(|row| row.iter().any(|(_, value)| value == "10.77.0.254"));
            second.is_some_and(|row| row.contains(&("disabled".to_owned(), "true".to_owned())))
        })
        .await;
        sim.console("/interface/wireless/disable", &[("numbers", &active)])
            .unwrap();
        until("the other radio carries the vehicle", || {
            sim.console("/interface/pptp-client/print", &[]).is_ok()
                && out_by_first(&sim).is_some_and(|radio| radio != active)
                && tunnel(&sim)["running"] == "true"
        })
        .await;
    })
    .await;
}

/// The radio of the enabled route with our comment.
fn out_by_first(sim: &Sim) -> Option<String> {
    let rows = sim.console("/ip/route/print", &[]).unwrap();
    let managed = |row: &&Vec<(String, String)>| {
        row.contains(&("comment".to_owned(), "tikroam:default".to_owned()))
            && row.contains(&("disabled".to_owned(), "false".to_owned()))
    };
    let gateway = rows.iter().find(managed)?.iter().find(|(name, _)| name == "gateway")?;
    gateway.1.split('%').nth(1).map(str::to_owned)
}

/// How often the agent turned the tunnel off.
fn hang_ups(sim: &Sim, since: f64) -> usize {
    let events = sim.events();
    events
        .iter()
        .filter(|event| event.at >= since && event.what.hangs_up())
        .count()
}

#[tokio::test]
async fn an_office_that_needs_long_is_waited_for_whatever_the_router_calls_it() {
    for words in [StatusWords::Logged, StatusWords::Pppoe, StatusWords::Absent] {
        for signal in [-52, -58] {
            let log = Log::strict();
            let mut vehicle = settings(road(&[(signal, 0..END), (signal, 0..END)]));
            vehicle.quirks.office_accepts_after = Duration::from_millis(3_200);
            vehicle.quirks.status_words = words;
            let sim = start(vehicle).await;
            ride(config(&sim, &[]), options(), async {
                until_reachable(&sim).await;
                let since = sim.elapsed().as_secs_f64();
                // The second time the agent has learned what this office needs.
                let lost = lose_the_active(&sim, || {}).await;
                until_reachable_without(&sim, &lost).await;
                let cut = hang_ups(&sim, since) > 1;
                assert!(!cut, "{words:?} {signal}: a dial was cut short");
            })
            .await;
            assert_eq!(log.count("swap failed"), 0, "{words:?} {signal}");
        }
    }
}

#[tokio::test]
async fn a_router_that_refuses_monitor_is_asked_whether_the_tunnel_is_running() {
    let log = Log::strict();
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    sim.faults().always(
        "/interface/pptp-client/monitor",
        Effect::Refuse("failure: not supported".into()),
    );
    let (summary, ()) = ride(config(&sim, &[]), options(), async {
        until_reachable(&sim).await;
        let lost = lose_the_active(&sim, || {}).await;
        until_reachable_without(&sim, &lost).await;
        pass(&sim, Duration::from_secs(15)).await;
    })
    .await;
    assert_eq!(log.count("whether it is running must do"), 1);
    assert_eq!(summary.failed_swaps, 0);
}

#[tokio::test]
async fn a_session_lost_in_the_middle_of_a_redial_does_not_leave_the_tunnel_off() {
    let log = Log::strict();
    let mut vehicle = settings(road(&[(-79, 0..END), (-79, 0..END)]));
    // Longer than a first try over a weak signal runs, so that the agent dials again.
    vehicle.quirks.office_accepts_after = Duration::from_millis(4_000);
    let sim = start(vehicle).await;
    let trigger = [("HANDOVER__TRIGGER", "-72")];
    ride(config(&sim, &trigger), options(), async {
        until("a dial is begun again", || hang_ups(&sim, 0.0) >= 1).await;
        sim.faults().add(tikroam::sim::Fault {
            nth: 1,
            command: "/interface/pptp-client/set".into(),
            attribute: Some(("disabled".into(), "no".into())),
            effect: Effect::CloseBefore,
        });
        until("the session was lost", || log.count("lost the session") > 0).await;
        until_reachable(&sim).await;
    })
    .await;
    assert_eq!(tunnel(&sim)["disabled"], "false");
}

#[tokio::test]
async fn a_dial_under_way_outlives_a_lost_session_and_a_restart_of_the_agent() {
    let log = Log::strict();
    let mut vehicle = settings(road(&[(-55, 0..END), (-60, 0..END)]));
    vehicle.quirks.office_accepts_after = Duration::from_secs(6);
    let sim = start(vehicle).await;
    let dialing = || tunnel(&sim)["disabled"] == "false" && tunnel(&sim)["running"] != "true" && whole_by(&sim).is_ok();
    ride(config(&sim, &[]), options(), async {
        until("the tunnel dials", dialing).await;
        pass(&sim, Duration::from_secs(1)).await;
    })
    .await;
    let since = sim.elapsed().as_secs_f64();
    ride(config(&sim, &[]), options(), async {
        until("the agent is back", || log.count("connected to the router") == 2).await;
        sim.faults()
            .at(1, "/interface/wireless/registration-table/print", Effect::CloseBefore);
        until("it is back again", || log.count("connected to the router") == 3).await;
        until_reachable(&sim).await;
    })
    .await;
    assert_eq!(hang_ups(&sim, since), 0, "the dial was begun again");
    assert_eq!(log.count("went down"), 0);
}

/// Each swap that was begun has a line that says how it ended.
#[tokio::test]
async fn a_swap_that_another_one_overtakes_gets_its_end_line() {
    let log = Log::strict();
    let mut vehicle = settings(road(&[(-55, 0..END), (-60, 0..END)]));
    vehicle.quirks.office_accepts_after = Duration::from_secs(3_600);
    let sim = start(vehicle).await;
    let dialing = || tunnel(&sim)["disabled"] == "false" && tunnel(&sim)["running"] != "true" && whole_by(&sim).is_ok();
    ride(config(&sim, &[("TUNNEL__PATIENCE", "2m")]), options(), async {
        until_on_air(&sim, &["wlan1", "wlan2"]).await;
        until("the tunnel dials", dialing).await;
        let lost = whole_by(&sim).unwrap();
        sim.console("/interface/wireless/disable", &[("numbers", &lost)])
            .unwrap();
        let ended = format!("swap ended: the one to {lost} did not bring the tunnel up");
        until("its end is logged", || log.count(&ended) == 1).await;
    })
    .await;
}

#[tokio::test]
async fn a_swap_that_stopped_half_way_is_not_undone_onto_a_radio_that_fades() {
    let log = Log::strict();
    let mut drive = road(&[(-55, 0..END), (-60, 0..END)]);
    for second in drive.seconds.iter_mut().skip(30) {
        second[0].signal = tikroam::units::Dbm(-84);
    }
    let sim = start(settings(drive)).await;
    let old = ride(config(&sim, &[]), options(), async {
        let old = until_reachable(&sim).await;
        sim.faults().at(1, "/ip/route/set", Effect::CloseBefore);
        sim.faults().refuse_connections(1_000_000);
        until("the swap stopped half-way", || log.count("lost the session") > 0).await;
        old
    })
    .await
    .1;
    assert_eq!(out_by(&sim), Some(old.clone()), "the route did not move");
    assert_eq!(tunnel(&sim)["disabled"], "true");
    sim.faults().refuse_connections(0);
    let since = sim.elapsed().as_secs_f64();
    ride(config(&sim, &[]), options(), async {
        let radio = until_reachable(&sim).await;
        assert_ne!(radio, old);
    })
    .await;
    let dials = |what: &What| matches!(what, What::Write { command, .. } if command == "/interface/pptp-client/set");
    let events = sim.events();
    let dials = events
        .iter()
        .filter(|event| event.at >= since && dials(&event.what))
        .count();
    assert_eq!(dials, 1, "the tunnel came on once, over the other radio");
}

#[tokio::test]
async fn a_dry_run_on_a_fresh_router_assumes_that_its_plans_were_carried_out() {
    let log = Log::strict();
    let mut vehicle = settings(road(&[(-55, 0..END), (-60, 0..END)]));
    vehicle.prepared = false;
    let sim = start(vehicle).await;
    let mut options = options();
    options.dry_run = true;
    ride(config(&sim, &[]), options, async {
        until("the swap is planned", || log.count("dry run: swap none ->") > 0).await;
        pass(&sim, Duration::from_secs(20)).await;
    })
    .await;
    assert_eq!(log.count("dry run: swap none ->"), 1);
    assert_eq!(log.count("dry run: making what is missing"), 1);
    assert_eq!(log.count("\n"), 0, "each line is a line of its own");
    assert!(!happened(&sim, 0.0, |what| matches!(
        what,
        What::Write {
            by: tikroam::sim::Sender::Api,
            ..
        }
    )));
}

#[tokio::test]
async fn sessions_that_die_just_after_login_are_not_made_again_and_again() {
    let log = Log::strict();
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    sim.faults().close_after_login(1_000_000);
    let mut options = options();
    // At the vehicle's speed: at most one login in five seconds.
    options.delays = Delays::default().divided(crate::road::SPEED);
    ride(config(&sim, &[]), options, async {
        until("a session ended at once", || {
            log.count("no session with the router") > 0
        })
        .await;
        pass(&sim, Duration::from_secs(10)).await;
        let logins = |sim: &Sim| {
            let rows = sim.console("/log/print", &[]).unwrap();
            rows.iter()
                .flatten()
                .filter(|(_, value)| value.contains("logged in"))
                .count()
        };
        let (before, since) = (logins(&sim), sim.elapsed());
        pass(&sim, Duration::from_secs(60)).await;
        let seconds = (sim.elapsed() - since).as_secs_f64();
        let most = seconds / 5.0 + 2.0;
        let more = logins(&sim) - before;
        assert!(more as f64 <= most, "{more} logins in {seconds} s");
        assert!(more > 0, "it no longer tries");
    })
    .await;
}

#[tokio::test]
async fn what_a_person_changed_is_reported_while_it_lasts_and_when_it_is_over() {
    let log = Log::strict();
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    let access = tikroam::router::Access {
        address: sim.local_addr().to_string(),
        user: "admin".into(),
        password: String::new(),
        tls: tikroam::config::Tls::Off,
        deadlines: tikroam::router::Deadlines::default(),
        buffer: tikroam::router::Access::BUFFER,
        keepalive: Duration::from_secs(10),
    };
    ride(config(&sim, &[]), options(), async {
        let active = until_reachable(&sim).await;
        let standby = if active == "wlan1" { "wlan2" } else { "wlan1" };
        let second = tikroam::router::Router::connect(&access).await.unwrap();
        let do_it = |command: &str, words: &[(&str, &str)]| sim.console(command, words).unwrap();
        do_it("/interface/wireless/disable", &[("numbers", standby)]);
        do_it(
            "/ip/route/add",
            &[
                ("dst-address", "0.0.0.0/0"),
                ("gateway", "192.168.88.254"),
                ("comment", "mine"),
            ],
        );
        do_it(
            "/interface/pptp-client/set",
            &[("numbers", "PPtP_to_Office"), ("disabled", "yes")],
        );
        let conditions = [
            "is disabled",
            "the static default route",
            "was disabled by a person",
            "has another session",
        ];
        for text in conditions {
            until(text, || log.count(text) > 0).await;
        }
        // A minute later each is reported again.
        for text in conditions {
            until(text, || {
                log.count("still so") >= conditions.len() && log.count(text) > 1
            })
            .await;
        }
        second.close().await;
        let id = row(&sim, "/ip/route", "mine")[".id"].clone();
        do_it("/ip/route/remove", &[(".id", &id)]);
        do_it("/interface/wireless/enable", &[("numbers", standby)]);
        do_it(
            "/interface/pptp-client/set",
            &[("numbers", "PPtP_to_Office"), ("disabled", "no")],
        );
        until("each is over", || log.count("no longer so") == conditions.len()).await;
        until_reachable(&sim).await;
    })
    .await;
    // The air may be silent for a moment meanwhile, which no person can mend.
    let of_people = |warning: &Logged| !warning.message.starts_with("not reachable");
    for warning in log.at(Level::WARN).into_iter().filter(of_people) {
        assert!(!warning.value("hint").is_empty(), "{warning:?}");
    }
}
