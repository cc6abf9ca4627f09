"""The core beside C and beside columnar engines, in runs paired in time.

Ours and C take turns on the same file of frames: decode, checksum, sequences, lockout, time,
bucket, and the sum of all hours. The engines get the presses as finished columns and do the bare
GROUP BY device, hour, button on one thread. All times are processor time of the counting alone.
"""

import pathlib
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
WORK = ROOT / ".build" / "bench"
PRESSES = 4_000_000
FRAMES = (1, 10, 100)


def build():
    """The C program and the frames; (ours, theirs) as commands."""
    WORK.mkdir(parents=True, exist_ok=True)
    theirs = WORK / "core-c"
    subprocess.run(["gcc", "-O3", "-march=native", "-o", theirs, ROOT / "Benchmarks/C/core.c"],
                   check=True)
    subprocess.run([ROOT / "scripts/build.sh", "--product", "core-bench"],
                   check=True, stdout=subprocess.DEVNULL)
    ours = ROOT / ".build/release/core-bench"
    for per_frame in FRAMES:
        folder = WORK / f"frames-{per_frame}"
        if not (folder / "button.u8").exists():
            subprocess.run([ours, "generate", folder, "--presses", str(PRESSES),
                            "--per-frame", str(per_frame)], check=True)
    return ours, theirs


def nanoseconds(command):
    """(nanoseconds a press, checksum of the totals) of one count of a file."""
    out = subprocess.run([str(part) for part in command], check=True, capture_output=True,
                         text=True).stdout.split()
    return float(out[-3]), out[-1]


def pairs(ours, theirs, per_frame, rounds):
    """Nanoseconds a press of both, round by round, each right after the other."""
    folder = WORK / f"frames-{per_frame}"
    found = []
    for number in range(rounds):
        commands = [(ours, "count", folder, "--repeats", "2"), (theirs, folder, "2")]
        order = (0, 1) if number % 2 == 0 else (1, 0)
        taken = {}
        for which in order:
            taken[which] = nanoseconds(commands[which])
        assert taken[0][1] == taken[1][1], "the two counted differently"
        found.append((taken[0][0], taken[1][0]))
    return found


def engines(per_frame):
    """Nanoseconds a press of each engine's GROUP BY; a sentence where it cannot be had."""
    folder = WORK / f"frames-{per_frame}"
    found = {}
    for name, measure in (("ClickHouse", clickhouse), ("DuckDB", duckdb), ("Polars", polars)):
        try:
            found[name] = min(measure(folder) for _ in range(3)) / PRESSES * 1e9
        except ImportError as error:
            found[name] = f"{name} is left out: {error}"
    return found


def columns(folder):
    import numpy
    return (numpy.fromfile(folder / "device.u16", "<u2"), numpy.fromfile(folder / "hour.u32", "<u4"),
            numpy.fromfile(folder / "button.u8", "u1"))


def clickhouse(folder):
    from chdb import session
    db = session.Session()
    device, hour, button = (str(folder / name) for name in ("device.u16", "hour.u32", "button.u8"))
    db.query("CREATE DATABASE IF NOT EXISTS b ENGINE = Atomic")
    db.query("DROP TABLE IF EXISTS b.press")
    db.query("CREATE TABLE b.press (device UInt16, hour UInt32, button UInt8) ENGINE = Memory")
    import numpy
    table = numpy.column_stack(columns(folder))
    csv = folder / "press.csv"
    if not csv.exists():
        numpy.savetxt(csv, table, fmt="%d", delimiter=",")
    db.query(f"INSERT INTO b.press SELECT * FROM file('{csv}', CSV, "
             "'device UInt16, hour UInt32, button UInt8')")
    query = ("SELECT count() FROM (SELECT device, hour, countIf(button = 0), countIf(button = 1), "
             "countIf(button = 2), countIf(button = 3) FROM b.press GROUP BY device, hour) "
             "SETTINGS max_threads = 1")
    start = time.perf_counter()
    db.query(query)
    taken = time.perf_counter() - start
    db.close()
    return taken


def duckdb(folder):
    import duckdb as engine
    import polars as frames
    device, hour, button = columns(folder)
    press = frames.DataFrame({"device": device, "hour": hour, "button": button}).to_arrow()
    db = engine.connect(config={"threads": 1})
    db.execute("CREATE TABLE press AS SELECT * FROM press")
    start = time.perf_counter()
    db.execute("CREATE OR REPLACE TABLE result AS SELECT device, hour, "
               "count(*) FILTER (button = 0), count(*) FILTER (button = 1), "
               "count(*) FILTER (button = 2), count(*) FILTER (button = 3) "
               "FROM press GROUP BY device, hour")
    return time.perf_counter() - start


def polars(folder):
    import os
    os.environ["POLARS_MAX_THREADS"] = "1"
    import polars as frames
    device, hour, button = columns(folder)
    press = frames.DataFrame({"device": device, "hour": hour, "button": button})
    start = time.perf_counter()
    press.lazy().group_by("device", "hour").agg(
        [(frames.col("button") == value).sum().alias(str(value)) for value in range(4)]).collect()
    return time.perf_counter() - start


def measure(rounds):
    """All results: a list of dictionaries with name, value, unit and, where there is one, ratio."""
    ours, theirs = build()
    results = []
    for per_frame in FRAMES:
        found = pairs(ours, theirs, per_frame, rounds)
        mine = statistics.median(a for a, _ in found)
        ratio = statistics.median(b / a for a, b in found)
        name = f"core, {per_frame} presses a frame"
        results.append({"name": name, "value": round(1000 / mine, 1), "unit": "million presses/s",
                        "ratio": round(ratio, 3), "to": "C"})
        for engine, taken in engines(per_frame).items():
            if isinstance(taken, str):
                results.append({"name": name, "value": None, "unit": taken})
            else:
                results.append({"name": name, "value": round(1000 / mine, 1),
                                "unit": "million presses/s", "ratio": round(taken / mine, 2),
                                "to": f"{engine} ({1000 / taken:.1f})"})
    return results


def show(results):
    for result in results:
        if result["value"] is None:
            print(f"  {result['name']:38} {result['unit']}")
            continue
        ratio = f"{result['ratio']:6.2f} × {result['to']}" if "ratio" in result else ""
        print(f"  {result['name']:38} {result['value']:10} {result['unit']:20} {ratio}", flush=True)
