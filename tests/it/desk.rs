//! What a technician types at a desk, with drive logs and no router.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::line::shipped;

fn tikroam(words: &[&str], drives: &[PathBuf]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tikroam"));
    command.args(words).args(drives).output().unwrap()
}

/// Two access points that take turns at being good, each for so many seconds.
fn turns(folder: &Path, seconds: usize) -> PathBuf {
    let mut text = String::from("time_s,bssid,ssid,channel,signal_dbm\n");
    for t in 0..120 {
        for ap in 0..2 {
            let signal = if t / seconds % 2 == ap { -60 } else { -88 };
            writeln!(text, "{t},02:00:00:00:00:0{ap},a,1,{signal}").unwrap();
        }
    }
    let path = folder.join(format!("turns-{seconds}.csv"));
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn tune_prints_the_lines_that_suit_and_nothing_else_on_stdout() {
    let folder = tempfile::tempdir().unwrap();
    let drives = [20, 22, 25, 28].map(|seconds| turns(folder.path(), seconds));
    let config = folder.path().join("agent.toml");
    // With this trigger a vehicle stays on an access point at -88 dBm.
    let stubborn = std::fs::read_to_string(shipped())
        .unwrap()
        .replace("[handover]\n", "[handover]\ntrigger = -91\n");
    std::fs::write(&config, &stubborn).unwrap();
    let words = ["tune", "--swap-cost", "1", "--config", config.to_str().unwrap()];
    let output = tikroam(&words, &drives);
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let trigger = lines.lines().find(|line| line.starts_with("trigger = ")).unwrap();
    assert_ne!(trigger, "trigger = -91");
    assert!(lines.starts_with("[handover]\n"), "{lines}");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("turns-28") && text.contains("left out"), "{text}");

    let json: Vec<&str> = words.into_iter().chain(["--json"]).collect();
    let output = tikroam(&json, &drives);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["folds"].as_array().unwrap().len(), 4);
    assert_eq!(
        format!("trigger = {}", report["chosen"]["trigger"]),
        trigger,
        "both say the same"
    );
}

#[test]
fn tune_says_to_keep_what_there_is_where_nothing_can_be_gained() {
    let folder = tempfile::tempdir().unwrap();
    // Never dark, whatever the setting.
    let drives = [200, 201, 202].map(|seconds| turns(folder.path(), seconds));
    let output = tikroam(&["tune", "--swap-cost", "1"], &drives);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("Keep what you have"), "{text}");
}

#[test]
fn decisions_of_two_models_do_not_go_into_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("decisions.jsonl");
    let words = [
        "evaluate",
        "--model",
        "ideal,vehicle",
        "--decisions",
        file.to_str().unwrap(),
    ];
    let output = tikroam(&words, &[turns(folder.path(), 20)]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(!file.exists());
}

#[test]
fn evaluate_reports_both_models_from_one_command() {
    let folder = tempfile::tempdir().unwrap();
    let drives = [turns(folder.path(), 20)];
    let words = ["evaluate", "--model", "ideal,vehicle", "--policy", "tikroam"];
    let output = tikroam(&words, &drives);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("one drive, ideal model, swaps of 1 / 3 / 8 s"), "{text}");
    assert!(text.contains("one drive, vehicle model"), "{text}");
    let json: Vec<&str> = words.into_iter().chain(["--json"]).collect();
    let lines = String::from_utf8(tikroam(&json, &drives).stdout).unwrap();
    let models: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(models.len(), 2);
    // The clairvoyant of both models is the ideal one's.
    let optimum = |model: &serde_json::Value| {
        let rows = model["rows"].as_array().unwrap().clone();
        rows.into_iter()
            .filter(|row| row["policy"] == "clairvoyant")
            .collect::<Vec<_>>()
    };
    assert_eq!(optimum(&models[0]), optimum(&models[1]));
}
