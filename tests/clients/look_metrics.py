"""Reads the agent's numbers with the parser of Prometheus' own Python client."""

import sys
import time
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families

page = sys.argv[1]
for _ in range(600):
    try:
        with urllib.request.urlopen(page + "metrics", timeout=10) as answer:
            kind, text = answer.headers["Content-Type"], answer.read().decode()
    except OSError:
        time.sleep(0.1)
        continue
    families = {family.name: family for family in text_string_to_metric_families(text)}
    if families["tikroam_reachable"].samples[0].value == 1:
        break
    time.sleep(0.1)
else:
    raise SystemExit("the vehicle never became reachable")
assert kind.startswith("application/openmetrics-text; version=1.0.0"), kind
assert all(sample.labels["vehicle"] == "unit-14" for family in families.values() for sample in family.samples)
assert families["tikroam_ticks"].type == "counter" and families["tikroam_ticks"].samples[0].name == "tikroam_ticks_total"
assert {sample.labels["uplink"] for sample in families["tikroam_uplink_active"].samples} == {"wlan1", "wlan2"}
assert families["tikroam_swap_dark_seconds"].type == "histogram" and families["tikroam_dark_seconds"].unit == "seconds"
print(f"prometheus-client: {len(families)} families of numbers")
