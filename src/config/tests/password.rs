//! Where the password comes from, and that nothing ever shows it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

fn file(directory: &Path, name: &str, content: &str, mode: u32) -> String {
    let path = directory.join(name);
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path.to_str().unwrap().to_owned()
}

fn password(text: &str, variables: &[(&str, &str)]) -> Result<String, String> {
    let read = parse(text, variables).map_err(|faults| faults.to_string())?;
    Ok(read.router().password().expose().to_owned())
}

#[test]
fn the_first_source_wins() {
    let directory = tempfile::tempdir().unwrap();
    let written = file(directory.path(), "written", "from password_file\n", 0o600);
    let other = file(directory.path(), "other", "from another file\r\n", 0o600);
    file(directory.path(), "router-password", "from the credential", 0o600);
    let text = small_with("password = \"sesame\"", &format!("password_file = \"{written}\""));
    let credential = ("CREDENTIALS_DIRECTORY", directory.path().to_str().unwrap());
    let variable_file = ("TIKROAM__ROUTER__PASSWORD_FILE", other.as_str());
    let variable = ("TIKROAM__ROUTER__PASSWORD", "");

    assert_eq!(password(&text, &[variable, variable_file, credential]).unwrap(), "");
    assert_eq!(
        password(&text, &[variable_file, credential]).unwrap(),
        "from another file"
    );
    assert_eq!(password(&text, &[credential]).unwrap(), "from the credential");
    assert_eq!(password(&text, &[]).unwrap(), "from password_file");
    assert_eq!(password(SMALL, &[]).unwrap(), "sesame");
    assert_eq!(password(SMALL, &[variable_file]).unwrap(), "from another file");
}

#[test]
fn a_password_that_cannot_be_had_is_a_fault() {
    let directory = tempfile::tempdir().unwrap();
    let lines = file(directory.path(), "lines", "one\ntwo\n", 0o600);
    let with = |line: &str| {
        let report = password(&small_with("password = \"sesame\"", line), &[]).expect_err("no password");
        report.replace(directory.path().to_str().unwrap(), "DIRECTORY")
    };
    insta::assert_snapshot!(with(""), @r"
    agent.toml:1: router.password: there is no password for the router
      hint: name a file that holds it with `password_file`, or set TIKROAM__ROUTER__PASSWORD
    ");
    insta::assert_snapshot!(with("password = \"a\"\npassword_file = \"b\""), @r"
    agent.toml:5: router.password_file: is given beside `password`
      hint: keep one of `password` and `password_file`
    ");
    insta::assert_snapshot!(with(&format!("password_file = \"{}/none\"", directory.path().display())), @r"
    agent.toml:4: router.password_file: `DIRECTORY/none` cannot be read: No such file or directory (os error 2)
      hint: put the password there, pass it as the systemd credential `router-password`, or set TIKROAM__ROUTER__PASSWORD
    ");
    insta::assert_snapshot!(with(&format!("password_file = \"{lines}\"")), @r"
    agent.toml:4: router.password_file: `DIRECTORY/lines` is not one line of text
      hint: write the password into it and nothing else
    ");
}

#[test]
fn offline_a_password_may_be_missing() {
    let directory = tempfile::tempdir().unwrap();
    let path = file(
        directory.path(),
        "agent.toml",
        &small_with("sesame\"", "\"\npassword_file = 1"),
        0o600,
    );
    assert!(
        Config::load_offline(Path::new(&path)).is_err(),
        "other faults of the password's keys remain faults"
    );
    let path = file(
        directory.path(),
        "agent.toml",
        &small_with("password = \"sesame\"", "password_file = \"none\""),
        0o600,
    );
    assert!(Config::load(Path::new(&path)).is_err());
    let config = Config::load_offline(Path::new(&path)).unwrap();
    assert_eq!(config.router().password().expose(), "");
    assert!(matches!(config.warnings()[0].kind, FaultKind::PasswordFile { .. }));
}

#[test]
fn a_password_that_everyone_may_read_is_a_warning() {
    let directory = tempfile::tempdir().unwrap();
    let warnings = |text: &str, mode| {
        let path = file(directory.path(), "agent.toml", text, mode);
        let config = Config::load(Path::new(&path)).unwrap();
        let warnings: Vec<String> = config.warnings().iter().map(Fault::to_string).collect();
        warnings
            .join("\n")
            .replace(directory.path().to_str().unwrap(), "DIRECTORY")
    };
    insta::assert_snapshot!(warnings(SMALL, 0o644), @r"
    DIRECTORY/agent.toml:4: router.password: everyone on this machine may read the password in `DIRECTORY/agent.toml`
      hint: run `chmod o-rwx DIRECTORY/agent.toml`
    ");
    assert_eq!(warnings(SMALL, 0o640), "");
    let open = file(directory.path(), "open", "sesame", 0o644);
    insta::assert_snapshot!(warnings(&small_with("password = \"sesame\"", &format!("password_file = \"{open}\"")), 0o644), @r"
    DIRECTORY/agent.toml:4: router.password_file: everyone on this machine may read the password in `DIRECTORY/open`
      hint: run `chmod o-rwx DIRECTORY/open`
    ");
    let closed = file(directory.path(), "closed", "sesame", 0o600);
    assert_eq!(
        warnings(
            &small_with("password = \"sesame\"", &format!("password_file = \"{closed}\"")),
            0o644
        ),
        ""
    );
}

#[test]
fn nothing_shows_the_password() {
    let config = parse(SMALL, &[]).unwrap();
    assert!(!format!("{config:?}{:#?}", config.router()).contains("sesame"));
    for broken in [
        "password = \"sesame",
        "password = sesame",
        "password = \"sesame\\q\"",
        "password = [\"sesame\"]",
        "pasword = \"sesame\"",
        "password = \"sesame\" \"sesame\"",
        "password = \"sesame\"\npassword = \"sesame\"",
        "password = \"sesame\"\npassword_file = \"none\"",
    ] {
        let faults = parse(&small_with("password = \"sesame\"", broken), &[]).expect_err(broken);
        assert!(!format!("{faults}{faults:?}").contains("sesame"), "{faults}");
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
}
