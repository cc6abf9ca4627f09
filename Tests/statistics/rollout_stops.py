"""How often a rollout is stopped wrongly, and how soon rightly: the rule of docs/firmware.md over simulated fleets.

    python Tests/statistics/rollout_stops.py [--rollouts 400]

Fleets have the trouble below, which is worse than what a good network has: single devices
that fall silent, restart or lose presses, buildings whose network goes, and hours in which all is away.
"""

import argparse
import math
import random

LOOK_H = 1 / 6
STAGES, STAGE_H = (5, 25, 100), 24
# The rule, as in Sources/Queries/Firmware/RolloutHealth.swift.
DOUBT, WEIGHT, FLOOR, TROUBLED_MIN = 0.001, 20, 0.02, 3
# Trouble: one episode in so many days, of so many hours on average.
DEVICE_DAYS, DEVICE_H = 40, 6
PLACE_DAYS, PLACE_H, PLACE_DEVICES = 60, 3, 5
ALL_DAYS, ALL_H = 30, 2


def tail(n, p, x):
    """P(X >= x) of a binomial."""
    return sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(x, n + 1)) if n < 400 else big(n, p, x)


def big(n, p, x):
    log = math.lgamma(n + 1) - math.lgamma(x + 1) - math.lgamma(n - x + 1)
    term = math.exp(log + x * math.log(p) + (n - x) * math.log1p(-p)) if p < 1 else 1.0
    total, k = 0.0, x
    while k <= n and (term > 1e-18 or k < n * p):
        total += term
        term *= (n - k) / (k + 1) * p / (1 - p)
        k += 1
    return total


def fell(n, x, m, y):
    p = min(0.999, max(FLOOR, (y + 1) / (m + WEIGHT), y / max(1, m)))
    return x >= TROUBLED_MIN and tail(n, p, x) < DOUBT


def episodes(rng, days, hours, until):
    found, at = [], -48.0
    while (at := at + rng.expovariate(1 / (24 * days))) < until:
        found.append((at, at + rng.expovariate(1 / hours)))
    return found


def rollout(rng, devices, failing, scale=1.0):
    """(stage in which it stopped or None, devices told by then)"""
    until = STAGE_H * len(STAGES)
    everywhere = episodes(rng, ALL_DAYS / scale, ALL_H, until)
    places = [episodes(rng, PLACE_DAYS / scale, PLACE_H, until) for _ in range(-(-devices // PLACE_DEVICES))]
    trouble = [episodes(rng, DEVICE_DAYS / scale, DEVICE_H, until) + places[i // PLACE_DEVICES] + everywhere
               for i in range(devices)]
    share = [rng.random() * 100 for _ in range(devices)]
    bad = [rng.random() < failing for _ in range(devices)]
    told, was = [None] * devices, [False] * devices

    def troubled(i, at):
        # A silence is noticed after an hour.
        return (bad[i] and told[i] is not None and at - told[i] > 1.2) or any(
            a + 1 <= at < b + 1 and b - a > 1 for a, b in trouble[i])

    for stage, percent in enumerate(STAGES):
        begin = stage * STAGE_H
        for i in range(devices):
            if told[i] is None:
                was[i] = troubled(i, begin)
                if share[i] < percent:
                    told[i] = begin
        at = begin
        while (at := at + LOOK_H) < begin + STAGE_H:
            now = [troubled(i, at) for i in range(devices)]
            if 2 * sum(now) > devices:
                continue
            n = sum(t is not None for t in told)
            x = sum(told[i] is not None and now[i] and not was[i] for i in range(devices))
            y = sum(told[i] is None and now[i] and not was[i] for i in range(devices))
            if fell(n, x, devices - n, y):
                return stage, n
    return None, devices


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rollouts", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    print("devices  failing  stopped  in stage 1/2/3  told when it stopped")
    for devices in (20, 100, 400):
        for failing, scale in ((0, 1), (0, 2), (0.1, 1), (0.3, 1), (1, 1)):
            runs = max(20, options.rollouts // (1 if devices <= 100 else 4))
            found = [rollout(rng, devices, failing, scale) for _ in range(runs)]
            stops = [(s, n) for s, n in found if s is not None]
            stages = "/".join(str(sum(s == k for s, _ in stops)) for k in range(3))
            told = f"{sum(n for _, n in stops) / len(stops) / devices:.0%}" if stops else "–"
            name = f"{failing:.0%}" + (" (twice the trouble)" if scale == 2 else "")
            print(f"{devices:7}  {name:>7}  {len(stops) / runs:7.1%}  {stages:>14}  {told}", flush=True)


if __name__ == "__main__":
    main()
