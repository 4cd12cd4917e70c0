//! One session of a live recording: what is read when, and which radio scans.

use std::io::Write;
use std::pin::Pin;

use tokio::time::sleep_until;
use tracing::{debug, warn};

use super::live::over;
use super::{Options, RecordError, Recorded, idle, write};
use crate::clock;
use crate::config::Config;
use crate::drive::{Ap, LogWriter, Recording};
use crate::names::{Bssid, InterfaceName};
use crate::router::{CallError, Cause, Router, Running};
use crate::routeros;
use crate::snapshot::{Registration, ScanRow};
use crate::units::{Db, Dbm, Moment};

/// So many refused scans in a row are a lasting condition: one alone may be a radio that just lost its access point.
const REFUSED: u32 = 2;

/// How many scan intervals pass before a scan is tried again that was refused, and before another session of our user is
/// looked for again.
const LATER: u32 = 12;

/// What outlives a session with the router.
pub(super) struct Session<'c> {
    pub(super) config: &'c Config,
    pub(super) options: &'c Options,
    pub(super) until: Option<Moment>,
    pub(super) recording: Recording,
    /// The seconds of the log before this one have been read, or told as missing.
    read: u32,
    radios: Vec<InterfaceName>,
    next_scan: Moment,
    /// Scans that were refused since the last one that was not.
    refused: u32,
    /// Whether the first session has looked for others of our user, and when to look again while there are.
    alone: Option<bool>,
    next_look: Moment,
    /// What was last told of why nothing scans.
    quiet: Option<String>,
}

/// How a session ended.
pub(super) enum End {
    Over,
    Lost(String),
}

/// A scan that is under way.
struct Scanning {
    radio: InterfaceName,
    offset: Db,
    background: bool,
    next_check: Moment,
    rows: Running<Vec<ScanRow>>,
}

/// Why a turn did not end well.
enum Stop {
    Lost(String),
    Failed(RecordError),
}

impl From<CallError> for Stop {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(trap) => Stop::Failed(RecordError::Refused(trap)),
            CallError::NotSent(cause) | CallError::Unknown(Cause::Lost(cause)) => Stop::Lost(cause.to_string()),
            CallError::Unknown(cause) => Stop::Lost(cause.to_string()),
        }
    }
}

impl From<csv::Error> for Stop {
    fn from(error: csv::Error) -> Self {
        Stop::Failed(error.into())
    }
}

