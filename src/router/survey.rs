//! `Survey`: the whole neighbourhood of our items, strangers included; read at start and for `check`.

use super::call::Call;
use super::outcome::CallError;
use super::readings::{Managed, addresses, routes_of_all_tables, rules, tunnel};
use super::rows::{self, Row};
use super::{Path, Router};
use crate::clock;
use crate::names::InterfaceName;
use crate::routeros::{DEFAULT_DESTINATION, RadioMenu, Sentence, Trap};
use crate::snapshot::{AddressItem, RouteItem, RuleItem, TunnelItem};
use crate::units::Moment;

/// The router as far as it concerns us and as far as the user may read it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Survey {
    /// When it was asked for.
    pub at: Moment,
    /// The router's name; empty when not readable.
    pub identity: String,
    /// Packages that are listed, also those that are only available.
    pub packages: Vec<Package>,
    /// Every address item, in any state.
    pub addresses: Vec<AddressItem>,
    /// Every default route of the main table, static and made by the router.
    pub routes: Vec<RouteItem>,
    /// Every interface.
    pub interfaces: Vec<Interface>,
    /// Every legacy radio, virtual ones included; empty when the router has no such menu.
    pub radios: Vec<RadioItem>,
    /// Every bridge port.
    pub ports: Vec<BridgePort>,
    /// The whole connect-list in its order.
    pub rules: Vec<RuleItem>,
    /// Our tunnel; `None` when the router has none of that name and kind.
    pub tunnel: Option<TunnelItem>,
    /// Radios in the menus that the agent does not drive; looked for only where a configured radio is missing.
    pub elsewhere: Vec<(RadioMenu, InterfaceName)>,
    /// What our user may do; `None` when the router does not let it see that.
    pub user: Option<UserRights>,
    /// Rows that could not be read.
    pub unread: usize,
    /// Readings that the router refused; what they would have told is empty here.
    pub refused: Vec<Refusal>,
}

/// A package of the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Such as `wireless`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Whether it is in use: neither disabled nor merely available for download.
    pub in_use: bool,
}

/// An interface of the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Its name.
    pub name: InterfaceName,
    /// Its type, such as `ether`, `wlan`, `pptp-out`.
    pub kind: String,
    /// Whether it is up.
    pub running: bool,
    /// Whether it is out of use by configuration.
    pub disabled: bool,
}

/// A legacy radio's own settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RadioItem {
    /// Its name.
    pub name: InterfaceName,
    /// Its mode, such as `station` or `ap-bridge`.
    pub mode: String,
    /// The network in its own settings; when not empty, connect-list rules that name one do not count.
    pub ssid: Vec<u8>,
    /// Where it looks for networks, such as `default`.
    pub scan_list: String,
    /// The security profile in its own settings.
    pub security_profile: String,
    /// Whether it connects where no rule matches.
    pub default_authentication: bool,
    /// The radio that a virtual one rides on.
    pub master: Option<InterfaceName>,
    /// Whether it is out of use by configuration.
    pub disabled: bool,
}

/// An interface within a bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BridgePort {
    /// The interface.
    pub interface: InterfaceName,
    /// The bridge.
    pub bridge: InterfaceName,
    /// Whether the membership is out of use.
    pub disabled: bool,
}

/// What our user may do on the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRights {
    /// The user's group.
    pub group: String,
    /// The policies that the group grants, such as `api` and `write`.
    pub policies: Vec<String>,
    /// The addresses that the user may come from, as written; empty for any.
    pub from: String,
}

/// A session of our user on the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSession {
    /// Where it comes from; empty for the console.
    pub address: String,
    /// Such as `api` or `winbox`.
    pub via: String,
    /// When it began, as the router writes it.
    pub since: String,
}

impl UserSession {
    /// Whether it speaks the API.
    #[must_use]
    pub fn is_api(&self) -> bool {
        self.via.starts_with("api")
    }
}

/// What beside the managed items decides whether the vehicle goes out as it should: cheap enough to read while it drives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// The two ends of the session.
    pub path: Path,
    /// The configured radios that are out of use by configuration.
    pub disabled: Vec<InterfaceName>,
    /// The sessions of our user, this one included; empty where the router does not show them.
    pub sessions: Vec<UserSession>,
}

/// A reading that the router refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The command.
    pub command: String,
    /// The router's answer.
    pub trap: Trap,
}

