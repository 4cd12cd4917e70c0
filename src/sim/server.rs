//! The router's API service: it accepts connections, lets the world go on, and survives power cuts.

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::chance::Chance;
use super::clock::Clock;
use super::faults::Waiting;
use super::menus::Menu;
use super::session;
use super::settings::{Quirks, RouterOs, Settings};
use super::vehicle::Vehicle;

/// The world goes on at least this often, in simulated time; commands take it to their moment by themselves.
const PULSE: Duration = Duration::from_millis(100);
/// But not more often than this in real time.
const LEAST_PULSE: Duration = Duration::from_millis(5);

/// What the sessions share.
#[derive(Debug)]
pub struct Shared {
    /// The world.
    pub vehicle: Mutex<Vehicle>,
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
    /// Logs in as before 6.43.
    pub challenge_login: bool,
    /// `/cancel` of an unknown tag is refused.
    pub cancel_refuses: bool,
    transcript: Option<Mutex<File>>,
    power: mpsc::UnboundedSender<Duration>,
}

/// Takes a lock; what a panicking test left behind is still worth looking at.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// A vehicle to these settings, and where its power cuts are ordered.
    ///
    /// # Errors
    ///
    /// The transcript cannot be written.
    pub fn new(settings: Settings) -> std::io::Result<(Arc<Self>, mpsc::UnboundedReceiver<Duration>)> {
        let transcript = settings.transcript.as_ref().map(File::create).transpose()?;
        let (power, cuts) = mpsc::unbounded_channel();
        let shared = Shared {
            clock: Clock::start(settings.speed),
            faults: Mutex::default(),
            quirks: settings.quirks.clone(),
            chance: Chance::new(settings.seed),
            round_trip: settings.round_trip,
            challenge_login: settings.access.challenge_login,
            cancel_refuses: settings.routeros == RouterOs::V7_17,
            transcript: transcript.map(Mutex::new),
            power,
            vehicle: Mutex::new(Vehicle::new(settings)),
        };
        Ok((Arc::new(shared), cuts))
    }

    /// The world as it is now.
    pub fn vehicle(&self) -> MutexGuard<'_, Vehicle> {
        let mut vehicle = lock(&self.vehicle);
        vehicle.advance(self.clock.now());
        vehicle
    }

    /// The router does not answer for so long.
    pub fn stall(&self, span: Duration) {
        lock(&self.faults).stalled_until = self.clock.now() + span;
    }

    /// Waits until the router answers again.
    pub async fn wait_out_stall(&self) {
        loop {
            let left = lock(&self.faults).stalled_until.saturating_sub(self.clock.now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(self.clock.real(left)).await;
        }
    }

    /// The power goes for so long.
    pub fn cut_power(&self, span: Duration) {
        let _ = self.power.send(span);
    }

    /// Writes one sentence down.
    pub fn transcribe(&self, dir: &'static str, words: &[String]) {
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
    fn welcomes(&self, from: SocketAddr, sessions: usize, max_sessions: usize) -> bool {
        let mut faults = lock(&self.faults);
        if faults.refused_connections > 0 {
            faults.refused_connections -= 1;
            return false;
        }
        drop(faults);
        let vehicle = self.vehicle();
        let service = vehicle
            .table(Menu::Service)
            .rows
            .iter()
            .find(|row| row.get("name") == Some("api"));
        let allowed = service.and_then(|row| row.get("address")).unwrap_or_default();
        let fits = |prefix: &str| match prefix.parse::<ipnet::IpNet>() {
            Ok(net) => net.contains(&from.ip()),
            Err(_) => prefix.parse() == Ok(from.ip()),
        };
        let enabled = service.is_some_and(|row| !row.is("disabled"));
        enabled && sessions < max_sessions && (allowed.is_empty() || allowed.split(',').any(fits))
    }
}

/// Serves until the task is dropped.
pub async fn run(
    shared: Arc<Shared>,
    listener: TcpListener,
    mut cuts: mpsc::UnboundedReceiver<Duration>,
    max_sessions: usize,
) {
    let Ok(address) = listener.local_addr() else { return };
    let mut listener = Some(listener);
    let mut sessions = JoinSet::new();
    let mut number = 0;
    let mut pulse = tokio::time::interval(shared.clock.real(PULSE).max(LEAST_PULSE));
    pulse.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut power_back = None;
    loop {
        tokio::select! {
            accepted = accept(listener.as_ref()) => {
                // A connection that is dropped here connects and then ends: the service's own refusal.
                if let Some((stream, from)) = accepted
                    && shared.welcomes(from, sessions.len(), max_sessions)
                {
                    number += 1;
                    sessions.spawn(session::serve(Arc::clone(&shared), stream, from, number));
                }
            }
            Some(_) = sessions.join_next() => {}
            _ = pulse.tick() => drop(shared.vehicle()),
            Some(span) = cuts.recv() => {
                listener = None;
                sessions.shutdown().await;
                shared.vehicle().power_cut();
                power_back = Some(shared.clock.now() + span);
            }
        }
        if power_back.is_some_and(|back| shared.clock.now() >= back)
            && let Ok(bound) = TcpListener::bind(address).await
        {
            listener = Some(bound);
            power_back = None;
            shared.vehicle().power_back();
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> Option<(tokio::net::TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await.ok(),
        None => std::future::pending().await,
    }
}
