//! Getting in, and getting out in the middle of something.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use tikroam::drive::Drive;
use tikroam::sim::{Effect, Fault, What};
use tokio::task::{JoinSet, LocalSet};

use crate::line::{shipped, tikroam};
use crate::log::Log;
use crate::road::{
    END, config, happened, lose_the_active, options, ride, road, settings, start, tunnel, until, whole_by, writes,
};

/// A road with two access points that stay good, on two networks.
fn good() -> Drive {
    road(&[(-55, 0..END), (-60, 0..END)])
}

#[tokio::test]
async fn a_connection_that_is_closed_before_the_login_is_logged_once_and_tried_on() {
    let log = Log::strict();
    let sim = start(settings(good())).await;
    sim.faults().refuse_connections(3);
    ride(config(&sim, &[]), options(), async {
        until("the agent is in", || log.count("connected to the router") > 0).await;
    })
    .await;
    let logged = log.at(tracing::Level::WARN);
    let logged: Vec<_> = logged.iter().filter(|one| one.message.contains("no session")).collect();
    assert_eq!(logged.len(), 1, "{logged:?}");
    assert!(logged[0].value("hint").contains("/ip service print"), "{logged:?}");
}

#[tokio::test]
async fn a_router_older_than_6_43_is_named_as_such() {
    for tag_last in [false, true] {
        let log = Log::announcing(&["cannot log in to the router"]);
        let mut vehicle = settings(good());
        vehicle.access.challenge_login = true;
        vehicle.quirks.tag_last = tag_last;
        let sim = start(vehicle).await;
        ride(config(&sim, &[]), options(), async {
            until("it is logged", || !log.at(tracing::Level::ERROR).is_empty()).await;
        })
        .await;
        let logged = log.at(tracing::Level::ERROR);
        assert!(logged[0].value("cause").contains("older than 6.43"), "{logged:?}");
        assert_eq!(writes(&sim.events()), []);
    }
}

#[tokio::test]
async fn a_strangers_address_is_logged_with_the_commands_that_adopt_or_remove_it() {
    let log = Log::announcing(&["10.10.10.7/24", "nothing is written on this router"]);
    let mut vehicle = settings(good());
    // What can be adopted must not be there already.
    vehicle.prepared = false;
    let sim = start(vehicle).await;
    let stranger = [("address", "10.10.10.7/24"), ("interface", "wlan1")];
    sim.console("/ip/address/add", &stranger).unwrap();
    let mut options = options();
    options.delays.person = Duration::from_secs(600);
    ride(config(&sim, &[]), options, async {
        until("it is logged", || log.count("nothing is written on this router") > 0).await;
    })
    .await;
    assert_eq!(writes(&sim.events()), []);
    let logged = log.at(tracing::Level::ERROR);
    let hint = logged
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
    let _log = Log::strict();
    let off = ("/interface/pptp-client/set", Some(("disabled", "yes")));
    let route = ("/ip/route/set", None);
    let on = ("/interface/pptp-client/set", Some(("disabled", "no")));
    let cuts = [
        (off, Effect::CloseBefore),
        (off, Effect::ApplyThenClose),
        (off, Effect::RetBeforeTag),
        (route, Effect::Hang),
        (route, Effect::ApplyAndHang),
        (route, Effect::Refuse("failure: busy".into())),
        (on, Effect::CloseBefore),
        (on, Effect::ApplyThenClose),
        (on, Effect::PowerCut(Duration::from_secs(2))),
    ];
    // All at once: one vehicle's unanswered call is another's time.
    let all = async {
        let mut vehicles = JoinSet::new();
        for ((command, attribute), effect) in cuts {
            vehicles.spawn_local(cut(command, attribute, effect));
        }
        vehicles.join_all().await;
    };
    LocalSet::new().run_until(all).await;
}

async fn cut(command: &'static str, attribute: Option<(&'static str, &'static str)>, effect: Effect) {
    let case = format!("{command} {attribute:?}: {effect:?}");
    let sim = start(settings(good())).await;
    let config = config(&sim, &[("ROUTER__ANSWER_DEADLINE", "10s")]);
    ride(config, options(), async {
        let fault = Fault {
            nth: 1,
            command: command.into(),
            attribute: attribute.map(|(name, value)| (name.into(), value.into())),
            effect,
        };
        let lost = lose_the_active(&sim, || sim.faults().add(fault)).await;
        let since = sim.elapsed().as_secs_f64();
        until(&format!("{case}: the tunnel is up over the other radio"), || {
            sim.faults().waiting() == 0
                && whole_by(&sim).is_ok_and(|radio| radio != lost)
                && happened(&sim, since, |what| matches!(what, What::TunnelUp))
        })
        .await;
    })
    .await;
    assert!(whole_by(&sim).is_ok(), "{case}: {:?}", whole_by(&sim));
}

