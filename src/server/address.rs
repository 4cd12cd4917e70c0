//! The TCP address of the page.

use std::io;
use std::net::SocketAddr;

use thiserror::Error;
use tokio::net::TcpListener;

/// A TCP address that is listened at.
#[derive(Debug)]
pub struct Tcp {
    pub(super) listener: TcpListener,
    pub(super) at: SocketAddr,
    pub(super) names: Vec<String>,
}

/// Why an address cannot be listened at.
#[derive(Debug, Error)]
#[error("the status page cannot be shown at {at}")]
pub struct ListenError {
    at: SocketAddr,
    #[source]
    cause: io::Error,
}

impl ListenError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        let port = self.at.port();
        match self.cause.kind() {
            io::ErrorKind::AddrInUse => {
                format!(
                    "another program listens there: `ss -ltnp 'sport = :{port}'` names it; choose another port in `[status] listen`"
                )
            }
            io::ErrorKind::AddrNotAvailable => {
                "no interface of this PC has that address now: `ip addr` lists those that there are".to_owned()
            }
            io::ErrorKind::PermissionDenied => "ports below 1024 are for root: choose a higher one".to_owned(),
            _ => "look at `[status] listen`".to_owned(),
        }
    }
}

impl Tcp {
    /// Listens; `names` are those by which a browser may ask, beside the address itself and `localhost`.
    ///
    /// # Errors
    ///
    /// [`ListenError`].
    pub async fn bind(at: SocketAddr, names: &[String]) -> Result<Self, ListenError> {
        let refused = |cause| ListenError { at, cause };
        let listener = TcpListener::bind(at).await.map_err(refused)?;
        Ok(Tcp {
            at: listener.local_addr().map_err(refused)?,
            listener,
            names: names.to_vec(),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn at(&self) -> SocketAddr {
        self.at
    }
}
