use super::{apart, bounce, dark, lead, live, send, settings, two_networks, value, way_by};
use crate::sim::journey::Journey;
use crate::sim::router::call::Call;
use crate::sim::router::stream::Outcome;
use crate::sim::settings::RouterOs;
use crate::sim::world::events::Sender;

#[test]
fn a_rival_default_route_leads_when_its_distance_is_lower_or_shares_when_it_is_equal() {
    for version in [RouterOs::V6_49, RouterOs::V7_17] {
        let mut with = settings(two_networks());
        with.routeros = version;
        let mut journey = apart(with);
        lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
        let address = [
            "/ip/address/add",
            "=address=10.20.0.2/24",
            "=network=10.20.0.0",
            "=interface=wlan2",
        ];
        assert!(send(&mut journey, &address).traps.is_empty());
        let id = value(&mut journey, "/ip/route", "?comment=tikroam:default", ".id").unwrap();
        let managed = format!("=numbers={id}");
        assert!(
            send(&mut journey, &["/ip/route/set", &managed, "=distance=5"])
                .traps
                .is_empty()
        );
        let active = |journey: &mut Journey, comment: &str| {
            let query = format!("?comment={comment}");
            value(journey, "/ip/route", &query, "active").as_deref() == Some("true")
        };
        let rival = [
            "/ip/route/add",
            "=gateway=10.20.0.1%wlan2",
            "=distance=9",
            "=comment=rival",
        ];
        let id = send(&mut journey, &rival).ret.unwrap();
        assert_eq!(way_by(&journey).as_deref(), Some("wlan1"), "a higher distance waits");
        assert!(active(&mut journey, "tikroam:default") && !active(&mut journey, "rival"));

        let id = format!("=numbers={id}");
        assert!(
            send(&mut journey, &["/ip/route/set", &id, "=distance=4"])
                .traps
                .is_empty()
        );
        assert_eq!(way_by(&journey).as_deref(), Some("wlan2"), "a lower distance leads");
        assert!(!active(&mut journey, "tikroam:default") && active(&mut journey, "rival"));

        assert!(
            send(&mut journey, &["/ip/route/set", &id, "=distance=5"])
                .traps
                .is_empty()
        );
        let first = way_by(&journey).unwrap();
        live(&mut journey, 10);
        assert_eq!(way_by(&journey), Some(first), "one flow stays on one of the two");
        assert!(active(&mut journey, "tikroam:default") && active(&mut journey, "rival"));
    }
}

#[test]
fn what_a_person_disables_is_off() {
    let mut journey = apart(settings(two_networks()));
    lead(&mut journey, "wlan1", "10.10.10.2/24", "10.10.10.1");
    live(&mut journey, 10);
    assert!(dark(&mut journey, 5) < 1.0);
    bounce(&mut journey, false);
    live(&mut journey, 2);
    assert_eq!(dark(&mut journey, 5), 5.0);
    let tunnel =
        |journey: &mut Journey, name: &str| value(journey, "/interface/pptp-client", "?name=PPtP_to_Office", name);
    assert_eq!(tunnel(&mut journey, "disabled").as_deref(), Some("true"));
    assert_eq!(tunnel(&mut journey, "running").as_deref(), Some("false"));
    bounce(&mut journey, true);
    live(&mut journey, 10);
    assert_eq!(tunnel(&mut journey, "running").as_deref(), Some("true"));

    assert!(
        send(&mut journey, &["/interface/wireless/disable", "=numbers=wlan1"])
            .traps
            .is_empty()
    );
    assert_eq!(dark(&mut journey, 5), 5.0);
    let radio = |journey: &mut Journey, name: &str| value(journey, "/interface", "?name=wlan1", name);
    assert_eq!(radio(&mut journey, "disabled").as_deref(), Some("true"));
    assert_eq!(radio(&mut journey, "running").as_deref(), Some("false"));
    let monitor = ["/interface/wireless/monitor", "=numbers=wlan1", "=once="];
    assert_eq!(send(&mut journey, &monitor).rows, [[("status", "disabled".to_owned())]]);
    assert_eq!(
        send(&mut journey, &["/interface/wireless/registration-table/print"])
            .rows
            .len(),
        1
    );
    let active = value(&mut journey, "/ip/route", "?comment=tikroam:default", "active");
    assert_ne!(active.as_deref(), Some("true"));
    assert!(
        send(&mut journey, &["/interface/enable", "=numbers=wlan1"])
            .traps
            .is_empty()
    );
    live(&mut journey, 10);
    assert_eq!(radio(&mut journey, "running").as_deref(), Some("true"));
}

#[test]
fn a_scan_takes_the_radio_unless_in_the_background() {
    let mut journey = apart(settings(two_networks()));
    let scan = |journey: &mut Journey, background: &str| {
        let words = ["/interface/wireless/scan", "=number=wlan2", background, "=duration=2"].map(String::from);
        journey.vehicle.execute(&Call::read(&words), Sender::Api, None)
    };
    let Outcome::Stream(mut stream) = scan(&mut journey, "=background=yes") else {
        panic!("refused")
    };
    assert!(journey.vehicle.stations[1].authenticated().is_some());
    live(&mut journey, 1);
    assert!(stream.turn(&mut journey.vehicle).again.is_some());
    live(&mut journey, 1);
    assert!(
        stream.turn(&mut journey.vehicle).again.is_none(),
        "two seconds are over"
    );

    let Outcome::Stream(mut stream) = scan(&mut journey, "=background=no") else {
        panic!("refused")
    };
    assert!(journey.vehicle.stations[1].joined().is_none());
    let Outcome::Answer(answer) = scan(&mut journey, "=background=yes") else {
        panic!("a radio without association")
    };
    assert_eq!(answer.traps.len(), 1);
    live(&mut journey, 5);
    assert!(
        journey.vehicle.stations[1].joined().is_none(),
        "nobody has looked at the end of the scan yet"
    );
    stream.turn(&mut journey.vehicle);
    live(&mut journey, 10);
    assert!(
        journey.vehicle.stations[1].authenticated().is_some(),
        "it searches again by itself"
    );
}
