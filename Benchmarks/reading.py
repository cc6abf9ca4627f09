"""Reading a year: how long results take, by node and period, and how that grows.

    python3 Benchmarks/reading.py [TOUCHPOINTS …]      default 130 10000
"""

import contextlib
import http.client
import json
import pathlib
import sqlite3
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/integration"))

from rig import Rig  # noqa: E402

ACL = "user pikapalaute\ntopic readwrite #\n"
YEAR_FROM_HOUR = 482136 - 2  # 2025-01-01 in Helsinki, UTC hours since 1970
QUERIES = [
    ("site, year, total", "node=bench&by=total"),
    ("site, year by month, children", "node=bench&by=month&children=true"),
    ("site, year by day", "node=bench&by=day"),
    ("site, year by hour", "node=bench&by=hour"),
    ("area, year by month, children", "node=area-0-0&by=month&children=true"),
    ("area, year by week", "node=area-0-0&by=week"),
    ("touchpoint, year, total", "node=place-0-0-0&by=total"),
    ("touchpoint, year by month", "node=place-0-0-0&by=month"),
    ("touchpoint, year by day", "node=place-0-0-0&by=day"),
    ("touchpoint, week by hour", "node=place-0-0-0&by=hour&to=2025-01-08"),
]


def registry(folder, touchpoints):
    """Services of ten areas each; areas of at most fifty touchpoints."""
    lines = ["site: bench", "time_zone: Europe/Helsinki", "questions:",
             "  - {id: palvelu, buttons: 4}", "nodes:"]
    number = 0
    service = 0
    while number < touchpoints:
        lines += [f"  - id: service-{service}", "    kind: service", "    nodes:"]
        for area in range(10):
            if number == touchpoints:
                break
            lines += [f"      - id: area-{service}-{area}", "        kind: area", "        nodes:"]
            for place in range(50):
                if number == touchpoints:
                    break
                lines.append(
                    f"          - {{id: place-{service}-{area}-{place}, kind: touchpoint, "
                    f"question: palvelu, devices: [{{id: bench-{number:05}}}]}}")
                number += 1
        service += 1
    file = folder / "registry.yaml"
    file.write_text("\n".join(lines) + "\n")
    return file


def fill(database, touchpoints):
    """A year of working hours for every device, and the sums that belong to it."""
    with contextlib.closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("CREATE TEMP TABLE open (hour INTEGER)")
        db.executemany("INSERT INTO open VALUES (?)", (
            (YEAR_FROM_HOUR + day * 24 + hour,)
            for day in range(365) if (day + 2) % 7 < 5 for hour in range(8, 16)))
        db.execute("""
            INSERT INTO bucket SELECT device.id, hour, 0, abs(random()) % 2, abs(random()) % 2,
              abs(random()) % 3, abs(random()) % 9, 0, 0, 0, 0, 0, 0 FROM device, open
            ORDER BY device.id, hour""")
        # As many presses as were counted: the start compares the two.
        db.execute("""
            INSERT INTO cursor SELECT device, 1, sum(count_0 + count_1 + count_2 + count_3), 0, NULL
            FROM bucket GROUP BY device""")
        above = {}
        for device, timeline in db.execute("SELECT id, timeline FROM device"):
            for node in json.loads(timeline)["tiles"][0]["sums"]:
                above.setdefault(node, []).append(device)
        db.execute("CREATE TEMP TABLE member (device INTEGER PRIMARY KEY)")
        for series, node in db.execute("SELECT id, node FROM series").fetchall():
            db.execute("DELETE FROM member")
            db.executemany("INSERT INTO member VALUES (?)", ((d,) for d in above.get(node, [])))
            db.execute("""
                INSERT INTO series_hour SELECT ?, hour, sum(count_0), sum(count_1), sum(count_2),
                  sum(count_3), sum(count_4), 0, 0, 0, 0, 0
                FROM bucket JOIN member USING (device) GROUP BY hour""", (series,))
        db.commit()


def measure(rig, query, seconds=2.0):
    """Milliseconds of each of many requests on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", rig.http_port)
    headers = {"Authorization": f"Bearer {rig.token}"}
    to = "" if "to=" in query else "&to=2026-01-01"
    path = f"/api/v1/results?{query}&from=2025-01-01{to}"
    taken = []
    end = time.monotonic() + seconds
    while len(taken) < 30 or (time.monotonic() < end and len(taken) < 1000):
        start = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        taken.append((time.perf_counter() - start) * 1000)
        assert answer.status == 200, body
    return taken[3:], len(body)


def run(touchpoints):
    """(name, p50, p95, p99 in ms, bytes) of every query."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        rig = Rig(folder, registry(folder, touchpoints), {}, ACL)
        rig.start()
        rig.service.stop()
        fill(rig.database, touchpoints)
        start = time.monotonic()
        rig.service.start()
        rig.wait_until_ready()
        restart = time.monotonic() - start
        rows = []
        try:
            for title, query in QUERIES:
                taken, size = measure(rig, query)
                cuts = statistics.quantiles(taken, n=100)
                rows.append((title, cuts[49], cuts[94], cuts[98], size))
            status = pathlib.Path(f"/proc/{rig.service.child.pid}/status").read_text()
            resident = int(status.split("VmRSS:")[1].split()[0]) // 1024
        finally:
            rig.stop()
        return {"restart_s": restart, "resident_mib": resident,
                "database_mib": rig.database.stat().st_size >> 20, "rows": rows}


def main():
    for touchpoints in [int(a) for a in sys.argv[1:]] or [130, 10_000]:
        found = run(touchpoints)
        print(f"{touchpoints} touchpoints, one year: database {found['database_mib']} MiB, "
              f"restart {found['restart_s']:.2f} s, resident {found['resident_mib']} MiB")
        for title, p50, p95, p99, size in found["rows"]:
            print(f"  {title:32} p50 {p50:7.2f}  p95 {p95:7.2f}  p99 {p99:7.2f} ms  {size:9} bytes",
                  flush=True)


if __name__ == "__main__":
    main()
