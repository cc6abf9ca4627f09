"""Everything that is claimed about speed, measured here and now.

    make bench        all of it, some ten minutes; writes Benchmarks/results.json and the plots
    make bench-core   the core alone, under two minutes

    bench.py --quick  every part once, small: tells whether the bench works, and nothing else

Ratios come from runs paired in time. A peer that cannot be had is left out with a sentence.
"""

import json
import os
import pathlib
import platform
import statistics
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import core  # noqa: E402
import drain  # noqa: E402
import reading  # noqa: E402


def whole_way(quick):
    drain.build()
    share = 4 if quick else 1
    for devices, presses, count in ((130, 1, 200_000), (10_000, 1, 200_000), (130, 100, 50_000)):
        count //= share
        rounds = drain.backlog(count, presses, devices, 1 if quick else 5)
        ours = statistics.median(r[0] for r in rounds)
        name = f"drain, {presses} presses a message, {devices} devices"
        yield {"name": name, "value": round(count * presses / ours), "unit": "presses/s",
               "ratio": round(statistics.median(r[2] / r[0] for r in rounds), 2),
               "to": "mosquitto_sub, which keeps nothing"}
        yield {"name": f"{name}: processor", "unit": "µs a message",
               "value": round(statistics.median(r[1] for r in rounds) / count * 1e6, 2),
               "ratio": round(statistics.median(r[3] / max(r[1], 0.01) for r in rounds), 2),
               "to": "mosquitto_sub"}
    for rate in (5_000, 20_000):
        median, worst, longest = drain.steady(rate, 1000, 1 if quick else 10)
        for title, value in (("median", median), ("p99", worst), ("longest", longest)):
            yield {"name": f"press to answer at {rate}/s, {title}", "value": round(value, 1),
                   "unit": "ms"}
    quiet, changed, _ = drain.reload(20_000, 10_000, 8 if quick else 40)
    for title, values in (("as it is", quiet), ("applied every five seconds", changed)):
        yield {"name": f"press to answer at 20 000/s, registry of 10 000 {title}, longest",
               "value": round(values[2], 1), "unit": "ms"}
    presses = 10_000_000 // share
    yield {"name": "rebuild", "value": round(presses / drain.rebuild(presses) / 1e6, 1),
           "unit": "million presses/s"}
    for devices in (130, 10_000):
        yield {"name": f"resident memory, {devices} devices", "value": drain.resident(devices),
               "unit": "MiB"}


def main():
    quick = "--quick" in sys.argv
    parts = [lambda: core.measure(1 if quick else 7)]
    if "--core" not in sys.argv:
        parts += [lambda: whole_way(quick), lambda: reading.results(quick)]
    results = []
    for part in parts:
        for result in part():
            results.append(result)
            core.show([result])
    if "--core" in sys.argv or quick:
        return
    machine = (f"{processor()}, {os.cpu_count()} processors, {platform.system()} "
               f"{platform.release()}")
    (HERE / "results.json").write_text(
        json.dumps({"machine": machine, "results": results}, indent=1, ensure_ascii=False) + "\n")
    try:
        import plots
    except ImportError as error:
        print(f"the plots are left out: {error}")
    else:
        plots.draw()


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
