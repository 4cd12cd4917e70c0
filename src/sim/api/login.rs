//! Logging in: by password, or by challenge and response as before 6.43.

use std::net::IpAddr;

use md5::{Digest, Md5};

use super::shared::Shared;
use crate::sim::router::call::{Answer, Call};
use crate::sim::router::trap::Trap;
use crate::sim::router::users;
use crate::sim::text;
use crate::sim::vehicle::Active;
use crate::sim::world::chance::Of;
use crate::sim::world::events::What;

/// How far a session has come with its login.
#[derive(Debug)]
pub(crate) struct Login {
    /// The session's number.
    pub number: u64,
    /// From where it comes.
    pub from: IpAddr,
    /// What the user may do; `None` = not logged in.
    pub policies: Option<Vec<String>>,
    challenge: Option<u128>,
    tries: u64,
}

impl Login {
    /// A session that has not logged in.
    pub(crate) fn new(number: u64, from: IpAddr) -> Self {
        Login {
            number,
            from,
            policies: None,
            challenge: None,
            tries: 0,
        }
    }

    /// Answers one `/login`; lets the user in when name and password are right.
    pub(crate) fn answer(&mut self, shared: &Shared, call: &Call) -> Answer {
        let old = shared.challenge_login;
        self.tries += 1;
        let answer = match (call.get("name"), call.get("password"), call.get("response")) {
            (Some(name), Some(password), None) if !old => self.admit(shared, name, |right| right == password),
            (Some(name), _, Some(response)) if old => {
                let challenge = self.challenge.take();
                let proves = |password: &str| challenge.is_some_and(|c| response == expected(password, c));
                self.admit(shared, name, proves)
            }
            (_, _, None) => {
                let bits = |half| {
                    let which = self.number << 1 | half;
                    u128::from(shared.chance.bits(Of::Challenge, which, self.tries))
                };
                let challenge = bits(0) << 64 | bits(1);
                self.challenge = Some(challenge);
                Answer {
                    ret: Some(format!("{challenge:032x}")),
                    ..Answer::default()
                }
            }
            _ => refused(old),
        };
        if !answer.traps.is_empty() {
            let name = call.get("name").unwrap_or_default();
            let line = format!("login failure for user {name} from {} via api", self.from);
            shared.journey().vehicle.log("system,error,critical", &line);
        }
        answer
    }

    /// Lets a user in whose password is right and who may use the API.
    fn admit(&mut self, shared: &Shared, name: &str, right: impl Fn(&str) -> bool) -> Answer {
        let vehicle = &mut shared.journey().vehicle;
        let policies = users::admitted(&vehicle.tables, name, right, self.from);
        let Some(policies) = policies.filter(|policies| users::may(Some(policies), "api")) else {
            return refused(shared.challenge_login);
        };
        let name = name.to_owned();
        self.policies = Some(policies);
        let from = self.from.to_string();
        let line = format!("user {name} logged in from {from} via api");
        vehicle.log("system,info,account", &line);
        let since = vehicle.now;
        vehicle.active.insert(self.number, Active { name, from, since });
        vehicle.happen(What::LoggedIn);
        Answer::default()
    }
}

/// The response to a challenge that proves a password.
fn expected(password: &str, challenge: u128) -> String {
    let message = [&[0], text::to_bytes(password).as_slice(), &challenge.to_be_bytes()].concat();
    format!("00{:x}", Md5::digest(&message))
}

fn refused(old: bool) -> Answer {
    let message = if old {
        "cannot log in"
    } else {
        "invalid user name or password (6)"
    };
    Answer::refused(Trap::new(message))
}
