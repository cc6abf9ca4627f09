"""Reading results: how long they take, by node and period, and how that grows.

    python3 Benchmarks/reading.py [--quick]

Databases are filled by SQL, a press or two in each hour; the service then sums up the days by
itself, as it does with a database of an older version, and is measured when it has.
"""

import contextlib
import datetime
import http.client
import pathlib
import sqlite3
import statistics
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "Tests/integration"), str(ROOT / "Tests/faults")]

import shims  # noqa: E402
from make_year import wait_for_days  # noqa: E402
from rig import Rig  # noqa: E402

ACL = "user pikapalaute\ntopic readwrite #\n"
LAST_YEAR = 2025
QUERIES = [
    ("site, total", "node=bench&by=total"),
    ("site by month, children", "node=bench&by=month&children=true"),
    ("site by day", "node=bench&by=day"),
    ("site by hour", "node=bench&by=hour"),
    ("area of 50, total, children", "node=area-0-0&by=total&children=true"),
    ("area of 50 by month, children", "node=area-0-0&by=month&children=true"),
    ("area of 50, quarter by day, children", "node=area-0-0&by=day&children=true&to=2025-04-01"),
    ("area by week", "node=area-0-0&by=week"),
    ("area, week by hour, children", "node=area-0-0&by=hour&children=true&to=2025-01-08"),
    ("touchpoint, total", "node=place-0-0-0&by=total"),
    ("touchpoint by month", "node=place-0-0-0&by=month"),
    ("touchpoint by day", "node=place-0-0-0&by=day"),
    ("touchpoint, week by hour", "node=place-0-0-0&by=hour&to=2025-01-08"),
]
# What people look at: whole pages, drawn anew for each of them; from and to are added.
PAGES = [
    ("page, dashboard of the site", "/dashboard"),
    ("page, an area of 50", "/dashboard/area-0-0"),
    ("page, a touchpoint by day", "/dashboard/place-0-0-0?by=day"),
    ("page, the devices", "/devices"),
    ("page, what is published", "/"),
]
# What the plot of growth shows.
GROWING = [
    ("site, total", "node=bench&by=total"),
    ("area of 50 by month, children", "node=area-0-0&by=month&children=true"),
    ("touchpoint by month", "node=place-0-0-0&by=month"),
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


def fill(database, years, all_day):
    """Presses of every device in every hour, or in working hours, and the sums of them."""
    columns = "count_0, count_1, count_2, count_3, count_4, excluded, invalid, lost, estimated"
    first = datetime.date(LAST_YEAR - years + 1, 1, 1).toordinal() - 719163
    last = datetime.date(LAST_YEAR, 12, 31).toordinal() - 719163
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        series = db.execute("SELECT id, node FROM series").fetchall()
    # Hours are two before the clock's: Helsinki's winter. The start compares cursors and counts.
    shims.change(database, f"""
        PRAGMA synchronous = OFF;
        BEGIN;
        CREATE TEMP TABLE open AS
          WITH RECURSIVE d (day) AS (SELECT {first} UNION ALL SELECT day + 1 FROM d
                                     WHERE day < {last}),
            h (hour) AS (SELECT 0 UNION ALL SELECT hour + 1 FROM h WHERE hour < 23)
          SELECT day * 24 + hour - 2 AS hour FROM d, h
          WHERE {int(all_day)} OR ((day + 3) % 7 < 5 AND hour BETWEEN 8 AND 15) ORDER BY 1;
        INSERT INTO bucket (device, hour, slot, {columns})
          SELECT device.id, hour, 0, abs(random()) % 2, abs(random()) % 2, abs(random()) % 3,
            abs(random()) % 9, 0, 0, 0, 0, 0 FROM device, open ORDER BY device.id, hour;
        INSERT INTO cursor (device, epoch, next, segment)
          SELECT device, 1, sum(count_0 + count_1 + count_2 + count_3), 0
          FROM bucket GROUP BY device;
        """ + "".join(f"""
        INSERT INTO series_hour (series, hour, {columns})
          SELECT {number}, hour, sum(count_0), sum(count_1), sum(count_2), sum(count_3), 0,
            0, 0, 0, 0 FROM bucket WHERE device IN (
              SELECT device.id FROM device, json_each(device.timeline, '$.tiles[0].sums')
              WHERE value = '{node}') GROUP BY hour;""" for number, node in series) + "COMMIT;")
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        return db.execute("SELECT count(*) FROM bucket").fetchone()[0]


def measure(rig, query, years=1, seconds=1.5):
    """Milliseconds of each of many requests on one connection, and the bytes of an answer."""
    to = "" if "to=" in query else f"&to={LAST_YEAR + 1}-01-01"
    path = f"/api/v1/results?{query}&from={LAST_YEAR + 1 - years}-01-01{to}"
    return ask(rig, path, {"Authorization": f"Bearer {rig.token}"}, seconds)


def look(rig, path, session, seconds):
    """The same of a page about the last year."""
    if path.startswith("/dashboard"):
        path += f"{'&' if '?' in path else '?'}from={LAST_YEAR}-01-01&to={LAST_YEAR + 1}-01-01"
    return ask(rig, path, {"Cookie": session}, seconds)


def sign_in(rig):
    """The cookie of a session."""
    connection = http.client.HTTPConnection("127.0.0.1", rig.http_port)
    connection.request(
        "POST", "/sign-in", urllib.parse.urlencode({"token": rig.token}),
        {"Origin": f"http://127.0.0.1:{rig.http_port}",
         "Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    assert answer.status == 303, answer.read()
    return answer.headers["Set-Cookie"].split(";")[0]


def ask(rig, path, headers, seconds):
    connection = http.client.HTTPConnection("127.0.0.1", rig.http_port)
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


@contextlib.contextmanager
def filled(touchpoints, years, all_day):
    """A service over a filled database, and what filling and starting it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        rig = Rig(folder, registry(folder, touchpoints), {}, ACL)
        rig.start()
        rig.service.stop()
        found = {"hours": fill(rig.database, years, all_day)}
        start = time.monotonic()
        rig.service.start()
        try:
            rig.wait_until_ready()
            found["restart"] = time.monotonic() - start
            wait_for_days(rig.database)
            found["days"] = time.monotonic() - start - found["restart"]
            found["mebibytes"] = rig.database.stat().st_size >> 20
            yield rig, found
        finally:
            rig.stop()


def resident(rig):
    status = pathlib.Path(f"/proc/{rig.service.child.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def results(quick=False):
    """Everything that is said about reading, one dictionary each."""
    def cuts(name, taken):
        quantiles = statistics.quantiles(taken, n=100)
        for cut, value in (("p50", 49), ("p95", 94), ("p99", 98)):
            yield {"name": f"{name}, {cut}", "value": round(quantiles[value], 2), "unit": "ms"}

    def growth(rig, touchpoints, years):
        for title, query in GROWING:
            taken = measure(rig, query, years, seconds)[0]
            yield {"name": f"growth, {touchpoints} touchpoints, {years} years: {title}",
                   "value": round(statistics.median(taken), 2), "unit": "ms"}

    seconds = 0.2 if quick else 1.5
    # Round the clock at 130 touchpoints; working hours at 10 000, which are 21 million buckets.
    for touchpoints, all_day in ((130, True), (200 if quick else 10_000, False)):
        with filled(touchpoints, 1, all_day) as (rig, found):
            name = f"{touchpoints} touchpoints"
            for title, query in QUERIES:
                yield from cuts(f"{name}: {title}", measure(rig, query, 1, seconds)[0])
            session = sign_in(rig)
            for title, path in PAGES:
                taken, size = look(rig, path, session, seconds)
                yield from cuts(f"{name}: {title}", taken)
                yield {"name": f"{name}: {title}, size", "value": round(size / 1000, 1),
                       "unit": "kB"}
            yield {"name": f"{name}: restart to ready", "value": round(found["restart"], 2),
                   "unit": "s"}
            yield {"name": f"{name}: database of {found['hours']} hours",
                   "value": found["mebibytes"], "unit": "MiB"}
            yield {"name": f"{name}: days summed up after", "value": round(found["days"], 1),
                   "unit": "s"}
            yield {"name": f"{name}: resident memory after these", "value": resident(rig),
                   "unit": "MiB"}
            if not all_day:
                yield from growth(rig, touchpoints, 1)
    for touchpoints, years in ((1000, (1,)), (130, (1, 2) if quick else (1, 2, 5, 10))):
        with filled(touchpoints, years[-1], False) as (rig, _):
            for count in years:
                yield from growth(rig, touchpoints, count)


def main():
    for result in results("--quick" in sys.argv):
        print(f"  {result['name']:62} {result['value']:9} {result['unit']}", flush=True)


if __name__ == "__main__":
    main()
