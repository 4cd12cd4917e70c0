//! The tunnel as the agent follows it from session to session: up, dialing, down, off. Pure.

use std::collections::VecDeque;
use std::time::Duration;

use super::dial::{Dial, Terms, Verdict};
use crate::config;
use crate::names::UplinkId;
use crate::snapshot::Snapshot;
use crate::snapshot::TunnelStatus;
use crate::units::Moment;

/// How many dials back the agent remembers what the office needed.
const REMEMBERED: usize = 5;

/// What the agent knows of the tunnel.
#[derive(Debug, Default)]
pub(super) struct Tunnel {
    state: State,
    /// How long the office needed to bring the tunnel up, the newest last.
    needed: VecDeque<Duration>,
    /// Whether the router refused to say more than `running`.
    pub(super) monitor_refused: bool,
}

/// A swap whose tunnel is proven by the first answer of a probe.
#[derive(Debug, Clone)]
pub(super) struct Proof {
    pub(super) from: Option<UplinkId>,
    pub(super) to: UplinkId,
    pub(super) calls: usize,
    /// From the decision to the last call's answer.
    pub(super) router: Duration,
    /// Since when the vehicle is dark by it.
    pub(super) dark_since: Moment,
    /// When the proof has failed.
    pub(super) until: Moment,
    /// Whether the tunnel has a session, which is begun again then.
    pub(super) dials: bool,
}

#[derive(Debug, Default)]
enum State {
    /// Not read yet, or off: what comes next is no fall.
    #[default]
    Unseen,
    Up,
    Dialing(Dial),
    /// The way changed and the tunnel was not bounced: the first answer of a probe shows that it is up.
    Proving(Proof),
    /// It fell, or its dial ran out of patience.
    Down {
        since: Moment,
    },
}

impl Tunnel {
    /// Takes a reading of the router. A tunnel that is on and not up is dialing when nobody saw it up before.
    ///
    /// A tunnel without a dial is up as far as the router can say; probes say more.
    pub(super) fn observed(&mut self, read: &Snapshot, active: Option<&UplinkId>, config: &config::Tunnel) {
        if config.is_off(read) {
            // A dial whose tunnel is off by our mark is continued: its darkness goes on counting.
            if !matches!(self.state, State::Dialing(_) | State::Proving(_)) {
                self.state = State::Unseen;
            }
            return;
        }
        let running = read.tunnel.as_ref().is_some_and(|tunnel| tunnel.running);
        match (&self.state, running || !config.dials()) {
            (State::Proving(proof), _) if active.is_some_and(|active| *active != proof.to) => {
                self.state = State::Unseen;
            }
            (State::Proving(_), _) => {}
            (State::Dialing(dial), _) if active.is_some_and(|active| *active != dial.to) => {
                self.state = State::Unseen;
            }
            // `monitor` says more about it.
            (State::Dialing(_), _) => {}
            (_, true) => self.state = State::Up,
            (State::Up, false) => self.state = State::Down { since: read.at },
            (State::Down { .. }, false) => {}
            (State::Unseen, false) => {
                if let Some(active) = active {
                    self.state = State::Dialing(Dial::new(None, active.clone(), read.at, config.patience));
                }
            }
        }
    }

    /// Whether no change of the way out is under way.
    pub(super) fn is_settled(&self) -> bool {
        !matches!(self.state, State::Dialing(_) | State::Proving(_))
    }

    /// A dial begins.
    pub(super) fn began(&mut self, dial: Dial) {
        self.state = State::Dialing(dial);
    }

    /// A swap without a bounce waits for its proof.
    pub(super) fn proving(&mut self, proof: Proof) {
        self.state = State::Proving(proof);
    }

    /// Another change takes the place of the one under way: where that led, and since when the vehicle is dark by it.
    pub(super) fn overtaken(&mut self) -> Option<(UplinkId, Moment)> {
        match std::mem::take(&mut self.state) {
            State::Dialing(dial) => Some((dial.to, dial.dark_since)),
            State::Proving(proof) => Some((proof.to, proof.dark_since)),
            state => {
                self.state = state;
                None
            }
        }
    }

    /// The dial under way ends a darkness that began at `since`.
    pub(super) fn dark_since(&mut self, since: Moment) {
        if let State::Dialing(dial) = &mut self.state {
            dial.dark_since = since;
        }
    }

    /// When the proof under way has failed.
    pub(super) fn proof_due(&self) -> Option<Moment> {
        match &self.state {
            State::Proving(proof) => Some(proof.until),
            _ => None,
        }
    }

    /// A probe was answered over an uplink: the proof that this ends.
    pub(super) fn proven(&mut self, uplink: &UplinkId) -> Option<Proof> {
        match &self.state {
            State::Proving(proof) if proof.to == *uplink => self.take_proof(State::Up),
            _ => None,
        }
    }

    /// The proof under way if it has failed by now. The tunnel itself is as it was.
    pub(super) fn unproven(&mut self, now: Moment) -> Option<Proof> {
        match &self.state {
            State::Proving(proof) if proof.until <= now => self.take_proof(State::Up),
            _ => None,
        }
    }

    fn take_proof(&mut self, next: State) -> Option<Proof> {
        match std::mem::replace(&mut self.state, next) {
            State::Proving(proof) => Some(proof),
            _ => None,
        }
    }

