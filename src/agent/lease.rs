//! The leases of the radios: which one may be used, and what a technician should read of them. Pure.
//!
//! A lease counts for the network that it was asked on. One that overlaps what the vehicle has elsewhere is refused: the
//! router sends by one of two interfaces with the same addresses, and nobody can say by which.

use std::time::Duration;

use ipnet::Ipv4Net;

use crate::config::{Config, Network};
use crate::names::{InterfaceName, Ssid, UplinkId};
use crate::observation::{LeaseState, UplinkView};
use crate::snapshot::{Lease, Snapshot};
use crate::swap;
use crate::units::Moment;

/// How long the network may take to give an address until the radio is no candidate, in seconds.
const PATIENCE: u32 = 5;

/// A range of addresses that no lease may share, and whose it is, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) range: Ipv4Net,
    pub(super) by: String,
}

/// What came of the leases so far.
#[derive(Debug, Default)]
pub(super) struct Leases {
    radios: Vec<Asked>,
    /// The address that the active uplink had by DHCP when the vehicle last went that way.
    carried: Option<(UplinkId, Ipv4Net)>,
}

/// A radio on a network with DHCP.
#[derive(Debug)]
struct Asked {
    radio: UplinkId,
    network: Ssid,
    since: Moment,
    state: LeaseState,
    /// What was said last of it, so that each thing is said once.
    said: Option<Lease>,
    /// A lease that overlaps, and when.
    refused: Option<(Lease, Moment)>,
}

/// What is to be logged of a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum News {
    /// The radio has one.
    Got(Lease),
    /// It had one that is gone.
    Gone(Lease),
    /// It has none after this long.
    Late(Duration),
    /// What it got overlaps addresses of this one.
    Refused(Lease, String),
}

/// News of a radio on a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) radio: UplinkId,
    pub(super) network: Ssid,
    pub(super) news: News,
}

/// What the leases are judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) config: &'a Config,
    pub(super) read: &'a Snapshot,
    pub(super) views: &'a [UplinkView],
    pub(super) taken: &'a [Taken],
    pub(super) active: Option<&'a UplinkId>,
}

impl Leases {
    /// Takes what was read, and gives what is new.
    pub(super) fn update(&mut self, now: Moment, around: Around) -> Vec<Said> {
        let mut news = Vec::new();
        self.radios.retain_mut(|asked| asked.stays(now, around));
        // The active's lease is judged first: of two that overlap, the standby's is refused.
        let mut views: Vec<&UplinkView> = around.views.iter().collect();
        views.sort_by_key(|view| Some(&view.id) != around.active);
        let mut used: Vec<(Lease, &Ssid)> = Vec::new();
        for view in views {
            let Some(network) = on_dhcp(around.config, view) else {
                continue;
            };
            let lease = swap::lease_on(around.read, view.id.interface(), &network.ssid);
            let overlap = lease.and_then(|lease| overlapping(around, network, &lease, &used));
            let settings = around.config.handover();
            let (heal, patience) = (settings.heal, settings.second * PATIENCE);
            let asked = self.asked(now, view, network);
            let said = asked.judge(now, lease, overlap, (patience, heal));
            if let Some(lease) = lease.filter(|_| asked.state == LeaseState::Held) {
                used.push((lease, &network.ssid));
            }
            news.extend(said.map(|news| Said {
                radio: view.id.clone(),
                network: network.ssid.clone(),
                news,
            }));
        }
        news
    }

    fn asked(&mut self, now: Moment, view: &UplinkView, network: &Network) -> &mut Asked {
        let at = self.radios.iter().position(|asked| asked.radio == view.id);
        let at = at.unwrap_or_else(|| {
            self.radios.push(Asked {
                radio: view.id.clone(),
                network: network.ssid.clone(),
                since: now,
                state: LeaseState::Asked,
                said: None,
                refused: None,
            });
            self.radios.len() - 1
        });
        &mut self.radios[at]
    }

    /// Where a radio stands.
    pub(super) fn state(&self, config: &Config, view: &UplinkView) -> LeaseState {
        let asked = self.radios.iter().find(|asked| asked.radio == view.id);
        match on_dhcp(config, view) {
            None => LeaseState::NotNeeded,
            Some(network) => asked
                .filter(|asked| asked.network == network.ssid)
                .map_or(LeaseState::Asked, |asked| asked.state),
        }
    }

