//! Reads an `Inspection`: what only `check` asks of a router; a running agent does without.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::call::Call;
use super::handle::Router;
use super::outcome::CallError;
use super::readings::{dhcp_clients, routes_of_all_tables};
use super::rows::{self, Row};
use crate::names::InterfaceName;
use crate::routeros::{self, Sentence, Steering, TunnelKind, flag};
use crate::snapshot::{Managed, RouteItem};
use crate::survey::{DialSettings, Inspection, NatRule, PeerSettings, Script, ScriptPlace};

impl Router {
    /// Reads what only `check` wants to know, in two round trips.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the first call that was not answered; a refused one only leaves its part empty.
    pub async fn inspect(&self, managed: &Managed) -> Result<Inspection, CallError> {
        let of_profile = "name,mode,authentication-types";
        let profiles = self.ask(Sentence::print(self.radio_menu().words().security_profiles, of_profile));
        let clients = self.ask(dhcp_clients());
        let behind = managed.tunnel.as_ref();
        let behind = behind.map(|(_, name)| self.ask(routes_of_all_tables().only("gateway", [name.as_str()])));
        let nat = Sentence::print("/ip/firewall/nat", "action,out-interface,out-interface-list,disabled");
        let nat = self.ask(nat.only("chain", ["srcnat"]));
        let other_end = managed.tunnel.as_ref().map(|tunnel| self.ask_other_end(tunnel));
        let has_mode = (self.version().major, self.version().minor) >= (7, 17);
        let mode = match managed.tunnel.as_ref().and_then(|(kind, _)| kind.shape().device_mode) {
            Some(flag) if has_mode => Some((flag, self.ask(Sentence::print("/system/device-mode", flag)))),
            _ => None,
        };
        let scripts = ScriptPlace::ALL.map(|place| {
            let properties = format!("{},{},disabled", place.named_by(), sources(place).join(","));
            (place, self.ask(Sentence::print(place.menu(), &properties)))
        });

        let sessions = self.ask(self.own_sessions());

        let profiles = answered(profiles.await)?;
        let clients = answered(clients.await)?;
        let behind = match behind {
            Some(behind) => answered(behind.await)?.unwrap_or_default(),
            None => Vec::new(),
        };
        let steering = self.radio_menu().words().steering;
        let open = profiles.iter().flatten().filter(|row| is_open(steering, row));
        let open_profiles = open.map(|row| row.string("name")).collect();
        let nat = answered(nat.await)?;
        let (dial, peers, static_routes) = match other_end {
            Some(OtherEnd::Dialed(dial)) => (answered(dial.await)?, None, None),
            Some(OtherEnd::Peers(peers, routes)) => (None, answered(peers.await)?, answered(routes.await)?),
            None => (None, None, None),
        };
        let dial = dial.as_deref().and_then(<[Row]>::first).map(read_dial);
        let peers: Option<Vec<PeerSettings>> = peers.map(|rows| rows.iter().map(peer).collect());
        let tunnel_allowed = match mode {
            Some((flag, mode)) => answered(mode.await)?
                .as_deref()
                .and_then(<[Row]>::first)
                .and_then(|row| row.text(flag).map(|_| row.flag(flag))),
            None => None,
        };
        let (mut kept, mut hidden) = (Vec::new(), Vec::new());
        for (place, scripts) in scripts {
            match answered(scripts.await)? {
                Some(rows) => kept.extend(rows.iter().map(|row| script(place, row))),
                None => hidden.push(place),
            }
        }
        let peers_ends = peers.iter().flatten().map(|peer| peer.to.as_str());
        let mut ends = dial.iter().map(|dial| dial.to.as_str()).chain(peers_ends);
        let host = |end: &str| end.split(':').next()?.parse::<Ipv4Addr>().ok();
        let host_routes = match ends.find_map(host) {
            Some(address) => {
                let hosts = [format!("{address}/32"), address.to_string()];
                answered(self.ask(routes_of_all_tables().only("dst-address", hosts)).await)?.unwrap_or_default()
            }
            None => Vec::new(),
        };
        Ok(Inspection {
            path: self.path(),
            version: self.version().clone(),
            profiles: profiles.map(|rows| rows::each(&rows, |row| row.text("name").map(String::from)).0),
            open_profiles,
            clients: clients.map(|rows| rows::each(&rows, rows::dhcp_client).0),
            behind_tunnel: main_routes(&behind)
                .into_iter()
                .filter(|route| !route.disabled)
                .map(|route| route.destination)
                .collect(),
            nat: nat.map(|rows| rows.iter().map(nat_rule).collect()),
            dial,
            peers,
            static_routes: static_routes.map(|rows| {
                let routes = main_routes(&rows).into_iter();
                routes.filter(|route| !route.dynamic).collect()
            }),
            host_routes: main_routes(&host_routes),
            tunnel_allowed,
            scripts: kept,
            scripts_hidden: hidden,
            sessions: answered(sessions.await)?
                .unwrap_or_default()
                .iter()
                .map(rows::user_session)
                .collect(),
        })
    }
}

