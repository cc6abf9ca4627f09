"""How often the verdicts of docs/statistics.md are wrong, and how often they see what is there.

    .venv/bin/python Tests/statistics/verdicts.py            # by the formulas, a minute or two
    .venv/bin/python Tests/statistics/verdicts.py --service  # by what a service answers

Prints the tables that stand in docs/statistics.md. Rates in percent, unless said otherwise.
"""

import argparse
import tempfile

import numpy as np

import served
import simulated

SEED = 20261125
FALSE_MAX = 0.06
A_DAY = (2, 5, 20, 100, 500)
LENGTHS = (3, 5, 7, 21, 30, 90)
DEVIATIONS = (0, 1.9, 3.9)
DIFFERENCES = (2, 5, 10)
BASELINES = (2, 3, 4, 5, 8, 12, 20, 30, 50)
SPREADS = (0, 1, 2, 3, 5, 10)


def table(title, head, rows):
    print(f"\n{title}\n")
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        cells = (f"{100 * cell:.1f}" if isinstance(cell, float) else f"{cell}" for cell in row)
        print("| " + " | ".join(cells) + " |")


def few_responses():
    rows = []
    for responses in [*range(1, 21), 30, 40]:
        lower, higher = simulated.false_rates_beside(responses)
        rows.append((responses, lower, higher))
    table("Exact: so many typical responses, one a day, beside 2000 typical ones of 20 days",
          ("responses", "false lower", "false higher"), rows)


def null_rates(dice, rounds, lengths=LENGTHS, a_days=A_DAY, uneven=False):
    """{(responses a day, days, deviation): share called different, both sides alike}."""
    return {
        (a_day, length, deviation): simulated.Verdicts(*(
            simulated.days(dice, rounds, length, a_day, deviation, uneven=uneven)
            for _ in range(2))).different
        for a_day in a_days for length in lengths for deviation in DEVIATIONS}


def power(dice, rounds, a_day, length, deviation, difference):
    return simulated.Verdicts(
        simulated.days(dice, rounds, length, a_day, deviation, difference / 2),
        simulated.days(dice, rounds, length, a_day, deviation, -difference / 2)).different


def unequal_rates(dice, rounds, own_days, own_a_day, deviation, other_a_day=100, other_days=30):
    own = simulated.days(dice, rounds, own_days, own_a_day, deviation)
    other = simulated.days(dice, rounds, other_days, other_a_day, deviation)
    return simulated.Verdicts(own, other).different


def correlated_rates(dice, rounds, a_day, length, deviation, correlation):
    """Share called different of two periods that follow one another, each day like the one before."""
    swing = dice.standard_normal((rounds, 2 * length))
    for day in range(1, 2 * length):
        swing[:, day] = (correlation * swing[:, day - 1]
                         + (1 - correlation ** 2) ** 0.5 * swing[:, day])
    own, other = (simulated.days(dice, rounds, length, a_day, 0, common=deviation * part)
                  for part in np.hsplit(swing, 2))
    return simulated.Verdicts(own, other).different


