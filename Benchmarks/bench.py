"""Everything that is claimed about speed, measured here and now.

    make bench        all of it, about six minutes; writes Benchmarks/results.json
    make bench-core   the core alone

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


def whole_way():
    drain.build()
    for devices, presses, count in ((130, 1, 200_000), (10_000, 1, 200_000), (130, 100, 50_000)):
        rounds = drain.backlog(count, presses, devices, 3)
        ours = statistics.median(r[0] for r in rounds)
        name = f"drain, {presses} presses a message, {devices} devices"
        yield {"name": name, "value": round(count * presses / ours), "unit": "presses/s",
               "ratio": round(statistics.median(r[2] / r[0] for r in rounds), 2),
               "to": "mosquitto_sub, which keeps nothing"}
        yield {"name": f"{name}: processor", "unit": "µs a message",
               "value": round(statistics.median(r[1] for r in rounds) / count * 1e6, 2),
               "ratio": round(statistics.median(r[3] / r[1] for r in rounds), 2),
               "to": "mosquitto_sub"}
    for rate in (5_000, 20_000):
        median, worst, longest = drain.steady(rate, 1000, 10)
        for title, value in (("median", median), ("p99", worst), ("longest", longest)):
            yield {"name": f"press to answer at {rate}/s, {title}", "value": round(value, 1),
                   "unit": "ms"}
    yield {"name": "rebuild", "value": round(10_000_000 / drain.rebuild(10_000_000) / 1e6, 1),
           "unit": "million presses/s"}
    for devices in (130, 10_000):
        yield {"name": f"resident memory, {devices} devices", "value": drain.resident(devices),
               "unit": "MiB"}


def year():
    for touchpoints in (130, 10_000):
        found = reading.run(touchpoints)
        for title, p50, p95, p99, _ in found["rows"]:
            for cut, value in (("p50", p50), ("p95", p95), ("p99", p99)):
                yield {"name": f"{touchpoints} touchpoints: {title}, {cut}",
                       "value": round(value, 2), "unit": "ms"}
        yield {"name": f"{touchpoints} touchpoints: restart to ready",
               "value": round(found["restart_s"], 2), "unit": "s"}


def main():
    results = []
    parts = [lambda: core.measure(7)] if "--core" in sys.argv else [
        lambda: core.measure(7), whole_way, year]
    for part in parts:
        for result in part():
            results.append(result)
            core.show([result])
    if "--core" in sys.argv:
        return
    machine = f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()}"
    (HERE / "results.json").write_text(
        json.dumps({"machine": machine, "results": results}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
