use crate::sim::query::satisfies;

fn row(name: &str) -> Option<&'static str> {
    match name {
        "type" => Some("ether"),
        "mtu" => Some("1500"),
        "disabled" => Some("false"),
        _ => None,
    }
}

#[test]
fn queries_find_what_the_manual_says() {
    let cases: [(&[&str], bool); 17] = [
        (&[], true),
        (&["?type"], true),
        (&["?comment"], false),
        (&["?-comment"], true),
        (&["?-type"], false),
        (&["?type=ether"], true),
        (&["?=type=ether"], true),
        (&["?type=vlan"], false),
        (&["?comment=x"], false),
        (&["?disabled=no"], true),
        (&["?>mtu=900"], true),
        (&["?<mtu=900"], false),
        (&["?type=ether", "?mtu=9"], false),
        (&["?type=ether", "?mtu=9", "?#|"], true),
        (&["?type=vlan", "?#!"], true),
        (&["?type=vlan", "?type=ether", "?#!&", "?mtu", "?#!|"], false),
        (&["?type=vlan", "?mtu", "?#0"], true),
    ];
    for (words, expected) in cases {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        assert_eq!(satisfies(&words, &row), Ok(expected), "{words:?}");
    }
}

#[test]
fn an_operation_without_operands_is_refused() {
    for word in ["?#|", "?#!", "?#7", "?#x"] {
        assert!(satisfies(&[word.to_owned()], &row).is_err(), "{word}");
    }
}
