//! The whole agent on a simulated vehicle: it swaps, recovers, refuses to fight, and leaves no trace when it is not to.

use tikroam::entry;
use tikroam::journal::{self, Journal};
use tikroam::sim::{Effect, RouterOs, Settings, SignalText, Sim, User, What};
use tokio::task::{JoinSet, LocalSet};

use crate::log::Log;
use crate::road::{
    END, config, config_of, fading, happened, lose_the_active, options, out_by, ride, road, row, settings, start,
    tunnel, until, whole_by, writes,
};

/// Vehicles that share the time of one test; more make each slow on a busy machine.
const AT_ONCE: usize = 4;

/// Waits until the tunnel is up, over a radio other than `from`.
async fn until_up(sim: &Sim, from: Option<&str>) -> String {
    until("the tunnel is up over another radio", || {
        whole_by(sim).is_ok_and(|radio| Some(radio.as_str()) != from) && tunnel(sim)["running"] == "true"
    })
    .await;
    out_by(sim).unwrap()
}

fn scanned_on_active(sim: &Sim) -> bool {
    happened(sim, 0.0, |what| matches!(what, What::Scan { active: true, .. }))
}

#[tokio::test]
async fn leaves_a_fading_access_point_for_the_other_radio() {
    let _log = Log::strict();
    let sim = start(settings(fading(40))).await;
    let (summary, (first, second)) = ride(config(&sim, &[]), options(), async {
        let first = until_up(&sim, None).await;
        let second = until_up(&sim, Some(&first)).await;
        (first, second)
    })
    .await;
    assert_ne!(first, second);
    assert!(!scanned_on_active(&sim), "a scan on the active radio");
    assert!(summary.failed_swaps == 0, "{summary:?}");
    for radio in ["wlan1", "wlan2"] {
        let rule = row(
            &sim,
            "/interface/wireless/connect-list",
            &format!("tikroam:hunt:{radio}"),
        );
        assert!(
            rule["disabled"] == "true" || out_by(&sim).as_deref() == Some(radio),
            "the rule of a standby stays enabled after a clean exit: {rule:?}"
        );
    }
}

#[tokio::test]
async fn every_dialect_and_quirk_reaches_the_office() {
    let _log = Log::strict();
    type Change = fn(&mut Settings);
    let quirks: [(&str, Change); 13] = [
        ("as it is", |_| {}),
        ("7.17", |one| one.routeros = RouterOs::V7_17),
        ("!empty", |one| one.quirks.empty_word = true),
        ("signal with unit", |one| one.quirks.signal = SignalText::WithUnit),
        ("bare signal", |one| one.quirks.signal = SignalText::Bare),
        ("monitor refuses .proplist", |one| one.quirks.monitor_proplist = false),
        ("no background scan", |one| one.quirks.background_scan = false),
        ("rules drop nobody", |one| one.quirks.rule_change_drops = false),
        ("duplicates allowed", |one| one.quirks.strict_duplicates = false),
        ("network recalculated", |one| one.quirks.keeps_network = false),
        ("nothing prepared", |one| one.prepared = false),
        ("tag last", |one| one.quirks.tag_last = true),
        // The answer to each `add` brings its `=ret=` before the tag, which the client takes for a refusal.
        ("tag last, nothing prepared", |one| {
            one.quirks.tag_last = true;
            one.prepared = false;
        }),
    ];
    let all = async {
        let mut vehicles = JoinSet::new();
        for worker in 0..AT_ONCE {
            vehicles.spawn_local(async move {
                for (name, change) in quirks.into_iter().skip(worker).step_by(AT_ONCE) {
                    let mut vehicle = settings(road(&[(-55, 0..END), (-60, 0..END)]));
                    change(&mut vehicle);
                    reach_the_office(name, vehicle).await;
                }
            });
        }
        vehicles.join_all().await;
    };
    LocalSet::new().run_until(all).await;
}

async fn reach_the_office(name: &str, vehicle: Settings) {
    let sim = start(vehicle).await;
    ride(config(&sim, &[]), options(), async {
        until("a managed item is there", || {
            let rows = sim.console("/ip/route/print", &[]).unwrap();
            rows.iter().flatten().any(|(_, value)| value == "tikroam:default")
        })
        .await;
        let lost = lose_the_active(&sim, || {}).await;
        until_up(&sim, Some(&lost)).await;
    })
    .await;
    assert!(!scanned_on_active(&sim), "{name}: a scan on the active radio");
    for menu in ["/ip/address", "/ip/route", "/interface/wireless/connect-list"] {
        let rows = sim.console(&format!("{menu}/print"), &[]).unwrap();
        let mut managed: Vec<&String> = rows
            .iter()
            .flatten()
            .filter(|(name, value)| name == "comment" && value.starts_with("tikroam:"))
            .map(|(_, value)| value)
            .collect();
        let made = managed.len();
        managed.sort();
        managed.dedup();
        assert_eq!(managed.len(), made, "{name}: a managed item was made twice: {rows:?}");
    }
}

