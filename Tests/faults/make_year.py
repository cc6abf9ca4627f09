"""A database with many devices and a year of buckets, for measuring a restart.

    .venv/bin/python Tests/faults/make_year.py FOLDER [--devices 10000] [--hours 2500]

Writes FOLDER/registry.yaml, lets the service make a database from it, fills the hours in which a
terminal is used in a year (ten a day), the sums of them and an archive of that size (four bytes
a press, zeroes), and starts the service as often as asked: once with days that are still to be
summed up, which it does while it serves, and once when all are.
"""

import argparse
import contextlib
import pathlib
import signal
import sqlite3
import sys
import time
import urllib.error
import urllib.request
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "integration"), str(HERE.parent / "outside-peer")]

import shims  # noqa: E402
from rig import Rig  # noqa: E402

FIRST_HOUR = 1767225600 // 3600
SEGMENT_BYTES = 5000


def registry(devices):
    lines = ["site: helsinki", "time_zone: Europe/Helsinki", "questions:",
             "  - {id: palvelu, buttons: 4, text: {fi: Kuinka tyytyväinen olit?}}", "nodes:"]
    for number in range(devices):
        if number % 1000 == 0:
            lines += [f"  - id: palvelu-{number // 1000}", "    kind: service", "    nodes:"]
        if number % 10 == 0:
            lines += [f"      - id: piste-{number // 10}", "        kind: unit", "        nodes:"]
        lines += [f"          - id: aula-{number}", "            kind: touchpoint",
                  f"            name: {{fi: Aula {number}}}", "            question: palvelu",
                  f"            devices: [{{id: d-{number}, from: 2016-01-01}}]"]
    return "\n".join(lines) + "\n"


def fill(database, hours):
    """Every device's buckets, the cursor that agrees with them, their sums, and an archive."""
    columns = "count_0, count_1, count_2, count_3, count_4, excluded, invalid, lost, estimated"
    shims.change(database, f"""
        PRAGMA synchronous = OFF;
        CREATE TEMP TABLE open AS
          WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT {hours})
          SELECT {FIRST_HOUR} + i / 10 * 24 + 6 + i % 10 AS hour FROM n;
        INSERT INTO bucket (device, hour, slot, {columns})
          SELECT id, hour, 0, 1, 0, 1, 3, 0, 0, 0, 0, 0 FROM device CROSS JOIN open;
        INSERT INTO cursor (device, epoch, next, segment, last_counted_ms)
          SELECT id, 1, 5 * {hours}, 1, (SELECT max(hour) * 3600000 FROM open) FROM device;
        INSERT INTO series_hour (series, hour, {columns})
          SELECT id, hour, devices, 0, devices, 3 * devices, 0, 0, 0, 0, 0 FROM (
            SELECT series.id AS id, count(*) AS devices
            FROM device CROSS JOIN json_each(device.timeline, '$.tiles[#-1].sums') AS above
            CROSS JOIN series ON series.node = above.value GROUP BY series.id) CROSS JOIN open;
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
                                 LIMIT (SELECT count(*) FROM bucket) * 20 / {SEGMENT_BYTES})
          INSERT INTO segment (id, frames, checksum, records)
          SELECT i, 1, {zlib.crc32(bytes(SEGMENT_BYTES))}, zeroblob({SEGMENT_BYTES}) FROM n;
        PRAGMA wal_checkpoint(TRUNCATE);
        """)


def make(folder, devices, hours):
    """A rig whose service has been stopped; start it to measure."""
    folder = pathlib.Path(folder)
    (folder / "registry.yaml").write_text(registry(devices))
    acl = "user pikapalaute\ntopic readwrite #\n"
    rig = Rig(folder, folder / "registry.yaml", {}, acl)
    rig.start()
    rig.service.stop()
    fill(rig.database, hours)
    return rig


def seconds_to_ready(rig, number=signal.SIGKILL):
    """From the start of the process to the first 200 of /readyz; then the process is killed."""
    started = time.monotonic()
    rig.service.start()
    while True:
        try:
            with urllib.request.urlopen(rig.http + "/readyz", timeout=5):
                break
        except (urllib.error.HTTPError, OSError):
            if rig.service.child.poll() is not None:
                raise RuntimeError(rig.service.log()[-2000:]) from None
            time.sleep(0.002)
    ready = time.monotonic() - started
    rig.service.kill(number)
    return ready


def wait_for_days(database):
    """Returns once a service that runs has summed up every day."""
    deadline = time.monotonic() + 900
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        while True:
            left = db.execute("SELECT count(*) FROM device WHERE days_to = 0").fetchone()[0]
            left += db.execute("""
                SELECT count(*) FROM series WHERE days_to = 0
                AND EXISTS (SELECT * FROM series_hour WHERE series = series.id)""").fetchone()[0]
            if left == 0:
                return
            if time.monotonic() > deadline:
                raise RuntimeError(f"{left} devices and series are still without days")
            time.sleep(0.2)


def measure(rig, count, what):
    times = sorted(seconds_to_ready(rig) for _ in range(count))
    print(f"{what}: ready after {times[len(times) // 2]:.2f} s (best {times[0]:.2f}, "
          f"worst {times[-1]:.2f} of {count})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--hours", type=int, default=2500)
    parser.add_argument("--times", type=int, default=9)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    rig = make(arguments.folder, arguments.devices, arguments.hours)
    try:
        size = rig.database.stat().st_size / 1e6
        print(f"{arguments.devices} devices, {arguments.devices * arguments.hours} buckets, "
              f"{size:.0f} MB", flush=True)
        measure(rig, arguments.times, "days still to be summed up")
        started = time.monotonic()
        rig.service.start()
        wait_for_days(rig.database)
        print(f"days summed up in {time.monotonic() - started:.0f} s", flush=True)
        rig.service.kill()
        measure(rig, arguments.times, "days summed up")
    finally:
        rig.broker.stop()


if __name__ == "__main__":
    main()
