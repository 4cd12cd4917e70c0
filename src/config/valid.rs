//! The valid configuration. There is no way to make one that breaks a rule.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::changed::Changed;
use super::fault::{Fault, Faults};
use super::parts::{Fallback, Journal, Network, Radio, RouterAccess, Status, Tunnel};
use super::password::{Around, password};
use super::setup::Setup;
use super::written::{Log, Written};
use super::{handover, rules, tls};
use crate::ap_names::ApNames;
use crate::handover::settings::{Hunt, Probing, Settings};

/// Everything that the agent is set to.
#[derive(Debug, Clone)]
pub struct Config {
    vehicle: Option<String>,
    aps: ApNames,
    router: RouterAccess,
    radios: Vec<Radio>,
    networks: Vec<Network>,
    fallbacks: Vec<Fallback>,
    tunnel: Tunnel,
    handover: Settings,
    hunt: Hunt,
    short_scan_list: bool,
    probing: Probing,
    status: Status,
    journal: Journal,
    log: Log,
    setup: Setup,
    warnings: Arc<[Fault]>,
}

impl Config {
    /// Takes the text of a file and an environment; `path` only says where a fault is. A password in a file counts as none.
    ///
    /// # Errors
    ///
    /// [`Faults`]: everything that is wrong, all at once.
    pub fn parse(path: &Path, text: &str, environment: &BTreeMap<String, String>) -> Result<Self, Faults> {
        Config::new(Written::read(path, text, environment)?, Around::default())
    }

