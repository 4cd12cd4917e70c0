use std::time::Duration;

use crate::sim::journey::STEP;
use crate::sim::settings::{SecondSession, StatusWords};
use crate::sim::world::chance::Chance;
use crate::sim::world::clock::At;
use crate::sim::world::dialed::{Client, Dialed, Orders, Turn};
use crate::sim::world::office::Office;
use crate::sim::world::way::{Bound, Way};

/// The keepalives of contrib's scripts: the office's and the vehicle's.
const KEEPALIVES: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(15));

/// A tunnel in a world where only its own time passes.
struct World {
    dialed: Dialed,
    keepalive: Duration,
    chance: Chance,
    at: At,
}

fn way(network: usize, passing: f64) -> Option<Way> {
    let bound = Bound {
        network,
        source: [10, 10, 10, 2].into(),
        radio: None,
    };
    Some(Way {
        bound,
        radio: Some(network),
        latency: Duration::ZERO,
        passing,
    })
}

impl World {
    fn new(seed: u64, second: SecondSession) -> Self {
        World::slow(seed, second, Duration::ZERO)
    }

    /// An office that needs so long to accept a call.
    fn slow(seed: u64, second: SecondSession, accepts_after: Duration) -> Self {
        let chance = Chance::new(seed);
        World {
            dialed: Dialed::new(Office::new(second, KEEPALIVES.0, accepts_after), chance),
            keepalive: KEEPALIVES.1,
            chance,
            at: At::from_secs(seed),
        }
    }

    fn order(&mut self, enabled: bool) {
        let orders = Orders {
            enabled,
            reachable: true,
            source: None,
            trips: 8,
            authentication: 6,
            keepalive: self.keepalive,
        };
        self.dialed.order(orders, self.at);
    }

    /// Lives until something happens or the time is over; what and after how long.
    fn next(&mut self, way: Option<Way>, seconds: u64) -> Option<(Turn, Duration)> {
        let since = self.at;
        while self.at < since + Duration::from_secs(seconds) {
            self.at += STEP;
            if let Some(turn) = self.dialed.step(way, self.at).turn {
                return Some((turn, self.at - since));
            }
        }
        None
    }

    /// Dials until a session is up; how long that took.
    fn up(&mut self, way: Option<Way>) -> Duration {
        let since = self.at;
        self.order(true);
        while self.next(way, 60).unwrap().0 != Turn::Up {}
        self.at - since
    }

    /// Leaves a session behind at the office: the way has moved before the teardown.
    fn leave_stale(&mut self) {
        self.up(way(0, 1.0));
        self.order(false);
        assert_eq!(self.next(way(1, 1.0), 5).unwrap().0, Turn::Down("stale session left"));
    }

    /// The share of flows that go into the present session, 0 to 1.
    fn share(&self) -> f64 {
        let Some(call) = self.dialed.call() else { return 0.0 };
        let into = |flow: &u64| self.dialed.office.sends_into(call.session, *flow, self.chance);
        f64::from(u32::try_from((0..1000).filter(into).count()).unwrap()) / 1000.0
    }
}

#[test]
fn a_dial_takes_its_round_trips() {
    let mut took = Vec::new();
    for seed in 0..200 {
        let mut world = World::new(seed, SecondSession::Refuse);
        took.push(world.up(way(0, 1.0)).as_secs_f64());
        assert_eq!(world.dialed.status(StatusWords::Logged, world.at), Some("connected"));
    }
    assert!(took.iter().all(|span| (0.4..=2.2).contains(span)), "{took:?}");
}

#[test]
fn without_a_way_no_dial_comes_through() {
    let mut world = World::new(1, SecondSession::Refuse);
    world.order(true);
    assert_eq!(world.next(None, 60), None);
    assert_eq!(world.next(way(0, 0.0), 60), None);
    assert_eq!(world.next(way(0, 1.0), 30).map(|(turn, _)| turn), Some(Turn::Up));
}

#[test]
fn the_teardown_goes_by_the_way_of_its_own_moment() {
    for seed in 0..50 {
        let mut world = World::new(seed, SecondSession::Refuse);
        world.up(way(0, 1.0));
        world.order(false);
        assert!(world.dialed.running(), "the answer comes before the teardown");
        let (turn, span) = world.next(way(0, 1.0), 5).unwrap();
        assert_eq!(turn, Turn::Down("ended"));
        assert!(span <= Duration::from_millis(220));
        assert_eq!(world.dialed.client, Client::Off);
        world.leave_stale();
    }
}

