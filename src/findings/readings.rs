//! What could be read at all.

use super::finding::{Checked, Finding};
use super::tunnel;
use crate::config::Config;
use crate::survey::{Inspection, Refusal, Survey};

/// Readings of a survey that the agent does without.
const OPTIONAL: [&str; 6] = [
    "/system/identity/print",
    "/system/package/print",
    "/interface/print",
    "/interface/bridge/port/print",
    "/user/print",
    "/user/group/print",
];

/// The readings that the router refused and that the agent cannot work without.
pub(super) fn refused(config: &Config, survey: &Survey) -> Vec<Finding> {
    let needed = |refusal: &&Refusal| !OPTIONAL.contains(&refusal.command.as_str());
    // A router without the legacy menu is a finding of its radios.
    let no_menu =
        |refusal: &&Refusal| refusal.command.starts_with("/interface/wireless/") && refusal.trap.is_no_such_command();
    // And one without the menu of the tunnel's kind is a finding of the tunnel.
    let no_tunnel = |refusal: &&Refusal| tunnel::lacks(config, refusal);
    let refused = survey.refused.iter().filter(needed);
    let refused = refused.filter(|refusal| !no_menu(refusal) && !no_tunnel(refusal));
    let finding = |refusal: &Refusal| {
        let hint = if refusal.trap.is_permission() {
            "on the router: the user's group needs the policies `api,read,write,test`"
        } else {
            "try the command on the router's console; another version of RouterOS may be needed"
        };
        let text = format!("the router refused `{}`: {}", refusal.command, refusal.trap);
        Finding::forbids("reading-refused", text, hint)
    };
    refused.map(finding).collect()
}

pub(super) fn check(config: &Config, survey: &Survey, inspection: &Inspection) -> Checked {
    let mut findings = refused(config, survey);
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
            "the router does not give its version".to_owned(),
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
