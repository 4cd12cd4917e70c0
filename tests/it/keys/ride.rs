//! The agent on a simulated vehicle, and the calls that it made.

use tikroam::agent::Summary;
use tikroam::sim::{Event, Settings, Sim, What};

use super::SHIPPED;
use crate::log::Log;
use crate::road::{END, config_of, fading, options, ride, road, settings, start, until};

/// What an agent did.
pub(super) struct Ridden {
    /// Each call's words, and the second in which it came.
    calls: Vec<(f64, Vec<String>)>,
    pub summary: Summary,
}

impl Ridden {
    /// How many commands were of this path, once the radios had six seconds to find their places.
    pub(super) fn count(&self, command: &str) -> usize {
        let is_one = |(at, words): &&(f64, Vec<String>)| *at >= 6.0 && words[0] == command;
        self.calls.iter().filter(is_one).count()
    }

    /// The values that an attribute of a command had.
    pub(super) fn values(&self, command: &str, attribute: &str) -> String {
        let of_command = self.calls.iter().filter(|(_, words)| words[0].ends_with(command));
        let prefix = format!("={attribute}=");
        let values = of_command
            .flat_map(|(_, words)| words)
            .filter_map(|word| word.strip_prefix(&prefix));
        let values: std::collections::BTreeSet<&str> = values.collect();
        values.into_iter().collect::<Vec<_>>().join(" ")
    }

    /// How many calls stand between the tunnel's end and the change of the route, where a swap had both.
    pub(super) fn between_tunnel_and_route(&self) -> usize {
        let is =
            |words: &[String], command: &str, with: &str| words[0] == command && words.iter().any(|word| word == with);
        let ends = |(_, words): &(f64, Vec<String>)| is(words, "/interface/pptp-client/set", "=disabled=yes");
        let off = self.calls.iter().rposition(ends).expect("a swap ended the tunnel");
        let route = self.calls[off..]
            .iter()
            .position(|(_, words)| words[0] == "/ip/route/set");
        route.expect("the swap moved the route")
    }
}

/// Lets an agent drive until something holds, with other values for some keys such as `HUNT__ENABLED`.
async fn ridden(vehicle: Settings, others: &[(&str, &str)], holds: impl Fn(&Sim) -> bool) -> Ridden {
    ridden_by(SHIPPED, vehicle, others, holds).await
}

/// The same by another configuration.
pub(super) async fn ridden_by(
    text: &str,
    vehicle: Settings,
    others: &[(&str, &str)],
    holds: impl Fn(&Sim) -> bool,
) -> Ridden {
    let _log = Log::strict();
    let folder = tempfile::tempdir().unwrap();
    let transcript = folder.path().join("transcript.jsonl");
    let vehicle = Settings {
        transcript: Some(transcript.clone()),
        ..vehicle
    };
    let sim = start(vehicle).await;
    let (summary, ()) = ride(
        config_of(text, &sim, others),
        options(),
        until("the ride is over", || holds(&sim)),
    )
    .await;
    let text = std::fs::read_to_string(transcript).unwrap();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let calls = lines.filter(|line| line["dir"] == "in");
    let words = |line: &serde_json::Value| serde_json::from_value(line["words"].clone()).unwrap();
    Ridden {
        calls: calls.map(|line| (line["t"].as_f64().unwrap(), words(&line))).collect(),
        summary,
    }
}

/// Fourteen seconds beside two access points that stay good.
pub(super) async fn calm(others: &[(&str, &str)]) -> Ridden {
    let vehicle = settings(road(&[(-55, 0..END), (-60, 0..END)]));
    ridden(vehicle, others, |sim| sim.elapsed().as_secs() >= 14).await
}

/// The same by another configuration.
pub(super) async fn calm_with(text: &str) -> Ridden {
    let vehicle = settings(road(&[(-55, 0..END), (-60, 0..END)]));
    ridden_by(text, vehicle, &[], |sim| sim.elapsed().as_secs() >= 14).await
}

/// Until the vehicle has left an access point that faded.
pub(super) async fn faded(others: &[(&str, &str)]) -> Ridden {
    let is_swap = |event: &Event| matches!(event.what, What::Swap { .. });
    let swaps = |sim: &Sim| sim.events().iter().filter(|event| is_swap(event)).count();
    ridden(settings(fading(15)), others, |sim| swaps(sim) > 1).await
}

/// Eight seconds beside one access point whose network leads nowhere.
pub(super) async fn nowhere(others: &[(&str, &str)]) -> Ridden {
    let mut vehicle = settings(road(&[(-55, 0..END)]));
    vehicle.networks[0].gateway = "10.10.10.99".into();
    ridden(vehicle, others, |sim| sim.elapsed().as_secs() >= 8).await
}
