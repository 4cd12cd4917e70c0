"""The fleet's files on real journals: Vector's VRL makes the rows, the engine itself (chdb) answers the questions.

Usage: look.py CONTRIB DRIVE...; each DRIVE has journal.jsonl, metrics and report.json. The questions' answers must be those of
`tikroam report --json` where both say the same.
"""

import json
import pathlib
import re
import sys
import tomllib
from collections import Counter

from chdb import session

try:
    import pyvrl
except ImportError:
    pyvrl = None

contrib = pathlib.Path(sys.argv[1])
drives = [pathlib.Path(drive) for drive in sys.argv[2:]]
vector = tomllib.loads((contrib / "vector.toml").read_text())
tomllib.loads((contrib / "vector-loki.toml").read_text())
passed = 0


def check(holds, what):
    global passed
    if not holds:
        sys.exit(f"FAILED: {what}")
    passed += 1


# The parts of the configuration fit together.
parts = {**vector["sources"], **vector["transforms"]}
for name, part in {**vector["transforms"], **vector["sinks"]}.items():
    check(all(one in parts for one in part["inputs"]), f"an input of {name} is missing")
for name, sink in vector["sinks"].items():
    check(sink["buffer"]["type"] == "disk", f"{name} keeps nothing on the disk")


def rows(drive, vehicle):
    """What Vector does send: by its own VRL, where that can be had."""
    if pyvrl is None:
        print("NOT CHECKED: the VRL of vector.toml; pyvrl cannot be had for this Python")
        return [plain(json.loads(line), vehicle) for line in lines(drive)]
    source = re.sub(r"\$\{VEHICLE[^}]*\}", vehicle, vector["transforms"]["rows"]["source"])
    return [pyvrl.Transform(source).remap({"message": line}) for line in lines(drive)]


def lines(drive):
    return [line for line in (drive / "journal.jsonl").read_text().splitlines() if line.startswith('{"v":')]


def plain(line, vehicle):
    row = {key: value for key, value in line.items() if value is not None}
    row |= {"vehicle": vehicle, "uplink": line.get("to"), "from_uplink": line.get("from")}
    row["reason"] = (line.get("reason") or {}).get("kind")
    for view in line.get("seen", {}).get("uplinks", []):
        if view["id"] == line["seen"]["active"] and "link" in view:
            row |= {"bssid": view["link"]["bssid"], "network": view["link"].get("network")}
    return {key: value for key, value in row.items() if value is not None}


engine = session.Session()
schema = (contrib / "schema.sql").read_text()
for statement in re.split(r";\s*\n", schema):
    if re.sub(r"--.*", "", statement).strip():
        engine.query(statement)


def ask(name):
    answer = engine.query((contrib / "questions" / f"{name}.sql").read_text().rstrip().rstrip(";"), "JSON")
    return json.loads(str(answer))["data"]


def insert(some):
    text = "\n".join(json.dumps(row, default=str) for row in some)
    engine.query(
        "INSERT INTO tikroam.journal SETTINGS input_format_skip_unknown_fields = 1, date_time_input_format = 'best_effort' "
        f"FORMAT JSONEachRow {text}"
    )


reports = {}
for drive in drives:
    report = json.loads((drive / "report.json").read_text())
    reports[report["vehicle"]] = report
    made = rows(drive, report["vehicle"])
    check(all(row["time"] and row["event"] for row in made), "a row has no time")
    insert(made)
    # Vector may send lines twice.
    insert(made[len(made) // 2 :])

# A hundredth: the report knows the moment of a decision, the rows that of the tunnel's end.
near = lambda one, other: abs(one - other) <= 0.3 + 0.01 * other
for vehicle, report in reports.items():
    days = [row for row in ask("dark-by-vehicle-and-day") if row["vehicle"] == vehicle]
    dark = sum(row["dark_seconds"] for row in days)
    check(near(dark, report["totals"]["dark_seconds"]), f"{vehicle}: dark {dark}, report {report['totals']['dark_seconds']}")
    check(sum(int(row["driven_minutes"]) for row in days) >= 1, f"{vehicle} drove")

ended = [swap for report in reports.values() for swap in report["swaps"] if swap["outcome"] in ("up", "not-up")]
check(ended, "no drive has a swap")
reasons = {row["reason"]: int(row["swaps"]) for row in ask("swaps-by-reason")}
check(reasons == Counter(swap["kind"] for swap in ended), f"swaps by reason: {reasons}")

worst = {row["bssid"]: row for row in ask("worst-access-points")}
swaps_to = Counter(swap["to_ap"] for swap in ended if swap["to_ap"])
check({ap: int(row["swaps_to"]) for ap, row in worst.items() if int(row["swaps_to"])} == swaps_to, f"swaps by AP: {worst}")
expected = sum(ap["dark_seconds"] for report in reports.values() for ap in report["aps"])
check(near(sum(row["dark_seconds"] for row in worst.values()), expected), f"dark by AP: {worst}")

check(ask("not-heard-of") == [], "a vehicle that was heard of is missing")
# A vehicle that was silent for two hours, dark over midnight, and then dark when it was heard of last.
engine.query(
    "INSERT INTO tikroam.journal (vehicle, time, at, event, after, version) SELECT 'unit-99', now64(3) - INTERVAL 2 HOUR, "
    "1, 'began', NULL, '0.1.0'"
)
silent = ask("not-heard-of")
check([row["vehicle"] for row in silent] == ["unit-99"], f"not heard of: {silent}")
engine.query(
    "INSERT INTO tikroam.journal (vehicle, time, at, event, after) SELECT 'unit-98', toDateTime64(today(), 3, 'UTC') + INTERVAL 10 "
    "SECOND, 50000000, 'reachable', 30"
)
days = sorted(row["dark_seconds"] for row in ask("dark-by-vehicle-and-day") if row["vehicle"] == "unit-98" and row["dark_seconds"])
check(10.0 in days, f"over midnight: {days}")

# Names and labels of the dashboard's and the alerts' queries are those of the real metrics.
text = "".join((drive / "metrics").read_text() for drive in drives)
met = {}
for line in text.splitlines():
    if sample := re.match(r"(\w+)\{(.*)\} ", line):
        met.setdefault(sample[1], set()).update(re.findall(r'(\w+)="', sample[2]))
dashboard = json.loads((contrib / "dashboard.json").read_text())
queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
queries += re.findall(r"expr: (.+)", (contrib / "alerts.yml").read_text())
check(len(queries) > 10, "there are no queries")
for query in queries:
    names = re.findall(r"(tikroam_\w+)(?:\{([^}]*)\})?", query)
    check(names, f"no metric in {query}")
    for name, labels in names:
        check(name in met, f"{name} of `{query}` is no metric")
        used = set(re.findall(r'(\w+)\s*[=!]~?\s*"', labels))
        check(used <= met[name], f"{name} has no {used - met[name]}")
    for by in re.findall(r"by \(([^)]*)\)", query):
        used = {label.strip() for label in by.split(",")}
        check(used <= set.union(*(met[name] for name, _ in names)), f"no such label in `{query}`")
print(f"{passed} passed, 0 failed")
