use super::{apart, bounce, dark, drive, lead, live, refusal, send, settings, steer, two_networks};
use crate::sim::journey::Journey;
use crate::sim::settings::Controller;
use crate::sim::world::events::What;
use crate::sim::world::witness::Why;

#[test]
fn it_is_reached_when_address_route_and_tunnel_fit() {
    let mut journey = apart(settings(two_networks()));
    assert_eq!(
        journey.vehicle.dispatcher.dark().reached_percent,
        0.0,
        "nothing leads anywhere yet"
    );
    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 10);
    assert!(journey.vehicle.dialed.running());
    assert!(dark(&mut journey, 30) < 1.0);
}

#[test]
fn each_call_is_witnessed_with_the_cause_of_its_darkness() {
    let drive = drive(3600, &[(-50, 0..60), (-60, 0..3600), (-85, 0..3600)]);
    let mut journey = apart(settings(drive));
    let last = |journey: &Journey| *journey.vehicle.witness.list().last().unwrap();
    assert_eq!(last(&journey).dark, Some(Why::Lost), "nothing leads anywhere yet");

    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 10);
    let reached = last(&journey);
    assert_eq!(reached.dark, None);
    assert_eq!(reached.active.map(|(ap, level)| (ap, level.round())), Some((0, -50.0)));
    assert_eq!(reached.standby.map(|(ap, _)| ap), Some(1));
    assert!(reached.other_is_good() && reached.standby_is_good());

    bounce(&mut journey, false);
    live(&mut journey, 1);
    assert_eq!(last(&journey).dark, Some(Why::Off));

    lead(&mut journey, "wlan2", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 1);
    assert_eq!(last(&journey).dark, Some(Why::Misfit));

    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 40);
    assert_eq!(
        last(&journey).dark,
        Some(Why::Lost),
        "the access point is behind the vehicle"
    );
}

#[test]
fn a_swap_with_a_bounce_is_short_and_one_without_lasts_a_keepalive() {
    let mut journey = apart(settings(two_networks()));
    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 10);

    bounce(&mut journey, false);
    live(&mut journey, 1);
    lead(&mut journey, "wlan2", "10.20.0.2/24", "10.20.0.1");
    bounce(&mut journey, true);
    let after_bounce = dark(&mut journey, 90);
    assert!(after_bounce < 3.5, "dark {after_bounce} s");

    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    let without = dark(&mut journey, 120);
    assert!((18.0..=26.0).contains(&without), "dark {without} s");
    let swaps = journey
        .vehicle
        .events
        .list()
        .into_iter()
        .filter(|event| matches!(event.what, What::Swap { .. }));
    assert_eq!(swaps.count(), 3);
}

#[test]
fn a_route_or_address_of_the_wrong_network_leads_nowhere() {
    let mut journey = apart(settings(two_networks()));
    lead(&mut journey, "wlan1", "10.20.0.2/24", "10.20.0.1");
    assert_eq!(dark(&mut journey, 30), 30.0, "wlan1 is on the other network");
    lead(&mut journey, "wlan2", "10.20.0.2/24", "10.20.0.1");
    assert!(dark(&mut journey, 30) < 6.0);
}

#[test]
fn one_ssid_on_two_radios_keeps_the_address_and_the_gateway_the_old_radio() {
    // The first and the fourth access point share network and gateway.
    let mut journey = Journey::new(&settings(drive(
        3600,
        &[(-50, 0..3600), (-99, 0..1), (-99, 0..1), (-50, 0..3600)],
    )));
    steer(&mut journey, "wlan1", "02:00:00:00:00:01");
    steer(&mut journey, "wlan2", "02:00:00:00:00:04");
    live(&mut journey, 20);
    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 10);
    lead(&mut journey, "wlan2", "10.10.10.2/24", "10.10.10.1");
    let silent = dark(&mut journey, 60);
    assert!(
        (0.5..=31.0).contains(&silent),
        "dark until the vehicle is heard through the new radio: {silent} s"
    );
    assert!(
        journey.vehicle.dialed.running(),
        "the session survives: whom the concentrator sees has not changed"
    );

    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    bounce(&mut journey, false);
    bounce(&mut journey, true);
    assert!(dark(&mut journey, 60) < 3.5, "a dial is heard");
}