/// Asked to stop between two calls of a swap, the agent finishes the swap's writes and does not wait for the dial.
#[tokio::test]
async fn a_shutdown_in_the_middle_of_a_swap_finishes_its_writes() {
    let _log = Log::strict();
    let sim = start(settings(good())).await;
    let (_, lost) = ride(config(&sim, &[]), options(), async {
        let lost = lose_the_active(&sim, || {
            sim.faults()
                .at(1, "/ip/route/set", Effect::Delay(Duration::from_secs(10)));
        })
        .await;
        until("the route is being set", || sim.faults().waiting() == 0).await;
        assert_eq!(tunnel(&sim)["disabled"], "true", "the shutdown comes in the middle");
        lost
    })
    .await;
    assert_eq!(whole_by(&sim).map(|radio| radio != lost), Ok(true));
}

/// The daemon's own process, stopped by systemd (SIGTERM) or by a lost ssh session (SIGHUP) while a call of its
/// swap is under way.
#[tokio::test]
async fn a_signal_in_the_middle_of_a_swap_leaves_a_whole_vehicle() {
    let cases = [
        ("TERM", "/interface/pptp-client/set", "yes"),
        ("TERM", "/ip/route/set", "no"),
        ("TERM", "/interface/pptp-client/set", "no"),
        ("HUP", "/interface/pptp-client/set", "yes"),
        ("HUP", "/ip/route/set", "no"),
    ];
    let all = async {
        let mut daemons = JoinSet::new();
        for (signal, command, disabled) in cases {
            daemons.spawn_local(terminate(signal, command, disabled));
        }
        daemons.join_all().await;
    };
    LocalSet::new().run_until(all).await;
}

async fn terminate(signal: &'static str, command: &'static str, disabled: &'static str) {
    let case = format!("SIG{signal} at {command} disabled={disabled}");
    let sim = start(settings(good())).await;
    let dir = tempfile::tempdir().unwrap();
    let stderr = dir.path().join("stderr");
    // SIGHUP stops only what was started from a terminal.
    let (terminal, stdin) = terminal();
    let mut daemon = Process(
        tikroam(sim.local_addr().port())
            .args(["run", "--config", shipped()])
            .env("TIKROAM__JOURNAL__FILE", dir.path().join("journal.jsonl"))
            .stdin(stdin)
            .stderr(File::create(&stderr).unwrap())
            .spawn()
            .unwrap(),
    );
    let lost = lose_the_active(&sim, || {
        sim.faults().add(Fault {
            nth: 1,
            command: command.into(),
            attribute: Some(("disabled".into(), disabled.into())),
            effect: Effect::Delay(Duration::from_secs(10)),
        });
    })
    .await;
    until(&format!("{case} is under way"), || sim.faults().waiting() == 0).await;
    daemon.signal(signal);
    let ended = daemon.end().await;
    let logged = std::fs::read_to_string(&stderr).unwrap();
    assert_eq!(ended.code(), Some(0), "{case}: {logged}");
    let says = format!("signal=SIG{signal}");
    assert_eq!(logged.matches(&says).count(), 1, "{case}: {logged}");
    assert_eq!(whole_by(&sim).map(|radio| radio != lost), Ok(true), "{case}: {logged}");
    drop(terminal);
}

/// A terminal: the end that keeps it open, and the end of the program in it.
fn terminal() -> (OwnedFd, File) {
    let kept = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&kept).unwrap();
    unlockpt(&kept).unwrap();
    let name = ptsname(&kept, Vec::new()).unwrap();
    let within = File::options()
        .read(true)
        .write(true)
        .custom_flags(OFlags::NOCTTY.bits().cast_signed())
        .open(name.to_str().unwrap())
        .unwrap();
    (kept, within)
}

/// A process, ended when dropped.
pub(crate) struct Process(pub Child);

impl Process {
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([format!("-{signal}"), self.0.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    pub(crate) async fn end(&mut self) -> ExitStatus {
        loop {
            if let Some(ended) = self.0.try_wait().unwrap() {
                return ended;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
