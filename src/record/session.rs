//! One session of a live recording: what is read when, and what becomes of it.

use std::io::Write;
use std::pin::Pin;

use tokio::time::sleep_until;
use tracing::warn;

use super::live::over;
use super::output::Output;
use super::scanning::Scanning;
use super::{Options, RecordError, Recorded};
use crate::clock;
use crate::config::Config;
use crate::drive::{Ap, Recording};
use crate::names::InterfaceName;
use crate::router::{CallError, Cause, Router};
use crate::snapshot::Registration;
use crate::units::{Db, Moment};

/// What outlives a session with the router.
pub(super) struct Session<'c, W: Write, P> {
    pub(super) config: &'c Config,
    pub(super) options: &'c Options,
    pub(super) until: Option<Moment>,
    pub(super) recording: Recording,
    pub(super) output: Output<W, P>,
    /// The seconds of the log before this one have been read, or logged as missing.
    read: u32,
    pub(super) radios: Vec<InterfaceName>,
    pub(super) next_scan: Moment,
    /// Scans that were refused since the last one that was not.
    pub(super) refused: u32,
    /// Whether the first session has looked for others of our user, and when to look again while there are.
    pub(super) alone: Option<bool>,
    pub(super) next_look: Moment,
    /// The reason that was last logged for scanning with nothing.
    pub(super) hushed: Option<String>,
}

/// How a session ended.
pub(super) enum End {
    Over,
    Lost(String),
}

/// Why a turn did not end well.
pub(super) enum Stop {
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

impl<'c, W: Write, P: FnMut(&Recorded)> Session<'c, W, P> {
    pub(super) fn new(config: &'c Config, options: &'c Options, recording: Recording, output: Output<W, P>) -> Self {
        Session {
            config,
            options,
            until: options.seconds.map(|seconds| recording.begins(seconds)),
            recording,
            output,
            read: 0,
            radios: config.radios().iter().map(|radio| radio.interface.clone()).collect(),
            next_scan: Moment::ZERO,
            refused: 0,
            alone: None,
            next_look: Moment::ZERO,
            hushed: None,
        }
    }

    /// Records over this session until it is lost or it is time to stop.
    pub(super) async fn run(
        &mut self,
        router: &Router,
        mut shutdown: Pin<&mut impl Future<Output = ()>>,
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
                    (Some(rows), Some(ended)) => self.scanned(&ended, rows),
                    (_, running) => {
                        let tick = self.config.router().tick();
                        let now = clock::now();
                        // After a stall the missed ticks are not made up for.
                        next_tick = if now.since(next_tick) >= tick {
                            now + tick
                        } else {
                            next_tick + tick
                        };
                        scan = self.tick(router, running).await?;
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

    /// Records the rest: what stood at this moment, or at the end of the seconds that were asked for.
    pub(super) fn finish(mut self, now: Moment) -> Result<Recorded, csv::Error> {
        let end = self.until.map_or(now, |until| until.min(now));
        self.read_until(self.recording.number(end));
        let mut rest = self.recording.finish(end);
        let seconds = self.options.seconds.unwrap_or(u32::MAX);
        rest.retain(|second| second.number < seconds);
        self.output.write(&rest)?;
        Ok(self.output.recorded)
    }

    /// The session is lost from this moment on.
    pub(super) fn lost(&mut self, now: Moment) {
        self.recording.lost(now);
        self.output.recorded.gaps += 1;
    }

    async fn tick(&mut self, router: &Router, scan: Option<Scanning>) -> Result<Option<Scanning>, Stop> {
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
        self.read_until(number);
        self.read = self.read.max(number.saturating_add(1));
        // Whatever is read from now on is of this moment or later.
        let seconds = self.recording.advance(registrations.at);
        self.output.recorded.aps = self.recording.aps();
        self.output.write(&seconds)?;
        match scan {
            Some(scan) => self.watch(router, scan).await,
            None => self.scan(router, &registrations.rows).await,
        }
    }

    /// Logs how many seconds up to this one were not read.
    fn read_until(&mut self, number: u32) {
        let missed = number.saturating_sub(self.read);
        if missed > 0 {
            warn!(
                seconds = missed,
                from_second = self.read,
                "the router was not read for {missed} s: the log has nothing of these seconds"
            );
            self.output.recorded.unread += missed;
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

    pub(super) fn offset(&self, radio: &InterfaceName) -> Db {
        let radio = self.config.radios().iter().find(|one| one.interface == *radio);
        radio.map_or(Db(0), |radio| radio.signal_offset)
    }
}
