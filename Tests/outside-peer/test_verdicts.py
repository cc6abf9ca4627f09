"""A verdict is seldom wrong: by the formulas, exactly where that can be, and by the service's word.

A short form of Tests/statistics/verdicts.py, with its seed, so that a rate is the same at every run.
"""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "statistics"))

import reference  # noqa: E402
import served  # noqa: E402
import simulated  # noqa: E402
import verdicts  # noqa: E402

WORDS = {1: "higher", -1: "lower", 0: "no_significant_change"}


@pytest.fixture
def dice():
    print(f"seed {verdicts.SEED}")
    return np.random.default_rng(verdicts.SEED)


def test_the_fast_formulas_are_those_of_the_reference(dice):
    for number in range(60):
        own, other = (
            simulated.days(dice, 1, int(dice.integers(2, 12)), dice.choice([1, 6, 40, 400]), 3,
                           dice.choice([0, 8]), uneven=bool(number % 2)) for _ in range(2))
        same_days = number % 3 == 0
        if same_days:
            other = simulated.days(dice, 1, own.shape[1], 50, 3)
        word, = simulated.Verdicts(own, other, 1 + number % 5, same_days).words
        wanted = reference.change(own[0].tolist(), other[0].tolist(), 1 + number % 5, same_days)
        assert WORDS.get(word, "not_enough") in wanted["verdict"], (own, other)


def test_few_responses_beside_many_are_not_called_different():
    """Exact, for each way in which they may fall."""
    for responses in range(1, 21):
        rates = simulated.false_rates_beside(responses)
        assert sum(rates) <= verdicts.FALSE_MAX, (responses, rates)
        if responses < reference.RESPONSES_MIN:
            assert rates == (0, 0)


@pytest.mark.parametrize("uneven", [False, True])
def test_alike_periods_are_seldom_called_different(dice, uneven):
    rates = verdicts.null_rates(dice, 2000, lengths=(3, 7, 21), uneven=uneven)
    # Three standard deviations of 2000 rounds are 1.5 points above the 5 that are meant.
    over = {cell: rate for cell, rate in rates.items() if rate > 0.065}
    assert not over


def test_a_difference_is_seen(dice):
    assert verdicts.power(dice, 500, 20, 30, 1.9, 10) > 0.99
    assert verdicts.power(dice, 500, 100, 30, 3.9, 5) > 0.95
    assert verdicts.power(dice, 500, 500, 30, 1.9, 2) > 0.90


def test_later_points_are_seldom_beyond_the_limits_of_a_short_baseline(dice):
    for baseline in verdicts.BASELINES:
        for a_point, deviation in ((200, 0), (200, 3.9)):
            own, later = simulated.chart_rates(dice, 20_000, baseline, a_point, deviation)
            assert own <= 0.004 and later <= 0.004, (baseline, own, later)


def test_shrunk_intervals_hold_the_true_index(dice):
    for places in (3, 5, 12, 30):
        for spread in verdicts.SPREADS:
            held, _ = simulated.ranking_coverage(dice, 1000, places, spread)
            assert held > 0.895, (places, spread, held)


def test_one_satisfied_press_beside_2000_is_no_verdict(tmp_path):
    group = served.Group(0, 0)
    service = served.Served(tmp_path, [group], 1, verdicts.SEED)
    _, place = next(group.places())
    lines = [f"{place},2022-09-{day:02}T10:00:00Z,4,5,16,75" for day in range(1, 21)]
    lines.append(f"{place},2022-10-05T10:00:00Z,0,0,1,0")
    (tmp_path / "history.csv").write_text(
        "node,start,count_0,count_1,count_2,count_3\n" + "\n".join(lines) + "\n")
    with service:
        series = service.comparison(place, "2022-10-01", "2022-11-01")
        assert series["before"]["responses"] == 2000 and series["now"]["responses"] == 1
        change = series["before"]["change"]
        assert change["verdict"] == "not_enough_responses" and change["interval"] is None
        assert change["difference"] == pytest.approx(200 / 3 - series["before"]["index"])
        # November, of which there is nothing, beside October.
        series = service.comparison(place, "2022-11-01", "2022-12-01")
        assert series["before"]["change"]["verdict"] == "not_enough_responses"
        assert series["before"]["change"]["difference"] is None


def test_the_service_seldom_calls_alike_periods_different(tmp_path):
    """Imported history of places that do not differ, periods and siblings, word by word."""
    alike = [served.Group(20, 3.9), served.Group(100, 1.9), served.Group(500, 3.9)]
    unlike = served.Group(100, 1.9, 10, 21)
    print(f"seed {verdicts.SEED}")
    with served.Served(tmp_path, [*alike, unlike], 378, verdicts.SEED) as service:
        for group in alike:
            for length in (7, 21):
                words, families = service.words(group, length)
                assert words.total() >= 100
                assert set(words) <= set(WORDS.values()), words
                # 5 %, and two standard deviations of 108 to 324 comparisons.
                allowed = 0.05 + 2 * (0.05 * 0.95 / words.total()) ** 0.5
                assert served.different(words) <= allowed, (group, length, words)
                assert families[True] <= 3, (group, length, families)
            words, _ = service.words(group, 1, most=24)
            assert set(words) <= {"not_enough_days", "not_enough_responses"}, words
        words, _ = service.words(unlike, 21)
        assert served.different(words) > 0.95, words
