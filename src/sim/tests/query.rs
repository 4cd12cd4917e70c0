use crate::sim::router::query::Query;

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
    let cases: [(&[&str], bool); 20] = [
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
        (&["?type=vlan", "?mtu", "?#1"], false),
        (&["?mtu", "?#.!|"], true),
        (&["?type=vlan", "?mtu", "?#1!&&!"], true),
    ];
    for (words, expected) in cases {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        let mut query = Query::read(&words).unwrap();
        assert_eq!(query.satisfied(row), expected, "{words:?}");
        assert_eq!(query.satisfied(row), expected, "{words:?}, the next row");
    }
}

#[test]
fn an_operation_without_operands_is_refused() {
    for word in ["?#|", "?#!", "?#.", "?#0", "?#7", "?#x"] {
        assert!(Query::read(&[word.to_owned()]).is_err(), "{word}");
    }
}