#[tokio::test]
async fn a_network_with_a_wrong_key_never_becomes_the_way_out() {
    let _log = Log::strict();
    let mut vehicle = settings(fading(25));
    vehicle.quirks.wrong_keys = vec!["testssid1".into()];
    let sim = start(vehicle).await;
    ride(config(&sim, &[]), options(), async {
        until_up(&sim, None).await;
        let since = sim.elapsed();
        until("thirty seconds have passed", || (sim.elapsed() - since).as_secs() >= 30).await;
    })
    .await;
    let route = row(&sim, "/ip/route", "tikroam:default");
    assert!(route["gateway"].starts_with("10.20.0.1%"), "{route:?}");
}

#[tokio::test]
async fn power_cut_and_stall_are_survived() {
    let log = Log::strict();
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    let (summary, ()) = ride(config(&sim, &[]), options(), async {
        until_up(&sim, None).await;
        sim.faults().stall(std::time::Duration::from_secs(4));
        let stalled = sim.elapsed();
        until("the stall is over", || (sim.elapsed() - stalled).as_secs() >= 6).await;
        assert_eq!(log.count("lost the session"), 0, "a stall is no lost session");
        sim.faults().power_cut(std::time::Duration::from_secs(5));
        until("the agent is back", || log.count("connected to the router") == 2).await;
        until_up(&sim, None).await;
    })
    .await;
    assert_eq!(summary.sessions_lost, 1);
}

#[tokio::test]
async fn a_wrong_password_is_one_error_however_often_it_is_tried() {
    let log = Log::announcing(&["cannot log in to the router"]);
    let sim = start(settings(fading(25))).await;
    let config = config(&sim, &[("ROUTER__PASSWORD", "wrong")]);
    let mut options = options();
    options.delays.person = std::time::Duration::from_millis(20);
    ride(config, options, async {
        until("it tried several times", || {
            sim.console("/log/print", &[])
                .unwrap()
                .iter()
                .flatten()
                .filter(|(_, value)| value.contains("login failure"))
                .count()
                >= 3
        })
        .await;
    })
    .await;
    let logged = log.at(tracing::Level::ERROR);
    assert!(logged[0].value("hint").contains("/user print detail"), "{logged:?}");
}

#[tokio::test]
async fn a_user_without_write_is_logged_with_which_policy_is_missing() {
    let log = Log::announcing(&["lacks `write`", "nothing is written on this router"]);
    let mut vehicle = settings(fading(25));
    vehicle.access.users = vec![User {
        name: "admin".into(),
        password: String::new(),
        policies: ["api", "read", "test"].map(String::from).to_vec(),
    }];
    let sim = start(vehicle).await;
    let mut options = options();
    options.delays.person = std::time::Duration::from_secs(600);
    ride(config(&sim, &[]), options, async {
        until("it is logged", || log.count("nothing is written on this router") > 0).await;
    })
    .await;
    assert_eq!(writes(&sim.events()), []);
    let logged = log.at(tracing::Level::ERROR);
    assert!(
        logged[0].value("hint").contains("policy=api,read,write,test"),
        "{logged:?}"
    );
}

