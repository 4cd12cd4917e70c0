//! The session against a peer that says exactly what each test wants.

mod fuzz;
mod inspect;
mod login;
mod noise;
mod peer;
mod readings;
mod stay_connected;

use std::net::Ipv4Addr;
use std::time::Duration;

use super::*;
use crate::names::InterfaceName;
use crate::routeros::ItemId;
use crate::routeros::Sentence;
use peer::{Peer, connected, connected_with, listen};

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(50);

fn identity() -> Sentence {
    Sentence::print("/system/identity", "name")
}

/// A call that must work as if nothing had been before it.
async fn a_call_works(router: &Router, peer: &mut Peer) {
    let call = router.begin(identity(), LONG);
    let heard = peer.hear().await;
    assert_eq!(heard.words(), ["/system/identity/print", "=.proplist=name"]);
    peer.say(&["!re", &heard.tag(), "=name=bus 7"]).await;
    peer.say(&["!done", &heard.tag()]).await;
    let rows = call.await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].text("name").as_deref(), Some("bus 7"));
}

#[tokio::test]
async fn a_refusal_of_two_traps_ends_with_its_done_and_leaves_the_next_call_alone() {
    let (router, mut peer) = connected().await;
    let call = router.begin(Sentence::new("/aasasa", "print"), LONG);
    let tag = peer.hear().await.tag();
    peer.say(&[
        "!trap",
        &tag,
        "=category=0",
        "=message=no such command or directory (aasasa)",
    ])
    .await;
    peer.say(&["!trap", &tag, "=message=no such command prefix"]).await;
    peer.say(&["!done", &tag]).await;
    let Err(CallError::Refused(trap)) = call.await else {
        panic!("a trap is a refusal")
    };
    assert_eq!(trap.message, "no such command or directory (aasasa)");
    assert_eq!(trap.category, Some(0));
    a_call_works(&router, &mut peer).await;
    assert_eq!(router.is_lost(), None);
}

#[tokio::test]
async fn a_refused_call_is_not_over_before_its_done() {
    let (router, mut peer) = connected().await;
    let mut refused = router.begin(Sentence::new("/ip/address", "add"), LONG);
    let tag = peer.hear().await.tag();
    peer.say(&["!trap", &tag, "=message=failure: already have such address"])
        .await;
    // A whole call goes through in between, so the trap has surely been read.
    a_call_works(&router, &mut peer).await;
    let over = std::future::poll_fn(|context| {
        std::task::Poll::Ready(std::pin::Pin::new(&mut refused).poll(context).is_ready())
    });
    assert!(!over.await);
    peer.say(&["!done", &tag]).await;
    assert!(matches!(refused.await, Err(CallError::Refused(trap)) if trap.message.contains("already have")));
}

#[tokio::test]
async fn empty_means_no_rows_and_does_not_end_the_call() {
    let (router, mut peer) = connected().await;
    let call = router.begin(identity(), LONG);
    let tag = peer.hear().await.tag();
    peer.say(&["!empty", &tag]).await;
    peer.say(&["!done", &tag]).await;
    assert_eq!(call.await, Ok(Vec::new()));

    let call = router.begin(identity(), LONG);
    let tag = peer.hear().await.tag();
    peer.say(&["!empty", &tag]).await;
    peer.say(&["!re", &tag, "=name=late"]).await;
    peer.say(&["!done", &tag]).await;
    assert_eq!(call.await.unwrap().len(), 1, "rows may follow an empty round");
    a_call_works(&router, &mut peer).await;
}

