//! The agent at rest, in its own process and at its defaults (four ticks and five pings a second), beside a Python loop
//! with librouteros that reads and pings as often, but decides nothing (`benches/poll.py`): memory, time on a core, commands.
//! Goals: at most 8 MiB, half of the loop's time on a core in the same run, and 2 commands a second beside ticks and pings.
//!
//! `cargo bench --bench rest`, Linux only; `-- --quick` for 10 s instead of 60, `-- --python FILE` for a Python that has
//! librouteros (`python3 -m venv DIR && DIR/bin/pip install librouteros==4.2.2`, then `--python DIR/bin/python`).

#![allow(clippy::print_stdout, reason = "the table is what this program is for")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tikroam::sim::{Settings, Sim};
use tokio::time::sleep;

#[path = "bench/figures.rs"]
#[allow(dead_code, reason = "shared by programs that each use a part of it")]
mod figures;
#[path = "bench/standing.rs"]
#[allow(dead_code, reason = "shared by programs that each use a part of it")]
mod standing;

/// How long both may connect, make their items and steer a radio before the count begins.
const SETTLING: Duration = Duration::from_secs(15);

const MIB: f64 = 1024.0 * 1024.0;

/// The command of a tick.
const TICK: &str = "/interface/wireless/registration-table/print";

/// What each answered or lost ping brings, and no other row.
const PINGED: &str = "=packet-loss=";

/// A process that works on its own vehicle.
struct Worker {
    name: &'static str,
    child: Child,
    _sim: Sim,
    transcript: tempfile::NamedTempFile,
    dir: tempfile::TempDir,
}

impl Worker {
    fn start(name: &'static str, command: impl FnOnce(&Sim, &Path) -> Command) -> anyhow::Result<Worker> {
        let transcript = tempfile::NamedTempFile::new()?;
        let sim = standing::start(Settings {
            transcript: Some(transcript.path().to_owned()),
            ..standing::settings()
        })?;
        let dir = tempfile::tempdir()?;
        let child = command(&sim, dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        Ok(Worker {
            name,
            child,
            _sim: sim,
            transcript,
            dir,
        })
    }

    /// Time on a core since the process began, of all its threads.
    fn busy(&self) -> anyhow::Result<Duration> {
        let mut busy = Duration::ZERO;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let times = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            let nanoseconds = times
                .split_whitespace()
                .next()
                .context("/proc/PID/task/TID/schedstat")?;
            busy += Duration::from_nanos(nanoseconds.parse()?);
        }
        Ok(busy)
    }

