//! Connecting and logging in, and why it failed.

use std::fmt;
use std::io;
use std::time::Duration;

use mikrotik_rs::{Connection, Handshaking, LoginError, LoginProgress};
use socket2::{SockRef, TcpKeepalive};
use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::access::Access;
use super::inbox::Inbox;
use super::outcome::Lost;
use super::session::CRATE_TRAP;
use super::stranger::Stranger;
use super::tls::{self, TlsError, Wire};
use crate::names::{Escaped, Fingerprint, shortened};
use crate::routeros::Trap;
use crate::survey::Path;

/// The login's answer is a few words; more is not a router.
const LOGIN_LIMIT: usize = 64 * 1024;

/// How often the kernel asks a silent router before it gives the connection up: one lost packet is no lost router.
const KEEPALIVE_RETRIES: u32 = 3;
/// The shortest time that the kernel's timers take, `TCP_KEEPIDLE` and `TCP_KEEPINTVL` of tcp(7).
const KEEPALIVE_LEAST: Duration = Duration::from_secs(1);

/// Where a router stalled on the way to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It did not finish the TLS handshake.
    Handshake,
    /// It did not answer the login.
    Login,
    /// It took nothing of what was written.
    Write,
    /// It did not answer the first reading.
    Reading,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Handshake => "TLS handshake",
            Stage::Login => "login",
            Stage::Write => "first write",
            Stage::Reading => "first reading",
        })
    }
}

/// Why there is no session.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// Nothing answers at the address, or no path leads there.
    #[error("the router at `{address}` cannot be reached")]
    Unreachable {
        /// Host and port as configured.
        address: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The host is there and nothing listens on the port.
    #[error("the host at `{address}` refuses connections on this port")]
    Refused {
        /// Host and port as configured.
        address: String,
    },
    /// There is no encrypted connection.
    #[error("no TLS with the router at `{address}`")]
    Tls {
        /// Host and port as configured.
        address: String,
        /// Why.
        #[source]
        source: TlsError,
    },
    /// The connection was taken and then closed without an answer to the login.
    #[error("the router at `{address}` closed the connection before the login")]
    ClosedBeforeLogin {
        /// Host and port as configured.
        address: String,
    },
    /// The router does not take this user with this password.
    #[error("the router refused the login of user `{user}`: {}", Escaped(.said))]
    WrongPassword {
        /// The user as configured.
        user: String,
        /// The router's words.
        said: String,
    },
    /// The router does not let us in for another reason.
    #[error("the router ended the login: {}", Escaped(.said))]
    LoginEnded {
        /// The router's words.
        said: String,
    },
    /// The router is older than 6.43: it took the login for a request of a challenge and let nobody in.
    #[error("the router runs a RouterOS older than 6.43, whose login is not supported")]
    TooOld,
    /// The login was taken and the first reading refused.
    #[error("user `{user}` may not read the router: {said}")]
    NotPermitted {
        /// The user as configured.
        user: String,
        /// The router's refusal.
        said: Trap,
    },
    /// The router stopped answering.
    #[error("the router at `{address}` stalled at the {what} for {after:?}")]
    Stalled {
        /// Host and port as configured.
        address: String,
        /// Where it stalled.
        what: Stage,
        /// The deadline that passed.
        after: Duration,
    },
    /// What listens there does not speak the API.
    #[error("what answers at `{address}` is not the RouterOS API{stranger}")]
    NotTheApi {
        /// Host and port as configured.
        address: String,
        /// What it is.
        stranger: Stranger,
    },
    /// The session ended right after the login.
    #[error("the session ended right after the login")]
    Lost(#[source] Lost),
}

/// How long to wait before the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Nearly at once: the router restarts or the cable is loose.
    Soon,
    /// After some seconds: each try costs the router a session and a line in its log.
    Later,
    /// After a minute: only a person can change it, and one ERROR says so.
    Person,
}

