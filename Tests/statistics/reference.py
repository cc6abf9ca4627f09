"""The statistics of docs/statistics.md once more, on NumPy and SciPy and by other ways.

Written from the formulas, not from the service's code: covariance matrices instead of sums,
mixed-model equations instead of shrinkage factors, windows instead of runs.
"""

import datetime
import zoneinfo

import numpy as np
import scipy.stats

LEVEL = 0.95
DEVIATIONS = 1.959964  # the contract's own digits
RESPONSES_MIN, DAYS_MIN, LIMIT_POINTS_MIN = 10, 3, 5
MEASURES = ("index", "very_positive", "negative")
SIGNALS = ("beyond_limits", "run", "trend", "two_of_three")


def scores(buttons, measure="index"):
    k = np.arange(buttons)
    if measure == "index":
        return 100 * k / (buttons - 1)
    if measure == "very_positive":
        return (k == buttons - 1).astype(float)
    return (2 * k < buttons - 1).astype(float)


def mean_score(counts, measure="index"):
    """None without responses. Python divides integers exactly, so equal values are equal."""
    if not sum(counts):
        return None
    counts, top = [int(count) for count in counts], len(counts) - 1
    if measure == "index":
        return 100 * sum(k * count for k, count in enumerate(counts)) / (top * sum(counts))
    score = scores(len(counts), measure)
    return sum(count for k, count in enumerate(counts) if score[k]) / sum(counts)


def shares(counts):
    if not sum(counts):
        return None
    part = np.asarray(counts) / sum(counts)
    middle = (len(counts) - 1) / 2
    k = np.arange(len(counts))
    return {"very_positive": float(part[-1]), "positive": float(part[k > middle].sum()),
            "negative": float(part[k < middle].sum())}


def posterior(counts):
    """Mean and variance of the index under a Dirichlet with prior 1/2 per button."""
    alpha = np.asarray(counts, float) + 0.5
    values = scores(len(counts))
    law = scipy.stats.dirichlet(alpha)
    return float(values @ law.mean()), float(values @ law.cov() @ values)


def mean_without(days, day):
    return mean_score(np.delete(days, day, axis=0).sum(axis=0))


def jackknife(series, combine):
    """Variance of combine(the indexes of the series), each day left out of all of them at once."""
    used = [d for d in range(len(series[0])) if sum(sum(days[d]) for days in series)]
    whole = combine([mean_score(np.sum(days, axis=0)) for days in series])
    moved = [combine([mean_without(days, d) for days in series]) - whole for d in used]
    return float(np.square(moved).sum() * (len(used) - 1) / len(used))


def effective_days(days):
    sizes = np.sum(days, axis=1, dtype=float)
    return 1 / float(np.square(sizes / sizes.sum()).sum())


def days_freedom(days):
    return max(0.01, effective_days(days) - 1)


def verdict_withheld(*sides):
    """Why there is none; sides are tallies by day."""
    if min(np.sum(days) for days in sides) < RESPONSES_MIN:
        return "not_enough_responses"
    if min(sum(1 for tally in days if sum(tally)) for days in sides) < DAYS_MIN:
        return "not_enough_days"
    return None


def change(days, other_days, comparisons=1, same_days=False):
    """From `other_days` to `days`, each a list of tallies, one a day."""
    index, other_index = (mean_score(np.sum(side, axis=0)) for side in (days, other_days))
    difference = None if None in (index, other_index) else index - other_index
    withheld = verdict_withheld(days, other_days)
    if withheld:
        return {"verdict": withheld, "difference": difference, "interval": None,
                "dispersion": None, "degrees_of_freedom": None}
    both = np.sum(days, axis=0) + np.sum(other_days, axis=0)
    single = posterior(both)[1] * (both.sum() + len(both) / 2 + 1)
    plain = [single / np.sum(side) for side in (days, other_days)]
    if same_days:
        variance = max(sum(plain), jackknife([days, other_days], lambda pair: pair[0] - pair[1]))
        freedom = min(days_freedom(days), days_freedom(other_days))
    else:
        parts = np.maximum(plain, [jackknife([side], lambda one: one[0])
                                   for side in (days, other_days)])
        variance = parts.sum()
        freedoms = np.array([days_freedom(days), days_freedom(other_days)])
        as_days = 1 / np.array([effective_days(days), effective_days(other_days)])
        freedom = min(part.sum() ** 2 / (part ** 2 / freedoms).sum() for part in (parts, as_days))
    single_level = 1 - (1 - LEVEL) / comparisons
    margin = scipy.stats.t.isf((1 - single_level) / 2, freedom) * np.sqrt(variance)
    low, high = difference - margin, difference + margin
    verdict = "no_significant_change" if low <= 0 <= high else "higher" if low > 0 else "lower"
    return {"verdict": verdict, "difference": difference,
            "interval": {"low": max(-100.0, low), "high": min(100.0, high),
                         "level": single_level},
            "dispersion": float(variance / sum(plain)), "degrees_of_freedom": float(freedom)}