    /// Whether a radio must not ask for a lease, because it got one that overlaps.
    pub(super) fn is_refused(&self, radio: &InterfaceName) -> bool {
        self.radios
            .iter()
            .any(|asked| asked.radio.interface() == radio && asked.refused.is_some())
    }

    /// Takes that the vehicle goes out by an uplink, with this address where that came by DHCP.
    pub(super) fn carries(&mut self, uplink: &UplinkId, address: Option<Ipv4Net>) {
        self.carried = address.map(|address| (uplink.clone(), address));
    }

    /// Whether the active uplink has another address by DHCP than when this was last asked, or the vehicle last went that
    /// way.
    pub(super) fn moved(&mut self, active: &UplinkId, read: &Snapshot) -> bool {
        let lease = swap::client_item(read, active.interface()).and_then(|client| client.lease());
        let Some(now) = lease.map(|lease| lease.address) else {
            return false;
        };
        let before = self.carried.replace((active.clone(), now));
        before.is_some_and(|(uplink, address)| uplink == *active && address != now)
    }
}

impl Asked {
    /// Whether the radio may still be on the network: it is not while it is on another. On its way its time does not run.
    fn stays(&mut self, now: Moment, around: Around) -> bool {
        let view = around.views.iter().find(|view| view.id == self.radio);
        let link = view.and_then(|view| view.link.as_ref());
        if link.is_some_and(|link| link.authenticated && link.network.as_ref() == Some(&self.network)) {
            return true;
        }
        if self.state != LeaseState::Held && self.refused.is_none() {
            (self.state, self.since) = (LeaseState::Asked, now);
        }
        link.is_none_or(|link| link.network.is_none() && !link.stranger)
    }

    fn judge(
        &mut self,
        now: Moment,
        lease: Option<Lease>,
        overlap: Option<String>,
        (patience, heal): (Duration, Duration),
    ) -> Option<News> {
        if let (Some(lease), Some(by)) = (lease, overlap) {
            self.state = LeaseState::Missing;
            let again = self.refused.is_some_and(|(before, _)| before == lease);
            self.refused = Some((lease, now));
            self.said = None;
            return (!again).then_some(News::Refused(lease, by));
        }
        if let Some((_, at)) = self.refused {
            if now.since(at) < heal {
                return None;
            }
            // The network may give another address by now.
            self.refused = None;
            self.since = now;
        }
        match lease {
            Some(lease) => {
                self.state = LeaseState::Held;
                (self.said.replace(lease) != Some(lease)).then_some(News::Got(lease))
            }
            None if self.state == LeaseState::Held => {
                (self.state, self.since) = (LeaseState::Asked, now);
                self.said.take().map(News::Gone)
            }
            None if self.state == LeaseState::Asked && now.since(self.since) >= patience => {
                self.state = LeaseState::Missing;
                Some(News::Late(patience))
            }
            // After a refusal it is asked again.
            None => None,
        }
    }
}

/// The network of a radio, where that gives it an address by DHCP and lets it in.
pub(super) fn on_dhcp<'a>(config: &'a Config, view: &UplinkView) -> Option<&'a Network> {
    let link = view.link.as_ref().filter(|link| link.authenticated)?;
    let ssid = link.network.as_ref()?;
    config
        .networks()
        .iter()
        .find(|network| network.ssid == *ssid && network.is_dhcp())
}

/// Whose addresses a lease shares, for people.
fn overlapping(around: Around, network: &Network, lease: &Lease, used: &[(Lease, &Ssid)]) -> Option<String> {
    let shares = |range: Ipv4Net| {
        let own = lease.address.trunc();
        own.contains(&range.network()) || range.contains(&own.network())
    };
    if let Some(taken) = around.taken.iter().find(|taken| shares(taken.range)) {
        return Some(format!("{} ({})", taken.by, taken.range));
    }
    let others = around
        .config
        .networks()
        .iter()
        .filter(|other| other.ssid != network.ssid);
    let fixed = others.flat_map(|other| {
        let radios = around.config.radios().iter();
        radios.filter_map(move |radio| Some((other, other.address_on(&radio.interface)?.trunc())))
    });
    if let Some((other, range)) = fixed.into_iter().find(|(_, range)| shares(*range)) {
        return Some(format!("network `{}` ({range})", other.ssid));
    }
    let (other, ssid) = used
        .iter()
        .find(|(other, ssid)| **ssid != network.ssid && shares(other.address.trunc()))?;
    Some(format!("network `{ssid}` ({})", other.address.trunc()))
}
