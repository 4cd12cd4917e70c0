//! What each radio is associated with, put together from the registration table and `monitor`.
//!
//! The legacy registration table names no SSID, and a row in it proves no authentication: `monitor` says both. It is
//! asked until it says authenticated, then only when the row's MAC address or uptime says that the AP changed.

use std::time::Duration;

use crate::config::{Network, Radio};
use crate::names::{Bssid, InterfaceName, Ssid, UplinkId};
use crate::observation::{LeaseState, Link, UplinkView};
use crate::snapshot::{Monitor, Registration};
use crate::units::{Dbm, Moment};

/// The radios as last read.
#[derive(Debug)]
pub(super) struct Associations(Vec<RadioAssociation>);

#[derive(Debug)]
struct RadioAssociation {
    radio: Radio,
    at: Moment,
    row: Option<Row>,
}

#[derive(Debug)]
struct Row {
    registration: Registration,
    since: Moment,
    /// What `monitor` said of this association; `None` until it did.
    monitored: Option<(Option<Ssid>, bool)>,
}

impl Associations {
    pub(super) fn new(radios: &[Radio]) -> Self {
        let link = |radio: &Radio| RadioAssociation {
            radio: radio.clone(),
            at: Moment::ZERO,
            row: None,
        };
        Associations(radios.iter().map(link).collect())
    }

    /// Takes a reading of the registration table and names the radios that `monitor` must be asked of.
    pub(super) fn registered(&mut self, at: Moment, rows: Vec<Registration>) -> Vec<InterfaceName> {
        let mut rows: Vec<Option<Registration>> = rows.into_iter().map(Some).collect();
        for link in &mut self.0 {
            link.at = at;
            let found = rows
                .iter_mut()
                .find(|row| row.as_ref().is_some_and(|row| row.interface == link.radio.interface))
                .and_then(Option::take);
            link.row = found.map(|registration| match link.row.take() {
                Some(before) if same_association(&before.registration, &registration) => Row { registration, ..before },
                _ => Row {
                    registration,
                    since: at,
                    monitored: None,
                },
            });
        }
        self.0
            .iter()
            .filter(|link| link.row.as_ref().is_some_and(|row| !row.authenticated()))
            .map(|link| link.radio.interface.clone())
            .collect()
    }

    /// Takes what `monitor` said of a radio.
    pub(super) fn monitored(&mut self, monitor: Monitor) {
        let link = self.0.iter_mut().find(|link| link.radio.interface == monitor.interface);
        let Some(row) = link.and_then(|link| link.row.as_mut()) else {
            return;
        };
        // An answer about another AP than the row's is about a moment that has passed.
        if monitor.connected && monitor.bssid.is_none_or(|bssid| bssid == row.registration.bssid) {
            row.monitored = Some((monitor.ssid, monitor.authenticated));
        }
    }

    /// The radios as a decision sees them, in the order of the configuration.
    pub(super) fn views<'a>(
        &'a self,
        networks: &'a [Network],
        steered: impl Fn(&InterfaceName) -> Option<Bssid> + 'a,
    ) -> impl Iterator<Item = UplinkView> + 'a {
        self.0.iter().map(move |link| UplinkView {
            id: UplinkId::new(link.radio.interface.clone()),
            at: link.at,
            link: link.row.as_ref().map(|row| row.link(&link.radio, networks)),
            lease: LeaseState::NotNeeded,
            steered: steered(&link.radio.interface),
        })
    }

    /// The radios that are on access points which send the name of a configured network and are none of its own.
    pub(super) fn impostors<'a>(&'a self, networks: &'a [Network]) -> impl Iterator<Item = (Bssid, &'a Ssid)> {
        let rows = self.0.iter().filter_map(|link| link.row.as_ref());
        rows.filter_map(|row| {
            let ssid = row.monitored.as_ref()?.0.as_ref()?;
            let network = networks.iter().find(|network| network.ssid == *ssid)?;
            let bssid = row.registration.bssid;
            (!network.has(bssid)).then_some((bssid, &network.ssid))
        })
    }

    /// The registration row of a radio, to end its association by.
    pub(super) fn registration(&self, radio: &InterfaceName) -> Option<&Registration> {
        let link = self.0.iter().find(|link| link.radio.interface == *radio)?;
        link.row.as_ref().map(|row| &row.registration)
    }

    /// A signal as this radio's antenna hears it, made comparable with the others'.
    pub(super) fn offset(&self, radio: &InterfaceName, signal: Dbm) -> Dbm {
        let link = self.0.iter().find(|link| link.radio.interface == *radio);
        link.map_or(signal, |link| signal + link.radio.signal_offset)
    }
}

