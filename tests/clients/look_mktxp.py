"""MKTXP (PyPI) against a running `tikroam sim`: one scrape with its default collectors, as a user that may only read.

Usage: python look_mktxp.py HOST PORT NAME PASSWORD VERSION
"""

import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import mktxp

# One metric of each collector that has something to collect.
METRICS = [
    "mktxp_active_users_info",
    "mktxp_dhcp_lease_info",
    "mktxp_installed_packages_info",
    "mktxp_interface_rate",
    "mktxp_interface_rx_byte_total",
    "mktxp_ip_connections_total",
    "mktxp_ip_pool_used",
    "mktxp_public_ip_address_info",
    "mktxp_routes_total_routes",
    "mktxp_system_identity_info",
    "mktxp_system_routerboard_voltage",
    "mktxp_system_uptime",
    "mktxp_wlan_clients_signal_to_noise",
    "mktxp_wlan_noise_floor",
]


def configuration(folder, listen, host, port, name, password):
    """Its own default files; only where the router is, and where it listens."""
    defaults = pathlib.Path(mktxp.__file__).parent / "cli" / "config"
    router = f"[Vehicle]\n    hostname = {host}\n    port = {port}\n    username = {name}\n    password = {password}\n\n"
    text = (defaults / "mktxp.conf").read_text()
    (folder / "mktxp.conf").write_text(router + text[text.index("[default]") :])
    text = (defaults / "_mktxp.conf").read_text()
    (folder / "_mktxp.conf").write_text(re.sub(r"listen = '[^']*'", f"listen = '{listen}'", text, count=1))


def scrape(exporter, address):
    """The metrics, and the signals in them; again and again until both radios are heard at once, or too long."""
    deadline = time.monotonic() + 90
    while True:
        metrics = ""
        try:
            with urllib.request.urlopen(f"http://{address}/metrics", timeout=60) as answer:
                metrics = answer.read().decode()
        except (urllib.error.URLError, ConnectionError):
            assert exporter.poll() is None, "it ended by itself"
        signals = re.findall(r"^mktxp_wlan_clients_signal_strength\{.*\} (-\d+)", metrics, re.MULTILINE)
        if len(signals) == 2 or time.monotonic() > deadline:
            return metrics, signals
        # It asks the router at most this often.
        time.sleep(0.2 if not metrics else 5)


def main(host, port, name, password, version):
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        folder = pathlib.Path(folder)
        free.bind(("127.0.0.1", 0))
        listen = "{}:{}".format(*free.getsockname())
        free.close()
        configuration(folder, listen, host, port, name, password)
        log = folder / "log"
        program = pathlib.Path(sys.executable).parent / "mktxp"
        with log.open("w") as out:
            exporter = subprocess.Popen([program, "--cfg-dir", folder, "export"], stdout=out, stderr=out)
        try:
            metrics, signals = scrape(exporter, listen)
        finally:
            exporter.terminate()
            exporter.wait()
        said = log.read_text()
    wrong = [line for line in said.splitlines() if re.search(r"error|fail|traceback|exception", line, re.IGNORECASE)]
    if version.startswith("6."):
        # It asks each router with the package `wireless` for /interface/wifi too, which no RouterOS 6 has.
        wrong = [line for line in wrong if "/interface/wifi/" not in line or "no such command prefix" not in line]
    assert not wrong, "\n".join(wrong)
    assert len(signals) == 2, f"a signal for each radio: {signals}\n{said}"
    for metric in METRICS:
        assert f"\n{metric}{{" in metrics, f"no {metric} in:\n{metrics}"
    print(f"ok MKTXP, signals {' and '.join(signals)} dBm")


if __name__ == "__main__":
    main(*sys.argv[1:])
