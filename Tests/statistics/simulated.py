"""Places whose truth is known, and the formulas of docs/statistics.md for many of them at once.

`Verdicts` computes what reference.change does, over arrays of rounds; a test holds one against the
other, so that wide tables may be made with the fast one.
"""

import numpy as np
import scipy.stats

import reference

# Of 2000 responses of a good place: index 87.3.
TYPICAL = np.array([0.04, 0.05, 0.16, 0.75])
BUTTONS = len(TYPICAL)
SCORES = reference.scores(BUTTONS)
TYPICAL_INDEX = float(TYPICAL @ SCORES)

_TILTS = np.linspace(-4, 4, 1601)
_TILTED = TYPICAL * np.exp(_TILTS[:, None] * np.arange(BUTTONS))
_INDEXES = (_TILTED / _TILTED.sum(axis=1, keepdims=True)) @ SCORES


def probabilities(index):
    """Of each button where the true index is that: the typical ones, tilted."""
    tilt = np.interp(np.clip(index, 5, 99.5), _INDEXES, _TILTS)
    weights = TYPICAL * np.exp(tilt[..., None] * np.arange(BUTTONS))
    return weights / weights.sum(axis=-1, keepdims=True)


def days(dice, rounds, count, a_day, deviation, shift=0.0, uneven=False, common=None):
    """Tallies by day, (rounds, days, buttons); true indexes of days differ by `deviation` points.

    Days have Poisson numbers of responses; uneven: weekends a sixth, and volumes that differ by
    half at random.
    """
    size = np.full((rounds, count), float(a_day))
    if uneven:
        weekday = np.where(np.arange(count) % 7 >= 5, 0.2, 1.32)
        size = size * weekday * dice.lognormal(-0.125, 0.5, (rounds, count))
    index = TYPICAL_INDEX + shift + deviation * dice.standard_normal((rounds, count))
    if common is not None:
        index = index + common
    return dice.multinomial(dice.poisson(size), probabilities(index))


class Verdicts:
    """+1 higher, −1 lower, 0 no significant change, nan none, by round."""

    def __init__(self, own, other, comparisons=1, same_days=False):
        own, other = Side(own), Side(other)
        pooled = own.counts + other.counts + 0.5
        weight = pooled.sum(axis=1)
        mean = pooled @ SCORES / weight
        spread = ((SCORES - mean[:, None]) ** 2 * pooled).sum(axis=1) / weight
        with np.errstate(divide="ignore", invalid="ignore"):
            plain = [spread / own.responses, spread / other.responses]
            if same_days:
                used = ((own.sizes + other.sizes) > 0).sum(axis=1)
                moves = (own.moves - other.moves) ** 2
                variance = np.maximum(sum(plain), moves.sum(axis=1) * (used - 1) / used)
                freedom = np.minimum(own.freedom, other.freedom)
            else:
                parts = [np.maximum(one, side.jackknife) for one, side in zip(plain, (own, other))]
                variance = parts[0] + parts[1]
                as_days = [1 / own.effective_days, 1 / other.effective_days]
                freedom = np.minimum(*(
                    (a + b) ** 2 / (a ** 2 / own.freedom + b ** 2 / other.freedom)
                    for a, b in (parts, as_days)))
            difference = own.index - other.index
            quantile = scipy.stats.t.isf((1 - reference.LEVEL) / comparisons / 2, freedom)
            margin = quantile * np.sqrt(variance)
            self.words = np.where(np.abs(difference) > margin, np.sign(difference), 0.0)
        withheld = np.minimum(own.responses, other.responses) < reference.RESPONSES_MIN
        withheld |= np.minimum(own.used, other.used) < reference.DAYS_MIN
        self.words[withheld] = np.nan

    @property
    def different(self):
        """Share of the rounds that are called higher or lower; those without a verdict are not."""
        return float((np.abs(np.nan_to_num(self.words)) > 0).mean())


class Side:
    """Index, its moves when a day is left out, and what follows, by round."""

    def __init__(self, tallies):
        self.sizes = tallies.sum(axis=2).astype(float)
        self.counts = tallies.sum(axis=1)
        self.responses = self.sizes.sum(axis=1)
        self.used = (self.sizes > 0).sum(axis=1)
        sums = tallies @ SCORES
        with np.errstate(divide="ignore", invalid="ignore"):
            self.index = sums.sum(axis=1) / self.responses
            rest = self.responses[:, None] - self.sizes
            self.moves = np.where(
                self.sizes > 0, (sums - self.index[:, None] * self.sizes) / rest, 0)
            self.jackknife = (self.moves ** 2).sum(axis=1) * (self.used - 1) / self.used
            self.effective_days = self.responses ** 2 / (self.sizes ** 2).sum(axis=1)
        self.freedom = np.maximum(0.01, self.effective_days - 1)