#[tokio::test]
async fn a_done_that_cannot_be_read_leaves_its_call_unknown_and_the_session_alive() {
    let (router, mut peer) = connected().await;
    let call = router.begin(Sentence::new("/ip/address", "add"), LONG);
    let tag = peer.hear().await.tag();
    peer.say(&["!done", "=ret=*3", &tag]).await;
    assert!(matches!(call.await, Err(CallError::Unknown(Cause::Mangled(_)))));
    a_call_works(&router, &mut peer).await;

    let call = router.begin(Sentence::new("/ip/address", "add"), LONG);
    let tag = peer.hear().await.tag();
    peer.say(&["!done", &tag, "=ret=*3"]).await;
    assert_eq!(call.await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_row_that_cannot_be_read_leaves_its_call_unknown_and_its_done_to_nobody() {
    let (router, mut peer) = connected().await;
    let call = router.begin(identity(), LONG);
    let tag = peer.hear().await.tag();
    peer.say(&["!re", &tag, "broken"]).await;
    peer.say(&["!re", &tag, "=name=whole"]).await;
    peer.say(&["!done", &tag]).await;
    assert!(matches!(call.await, Err(CallError::Unknown(Cause::Mangled(_)))));
    a_call_works(&router, &mut peer).await;
}

#[tokio::test]
async fn answers_of_two_calls_may_interleave() {
    let (router, mut peer) = connected().await;
    let one = router.begin(Sentence::new("/one", "print"), LONG);
    let two = router.begin(Sentence::new("/two", "print"), LONG);
    let (first, second) = (peer.hear().await, peer.hear().await);
    assert_eq!(
        (first.words(), second.words()),
        (vec!["/one/print"], vec!["/two/print"])
    );
    let (first, second) = (first.tag(), second.tag());
    peer.say(&["!re", &second, "=n=2a"]).await;
    peer.say(&["!re", "=n=1a", &first]).await;
    peer.say(&["!re", &second, "=n=2b"]).await;
    peer.say(&["!done", &second]).await;
    peer.say(&["!re", &first, "=n=1b"]).await;
    peer.say(&["!done", &first]).await;
    let values = |rows: Vec<Row>| {
        rows.iter()
            .map(|row| row.text("n").unwrap().into_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(values(two.await.unwrap()), ["2a", "2b"]);
    assert_eq!(values(one.await.unwrap()), ["1a", "1b"]);
}

#[tokio::test]
async fn a_call_goes_out_word_for_word() {
    let (router, mut peer) = connected().await;
    let id = ItemId("*1".to_owned());
    let set = Sentence::set("/ip/address", &id)
        .with("comment", "")
        .with("disabled", "yes");
    let print = Sentence::print("/ip/address", ".id").only("comment", ["a", "b", "c"]);
    let calls = (router.begin(set, LONG), router.begin(print, LONG));
    assert_eq!(
        peer.hear().await.words(),
        ["/ip/address/set", "=.id=*1", "=comment=", "=disabled=yes"]
    );
    assert_eq!(
        peer.hear().await.words(),
        [
            "/ip/address/print",
            "=.proplist=.id",
            "?comment=a",
            "?comment=b",
            "?#|",
            "?comment=c",
            "?#|"
        ]
    );
    drop(calls);
}

#[tokio::test]
async fn a_session_that_ends_leaves_what_was_in_flight_unknown_and_sends_nothing_more() {
    let (router, mut peer) = connected().await;
    let call = router.begin(identity(), LONG);
    peer.hear().await;
    drop(peer);
    let Err(CallError::Unknown(Cause::Lost(why))) = call.await else {
        panic!("nobody knows what became of it")
    };
    assert!(matches!(why, Lost::Closed | Lost::Network(_)), "{why:?}");
    assert_eq!(router.lost().await, why);
    assert_eq!(router.is_lost(), Some(why.clone()));
    assert_eq!(router.call(&identity()).await, Err(CallError::NotSent(why)));
}

#[tokio::test]
async fn a_fatal_in_either_form_ends_the_session_with_its_reason() {
    for form in [
        "session terminated on request",
        "=message=session terminated on request",
    ] {
        let (router, mut peer) = connected().await;
        let call = router.begin(identity(), LONG);
        peer.hear().await;
        peer.say(&["!fatal", form]).await;
        let why = Lost::Fatal("session terminated on request".to_owned());
        assert_eq!(call.await, Err(CallError::Unknown(Cause::Lost(why.clone()))));
        assert_eq!(router.is_lost(), Some(why));
    }
}

#[tokio::test]
async fn an_answer_past_its_deadline_gives_the_session_up() {
    let (router, mut peer) = connected().await;
    let patient = router.begin(identity(), LONG);
    let late = router.begin(Sentence::new("/console", "inspect"), SHORT);
    assert_eq!(late.await, Err(CallError::Unknown(Cause::TimedOut { after: SHORT })));
    let why = Lost::Unanswered {
        command: "/console/inspect".to_owned(),
        after: SHORT,
    };
    assert_eq!(patient.await, Err(CallError::Unknown(Cause::Lost(why.clone()))));
    assert_eq!(router.is_lost(), Some(why));
    while peer.hear_or_end().await.is_some() {}
}

#[tokio::test]
async fn an_announcement_beyond_the_bound_ends_the_session_before_the_bytes_come() {
    let (listener, mut access) = listen().await;
    access.buffer = 10_000;
    let (router, mut peer) = connected_with(listener, &access).await;
    let call = router.begin(identity(), LONG);
    peer.hear().await;
    peer.send(&[0xF0, 0x7F, 0xFF, 0xFF, 0xFF]).await;
    let why = Lost::TooLong { limit: 10_000 };
    assert_eq!(call.await, Err(CallError::Unknown(Cause::Lost(why))));
}

#[tokio::test]
async fn rows_without_end_are_bounded() {
    let (listener, mut access) = listen().await;
    access.buffer = 10_000;
    let (router, mut peer) = connected_with(listener, &access).await;
    let call = router.begin(identity(), LONG);
    let tag = peer.hear().await.tag();
    for _ in 0..1000 {
        peer.say(&["!re", &tag, "=name=again and again"]).await;
    }
    let why = Lost::TooLong { limit: 10_000 };
    assert_eq!(call.await, Err(CallError::Unknown(Cause::Lost(why))));
}

#[tokio::test]
async fn bytes_that_are_not_the_api_end_the_session() {
    let (router, mut peer) = connected().await;
    peer.send(&[0xFF]).await;
    assert_eq!(router.lost().await, Lost::Garbled(0xFF));
}

#[tokio::test]
async fn a_router_that_sends_only_zeros_or_answers_to_nothing_is_left() {
    let (router, mut peer) = connected().await;
    peer.send(&[0; 5_000]).await;
    assert_eq!(router.lost().await, Lost::Garbled(0));
    for stray in [
        &["!re", ".tag=77", "=a=b"][..],
        &["!done", ".tag=77"],
        &["!hm"],
        &["!trap", ".tag=7", "=message=x"],
    ] {
        let (router, mut peer) = connected().await;
        for _ in 0..1_001 {
            peer.say(stray).await;
        }
        assert_eq!(router.lost().await, Lost::Unasked, "{stray:?}");
    }
}

#[tokio::test]
async fn pings_that_are_answered_a_thousand_times_are_bounded() {
    let (router, mut peer) = connected().await;
    let _pings = router.ping(&Ping {
        address: Ipv4Addr::LOCALHOST,
        count: 5,
        interval: Duration::from_secs(1),
        arp: None,
    });
    let tag = peer.hear().await.tag();
    for _ in 0..2_000 {
        peer.say(&["!re", &tag, "=seq=0", "=received=1", "=time=1ms"]).await;
    }
    assert!(matches!(router.lost().await, Lost::TooLong { .. }));
}

#[tokio::test]
async fn a_router_that_stops_reading_is_found_out_and_what_never_left_was_not_sent() {
    let (listener, mut access) = listen().await;
    access.deadlines.write = SHORT;
    let (router, _peer) = connected_with(listener, &access).await;
    // More than any socket buffer takes.
    let flood = Sentence::new("/flood", "set").with_bytes("comment", &vec![b'a'; 32 << 20]);
    let flood = router.begin(flood, LONG);
    let behind = router.begin(identity(), LONG);
    let why = Lost::WriteStalled { after: SHORT };
    assert_eq!(flood.await, Err(CallError::Unknown(Cause::Lost(why.clone()))));
    assert_eq!(behind.await, Err(CallError::NotSent(why)));
}

#[tokio::test]
async fn a_cancelled_scan_stops_on_the_router_and_its_stray_answers_meet_nobody() {
    let (router, mut peer) = connected().await;
    let scan = router.scan(&InterfaceName::new("wlan2"), Duration::from_secs(2), true);
    let heard = peer.hear().await;
    assert_eq!(
        heard.words(),
        [
            "/interface/wireless/scan",
            "=number=wlan2",
            "=duration=2s",
            "=background=yes"
        ]
    );
    let tag = heard.tag();
    peer.say(&["!re", &tag, "=address=02:00:00:00:00:01", "=sig=-60"]).await;
    scan.cancel();
    let cancel = peer.hear().await;
    let number = tag.strip_prefix(".tag=").unwrap();
    assert_eq!(cancel.words(), ["/cancel", &format!("=tag={number}")]);
    assert_ne!(cancel.tag(), tag);
    peer.say(&["!re", &tag, "=address=02:00:00:00:00:02", "=sig=-60"]).await;
    peer.say(&["!trap", &tag, "=category=2", "=message=interrupted"]).await;
    peer.say(&["!done", &cancel.tag()]).await;
    peer.say(&["!done", &tag]).await;
    a_call_works(&router, &mut peer).await;
    peer.say(&["!trap", &cancel.tag(), "=message=no such item"]).await;
    peer.say(&["!done", &tag]).await;
    a_call_works(&router, &mut peer).await;
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_any_more_is_cancelled() {
    let (router, mut peer) = connected().await;
    let sentence = identity();
    let tag = tokio::select! {
        answer = router.call(&sentence) => panic!("nobody answered: {answer:?}"),
        heard = peer.hear() => heard.tag(),
    };
    let cancel = peer.hear().await;
    let number = tag.strip_prefix(".tag=").unwrap();
    assert_eq!(cancel.words(), ["/cancel", &format!("=tag={number}")]);
}

#[tokio::test]
async fn a_cancelled_call_that_never_ends_gives_the_session_up() {
    let (listener, mut access) = listen().await;
    access.deadlines.answer = SHORT;
    let (router, mut peer) = connected_with(listener, &access).await;
    let call = router.begin(Sentence::new("/interface/wireless", "scan"), SHORT);
    peer.hear().await;
    drop(call);
    peer.hear().await;
    assert!(matches!(router.lost().await, Lost::Unanswered { command, .. } if command == "/interface/wireless/scan"));
}

#[tokio::test]
async fn closing_sends_what_is_queued_first() {
    let (router, mut peer) = connected().await;
    let scan = router.scan(&InterfaceName::new("wlan2"), Duration::from_secs(2), false);
    peer.hear().await;
    scan.cancel();
    router.close().await;
    assert_eq!(peer.hear().await.words()[0], "/cancel");
    assert_eq!(peer.hear_or_end().await, None);
}

#[tokio::test]
async fn the_session_ends_with_its_last_handle() {
    let (router, mut peer) = connected().await;
    let other = router.clone();
    drop(router);
    a_call_works(&other, &mut peer).await;
    drop(other);
    assert_eq!(peer.hear_or_end().await, None);
}

#[tokio::test]
async fn traffic_is_counted() {
    let (router, mut peer) = connected().await;
    let before = router.traffic();
    assert_eq!(before.commands, 1, "the version was read");
    a_call_works(&router, &mut peer).await;
    let after = router.traffic();
    assert_eq!(after.commands, 2);
    assert!(after.bytes_in > before.bytes_in && after.bytes_out > before.bytes_out);
}
