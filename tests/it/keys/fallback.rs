//! The keys of fallbacks.

use tikroam::sim::{ModemWord, Wire};

use super::ride::ridden_by;
use super::verbs::planned;
use super::{SHIPPED, parsed};
use crate::road::{END, road, settings};

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
        config.fallbacks()[0].fixed().unwrap()
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
        ridden_by(&text, vehicle, &[], up).await.values("/ping", "interval")
    };
    let [often, seldom] = [pings("2s").await, pings("1m").await];
    assert!(often.contains("200ms") && seldom.contains("6s"), "{often} and {seldom}");
}