#[tokio::test]
async fn a_strangers_default_route_is_logged_and_not_fought() {
    let log = Log::announcing(&["the static default route by", "nothing is written on this router"]);
    let sim = start(settings(fading(25))).await;
    sim.console(
        "/ip/route/add",
        &[("dst-address", "0.0.0.0/0"), ("gateway", "192.168.88.254")],
    )
    .unwrap();
    let mut options = options();
    options.delays.person = std::time::Duration::from_secs(600);
    ride(config(&sim, &[]), options, async {
        until("it is logged", || log.count("nothing is written on this router") > 0).await;
    })
    .await;
    assert_eq!(writes(&sim.events()), []);
    let logged = log.at(tracing::Level::ERROR);
    let hint = logged
        .iter()
        .find(|line| line.value("hint").contains("/ip route remove [find"));
    assert!(hint.is_some(), "{logged:?}");
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_scans_nothing() {
    let log = Log::strict();
    let sim = start(settings(fading(25))).await;
    let mut options = options();
    options.dry_run = true;
    ride(config(&sim, &[]), options, async {
        until("a plan is logged", || log.count("dry run: swap") > 0).await;
        let since = sim.elapsed();
        until("a while has passed", || (sim.elapsed() - since).as_secs() >= 15).await;
    })
    .await;
    assert_eq!(writes(&sim.events()), []);
    assert!(!happened(&sim, 0.0, |what| matches!(what, What::Scan { .. })));
}

#[tokio::test]
async fn a_swap_that_stopped_half_way_is_ended_at_the_next_start() {
    let _log = Log::strict();
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    sim.console(
        "/interface/pptp-client/set",
        &[
            ("numbers", "PPtP_to_Office"),
            ("disabled", "yes"),
            ("comment", "to the office tikroam:swap"),
        ],
    )
    .unwrap();
    ride(config(&sim, &[]), options(), async {
        until_up(&sim, None).await;
    })
    .await;
    assert_eq!(tunnel(&sim)["comment"], "to the office");
}

#[tokio::test]
async fn a_tunnel_that_a_person_disabled_stays_disabled() {
    let log = Log::strict();
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    sim.console(
        "/interface/pptp-client/set",
        &[
            ("numbers", "PPtP_to_Office"),
            ("disabled", "yes"),
            ("comment", "off for repair"),
        ],
    )
    .unwrap();
    ride(config(&sim, &[]), options(), async {
        until("it is logged", || log.count("disabled by a person") > 0).await;
    })
    .await;
    let tunnel = tunnel(&sim);
    assert_eq!(
        (tunnel["disabled"].as_str(), tunnel["comment"].as_str()),
        ("true", "off for repair")
    );
}

#[tokio::test]
async fn a_lost_answer_in_the_middle_of_a_swap_is_recovered_from() {
    let log = Log::strict();
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    ride(config(&sim, &[]), options(), async {
        let lost = lose_the_active(&sim, || sim.faults().at(1, "/ip/route/set", Effect::ApplyThenClose)).await;
        until("the session was lost", || log.count("lost the session") > 0).await;
        until_up(&sim, Some(&lost)).await;
    })
    .await;
    assert_eq!(tunnel(&sim)["disabled"], "false");
}

#[tokio::test]
async fn one_radio_alone_works_without_a_hunt() {
    let _log = Log::strict();
    let mut vehicle = settings(road(&[(-55, 0..END)]));
    vehicle.radios = vec!["wlan1".into()];
    let sim = start(vehicle).await;
    let text = include_str!("../../agent.toml").replace("[[radio]]\ninterface = \"wlan2\"\n", "");
    let config = config_of(&text, &sim, &[]);
    ride(config, options(), async {
        assert_eq!(until_up(&sim, None).await, "wlan1");
    })
    .await;
}

#[tokio::test]
async fn the_journal_replays_to_the_same_decisions() {
    let _log = Log::strict();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let sim = start(settings(fading(40))).await;
    let mut options = options();
    options.journal = Some(Journal::new(&path, 1 << 30, 1, journal::RETRY));
    ride(config(&sim, &[]), options, async {
        let first = until_up(&sim, None).await;
        until_up(&sim, Some(&first)).await;
    })
    .await;
    let back = journal::read(&path).unwrap();
    assert_eq!(back.unreadable, Vec::<usize>::new());
    let swaps = back
        .entries
        .iter()
        .filter(|entry| matches!(&entry.event, entry::Event::Step { decision, .. } if decision.swap_to.is_some()));
    assert!(swaps.count() >= 2);
    let steps = entry::replay(back.entries).unwrap();
    assert!(steps > 20, "{steps}");
}

/// Beside the tick's reading, each 2 s: addresses, routes, tunnel, the radios' state, the user's sessions; the hunt's
/// scan; the probes' long pings.
#[tokio::test]
async fn at_rest_there_are_at_most_three_commands_a_second_beside_the_ticks() {
    let _log = Log::strict();
    let dir = tempfile::tempdir().unwrap();
    let transcript = dir.path().join("transcript.jsonl");
    let mut vehicle = settings(road(&[(-55, 0..END), (-60, 0..END)]));
    vehicle.transcript = Some(transcript.clone());
    let sim = start(vehicle).await;
    let (from, until_s) = ride(config(&sim, &[]), options(), async {
        until_up(&sim, None).await;
        let begun = sim.elapsed().as_secs_f64() + 10.0;
        until("seventy seconds have passed", || {
            sim.elapsed().as_secs_f64() > begun + 60.0
        })
        .await;
        (begun, begun + 60.0)
    })
    .await
    .1;
    let text = std::fs::read_to_string(transcript).unwrap();
    let commands = text.lines().filter_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        let at = line["t"].as_f64()?;
        (line["dir"] == "in" && at >= from && at < until_s).then(|| line["words"][0].as_str().map(str::to_owned))?
    });
    let beside = commands.filter(|command| !command.contains("registration-table"));
    let beside = beside.count();
    assert!(
        (30..=180).contains(&beside),
        "{beside} commands in 60 s beside the tick's"
    );
}