    /// Takes what the router shows of the dial under way; `None` without one. A dial that ended is taken out.
    pub(super) fn shown(&mut self, now: Moment, shown: &TunnelStatus, terms: Terms) -> Option<(Verdict, Dial)> {
        let State::Dialing(dial) = &mut self.state else {
            return None;
        };
        let terms = Terms {
            needed: self.needed.iter().max().copied(),
            ..terms
        };
        let verdict = dial.judge(now, shown, terms);
        let dial = dial.clone();
        match verdict {
            Verdict::Wait | Verdict::Again => {}
            Verdict::Up { needed, .. } => {
                self.state = State::Up;
                self.needed.push_back(needed);
                if self.needed.len() > REMEMBERED {
                    self.needed.pop_front();
                }
            }
            Verdict::Failed => self.state = State::Down { since: now },
        }
        Some((verdict, dial))
    }

    /// Another try of the dial under way begins.
    pub(super) fn again(&mut self, now: Moment) {
        if let State::Dialing(dial) = &mut self.state {
            dial.again(now);
        }
    }

    /// The uplink that a dial is under way over.
    pub(super) fn dialing_to(&self) -> Option<&UplinkId> {
        match &self.state {
            State::Dialing(dial) => Some(&dial.to),
            State::Unseen | State::Up | State::Proving(_) | State::Down { .. } => None,
        }
    }

    /// Since when it has been down with no dial of the agent's under way.
    pub(super) fn down_since(&self) -> Option<Moment> {
        match self.state {
            State::Down { since } => Some(since),
            State::Unseen | State::Up | State::Dialing(_) | State::Proving(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::InterfaceName;
    use crate::routeros::{ItemId, TunnelKind};
    use crate::snapshot::TunnelItem;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn pptp() -> config::Tunnel {
        config::Tunnel {
            item: Some((TunnelKind::Pptp, InterfaceName::new("PPtP_to_Office"))),
            probe: None,
            patience: PATIENCE,
            wait_down: Duration::ZERO,
        }
    }

    fn read(at: u64, disabled: bool, running: bool) -> Snapshot {
        Snapshot {
            at: Moment::from_micros(at * 1_000_000),
            tunnel: Some(TunnelItem {
                kind: TunnelKind::Pptp,
                id: ItemId("*1".into()),
                name: InterfaceName::new("PPtP_to_Office"),
                comment: Vec::new(),
                disabled,
                running,
                listen_port: 0,
                source: None,
            }),
            ..Snapshot::default()
        }
    }

    fn uplink(name: &str) -> UplinkId {
        UplinkId::new(InterfaceName::new(name))
    }

    #[test]
    fn a_tunnel_that_was_never_up_is_dialing_and_one_that_was_is_down() {
        let wlan1 = uplink("wlan1");
        let mut tunnel = Tunnel::default();
        tunnel.observed(&read(1, false, false), Some(&wlan1), &pptp());
        assert_eq!((tunnel.dialing_to(), tunnel.down_since()), (Some(&wlan1), None));
        let mut tunnel = Tunnel::default();
        tunnel.observed(&read(1, false, true), Some(&wlan1), &pptp());
        assert_eq!((tunnel.dialing_to(), tunnel.down_since()), (None, None));
        tunnel.observed(&read(2, false, false), Some(&wlan1), &pptp());
        tunnel.observed(&read(3, false, false), Some(&wlan1), &pptp());
        assert_eq!(tunnel.down_since(), Some(Moment::from_micros(2_000_000)));
    }

    #[test]
    fn a_tunnel_that_a_person_turned_off_and_on_again_is_dialing() {
        let wlan1 = uplink("wlan1");
        let mut tunnel = Tunnel::default();
        tunnel.observed(&read(1, false, true), Some(&wlan1), &pptp());
        tunnel.observed(&read(2, true, false), Some(&wlan1), &pptp());
        assert_eq!(tunnel.down_since(), None);
        tunnel.observed(&read(3, false, false), Some(&wlan1), &pptp());
        assert_eq!(tunnel.dialing_to(), Some(&wlan1));
    }

    #[test]
    fn a_dial_outlives_a_reading_of_the_tunnel_off_but_not_another_way_out() {
        let mut tunnel = Tunnel::default();
        tunnel.began(Dial::new(None, uplink("wlan2"), Moment::ZERO, PATIENCE));
        tunnel.observed(&read(1, true, false), None, &pptp());
        assert_eq!(tunnel.dialing_to(), Some(&uplink("wlan2")));
        tunnel.observed(&read(2, false, false), Some(&uplink("wlan2")), &pptp());
        assert_eq!(tunnel.dialing_to(), Some(&uplink("wlan2")));
        tunnel.observed(&read(3, false, false), Some(&uplink("wlan1")), &pptp());
        assert_eq!(tunnel.dialing_to(), None);
    }

    #[test]
    fn what_the_office_needed_protects_the_next_dial() {
        let mut tunnel = Tunnel::default();
        let status = |word: &str| TunnelStatus {
            connected: word == "connected",
            uptime: None,
            status: word.to_owned(),
        };
        let terms = Terms {
            patience: PATIENCE,
            needed: None,
            weak: true,
        };
        let at = |tenths: u64| Moment::from_micros(tenths * 100_000);
        tunnel.began(Dial::new(None, uplink("wlan1"), at(0), PATIENCE));
        tunnel.shown(at(1), &status("dialing..."), terms);
        let ended = tunnel.shown(at(34), &status("connected"), Terms { weak: false, ..terms });
        assert!(matches!(ended, Some((Verdict::Up { .. }, _))));
        tunnel.began(Dial::new(None, uplink("wlan1"), at(100), PATIENCE));
        for tenths in 101..150 {
            let shown = tunnel.shown(at(tenths), &status("dialing..."), terms);
            assert!(matches!(shown, Some((Verdict::Wait, _))), "{tenths}");
        }
    }
}
