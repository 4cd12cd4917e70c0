//! What the sessions of the API share: the journey, its time, its faults, and the transcript.

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc;

use super::faults::Waiting;
use crate::sim::journey::{Journey, STEP};
use crate::sim::router::menus::Menu;
use crate::sim::settings::{Quirks, Settings};
use crate::sim::world::chance::Chance;
use crate::sim::world::clock::{At, Clock};

/// What the sessions share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The vehicle on its way.
    journey: Mutex<Journey>,
    /// Its time.
    pub clock: Clock,
    /// What waits to go wrong.
    pub faults: Mutex<Waiting>,
    /// Where nobody is sure.
    pub quirks: Quirks,
    /// The randomness.
    pub chance: Chance,
    /// Real time added to each answer.
    pub round_trip: Duration,
    /// The service that sessions come by.
    service: &'static str,
    /// Logs in as before 6.43.
    pub challenge_login: bool,
    /// `/cancel` of an unknown tag is refused.
    pub cancel_refuses: bool,
    transcript: Option<Mutex<File>>,
    power: mpsc::UnboundedSender<Duration>,
}

/// Takes a lock; a test that panicked may have left it, and its state is still good to look at.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// A vehicle to these settings, and where its power cuts are ordered.
    ///
    /// # Errors
    ///
    /// The transcript cannot be written.
    pub(crate) fn new(settings: Settings) -> std::io::Result<(Arc<Self>, mpsc::UnboundedReceiver<Duration>)> {
        let transcript = settings.transcript.as_ref().map(File::create).transpose()?;
        let (power, cuts) = mpsc::unbounded_channel();
        let shared = Shared {
            clock: Clock::start(settings.speed),
            faults: Mutex::default(),
            quirks: settings.played(),
            chance: Chance::new(settings.seed),
            round_trip: settings.round_trip,
            service: settings.access.tls.service(),
            challenge_login: settings.challenges(),
            cancel_refuses: settings.routeros.data().cancel_refuses,
            transcript: transcript.map(Mutex::new),
            power,
            journey: Mutex::new(Journey::new(&settings)),
        };
        Ok((Arc::new(shared), cuts))
    }

    /// The vehicle as it is now.
    pub(crate) fn journey(&self) -> MutexGuard<'_, Journey> {
        let mut journey = lock(&self.journey);
        journey.advance(self.clock.now());
        journey
    }

    /// The router does not answer for so long.
    pub(crate) fn stall(&self, span: Duration) {
        lock(&self.faults).stalled_until = self.clock.now() + span;
    }

    /// Waits until the router answers again.
    pub(crate) async fn wait_out_stall(&self) {
        loop {
            let left = lock(&self.faults).stalled_until.saturating_sub(self.clock.now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(self.clock.real(left)).await;
        }
    }

    /// Waits until the vehicle has lived up to a moment.
    pub(crate) async fn wait_until(&self, at: At) {
        let steps = at.as_nanos().div_ceil(STEP.as_nanos());
        let at = STEP * u32::try_from(steps).unwrap_or(u32::MAX);
        let left = at.saturating_sub(self.clock.now());
        tokio::time::sleep(self.clock.real(left)).await;
    }

    /// The power goes for so long.
    pub(crate) fn cut_power(&self, span: Duration) {
        let _ = self.power.send(span);
    }

    /// Writes one sentence down.
    pub(crate) fn transcribe(&self, dir: &'static str, words: &[String]) {
        #[derive(Serialize)]
        struct Line<'a> {
            t: f64,
            dir: &'static str,
            words: &'a [String],
        }
        let Some(file) = &self.transcript else { return };
        let t = (self.clock.now().as_secs_f64() * 1000.0).round() / 1000.0;
        if let Ok(mut line) = serde_json::to_vec(&Line { t, dir, words }) {
            line.push(b'\n');
            // A full disk must not stop the router.
            let _ = lock(file).write_all(&line);
        }
    }

    /// Whether the service takes a connection from there.
    pub(crate) fn welcomes(&self, from: SocketAddr, sessions: usize, max_sessions: usize) -> bool {
        let mut faults = lock(&self.faults);
        if faults.refused_connections > 0 {
            faults.refused_connections -= 1;
            return false;
        }
        drop(faults);
        let journey = self.journey();
        let service = journey
            .vehicle
            .table(Menu::Service)
            .rows
            .iter()
            .find(|row| row.get("name") == Some(self.service));
        let allowed = service.and_then(|row| row.get("address")).unwrap_or_default();
        let fits = |prefix: &str| match prefix.parse::<ipnet::IpNet>() {
            Ok(net) => net.contains(&from.ip()),
            Err(_) => prefix.parse() == Ok(from.ip()),
        };
        let enabled = service.is_some_and(|row| !row.is("disabled"));
        enabled && sessions < max_sessions && (allowed.is_empty() || allowed.split(',').any(fits))
    }
}
