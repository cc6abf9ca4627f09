"""Opening hours and holidays against libraries that others wrote.

`opening-hours-py` evaluates OpenStreetMap's opening_hours, `holidays` knows the world's holidays.
"""

import datetime
import os
import random
import re
import subprocess

import holidays
import pytest
from opening_hours import OpeningHours

from rig import BUILD

SEED = int(os.environ.get("TEST_SEED", random.SystemRandom().randrange(1 << 32)))
DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def ours(text, first, days, calendar="fi"):
    """{date: (times, name of the holiday)}"""
    out = subprocess.run(
        [BUILD / "pikapalaute", "opening-hours", text, "--from", str(first), "--days", str(days),
         "--holidays", calendar], capture_output=True, text=True, timeout=60)
    assert out.returncode == 0, f"{text}: {out.stderr}"
    lines = [re.fullmatch(r"(\S+) (\w\w) (\S+)(?: \((.*)\))?", line).groups()
             for line in out.stdout.splitlines()]
    for date, weekday, _, _ in lines:
        assert DAYS[datetime.date.fromisoformat(date).weekday()] == weekday
    return {datetime.date.fromisoformat(date): (times, name) for date, _, times, name in lines}


def theirs(text, first, days):
    """{date: times}"""
    hours, found = OpeningHours(text), {}
    start = datetime.datetime.combine(first, datetime.time())
    for number in range(days):
        day = start + datetime.timedelta(days=number)
        end = day + datetime.timedelta(days=1)
        times = [(a, b) for a, b, state, _ in hours.intervals(day, end) if str(state) == "open"]
        found[day.date()] = ",".join(
            f"{a:%H:%M}-{'24:00' if b >= end else f'{b:%H:%M}'}" for a, b in times) or "closed"
    return found


def test_holidays_are_those_of_the_almanac():
    first, last = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)
    known = holidays.Finland(years=range(2000, 2101), language="fi")
    days = (last - first).days + 1
    shown = {date: name for date, (_, name) in ours("off", first, days, "fi-with-eves").items()
             if name}
    assert shown.keys() == set(known.keys())
    by_law = {date for date, (_, name) in ours("off", first, days).items() if name}
    eves = shown.keys() - by_law
    assert {known[date] for date in eves} == {"Juhannusaatto", "Jouluaatto"}
    assert len(eves) == 2 * 101 and by_law < shown.keys()
    for date, name in shown.items():
        assert set(name.split(", ")) == set(known[date].split("; ")), date


def random_rule(rng, may_pass_midnight):
    def clock(low, high):
        minute = rng.randrange(low, high, 5)
        return f"{minute // 60:02}:{minute % 60:02}"

    def date():
        month = rng.randrange(12)
        return f"{MONTHS[month]} {rng.randint(1, [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month])}"

    parts = []
    if rng.random() < 0.4:
        parts.append(rng.choice([
            lambda: date(), lambda: f"{date()}-{date()}",
            lambda: f"{rng.choice(MONTHS)}-{rng.choice(MONTHS)}", lambda: rng.choice(MONTHS),
            lambda: f"{date()},{date()}", lambda: f"2026 {date()}",
            lambda: f"2025 {date()}-2026 {date()}"])())
    if rng.random() < 0.7:
        parts.append(",".join(
            rng.choice([rng.choice(DAYS), f"{rng.choice(DAYS)}-{rng.choice(DAYS)}"])
            for _ in range(rng.randint(1, 2))))
    if rng.random() < 0.25:
        parts.append(rng.choice(["off", "closed"]))
    elif may_pass_midnight and rng.random() < 0.5:
        parts.append(f"{clock(1080, 1440)}-{clock(5, 600)}")
    else:
        middle = rng.randrange(300, 1200, 5)
        parts.append(f"{clock(0, middle - 60)}-{clock(middle - 55, middle)}")
        if rng.random() < 0.3:
            parts[-1] += f",{clock(middle + 5, 1300)}-{clock(1305, 1440)}"
    return " ".join(parts)


@pytest.mark.parametrize("number", range(60))
def test_any_opening_hours_are_read_as_others_read_them(number):
    rng = random.Random(SEED + number)
    # Where a night runs into a day of an earlier rule, that library drops it and others keep it.
    single = number % 4 == 0
    text = "; ".join(random_rule(rng, single) for _ in range(1 if single else rng.randint(1, 4)))
    first = datetime.date(2025, 11, 1)
    mine = {date: times for date, (times, _) in ours(text, first, 480).items()}
    other = theirs(text, first, 480)
    different = {date: (mine[date], other[date]) for date in mine if mine[date] != other[date]}
    assert not different, f"'{text}', TEST_SEED={SEED}: {dict(list(different.items())[:3])}"


@pytest.mark.parametrize("text", [
    "Mo-Fr 8-16", "mo-fr 08:00-16:00", "Mo-Fr 08:00-16:00 || off", "SH off", "Mo[1] 08:00-12:00",
    "sunrise-sunset", "week 1 off", "Mo-Fr 08:00+", "",
])
def test_what_is_outside_the_subset_is_refused_and_named(text):
    out = subprocess.run([BUILD / "pikapalaute", "opening-hours", text], capture_output=True,
                         text=True, timeout=60)
    assert out.returncode == 78 and out.stdout == "" and out.stderr.count("\n") == 1
