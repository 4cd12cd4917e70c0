//! Logging in: by password, or by challenge and response as before 6.43.

use md5::{Digest, Md5};

use super::chance::Of;
use super::command::{Answer, Call};
use super::events::What;
use super::session::Session;
use super::tables::Trap;
use super::vehicle::Active;
use super::wire;

impl Session {
    /// Answers one `/login`; lets the user in when name and password are right.
    pub(super) fn login(&mut self, call: &Call) -> Answer {
        let old = self.shared.challenge_login;
        let answer = match (call.get("name"), call.get("password"), call.get("response")) {
            (Some(name), Some(password), None) if !old => self.admit(name, |known| known == password),
            (Some(name), _, Some(response)) if old => {
                let challenge = self.challenge.take();
                self.admit(name, |known| challenge.is_some_and(|c| response == expected(known, c)))
            }
            (_, _, None) => {
                let at = u64::from(self.sentences);
                let bits = |half| self.shared.chance.bits(Of::Challenge, self.number << 1 | half, at);
                let challenge = u128::from(bits(0)) << 64 | u128::from(bits(1));
                self.challenge = Some(challenge);
                Answer {
                    ret: Some(format!("{challenge:032x}")),
                    ..Answer::default()
                }
            }
            _ => refused(old),
        };
        if !answer.traps.is_empty() {
            let (name, from) = (call.get("name").unwrap_or_default(), self.from.ip());
            let line = format!("login failure for user {name} from {from} via api");
            self.shared.vehicle().log("system,error,critical", &line);
        }
        answer
    }

    /// Lets a user in whose password is right and who may use the API.
    fn admit(&mut self, name: &str, right: impl Fn(&str) -> bool) -> Answer {
        let mut vehicle = self.shared.vehicle();
        let user = vehicle
            .users
            .iter()
            .find(|user| user.name == name && right(&user.password));
        let Some(user) = user.filter(|user| user.policies.iter().any(|policy| policy == "api")) else {
            return refused(self.shared.challenge_login);
        };
        let name = user.name.clone();
        self.policies = Some(user.policies.clone());
        let from = self.from.ip().to_string();
        vehicle.log(
            "system,info,account",
            &format!("user {name} logged in from {from} via api"),
        );
        let since = vehicle.now;
        vehicle.active.insert(self.number, Active { name, from, since });
        vehicle.happen(What::LoggedIn);
        Answer::default()
    }
}

/// The response to a challenge that proves a password.
fn expected(password: &str, challenge: u128) -> String {
    let message = [&[0], wire::to_bytes(password).as_slice(), &challenge.to_be_bytes()].concat();
    format!("00{:x}", Md5::digest(&message))
}

fn refused(old: bool) -> Answer {
    let message = if old {
        "cannot log in"
    } else {
        "invalid user name or password (6)"
    };
    Answer {
        traps: vec![Trap::new(message)],
        ..Answer::default()
    }
}