#[test]
fn an_office_that_refuses_does_so_until_the_older_session_expires() {
    for seed in 0..50 {
        let mut world = World::new(seed, SecondSession::Refuse);
        world.leave_stale();
        world.order(true);
        assert_eq!(world.next(way(1, 1.0), 30).unwrap().0, Turn::Refused);
        assert!(world.dialed.office.refuses());
        let texts =
            [StatusWords::Logged, StatusWords::Pppoe].map(|words| world.dialed.status(words, world.at).unwrap());
        assert!(texts[0].contains("authentication failed"), "{texts:?}");
        assert!(texts[1].contains("failed to authenticate"), "{texts:?}");
        let since = world.at;
        world.up(way(1, 1.0));
        let waited = (world.at - since).as_secs_f64();
        assert!(
            (10.0..=19.0).contains(&waited),
            "keepalive 10 s and 5 s, waited {waited} s"
        );
    }
}

#[test]
fn an_office_that_admits_a_second_session_shares_the_flows() {
    let cases = [
        (SecondSession::Replace, 1.0, 1.0),
        (SecondSession::BesideCleaned, 0.5, 1.0),
        (SecondSession::Beside, 0.5, 0.5),
    ];
    for (second, at_once, later) in cases {
        for seed in 0..20 {
            let mut world = World::new(seed, second);
            world.leave_stale();
            assert!(
                world.up(way(1, 1.0)) < Duration::from_millis(2300),
                "{second:?} refuses nobody"
            );
            let share = world.share();
            assert!(
                (share - at_once).abs() < 0.1,
                "{second:?}: {share} of the flows at once"
            );
            world.next(way(1, 1.0), 1);
            let share = world.share();
            assert!(
                (share - later).abs() < 0.1,
                "{second:?}: {share} of the flows after a second"
            );
            // The new session is not silent.
            for _ in 0..15 {
                world.dialed.heard(world.at);
                assert_eq!(world.next(way(1, 1.0), 1), None);
            }
            assert_eq!(world.share(), 1.0, "{second:?}: the older one has expired");
        }
    }
}

#[test]
fn off_and_on_at_once_is_a_teardown_and_then_a_dial() {
    let mut world = World::new(4, SecondSession::Refuse);
    world.up(way(0, 1.0));
    world.order(false);
    world.order(true);
    assert_eq!(world.next(way(0, 1.0), 5).unwrap().0, Turn::Down("ended"));
    assert_eq!(world.next(way(0, 1.0), 5).unwrap().0, Turn::Up);
}

#[test]
fn a_tunnel_without_a_way_seems_up_until_its_keepalive() {
    for keepalive in [15, 60] {
        let mut world = World::new(5, SecondSession::BesideCleaned);
        world.keepalive = Duration::from_secs(keepalive);
        world.up(way(0, 1.0));
        let (turn, span) = world.next(way(1, 1.0), 120).unwrap();
        assert_eq!(turn, Turn::Down("peer is not responding"));
        let expected = Duration::from_secs(keepalive + 5);
        assert!(span.abs_diff(expected) < Duration::from_millis(50), "{span:?}");
    }
    let mut world = World::new(5, SecondSession::BesideCleaned);
    world.keepalive = Duration::ZERO;
    world.up(way(0, 1.0));
    assert_eq!(world.next(way(1, 1.0), 600), None, "a keepalive of zero never gives up");
}

#[test]
fn a_silent_tunnel_with_a_way_stays_up() {
    let mut world = World::new(7, SecondSession::BesideCleaned);
    world.up(way(0, 1.0));
    assert_eq!(world.next(way(0, 1.0), 600), None, "both ends ask and are answered");
    let call = world.dialed.call().unwrap();
    assert!(world.dialed.office.has(call.session));
}

#[test]
fn a_slow_office_counts_its_time_for_each_dial() {
    let slow = Duration::from_millis(2500);
    for seed in 0..50 {
        let mut world = World::slow(seed, SecondSession::Replace, slow);
        let span = world.up(way(0, 1.0));
        assert!((2.9..=4.7).contains(&span.as_secs_f64()), "{span:?}");
        world.order(false);
        world.next(way(0, 1.0), 5).unwrap();

        world.order(true);
        assert_eq!(world.next(way(0, 1.0), 2), None, "the office has not accepted yet");
        world.order(false);
        let span = world.up(way(0, 1.0));
        assert!(span > slow, "a new dial waits as long as the first: {span:?}");
    }
}

#[test]
fn status_words_differ_and_connected_does_not() {
    let mut world = World::new(6, SecondSession::Replace);
    let mut seen = [Vec::new(), Vec::new()];
    world.order(true);
    for _ in 0..250 {
        world.at += STEP;
        world.dialed.step(way(0, 1.0), world.at);
        for (words, seen) in [StatusWords::Logged, StatusWords::Pppoe].into_iter().zip(&mut seen) {
            seen.extend(world.dialed.status(words, world.at));
            seen.dedup();
        }
        assert_eq!(world.dialed.status(StatusWords::Absent, world.at), None);
    }
    assert_eq!(seen[0], ["dialing...", "initializing...", "authenticated", "connected"]);
    assert_eq!(
        seen[1],
        ["dialing", "verifying password...", "connecting...", "connected"]
    );
}
