//! One session of a live recording: what is read when, and what becomes of it.

use std::io::Write;
use std::pin::Pin;

use tokio::time::sleep_until;
use tracing::warn;

use super::recorded::{RecordError, Recorded};
use super::scanning::Scanning;
use super::state::{Session, Stop};
use crate::clock;
use crate::drive::Ap;
use crate::router::Router;
use crate::snapshot::Registration;
use crate::units::Moment;

/// How a session ended.
pub(super) enum End {
    Over,
    Lost(String),
}

impl<W: Write, P: FnMut(&Recorded)> Session<'_, W, P> {
    /// Records over this session until it is lost or it is time to stop.
    pub(super) async fn run(
        &mut self,
        router: &Router,
        mut shutdown: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<End, RecordError> {
        let found = router.find_radios(&self.radios, self.config.router().menu()).await;
        match found.map_err(Stop::from) {
            Ok(_) => {}
            Err(Stop::Lost(cause)) => return Ok(End::Lost(cause)),
            Err(Stop::Failed(error)) => return Err(error),
        }
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
        if row.network.is_some() {
            self.recording.met(Ap {
                bssid: row.bssid,
                ssid: row.network.clone(),
                channel: 0,
            });
            return Ok(());
        }
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
}

/// Ready at a moment; never without one.
pub(super) async fn over(until: Option<Moment>) {
    match until {
        Some(until) => sleep_until(clock::timer(until)).await,
        None => std::future::pending().await,
    }
}
