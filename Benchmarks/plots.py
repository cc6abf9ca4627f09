"""Draws Benchmarks/results.json into docs/: the core by frame size, reading and how it grows."""

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
    """p95 of each question by touchpoints; below, the median by touchpoints and by years."""
    found = {}
    growth = {}
    for result in results:
        if match := re.fullmatch(r"(\d+) touchpoints: (.*), p95", result["name"]):
            found.setdefault(match[2], {})[int(match[1])] = result["value"]
        if match := re.fullmatch(r"growth, (\d+) touchpoints, (\d+) years: (.*)", result["name"]):
            growth.setdefault(match[3], {})[int(match[1]), int(match[2])] = result["value"]
    figure = plot.figure(figsize=(6.4, 6.6))
    grid = figure.add_gridspec(2, 2, height_ratios=(2, 1))
    axes = figure.add_subplot(grid[0, :])
    sizes = sorted({size for values in found.values() for size in values})
    for place, size in enumerate(sizes):
        bars = axes.barh([i + place * 0.4 for i in range(len(found))],
                         [values[size] for values in found.values()], 0.38,
                         label=f"{size} touchpoints")
        axes.bar_label(bars, fmt="%.1f", fontsize=7)
    axes.set_yticks([i + 0.2 for i in range(len(found))], found.keys())
    axes.invert_yaxis()
    axes.axvline(20, color="gray", linewidth=0.5)
    axes.text(20.5, len(found) - 0.5, "20 ms", color="gray", fontsize=7)
    axes.set_xscale("log")
    axes.set_xticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
    axes.set_xlabel("p95, milliseconds, one year")
    axes.legend(frameon=False)
    by_touchpoints = figure.add_subplot(grid[1, 0])
    by_years = figure.add_subplot(grid[1, 1], sharey=by_touchpoints)
    for title, values in growth.items():
        points = sorted((size, value) for (size, years), value in values.items() if years == 1)
        by_touchpoints.plot(*zip(*points), marker="o", markersize=3, label=title)
        points = sorted((years, value) for (size, years), value in values.items() if size == 130)
        by_years.plot(*zip(*points), marker="o", markersize=3)
    by_touchpoints.set_xscale("log")
    by_touchpoints.set_xticks([100, 1000, 10_000], ["100", "1000", "10 000"])
    by_touchpoints.set_ylim(bottom=0)
    by_touchpoints.set_xlabel("touchpoints, one year")
    by_touchpoints.set_ylabel("median, milliseconds")
    figure.legend(*by_touchpoints.get_legend_handles_labels(), frameon=False, fontsize=7, ncols=3,
                  loc="lower center", bbox_to_anchor=(0.55, 0.335))
    by_years.set_xlabel("years, 130 touchpoints")
    figure.tight_layout(h_pad=2.5)
    figure.savefig(ROOT / "docs/reading.svg", metadata={"Date": None})


def draw():
    measured = json.loads((ROOT / "Benchmarks/results.json").read_text())["results"]
    core(measured)
    reading(measured)


if __name__ == "__main__":
    draw()