impl Router {
    /// Reads everything around our items, in one round trip.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the first call that was not answered; refused ones are listed in the survey.
    pub async fn survey(&self, managed: &Managed) -> Result<Survey, CallError> {
        let at = clock::now();
        let ask = |sentence: Sentence| (sentence.command().to_owned(), self.ask(sentence));
        let identity = ask(Sentence::print("/system/identity", "name"));
        let packages = ask(Sentence::print("/system/package", "name,version,disabled,available"));
        let addresses = ask(addresses());
        let routes = ask(default_routes());
        let interfaces = ask(Sentence::print("/interface", "name,type,running,disabled"));
        let radios = ask(Sentence::print(
            "/interface/wireless",
            "name,mode,ssid,scan-list,security-profile,default-authentication,master-interface,disabled",
        ));
        let ports = ask(Sentence::print("/interface/bridge/port", "interface,bridge,disabled"));
        let rules = ask(rules());
        let tunnel = managed.tunnel.as_ref().map(|ours| ask(tunnel(ours)));
        let user = self.shared.user.as_str();
        let users = ask(Sentence::print("/user", "name,group,address").only("name", [user]));
        let groups = ask(Sentence::print("/user/group", "name,policy"));

        let mut survey = Survey {
            at,
            ..Survey::default()
        };
        let identity = survey.take(identity, |row| row.text("name").map(String::from)).await?;
        survey.identity = identity.into_iter().next().unwrap_or_default();
        survey.packages = survey.take(packages, package).await?;
        survey.addresses = survey.take(addresses, rows::address).await?;
        survey.routes = survey.take(routes, main_route).await?.into_iter().flatten().collect();
        survey.interfaces = survey.take(interfaces, interface).await?;
        survey.radios = survey.take(radios, radio).await?;
        survey.ports = survey.take(ports, port).await?;
        survey.rules = survey.take(rules, rows::rule).await?;
        if let Some(tunnel) = tunnel {
            survey.tunnel = survey.take(tunnel, rows::tunnel).await?.into_iter().next();
        }
        let listed = |name: &InterfaceName| survey.radios.iter().any(|item| item.name == *name);
        if !managed.radios.iter().all(listed) {
            survey.elsewhere = self.radios_elsewhere().await?;
        }
        let users = survey.take(users, |row| Some(row.clone())).await?;
        let groups = survey.take(groups, |row| Some(row.clone())).await?;
        survey.user = users.first().and_then(|user| rights(user, &groups));
        Ok(survey)
    }

    /// The radios of the menus that the agent does not drive. A menu that the router refuses has none.
    async fn radios_elsewhere(&self) -> Result<Vec<(RadioMenu, InterfaceName)>, CallError> {
        let menus = [RadioMenu::Wifi, RadioMenu::WifiWave2];
        let calls = menus.map(|menu| (menu, self.ask(Sentence::print(menu.path(), "name"))));
        let mut found = Vec::new();
        for (menu, call) in calls {
            let rows = permitted(call.await)?;
            found.extend(rows.iter().filter_map(|row| Some((menu, row.interface("name")?))));
        }
        Ok(found)
    }

    /// Reads what beside the managed items decides whether the vehicle goes out as it should, in one round trip. What the
    /// router refuses to show is empty.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the first call that was not answered.
    pub async fn surroundings(&self, managed: &Managed) -> Result<Surroundings, CallError> {
        let radios = Sentence::print(RadioMenu::Wireless.path(), "name,disabled");
        let radios = self.ask(radios.only("name", managed.radios.iter().map(InterfaceName::as_str)));
        let sessions = self.ask(self.own_sessions());
        let radios = permitted(radios.await)?;
        let disabled = radios.iter().filter(|row| row.flag("disabled"));
        Ok(Surroundings {
            path: self.path(),
            disabled: disabled.filter_map(|row| row.interface("name")).collect(),
            sessions: permitted(sessions.await)?.iter().map(user_session).collect(),
        })
    }

    /// Every default route of the main table, strangers' and disabled ones included.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the call.
    pub async fn default_routes(&self) -> Result<Vec<RouteItem>, CallError> {
        let (routes, _) = rows::each(&self.ask(default_routes()).await?, main_route);
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
        Ok(rows.iter().map(user_session).collect())
    }

    pub(super) fn own_sessions(&self) -> Sentence {
        Sentence::print("/user/active", "name,address,via,when").only("name", [self.shared.user.as_str()])
    }
}

impl Survey {
    /// Waits for a call's rows; those of a refused one are none, and the refusal is kept.
    async fn take<T>(
        &mut self,
        (command, call): (String, Call),
        read: impl Fn(&Row) -> Option<T>,
    ) -> Result<Vec<T>, CallError> {
        match call.await {
            Ok(rows) => {
                let (known, unread) = rows::each(&rows, read);
                self.unread += unread;
                Ok(known)
            }
            Err(CallError::Refused(trap)) => {
                self.refused.push(Refusal { command, trap });
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
    }
}

/// The rows of a call; none when the router refused it.
fn permitted(answer: Result<Vec<Row>, CallError>) -> Result<Vec<Row>, CallError> {
    match answer {
        Err(CallError::Refused(_)) => Ok(Vec::new()),
        answer => answer,
    }
}

fn default_routes() -> Sentence {
    routes_of_all_tables().only("dst-address", [DEFAULT_DESTINATION])
}

pub(super) fn user_session(row: &Row) -> UserSession {
    UserSession {
        address: row.string("address"),
        via: row.string("via"),
        since: row.string("when"),
    }
}

/// A route of the main table, `Some(None)` for one of another: policy routing is no way out of the vehicle by default.
pub(super) fn main_route(row: &Row) -> Option<Option<RouteItem>> {
    let table = row.string("routing-mark") + &row.string("routing-table");
    if table.is_empty() || table == "main" {
        rows::route(row).map(Some)
    } else {
        Some(None)
    }
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

fn radio(row: &Row) -> Option<RadioItem> {
    Some(RadioItem {
        name: row.interface("name")?,
        mode: row.string("mode"),
        ssid: row.bytes("ssid").unwrap_or_default().to_vec(),
        scan_list: row.string("scan-list"),
        security_profile: row.string("security-profile"),
        default_authentication: row.flag("default-authentication"),
        master: row.interface("master-interface").filter(|name| name.as_str() != "none"),
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
