//! The beginning of a session: what the router is, what is missing on it, and whether strangers are in the way.

use std::time::Duration;

use tracing::{error, info, warn};

use super::links::Links;
use super::probe::Prober;
use super::session::Session;
use super::{Agent, Chain, End, wish};
use crate::clock;
use crate::entry::Event;
use crate::executor;
use crate::findings;
use crate::handover::settings::NetworkRule;
use crate::router::{CallError, Cause, Ours, Router, Survey};
use crate::routeros::{ROUTE_COMMENT, address_comment, hunt_comment};
use crate::swap::{Active, Plan, Step, parked};

/// What of the router is ours to read, by the configuration.
pub(crate) fn ours(config: &crate::config::Config, rules: bool) -> Ours {
    Ours {
        radios: wish::radios(config),
        tunnel: Some((config.tunnel().kind, config.tunnel().interface.clone())),
        rules,
    }
}

/// Surveys the router, makes what is missing and gives a session that is ready for its first turn.
pub(super) async fn begin<'r>(agent: &mut Agent, router: &'r Router) -> Result<Session<'r>, End> {
    let everything = ours(&agent.config, true);
    let survey = router.survey(&everything).await.map_err(lost)?;
    info!(
        router = %survey.identity.escape_debug(),
        routeros = %router.version().text.escape_debug(),
        address = agent.config.router().address(),
        "connected to the router"
    );
    agent.record(Event::Connected {
        identity: survey.identity.clone(),
        version: router.version().text.clone(),
    });
    let forbidding = findings::forbidding(&agent.config, &survey, router.path());
    if !forbidding.is_empty() {
        for finding in &forbidding {
            error!(hint = finding.hint, "{}", finding.text.escape_debug());
        }
        error!("nothing is written on this router until that is settled; looking again each minute");
        return Err(End::Blocked);
    }
    if survey.unread > 0 {
        warn!(
            rows = survey.unread,
            "rows of the router could not be read and are passed over"
        );
    }
    let ranges = ranges(agent, &survey);
    if !ranges.is_empty() {
        agent.begin(&ranges);
    }
    let missing = missing(agent, &survey);
    if !missing.steps.is_empty() {
        if agent.options.dry_run {
            info!(
                calls = missing.steps.len(),
                "would make what is missing on the router:\n{missing}"
            );
        } else {
            create(router, &missing, &everything).await?;
        }
    }
    let read = router.snapshot(&everything).await.map_err(lost)?;
    let rules = router.survey(&everything).await.map_err(lost)?.rules;
    let now = clock::now();
    Ok(Session {
        router,
        links: Links::new(agent.config.radios()),
        rules,
        read,
        next_slow: now,
        next_tick: now,
        next_dial: now,
        trouble: true,
        scan: None,
        scanned: None,
        ended: None,
        prober: Prober::default(),
        tunnel_down: None,
        shown: Vec::new(),
        quiet_until: now,
        told_person: false,
    })
}

async fn create(router: &Router, missing: &Plan, ours: &Ours) -> Result<(), End> {
    for step in &missing.steps {
        info!("making what is missing on the router: {step}");
    }
    let applied = executor::apply(router, missing, ours, Duration::ZERO).await;
    match applied.stopped {
        None => Ok(()),
        Some((step, CallError::Refused(trap))) => {
            error!(hint = "make it by hand from contrib/router.rsc; if the answer speaks of permissions, the user's group needs `write`", answer = %trap,
                "the router refused `{step}`"
            );
            Err(End::Blocked)
        }
        Some((_, error)) if router.is_lost().is_some() => Err(lost(error)),
        // Whether an item was made is not known: the next session surveys again before it makes any.
        Some((step, error)) => Err(End::Lost(format!("`{step}`: {}", Chain(&error)))),
    }
}

/// The items of ours that the router does not have yet. Nothing is made while rows could not be read: an item that
/// seems to be missing may be among them.
fn missing(agent: &Agent, survey: &Survey) -> Plan {
    let mut steps = Vec::new();
    if survey.unread > 0 {
        return Plan::default();
    }
    let radios = wish::radios(&agent.config);
    for (index, radio) in radios.iter().enumerate() {
        if !survey
            .addresses
            .iter()
            .any(|item| item.comment == address_comment(radio))
        {
            steps.push(Step::CreateAddress {
                radio: radio.clone(),
                park: parked(index),
            });
        }
    }
    if !survey.routes.iter().any(|route| route.comment == ROUTE_COMMENT)
        && let (Some(network), Some(radio)) = (agent.config.networks().first(), radios.first())
    {
        let active = Active {
            uplink: crate::names::UplinkId::new(radio.clone()),
            gateway: network.gateway,
        };
        steps.push(Step::CreateRoute {
            gateway: active.gateway(),
        });
    }
    if agent.config.hunt().enabled && radios.len() > 1 {
        for radio in &radios {
            if !survey.rules.iter().any(|rule| rule.comment == hunt_comment(radio)) {
                steps.push(Step::CreateRule {
                    radio: radio.clone(),
                    before: survey.rules.first().cloned(),
                });
            }
        }
    }
    Plan {
        steps,
        tunnel_left_disabled: false,
    }
}

/// Below which signal the router's own rules drop a radio from a network's APs.
fn ranges(agent: &Agent, survey: &Survey) -> Vec<NetworkRule> {
    let config = &agent.config;
    let lowest = |network| {
        config
            .radios()
            .iter()
            .filter_map(|radio| findings::dropped_below(radio, &survey.rules, network))
            .max()
    };
    config
        .networks()
        .iter()
        .filter_map(|network| {
            Some(NetworkRule {
                minimum_signal: Some(lowest(network)?),
                ..network.rule()
            })
        })
        .collect()
}

pub(super) fn lost(error: CallError) -> End {
    End::Lost(match error {
        CallError::NotSent(cause) | CallError::Unknown(Cause::Lost(cause)) => cause.to_string(),
        error => Chain(&error).to_string(),
    })
}
