//! Reads a `Survey`, at the start of a session and for `check`, and the `Surroundings` while the agent runs.

use super::call::Call;
use super::handle::Router;
use super::outcome::CallError;
use super::radios::{self, permitted};
use super::readings::{addresses, dhcp_clients, routes_of_all_tables, rules, tunnel};
use super::rows::{self, Row};
use crate::clock;
use crate::names::InterfaceName;
use crate::routeros::{DEFAULT_DESTINATION, RadioMenu, Sentence, Steering};
use crate::snapshot::{AddressItem, Managed, RouteItem};
use crate::survey::{BridgePort, Interface, Package, Refusal, Surroundings, Survey, UserRights, UserSession};

impl Router {
    /// Reads everything around the managed items, in one round trip.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the first call that was not answered; refused ones are listed in the survey.
    pub async fn survey(&self, managed: &Managed) -> Result<Survey, CallError> {
        let at = clock::now();
        let ask = |sentence: Sentence| -> Asked { (sentence.command().to_owned(), self.ask(sentence)) };
        let identity = ask(Sentence::print("/system/identity", "name"));
        let packages = ask(Sentence::print("/system/package", "name,version,disabled,available"));
        let addresses = ask(addresses());
        let routes = ask(default_routes());
        let interfaces = ask(Sentence::print("/interface", "name,type,running,disabled"));
        let radios = ask(radios::print(RadioMenu::Wireless));
        let ports = ask(Sentence::print("/interface/bridge/port", "interface,bridge,disabled"));
        let rules = ask(rules());
        let tunnel = managed.tunnel.as_ref().map(|item| (item.0, ask(tunnel(item))));
        let behind = managed.tunnel.as_ref().filter(|_| !managed.clients.is_empty());
        let behind = behind.map(|(_, name)| ask(routes_of_all_tables().only("gateway", [name.as_str()])));
        let clients = (!managed.clients.is_empty()).then(|| ask(dhcp_clients()));
        let user = self.shared.user.as_str();
        let users = ask(Sentence::print("/user", "name,group,address").only("name", [user]));
        let groups = ask(Sentence::print("/user/group", "name,policy"));

        let mut survey = Survey {
            at,
            ..Survey::default()
        };
        let identity = take(&mut survey, identity, |row| row.text("name").map(String::from)).await?;
        survey.identity = identity.into_iter().next().unwrap_or_default();
        survey.packages = take(&mut survey, packages, package).await?;
        survey.addresses = take(&mut survey, addresses, rows::address).await?;
        survey.routes = take(&mut survey, routes, rows::main_route)
            .await?
            .into_iter()
            .flatten()
            .collect();
        survey.interfaces = take(&mut survey, interfaces, interface).await?;
        let legacy = take(&mut survey, radios, |row| radios::radio(RadioMenu::Wireless, row)).await?;
        survey.ports = take(&mut survey, ports, port).await?;
        survey.rules = take(&mut survey, rules, rows::rule).await?;
        if let Some((kind, tunnel)) = tunnel {
            let tunnels = take(&mut survey, tunnel, |row| rows::tunnel(kind, row)).await?;
            survey.tunnel = tunnels.into_iter().next();
        }
        if let Some(behind) = behind {
            let routes = take(&mut survey, behind, rows::main_route).await?;
            let routes = routes.into_iter().flatten().filter(|route| !route.disabled);
            survey.behind_tunnel = routes
                .map(|route| route.destination)
                .filter(|net| net.prefix_len() > 0)
                .collect();
        }
        if let Some(clients) = clients {
            survey.clients = take(&mut survey, clients, rows::dhcp_client).await?;
        }
        let found = self.found_radios(&managed.radios, managed.menu, legacy).await?;
        (survey.menu, survey.radios, survey.elsewhere) = (found.menu, found.radios, found.elsewhere);
        if let Steering::Settings = survey.menu.words().steering {
            (survey.settings, survey.profiles) = self.settings(&managed.radios).await?;
        }
        let users = take(&mut survey, users, |row| Some(row.clone())).await?;
        let groups = take(&mut survey, groups, |row| Some(row.clone())).await?;
        survey.user = users.first().and_then(|user| rights(user, &groups));
        Ok(survey)
    }

