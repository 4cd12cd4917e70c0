//! The readings of a running agent: each asks for managed items and for the properties that matter, by `.proplist`.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::call::{Call, Running};
use super::handle::Router;
use super::outcome::CallError;
use super::rows::{self, Row};
use crate::clock;
use crate::marks::{ROUTE_COMMENT, address_comment};
use crate::names::InterfaceName;
use crate::routeros::{self, DEFAULT_DESTINATION, Sentence, Trap, TunnelKind};
use crate::snapshot::{
    AddressItem, ClientItem, ConnectionItem, InterfaceItem, Managed, Modem, Monitor, PeerItem, Registrations, ScanRow,
    Snapshot, TunnelItem, TunnelStatus,
};
use crate::swap::has_mark;

const ADDRESS: &str = ".id,comment,address,network,interface,disabled,dynamic";
const ROUTE: &str = ".id,comment,dst-address,gateway,distance,active,disabled,dynamic";
/// What one kind alone has is not there in the rows of the others.
const TUNNEL: &str = ".id,name,comment,disabled,running,listen-port,src-address";
const PEER: &str = ".id,interface,comment,endpoint-port,disabled";
const FALLBACK: &str = "name,type,running,disabled,rx-byte,tx-byte";
const MODEM: &str = "status,session-uptime,current-operator";
const DHCP_CLIENT: &str = ".id,comment,interface,status,address,gateway,add-default-route,use-peer-dns,disabled";
const RULE: &str = ".id,comment,interface,connect,mac-address,ssid,signal-range,area-prefix,wireless-protocol,\
                    security-profile,disabled";
const MONITOR: &str = "status,ssid,bssid,authenticated-clients,802.1x-port-enabled";

pub(super) fn addresses() -> Sentence {
    Sentence::print("/ip/address", ADDRESS)
}

/// Routes with the table that they are in, which version 6 calls a mark.
pub(super) fn routes_of_all_tables() -> Sentence {
    Sentence::print("/ip/route", &format!("{ROUTE},routing-mark,routing-table"))
}

pub(super) fn tunnel((kind, name): &(TunnelKind, InterfaceName)) -> Sentence {
    Sentence::print(kind.menu(), TUNNEL).only("name", [name.as_str()])
}

/// The peers of a tunnel that has some.
fn peers((kind, name): &(TunnelKind, InterfaceName)) -> Option<Sentence> {
    let menu = kind.shape().peers?;
    Some(Sentence::print(menu, PEER).only("interface", [name.as_str()]))
}

/// All of them: on a radio, a stranger's keeps the managed one from being made.
pub(super) fn dhcp_clients() -> Sentence {
    Sentence::print("/ip/dhcp-client", DHCP_CLIENT)
}

pub(super) fn rules() -> Sentence {
    Sentence::print("/interface/wireless/connect-list", RULE)
}

impl Router {
    /// Begins a reading with the default deadline.
    pub(super) fn ask(&self, sentence: Sentence) -> Call {
        self.begin(sentence, self.shared.deadlines.answer)
    }

    /// What the radios are associated with: one command for all of them.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the call.
    pub async fn registrations(&self, radios: &[InterfaceName]) -> Result<Registrations, CallError> {
        let at = clock::now();
        let words = self.radio_menu().words();
        let menu = format!("{}/registration-table", words.path);
        let sentence = Sentence::print(&menu, words.registration);
        let sentence = sentence.only("interface", radios.iter().map(InterfaceName::as_str));
        let (rows, unread) = rows::each(&self.ask(sentence).await?, |row| rows::registration(words, row));
        Ok(Registrations { at, rows, unread })
    }

    /// What one radio says of itself: its network, its access point, whether the key exchange finished.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the call.
    pub async fn monitor(&self, radio: &InterfaceName) -> Result<Monitor, CallError> {
        let rows = self.monitor_once(self.radio_menu().path(), radio, MONITOR).await?;
        Ok(rows::monitor(radio, rows.last()))
    }

