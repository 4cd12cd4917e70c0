//! The numbers for Prometheus, by its conventions: base units, `_total` for what only grows. Access points are no labels:
//! a fleet meets any number of them.

use std::fmt;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::status::{Kind, Recent, Wall};

/// The type of the text: OpenMetrics.
pub(super) const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels = Vec<(&'static str, String)>;
type Float = Gauge<f64, AtomicU64>;
type Seconds = Counter<f64, AtomicU64>;

/// All numbers of this moment.
///
/// # Errors
///
/// Those of the formatter.
pub(super) fn text(recent: &Recent, wall: Wall) -> Result<String, fmt::Error> {
    let status = recent.status(wall);
    let vehicle = status
        .vehicle
        .iter()
        .map(|name| ("vehicle".into(), name.clone().into()));
    let mut all = Registry::with_prefix_and_labels("tikroam", vehicle);
    let counts = recent.counts();

    let build = gauges([(vec![("version", status.version.clone())], 1)]);
    all.register("build_info", "The program's version, as a label", build);
    let began = wall.unix(recent.began()).as_secs_f64();
    all.register_with_unit(
        "start_time",
        "When the agent began, since 1970",
        Unit::Seconds,
        float(began),
    );
    let turned = wall.unix(recent.last_turn()).as_secs_f64();
    let help = "When the agent's loop turned last, since 1970";
    all.register_with_unit("last_turn_time", help, Unit::Seconds, float(turned));
    all.register(
        "reachable",
        "1 when probes through the tunnel are answered; 0 when not, or not proven",
        flag(status.state.kind == Kind::Reachable),
    );
    all.register(
        "router_connected",
        "1 when there is a session with the router",
        flag(status.router.connected),
    );
    all.register(
        "tunnel_up",
        "1 when the router says that the tunnel is up",
        flag(status.tunnel.state == "up"),
    );
    all.register(
        "held",
        "1 when a person holds the vehicle on an uplink",
        flag(status.hold.is_some()),
    );

    let uplinks = || {
        status
            .uplinks
            .iter()
            .map(|uplink| (vec![("uplink", uplink.name.to_string())], uplink))
    };
    let active = gauges(uplinks().map(|(labels, uplink)| (labels, i64::from(uplink.active))));
    all.register("uplink_active", "1 for the uplink of the default route", active);
    let associated = uplinks().filter(|(_, uplink)| !uplink.fallback);
    let associated = gauges(associated.map(|(labels, uplink)| (labels, i64::from(uplink.bssid.is_some()))));
    all.register(
        "radio_associated",
        "1 for a radio that is on an access point",
        associated,
    );
    let signals = Family::<Labels, Float>::default();
    for (labels, uplink) in uplinks() {
        if let Some(signal) = uplink.signal {
            signals.get_or_create(&labels).set(signal.as_f64());
        }
    }
    all.register(
        "signal_dbm",
        "How strong each radio hears its access point, in dBm",
        signals,
    );

    let swaps = counts.swaps.iter().map(|((to, up), count)| {
        let outcome = if *up { "up" } else { "failed" };
        (vec![("to", to.to_string()), ("outcome", outcome.to_owned())], *count)
    });
    all.register(
        "swaps",
        "Swaps that ended, and whether the tunnel came up",
        counters(swaps),
    );
    let help = "How long the vehicle was dark by a swap whose tunnel came up";
    all.register_with_unit("swap_dark", help, Unit::Seconds, counts.swap_dark.clone());
    let dark = Seconds::default();
    dark.inc_by(recent.dark(wall.now).as_secs_f64());
    let help = "How long the vehicle was dark: by swaps, and as probes say";
    all.register_with_unit("dark", help, Unit::Seconds, dark);
    let probes = [("answered", counts.probes_answered), ("lost", counts.probes_lost)];
    let probes = probes.map(|(result, count)| (vec![("result", result.to_owned())], count));
    all.register("probes", "Pings through the tunnel", counters(probes));
    let decisions = counts
        .decisions
        .iter()
        .map(|(reason, count)| (vec![("reason", reason.clone())], *count));
    all.register(
        "decisions",
        "Changes of what is decided, by their reason",
        counters(decisions),
    );
    all.register(
        "ticks",
        "Readings of the registrations that were decided on",
        counter(counts.ticks),
    );
    let help = "Sessions with the router that were lost";
    all.register("router_sessions_lost", help, counter(counts.sessions_lost));
    let carried = counts.carried.iter().flat_map(|(uplink, (received, sent))| {
        [("received", *received), ("sent", *sent)].map(|(direction, bytes)| {
            (
                vec![("uplink", uplink.to_string()), ("direction", direction.to_owned())],
                bytes,
            )
        })
    });
    all.register_with_unit(
        "fallback",
        "What went over each fallback",
        Unit::Bytes,
        counters(carried),
    );

    let mut text = String::new();
    encode(&mut text, &all)?;
    Ok(text)
}

fn flag(holds: bool) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(i64::from(holds));
    gauge
}

fn float(value: f64) -> Float {
    let gauge = Float::default();
    gauge.set(value);
    gauge
}

fn counter(count: u64) -> Counter {
    let counter = Counter::default();
    counter.inc_by(count);
    counter
}

fn gauges(values: impl IntoIterator<Item = (Labels, i64)>) -> Family<Labels, Gauge> {
    let family = Family::<Labels, Gauge>::default();
    for (labels, value) in values {
        family.get_or_create(&labels).set(value);
    }
    family
}

fn counters(values: impl IntoIterator<Item = (Labels, u64)>) -> Family<Labels, Counter> {
    let family = Family::<Labels, Counter>::default();
    for (labels, value) in values {
        family.get_or_create(&labels).inc_by(value);
    }
    family
}
