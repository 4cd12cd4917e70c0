//! A vehicle at 4 Hz, with two radios unless a test says otherwise, for all tests of the handover.

use super::settings::{Hunt, Probing};
use super::*;
use crate::names::{Bssid, InterfaceName, UplinkId};
use crate::observation::{FallbackView, Heard, LeaseState, Link, Probe, Scan};
use crate::units::Dbm;

mod free;
mod health;
mod hunt;
mod priority;
mod promises;
mod signals;
mod table;

const TICK: u64 = 250;

fn id(name: &str) -> UplinkId {
    UplinkId::new(InterfaceName::new(name))
}

fn ssid(name: &str) -> Ssid {
    Ssid::new(name.as_bytes()).unwrap()
}

fn ms(ms: u64) -> Moment {
    Moment::from_micros(ms * 1000)
}

fn bssid(n: u8) -> Bssid {
    Bssid([2, 0, 0, 0, 0, n])
}

fn on(name: &str, now: Moment, ap: u8, signal: i16) -> UplinkView {
    UplinkView {
        id: id(name),
        at: now,
        link: Some(Link {
            bssid: bssid(ap),
            network: Some(ssid("testssid1")),
            signal: Some(Dbm(signal)),
            authenticated: true,
            since: Moment::ZERO,
            stranger: false,
        }),
        lease: LeaseState::NotNeeded,
        steered: None,
    }
}

fn lost(name: &str, now: Moment) -> UplinkView {
    UplinkView {
        link: None,
        ..on(name, now, 0, 0)
    }
}

fn rules(hunting: bool) -> Rules {
    Rules {
        handover: Settings::default(),
        hunt: Hunt {
            enabled: hunting,
            ..Hunt::default()
        },
        health: Probing::default(),
        networks: vec![NetworkRule {
            ssid: ssid("testssid1"),
            minimum_signal: None,
            priority: 0,
        }],
        radios: Vec::new(),
    }
}

fn handover() -> Handover {
    Handover::new(rules(false))
}

fn seen(uplinks: [UplinkView; 2]) -> Observation {
    Observation {
        active: Some(id("wlan1")),
        uplinks: uplinks.into(),
        ..Observation::default()
    }
}

/// A handover whose last swaps were dark for this long.
fn costing(dark_ms: u64, rules: Rules) -> Handover {
    let mut handover = Handover::new(rules);
    for n in 0..5 {
        let now = ms(n * 10);
        let decision = handover.step(now, &seen([lost("wlan1", now), on("wlan2", now, 2, -60)]));
        assert_eq!(decision.swap_to, Some(id("wlan2")));
        let mut ended = seen([on("wlan1", now, 1, -60), on("wlan2", now, 2, -60)]);
        ended.swap = Some(ended_after(Some(dark_ms)));
        handover.step(now, &ended);
    }
    handover
}

fn ended_after(dark_ms: Option<u64>) -> SwapEnd {
    SwapEnd {
        to: id("wlan1"),
        bssid: Some(bssid(1)),
        dark: dark_ms.map(Duration::from_millis),
    }
}

/// Shows something each tick and returns after how many milliseconds the vehicle went, and why.
fn goes_after(
    handover: &mut Handover,
    from: u64,
    until: u64,
    show: impl Fn(Moment) -> Observation,
) -> Option<(u64, Reason)> {
    (from..=until).step_by(TICK as usize).find_map(|t| {
        let decision = handover.step(ms(t), &show(ms(t)));
        decision.swap_to.map(|_| (t - from, decision.reason))
    })
}

fn probe(name: &str, ap: u8, at: u64, answered: bool) -> Probe {
    Probe {
        uplink: id(name),
        bssid: Some(bssid(ap)),
        at: ms(at),
        answered,
    }
}

fn heard(scans: &[(u8, i16)], at: Moment) -> Option<Scan> {
    let one = |(ap, signal): &(u8, i16)| Heard {
        bssid: bssid(*ap),
        network: ssid("testssid1"),
        signal: Dbm(*signal),
    };
    Some(Scan {
        radio: id("wlan2"),
        at,
        heard: Some(scans.iter().map(one).collect()),
    })
}