impl Row {
    fn authenticated(&self) -> bool {
        self.registration.port_enabled != Some(false) && matches!(self.monitored, Some((_, true)))
    }

    fn link(&self, radio: &Radio, networks: &[Network]) -> Link {
        let ssid = self.monitored.as_ref().and_then(|(ssid, _)| ssid.as_ref());
        let network = networks
            .iter()
            .find(|network| Some(&network.ssid) == ssid && network.has(self.registration.bssid));
        Link {
            bssid: self.registration.bssid,
            network: network.map(|network| network.ssid.clone()),
            signal: self.registration.signal.map(|signal| signal + radio.signal_offset),
            authenticated: self.authenticated(),
            since: self.since,
            stranger: ssid.is_some() && network.is_none(),
        }
    }
}

fn same_association(before: &Registration, after: &Registration) -> bool {
    before.bssid == after.bssid
        && match (before.uptime, after.uptime) {
            // Uptime is in whole seconds and may be rounded either way.
            (Some(before), Some(after)) => after + Duration::from_secs(1) >= before,
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routeros::ItemId;
    use crate::units::Db;

    fn name() -> InterfaceName {
        InterfaceName::new("wlan1")
    }

    fn row(ap: u8, uptime: u64) -> Registration {
        Registration {
            id: ItemId("*1".into()),
            interface: name(),
            bssid: Bssid([2, 0, 0, 0, 0, ap]),
            signal: Some(Dbm(-70)),
            uptime: Some(Duration::from_secs(uptime)),
            port_enabled: None,
        }
    }

    fn monitor(ap: u8, authenticated: bool) -> Monitor {
        Monitor {
            interface: name(),
            connected: true,
            ssid: Some(Ssid::new(b"testssid1").unwrap()),
            bssid: Some(Bssid([2, 0, 0, 0, 0, ap])),
            authenticated,
        }
    }

    fn at(ms: u64) -> Moment {
        Moment::from_micros(ms * 1000)
    }

    fn view(links: &Associations) -> Option<Link> {
        links.views(&[], |_| None).next().unwrap().link
    }

    #[test]
    fn monitor_is_asked_until_authenticated_and_again_when_the_ap_changed() {
        let mut links = Associations::new(&[Radio {
            interface: name(),
            signal_offset: Db(2),
        }]);
        assert_eq!(links.registered(at(1), vec![row(1, 0)]), [name()]);
        links.monitored(monitor(1, false));
        assert!(!view(&links).unwrap().authenticated);
        assert_eq!(links.registered(at(2), vec![row(1, 1)]), [name()]);
        links.monitored(monitor(1, true));
        let link = view(&links).unwrap();
        assert!(link.authenticated);
        assert_eq!((link.signal, link.since), (Some(Dbm(-68)), at(1)));
        assert_eq!(links.registered(at(3), vec![row(1, 2)]), []);
        assert_eq!(links.registered(at(4), vec![row(2, 0)]), [name()], "another MAC");
        links.monitored(monitor(1, true));
        assert!(
            !view(&links).unwrap().authenticated,
            "the answer is about the AP before"
        );
        links.monitored(monitor(2, true));
        assert_eq!(links.registered(at(5), vec![row(2, 9)]), []);
        assert_eq!(
            links.registered(at(6), vec![row(2, 3)]),
            [name()],
            "the uptime began anew"
        );
        assert_eq!(view(&links).unwrap().since, at(6));
        assert_eq!(links.registered(at(7), vec![]), []);
        assert_eq!(view(&links), None);
    }

    #[test]
    fn a_closed_port_is_not_authenticated_whatever_monitor_said() {
        let mut links = Associations::new(&[Radio {
            interface: name(),
            signal_offset: Db(0),
        }]);
        links.registered(at(1), vec![row(1, 0)]);
        links.monitored(monitor(1, true));
        let closed = Registration {
            port_enabled: Some(false),
            ..row(1, 1)
        };
        assert_eq!(links.registered(at(2), vec![closed]), [name()]);
        assert!(!view(&links).unwrap().authenticated);
    }
}