    /// Eight hex digits that are the same for two agents of one version with the same settings, whichever file or variable
    /// they come from. Secrets do not count.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        use md5::Digest as _;
        let mut digits = format!("{:x}", md5::Md5::digest(format!("{self:?}")));
        digits.truncate(8);
        digits
    }

    /// Checks what was written.
    ///
    /// # Errors
    ///
    /// [`Faults`]: everything that is wrong, all at once.
    pub fn new(written: Written, mut around: Around) -> Result<Self, Faults> {
        let Written { file, mut report } = written;
        rules::check(&file, &mut report);
        let path = report.path.clone();
        let password = password(&file.router, &path, &mut around, &mut report);
        let encryption = file.router.tls.as_ref().map(|tls| &tls.0);
        let tls = tls::tls(encryption, around.ca, around.offline, &mut report);
        let hunt = Hunt {
            enabled: file.hunt.enabled.unwrap_or(true),
            interval: file.hunt.interval.0,
            scan_duration: file.hunt.scan_duration.0,
            arrival: file.hunt.arrival.0,
            ..Hunt::default()
        };
        let probing = Probing {
            interval: file.health.interval.0,
            lost: file.health.lost.0,
            window: file.health.window.0,
            loss_percent: file.health.loss_percent.0,
            recover: file.health.recover.0,
        };
        let handover = file.handover.settings(file.router.tick.0, hunt.interval);
        let status = Status::new(file.status);
        let journal = Journal::new(file.journal);
        let router = RouterAccess::new(file.router, password, tls, &mut report);
        let tunnel = Tunnel::new(file.tunnel, &mut report);
        let radios = (1..).zip(file.radio);
        let radios: Vec<_> = radios.map(|(n, radio)| Radio::new(n, radio, &mut report)).collect();
        let networks = (1..).zip(file.network);
        let networks: Vec<_> = networks
            .map(|(n, network)| Network::new(n, network, &mut report))
            .collect();
        let fallbacks = (1..).zip(file.fallback);
        let fallbacks: Vec<_> = fallbacks
            .map(|(n, fallback)| Fallback::new(n, fallback, &mut report))
            .collect();
        // All entries first, so that what each of them lacks is reported.
        let radios: Option<Vec<Radio>> = radios.into_iter().collect();
        let networks: Option<Vec<Network>> = networks.into_iter().collect();
        let fallbacks: Option<Vec<Fallback>> = fallbacks.into_iter().collect();
        match (router, radios, networks, fallbacks, tunnel) {
            (Some(router), Some(radios), Some(networks), Some(fallbacks), Some(tunnel)) if report.is_clean() => {
                Ok(Config {
                    vehicle: file.vehicle.map(|vehicle| vehicle.0),
                    aps: file.ap.into_iter().map(|(ap, name)| (ap.0, name.0)).collect(),
                    router,
                    radios,
                    networks,
                    fallbacks,
                    tunnel,
                    handover,
                    hunt,
                    short_scan_list: file.hunt.short_scan_list.unwrap_or(true),
                    probing,
                    status,
                    journal,
                    log: file.log,
                    setup: Setup::new(file.setup),
                    warnings: report.into_warnings().into(),
                })
            }
            // What is none is a fault already.
            _ => Err(report.into_faults()),
        }
    }

    /// The names of access points.
    #[must_use]
    pub fn aps(&self) -> &ApNames {
        &self.aps
    }

    /// The vehicle's name, where it was given one.
    #[must_use]
    pub fn vehicle(&self) -> Option<&str> {
        self.vehicle.as_deref()
    }

    /// How to reach and read the router.
    #[must_use]
    pub fn router(&self) -> &RouterAccess {
        &self.router
    }

    /// The radios in the order of the file: one to four.
    #[must_use]
    pub fn radios(&self) -> &[Radio] {
        &self.radios
    }

    /// The networks in the order of the file: at least one, no two with one SSID or with common addresses.
    #[must_use]
    pub fn networks(&self) -> &[Network] {
        &self.networks
    }

    /// The fallback uplinks in the order of the file; none for a vehicle that has only its radios.
    #[must_use]
    pub fn fallbacks(&self) -> &[Fallback] {
        &self.fallbacks
    }

    /// Whether the vehicle may have an address on a network or a fallback: any, where one comes by DHCP or is a modem's.
    #[must_use]
    pub fn may_have(&self, address: Ipv4Addr) -> bool {
        let mut fallbacks = self.fallbacks.iter();
        let on_fallback = fallbacks.any(|fallback| fallback.fixed().is_none_or(|(net, _)| net.addr() == address));
        let mut networks = self.networks.iter();
        on_fallback
            || networks.any(|network| {
                let own = |radio: &Radio| network.address_on(&radio.interface).map(|net| net.addr());
                network.is_dhcp() || self.radios.iter().any(|radio| own(radio) == Some(address))
            })
    }

    /// The tunnel.
    #[must_use]
    pub fn tunnel(&self) -> &Tunnel {
        &self.tunnel
    }

    /// When to leave the active uplink.
    #[must_use]
    pub fn handover(&self) -> &Settings {
        &self.handover
    }

    /// How the standby looks for a better access point.
    #[must_use]
    pub fn hunt(&self) -> &Hunt {
        &self.hunt
    }

    /// Whether a radio that the hunt moves searches only where its networks were heard lately.
    #[must_use]
    pub fn short_scan_list(&self) -> bool {
        self.short_scan_list
    }

    /// When probes call an uplink unreliable.
    #[must_use]
    pub fn probing(&self) -> &Probing {
        &self.probing
    }

    /// Where the running agent shows its status.
    #[must_use]
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The file for programs.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What people read.
    #[must_use]
    pub fn log(&self) -> Log {
        self.log
    }

    /// What the commands for the routers need beside the rest.
    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// What is odd, though not wrong.
    #[must_use]
    pub fn warnings(&self) -> &[Fault] {
        &self.warnings
    }

    /// What differs in a newer configuration.
    #[must_use]
    pub fn changed(&self, newer: &Config) -> Changed {
        // Names every field, so that none is forgotten. `setup` is for the verb of that name, not for an agent.
        let Config {
            vehicle,
            router,
            radios,
            networks,
            fallbacks,
            aps,
            tunnel,
            handover,
            hunt,
            short_scan_list,
            probing,
            journal,
            log,
            status,
            setup: _,
            warnings: _,
        } = self;
        let hunt = (hunt, short_scan_list) != (&newer.hunt, &newer.short_scan_list);
        let sections = [
            ("vehicle", *vehicle != newer.vehicle),
            ("router", *router != newer.router),
            ("radio", *radios != newer.radios),
            ("network", *networks != newer.networks),
            ("fallback", *fallbacks != newer.fallbacks),
            ("ap", *aps != newer.aps),
            ("tunnel", *tunnel != newer.tunnel),
            ("handover", *handover != newer.handover),
            ("hunt", hunt),
            ("health", *probing != newer.probing),
            ("journal", *journal != newer.journal),
            ("log", *log != newer.log),
            ("status", *status != newer.status),
        ];
        let restart = [
            ("ap", *aps != newer.aps),
            ("log.format", log.format != newer.log.format),
            ("status.socket", status.socket != newer.status.socket),
            ("status.listen", status.listen != newer.status.listen),
            ("status.names", status.names != newer.status.names),
        ];
        Changed::new(&sections, &restart)
    }

    /// The same with every duration divided by `factor`, so that tests of whole drives end soon.
    #[must_use]
    pub fn divided(&self, factor: f64) -> Config {
        let mut config = self.clone();
        for duration in config.durations() {
            *duration = Duration::try_from_secs_f64(duration.as_secs_f64() / factor).unwrap_or(*duration);
        }
        config
    }

    pub(super) fn durations(&mut self) -> impl Iterator<Item = &mut Duration> {
        let (hunt, probing) = (&mut self.hunt, &mut self.probing);
        let others = [
            &mut self.tunnel.patience,
            &mut self.tunnel.wait_down,
            &mut hunt.interval,
            &mut hunt.scan_duration,
            &mut hunt.arrival,
            &mut probing.interval,
            &mut probing.window,
        ];
        let fallbacks = self.fallbacks.iter_mut().map(|fallback| &mut fallback.probe_interval);
        self.router
            .durations()
            .chain(others)
            .chain(fallbacks)
            .chain(handover::durations(&mut self.handover))
    }
}
