//! Tunnels that a swap does not dial anew: WireGuard, and a PPTP session that survives a swap within its network.

use std::time::Duration;

use tikroam::sim::{DeadEntry, Event, RouterOs, Sender, Settings, Sim, TunnelKind, What};

use crate::log::Log;
use crate::road::{END, config, lose_the_active_within_a_network, options, out_by, ride, road, settings, start, until};

const WIREGUARD: [(&str, &str); 2] = [("TUNNEL__KIND", "wireguard"), ("TUNNEL__INTERFACE", "WG_to_Office")];

fn wireguard(mut vehicle: Settings) -> Settings {
    vehicle.routeros = RouterOs::V7_17;
    vehicle.tunnel = TunnelKind::Wireguard;
    vehicle
}

/// The menus that the API wrote to since a moment.
fn written(sim: &Sim, since: f64) -> Vec<String> {
    let ours = |event: &Event| match &event.what {
        What::Write {
            command,
            by: Sender::Api,
            refused: false,
            ..
        } if event.at >= since => Some(command.clone()),
        _ => None,
    };
    sim.events().iter().filter_map(ours).collect()
}

#[tokio::test]
async fn a_swap_over_wireguard_is_the_route_alone_and_hardly_dark() {
    let log = Log::quiet();
    let sim = start(wireguard(settings(road(&[(-55, 0..END), (-60, 0..END)])))).await;
    let (summary, (lost, since)) = ride(config(&sim, &WIREGUARD), options(), async {
        until("the tunnel answers", || log.count("reachable over") > 0).await;
        until("the standby is staged", || log.count("standby:") > 0).await;
        let lost = out_by(&sim).unwrap();
        let since = sim.elapsed().as_secs_f64();
        sim.console("/interface/wireless/disable", &[("numbers", &lost)])
            .unwrap();
        until("it answers over the other radio", || {
            log.count("the tunnel answers over") >= 2
        })
        .await;
        (lost, since)
    })
    .await;
    assert_ne!(out_by(&sim), Some(lost));
    let swap = summary.swaps.last().unwrap();
    assert_eq!(swap.calls, 1, "{swap:?}");
    let writes = written(&sim, since);
    let tunnel = writes
        .iter()
        .filter(|command| command.starts_with("/interface/wireguard"));
    assert_eq!(tunnel.count(), 0, "{writes:?}");
    assert_eq!(summary.failed_swaps, 0);
}

#[tokio::test]
async fn a_tunnel_that_stays_silent_over_a_good_way_is_helped_step_by_step() {
    for (dead, cure) in [
        (DeadEntry::Router, "forgetting its tracked connections"),
        (DeadEntry::Office, "sending from another port"),
    ] {
        let log = Log::quiet();
        let mut vehicle = wireguard(settings(road(&[(-55, 0..END), (-60, 0..END)])));
        vehicle.quirks.dead_entry = dead;
        let sim = start(vehicle).await;
        ride(config(&sim, &WIREGUARD), options(), async {
            until("the tunnel answers", || log.count("reachable over") > 0).await;
            until("the standby is staged", || log.count("standby:") > 0).await;
            let lost = out_by(&sim).unwrap();
            let again = log.count("reachable again");
            sim.console("/interface/wireless/disable", &[("numbers", &lost)])
                .unwrap();
            until(cure, || log.count(cure) > 0).await;
            until("the tunnel answers again", || log.count("reachable again") > again).await;
        })
        .await;
        assert!(
            log.count("speaking again") > 0,
            "{dead:?}: the weakest step comes first"
        );
    }
}

#[tokio::test]
async fn a_peer_that_was_left_off_half_way_is_turned_on_at_the_start() {
    let log = Log::quiet();
    let sim = start(wireguard(settings(road(&[(-55, 0..END), (-60, 0..END)])))).await;
    let peers = sim.console("/interface/wireguard/peers/print", &[]).unwrap();
    let id = peers[0].iter().find(|(name, _)| name == ".id").unwrap().1.clone();
    sim.console(
        "/interface/wireguard/peers/set",
        &[(".id", &id), ("disabled", "yes"), ("comment", "office tikroam:swap")],
    )
    .unwrap();
    ride(config(&sim, &WIREGUARD), options(), async {
        until("the tunnel answers", || log.count("reachable over") > 0).await;
    })
    .await;
    let peers = sim.console("/interface/wireguard/peers/print", &[]).unwrap();
    assert!(
        peers[0].contains(&("comment".to_owned(), "office".to_owned())),
        "{peers:?}"
    );
}

/// Both radios hear two access points of one network: the first and the fourth of a road are on one.
fn one_network() -> Settings {
    settings(road(&[(-55, 0..END), (-90, 0..0), (-90, 0..0), (-60, 0..END)]))
}

#[tokio::test]
async fn within_one_network_a_session_that_survives_is_not_bounced() {
    let log = Log::quiet();
    let sim = start(one_network()).await;
    ride(config(&sim, &[]), options(), async {
        let since = std::cell::Cell::new(0.0);
        lose_the_active_within_a_network(&sim, || since.set(sim.elapsed().as_secs_f64())).await;
        until("the tunnel answers", || log.count("the tunnel answers over") > 0).await;
        let writes = written(&sim, since.get());
        assert!(
            writes.iter().all(|command| !command.starts_with("/interface/pptp")),
            "{writes:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_router_whose_sessions_do_not_survive_is_learned() {
    let log = Log::quiet();
    let mut vehicle = one_network();
    vehicle.quirks.session_survives_radio = false;
    let sim = start(vehicle).await;
    ride(config(&sim, &[]), options(), async {
        for swap in 1..=3 {
            let lost = lose_the_active_within_a_network(&sim, || {}).await;
            let up = || log.count("swap ended: the tunnel is up over") > swap && out_by(&sim) != Some(lost.clone());
            until("the tunnel is up over the other radio", up).await;
            sim.console("/interface/wireless/enable", &[("numbers", &lost)])
                .unwrap();
            let since = sim.elapsed();
            until("time passes", || sim.elapsed() - since > Duration::from_secs(5)).await;
        }
    })
    .await;
    assert_eq!(log.count("did not survive the swap"), 2);
    assert_eq!(log.count("from now on each swap"), 1);
}

#[tokio::test]
async fn a_router_without_wireguard_is_left_as_it_is() {
    let log = Log::announcing(&["RouterOS 6 lacks it", "nothing is written on this router"]);
    let sim = start(settings(road(&[(-55, 0..END), (-60, 0..END)]))).await;
    let mut options = options();
    options.delays.person = Duration::from_secs(600);
    ride(config(&sim, &WIREGUARD), options, async {
        until("it is logged", || log.count("nothing is written on this router") > 0).await;
    })
    .await;
    assert_eq!(written(&sim, 0.0), [""; 0]);
    let errors = log.at(tracing::Level::ERROR);
    assert!(errors[0].value("hint").contains("upgrade the router"), "{errors:?}");
}