def print_comparisons(dice, rounds):
    few_responses()
    head = ("a day", "days", *(f"σ {deviation}" for deviation in DEVIATIONS))
    for uneven in (False, True):
        rates = null_rates(dice, rounds, uneven=uneven)
        table("False verdicts" + (", days of uneven volume" if uneven else ""), head, [
            (a_day, length, *(rates[a_day, length, deviation] for deviation in DEVIATIONS))
            for a_day in A_DAY for length in LENGTHS])
        print(f"\nhighest: {100 * max(rates.values()):.1f}")
    table("False verdicts, unequal sides: beside 30 days of 100", head, [
        (a_day, length, *(unequal_rates(dice, rounds, length, a_day, d) for d in DEVIATIONS))
        for length, a_day in ((3, 4), (3, 20), (3, 500), (4, 500), (5, 2), (5, 500), (10, 1), (20, 1),
                              (30, 2), (30, 500), (90, 20), (365, 100))])
    table("Verdicts where there is a difference", (
        "a day", "days", *(f"{x} points, σ {d}" for x in DIFFERENCES for d in DEVIATIONS)), [
            (a_day, length, *(power(dice, rounds // 4, a_day, length, d, x)
                              for x in DIFFERENCES for d in DEVIATIONS))
            for a_day in A_DAY for length in LENGTHS])
    table("Families of twelve places, of which one is called different: alike; one higher by 5",
          ("a day", "days", "σ own", "σ common", "false", "found"), [
              (a_day, length, str(own), str(common),
               simulated.family_rate(dice, rounds // 4, 12, length, a_day, own, common)[0],
               simulated.family_rate(dice, rounds // 8, 12, length, a_day, own, common, 5)[1])
              for a_day in (20, 100, 500) for length in (7, 30)
              for own, common in ((0, 0), (1.9, 0), (3.9, 0), (1.9, 3.9))])


def print_correlated(dice, rounds):
    table("False verdicts of 30 days of σ 1.9, by the correlation of a day with the one before",
          ("a day", "0", "0.1", "0.3", "0.5"), [
              (a_day, *(correlated_rates(dice, rounds, a_day, 30, 1.9, c)
                        for c in (0, 0.1, 0.3, 0.5))) for a_day in (20, 100, 500)])


def print_charts(dice, rounds):
    rows = []
    for baseline in BASELINES:
        cells = [simulated.chart_rates(dice, rounds, baseline, *kind)
                 for kind in ((200, 0), (200, 3.9), (20, 0))]
        rows.append((baseline, *(f"{100 * rate:.2f}" for pair in cells for rate in pair)))
    table("False beyond_limits a point: of the baseline, of the next",
          ("baseline", *(f"{kind}, {point}" for kind in ("200, σ 0", "200, σ 3.9", "20, σ 0")
                         for point in ("own", "next"))), rows)


def print_rankings(dice, rounds):
    table("Shrunk intervals that hold the true index, by the true spread of places in points",
          ("places", *map(str, SPREADS)), [
              (places, *(simulated.ranking_coverage(dice, rounds, places, float(spread))[0]
                         for spread in SPREADS)) for places in (3, 5, 12, 30)])


def print_served(days=720, families=12, lengths=(5, 7, 21, 30, 90)):
    """Comparisons of a service, each period of a place with the next."""
    alike = [served.Group(a_day, deviation, families=families)
             for a_day in A_DAY for deviation in DEVIATIONS]
    unlike = [served.Group(a_day, deviation, difference, 30)
              for a_day in (20, 100, 500) for deviation in DEVIATIONS for difference in DIFFERENCES]
    with tempfile.TemporaryDirectory() as folder, \
            served.Served(folder, alike + unlike, days, SEED) as service:
        asked = {(group.a_day, length, group.deviation): service.words(group, length, most=2000)
                 for group in alike for length in lengths}
        seen = {(group.a_day, group.deviation, group.difference): service.words(group, 30)[0]
                for group in unlike}
    table("False verdicts, asked of the service", (
        "a day", "days", *(f"σ {deviation}" for deviation in DEVIATIONS), "comparisons, each"), [
            (a_day, length, *(served.different(words) for words in row), row[0].total())
            for a_day in A_DAY for length in lengths
            for row in [[asked[a_day, length, deviation][0] for deviation in DEVIATIONS]]])
    for title, number in (("comparisons", lambda cell: (
            cell[0].total(), cell[0]["higher"] + cell[0]["lower"])),
            ("families of twelve", lambda cell: (cell[1].total(), cell[1][True]))):
        total, wrong = map(sum, zip(*map(number, asked.values())))
        print(f"\nof all {total} {title}: {100 * wrong / total:.1f}")
    highest = max(asked, key=lambda cell: served.different(asked[cell][0]))
    print(f"highest: {highest} {100 * served.different(asked[highest][0]):.1f}")
    table("Verdicts where there is a difference, 30 days each, asked of the service", (
        "a day", *(f"{x} points, σ {d}" for x in DIFFERENCES for d in DEVIATIONS)), [
            (a_day, *(served.different(seen[a_day, d, x]) for x in DIFFERENCES for d in DEVIATIONS))
            for a_day in (20, 100, 500)])
    print(f"\n{min(words.total() for words in seen.values())} comparisons each")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--service", action="store_true", help="ask a service of its own")
    parser.add_argument("--rounds", type=int, default=4000, help="simulated comparisons a cell")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    if arguments.service:
        print_served()
        return
    dice = np.random.default_rng(arguments.seed)
    print_comparisons(dice, arguments.rounds)
    print_charts(dice, 25 * arguments.rounds)
    print_rankings(dice, arguments.rounds)
    print_correlated(dice, arguments.rounds)


if __name__ == "__main__":
    main()