def siblings(units):
    """Each unit, tallies by day, against all others on the same days."""
    everything = np.sum(units, axis=0)
    rests = [(everything - np.asarray(days)).tolist() for days in units]
    comparisons = sum(1 for pair in zip(units, rests) if not verdict_withheld(*pair))
    return {"comparisons": comparisons, "units": [
        {"rest": np.sum(rest, axis=0).tolist(),
         "change": change(days, rest, max(1, comparisons), same_days=True)}
        for days, rest in zip(units, rests)]}


def control_chart(tallies, measure, baseline=None):
    values = [mean_score(t, measure) for t in tallies]
    seen = [k for k, value in enumerate(values) if value is not None]
    base = seen[:baseline]
    chart = {"center": None, "sigma_z": None, "baseline_points": len(base),
             "trial": len(base) < 12, "values": values,
             "limits": [None] * len(tallies), "signals": [[] for _ in tallies]}
    if not base:
        return chart
    pooled = np.sum([tallies[k] for k in base], axis=0)
    score = scores(len(pooled), measure)
    center = chart["center"] = mean_score(pooled, measure)
    # Exactly nothing varies when every response of the baseline has one score.
    variance = (float(np.cov(score, fweights=pooled, ddof=0))
                if len(set(score[pooled > 0])) > 1 else 0.0)
    sigma = {}
    if len(base) > 1 and variance > 0 and len({values[k] for k in base}) > 1:
        sigma = {k: np.sqrt(variance / sum(tallies[k])) for k in seen}
        z = np.array([(values[k] - center) / sigma[k] for k in base])
        # The mean distance of two standard normal numbers, E|X − Y|.
        expected = np.sqrt(2) * scipy.stats.foldnorm(0).mean()
        chart["sigma_z"] = float(np.abs(np.diff(z)).mean() / expected)
        top = 100 if measure == "index" else 1
        later = later_width(len(base))
        for k in seen:
            # A third of the way to the limit.
            sigma[k] *= chart["sigma_z"] * (1 if k in base else later / 3)
            chart["limits"][k] = [max(0.0, center - 3 * sigma[k]), min(top, center + 3 * sigma[k])]
        if len(base) < LIMIT_POINTS_MIN:
            sigma, chart["limits"] = {}, [None] * len(tallies)
    chart["signals"] = signals(values, center, sigma)
    return chart


def later_width(points):
    """Deviations to the limit of a point that is none of so many of the baseline."""
    freedom = 0.62 * (points - 1) + 0.4
    return scipy.stats.t.isf(scipy.stats.norm.sf(3), freedom) * np.hypot(1, points ** -0.5)


def signals(values, center, sigma):
    """Window by window: every stretch of neighbours is looked at by itself."""
    seen = [k for k, value in enumerate(values) if value is not None]
    found = [set() for _ in values]
    away = {k: (values[k] - center) / sigma[k] if k in sigma else 0 for k in seen}
    for k in seen:
        if abs(away[k]) > 3:
            found[k].add("beyond_limits")
    for window in (seen[k:k + 7] for k in range(len(seen) - 6)):
        run = np.array([values[k] for k in window])
        if (run > center).all() or (run < center).all():
            for k in window:
                found[k].add("run")
        if (np.diff(run) > 0).all() or (np.diff(run) < 0).all():
            for k in window:
                found[k].add("trend")
    for window in (seen[k:k + 3] for k in range(len(seen) - 2)):
        for far in ([k for k in window if away[k] > 2], [k for k in window if away[k] < -2]):
            if len(far) >= 2:
                for k in far:
                    found[k].add("two_of_three")
    return [[signal for signal in SIGNALS if signal in marks] for marks in found]


