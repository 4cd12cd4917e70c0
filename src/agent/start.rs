//! The beginning of a session: what the router is, and whether anything forbids to write on it.

use ipnet::Ipv4Net;
use tracing::{error, info, warn};

use super::associations::Associations;
use super::dry_run::Assumption;
use super::end::{End, lost};
use super::lease::Taken;
use super::memory::Memory;
use super::probe::Prober;
use super::scan_lists::ScanLists;
use super::session::{Session, Timers};
use super::standby::Standby;
use crate::clock;
use crate::entry::Event;
use crate::findings;
use crate::handover::settings::NetworkRule;
use crate::router::Router;
use crate::routeros::{Band, Steering};
use crate::snapshot::{AddressItem, Managed, Snapshot, Steers};
use crate::survey::Survey;
use crate::units::Moment;

/// How long nothing is tried on a standby after the router refused something there, in ticks.
const LEFT_ALONE: u32 = 40;

impl<'s> Session<'s> {
    /// Surveys the router, and gives a session that is ready for its first turn.
    pub(super) async fn begin(memory: &'s mut Memory, router: &'s Router) -> Result<Session<'s>, End> {
        let survey = router.survey(&memory.managed).await.map_err(lost)?;
        let now = clock::now();
        info!(
            router = %survey.identity.escape_debug(),
            routeros = %router.version().text.escape_debug(),
            address = memory.config.router().address(),
            "connected to the router"
        );
        let connected = Event::Connected {
            identity: survey.identity.clone(),
            version: router.version().text.clone(),
        };
        memory.record(now, connected);
        may_write(memory, router, &survey)?;
        let ranges = ranges(memory, &survey);
        let taken = taken(memory, &survey);
        let steering = survey.menu.words().steering;
        memory.decide_by(ranges, findings::radio_rules(&memory.config, &survey), steering);
        let lists = survey
            .radios
            .iter()
            .map(|radio| (radio.name.clone(), radio.scan_list.clone()));
        let second = memory.config.handover().second;
        let bands = survey
            .radios
            .iter()
            .filter(|item| memory.managed.radios.contains(&item.name));
        let bands = bands.filter_map(|item| Some((item.name.clone(), Band::read(&item.band)?)));
        let scan_lists = ScanLists::new(memory.config.short_scan_list(), second, lists.collect());
        let scan_lists = scan_lists.with_bands(bands.collect());
        let steers = match steering {
            Steering::ConnectList => Steers::Rules(survey.rules),
            Steering::Settings => Steers::Settings(survey.settings, survey.profiles),
        };
        let radios = memory.managed.radios.clone();
        let leave_alone = memory.config.router().tick() * LEFT_ALONE;
        Ok(Session {
            timers: Timers {
                tick: now,
                slow: now,
                dial: memory.tunnel.dialing_to().map(|_| now),
            },
            standby: Standby::new((router, radios), steers, scan_lists, leave_alone),
            associations: Associations::new(memory.config.radios()),
            prober: Prober::new(memory.config.probing().interval),
            read: Snapshot::default(),
            assumption: Assumption::default(),
            taken,
            fresh: false,
            trouble: true,
            scanned: None,
            ended: None,
            failures: 0,
            retry_at: Moment::ZERO,
            shown: Vec::new(),
            moving: Vec::new(),
            first_act: true,
            agent: memory,
            router,
        })
    }
}

/// Whether nothing forbids to write: everything that makes a swap impossible is found before the first write.
fn may_write(memory: &Memory, router: &Router, survey: &Survey) -> Result<(), End> {
    let forbidding = findings::forbidding(&memory.config, survey, router.path());
    if !forbidding.is_empty() {
        for finding in &forbidding {
            error!(hint = finding.hint, "{}", finding.text.escape_debug());
        }
        error!("nothing is written on this router until that is settled; looking again each minute");
        return Err(End::Blocked);
    }
    if survey.unread > 0 {
        let rows = survey.unread;
        warn!(rows, "rows of the router could not be read and are passed over");
    }
    Ok(())
}

/// The addresses of the router's other interfaces, and what lies behind the tunnel.
fn taken(memory: &Memory, survey: &Survey) -> Vec<Taken> {
    let Managed { radios, clients, .. } = &memory.managed;
    let leased = |item: &AddressItem| radios.contains(&item.interface) || clients.contains(&item.interface);
    let others = survey.addresses.iter().filter(|item| !item.disabled && !leased(item));
    let others = others.map(|item| Taken {
        range: item.address.trunc(),
        by: format!("interface `{}`", item.interface),
    });
    let office = survey.behind_tunnel.iter().copied();
    let office = office.chain(memory.config.tunnel().probe.map(Ipv4Net::from));
    let office = office.map(|range| Taken {
        range,
        by: "the office".to_owned(),
    });
    others.chain(office).collect()
}

/// Below which signal the router's own rules drop a radio from a network's APs.
fn ranges(memory: &Memory, survey: &Survey) -> Vec<NetworkRule> {
    let config = &memory.config;
    let lowest = |network| {
        config
            .radios()
            .iter()
            .filter_map(|radio| findings::dropped_below(radio, &survey.rules, network))
            .max()
    };
    config
        .networks()
        .iter()
        .filter_map(|network| {
            Some(NetworkRule {
                minimum_signal: Some(lowest(network)?),
                ..network.rule()
            })
        })
        .collect()
}
