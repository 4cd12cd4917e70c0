//! The keys of fallbacks, and the return from one.

use std::time::Duration;

use tikroam::handover::Handover;
use tikroam::handover::settings::Rules;
use tikroam::names::UplinkId;
use tikroam::observation::{FallbackView, Link, Observation, UplinkView};
use tikroam::sim::{ModemWord, Wire};
use tikroam::units::{Dbm, Moment};

use super::ride::ridden;
use super::verbs::planned;
use super::{SHIPPED, parsed};
use crate::road::{END, bssid, road, settings};

/// The shipped file with a fallback.
fn with(keys: &str) -> String {
    SHIPPED.replace("\n[tunnel]\n", &format!("\n[[fallback]]\n{keys}\n\n[tunnel]\n"))
}

/// Another interface is another way out.
pub(super) async fn interface() {
    let [lte1, lte2] = [
        planned(&with("interface = \"lte1\""), "lte1").await,
        planned(&with("interface = \"lte2\""), "lte1").await,
    ];
    assert!(lte1.contains("-> lte1") && lte1 != lte2, "{lte1}{lte2}");
}

/// A cable needs the agent's address item, and leads to its gateway.
pub(super) async fn address_and_gateway() {
    let cable = |address: &str, gateway: &str| {
        let keys = format!("interface = \"ether2\"\naddress = \"{address}\"\ngateway = \"{gateway}\"");
        let config = parsed(&with(&keys), &[]);
        config.fallbacks()[0].fixed.unwrap()
    };
    assert_ne!(
        cable("10.40.0.2/24", "10.40.0.1").0,
        cable("10.40.0.3/24", "10.40.0.1").0
    );
    assert_ne!(
        cable("10.40.0.2/24", "10.40.0.1").1,
        cable("10.40.0.2/24", "10.40.0.9").1
    );
    let plain = planned(&with("interface = \"ether2\""), "ether2").await;
    let keys = "interface = \"ether2\"\naddress = \"10.40.0.2/24\"\ngateway = \"10.40.0.1\"";
    let fixed = planned(&with(keys), "ether2").await;
    assert!(
        plain.contains("-> ether2") && fixed.contains("tikroam:ether2"),
        "{plain}{fixed}"
    );
}

/// The intervals of the pings while a modem carries the vehicle.
pub(super) async fn probe_interval() {
    let pings = |interval: &'static str| async move {
        let mut vehicle = settings(road(&[(-55, 0..END)]));
        vehicle.radios = vec!["wlan1".into()];
        vehicle.wires = vec![Wire::lte(ModemWord::Running)];
        let text = with(&format!("interface = \"lte1\"\nprobe_interval = \"{interval}\""));
        let text = text.replace("[[radio]]\ninterface = \"wlan2\"\n", "");
        let up = |sim: &tikroam::sim::Sim| {
            sim.console("/interface/wireless/disable", &[("numbers", "wlan1")]).ok();
            sim.judged().witnessed.iter().filter(|call| call.dark.is_none()).count() > 30
        };
        ridden(vehicle, &text, up).await.values("/ping", "interval")
    };
    let [often, seldom] = [pings("2s").await, pings("1m").await];
    assert!(often.contains("200ms") && seldom.contains("6s"), "{often} and {seldom}");
}

/// How many seconds a radio must be good before the vehicle returns to it.
pub(super) async fn return_after() {
    let returns = |value: &str| {
        let config = parsed(&super::with("handover.return_after", value), &[]);
        let mut handover = Handover::new(Rules {
            handover: config.handover().clone(),
            hunt: config.hunt().clone(),
            health: config.probing().clone(),
            networks: config.networks().iter().map(|network| network.rule()).collect(),
        });
        let id = |name| UplinkId::new(tikroam::names::InterfaceName::new(name));
        let at = |second: u64| Moment::ZERO + Duration::from_secs(second);
        (0..300).find(|second| {
            let link = Link {
                bssid: bssid(0),
                network: config.networks().first().map(|network| network.ssid.clone()),
                signal: Some(Dbm(-60)),
                authenticated: true,
                since: Moment::ZERO,
            };
            let radio = UplinkView {
                id: id("wlan1"),
                at: at(*second),
                link: Some(link),
                steered: None,
            };
            let fallback = FallbackView {
                id: id("lte1"),
                up: true,
            };
            let seen = Observation {
                active: Some(id("lte1")),
                uplinks: vec![radio],
                fallbacks: vec![fallback],
                ..Observation::default()
            };
            handover.step(at(*second), &seen).swap_to == Some(id("wlan1"))
        })
    };
    let [soon, late] = [returns("\"5s\"").unwrap(), returns("\"2m\"").unwrap()];
    assert!(soon < 10 && late >= 120, "{soon} and {late}");
}