def ranking(tallies):
    """Two levels by Henderson's mixed-model equations, τ² by DerSimonian and Laird."""
    places = [k for k, t in enumerate(tallies) if sum(t)]
    nothing = {"mean": None, "between_variance": None, "within_variance": None,
               "units": [None] * len(tallies)}
    if len(places) < 2:
        return nothing
    seen = [tallies[k] for k in places]
    weights = [sum(t) + len(t) / 2 for t in seen]
    # A posterior's variance is that of one response divided by (weight + 1).
    within = float(np.average(
        [posterior(t)[1] * (w + 1) for t, w in zip(seen, weights)], weights=weights))
    y = np.array([mean_score(t) for t in seen])
    v = within / np.array([sum(t) for t in seen])
    w = 1 / v
    q = float(w @ (y - np.average(y, weights=w)) ** 2)
    between = max(0.0, (q - (len(y) - 1)) / (w.sum() - (w ** 2).sum() / w.sum()))
    if between > 0:
        # Unknowns: the mean, then the units' true indexes.
        n = len(y)
        system = np.zeros((n + 1, n + 1))
        system[0, 0] = n / between
        system[0, 1:] = system[1:, 0] = -1 / between
        system[1:, 1:] = np.diag(1 / between + w)
        covariance = np.linalg.inv(system)
        solution = covariance @ np.concatenate([[0], w * y])
        mean, shrunk, variances = solution[0], solution[1:], np.diag(covariance)[1:]
    else:
        mean = np.average(y, weights=w)
        shrunk, variances = np.full(len(y), mean), np.full(len(y), 1 / w.sum())
    variances = variances + 2 * trust_uncertainty(between, v)
    spread = np.sqrt(variances[:, None] + variances[None, :])
    surely = (shrunk[:, None] - shrunk[None, :]) / spread > DEVIATIONS
    if between > 0:
        # Equal tallies share a rank whatever the last digits of the solution are.
        rounded = np.round(shrunk, 9)
        ranks = scipy.stats.rankdata(-rounded, method="min")
    else:
        ranks = np.ones(len(y))
    units = list(nothing["units"])
    for k, place in enumerate(places):
        margin = DEVIATIONS * np.sqrt(variances[k])
        units[place] = {
            "shrunk": float(shrunk[k]), "rank": int(ranks[k]),
            "interval": {"low": max(0.0, float(shrunk[k] - margin)),
                         "high": min(100.0, float(shrunk[k] + margin)), "level": LEVEL},
            "rank_low": int(surely[:, k].sum()) + 1,
            "rank_high": len(y) - int(surely[k].sum())}
    return {"mean": float(mean), "between_variance": between, "within_variance": within,
            "units": units}


def trust_uncertainty(between, v):
    """What an estimated τ² adds to the error of a shrunk index, Prasad and Rao's third term.

    The slope of the trust in τ² by the complex step, times the asymptotic variance of τ² from the
    information matrix tr(V⁻¹V⁻¹)/2.
    """
    step = 1e-30
    slope = ((between + step * 1j) / (between + step * 1j + v)).imag / step
    inverse = np.linalg.inv(np.diag(between + v))
    return slope ** 2 * (between + v) / (np.trace(inverse @ inverse) / 2)


def hour_of_week(hours, zone):
    """(weekday 1…7, hour) of each UTC hour since 1970, by the clocks of the zone."""
    zone = zoneinfo.ZoneInfo(zone)
    for hour in hours:
        local = datetime.datetime.fromtimestamp(hour * 3600, zone)
        yield local.isoweekday(), local.hour


def months_back(date, months):
    year, month = divmod(date.year * 12 + date.month - 1 - months, 12)
    return date.replace(year=year, month=month + 1)


def year_back(date):
    """The same date a year before; 29 February is None."""
    try:
        return date.replace(year=date.year - 1)
    except ValueError:
        return None


def periods(start, end):
    """(before, a year ago) of a range of local dates, end exclusive."""
    days = (end - start).days
    if start.day == end.day == 1:
        months = (end.year - start.year) * 12 + end.month - start.month
        before = months_back(start, months), start
        ago = year_back(start), year_back(end)
    else:
        before = start - datetime.timedelta(days), start
        if start.isoweekday() == 1 and days % 7 == 0:
            ago = start - datetime.timedelta(364), end - datetime.timedelta(364)
        else:
            ago = (year_back(start) or datetime.date(start.year - 1, 2, 28),
                   year_back(end) or datetime.date(end.year - 1, 3, 1))
    return before, ago