    /// What the tunnel client says of itself; `None` without a tunnel.
    ///
    /// WireGuard has no `monitor`: the call is refused there.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the call.
    pub async fn tunnel_status(&self, managed: &Managed) -> Result<Option<TunnelStatus>, CallError> {
        let Some((kind, name)) = &managed.tunnel else {
            return Ok(None);
        };
        let rows = self.monitor_once(kind.menu(), name, "status,uptime").await?;
        let row = rows.last();
        let status = row.and_then(|row| row.text("status")).unwrap_or_default();
        Ok(Some(TunnelStatus {
            connected: status == "connected",
            uptime: row
                .and_then(|row| row.text("uptime"))
                .and_then(|text| routeros::duration(&text)),
            status: status.into_owned(),
        }))
    }

    /// Whether the router believes that the tunnel is up; false without a tunnel.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the call.
    pub async fn tunnel_running(&self, managed: &Managed) -> Result<bool, CallError> {
        let Some((kind, name)) = &managed.tunnel else {
            return Ok(false);
        };
        let rows = self
            .ask(Sentence::print(kind.menu(), "running").only("name", [name.as_str()]))
            .await?;
        Ok(rows
            .first()
            .is_some_and(|row| routeros::flag(row.text("running").as_deref())))
    }

    /// What a modem says of itself: version 7 has `monitor` for it, version 6 `info`.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the call.
    pub async fn modem(&self, name: &InterfaceName) -> Result<Modem, CallError> {
        let menu = "/interface/lte";
        let rows = if self.version().major == 6 {
            let info = Sentence::new(menu, "info").with("number", name.as_str());
            self.ask(info.with("once", "")).await?
        } else {
            self.monitor_once(menu, name, MODEM).await?
        };
        Ok(rows::modem(rows.last()))
    }

    /// `monitor` takes `.proplist` surely only from 7.19; a router that refused it once is not asked again.
    async fn monitor_once(
        &self,
        menu: &str,
        interface: &InterfaceName,
        properties: &str,
    ) -> Result<Vec<Row>, CallError> {
        let plain = Sentence::new(menu, "monitor")
            .with("numbers", interface.as_str())
            .with("once", "");
        if !self.shared.plain_monitor.load(Ordering::Relaxed) {
            match self.ask(plain.clone().with(".proplist", properties)).await {
                Err(CallError::Refused(trap)) if trap.is_unknown_parameter() => {
                    self.shared.plain_monitor.store(true, Ordering::Relaxed);
                }
                answer => return answer,
            }
        }
        self.ask(plain).await
    }

