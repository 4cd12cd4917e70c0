//! The scans of a live recording: only a radio that surely carries nothing scans, and none beside an agent.

use std::io::Write;

use tracing::{debug, warn};

use super::idle;
use super::recorded::Recorded;
use super::state::{Session, Stop};
use crate::clock;
use crate::drive::Ap;
use crate::names::{Bssid, InterfaceName};
use crate::router::{CallError, Router, Running};
use crate::routeros;
use crate::snapshot::{Registration, ScanRow};
use crate::units::{Db, Dbm, Moment};

/// So many refused scans in a row are a lasting condition: one alone may be a radio that just lost its access point.
const REFUSED: u32 = 2;

/// How many scan intervals pass before a scan is tried again that was refused, and before another session of our user is
/// looked for again.
const LATER: u32 = 12;

/// A scan that is under way.
pub(super) struct Scanning {
    radio: InterfaceName,
    offset: Db,
    background: bool,
    next_check: Moment,
    pub(super) rows: Running<Vec<ScanRow>>,
}

impl<W: Write, P: FnMut(&Recorded)> Session<'_, W, P> {
    /// Gives a scan up whose radio has become active since it began.
    pub(super) async fn watch(&mut self, router: &Router, mut scan: Scanning) -> Result<Option<Scanning>, Stop> {
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
    pub(super) async fn scan(
        &mut self,
        router: &Router,
        registered: &[Registration],
    ) -> Result<Option<Scanning>, Stop> {
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
            self.hushed = None;
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

    pub(super) fn scanned(&mut self, scan: &Scanning, rows: Result<Vec<ScanRow>, CallError>) -> Result<(), Stop> {
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
        self.output.recorded.scans += 1;
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
    /// Only the first session can show it, because one of its own that broke may be listed for minutes.
    async fn alone(&mut self, router: &Router) -> Result<bool, Stop> {
        let now = clock::now();
        if self.alone == Some(true) || (self.alone == Some(false) && now < self.next_look) {
            return Ok(self.alone == Some(true));
        }
        self.next_look = now + self.config.hunt().interval * LATER;
        let sessions = match router.sessions().await {
            Ok(sessions) => sessions.iter().filter(|session| session.is_api()).count(),
            // A router that does not show them is no reason to record less.
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
                    "a default route by `GATEWAY%RADIO` makes it clear; see `/ip route print`",
                );
                Ok(Vec::new())
            }
        }
    }

    /// Logs why only registrations are recorded, once as long as the reason stays the same.
    fn hush(&mut self, why: String, hint: &'static str) {
        if self.hushed.as_deref() != Some(&why) {
            warn!(hint, "records only the access points that the radios are on: {why}");
            self.hushed = Some(why);
        }
    }
}
