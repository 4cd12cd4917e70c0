//! The leases of radios and cables: which one may be used, and what a technician should read of them. Pure.
//!
//! A lease counts for the network that it was asked on. One that overlaps what the vehicle has elsewhere is refused: the
//! router sends by one of two interfaces with the same addresses, and nobody can say by which.

use std::time::Duration;

use ipnet::Ipv4Net;

use crate::config::{Config, Fallback, Network};
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
    asked: Vec<Asked>,
    /// The address that the active uplink had by DHCP when the vehicle last went that way.
    carried: Option<(UplinkId, Ipv4Net)>,
}

/// A radio on a network with DHCP, or a cable to one.
#[derive(Debug)]
struct Asked {
    uplink: UplinkId,
    /// `None` for a cable.
    network: Option<Ssid>,
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

/// News of a radio on a network, or of a cable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) uplink: UplinkId,
    pub(super) network: Option<Ssid>,
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
        self.asked.retain_mut(|asked| asked.stays(now, around));
        let radios = around.views.iter().filter_map(|view| {
            let network = on_dhcp(around.config, view)?;
            Some((view.id.clone(), Some(network.ssid.clone())))
        });
        let cables = around
            .config
            .fallbacks()
            .iter()
            .filter(|one| is_plugged_in(around.read, one));
        let cables = cables.map(|one| (UplinkId::new(one.interface.clone()), None));
        let mut asking: Vec<(UplinkId, Option<Ssid>)> = radios.chain(cables).collect();
        // The active's lease is judged first: of two that overlap, the standby's is refused.
        asking.sort_by_key(|(uplink, _)| Some(uplink) != around.active);
        let mut used: Vec<(Lease, Option<Ssid>)> = Vec::new();
        for (uplink, network) in asking {
            let lease = swap::lease_on(around.read, uplink.interface(), network.as_ref());
            let overlap = lease.and_then(|lease| overlapping(around, network.as_ref(), &lease, &used));
            let settings = around.config.handover();
            let (heal, patience) = (settings.heal, settings.second * PATIENCE);
            let asked = self.asked(now, &uplink, network.as_ref());
            let said = asked.judge(now, lease, overlap, (patience, heal));
            if let Some(lease) = lease.filter(|_| asked.state == LeaseState::Held) {
                used.push((lease, network.clone()));
            }
            news.extend(said.map(|news| Said { uplink, network, news }));
        }
        news
    }

    fn asked(&mut self, now: Moment, uplink: &UplinkId, network: Option<&Ssid>) -> &mut Asked {
        let at = self.asked.iter().position(|asked| asked.uplink == *uplink);
        let at = at.unwrap_or_else(|| {
            self.asked.push(Asked {
                uplink: uplink.clone(),
                network: network.cloned(),
                since: now,
                state: LeaseState::Asked,
                said: None,
                refused: None,
            });
            self.asked.len() - 1
        });
        &mut self.asked[at]
    }

    /// Where a radio stands.
    pub(super) fn state(&self, config: &Config, view: &UplinkView) -> LeaseState {
        let asked = self.asked.iter().find(|asked| asked.uplink == view.id);
        match on_dhcp(config, view) {
            None => LeaseState::NotNeeded,
            Some(network) => asked
                .filter(|asked| asked.network.as_ref() == Some(&network.ssid))
                .map_or(LeaseState::Asked, |asked| asked.state),
        }
    }

    /// Where a fallback whose address comes by DHCP stands.
    pub(super) fn of_fallback(&self, fallback: &UplinkId) -> LeaseState {
        let asked = self.asked.iter().find(|asked| asked.uplink == *fallback);
        asked.map_or(LeaseState::Asked, |asked| asked.state)
    }

    /// Whether a radio or a cable must not ask for a lease, because it got one that overlaps.
    pub(super) fn is_refused(&self, interface: &InterfaceName) -> bool {
        self.asked
            .iter()
            .any(|asked| asked.uplink.interface() == interface && asked.refused.is_some())
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
    /// Whether the radio may still be on the network: it is not while it is on another. On its way its time does not run,
    /// nor does that of a cable that is not plugged in.
    fn stays(&mut self, now: Moment, around: Around) -> bool {
        if self.network.is_none() {
            let mut fallbacks = around.config.fallbacks().iter();
            let own = |one: &&Fallback| one.interface == *self.uplink.interface();
            return fallbacks.find(own).is_some_and(|one| is_plugged_in(around.read, one));
        }
        let view = around.views.iter().find(|view| view.id == self.uplink);
        let link = view.and_then(|view| view.link.as_ref());
        if link.is_some_and(|link| link.authenticated && link.network == self.network) {
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

/// Whether a fallback asks for an address: it needs one by DHCP, and its interface is running.
fn is_plugged_in(read: &Snapshot, fallback: &Fallback) -> bool {
    let mut items = read.fallbacks.iter();
    fallback.is_dhcp() && items.any(|item| item.name == fallback.interface && item.running && !item.disabled)
}

/// Whose addresses a lease shares, for people. A cable has no network.
fn overlapping(
    around: Around,
    network: Option<&Ssid>,
    lease: &Lease,
    used: &[(Lease, Option<Ssid>)],
) -> Option<String> {
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
        .filter(|other| Some(&other.ssid) != network);
    let fixed = others.flat_map(|other| {
        let radios = around.config.radios().iter();
        radios.filter_map(move |radio| Some((other, other.address_on(&radio.interface)?.trunc())))
    });
    if let Some((other, range)) = fixed.into_iter().find(|(_, range)| shares(*range)) {
        return Some(format!("network `{}` ({range})", other.ssid));
    }
    let cables = around.config.fallbacks().iter();
    let mut cables = cables.filter_map(|one| Some((&one.interface, one.fixed()?.0.trunc())));
    if let Some((cable, range)) = cables.find(|(_, range)| shares(*range)) {
        return Some(format!("fallback `{cable}` ({range})"));
    }
    let (other, ssid) = used
        .iter()
        .find(|(other, ssid)| (ssid.as_ref() != network || network.is_none()) && shares(other.address.trunc()))?;
    let whose = match ssid {
        Some(ssid) => format!("network `{ssid}`"),
        None => "another fallback".to_owned(),
    };
    Some(format!("{whose} ({})", other.address.trunc()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::Link;
    use crate::routeros::ItemId;
    use crate::snapshot::ClientItem;

    /// The example, where the first network gives addresses by DHCP.
    fn config() -> Config {
        let text = include_str!("../../agent.toml");
        let text = text.replacen("address = \"10.10.10.2/24\"", "address = \"dhcp\"", 1);
        let text = text.replacen("\ngateway = \"10.10.10.1\"", "", 1);
        let environment = [("TIKROAM__ROUTER__PASSWORD".to_owned(), String::new())].into();
        Config::parse("agent.toml".as_ref(), &text, &environment).unwrap()
    }

    fn on(ssid: Option<&str>) -> UplinkView {
        let link = ssid.map(|ssid| Link {
            bssid: crate::names::Bssid([2, 0, 0, 0, 0, 1]),
            network: Ssid::new(ssid.as_bytes()).ok(),
            signal: None,
            authenticated: true,
            since: Moment::ZERO,
            stranger: false,
        });
        UplinkView {
            id: UplinkId::new(InterfaceName::new("wlan1")),
            at: Moment::ZERO,
            link,
            lease: LeaseState::NotNeeded,
            steered: None,
        }
    }

    fn read(address: Option<&str>) -> Snapshot {
        let client = ClientItem {
            id: ItemId("*1".into()),
            comment: b"tikroam:dhcp:wlan1 testssid1".to_vec(),
            interface: InterfaceName::new("wlan1"),
            status: if address.is_some() { "bound" } else { "searching..." }.into(),
            address: address.map(|address| address.parse().unwrap()),
            gateway: address.and_then(|_| "10.40.0.1".parse().ok()),
            meddles: false,
            disabled: false,
        };
        Snapshot {
            clients: vec![client],
            ..Snapshot::default()
        }
    }

    /// What is said at each second, and where the radio stands then.
    fn along(seconds: &[(u64, UplinkView, Option<&str>)]) -> Vec<(u64, LeaseState, Option<News>)> {
        let (config, mut leases) = (config(), Leases::default());
        let taken = [Taken {
            range: "192.168.88.0/24".parse().unwrap(),
            by: "interface `ether1`".into(),
        }];
        let one = |(second, view, address): &(u64, UplinkView, Option<&str>)| {
            let read = read(*address);
            let around = Around {
                config: &config,
                read: &read,
                views: std::slice::from_ref(view),
                taken: &taken,
                active: None,
            };
            let said = leases.update(Moment::from_micros(second * 1_000_000), around);
            (
                *second,
                leases.state(&config, view),
                said.into_iter().next().map(|said| said.news),
            )
        };
        seconds.iter().map(one).collect()
    }

    fn lease(address: &str) -> Lease {
        Lease {
            address: address.parse().unwrap(),
            gateway: "10.40.0.1".parse().unwrap(),
        }
    }

    #[test]
    fn a_radio_waits_five_seconds_and_is_no_candidate_then() {
        let there = || on(Some("testssid1"));
        let own = "10.40.0.7/24";
        let said = along(&[
            (0, there(), None),
            (4, there(), None),
            (5, there(), None),
            (6, there(), None),
            (7, there(), Some(own)),
            (8, there(), Some(own)),
            (9, there(), None),
            (10, on(Some("testssid2")), Some(own)),
            (11, on(None), Some(own)),
        ]);
        let expected = [
            (0, LeaseState::Asked, None),
            (4, LeaseState::Asked, None),
            (5, LeaseState::Missing, Some(News::Late(Duration::from_secs(5)))),
            (6, LeaseState::Missing, None),
            (7, LeaseState::Held, Some(News::Got(lease(own)))),
            (8, LeaseState::Held, None),
            (9, LeaseState::Asked, Some(News::Gone(lease(own)))),
            (10, LeaseState::NotNeeded, None),
            (11, LeaseState::NotNeeded, None),
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn the_way_between_two_access_points_of_a_network_is_not_waiting() {
        let there = || on(Some("testssid1"));
        let said = along(&[
            (0, there(), None),
            (4, on(None), None),
            (7, on(None), None),
            (8, there(), None),
            (9, there(), None),
        ]);
        assert!(
            said.iter()
                .all(|(_, state, news)| *state != LeaseState::Missing && news.is_none()),
            "{said:?}"
        );
    }

    #[test]
    fn a_lease_that_overlaps_is_refused_and_asked_for_again_after_a_while() {
        let there = || on(Some("testssid1"));
        let lan = Some("192.168.88.100/24");
        let refused = || {
            News::Refused(
                lease("192.168.88.100/24"),
                "interface `ether1` (192.168.88.0/24)".into(),
            )
        };
        let said = along(&[
            (0, there(), lan),
            (1, there(), None),
            (59, there(), None),
            (61, there(), None),
            (62, there(), lan),
        ]);
        let news: Vec<Option<News>> = said.iter().map(|(.., news)| news.clone()).collect();
        assert_eq!(news, [Some(refused()), None, None, None, Some(refused())]);
        assert!(said.iter().all(|(_, state, _)| *state == LeaseState::Missing));
    }
}