impl ConnectError {
    /// What a technician should look at; `None` when the text says it all.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            ConnectError::Unreachable { .. } => {
                Some("check the cable, the router's power, and that this PC has an address on the router's wired LAN")
            }
            ConnectError::Refused { .. } => {
                Some("on the router: `/ip service enable api`, and compare the port with `/ip service print`")
            }
            ConnectError::ClosedBeforeLogin { .. } => Some(
                "on the router: `/ip service print detail`: this PC's address must be within `address` of service `api`, and \
                 `max-sessions` must not be used up",
            ),
            ConnectError::WrongPassword { .. } => Some(
                "on the router: `/user print detail`: name, password, `address` must hold this PC, and the group needs policy `api`",
            ),
            ConnectError::Tls { source, .. } => Some(source.hint()),
            ConnectError::TooOld => Some("upgrade the router: `/system package update install`"),
            ConnectError::NotPermitted { said, .. } => said.hint(),
            ConnectError::NotTheApi {
                stranger: Stranger::Tls,
                ..
            } => Some("port 8729 is the API over TLS: set `router.tls`, or use port 8728"),
            ConnectError::NotTheApi { .. } => {
                Some("the API's port is 8728; 8729 is its encrypted form, 8291 WinBox, 80 the web page")
            }
            ConnectError::Stalled {
                what: Stage::Handshake, ..
            } => Some(TlsError::NotTls.hint()),
            ConnectError::Stalled { .. } => Some(
                "the router may be overloaded: `/system resource monitor`; or a firewall drops the connection's packets",
            ),
            ConnectError::LoginEnded { .. } | ConnectError::Lost(_) => None,
        }
    }

    /// Whether the router had taken the login, which costs it a session and a line in its log.
    pub(super) fn is_after_login(&self) -> bool {
        matches!(
            self,
            ConnectError::Lost(_)
                | ConnectError::NotPermitted { .. }
                | ConnectError::Stalled {
                    what: Stage::Reading,
                    ..
                }
        )
    }

    /// How long to wait before the next try.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            ConnectError::Unreachable { .. }
            | ConnectError::Refused { .. }
            | ConnectError::Stalled { .. }
            | ConnectError::Lost(_) => Retry::Soon,
            ConnectError::ClosedBeforeLogin { .. }
            | ConnectError::LoginEnded { .. }
            | ConnectError::NotTheApi { .. }
            | ConnectError::Tls {
                source: TlsError::Closed | TlsError::NotTls,
                ..
            } => Retry::Later,
            ConnectError::WrongPassword { .. }
            | ConnectError::TooOld
            | ConnectError::NotPermitted { .. }
            | ConnectError::Tls { .. } => Retry::Person,
        }
    }
}

/// Opens the connection within its deadline.
pub(super) async fn open(access: &Access) -> Result<(TcpStream, Path), ConnectError> {
    let address = || access.address.clone();
    let unreachable = |source| ConnectError::Unreachable {
        address: address(),
        source,
    };
    let stream = match timeout(access.deadlines.connect, TcpStream::connect(&access.address)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
            return Err(ConnectError::Refused { address: address() });
        }
        Ok(Err(source)) => return Err(unreachable(source)),
        Err(_) => return Err(unreachable(io::ErrorKind::TimedOut.into())),
    };
    // A call is one small segment, and the next one waits for its answer: holding it back only delays it.
    stream.set_nodelay(true).map_err(unreachable)?;
    SockRef::from(&stream)
        .set_tcp_keepalive(&keepalive(access.keepalive))
        .map_err(unreachable)?;
    let path = Path {
        local: stream.local_addr().map_err(unreachable)?,
        router: stream.peer_addr().map_err(unreachable)?,
    };
    Ok((stream, path))
}

/// Begins TLS where the connection is to be encrypted; the certificate that the router showed.
pub(super) async fn encrypt(access: &Access, stream: TcpStream) -> Result<(Wire, Option<Fingerprint>), ConnectError> {
    let address = access.address.clone();
    let after = access.deadlines.login;
    match timeout(after, tls::begin(&access.tls, access.host(), stream)).await {
        Ok(begun) => begun.map_err(|source| ConnectError::Tls { address, source }),
        Err(_) => Err(ConnectError::Stalled {
            address,
            what: Stage::Handshake,
            after,
        }),
    }
}

/// Asks after so long a silence, then each half of it: a router that is gone is found after two and a half times of it.
fn keepalive(silence: Duration) -> TcpKeepalive {
    TcpKeepalive::new()
        .with_time(silence.max(KEEPALIVE_LEAST))
        .with_interval((silence / 2).max(KEEPALIVE_LEAST))
        .with_retries(KEEPALIVE_RETRIES)
}