    /// The managed items as they are now, in one round trip.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the first call that failed.
    pub async fn snapshot(&self, managed: &Managed) -> Result<Snapshot, CallError> {
        let at = clock::now();
        let comments = managed.radios.iter().chain(&managed.fallbacks).map(address_comment);
        let mut addresses = addresses().only("comment", comments);
        // A modem has its address by itself; a tunnel that is tied to one must learn it.
        if managed.tunnel.as_ref().is_some_and(|(kind, _)| kind.shape().ties) {
            for name in &managed.fallbacks {
                addresses = addresses.or_only("interface", name.as_str());
            }
        }
        let addresses = self.ask(addresses);
        // Strangers' default routes are read along with the managed one: they compete with it.
        let routes = routes_of_all_tables().only("dst-address", [DEFAULT_DESTINATION]);
        let routes = self.ask(routes.or_only("comment", ROUTE_COMMENT));
        let tunnel = managed.tunnel.as_ref().map(|tunnel| self.ask(self::tunnel(tunnel)));
        let peers = managed.tunnel.as_ref().and_then(peers).map(|peers| self.ask(peers));
        let clients = (!managed.clients.is_empty()).then(|| self.ask(dhcp_clients()));
        let fallbacks = (!managed.fallbacks.is_empty()).then(|| {
            let names = managed.fallbacks.iter().map(InterfaceName::as_str);
            self.ask(Sentence::print("/interface", FALLBACK).only("name", names))
        });
        // All are waited for before the first failure is reported: a refused one is no reason to cancel its neighbours.
        let (addresses, routes, tunnel) = (addresses.await, routes.await, answer_of(tunnel).await);
        let clients = answer_of(clients).await;
        let fallbacks = rows::each::<InterfaceItem>(&answer_of(fallbacks).await?, rows::interface).0;
        let peers = rows::each::<PeerItem>(&answer_of(peers).await?, rows::peer).0;
        let (clients, bad_clients) = rows::each(&clients?, rows::dhcp_client);
        let (addresses, bad_addresses) = rows::each::<AddressItem>(&addresses?, rows::address);
        let (routes, bad_routes) = rows::each(&routes?, rows::main_route);
        let kind = managed.tunnel.as_ref().map(|(kind, _)| *kind);
        let (tunnels, bad_tunnels) = rows::each::<TunnelItem>(&tunnel?, |row| rows::tunnel(kind?, row));
        Ok(Snapshot {
            at,
            addresses,
            routes: routes.into_iter().flatten().collect(),
            tunnel: tunnels.into_iter().next(),
            // One that a person disabled stays as it is, whatever comes before or after it.
            peer: peers.into_iter().find(|peer| !peer.disabled || has_mark(&peer.comment)),
            clients,
            fallbacks,
            unread: bad_addresses + bad_routes + bad_tunnels + bad_clients,
        })
    }

    /// The DHCP clients of the router, strangers' included.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the call.
    pub async fn dhcp_clients(&self) -> Result<Vec<ClientItem>, CallError> {
        Ok(rows::each(&self.ask(dhcp_clients()).await?, rows::dhcp_client).0)
    }

    /// The tracked connections by which a WireGuard tunnel sends, or seems to.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the call.
    pub async fn tunnel_connections(&self, from: u16, to: u16) -> Result<Vec<ConnectionItem>, CallError> {
        let udp = Sentence::print("/ip/firewall/connection", ".id,src-address,dst-address").only("protocol", ["udp"]);
        let connections = rows::each::<ConnectionItem>(&self.ask(udp).await?, rows::connection).0;
        let (from, to) = (format!(":{from}"), format!(":{to}"));
        let of_the_tunnel = |one: &ConnectionItem| one.source.ends_with(&from) && one.destination.ends_with(&to);
        Ok(connections.into_iter().filter(of_the_tunnel).collect())
    }

    /// Lets a radio scan and gives what it heard.
    ///
    /// In the foreground the radio drops what it is associated with; in the background it must be associated.
    ///
    /// A menu without scans in the background refuses them unasked.
    pub fn scan(&self, radio: &InterfaceName, duration: Duration, background: bool) -> Running<Vec<ScanRow>> {
        let words = self.radio_menu().words();
        if background && !words.background_scan {
            return Running::new(async {
                Err(CallError::Refused(Trap {
                    message: format!("{} has no scan in the background", words.path),
                    category: None,
                }))
            });
        }
        let scan = |target| {
            let sentence = Sentence::new(words.path, "scan")
                .with(target, radio.as_str())
                .with("duration", &routeros::duration_text(duration));
            if background {
                sentence.with("background", "yes")
            } else {
                sentence
            }
        };
        let deadline = duration + self.shared.deadlines.answer;
        // The console calls the radio `number`; some versions take only `.id` for it.
        let (first, other) = (self.begin(scan("number"), deadline), scan(".id"));
        let router = self.clone();
        Running::new(async move {
            let rows = match first.await {
                Err(CallError::Refused(trap)) if trap.is_unknown_parameter() => router.begin(other, deadline).await?,
                answer => answer?,
            };
            Ok(rows::scan(words, &rows))
        })
    }
}

/// The rows of a call that was made only where there is something to ask.
async fn answer_of(call: Option<Call>) -> Result<Vec<Row>, CallError> {
    match call {
        Some(call) => call.await,
        None => Ok(Vec::new()),
    }
}
