//! Lasting conditions: each is reported when it begins, once a minute while it lasts, and when it is over. Pure.

use std::time::Duration;

use crate::findings::Finding;
use crate::units::Moment;

/// The conditions that last.
#[derive(Debug)]
pub(super) struct Conditions {
    /// How often a condition that lasts is reported again.
    every: Duration,
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    finding: Finding,
    since: Moment,
    reported: Moment,
}

/// What is to be logged of a condition.
#[derive(Debug, PartialEq)]
pub(super) enum Report {
    /// It began, or it lasts: for how long.
    Lasts(Finding, Duration),
    /// It is over, after so long.
    Over(Finding, Duration),
}

impl Conditions {
    /// None yet; one that lasts is reported again after `every`.
    pub(super) fn new(every: Duration) -> Self {
        Conditions {
            every,
            open: Vec::new(),
        }
    }

    /// Takes all conditions that are there now, and gives what is to be logged.
    pub(super) fn update(&mut self, now: Moment, found: Vec<Finding>) -> Vec<Report> {
        let mut reports = Vec::new();
        self.open.retain(|open| {
            let lasts = found.iter().any(|finding| same(finding, &open.finding));
            if !lasts {
                reports.push(Report::Over(open.finding.clone(), now.since(open.since)));
            }
            lasts
        });
        for finding in found {
            match self.open.iter_mut().find(|open| same(&open.finding, &finding)) {
                Some(open) if now.since(open.reported) < self.every => {}
                Some(open) => {
                    open.reported = now;
                    reports.push(Report::Lasts(finding, now.since(open.since)));
                }
                None => {
                    self.open.push(Open {
                        finding: finding.clone(),
                        since: now,
                        reported: now,
                    });
                    reports.push(Report::Lasts(finding, Duration::ZERO));
                }
            }
        }
        reports
    }
}

fn same(one: &Finding, other: &Finding) -> bool {
    (one.code, &one.text) == (other.code, &other.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::Severity;

    fn finding(text: &str) -> Finding {
        Finding {
            severity: Severity::Warning,
            code: "tunnel-disabled",
            text: text.to_owned(),
            hint: String::new(),
        }
    }

    #[test]
    fn a_condition_is_reported_at_its_edges_and_once_a_minute() {
        let mut conditions = Conditions::new(Duration::from_secs(60));
        let mut logged = Vec::new();
        for second in (0..200).step_by(2) {
            let now = Moment::from_micros(second * 1_000_000);
            let found = if (10..150).contains(&second) {
                vec![finding("off")]
            } else {
                vec![]
            };
            for report in conditions.update(now, found) {
                logged.push((second, report));
            }
        }
        let lasts = |seconds| Report::Lasts(finding("off"), Duration::from_secs(seconds));
        assert_eq!(
            logged,
            [
                (10, lasts(0)),
                (70, lasts(60)),
                (130, lasts(120)),
                (150, Report::Over(finding("off"), Duration::from_secs(140))),
            ]
        );
    }

    #[test]
    fn two_conditions_of_one_kind_are_two() {
        let mut conditions = Conditions::new(Duration::from_secs(60));
        let both = vec![finding("wlan1"), finding("wlan2")];
        assert_eq!(conditions.update(Moment::ZERO, both).len(), 2);
        let left = conditions.update(Moment::ZERO, vec![finding("wlan2")]);
        assert_eq!(left, [Report::Over(finding("wlan1"), Duration::ZERO)]);
    }
}