def false_rates_beside(responses, beside=2000, beside_days=20):
    """Exact: (false lower, false higher) of so many typical responses, one a day.

    Every way in which they may fall is compared with `beside` responses that fall as typical ones
    do, and weighed by its probability.
    """
    tallies = list(compositions(responses))
    weights = scipy.stats.multinomial(responses, TYPICAL).pmf(np.array(tallies))
    own = np.array([np.eye(BUTTONS, dtype=int)[np.repeat(np.arange(BUTTONS), counts)]
                    for counts in tallies])
    typical = np.round(TYPICAL * beside / beside_days).astype(int)
    other = np.broadcast_to(typical, (len(tallies), beside_days, BUTTONS))
    words = Verdicts(own, other).words
    return float(weights[words < 0].sum()), float(weights[words > 0].sum())


def compositions(total, parts=BUTTONS):
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def family_rate(dice, rounds, places, count, a_day, deviation, common, shift=0.0):
    """(share of families with a place called different, share in which the first one is)."""
    shared = common * dice.standard_normal((rounds, count)) if common else None
    units = [days(dice, rounds, count, a_day, deviation, shift if k == 0 else 0, common=shared)
             for k in range(places)]
    everything = sum(units)
    words = np.array([Verdicts(unit, everything - unit, places, same_days=True).words
                      for unit in units])
    hit = np.abs(np.nan_to_num(words)) > 0
    return float(hit.any(axis=0).mean()), float(hit[0].mean())


def chart_rates(dice, rounds, baseline, a_point, deviation, plain=False):
    """(false beyond_limits of a point of the baseline, of the next one), index charts.

    plain: three deviations for all, as before limits knew how few points made them.
    """
    points = days(dice, rounds, baseline + 1, a_point, deviation)
    sizes, sums = points.sum(axis=2), points @ SCORES
    counts = points[:, :baseline].sum(axis=1)
    center = counts @ SCORES / counts.sum(axis=1)
    spread = ((SCORES - center[:, None]) ** 2 * counts).sum(axis=1) / counts.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (sums / sizes - center[:, None]) / np.sqrt(spread[:, None] / sizes)
        ranges = np.abs(np.diff(z[:, :baseline], axis=1)).mean(axis=1)
        away = np.abs(z) / (ranges / (2 / np.sqrt(np.pi)))[:, None]
    usable = (sizes > 0).all(axis=1) & (ranges > 0)
    if not plain and baseline < reference.LIMIT_POINTS_MIN:
        return 0.0, 0.0
    later = 3 if plain else reference.later_width(baseline)
    return (float((away[usable, :baseline] > 3).mean()),
            float((away[usable, baseline] > later).mean()))


def ranking_coverage(dice, rounds, places, spread, adjusted=True, low=20, high=600):
    """(coverage of the shrunk intervals, their mean half width) of places of unequal volume."""
    volumes = np.exp(dice.uniform(np.log(low), np.log(high), (rounds, places))).astype(int)
    truth = TYPICAL_INDEX - 7 + spread * dice.standard_normal((rounds, places))
    counts = dice.multinomial(volumes, probabilities(truth))
    truth = probabilities(truth) @ SCORES
    alpha = counts + 0.5
    weight = alpha.sum(axis=2)
    mean = alpha @ SCORES / weight
    single = ((SCORES - mean[..., None]) ** 2 * alpha).sum(axis=(1, 2)) / weight.sum(axis=1)
    y, v = counts @ SCORES / volumes, single[:, None] / volumes

    def total(values):
        return values.sum(axis=1, keepdims=True)

    w = 1 / v
    q = total(w * (y - total(w * y) / total(w)) ** 2)
    between = np.maximum(0, (q - (places - 1)) / (total(w) - total(w ** 2) / total(w)))
    w = 1 / (v + between)
    trust = between / (v + between)
    center = total(w * y) / total(w)
    shrunk = center + trust * (y - center)
    variance = trust * v + (1 - trust) ** 2 / total(w)
    if adjusted:
        variance = variance + 2 * v ** 2 * w ** 3 * 2 / total(w ** 2)
    margin = reference.DEVIATIONS * np.sqrt(variance)
    return float((np.abs(truth - shrunk) <= margin).mean()), float(margin.mean())
