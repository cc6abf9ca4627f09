"""Writes vectors.json from reference.py; `--check` says whether it is what it would write.

The Swift tests of Reporting read the same file.
"""

import datetime
import json
import math
import pathlib
import random
import sys

import reference

FILE = pathlib.Path(__file__).resolve().parent / "vectors.json"


def tally(dice, buttons, responses, mood=None):
    """Responses that lean to the positive, as those of real terminals do."""
    mood = mood if mood is not None else dice.uniform(-0.3, 1.2)
    weights = [math.exp(mood * k) for k in range(buttons)]
    counts = [0] * buttons
    for k in dice.choices(range(buttons), weights, k=responses):
        counts[k] += 1
    return counts


def days_of(dice, buttons, days, volume, mood, sway):
    """Tallies by day: volumes and moods that differ, closed days among them."""
    return [
        tally(dice, buttons, int(dice.choice([0, 0.2, 1, 1, 1.5]) * volume + dice.random()),
              mood + dice.gauss(0, sway)) for _ in range(days)]


def changes(dice):
    a_day = [17, 16, 60, 126]
    pairs = [([a_day] * 5, [a_day] * 6), ([[0, 0, 0, 3]] * 4, [[3, 0, 0, 0]] * 4),
             ([[0, 0, 0, 0]] * 3, [[1, 0, 0, 0]] * 3), ([[5, 5]] * 3, [[0, 0]] * 3),
             ([[1, 0]], [[0, 1]]), ([a_day] * 2, [a_day] * 30), ([a_day], [a_day]),
             # One satisfied press beside 2000.
             ([[0, 0, 1, 0]] + [[0, 0, 0, 0]] * 30, [[4, 5, 16, 75]] * 20),
             # All agree; the last day has nearly all.
             ([[0, 0, 9]] * 5, [[0, 0, 7]] * 5),
             ([[1, 2], [3, 0], [2, 2], [4000, 9000]], [[2, 2]] * 9)]
    for number in range(60):
        buttons, mood = dice.randint(2, 5), dice.uniform(0, 1)
        volume, sway = 10 ** dice.uniform(0, 2.3), [0, 0.1, 0.3][number % 3]
        pairs.append(tuple(
            days_of(dice, buttons, dice.choice([2, 4, 7, 12, 25]), volume,
                    mood + dice.uniform(-0.8, 0.8), sway) for _ in range(2)))
    for number, (days, other) in enumerate(pairs):
        comparisons = [1, 1, 2, 7, 130][number % 5]
        yield {"days": days, "other_days": other, "comparisons": comparisons,
               **reference.change(days, other, comparisons)}


def families(dice):
    for number in range(24):
        buttons, places = dice.randint(2, 5), dice.randint(1, 12)
        days, spread = dice.choice([2, 5, 9, 14]), [0, 0.5, 1][number % 3]
        sway = dice.choice([0, 0.2])
        units = [
            days_of(dice, buttons, days, dice.choice([0, 0.4, 4, 30, 100]),
                    0.7 + dice.uniform(-spread, spread), sway) for _ in range(places)]
        if number % 4 == 3:
            units.append([list(day) for day in units[0]])
        yield {"days": units, **reference.siblings(units)}


def rankings(dice):
    for number in range(24):
        buttons, places = dice.randint(2, 5), dice.randint(1, 25)
        spread = [0, 0.1, 0.5][number % 3]
        tallies = [
            tally(dice, buttons, dice.choice([0, 1, 4, 30, 300, 2000]),
                  0.7 + dice.uniform(-spread, spread)) for _ in range(places)]
        if number % 4 == 3:
            tallies.append(list(tallies[0]))  # two alike share a rank
        yield {"tallies": tallies, **reference.ranking(tallies)}


def charts(dice):
    for number in range(60):
        buttons, points = dice.randint(2, 5), dice.choice([1, 2, 4, 5, 8, 12, 30, 60])
        mood, sway = 0.8, [0, 0.05, 0.4][number % 3]
        step = dice.choice([0, 0, 0.5])
        tallies = [
            tally(dice, buttons, dice.choice([0, 40, 200, 900]) if number % 5 else 50,
                  mood + dice.gauss(0, sway) + (step if k > points / 2 else 0))
            for k in range(points)]
        measure = reference.MEASURES[number % 3]
        baseline = dice.choice([None, None, 12, 20, 2, 4, 5, 8])
        yield {"tallies": tallies, "measure": measure, "baseline": baseline,
               **reference.control_chart(tallies, measure, baseline)}
    # Nothing varies; all alike; rising without end.
    for tallies in ([[0, 0, 9]] * 15, [[1, 1, 2]] * 15, [[30 - k, 10 + k] for k in range(15)]):
        yield {"tallies": tallies, "measure": "index", "baseline": None,
               **reference.control_chart(tallies, "index", None)}


def periods(dice):
    dates = [("2026-10-01", "2026-11-01"), ("2026-01-01", "2027-01-01"),
             ("2026-04-01", "2026-07-01"), ("2026-11-16", "2026-11-23"),
             ("2026-12-28", "2027-01-04"), ("2027-02-01", "2027-03-01"),
             ("2026-03-29", "2026-03-30"), ("2026-10-25", "2026-10-26"),
             ("2024-02-29", "2024-03-01"), ("2024-02-28", "2024-02-29"),
             ("2024-02-01", "2024-02-29"), ("2024-01-15", "2024-02-29")]
    for _ in range(40):
        start = datetime.date(2015, 1, 1) + datetime.timedelta(dice.randrange(6000))
        end = start + datetime.timedelta(dice.choice([1, 7, 28, 30, 31, 90, 365]))
        dates.append((start.isoformat(), end.isoformat()))
    for start, end in dates:
        before, ago = reference.periods(
            datetime.date.fromisoformat(start), datetime.date.fromisoformat(end))
        yield {"from": start, "to": end, "before": [day.isoformat() for day in before],
               "year_ago": [day.isoformat() for day in ago]}


def vectors():
    dice = random.Random(20261122)
    return {
        "changes": list(changes(dice)),
        "siblings": list(families(dice)),
        "charts": list(charts(dice)),
        "rankings": list(rankings(dice)),
        "periods": list(periods(dice)),
    }


def close(a, b):
    """Alike but for the last digits, which differ between builds of the libraries."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(close(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(close, a, b))
    if isinstance(a, float) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    return a == b


def main():
    made = json.loads(json.dumps(vectors()))
    if sys.argv[1:] == ["--check"]:
        if not close(made, json.loads(FILE.read_text(encoding="utf-8"))):
            sys.exit(f"{FILE} is not what reference.py computes; run {__file__} without --check")
        print(f"{FILE.name}: {sum(map(len, made.values()))} vectors as SciPy computes them")
        return
    lines = []
    for name, cases in made.items():
        rows = ",\n".join("  " + json.dumps(case) for case in cases)
        lines.append(f"{json.dumps(name)}: [\n{rows}\n]")
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
