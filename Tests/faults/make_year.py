"""A database with many devices and a year of buckets, for measuring a restart.

    .venv/bin/python Tests/faults/make_year.py FOLDER [--devices 10000] [--hours 2500]

Writes FOLDER/registry.yaml, lets the service make FOLDER/p.sqlite from it, fills the hours in
which a terminal is used in a year, and starts the service as often as asked.
"""

import argparse
import pathlib
import signal
import sys
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "integration"), str(HERE.parent / "outside-peer")]

import shims  # noqa: E402
from rig import Rig  # noqa: E402

FIRST_HOUR = 1767225600 // 3600


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
    """Every device's buckets and the cursor that agrees with them."""
    shims.change(database, f"""
        PRAGMA synchronous = OFF;
        WITH RECURSIVE n (hour) AS (SELECT {FIRST_HOUR} UNION ALL SELECT hour + 1 FROM n
                                    LIMIT {hours})
          INSERT INTO bucket (device, hour, slot, count_0, count_1, count_2, count_3, count_4,
                              excluded, invalid, lost, estimated)
          SELECT id, hour, 0, 1, 0, 1, 3, 0, 0, 0, 0, 0 FROM device, n;
        INSERT INTO cursor (device, epoch, next, segment, last_counted_ms)
          SELECT id, 1, 5 * {hours}, 1, {(FIRST_HOUR + hours) * 3600000} FROM device;
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
        times = sorted(seconds_to_ready(rig) for _ in range(arguments.times))
        size = rig.database.stat().st_size / 1e6
        print(f"{arguments.devices} devices, {arguments.devices * arguments.hours} buckets, "
              f"{size:.0f} MB: ready after {times[len(times) // 2]:.2f} s (best {times[0]:.2f}, "
              f"worst {times[-1]:.2f} of {len(times)})")
    finally:
        rig.broker.stop()


if __name__ == "__main__":
    main()
