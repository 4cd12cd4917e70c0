use std::time::Duration;

use crate::sim::chance::Chance;
use crate::sim::clock::At;
use crate::sim::settings::StatusWords;
use crate::sim::tunnel::{Bound, Client, Concentrator, Tunnel, Turn, Way};
use crate::sim::vehicle::STEP;

/// A tunnel in a world where only its own time passes.
struct World {
    tunnel: Tunnel,
    office: Concentrator,
    chance: Chance,
    at: At,
    turns: Vec<(At, Turn)>,
}

fn way(network: usize, passing: f64) -> Option<Way> {
    let source = [10, 10, 10, 2].into();
    Some(Way {
        bound: Bound { network, source },
        radio: network,
        passing,
    })
}

impl World {
    fn new(seed: u64, only_one: bool) -> Self {
        let (tunnel, office) = (Tunnel::new(), Concentrator::new(only_one, Duration::ZERO));
        World {
            tunnel,
            office,
            chance: Chance::new(seed),
            at: At::from_secs(seed),
            turns: Vec::new(),
        }
    }

    /// An office that needs so long to accept a call.
    fn slow(seed: u64, accepts_after: Duration) -> Self {
        World {
            office: Concentrator::new(false, accepts_after),
            ..World::new(seed, false)
        }
    }

    fn order(&mut self, enabled: bool) {
        self.tunnel.order(enabled, self.chance, self.at);
    }

    /// Lives until something happens or the time is over; what and after how long.
    fn next(&mut self, way: Option<Way>, seconds: u64) -> Option<(Turn, Duration)> {
        let since = self.at;
        while self.at < since + Duration::from_secs(seconds) {
            self.at += STEP;
            if let Some(turn) = self.tunnel.step(&mut self.office, way, self.chance, self.at).turn {
                self.turns.push((self.at, turn));
                return Some((turn, self.at - since));
            }
        }
        None
    }
}

#[test]
fn a_dial_takes_its_round_trips() {
    let mut took = Vec::new();
    for seed in 0..200 {
        let mut world = World::new(seed, true);
        world.order(true);
        let (turn, span) = world.next(way(0, 1.0), 30).unwrap();
        assert_eq!(turn, Turn::Up);
        assert_eq!(world.tunnel.status(StatusWords::Logged), Some("connected"));
        took.push(span.as_secs_f64());
    }
    assert!(took.iter().all(|span| (0.4..=2.2).contains(span)), "{took:?}");
}

#[test]
fn without_a_way_no_dial_comes_through() {
    let mut world = World::new(1, true);
    world.order(true);
    assert_eq!(world.next(None, 60), None);
    assert_eq!(world.next(way(0, 0.0), 60), None);
    assert_eq!(world.next(way(0, 1.0), 30).map(|(turn, _)| turn), Some(Turn::Up));
}

#[test]
fn the_teardown_goes_by_the_way_of_its_own_moment() {
    for seed in 0..50 {
        let mut world = World::new(seed, true);
        world.order(true);
        world.next(way(0, 1.0), 30).unwrap();
        world.order(false);
        assert!(world.tunnel.running(), "the answer comes before the teardown");
        let (turn, span) = world.next(way(0, 1.0), 5).unwrap();
        assert_eq!(turn, Turn::Down("ended"));
        assert!(span <= Duration::from_millis(220));
        assert_eq!(world.tunnel.client, Client::Off);

        world.order(true);
        world.next(way(0, 1.0), 30).unwrap();
        world.order(false);
        let (turn, _) = world.next(way(1, 1.0), 5).unwrap();
        assert_eq!(turn, Turn::Down("stale session left"), "the way had moved first");
        world.order(true);
        let (turn, _) = world.next(way(1, 1.0), 30).unwrap();
        assert_eq!(turn, Turn::Refused, "the concentrator still holds the old session");
        let since = world.at;
        while world.next(way(1, 1.0), 30).unwrap().0 != Turn::Up {}
        assert!((1.0..=13.0).contains(&(world.at - since).as_secs_f64()));
    }
}

#[test]
fn without_only_one_a_stale_session_costs_nothing() {
    let mut world = World::new(3, false);
    world.order(true);
    world.next(way(0, 1.0), 30).unwrap();
    world.order(false);
    world.next(way(1, 1.0), 5).unwrap();
    world.order(true);
    assert_eq!(world.next(way(1, 1.0), 30).map(|(turn, _)| turn), Some(Turn::Up));
}

#[test]
fn off_and_on_at_once_is_a_teardown_and_then_a_dial() {
    let mut world = World::new(4, true);
    world.order(true);
    world.next(way(0, 1.0), 30).unwrap();
    world.order(false);
    world.order(true);
    assert_eq!(
        world.next(way(0, 1.0), 5).map(|(turn, _)| turn),
        Some(Turn::Down("ended"))
    );
    assert_eq!(world.next(way(0, 1.0), 5).map(|(turn, _)| turn), Some(Turn::Up));
}

#[test]
fn a_tunnel_without_a_way_seems_up_for_a_minute() {
    let mut world = World::new(5, true);
    world.order(true);
    world.next(way(0, 1.0), 30).unwrap();
    let (turn, span) = world.next(way(1, 1.0), 120).unwrap();
    assert_eq!(turn, Turn::Down("keepalive"));
    assert!((59.0..=61.0).contains(&span.as_secs_f64()), "{span:?}");
}

#[test]
fn a_slow_office_counts_its_time_for_each_dial() {
    let slow = Duration::from_millis(2500);
    for seed in 0..50 {
        let mut world = World::slow(seed, slow);
        world.order(true);
        let (turn, span) = world.next(way(0, 1.0), 30).unwrap();
        assert_eq!(turn, Turn::Up);
        assert!((2.9..=4.7).contains(&span.as_secs_f64()), "{span:?}");
        world.order(false);
        world.next(way(0, 1.0), 5).unwrap();

        world.order(true);
        assert_eq!(world.next(way(0, 1.0), 2), None, "the office has not accepted yet");
        world.order(false);
        world.order(true);
        let (turn, span) = world.next(way(0, 1.0), 30).unwrap();
        assert_eq!(turn, Turn::Up);
        assert!(span > slow, "a new dial waits as long as the first: {span:?}");
    }
}

#[test]
fn status_words_differ_and_connected_does_not() {
    let mut world = World::new(6, false);
    let mut seen = [Vec::new(), Vec::new()];
    world.order(true);
    for _ in 0..250 {
        world.at += STEP;
        world
            .tunnel
            .step(&mut world.office, way(0, 1.0), world.chance, world.at);
        for (words, seen) in [StatusWords::Logged, StatusWords::Pppoe].into_iter().zip(&mut seen) {
            seen.extend(world.tunnel.status(words));
            seen.dedup();
        }
        assert_eq!(world.tunnel.status(StatusWords::Absent), None);
    }
    assert_eq!(seen[0], ["dialing...", "initializing...", "authenticated", "connected"]);
    assert_eq!(
        seen[1],
        ["dialing", "verifying password...", "connecting...", "connected"]
    );
}
