//! That nothing ever shows the password. Where it comes from is tested with the files, in `cli::configuration`.

use super::*;

#[test]
fn nothing_shows_the_password() {
    let config = parse(SMALL, &[]).unwrap();
    assert!(!format!("{config:?}{:#?}", config.router()).contains("sesame"));
    for broken in [
        "password = \"sesame",
        "password = sesame",
        "password = \"sesame\\q\"",
        "password = [\"sesame\"]",
        "password = { sesame = \"sesame\" }",
        "pasword = \"sesame\"",
        "password = \"sesame\" \"sesame\"",
        "password = \"sesame\"\npassword = \"sesame\"",
        "password = \"sesame\"\npassword_file = \"none\"",
    ] {
        let faults = parse(&small_with("password = \"sesame\"", broken), &[]).expect_err(broken);
        assert!(!format!("{faults}{faults:?}").contains("sesame"), "{faults}");
    }
    for number in ["4711", "4711.5", "true", "4711-01-01"] {
        let faults = parse(&small_with("\"sesame\"", number), &[]).expect_err(number);
        assert!(
            !format!("{faults}{faults:?}").contains(number) || number == "true",
            "{faults}"
        );
    }
    let faults = parse(
        "",
        &[
            ("TIKROAM__ROUTER__PASSWORD", "sesame"),
            ("TIKROAM__ROUTER__PASWORD", "sesame"),
        ],
    );
    let faults = faults.expect_err("an empty file");
    assert!(!format!("{faults}{faults:?}").contains("sesame"), "{faults}");
    let written = Written::read(Path::new("agent.toml"), SMALL, &BTreeMap::new()).unwrap();
    assert!(!format!("{written:?}").contains("sesame"));
}
