//! Where the text of the configuration and the password come from, on real files.

use std::os::unix::net::UnixListener;

use super::*;
use crate::config::Tls;

/// The least that is a configuration; `PASSWORD` stands for the line of the password.
const SMALL: &str = r#"[router]
address = "192.168.88.1"
user = "tikroam"
PASSWORD

[[radio]]
interface = "wlan1"

[[network]]
ssid = "testssid1"
address = "10.10.10.2/24"
gateway = "10.10.10.1"

[tunnel]
interface = "PPtP_to_Office"
"#;

fn file(directory: &Path, name: &str, content: &str, mode: u32) -> PathBuf {
    let path = directory.join(name);
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

/// A configuration with this line for its password, in a file of this mode.
fn configured(directory: &Path, line: &str, mode: u32) -> PathBuf {
    file(directory, "agent.toml", &SMALL.replace("PASSWORD", line), mode)
}

fn line(password_file: &Path) -> String {
    format!("password_file = \"{}\"", password_file.display())
}

fn loaded(path: &Path, variables: &[(&str, &str)]) -> Result<Config, Faults> {
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    load_with(path, variables.collect(), false)
}

/// What a technician reads, with the directory's name taken out.
fn faults(path: &Path) -> String {
    let report = loaded(path, &[]).expect_err("a faulty configuration").to_string();
    report.replace(path.parent().unwrap().to_str().unwrap(), "DIRECTORY")
}

#[test]
fn the_first_source_wins() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let written = file(directory, "written", "from password_file\n", 0o600);
    let other = file(directory, "other", "from another file\r\n", 0o600);
    file(directory, "router-password", "from the credential", 0o600);
    let credential = ("CREDENTIALS_DIRECTORY", directory.to_str().unwrap());
    let variable_file = ("TIKROAM__ROUTER__PASSWORD_FILE", other.to_str().unwrap());
    let variable = ("TIKROAM__ROUTER__PASSWORD", "");
    let password = |path: &Path, variables: &[(&str, &str)]| {
        let config = loaded(path, variables).unwrap_or_else(|faults| panic!("{faults}"));
        config.router().password().expose().to_owned()
    };

    let path = configured(directory, &line(&written), 0o600);
    assert_eq!(password(&path, &[variable, variable_file, credential]), "");
    assert_eq!(password(&path, &[variable_file, credential]), "from another file");
    assert_eq!(password(&path, &[credential]), "from the credential");
    assert_eq!(password(&path, &[]), "from password_file");
    let path = configured(directory, "password = \"sesame\"", 0o600);
    assert_eq!(password(&path, &[]), "sesame");
    assert_eq!(password(&path, &[variable_file]), "from another file");
    assert_eq!(password(&path, &[credential]), "from the credential");
}

