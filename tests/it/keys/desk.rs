//! A vehicle on paper: the decision gets a scripted air, and what it decides is written down.
//!
//! Every quarter of a second both radios are read. A swap takes a second, a scan two, the way to another access point one.

use std::fmt::Write as _;
use std::time::Duration;

use tikroam::config::Config;
use tikroam::handover::settings::Rules;
use tikroam::handover::{Handover, Move};
use tikroam::names::{Ssid, UplinkId};
use tikroam::observation::{Heard, LeaseState, Link, Observation, Probe, Scan, SwapEnd, UplinkView};
use tikroam::units::{Dbm, Moment};

use crate::road::bssid;

/// How many readings there are in a second.
const READINGS: u32 = 4;

/// A script. Each function takes the seconds since its start.
pub(super) struct Script {
    /// The signal of an access point; the first is on the first network of the example, and so on.
    pub signal: fn(usize, u32) -> i16,
    /// Where the radios are at the start; the first one is active.
    pub start: [Option<usize>; 2],
    /// Where the second radio goes by itself.
    pub joins: Option<(u32, usize)>,
    /// The access point that no radio reaches.
    pub unreachable: Option<usize>,
    /// Whether a probe through an access point is answered, by the second and the number of the probe.
    pub answers: fn(usize, u32, u32) -> bool,
    /// The access point over which the tunnel does not come up.
    pub fails: Option<usize>,
}

/// Two strong access points that answer; the radios are on them.
pub(super) const CALM: Script = Script {
    signal: |_, _| -60,
    start: [Some(0), Some(1)],
    joins: None,
    unreachable: None,
    answers: |_, _, _| true,
    fails: None,
};

struct Radio {
    on: Option<(usize, Moment)>,
    arrives: Option<(Moment, usize)>,
    steered: Option<usize>,
}

/// What is decided along two minutes of a script, each with its second.
pub(super) fn decisions(config: &Config, script: &Script) -> String {
    let mut handover = Handover::new(Rules {
        handover: config.handover().clone(),
        hunt: config.hunt().clone(),
        health: config.probing().clone(),
        networks: config.networks().iter().map(|network| network.rule()).collect(),
        radios: Vec::new(),
    });
    let ids = ["wlan1", "wlan2"].map(|name| config.radios().iter().find(|radio| radio.interface.as_str() == name));
    let ids = ids.map(|radio| UplinkId::new(radio.unwrap().interface.clone()));
    let start = Moment::ZERO;
    let mut radios = script.start.map(|on| Radio {
        on: on.map(|ap| (ap, start)),
        arrives: None,
        steered: None,
    });
    let (mut active, mut probes) = (0, 0);
    let (mut swapping, mut scanning): (Option<Moment>, Option<(Moment, usize)>) = (None, None);
    let mut next_probe = start;
    let mut trace = String::new();
    for reading in 0..120 * READINGS {
        let second = reading / READINGS;
        let now = start + Duration::from_millis(u64::from(reading) * 250);
        if let Some((at, ap)) = script.joins.filter(|(at, _)| *at * READINGS == reading) {
            radios[1].on = Some((ap, start + Duration::from_secs(u64::from(at))));
        }
        for radio in &mut radios {
            if let Some((_, ap)) = radio.arrives.filter(|(at, _)| *at <= now) {
                (radio.on, radio.arrives) = (Some((ap, now)), None);
            }
        }
        let view = |index: usize| UplinkView {
            id: ids[index].clone(),
            at: now,
            link: radios[index].on.map(|(ap, since)| Link {
                bssid: bssid(ap),
                network: network(config, ap),
                signal: Some(Dbm((script.signal)(ap, second))),
                authenticated: true,
                since,
                stranger: false,
            }),
            lease: LeaseState::NotNeeded,
            steered: radios[index].steered.map(bssid),
        };
        let mut seen = Observation {
            active: Some(ids[active].clone()),
            uplinks: vec![view(0), view(1)],
            dialing: swapping.is_some(),
            ..Observation::default()
        };
        if swapping.is_some_and(|at| at <= now) {
            swapping = None;
            let on = radios[active].on.map(|(ap, _)| ap);
            seen.dialing = false;
            seen.swap = Some(SwapEnd {
                to: ids[active].clone(),
                bssid: on.map(bssid),
                dark: on
                    .filter(|ap| script.fails != Some(*ap))
                    .map(|_| Duration::from_secs(1)),
            });
        }
        if let Some((_, radio)) = scanning.filter(|(at, _)| *at <= now) {
            scanning = None;
            let heard = (0..3).filter_map(|ap| {
                Some(Heard {
                    bssid: bssid(ap),
                    network: network(config, ap)?,
                    signal: Dbm((script.signal)(ap, second)),
                })
            });
            seen.scan = Some(Scan {
                radio: ids[radio].clone(),
                at: now,
                heard: Some(heard.collect()),
            });
        }
        if let (true, Some((ap, _))) = (next_probe <= now && swapping.is_none(), radios[active].on) {
            next_probe = now + config.probing().interval;
            probes += 1;
            seen.probes.push(Probe {
                uplink: ids[active].clone(),
                bssid: Some(bssid(ap)),
                at: now,
                answered: (script.answers)(ap, second, probes),
            });
        }
        let decision = handover.step(now, &seen);
        let mut note = |what: String| writeln!(trace, "{second}: {what}").unwrap();
        let index = |id: &UplinkId| ids.iter().position(|one| one == id).unwrap();
        if let Some(to) = &decision.swap_to {
            note(format!("swap to {to}"));
            active = index(to);
            swapping = Some(now + Duration::from_secs(1));
        }
        for step in &decision.moves {
            match step {
                Move::Scan { radio, .. } => {
                    note(format!("scan with {radio}"));
                    scanning = Some((now + Duration::from_secs(2), index(radio)));
                }
                Move::Steer { radio, bssid: to, .. } => {
                    note(format!("{radio} to {to}"));
                    let ap = (0..3).find(|ap| bssid(*ap) == *to).unwrap();
                    let arrives = Some((now + Duration::from_secs(1), ap)).filter(|_| script.unreachable != Some(ap));
                    let steered = Some(ap);
                    radios[index(radio)] = Radio {
                        on: None,
                        arrives,
                        steered,
                    };
                }
                Move::Search { radio } => {
                    note(format!("{radio} searches"));
                    radios[index(radio)].on = None;
                }
                Move::Release { radio, .. } => {
                    note(format!("release {radio}"));
                    radios[index(radio)].steered = None;
                }
            }
        }
    }
    trace
}

fn network(config: &Config, ap: usize) -> Option<Ssid> {
    let written = ["testssid1", "testssid2", "securessid"][ap % 3];
    let mut networks = config.networks().iter().map(|network| network.ssid.clone());
    networks.find(|ssid| ssid.as_bytes() == written.as_bytes())
}
