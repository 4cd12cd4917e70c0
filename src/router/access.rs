//! `Access`: where the router is, how to get in, how long each stage may take.

use std::fmt;
use std::time::Duration;

use crate::config::{RouterAccess, Tls};

/// Where the router is and how to get in.
#[derive(Clone)]
pub struct Access {
    /// Host and port of the API service, such as `192.168.88.1:8728`.
    pub address: String,
    /// The API user.
    pub user: String,
    /// Its password; never shown.
    pub password: String,
    /// How the connection is protected.
    pub tls: Tls,
    /// How long each stage may take.
    pub deadlines: Deadlines,
    /// Silence after which TCP asks whether the router is still there; the kernel counts whole seconds, at least one.
    pub keepalive: Duration,
    /// The most bytes of one answer that are held.
    pub buffer: usize,
}

impl Access {
    /// The default of [`Access::buffer`]: 4 MiB, some 20,000 routes.
    pub const BUFFER: usize = 4 * 1024 * 1024;

    /// The host without its port.
    pub(super) fn host(&self) -> &str {
        let host = self.address.rsplit_once(':').map_or(&*self.address, |(host, _)| host);
        host.trim_matches(['[', ']'])
    }
}

impl From<&RouterAccess> for Access {
    fn from(router: &RouterAccess) -> Self {
        Access {
            address: router.address().to_owned(),
            user: router.user().to_owned(),
            password: router.password().expose().to_owned(),
            tls: router.tls().clone(),
            deadlines: Deadlines {
                connect: router.connect_deadline(),
                login: router.login_deadline(),
                write: router.write_deadline(),
                answer: router.answer_deadline(),
            },
            keepalive: router.keepalive(),
            buffer: Access::BUFFER,
        }
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("address", &self.address)
            .field("user", &self.user)
            .field("tls", &self.tls)
            .field("deadlines", &self.deadlines)
            .field("keepalive", &self.keepalive)
            .field("buffer", &self.buffer)
            .finish_non_exhaustive()
    }
}

/// How long each stage may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Until the TCP connection stands, name resolution included.
    pub connect: Duration,
    /// From there until the login is answered.
    pub login: Duration,
    /// Until the router takes bytes that wait to be written.
    pub write: Duration,
    /// Until a call is answered to its end. Routers stall for several seconds without being dead.
    pub answer: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Deadlines {
            connect: Duration::from_secs(3),
            login: Duration::from_secs(5),
            write: Duration::from_secs(5),
            answer: Duration::from_secs(10),
        }
    }
}
