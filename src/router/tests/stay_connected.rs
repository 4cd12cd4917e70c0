//! One session after the other, against a router that ends them.

use std::time::Duration;

use tokio::net::TcpListener;

use super::super::*;
use super::peer::{Peer, listen};
use crate::clock;
use crate::units::Moment;

/// Short enough for a test, in the proportions of the default.
fn delays() -> Delays {
    Delays {
        soonest: Duration::from_millis(2),
        latest: Duration::from_millis(10),
        closed: Duration::from_millis(400),
        person: Duration::from_secs(600),
        remind: Duration::from_secs(600),
    }
}

/// Takes a login and the reading of the version, and ends the session.
async fn end_after_login(listener: &TcpListener) -> Moment {
    let mut peer = Peer::accept(listener).await;
    peer.log_in().await;
    let tag = peer.hear().await.tag();
    peer.say(&["!re", &tag, "=version=7.17 (stable)"]).await;
    peer.say(&["!done", &tag]).await;
    clock::now()
}

#[tokio::test]
async fn sessions_that_end_just_after_the_login_are_made_again_at_most_each_five_seconds() {
    let (listener, access) = listen().await;
    let mut connection = StayConnected::new(access, delays());
    let mut ended = Vec::new();
    for _ in 0..6 {
        let (router, at) = tokio::join!(connection.next(), end_after_login(&listener));
        ended.push(at);
        connection.session_ended(&router.lost().await.to_string());
    }
    let gaps: Vec<Duration> = ended.windows(2).map(|pair| pair[1].since(pair[0])).collect();
    // A busy machine makes gaps longer, never shorter.
    let rare = gaps.iter().filter(|gap| **gap >= delays().closed).count();
    assert!(
        rare >= 3 && gaps[2..].iter().all(|gap| *gap >= delays().closed),
        "{gaps:?}"
    );
}

#[tokio::test]
async fn a_router_that_ends_the_session_at_its_first_reading_is_asked_as_rarely() {
    let (listener, access) = listen().await;
    let mut connection = StayConnected::new(access, delays());
    let serve = async {
        let mut ended = Vec::new();
        for _ in 0..5 {
            let mut peer = Peer::accept(&listener).await;
            peer.log_in().await;
            peer.hear().await;
            ended.push(clock::now());
        }
        ended
    };
    let ended = tokio::select! {
        _ = connection.next() => panic!("there was no session"),
        ended = serve => ended,
    };
    for pair in ended[2..].windows(2) {
        assert!(pair[1].since(pair[0]) >= delays().closed, "{ended:?}");
    }
}

#[tokio::test]
async fn asking_again_does_not_shorten_the_wait() {
    let (listener, access) = listen().await;
    let mut connection = StayConnected::new(access, delays());
    let mut ended = Moment::ZERO;
    for _ in 0..3 {
        let (router, at) = tokio::join!(connection.next(), end_after_login(&listener));
        ended = at;
        connection.session_ended(&router.lost().await.to_string());
    }
    for _ in 0..4 {
        let asked = tokio::time::timeout(Duration::from_millis(5), connection.next()).await;
        assert!(asked.is_err());
    }
    let (_router, at) = tokio::join!(connection.next(), end_after_login(&listener));
    assert!(at.since(ended) >= delays().closed, "{at:?} {ended:?}");
}

#[tokio::test]
async fn the_first_session_waits_for_a_router_that_starts_and_not_for_a_person() {
    let (listener, access) = listen().await;
    let mut connection = StayConnected::new(access, delays());
    let serve = async {
        // Closed before the login, as by a router that is still starting.
        drop(Peer::accept(&listener).await);
        let mut peer = Peer::accept(&listener).await;
        let tag = peer.hear().await.tag();
        peer.say(&["!trap", &tag, "=message=invalid user name or password (6)"])
            .await;
        peer.say(&["!done", &tag]).await;
        while peer.hear_or_end().await.is_some() {}
    };
    let (first, ()) = tokio::join!(connection.first(), serve);
    let error = first.expect_err("the password is wrong");
    assert_eq!(error.retry(), Retry::Person);
}
