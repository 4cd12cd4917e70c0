//! Who may use the router.

use std::str::FromStr;

use super::certificate::Certificate;

/// Every policy of a group, in the order in which a router lists them.
pub(crate) const POLICIES: [&str; 19] = [
    "local",
    "telnet",
    "ssh",
    "ftp",
    "reboot",
    "read",
    "write",
    "policy",
    "test",
    "winbox",
    "password",
    "web",
    "sniff",
    "sensitive",
    "api",
    "romon",
    "dude",
    "tikapp",
    "rest-api",
];

/// Who may use the API.
#[derive(Debug, Clone)]
pub struct Access {
    /// The users of the router.
    pub users: Vec<User>,
    /// Prefixes from which the service may be used, such as `192.168.88.0/24`; empty = from anywhere.
    pub allowed: Vec<String>,
    /// How many sessions there may be at once.
    pub max_sessions: usize,
    /// Logs in by challenge and response, as before 6.43.
    pub challenge_login: bool,
    /// How the service protects its connections.
    pub tls: Tls,
}

/// How the API's service protects its connections.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Tls {
    /// Not at all: service `api`.
    #[default]
    Off,
    /// Service `api-ssl` without a certificate, as routers come: nothing but anonymous Diffie-Hellman.
    Anonymous,
    /// Service `api-ssl` with this certificate.
    Certificate(Certificate),
}

impl Tls {
    /// What `/ip/service` shows as the certificate of `api-ssl`.
    pub(crate) fn certificate(&self) -> &'static str {
        match self {
            Tls::Certificate(_) => "api",
            Tls::Off | Tls::Anonymous => "none",
        }
    }

    /// The service's name on the router.
    pub(crate) fn service(&self) -> &'static str {
        match self {
            Tls::Off => "api",
            Tls::Anonymous | Tls::Certificate(_) => "api-ssl",
        }
    }
}

/// One user of the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// The password, maybe empty.
    pub password: String,
    /// The policies, of `api`, `read`, `write`, `test` and others.
    pub policies: Vec<String>,
}

impl FromStr for User {
    type Err = String;

    /// Reads `NAME:PASSWORD:POLICIES`, the policies separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text
            .split_once(':')
            .and_then(|(name, rest)| Some((name, rest.rsplit_once(':')?)));
        let Some((name, (password, policies))) = parts.filter(|(name, _)| !name.is_empty()) else {
            return Err("expected NAME:PASSWORD:POLICIES, such as `tikroam:secret:api,read,write,test`".into());
        };
        let policies: Vec<String> = policies.split(',').map(String::from).collect();
        if let Some(unknown) = policies.iter().find(|policy| !POLICIES.contains(&policy.as_str())) {
            return Err(format!("no policy `{unknown}`: {}", POLICIES.join(", ")));
        }
        Ok(User {
            name: name.into(),
            password: password.into(),
            policies,
        })
    }
}

impl Default for Access {
    fn default() -> Self {
        let admin = User {
            name: "admin".into(),
            password: String::new(),
            policies: POLICIES.map(String::from).to_vec(),
        };
        Access {
            users: vec![admin],
            allowed: Vec::new(),
            max_sessions: 20,
            challenge_login: false,
            tls: Tls::Off,
        }
    }
}
