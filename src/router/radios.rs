//! Which menu lists the configured radios, and what steers them there.

use super::handle::Router;
use super::outcome::CallError;
use super::readings::rules;
use super::rows::{self, Row};
use crate::names::InterfaceName;
use crate::routeros::{RadioMenu, Sentence, Steering};
use crate::snapshot::{RadioProfile, RadioSettings, Steers};
use crate::survey::RadioItem;

/// The radios of a router.
pub(super) struct Found {
    /// The menu that lists the configured ones.
    pub(super) menu: RadioMenu,
    /// The radios in it, virtual ones included.
    pub(super) radios: Vec<RadioItem>,
    /// Those in the other menus; looked for only where the legacy one does not list all that are configured.
    pub(super) elsewhere: Vec<(RadioMenu, InterfaceName)>,
}

impl Router {
    /// Finds the menu that lists the configured radios, never by the version: a menu may be there and empty. `wanted` is
    /// the only menu to look in.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the first call that was not answered; a menu that the router refuses has no radios.
    pub async fn find_radios(&self, radios: &[InterfaceName], wanted: Option<RadioMenu>) -> Result<(), CallError> {
        let rows = permitted(self.ask(print(RadioMenu::Wireless)).await)?;
        let legacy = rows.iter().filter_map(|row| radio(RadioMenu::Wireless, row));
        self.found_radios(radios, wanted, legacy.collect()).await?;
        Ok(())
    }

    /// As [`Router::find_radios`], with the legacy menu's radios read already.
    pub(super) async fn found_radios(
        &self,
        radios: &[InterfaceName],
        wanted: Option<RadioMenu>,
        legacy: Vec<RadioItem>,
    ) -> Result<Found, CallError> {
        let mut menus = vec![(RadioMenu::Wireless, legacy)];
        let configured = |there: &[RadioItem]| {
            let listed = |name: &&InterfaceName| there.iter().any(|item| item.name == **name);
            radios.iter().filter(listed).count()
        };
        let may_be = |menu: RadioMenu| wanted.is_none_or(|only| only == menu);
        if configured(&menus[0].1) < radios.len() || !may_be(RadioMenu::Wireless) {
            let others = [RadioMenu::Wifi, RadioMenu::WifiWave2];
            let calls = others.map(|menu| (menu, self.ask(print(menu))));
            for (menu, call) in calls {
                let rows = permitted(call.await)?;
                menus.push((menu, rows.iter().filter_map(|row| radio(menu, row)).collect()));
            }
        }
        // Of several that list as many the first, which is the legacy one.
        let best = menus.iter().filter(|(menu, _)| may_be(*menu));
        let best = best.map(|(menu, there)| (*menu, configured(there)));
        let best = best
            .rev()
            .max_by_key(|(_, count)| *count)
            .filter(|(_, count)| *count > 0);
        let menu = best.map_or(wanted.unwrap_or_default(), |(menu, _)| menu);
        // A session's radios stay in the menu in which they were found first.
        let menu = *self.shared.menu.get_or_init(|| menu);
        let mut found = Found {
            menu,
            radios: Vec::new(),
            elsewhere: Vec::new(),
        };
        for (other, radios) in menus {
            if other == menu {
                found.radios = radios;
            } else {
                found
                    .elsewhere
                    .extend(radios.into_iter().map(|item| (other, item.name)));
            }
        }
        Ok(found)
    }

    /// What steers the radios, as it is now.
    ///
    /// # Errors
    ///
    /// [`CallError`] of the first call that failed.
    pub async fn steers(&self, radios: &[InterfaceName]) -> Result<Steers, CallError> {
        match self.radio_menu().words().steering {
            Steering::ConnectList => Ok(Steers::Rules(rows::each(&self.ask(rules()).await?, rows::rule).0)),
            Steering::Settings => {
                let (settings, profiles) = self.settings(radios).await?;
                Ok(Steers::Settings(settings, profiles))
            }
        }
    }

    /// The settings of these radios, and the profiles that say how to join a network.
    pub(super) async fn settings(
        &self,
        radios: &[InterfaceName],
    ) -> Result<(Vec<RadioSettings>, Vec<RadioProfile>), CallError> {
        let menu = self.radio_menu();
        let words = menu.words();
        let own = format!(
            ".id,name,comment,{},{},{},{}",
            words.ssid, words.security, words.frequencies, OWN_SECURITY
        );
        let own = Sentence::print(words.path, &own).only("name", radios.iter().map(InterfaceName::as_str));
        let profiles = format!("{}/configuration", words.path);
        let (own, profiles) = (
            self.ask(own),
            self.ask(Sentence::print(&profiles, "name,ssid,security,disabled")),
        );
        let (own, profiles) = (own.await?, profiles.await?);
        let settings = rows::each(&own, |row| settings(menu, row)).0;
        let profiles = rows::each(&profiles, |row| (!row.flag("disabled")).then(|| profile(row)).flatten()).0;
        Ok((settings, profiles))
    }
}

/// A setting of a radio that wins over that of any security profile. The passphrase beside it is no matter of the agent.
const OWN_SECURITY: &str = "security.authentication-types";

/// The rows of a call; none when the router refused it.
pub(super) fn permitted(answer: Result<Vec<Row>, CallError>) -> Result<Vec<Row>, CallError> {
    match answer {
        Err(CallError::Refused(_)) => Ok(Vec::new()),
        answer => answer,
    }
}

pub(super) fn print(menu: RadioMenu) -> Sentence {
    let words = menu.words();
    let named = format!("{},{},{},{}", words.mode, words.ssid, words.frequencies, words.security);
    let own = match words.steering {
        Steering::ConnectList => "band,default-authentication,station-roaming,master-interface,disabled",
        Steering::Settings => "channel.band,configuration,configuration.station-roaming,master-interface,disabled",
    };
    Sentence::print(words.path, &format!("name,{named},{own}"))
}

pub(super) fn radio(menu: RadioMenu, row: &Row) -> Option<RadioItem> {
    let words = menu.words();
    Some(RadioItem {
        name: row.interface("name")?,
        mode: row.string(words.mode),
        ssid: row.bytes(words.ssid).unwrap_or_default().to_vec(),
        band: row.string(match words.steering {
            Steering::ConnectList => "band",
            Steering::Settings => "channel.band",
        }),
        scan_list: row.string(words.frequencies),
        security_profile: row.string(words.security),
        default_authentication: row.flag("default-authentication"),
        roams: match words.steering {
            Steering::ConnectList => row.string("station-roaming") == "enabled",
            Steering::Settings => row.flag("configuration.station-roaming"),
        },
        configuration: row.string("configuration"),
        master: row.interface("master-interface").filter(|name| name.as_str() != "none"),
        disabled: row.flag("disabled"),
    })
}

fn settings(menu: RadioMenu, row: &Row) -> Option<RadioSettings> {
    let words = menu.words();
    Some(RadioSettings {
        menu,
        id: row.id()?,
        interface: row.interface("name")?,
        comment: row.bytes("comment").unwrap_or_default().to_vec(),
        ssid: row.bytes(words.ssid).unwrap_or_default().to_vec(),
        security: row.string(words.security),
        frequencies: row.string(words.frequencies),
        own_security: row.bytes(OWN_SECURITY).is_some_and(|own| !own.is_empty()),
    })
}

fn profile(row: &Row) -> Option<RadioProfile> {
    Some(RadioProfile {
        name: row.text("name")?.into_owned(),
        ssid: row.bytes("ssid").unwrap_or_default().to_vec(),
        security: row.string("security"),
    })
}
