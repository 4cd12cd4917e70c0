//! The router's API service: it accepts connections, lets the world go on, and survives power cuts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::session;
use super::shared::Shared;
use super::tls::Service;

/// The world goes on at least this often, in simulated time; commands take it to their moment by themselves.
const PULSE: Duration = Duration::from_millis(100);
/// But not more often than this in real time.
const LEAST_PULSE: Duration = Duration::from_millis(5);

/// Where and how the service takes connections.
pub(crate) struct Listening {
    /// Where.
    pub listener: TcpListener,
    /// How.
    pub service: Arc<Service>,
    /// How many at once.
    pub max_sessions: usize,
}

/// Serves until the task is dropped.
pub(crate) async fn run(shared: Arc<Shared>, to: Listening, mut cuts: mpsc::UnboundedReceiver<Duration>) {
    let Listening {
        listener,
        service,
        max_sessions,
    } = to;
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
                    let (shared, service) = (Arc::clone(&shared), Arc::clone(&service));
                    sessions.spawn(async move {
                        if let Some(stream) = service.begin(stream).await {
                            session::serve(shared, stream, from, number).await;
                        }
                    });
                }
            }
            Some(_) = sessions.join_next() => {}
            _ = pulse.tick() => drop(shared.journey()),
            Some(span) = cuts.recv() => {
                listener = None;
                sessions.shutdown().await;
                shared.journey().vehicle.power_cut();
                power_back = Some(shared.clock.now() + span);
            }
        }
        if power_back.is_some_and(|back| shared.clock.now() >= back)
            && let Ok(bound) = TcpListener::bind(address).await
        {
            listener = Some(bound);
            power_back = None;
            shared.journey().vehicle.power_back();
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> Option<(tokio::net::TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await.ok(),
        None => std::future::pending().await,
    }
}