/// The calls that show the tunnel's other end.
enum OtherEnd {
    /// The client that dials it.
    Dialed(Call),
    /// The peers, and the routes that lead to them.
    Peers(Call, Call),
}

impl Router {
    fn ask_other_end(&self, (kind, name): &(TunnelKind, InterfaceName)) -> OtherEnd {
        match kind.shape().peers {
            None => {
                let client = Sentence::print(kind.menu(), DIAL);
                OtherEnd::Dialed(self.ask(client.only("name", [name.as_str()])))
            }
            Some(menu) => {
                let peers = Sentence::print(menu, PEER).only("interface", [name.as_str()]);
                OtherEnd::Peers(self.ask(peers), self.ask(routes_of_all_tables()))
            }
        }
    }
}

/// How a client dials; what one kind alone has is not there in the rows of the others.
const DIAL: &str = "connect-to,add-default-route,verify-server-certificate";

/// The properties of a peer; which of the two says `responder` is the version's to choose.
const PEER: &str = "public-key,endpoint-address,endpoint-port,allowed-address,persistent-keepalive,responder,\
                    is-responder,comment,disabled";

/// Whether a security profile takes no key.
fn is_open(steering: Steering, row: &Row) -> bool {
    match steering {
        Steering::ConnectList => row.string("mode") == "none",
        Steering::Settings => row.string("authentication-types").is_empty(),
    }
}

fn main_routes(rows: &[Row]) -> Vec<RouteItem> {
    rows::each(rows, rows::main_route).0.into_iter().flatten().collect()
}

/// The rows of a call; `None` when the router refused it.
fn answered(answer: Result<Vec<Row>, CallError>) -> Result<Option<Vec<Row>>, CallError> {
    match answer {
        Ok(rows) => Ok(Some(rows)),
        Err(CallError::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_dial(row: &Row) -> DialSettings {
    DialSettings {
        to: row.string("connect-to"),
        default_route: row.flag("add-default-route"),
        verifies: row.text("verify-server-certificate").map(|text| flag(Some(&text))),
    }
}

fn peer(row: &Row) -> PeerSettings {
    let allowed = row.string("allowed-address");
    let keepalive = row
        .text("persistent-keepalive")
        .and_then(|text| routeros::duration(&text));
    PeerSettings {
        public_key: row.string("public-key"),
        to: row.string("endpoint-address"),
        port: row.parsed("endpoint-port").unwrap_or(0),
        allowed: allowed.split(',').filter_map(rows::network).collect(),
        keepalive: keepalive.filter(|keepalive| *keepalive > Duration::ZERO),
        responder: row.flag("responder") || row.flag("is-responder"),
        comment: row.bytes("comment").unwrap_or_default().to_vec(),
        disabled: row.flag("disabled"),
    }
}

fn nat_rule(row: &Row) -> NatRule {
    NatRule {
        action: row.string("action"),
        out_interface: row.string("out-interface"),
        out_interface_list: row.string("out-interface-list"),
        disabled: row.flag("disabled"),
    }
}

/// The properties that hold commands.
fn sources(place: ScriptPlace) -> &'static [&'static str] {
    match place {
        ScriptPlace::Script => &["source"],
        ScriptPlace::Scheduler => &["on-event"],
        ScriptPlace::Netwatch => &["up-script", "down-script", "test-script"],
    }
}

fn script(place: ScriptPlace, row: &Row) -> Script {
    let sources: Vec<String> = sources(place).iter().map(|property| row.string(property)).collect();
    Script {
        place,
        name: row.string(place.named_by()),
        source: sources.join("\n"),
        disabled: row.flag("disabled"),
    }
}