/// Logs in within the deadline and looks at the raw answer, which shows a router older than 6.43.
pub(super) async fn log_in(access: &Access, stream: &mut Wire) -> Result<(Connection, Inbox), ConnectError> {
    let after = access.deadlines.login;
    match timeout(after, exchange(access, stream)).await {
        Ok(result) => result,
        Err(_) => Err(ConnectError::Stalled {
            address: access.address.clone(),
            what: Stage::Login,
            after,
        }),
    }
}

async fn exchange(access: &Access, stream: &mut Wire) -> Result<(Connection, Inbox), ConnectError> {
    let address = || access.address.clone();
    let closed = || ConnectError::ClosedBeforeLogin { address: address() };
    let strange = |stranger| ConnectError::NotTheApi {
        address: address(),
        stranger,
    };
    let not_the_api = || not_the_api(access);
    let mut handshaking = Handshaking::new(&access.user, Some(&access.password)).map_err(|_| not_the_api())?;
    while let Some(transmit) = handshaking.poll_transmit() {
        let after = access.deadlines.write;
        let write = async {
            stream.write_all(&transmit.data).await?;
            stream.flush().await
        };
        match timeout(after, write).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Err(closed()),
            Err(_) => {
                return Err(ConnectError::Stalled {
                    address: address(),
                    what: Stage::Write,
                    after,
                });
            }
        }
    }
    let mut inbox = Inbox::new(LOGIN_LIMIT);
    let mut chunk = vec![0; 1024];
    loop {
        while let Some(raw) = inbox.next().map_err(|_| not_the_api())? {
            if raw.is("!fatal") {
                return Err(ConnectError::LoginEnded {
                    said: raw.fatal_reason(),
                });
            }
            // The crate takes any `!done` for a login, and one with its tag last for a wrong password.
            if raw.is("!done") && raw.attribute("ret").is_some_and(is_challenge) {
                return Err(ConnectError::TooOld);
            }
            handshaking.receive(raw.bytes).map_err(|_| not_the_api())?;
            handshaking = match handshaking.advance() {
                Ok(LoginProgress::Complete(done)) => {
                    inbox.set_limit(access.buffer);
                    return Ok((done.into_connection(), inbox));
                }
                Ok(LoginProgress::Pending(handshaking)) => handshaking,
                Err(error) => return Err(refusal(access, error)),
            };
        }
        let read = match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return Err(inbox.stranger(true).map_or_else(closed, strange)),
            Ok(n) => chunk.get(..n).unwrap_or_default(),
        };
        inbox.push(read);
        if let Some(stranger) = inbox.stranger(false) {
            return Err(strange(stranger));
        }
    }
}

/// Before 6.43 the first answer to a login is 16 bytes in hex, to be mixed with the password.
fn is_challenge(value: &[u8]) -> bool {
    value.len() == 32 && value.iter().all(u8::is_ascii_hexdigit)
}

fn not_the_api(access: &Access) -> ConnectError {
    ConnectError::NotTheApi {
        address: access.address.clone(),
        stranger: Stranger::Other,
    }
}

fn refusal(access: &Access, error: LoginError) -> ConnectError {
    let LoginError::Authentication(trap) = error else {
        return not_the_api(access);
    };
    let said = shortened(&trap.message);
    if said.starts_with(CRATE_TRAP) {
        not_the_api(access)
    } else if said.contains("password") || said.contains("cannot log in") {
        ConnectError::WrongPassword {
            user: access.user.clone(),
            said,
        }
    } else {
        ConnectError::LoginEnded { said }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Deadlines;
    use super::*;
    use crate::config::Tls;

    #[tokio::test]
    async fn the_socket_asks_as_often_as_the_configuration_says() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        for (seconds, then_each) in [(1, 1), (10, 5), (600, 300)] {
            let access = Access {
                address: listener.local_addr().unwrap().to_string(),
                user: String::new(),
                password: String::new(),
                tls: Tls::Off,
                deadlines: Deadlines::default(),
                keepalive: Duration::from_secs(seconds),
                buffer: Access::BUFFER,
            };
            let (stream, _) = open(&access).await.unwrap();
            let socket = SockRef::from(&stream);
            assert!(socket.keepalive().unwrap());
            assert_eq!(socket.tcp_keepalive_time().unwrap(), access.keepalive);
            assert_eq!(socket.tcp_keepalive_interval().unwrap(), Duration::from_secs(then_each));
            assert_eq!(socket.tcp_keepalive_retries().unwrap(), KEEPALIVE_RETRIES);
        }
    }
}