#[test]
fn a_power_cut_starts_everything_anew() {
    let mut journey = apart(settings(two_networks()));
    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 10);
    let id = |journey: &mut Journey| {
        send(
            journey,
            &["/ip/route/print", "?comment=tikroam:default", "=.proplist=.id"],
        )
        .rows[0][0]
            .1
            .clone()
    };
    let before = id(&mut journey);
    journey.vehicle.power_cut();
    assert_eq!(dark(&mut journey, 20), 20.0);
    journey.vehicle.power_back();
    assert!(
        journey
            .vehicle
            .stations
            .iter()
            .all(|station| station.joined().is_none())
    );
    assert_ne!(id(&mut journey), before);
    live(&mut journey, 60);
    assert!(dark(&mut journey, 10) < 1.0, "what was written survives");
}

#[test]
fn the_air_is_the_same_whatever_is_done() {
    let log = || drive(600, &[(-60, 0..600), (-70, 0..600), (-80, 0..600)]);
    let (mut idle, mut busy) = (Journey::new(&settings(log())), apart(settings(log())));
    live(&mut idle, 100);
    for _ in 0..80 {
        send(&mut busy, &["/interface/wireless/registration-table/print"]);
        live(&mut busy, 1);
    }
    assert_eq!(idle.vehicle.now, busy.vehicle.now);
    assert_eq!(
        idle.vehicle.air.scan(0, idle.vehicle.now),
        busy.vehicle.air.scan(0, busy.vehicle.now)
    );
    assert_eq!(
        idle.vehicle.air.level(2, 1, idle.vehicle.now),
        busy.vehicle.air.level(2, 1, busy.vehicle.now)
    );
}

#[test]
fn the_controllers_on_the_box_reach_the_office() {
    for controller in [Controller::Script, Controller::SingleRadio] {
        // The first network ends where the second begins.
        let mut with = settings(drive(200, &[(-55, 0..100), (-60, 60..200)]));
        with.controller = controller;
        let mut journey = Journey::new(&with);
        live(&mut journey, 190);
        let figures = journey.vehicle.dispatcher.dark();
        assert!(
            (60.0..98.0).contains(&figures.reached_percent),
            "{controller:?}: {figures:?}"
        );
        assert!(figures.trace.last().unwrap().1, "{controller:?} is reached in the end");
    }
}

#[test]
fn a_session_may_not_survive_a_change_of_the_radio() {
    for survives in [true, false] {
        let levels = [(-50, 0..3600), (-99, 0..1), (-99, 0..1), (-50, 0..3600)];
        let mut with = settings(drive(3600, &levels));
        with.quirks.session_survives_radio = survives;
        let mut journey = Journey::new(&with);
        steer(&mut journey, "wlan1", "02:00:00:00:00:01");
        steer(&mut journey, "wlan2", "02:00:00:00:00:04");
        live(&mut journey, 20);
        lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
        live(&mut journey, 10);
        let session = journey.vehicle.dialed.call().unwrap().session;
        lead(&mut journey, "wlan2", "10.10.10.2/24", "10.10.10.1");
        live(&mut journey, 60);
        let now = journey.vehicle.dialed.call().unwrap().session;
        assert_eq!(
            now == session,
            survives,
            "one session, or a new one after the keepalive"
        );
    }
}

#[test]
fn a_scan_list_is_obeyed_or_not() {
    for ignores in [true, false] {
        let mut with = settings(drive(600, &[(-50, 0..600), (-60, 0..600)]));
        with.quirks.ignores_scan_list = ignores;
        let mut journey = Journey::new(&with);
        let list = ["/interface/wireless/set", "=numbers=wlan1", "=scan-list=2417"];
        assert!(send(&mut journey, &list).traps.is_empty());
        live(&mut journey, 20);
        let expected = if ignores { 0 } else { 1 };
        assert_eq!(journey.vehicle.stations[0].authenticated(), Some(expected));
        let wrong = ["/interface/wireless/set", "=numbers=wlan1", "=scan-list=everywhere"];
        assert_eq!(refusal(&mut journey, &wrong), "invalid value for argument scan-list");
    }
}
