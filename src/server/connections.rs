//! Taking connections: few at a time, each for one request and a short time, so that nobody can keep others out for long.

use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use nix::unistd::{Uid, User};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tracing::{debug, error, info};

use super::address::Tcp;
use super::answers::{By, on_address, on_socket};
use super::sides::ServerSide;
use super::socket::Socket;
use crate::config;

/// How many connections are open at most, at the socket and at the address each.
const OPEN: usize = 16;

/// How long a connection may take, order and answer included.
const LONGEST: Duration = Duration::from_secs(15);

/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(5);

/// How long after a connection that could not be taken, as when the process has too many files open.
const PAUSE: Duration = Duration::from_millis(500);

/// How long an address that cannot be listened at is left alone.
const RETRY: Duration = Duration::from_secs(60);

impl ServerSide {
    /// Answers at the socket, also orders. Never ready.
    pub async fn at_socket(self, socket: Socket) {
        let routes = on_socket(self);
        let open = Arc::new(Semaphore::new(OPEN));
        loop {
            let permit = Arc::clone(&open).acquire_owned().await;
            match socket.listener.accept().await {
                Ok((stream, _)) => {
                    let routes = routes.clone().layer(Extension(By(who(&stream))));
                    spawn(stream, routes, permit.ok());
                }
                Err(error) => refused(&error).await,
            }
        }
    }

    /// Answers at a TCP address, and takes no orders. Never ready.
    pub async fn at_address(self, tcp: Tcp) {
        let open = Arc::new(Semaphore::new(OPEN));
        loop {
            let permit = Arc::clone(&open).acquire_owned().await;
            let taken = tcp.listener.accept().await;
            match taken.and_then(|(stream, _)| Ok((stream.local_addr()?.ip(), stream))) {
                Ok((local, stream)) => spawn(stream, on_address(self.clone(), local, &tcp.names), permit.ok()),
                Err(error) => refused(&error).await,
            }
        }
    }

    /// Answers at the configured TCP address as soon as it can be listened at. Never ready.
    pub async fn at_configured(self, status: config::Status) {
        let Some(at) = status.listen else { return };
        let mut logged = false;
        let tcp = loop {
            match Tcp::bind(at, &status.names).await {
                Ok(tcp) => break tcp,
                Err(error) if logged => debug!(cause = %crate::router::Chain(&error), "still no status page"),
                Err(error) => {
                    error!(hint = error.hint(), cause = %crate::router::Chain(&error), "no status page; trying again each minute");
                    logged = true;
                }
            }
            sleep(RETRY).await;
        };
        info!("status at http://{}/", tcp.at());
        self.at_address(tcp).await;
    }
}

async fn refused(error: &std::io::Error) {
    debug!(%error, "a connection to the status could not be taken");
    sleep(PAUSE).await;
}

fn spawn(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    routes: Router,
    permit: Option<OwnedSemaphorePermit>,
) {
    tokio::spawn(async move {
        let _permit = permit;
        let answered = http1::Builder::new()
            .keep_alive(false)
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
        if let Ok(Err(error)) = timeout(LONGEST, answered).await {
            debug!(%error, "a connection to the status ended early");
        }
    });
}

/// The name of the user at the other end.
fn who(stream: &UnixStream) -> String {
    let Ok(peer) = stream.peer_cred() else {
        return "a user without a name".to_owned();
    };
    let user = User::from_uid(Uid::from_raw(peer.uid())).ok().flatten();
    user.map_or_else(|| format!("uid {}", peer.uid()), |user| user.name)
}