    /// A line of /proc/PID/status in bytes.
    fn memory(&self, key: &str) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
        let kib: f64 = line
            .and_then(|line| line.split_whitespace().next())
            .context("/proc/PID/status")?
            .parse()?;
        Ok(kib * 1024.0)
    }

    /// How many of each command reached the router so far, and how many pings it answered for.
    fn commands(&self) -> anyhow::Result<BTreeMap<String, usize>> {
        let mut commands = BTreeMap::new();
        for line in std::fs::read_to_string(self.transcript.path())?.lines() {
            let Ok(line) = serde_json::from_str::<serde_json::Value>(line) else {
                continue;
            };
            let words = line["words"].as_array().map(Vec::as_slice).unwrap_or_default();
            let mut words = words.iter().filter_map(serde_json::Value::as_str);
            if line["dir"] == "in" {
                *commands.entry(words.next().unwrap_or_default().to_owned()).or_default() += 1;
            } else if words.any(|word| word.starts_with(PINGED)) {
                *commands.entry(PINGED.to_owned()).or_default() += 1;
            }
        }
        Ok(commands)
    }

    /// Bytes in its own directory: the journal.
    fn written(&self) -> anyhow::Result<u64> {
        let mut bytes = 0;
        for entry in std::fs::read_dir(self.dir.path())? {
            bytes += entry?.metadata()?.len();
        }
        Ok(bytes)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn agent(sim: &Sim, dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tikroam"));
    command
        .args(["run", "--config", concat!(env!("CARGO_MANIFEST_DIR"), "/agent.toml")])
        .env("TIKROAM__ROUTER__ADDRESS", sim.local_addr().to_string())
        .env("TIKROAM__ROUTER__USER", "admin")
        .env("TIKROAM__ROUTER__PASSWORD", "")
        .env("TIKROAM__JOURNAL__FILE", dir.join("journal.jsonl"));
    command
}

/// A Python that has librouteros.
fn interpreter() -> Option<String> {
    let given = std::env::args().skip_while(|word| word != "--python").nth(1);
    let python = given.unwrap_or_else(|| "python3".to_owned());
    let look = Command::new(&python).args(["-c", "import librouteros"]).output().ok()?;
    look.status.success().then_some(python)
}

fn poll(python: &str, sim: &Sim) -> Command {
    let mut command = Command::new(python);
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/poll.py"))
        .arg(sim.local_addr().ip().to_string())
        .arg(sim.local_addr().port().to_string());
    command
}

fn main() -> anyhow::Result<()> {
    if !Path::new("/proc/self/schedstat").exists() {
        println!("memory and time on a core are read from /proc, which this system does not have");
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let span = Duration::from_secs(if figures::quick() { 10 } else { 60 });
    let mut workers = vec![Worker::start("tikroam run", agent)?];
    match interpreter() {
        Some(python) => workers.push(Worker::start("benches/poll.py", |sim, _| poll(&python, sim))?),
        None => println!("not compared: no Python with librouteros (--python FILE)"),
    }
    // The timer must be made within the runtime.
    runtime.block_on(async { sleep(SETTLING).await });
    let before = |worker: &Worker| anyhow::Ok((worker.busy()?, worker.commands()?, worker.written()?));
    let before: Vec<_> = workers.iter().map(before).collect::<anyhow::Result<_>>()?;
    runtime.block_on(async { sleep(span).await });
    let mut rows = Vec::new();
    let mut measured = Vec::new();
    let mut details = Vec::new();
    for (worker, (busy, commands, written)) in workers.iter_mut().zip(before) {
        ensure!(worker.child.try_wait()?.is_none(), "{} ended by itself", worker.name);
        let percent = 100.0 * (worker.busy()? - busy).as_secs_f64() / span.as_secs_f64();
        let (resident, peak) = (worker.memory("VmRSS")? / MIB, worker.memory("VmHWM")? / MIB);
        let (mut ticks, mut pings, mut beside) = (0, 0, 0);
        for (command, count) in worker.commands()? {
            let count = count - commands.get(&command).copied().unwrap_or(0);
            if command == TICK {
                ticks += count;
            } else if command == PINGED {
                pings += count;
            } else if !command.ends_with("/ping") {
                beside += count;
            }
            if count > 0 {
                details.push(format!("{}: {count} x {command}", worker.name));
            }
        }
        let each_second = |count: usize| {
            #[allow(clippy::cast_precision_loss, reason = "counts are small")]
            let rate = count as f64 / span.as_secs_f64();
            rate
        };
        measured.push((percent, peak, each_second(beside)));
        details.push(format!(
            "{}: {} bytes of journal, {} threads",
            worker.name,
            worker.written()? - written,
            std::fs::read_dir(format!("/proc/{}/task", worker.child.id()))?.count()
        ));
        rows.push([
            worker.name.to_owned(),
            format!("{resident:.1}"),
            format!("{peak:.1}"),
            format!("{percent:.3}"),
            format!("{:.2}", each_second(ticks)),
            format!("{:.2}", each_second(beside)),
            format!("{:.2}", each_second(pings)),
        ]);
    }
    let header = [
        "process",
        "resident MiB",
        "peak MiB",
        "% of a core",
        "ticks/s",
        "others/s",
        "pings/s",
    ];
    println!("{} s at rest after {} s", span.as_secs(), SETTLING.as_secs());
    println!("{}", figures::table(header, rows));
    println!("{}", details.join("\n"));
    if let Some((percent, peak, beside)) = measured.first() {
        let judged = |what: &str, kept: bool| println!("{what}: {}", figures::judged(kept));
        judged("at most 8 MiB", *peak <= 8.0);
        judged("at most 2 others/s", *beside <= 2.0);
        if let Some((loops, ..)) = measured.get(1) {
            let ratio = percent / loops;
            judged(
                &format!("{ratio:.2} of the loop's time on a core, at most 0.5"),
                ratio <= 0.5,
            );
        }
    }
    let binary = std::fs::metadata(env!("CARGO_BIN_EXE_tikroam"))?.len();
    #[allow(clippy::cast_precision_loss, reason = "a file is not that large")]
    let mib = binary as f64 / MIB;
    println!("the binary has {mib:.1} MiB");
    Ok(())
}
