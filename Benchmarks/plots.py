"""Draws Benchmarks/results.json into docs/: the core by frame size, reading by touchpoints."""

import json
import pathlib
import re

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plot  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[1]
plot.rcParams.update({"svg.hashsalt": "pikapalaute", "font.size": 9, "axes.spines.top": False,
                      "axes.spines.right": False})


def core(results):
    """Million presses a second of each counter, by presses a frame."""
    rates = {}
    for result in results:
        match = re.fullmatch(r"core, (\d+) presses a frame", result["name"])
        if not match or result["value"] is None:
            continue
        frame = int(match[1])
        rates.setdefault("Pikapalaute", {})[frame] = result["value"]
        peer = result["to"].split(" ")[0]
        rates.setdefault(peer, {})[frame] = result["value"] / result["ratio"]
    figure, axes = plot.subplots(figsize=(6.4, 3))
    for place, (name, values) in enumerate(rates.items()):
        bars = axes.bar([i + place * 0.16 for i in range(len(values))], values.values(), 0.15,
                        label=name)
        axes.bar_label(bars, fmt="%.0f", fontsize=7)
    axes.set_xticks([i + 0.32 for i in range(3)], ["1", "10", "100"])
    axes.set_xlabel("presses a frame")
    axes.set_ylabel("million presses a second, one thread")
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(ROOT / "docs/core.svg", metadata={"Date": None})


def reading(results):
    """p95 of each question, for 130 and for 10 000 touchpoints."""
    found = {}
    for result in results:
        match = re.fullmatch(r"(\d+) touchpoints: (.*), p95", result["name"])
        if match:
            found.setdefault(match[2], {})[int(match[1])] = result["value"]
    figure, axes = plot.subplots(figsize=(6.4, 3.6))
    sizes = sorted({size for values in found.values() for size in values})
    for place, size in enumerate(sizes):
        bars = axes.barh([i + place * 0.4 for i in range(len(found))],
                         [values[size] for values in found.values()], 0.38,
                         label=f"{size} touchpoints")
        axes.bar_label(bars, fmt="%.1f", fontsize=7)
    axes.set_yticks([i + 0.2 for i in range(len(found))], found.keys())
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("p95, milliseconds, one year of hours")
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(ROOT / "docs/reading.svg", metadata={"Date": None})


if __name__ == "__main__":
    measured = json.loads((ROOT / "Benchmarks/results.json").read_text())["results"]
    core(measured)
    reading(measured)