impl<'c> Session<'c> {
    pub(super) fn new(
        config: &'c Config,
        options: &'c Options,
        until: Option<Moment>,
        recording: Recording,
    ) -> Session<'c> {
        Session {
            config,
            options,
            until,
            recording,
            read: 0,
            radios: config.radios().iter().map(|radio| radio.interface.clone()).collect(),
            next_scan: Moment::ZERO,
            refused: 0,
            alone: None,
            next_look: Moment::ZERO,
            quiet: None,
        }
    }

    /// Records over this session until it is lost or it is time to stop.
    pub(super) async fn run<W: Write>(
        &mut self,
        router: &Router,
        log: &mut LogWriter<W>,
        recorded: &mut Recorded,
        mut shutdown: Pin<&mut impl Future<Output = ()>>,
        told: &mut impl FnMut(&Recorded),
    ) -> Result<End, RecordError> {
        let mut scan: Option<Scanning> = None;
        let mut next_tick = clock::now();
        loop {
            let scanned = async {
                match &mut scan {
                    Some(scan) => (&mut scan.rows).await,
                    None => std::future::pending().await,
                }
            };
            let until = self.until;
            let rows = tokio::select! {
                biased;
                () = &mut shutdown => return Ok(End::Over),
                () = over(until) => return Ok(End::Over),
                rows = scanned => Some(rows),
                () = sleep_until(clock::timer(next_tick)) => None,
            };
            let turn = async {
                match (rows, scan.take()) {
                    (Some(rows), Some(ended)) => self.scanned(&ended, rows, recorded),
                    (_, running) => {
                        let tick = self.config.router().tick();
                        let now = clock::now();
                        // After a stall the missed ticks are not made up for.
                        next_tick = if now.since(next_tick) >= tick {
                            now + tick
                        } else {
                            next_tick + tick
                        };
                        scan = self.tick(router, running, log, recorded, told).await?;
                        Ok(())
                    }
                }
            };
            let turned = tokio::select! {
                biased;
                () = &mut shutdown => return Ok(End::Over),
                () = over(until) => return Ok(End::Over),
                turned = turn => turned,
            };
            match turned {
                Ok(()) => {}
                Err(Stop::Lost(cause)) => return Ok(End::Lost(cause)),
                Err(Stop::Failed(error)) => return Err(error),
            }
        }
    }

    async fn tick<W: Write>(
        &mut self,
        router: &Router,
        scan: Option<Scanning>,
        log: &mut LogWriter<W>,
        recorded: &mut Recorded,
        told: &mut impl FnMut(&Recorded),
    ) -> Result<Option<Scanning>, Stop> {
        let registrations = router.registrations(&self.radios).await?;
        for row in &registrations.rows {
            if !self.recording.knows(row.bssid) {
                self.learn(router, row).await?;
            }
            if let Some(signal) = row.signal {
                let signal = signal + self.offset(&row.interface);
                self.recording
                    .registered(registrations.at, &row.interface, row.bssid, signal);
            }
        }
        let number = self.recording.number(registrations.at);
        self.read_until(number, recorded);
        self.read = self.read.max(number.saturating_add(1));
        // Whatever is read from now on is of this moment or later.
        let seconds = self.recording.advance(registrations.at);
        if !seconds.is_empty() {
            recorded.aps = self.recording.aps();
            write(log, &seconds, recorded)?;
            told(recorded);
        }
        match scan {
            Some(scan) => self.watch(router, scan).await,
            None => self.scan(router, &registrations.rows).await,
        }
    }

    /// Tells how many seconds up to this one were not read.
    pub(super) fn read_until(&mut self, number: u32, recorded: &mut Recorded) {
        let missed = number.saturating_sub(self.read);
        if missed > 0 {
            warn!(
                seconds = missed,
                from_second = self.read,
                "the router was not read for {missed} s: the log has nothing of these seconds"
            );
            recorded.unread += missed;
        }
    }

    /// Asks a radio for the network of the access point that it is on.
    async fn learn(&mut self, router: &Router, row: &Registration) -> Result<(), Stop> {
        let monitor = router.monitor(&row.interface).await?;
        if let (true, Some(bssid)) = (monitor.connected, monitor.bssid) {
            self.recording.met(Ap {
                bssid,
                ssid: monitor.ssid,
                channel: 0,
            });
        }
        Ok(())
    }

    /// Gives a scan up whose radio has become active since it began.
    async fn watch(&mut self, router: &Router, mut scan: Scanning) -> Result<Option<Scanning>, Stop> {
        let now = clock::now();
        if now < scan.next_check {
            return Ok(Some(scan));
        }
        scan.next_check = now + self.options.second;
        if self.idle(router).await?.contains(&scan.radio) {
            return Ok(Some(scan));
        }
        debug!(radio = %scan.radio, "gives its scan up: it is no longer surely idle");
        scan.rows.cancel();
        Ok(None)
    }

    /// Begins a scan when one is due and a radio is surely idle.
    async fn scan(&mut self, router: &Router, registered: &[Registration]) -> Result<Option<Scanning>, Stop> {
        let now = clock::now();
        if now < self.next_scan {
            return Ok(None);
        }
        let interval = self.config.hunt().interval;
        if !self.config.hunt().enabled {
            self.next_scan = now + interval;
            self.hush(
                "the configuration has the hunt off".to_owned(),
                "set `[hunt] enabled = true` to record what no radio is on",
            );
            return Ok(None);
        }
        if !self.alone(router).await? {
            self.next_scan = now + interval;
            return Ok(None);
        }
        let idle = self.idle(router).await?;
        let is_on = |radio: &&InterfaceName| registered.iter().any(|row| row.interface == **radio);
        let Some(radio) = idle.iter().find(is_on).or(idle.first()) else {
            self.next_scan = now + self.options.second;
            return Ok(None);
        };
        if self.refused < REFUSED {
            self.quiet = None;
        }
        let background = is_on(&radio);
        // A radio that is on nothing is left the time between two scans to find something.
        self.next_scan = if background { now } else { now + interval };
        let now = clock::now();
        Ok(Some(Scanning {
            offset: self.offset(radio),
            background,
            next_check: now + self.options.second,
            rows: router.scan(radio, self.config.hunt().scan_duration, background),
            radio: radio.clone(),
        }))
    }

    fn scanned(
        &mut self,
        scan: &Scanning,
        rows: Result<Vec<ScanRow>, CallError>,
        recorded: &mut Recorded,
    ) -> Result<(), Stop> {
        let now = clock::now();
        let rows = match rows {
            Ok(rows) => rows,
            Err(CallError::Refused(trap)) => {
                debug!(radio = %scan.radio, background = scan.background, answer = %trap, "the router refused a scan");
                self.refused = self.refused.saturating_add(1);
                self.next_scan = now + self.config.hunt().interval;
                if self.refused >= REFUSED {
                    self.next_scan = now + self.config.hunt().interval * LATER;
                    self.hush(
                        format!("the router refuses to scan with {}: {trap}", scan.radio),
                        trap.hint().unwrap_or(
                            "an associated radio scans in the background only, where the router allows that; leave the \
                             idle radio without an access point to hear more",
                        ),
                    );
                }
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        self.refused = 0;
        recorded.scans += 1;
        debug!(radio = %scan.radio, background = scan.background, aps = rows.len(), "scanned");
        let mut heard: Vec<(Bssid, Dbm)> = Vec::with_capacity(rows.len());
        for row in rows {
            heard.push((row.bssid, row.signal + scan.offset));
            self.recording.met(Ap {
                bssid: row.bssid,
                channel: routeros::channel(&row.channel),
                ssid: row.ssid,
            });
        }
        self.recording.scanned(now, heard);
        Ok(())
    }

    /// Whether no other session of our user is on the router: it may be the agent, whose hunt a second scanner disturbs.
    /// Only the first session can tell, because a session of our own that broke may be counted for minutes.
    async fn alone(&mut self, router: &Router) -> Result<bool, Stop> {
        let now = clock::now();
        if self.alone == Some(true) || (self.alone == Some(false) && now < self.next_look) {
            return Ok(self.alone == Some(true));
        }
        self.next_look = now + self.config.hunt().interval * LATER;
        let sessions = match router.sessions().await {
            Ok(sessions) => sessions,
            // A router that does not tell is no reason to record less.
            Err(CallError::Refused(_)) => 1,
            Err(error) => return Err(error.into()),
        };
        let alone = sessions <= 1;
        if !alone {
            self.hush(
                format!(
                    "user `{}` has another session on the router, which may be the agent with its own scans",
                    self.config.router().user().escape_debug()
                ),
                "record from the agent's journal with --journal, or stop the agent",
            );
        }
        self.alone = Some(alone);
        Ok(alone)
    }

    /// The radios that surely carry nothing now.
    async fn idle(&mut self, router: &Router) -> Result<Vec<InterfaceName>, Stop> {
        let routes = router.default_routes().await?;
        let addresses = if idle::needs_addresses(&routes) {
            router.all_addresses().await?
        } else {
            Vec::new()
        };
        match idle::idle(&routes, &addresses, &self.radios) {
            Ok(idle) => {
                if idle.is_empty() {
                    self.hush(
                        "no radio is idle".to_owned(),
                        "only a radio that carries nothing may scan",
                    );
                }
                Ok(idle)
            }
            Err(unclear) => {
                self.hush(
                    unclear.to_string(),
                    "a default route by `GATEWAY%RADIO` tells; see `/ip route print`",
                );
                Ok(Vec::new())
            }
        }
    }

    /// Tells why only registrations are recorded, once as long as the reason stays the same.
    fn hush(&mut self, why: String, hint: &'static str) {
        if self.quiet.as_deref() != Some(&why) {
            warn!(hint, "records only the access points that the radios are on: {why}");
            self.quiet = Some(why);
        }
    }

    fn offset(&self, radio: &InterfaceName) -> Db {
        let radio = self.config.radios().iter().find(|one| one.interface == *radio);
        radio.map_or(Db(0), |radio| radio.signal_offset)
    }
}
