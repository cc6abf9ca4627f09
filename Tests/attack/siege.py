"""All attacks at once beside a thousand honest terminals; in the end every ledger agrees.

    .venv/bin/python Tests/attack/siege.py [--minutes 60] [--terminals 1000]

Says once a minute how it goes; ends with 1 when a press was lost or counted twice.
"""

import argparse
import json
import multiprocessing
import pathlib
import secrets
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in ("integration", "outside-peer"))]

from attackers import AttackedRig, Probe, allow_sockets  # noqa: E402
from besiegers import BESIEGERS, Target, besiege  # noqa: E402
from fleet import Fleet  # noqa: E402
from frames import Press  # noqa: E402
from rig import BUILD  # noqa: E402

SITE = "helsinki"
EVIL = [f"evil-{number}" for number in range(6)]
PER_PLACE = 20
DRAINED_WITHIN_S = 120
PATHS = {
    "years": "/api/v1/results?node=kaupunki&from=1990-01-01&to=2024-01-01&by=hour",
    "presses": "/api/v1/presses?node=kaupunki&from=2020-01-01&to=2030-01-01&limit=1000",
    "public": "/public/v1/results?node=kaupunki&by=month",
}


def registry(devices):
    """A tree of places with a touchpoint for each device."""
    lines = [
        f"site: {SITE}", "time_zone: Europe/Helsinki",
        "questions: [{id: palvelu, buttons: 4, text: {fi: Kuinka meni?}}]",
        "public: {by: month, delay_days: 0}", "nodes:",
        "  - id: kaupunki", "    kind: service", "    name: {fi: Kaupunki}", "    public: true",
        "    nodes:"]
    for start in range(0, len(devices), PER_PLACE):
        lines += [f"      - id: paikka-{start}", "        kind: place",
                  f"        name: {{fi: Paikka {start}}}", "        nodes:"]
        for device in devices[start:start + PER_PLACE]:
            lines += [f"          - id: tp-{device}", "            kind: touchpoint",
                      f"            name: {{fi: {device}}}", "            question: palvelu",
                      "            repeat_interval_s: 0", f"            devices: [{{id: {device}}}]"]
    return "\n".join(lines) + "\n"


class Town(AttackedRig):
    """A broker and a service for so many terminals, and for those who got one's password."""

    def __init__(self, folder, terminals):
        folder = pathlib.Path(folder)
        self.honest = [f"t-{number:04}" for number in range(terminals)]
        (folder / "registry.yaml").write_text(registry(self.honest + EVIL))
        passwords = {name: secrets.token_hex(8) for name in self.honest + EVIL}
        own = "\n".join(
            f"pattern {right} pikapalaute/v1/{SITE}/%u/{topic}" for right, topic in
            (("write", "press"), ("write", "status"), ("read", "ack"), ("read", "config")))
        acl = f"user pikapalaute\ntopic readwrite pikapalaute/v1/{SITE}/#\n{own}\n"
        super().__init__(folder, folder / "registry.yaml", passwords, acl)

    def target(self):
        tokens = {
            "reader": self.make_token("--role", "reader", "--note", "curious"),
            "analyst": self.make_token("--role", "analyst", "--node", "kaupunki", "--note", "keen"),
            "device": self.make_token("--device", "evil-0", "--note", "lost")}
        return Target(SITE, self.http_port, self.mqtt_port,
                      {name: self.credentials[name] for name in EVIL}, tokens, PATHS)

    def counted(self):
        """Responses by button of each honest terminal, as results tell them."""
        now = int(time.time())
        days = [time.strftime("%Y-%m-%d", time.gmtime(now + shift * 86400)) for shift in (-1, 2)]
        rows = {}
        for start in range(0, len(self.honest), PER_PLACE):
            status, body = self.get(
                f"/api/v1/results?node=paikka-{start}&from={days[0]}&to={days[1]}"
                "&by=total&children=true")
            assert status == 200, body
            for series in json.loads(body)["series"]:
                rows[series["node"]] = series["rows"][0]
        return rows

    def differences(self, fleet):
        """Terminals whose ledger is not what was counted."""
        rows, ledger = self.counted(), fleet.ledger()
        return [
            f"{name}: pressed {[ledger[name][b] for b in range(4)]}, counted {row['counts']}, "
            f"lost {row['lost']}"
            for name in self.honest for row in [rows[f"tp-{name}"]]
            if row["counts"] != [ledger[name][b] for b in range(4)] or row["lost"]]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def run(folder, terminals, seconds, pause_s, report=print):
    """A siege; says what came of it."""
    allow_sockets(4096)
    with Town(folder, terminals) as town:
        target, ended = town.target(), multiprocessing.Event()
        processes = [
            multiprocessing.Process(target=besiege, args=(target, ended, attackers), daemon=True)
            for attackers in BESIEGERS]
        for process in processes:
            process.start()
        fleet = Fleet(SITE, {name: town.credentials[name] for name in town.honest},
                      town.mqtt_port, pause_s)
        fleet.start()
        memory, seen = 0, 0
        with Probe(town, pause=0.25) as health, Probe(town, "/readyz", pause=0.25) as ready:
            began = told = time.monotonic()
            while (passed := time.monotonic() - began) < seconds and not fleet.failure:
                time.sleep(0.5)
                memory = max(memory, town.memory_mib())
                if time.monotonic() - told >= min(60, seconds / 3):
                    told, waits = time.monotonic(), fleet.waits[seen:]
                    seen += len(waits)
                    report(f"{passed:5.0f} s: {seen} presses answered, these "
                           f"{len(waits)} p99 {percentile(waits, 0.99) * 1000:.0f} ms, "
                           f"{fleet.open_presses} open, {memory} MiB at most; health {health}",
                           flush=True)
            drained_s = fleet.finish(DRAINED_WITHIN_S)
        ended.set()
        for process in processes:
            process.join(60)
            if process.is_alive():
                process.kill()
        town.wait_until_ready()
        result = {
            "presses": len(fleet.waits), "open": fleet.open_presses, "drained_s": drained_s,
            "differences": town.differences(fleet), "reconnections": fleet.reconnections,
            "p50_ms": percentile(fleet.waits, 0.5) * 1000,
            "p99_ms": percentile(fleet.waits, 0.99) * 1000,
            "longest_s": max(fleet.waits, default=0), "memory_mib": memory,
            "health": health, "ready": ready, "metrics": town.get("/metrics")[1],
            "wal_mib": pathlib.Path(f"{town.database}-wal").stat().st_size / (1 << 20),
            "database_mib": town.database.stat().st_size / (1 << 20)}
        # The comparison sees one press too many.
        fleet.terminals[0].journal.append(Press(int(time.time())))
        assert town.differences(fleet)
        town.stop()
        rebuilt = subprocess.run(
            [BUILD / "pikapalaute", "rebuild", "--database", town.database],
            capture_output=True, text=True)
        result["rebuilt"] = rebuilt.stdout + rebuilt.stderr
        result["log"] = town.service.log()
        return result


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--terminals", type=int, default=1000)
    arguments.add_argument("--pause", type=float, default=20, help="s between presses of one")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = run(folder, options.terminals, options.minutes * 60, options.pause)
    metrics, log = result.pop("metrics"), result.pop("log")
    for name, value in result.items():
        print(f"{name:>14}: {value}")
    print(metrics)
    print(log[-4000:])
    whole = not result["differences"] and not result["open"] and "nothing differs" in result["rebuilt"]
    print("every ledger agrees" if whole else "NOT WHOLE")
    sys.exit(not whole)


if __name__ == "__main__":
    main()
