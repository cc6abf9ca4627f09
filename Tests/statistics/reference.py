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
    """None without responses."""
    if not sum(counts):
        return None
    return float(np.average(scores(len(counts), measure), weights=counts))


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


def change(counts, other, comparisons=1):
    if not sum(counts) or not sum(other):
        return {"word": "not enough responses", "difference": None, "estimate": None,
                "interval": None}
    (mean, variance), (other_mean, other_variance) = posterior(counts), posterior(other)
    deviations = (DEVIATIONS if comparisons <= 1 else
                  scipy.stats.norm.isf((1 - LEVEL) / comparisons / 2))
    middle, margin = mean - other_mean, deviations * np.hypot(
        np.sqrt(variance), np.sqrt(other_variance))
    low, high = middle - margin, middle + margin
    word = "no significant change" if low <= 0 <= high else "higher" if low > 0 else "lower"
    return {"word": word, "difference": mean_score(counts) - mean_score(other),
            "estimate": middle,
            "interval": {"low": max(-100.0, low), "high": min(100.0, high), "level": LEVEL}}


def siblings(tallies):
    everything = np.sum(tallies, axis=0)
    rests = [[int(n) for n in everything - np.asarray(t)] for t in tallies]
    comparisons = sum(1 for t, r in zip(tallies, rests) if sum(t) and sum(r))
    return {"comparisons": comparisons, "units": [
        {"rest": rest, "change": change(tally, rest, comparisons)}
        for tally, rest in zip(tallies, rests)]}


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
        for k in seen:
            sigma[k] *= chart["sigma_z"]
            chart["limits"][k] = [max(0.0, center - 3 * sigma[k]), min(top, center + 3 * sigma[k])]
    chart["signals"] = signals(values, center, sigma)
    return chart


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