    /// Reads what beside the managed items decides whether the vehicle goes out as it should, in one round trip. What the
    /// router refuses to show is empty.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the first call that was not answered.
    pub async fn surroundings(&self, managed: &Managed) -> Result<Surroundings, CallError> {
        let words = self.radio_menu().words();
        let radios = Sentence::print(words.path, &format!("name,{},disabled", words.frequencies));
        let radios = self.ask(radios.only("name", managed.radios.iter().map(InterfaceName::as_str)));
        let sessions = self.ask(self.own_sessions());
        let radios = permitted(radios.await)?;
        let disabled = radios.iter().filter(|row| row.flag("disabled"));
        let scan_lists = radios.iter();
        let scan_lists = scan_lists.filter_map(|row| Some((row.interface("name")?, row.string(words.frequencies))));
        Ok(Surroundings {
            path: self.path(),
            menu: self.radio_menu(),
            disabled: disabled.filter_map(|row| row.interface("name")).collect(),
            scan_lists: scan_lists.collect(),
            sessions: permitted(sessions.await)?.iter().map(rows::user_session).collect(),
        })
    }

    /// Every default route of the main table, strangers' and disabled ones included.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the call.
    pub async fn default_routes(&self) -> Result<Vec<RouteItem>, CallError> {
        let (routes, _) = rows::each(&self.ask(default_routes()).await?, rows::main_route);
        Ok(routes.into_iter().flatten().collect())
    }

    /// Every address item, strangers' included.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the call.
    pub async fn all_addresses(&self) -> Result<Vec<AddressItem>, CallError> {
        Ok(rows::each(&self.ask(addresses()).await?, rows::address).0)
    }

    /// The sessions that this session's user has on the router, this one included. One whose connection broke may be listed
    /// for minutes.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the call.
    pub async fn sessions(&self) -> Result<Vec<UserSession>, CallError> {
        let rows = self.ask(self.own_sessions()).await?;
        Ok(rows.iter().map(rows::user_session).collect())
    }

    pub(super) fn own_sessions(&self) -> Sentence {
        Sentence::print("/user/active", "name,address,via,when").only("name", [self.shared.user.as_str()])
    }
}

/// A call on its way, with its command.
type Asked = (String, Call);

/// Waits for a call's rows; those of a refused one are none, and the survey keeps the refusal.
async fn take<T>(
    survey: &mut Survey,
    (command, call): Asked,
    read: impl Fn(&Row) -> Option<T>,
) -> Result<Vec<T>, CallError> {
    match call.await {
        Ok(rows) => {
            let (read, unread) = rows::each(&rows, read);
            survey.unread += unread;
            Ok(read)
        }
        Err(CallError::Refused(trap)) => {
            survey.refused.push(Refusal { command, trap });
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

fn default_routes() -> Sentence {
    routes_of_all_tables().only("dst-address", [DEFAULT_DESTINATION])
}

fn package(row: &Row) -> Option<Package> {
    Some(Package {
        name: row.text("name")?.into_owned(),
        version: row.string("version"),
        in_use: !row.flag("disabled") && !row.flag("available"),
    })
}

fn interface(row: &Row) -> Option<Interface> {
    Some(Interface {
        name: row.interface("name")?,
        kind: row.string("type"),
        running: row.flag("running"),
        disabled: row.flag("disabled"),
    })
}

fn port(row: &Row) -> Option<BridgePort> {
    Some(BridgePort {
        interface: row.interface("interface")?,
        bridge: row.interface("bridge")?,
        disabled: row.flag("disabled"),
    })
}

fn rights(user: &Row, groups: &[Row]) -> Option<UserRights> {
    let group = user.text("group")?;
    let policy = groups.iter().find(|row| row.text("name").as_deref() == Some(&*group))?;
    Some(UserRights {
        group: group.clone().into_owned(),
        policies: policy
            .string("policy")
            .split(',')
            .filter(|policy| !policy.is_empty() && !policy.starts_with('!'))
            .map(str::to_owned)
            .collect(),
        from: user.string("address"),
    })
}
