//! Whatever bytes come, the loop ends in an orderly way: it says why, and every call has an outcome.

use proptest::prelude::*;

use super::LONG;
use super::peer::{connected, sentence};
use crate::routeros::Sentence;

fn word() -> impl Strategy<Value = Vec<u8>> {
    let valid = prop::sample::select(vec![
        &b"!re"[..],
        b"!done",
        b"!trap",
        b"!empty",
        b"!fatal",
        b".tag=0000000002",
        b".tag=2",
        b".tag=3",
        b".tag=x",
        b".tag=99999999999",
        b"=ret=*1",
        b"=message=no such item",
        b"=category=9",
        b"=name",
        b"=",
        b"=\xff=a",
        b"=name=\xff\xfe",
    ]);
    prop_oneof![
        9 => valid.prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 1..40),
    ]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let spoken = prop::collection::vec(prop::collection::vec(word(), 0..5), 0..20).prop_map(|sentences| {
        let mut bytes = Vec::new();
        for words in sentences {
            let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
            bytes.extend(sentence(&words));
        }
        bytes
    });
    prop_oneof![spoken, prop::collection::vec(any::<u8>(), 0..400)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_end_in_an_outcome_and_a_cause(bytes in bytes()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (router, mut peer) = connected().await;
            let one = router.begin(Sentence::new("/one", "print"), LONG);
            let two = router.begin(Sentence::new("/two", "print"), LONG);
            peer.hear().await;
            peer.hear().await;
            peer.send(&bytes).await;
            drop(peer);
            // A loop that panicked says nothing.
            let _ = (one.await, two.await);
            router.lost().await;
            assert!(router.is_lost().is_some());
        });
    }
}
