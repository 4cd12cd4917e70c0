//! A radio that the agent moves searches few channels, and no radio stays deaf by that.

use tikroam::agent::Agent;
use tikroam::sim::{Effect, Fault, Settings, Sim};

use crate::log::Log;
use crate::road::{END, config, lose_the_active, options, ride, road, row, settings, start, until};

/// A third access point comes near, so that the standby has reason to move.
fn vehicle() -> Settings {
    settings(road(&[(-55, 0..END), (-78, 0..END), (-60, 6..END)]))
}

fn scan_list(sim: &Sim, radio: &str) -> String {
    let rows = sim.console("/interface/wireless/print", &[]).unwrap();
    let mut rows = rows
        .into_iter()
        .map(|row| row.into_iter().collect::<std::collections::BTreeMap<_, _>>());
    let row = rows.find(|row| row["name"] == radio).unwrap();
    row["scan-list"].clone()
}

fn rule(sim: &Sim, comment: &str) -> Option<String> {
    let rows = sim.console("/interface/wireless/connect-list/print", &[]).unwrap();
    let fields = rows.into_iter().flatten();
    let mut comments = fields.filter(|(key, _)| key == "comment").map(|(_, value)| value);
    comments.find(|there| there.starts_with(comment))
}

/// The radio that searches few channels, once there is one; its own list is in its rule by then.
async fn short(sim: &Sim) -> &'static str {
    let radios = ["wlan1", "wlan2"];
    let is_short = |radio: &&&str| scan_list(sim, radio) != "default";
    until("a radio searches few channels", || {
        radios.iter().any(|radio| is_short(&radio))
    })
    .await;
    let radio = radios.iter().find(is_short).unwrap();
    assert_eq!(
        rule(sim, &format!("tikroam:hunt:{radio}")),
        Some(format!("tikroam:hunt:{radio} scan-list=default"))
    );
    radio
}

fn nobody_is_deaf(sim: &Sim) -> bool {
    ["wlan1", "wlan2"].iter().all(|radio| {
        let comment = format!("tikroam:hunt:{radio}");
        scan_list(sim, radio) == "default" && rule(sim, &comment) == Some(comment)
    })
}

#[tokio::test]
async fn a_clean_exit_gives_every_radio_its_own_scan_list_back() {
    let _log = Log::strict();
    let sim = start(vehicle()).await;
    ride(config(&sim, &[]), options(), short(&sim)).await;
    assert!(nobody_is_deaf(&sim));
    for radio in ["wlan1", "wlan2"] {
        let avoid = row(
            &sim,
            "/interface/wireless/connect-list",
            &format!("tikroam:avoid:{radio}"),
        );
        assert_eq!(avoid["disabled"], "true", "{radio} stays off an access point for ever");
    }
}

#[tokio::test]
async fn a_restart_gives_the_scan_list_back_that_a_killed_agent_left_short() {
    let _log = Log::strict();
    let sim = start(vehicle()).await;
    let killed = Agent::new(config(&sim, &[]), options());
    let radio = tokio::select! {
        _ = killed.run(std::future::pending()) => unreachable!("it was not asked to stop"),
        radio = short(&sim) => radio,
    };
    assert_ne!(scan_list(&sim, radio), "default");
    let whole = [("HUNT__SHORT_SCAN_LIST", "false")];
    ride(
        config(&sim, &whole),
        options(),
        until("no radio is deaf", || nobody_is_deaf(&sim)),
    )
    .await;
}

#[tokio::test]
async fn a_router_that_searches_everywhere_all_the_same_is_no_harm() {
    let _log = Log::strict();
    let mut vehicle = vehicle();
    vehicle.quirks.ignores_scan_list = true;
    let sim = start(vehicle).await;
    ride(config(&sim, &[]), options(), async {
        short(&sim).await;
        let lost = lose_the_active(&sim, || {}).await;
        until("another radio carries the vehicle", || {
            crate::road::whole_by(&sim).is_ok_and(|radio| radio != lost)
        })
        .await;
    })
    .await;
    assert!(nobody_is_deaf(&sim));
}

#[tokio::test]
async fn a_router_that_refuses_a_short_scan_list_keeps_its_own_and_is_not_said_to_have_another() {
    let log = Log::strict();
    let sim = start(vehicle()).await;
    sim.faults().add(Fault {
        nth: 1,
        command: "/interface/wireless/set".into(),
        attribute: None,
        effect: Effect::Refuse("invalid value for argument scan-list".into()),
    });
    ride(config(&sim, &[]), options(), async {
        until("the refusal is logged", || {
            log.count("radios search all channels from now on") > 0
        })
        .await;
        until("each radio has its own list", || nobody_is_deaf(&sim)).await;
        // Twice as long as from one slow reading to the next.
        let since = sim.elapsed();
        until("time passes", || (sim.elapsed() - since).as_secs() >= 20).await;
        assert!(nobody_is_deaf(&sim));
    })
    .await;
    assert_eq!(log.count("radios search all channels from now on"), 1);
    assert_eq!(log.count("somebody changed"), 0);
}
