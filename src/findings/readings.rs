//! What could be read at all.

use super::{Checked, Finding};
use crate::router::{Inspection, Refusal, Survey};

/// Readings of a survey that the agent does without.
const OPTIONAL: [&str; 6] = [
    "/system/identity/print",
    "/system/package/print",
    "/interface/print",
    "/interface/bridge/port/print",
    "/user/print",
    "/user/group/print",
];

/// Whether the agent cannot work without the reading that was refused.
#[must_use]
pub fn needed(refusal: &Refusal) -> bool {
    !OPTIONAL.contains(&refusal.command.as_str())
}

pub(super) fn check(survey: &Survey, inspection: &Inspection) -> Checked {
    let mut findings = Vec::new();
    for refusal in survey.refused.iter().filter(|refusal| needed(refusal)) {
        // A router without the legacy menu is told with its radios.
        if refusal.command.starts_with("/interface/wireless/") && refusal.trap.is_no_such_command() {
            continue;
        }
        let hint = if refusal.trap.is_permission() {
            "the user's group needs the policies `api,read,write,test`"
        } else {
            "try the command on the router's console; another version of RouterOS may be needed"
        };
        let text = format!("the router refused `{}`: {}", refusal.command, refusal.trap);
        findings.push(Finding::error("reading-refused", text, hint));
    }
    if survey.unread > 0 {
        findings.push(Finding::warning(
            "rows-unread",
            format!("{} rows of the router could not be understood", survey.unread),
            "until then the agent makes no item that seems to be missing; look for odd values in `/ip address print`, \
             `/ip route print` and `/interface wireless connect-list print`",
        ));
    }
    if inspection.version.major == 0 {
        findings.push(Finding::warning(
            "version-unknown",
            "the router does not tell its version".to_owned(),
            "see `/system resource print`; the agent is made for RouterOS 6.49 and 7",
        ));
    }
    let name = if survey.identity.is_empty() {
        "a router without a name".to_owned()
    } else {
        format!("`{}`", survey.identity)
    };
    Checked {
        part: "router",
        fine: format!("{name}, RouterOS {}", inspection.version.text),
        findings,
    }
}