#[test]
fn a_password_that_cannot_be_had_is_a_fault() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let with = |line: &str| faults(&configured(directory, line, 0o600));
    insta::assert_snapshot!(with(""), @r"
    DIRECTORY/agent.toml:1: router.password: there is no password for the router
      hint: name a file that holds it with `password_file`, or set TIKROAM__ROUTER__PASSWORD
    ");
    insta::assert_snapshot!(with("password = \"a\"\npassword_file = \"b\""), @r"
    DIRECTORY/agent.toml:5: router.password_file: is given beside `password`
      hint: keep one of `password` and `password_file`
    ");
    insta::assert_snapshot!(with(&line(&directory.join("none"))), @r"
    DIRECTORY/agent.toml:4: router.password_file: `DIRECTORY/none` cannot be read: No such file or directory (os error 2)
      hint: put the password there, pass it as the systemd credential `router-password`, or set TIKROAM__ROUTER__PASSWORD
    ");
    let lines = file(directory, "lines", "one\ntwo\n", 0o600);
    insta::assert_snapshot!(with(&line(&lines)), @r"
    DIRECTORY/agent.toml:4: router.password_file: `DIRECTORY/lines` is not one line of text
      hint: write the password into it and nothing else
    ");
    let large = directory.join("large");
    fs::write(&large, vec![b'a'; 1024 * 1024 + 1]).unwrap();
    insta::assert_snapshot!(with(&line(&large)), @r"
    DIRECTORY/agent.toml:4: router.password_file: `DIRECTORY/large` is larger than 1 MiB
      hint: write the password into it and nothing else
    ");
    insta::assert_snapshot!(with("password_file = \"/dev/zero\""), @r"
    DIRECTORY/agent.toml:4: router.password_file: `/dev/zero` is not a regular file
      hint: write the password into it and nothing else
    ");
}

#[test]
fn offline_a_password_may_be_missing() {
    let directory = tempfile::tempdir().unwrap();
    let offline = |line: &str| load_with(&configured(directory.path(), line, 0o600), BTreeMap::new(), true);
    assert!(
        offline("password = \"\"\npassword_file = 1").is_err(),
        "other faults of the password's keys remain faults"
    );
    let config = offline("").unwrap();
    assert_eq!((config.router().password().expose(), config.warnings()), ("", &[][..]));
    let config = offline("password_file = \"none\"").unwrap();
    assert_eq!(config.router().password().expose(), "");
    assert_eq!(config.warnings().len(), 1);
    assert!(config.warnings()[0].what.starts_with("`none` cannot be read: "));
}

#[test]
fn a_password_that_everyone_may_read_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    insta::assert_snapshot!(faults(&configured(directory, "password = \"sesame\"", 0o644)), @r"
    DIRECTORY/agent.toml:4: router.password: everyone on this machine may read the password in `DIRECTORY/agent.toml`
      hint: run `chmod o-rwx DIRECTORY/agent.toml`, and change the password if others use this machine
    ");
    let fine = |line: &str, mode| loaded(&configured(directory, line, mode), &[]).is_ok();
    assert!(fine("password = \"sesame\"", 0o640));
    let open = file(directory, "open", "sesame", 0o644);
    insta::assert_snapshot!(faults(&configured(directory, &line(&open), 0o644)), @r"
    DIRECTORY/agent.toml:4: router.password_file: everyone on this machine may read the password in `DIRECTORY/open`
      hint: run `chmod o-rwx DIRECTORY/open`, and change the password if others use this machine
    ");
    let closed = file(directory, "closed", "sesame", 0o600);
    assert!(fine(&line(&closed), 0o644));
    // Nobody is logged in anywhere: a configuration may be judged on any machine.
    let offline = load_with(&configured(directory, &line(&open), 0o644), BTreeMap::new(), true).unwrap();
    assert_eq!(offline.warnings().len(), 1);
}

#[test]
fn a_file_that_is_no_configuration_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    insta::assert_snapshot!(faults(&directory.join("none.toml")), @r"
    DIRECTORY/none.toml: cannot be read: No such file or directory (os error 2)
      hint: copy the shipped `agent.toml` there, or name another file with `--config`
    ");
    fs::create_dir(directory.join("folder")).unwrap();
    insta::assert_snapshot!(faults(&directory.join("folder")), @r"
    DIRECTORY/folder: is not a regular file
      hint: name the configuration's file with `--config`
    ");
    // Neither may make the agent wait: the one has no end, the other no writer.
    insta::assert_snapshot!(faults(Path::new("/dev/zero")), @r"
    DIRECTORY/zero: is not a regular file
      hint: name the configuration's file with `--config`
    ");
    let socket = directory.join("socket");
    let _listener = UnixListener::bind(&socket).unwrap();
    insta::assert_snapshot!(faults(&socket), @r"
    DIRECTORY/socket: is not a regular file
      hint: name the configuration's file with `--config`
    ");
    let large = directory.join("large.toml");
    fs::write(&large, vec![b'#'; 1024 * 1024 + 1]).unwrap();
    insta::assert_snapshot!(faults(&large), @r"
    DIRECTORY/large.toml: is larger than 1 MiB
      hint: name the configuration's file with `--config`
    ");
    fs::write(&large, vec![b'#'; 1024 * 1024]).unwrap();
    insta::assert_snapshot!(faults(&large), @r"
    DIRECTORY/large.toml: is empty
      hint: start from the shipped `agent.toml`
    ");
    let latin = directory.join("latin.toml");
    fs::write(&latin, b"[router]\nuser = \"J\xf6rg\"\n").unwrap();
    insta::assert_snapshot!(faults(&latin), @r"
    DIRECTORY/latin.toml: is not text in UTF-8
      hint: save the file as UTF-8 in the editor
    ");
}

#[test]
fn the_file_of_the_certificates_is_read_with_the_configuration() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let pem = "-----BEGIN CERTIFICATE-----\n";
    let good = file(directory, "ca.pem", pem, 0o644);
    let with = |path: &Path| {
        configured(
            directory,
            &format!("password = \"\"\ntls = \"ca:{}\"", path.display()),
            0o600,
        )
    };
    assert_eq!(loaded(&with(&good), &[]).unwrap().router().tls(), &Tls::Ca(pem.into()));
    insta::assert_snapshot!(faults(&with(&file(directory, "empty.pem", "", 0o644))), @r"
    DIRECTORY/agent.toml:5: router.tls: `DIRECTORY/empty.pem` holds no certificate in PEM form
      hint: export it on the router: `/certificate export-certificate NAME`, and copy the .crt file
    ");
    insta::assert_snapshot!(faults(&with(Path::new("/dev/zero"))), @r"
    DIRECTORY/agent.toml:5: router.tls: `/dev/zero` is not a regular file
      hint: export it on the router: `/certificate export-certificate NAME`, and copy the .crt file
    ");
}
